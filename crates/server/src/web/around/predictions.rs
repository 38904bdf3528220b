//! `/{slug}/predictions`: one's own prediction, and who predicts best.

use axum::{
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use tiltyard_core::{
    Error,
    tournaments::{
        By, Kind, Page, State, Tournament,
        predictions::{Method, PredictionChange},
    },
};
use tiltyard_pages::{
    Link, Notice,
    home::Paging,
    tournament::{
        around::Section,
        predictions::{Place, PredictionsPage},
    },
};

use super::{Asked, Form, PageError, Posted, ballot};
use crate::{
    App,
    web::{
        organize::{by, sentence, shown},
        page::see_other,
    },
};

/// Predictions a page.
const PER_PAGE: u32 = 100;

pub(super) async fn show(Path(slug): Path<String>, mut asked: Asked) -> Response {
    let text = match (asked.query("done").as_str(), asked.query("gone").as_str()) {
        ("saved", "" | "0") => Some("Your picks are saved.".to_owned()),
        ("saved", "1") => Some(
            "Your picks are saved. One pick did not follow from the others any more and was left out."
                .to_owned(),
        ),
        ("saved", gone) => gone.parse::<u32>().ok().map(|gone| {
            format!(
                "Your picks are saved. {gone} picks did not follow from the others any more and \
                 were left out."
            )
        }),
        ("removed", _) => Some("Your prediction is taken back.".to_owned()),
        _ => None,
    };
    asked.visitor = asked.visitor.with_notice(text.map(Notice::success));
    asked.or_error(page(&asked, &slug, None).await)
}

/// What was sent with a form, as the page is asked.
fn asked(app: App, posted: Posted, uri: Uri, headers: HeaderMap) -> (Asked, Form) {
    let Posted(visitor, form) = posted;
    (Asked { app, visitor, uri, headers }, form)
}

/// Back to the page, or the page with what is wrong.
async fn answer(asked: &Asked, slug: &str, done: Result<String, Error>) -> Response {
    let error = match done {
        Ok(query) => return see_other(&format!("/{slug}/predictions?{query}")),
        Err(error) => error,
    };
    let Some(status) = shown(&error) else { return asked.or_error(Err(error)) };
    asked.or_error(page(asked, slug, Some((status, &error))).await)
}

pub(super) async fn save(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let (asked, form) = asked(app, posted, uri, headers);
    let done = async {
        let (core, actor) = (asked.app.core(), asked.visitor.actor());
        let (t, before) = core.own_prediction(&actor, by(&slug)?).await?;
        let (picks, more) = ballot::sent(&t, &form);
        let change = PredictionChange::Following(picks.clone());
        let (_, after) = core.save_prediction(&actor, by(&slug)?, change).await?;
        let gone = ballot::gone(&before, &picks, &after);
        let sheet = form.text("sheet").parse::<usize>().unwrap_or(1);
        let next = sheet.saturating_add(usize::from(more));
        Ok(format!("sheet={next}&done=saved&gone={gone}"))
    };
    let done = done.await;
    answer(&asked, &slug, done).await
}

pub(super) async fn remove(
    Extract(app): Extract<App>,
    Path(slug): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let (asked, _) = asked(app, posted, uri, headers);
    let done = async {
        asked.app.core().remove_prediction(&asked.visitor.actor(), by(&slug)?).await?;
        Ok("done=removed".to_owned())
    };
    let done = done.await;
    answer(&asked, &slug, done).await
}

/// Where nothing is predicted: why, and the way back.
fn nothing(asked: &Asked, t: &Tournament) -> Response {
    let why = if t.prediction_method().is_some() && !t.state.started() {
        "Predictions are not open yet: the organizer opens them before the start."
    } else {
        "This tournament takes no predictions."
    };
    PageError::new(StatusCode::NOT_FOUND, "No predictions here", why)
        .way(Link::new("To the tournament", format!("/{}", t.row.slug)))
        .respond(&asked.app, &asked.visitor)
}

async fn page(
    asked: &Asked,
    slug: &str,
    wrong: Option<(StatusCode, &Error)>,
) -> Result<Response, Error> {
    let tournament = asked.tournament(slug).await?;
    let t = tournament.as_ref();
    let (Some(method), Some(_)) = (t.prediction_method(), t.row.predictions_opened_at) else {
        return Ok(nothing(asked, t));
    };
    let page = async {
        let head = asked.head(t, Section::Predictions).await;
        let number = asked.query("page").parse::<u32>().unwrap_or(1).clamp(1, 1_000_000);
        let core = asked.app.core();
        let listed = core
            .page_predictions(&asked.visitor.actor(), &tournament, Page { number, size: PER_PAGE })
            .await?;
        let open = t.state == State::AcceptingPredictions;
        let session = asked.visitor.session.as_ref();
        let own = match session {
            Some(_) => {
                let by = By::parse(&t.row.slug);
                match core.own_prediction(&asked.visitor.actor(), by).await {
                    Ok((_, own)) => Some(own).filter(|own| open || own.updated_at.is_some()),
                    // A private tournament of which only the address is known.
                    Err(Error::NotFound(_) | Error::Forbidden(_)) => None,
                    Err(error) => return Err(error),
                }
            }
            None => None,
        };
        let person = session.map(|session| session.person.id);
        let places = listed.items.into_iter().map(|it| Place {
            rank: it.rank,
            username: it.username.to_string(),
            points: it.score.points,
            correct: it.score.correct.into(),
            possible: it.score.possible,
            own: person == Some(it.person),
        });
        let here = head.here();
        let pages = u32::try_from(listed.total.div_ceil(u64::from(PER_PAGE))).unwrap_or(u32::MAX);
        let link = |number: u32| format!("{here}?page={number}");
        Ok(PredictionsPage {
            chrome: asked.chrome(),
            open,
            shown: t.shows_predictions(),
            losers: t.kind != Kind::DoubleElimination
                || t.options.prediction_options.predict_the_losers_bracket,
            method: match method {
                Method::Linear => {
                    "A right pick is worth the number of its round: 1, 2, 3 and so on."
                }
                Method::Exponential => {
                    "A right pick is worth twice as much in each round: 1, 2, 4, 8 and so on."
                }
            },
            places: places.collect(),
            total: listed.total,
            score: own.as_ref().map(|own| (own.score.correct, own.score.points)),
            ballot: own.map(|own| {
                let sheet = asked.query("sheet").parse().unwrap_or(1);
                let error = wrong.map(|(_, error)| sentence(error));
                ballot::view(t, &own, &here, sheet, error)
            }),
            paging: Paging {
                page: number,
                pages: Some(pages.max(1)),
                previous: (number > 1).then(|| link(number - 1)),
                next: (number < pages).then(|| link(number + 1)),
            },
            head,
        })
    };
    if let Some((status, _)) = wrong {
        return Ok(asked.answer_with(status, t, &page.await?));
    }
    asked.answer_kept(t, asked.kept(t, Section::Predictions, 0), page).await
}
