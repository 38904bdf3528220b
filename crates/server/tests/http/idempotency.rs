//! Writes with a key of the client's: carried out once, however often and wherever they come.

use futures_util::future::join_all;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::{
    Actor, Error,
    clock::{DAY, MINUTE},
    idempotency::{Answer as Kept, Claim, Claimed},
    tournaments::NewTournament,
};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Api, TestServer};

/// A write with a key.
async fn keyed(api: &Api<'_>, key: &str, method: Method, path: &str, attributes: Value) -> Answer {
    let body = json!({"data": {"type": "whatever", "attributes": attributes}});
    let request = api
        .request(method, path)
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .body(body.to_string());
    Answer::to(request).await
}

async fn create(api: &Api<'_>, key: &str, name: &str) -> Answer {
    keyed(api, key, Method::POST, "/tournaments.json", json!({"name": name})).await
}

async fn count(api: &Api<'_>) -> Value {
    api.get("/tournaments.json").await.expect(200).json()["meta"]["count"].take()
}

/// Whether it is an answer that was given before.
fn replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

#[rstest]
#[tokio::test]
async fn a_write_with_a_key_is_carried_out_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("marshal").await;
    let here = server.key_of(&person).await;
    let there = beside.api(here.credential());
    let first = create(&here, "one", "Spring").await.expect(201);
    assert!(!replayed(&first));
    // The key is the same in a structured field's quotation marks, and on another node.
    for (api, key) in [(&here, "one"), (&there, "one"), (&here, "\"one\"")] {
        let same = create(api, key, "Spring").await.expect(201);
        assert!(replayed(&same));
        assert_eq!(same.text, first.text);
        assert_eq!(same.header("content-type"), first.header("content-type"));
    }
    assert_eq!(count(&here).await, 1);
    // Another request, another method or another place under the same key.
    let path = format!("/tournaments/{}", first.data()["id"].as_str().unwrap());
    create(&here, "one", "Autumn").await.expect(422);
    keyed(&here, "one", Method::PUT, &format!("{path}.json"), json!({"name": "Spring"}))
        .await
        .expect(422);
    // Without a key, with another, and by somebody else it is another tournament.
    here.post("/tournaments.json", json!({"name": "Spring"})).await.expect(201);
    create(&here, "two", "Spring").await.expect(201);
    assert_eq!(count(&here).await, 3);
    let other = server.organizer("other").await;
    assert!(!replayed(&create(&other, "one", "Spring").await.expect(201)));
    // An answer without a body.
    for again in [false, true] {
        let gone = keyed(&here, "gone", Method::DELETE, &format!("{path}.json"), json!({}))
            .await
            .expect(204);
        assert_eq!((gone.text.as_str(), replayed(&gone)), ("", again));
    }
    here.delete(&format!("{path}.json")).await.expect(404);
    // After a day the key is as good as new, whether maintenance was there or not.
    server.clock.advance(DAY);
    assert!(!replayed(&create(&here, "one", "Spring").await.expect(201)));
    server.clock.advance(DAY);
    server.core.maintain().await.unwrap();
    assert!(!replayed(&create(&here, "one", "Spring").await.expect(201)));
}

#[rstest]
#[tokio::test]
async fn what_was_refused_is_refused_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let refused = create(&api, "blank", "").await.expect(422);
    let again = create(&api, "blank", "").await.expect(422);
    assert_eq!((again.text.as_str(), replayed(&again)), (refused.text.as_str(), true));
    // Who may not, and what was no request, is not remembered.
    for key in ["", " ", &"x".repeat(256)] {
        create(&api, key, "Spring").await.expect(400);
    }
    let nobody = server.api(crate::support::Credential::None);
    create(&nobody, "nobody", "Spring").await.expect(401);
    // Reading takes no notice.
    let request = api.request(Method::GET, "/tournaments.json").header("idempotency-key", "blank");
    assert!(!replayed(&Answer::to(request).await.expect(200)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_is_carried_out(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let here = server.organizer("marshal").await;
    let there = beside.api(here.credential());
    let tries = (0..30).map(|number| {
        let api = if number % 2 == 0 { &here } else { &there };
        create(api, "storm", "Storm")
    });
    let answers = join_all(tries).await;
    let fresh = answers.iter().filter(|answer| answer.status == 201 && !replayed(answer)).count();
    assert_eq!(fresh, 1);
    for answer in &answers {
        assert!(matches!(answer.status, 201 | 409), "{answer:?}");
        if answer.status == 409 {
            assert_eq!(answer.header("retry-after"), "1");
        }
    }
    assert_eq!(count(&here).await, 1);
    assert!(replayed(&create(&there, "storm", "Storm").await.expect(201)));
}

#[rstest]
#[tokio::test]
async fn an_answer_too_large_is_not_kept(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Crowd"}), 0).await;
    let names: Vec<Value> = (1..=300).map(|seed| json!({"name": format!("Seed {seed}")})).collect();
    let path = format!("{t}/participants/bulk_add.json");
    let add = async || {
        keyed(&api, "all", Method::POST, &path, json!({"participants": names.clone()})).await
    };
    assert!(add().await.expect(200).text.len() > 64 * 1024);
    let again = add().await.expect(409);
    assert!(replayed(&again));
    assert!(again.text.contains("its answer is not kept"), "{}", again.text);
    let shown = api.get(&format!("{t}/participants.json")).await.json();
    assert_eq!(shown["meta"]["count"], 300);
}

fn new(name: &str) -> NewTournament {
    NewTournament { name: name.to_owned(), ..NewTournament::default() }
}

async fn claim(server: &TestServer, actor: &Actor, key: &str) -> Claimed {
    server.core.claim_key(actor, key, &[b"POST", b"/"]).await.unwrap().unwrap()
}

async fn mine(server: &TestServer, actor: &Actor, key: &str) -> Claim {
    match claim(server, actor, key).await {
        Claimed::Mine(claim) => claim,
        other => panic!("{other:?}"),
    }
}

/// As if the node had stopped before the change was committed: it is made by whoever comes after a
/// minute, and not by the one that was thought dead.
#[rstest]
#[tokio::test]
async fn a_change_that_was_not_made_is_made_later_and_once(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let actor = server.person("marshal").await.actor();
    let lost = mine(&server, &actor, "k").await;
    assert!(matches!(claim(&beside, &actor, "k").await, Claimed::Running));
    server.clock.advance(MINUTE);
    let heir = mine(&beside, &actor, "k").await;
    let late = tiltyard_core::Core::under_claim(lost.clone(), async {
        server.core.create_tournament(&actor, new("Late")).await
    });
    assert!(matches!(late.await, Err(Error::Conflict(_))));
    let made = tiltyard_core::Core::under_claim(heir.clone(), async {
        beside.core.create_tournament(&actor, new("Heir")).await
    });
    assert_eq!(made.await.unwrap().row.name, "Heir");
    // Nor does the late one's answer take the place of the true one.
    let answer =
        |body: &str| Some(Kept { status: 201, content_type: None, body: body.as_bytes().to_vec() });
    beside.core.keep_answer(&heir, answer("heir")).await.unwrap();
    server.core.keep_answer(&lost, answer("late")).await.unwrap();
    server.core.release_key(&lost).await.unwrap();
    match claim(&server, &actor, "k").await {
        Claimed::Answered(kept) => assert_eq!(kept.body, b"heir"),
        other => panic!("{other:?}"),
    }
}

/// As if the node had stopped between the commit and the answer: the change is never made again.
#[rstest]
#[tokio::test]
async fn a_change_without_an_answer_is_not_made_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let actor = server.person("marshal").await.actor();
    let first = mine(&server, &actor, "k").await;
    tiltyard_core::Core::under_claim(first.clone(), async {
        server.core.create_tournament(&actor, new("Once")).await.unwrap()
    })
    .await;
    // Its end may still be on the way.
    assert!(matches!(claim(&server, &actor, "k").await, Claimed::Running));
    server.clock.advance(MINUTE);
    assert!(matches!(claim(&server, &actor, "k").await, Claimed::Done));
    server.core.release_key(&first).await.unwrap();
    assert!(matches!(claim(&server, &actor, "k").await, Claimed::Done));
    // What is refused leaves the key free, and nothing else.
    let refused = mine(&server, &actor, "r").await;
    tiltyard_core::Core::under_claim(refused.clone(), async {
        server.core.create_tournament(&actor, new("")).await.unwrap_err()
    })
    .await;
    server.core.release_key(&refused).await.unwrap();
    mine(&server, &actor, "r").await;
}
