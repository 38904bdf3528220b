//! Attached files in a bucket: the client's requests against a small service that speaks S3, over
//! HTTP.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::{Arc, Mutex, OnceLock},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::json;
use tiltyard_core::{
    Settings,
    clock::HOUR,
    files::{FileStorage, S3Settings},
};
use tiltyard_store::Engine::Sqlite;

use crate::support::{Answer, TestServer, Wanted};

/// What the service holds.
#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Bytes>,
    uploads: BTreeMap<String, BTreeMap<u32, Bytes>>,
    /// Requests that nobody signed.
    unsigned: usize,
    /// How many uploads in parts there were.
    in_parts: usize,
}

type Shared = Arc<Mutex<Bucket>>;

/// The parts of S3 that are used (path style): objects, ranges, uploads in parts, lists.
async fn s3(State(bucket): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
    let query: BTreeMap<String, String> =
        form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let authorization = parts.headers.get(header::AUTHORIZATION);
    let signed = authorization.and_then(|it| it.to_str().ok()).is_some_and(|it| {
        it.starts_with("AWS4-HMAC-SHA256 Credential=access/") && it.contains("/eu-test-1/s3/")
    });
    let mut bucket = bucket.lock().unwrap();
    bucket.unsigned += usize::from(!signed);
    let key = parts.uri.path().strip_prefix("/cups").unwrap().trim_start_matches('/').to_owned();
    let xml = |text: String| ([(header::CONTENT_TYPE, "application/xml")], text).into_response();
    let tagged = || ([(header::ETAG, "\"tag\"")], "").into_response();
    match (parts.method, query.get("uploadId").cloned()) {
        (Method::POST, None) if query.contains_key("uploads") => {
            bucket.in_parts += 1;
            let id = format!("upload-{}", bucket.in_parts);
            bucket.uploads.insert(id.clone(), BTreeMap::new());
            xml(format!(
                "<InitiateMultipartUploadResult><Bucket>cups</Bucket><Key>{key}</Key>\
                 <UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
            ))
        }
        (Method::PUT, Some(id)) => {
            let number = query["partNumber"].parse().unwrap();
            bucket.uploads.get_mut(&id).unwrap().insert(number, body);
            tagged()
        }
        (Method::POST, Some(id)) => {
            let parts = bucket.uploads.remove(&id).unwrap();
            let least = parts.len().saturating_sub(1);
            assert!(parts.values().take(least).all(|part| part.len() == 5 << 20));
            let whole: Vec<u8> = parts.into_values().flatten().collect();
            bucket.objects.insert(key.clone(), whole.into());
            xml(format!(
                "<CompleteMultipartUploadResult><Bucket>cups</Bucket><Key>{key}</Key>\
                 <ETag>&quot;tag&quot;</ETag></CompleteMultipartUploadResult>"
            ))
        }
        (Method::DELETE, Some(id)) => {
            bucket.uploads.remove(&id);
            StatusCode::NO_CONTENT.into_response()
        }
        (Method::PUT, None) => {
            bucket.objects.insert(key, body);
            tagged()
        }
        (Method::DELETE, None) => {
            bucket.objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        (Method::GET, None) if query.contains_key("list-type") => xml(list(&bucket, &query)),
        (Method::GET, None) => object(&bucket, &key, parts.headers.get(header::RANGE)),
        (method, _) => panic!("{method} {}", parts.uri),
    }
}

fn list(bucket: &Bucket, query: &BTreeMap<String, String>) -> String {
    let prefix = query.get("prefix").map_or("", String::as_str);
    let mut found = String::new();
    let mut folders = BTreeSet::new();
    for (key, bytes) in bucket.objects.iter().filter(|(key, _)| key.starts_with(prefix)) {
        let rest = &key[prefix.len()..];
        match rest.split_once('/').filter(|_| query.contains_key("delimiter")) {
            Some((folder, _)) if folders.insert(folder) => {
                let folder = format!("<Prefix>{prefix}{folder}/</Prefix>");
                write!(found, "<CommonPrefixes>{folder}</CommonPrefixes>").unwrap();
            }
            Some(_) => {}
            None => write!(
                found,
                "<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>\
                 <ETag>&quot;tag&quot;</ETag><Size>{}</Size></Contents>",
                bytes.len()
            )
            .unwrap(),
        }
    }
    format!("<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>")
}

fn object(bucket: &Bucket, key: &str, range: Option<&axum::http::HeaderValue>) -> Response {
    let Some(bytes) = bucket.objects.get(key) else {
        let text = "<Error><Code>NoSuchKey</Code></Error>";
        return (StatusCode::NOT_FOUND, text).into_response();
    };
    let modified = "Thu, 01 Jan 2026 00:00:00 GMT";
    let answer =
        Response::builder().header(header::ETAG, "\"tag\"").header(header::LAST_MODIFIED, modified);
    let range =
        range.and_then(|range| range.to_str().ok()?.strip_prefix("bytes=")?.split_once('-'));
    match range {
        None => answer.body(Body::from(bytes.clone())).unwrap(),
        Some((from, to)) => {
            let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
            let to = to.min(bytes.len() - 1);
            answer
                .status(StatusCode::PARTIAL_CONTENT)
                .header(header::CONTENT_RANGE, format!("bytes {from}-{to}/{}", bytes.len()))
                .body(Body::from(bytes.slice(from..=to)))
                .unwrap()
        }
    }
}

static ENDPOINT: OnceLock<String> = OnceLock::new();

fn in_bucket(settings: &mut Settings) {
    settings.attachments.storage = FileStorage::S3(S3Settings {
        endpoint: ENDPOINT.get().cloned(),
        bucket: "cups".to_owned(),
        region: "eu-test-1".to_owned(),
        access_key: "access".to_owned(),
        secret_key: "secret".to_owned(),
        prefix: "play/files".to_owned(),
    });
}

#[tokio::test]
async fn files_live_in_a_bucket() {
    let bucket = Shared::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    ENDPOINT.set(format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let service = Router::new().fallback(s3).with_state(Arc::clone(&bucket));
    tokio::spawn(async { axum::serve(listener, service).await });

    let server =
        TestServer::start_as(Sqlite, Wanted { settings: in_bucket, ..Wanted::default() }).await;
    let api = server.organizer("marshal").await;
    let cup = json!({
        "name": "Cup", "tournament_type": "single elimination",
        "match_options": {"accept_attachments": true},
    });
    let t = api.tournament(cup, 2).await;
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await["id"].as_str().unwrap().to_owned();
    let attachments = format!("{t}/matches/{of}/attachments.json");
    let send = async |bytes: &[u8]| {
        let head = "--lance\r\nContent-Disposition: form-data; name=\"asset\"; \
            filename=\"a.dem\"\r\n\r\n";
        let body = [head.as_bytes(), bytes, b"\r\n--lance--\r\n"].concat();
        let request = api.request(reqwest::Method::POST, &attachments);
        let kind = "multipart/form-data; boundary=lance";
        Answer::to(request.header("content-type", kind).body(body)).await.expect(201).data()
    };
    let address =
        |made: &serde_json::Value| made["attributes"]["asset_url"].as_str().unwrap().to_owned();
    let small = send(b"a small one").await;
    let large: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let in_parts = send(&large).await;
    {
        let bucket = bucket.lock().unwrap();
        assert_eq!((bucket.in_parts, bucket.uploads.len(), bucket.unsigned), (1, 0, 0));
        assert_eq!(bucket.objects.len(), 2);
        assert!(bucket.objects.keys().all(|key| key.starts_with("play/files/")));
    }
    let fetched = server.http.get(address(&in_parts)).send().await.unwrap();
    assert!(fetched.bytes().await.unwrap() == large);
    let part = server.http.get(address(&in_parts)).header("range", "bytes=4000000-4000003");
    let part = part.send().await.unwrap();
    assert_eq!(part.status().as_u16(), 206);
    assert_eq!(part.bytes().await.unwrap().as_ref(), 1_000_000_u32.to_le_bytes());

    // Removed with its attachment; what has no row goes in the course of maintenance.
    let link = small["links"]["self"].as_str().unwrap();
    api.delete(link.split_once("/v2.1").unwrap().1).await.expect(204);
    assert_eq!(bucket.lock().unwrap().objects.len(), 1);
    let foreign = "play/files/another/ab/0123456789ab-00000000000000000000000000000000".to_owned();
    bucket.lock().unwrap().objects.insert(foreign.clone(), Bytes::from_static(b"x"));
    api.state(&t, "reset").await.expect(200);
    server.clock.advance(2 * HOUR);
    server.core.maintain().await.unwrap();
    let left: Vec<_> = bucket.lock().unwrap().objects.keys().cloned().collect();
    assert_eq!(left, [foreign], "another installation's files are left alone");
    assert_eq!(bucket.lock().unwrap().unsigned, 0);

    // What the service lost is not found; the attachment can still go.
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await["id"].as_str().unwrap().to_owned();
    let attachments = format!("{t}/matches/{of}/attachments.json");
    let sent = json!({"asset": "data:;base64,aGk="});
    let made = api.post(&attachments, sent).await.expect(201).data();
    bucket.lock().unwrap().objects.clear();
    Answer::to(server.http.get(address(&made))).await.expect(404);
    let link = made["links"]["self"].as_str().unwrap();
    api.delete(link.split_once("/v2.1").unwrap().1).await.expect(204);
}
