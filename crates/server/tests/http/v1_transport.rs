//! The API v1 takes parameters by whatever its clients send them (reference/challonge §6.1).

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use tiltyard_store::Engine::{self, Sqlite};

use crate::support::{Answer, TestServer, V1};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=x";

/// One request in many dresses: query, type and body; each makes the same tournament.
const DRESSES: [(&str, &str, &str); 18] = [
    // Everything in the query, without a body.
    (
        "tournament%5Bname%5D=Cup&tournament%5Bopen_signup%5D=true&tournament%5Bsignup_cap%5D=8",
        "",
        "",
    ),
    (
        "tournament[name]=Cup&tournament[open_signup]=1&tournament[signup_cap]=8&cache_bust=7",
        "",
        "",
    ),
    ("name=Cup&open_signup=true&signup_cap=8", "", ""),
    (
        "",
        FORM,
        "tournament%5Bname%5D=Cup&tournament%5Bopen_signup%5D=true&tournament%5Bsignup_cap%5D=8",
    ),
    ("", FORM, "tournament[name]=Cup&tournament[open_signup]=1&tournament[signup_cap]=8&unknown=1"),
    ("", FORM, "name=Cup&open_signup=1&signup_cap=8"),
    ("", JSON, r#"{"tournament":{"name":"Cup","open_signup":true,"signup_cap":8,"unknown":[{}]}}"#),
    ("", JSON, r#"{"name":"Cup","open_signup":1,"signup_cap":"8"}"#),
    ("", "application/json; charset=utf-8", r#"{"name":"Cup","open_signup":"1","signup_cap":8}"#),
    ("", "application/vnd.api+json", r#"{"name":"Cup","open_signup":"true","signup_cap":8}"#),
    (
        "tournament[name]=Other",
        JSON,
        r#"{"tournament":{"name":"Cup","open_signup":true,"signup_cap":8}}"#,
    ),
    // By its look.
    ("", "", r#" {"tournament":{"name":"Cup","open_signup":true,"signup_cap":8}}"#),
    ("", "", "tournament[name]=Cup&tournament[open_signup]=true&tournament[signup_cap]=8"),
    (
        "",
        "",
        "<tournament><name>Cup</name><open-signup>1</open-signup><signup-cap>8</signup-cap></tournament>",
    ),
    ("", FORM, r#"{"tournament":{"name":"Cup","open_signup":true,"signup_cap":8}}"#),
    (
        "",
        "application/xml",
        "<tournament><name>Cup</name><open_signup>true</open_signup><signup_cap>8</signup_cap></tournament>",
    ),
    (
        "tournament[name]=Cup&tournament[signup_cap]=8",
        "text/xml",
        "<tournament><open-signup type=\"boolean\">true</open-signup></tournament>",
    ),
    (
        "",
        MULTIPART,
        "--x\r\nContent-Disposition: form-data; name=\"tournament[name]\"\r\n\r\nCup\r\n--x\r\nContent-Disposition: form-data; name=\"tournament[open_signup]\"\r\n\r\ntrue\r\n--x\r\nContent-Disposition: form-data; name=\"tournament[signup_cap]\"\r\n\r\n8\r\n--x--\r\n",
    ),
];

#[rstest]
#[tokio::test]
async fn one_tournament_in_many_dresses(#[values(Sqlite)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "ada").await;
    for (query, kind, body) in DRESSES {
        let address = format!("/tournaments.json?api_key={}&{query}", api.key);
        let request = api.request(Method::POST, &address);
        let request = if kind.is_empty() { request } else { request.header("content-type", kind) };
        let request = if body.is_empty() { request } else { request.body(body) };
        let answer = Answer::to(request).await;
        assert_eq!(answer.status, 200, "{query} {kind} {body}: {}", answer.text);
        let made = &answer.json()["tournament"];
        let shown = json!([made["name"], made["open_signup"], made["signup_cap"]]);
        assert_eq!(shown, json!(["Cup", true, 8]), "{query} {kind} {body}");
    }
}

#[rstest]
#[case(
    FORM,
    "participants[][name]=A&participants[][seed]=1&participants[][name]=B&participants[][seed]=2"
)]
#[case(FORM, "participant[][name]=A&participant[][name]=B")]
#[case(FORM, "participants%5B%5D%5Bname%5D=A&participants%5B%5D%5Bname%5D=B")]
#[case(FORM, "participants[0][name]=A&participants[1][name]=B")]
#[case(FORM, "participants[1][name]=B&participants[0][name]=A&participants[1][misc]=x")]
#[case(JSON, r#"{"participants":[{"name":"A"},{"name":"B"}]}"#)]
#[case(JSON, r#"{"participants":[{"participant":{"name":"A"}},{"participant":{"name":"B"}}]}"#)]
#[case(JSON, r#"[{"name":"A"},{"name":"B"}]"#)]
#[case(
    "text/xml",
    "<participants type=\"array\"><participant><name>A</name></participant><participant><name>B</name></participant></participants>"
)]
#[case(
    "text/xml",
    "<participants><participant><name>A</name></participant><participant><name>B</name></participant></participants>"
)]
#[tokio::test]
async fn two_participants_in_many_dresses(#[case] kind: &str, #[case] body: &str) {
    let server = TestServer::start(Sqlite).await;
    let api = V1::organizer(&server, "ada").await;
    let t = api.tournament(json!({"name": "Cup"}), 0).await;
    let path = format!("{t}/participants/bulk_add.json?api_key={}", api.key);
    let request = api.request(Method::POST, &path).header("content-type", kind);
    let added = Answer::to(request.body(body.to_owned())).await.expect(200).json();
    let names: Vec<&str> = added
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["participant"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["A", "B"]);
}

/// Clients that can only GET and POST, and one that sends its writes in the address.
#[rstest]
#[tokio::test]
async fn methods_in_parameters(#[values(Sqlite)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "ada").await;
    let t = api.tournament(json!({"name": "Cup"}), 2).await;
    let post = |path: &str| api.request(Method::POST, path);
    let form = [("api_key", api.key.as_str()), ("_method", "put"), ("tournament[name]", "Other")];
    let changed = Answer::to(post(&format!("{t}.json")).form(&form)).await.expect(200).json();
    assert_eq!(changed["tournament"]["name"], "Other");
    let query = format!("{t}.json?api_key={}&_method=PATCH&tournament[name]=Third", api.key);
    let changed = Answer::to(post(&query)).await.expect(200).json();
    assert_eq!(changed["tournament"]["name"], "Third");
    let changed = api.send(Method::PATCH, &format!("{t}.json"), json!({"name": "Fourth"})).await;
    assert_eq!(changed.expect(200).json()["tournament"]["name"], "Fourth");
    let query = format!("{t}.json?api_key={}&tournament[name]=Fifth", api.key);
    let put = api.request(Method::PUT, &query);
    assert_eq!(Answer::to(put).await.expect(200).json()["tournament"]["name"], "Fifth");
    // No other method is taken for granted, and no GET writes.
    let query = format!("{t}.json?api_key={}&_method=delete", api.key);
    Answer::to(api.request(Method::GET, &query)).await.expect(200);
    Answer::to(post(&format!("{t}.json?api_key={}&_method=get", api.key))).await.expect(405);
    let body = json!({"_method": "delete"});
    let gone = api.post(&format!("{t}.json"), body).await.expect(200).json();
    assert_eq!(gone["tournament"]["name"], "Fifth");
    api.get(&format!("{t}.json")).await.expect(404);
}

#[rstest]
#[tokio::test]
async fn formats(#[values(Sqlite)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "ada").await;
    for (path, accept, kind) in [
        ("/tournaments", "", "application/json"),
        ("/tournaments", "*/*", "application/json"),
        ("/tournaments", "application/json", "application/json"),
        ("/tournaments", "application/xml", "application/xml"),
        ("/tournaments", "text/xml, application/json;q=0.5", "application/xml"),
        ("/tournaments.json", "application/xml", "application/json"),
        ("/tournaments.xml", "application/json", "application/xml"),
        ("/tournaments.XML", "text/html", "application/xml"),
    ] {
        let request = api.request(Method::GET, path).query(&[("api_key", &api.key)]);
        let request = if accept.is_empty() { request } else { request.header("accept", accept) };
        let answer = Answer::to(request).await.expect(200);
        assert_eq!(
            answer.header("content-type"),
            format!("{kind}; charset=utf-8"),
            "{path} {accept}"
        );
    }
}

/// Clients name choices with underscores as well.
#[tokio::test]
async fn names_of_choices() {
    let server = TestServer::start(Sqlite).await;
    let api = V1::organizer(&server, "marshal").await;
    let attributes = json!({
        "name": "Cup", "tournament_type": "double_elimination", "grand_finals_modifier": "single_match",
    });
    let t = api.tournament(attributes, 0).await;
    let shown = api.get(&format!("{t}.json")).await.expect(200).json();
    assert_eq!(shown["tournament"]["tournament_type"], "double elimination");
    assert_eq!(shown["tournament"]["grand_finals_modifier"], "single match");
}
