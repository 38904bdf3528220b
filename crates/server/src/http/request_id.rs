//! An id for each request (`X-Request-Id`), on its answer and in the log: the client's own where it is
//! one, otherwise a new one.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
};
use tower_http::request_id::RequestId;

/// Where it stands.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id of a client's that is taken, in bytes.
const LENGTH_MAX: usize = 128;

/// Takes an id off the request that is none, so that it gets one.
pub(crate) fn only_sane(mut request: Request) -> Request {
    let mut sent = request.headers().get_all(&HEADER).iter();
    if let Some(first) = sent.next()
        && (sent.next().is_some() || !is_sane(first))
    {
        request.headers_mut().remove(&HEADER);
    }
    request
}

/// Whether it can stand in a line of a log and be searched for there.
fn is_sane(id: &HeaderValue) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=@~".contains(byte);
    (1..=LENGTH_MAX).contains(&id.len()) && id.as_bytes().iter().all(plain)
}

/// The request's id; empty where it has none.
pub(crate) fn of(request: &Request) -> &str {
    let id = request.extensions().get::<RequestId>();
    id.and_then(|id| id.header_value().to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("7", true)]
    #[case("0d0e9e4b-7d3c-4a3e-9f55-0f0c2f7a8b11", true)]
    #[case("|a1.b2_c=/+@~:", false)]
    #[case("a1.b2_c=/+@~:", true)]
    #[case("", false)]
    #[case("two words", false)]
    #[case("level=ERROR \"x\"", false)]
    fn ids_are_words(#[case] id: &'static str, #[case] sane: bool) {
        assert_eq!(is_sane(&HeaderValue::from_static(id)), sane);
    }

    #[test]
    fn ids_are_short() {
        let id = |length| HeaderValue::try_from("x".repeat(length)).unwrap();
        assert!(is_sane(&id(LENGTH_MAX)) && !is_sane(&id(LENGTH_MAX + 1)));
    }
}
