//! The pages around a tournament's bracket: matches, participants, standings, and what happened.

mod ballot;
mod happenings;
mod matches;
mod one;
mod people;
mod predictions;
mod standings;
mod words;

pub(super) use words::taken_back;

use std::sync::Arc;

use axum::{
    Router,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, request::Parts},
    response::Response,
    routing::{get, post},
};
use tiltyard_bracket::Match;
use tiltyard_core::{
    Error,
    tournaments::{self, By, MatchRow, Tournament},
};
use tiltyard_pages::{
    Chrome, Page,
    home::Paging,
    tournament::{
        Live,
        around::{Head, More, Section},
    },
};

use super::{
    Form, PageError, Posted, Visitor, byline, html, organize::words as words_of, page::for_all,
    tournament::shown_state,
};
use crate::{
    App,
    app::{DocumentKey, DocumentKind},
    http::heavy,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/{slug}/matches", get(matches::show))
        .route("/{slug}/matches/{name}", get(one::show))
        .route("/{slug}/participants", get(people::show))
        .route("/{slug}/standings", get(standings::show))
        .route("/{slug}/predictions", get(predictions::show).post(predictions::save))
        .route("/{slug}/predictions/remove", post(predictions::remove))
        .route("/{slug}/log", get(happenings::show))
}

/// One of these pages as many ask for it, under its one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Kept {
    section: Section,
    part: Option<Part>,
}

/// A part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Page(u32),
    Stage(u32),
}

/// What a page is asked with.
struct Asked {
    app: App,
    visitor: Visitor,
    uri: Uri,
    headers: HeaderMap,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let (uri, headers) = (parts.uri.clone(), parts.headers.clone());
        Ok(Self { app: app.clone(), visitor, uri, headers })
    }
}

impl Asked {
    /// What all of the pages begin with.
    async fn head(&self, tournament: &Tournament, section: Section) -> Head {
        let row = &tournament.row;
        let slug = row.slug.as_str();
        let runs = self.visitor.session.is_some()
            && self
                .app
                .core()
                .tournament_to_run(&self.visitor.actor(), By::parse(slug))
                .await
                .is_ok();
        let path = self.uri.path();
        let here = self.uri.path_and_query().map_or(path, |it| it.as_str());
        let complete = tournament.state == tournaments::State::Complete;
        Head {
            slug: slug.to_owned(),
            name: row.name.clone(),
            game: (!row.game_name.is_empty()).then(|| row.game_name.clone()),
            state: shown_state(&row.state),
            revision: u64::try_from(row.journal_number).unwrap_or_default(),
            section,
            // Of a private one the address is known to more than those who may read it.
            more: More {
                predictions: row.predictions_opened_at.is_some(),
                log: !row.private || runs,
            },
            manage: runs.then(|| format!("/{slug}/manage")),
            canonical: Some(format!("{}{path}", self.app.base(&self.headers))),
            live: (!complete).then(|| Live {
                events_url: format!("/{slug}/events"),
                fragment_url: here.to_owned(),
            }),
        }
    }

    /// The frame of the page. For whoever is not signed in there is nothing of the visitor in it.
    fn chrome(&self) -> Chrome {
        if self.visitor.session.is_some() {
            return self.visitor.chrome(&self.app);
        }
        Chrome {
            site_name: self.app.core().settings().site_name.clone(),
            path: self.visitor.path.clone(),
            ..Chrome::default()
        }
    }

    /// Under what the page is kept: for whoever is not signed in, one of the list's `pages` or a stage, and
    /// nothing that is looked for. What few know of is kept nowhere.
    fn kept(&self, t: &Tournament, section: Section, pages: usize) -> Option<Kept> {
        let path = self.uri.path().strip_prefix('/')?.strip_prefix(t.row.slug.as_str())?;
        if self.visitor.session.is_some() || t.row.private || path != section.path() {
            return None;
        }
        let Some(query) = self.uri.query() else { return Some(Kept { section, part: None }) };
        let (name, value) = query.split_once('=')?;
        let number: u32 = value.parse().ok().filter(|number: &u32| number.to_string() == value)?;
        let within = |most: usize| (1..=most).contains(&(number as usize));
        let part = match name {
            "page" if within(pages) => Part::Page(number),
            "stage" if section == Section::Standings && within(t.stage_count()) => {
                Part::Stage(number)
            }
            _ => return None,
        };
        Some(Kept { section, part: Some(part) })
    }

    /// The page of a tournament, made once a revision where it is kept.
    async fn answer_kept<P: Page>(
        &self,
        t: &Tournament,
        kept: Option<Kept>,
        page: impl Future<Output = Result<P, Error>>,
    ) -> Result<Response, Error> {
        let Some(kept) = kept else { return Ok(self.answer(t, &page.await?)) };
        let base = self.app.base_index(&self.headers);
        let key = DocumentKey::of(t, DocumentKind::Around(kept), base);
        // What these say of people and applications has no revision.
        let key = match kept.section {
            Section::Log | Section::Predictions => {
                key.beside(byline::span(self.app.core()).unsigned_abs())
            }
            _ => key,
        };
        let rendered = async {
            let page = page.await?;
            let rendered = heavy::draw(t.participants.len(), || page.render());
            rendered.map(String::into_bytes).map_err(Error::internal)
        };
        Ok(for_all(&self.app, self.app.document(&key, rendered).await?))
    }

    /// The page of a tournament, for the one who asks.
    fn answer(&self, tournament: &Tournament, page: &impl Page) -> Response {
        self.answer_with(StatusCode::OK, tournament, page)
    }

    fn answer_with(
        &self,
        status: StatusCode,
        tournament: &Tournament,
        page: &impl Page,
    ) -> Response {
        let draw = || html(&self.app, &self.visitor, status, page);
        let mut response = heavy::draw(tournament.participants.len(), draw);
        if tournament.row.private {
            let robots = HeaderValue::from_static("noindex");
            response.headers_mut().insert("x-robots-tag", robots);
        }
        response
    }

    /// The page, or why there is none.
    fn or_error(&self, page: Result<Response, Error>) -> Response {
        page.unwrap_or_else(|error| PageError::from(error).respond(&self.app, &self.visitor))
    }

    fn query(&self, name: &str) -> String {
        let query = self.uri.query().unwrap_or_default();
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    async fn tournament(&self, slug: &str) -> Result<Arc<Tournament>, Error> {
        self.app.core().tournament_page(slug).await
    }
}

/// The part of a list that a page shows, and the ways to the others. `link` makes the address of a page.
pub(super) fn paged<T>(
    all: Vec<T>,
    asked: &str,
    size: usize,
    link: impl Fn(u32) -> String,
) -> (Vec<T>, Paging) {
    let pages = u32::try_from(all.len().div_ceil(size)).unwrap_or(u32::MAX).max(1);
    let number = asked.parse::<u32>().unwrap_or(1).clamp(1, pages);
    let skipped = (number as usize - 1).saturating_mul(size);
    let paging = Paging {
        page: number,
        pages: Some(pages),
        previous: (number > 1).then(|| link(number - 1)),
        next: (number < pages).then(|| link(number + 1)),
    };
    (all.into_iter().skip(skipped).take(size).collect(), paging)
}

/// An address with those of the fields that say something.
pub(super) fn address(path: &str, fields: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// What a match is called in addresses: its letters, with the number of its stage where there are several.
/// Letters begin anew in each stage, and no letters are digits alone, as an id is.
fn match_name(tournament: &Tournament, row: &MatchRow, of: &Match) -> String {
    let several = tournament.event.as_ref().is_some_and(|it| it.design().stages.len() > 1);
    match tournament.stage_of(row) {
        Some((stage, _)) if several => format!("{}-{}", stage.0 + 1, of.identifier),
        _ => of.identifier.to_string(),
    }
}

/// Who plays whom right now: the match that has been played the longest, else the one to be played next.
pub(super) fn now(tournament: &Tournament) -> Option<String> {
    let open = || {
        let all = tournament.listed_matches();
        all.filter(|(_, of)| of.state == tiltyard_bracket::MatchState::Open)
    };
    let underway = open().filter_map(|(row, of)| Some((row.underway_at?, row, of)));
    let (word, row, of) = match underway.min_by_key(|(since, ..)| *since) {
        Some((_, row, of)) => ("Now", row, of),
        None => open().min_by_key(|(_, of)| of.play_order).map(|(row, of)| ("Next", row, of))?,
    };
    let round = words_of::round(tournament, row, of);
    Some(format!("{word}: {}, {round}", words_of::stands(tournament, of)))
}

/// The page of a match.
fn match_path(tournament: &Tournament, row: &MatchRow, of: &Match) -> String {
    format!("/{}/matches/{}", tournament.row.slug, match_name(tournament, row, of))
}

/// The page with a participant's matches.
fn participant_path(tournament: &Tournament, id: i64) -> String {
    format!("/{}/matches?participant={id}", tournament.row.slug)
}

#[cfg(test)]
mod tests {
    use super::{address, paged};

    #[test]
    fn a_page_is_in_bounds() {
        let link = |number: u32| format!("?page={number}");
        let all: Vec<u32> = (0..25).collect();
        let (items, paging) = paged(all.clone(), "2", 10, link);
        assert_eq!((items.len(), paging.pages), (10, Some(3)));
        assert_eq!(paging.previous.as_deref(), Some("?page=1"));
        assert_eq!(paging.next.as_deref(), Some("?page=3"));
        for (asked, first) in
            [("", 0), ("0", 0), ("-1", 0), ("x", 0), ("99999999999", 0), ("77", 20)]
        {
            assert_eq!(paged(all.clone(), asked, 10, link).0.first(), Some(&first), "{asked}");
        }
        assert!(paged(Vec::<u32>::new(), "5", 10, link).0.is_empty());
    }

    #[test]
    fn addresses_say_what_is_asked() {
        assert_eq!(address("/x", &[("a", ""), ("b", "")]), "/x");
        assert_eq!(address("/x", &[("a", "é&"), ("b", "1")]), "/x?a=%C3%A9%26&b=1");
    }
}
