//! Callers of the API v1.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Answer, TestServer};

/// A caller of the API v1, with a personal key.
pub(crate) struct V1<'a> {
    server: &'a TestServer,
    /// The key.
    pub(crate) key: String,
}

impl<'a> V1<'a> {
    /// A caller with the key of a new person.
    pub(crate) async fn organizer(server: &'a TestServer, username: &str) -> Self {
        let person = server.person(username).await;
        Self { server, key: server.personal_key(&person).await }
    }

    /// A request to a path below `/v1`, without a key.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server.request(method, &format!("/v1{path}"))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path).query(&[("api_key", &self.key)])).await
    }

    /// A write with a JSON body that has the key, too.
    pub(crate) async fn send(&self, method: Method, path: &str, mut body: Value) -> Answer {
        body["api_key"] = json!(self.key);
        Answer::to(self.request(method, path).json(&body)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, body).await
    }

    /// A tournament of these participants; its path.
    pub(crate) async fn tournament(&self, attributes: Value, participants: usize) -> String {
        let body = json!({"tournament": attributes});
        let made = self.post("/tournaments.json", body).await.expect(200).json();
        let path = format!("/tournaments/{}", made["tournament"]["id"]);
        if participants > 0 {
            let names: Vec<Value> =
                (1..=participants).map(|seed| json!({"name": format!("Seed {seed}")})).collect();
            let body = json!({"participants": names});
            self.post(&format!("{path}/participants/bulk_add.json"), body).await.expect(200);
        }
        path
    }

    /// All matches of a tournament, in list order.
    pub(crate) async fn matches(&self, tournament: &str) -> Vec<Value> {
        let list = self.get(&format!("{tournament}/matches.json")).await.expect(200).json();
        list.as_array().unwrap().iter().map(|it| it["match"].clone()).collect()
    }

    /// All participants of a tournament, by seed.
    pub(crate) async fn participants(&self, tournament: &str) -> Vec<Value> {
        let list = self.get(&format!("{tournament}/participants.json")).await.expect(200).json();
        list.as_array().unwrap().iter().map(|it| it["participant"].clone()).collect()
    }

    /// Reports that `winner` (1 or 2) won a match.
    pub(crate) async fn win(&self, tournament: &str, of: &Value, winner: usize) -> Answer {
        let scores = if winner == 1 { "2-1" } else { "1-2" };
        let report = json!({
            "scores_csv": scores,
            "winner_id": of[format!("player{winner}_id")],
        });
        let path = format!("{tournament}/matches/{}.json", of["id"]);
        self.put(&path, json!({"match": report})).await
    }
}
