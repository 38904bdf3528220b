//! Writing answers: JSON:API envelopes with absolute links.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tiltyard_core::{
    Actor, Core, Error,
    permissions::Permission,
    tournaments::{By, Condition, Current, Page, Tournament},
};
use tiltyard_oauth::resource::Resource;
use utoipa::ToSchema;

use super::{error::ApiError, input::ListQuery};
use crate::{
    App,
    api::credential::{self, Reading},
    openapi,
};

/// A document with one resource.
#[derive(Debug, Serialize)]
pub(super) struct One<T, I> {
    pub(super) data: T,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) included: Vec<I>,
}

/// A document with a page of resources.
#[derive(Debug, Serialize)]
pub(super) struct Many<T, I> {
    pub(super) data: Vec<T>,
    pub(super) included: Vec<I>,
    pub(super) meta: Meta,
    pub(super) links: PageLinks,
}

/// How many there are on all pages; clients loop until they have as many.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Meta)]
pub(super) struct Meta {
    pub(super) count: u64,
}

/// Absolute links to the pages around.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::PageLinks)]
pub(super) struct PageLinks {
    #[serde(rename = "self")]
    own: String,
    next: Option<String>,
    prev: Option<String>,
}

impl PageLinks {
    /// The links of a page of `total` entries under `address`.
    pub(super) fn new(address: &str, query: &ListQuery, page: Page, total: u64) -> Self {
        let rest = query.without_page();
        let link = |number: u32| {
            let separator = if rest.is_empty() { "" } else { "&" };
            format!("{address}?{rest}{separator}page={number}")
        };
        let shown = u64::from(page.number) * u64::from(page.size);
        Self {
            own: link(page.number),
            next: (shown < total).then(|| link(page.number.saturating_add(1))),
            prev: (page.number > 1).then(|| link(page.number - 1)),
        }
    }
}

/// Cuts a page out of a list that is at hand as a whole.
pub(super) fn slice<T>(items: Vec<T>, page: Page) -> (Vec<T>, u64) {
    let total = items.len() as u64;
    let offset = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    (items.into_iter().skip(offset).take(page.size as usize).collect(), total)
}

/// Who calls, and how the answer is to look: read from the request's head before anything else.
#[derive(Clone)]
pub(super) struct Call {
    /// What every handler shares.
    pub(super) app: App,
    /// The actor behind the credential.
    pub(super) actor: Actor,
    /// The community within which the request is, by permalink or id.
    pub(super) community: Option<String>,
    /// Which of the configured addresses the request was sent to.
    pub(super) base_index: usize,
    /// Where the tournaments of this request are: below the API itself, a community or the application.
    pub(super) prefix: String,
    /// Whether the request changes nothing.
    reads: bool,
    media_type: &'static str,
    if_none_match: Option<HeaderValue>,
    if_match: Option<String>,
}

impl FromRequestParts<App> for Call {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let streams = parts.uri.path().ends_with("/events");
        let media_type = media_type(&parts.headers, streams)?;
        let mut actor = credential::actor(app, parts, Reading::at(Resource::ChallongeV2)).await?;
        let in_path = community_in_path(parts, app).await;
        let prefix = if parts.extensions.get::<WithinApplication>().is_some() {
            actor = actor.within_application()?;
            "/v2.1/application".to_owned()
        } else {
            match &in_path {
                Some(community) => {
                    let name: String =
                        form_urlencoded::byte_serialize(community.as_bytes()).collect();
                    format!("/v2.1/communities/{name}")
                }
                None => "/v2.1".to_owned(),
            }
        };
        Ok(Self {
            actor,
            community: in_path.or_else(|| community_in_query(parts)),
            prefix,
            base_index: app.base_index(&parts.headers),
            reads: matches!(parts.method, Method::GET | Method::HEAD),
            media_type,
            if_none_match: parts.headers.get(header::IF_NONE_MATCH).cloned(),
            if_match: if_match(&parts.headers),
            app: app.clone(),
        })
    }
}

/// That a route is below `/application`.
#[derive(Debug, Clone, Copy)]
pub(super) struct WithinApplication;

async fn community_in_path(parts: &mut Parts, app: &App) -> Option<String> {
    let path = RawPathParams::from_request_parts(parts, app).await.ok()?;
    path.iter().find(|(name, _)| *name == "community").map(|(_, value)| value.to_owned())
}

/// The same asked for by a parameter (reference/challonge §2).
fn community_in_query(parts: &Parts) -> Option<String> {
    form_urlencoded::parse(parts.uri.query()?.as_bytes())
        .find(|(name, value)| name == "community_id" && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}

impl Call {
    /// How a tournament is addressed by what stands for it in the path; a change of it is subject
    /// to the tag that the request may name (`If-Match`).
    pub(super) fn by(&self, tournament: &str) -> By {
        let (base, index) = (self.base().to_owned(), self.base_index);
        self.given(tournament, move |tournament| {
            let document = super::tournaments::resource(tournament, &base);
            Some(Current { tag: tournament_tag(tournament, index), document: json(&document) })
        })
    }

    /// What became of a change, for which the actor needed `held`. One that the present state does not
    /// allow is answered with that state, and with the attribute that asked for it.
    pub(super) async fn allowed(
        &self,
        tournament: &str,
        held: Permission,
        attribute: Option<&str>,
        current: impl FnOnce(&Tournament) -> Option<serde_json::Value>,
        changed: Result<Arc<Tournament>, Error>,
    ) -> Result<Arc<Tournament>, ApiError> {
        let error = match changed {
            Err(error @ Error::Conflict(_)) => ApiError::from(error),
            other => return Ok(other?),
        };
        let present = self.core().tournament(&self.actor, self.by(tournament), held).await;
        let current = present.ok().and_then(|present| current(&present));
        Err(error.of_attribute(attribute).showing(current))
    }

    /// How a tournament is addressed for a change of the part of it that `current` shows, if it is
    /// there: the request may name that part's tag.
    pub(super) fn given(
        &self,
        tournament: &str,
        current: impl Fn(&Tournament) -> Option<Current> + Send + Sync + 'static,
    ) -> By {
        let by = By::parse(tournament);
        let by = match &self.community {
            Some(community) => by.within(community),
            None => by,
        };
        let Some(wanted) = self.if_match.clone() else { return by };
        by.given(Condition::new(move |tournament| match current(tournament) {
            Some(current) if !names(&wanted, &current.tag) => Err(current),
            _ => Ok(()),
        }))
    }

    /// The community that the path names.
    pub(super) fn named_community(&self) -> String {
        self.community.clone().unwrap_or_default()
    }

    /// The use cases.
    pub(super) fn core(&self) -> &Core {
        self.app.core()
    }

    /// The base of links in the answer, without a trailing slash.
    pub(super) fn base(&self) -> &str {
        self.app.base_at(self.base_index)
    }

    /// The actor behind the credential of this request as it is now.
    pub(super) async fn actor_again(&self, parts: &Parts) -> Result<Actor, ApiError> {
        let reading = Reading::at(Resource::ChallongeV2);
        let actor = credential::actor(&self.app, parts, reading).await?;
        if parts.extensions.get::<WithinApplication>().is_some() {
            return Ok(actor.within_application()?);
        }
        Ok(actor)
    }

    /// The answer with a document; where it was asked for alone, with a tag of what it says.
    pub(super) fn respond(&self, status: StatusCode, document: &impl Serialize) -> Response {
        match serde_json::to_vec(document) {
            Ok(body) if self.reads && status == StatusCode::OK => {
                let tag = format!("W/{}", openapi::entity_tag(&body));
                self.respond_tagged(body, &tag)
            }
            Ok(body) => self.send(status, body, None),
            Err(error) => unwritten(&error),
        }
    }

    /// The answer with a document that is ready, and its tag: 304 if the client has it.
    pub(super) fn respond_tagged(&self, body: impl IntoResponse, tag: &str) -> Response {
        let Ok(tag) = HeaderValue::from_str(tag) else {
            return self.send(StatusCode::OK, body, None);
        };
        let known = |sent: &str| tag.to_str().is_ok_and(|tag| names(sent, tag));
        let sent = self.if_none_match.as_ref().and_then(|sent| sent.to_str().ok());
        if sent.is_some_and(known) {
            return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
        }
        self.send(StatusCode::OK, body, Some(tag))
    }

    /// The answer with a document after a change, and its tag.
    pub(super) fn respond_changed(
        &self,
        status: StatusCode,
        document: &impl Serialize,
        tag: &str,
    ) -> Response {
        let mut response = self.respond(status, document);
        if let Ok(tag) = HeaderValue::from_str(tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }

    fn send(
        &self,
        status: StatusCode,
        body: impl IntoResponse,
        tag: Option<HeaderValue>,
    ) -> Response {
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(tag) = tag {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}

/// The answer where a document cannot be written.
pub(super) fn unwritten(error: &serde_json::Error) -> Response {
    tracing::error!(?error, "a document cannot be written");
    crate::http::plain::internal_error()
}

/// `If-Match`, in one line if there are several.
fn if_match(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::IF_MATCH).iter();
    let lines: Vec<&str> = lines.map(|line| line.to_str().unwrap_or_default()).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

/// Whether a header's list of tags names this one; `*` names all. Proxies weaken tags when they
/// compress, so that weak ones count as well.
fn names(list: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    list.split(',').map(bare).any(|one| one == "*" || one == bare(tag))
}

/// The tag of a tournament as a whole: another one after each change. Links in it depend on the
/// address that it was asked for at.
pub(super) fn tournament_tag(tournament: &Tournament, base_index: usize) -> String {
    format!("W/\"{:x}-{base_index}\"", tournament.row.revision)
}

/// The tag of a part of a tournament, by what it shows.
pub(super) fn tag_of(document: &impl Serialize) -> String {
    openapi::entity_tag(&serde_json::to_vec(document).unwrap_or_default())
}

/// A document as a value.
pub(super) fn json(document: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(document).unwrap_or_default()
}

/// `application/json` if the client names it, otherwise JSON:API's own type. `streams` where events may
/// be asked for as well.
fn media_type(headers: &HeaderMap, streams: bool) -> Result<&'static str, ApiError> {
    const JSON_API: &str = "application/vnd.api+json";
    let Some(accept) = headers.get(header::ACCEPT) else { return Ok(JSON_API) };
    let accept = accept.to_str().unwrap_or_default();
    let mut any = accept.trim().is_empty();
    for range in accept.split(',') {
        match range.split(';').next().unwrap_or_default().trim() {
            "application/json" => return Ok("application/json"),
            "*/*" | "application/*" | JSON_API => any = true,
            "text/event-stream" | "text/*" if streams => any = true,
            _ => {}
        }
    }
    if any {
        return Ok(JSON_API);
    }
    Err(ApiError::new(
        StatusCode::NOT_ACCEPTABLE,
        "This API answers in JSON only: send `Accept: application/json`.",
    ))
}
