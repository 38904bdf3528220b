//! `/{slug}/participants`: who takes part.

use std::cmp::Ordering;

use axum::{extract::Path, response::Response};
use tiltyard_core::{
    Error,
    tournaments::{State, Tournament},
};
use tiltyard_pages::tournament::{
    around::{Head, Section},
    matches::Choice,
    people::{Columns, PeoplePage, Person},
};

use super::{Asked, address, paged, participant_path};
use crate::{http::heavy, web::tournament};

/// People a page.
const PER_PAGE: usize = 100;

/// The orders to choose, where there are places.
const ORDERS: [(&str, &str); 3] = [("", "Place"), ("seed", "Seed"), ("name", "Name")];

/// Everybody, by place or else by seed. Nothing of what they told the organizers alone.
pub(super) fn everybody(t: &Tournament) -> Vec<Person> {
    let drawn = t.event.is_some();
    let shown = tournament::participants(t).into_iter().filter_map(|it| {
        let index = usize::try_from(it.seed).ok()?.checked_sub(1)?;
        let row = t.participants.get(index)?;
        Some(Person {
            id: row.id,
            seed: it.seed,
            name: it.name,
            rank: it.rank.filter(|_| t.state.started()),
            record: it.record,
            here: row.checked_in_at.is_some(),
            waiting: it.waiting,
            withdrew: !row.active && t.state.started(),
            href: drawn.then(|| participant_path(t, row.id)),
        })
    });
    shown.collect()
}

pub(super) async fn show(Path(slug): Path<String>, asked: Asked) -> Response {
    asked.or_error(page(&asked, &slug).await)
}

async fn page(asked: &Asked, slug: &str) -> Result<Response, Error> {
    let tournament = asked.tournament(slug).await?;
    let t = tournament.as_ref();
    let kept = asked.kept(t, Section::Participants, t.participants.len().div_ceil(PER_PAGE));
    let page = async {
        let head = asked.head(t, Section::Participants).await;
        Ok(heavy::draw(t.participants.len(), || list(asked, t, head)))
    };
    asked.answer_kept(t, kept, page).await
}

fn list(asked: &Asked, t: &Tournament, head: Head) -> PeoplePage {
    let find: String = asked.query("find").trim().chars().take(120).collect();
    let order = asked.query("order");
    let columns = Columns {
        seeds: !t.options.seeding_options.hide_seeds,
        check_in: matches!(t.state, State::CheckingIn | State::CheckedIn),
        results: t.state.started() && t.state != State::AcceptingPredictions,
    };
    let sought = find.to_lowercase();
    let mut people = everybody(t);
    people.retain(|person| sought.is_empty() || person.name.to_lowercase().contains(&sought));
    match order.as_str() {
        "seed" if columns.seeds => people.sort_by_key(|person| person.seed),
        "name" => people.sort_by_cached_key(|person| person.name.to_lowercase()),
        // Whose name is what is looked for, first.
        _ if !sought.is_empty() => people.sort_by(|a, b| {
            let whole = |person: &Person| person.name.to_lowercase() == sought;
            whole(b).cmp(&whole(a)).then(Ordering::Equal)
        }),
        _ => {}
    }
    let total = (people.len(), t.participants.len());
    let link = |number: u32| {
        let number = number.to_string();
        let fields =
            [("find", find.as_str()), ("order", order.as_str()), ("page", number.as_str())];
        address(&head.here(), &fields)
    };
    let (people, paging) = paged(people, &asked.query("page"), PER_PAGE, link);
    let orders = ORDERS.into_iter().filter(|(value, _)| *value != "seed" || columns.seeds);
    PeoplePage {
        chrome: asked.chrome(),
        orders: orders
            .filter(|_| columns.results)
            .map(|(value, label)| Choice {
                value: value.to_owned(),
                label: label.to_owned(),
                chosen: value == order,
            })
            .collect(),
        find,
        people,
        total,
        columns,
        paging,
        head,
    }
}
