//! `/{slug}/standings`: who stands where, and why.

use axum::{extract::Path, response::Response};
use tiltyard_core::{
    Error,
    tournaments::{Kind, State, Tournament},
};
use tiltyard_pages::tournament::{
    Look, Tab,
    around::{Head, Section},
    people::StandingsPage,
};

use super::{Asked, address, paged, people};
use crate::{
    http::heavy,
    web::{Extent, tournament},
};

/// People a page.
const PER_PAGE: usize = 100;

/// How places are decided, a sentence each.
fn rules(t: &Tournament) -> Vec<&'static str> {
    let mut rules = Vec::new();
    if t.row.first_group.is_some() || t.options.group_stage_enabled {
        rules.push(
            "The groups decide who goes on to the final stage. Whoever goes on stands before \
             everybody who does not.",
        );
        rules.push(
            "Those who do not go on share places by what they reached in their group: all who came \
             third there stand before all who came fourth.",
        );
    }
    match t.kind {
        Kind::SingleElimination => rules.extend([
            "A place is how far somebody came. Those who lost in the same round share the best of \
             their places: both who lost a semi-final are 3rd, the four who lost a quarter-final are \
             5th.",
            "Where matches for third or lower places are played, they decide those places.",
        ]),
        Kind::DoubleElimination => rules.extend([
            "Whoever loses for the second time is out, and a place is how far somebody came by then. \
             Those who went out in the same round of the losers’ bracket share the best of their \
             places.",
            "The grand final decides the first two places; where it may be played twice, the second \
             one does.",
        ]),
        Kind::RoundRobin => rules.push(
            "Everybody meets everybody. The table’s columns decide from left to right; those who are \
             level in all of them share a place.",
        ),
        Kind::Swiss => rules.push(
            "In each round those meet who have done equally well. The table’s columns decide from \
             left to right; those who are level in all of them stand in the order of their seeds.",
        ),
        Kind::FreeForAll => rules.extend([
            "The best of each match go on. A place is the round in which somebody went out, and then \
             the place in that match.",
            "Those who went out of the same round at the same place of their matches share a place.",
        ]),
    }
    rules.push(
        "“Or better” is a place that is sure whatever happens. It becomes a place when nothing can \
         change it any more.",
    );
    rules
}

pub(super) async fn show(Path(slug): Path<String>, asked: Asked) -> Response {
    asked.or_error(page(&asked, &slug).await)
}

async fn page(asked: &Asked, slug: &str) -> Result<Response, Error> {
    let tournament = asked.tournament(slug).await?;
    let t = tournament.as_ref();
    let kept = asked.kept(t, Section::Standings, t.participants.len().div_ceil(PER_PAGE));
    let page = async {
        let head = asked.head(t, Section::Standings).await;
        Ok(heavy::draw(t.participants.len(), || standings(asked, t, head)))
    };
    asked.answer_kept(t, kept, page).await
}

fn standings(asked: &Asked, t: &Tournament, head: Head) -> StandingsPage {
    let look = Look { round: None, ..tournament::look(&asked.uri, t) };
    let view = tournament::view_to(t, String::new(), look, Extent::Table);
    // Of a single table everybody stands in it.
    let listed = view.tabs.is_empty() && view.stages.iter().any(|it| it.view.table.is_some());
    let played = t.state.started() && t.state != State::AcceptingPredictions;
    let people = if listed || !played { Vec::new() } else { people::everybody(t) };
    let here = head.here();
    let stage = look.stage.map(|stage| stage.to_string()).unwrap_or_default();
    let link = |number: u32| {
        let number = number.to_string();
        address(&here, &[("stage", stage.as_str()), ("page", number.as_str())])
    };
    let (people, paging) = paged(people, &asked.query("page"), PER_PAGE, link);
    let links = |tabs: &[Tab]| {
        let link = |tab: &Tab| {
            let stage = tab.stage.to_string();
            (tab.label.clone(), address(&here, &[("stage", stage.as_str())]), tab.current)
        };
        tabs.iter().map(link).collect()
    };
    StandingsPage {
        chrome: asked.chrome(),
        phases: links(&view.tabs),
        groups: links(&view.pages),
        rules: rules(t),
        tournament: view,
        people,
        paging,
        head,
    }
}
