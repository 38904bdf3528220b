//! Security events, for those whom they concern.

use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::security_log::{Page, Wanted};
use tiltyard_pages::{
    Link, Moment,
    log::{LogEntry, LogFilter, LogPage},
};

use super::{PageError, Visitor, html, login::query};
use crate::App;

/// What the three pages differ in.
struct Frame {
    wanted: Wanted,
    title: &'static str,
    lede: &'static str,
    back: Link,
    filter: Option<LogFilter>,
    /// The address of this page with its filter, to which `before` is added.
    here: String,
}

/// Who did something, as its reader would say it.
fn in_words(actor: String, own: Option<i64>) -> String {
    match actor.as_str() {
        "anonymous" => "nobody signed in".to_owned(),
        "operator" => "the operator".to_owned(),
        text => match (text.strip_prefix("person "), own) {
            (Some(id), Some(own)) if id.parse() == Ok(own) => "you".to_owned(),
            _ => actor,
        },
    }
}

async fn respond(app: &App, visitor: &Visitor, frame: Frame, before: &str) -> Response {
    let page = app.core().security_log(&visitor.actor(), frame.wanted, before.parse().ok()).await;
    let Page { entries, older } = match page {
        Ok(page) => page,
        Err(error) => return PageError::from(error).respond(app, visitor),
    };
    let own = visitor.session.as_ref().map(|session| session.person.id);
    let entries = entries.into_iter().map(|entry| LogEntry {
        at: Moment::from_millis(entry.at),
        event: entry.event,
        ok: entry.ok,
        actor: in_words(entry.actor, own),
        address: entry.address,
        application: entry.application,
        detail: entry.detail,
    });
    let glue = if frame.here.contains('?') { '&' } else { '?' };
    let page = LogPage {
        chrome: visitor.chrome(app),
        title: frame.title.to_owned(),
        lede: frame.lede.to_owned(),
        back: frame.back,
        filter: frame.filter,
        entries: entries.collect(),
        older: older.map(|id| format!("{}{glue}before={id}", frame.here)),
    };
    html(app, visitor, StatusCode::OK, &page)
}

/// The visitor's own account.
pub(super) async fn mine(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    let frame = Frame {
        wanted: Wanted::Mine,
        title: "Security log",
        lede: "What happened to your account, and from where. If something was not you, change \
               your password and end all other sessions.",
        back: Link::new("Account", "/account"),
        filter: None,
        here: "/account/log".to_owned(),
    };
    respond(&app, &visitor, frame, &query(&request, "before")).await
}

/// An application of the visitor.
pub(super) async fn of_application(
    State(app): State<App>,
    Path(client_id): Path<String>,
    visitor: Visitor,
    request: Request,
) -> Response {
    if visitor.session.is_none() {
        let error = tiltyard_core::Error::Unauthenticated("Sign in to see it.".to_owned());
        return PageError::from(error).respond(&app, &visitor);
    }
    let encoded: String = form_urlencoded::byte_serialize(client_id.as_bytes()).collect();
    let frame = Frame {
        wanted: Wanted::Application(client_id),
        title: "Application log",
        lede: "What happened to the application: changes, secrets, people who allowed it, and \
               tokens that came back after they were used.",
        back: Link::new("Application", format!("/apps/{encoded}")),
        filter: None,
        here: format!("/apps/{encoded}/log"),
    };
    respond(&app, &visitor, frame, &query(&request, "before")).await
}

/// Everything, for operators.
pub(super) async fn all(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    if visitor.session.is_none() {
        let error = tiltyard_core::Error::Unauthenticated("Sign in to see it.".to_owned());
        return PageError::from(error).respond(&app, &visitor);
    }
    let [person, application, event, before] = ["person", "application", "event", "before"]
        .map(|name| query(&request, name).trim().to_owned());
    let filter = LogFilter { person, application, event };
    let pairs = [
        ("person", &filter.person),
        ("application", &filter.application),
        ("event", &filter.event),
    ];
    // One at a time: each has an index of its own.
    let chosen = pairs.into_iter().find(|(_, value)| !value.is_empty());
    let wanted = match chosen {
        Some(("person", value)) => Wanted::Person(value.clone()),
        Some(("application", value)) => Wanted::Application(value.clone()),
        Some((_, value)) => Wanted::Event(value.clone()),
        None => Wanted::All,
    };
    let here = chosen.map_or_else(
        || "/admin/log".to_owned(),
        |(name, value)| {
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            format!("/admin/log?{name}={value}")
        },
    );
    let frame = Frame {
        wanted,
        title: "Security log of the installation",
        lede: "Everything, latest first. Fill in one field to look for something.",
        back: Link::new("Account", "/account"),
        filter: Some(filter),
        here,
    };
    respond(&app, &visitor, frame, &before).await
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("person 10000001", Some(10_000_001), "you")]
    #[case("person 10000002", Some(10_000_001), "person 10000002")]
    #[case("person 10000001 by key 10000003", Some(10_000_001), "person 10000001 by key 10000003")]
    #[case("person 10000001", None, "person 10000001")]
    #[case("operator", Some(10_000_001), "the operator")]
    #[case("anonymous", Some(10_000_001), "nobody signed in")]
    fn people_read_who_it_was(#[case] actor: &str, #[case] own: Option<i64>, #[case] words: &str) {
        assert_eq!(super::in_words(actor.to_owned(), own), words);
    }
}
