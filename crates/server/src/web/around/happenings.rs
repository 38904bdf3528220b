//! `/{slug}/log`: what happened to a tournament.

use axum::{
    extract::{Path, State as Extract},
    http::{HeaderMap, Uri},
    response::Response,
};
use tiltyard_core::{Error, tournaments::Doer};
use tiltyard_pages::{
    Moment,
    tournament::{
        around::Section,
        happenings::{By, Happened, HappeningsPage},
    },
};

use super::{Asked, words};
use crate::{App, web::Visitor};

fn by(doer: Doer) -> By {
    match doer {
        Doer::Person(Some(name)) => By::Named { name, note: None },
        Doer::Person(None) => By::Words("Somebody whose account is deleted"),
        Doer::Application { name: Some(name), person } => By::Named {
            name,
            note: Some(match person {
                Some(person) => format!("application, for {person}"),
                None => "application".to_owned(),
            }),
        },
        Doer::Application { name: None, .. } => By::Words("An application that is deleted"),
        Doer::Operator => By::Words("An operator"),
        Doer::Platform => By::Words("The server"),
        Doer::Somebody => By::Words("Somebody"),
    }
}

pub(super) async fn show(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    visitor: Visitor,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let asked = Asked { app: &app, visitor: &visitor, uri: &uri, headers: &headers };
    let page = page(&asked, &slug).await;
    asked.or_error(page)
}

async fn page(asked: &Asked<'_>, slug: &str) -> Result<Response, Error> {
    let before: Option<i64> = asked.query("before").parse().ok();
    let (tournament, page) =
        asked.app.core().happenings(&asked.visitor.actor(), slug, before).await?;
    let t = tournament.as_ref();
    let head = asked.head(t, Section::Log).await;
    let here = head.here();
    let entries = page.entries.into_iter().map(|entry| Happened {
        number: entry.number,
        at: Moment::from_millis(entry.at),
        parts: words::parts(t, &entry.event, &entry.body),
        by: by(entry.by),
    });
    let page = HappeningsPage {
        chrome: asked.visitor.chrome(asked.app),
        entries: entries.collect(),
        older: page.older.map(|number| format!("{here}?before={number}")),
        latest: before.map(|_| here),
        head,
    };
    Ok(asked.answer(t, &page))
}
