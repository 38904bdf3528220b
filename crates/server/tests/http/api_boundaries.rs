//! What an address must not open: ids of other tournaments, communities of other tournaments, methods in
//! disguise.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Api, TestServer};

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap().to_owned()
}

/// A tournament under way; its path, its first match, its first participant.
async fn running(api: &Api<'_>) -> (String, Value, String) {
    let path = api.tournament(json!({"name": "Cup"}), 4).await;
    api.state(&path, "start").await.expect(200);
    let first = api.matches(&path).await[0].clone();
    let list = api.get(&format!("{path}/participants.json")).await.data();
    (path, first, id(&list[0]))
}

#[rstest]
#[tokio::test]
async fn ids_lead_nowhere_in_another_tournament(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (ada, grace) = (server.organizer("ada").await, server.organizer("grace").await);
    let (own, _, _) = running(&ada).await;
    let (other, of, participant) = running(&ada).await;
    let (graces, _, _) = running(&grace).await;
    let before = ada.get(&format!("{other}.json")).await.expect(200).text;
    // Through one's own tournament as well as through somebody else's, which one may read or run.
    for (api, through, refused) in [(&ada, &own, 404), (&grace, &graces, 404), (&grace, &own, 403)]
    {
        let path = format!("{through}/matches/{}", id(&of));
        api.get(&format!("{path}.json")).await.expect(404);
        assert_eq!(api.win(through, &of, 1).await.status, refused);
        assert_eq!(api.state(&path, "reopen").await.status, refused);
        let path = format!("{through}/participants/{participant}.json");
        api.get(&path).await.expect(404);
        assert_eq!(api.put(&path, json!({"name": "Taken"})).await.status, refused);
        assert_eq!(api.delete(&path).await.status, refused);
    }
    assert_eq!(ada.get(&format!("{other}.json")).await.expect(200).text, before);
}

#[rstest]
#[tokio::test]
async fn a_community_in_the_address_opens_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (ada, grace) = (server.organizer("ada").await, server.organizer("grace").await);
    for (api, permalink) in [(&ada, "adas"), (&grace, "graces")] {
        let attributes = json!({"name": permalink, "permalink": permalink});
        api.post("/communities.json", attributes).await.expect(201);
    }
    // Ada's own, and one of her community; all private.
    let plain = json!({"name": "Plain", "url": "plain_one", "private": true});
    let plain = id(&ada.post("/tournaments.json", plain).await.expect(201).data());
    let common = json!({"name": "Common", "url": "common_one", "private": true});
    let path = "/communities/adas/tournaments.json";
    let common = id(&ada.post(path, common).await.expect(201).data());
    for (name, slug) in [(&plain, "plain_one"), (&common, "common_one")] {
        for path in [
            format!("/communities/graces/tournaments/{name}.json"),
            format!("/communities/graces/tournaments/{slug}.json"),
            format!("/tournaments/{name}.json?community_id=graces"),
            format!("/tournaments/graces-{slug}.json"),
            format!("/communities/graces/tournaments/adas-{slug}.json"),
            format!("/communities/graces/tournaments/{name}.json?community_id=adas"),
            format!("/tournaments/{name}.json?community_id=adas&community_id=graces"),
            format!("/tournaments/{name}.json?community_id=nothing"),
        ] {
            grace.get(&path).await.expect(404);
            grace.put(&path, json!({"name": "Taken"})).await.expect(404);
            grace.delete(&path).await.expect(404);
        }
    }
    // Not for her own either, where it is not the tournament's.
    ada.get(&format!("/tournaments/{plain}.json?community_id=adas")).await.expect(404);
    ada.get(&format!("/communities/adas/tournaments/{plain}.json")).await.expect(404);
    ada.get(&format!("/communities/graces/tournaments/{common}.json")).await.expect(404);
    // Nor does a list show what one may not list, or a tournament come into another's community.
    grace.get("/tournaments.json?community_id=adas").await.expect(404);
    let new = json!({"name": "New"});
    grace.post("/tournaments.json?community_id=adas", new.clone()).await.expect(404);
    grace.post("/communities/adas/tournaments.json", new).await.expect(404);
    // What one makes belongs to whom one says, not to whom the body says.
    let foreign = json!({"name": "Foreign", "community_id": "adas", "owner_id": 10_000_001});
    let made = id(&grace.post("/tournaments.json", foreign).await.expect(201).data());
    ada.get(&format!("/tournaments/{made}.json?community_id=adas")).await.expect(404);
    grace.delete(&format!("/tournaments/{made}.json")).await.expect(204);
}

#[tokio::test]
async fn methods_cannot_be_disguised() {
    let server = TestServer::start(Sqlite).await;
    let (ada, grace) = (server.organizer("ada").await, server.organizer("grace").await);
    let path = ada.tournament(json!({"name": "Cup"}), 2).await;
    let shown = format!("{path}.json");
    for api in [&ada, &grace] {
        for header in ["x-http-method-override", "x-http-method", "x-method-override"] {
            let disguised = api.request(Method::GET, &shown).header(header, "DELETE");
            Answer::to(disguised).await.expect(200);
            let disguised = api.request(Method::POST, &shown).header(header, "DELETE");
            Answer::to(disguised).await.expect(405);
        }
        let disguised = api.request(Method::POST, &format!("{shown}?_method=delete"));
        Answer::to(disguised.form(&[("_method", "delete")])).await.expect(405);
    }
    ada.get(&shown).await.expect(200);
}
