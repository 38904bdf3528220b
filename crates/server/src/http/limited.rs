//! Headers of an answer that says "not now": `Retry-After` (RFC 9110 §10.2.3), `RateLimit` and
//! `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers), and the older names that clients read.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header::RETRY_AFTER};
use tiltyard_core::{limits::TooMany, quota::Left};

/// Says when to try again after a limit was reached.
pub(crate) fn too_many(headers: &mut HeaderMap, wait: &TooMany) {
    let TooMany { name, seconds, quota, window, .. } = *wait;
    let texts = [
        (RETRY_AFTER, seconds.to_string()),
        (HeaderName::from_static("ratelimit-policy"), format!("\"{name}\";q={quota};w={window}")),
        (HeaderName::from_static("ratelimit"), format!("\"{name}\";r=0;t={seconds}")),
        (HeaderName::from_static("ratelimit-limit"), quota.to_string()),
        (HeaderName::from_static("ratelimit-remaining"), "0".to_owned()),
        (HeaderName::from_static("ratelimit-reset"), seconds.to_string()),
    ];
    for (name, text) in texts {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    }
}

/// Says what is left of quotas, on an answer that says nothing of a limit yet.
pub(crate) fn left(headers: &mut HeaderMap, left: &[Left]) {
    let list = |text: fn(&Left) -> String| left.iter().map(text).collect::<Vec<_>>().join(", ");
    let texts = [
        (
            HeaderName::from_static("ratelimit-policy"),
            list(|it| format!("\"{}\";q={};w={}", it.name, it.quota, it.window)),
        ),
        (
            HeaderName::from_static("ratelimit"),
            list(|it| format!("\"{}\";r={};t={}", it.name, it.remaining, it.reset)),
        ),
    ];
    for (name, text) in texts {
        if !text.is_empty()
            && let Ok(value) = HeaderValue::try_from(text)
        {
            headers.entry(name).or_insert(value);
        }
    }
}

/// Says that a failure of ours will pass.
pub(crate) fn unavailable(headers: &mut HeaderMap) {
    headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
}
