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
    organize::{
        Tab,
        people::{PeoplePage, Person},
    },
    tournament::matches::Choice,
};

use super::{
    super::{
        PageError, Posted, Visitor,
        around::{address, paged},
        form::Form,
        html,
        login::query,
        page::see_other,
    },
    by, given, head, history, load, notice, sentence, shown,
};
use crate::{App, text::capital};

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

/// How somebody stands, as the list can be asked for it.
fn standing(row: &ParticipantRow) -> &'static str {
    if row.on_waiting_list {
        "waiting"
    } else if !row.active {
        "gone"
    } else if row.checked_in_at.is_some() {
        "here"
    } else {
        "missing"
    }
}

/// What the list is asked for.
#[derive(Default)]
pub(super) struct Wanted {
    /// Part of a name.
    find: String,
    /// How they stand; empty for everybody.
    who: String,
    page: String,
}

impl Wanted {
    /// From the name of a field to what it says.
    fn of(field: impl Fn(&str) -> String) -> Self {
        let find = field("find").trim().chars().take(120).collect();
        Self { find, who: field("who"), page: field("page") }
    }

    /// Those it shows, with where they stand in the list of all.
    fn among<'a>(
        &self,
        rows: &'a [ParticipantRow],
        check_in: bool,
    ) -> Vec<(usize, &'a ParticipantRow)> {
        let sought = self.find.to_lowercase();
        let named = |name: &str| name.to_lowercase().contains(&sought);
        let stands = |row: &ParticipantRow| match self.who.as_str() {
            "here" | "missing" if !check_in => true,
            "here" | "missing" | "waiting" | "gone" => self.who == standing(row),
            _ => true,
        };
        let shown = |row: &ParticipantRow| {
            stands(row)
                && (sought.is_empty()
                    || named(&row.name)
                    || row.username.as_deref().is_some_and(named))
        };
        rows.iter().enumerate().filter(|(_, row)| shown(row)).collect()
    }

    /// After a form of such a list: back to it, for the next one. `None` where it showed everybody.
    pub(super) fn next(form: &Form, base: &str, done: &str) -> Option<String> {
        let wanted = Self::of(|name| form.text(name).to_owned());
        let narrowed = !wanted.find.is_empty() || !wanted.who.is_empty();
        let fields = [("who", wanted.who.as_str()), ("page", &wanted.page), ("done", done)];
        narrowed.then(|| address(base, &fields))
    }
}

/// What is being typed, and the part of the list.
#[derive(Default)]
struct Shown {
    add: Field,
    wanted: Wanted,
}

fn page(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    t: &Tournament,
    shown: Shown,
) -> Response {
    let rows = &t.participants;
    let head = head(t, Tab::Participants);
    let check_in = checks_in(t);
    let counted = |who: &str| rows.iter().filter(|row| standing(row) == who).count();
    let kinds = [
        ("missing", if check_in { counted("missing") } else { 0 }, "not here yet"),
        ("here", if check_in { counted("here") } else { 0 }, "here"),
        ("waiting", counted("waiting"), "waiting"),
        ("gone", counted("gone"), if t.state.started() { "withdrawn" } else { "put aside" }),
    ];
    let some: Vec<_> = kinds.into_iter().filter(|(_, count, _)| *count > 0).collect();
    let summary: Vec<_> = some.iter().map(|(_, count, what)| format!("{count} {what}")).collect();
    let Wanted { find, who, page } = &shown.wanted;
    let kinds = some
        .iter()
        .map(|(value, count, what)| Choice {
            value: (*value).to_owned(),
            label: format!("{} ({count})", capital(what)),
            chosen: who == value,
        })
        .collect();
    let link = |number: u32| {
        let number = number.to_string();
        let fields = [("find", find.as_str()), ("who", who.as_str()), ("page", number.as_str())];
        address(&format!("{}/participants", head.base()), &fields)
    };
    let wanted = shown.wanted.among(rows, check_in);
    let narrowed = wanted.len() < rows.len();
    let found = u32::try_from(wanted.len()).unwrap_or(u32::MAX);
    let (wanted, paging) = paged(wanted, page, PER_PAGE, link);
    // Neighbours change places where both are seen.
    let beside = |row, other| if narrowed { None } else { beside(row, other) };
    let people = wanted
        .into_iter()
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
        found,
        find: find.clone(),
        who: who.clone(),
        kinds,
        paging,
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
    match load(&app, &visitor, &slug).await {
        Ok(t) => {
            let wanted = Wanted::of(|name| query(&request, name));
            let shown = Shown { wanted, ..Shown::default() };
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
                page(&app, &visitor, status, &t, Shown { add, ..Shown::default() })
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
            page(app, &visitor, status, &t, Shown::default())
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
