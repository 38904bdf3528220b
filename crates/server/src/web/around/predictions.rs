//! `/{slug}/predictions`: who predicts best.

use axum::{extract::Path, response::Response};
use tiltyard_core::{
    Error,
    tournaments::{By, Kind, Page, State, predictions::Method},
};
use tiltyard_pages::{
    home::Paging,
    tournament::{
        around::Section,
        predictions::{Place, PredictionsPage},
    },
};

use super::Asked;

/// Predictions a page.
const PER_PAGE: u32 = 100;

pub(super) async fn show(Path(slug): Path<String>, asked: Asked) -> Response {
    asked.or_error(page(&asked, &slug).await)
}

async fn page(asked: &Asked, slug: &str) -> Result<Response, Error> {
    let tournament = asked.tournament(slug).await?;
    let t = tournament.as_ref();
    let (Some(method), Some(_)) = (t.prediction_method(), t.row.predictions_opened_at) else {
        return Err(Error::NotFound("page"));
    };
    let page = async {
        let head = asked.head(t, Section::Predictions).await;
        let number = asked.query("page").parse::<u32>().unwrap_or(1).clamp(1, 1_000_000);
        let core = asked.app.core();
        let listed = core
            .page_predictions(&asked.visitor.actor(), &tournament, Page { number, size: PER_PAGE })
            .await?;
        let session = asked.visitor.session.as_ref();
        let own = match session {
            Some(_) => {
                let by = By::parse(&t.row.slug);
                match core.own_prediction(&asked.visitor.actor(), by).await {
                    Ok((_, own)) => own.updated_at.map(|_| own),
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
            open: t.state == State::AcceptingPredictions,
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
            own: own.map(|own| (own.score.correct, own.picks.len(), own.score.points)),
            paging: Paging {
                page: number,
                pages: Some(pages.max(1)),
                previous: (number > 1).then(|| link(number - 1)),
                next: (number < pages).then(|| link(number + 1)),
            },
            head,
        })
    };
    asked.answer_kept(t, asked.kept(t, Section::Predictions, 0), page).await
}
