//! `kill -9` in the middle of reports: what was acknowledged is there afterwards.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, Method};
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine;

use crate::support::{Installation, Server};

/// A caller with a personal key.
struct Caller<'a> {
    http: &'a Client,
    server: &'a Server,
    key: &'a str,
}

impl Caller<'_> {
    /// The answer's document; `None` if the server is gone.
    async fn call(&self, method: Method, path: &str, attributes: Value) -> Option<Value> {
        let url = format!("{}/v2.1{path}", self.server.url);
        let request = self
            .http
            .request(method, url)
            .header("authorization-type", "v1")
            .header("authorization", self.key)
            .json(&json!({"data": {"attributes": attributes}}));
        let answer = request.send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        assert!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).ok()
    }

    async fn matches(&self, tournament: &str, state: &str) -> Vec<Value> {
        let path = format!("{tournament}/matches?per_page=1000&state={state}");
        let list = self.call(Method::GET, &path, json!({})).await.unwrap();
        list["data"].as_array().unwrap().clone()
    }

    /// Reports a match for its first player; whether it was acknowledged.
    async fn report(&self, tournament: &str, of: &Value) -> bool {
        let side = |player: &str, won: bool| {
            let id = &of["relationships"][player]["data"]["id"];
            json!({"participant_id": id, "score_set": if won { "2" } else { "0" }, "advancing": won})
        };
        let path = format!("{tournament}/matches/{}", of["id"].as_str().unwrap());
        let sides = json!({"match": [side("player1", true), side("player2", false)]});
        self.call(Method::PUT, &path, sides).await.is_some()
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_report_survives(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let installation = Installation::new(engine);
    installation.person("marshal");
    let key = installation.key("marshal");
    let http = Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let mut server = installation.serve();
    let caller = Caller { http: &http, server: &server, key: &key };
    let made = caller.call(Method::POST, "/tournaments", json!({"name": "Crash"})).await.unwrap();
    let t = format!("/tournaments/{}", made["data"]["id"].as_str().unwrap());
    let names: Vec<Value> = (0..512).map(|seed| json!({"name": format!("P{seed}")})).collect();
    let path = format!("{t}/participants/bulk_add");
    caller.call(Method::POST, &path, json!({"participants": names})).await.unwrap();
    let path = format!("{t}/change_state");
    caller.call(Method::PUT, &path, json!({"state": "start"})).await.unwrap();

    let mut all = Vec::new();
    for crash in 0..3 {
        let caller = Caller { http: &http, server: &server, key: &key };
        let open = caller.matches(&t, "open").await;
        let acknowledged = Mutex::new(Vec::new());
        let next = AtomicUsize::new(0);
        let reporters = (0..8).map(|_| async {
            while let Some(of) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
                if !caller.report(&t, of).await {
                    return;
                }
                acknowledged.lock().unwrap().push(of["id"].clone());
            }
        });
        let id = server.id();
        let killer = async {
            // In the middle, wherever that is.
            while acknowledged.lock().unwrap().len() < 20 + crash * 7 {
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
            kill(id);
        };
        futures_util::future::join(futures_util::future::join_all(reporters), killer).await;
        let acknowledged = acknowledged.into_inner().unwrap();
        assert!(acknowledged.len() < open.len(), "it was killed too late to mean anything");
        all.extend(acknowledged);
        server.kill();
        server = installation.serve();
        let caller = Caller { http: &http, server: &server, key: &key };
        let complete = caller.matches(&t, "complete").await;
        for id in &all {
            let found = complete.iter().find(|of| of["id"] == *id);
            let found = found.unwrap_or_else(|| panic!("the report of {id} is lost"));
            assert_eq!(found["attributes"]["score_in_sets"], json!([[2, 0]]));
            assert_eq!(found["attributes"]["state"], "complete");
        }
        // At most the reports that were under way are there besides.
        assert!(complete.len() <= all.len() + 8 * (crash + 1));
    }
    server.stop();
}

/// SIGKILL.
fn kill(id: u32) {
    let killed = std::process::Command::new("kill").args(["-KILL", &id.to_string()]).status();
    assert!(killed.unwrap().success());
}
