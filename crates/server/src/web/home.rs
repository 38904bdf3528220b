//! The start page and the list of tournaments.

use std::collections::HashMap;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::{
    Core, Error,
    clock::Millis,
    tournaments::{Kind, Page, TournamentFilter, TournamentRow},
};
use tiltyard_pages::{
    Link, Moment,
    communities::CommunityCard,
    home::{Filter, HomePage, Paging, TournamentCard, TournamentsPage},
};

use super::{
    PageError, Visitor, around, byline, communities, html, login::query, tournament::shown_state,
};
use crate::App;

/// Tournaments a page of the list.
const PER_PAGE: u32 = 24;

/// The cards of these tournaments; each organizer is looked up once.
pub(super) async fn cards(
    core: &Core,
    rows: Vec<TournamentRow>,
) -> Result<Vec<TournamentCard>, Error> {
    let owners = rows.iter().map(|row| row.owner_id).collect();
    let names: HashMap<i64, String> = core.usernames(owners).await?;
    let now = core.now();
    Ok(rows
        .into_iter()
        .map(|row| {
            let when = row.completed_at.or(row.started_at).or(row.starts_at);
            TournamentCard {
                state: shown_state(&row.state),
                kind: Kind::parse(&row.kind)
                    .map_or_else(String::new, |kind| kind.title().to_owned()),
                game: (!row.game_name.is_empty()).then_some(row.game_name),
                organizer: names.get(&row.owner_id).cloned().unwrap_or_default(),
                participants: u32::try_from(row.participants_count).unwrap_or_default(),
                progress: u8::try_from(row.progress).unwrap_or_default(),
                when: when.map(|at| Moment::relative(at, now)),
                slug: row.slug,
                name: row.name,
                now: None,
            }
        })
        .collect())
}

async fn some(core: &Core, state: &'static str, size: u32) -> Result<Vec<TournamentCard>, Error> {
    let listed = core.public_tournaments(state, Page { number: 1, size }).await?;
    cards(core, listed.items).await
}

/// A page of the tournaments that the visitor made, and how many there are.
async fn yours(
    core: &Core,
    visitor: &Visitor,
    page: Page,
) -> Result<(Vec<TournamentCard>, u64), Error> {
    let listed = core.tournaments(&visitor.actor(), TournamentFilter::default(), page).await?;
    Ok((cards(core, listed.items).await?, listed.total))
}

/// Tournaments that are shown as being played.
const LIVE: u32 = 6;
/// Of larger ones nobody's match is the one to show, and reading them for it would take too long.
const NOW_MAX: u32 = 1_024;

/// Who plays whom right now.
async fn now(core: &Core, card: &TournamentCard) -> Result<Option<String>, Error> {
    if card.participants > NOW_MAX {
        return Ok(None);
    }
    match core.tournament_page(&card.slug).await {
        Ok(tournament) => Ok(around::now(&tournament)),
        // It went away meanwhile.
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the start page shows to everybody.
#[derive(Debug, Clone)]
struct Lists {
    live: Vec<TournamentCard>,
    upcoming: Vec<TournamentCard>,
    recent: Vec<TournamentCard>,
    communities: Vec<CommunityCard>,
}

/// The lists as they were read last, and when: open start pages ask for them again and again.
#[derive(Debug, Default)]
pub(crate) struct Held(tokio::sync::Mutex<Option<(Millis, Lists)>>);

impl Held {
    /// The lists of these seconds; whoever asks while they are read waits for them.
    async fn lists(&self, core: &Core) -> Result<Lists, Error> {
        let mut held = self.0.lock().await;
        let span = byline::span(core);
        if let Some((read, lists)) = held.as_ref()
            && *read == span
        {
            return Ok(lists.clone());
        }
        let lists = lists(core).await?;
        *held = Some((span, lists.clone()));
        Ok(lists)
    }
}

async fn lists(core: &Core) -> Result<Lists, Error> {
    let mut live = some(core, "underway", LIVE).await?;
    live.extend(some(core, "group_stages_underway", LIVE).await?);
    live.truncate(LIVE as usize);
    for card in &mut live {
        card.now = now(core, card).await?;
    }
    let upcoming = some(core, "pending", 6).await?;
    let communities = core.public_communities(None, 6).await?.items;
    let communities = communities.into_iter().map(communities::card).collect();
    let mut recent = some(core, "", 12).await?;
    let shown =
        |card: &TournamentCard| live.iter().chain(&upcoming).any(|shown| shown.slug == card.slug);
    recent.retain(|card| !shown(card));
    Ok(Lists { live, upcoming, recent, communities })
}

pub(super) async fn home(State(app): State<App>, visitor: Visitor) -> Response {
    let page = async {
        let (lists, yours) = match visitor.session {
            // Whoever has just made something wants to see it.
            Some(_) => {
                let yours = yours(app.core(), &visitor, Page { number: 1, size: 6 }).await?.0;
                (lists(app.core()).await?, yours)
            }
            None => (app.home().lists(app.core()).await?, Vec::new()),
        };
        let Lists { live, upcoming, recent, communities } = lists;
        Ok::<_, Error>(HomePage {
            chrome: visitor.chrome(&app),
            signup_open: app.core().settings().open_signup,
            yours,
            live,
            upcoming,
            recent,
            communities,
        })
    };
    match page.await {
        Ok(page) => html(&app, &visitor, StatusCode::OK, &page),
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

/// The choices above the list: address value, text, state.
const FILTERS: [(&str, &str, &str); 5] = [
    ("", "All", ""),
    ("live", "Live", "underway"),
    ("upcoming", "Not started", "pending"),
    ("complete", "Complete", "complete"),
    (YOURS, "Yours", ""),
];

/// The choice that shows the visitor's own, for those who are signed in.
const YOURS: &str = "yours";

pub(super) async fn tournaments(
    State(app): State<App>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let wanted = query(&request, "show");
    let number = query(&request, "page").parse::<u32>().unwrap_or(1).clamp(1, 1_000_000);
    let (value, _, state) =
        FILTERS.into_iter().find(|(value, _, _)| *value == wanted).unwrap_or(FILTERS[0]);
    let page = Page { number, size: PER_PAGE };
    let listed = async {
        if value == YOURS {
            return yours(app.core(), &visitor, page).await;
        }
        let listed = app.core().public_tournaments(state, page).await?;
        Ok::<_, Error>((cards(app.core(), listed.items).await?, listed.total))
    };
    match listed.await {
        Ok((items, total)) => {
            let pages = u32::try_from(total.div_ceil(u64::from(PER_PAGE))).unwrap_or(u32::MAX);
            let link = |number: u32| format!("/tournaments?show={value}&page={number}");
            let page = TournamentsPage {
                chrome: visitor.chrome(&app),
                items,
                own: value == YOURS,
                filters: FILTERS
                    .into_iter()
                    .filter(|(choice, ..)| *choice != YOURS || visitor.session.is_some())
                    .map(|(choice, text, _)| Filter {
                        link: Link::new(text, format!("/tournaments?show={choice}")),
                        current: choice == value,
                    })
                    .collect(),
                paging: Paging {
                    page: number,
                    pages: Some(pages.max(1)),
                    previous: (number > 1).then(|| link(number - 1)),
                    next: (number < pages).then(|| link(number + 1)),
                },
            };
            html(&app, &visitor, StatusCode::OK, &page)
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}
