//! Errors as the dialect writes them (reference/challonge §5.2): a list of sentences, each with the
//! attribute's name in front, in the format that was asked for.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tiltyard_core::{Error, Problem};
use utoipa::ToSchema;

use super::format::Format;
use crate::api::{
    credential::Denied,
    refusal::{Refusal, sentence},
};

/// Most sentences in one answer.
const SENTENCES_MAX: usize = 100;

/// What is wrong, sentence by sentence.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = challonge_v1::Errors)]
pub(super) struct Errors {
    /// `Name can't be blank`.
    errors: Vec<String>,
}

/// An error on its way to the client.
#[derive(Debug)]
pub(super) struct ApiError(Box<Wrong>);

/// What is wrong.
#[derive(Debug)]
struct Wrong {
    refusal: Refusal,
    sentences: Vec<String>,
}

impl ApiError {
    /// A refusal in words.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let sentences = vec![detail.clone()];
        Self(Box::new(Wrong { refusal: Refusal::new(status, detail), sentences }))
    }

    /// What was sent is wrong as a whole.
    pub(super) fn invalid(detail: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }
}

/// Names of attributes here, where they differ from the core's.
fn name(field: &str) -> &str {
    let last = field.rsplit('.').next().unwrap_or_default();
    match last {
        "consolation_matches_target_rank" => "hold_third_place_match",
        "iterations" => "rr_iterations",
        "rounds" => "swiss_rounds",
        "ranking" => "ranked_by",
        "starts_at" => "start_at",
        "username" => "challonge_username",
        "score_set" => "scores_csv",
        "participant_id" => "winner_id",
        "auto_assign" => "auto_assign_stations",
        "only_start_matches_with_assigned_stations" => "only_start_matches_with_stations",
        "group_stage_enabled" => "group_stages_enabled",
        other => other,
    }
}

/// The problem as a sentence; one with a participant of several says which.
fn of_problem(problem: &Problem) -> String {
    let text = sentence(name(&problem.field), &problem.message);
    let number = problem.field.strip_prefix("participants.").and_then(|it| it.split('.').next());
    match number.and_then(|number| number.parse::<usize>().ok()) {
        Some(number) => format!("{text} (participant {})", number + 1),
        None => text,
    }
}

impl From<Refusal> for ApiError {
    fn from(mut refusal: Refusal) -> Self {
        let sentences = if refusal.problems.list().is_empty() {
            vec![sentence("", &refusal.detail)]
        } else {
            refusal.problems.list().iter().take(SENTENCES_MAX).map(of_problem).collect()
        };
        // What the reference documents: 422 for whatever cannot be done.
        if matches!(refusal.status, StatusCode::BAD_REQUEST | StatusCode::CONFLICT) {
            refusal.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        Self(Box::new(Wrong { refusal, sentences }))
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        let mut error = Self::from(Refusal::from(denied));
        // Two credentials, or one in the wrong place: nobody is let in.
        if error.0.refusal.status == StatusCode::UNPROCESSABLE_ENTITY {
            error.0.refusal.status = StatusCode::UNAUTHORIZED;
        }
        if error.0.refusal.status == StatusCode::UNAUTHORIZED {
            error.0.sentences.push(
                "An API key goes into the parameter api_key, or with the user name into HTTP Basic"
                    .to_owned(),
            );
        }
        error
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        // The reference knows 401 for a key that may not do this; 403 is for scopes, which are ours.
        let forbidden = matches!(error, Error::Forbidden(_));
        let missing = match &error {
            Error::NotFound(what) => Some(*what),
            _ => None,
        };
        let mut error = Self::from(Refusal::from(error));
        if forbidden {
            error.0.refusal.status = StatusCode::UNAUTHORIZED;
        }
        if let Some(what) = missing {
            error.0.sentences = vec![format!("Requested {what} not found")];
        }
        error
    }
}

/// What is to be written once the format is known.
#[derive(Debug, Clone)]
struct Unwritten(Errors);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Wrong { refusal, sentences } = *self.0;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = refusal.status;
        response.extensions_mut().insert(Unwritten(Errors { errors: sentences }));
        refusal.on(response)
    }
}

/// On a refusal that has its body.
#[derive(Debug, Clone, Copy)]
struct Written;

/// Gives an answer the body that it lacks, in this format: every refusal has one.
pub(super) fn write(mut response: Response, format: Format) -> Response {
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    if !refused || response.extensions().get::<Written>().is_some() {
        return response;
    }
    let unwritten = response.extensions_mut().remove::<Unwritten>();
    let errors = unwritten.map_or_else(
        || {
            let reason = status.canonical_reason().unwrap_or("Something went wrong");
            Errors { errors: vec![reason.to_owned()] }
        },
        |Unwritten(errors)| errors,
    );
    let body = match format {
        Format::Json => serde_json::to_vec(&errors).unwrap_or_default(),
        Format::Xml => super::xml::write("errors", &errors).unwrap_or_default(),
    };
    *response.body_mut() = Body::from(body);
    response.headers_mut().remove(header::CONTENT_LENGTH);
    set_headers(response.headers_mut(), format);
    response.extensions_mut().insert(Written);
    response
}

/// The same of an answer that may have been given before: then it has its body.
pub(super) fn write_new(mut response: Response, format: Format) -> Response {
    if response.extensions().get::<Unwritten>().is_none() {
        response.extensions_mut().insert(Written);
    }
    write(response, format)
}

/// The answer as it is sent.
pub(super) fn finish(response: Response, format: Format) -> Response {
    let mut response = write(response, format);
    if response.status() == StatusCode::UNAUTHORIZED {
        // Clients that send nothing unasked ask for this scheme.
        response.headers_mut().append(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"tiltyard\", charset=\"UTF-8\""),
        );
    }
    response
}

/// A refusal that has to do with a client's key, not with the request; its body follows.
pub(super) fn refuse(refusal: Refusal) -> Response {
    let status = refusal.status;
    let mut error = ApiError::from(refusal);
    error.0.refusal.status = status;
    error.into_response()
}

/// What every answer of the dialect has.
pub(super) fn set_headers(headers: &mut HeaderMap, format: Format) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
}

/// A path that is no route.
pub(super) async fn unknown_route() -> ApiError {
    let detail = "There is no such route in API v1; docs/api-coverage.md lists those that exist.";
    ApiError::new(StatusCode::NOT_FOUND, detail)
}

/// A route that does not take this method.
pub(super) async fn wrong_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "This route does not take this method.")
}
