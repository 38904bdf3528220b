//! Random documents at every route that writes: always an answer in the dialect's form, never a
//! failure of ours.

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::TestServer;

/// Names that the routes look at, so that random values reach them.
const NAMES: [&str; 35] = [
    "data",
    "attributes",
    "type",
    "name",
    "url",
    "tournament_type",
    "private",
    "starts_at",
    "match_options",
    "consolation_matches_target_rank",
    "registration_options",
    "signup_cap",
    "participants",
    "seed",
    "misc",
    "username",
    "state",
    "match",
    "participant_id",
    "score_set",
    "advancing",
    "tie",
    "grand_finals_modifier",
    "double_elimination_options",
    "tournament_type",
    "round_robin_options",
    "iterations",
    "ranking",
    "pts_for_match_win",
    "tie_breaks",
    "check_in_duration",
    "custom_fields",
    "custom_field_response",
    "checked_in",
    "key",
];

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        proptest::sample::select(
            &[
                "start",
                "reset",
                "finalize",
                "reopen",
                "swiss",
                "1",
                "-1",
                "4,2",
                "\u{0}",
                "\u{202e}",
                "9223372036854775808",
                "2027-03-01",
                "-999999-01-01",
                "9999-12-31T23:59:60Z",
                "true",
                "double elimination",
                "round robin",
                "game wins",
                "single match",
                "mark_as_underway",
            ][..]
        )
        .prop_map(Value::from),
    ]
}

fn document() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::hash_map(proptest::sample::select(&NAMES[..]), inner, 0..6)
                .prop_map(|map| {
                    Value::Object(map.into_iter().map(|(key, it)| (key.to_owned(), it)).collect())
                }),
        ]
    })
}

#[rstest]
#[tokio::test]
async fn no_document_breaks_a_route(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let pending = api.tournament(json!({"name": "Pending"}), 3).await;
    let running = api.tournament(json!({"name": "Running"}), 4).await;
    api.state(&running, "start").await.expect(200);
    let m = format!("{running}/matches/{}", api.matches(&running).await[0]["id"].as_str().unwrap());
    let list = api.get(&format!("{pending}/participants.json")).await.data();
    let p = format!("{pending}/participants/{}", list[0]["id"].as_str().unwrap());
    let routes = [
        (Method::POST, "/tournaments".to_owned()),
        (Method::PUT, pending.clone()),
        (Method::PUT, running.clone()),
        (Method::PUT, format!("{pending}/change_state")),
        (Method::POST, format!("{pending}/participants")),
        (Method::POST, format!("{pending}/participants/bulk_add")),
        (Method::PUT, p),
        (Method::PUT, m.clone()),
        (Method::PUT, format!("{m}/change_state")),
    ];
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    for round in 0..60 {
        for (method, path) in &routes {
            let random = document().new_tree(&mut runner).unwrap().current();
            let body = match round % 3 {
                0 => random,
                1 => json!({"data": random}),
                _ => json!({"data": {"attributes": random}}),
            };
            // The answer itself holds that nothing failed on our side.
            let answer = api.send_body(method.clone(), path, &body.to_string()).await;
            assert!(answer.text.is_empty() || answer.json().is_object(), "{}", answer.text);
            if answer.status >= 400 {
                assert!(answer.json()["errors"].is_array(), "{}", answer.text);
            }
        }
    }
    api.get(&format!("{running}/matches.json")).await.expect(200);
    api.get("/tournaments.json?per_page=1000").await.expect(200);
}
