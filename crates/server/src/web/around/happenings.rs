//! `/{slug}/log`: what happened to a tournament.

use axum::{extract::Path, response::Response};
use tiltyard_core::{Error, tournaments::Doer};
use tiltyard_pages::{
    Moment,
    tournament::{
        around::Section,
        happenings::{By, Happened, HappeningsPage, Part},
    },
};

use super::{Asked, words};

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
        Doer::Organizer => By::Words("An organizer"),
        Doer::Player => By::Words("A player"),
        Doer::Somebody => By::Words("Somebody"),
    }
}

/// What happened where the particulars are too long to be read: only what concerns many has such.
fn in_short(event: &str) -> Option<&'static str> {
    Some(match event {
        "participants.added" => "added participants",
        "participants.moved_up" => "moved participants up from the waiting list",
        "check_in.processed" => "closed the check-in",
        "round.paired" => "paired a round",
        "group.tie_settled" => "settled a tie by seeds",
        "match.reported" => "reported a match, which reset others",
        "match.scored" => "put down a score, which reset others",
        "match.reopened" => "reopened a match, which reset others",
        "change.undone" => "undid a change",
        _ => return None,
    })
}

pub(super) async fn show(Path(slug): Path<String>, asked: Asked) -> Response {
    asked.or_error(page(&asked, &slug).await)
}

async fn page(asked: &Asked, slug: &str) -> Result<Response, Error> {
    let tournament = asked.tournament(slug).await?;
    let t = tournament.as_ref();
    let page = async {
        let before: Option<i64> = asked.query("before").parse().ok();
        // Whoever may not read it is told so by this.
        let (tournament, page) =
            asked.app.core().happenings(&asked.visitor.actor(), slug, before).await?;
        let t = tournament.as_ref();
        let head = asked.head(t, Section::Log).await;
        let here = head.here();
        let entries = page.entries.into_iter().map(|entry| Happened {
            number: entry.number,
            at: Moment::from_millis(entry.at),
            parts: match in_short(&entry.event).filter(|_| entry.body.is_null()) {
                Some(words) => vec![Part::Text(words.to_owned())],
                None => words::parts(t, &entry.event, &entry.body),
            },
            by: by(entry.by),
        });
        Ok(HappeningsPage {
            chrome: asked.chrome(),
            entries: entries.collect(),
            older: page.older.map(|number| format!("{here}?before={number}")),
            latest: before.map(|_| here),
            head,
        })
    };
    asked.answer_kept(t, asked.kept(t, Section::Log, 0), page).await
}
