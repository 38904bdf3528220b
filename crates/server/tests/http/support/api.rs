//! Callers of the API.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Answer, TestServer};

/// What a caller shows.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    /// Nothing.
    None,
    /// A bearer token.
    Token(String),
    /// A personal key.
    Key(String),
}

/// A caller of the API v2.1.
pub(crate) struct Api<'a> {
    server: &'a TestServer,
    pub(crate) credential: Credential,
}

impl<'a> Api<'a> {
    pub(super) fn new(server: &'a TestServer, credential: Credential) -> Self {
        Self { server, credential }
    }

    /// What it shows.
    pub(crate) fn credential(&self) -> Credential {
        self.credential.clone()
    }

    /// A request to a path below `/v2.1`.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.server.request(method, &format!("/v2.1{path}"));
        let request = request.header("accept", "application/json");
        match &self.credential {
            Credential::None => request,
            Credential::Token(token) => {
                request.bearer_auth(token).header("authorization-type", "v2")
            }
            Credential::Key(key) => {
                request.header("authorization", key).header("authorization-type", "v1")
            }
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::DELETE, path)).await
    }

    /// A write with attributes.
    pub(crate) async fn send(&self, method: Method, path: &str, attributes: Value) -> Answer {
        let body = json!({"data": {"type": "whatever", "attributes": attributes}});
        self.send_body(method, path, &body.to_string()).await
    }

    /// A write with this very body.
    pub(crate) async fn send_body(&self, method: Method, path: &str, body: &str) -> Answer {
        let request = self
            .request(method, path)
            .header("content-type", "application/vnd.api+json")
            .body(body.to_owned());
        Answer::to(request).await
    }

    pub(crate) async fn post(&self, path: &str, attributes: Value) -> Answer {
        self.send(Method::POST, path, attributes).await
    }

    pub(crate) async fn put(&self, path: &str, attributes: Value) -> Answer {
        self.send(Method::PUT, path, attributes).await
    }

    /// A tournament of these participants; its path.
    pub(crate) async fn tournament(&self, attributes: Value, participants: usize) -> String {
        let made = self.post("/tournaments.json", attributes).await.expect(201).data();
        let path = format!("/tournaments/{}", made["id"].as_str().unwrap());
        if participants > 0 {
            let names: Vec<Value> =
                (1..=participants).map(|seed| json!({"name": format!("Seed {seed}")})).collect();
            self.post(
                &format!("{path}/participants/bulk_add.json"),
                json!({"participants": names}),
            )
            .await
            .expect(200);
        }
        path
    }

    /// Changes a tournament's or a match's state.
    pub(crate) async fn state(&self, path: &str, state: &str) -> Answer {
        self.put(&format!("{path}/change_state.json"), json!({"state": state})).await
    }

    /// All matches of a tournament, in list order.
    pub(crate) async fn matches(&self, tournament: &str) -> Vec<Value> {
        let list = self.get(&format!("{tournament}/matches.json?per_page=1000")).await.expect(200);
        list.data().as_array().unwrap().clone()
    }

    /// The match with this identifier.
    pub(crate) async fn match_named(&self, tournament: &str, identifier: &str) -> Value {
        let all = self.matches(tournament).await;
        let found = all.into_iter().find(|m| m["attributes"]["identifier"] == identifier);
        found.unwrap_or_else(|| panic!("no match {identifier}"))
    }

    /// Reports that `winner` (1 or 2) won a match.
    pub(crate) async fn win(&self, tournament: &str, of: &Value, winner: usize) -> Answer {
        let id = of["id"].as_str().unwrap();
        let side = |number: usize| {
            let player = &of["relationships"][format!("player{number}")]["data"]["id"];
            json!({
                "participant_id": player,
                "score_set": if number == winner { "2" } else { "1" },
                "advancing": number == winner,
            })
        };
        let path = format!("{tournament}/matches/{id}.json");
        self.put(&path, json!({"match": [side(1), side(2)]})).await
    }
}
