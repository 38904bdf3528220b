//! Content codings (RFC 9110 §8.4): texts go compressed to whoever accepts it. What is kept is compressed
//! once, everything else as it is sent.

use std::{
    io::Write as _,
    sync::{Arc, OnceLock},
};

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
            IF_NONE_MATCH, VARY,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http_body_util::BodyExt as _;

use super::heavy;

/// The least that is worth it, in bytes: below, an answer fits into one packet either way.
const LEAST: usize = 1_024;
/// From so many bytes on, compressing takes longer than threads that serve requests should be held.
const LONG: usize = 256 * 1_024;

/// How hard is tried: with what is sent once, with what is kept for a while, with what is kept for good.
const ONCE: Compression = Compression::new(3);
const KEPT: Compression = Compression::new(6);
const FOR_GOOD: Compression = Compression::new(9);

/// A body that is kept and sent to many, with its compressed form once somebody has asked for that. Cheap
/// to clone.
#[derive(Debug, Clone)]
pub(crate) struct Document(Arc<Forms>);

#[derive(Debug)]
struct Forms {
    plain: Bytes,
    level: Compression,
    gzip: OnceLock<Option<Bytes>>,
}

impl Document {
    /// What is replaced now and then.
    pub(crate) fn new(plain: impl Into<Bytes>) -> Self {
        Self(Arc::new(Forms { plain: plain.into(), level: KEPT, gzip: OnceLock::new() }))
    }

    /// What lasts as long as the process.
    pub(crate) fn lasting(plain: impl Into<Bytes>) -> Self {
        Self(Arc::new(Forms { plain: plain.into(), level: FOR_GOOD, gzip: OnceLock::new() }))
    }

    /// What it takes in memory, in bytes, with its compressed form: of our texts, that is less than a
    /// quarter.
    pub(crate) fn weight(&self) -> u64 {
        (64 + self.0.plain.len() + self.0.plain.len() / 4) as u64
    }

    /// Whether these are its very bytes, and no copy.
    fn is(&self, bytes: &Bytes) -> bool {
        (bytes.as_ptr(), bytes.len()) == (self.0.plain.as_ptr(), self.0.plain.len())
    }

    fn gzip(&self) -> Option<Bytes> {
        self.0.gzip.get_or_init(|| gzip(&self.0.plain, self.0.level)).clone()
    }
}

impl IntoResponse for Document {
    /// The plain body, which [`compress`] replaces by the compressed one where that may be sent.
    fn into_response(self) -> Response {
        let mut response = self.0.plain.clone().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The text as gzip; none where that is no shorter.
fn gzip(text: &[u8], level: Compression) -> Option<Bytes> {
    let compress = || {
        let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), level);
        // Writing into memory does not fail.
        encoder.write_all(text).ok()?;
        encoder.finish().ok()
    };
    let mut shorter =
        heavy::run(text.len() >= LONG, compress).filter(|it| it.len() < text.len())?;
    shorter.shrink_to_fit();
    Some(shorter.into())
}

/// Whether gzip may be sent (RFC 9110 §12.5.3).
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let (mut named, mut any) = (None, None);
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    for range in lines.flat_map(|line| line.split(',')) {
        let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        let wanted = weight.is_ok_and(|weight| weight > 0.0);
        match name.trim() {
            "*" => any = Some(wanted),
            name if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => {
                named = Some(wanted);
            }
            _ => {}
        }
    }
    named.or(any).unwrap_or(false)
}

/// Whether an answer of this type is text. Streams of events are none here: each event has to leave at once.
fn is_text(content_type: &HeaderValue) -> bool {
    let Ok(name) = content_type.to_str() else { return false };
    let name = name.split(';').next().unwrap_or_default().trim();
    match name.split_once('/') {
        Some(("text", kind)) => kind != "event-stream",
        Some((_, kind)) => {
            ["json", "xml", "javascript"].contains(&kind)
                || kind.ends_with("+json")
                || kind.ends_with("+xml")
        }
        None => false,
    }
}

/// Whether the answer is one that is compressed where that is worth it.
fn may_be(response: &Response) -> bool {
    let headers = response.headers();
    let text = headers.get(CONTENT_TYPE).is_some_and(is_text);
    let part = headers.get(CONTENT_RANGE).is_some_and(|it| it.as_bytes().starts_with(b"bytes"));
    text && !part && !headers.contains_key(CONTENT_ENCODING)
}

/// Whether it is worth it; what comes piece by piece leaves as it comes.
fn is_worth_it(response: &Response) -> bool {
    response.body().size_hint().exact().is_some_and(|size| size >= LEAST as u64)
}

/// Makes the tag a weak one: it names the text, and no longer these bytes.
fn weaken(headers: &mut HeaderMap) {
    let strong = headers.get(ETAG).and_then(|tag| tag.to_str().ok()).filter(|tag| is_strong(tag));
    if let Some(Ok(weak)) = strong.map(|tag| HeaderValue::try_from(format!("W/{tag}"))) {
        headers.insert(ETAG, weak);
    }
}

fn is_strong(tag: &str) -> bool {
    tag.starts_with('"')
}

/// That what the client has is current, under the tag by which it knows it.
fn not_modified(mut response: Response, known: Option<&HeaderValue>) -> Response {
    let tag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
    let weak = tag.filter(|tag| is_strong(tag)).map(|tag| format!("W/{tag}"));
    let known = known.and_then(|known| known.to_str().ok()).unwrap_or_default();
    if weak.is_some_and(|weak| known.split(',').any(|one| one.trim() == weak)) {
        weaken(response.headers_mut());
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

/// Compresses answers, around routes whose answers hold no secret: what a secret and a text of a
/// stranger's choice weigh together once compressed betrays the secret (BREACH, CVE-2013-3587).
pub(crate) async fn compress(request: Request, next: Next) -> Response {
    let accepted = accepts_gzip(request.headers());
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(IF_NONE_MATCH).cloned();
    let mut response = next.run(request).await;
    // What changes something may be answered with secrets that are shown once.
    if !reads {
        return response;
    }
    if response.status() == StatusCode::NOT_MODIFIED {
        return not_modified(response, known.as_ref());
    }
    if !may_be(&response) {
        return response;
    }
    // Also of what is short now: the next one at this address may not be.
    response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Encoding"));
    if !accepted || !is_worth_it(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let kept = parts.extensions.remove::<Document>();
    let plain = match body.collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) => {
            tracing::error!(?error, "an answer cannot be read");
            return super::plain::internal_error();
        }
    };
    // What was translated on its way is not any more what is kept.
    let gzip = match kept.filter(|kept| kept.is(&plain)) {
        Some(kept) => kept.gzip(),
        None => gzip(&plain, ONCE),
    };
    let Some(gzip) = gzip else { return Response::from_parts(parts, Body::from(plain)) };
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    weaken(&mut parts.headers);
    Response::from_parts(parts, Body::from(gzip))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(&[], false)]
    #[case(&["gzip"], true)]
    #[case(&["deflate, GZIP;q=0.5"], true)]
    #[case(&["x-gzip"], true)]
    #[case(&["br", "gzip"], true)]
    #[case(&["br"], false)]
    #[case(&["identity"], false)]
    #[case(&["*"], true)]
    #[case(&["*;q=0"], false)]
    #[case(&["gzip;q=0, *"], false)]
    #[case(&["*;q=0, gzip"], true)]
    #[case(&["gzip; q=0.000"], false)]
    #[case(&["gzip;q=x"], false)]
    #[case(&["gzipped"], false)]
    #[case(&[""], false)]
    fn what_is_accepted_is_read(#[case] lines: &[&'static str], #[case] accepted: bool) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(line));
        }
        assert_eq!(accepts_gzip(&headers), accepted);
    }

    #[rstest]
    #[case("text/html; charset=utf-8", true)]
    #[case("text/css", true)]
    #[case("text/event-stream", false)]
    #[case("application/json; charset=utf-8", true)]
    #[case("application/vnd.api+json", true)]
    #[case("application/problem+json", true)]
    #[case("application/xml", true)]
    #[case("image/svg+xml", true)]
    #[case("image/png", false)]
    #[case("application/octet-stream", false)]
    #[case("json", false)]
    fn texts_are_known_by_their_type(#[case] content_type: &'static str, #[case] text: bool) {
        assert_eq!(is_text(&HeaderValue::from_static(content_type)), text);
    }

    #[test]
    fn what_is_kept_comes_out_as_it_was() {
        let text = "<li>winner of the first match</li>".repeat(1_000);
        for document in [Document::new(text.clone()), Document::lasting(text.clone())] {
            let gzip = document.gzip().unwrap();
            assert!(gzip.len() < text.len() / 20);
            assert_eq!(document.gzip().unwrap().as_ptr(), gzip.as_ptr(), "compressed once");
            let mut plain = String::new();
            GzDecoder::new(&*gzip).read_to_string(&mut plain).unwrap();
            assert_eq!(plain, text);
            assert!(document.weight() >= (text.len() + gzip.len()) as u64);
        }
        assert!(Document::new("short").gzip().is_none());
    }
}
