//! `GET /attachments/{id}/{name}`: a file that is attached to a match.
//!
//! Whatever it is, it is never run: browsers save it, but for pictures made of dots, which they may
//! show; they are told not to guess, and the answer is a sandbox of its own. For a private
//! tournament's files the address must carry the proof that the API's answers put into it.

use std::ops::Range;

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use tiltyard_core::{
    Error,
    files::{self, is_picture},
    tournaments::attachments::FileRow,
};

use super::not_found;
use crate::{App, openapi::is_known};

/// Sends the file, or a part of it.
pub(crate) async fn download(
    State(app): State<App>,
    Path((id, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let headers = request.headers().clone();
    let sent = match file(&app, &id, &name, &query).await {
        Ok(file) => send(&app, &file, &headers).await,
        Err(error) => Err(error),
    };
    match sent {
        Ok(answer) => answer,
        Err(Error::NotFound(_)) => not_found(State(app), request).await,
        Err(error) => {
            tracing::error!(?error, "a file cannot be sent");
            failed(&error)
        }
    }
}

fn failed(error: &Error) -> Response {
    if !error.is_unavailable() {
        return crate::http::plain::internal_error();
    }
    let mut answer = StatusCode::SERVICE_UNAVAILABLE.into_response();
    crate::http::limited::unavailable(answer.headers_mut());
    answer
}

async fn file(app: &App, id: &str, name: &str, query: &str) -> Result<FileRow, Error> {
    let missing = Error::NotFound("file");
    let Ok(id) = id.parse::<i64>() else { return Err(missing) };
    let of_query = |wanted: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.into_owned())
    };
    let proof = of_query("until").zip(of_query("proof"));
    let proof = proof.as_ref().map(|(until, proof)| (until.as_str(), proof.as_str()));
    let file = app.core().attached_file(id, proof).await?;
    if file.name == name { Ok(file) } else { Err(missing) }
}

/// Which bytes are asked for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    Nothing,
}

/// One range of bytes (RFC 9110 §14.2); several at once are answered with the whole.
fn wanted(range: Option<&str>, size: u64) -> Wanted {
    let Some(range) = range.and_then(|range| range.trim().strip_prefix("bytes=")) else {
        return Wanted::Whole;
    };
    let Some((from, to)) = range.split_once('-') else { return Wanted::Whole };
    let (from, to) = (from.trim(), to.trim());
    let part = match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => from..to.saturating_add(1).min(size),
        (Ok(from), Err(_)) if to.is_empty() => from..size,
        (Err(_), Ok(last)) if from.is_empty() => size.saturating_sub(last)..size,
        _ => return Wanted::Whole,
    };
    if part.is_empty() { Wanted::Nothing } else { Wanted::Part(part) }
}

async fn send(app: &App, file: &FileRow, asked: &HeaderMap) -> Result<Response, Error> {
    let size = u64::try_from(file.size).unwrap_or_default();
    // Files never change; another file has another key.
    let tag = crate::openapi::entity_tag(file.key.as_bytes());
    if is_known(asked.get(header::IF_NONE_MATCH), &tag) {
        let mut answer = StatusCode::NOT_MODIFIED.into_response();
        describe(answer.headers_mut(), file, &tag);
        return Ok(answer);
    }
    let of_header = |name: HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    let range = of_header(header::RANGE)
        .filter(|_| of_header(header::IF_RANGE).is_none_or(|known| known == tag));
    let (status, part) = match wanted(range, size) {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => {
            let mut answer = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            put(answer.headers_mut(), header::CONTENT_RANGE, &format!("bytes */{size}"));
            return Ok(answer);
        }
    };
    let bytes = app.core().read_file(file, part.start, part.end).await?;
    let mut answer = Response::new(Body::from_stream(bytes));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    describe(headers, file, &tag);
    put(headers, header::CONTENT_LENGTH, &(part.end - part.start).to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        put(headers, header::CONTENT_RANGE, &range);
    }
    Ok(answer)
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}

fn describe(headers: &mut HeaderMap, file: &FileRow, tag: &str) {
    let picture = is_picture(&file.content_type);
    // The row's type is ours; still, nothing but the closed list ever goes out.
    let kind = if picture { file.content_type.as_str() } else { files::OTHER };
    put(headers, header::CONTENT_TYPE, kind);
    put(headers, header::CONTENT_DISPOSITION, &disposition(picture, &file.name));
    put(headers, header::ETAG, tag);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::ACCEPT_RANGES, "bytes"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// `Content-Disposition` (RFC 6266), the name in both of its forms.
fn disposition(picture: bool, name: &str) -> String {
    let kind = if picture { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' }
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            use std::fmt::Write as _;
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(None, Wanted::Whole)]
    #[case(Some("bytes=0-0"), Wanted::Part(0..1))]
    #[case(Some("bytes=5-"), Wanted::Part(5..10))]
    #[case(Some("bytes=-3"), Wanted::Part(7..10))]
    #[case(Some("bytes=-30"), Wanted::Part(0..10))]
    #[case(Some("bytes=8-99"), Wanted::Part(8..10))]
    #[case(Some("bytes=10-"), Wanted::Nothing)]
    #[case(Some("bytes=-0"), Wanted::Nothing)]
    #[case(Some("bytes=5-2"), Wanted::Whole)]
    #[case(Some("bytes=0-1,3-4"), Wanted::Whole)]
    #[case(Some("lines=1-2"), Wanted::Whole)]
    #[case(Some("bytes=18446744073709551615-"), Wanted::Nothing)]
    #[case(Some("bytes=0-18446744073709551615"), Wanted::Part(0..10))]
    fn ranges(#[case] range: Option<&str>, #[case] expected: Wanted) {
        assert_eq!(wanted(range, 10), expected);
    }

    #[test]
    fn names_in_headers() {
        assert_eq!(
            disposition(false, "Sch\"ön 1.txt"),
            "attachment; filename=\"Sch__n 1.txt\"; filename*=UTF-8''Sch%22%C3%B6n%201.txt"
        );
        assert!(disposition(true, "a.png").starts_with("inline; "));
    }
}
