//! `/communities`: the list, each community, and the forms by which they are made and run.

use axum::{
    Router,
    extract::{Path, Request, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use tiltyard_core::{
    Error, Patch,
    communities::{Community, CommunityChanges, Member, NewCommunity, Role, Who},
    tournaments::{Page, StateFilter},
};
use tiltyard_pages::{
    Field, Link, Moment, Notice,
    communities::{CommunitiesPage, CommunityCard, CommunityForm, CommunityPage, MemberLine},
    home::{Filter, Paging},
};

use super::{
    Form, PageError, Posted, Visitor,
    form::problem,
    home, html,
    login::query,
    organize::{sentence, shown},
    page::see_other,
};
use crate::App;

/// Communities, or tournaments, a page.
const PER_PAGE: usize = 24;
/// Members a page.
const MEMBERS: u32 = 50;
/// Characters of a description in a list.
const ABOUT: usize = 140;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/communities", get(list))
        .route("/communities/new", get(new).post(create))
        .route("/communities/{name}", get(show))
        .route("/communities/{name}/edit", get(edit).post(save))
        .route("/communities/{name}/members", post(add))
        .route("/communities/{name}/members/{person}", post(change))
}

/// A community in a list.
pub(super) fn card(community: Community) -> CommunityCard {
    CommunityCard {
        about: tiltyard_pages::prose::plain(&community.description, ABOUT),
        permalink: community.permalink,
        name: community.name,
        role: community.role.map(Role::name),
    }
}

fn line(member: Member) -> MemberLine {
    MemberLine {
        id: member.person,
        username: member.username,
        role: member.role.name(),
        since: Moment::from_millis(member.since),
    }
}

fn or_error(app: &App, visitor: &Visitor, page: Result<Response, Error>) -> Response {
    page.unwrap_or_else(|error| PageError::from(error).respond(app, visitor))
}

async fn list(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    let before: Option<i64> = query(&request, "before").parse().ok();
    let page = async {
        let own = match (&visitor.session, before) {
            (Some(_), None) => app.core().own_communities(&visitor.actor()).await?,
            _ => Vec::new(),
        };
        let all = app.core().public_communities(before, PER_PAGE).await?;
        let page = CommunitiesPage {
            chrome: visitor.chrome(&app),
            own: own.into_iter().map(card).collect(),
            all: all.items.into_iter().map(card).collect(),
            next: all.next.map(|id| format!("/communities?before={id}")),
            first: before.is_none(),
        };
        Ok(html(&app, &visitor, StatusCode::OK, &page))
    };
    let page = page.await;
    or_error(&app, &visitor, page)
}

/// The choices above a community's tournaments: address value, text, state.
const FILTERS: [(&str, &str, StateFilter); 4] = [
    ("", "All", StateFilter::All),
    ("live", "Live", StateFilter::InProgress),
    ("upcoming", "Not started", StateFilter::Pending),
    ("complete", "Complete", StateFilter::Ended),
];

async fn show(
    State(app): State<App>,
    Path(name): Path<String>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let visitor = visitor.with_notice(notice(&query(&request, "done")));
    let wanted = query(&request, "show");
    let before: Option<i64> = query(&request, "before").parse().ok();
    let base = app.base(request.headers()).to_owned();
    let page = async {
        let (value, _, state) =
            FILTERS.into_iter().find(|(value, ..)| *value == wanted).unwrap_or(FILTERS[0]);
        let actor = visitor.actor();
        let (community, part) =
            app.core().community_page(&actor, name, state, before, PER_PAGE).await?;
        let here = format!("/communities/{}", community.permalink);
        let members = match app
            .core()
            .community_members(
                &actor,
                community.id.to_string(),
                None,
                Page { number: 1, size: MEMBERS },
            )
            .await
        {
            Ok(listed) => Some((listed.items.into_iter().map(line).collect(), listed.total)),
            Err(Error::Forbidden(_) | Error::NotFound(_) | Error::Unauthenticated(_)) => None,
            Err(error) => return Err(error),
        };
        let filter = |(choice, text, _): (&str, &str, StateFilter)| Filter {
            link: Link::new(
                text,
                if choice.is_empty() { here.clone() } else { format!("{here}?show={choice}") },
            ),
            current: choice == value,
        };
        let page = CommunityPage {
            chrome: visitor.chrome(&app),
            canonical: format!("{base}{here}"),
            name: community.name,
            description: community.description,
            role: community.role.map(Role::name),
            manage: (community.role == Some(Role::Owner)).then(|| format!("{here}/edit")),
            filters: FILTERS.into_iter().map(filter).collect(),
            tournaments: home::cards(app.core(), part.items).await?,
            next: part.next.map(|id| format!("{here}?show={value}&before={id}")),
            members,
            permalink: community.permalink,
        };
        Ok(html(&app, &visitor, StatusCode::OK, &page))
    };
    let page = page.await;
    or_error(&app, &visitor, page)
}

/// A field as it was typed, with what is wrong with it.
fn typed(form: &Form, error: Option<&Error>, name: &str) -> Field {
    let error = error.and_then(|error| problem(error, name));
    Field { value: form.text(name).to_owned(), error }
}

/// What is wrong with all of a form, where no field says it.
fn whole(error: Option<&Error>) -> Option<String> {
    match error? {
        Error::Invalid(_) => None,
        error => Some(sentence(error)),
    }
}

async fn new(State(app): State<App>, visitor: Visitor) -> Response {
    if visitor.session.is_none() {
        let error = Error::Unauthenticated("sign in first".to_owned());
        return PageError::from(error).respond(&app, &visitor);
    }
    form_of_new(&app, &visitor, StatusCode::OK, None)
}

fn form_of_new(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    sent: Option<(&Form, &Error)>,
) -> Response {
    let field = |name: &str| {
        sent.map_or_else(Field::default, |(form, error)| typed(form, Some(error), name))
    };
    let page = CommunityForm {
        chrome: visitor.chrome(app),
        of: None,
        name: field("name"),
        permalink: field("permalink"),
        subdomain: field("subdomain"),
        description: field("description"),
        error: whole(sent.map(|(_, error)| error)),
        members: Vec::new(),
        member_count: 0,
        add: Field::default(),
        paging: Paging::default(),
    };
    html(app, visitor, status, &page)
}

/// A text of a form with line breaks as we keep them.
fn text(form: &Form, name: &str) -> String {
    form.text(name).replace("\r\n", "\n")
}

async fn create(State(app): State<App>, Posted(visitor, form): Posted) -> Response {
    let Some(session) = &visitor.session else {
        let error = Error::Unauthenticated("sign in first".to_owned());
        return PageError::from(error).respond(&app, &visitor);
    };
    let subdomain = form.text("subdomain").trim().to_owned();
    let community = NewCommunity {
        owner: session.person.id,
        name: form.text("name").to_owned(),
        permalink: form.text("permalink").trim().to_owned(),
        subdomain: Some(subdomain).filter(|it| !it.is_empty()),
        description: text(&form, "description"),
    };
    let origin = visitor.origin.clone();
    match app.core().create_community(&visitor.actor(), community, origin).await {
        Ok(made) => see_other(&format!("/communities/{}/edit?done=created", made.permalink)),
        Err(error) => match shown(&error) {
            Some(status) => form_of_new(&app, &visitor, status, Some((&form, &error))),
            None => PageError::from(error).respond(&app, &visitor),
        },
    }
}

/// What the form to edit shows besides what is stored.
#[derive(Default)]
struct Edited<'a> {
    sent: Option<(&'a Form, &'a Error)>,
    /// Somebody who could not be added.
    add: Field,
    error: Option<String>,
    page: u32,
}

/// The community, for those who may change it.
async fn governed(app: &App, visitor: &Visitor, name: &str) -> Result<Community, Error> {
    if visitor.session.is_none() {
        return Err(Error::Unauthenticated("sign in first".to_owned()));
    }
    let community = app.core().community(&visitor.actor(), name.to_owned()).await?;
    if community.role == Some(Role::Owner) || visitor.actor().is_operator() {
        return Ok(community);
    }
    Err(Error::Forbidden("only owners of the community may do that".to_owned()))
}

async fn form_of(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    name: &str,
    edited: Edited<'_>,
) -> Result<Response, Error> {
    let community = governed(app, visitor, name).await?;
    let number = edited.page.clamp(1, 1_000_000);
    let asked = Page { number, size: MEMBERS };
    let id = community.id.to_string();
    let members = app.core().community_members(&visitor.actor(), id, None, asked).await?;
    let field = |name: &str, stored: &str| match edited.sent {
        Some((form, error)) => typed(form, Some(error), name),
        None => Field::of(stored),
    };
    let another =
        if community.subdomain == community.permalink { "" } else { &community.subdomain };
    let pages = u32::try_from(members.total.div_ceil(u64::from(MEMBERS))).unwrap_or(u32::MAX);
    let here = format!("/communities/{}/edit", community.permalink);
    let link = |number: u32| format!("{here}?page={number}");
    let page = CommunityForm {
        chrome: visitor.chrome(app),
        name: field("name", &community.name),
        permalink: field("permalink", &community.permalink),
        subdomain: field("subdomain", another),
        description: field("description", &community.description),
        error: whole(edited.sent.map(|(_, error)| error)).or(edited.error),
        member_count: members.total,
        members: members.items.into_iter().map(line).collect(),
        add: edited.add,
        paging: Paging {
            page: number,
            pages: Some(pages.max(1)),
            previous: (number > 1).then(|| link(number - 1)),
            next: (number < pages).then(|| link(number + 1)),
        },
        of: Some((community.name, community.permalink)),
    };
    Ok(html(app, visitor, status, &page))
}

async fn edit(
    State(app): State<App>,
    Path(name): Path<String>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let visitor = visitor.with_notice(notice(&query(&request, "done")));
    let edited = Edited { page: query(&request, "page").parse().unwrap_or(1), ..Edited::default() };
    let page = form_of(&app, &visitor, StatusCode::OK, &name, edited).await;
    or_error(&app, &visitor, page)
}

/// The form again with what is wrong, or a page that says it.
async fn again(
    app: &App,
    visitor: &Visitor,
    name: &str,
    error: Error,
    edited: Edited<'_>,
) -> Response {
    let Some(status) = shown(&error) else { return PageError::from(error).respond(app, visitor) };
    let page = form_of(app, visitor, status, name, edited).await;
    or_error(app, visitor, page)
}

async fn save(
    State(app): State<App>,
    Path(name): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    let subdomain = form.text("subdomain").trim().to_owned();
    let changes = CommunityChanges {
        name: Some(form.text("name").to_owned()),
        permalink: Some(form.text("permalink").trim().to_owned()),
        subdomain: if subdomain.is_empty() { Patch::Clear } else { Patch::Set(subdomain) },
        description: Some(text(&form, "description")),
    };
    let origin = visitor.origin.clone();
    match app.core().update_community(&visitor.actor(), name.clone(), changes, origin).await {
        Ok(saved) => see_other(&format!("/communities/{}?done=saved", saved.permalink)),
        Err(error) => {
            let shown = error.to_string();
            let copy = match &error {
                Error::Invalid(problems) => Error::Invalid(problems.clone()),
                _ => Error::Conflict(shown),
            };
            let edited = Edited { sent: Some((&form, &copy)), ..Edited::default() };
            again(&app, &visitor, &name, error, edited).await
        }
    }
}

async fn add(
    State(app): State<App>,
    Path(name): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    let username = form.text("username").trim().to_owned();
    let role = Role::parse(form.text("role")).unwrap_or(Role::Member);
    let who = Who::Username(username.clone());
    let origin = visitor.origin.clone();
    let added =
        app.core().add_community_member(&visitor.actor(), name.clone(), who, role, origin).await;
    match added {
        Ok(_) => see_other(&format!("/communities/{name}/edit?done=added")),
        Err(error) => {
            let wrong = problem(&error, "username");
            let message = if wrong.is_none() { Some(sentence(&error)) } else { None };
            let add = Field { value: username, error: wrong };
            again(&app, &visitor, &name, error, Edited { add, error: message, ..Edited::default() })
                .await
        }
    }
}

async fn change(
    State(app): State<App>,
    Path((name, person)): Path<(String, String)>,
    Posted(visitor, form): Posted,
) -> Response {
    let actor = visitor.actor();
    let origin = visitor.origin.clone();
    let done = async {
        let id = person.parse().map_err(|_| Error::NotFound("member"))?;
        let who = Who::Id(id);
        if form.text("do") == "remove" {
            app.core().remove_community_member(&actor, name.clone(), who, origin).await?;
            let left = actor.person_id() == Some(id);
            return Ok::<_, Error>(if left {
                "/communities".to_owned()
            } else {
                format!("/communities/{name}/edit?done=removed")
            });
        }
        let role = Role::parse(form.text("role"))
            .ok_or_else(|| Error::invalid("role", "is none of the roles"))?;
        let set = app.core().set_community_role(&actor, name.clone(), who, role, origin).await?;
        // Whoever gives up ownership may not see the form any more.
        let own = actor.person_id() == Some(id) && set.role != Role::Owner;
        let path = if own { "" } else { "/edit" };
        Ok(format!("/communities/{name}{path}?done=role"))
    };
    match done.await {
        Ok(location) => see_other(&location),
        Err(error) => {
            let edited = Edited { error: Some(sentence(&error)), ..Edited::default() };
            again(&app, &visitor, &name, error, edited).await
        }
    }
}

/// What a form came to that led here.
fn notice(done: &str) -> Option<Notice> {
    let text = match done {
        "created" => "The community is made. Add whoever organizes with you.",
        "saved" => "Saved.",
        "added" => "Added.",
        "removed" => "Removed.",
        "role" => "The role is set.",
        _ => return None,
    };
    Some(Notice::success(text))
}
