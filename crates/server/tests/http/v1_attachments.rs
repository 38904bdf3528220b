//! Attachments in the API v1: links, words and files, in every dress that its clients send.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, BODY_LIMIT, TestServer, V1};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

const KEYS: [&str; 12] = [
    "asset_content_type",
    "asset_file_name",
    "asset_file_size",
    "asset_url",
    "created_at",
    "description",
    "id",
    "match_id",
    "original_file_name",
    "updated_at",
    "url",
    "user_id",
];

/// A started cup that accepts attachments: the path of its first match.
async fn cup(api: &V1<'_>, accepts: bool) -> String {
    let t = api.tournament(json!({"name": "Cup", "accept_attachments": accepts}), 2).await;
    api.post(&format!("{t}/start.json"), json!({})).await.expect(200);
    format!("{t}/matches/{}", api.matches(&t).await[0]["id"])
}

/// What an answer wraps.
fn inner(answer: &Answer) -> Value {
    let mut whole = answer.json();
    assert_eq!(whole.as_object().unwrap().len(), 1, "{}", answer.text);
    whole["match_attachment"].take()
}

/// A form with parts; a field with a file's name is a file.
fn form(fields: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in fields {
        let file = file.map_or(String::new(), |file| format!("; filename=\"{file}\""));
        let head = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend(head.bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--x--\r\n");
    body
}

async fn send(api: &V1<'_>, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Answer {
    let request = api.request(method, path).body(body);
    let request = if kind.is_empty() { request } else { request.header("content-type", kind) };
    Answer::to(request).await
}

async fn fetched(server: &TestServer, attachment: &Value) -> Vec<u8> {
    let address = attachment["asset_url"].as_str().unwrap();
    let answer = server.http.get(address).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    answer.bytes().await.unwrap().to_vec()
}

#[rstest]
#[tokio::test]
async fn attached_listed_changed_and_removed(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "ada").await;
    let of = cup(&api, true).await;
    let shown = async |path: &str| api.get(path).await.expect(200).json();
    let before = shown(&format!("{of}.json?include_attachments=1")).await["match"].take();
    assert_eq!(before["has_attachment"], false);
    assert_eq!(before["attachment_count"], Value::Null);
    assert_eq!(before["attachments"], json!([]));

    let attachments = format!("{of}/attachments.json");
    let sent = json!({"match_attachment": {
        "asset": {"filename": "final.png", "data": STANDARD.encode(PNG)},
        "url": "https://example.org/ignored", "description": "The final",
    }});
    let file = inner(&api.post(&attachments, sent).await.expect(200));
    let keys: Vec<&str> = file.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, KEYS);
    assert_eq!(file["url"], Value::Null, "a file goes before a link");
    assert_eq!(file["description"], "The final");
    assert_eq!(file["asset_file_name"], "final.png");
    assert_eq!(file["original_file_name"], "final.png");
    assert_eq!(file["asset_content_type"], "image/png");
    assert_eq!(file["asset_file_size"], PNG.len());
    assert!(file["id"].is_i64() && file["user_id"].is_i64());
    assert!(of.ends_with(&file["match_id"].to_string()));
    assert_eq!(fetched(&server, &file).await, PNG);

    let sent = json!({"match_attachment": {"url": "https://example.org/replay"}});
    let link = inner(&api.post(&attachments, sent).await.expect(200));
    assert_eq!(link.as_object().unwrap().len(), KEYS.len());
    assert_eq!(link["url"], "https://example.org/replay");
    assert_eq!(link["asset_url"], Value::Null);
    let both = json!([{"match_attachment": file}, {"match_attachment": link}]);
    assert_eq!(shown(&attachments).await, both);
    let own = format!("{of}/attachments/{}.json", link["id"]);
    assert_eq!(inner(&api.get(&own).await.expect(200)), link);

    let of_match = shown(&format!("{of}.json?include_attachments=1")).await;
    assert_eq!(of_match["match"]["has_attachment"], true);
    assert_eq!(of_match["match"]["attachment_count"], 2);
    assert_eq!(of_match["match"]["attachments"], both);
    for quiet in ["", "?include_attachments=0"] {
        assert!(shown(&format!("{of}.json{quiet}")).await["match"].get("attachments").is_none());
    }
    let t = of.split_once("/matches").unwrap().0;
    assert_eq!(api.matches(t).await[0]["attachment_count"], 2);

    let change = json!({"match_attachment": {"description": "Replay"}});
    let changed = inner(&api.put(&own, change).await.expect(200));
    assert_eq!(changed["description"], "Replay");
    assert_eq!(changed["url"], link["url"], "what is not sent stays");
    let emptied = json!({"match_attachment": {"url": "", "asset": ""}});
    let changed = inner(&api.put(&own, emptied).await.expect(200));
    assert_eq!([&changed["url"], &changed["description"]], [&Value::Null, &json!("Replay")]);

    let gone = inner(&api.send(Method::DELETE, &own, json!({})).await.expect(200));
    assert_eq!(gone, changed);
    let missing = api.get(&own).await.expect(404).json();
    assert_eq!(missing, json!({"errors": ["Requested attachment not found"]}));
    assert_eq!(shown(&format!("{of}.json")).await["match"]["attachment_count"], 1);
}

/// One file in many dresses: query, type, body; the file's name, where it has one.
#[rstest]
#[tokio::test]
async fn one_file_in_many_dresses(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "ada").await;
    let of = cup(&api, true).await;
    let base64 = STANDARD.encode(PNG);
    let encoded: String = form_urlencoded::byte_serialize(base64.as_bytes()).collect();
    let in_url = format!("data:image/png;base64,{encoded}");
    let parts = "multipart/form-data; boundary=x";
    let wrapped = |fields: &str| format!("match_attachment[description]=Final&{fields}");
    let text = |text: String| text.into_bytes();
    let dresses = [
        (wrapped(&format!("match_attachment[asset]={in_url}")), "", Vec::new(), "file"),
        (
            String::new(),
            "application/x-www-form-urlencoded",
            text(wrapped(&format!(
                "match_attachment[asset][filename]=a.png&match_attachment[asset][data]={encoded}"
            ))),
            "a.png",
        ),
        (
            String::new(),
            "application/json",
            text(
                json!({"asset": {"filename": "a.png", "data": base64}, "description": "Final"})
                    .to_string(),
            ),
            "a.png",
        ),
        (
            String::new(),
            "application/xml",
            text(format!(
                "<match-attachment><description>Final</description><asset type=\"file\" \
                 name=\"a.png\" content-type=\"image/png\">\n{base64}\n</asset></match-attachment>"
            )),
            "a.png",
        ),
        (
            String::new(),
            "text/xml",
            text(format!(
                "<match_attachment><description>Final</description>\
                 <asset>data:image/png;base64,{base64}</asset></match_attachment>"
            )),
            "file",
        ),
        (
            String::new(),
            parts,
            form(&[
                ("match_attachment[asset]", Some("a.png"), PNG),
                ("match_attachment[description]", None, b"Final"),
            ]),
            "a.png",
        ),
        (
            "match_attachment[description]=Final".to_owned(),
            parts,
            form(&[("asset", Some("a.png"), PNG)]),
            "a.png",
        ),
    ];
    let attachments = format!("{of}/attachments.json?api_key={}", api.key);
    for (query, kind, body, name) in dresses {
        let path = format!("{attachments}&{query}");
        let made = inner(&send(&api, Method::POST, &path, kind, body).await.expect(200));
        let shown = [&made["description"], &made["asset_file_name"], &made["asset_content_type"]];
        assert_eq!(shown, ["Final", name, "image/png"], "{query} {kind}");
        assert_eq!(fetched(&server, &made).await, PNG, "{query} {kind}");
    }
    // Links and words go all ways, too.
    for (query, kind, body) in [
        ("match_attachment[url]=http://x.org/", "", ""),
        ("url=http://x.org/", "", ""),
        ("", "application/x-www-form-urlencoded", "match_attachment%5Burl%5D=http://x.org/"),
        ("", "application/json", r#"{"match_attachment": {"url": "http://x.org/"}}"#),
        ("", "application/xml", "<match-attachment><url>http://x.org/</url></match-attachment>"),
        (
            "",
            parts,
            "--x\r\nContent-Disposition: form-data; name=\"match_attachment[url]\"\r\n\r\n\
             http://x.org/\r\n--x\r\nContent-Disposition: form-data; \
             name=\"match_attachment[asset]\"; filename=\"\"\r\n\r\n\r\n--x--\r\n",
        ),
    ] {
        let path = format!("{attachments}&{query}");
        let made = inner(&send(&api, Method::POST, &path, kind, body.into()).await.expect(200));
        assert_eq!(made["url"], "http://x.org/", "{query} {kind}");
        assert_eq!(made["asset_url"], Value::Null, "{query} {kind}");
    }
}

#[rstest]
#[tokio::test]
async fn large_files_go_through_as_they_come(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "ada").await;
    let of = cup(&api, true).await;
    let parts = "multipart/form-data; boundary=x";
    let large: Vec<u8> = (0..1_500_000_u32).flat_map(u32::to_le_bytes).collect();
    assert!(large.len() > 4 * BODY_LIMIT);
    let key = api.key.as_bytes();
    let body = form(&[
        ("api_key", None, key),
        ("match_attachment[asset]", Some("demo.dem"), &large),
        ("match_attachment[description]", None, b"All of it"),
    ]);
    let attachments = format!("{of}/attachments.json");
    let made = inner(&send(&api, Method::POST, &attachments, parts, body).await.expect(200));
    assert_eq!(made["description"], "All of it", "what stands behind the file counts");
    assert_eq!(made["asset_file_size"], large.len());
    assert!(fetched(&server, &made).await == large);

    // Another file, by a client that can only POST.
    let own = format!("{of}/attachments/{}.json", made["id"]);
    let body =
        form(&[("_method", None, b"put"), ("match_attachment[asset]", Some("b.dem"), &large[4..])]);
    let path = format!("{own}?api_key={}", api.key);
    let changed = inner(&send(&api, Method::POST, &path, parts, body).await.expect(200));
    assert_eq!(changed["asset_file_name"], "b.dem");
    assert!(fetched(&server, &changed).await == large[4..]);
    let small = form(&[
        ("match_attachment[asset]", Some("c.png"), PNG),
        ("_method", None, b"put"),
        ("api_key", None, key),
    ]);
    let changed = inner(&send(&api, Method::POST, &own, parts, small).await.expect(200));
    assert_eq!(changed["asset_content_type"], "image/png", "a small one may come first");

    let two = form(&[("asset", Some("a"), PNG), ("asset", Some("b"), &large)]);
    let list = format!("{attachments}?api_key={}", api.key);
    let refused = send(&api, Method::POST, &list, parts, two).await;
    assert!(matches!(refused.status, 413 | 422), "{}", refused.text);
    let two = form(&[("asset", Some("a"), &large), ("asset", Some("b"), PNG)]);
    let refused = send(&api, Method::POST, &list, parts, two).await.expect(422).json();
    assert_eq!(refused, json!({"errors": ["Asset must be one file"]}));
    let two = form(&[("asset", Some("a"), PNG), ("asset", Some("b"), PNG)]);
    let refused = send(&api, Method::POST, &list, parts, two).await.expect(422).json();
    assert_eq!(refused, json!({"errors": ["Asset must be one file"]}));
    let broken = form(&[("asset", Some("a"), &large)]);
    let broken = broken[..broken.len() - 10].to_vec();
    send(&api, Method::POST, &list, parts, broken).await.expect(400);
    // Nothing else takes more than any body.
    let t = of.split_once("/matches").unwrap().0;
    let other = form(&[("tournament[name]", Some("a"), &large)]);
    let path = format!("{t}.json?api_key={}", api.key);
    let refused = api.request(Method::PUT, &path).header("content-type", parts).body(other);
    if let Ok(answer) = refused.send().await {
        assert_eq!(answer.status().as_u16(), 413);
    }
    let shown = api.get(&format!("{of}.json")).await.expect(200).json();
    assert_eq!(shown["match"]["attachment_count"], 1, "what is refused leaves nothing");
}

#[rstest]
#[tokio::test]
async fn refusals_in_both_formats(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "ada").await;
    let of = cup(&api, true).await;
    let attachments = format!("{of}/attachments.json");
    for (sent, sentence) in [
        (json!({}), "send at least one of"),
        (json!({"url": "javascript:alert(1)"}), "Url must begin with http"),
        (json!({"description": "a".repeat(2_001)}), "Description is too long"),
        (json!({"asset": "final.png"}), "Asset must be an object"),
        (json!({"asset": {"data": "%"}}), "Asset has data that is not base64"),
        (json!({"asset": "data:;base64,"}), "Asset is empty"),
    ] {
        let refused = api.post(&attachments, json!({"match_attachment": sent})).await.expect(422);
        let errors = refused.json()["errors"].take();
        let text = errors[0].as_str().unwrap();
        assert!(text.to_lowercase().starts_with(&sentence.to_lowercase()), "{text}");
    }
    let xml = format!("{of}/attachments.xml?api_key={}", api.key);
    let refused = Answer::to(api.request(Method::POST, &xml)).await.expect(422);
    let flat = |answer: Answer| answer.text.lines().map(str::trim).collect::<String>();
    let text = flat(refused);
    assert!(text.contains("<errors type=\"array\"><error>Send at least one of"), "{text}");
    let made = Answer::to(api.request(Method::POST, &format!("{xml}&description=Rain"))).await;
    let made = flat(made.expect(200));
    assert!(made.contains("<match-attachment><id type=\"integer\">"), "{made}");
    assert!(made.contains("<asset-file-name nil=\"true\"/>"), "{made}");
    let list = flat(Answer::to(api.request(Method::GET, &xml)).await.expect(200));
    let root = "<match-attachments type=\"array\"><match-attachment>";
    assert!(list.contains(root), "{list}");
    let of_match = format!("{of}.xml?api_key={}&include_attachments=1", api.key);
    let shown = flat(Answer::to(api.request(Method::GET, &of_match)).await.expect(200));
    let nested = "<attachments type=\"array\"><match-attachment>";
    assert!(shown.contains(nested), "{shown}");

    for path in ["1/attachments.json", "x/attachments.json"] {
        let path = format!("{}/{path}", of.rsplit_once('/').unwrap().0);
        let refused = api.post(&path, json!({"description": "x"})).await.expect(404).json();
        assert_eq!(refused, json!({"errors": ["Requested match not found"]}));
    }
    let refused = api.get(&format!("{of}/attachments/x.json")).await.expect(404).json();
    assert_eq!(refused, json!({"errors": ["Requested attachment not found"]}));

    let other = V1::organizer(&server, "mordred").await;
    other.get(&attachments).await.expect(200);
    other.post(&attachments, json!({"description": "x"})).await.expect(401);
    let file = form(&[("asset", Some("a.png"), PNG)]);
    let path = format!("{attachments}?api_key={}", other.key);
    let parts = "multipart/form-data; boundary=x";
    send(&other, Method::POST, &path, parts, file.clone()).await.expect(401);
    send(&other, Method::POST, &attachments, parts, file).await.expect(401);

    let closed = cup(&api, false).await;
    let path = format!("{closed}/attachments.json");
    let refused = api.post(&path, json!({"description": "x"})).await.expect(422);
    assert!(refused.text.contains("accepts no attachments"), "{}", refused.text);
}
