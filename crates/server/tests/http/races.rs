//! Many at once on codes and refresh tokens, on one node and across two; and what is taken back
//! meanwhile.

use std::time::Duration;

use futures_util::future::{join, join_all};
use rstest::rstest;
use serde_json::Value;
use tiltyard_core::{accounts::Origin, clock::MINUTE};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};
use tokio::time::Instant;

use crate::support::{Answer, Credential, TestServer, Wanted};

/// How many ask at once.
const MANY: usize = 50;

fn text(tokens: &Value, name: &str) -> String {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name}: {tokens}")).to_owned()
}

async fn status(node: &TestServer, access_token: &str) -> u16 {
    node.api(Credential::Token(access_token.to_owned())).get("/me.json").await.status
}

/// The tokens of those that got some; the others must have been told `invalid_grant`.
fn granted(answers: &[Answer]) -> Vec<Value> {
    let (granted, refused): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == 200);
    for answer in refused {
        assert_eq!((answer.status, &answer.json()["error"]), (400, &"invalid_grant".into()));
    }
    granted.into_iter().map(Answer::json).collect()
}

/// Cases D03, D04, D02: what the one got dies, because the code was replayed.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_raced_for_is_a_code_replayed(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let untouched = client.tokens(&mut browser, "me").await;
    for _ in 0..6 {
        for nodes in [[&server, &server], [&server, &beside]] {
            let code = client.code(&mut browser, &[("scope", "me")]).await;
            let exchanges = (0..MANY).map(|number| {
                let (code, node) = (&code, client.moved_to(nodes[number % 2]));
                async move { node.exchange(code, &[]).await }
            });
            let answers = join_all(exchanges).await;
            let [tokens] = &granted(&answers)[..] else { panic!("not one: {answers:?}") };
            client.refresh(&text(tokens, "refresh_token"), &[]).await.expect(400);
            // Each node hears of it within a second.
            let start = Instant::now();
            for node in nodes {
                while status(node, &text(tokens, "access_token")).await != 401 {
                    assert!(start.elapsed() < Duration::from_secs(1), "the replay was not noticed");
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        }
    }
    // Another grant of the same two is none of its business.
    assert_eq!(status(&server, &text(&untouched, "access_token")).await, 200);
    client.refresh(&text(&untouched, "refresh_token"), &[]).await.expect(200);
}

/// Case G03.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_chain_refreshed_by_many_is_not_forked(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let mut token = text(&client.tokens(&mut browser, "me").await, "refresh_token");
    for round in 0..12 {
        let nodes = [&server, if round % 2 == 0 { &server } else { &beside }];
        let refreshes = (0..MANY).map(|number| {
            let (token, node) = (&token, client.moved_to(nodes[number % 2]));
            async move { node.refresh(token, &[]).await.expect(200).json() }
        });
        let all = join_all(refreshes).await;
        let successor = text(&all[0], "refresh_token");
        assert_ne!(successor, token);
        assert!(all.iter().all(|one| text(one, "refresh_token") == successor), "forked");
        token = successor;
    }
}

/// Case G08.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_a_second_chance_one_gets_the_successor(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let wanted =
        || Wanted { settings: |settings| settings.refresh_grace = Some(0), ..Wanted::default() };
    let server = TestServer::start_as(engine, wanted()).await;
    let beside = server.beside_as(wanted()).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let mut token = text(&client.tokens(&mut browser, "me").await, "refresh_token");
    for round in 0..12 {
        let nodes = [&server, if round % 2 == 0 { &server } else { &beside }];
        let refreshes = (0..MANY).map(|number| {
            let (token, node) = (&token, client.moved_to(nodes[number % 2]));
            async move { node.refresh(token, &[]).await }
        });
        let answers = join_all(refreshes).await;
        let [tokens] = &granted(&answers)[..] else { panic!("not one: {answers:?}") };
        // A race is no theft: the grant lives on.
        assert_eq!(status(&beside, &text(tokens, "access_token")).await, 200);
        token = text(tokens, "refresh_token");
    }
    // Who comes later than any race is taken for a thief, and the grant ends.
    let last = client.refresh(&token, &[]).await.expect(200).json();
    server.clock.advance(2 * MINUTE);
    client.refresh(&token, &[]).await.expect(400);
    client.refresh(&text(&last, "refresh_token"), &[]).await.expect(400);
}

/// Case G09: no token that was got beside the withdrawal works after it.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_refreshed_during_a_withdrawal_is_dead(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let owner = server.person("owner").await;
    let person = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    for round in 0..10 {
        let first = client.tokens(&mut browser, "me").await;
        let token = text(&first, "refresh_token");
        let refreshes = (0..12).map(|number| {
            let node = client.moved_to([&server, &beside][number % 2]);
            let token = &token;
            async move {
                // Now sooner, now later than the withdrawal.
                for _ in 0..(number * round) % 7 {
                    tokio::task::yield_now().await;
                }
                node.refresh(token, &[]).await
            }
        });
        let actor = person.actor();
        let withdraw = server.core.disconnect(&actor, &client.app.id, Origin::default());
        let (answers, withdrawn) = join(join_all(refreshes), withdraw).await;
        withdrawn.unwrap();
        for tokens in granted(&answers).iter().chain([&first]) {
            assert_eq!(status(&server, &text(tokens, "access_token")).await, 401);
            for node in [&server, &beside] {
                let client = client.moved_to(node);
                client.refresh(&text(tokens, "refresh_token"), &[]).await.expect(400);
            }
        }
        server.clock.advance(1_000);
    }
}

/// Cases G09, N01: the same by the revocation endpoint, at the other node.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_refreshed_beside_a_revocation_is_dead(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    for round in 0..10 {
        let first = client.tokens(&mut browser, "me").await;
        let token = text(&first, "refresh_token");
        let refreshes = (0..12).map(|number| {
            let node = client.moved_to([&server, &beside][number % 2]);
            let token = &token;
            async move {
                for _ in 0..(number * round) % 7 {
                    tokio::task::yield_now().await;
                }
                node.refresh(token, &[]).await
            }
        });
        let secret = client.app.secret.clone().unwrap();
        let form = [("token", &token), ("client_id", &client.app.id), ("client_secret", &secret)];
        let revoke = beside.request(reqwest::Method::POST, "/oauth/revoke").form(&form);
        let (answers, revoked) = join(join_all(refreshes), Answer::to(revoke)).await;
        revoked.expect(200);
        for tokens in granted(&answers).iter().chain([&first]) {
            assert_eq!(status(&beside, &text(tokens, "access_token")).await, 401);
            for node in [&server, &beside] {
                let client = client.moved_to(node);
                client.refresh(&text(tokens, "refresh_token"), &[]).await.expect(400);
            }
        }
    }
}
