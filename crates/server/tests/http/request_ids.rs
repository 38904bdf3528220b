//! `X-Request-Id`: on every answer, whatever answers.

use reqwest::Method;
use tiltyard_store::Engine::Sqlite;

use crate::support::{Answer, TestServer};

#[tokio::test]
async fn every_answer_has_one() {
    let server = TestServer::start(Sqlite).await;
    let mut seen = std::collections::BTreeSet::new();
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/nothing/here"),
        (Method::GET, "/healthz"),
        (Method::GET, "/openapi.json"),
        (Method::GET, "/v2.1/me.json"),
        (Method::GET, "/v1/tournaments.xml"),
        (Method::GET, "/v1/tournaments.yaml"),
        (Method::PATCH, "/healthz"),
        (Method::POST, "/oauth/token"),
        (Method::OPTIONS, "/v2.1/me.json"),
    ] {
        let answer = Answer::to(server.request(method.clone(), path)).await;
        let id = answer.header("x-request-id").to_owned();
        assert_eq!(id.len(), 36, "{method} {path}: {id}");
        assert!(seen.insert(id), "{method} {path}");
    }
}

#[tokio::test]
async fn the_requests_own_is_kept_if_it_is_one() {
    let server = TestServer::start(Sqlite).await;
    for (sent, kept) in [("proxy-7.a:b/c+d=e@f~", true), ("two words", false), ("", false)] {
        let request = server.request(Method::GET, "/healthz").header("x-request-id", sent);
        let answer = Answer::to(request).await.expect(200);
        assert_eq!(answer.header("x-request-id") == sent, kept, "{sent}");
        assert!(!answer.header("x-request-id").is_empty());
    }
    let long = "x".repeat(129);
    let request = server.request(Method::GET, "/healthz").header("x-request-id", &long);
    assert_ne!(Answer::to(request).await.header("x-request-id"), long);
    let twice = server.request(Method::GET, "/healthz");
    let twice = twice.header("x-request-id", "one").header("x-request-id", "two");
    let id = Answer::to(twice).await.header("x-request-id").to_owned();
    assert_eq!(id.len(), 36, "{id}");
}
