//! `/{slug}/manage/participants`: who takes part.

use axum::{
    extract::{Path, Request, State as Extract},
    http::StatusCode,
    response::Response,
};
use tiltyard_bracket::Entrant;
use tiltyard_core::{
    Error,
    tournaments::{ParticipantRow, State, Tournament, participants::NewParticipant},
};
use tiltyard_pages::{
    Field, Notice,
    home::Paging,
    organize::{
        Tab,
        people::{PeoplePage, Person},
    },
};

use super::{
    super::{PageError, Posted, Visitor, html, login::query, page::see_other},
    by, given, head, history, load, notice, sentence, shown,
};
use crate::App;

/// Participants a page of the list.
pub(super) const PER_PAGE: usize = 100;

/// Why somebody does not play as others do.
fn note(t: &Tournament, row: &ParticipantRow) -> Option<&'static str> {
    let entrant = u32::try_from(row.seed).map(Entrant).ok();
    let withdrew = t
        .event
        .as_ref()
        .zip(entrant)
        .is_some_and(|(event, entrant)| event.withdrawn().contains(&entrant));
    if row.on_waiting_list {
        Some("waiting list")
    } else if row.active {
        None
    } else if withdrew {
        Some("withdrawn")
    } else {
        Some("not here")
    }
}

/// Whether a participant can change places with a neighbour: those who play, those who were put aside
/// and the waiting list stay apart.
fn beside(one: &ParticipantRow, other: Option<&ParticipantRow>) -> Option<u32> {
    let other = other?;
    let same = (one.active, one.on_waiting_list) == (other.active, other.on_waiting_list);
    same.then(|| u32::try_from(other.seed).ok()).flatten()
}

/// Whether marks of a check-in can be set.
pub(super) fn checks_in(t: &Tournament) -> bool {
    matches!(t.state, State::CheckingIn | State::CheckedIn)
}

/// What is being typed, and the part of the list.
struct Shown {
    add: Field,
    page: usize,
}

fn page(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    t: &Tournament,
    shown: Shown,
) -> Response {
    let rows = &t.participants;
    let pages = rows.len().div_ceil(PER_PAGE).max(1);
    let number = shown.page.clamp(1, pages);
    let head = head(t, Tab::Participants);
    let link = |number: usize| format!("{}/participants?page={number}", head.base());
    let check_in = checks_in(t);
    let here = rows.iter().filter(|row| row.checked_in_at.is_some()).count();
    let waiting = rows.iter().filter(|row| row.on_waiting_list).count();
    let gone = rows.iter().filter(|row| !row.active && !row.on_waiting_list).count();
    let mut summary = Vec::new();
    for (count, what) in [
        (if check_in { here } else { 0 }, "here"),
        (waiting, "waiting"),
        (gone, if t.state.started() { "withdrawn" } else { "put aside" }),
    ] {
        if count > 0 {
            summary.push(format!("{count} {what}"));
        }
    }
    let people = rows
        .iter()
        .enumerate()
        .skip((number - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|(index, row)| Person {
            id: row.id,
            seed: u32::try_from(row.seed).unwrap_or_default(),
            name: row.name.clone(),
            account: row.username.clone().filter(|username| *username != row.name),
            note: note(t, row),
            here: row.checked_in_at.is_some(),
            up: beside(row, index.checked_sub(1).and_then(|index| rows.get(index))),
            down: beside(row, rows.get(index + 1)),
        })
        .collect();
    let page = PeoplePage {
        chrome: visitor.chrome(app),
        total: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        summary: summary.join(", "),
        people,
        paging: Paging {
            page: u32::try_from(number).unwrap_or(u32::MAX),
            pages: u32::try_from(pages).ok(),
            previous: (number > 1).then(|| link(number - 1)),
            next: (number < pages).then(|| link(number + 1)),
        },
        add: shown.add,
        open: !t.state.started(),
        check_in,
        head,
    };
    html(app, visitor, status, &page)
}

pub(super) async fn show(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let visitor = visitor.with_notice(notice(&query(&request, "done")));
    let number = query(&request, "page").parse().unwrap_or(1);
    match load(&app, &visitor, &slug).await {
        Ok(t) => {
            let shown = Shown { add: Field::default(), page: number };
            page(&app, &visitor, StatusCode::OK, &t, shown)
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

/// What is wrong with names, each named: of many lines, one is found by what stands in it.
fn wrong(error: &Error, names: &[String]) -> String {
    let Error::Invalid(problems) = error else { return sentence(error) };
    let texts: Vec<String> = problems
        .list()
        .iter()
        .map(|problem| {
            let index = problem.field.split('.').nth(1).and_then(|it| it.parse::<usize>().ok());
            match index.and_then(|index| Some((index, names.get(index)?))) {
                Some((index, name)) => {
                    let name: String = name.chars().take(40).collect();
                    format!("Name {}, “{name}”, {}", index + 1, problem.message)
                }
                None => problem.message.clone(),
            }
        })
        .collect();
    let more = texts.len().saturating_sub(5);
    let more = if more > 0 { format!("; and {more} more like that") } else { String::new() };
    let text = texts.into_iter().take(5).collect::<Vec<_>>().join("; ");
    format!("{text}{more}. Nobody was added.")
}

/// Adds a name a line, all of them or none.
pub(super) async fn add(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    // Spreadsheets put tabs between columns.
    let typed = form.text("names").replace("\r\n", "\n").replace('\t', " ");
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    let names: Vec<String> = lines.map(str::to_owned).collect();
    let added = async {
        if names.is_empty() {
            load(&app, &visitor, &slug).await?;
            return Err(Error::invalid("names", "Type at least one name"));
        }
        let new = names
            .iter()
            .map(|name| NewParticipant { name: Some(name.clone()), ..NewParticipant::default() })
            .collect();
        app.core().add_participants(&visitor.actor(), by(&slug)?, new, true).await
    };
    match added.await {
        Ok((t, ids)) => {
            let at = ids.last().and_then(|id| t.participants.iter().position(|row| row.id == *id));
            let page = at.unwrap_or_default() / PER_PAGE + 1;
            let base = format!("/{}/manage/participants", t.row.slug);
            see_other(&format!("{base}?done=added&page={page}"))
        }
        Err(error) => match (shown(&error), load(&app, &visitor, &slug).await) {
            (Some(status), Ok(t)) => {
                let add = Field::wrong(typed, wrong(&error, &names));
                page(&app, &visitor, status, &t, Shown { add, page: 1 })
            }
            _ => PageError::from(error).respond(&app, &visitor),
        },
    }
}

/// What a change of the list came to: on to it, or the list with the reason why not.
pub(super) async fn answer(
    app: &App,
    visitor: Visitor,
    slug: &str,
    done: Result<String, Error>,
) -> Response {
    let error = match done {
        Ok(location) => return see_other(&location),
        Err(error) => error,
    };
    match (shown(&error), load(app, &visitor, slug).await) {
        (Some(status), Ok(t)) => {
            let visitor = visitor.with_notice(Some(Notice::error(sentence(&error))));
            page(app, &visitor, status, &t, Shown { add: Field::default(), page: 1 })
        }
        _ => PageError::from(error).respond(app, &visitor),
    }
}

pub(super) async fn randomize(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    Posted(visitor, _): Posted,
) -> Response {
    let done = async {
        let t = app.core().randomize_participants(&visitor.actor(), by(&slug)?).await?;
        Ok(format!("/{}/manage/participants?done=drawn", t.row.slug))
    };
    let done = done.await;
    answer(&app, visitor, &slug, done).await
}

pub(super) async fn clear(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    let done = async {
        let by = given(by(&slug)?, &form, |t| Some(history(t)));
        let t = app.core().clear_participants(&visitor.actor(), by).await?;
        Ok(format!("/{}/manage/participants?done=cleared", t.row.slug))
    };
    let done = done.await;
    answer(&app, visitor, &slug, done).await
}
