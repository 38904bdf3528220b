//! What no honest client sends, at every operation of the API that names a tournament: always an
//! answer in the dialect's form, never a failure of ours, and nothing half done. And every limit that
//! docs/limits.md tells, at its bound and one beyond.

use std::time::Duration;

use reqwest::{Method, header::HeaderValue};
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{Answer, Api, Credential, TestServer};

/// The answer is in the dialect's form.
#[track_caller]
fn assert_formed(answer: &Answer, what: &str) {
    if answer.status < 400 {
        assert!(answer.text.is_empty() || answer.json().is_object(), "{what}: {}", answer.text);
        return;
    }
    let body = answer.json();
    let errors = body["errors"].as_array().unwrap_or_else(|| panic!("{what}: {}", answer.text));
    assert!(!errors.is_empty(), "{what}");
    for error in errors {
        assert_eq!(error["status"], answer.status, "{what}");
        assert!(error["detail"].as_str().is_some_and(|it| it.len() > 10), "{what}: {error}");
        if let Some(pointer) = error["source"]["pointer"].as_str() {
            assert!(pointer.starts_with("/data"), "{what}: {pointer}");
        }
    }
}

/// A tournament in play, its paths, and all operations on it: method and path below `/v2.1`.
async fn operations(server: &TestServer, api: &Api<'_>) -> (String, Vec<(Method, String)>) {
    let t = api.tournament(json!({"name": "Besieged", "url": "besieged"}), 4).await;
    api.state(&t, "start").await.expect(200);
    let of = api.matches(&t).await[1]["id"].as_str().unwrap().to_owned();
    let list = api.get(&format!("{t}/participants.json")).await.data();
    let participant = list[0]["id"].as_str().unwrap().to_owned();
    let id = t.rsplit('/').next().unwrap().to_owned();
    let document = server.get("/openapi.json").await.json();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(below) = path.strip_prefix("/v2.1") else { continue };
        if below.contains("{community}") || below.starts_with("/application") {
            continue;
        }
        let path = below
            .replace("{tournament}", &id)
            .replace("{match}", &of)
            .replace("{participant}", &participant);
        for method in ["get", "put", "post", "delete"] {
            if item[method].is_object() && !path.contains('{') {
                all.push((method.to_ascii_uppercase().parse().unwrap(), path.clone()));
            }
        }
    }
    assert!(all.len() > 20);
    (t, all)
}

async fn whole(api: &Api<'_>, t: &str) -> Value {
    api.get(&format!("{t}.json")).await.expect(200).json()
}

#[rstest]
#[tokio::test]
async fn headers_of_any_kind(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (t, operations) = operations(&server, &api).await;
    let before = whole(&api, &t).await;
    let long = "x".repeat(6_000);
    let values: [&[u8]; 12] = [
        b"",
        b" ",
        b"\xff\xfe",
        b"*",
        b",,,",
        b"W/",
        b"\"",
        b"W/\"0\", \"1\"",
        b"application/json; charset=\"",
        b"Bearer ",
        b"Basic !!!",
        long.as_bytes(),
    ];
    for (method, path) in &operations {
        for name in ["accept", "content-type", "if-match", "if-none-match", "authorization-type"] {
            for value in values {
                let value = HeaderValue::from_bytes(value).unwrap();
                let mut request = api.request(method.clone(), path).body("{}");
                if name != "content-type" {
                    request = request.header("content-type", "application/json");
                }
                let mut request = request.build().unwrap();
                request.headers_mut().insert(name, value.clone());
                // What would go through with a sound header is not to be done here.
                if !request.headers().contains_key("if-match") {
                    request.headers_mut().insert("if-match", HeaderValue::from_static("\"none\""));
                }
                let wild = name == "if-match" && value == "*";
                if wild && method != Method::GET {
                    continue;
                }
                let request = reqwest::RequestBuilder::from_parts(server.http.clone(), request);
                let answer = Answer::to(request).await;
                assert_formed(&answer, &format!("{method} {path} {name}: {value:?}"));
                let harmless = method == Method::GET || path.contains("bulk");
                let changed = answer.status < 300 && !harmless;
                assert!(!changed, "{method} {path} {name}: {value:?}: {}", answer.text);
            }
        }
    }
    for credential in ["", "=", "Bearer", "tly_pk_", &"k".repeat(9_000)] {
        for (method, path) in &operations {
            let other = server.api(Credential::Key(credential.to_owned()));
            let answer = Answer::to(other.request(method.clone(), path).body("{}")).await;
            assert_formed(&answer, &format!("{method} {path} as {credential:?}"));
            assert!(answer.status >= 400, "{method} {path}");
        }
    }
    assert_eq!(whole(&api, &t).await, before);
}

#[rstest]
#[tokio::test]
async fn names_in_paths_of_any_kind(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (t, operations) = operations(&server, &api).await;
    let before = whole(&api, &t).await;
    let long = "9".repeat(4_000);
    let names = [
        "0",
        "-1",
        "+1",
        "1e3",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "999999999999999999999999",
        "%00",
        "%0a",
        "%ff%fe",
        "%2f",
        "a%20b",
        "null",
        "%F0%9F%8F%87",
        "%E2%80%AE",
        "'",
        "%22--",
        "*",
        "1.json",
        "-",
        "--",
        "a-",
        "-a",
        &long,
    ];
    for (method, path) in operations {
        let parts: Vec<&str> = path.split('/').collect();
        for at in 0..parts.len() {
            // Ids alone; what they stand behind is fixed.
            if !parts[at].trim_end_matches(".json").bytes().all(|byte| byte.is_ascii_digit())
                || parts[at].is_empty()
            {
                continue;
            }
            for name in names {
                let mut changed = parts.clone();
                let with_suffix = format!("{name}.json");
                changed[at] = if parts[at].contains(".json") { &with_suffix } else { name };
                let changed = changed.join("/");
                let answer = Answer::to(api.request(method.clone(), &changed).body("{}")).await;
                let what = format!("{method} {changed}");
                assert!((400..500).contains(&answer.status), "{what}: {}", answer.status);
                assert_formed(&answer, &what);
            }
        }
    }
    assert_eq!(whole(&api, &t).await, before);
}

#[rstest]
#[tokio::test]
async fn queries_of_any_kind(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (t, operations) = operations(&server, &api).await;
    let lists: Vec<&String> = operations
        .iter()
        .filter(|(method, path)| {
            method == Method::GET
                && ["tournaments.json", "matches.json", "participants.json"]
                    .iter()
                    .any(|end| path.ends_with(end))
        })
        .map(|(_, path)| path)
        .collect();
    assert_eq!(lists.len(), 3);
    for path in lists {
        for wrong in [
            "page=0",
            "page=-1",
            "page=1.5",
            "page=x",
            "page=4294967296",
            "page=99999999999999999999",
            "page=%00",
            "per_page=0",
            "per_page=-5",
            "per_page=1e3",
            "per_page=%20",
            "page[number]=0",
            "page%5Bsize%5D=-1",
            "state=%F0%9F%8F%87",
            "state=pending%00",
        ] {
            // Participants have no states.
            if wrong.starts_with("state") && path.ends_with("participants.json") {
                continue;
            }
            let answer = api.get(&format!("{path}?{wrong}")).await;
            assert_eq!(answer.status, 400, "{path}?{wrong}: {}", answer.text);
            assert_formed(&answer, wrong);
            let name = wrong.split(['=', '[', '%']).next().unwrap();
            let named = answer.text.contains(name) || wrong.contains("size");
            assert!(named, "{wrong}: {}", answer.text);
        }
        for odd in [
            "page=4294967295",
            "page=4294967295&per_page=1000",
            "per_page=4294967295",
            "per_page=1001",
            "page=1&page=2",
            "&&&",
            "=",
            "%ff=%ff",
            "page",
            "page=",
            "unknown=1",
            "page[number]=2&page[size]=1",
        ] {
            let answer = api.get(&format!("{path}?{odd}")).await.expect(200);
            let body = answer.json();
            let links = &body["links"];
            assert!(links["self"].is_string(), "{odd}");
            if odd.contains("4294967295") && odd.starts_with("page") {
                assert_eq!(body["data"], json!([]), "{path}?{odd}");
                assert_eq!(links["next"], Value::Null);
                let before = links["prev"].as_str().unwrap();
                assert!(before.ends_with("page=4294967294"), "{before}");
            }
        }
    }
    for wrong in ["type=jousting", "created_after=soon", "created_before=2027-13-01"] {
        assert_formed(&api.get(&format!("/tournaments.json?{wrong}")).await.expect(400), wrong);
    }
    let wrong = api.get(&format!("{t}/matches.json?participant_id=x")).await.expect(400);
    assert!(wrong.text.contains("participant_id"));
    // Nobody with that id.
    let none = format!("{t}/matches.json?participant_id=-9223372036854775808");
    assert_eq!(api.get(&none).await.expect(200).json()["meta"]["count"], 0);
}

/// Names in any script come back letter by letter, in documents, pages and pictures.
#[rstest]
#[tokio::test]
async fn names_in_any_script(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let names = [
        "Zoë Müller-Łukasz",
        "李小龍",
        "ليلى",
        "Ὀδυσσεύς",
        "👩\u{200d}🚀 🏇",
        "e\u{301}",
        "Ñandú & <b>\"'</b>",
        "'; DROP TABLE participants; --",
        "%s{{7*7}}${7}",
        "../../etc/passwd",
        "ﷺ",
        "𝕋𝕚𝕝𝕥",
    ];
    let attributes = json!({"name": "Cuchulainn’s 🏆 – Ünïcödé", "url": "scripts"});
    let t = api.tournament(attributes, 0).await;
    let participants: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
    let many = json!({"participants": participants});
    api.post(&format!("{t}/participants/bulk_add.json"), many).await.expect(200);
    api.state(&t, "start").await.expect(200);
    let list = api.get(&format!("{t}/participants.json")).await.expect(200).data();
    let shown: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["attributes"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(shown, names);
    for page in ["/scripts", "/scripts.svg"] {
        let page = server.get(page).await.expect(200).text;
        assert!(page.contains("李小龍"));
        assert!(!page.contains("<b>\""), "markup of a participant's name");
    }
    // What cannot be told apart by eye is another name all the same; what differs in case only is not.
    let taken = json!({"name": "ZOË MÜLLER-ŁUKASZ"});
    let other = api.tournament(json!({"name": "Case"}), 0).await;
    let path = format!("{other}/participants.json");
    api.post(&path, json!({"name": names[0]})).await.expect(200);
    api.post(&path, taken).await.expect(422);
    for hidden in ["\u{200b}", "a\u{202e}b", "a\nb", "\u{1b}[2J", "\u{7f}", "\u{85}"] {
        let refused = api.post(&path, json!({"name": hidden})).await.expect(422);
        assert_eq!(refused.json()["errors"][0]["source"]["pointer"], "/data/attributes/name");
    }
    // Half of a character, as JSON can write it.
    let body = r#"{"data":{"attributes":{"name":"\ud800"}}}"#;
    assert_formed(&api.send_body(Method::POST, &path, body).await.expect(400), "a lone surrogate");
    // Of a name that is sent twice the last counts.
    let body = r#"{"data":{"attributes":{"name":"First","name":"Second"}}}"#;
    let made = api.send_body(Method::POST, &path, body).await.expect(200).data();
    assert_eq!(made["attributes"]["name"], "Second");
}

/// Every limit of docs/limits.md on a text or a number: as much is taken, one more is refused, and
/// the answer names the field and the bound.
#[rstest]
#[tokio::test]
async fn limits_are_where_they_are_documented(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let text = |length: usize| "é".repeat(length);
    let tournament =
        [("name", 120, "120"), ("game_name", 120, "120"), ("description", 20_000, "20000")];
    for (field, most, told) in tournament {
        let sent = |length: usize| {
            let mut sent = json!({"name": "Bounds"});
            sent[field] = text(length).into();
            sent
        };
        let made = api.post("/tournaments.json", sent(most)).await.expect(201).data();
        assert_eq!(made["attributes"][field], text(most));
        refused(&api, Method::POST, "/tournaments.json", sent(most + 1), field, told).await;
        let path = format!("/tournaments/{}.json", made["id"].as_str().unwrap());
        refused(&api, Method::PUT, &path, sent(most + 1), field, told).await;
    }
    let url = |length: usize| json!({"name": "Bounds", "url": "u".repeat(length)});
    api.post("/tournaments.json", url(60)).await.expect(201);
    refused(&api, Method::POST, "/tournaments.json", url(61), "url", "60").await;

    let t = api.tournament(json!({"name": "Bounds"}), 2).await;
    let participants = format!("{t}/participants.json");
    for (field, most, told) in [
        ("name", 120, "120"),
        ("misc", 255, "255"),
        ("email", 254, "254"),
        ("username", 254, "254"),
    ] {
        let text = |length: usize| match field {
            "email" => format!("{}@a.bc", text(length - 5)),
            _ => text(length),
        };
        let sent = |length: usize| {
            let mut sent = json!({"name": format!("At the bound of {field}")});
            sent[field] = text(length).into();
            sent
        };
        let made = api.post(&participants, sent(most)).await.expect(200).data();
        refused(&api, Method::POST, &participants, sent(most + 1), field, told).await;
        let path = format!("{t}/participants/{}.json", made["id"].as_str().unwrap());
        refused(&api, Method::PUT, &path, json!({field: text(most + 1)}), field, told).await;
        api.delete(&path).await.expect(204);
    }

    // Scores: 64 sets, each up to a thousand million.
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    let path = format!("{t}/matches/{}.json", of["id"].as_str().unwrap());
    let id = |player: &str| of["relationships"][player]["data"]["id"].clone();
    let report = |score: String, other: String| {
        json!({"match": [
            {"participant_id": id("player1"), "score_set": score, "advancing": true},
            {"participant_id": id("player2"), "score_set": other, "advancing": false},
        ]})
    };
    let sets = |number: usize| vec!["1"; number].join(",");
    api.put(&path, report(sets(64), sets(64))).await.expect(200);
    let too_many = api.put(&path, report(sets(65), sets(65))).await.expect(422);
    assert!(too_many.text.contains("64"), "{}", too_many.text);
    let most = "1000000000".to_owned();
    api.put(&path, report(most.clone(), format!("-{most}"))).await.expect(200);
    let more = report("1000000001".to_owned(), "0".to_owned());
    let place = |length: usize| json!({"location": text(length)});
    api.put(&path, place(255)).await.expect(200);
    refused(&api, Method::PUT, &path, place(256), "location", "255").await;
    let pointer = "match/0/score_set";
    refused(&api, Method::PUT, &path, more, pointer, "1000000000").await;
}

/// The request is refused, and the answer names the field and says where the bound is.
async fn refused(api: &Api<'_>, method: Method, path: &str, sent: Value, field: &str, told: &str) {
    let answer = api.send(method, path, sent).await.expect(422);
    let body = answer.json();
    let pointer = format!("/data/attributes/{field}");
    let found = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["source"]["pointer"] == pointer.as_str());
    let found = found.unwrap_or_else(|| panic!("{field}: {body}"));
    assert!(found["detail"].as_str().unwrap().contains(told), "{field}: {found}");
}

/// A body that ends before its announced end changes nothing, and neither does one that never ends.
#[rstest]
#[tokio::test]
async fn half_a_write_is_none(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Half"}), 2).await;
    let before = whole(&api, &t).await;
    let Credential::Key(key) = api.credential() else { panic!("a key") };
    let address = server.url.strip_prefix("http://").unwrap();
    let whole_body = r#"{"data":{"attributes":{"name":"Changed"}}}"#;
    for (length, body, rest) in [
        // Cut off behind what would be a whole document.
        (format!("content-length: {}", whole_body.len() + 10), whole_body.to_owned(), ""),
        (format!("content-length: {}", whole_body.len()), whole_body[..20].to_owned(), ""),
        // A chunk that is not ended.
        ("transfer-encoding: chunked".to_owned(), format!("ff\r\n{whole_body}"), ""),
        ("transfer-encoding: chunked".to_owned(), whole_body.to_owned(), "\r\n"),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "PUT /v2.1{t}.json HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\n\
             content-type: application/json\r\n{length}\r\n\r\n{body}{rest}"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        // An answer or none: nobody waits for it.
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer));
        drop(read.await.expect("the connection ends"));
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    assert_eq!(whole(&api, &t).await, before);
}

/// As many as a body holds, each in front of all before.
#[rstest]
#[tokio::test]
async fn participants_in_front_of_each_other(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Reversed"}), 0).await;
    // The test's servers read a quarter of what they do by default.
    let many: Vec<Value> =
        (0..9_000).map(|number| json!({"name": format!("p{number}"), "seed": 1})).collect();
    let path = format!("{t}/participants/bulk_add.json");
    let added = api.post(&path, json!({"participants": many})).await.expect(200).json();
    assert_eq!(added["meta"]["count"], 9_000);
    assert_eq!(added["data"][0]["attributes"]["name"], "p8999");
}
