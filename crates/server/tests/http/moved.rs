//! What is looked for at a former address, or with a slash too many.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Api, TestServer};

/// Where a request without following is led to, if it is.
async fn led(server: &TestServer, method: Method, path: &str) -> Option<String> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let url = format!("{}{path}", server.url);
    let answer = client.build().unwrap().request(method, url).send().await.unwrap();
    let to = answer.headers().get("location").map(|it| it.to_str().unwrap().to_owned());
    assert_eq!(to.is_some(), answer.status() == 308, "{path}: {}", answer.status());
    to
}

async fn read(server: &TestServer, path: &str) -> Option<String> {
    led(server, Method::GET, path).await
}

async fn tournament(api: &Api<'_>, slug: &str) -> String {
    let attributes = json!({"name": "Cup", "url": slug, "tournament_type": "swiss"});
    let made = api.post("/tournaments.json", attributes).await.expect(201).data();
    format!("/tournaments/{}", made["id"].as_str().unwrap())
}

#[rstest]
#[tokio::test]
async fn former_addresses_lead_on(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = tournament(&api, "Spring_Cup").await;
    let path = format!("{t}.json");
    assert_eq!(read(&server, "/spring_cup").await, None);
    api.put(&path, json!({"url": "summer_cup"})).await.expect(200);
    for (old, new) in [
        ("/spring_cup", "/summer_cup"),
        ("/SPRING_cup?stage=1", "/summer_cup?stage=1"),
        ("/spring_cup/matches/A", "/summer_cup/matches/A"),
        ("/spring_cup/module?theme=dark", "/summer_cup/module?theme=dark"),
        ("/spring_cup/live", "/summer_cup/live"),
        ("/spring_cup/events", "/summer_cup/events"),
        ("/spring_cup/no/such/page", "/summer_cup/no/such/page"),
        ("/spring_cup.svg", "/summer_cup.svg"),
        ("/spring_cup.png?size=card", "/summer_cup.png?size=card"),
    ] {
        assert_eq!(read(&server, old).await.as_deref(), Some(new), "{old}");
        assert_eq!(led(&server, Method::HEAD, old).await.as_deref(), Some(new), "{old}");
    }
    assert_eq!(led(&server, Method::POST, "/spring_cup/join").await, None);
    // Programs name tournaments by their ids, or as they are called now.
    api.get("/tournaments/spring_cup.json").await.expect(404);
    // It moves on, and all of its addresses with it; also back.
    api.put(&path, json!({"url": "autumn_cup"})).await.expect(200);
    assert_eq!(read(&server, "/spring_cup").await.as_deref(), Some("/autumn_cup"));
    assert_eq!(read(&server, "/summer_cup").await.as_deref(), Some("/autumn_cup"));
    api.put(&path, json!({"url": "spring_cup"})).await.expect(200);
    assert_eq!(read(&server, "/spring_cup").await, None);
    assert_eq!(read(&server, "/spring_cup/none").await, None);
    assert_eq!(read(&server, "/autumn_cup").await.as_deref(), Some("/spring_cup"));
    // Whoever has an address has it alone, as long as they have it.
    let other = tournament(&api, "autumn_cup").await;
    assert_eq!(read(&server, "/autumn_cup/none").await, None);
    api.put(&format!("{other}.json"), json!({"url": "winter_cup"})).await.expect(200);
    assert_eq!(read(&server, "/autumn_cup").await.as_deref(), Some("/winter_cup"));
    // A private tournament takes its links back by another address.
    api.put(&path, json!({"private": true})).await.expect(200);
    assert_eq!(read(&server, "/summer_cup").await, None);
    api.put(&path, json!({"private": false})).await.expect(200);
    // The latest are remembered.
    for number in 0..25 {
        server.clock.advance(1_000);
        api.put(&path, json!({"url": format!("cup_{number}")})).await.expect(200);
    }
    assert_eq!(read(&server, "/summer_cup").await, None);
    assert_eq!(read(&server, "/cup_3").await, None);
    assert_eq!(read(&server, "/cup_4").await.as_deref(), Some("/cup_24"));
    // Nothing leads to what is gone.
    api.delete(&path).await.expect(204);
    assert_eq!(read(&server, "/cup_4").await, None);
}

#[tokio::test]
async fn a_slash_at_the_end_is_too_many() {
    let server = TestServer::start(Sqlite).await;
    let api = server.organizer("marshal").await;
    tournament(&api, "cup").await;
    assert_eq!(read(&server, "/cup/").await.as_deref(), Some("/cup"));
    assert_eq!(read(&server, "/cup/?stage=1").await.as_deref(), Some("/cup?stage=1"));
    assert_eq!(read(&server, "/cup/matches/").await.as_deref(), Some("/cup/matches"));
    assert_eq!(read(&server, "/tournaments//").await.as_deref(), Some("/tournaments"));
    assert_eq!(read(&server, "/").await, None);
    // To no other site.
    for path in ["//example.org/", "/\\example.org/", "///", "//"] {
        assert_eq!(read(&server, path).await, None, "{path}");
    }
}
