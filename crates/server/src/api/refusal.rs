//! What a dialect has to say instead of an answer, before it has the dialect's own form.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use tiltyard_core::{Error, Problems, limits::TooMany};

use super::credential::{self, Denied};
use crate::{http::limited, text::capital};

/// Something that was refused, or failed.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The status.
    pub(super) status: StatusCode,
    /// What is wrong and how to mend it.
    pub(super) detail: String,
    /// What is wrong with which field.
    pub(super) problems: Problems,
    /// What was not found.
    pub(super) missing: Option<&'static str>,
    challenge: Option<String>,
    wait: Option<TooMany>,
}

impl Refusal {
    /// A refusal in words.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            problems: Problems::default(),
            missing: None,
            challenge: None,
            wait: None,
        }
    }

    /// The headers that go with it, on an answer in the dialect's form.
    pub(super) fn on(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        let challenge = self.challenge.as_deref().and_then(|it| HeaderValue::try_from(it).ok());
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(wait) = &self.wait {
            limited::too_many(headers, wait);
        } else if self.status == StatusCode::SERVICE_UNAVAILABLE {
            limited::unavailable(headers);
        }
        response
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Credential { status, detail, challenge } => {
                Self { challenge: Some(challenge), ..Self::new(status, detail) }
            }
            Denied::Failed(error) => error.into(),
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let challenge = credential::challenge_of(&error);
        let text = error.to_string();
        let refusal = match error {
            Error::Unauthenticated(_) => Self::new(StatusCode::UNAUTHORIZED, text),
            Error::LacksScope(_) | Error::Forbidden(_) => Self::new(StatusCode::FORBIDDEN, text),
            Error::NotFound(what) => {
                Self { missing: Some(what), ..Self::new(StatusCode::NOT_FOUND, text) }
            }
            Error::Invalid(problems) => {
                Self { problems, ..Self::new(StatusCode::BAD_REQUEST, text) }
            }
            Error::Conflict(_) => Self::new(StatusCode::CONFLICT, text),
            Error::Stale(_) => Self::new(StatusCode::PRECONDITION_FAILED, text),
            Error::Busy(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, text),
            Error::TooMany(wait) => {
                Self { wait: Some(wait), ..Self::new(StatusCode::TOO_MANY_REQUESTS, text) }
            }
            error @ (Error::Internal(_) | Error::Store(_)) => {
                tracing::error!(?error, "a request failed by our fault");
                let status = if error.is_unavailable() {
                    StatusCode::SERVICE_UNAVAILABLE
                } else {
                    StatusCode::INTERNAL_SERVER_ERROR
                };
                Self::new(status, "Something went wrong on our side; try again in a moment.")
            }
        };
        Self { challenge, ..refusal }
    }
}

/// A problem as a sentence that begins with its field's name; the last part of a path names it.
pub(super) fn sentence(field: &str, message: &str) -> String {
    let mut parts = field.rsplit('.');
    let mut name = parts.next().unwrap_or_default().replace('_', " ");
    // What stands in a list is called after it.
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
        name = format!("{} {name}", parts.next().unwrap_or("item").replace('_', " "));
    }
    let text = if name.is_empty() { message.to_owned() } else { format!("{name} {message}") };
    capital(&text)
}
