//! The operator's quota of API requests.

use rstest::rstest;
use serde_json::json;
use tiltyard_core::{Settings, clock::DAY};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Credential, TestServer, Wanted};

fn of_accounts(settings: &mut Settings) {
    settings.quotas.account = Some("5/day".parse().unwrap());
}

fn of_both(settings: &mut Settings) {
    settings.quotas.account = Some("100/month".parse().unwrap());
    settings.quotas.application = Some("3/hour".parse().unwrap());
}

fn wanted(settings: fn(&mut Settings)) -> Wanted {
    Wanted { settings, ..Wanted::default() }
}

/// What is left of the quota of that name.
fn left(answer: &Answer, name: &str) -> Option<u32> {
    let start = format!("\"{name}\";r=");
    let (_, rest) = answer.header("ratelimit").split_once(&start)?;
    rest.split(';').next()?.parse().ok()
}

#[rstest]
#[tokio::test]
async fn an_account_has_so_many_requests(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start_as(engine, wanted(of_accounts)).await;
    let person = server.person("marshal").await;
    let api = server.key_of(&person).await;
    // By another key of the same person as well.
    let second = server.key_of(&person).await;
    for (remaining, api) in [(4, &api), (3, &second), (2, &api)] {
        let answer = api.get("/me.json").await.expect(200);
        assert_eq!(answer.header("ratelimit-policy"), "\"account\";q=5;w=86400");
        assert_eq!(left(&answer, "account"), Some(remaining));
    }
    // What is refused for its input counts, too; who is nobody does not.
    let refused = api.post("/tournaments.json", json!({"name": ""})).await.expect(422);
    assert_eq!(left(&refused, "account"), Some(1));
    let nobody = server.api(Credential::None).get("/me.json").await.expect(401);
    assert_eq!(nobody.header("ratelimit"), "");
    // Another node knows of it as soon as it is written.
    server.core.write_requests().await.unwrap();
    let beside = server.beside_as(wanted(of_accounts)).await;
    let there = beside.api(api.credential());
    assert_eq!(left(&there.get("/me.json").await.expect(200), "account"), Some(0));
    let over = there.get("/me.json").await.expect(429);
    assert_eq!(over.header("retry-after"), "86400");
    assert_eq!(over.header("ratelimit"), "\"account\";r=0;t=86400");
    let detail = over.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("quota of 5 requests"), "{detail}");
    // And the first hears of it when it writes next.
    beside.core.write_requests().await.unwrap();
    api.get("/me.json").await.expect(200);
    server.core.write_requests().await.unwrap();
    api.get("/me.json").await.expect(429);
    // Others go on, and so does everybody on the next day.
    server.organizer("other").await.get("/me.json").await.expect(200);
    server.clock.advance(DAY);
    assert_eq!(left(&api.get("/me.json").await.expect(200), "account"), Some(4));
}

#[rstest]
#[tokio::test]
async fn an_application_has_its_own(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start_as(engine, wanted(of_both)).await;
    let person = server.person("marshal").await;
    let client = server.client(&person, Preset::Machine).await;
    let grant = [("grant_type", "client_credentials")];
    let token = client.token(&grant).await.expect(200).json();
    let token = Credential::Token(token["access_token"].as_str().unwrap().to_owned());
    let api = server.api(token);
    for remaining in [2, 1, 0] {
        let answer = api.get("/tournaments.json").await.expect(200);
        assert_eq!(left(&answer, "application"), Some(remaining));
        assert_eq!(left(&answer, "account"), Some(97 + remaining));
    }
    let over = api.get("/tournaments.json").await.expect(429);
    assert_eq!(left(&over, "application"), Some(0));
    // Its owner goes on by a key: what was refused used nothing up.
    let owner = server.key_of(&person).await;
    assert_eq!(left(&owner.get("/me.json").await.expect(200), "account"), Some(96));
}

#[tokio::test]
async fn without_a_quota_nothing_is_counted() {
    let server = TestServer::start(Sqlite).await;
    let api = server.organizer("marshal").await;
    assert_eq!(api.get("/me.json").await.expect(200).header("ratelimit"), "");
}
