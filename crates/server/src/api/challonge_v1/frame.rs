//! What happens to a request before it is routed, and to an answer at the end: the format, the one
//! tree of parameters, `_method`, where the key stands, the old order of words in paths; then the
//! body of refusals and the tag.

use std::sync::Arc;

use axum::{
    body::{Body, HttpBody as _},
    extract::{Request, State},
    http::{
        HeaderValue, Method, StatusCode, Uri,
        header::{AUTHORIZATION, ETAG, IF_NONE_MATCH},
        request::Parts,
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use tiltyard_oauth::resource::Resource;

use super::{
    error::{self, ApiError},
    form::{self, Arriving},
    format::Format,
    parameters::{Parameters, Unreadable},
};
use crate::{
    App,
    api::{
        credential::Reading,
        idempotency::{self, Dialect},
    },
    http::body,
    openapi,
};

/// How the dialect takes keys of clients.
const KEYS: Dialect =
    Dialect { reading: Reading::at(Resource::ChallongeV1), refuse: error::refuse };

/// The parameters of a request, for its handler.
#[derive(Debug, Clone)]
pub(super) struct Sent(pub(super) Arc<Result<Parameters, Unreadable>>);

/// The body as it was sent, by which requests with the same key are compared.
#[derive(Debug, Clone)]
struct AsSent(Bytes);

/// Around all of the dialect, before its routes.
pub(super) async fn enter(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let format = match take_format(&mut parts) {
        Ok(format) => format,
        // There is no format that would please: JSON is the lesser surprise.
        Err(refused) => return error::finish(refused.into_response(), Format::Json),
    };
    let tag = parts.headers.get(IF_NONE_MATCH).cloned();
    let mut parameters = Parameters::of_query(parts.uri.query());
    let read = match form::with_file(&parts) {
        Some(boundary) => {
            let read = form::read(&app, boundary, body, &mut parameters).await;
            read.map(|file| {
                parts.extensions.insert(Arriving::new(file));
                parts.extensions.insert(AsSent(Bytes::new()));
            })
        }
        None => match body::read(body, app.options().body_limit).await {
            Ok(body) => {
                parts.extensions.insert(AsSent(body.clone()));
                parameters.add_body(&parts, body).await
            }
            Err(error) => Err(error.into()),
        },
    };
    let key = parameters.take_text("api_key").filter(|key| !key.is_empty());
    if let Some(method) = parameters.take_text("_method")
        && parts.method == Method::POST
        && let Ok(method) = method.to_ascii_uppercase().parse::<Method>()
        && matches!(method, Method::PUT | Method::PATCH | Method::DELETE)
    {
        parts.method = method;
    }
    // Rails knows both names for one thing.
    if parts.method == Method::PATCH {
        parts.method = Method::PUT;
    }
    reorder(&mut parts);
    hide_key(&mut parts);
    if let Some(key) = key
        && let Err(refused) = show(&mut parts, &key)
    {
        return error::finish(refused.into_response(), format);
    }
    parts.extensions.insert(format);
    parts.extensions.insert(Sent(Arc::new(read.map(|()| parameters))));
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    let response = next.run(Request::from_parts(parts, Body::empty())).await;
    let response = error::finish(response, format);
    if reads && response.status() == StatusCode::OK {
        return tagged(response, tag.as_ref()).await;
    }
    response
}

/// Around the routes, behind the credentials: carries out a write with a key of the client's once. The
/// answer is kept as it is sent, so that it has its body before.
pub(super) async fn keyed(State(app): State<App>, request: Request, next: Next) -> Response {
    // A body that could not be read is refused by the handler.
    let sent = request.extensions().get::<AsSent>().cloned();
    let Some(AsSent(sent)) = sent.filter(|_| idempotency::wants_key(&request)) else {
        return next.run(request).await;
    };
    let sent = idempotency::upload(&request).map_or(sent, Bytes::from);
    let format = request.extensions().get::<Format>().copied().unwrap_or_default();
    // The format was taken off the path.
    let said = [format.media_type().as_bytes(), &sent];
    let run = |request| async move { error::write(next.run(request).await, format) };
    let response = idempotency::once(&app, KEYS, &said, request, run).await;
    error::write_new(response, format)
}

/// Takes the format off the path.
fn take_format(parts: &mut Parts) -> Result<Format, ApiError> {
    let path = parts.uri.path().to_owned();
    let (rest, format) = Format::of_path(&path);
    match format {
        Some(format) => {
            set_path(parts, rest);
            format
        }
        None => Format::of_accept(&parts.headers),
    }
}

/// Another path, with the query as it is.
fn set_path(parts: &mut Parts, path: &str) {
    let with_query = match parts.uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    set_address(parts, &with_query);
}

/// Another path and query.
fn set_address(parts: &mut Parts, address: &str) {
    let mut uri = parts.uri.clone().into_parts();
    if let Ok(path_and_query) = address.parse() {
        uri.path_and_query = Some(path_and_query);
        if let Ok(uri) = Uri::from_parts(uri) {
            parts.uri = uri;
        }
    }
}

/// `tournaments/start/{t}`, as clients of 2014 write it, is `tournaments/{t}/start` (reference/challonge
/// §6.1). What names a part of a tournament is left alone: somebody's tournament may be called so.
fn reorder(parts: &mut Parts) {
    const KNOWN: [&str; 10] = [
        "participants",
        "matches",
        "start",
        "finalize",
        "reset",
        "publish",
        "process_check_ins",
        "abort_check_in",
        "open_for_predictions",
        "",
    ];
    let mut words = parts.uri.path().trim_start_matches('/').split('/');
    let found = match (words.next(), words.next(), words.next(), words.next()) {
        (Some("tournaments"), Some(verb @ ("publish" | "start" | "reset")), Some(name), None)
            if parts.method == Method::POST && !KNOWN.contains(&name) =>
        {
            Some(format!("/tournaments/{name}/{verb}"))
        }
        _ => None,
    };
    if let Some(path) = found {
        set_path(parts, &path);
    }
}

/// Takes the key out of the address, which is read once more where credentials are.
fn hide_key(parts: &mut Parts) {
    let Some(query) = parts.uri.query().filter(|query| query.contains("api_key")) else { return };
    let is_key = |pair: &&str| {
        form_urlencoded::parse(pair.as_bytes()).next().is_some_and(|(name, _)| name == "api_key")
    };
    let rest: Vec<&str> = query.split('&').filter(|pair| !is_key(pair)).collect();
    let path = parts.uri.path();
    let address =
        if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    set_address(parts, &address);
}

/// Shows the key where every dialect's credentials are read. Beside Basic it may be said twice.
fn show(parts: &mut Parts, key: &str) -> Result<(), ApiError> {
    if let Some(sent) = parts.headers.get(AUTHORIZATION) {
        let password = sent
            .to_str()
            .ok()
            .and_then(|text| {
                text.get(..6).filter(|it| it.eq_ignore_ascii_case("basic ")).and(text.get(6..))
            })
            .and_then(|text| STANDARD.decode(text.trim()).ok())
            .and_then(|text| String::from_utf8(text).ok())
            .and_then(|text| text.split_once(':').map(|(_, password)| password.to_owned()));
        return if password.as_deref() == Some(key) {
            Ok(())
        } else {
            Err(ApiError::new(
                StatusCode::UNAUTHORIZED,
                "The request carries more than one credential: send either api_key or \
                 Authorization.",
            ))
        };
    }
    let Ok(value) = HeaderValue::from_str(key) else {
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, "Invalid API key"));
    };
    parts.headers.insert(AUTHORIZATION, value);
    parts.headers.insert("authorization-type", HeaderValue::from_static("v1"));
    Ok(())
}

/// The answer with a tag of its body; 304 if the client has it.
async fn tagged(response: Response, known: Option<&HeaderValue>) -> Response {
    if response.body().is_end_stream() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = match body.collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) => {
            tracing::error!(?error, "an answer cannot be read");
            return crate::http::plain::internal_error();
        }
    };
    let tag = openapi::entity_tag(&body);
    if let Ok(value) = HeaderValue::try_from(format!("W/{tag}")) {
        parts.headers.insert(ETAG, value);
    }
    if openapi::is_known(known, &tag) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        if let Some(tag) = parts.headers.remove(ETAG) {
            response.headers_mut().insert(ETAG, tag);
        }
        return response;
    }
    Response::from_parts(parts, Body::from(body))
}
