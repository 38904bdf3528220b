//! Errors as the dialect writes them (reference/challonge §5.1): an array, one entry a problem,
//! with a numeric status and a pointer to the field at fault.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value as Json;
use tiltyard_core::{Error, Problems, limits::TooMany, tournaments::Current};
use utoipa::ToSchema;

use crate::{
    App,
    api::{
        credential::{self, Denied},
        refusal::{Refusal, sentence},
        upload::FormError,
    },
    http::{body::BodyError, limited},
};

/// What is wrong, one entry a problem.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Errors)]
pub(super) struct Body<'a> {
    errors: &'a [Entry],
}

/// One problem.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Error)]
struct Entry {
    /// The HTTP status.
    status: u16,
    /// What is wrong, and how to mend it.
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Meta>,
}

/// What helps to go on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::ErrorMeta)]
struct Meta {
    /// The resource as it is now, where it is another than the request was made for.
    #[schema(value_type = Object)]
    current: serde_json::Map<String, serde_json::Value>,
}

/// The field at fault.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::ErrorSource)]
struct Source {
    /// A JSON pointer into the request (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// A parameter of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
}

impl Source {
    const fn at(pointer: String) -> Self {
        Self { pointer: Some(pointer), parameter: None }
    }
}

/// Most problems that one answer lists.
const PROBLEMS_MAX: usize = 100;

/// An error on its way to the client.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    entries: Vec<Entry>,
    /// The challenge of a 401, or of a 403 for lack of a scope.
    challenge: Option<String>,
    /// How long to wait, where a limit was reached.
    wait: Option<TooMany>,
    /// The tag of the present state, where the request was made for another.
    tag: Option<String>,
}

impl ApiError {
    /// One problem without a field.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let entry =
            Entry { status: status.as_u16(), detail: detail.into(), source: None, meta: None };
        Self { status, entries: vec![entry], challenge: None, wait: None, tag: None }
    }

    /// Whether nothing is wrong with the request.
    pub(super) fn is_our_fault(&self) -> bool {
        self.status.is_server_error()
    }

    /// The body is not what the route takes.
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// A parameter of the query that cannot be taken.
    pub(super) fn bad_parameter(name: &str, message: &str) -> Self {
        let mut error = Self::bad_request(format!("`{name}` {message}."));
        if let Some(entry) = error.entries.first_mut() {
            let parameter = Some(name.to_owned());
            entry.source = Some(Source { pointer: None, parameter });
        }
        error
    }

    /// An error of a request with a list of resources: problems with `list.3.name` point to
    /// `/data/3/attributes/name`.
    pub(super) fn in_list(error: Error, list: &str) -> Self {
        match error {
            Error::Invalid(problems) => {
                Self::of_problems_at(&problems, |field| pointer_in_list(field, list))
            }
            other => other.into(),
        }
    }

    fn of_problems(problems: &Problems) -> Self {
        Self::of_problems_at(problems, pointer)
    }

    fn of_problems_at(problems: &Problems, pointer: impl Fn(&str) -> String) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let entries = problems
            .list()
            .iter()
            .take(PROBLEMS_MAX)
            .map(|problem| Entry {
                status: status.as_u16(),
                detail: sentence(&problem.field, &problem.message),
                source: Some(Source::at(pointer(&problem.field))),
                meta: None,
            })
            .collect();
        Self { status, entries, challenge: None, wait: None, tag: None }
    }

    /// The request was made for another state than the present one.
    fn stale(current: Current) -> Self {
        let mut error = Self::new(
            StatusCode::PRECONDITION_FAILED,
            "It has changed since it was read, so nothing was written. `meta.current` shows it as \
             it is now, and `ETag` is its tag: decide anew, and send that as `If-Match`.",
        );
        error.tag = Some(current.tag);
        error.showing(Some(current.document))
    }

    /// Shows the resource as it is now.
    pub(super) fn showing(mut self, current: Option<Json>) -> Self {
        if let (Some(entry), Some(Json::Object(current))) = (self.entries.first_mut(), current) {
            entry.meta = Some(Meta { current });
        }
        self
    }

    /// Points to the attribute at fault.
    pub(super) fn of_attribute(mut self, name: Option<&str>) -> Self {
        if let (Some(entry), Some(name)) = (self.entries.first_mut(), name) {
            entry.source = Some(Source::at(pointer(name)));
        }
        self
    }
}

/// `match_options.accept_attachments` as a JSON pointer (RFC 6901) into the request.
fn pointer(field: &str) -> String {
    if field.is_empty() {
        return "/data/attributes".to_owned();
    }
    format!("/data/attributes/{}", field.replace('.', "/"))
}

/// `matches.3.match.0.participant_id` as a pointer into a list of resources.
fn pointer_in_list(field: &str, list: &str) -> String {
    let of_one = field.strip_prefix(list).and_then(|rest| rest.strip_prefix('.'));
    let Some(of_one) = of_one else { return "/data".to_owned() };
    match of_one.split_once('.') {
        None => format!("/data/{of_one}"),
        Some((index, "id")) => format!("/data/{index}/id"),
        Some((index, field)) => format!("/data/{index}/attributes/{}", field.replace('.', "/")),
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Credential { status, detail, challenge } => {
                Self { challenge: Some(challenge), ..Self::new(status, detail) }
            }
            Denied::Failed(error) => error.into(),
        }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let challenge = credential::challenge_of(&error);
        Self { challenge, ..Self::unchallenged(error) }
    }
}

impl ApiError {
    fn unchallenged(error: Error) -> Self {
        match error {
            Error::Unauthenticated(text) => Self::new(StatusCode::UNAUTHORIZED, text),
            Error::LacksScope(_) => Self::new(StatusCode::FORBIDDEN, error.to_string()),
            Error::Forbidden(text) => Self::new(StatusCode::FORBIDDEN, text),
            Error::NotFound(what) => Self::new(
                StatusCode::NOT_FOUND,
                format!("There is no such {what} for this credential."),
            ),
            Error::Invalid(problems) => Self::of_problems(&problems),
            Error::Conflict(text) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, sentence("", &text))
            }
            Error::Stale(current) => Self::stale(*current),
            Error::Busy(text) => Self::new(StatusCode::SERVICE_UNAVAILABLE, text),
            Error::TooMany(wait) => Self {
                wait: Some(wait),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, sentence("", &error.to_string()))
            },
            error if error.is_unavailable() => {
                tracing::error!(?error, "a request failed: the database is unavailable");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The server cannot reach its database. Nothing was changed; try again.",
                )
            }
            error @ (Error::Internal(_) | Error::Store(_)) => {
                tracing::error!(?error, "a request failed by our fault");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something went wrong on our side; it was logged. Try again in a moment.",
                )
            }
        }
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is larger than this server allows; send less at once.",
            ),
            BodyError::Broken => Self::bad_request("The body could not be read to its end."),
        }
    }
}

impl From<FormError> for ApiError {
    fn from(error: FormError) -> Self {
        match error {
            FormError::TooLarge => BodyError::TooLarge.into(),
            FormError::Broken(why) => Self::bad_request(format!("The form cannot be read: {why}.")),
            FormError::Refused(error) => error.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&Body { errors: &self.entries }).unwrap_or_default();
        let mut response = (
            self.status,
            [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-store"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ],
            body,
        )
            .into_response();
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge.and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(tag) = self.tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
            headers.insert(header::ETAG, tag);
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            limited::unavailable(headers);
        }
        if let Some(wait) = &self.wait {
            limited::too_many(headers, wait);
        }
        response
    }
}

/// A refusal from outside the handlers.
pub(super) fn refuse(mut refusal: Refusal) -> Response {
    let detail = std::mem::take(&mut refusal.detail);
    let response = ApiError::new(refusal.status, detail).into_response();
    refusal.on(response)
}

/// A path that is no route.
pub(super) async fn unknown_route(State(_): State<App>) -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "There is no such route in API v2.1; docs/api-coverage.md lists those that exist.",
    )
}

/// A route that does not take this method.
pub(super) async fn wrong_method(State(_): State<App>) -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "This route does not take this method.")
}
