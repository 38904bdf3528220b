//! `/{slug}/manage/settings`.

use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::{
    Error, Patch,
    clock::MINUTE,
    tournaments::{Tournament, TournamentChanges},
};
use tiltyard_pages::organize::{Fields, Tab, new::SettingsPage};

use super::{
    super::{PageError, Posted, Visitor, html, login::query, page::see_other},
    by, given, head, load, notice, particulars, shown, tag,
};
use crate::App;

/// Names what the form shows.
fn seen(t: &Tournament) -> String {
    let row = &t.row;
    let texts = (&row.name, &row.slug, &row.game_name, &row.description);
    tag(&(texts, row.private, row.starts_at, t.kind, &t.options, t.state.started()))
}

fn page(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    tournament: &Tournament,
    fields: Fields,
    error: Option<String>,
) -> Response {
    let fixed = tournament.state.started();
    let players = Some(tournament.playing()).filter(|players| *players >= 2 && !fixed);
    let form = particulars::form(fields, &tournament.options, players, fixed, Vec::new());
    let page = SettingsPage {
        chrome: visitor.chrome(app),
        head: head(tournament, Tab::Settings),
        form,
        seen: seen(tournament),
        error,
    };
    html(app, visitor, status, &page)
}

pub(super) async fn show(
    State(app): State<App>,
    Path(slug): Path<String>,
    visitor: Visitor,
    request: Request,
) -> Response {
    let visitor = visitor.with_notice(notice(&query(&request, "done")));
    match load(&app, &visitor, &slug).await {
        Ok(tournament) => {
            let fields = particulars::of(&tournament);
            page(&app, &visitor, StatusCode::OK, &tournament, fields, None)
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn save(
    State(app): State<App>,
    Path(slug): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    let tournament = match load(&app, &visitor, &slug).await {
        Ok(tournament) => tournament,
        Err(error) => return PageError::from(error).respond(&app, &visitor),
    };
    let fixed = tournament.state.started();
    let before = tournament.row.starts_at;
    let wanted = particulars::read(&form, tournament.kind, tournament.options.clone(), fixed);
    let saved = async {
        let wanted = wanted?;
        // What the form was made of is what it changes, or it is not changed.
        let by = given(by(&slug)?, &form, |tournament| Some(seen(tournament)));
        let changes = TournamentChanges {
            name: Some(wanted.name),
            slug: wanted.slug,
            kind: Some(wanted.kind),
            game_name: Some(wanted.game),
            description: Some(wanted.description),
            private: Some(wanted.private),
            starts_at: match wanted.starts_at {
                // The form knows minutes only.
                same if same == before.map(|at| at - at.rem_euclid(MINUTE)) => Patch::Keep,
                Some(at) => Patch::Set(at),
                None => Patch::Clear,
            },
            options: Some(wanted.options),
        };
        let changes = move |_: &Tournament| Ok(changes.clone());
        app.core().update_tournament(&visitor.actor(), by, changes).await
    };
    match saved.await {
        Ok(saved) => see_other(&format!("/{}/manage/settings?done=saved", saved.row.slug)),
        Err(error) => match shown(&error) {
            Some(status) => {
                let stale = matches!(error, Error::Stale(_));
                let now = load(&app, &visitor, &slug).await.unwrap_or(tournament);
                let mut fields =
                    if stale { particulars::of(&now) } else { particulars::typed(&form) };
                let error = particulars::mark(&mut fields, &error);
                page(&app, &visitor, status, &now, fields, Some(error))
            }
            None => PageError::from(error).respond(&app, &visitor),
        },
    }
}
