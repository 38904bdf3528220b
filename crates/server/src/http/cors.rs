//! Calls from scripts of other sites: the origins of redirect URIs of applications with the switch may
//! make them, at the endpoints that are made for programs. Never at the authorization endpoint, which
//! is a page (RFC 9700 §2.6), and never with cookies.

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
            ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
        },
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::App;

/// Where programs call.
const PREFIXES: [&str; 8] =
    ["/v2.1/", "/v2/", "/v1/", "/oauth/", "/api/", "/account/v2/", "/users/", "/.well-known/"];
/// And below these, what is a page.
const PAGES: [&str; 2] = ["/oauth/authorize", "/oauth/device"];

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "accept, authorization, authorization-type, content-type, idempotency-key, if-match, \
     if-none-match, last-event-id, range, x-api-key, x-request-id",
);
const RESPONSE_HEADERS: HeaderValue = HeaderValue::from_static(
    "content-range, etag, idempotent-replayed, ratelimit, ratelimit-policy, retry-after, \
     www-authenticate, x-request-id",
);
/// Seconds for which a browser may remember the answer to a preflight.
const AGE: HeaderValue = HeaderValue::from_static("600");

fn is_for_programs(path: &str) -> bool {
    PREFIXES.iter().any(|prefix| path.starts_with(prefix)) && !PAGES.contains(&path)
}

/// The one origin that the request names, if its scripts may call. `null` is nobody's (a sandboxed
/// frame, a file), and so in no list.
async fn allowed(app: &App, headers: &HeaderMap) -> Option<HeaderValue> {
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin = origins.next().filter(|_| origins.next().is_none())?;
    let allows = app.core().allows_origin(origin.to_str().ok()?).await.unwrap_or_else(|error| {
        tracing::warn!(?error, "cannot read the allowed origins");
        false
    });
    allows.then(|| origin.clone())
}

/// Around every route.
pub(crate) async fn frame(State(app): State<App>, request: Request, next: Next) -> Response {
    if !is_for_programs(request.uri().path()) {
        return next.run(request).await;
    }
    let headers = request.headers();
    let asks = headers.contains_key(ORIGIN);
    let allowed = allowed(&app, headers).await;
    let preflight = asks
        && request.method() == Method::OPTIONS
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match (preflight, &allowed) {
        (true, Some(_)) => StatusCode::NO_CONTENT.into_response(),
        (true, None) => StatusCode::FORBIDDEN.into_response(),
        (false, _) => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if preflight {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
            headers.insert(ACCESS_CONTROL_MAX_AGE, AGE);
        } else {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("/oauth/token", true)]
    #[case("/oauth/authorize", false)]
    #[case("/oauth2/authorize", false)]
    #[case("/oauth/device", false)]
    #[case("/oauth/device_authorization", true)]
    #[case("/v2.1/me", true)]
    #[case("/.well-known/oauth-authorization-server", true)]
    #[case("/login", false)]
    fn programs_call_apis_and_not_pages(#[case] path: &str, #[case] programs: bool) {
        assert_eq!(super::is_for_programs(path), programs);
    }
}
