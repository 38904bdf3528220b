//! What is attached to matches.

use insta::assert_json_snapshot;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::accounts::Origin;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Api, TestServer, Wanted};

/// A started cup of two that accepts attachments: its path, and its first match's.
async fn cup(api: &Api<'_>) -> (String, String) {
    let t = api
        .tournament(
            json!({
                "name": "Spring Cup", "tournament_type": "single elimination", "url": "spring",
                "match_options": {"accept_attachments": true},
            }),
            2,
        )
        .await;
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    let path = format!("{t}/matches/{}", of["id"].as_str().unwrap());
    (t, path)
}

/// How many attachments the match says that it has.
async fn count(api: &Api<'_>, of: &str) -> i64 {
    let shown = api.get(&format!("{of}.json")).await.expect(200).data();
    let count = shown["attributes"]["attachment_count"].as_i64().unwrap();
    assert_eq!(shown["attributes"]["has_attachment"], count > 0);
    count
}

/// The path of a resource below its link.
fn path_of(resource: &Value) -> String {
    let link = resource["links"]["self"].as_str().unwrap();
    link.split_once("/v2.1").unwrap().1.to_owned()
}

#[rstest]
#[tokio::test]
async fn links_are_attached_changed_and_removed(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (t, of) = cup(&api).await;
    let attachments = format!("{of}/attachments.json");
    let sent = json!({"url": " https://example.org/replay ", "description": "The second set"});
    let made = api.post(&attachments, sent).await.expect(201);
    let shown = made.text.replace(&server.url, "https://tiltyard.example");
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_json_snapshot!("attachment", shown);
    let path = path_of(&made.data());
    assert_eq!(api.get(&path).await.expect(200).data(), made.data());
    assert_eq!(count(&api, &of).await, 1);

    let words = api.post(&attachments, json!({"description": "Rain"})).await.expect(201).data();
    assert_eq!(words["attributes"]["url"], Value::Null);
    let list = api.get(&format!("{of}/attachments?per_page=1&page=2")).await.expect(200);
    assert_eq!(list.data(), json!([words]));
    assert_eq!(list.json()["meta"]["count"], 2);
    assert_eq!(list.json()["links"]["next"], Value::Null);
    assert_eq!(count(&api, &of).await, 2);

    let changed = api.put(&path, json!({"description": null})).await.expect(200).data();
    assert_eq!(changed["attributes"]["url"], "https://example.org/replay");
    assert_eq!(changed["attributes"]["description"], Value::Null);
    let emptied = api.put(&path, json!({"url": ""})).await.expect(422);
    assert!(emptied.text.contains("at least one of"), "{}", emptied.text);

    // Another match's path does not lead to it, nor another tournament's.
    let other = api.tournament(json!({"name": "Other", "tournament_type": "swiss"}), 0).await;
    let id = path.rsplit_once('/').unwrap().1;
    api.get(&format!("{t}/matches/1/attachments/{id}")).await.expect(404);
    api.delete(&format!("{other}/match_attachments/{id}")).await.expect(404);

    api.delete(&path).await.expect(204);
    api.delete(&path).await.expect(404);
    api.get(&path).await.expect(404);
    assert_eq!(count(&api, &of).await, 1);
    // A reset takes the matches, and what is attached to them.
    api.state(&t, "reset").await.expect(200);
    let list = api.get(&format!("{t}/match_attachments.json")).await.expect(200);
    assert_eq!(list.json()["meta"]["count"], 0);
}

#[rstest]
#[tokio::test]
async fn all_of_a_tournament_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (t, of) = cup(&api).await;
    let id: i64 = of.rsplit_once('/').unwrap().1.parse().unwrap();
    let all = format!("{t}/match_attachments");
    let sent = json!({"match_id": id, "url": "http://example.org"});
    let made = api.post(&format!("{all}.json"), sent).await.expect(201).data();
    let nested = api.get(&format!("{of}/attachments.json")).await.expect(200).data();
    assert_eq!(nested, json!([made]));
    assert_eq!(api.get(&format!("{all}.json")).await.expect(200).data(), nested);
    let one = format!("{all}/{}.json", made["id"].as_str().unwrap());
    assert_eq!(api.get(&one).await.expect(200).data(), made);
    let changed = api.put(&one, json!({"description": "x"})).await.expect(200).data();
    assert_eq!(changed["attributes"]["url"], "http://example.org");
    api.delete(&one).await.expect(204);
    let lost = api.post(&format!("{all}.json"), json!({"url": "http://example.org"})).await;
    assert!(lost.expect(422).text.contains("/data/attributes/match_id"));
    api.post(&format!("{all}.json"), json!({"match_id": 1, "url": "http://x.org"}))
        .await
        .expect(404);
}

#[rstest]
#[tokio::test]
async fn only_where_it_is_accepted(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let (t, of) = cup(&api).await;
    let attachments = format!("{of}/attachments.json");
    let link = json!({"url": "https://example.org"});
    let made = api.post(&attachments, link.clone()).await.expect(201).data();
    let off = json!({"match_options": {"accept_attachments": false}});
    api.put(&format!("{t}.json"), off).await.expect(200);
    for answer in [
        api.post(&attachments, link).await,
        api.put(&path_of(&made), json!({"description": "x"})).await,
    ] {
        assert!(answer.text.contains("match_options.accept_attachments"), "{}", answer.text);
        answer.expect(422);
    }
    // What is there stays readable and can go.
    api.get(&path_of(&made)).await.expect(200);
    api.delete(&path_of(&made)).await.expect(204);
}

#[rstest]
#[tokio::test]
async fn what_is_wrong_is_said(#[values(Sqlite, Postgres)] engine: Engine) {
    let wanted =
        Wanted { settings: |settings| settings.attachments.per_match = 2, ..Wanted::default() };
    let server = TestServer::start_as(engine, wanted).await;
    let api = server.organizer("marshal").await;
    let (_, of) = cup(&api).await;
    let attachments = format!("{of}/attachments.json");
    for (sent, named) in [
        (json!({}), "at least one of"),
        (json!({"url": "", "description": " "}), "at least one of"),
        (json!({"url": "javascript:alert(1)"}), "/data/attributes/url"),
        (json!({"url": "ftp://example.org"}), "/data/attributes/url"),
        (json!({"url": "example.org"}), "/data/attributes/url"),
        (json!({"url": "https://example.org/\u{202e}"}), "/data/attributes/url"),
        (json!({"url": 7}), "/data/attributes/url"),
        (json!({"url": []}), "/data/attributes/url"),
        (json!({"description": "a".repeat(2_001)}), "/data/attributes/description"),
        (json!({"description": "a\u{0}"}), "/data/attributes/description"),
    ] {
        let answer = api.post(&attachments, sent).await.expect(422);
        assert!(answer.text.contains(named), "{}", answer.text);
    }
    api.post(&format!("{of}0/attachments.json"), json!({"url": "http://x.org"})).await.expect(404);
    for number in [1, 2] {
        let link = json!({"url": format!("https://example.org/{number}")});
        api.post(&attachments, link).await.expect(201);
    }
    let full = api.post(&attachments, json!({"description": "x"})).await.expect(422);
    assert!(full.text.contains("at most 2 attachments"), "{}", full.text);
    assert_eq!(count(&api, &of).await, 2, "a refused attachment leaves no trace");
}

#[rstest]
#[tokio::test]
async fn players_attach_to_the_matches_that_they_play(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("marshal").await;
    let organizer = server.key_of(&owner).await;
    let (player, other) = (server.person("lancelot").await, server.person("mordred").await);
    let client = server.client(&owner, Preset::Challonge).await;
    let scope =
        "participants:read tournaments:read matches:read attachments:read attachments:write";
    let lancelot = client.caller(&player, scope).await;
    let mordred = client.caller(&other, scope).await;
    let t = organizer
        .tournament(
            json!({
                "name": "Spring Cup", "tournament_type": "single elimination", "private": true,
                "match_options": {"accept_attachments": true},
            }),
            2,
        )
        .await;
    let joins = json!({"name": "Lancelot", "username": "lancelot"});
    organizer.post(&format!("{t}/participants.json"), joins).await.expect(200);
    organizer.state(&t, "start").await.expect(200);
    let all = organizer.matches(&t).await;
    let id = |of: &Value| format!("{t}/matches/{}", of["id"].as_str().unwrap());
    // The third seed plays the second in the first match; the final has no second side yet.
    let (own, last) = (id(&all[0]), id(&all[1]));
    let link = json!({"url": "https://example.org/replay"});
    let made = lancelot.post(&format!("{own}/attachments.json"), link.clone()).await.expect(201);
    let made = made.data();
    assert_eq!(made["attributes"]["user_id"], player.id);
    let refused =
        lancelot.post(&format!("{last}/attachments.json"), link.clone()).await.expect(403);
    assert!(refused.text.contains("that they play in"), "{}", refused.text);
    // Whoever has no part in a private tournament does not learn of it.
    mordred.post(&format!("{own}/attachments.json"), link.clone()).await.expect(404);
    mordred.get(&format!("{own}/attachments.json")).await.expect(404);
    let shown = lancelot.get(&format!("{own}/attachments.json")).await.expect(200);
    assert_eq!(shown.data(), json!([made]));

    // What others attached is theirs and the organizer's.
    let others = organizer.post(&format!("{own}/attachments.json"), link.clone()).await.expect(201);
    let others = path_of(&others.data());
    lancelot.delete(&others).await.expect(403);
    lancelot.put(&others, json!({"description": "mine"})).await.expect(403);
    lancelot.put(&path_of(&made), json!({"description": "mine"})).await.expect(200);
    organizer.put(&path_of(&made), json!({"description": "no"})).await.expect(200);
    lancelot.delete(&path_of(&made)).await.expect(204);
    organizer.delete(&others).await.expect(204);

    // Reporting alone is not attaching.
    let reporter = client.caller(&player, "application:player").await;
    let answer = reporter.post(&format!("{own}/attachments.json"), link).await.expect(403);
    assert!(answer.text.contains("attachments:write"), "{}", answer.text);
}

/// Cases H10, H11.
#[tokio::test]
async fn reading_and_writing_are_apart() {
    let server = TestServer::start(Sqlite).await;
    let owner = server.person("marshal").await;
    let api = server.key_of(&owner).await;
    let (_, of) = cup(&api).await;
    let attachments = format!("{of}/attachments.json");
    let client = server.client(&owner, Preset::Challonge).await;
    let reads = client.caller(&owner, "attachments:read").await;
    let writes = client.caller(&owner, "attachments:write").await;
    let link = json!({"url": "https://example.org"});
    reads.post(&attachments, link.clone()).await.expect(403);
    let made = writes.post(&attachments, link).await.expect(201).data();
    writes.get(&attachments).await.expect(403);
    assert_eq!(reads.get(&attachments).await.expect(200).data(), json!([made]));
    reads.delete(&path_of(&made)).await.expect(403);
    // The key that names an application opens no attachments.
    let named = server.request(Method::GET, &format!("/v2.1{attachments}"));
    let named = named.header("accept", "application/json").header("x-api-key", "nothing");
    crate::support::Answer::to(named).await.expect(401);
}

#[rstest]
#[tokio::test]
async fn a_community_has_them_under_its_own_path(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("marshal").await;
    let api = server.key_of(&owner).await;
    let new = tiltyard_core::communities::NewCommunity {
        owner: owner.id,
        name: "Tuesday League".to_owned(),
        permalink: "tuesday".to_owned(),
        ..tiltyard_core::communities::NewCommunity::default()
    };
    server.core.create_community(&owner.actor(), new, Origin::default()).await.unwrap();
    let made = api
        .post(
            "/communities/tuesday/tournaments.json",
            json!({
                "name": "Cup", "tournament_type": "single elimination", "url": "tuesdays",
                "match_options": {"accept_attachments": true},
            }),
        )
        .await
        .expect(201)
        .data();
    let t = format!("/communities/tuesday/tournaments/{}", made["id"].as_str().unwrap());
    for name in ["One", "Two"] {
        api.post(&format!("{t}/participants.json"), json!({"name": name})).await.expect(200);
    }
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    let sent = json!({"match_id": of["id"], "description": "Rain"});
    let made = api.post(&format!("{t}/match_attachments.json"), sent).await.expect(201).data();
    let one = format!("{t}/match_attachments/{}.json", made["id"].as_str().unwrap());
    assert_eq!(api.get(&one).await.expect(200).data(), made);
    let nested = format!("{t}/matches/{}/attachments.json", of["id"].as_str().unwrap());
    assert_eq!(api.get(&nested).await.expect(200).data(), json!([made]));
    let list = api.get(&format!("{t}/match_attachments.json")).await.expect(200).json();
    assert!(list["links"]["self"].as_str().unwrap().contains(&t), "{list}");
    api.delete(&one).await.expect(204);
}
