//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) for every dialect: a write with a key
//! is carried out once, and its answer given again to whoever repeats it.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use tiltyard_core::{
    Actor, Core,
    idempotency::{Answer, BODY_MAX, Claim, Claimed, KEY_MAX},
};

use super::{
    credential::{self, Reading},
    refusal::Refusal,
};
use crate::{
    App,
    http::body::{self, BodyError},
};

/// The key of the client's.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// On an answer that was given before.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// How a dialect takes keys.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    /// Where its credentials stand.
    pub(super) reading: Reading,
    /// A refusal in its own form.
    pub(super) refuse: fn(Refusal) -> Response,
}

/// The actor whom [`once`] found, so that the handler does not look for them again.
#[derive(Debug, Clone)]
pub(super) struct Known(pub(super) Actor);

/// Around the routes of a dialect whose handlers read bodies themselves.
pub(super) async fn frame(
    State((app, dialect)): State<(App, Dialect)>,
    request: Request,
    next: Next,
) -> Response {
    if !wants_key(&request) {
        return next.run(request).await;
    }
    if let Some(size) = upload(&request) {
        return once(&app, dialect, &[&size], request, |request| next.run(request)).await;
    }
    let (parts, body) = request.into_parts();
    let bytes = match body::read(body, app.options().body_limit).await {
        Ok(bytes) => bytes,
        Err(BodyError::TooLarge) => {
            let detail = "The body is larger than this server allows; send less at once.";
            return (dialect.refuse)(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
        }
        Err(BodyError::Broken) => {
            let detail = "The body could not be read to its end.";
            return (dialect.refuse)(Refusal::new(StatusCode::BAD_REQUEST, detail));
        }
    };
    let request = Request::from_parts(parts, Body::from(bytes.clone()));
    once(&app, dialect, &[&bytes], request, |request| next.run(request)).await
}

/// Whether the request is a write with a key.
pub(super) fn wants_key(request: &Request) -> bool {
    let writes = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    request.headers().contains_key(&KEY) && writes.contains(request.method())
}

/// What stands for the body of a form with files: its size. It is a stream that is not kept to be
/// compared, and each time it is sent there is another text between its parts.
pub(super) fn upload(request: &Request) -> Option<Vec<u8>> {
    let header = |name| request.headers().get(name).map(HeaderValue::as_bytes);
    let multipart = b"multipart/";
    header(header::CONTENT_TYPE)?
        .get(..multipart.len())
        .filter(|start| start.eq_ignore_ascii_case(multipart))?;
    Some([multipart, header(header::CONTENT_LENGTH).unwrap_or_default()].concat())
}

/// Carries a request with a key out, or gives the answer that it had before. `said` is what it says
/// beside its method and address: the body as it was sent, of an [`upload`] its size. What `run` answers is kept as it is, so it
/// must have its last form.
pub(super) async fn once<F: Future<Output = Response> + Send + 'static>(
    app: &App,
    dialect: Dialect,
    said: &[&[u8]],
    request: Request,
    run: impl FnOnce(Request) -> F,
) -> Response {
    let refuse = |status, detail: String| (dialect.refuse)(Refusal::new(status, detail));
    let key = match key(request.headers()) {
        Ok(key) => key,
        Err(detail) => return refuse(StatusCode::BAD_REQUEST, detail),
    };
    let (mut parts, rest) = request.into_parts();
    // Whom nobody knows hears of that from the handler.
    let Ok(actor) = credential::actor(app, &parts, dialect.reading).await else {
        return run(Request::from_parts(parts, rest)).await;
    };
    let claimed = claim(app.core(), &actor, &key, &parts, said).await;
    parts.extensions.insert(Known(actor));
    let request = Request::from_parts(parts, rest);
    let streamed = upload(&request).is_some();
    match claimed {
        Err(error) => (dialect.refuse)(error.into()),
        Ok(None) => run(request).await,
        Ok(Some(Claimed::Mine(claim))) => {
            // A task of its own: a client that goes away must not keep the answer from being kept.
            match tokio::spawn(carry_out(app.clone(), claim, streamed, run(request))).await {
                Ok(response) => response,
                Err(failed) => match failed.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => crate::http::plain::internal_error(),
                },
            }
        }
        Ok(Some(Claimed::Answered(answer))) => again(answer),
        Ok(Some(Claimed::Done)) => {
            let detail = "A request with this Idempotency-Key was carried out, but its answer is not kept: \
                it was too large, or the server stopped before it was. Read what it changed.";
            let mut response = refuse(StatusCode::CONFLICT, detail.to_owned());
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            response
        }
        Ok(Some(Claimed::Running)) => {
            let detail =
                "A request with this Idempotency-Key is being carried out; try again in a moment.";
            let mut response = refuse(StatusCode::CONFLICT, detail.to_owned());
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
        Ok(Some(Claimed::Other)) => refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "This Idempotency-Key was used for another request; use a new key for each.".to_owned(),
        ),
    }
}

async fn claim(
    core: &Core,
    actor: &Actor,
    key: &str,
    parts: &Parts,
    said: &[&[u8]],
) -> tiltyard_core::error::Result<Option<Claimed>> {
    let path = parts.uri.path().as_bytes();
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let address = [parts.method.as_str().as_bytes(), path, query];
    core.claim_key(actor, key, &[&address, said].concat()).await
}

/// The key, bare or as a structured field's string (RFC 9651) in quotation marks.
fn key(headers: &HeaderMap) -> Result<String, String> {
    let mut values = headers.get_all(&KEY).iter();
    let text =
        values.next().and_then(|value| value.to_str().ok()).map(str::trim).unwrap_or_default();
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    if values.next().is_some() {
        return Err("The header Idempotency-Key stands more than once.".to_owned());
    }
    if bare.is_empty() || bare.len() > KEY_MAX {
        return Err(format!(
            "Idempotency-Key must be a text of 1 to {KEY_MAX} characters, new for each request; a UUID is \
             good."
        ));
    }
    Ok(bare.to_owned())
}

async fn carry_out(
    app: App,
    claim: Claim,
    streamed: bool,
    run: impl Future<Output = Response>,
) -> Response {
    let response = Core::under_claim(claim.clone(), run).await;
    let (parts, body) = response.into_parts();
    let body = match body.collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) => {
            tracing::error!(?error, "an answer cannot be read");
            return crate::http::plain::internal_error();
        }
    };
    let core = app.core();
    let kept = if is_final(parts.status, streamed) {
        core.keep_answer(&claim, answer(&parts, &body)).await
    } else {
        core.release_key(&claim).await
    };
    if let Err(error) = kept {
        tracing::warn!(?error, "the answer to a request with a key cannot be kept");
    }
    Response::from_parts(parts, Body::from(body))
}

/// Whether the answer is the last word on the request. What says who may not, what did not come
/// through or what to try later is none; of a stream that may break off, neither is 400.
fn is_final(status: StatusCode, streamed: bool) -> bool {
    const NOT_YET: [StatusCode; 5] = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    let broken_off = streamed && status == StatusCode::BAD_REQUEST;
    !status.is_server_error() && !NOT_YET.contains(&status) && !broken_off
}

/// The answer as it is kept; none where it is too large.
fn answer(parts: &axum::http::response::Parts, body: &Bytes) -> Option<Answer> {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    (body.len() <= BODY_MAX).then(|| Answer {
        status: i64::from(parts.status.as_u16()),
        content_type: kind.map(str::to_owned),
        body: body.to_vec(),
    })
}

/// The answer, once more.
fn again(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    let status = u16::try_from(answer.status).ok();
    *response.status_mut() =
        status.and_then(|it| StatusCode::from_u16(it).ok()).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    if let Some(kind) = answer.content_type.and_then(|kind| HeaderValue::try_from(kind).ok()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(&["8e03978e"], Some("8e03978e"))]
    #[case(&["\"8e03978e\""], Some("8e03978e"))]
    #[case(&[""], None)]
    #[case(&["\"\""], None)]
    #[case(&["a", "b"], None)]
    fn keys_are_bare_or_quoted(#[case] sent: &[&'static str], #[case] read: Option<&str>) {
        let mut headers = HeaderMap::new();
        for value in sent {
            headers.append(KEY, HeaderValue::from_static(value));
        }
        assert_eq!(key(&headers).ok().as_deref(), read);
    }
}
