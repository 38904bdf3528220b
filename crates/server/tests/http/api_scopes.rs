//! What tokens open: within the application, within communities, and what a scope does not say.

use rstest::rstest;
use serde_json::json;
use tiltyard_core::{
    accounts::{Origin, Person},
    communities::NewCommunity,
};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Api, Credential, Flow, TestServer};

/// The names of the tournaments of a list, newest first.
fn names(answer: &Answer) -> Vec<String> {
    let data = answer.data();
    let list = data.as_array().unwrap().iter();
    let names: Vec<String> =
        list.map(|it| it["attributes"]["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(answer.json()["meta"]["count"], names.len());
    names
}

fn id(made: &Answer) -> String {
    made.data()["id"].as_str().unwrap().to_owned()
}

impl Flow<'_> {
    async fn for_itself(&self, scope: &str) -> Api<'_> {
        let grant = [("grant_type", "client_credentials"), ("scope", scope)];
        let tokens = self.token(&grant).await.expect(200).json();
        let token = tokens["access_token"].as_str().unwrap().to_owned();
        self.server.api(Credential::Token(token))
    }
}

/// Cases H04, H07.
#[rstest]
#[tokio::test]
async fn within_the_application(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let (ada, grace) = (server.person("ada").await, server.person("grace").await);
    let game = server.client(&owner, Preset::Challonge).await;
    let other = server.client(&owner, Preset::Challonge).await;
    let organizer = game.caller(&ada, "application:organizer").await;
    let elsewhere = other.caller(&ada, "tournaments:read tournaments:write").await;
    let own = server.key_of(&ada).await;
    own.post("/tournaments.json", json!({"name": "On the site"})).await.expect(201);
    elsewhere.post("/tournaments.json", json!({"name": "Elsewhere"})).await.expect(201);
    let made = organizer
        .post("/application/tournaments.json", json!({"name": "In the game", "private": true}))
        .await
        .expect(201);
    let path = format!("/application/tournaments/{}", id(&made));
    let owners = server.key_of(&owner).await;
    owners.post("/tournaments.json", json!({"name": "The owner's"})).await.expect(201);
    let machine = game.for_itself("application:manage").await;
    machine.post("/application/tournaments.json", json!({"name": "By the game"})).await.expect(201);

    let list =
        async |api: &Api<'_>| names(&api.get("/application/tournaments.json").await.expect(200));
    assert_eq!(list(&organizer).await, ["In the game"]);
    assert_eq!(list(&machine).await, ["By the game", "In the game"]);
    assert_eq!(list(&other.for_itself("application:manage").await).await, ["Elsewhere"]);
    // The person's whole list has all of theirs.
    let whole = names(&own.get("/tournaments.json").await.expect(200));
    assert_eq!(whole, ["In the game", "Elsewhere", "On the site"]);

    // What others made through the application, and public ones of others, are not there for them.
    let theirs = id(&own.post("/tournaments.json", json!({"name": "Public"})).await.expect(201));
    for api in [&organizer, &machine] {
        api.get(&format!("/application/tournaments/{theirs}.json")).await.expect(404);
        api.get(&format!("{path}.json")).await.expect(200);
    }
    let of_grace = game.caller(&grace, "application:organizer").await;
    of_grace.get(&format!("{path}.json")).await.expect(404);
    assert_eq!(list(&of_grace).await, Vec::<String>::new());

    // The application runs it: the whole subtree.
    let names = json!({"participants": [{"name": "Ada", "username": "ada"}, {"name": "Grace", "username": "grace"}]});
    machine.post(&format!("{path}/participants/bulk_add.json"), names).await.expect(200);
    machine.state(&path, "start").await.expect(200);
    let only = machine.matches(&path).await[0].clone();
    machine.get(&format!("{path}/participants.json")).await.expect(200);

    // A player sees what they play in, reports that, and nothing else.
    let player = game.caller(&grace, "application:player").await;
    assert_eq!(list(&player).await, ["In the game"]);
    player.get(&format!("{path}.json")).await.expect(200);
    player.state(&path, "reset").await.expect(403);
    player.win(&path, &only, 2).await.expect(200);
    let stranger = game.caller(&server.person("jean").await, "application:player").await;
    assert_eq!(list(&stranger).await, Vec::<String>::new());
    stranger.win(&path, &only, 1).await.expect(404);

    // Scopes about the rest open nothing here, and a personal key has no application.
    let plain = game.caller(&grace, "tournaments:read").await;
    plain.get("/application/tournaments.json").await.expect(403);
    game.for_itself("tournaments:read")
        .await
        .get("/application/tournaments.json")
        .await
        .expect(403);
    own.get("/application/tournaments.json").await.expect(403);

    // Disconnected: readable, not to be changed any more.
    server.core.disconnect(&ada.actor(), &game.app.id, Origin::default()).await.unwrap();
    assert_eq!(list(&machine).await, ["By the game", "In the game"]);
    machine.get(&format!("{path}.json")).await.expect(200);
    let refused = machine.state(&path, "reset").await.expect(403);
    assert!(refused.text.contains("disconnected"), "{}", refused.text);
}

/// Joining by oneself: where it is open, or through the application.
#[rstest]
#[tokio::test]
async fn people_register_themselves(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let grace = server.person("grace").await;
    let game = server.client(&owner, Preset::Challonge).await;
    let player = game.caller(&grace, "application:player").await;
    let organizer = game.caller(&owner, "application:organizer participants:read").await;
    let made = organizer.post("/application/tournaments.json", json!({"name": "Cup"})).await;
    let path = format!("/tournaments/{}", id(&made.expect(201)));
    let joined = player.post(&format!("{path}/participants/register.json"), json!({})).await;
    assert_eq!(joined.expect(200).data()["attributes"]["username"], "grace");
    player.post(&format!("{path}/participants/register.json"), json!({})).await.expect(422);
    player.delete(&format!("{path}/participants/register.json")).await.expect(204);
    player.delete(&format!("{path}/participants/register.json")).await.expect(404);
    // On the site: where anybody may.
    let site = server.key_of(&owner).await;
    let closed = site.tournament(json!({"name": "Closed"}), 0).await;
    let open =
        json!({"name": "Open", "registration_options": {"open_signup": true, "signup_cap": 1}});
    let open = site.tournament(open, 0).await;
    let graces = server.key_of(&grace).await;
    graces.post(&format!("{closed}/participants/register.json"), json!({})).await.expect(403);
    graces.post(&format!("{open}/participants/register.json"), json!({})).await.expect(200);
    let full = server.organizer("jean").await;
    let waits =
        full.post(&format!("{open}/participants/register.json"), json!({})).await.expect(200);
    assert_eq!(waits.data()["attributes"]["states"]["on_waiting_list"], true);
    // A player's scope is about its application only.
    player.post(&format!("{open}/participants/register.json"), json!({})).await.expect(404);
}

async fn community(server: &TestServer, owner: &Person, permalink: &str) {
    let new = NewCommunity {
        owner: owner.id,
        name: format!("The {permalink}"),
        permalink: permalink.to_owned(),
        ..NewCommunity::default()
    };
    server.core.create_community(&owner.actor(), new, Origin::default()).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn communities(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (ada, grace) = (server.person("ada").await, server.person("grace").await);
    community(&server, &ada, "Nerd-Fest").await;
    let again = NewCommunity {
        owner: grace.id,
        name: "x".into(),
        permalink: "nerd-fest".into(),
        ..NewCommunity::default()
    };
    assert!(server.core.create_community(&grace.actor(), again, Origin::default()).await.is_err());
    let client = server.client(&grace, Preset::Challonge).await;
    let scopes = "tournaments:read tournaments:write participants:write";
    let with = client.caller(&ada, &format!("{scopes} communities:manage")).await;
    let list = with.get("/communities.json").await.expect(200);
    assert_eq!(list.data()[0]["attributes"]["permalink"], "Nerd-Fest");
    assert_eq!(
        (list.data()[0]["attributes"]["subdomain"].as_str(), list.json()["meta"]["count"].as_u64()),
        (Some("Nerd-Fest"), Some(1))
    );
    // Made in both ways; listed there and not among the person's own.
    let below = "/communities/nerd-fest/tournaments";
    let attributes = json!({"name": "First", "url": "first_of_nerds", "private": true});
    let first = id(&with.post(&format!("{below}.json"), attributes).await.expect(201));
    with.post("/tournaments.json?community_id=nerd-fest", json!({"name": "Second"}))
        .await
        .expect(201);
    let list = with.get(&format!("{below}.json?per_page=1")).await.expect(200).json();
    assert_eq!(
        (list["meta"]["count"].as_u64(), list["data"][0]["attributes"]["name"].as_str()),
        (Some(2), Some("Second"))
    );
    let next = list["links"]["next"].as_str().unwrap();
    assert!(
        next.starts_with(&format!("{}/v2.1/communities/nerd-fest/tournaments.json?", server.url)),
        "{next}"
    );
    assert_eq!(
        names(&with.get("/tournaments.json?community_id=nerd-fest").await.expect(200)).len(),
        2
    );
    assert_eq!(names(&with.get("/tournaments.json").await.expect(200)), Vec::<String>::new());
    // The subtree, by id and by slug, and in the forms that clients know.
    with.post(&format!("{below}/{first}/participants.json"), json!({"name": "One"}))
        .await
        .expect(200);
    with.put(&format!("{below}/{first}.json"), json!({"name": "Renamed"})).await.expect(200);
    for path in [
        format!("{below}/{first}.json"),
        format!("{below}/first_of_nerds.json"),
        "/tournaments/first_of_nerds.json?community_id=nerd-fest".to_owned(),
        "/tournaments/Nerd-Fest-First_of_Nerds.json".to_owned(),
        format!("/tournaments/{first}.json"),
    ] {
        let answer = with.get(&path).await.expect(200);
        assert_eq!(answer.data()["attributes"]["name"], "Renamed", "{path}");
    }
    let page = server.get("/nerd-fest-first_of_nerds").await.expect(200);
    assert!(page.text.contains("Renamed"));
    // Another community's address leads nowhere.
    community(&server, &ada, "others").await;
    for path in ["/communities/others/tournaments", "/communities/nothing/tournaments"] {
        with.get(&format!("{path}/{first}.json")).await.expect(404);
    }
    // Without the scope the owner's own token does not reach there; nor does anybody else's.
    let without = client.caller(&ada, scopes).await;
    without.get("/communities.json").await.expect(403);
    without.get(&format!("{below}.json")).await.expect(403);
    without.get(&format!("{below}/{first}.json")).await.expect(404);
    without.post(&format!("{below}.json"), json!({"name": "No"})).await.expect(403);
    let graces = server.key_of(&grace).await;
    graces.get(&format!("{below}.json")).await.expect(404);
    graces.post(&format!("{below}.json"), json!({"name": "No"})).await.expect(404);
    graces.delete(&format!("{below}/{first}.json")).await.expect(404);
    assert_eq!(graces.get("/communities.json").await.expect(200).data(), json!([]));
    // An application for itself has its owner's communities.
    let machine = server.client(&ada, Preset::Machine).await;
    let own = machine.for_itself("tournaments:read communities:manage").await;
    assert_eq!(names(&own.get(&format!("{below}.json")).await.expect(200)).len(), 2);
    machine.for_itself("tournaments:read").await.get(&format!("{below}.json")).await.expect(403);
    let theirs = client.for_itself("tournaments:read communities:manage").await;
    theirs.get(&format!("{below}.json")).await.expect(404);
    // A personal key acts as its owner does.
    let adas = server.key_of(&ada).await;
    adas.delete(&format!("{below}/{first}.json")).await.expect(204);
}

/// Cases H01, H02, H09, H11: who has no scope, or is nobody, gets what everybody gets.
#[rstest]
#[tokio::test]
async fn no_scope_opens_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let path = server.key_of(&ada).await.tournament(json!({"name": "Mine"}), 2).await;
    let client = server.client(&ada, Preset::Trackmania).await;
    let api = client.for_itself("clubs").await;
    for route in ["/me", "/communities", "/tournaments", "/application/tournaments"] {
        api.get(&format!("{route}.json")).await.expect(403);
    }
    for route in ["", "/matches", "/participants"] {
        api.get(&format!("{path}{route}.json")).await.expect(403);
    }
    api.post("/tournaments.json", json!({"name": "No"})).await.expect(403);
    api.delete(&format!("{path}.json")).await.expect(403);
    let get = |path: &str| {
        let Credential::Token(token) = api.credential.clone() else { unreachable!() };
        server.request(reqwest::Method::GET, path).bearer_auth(token)
    };
    for route in ["/api/user", "/users/me", "/account/v2/me/info"] {
        Answer::to(get(route)).await.expect(403);
    }
    // What is documented for every token.
    Answer::to(get("/api/display-names")).await.expect(200);
    // Scopes about a person are none of an application's, whose token never looks like a person's.
    let machine = server.client(&ada, Preset::Challonge).await;
    for scope in ["me", "tournaments:read me"] {
        let grant = [("grant_type", "client_credentials"), ("scope", scope)];
        assert_eq!(machine.token(&grant).await.expect(400).json()["error"], "invalid_scope");
    }
    let own = machine.for_itself("tournaments:read matches:read").await;
    own.get("/me.json").await.expect(403);
    let public = server.client(&ada, Preset::Browser).await;
    let refused = public.token(&[("grant_type", "client_credentials")]).await.expect(400);
    assert_eq!(refused.json()["error"], "unauthorized_client");
}

/// Case H10: for each resource in turn, a reading scope opens no write.
#[rstest]
#[case("tournaments:read matches:read participants:read attachments:read stations:read")]
#[case("tournaments:write")]
#[case("me")]
#[tokio::test]
async fn reading_is_not_writing(#[values(Sqlite, Postgres)] engine: Engine, #[case] scope: &str) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let path = server.key_of(&ada).await.tournament(json!({"name": "Mine"}), 2).await;
    let api = server.client(&ada, Preset::Challonge).await;
    let api = api.caller(&ada, scope).await;
    let reads = ["", "/matches", "/participants"];
    for (at, read) in reads.iter().enumerate() {
        let opened = scope.contains(["tournaments:read", "matches:read", "participants:read"][at]);
        let answer = api.get(&format!("{path}{read}.json")).await;
        assert_eq!(answer.status, if opened { 200 } else { 403 }, "{read} {scope}");
    }
    let report = json!({"match": [{"participant_id": 1, "score_set": "1", "advancing": true}]});
    let writes = scope == "tournaments:write";
    let answers: [(Answer, bool); 5] = [
        (api.put(&format!("{path}.json"), json!({"name": "Other"})).await, writes),
        (api.post(&format!("{path}/participants.json"), json!({"name": "x"})).await, false),
        (api.put(&format!("{path}/matches/1.json"), report).await, false),
        (api.state(&path, "start").await, writes),
        (api.delete(&format!("{path}.json")).await, writes),
    ];
    for (answer, opened) in answers {
        let good = if opened { answer.status < 300 } else { answer.status == 403 };
        assert!(good, "{scope}: {} {}", answer.status, answer.text);
    }
}
