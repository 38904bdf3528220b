//! Files that are attached to matches: what goes in, and that nothing that comes out can do harm.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{Method, RequestBuilder, header::HeaderMap};
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::{Settings, clock::HOUR, files::FileStorage};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::{
    Engine::{self, Postgres, Sqlite},
    repo::facts,
};

use crate::support::{Answer, Api, TestServer, V1, Wanted};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

/// A started cup that accepts attachments: its path, and its match's.
async fn cup(api: &Api<'_>, private: bool) -> (String, String) {
    let t = api
        .tournament(
            json!({
                "name": "Spring Cup", "tournament_type": "single elimination", "private": private,
                "match_options": {"accept_attachments": true},
            }),
            2,
        )
        .await;
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    let path = format!("{t}/matches/{}", of["id"].as_str().unwrap());
    (t, path)
}

/// A file in JSON.
fn asset(name: &str, bytes: &[u8]) -> Value {
    json!({"asset": {"filename": name, "data": STANDARD.encode(bytes)}})
}

/// A form with one file.
fn one_file(name: &str, bytes: &[u8], boundary: &str) -> Vec<u8> {
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"asset\"; filename=\"{name}\"\r\n\r\n"
    );
    [head.as_bytes(), bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat()
}

/// Sends a body under a key of the client's.
async fn keyed(request: RequestBuilder, key: &str, boundary: &str, body: Vec<u8>) -> Answer {
    let kind = format!("multipart/form-data; boundary={boundary}");
    let request = request.header("idempotency-key", key).header("content-type", kind);
    Answer::to(request.body(body)).await
}

/// One field of a form.
enum Field<'a> {
    Text(&'a str, &'a str),
    File(&'a str, &'a str, &'a str, &'a [u8]),
}

/// A form as browsers and libraries send it.
async fn form(api: &Api<'_>, method: Method, path: &str, fields: &[Field<'_>]) -> Answer {
    let mut body = Vec::new();
    for field in fields {
        body.extend(b"--lance\r\n");
        match field {
            Field::Text(name, text) => body.extend(
                format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
                    .bytes(),
            ),
            Field::File(name, file, kind, bytes) => {
                let head = format!(
                    "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                     Content-Type: {kind}\r\n\r\n"
                );
                body.extend(head.bytes());
                body.extend(*bytes);
                body.extend(b"\r\n");
            }
        }
    }
    body.extend(b"--lance--\r\n");
    let request = api.request(method, path);
    Answer::to(request.header("content-type", "multipart/form-data; boundary=lance").body(body))
        .await
}

/// What is behind an address: status, headers, bytes. Nobody asks.
async fn fetch(
    server: &TestServer,
    address: &str,
    headers: &[(&str, &str)],
) -> (u16, HeaderMap, Vec<u8>) {
    let mut request = server.http.get(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.bytes().await.unwrap().to_vec())
}

fn address(attachment: &Value) -> String {
    attachment["attributes"]["asset_url"].as_str().unwrap().to_owned()
}

fn own(attachment: &Value) -> String {
    let link = attachment["links"]["self"].as_str().unwrap();
    link.split_once("/v2.1").unwrap().1.to_owned()
}

#[rstest]
#[tokio::test]
async fn files_are_attached_fetched_replaced_and_removed(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (_, of) = cup(&api, false).await;
    let attachments = format!("{of}/attachments.json");
    let mut sent = asset("final.png", PNG);
    sent["url"] = json!("https://example.org/ignored");
    sent["description"] = json!("The final");
    let made = api.post(&attachments, sent).await.expect(201).data();
    let shown = &made["attributes"];
    assert_eq!(shown["asset_file_name"], "final.png");
    assert_eq!(shown["original_file_name"], "final.png");
    assert_eq!(shown["asset_content_type"], "image/png");
    assert_eq!(shown["asset_file_size"], PNG.len());
    assert_eq!(shown["description"], "The final");
    assert_eq!(shown["url"], shown["asset_url"], "a file goes before a link");
    assert!(address(&made).starts_with(&format!("{}/attachments/", server.url)));

    let (status, headers, bytes) = fetch(&server, &address(&made), &[]).await;
    assert_eq!((status, bytes.as_slice()), (200, PNG));
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(headers["content-length"], PNG.len().to_string().as_str());
    let tag = headers["etag"].to_str().unwrap().to_owned();
    let known = fetch(&server, &address(&made), &[("if-none-match", &tag)]).await;
    assert_eq!((known.0, known.2.len()), (304, 0));
    let (status, headers, bytes) = fetch(&server, &address(&made), &[("range", "bytes=1-3")]).await;
    assert_eq!((status, bytes.as_slice()), (206, b"PNG".as_slice()));
    assert_eq!(headers["content-range"], format!("bytes 1-3/{}", PNG.len()).as_str());
    let beyond = fetch(&server, &address(&made), &[("range", "bytes=1000-")]).await;
    assert_eq!(beyond.0, 416);
    let stale = [("range", "bytes=1-3"), ("if-range", "\"another\"")];
    assert_eq!(fetch(&server, &address(&made), &stale).await.0, 200);
    // The name belongs to the address.
    let other = address(&made).replace("final.png", "final.html");
    assert_eq!(fetch(&server, &other, &[]).await.0, 404);
    server.get("/attachments/x/final.png").await.expect(404);

    let replaced = api.put(&own(&made), asset("replay.dem", b"replay")).await.expect(200).data();
    assert_eq!(replaced["attributes"]["asset_content_type"], "application/octet-stream");
    assert_eq!(replaced["attributes"]["description"], "The final");
    assert_eq!(fetch(&server, &address(&made), &[]).await.0, 404);
    assert_eq!(fetch(&server, &address(&replaced), &[]).await.2, b"replay");

    let bare = api.put(&own(&made), json!({"asset": null})).await.expect(200).data();
    assert_eq!(bare["attributes"]["asset_url"], Value::Null);
    assert_eq!(fetch(&server, &address(&replaced), &[]).await.0, 404);
    let again = api.put(&own(&made), asset("a.gif", b"GIF89a")).await.expect(200).data();
    assert_eq!(fetch(&server, &address(&again), &[]).await.0, 200);
    api.delete(&own(&made)).await.expect(204);
    assert_eq!(fetch(&server, &address(&again), &[]).await.0, 404);
}

/// What somebody might send to have it run in a visitor's browser.
#[rstest]
#[case::page(
    "evil.html",
    "text/html",
    b"<!doctype html><script>alert(1)</script>",
    "evil.html",
    None
)]
#[case::page_called_picture(
    "photo.png",
    "image/png",
    b"<html><script>alert(1)</script>",
    "photo.png",
    None
)]
#[case::page_behind_blanks("a.png", "image/png", b"\n\n  <html>", "a.png", None)]
#[case::vector(
    "logo.svg",
    "image/svg+xml",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "logo.svg",
    None
)]
#[case::xml(
    "a.xml",
    "text/xml",
    b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'/>",
    "a.xml",
    None
)]
#[case::script("a.js", "text/javascript", b"alert(1)", "a.js", None)]
#[case::document("a.pdf", "application/pdf", b"%PDF-1.7 /JS", "a.pdf", None)]
#[case::picture_and_script(
    "a.js",
    "text/javascript",
    b"GIF89a/*\0\0*/=1;alert(1)//",
    "a.js",
    Some("image/gif")
)]
#[case::picture_and_page(
    "a.html",
    "text/html",
    b"\xff\xd8\xff\xe0<html><script>alert(1)</script>",
    "a.html",
    Some("image/jpeg")
)]
#[case::path("../../../../etc/cron.d/evil", "text/plain", b"* * * * *", "evil", None)]
#[case::windows_path("..\\..\\autorun.inf", "text/plain", b"x", "autorun.inf", None)]
#[case::nothing_but_dots("..", "text/plain", b"x", "file", None)]
#[case::turned("photo\u{202e}gnp.exe", "image/png", b"MZ", "photognp.exe", None)]
#[case::unicode("Sch\u{f6}n \u{2603}.txt", "text/plain", b"x", "Sch\u{f6}n \u{2603}.txt", None)]
#[tokio::test]
async fn hostile_files_are_never_run(
    #[case] name: &str,
    #[case] claimed: &str,
    #[case] bytes: &[u8],
    #[case] shown: &str,
    #[case] picture: Option<&str>,
) {
    let server = TestServer::start(Sqlite).await;
    let api = server.organizer("marshal").await;
    let (_, of) = cup(&api, false).await;
    let attachments = format!("{of}/attachments.json");
    let mut sent = asset(name, bytes);
    sent["asset"]["content_type"] = json!(claimed);
    let in_json = api.post(&attachments, sent).await.expect(201).data();
    let quoted = name.replace('\\', "\\\\");
    let fields = [Field::File("asset", &quoted, claimed, bytes)];
    let in_form = form(&api, Method::POST, &attachments, &fields).await.expect(201).data();
    for made in [in_json, in_form] {
        assert_eq!(made["attributes"]["asset_file_name"], shown);
        let (status, headers, got) = fetch(&server, &address(&made), &[]).await;
        assert_eq!((status, got.as_slice()), (200, bytes));
        assert_eq!(headers["content-type"], picture.unwrap_or("application/octet-stream"));
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["content-security-policy"], "sandbox; default-src 'none'");
        let disposition = headers["content-disposition"].to_str().unwrap();
        let kind = if picture.is_some() { "inline; " } else { "attachment; " };
        assert!(disposition.starts_with(kind), "{disposition}");
        assert!(!disposition.contains("..") && !disposition.contains('\\'), "{disposition}");
    }
}

#[rstest]
#[tokio::test]
async fn forms_are_read_as_they_come(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (t, of) = cup(&api, false).await;
    let attachments = format!("{of}/attachments.json");
    // Larger than any body in JSON may be, and than several parts of the store.
    let large: Vec<u8> = (0..1_500_000_u32).flat_map(u32::to_le_bytes).collect();
    for (text, file) in [
        ("description", "asset"),
        ("data[attributes][description]", "data[attributes][asset]"),
        ("match_attachment[description]", "match_attachment[asset]"),
        ("description", "file"),
    ] {
        let fields = [
            Field::File(file, "demo.dem", "application/x-demo", &large),
            Field::Text(text, "All of it"),
        ];
        let made = form(&api, Method::POST, &attachments, &fields).await.expect(201).data();
        assert_eq!(made["attributes"]["description"], "All of it");
        assert_eq!(made["attributes"]["asset_file_size"], large.len());
        let (status, _, bytes) = fetch(&server, &address(&made), &[]).await;
        assert!(status == 200 && bytes == large, "{status}, {} bytes", bytes.len());
        let part = [("range", "bytes=5000000-5000003")];
        assert_eq!(fetch(&server, &address(&made), &part).await.2, 1_250_000_u32.to_le_bytes());
    }
    // A form without a file; where browsers send an empty one for it, too.
    let words = [Field::Text("url", "https://example.org"), Field::File("asset", "", "x/y", b"")];
    let made = form(&api, Method::POST, &attachments, &words).await.expect(201).data();
    assert_eq!(made["attributes"]["url"], "https://example.org");
    let change = [Field::File("asset", "a.png", "image/png", PNG)];
    let changed = form(&api, Method::PUT, &own(&made), &change).await.expect(200).data();
    assert_eq!(changed["attributes"]["asset_content_type"], "image/png");

    let id = of.rsplit_once('/').unwrap().1;
    let all = format!("{t}/match_attachments.json");
    let by_query = format!("{all}?match_id={id}");
    form(&api, Method::POST, &by_query, &change).await.expect(201);
    let lost = form(&api, Method::POST, &all, &change).await.expect(422);
    assert!(lost.text.contains("/data/attributes/match_id"), "{}", lost.text);

    let two = [
        Field::File("asset", "a.png", "image/png", PNG),
        Field::File("asset", "b.png", "image/png", PNG),
    ];
    let refused = form(&api, Method::POST, &attachments, &two).await.expect(422);
    assert!(refused.text.contains("must be one file"), "{}", refused.text);
    let empty = [Field::File("asset", "a.png", "image/png", b"")];
    let refused = form(&api, Method::POST, &attachments, &empty).await.expect(422);
    assert!(refused.text.contains("is empty"), "{}", refused.text);
    let nothing = form(&api, Method::POST, &attachments, &[]).await.expect(422);
    assert!(nothing.text.contains("at least one of"), "{}", nothing.text);
    let bad = [Field::Text("url", "javascript:alert(1)"), Field::File("asset", "a", "x/y", PNG)];
    form(&api, Method::POST, &attachments, &bad).await.expect(422);
    for (kind, body, status) in [
        ("multipart/form-data; boundary=lance", "--lance\r\nContent-Disp", 400),
        ("multipart/form-data; boundary=lance", "", 400),
        ("multipart/form-data", "--lance--", 415),
        ("image/png", "\u{89}PNG", 415),
    ] {
        let request = api.request(Method::POST, &attachments).header("content-type", kind);
        Answer::to(request.body(body)).await.expect(status);
    }
}

#[rstest]
#[tokio::test]
async fn files_in_json_are_refused_with_a_way_out(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (_, of) = cup(&api, false).await;
    let attachments = format!("{of}/attachments.json");
    let url = format!("data:image/png;base64,{}", STANDARD.encode(PNG));
    let made = api.post(&attachments, json!({"asset": url})).await.expect(201).data();
    assert_eq!(made["attributes"]["asset_file_name"], "file");
    assert_eq!(made["attributes"]["asset_content_type"], "image/png");
    for wrong in [json!("final.png"), json!(7), json!({}), json!({"data": "%"}), json!([])] {
        let refused = api.post(&attachments, json!({"asset": wrong})).await.expect(422);
        assert!(refused.text.contains("/data/attributes/asset"), "{}", refused.text);
    }
    let large = vec![0; crate::support::BODY_LIMIT];
    api.post(&attachments, asset("large", &large)).await.expect(413);
}

fn small(settings: &mut Settings) {
    settings.attachments.file_bytes = 1_000;
    settings.attachments.tournament_bytes = 2_500;
}

#[rstest]
#[tokio::test]
async fn sizes_are_bounded(#[values(Sqlite, Postgres)] engine: Engine) {
    let wanted = Wanted { settings: small, ..Wanted::default() };
    let server = TestServer::start_as(engine, wanted).await;
    let api = server.organizer("marshal").await;
    let (_, of) = cup(&api, false).await;
    let attachments = format!("{of}/attachments.json");
    let refused = api.post(&attachments, asset("a", &[0; 1_001])).await.expect(422);
    assert!(refused.text.contains("is larger than 1000 bytes"), "{}", refused.text);
    let one_more = [Field::File("asset", "a", "x/y", &[0; 1_001])];
    form(&api, Method::POST, &attachments, &one_more).await.expect(422);
    // What is far too large is not even read to its end.
    let huge = vec![0; 3_000_000];
    let request = api
        .request(Method::POST, &attachments)
        .header("content-type", "multipart/form-data; boundary=lance")
        .body(
            [b"--lance\r\nContent-Disposition: form-data; name=\"asset\"\r\n\r\n", huge.as_slice()]
                .concat(),
        );
    if let Ok(answer) = request.send().await {
        assert!(matches!(answer.status().as_u16(), 413 | 422), "{}", answer.status());
    }
    let mut made = Vec::new();
    for _ in 0..2 {
        made.push(api.post(&attachments, asset("a", &[0; 1_000])).await.expect(201).data());
    }
    let full = api.post(&attachments, asset("a", &[0; 1_000])).await.expect(422);
    assert!(full.text.contains("more than this server allows"), "{}", full.text);
    api.post(&attachments, asset("a", &[0; 500])).await.expect(201);
    api.delete(&own(&made[0])).await.expect(204);
    api.post(&attachments, asset("a", &[0; 1_000])).await.expect(201);
}

#[rstest]
#[tokio::test]
async fn a_private_tournaments_files_need_the_proof(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (t, of) = cup(&api, true).await;
    let made = api.post(&format!("{of}/attachments.json"), asset("a.png", PNG)).await.expect(201);
    let made = made.data();
    let signed = address(&made);
    assert_eq!(fetch(&server, &signed, &[]).await.0, 200);
    let (bare, query) = signed.split_once('?').unwrap();
    let (until, proof) = query.split_once('&').unwrap();
    let later: i64 = until.strip_prefix("until=").unwrap().parse::<i64>().unwrap() + 3_600;
    for wrong in [
        bare.to_owned(),
        format!("{bare}?{until}"),
        format!("{bare}?{proof}"),
        format!("{bare}?{until}&proof="),
        format!("{bare}?until=x&{proof}"),
        format!("{bare}?until={later}&{proof}"),
    ] {
        assert_eq!(fetch(&server, &wrong, &[]).await.0, 404, "{wrong}");
    }
    server.clock.advance(2 * HOUR);
    assert_eq!(fetch(&server, &signed, &[]).await.0, 404, "it ended");
    let fresh = address(&api.get(&own(&made)).await.expect(200).data());
    assert_eq!(fetch(&server, &fresh, &[]).await.0, 200);
    assert_ne!(fresh, signed);
    api.put(&format!("{t}.json"), json!({"private": false})).await.expect(200);
    assert_eq!(fetch(&server, bare, &[]).await.0, 200, "it is public now");
}

#[tokio::test]
async fn whoever_may_not_attach_stores_nothing() {
    fn in_folder(settings: &mut Settings) {
        settings.attachments.storage = FileStorage::Folder(folder("refused"));
    }
    let _ = std::fs::remove_dir_all(folder("refused"));
    let wanted = Wanted { settings: in_folder, ..Wanted::default() };
    let server = TestServer::start_as(Sqlite, wanted).await;
    let owner = server.person("marshal").await;
    let api = server.key_of(&owner).await;
    let (t, of) = cup(&api, false).await;
    let attachments = format!("{of}/attachments.json");
    let other = server.organizer("mordred").await;
    let fields = [Field::File("asset", "a.png", "image/png", PNG)];
    form(&other, Method::POST, &attachments, &fields).await.expect(403);
    other.post(&attachments, asset("a.png", PNG)).await.expect(403);
    let client = server.client(&owner, Preset::Challonge).await;
    let reads = client.caller(&owner, "attachments:read").await;
    form(&reads, Method::POST, &attachments, &fields).await.expect(403);
    let off = json!({"match_options": {"accept_attachments": false}});
    api.put(&format!("{t}.json"), off).await.expect(200);
    form(&api, Method::POST, &attachments, &fields).await.expect(422);
    form(&api, Method::POST, &format!("{t}/matches/1/attachments"), &fields).await.expect(404);
    assert_eq!(files(&folder("refused")), Vec::<PathBuf>::new());
}

/// A folder for the files of one test.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("attachments").join(name)
}

/// Below which name the server keeps its files.
async fn installation(server: &TestServer) -> String {
    let store = server.core.store();
    let found = store.read(|rx| facts::get(rx, "files")).await;
    found.unwrap().unwrap()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[rstest]
#[tokio::test]
async fn files_without_a_row_go_after_an_hour(#[values(Sqlite, Postgres)] engine: Engine) {
    fn in_folder(settings: &mut Settings) {
        // Each server its own installation below it.
        settings.attachments.storage = FileStorage::Folder(folder("swept"));
    }
    let wanted = Wanted { settings: in_folder, ..Wanted::default() };
    let server = TestServer::start_as(engine, wanted).await;
    let api = server.organizer("marshal").await;
    let (t, of) = cup(&api, false).await;
    let attachments = format!("{of}/attachments.json");
    let large = vec![7; 700_000];
    let fields = [Field::File("asset", "demo.dem", "x/y", &large)];
    form(&api, Method::POST, &attachments, &fields).await.expect(201);
    let (kept, of_kept) = cup(&api, false).await;
    let made = api.post(&format!("{of_kept}/attachments.json"), asset("a.png", PNG)).await;
    let made = made.expect(201).data();
    let below = folder("swept").join(installation(&server).await);
    assert_eq!(files(&below).len(), 2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder("swept")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "nobody else reads it");
    }
    // What a crash leaves of a file that was being written.
    let whole = files(&below).remove(0);
    let unfinished = PathBuf::from(format!("{}#1", whole.display()));
    std::fs::write(&unfinished, "half of it").unwrap();
    // Somebody else's.
    let notes = files(&below)[0].with_file_name("notes.txt");
    std::fs::write(&notes, "mine").unwrap();

    api.state(&t, "reset").await.expect(200);
    server.core.maintain().await.unwrap();
    assert_eq!(files(&below).len(), 4, "too young");
    server.clock.advance(2 * HOUR);
    server.core.maintain().await.unwrap();
    let mut left = files(&below);
    left.retain(|path| *path != notes);
    assert_eq!(left.len(), 1);
    assert!(notes.exists());
    assert_eq!(fetch(&server, &address(&made), &[]).await.2, PNG);
    // The same for a tournament that is deleted.
    api.delete(&format!("{kept}.json")).await.expect(204);
    server.clock.advance(2 * HOUR);
    server.core.maintain().await.unwrap();
    assert_eq!(files(&below), [notes]);
}

#[rstest]
#[tokio::test]
async fn files_sent_at_once_stay_within_the_number(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (_, of) = cup(&api, false).await;
    let attachments = format!("{of}/attachments.json");
    for number in 0..17 {
        api.post(&attachments, json!({"description": number.to_string()})).await.expect(201);
    }
    let fields = [Field::File("asset", "a.png", "image/png", PNG)];
    let send = || form(&api, Method::POST, &attachments, &fields);
    let answers = futures_util::future::join_all((0..8).map(|_| send())).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 5, "{statuses:?}");
    let shown = api.get(&format!("{of}.json")).await.expect(200).data();
    assert_eq!(shown["attributes"]["attachment_count"], 20);
    let list = api.get(&format!("{attachments}?per_page=100")).await.expect(200);
    assert_eq!(list.data().as_array().unwrap().len(), 20);
    // What it refuses it refuses before the file comes.
    form(&api, Method::POST, &attachments, &fields).await.expect(422);
}

#[rstest]
#[tokio::test]
async fn an_upload_with_a_key_is_kept_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (_, of) = cup(&api, false).await;
    let v1 = V1::organizer(&server, "squire").await;
    let t = v1.tournament(json!({"name": "Cup", "accept_attachments": true}), 2).await;
    v1.post(&format!("{t}/start.json"), json!({})).await.expect(200);
    let of_v1 = format!("{t}/matches/{}/attachments.json", v1.matches(&t).await[0]["id"]);
    let of = format!("{of}/attachments.json");
    let requests: [&dyn Fn() -> RequestBuilder; 2] = [&|| api.request(Method::POST, &of), &|| {
        v1.request(Method::POST, &of_v1).query(&[("api_key", &v1.key)])
    }];
    for request in requests {
        let replayed = |answer: &Answer| answer.header("idempotent-replayed") == "true";
        // What breaks off is no last word.
        let broken = one_file("final.png", PNG, "lance")[..60].to_vec();
        keyed(request(), "one", "lance", broken).await.expect(400);
        let first = keyed(request(), "one", "lance", one_file("final.png", PNG, "lance")).await;
        assert!(first.status < 300 && !replayed(&first), "{}", first.text);
        // Libraries put another text between the parts each time.
        let again = keyed(request(), "one", "sword", one_file("final.png", PNG, "sword")).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        assert!(replayed(&again));
        let longer = [PNG, PNG].concat();
        keyed(request(), "one", "lance", one_file("final.png", &longer, "lance")).await.expect(422);
    }
    assert_eq!(api.get(&of).await.expect(200).json()["data"].as_array().unwrap().len(), 1);
    assert_eq!(v1.get(&of_v1).await.expect(200).json().as_array().unwrap().len(), 1);
}
