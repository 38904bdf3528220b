//! The API as people read it.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::Sqlite;

use crate::support::{Answer, TestServer};

/// What stands between two texts, everywhere.
fn between<'a>(text: &'a str, before: &str, after: char) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

async fn parts(server: &TestServer) -> Vec<String> {
    let index = server.get("/docs/api").await.expect(200).text;
    let found: BTreeSet<String> = between(&index, "href=\"/docs/api/", '"')
        .into_iter()
        .map(|it| it.split('#').next().unwrap().to_owned())
        .collect();
    found.into_iter().collect()
}

#[tokio::test]
async fn every_operation_stands_on_one_page_and_every_link_in_it_leads_somewhere() {
    let server = TestServer::start(Sqlite).await;
    let document = server.get("/openapi.json").await.expect(200).json();
    let parts = parts(&server).await;
    assert_eq!(parts.len(), document["tags"].as_array().unwrap().len());
    let mut anchors = Vec::new();
    for part in &parts {
        let page = server.get(&format!("/docs/api/{part}")).await.expect(200).text;
        let ids = between(&page, " id=\"", '"');
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "ids of {part} are not unique");
        for link in between(&page, "href=\"#", '"') {
            assert!(unique.contains(link), "{part} has no #{link}");
        }
        // Nothing inline: the policy would not let it through.
        assert!(!page.contains("style=\"") && !page.contains("<style"), "{part}");
        assert_eq!(
            page.matches("<script").count(),
            ["<script src=", "<script type=\"module\" src="]
                .map(|it| page.matches(it).count())
                .iter()
                .sum::<usize>()
        );
        assert!(page.len() < 600_000, "{part} has {} bytes", page.len());
        anchors.extend(ids.into_iter().map(str::to_owned));
    }
    let mut count = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            let times = anchors.iter().filter(|it| *it == id).count();
            assert_eq!(times, 1, "{method} {path} ({id})");
            count += 1;
        }
    }
    assert!(count > 100);
    server.get("/docs/api/nothing").await.expect(404);
}

#[tokio::test]
async fn pages_filter_without_a_script() {
    let server = TestServer::start(Sqlite).await;
    let all = server.get("/docs/api").await.expect(200).text;
    let some = server.get("/docs/api?q=Match+REPORT").await.expect(200).text;
    let lines = |page: &str| page.matches("<li data-find=").count();
    assert!(lines(&all) > 40 && lines(&some) > 0 && lines(&some) < lines(&all));
    assert!(some.contains("value=\"Match REPORT\"") && some.contains("challongeV2ReportMatch"));
    let none = server.get("/docs/api/toornament?q=%3Cscript%3E").await.expect(200).text;
    assert!(none.contains("Nothing here is called so.") && !none.contains("value=\"<script>"));
    let long = server.get(&format!("/docs/api?q={}", "x".repeat(5_000))).await.expect(200).text;
    assert!(!long.contains(&"x".repeat(101)));
}

#[tokio::test]
async fn browsers_keep_the_pages_until_they_change() {
    let server = TestServer::start(Sqlite).await;
    for path in ["/docs/api", "/docs/api/trackmania"] {
        let answer = server.get(path).await.expect(200);
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
        let tag = answer.header("etag").to_owned();
        let again = server.request(Method::GET, path).header("if-none-match", &tag);
        let again = Answer::to(again).await.expect(304);
        assert_eq!(again.text, "");
    }
    // Who is signed in stands on it: that is another page.
    let person = server.person("reader").await;
    let mut browser = server.signed_in(&person).await;
    let own = browser.get("/docs/api").await.expect(200);
    assert!(own.text.contains("reader"));
    assert_ne!(own.header("etag"), server.get("/docs/api").await.header("etag"));
}

/// The body that the page shows makes a tournament, as it stands there.
#[tokio::test]
async fn a_command_of_the_page_works() {
    let server = TestServer::start(Sqlite).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Challonge).await;
    let grant = [("grant_type", "client_credentials"), ("scope", "tournaments:write")];
    let tokens = client.token(&grant).await.expect(200).json();
    let token = tokens["access_token"].as_str().unwrap();
    let page = server.get("/docs/api/challonge-v2-1").await.expect(200).text;
    let (_, rest) = page.split_once("id=\"challongeV2CreateTournament-curl\">").unwrap();
    let command = rest.split("</code>").next().unwrap();
    let command = command.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'");
    assert!(command.starts_with(&format!("curl -i \"{}/v2.1/tournaments.json\"", server.url)));
    assert!(command.contains("-H \"Authorization: Bearer $TOKEN\""), "{command}");
    let body = command.split_once("-d '").unwrap().1.trim_end_matches('\'');
    let _: Value = serde_json::from_str(body).unwrap();
    let made = server
        .request(Method::POST, "/v2.1/tournaments.json")
        .bearer_auth(token)
        .header("content-type", "application/json")
        .body(body.to_owned());
    Answer::to(made).await.expect(201);
}
