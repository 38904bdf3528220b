//! Several processes on one store: news reach all of them within a second.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use tiltyard_core::{
    Actor,
    accounts::{NewApiKey, Origin},
};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};
use tokio::time::Instant;

use crate::support::{Credential, TestServer};

/// Waits until the token does not count on the node any more, for at most a second.
pub(crate) async fn dies_within_a_second(node: &TestServer, token: &Credential) {
    let start = Instant::now();
    while node.api(token.clone()).get("/me.json").await.status == 200 {
        assert!(start.elapsed() < Duration::from_secs(1), "revocation took longer than a second");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[rstest]
#[tokio::test]
async fn revocations_reach_other_nodes(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let token = async |browser: &mut _| {
        let tokens = client.tokens(browser, "me").await;
        let token = Credential::Token(tokens["access_token"].as_str().unwrap().to_owned());
        for node in [&server, &beside] {
            node.api(token.clone()).get("/me.json").await.expect(200);
        }
        token
    };
    let first = token(&mut browser).await;
    server.core.disconnect(&person.actor(), &client.app.id, Origin::default()).await.unwrap();
    dies_within_a_second(&beside, &first).await;
    // By a process without a server, as the command line is one.
    let line = server.command_line().await;
    let second = token(&mut browser).await;
    line.rotate_secret(&Actor::Operator, &client.app.id, true, Origin::default()).await.unwrap();
    for node in [&server, &beside] {
        dies_within_a_second(node, &second).await;
    }
    line.store().close();
}

#[rstest]
#[tokio::test]
async fn the_command_line_works_beside_a_server(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let line = server.command_line().await;
    let person = server.person("ysolde").await;
    let made = line
        .create_api_key(&Actor::Operator, person.id, NewApiKey::default(), Origin::default())
        .await;
    let api = server.api(Credential::Key(made.unwrap().1));
    api.get("/me.json").await.expect(200);
    // Ids of both are never the same.
    let mut ids = Vec::new();
    for number in 0..20 {
        let t = api.tournament(json!({"name": format!("T{number}")}), 2).await;
        ids.push(t);
        let new = tiltyard_core::tournaments::NewTournament {
            name: "By line".to_owned(),
            ..tiltyard_core::tournaments::NewTournament::default()
        };
        let made = line.create_tournament(&person.actor(), new).await.unwrap();
        ids.push(format!("/tournaments/{}", made.row.id));
    }
    for path in &ids {
        api.get(&format!("{path}.json")).await.expect(200);
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    line.store().close();
}

#[rstest]
#[tokio::test]
async fn both_nodes_show_the_same(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("marshal").await;
    let made = server
        .core
        .create_api_key(&person.actor(), person.id, NewApiKey::default(), Origin::default())
        .await;
    let key = Credential::Key(made.unwrap().1);
    let (here, there) = (server.api(key.clone()), beside.api(key));
    let t = here.tournament(json!({"name": "Shared"}), 8).await;
    there.state(&t, "start").await.expect(200);
    // Reports by turns; each node sees the other's at once.
    for name in ["A", "B", "C", "D", "E", "F", "G"] {
        let (one, other) = if name < "D" { (&here, &there) } else { (&there, &here) };
        let of = one.match_named(&t, name).await;
        assert_eq!(of["attributes"]["state"], "open", "{name}");
        one.win(&t, &of, 1).await.expect(200);
        let seen = other.match_named(&t, name).await;
        assert_eq!(seen["attributes"]["state"], "complete", "{name}");
    }
    here.state(&t, "finalize").await.expect(200);
    let shown = there.get(&format!("{t}.json")).await.data();
    assert_eq!(shown["attributes"]["state"], "complete");
}
