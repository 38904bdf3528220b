//! Communities: what they are called, who belongs to them, and what becomes of their tournaments.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::{Actor, accounts::Origin, communities::Role};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Api, TestServer};

async fn club(api: &Api<'_>, permalink: &str) -> Value {
    let attributes = json!({"name": format!("The {permalink}"), "permalink": permalink});
    api.post("/communities.json", attributes).await.expect(201).data()
}

async fn join(owner: &Api<'_>, community: &str, username: &str, role: &str) -> Answer {
    let path = format!("/communities/{community}/members.json");
    owner.post(&path, json!({"username": username, "role": role})).await
}

fn members(answer: &Answer) -> Vec<(String, String)> {
    let text = |it: &Value, name: &str| it["attributes"][name].as_str().unwrap().to_owned();
    let data = answer.data();
    let list = data.as_array().unwrap().iter();
    list.map(|it| (text(it, "username"), text(it, "role"))).collect()
}

fn pointer(answer: &Answer) -> String {
    answer.json()["errors"][0]["source"]["pointer"].as_str().unwrap_or_default().to_owned()
}

#[rstest]
#[tokio::test]
async fn a_community_is_made_found_changed_and_removed(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (ada, grace) = (server.organizer("ada").await, server.organizer("grace").await);
    let attributes = json!({
        "name": " Nerdfest ", "permalink": "Nerd-Fest", "subdomain": "nf", "description": "Every June",
    });
    let made = ada.post("/communities.json", attributes).await.expect(201).data();
    assert_eq!(made["type"], "community");
    let id = made["id"].as_str().unwrap().to_owned();
    let shown = &made["attributes"];
    for (name, value) in [
        ("name", "Nerdfest"),
        ("permalink", "Nerd-Fest"),
        ("subdomain", "nf"),
        ("identifier", id.as_str()),
        ("description", "Every June"),
        ("role", "owner"),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    assert!(shown["timestamps"]["created_at"].is_string(), "{shown}");
    // By each of its names, in any case.
    for name in [id.as_str(), "Nerd-Fest", "NERD-fest", "nf", "NF"] {
        let found = ada.get(&format!("/communities/{name}.json")).await.expect(200).data();
        assert_eq!(found["id"], made["id"], "{name}");
        ada.get(&format!("/communities/{name}/tournaments.json")).await.expect(200);
        ada.get(&format!("/tournaments.json?community_id={name}")).await.expect(200);
    }
    // Permalinks and subdomains are one space.
    for taken in ["nerd-fest", "nf", "NF"] {
        let again = json!({"name": "Other", "permalink": taken});
        assert_eq!(
            pointer(&grace.post("/communities.json", again).await.expect(422)),
            "/data/attributes/permalink"
        );
        let again = json!({"name": "Other", "permalink": "other", "subdomain": taken});
        assert_eq!(
            pointer(&grace.post("/communities.json", again).await.expect(422)),
            "/data/attributes/subdomain"
        );
    }
    for (wrong, field) in [
        (json!({"permalink": "other"}), "name"),
        (json!({"name": "x"}), "permalink"),
        (json!({"name": "x", "permalink": "12345"}), "permalink"),
        (json!({"name": "x", "permalink": "-x"}), "permalink"),
        (json!({"name": "x", "permalink": "other", "subdomain": "a b"}), "subdomain"),
        (
            json!({"name": "x", "permalink": "other", "description": "x".repeat(20_001)}),
            "description",
        ),
    ] {
        let refused = grace.post("/communities.json", wrong).await.expect(422);
        assert_eq!(pointer(&refused), format!("/data/attributes/{field}"));
    }
    // What is not sent stays; the second name goes by the first where it is cleared.
    let path = format!("/communities/{id}.json");
    let changed =
        ada.put(&path, json!({"name": "Nerd Fest", "permalink": "fest"})).await.expect(200);
    let shown = &changed.data()["attributes"];
    assert_eq!((&shown["permalink"], &shown["subdomain"]), (&json!("fest"), &json!("nf")));
    assert_eq!(shown["description"], "Every June");
    ada.get("/communities/nerd-fest.json").await.expect(404);
    let changed = ada.put(&path, json!({"subdomain": null, "description": null})).await.expect(200);
    let shown = &changed.data()["attributes"];
    assert_eq!((&shown["subdomain"], &shown["description"]), (&json!("fest"), &json!("")));
    let changed = ada.put(&path, json!({"permalink": "festival"})).await.expect(200);
    assert_eq!(changed.data()["attributes"]["subdomain"], "festival");
    club(&grace, "nf").await;
    ada.put(&path, json!({"permalink": "NF"})).await.expect(422);
    // To others it is not there.
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::PUT, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::GET, format!("/communities/{id}/members.json")),
        (Method::POST, format!("/communities/{id}/tournaments.json")),
    ] {
        grace.send(method, &path, json!({"name": "Mine"})).await.expect(404);
    }
    ada.delete(&path).await.expect(204);
    ada.get(&path).await.expect(404);
    ada.delete(&path).await.expect(404);
    assert_eq!(ada.get("/communities.json").await.expect(200).data(), json!([]));
    // Its names are free.
    club(&grace, "festival").await;
}

#[rstest]
#[tokio::test]
async fn roles_say_who_may_do_what(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let people = ["ada", "grace", "jean", "linus", "ken"];
    let mut keys = Vec::new();
    for name in people {
        keys.push(server.organizer(name).await);
    }
    let [ada, grace, jean, linus, ken] = &keys[..] else { unreachable!() };
    club(ada, "fest").await;
    let list = "/communities/fest/members.json";
    let of = |name: &str| format!("/communities/fest/members/{name}.json");
    join(ada, "fest", "GRACE", "organizer").await.expect(201);
    let jeans = join(ada, "fest", "jean", "member").await.expect(201).data();
    assert_eq!(
        (&jeans["type"], &jeans["attributes"]["role"]),
        (&json!("community_member"), &json!("member"))
    );
    // Once, an account, and by name: no address can be tried.
    assert_eq!(
        pointer(&join(ada, "fest", "jean", "owner").await.expect(422)),
        "/data/attributes/username"
    );
    join(ada, "fest", "nobody", "member").await.expect(422);
    join(ada, "fest", "linus@example.org", "member").await.expect(422);
    assert_eq!(
        pointer(&join(ada, "fest", "linus", "king").await.expect(422)),
        "/data/attributes/role"
    );
    ada.post(list, json!({})).await.expect(422);
    ada.post(list, json!({"person_id": 1})).await.expect(422);

    // Owners and organizers see everybody; members themselves.
    let all = [("ada", "owner"), ("grace", "organizer"), ("jean", "member")];
    let all = all.map(|(name, role)| (name.to_owned(), role.to_owned()));
    for api in [ada, grace] {
        assert_eq!(members(&api.get(list).await.expect(200)), all);
    }
    let page = grace.get(&format!("{list}?per_page=2&page=2")).await.expect(200);
    assert_eq!(
        (members(&page), page.json()["meta"]["count"].as_u64()),
        (all[2..].to_vec(), Some(3))
    );
    let page = grace.get(&format!("{list}?role=organizer")).await.expect(200);
    assert_eq!(members(&page), all[1..2]);
    grace.get(&format!("{list}?role=king")).await.expect(400);
    jean.get(list).await.expect(403);
    jean.get(&of("jean")).await.expect(200);
    jean.get(&of(jeans["id"].as_str().unwrap())).await.expect(200);
    jean.get(&of("ada")).await.expect(403);
    grace.get(&of("ada")).await.expect(200);
    grace.get(&of("linus")).await.expect(404);
    ken.get(&of("ken")).await.expect(404);
    assert_eq!(
        jean.get("/communities/fest.json").await.expect(200).data()["attributes"]["role"],
        "member"
    );
    // What one administers is listed.
    for (api, count) in [(ada, 1), (grace, 1), (jean, 0)] {
        assert_eq!(api.get("/communities.json").await.expect(200).json()["meta"]["count"], count);
    }

    // Organizers run tournaments, members look at them, also at private ones.
    let tournaments = "/communities/fest/tournaments";
    let attributes = json!({"name": "Cup", "private": true});
    jean.post(&format!("{tournaments}.json"), attributes.clone()).await.expect(403);
    let made = grace.post(&format!("{tournaments}.json"), attributes).await.expect(201).data();
    let cup = format!("{tournaments}/{}", made["id"].as_str().unwrap());
    jean.get(&format!("{cup}.json")).await.expect(200);
    assert_eq!(
        jean.get(&format!("{tournaments}.json")).await.expect(200).json()["meta"]["count"],
        1
    );
    jean.put(&format!("{cup}.json"), json!({"name": "Mine"})).await.expect(403);
    ada.put(&format!("{cup}.json"), json!({"name": "Ours"})).await.expect(200);
    linus.get(&format!("{cup}.json")).await.expect(404);

    // Nobody but owners governs.
    for api in [grace, jean] {
        api.put("/communities/fest.json", json!({"name": "x"})).await.expect(403);
        api.delete("/communities/fest.json").await.expect(403);
        join(api, "fest", "linus", "member").await.expect(403);
        api.put(&of("jean"), json!({"role": "owner"})).await.expect(403);
        api.put(&of("grace"), json!({"role": "owner"})).await.expect(403);
        api.delete(&of("ada")).await.expect(403);
    }
    // The last owner stays one, and is handed over to by two steps.
    ada.put(&of("ada"), json!({"role": "member"})).await.expect(422);
    ada.delete(&of("ada")).await.expect(422);
    ada.put(&of("linus"), json!({"role": "owner"})).await.expect(404);
    ada.put(&of("grace"), json!({})).await.expect(422);
    ada.put(&of("grace"), json!({"role": "owner"})).await.expect(200);
    let demoted = grace.put(&of("ada"), json!({"role": "member"})).await.expect(200);
    assert_eq!(demoted.data()["attributes"]["role"], "member");
    ada.put("/communities/fest.json", json!({"name": "x"})).await.expect(403);
    grace.delete(&of("grace")).await.expect(422);
    // Everybody may leave.
    jean.delete(&of("jean")).await.expect(204);
    jean.get(&format!("{cup}.json")).await.expect(404);
    ada.delete(&of("ada")).await.expect(204);
    ada.get(&format!("{cup}.json")).await.expect(404);
    linus.delete(&of("linus")).await.expect(404);
    assert_eq!(members(&grace.get(list).await.expect(200)).len(), 1);
}

/// A community's tournament without its community belongs to whoever made it.
#[rstest]
#[tokio::test]
async fn tournaments_outlive_their_community(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (ada, grace) = (server.organizer("ada").await, server.organizer("grace").await);
    let jean = server.organizer("jean").await;
    let id = club(&ada, "fest").await["id"].as_str().unwrap().to_owned();
    join(&ada, "fest", "grace", "organizer").await.expect(201);
    join(&ada, "fest", "jean", "member").await.expect(201);
    let path = "/communities/fest/tournaments";
    let attributes = json!({"name": "Cup", "private": true});
    let made = grace.post(&format!("{path}.json"), attributes).await.expect(201).data();
    let cup = made["id"].as_str().unwrap().to_owned();
    let names = json!({"participants": [{"name": "One"}, {"name": "Two"}]});
    ada.post(&format!("{path}/{cup}/participants/bulk_add.json"), names).await.expect(200);
    ada.state(&format!("{path}/{cup}"), "start").await.expect(200);
    // Seen by everybody, and so in every cache.
    for api in [&ada, &grace, &jean] {
        api.get(&format!("/tournaments/{cup}.json")).await.expect(200);
    }
    ada.delete(&format!("/communities/{id}.json")).await.expect(204);
    for path in [
        format!("{path}.json"),
        format!("{path}/{cup}.json"),
        format!("/tournaments/{cup}.json?community_id=fest"),
        format!("/tournaments/{cup}.json?community_id={id}"),
    ] {
        grace.get(&path).await.expect(404);
    }
    // It is hers who made it, in her own list, and goes on.
    let own = grace.get("/tournaments.json").await.expect(200).json();
    assert_eq!(
        (own["meta"]["count"].as_u64(), own["data"][0]["id"].as_str()),
        (Some(1), Some(&*cup))
    );
    let only = grace.matches(&format!("/tournaments/{cup}")).await[0].clone();
    grace.win(&format!("/tournaments/{cup}"), &only, 1).await.expect(200);
    for api in [&ada, &jean] {
        api.get(&format!("/tournaments/{cup}.json")).await.expect(404);
    }
    // A later community of the same name is another.
    club(&ada, "fest").await;
    grace.get(&format!("/tournaments/{cup}.json?community_id=fest")).await.expect(404);
}

/// More than one transaction lets go.
#[tokio::test]
async fn a_large_community_goes_piece_by_piece() {
    let server = TestServer::start(Sqlite).await;
    let ada = server.organizer("ada").await;
    club(&ada, "fest").await;
    for number in 0..205 {
        let attributes = json!({"name": format!("Cup {number}")});
        ada.post("/communities/fest/tournaments.json", attributes).await.expect(201);
    }
    ada.delete("/communities/fest.json").await.expect(204);
    assert_eq!(ada.get("/tournaments.json").await.expect(200).json()["meta"]["count"], 205);
}

#[rstest]
#[tokio::test]
async fn tokens_reach_what_their_scopes_say(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let client = server.client(&ada, Preset::Challonge).await;
    let with = client.caller(&ada, "communities:manage").await;
    club(&with, "fest").await;
    let grace = server.person("grace").await;
    with.get("/communities/fest.json").await.expect(200);
    join(&with, "fest", "grace", "member").await.expect(201);
    // Communities alone are no tournaments.
    with.get("/communities/fest/tournaments.json").await.expect(403);
    let without = client.caller(&ada, "me tournaments:read tournaments:write").await;
    for (method, path) in [
        (Method::GET, "/communities.json"),
        (Method::POST, "/communities.json"),
        (Method::GET, "/communities/fest.json"),
        (Method::PUT, "/communities/fest.json"),
        (Method::DELETE, "/communities/fest.json"),
        (Method::GET, "/communities/fest/members.json"),
        (Method::POST, "/communities/fest/members.json"),
        (Method::GET, "/communities/fest/members/ada.json"),
        (Method::PUT, "/communities/fest/members/ada.json"),
        (Method::DELETE, "/communities/fest/members/ada.json"),
    ] {
        without.send(method, path, json!({})).await.expect(403);
    }
    // An application for itself is its owner, in the communities that they own.
    let grant = [("grant_type", "client_credentials"), ("scope", "communities:manage")];
    let tokens = client.token(&grant).await.expect(200).json();
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let machine = server.api(crate::support::Credential::Token(token));
    machine.get("/communities/fest/members.json").await.expect(200);
    machine.put("/communities/fest/members/grace.json", json!({"role": "owner"})).await.expect(200);
    let graces = server.key_of(&grace).await;
    graces
        .put("/communities/fest/members/ada.json", json!({"role": "organizer"}))
        .await
        .expect(200);
    machine.get("/communities/fest.json").await.expect(404);
    with.get("/communities/fest.json").await.expect(200);
}

/// Who deletes their account leaves; somebody else takes over, or an operator gives it to one.
#[rstest]
#[tokio::test]
async fn communities_outlive_their_owners(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (ada, grace) = (server.person("ada").await, server.person("grace").await);
    let (adas, graces) = (server.key_of(&ada).await, server.key_of(&grace).await);
    server.person("jean").await;
    club(&adas, "fest").await;
    club(&adas, "alone").await;
    join(&adas, "fest", "jean", "member").await.expect(201);
    join(&adas, "fest", "grace", "organizer").await.expect(201);
    let gone = server.core.delete_account(&Actor::Operator, ada.id, Origin::default()).await;
    gone.unwrap();
    let left = graces.get("/communities/fest/members.json").await.expect(200);
    let left = members(&left);
    let text = |it: &str| it.to_owned();
    assert_eq!(left, [(text("grace"), text("owner")), (text("jean"), text("member"))]);
    graces.put("/communities/fest.json", json!({"name": "Hers"})).await.expect(200);
    graces.get("/communities/alone.json").await.expect(404);
    let who = tiltyard_core::communities::Who::Id(grace.id);
    let origin = Origin::default();
    let given = server.core.add_community_member(
        &Actor::Operator,
        "alone".to_owned(),
        who,
        Role::Owner,
        origin,
    );
    given.await.unwrap();
    graces.delete("/communities/alone.json").await.expect(204);
}
