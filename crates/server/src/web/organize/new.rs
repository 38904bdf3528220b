//! `/tournaments/new`.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::{
    Error,
    communities::Role,
    tournaments::{Kind, NewTournament, Options, Page},
};
use tiltyard_pages::{
    Field,
    organize::{Fields, new::NewPage},
};

use super::{
    super::{Form, PageError, Posted, Visitor, html, login::query, page::see_other},
    or_error,
    particulars::{self, PLAYERS},
    shown,
};
use crate::{App, http::heavy};

/// Most players that a preview is worked out for.
const PLAYERS_MAX: u32 = 16_384;
/// Most communities to choose from.
const COMMUNITIES: u32 = 200;

/// What stands in the form.
struct Shown {
    fields: Fields,
    kind: Kind,
    options: Options,
    players: String,
    error: Option<String>,
}

async fn page(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    shown: Shown,
) -> Result<Response, Error> {
    let mine = Page { number: 1, size: COMMUNITIES };
    let communities = app.core().communities(&visitor.actor(), mine).await?.items;
    let communities = communities
        .into_iter()
        .filter(|community| community.role.is_some_and(Role::organizes))
        .map(|community| (community.permalink, community.name))
        .collect();
    let typed = shown.players.trim();
    let parsed = if typed.is_empty() { Some(PLAYERS) } else { typed.parse().ok() };
    let players = parsed.filter(|players| (2..=PLAYERS_MAX).contains(players));
    let wrong = players.is_none().then(|| format!("Must be a number from 2 to {PLAYERS_MAX}."));
    let counted = players.unwrap_or(PLAYERS);
    let (form, outlook) = heavy::draw(counted as usize, || {
        let options = &shown.options;
        let form = particulars::form(shown.fields, options, Some(counted), false, communities);
        (form, particulars::outlook(shown.kind, options, counted))
    });
    let value = if wrong.is_some() { typed.to_owned() } else { counted.to_string() };
    let page = NewPage {
        chrome: visitor.chrome(app),
        form,
        players: Field { value, error: wrong },
        outlook,
        error: shown.error,
    };
    Ok(html(app, visitor, status, &page))
}

async fn answer(app: &App, visitor: &Visitor, status: StatusCode, shown: Shown) -> Response {
    or_error(app, visitor, page(app, visitor, status, shown).await)
}

/// The form; `?players=` says for how many the numbers are, `?type=` which format is chosen.
pub(super) async fn show(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    if visitor.session.is_none() {
        return PageError::from(Error::Unauthenticated("Sign in to make a tournament.".into()))
            .respond(&app, &visitor);
    }
    let kind = Kind::parse(&query(&request, "type")).unwrap_or_default();
    let mut fields = particulars::defaults();
    fields.set("tournament_type", kind.name());
    let players = query(&request, "players");
    let shown = Shown { fields, kind, options: Options::default(), players, error: None };
    answer(&app, &visitor, StatusCode::OK, shown).await
}

pub(super) async fn create(State(app): State<App>, Posted(visitor, form): Posted) -> Response {
    let wanted = particulars::read(&form, Kind::default(), Options::default(), false);
    let mut fields = particulars::typed(&form);
    let players = form.text("players").to_owned();
    let outlook = form.text("do") == "outlook";
    let (wanted, error) = match wanted {
        Ok(wanted) if !outlook => {
            let made = app.core().create_tournament(&visitor.actor(), new(&form, &wanted)).await;
            match made {
                Ok(made) => {
                    let slug = &made.row.slug;
                    return see_other(&format!("/{slug}/manage/participants?done=created"));
                }
                Err(error) if shown(&error).is_some() => (Some(wanted), Some(error)),
                Err(error) => return PageError::from(error).respond(&app, &visitor),
            }
        }
        Ok(wanted) => (Some(wanted), None),
        Err(error) => (None, Some(error)),
    };
    if visitor.session.is_none() {
        return PageError::from(Error::Unauthenticated("Sign in to make a tournament.".into()))
            .respond(&app, &visitor);
    }
    let status = error.as_ref().and_then(shown).unwrap_or(StatusCode::OK);
    let error = error.map(|error| particulars::mark(&mut fields, &error));
    let (kind, options) = wanted.map(|wanted| (wanted.kind, wanted.options)).unwrap_or_default();
    answer(&app, &visitor, status, Shown { fields, kind, options, players, error }).await
}

fn new(form: &Form, wanted: &particulars::Wanted) -> NewTournament {
    let community = form.text("community");
    NewTournament {
        name: wanted.name.clone(),
        slug: wanted.slug.clone(),
        kind: wanted.kind,
        game_name: wanted.game.clone(),
        description: wanted.description.clone(),
        private: wanted.private,
        starts_at: wanted.starts_at,
        community: (!community.is_empty()).then(|| community.to_owned()),
        options: wanted.options.clone(),
    }
}
