//! Profiles of the accounts that participants are linked to, beside the participants.

use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::TestServer;

fn profiles(document: &Value) -> Vec<Value> {
    let included = document["included"].as_array().cloned().unwrap_or_default();
    included.into_iter().filter(|it| it["type"] == "profile").collect()
}

/// The profile to which each participant is related, by seed.
fn related(participants: &Value) -> Vec<Value> {
    let list = participants.as_array().unwrap();
    list.iter().map(|it| it["relationships"]["profile"]["data"].clone()).collect()
}

#[rstest]
#[tokio::test]
async fn beside_whoever_is_linked(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (lancelot, elaine) = (server.person("lancelot").await, server.person("Elaine").await);
    let cup = json!({"name": "Cup", "tournament_type": "single elimination"});
    let t = api.tournament(cup, 0).await;
    let all = json!({"participants": [
        {"name": "First", "username": " LANCELOT"}, {"name": "Second"},
        {"name": "Third", "username": "elaine"}, {"name": "Fourth", "username": "nobody_here"},
        {"name": "Fifth"},
    ]});
    let added = api.post(&format!("{t}/participants/bulk_add.json"), all).await.expect(200).json();
    let profile = |id: i64, username: &str| {
        json!({
            "id": id.to_string(), "type": "profile",
            "attributes": {"username": username, "image_url": null},
        })
    };
    let reference = |id: i64| json!({"id": id.to_string(), "type": "profile"});
    let both = [profile(lancelot.id, "lancelot"), profile(elaine.id, "Elaine")];
    let links =
        [reference(lancelot.id), Value::Null, reference(elaine.id), Value::Null, Value::Null];
    assert_eq!(profiles(&added), both);
    assert_eq!(related(&added["data"]), links);
    let answer = api.get(&format!("{t}/participants.json")).await.expect(200);
    assert!(!answer.text.contains("@example.org"), "{}", answer.text);
    let list = answer.json();
    assert_eq!(profiles(&list), both);
    assert_eq!(related(&list["data"]), links);
    assert!(list["data"][1].get("relationships").is_none());
    assert_eq!(list["data"][0]["attributes"]["username"], "lancelot", "as the account has it");
    assert_eq!(list["data"][3]["attributes"]["username"], "nobody_here");
    let page = api.get(&format!("{t}/participants.json?per_page=2&page=2")).await.expect(200);
    assert_eq!(profiles(&page.json()), both[1..], "of the page alone");
    let one = |index: usize| {
        format!("{t}/participants/{}.json", list["data"][index]["id"].as_str().unwrap())
    };
    assert_eq!(profiles(&api.get(&one(0)).await.expect(200).json()), both[..1]);
    assert!(api.get(&one(1)).await.expect(200).json().get("included").is_none());

    let whole = api.get(&format!("{t}.json")).await.expect(200).json();
    assert_eq!(profiles(&whole), both);
    api.state(&t, "start").await.expect(200);
    let matches = api.get(&format!("{t}/matches.json")).await.expect(200).json();
    assert_eq!(profiles(&matches), both);
    // Seeds 4 and 5 meet first, and 2 and 3.
    for (name, shown) in [("A", &both[..0]), ("C", &both[1..])] {
        let of = api.match_named(&t, name).await;
        let of = format!("{t}/matches/{}.json", of["id"].as_str().unwrap());
        let answer = api.get(&of).await.expect(200).json();
        assert_eq!(profiles(&answer), *shown);
    }
}

#[rstest]
#[tokio::test]
async fn another_user_name_is_another_account(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("marshal").await;
    let api = server.key_of(&owner).await;
    let (lancelot, elaine) = (server.person("lancelot").await, server.person("elaine").await);
    let client = server.client(&owner, Preset::Challonge).await;
    let scope = "tournaments:read matches:read participants:read";
    let reads = client.caller(&lancelot, scope).await;
    let cup = json!({"name": "Cup", "tournament_type": "single elimination", "private": true});
    let t = api.tournament(cup, 1).await;
    let joins = json!({"name": "First", "username": "lancelot"});
    let made = api.post(&format!("{t}/participants.json"), joins).await.expect(200).data();
    let path = format!("{t}/participants/{}.json", made["id"].as_str().unwrap());
    reads.get(&format!("{t}.json")).await.expect(200);
    let put = async |body: Value| api.put(&path, body).await.expect(200).json();

    let same = put(json!({"name": "Renamed"})).await;
    assert_eq!(profiles(&same)[0]["id"], lancelot.id.to_string());
    let changed = put(json!({"username": "ELAINE"})).await;
    assert_eq!(profiles(&changed)[0]["id"], elaine.id.to_string());
    assert_eq!(profiles(&changed)[0]["attributes"]["username"], "elaine");
    reads.get(&format!("{t}.json")).await.expect(404);
    for (username, shown) in [(json!("stranger"), json!("stranger")), (Value::Null, Value::Null)] {
        let changed = put(json!({"username": username})).await;
        assert_eq!(profiles(&changed), Vec::<Value>::new());
        assert_eq!(changed["data"]["attributes"]["username"], shown);
    }
    let back = put(json!({"username": "lancelot"})).await;
    assert_eq!(profiles(&back)[0]["id"], lancelot.id.to_string());
    reads.get(&format!("{t}.json")).await.expect(200);
}
