//! The API v2.0: v2.1's requests, answers under older names (reference/challonge §3.8).

use std::io::Read as _;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, TestServer};

/// A caller of v2.0 with a personal key.
struct V20<'a> {
    server: &'a TestServer,
    key: String,
}

impl V20<'_> {
    async fn call(&self, method: Method, path: &str, attributes: Value) -> Answer {
        let request = self.server.request(method.clone(), &format!("/v2{path}"));
        let request = request.header("authorization", &self.key).header("authorization-type", "v1");
        let request = request.header("accept", "application/json");
        let body = json!({"data": {"type": "x", "attributes": attributes}}).to_string();
        Answer::to(if matches!(method, Method::GET | Method::HEAD) {
            request
        } else {
            request.header("content-type", "application/vnd.api+json").body(body)
        })
        .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, Value::Null).await
    }

    async fn post(&self, path: &str, attributes: Value) -> Answer {
        self.call(Method::POST, path, attributes).await
    }

    async fn put(&self, path: &str, attributes: Value) -> Answer {
        self.call(Method::PUT, path, attributes).await
    }
}

/// A key anywhere below that is in snake case.
fn snake(value: &Value) -> Option<&String> {
    match value {
        Value::Array(items) => items.iter().find_map(snake),
        Value::Object(map) => {
            map.keys().find(|key| key.contains('_')).or_else(|| map.values().find_map(snake))
        }
        _ => None,
    }
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[rstest]
#[tokio::test]
async fn a_tournaments_life(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("marshal").await;
    let api = V20 { server: &server, key: server.personal_key(&person).await };
    let attributes = json!({
        "name": "Cup", "url": "cup", "tournament_type": "single elimination",
        "match_options": {"accept_attachments": true, "third_place_match": true},
        "starts_at": "2027-03-01T18:00:00.000Z",
    });
    let made = api.post("/tournaments.json", attributes).await.expect(201).data();
    assert_eq!((&made["id"], &made["type"]), (&json!("cup"), &json!("tournament")));
    assert_eq!(made["links"]["self"], format!("{}/v2/tournaments/cup.json", server.url));
    let related = &made["relationships"]["participants"]["links"]["related"];
    assert_eq!(related, &format!("{}/v2/tournaments/cup/participants.json", server.url));
    let shown = &made["attributes"];
    assert_eq!(shown["thirdPlaceMatch"], true);
    let off = json!({"match_options": {"third_place_match": false}});
    let changed = api.put("/tournaments/cup.json", off).await.expect(200).data();
    assert_eq!(changed["attributes"]["thirdPlaceMatch"], false);
    assert_eq!(changed["attributes"]["acceptAttachments"], true);
    let again = json!({"match_options": {"third_place_match": true}});
    api.put("/tournaments/CUP", again).await.expect(200);

    let t = "/tournaments/cup";
    let one = json!({"name": "Ada", "misc": "a_b", "seed": 1});
    let ada = api.post(&format!("{t}/participants.json"), one).await.expect(200).data();
    assert_eq!(ada["attributes"]["misc"], "a_b");
    let more = json!({"participants": [{"name": "Bob"}, {"name": "Cid"}, {"name": "Dee"}]});
    let more = api.post(&format!("{t}/participants/bulk_add.json"), more).await.expect(200).json();
    assert_eq!(more["data"].as_array().unwrap().len(), 3);
    let path = format!("{t}/participants/{}.json", ada["id"].as_str().unwrap());
    let renamed = api.put(&path, json!({"name": "Eve"})).await.expect(200).data();
    assert_eq!(renamed["attributes"]["name"], "Eve");
    assert_eq!(api.get(&path).await.expect(200).data(), renamed);
    api.put(&format!("{t}/participants/randomize.json"), json!({})).await.expect(200);
    let list = api.get(&format!("{t}/participants.json?per_page=3")).await.expect(200).json();
    assert_eq!(list["meta"]["count"], 4);
    let next = list["links"]["next"].as_str().unwrap().to_owned();
    let rest = next.strip_prefix(&format!("{}/v2", server.url)).unwrap();
    assert_eq!(api.get(rest).await.expect(200).data().as_array().unwrap().len(), 1);

    let state = async |path: &str, state: &str| {
        api.put(&format!("{path}/change_state.json"), json!({"state": state})).await.expect(200)
    };
    assert_eq!(state(t, "start").await.data()["attributes"]["state"], "underway");
    let list = api.get(&format!("{t}/matches.json")).await.expect(200).json();
    assert_eq!(list["meta"]["count"], 4);
    let first = &list["data"][0];
    assert_eq!(first["attributes"]["winners"], Value::Null);
    let m = format!("{t}/matches/{}", first["id"].as_str().unwrap());
    let marked = state(&m, "mark_as_underway").await.data();
    assert!(marked["attributes"]["timestamps"]["underwayAt"].is_string());
    let report = async |of: &Value| {
        let player = |side: &str| of["relationships"][side]["data"]["id"].clone();
        let report = json!({"match": [
            {"participant_id": player("player1"), "score_set": "2,0,3", "advancing": true},
            {"participant_id": player("player2"), "score_set": "1,2,0"},
        ]});
        let path = format!("{t}/matches/{}.json", of["id"].as_str().unwrap());
        api.put(&path, report).await.expect(200).data()
    };
    let done = report(first).await;
    assert_eq!(
        done["attributes"]["winners"].as_i64().map(|id| id.to_string()).as_deref(),
        first["relationships"]["player1"]["data"]["id"].as_str()
    );
    assert_eq!(done["attributes"]["scoreInSets"], json!([[2, 1], [0, 2], [3, 0]]));
    assert_eq!(state(&m, "reopen").await.data()["attributes"]["winners"], Value::Null);
    let note = json!({"url": "https://example.org/a_b", "description": "Replay"});
    let note = api.post(&format!("{m}/attachments.json"), note).await.expect(201).data();
    assert_eq!(note["attributes"]["url"], "https://example.org/a_b");
    let path = format!("{m}/attachments/{}.json", note["id"].as_str().unwrap());
    api.call(Method::DELETE, &path, json!({})).await.expect(204);
    for _ in 0..3 {
        let open = api.get(&format!("{t}/matches.json?state=open")).await.expect(200).data();
        for of in open.as_array().unwrap() {
            report(of).await;
        }
    }
    let done = state(t, "finalize").await.json();
    assert_eq!(done["data"]["attributes"]["state"], "complete");
    assert!(done["data"]["attributes"]["timestamps"]["completedAt"].is_string());
    let ranks =
        done["included"].as_array().unwrap().iter().filter(|it| it["type"] == "participant");
    let mut ranks: Vec<i64> =
        ranks.map(|it| it["attributes"]["finalRank"].as_i64().unwrap()).collect();
    ranks.sort_unstable();
    assert_eq!(ranks, [1, 2, 3, 4]);
    let list = api.get("/tournaments.json?state=ended").await.expect(200).json();
    assert_eq!((&list["data"][0]["id"], &list["meta"]["count"]), (&json!("cup"), &json!(1)));
    state(t, "reset").await;
    api.call(Method::DELETE, &format!("{t}/participants/clear.json"), json!({})).await.expect(204);
    let wrong = api.post("/tournaments.json", json!({})).await.expect(422).json();
    assert_eq!(wrong["errors"][0]["source"]["pointer"], "/data/attributes/name");
    let head = api.call(Method::HEAD, &format!("{t}.json"), Value::Null).await.expect(200);
    assert_eq!(head.text, "");
    api.call(Method::DELETE, &format!("{t}.json"), json!({})).await.expect(204);
    api.get(&format!("{t}.json")).await.expect(404);
}

/// Which keys there are: those that published clients read, and nothing in snake case.
#[tokio::test]
async fn keys_of_everything() {
    let server = TestServer::start(Sqlite).await;
    let person = server.person("marshal").await;
    let api = V20 { server: &server, key: server.personal_key(&person).await };
    let me = api.get("/me.json").await.expect(200).data();
    assert_eq!(keys(&me["attributes"]), ["email", "imageUrl", "username"]);
    assert!(me["attributes"]["imageUrl"].is_string() && me["id"].is_string());
    assert_eq!(api.get("/communities.json").await.expect(200).json()["data"], json!([]));
    for (kind, options) in [
        ("single elimination", json!({})),
        ("double elimination", json!({"double_elimination_options": {"split_participants": true}})),
        (
            "round robin",
            json!({"round_robin_options": {
                "iterations": 2, "ranking": "custom", "pts_for_match_win": 3,
            }}),
        ),
        ("swiss", json!({"swiss_options": {"rounds": 2, "pts_for_match_win": 3}})),
        ("free for all", json!({"free_for_all_options": {"max_participants": "8"}})),
    ] {
        let mut attributes = options;
        attributes["name"] = json!(kind);
        attributes["tournament_type"] = json!(kind);
        let made = api.post("/tournaments.json", attributes).await.expect(201).data();
        let shown = &made["attributes"];
        assert_eq!(snake(&made), None, "{kind}");
        assert_eq!(made["id"], shown["url"]);
        assert_eq!(shown["tournamentType"], kind);
        for name in
            ["private", "acceptAttachments", "openSignup", "hideSeeds", "sequentialPairings"]
        {
            assert!(shown[name].is_boolean(), "{kind}: {name}");
        }
        for name in ["description", "name", "url", "fullChallongeUrl", "liveImageUrl"] {
            assert!(shown[name].is_string(), "{kind}: {name}");
        }
        for name in
            ["ptsForGameWin", "ptsForGameTie", "ptsForMatchWin", "ptsForMatchTie", "ptsForBye"]
        {
            assert!(shown[name].as_str().unwrap().parse::<f64>().is_ok(), "{kind}: {name}");
        }
        assert!(
            shown["timestamps"]["createdAt"].is_string()
                && shown["timestamps"]["updatedAt"].is_string()
        );
        match kind {
            "double elimination" => assert_eq!(shown["splitParticipants"], true),
            "round robin" => {
                assert_eq!(
                    (&shown["roundRobinIterations"], &shown["rankedBy"]),
                    (&json!(2), &json!("custom"))
                );
                assert_eq!(
                    (&shown["ptsForMatchWin"], &shown["ptsForMatchTie"]),
                    (&json!("3.0"), &json!("0.5"))
                );
            }
            "swiss" => {
                assert_eq!(
                    (&shown["swissRounds"], &shown["ptsForMatchWin"]),
                    (&json!(2), &json!("3.0"))
                );
            }
            "free for all" => assert_eq!(shown["maxParticipants"], "8"),
            _ => assert_eq!(shown["rankedBy"], Value::Null),
        }
        let t = format!("/tournaments/{}", made["id"].as_str().unwrap());
        let four =
            json!({"participants": [{"name": "A"}, {"name": "B"}, {"name": "C"}, {"name": "D"}]});
        let added =
            api.post(&format!("{t}/participants/bulk_add.json"), four).await.expect(200).data();
        assert_eq!(snake(&added), None, "{kind}");
        let names = keys(&added[0]["attributes"]);
        for name in [
            "name",
            "seed",
            "groupId",
            "tournamentId",
            "username",
            "finalRank",
            "states",
            "misc",
            "timestamps",
        ] {
            assert!(names.contains(&name), "{kind}: {name}");
        }
        api.put(&format!("{t}/change_state.json"), json!({"state": "start"})).await.expect(200);
        let list = api.get(&format!("{t}/matches.json")).await.expect(200).json();
        assert_eq!(snake(&list), None, "{kind}");
        let names = keys(&list["data"][0]["attributes"]);
        for name in [
            "state",
            "round",
            "identifier",
            "suggestedPlayOrder",
            "scores",
            "scoreInSets",
            "pointsByParticipant",
            "winners",
            "timestamps",
        ] {
            assert!(names.contains(&name), "{kind}: {name}");
        }
        assert!(!names.contains(&"winnerId"));
    }
    let list = api.get("/tournaments.json").await.expect(200).json();
    assert_eq!((snake(&list), &list["meta"]["count"]), (None, &json!(5)));
}

/// Communities and applications, as in v2.1; what is newer is not here.
#[rstest]
#[tokio::test]
async fn within_communities_and_applications(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("marshal").await;
    let api = V20 { server: &server, key: server.personal_key(&person).await };
    let newest = server.key_of(&person).await;
    let club = json!({"name": "Club", "permalink": "club"});
    newest.post("/communities.json", club).await.expect(201);
    let list = api.get("/communities.json").await.expect(200).json();
    assert_eq!(list["data"][0]["attributes"]["permalink"], "club");
    assert!(list["data"][0]["attributes"]["timestamps"]["createdAt"].is_string());
    let cup = json!({"name": "Cup", "url": "cup"});
    let made = api.post("/communities/club/tournaments.json", cup).await.expect(201).data();
    assert_eq!(made["id"], "cup");
    let list = api.get("/communities/club/tournaments.json").await.expect(200).json();
    assert_eq!(list["meta"]["count"], 1);
    let own = list["links"]["self"].as_str().unwrap();
    assert!(own.starts_with(&format!("{}/v2/communities/club/", server.url)), "{own}");
    api.get("/communities/club/tournaments/cup.json").await.expect(200);
    api.get("/tournaments/cup.json?community_id=club").await.expect(200);

    let game = server.client(&person, Preset::Challonge).await;
    let grant = [("grant_type", "client_credentials"), ("scope", "application:manage")];
    let tokens = game.token(&grant).await.expect(200).json();
    let request = server
        .request(Method::POST, "/v2/application/tournaments.json")
        .bearer_auth(tokens["access_token"].as_str().unwrap())
        .json(&json!({"data": {"attributes": {"name": "Game", "tournament_type": "swiss"}}}));
    let made = Answer::to(request).await.expect(201).data();
    assert_eq!(made["attributes"]["tournamentType"], "swiss");
    for path in ["/tournaments/cup/groups.json", "/tournaments/cup/events", "/races.json"] {
        api.get(path).await.expect(404);
    }
}

/// What a stale change is answered shows the present state under the same names.
#[tokio::test]
async fn a_stale_change() {
    let server = TestServer::start(Sqlite).await;
    let person = server.person("marshal").await;
    let api = V20 { server: &server, key: server.personal_key(&person).await };
    api.post("/tournaments.json", json!({"name": "Cup", "url": "cup"})).await.expect(201);
    let request = server
        .request(Method::PUT, "/v2/tournaments/cup.json")
        .header("authorization", &api.key)
        .header("authorization-type", "v1")
        .header("if-match", "\"other\"")
        .json(&json!({"data": {"attributes": {"name": "x"}}}));
    let stale = Answer::to(request).await.expect(412).json();
    let current = &stale["errors"][0]["meta"]["current"];
    assert_eq!((&current["id"], snake(current)), (&json!("cup"), None));
}

/// A key of a write gives the same answer again, also translated.
#[tokio::test]
async fn a_write_with_a_key() {
    let server = TestServer::start(Sqlite).await;
    let person = server.person("marshal").await;
    let key = server.personal_key(&person).await;
    let mut texts = Vec::new();
    for _ in 0..2 {
        let request = server
            .request(Method::POST, "/v2/tournaments.json")
            .header("authorization", &key)
            .header("authorization-type", "v1")
            .header("idempotency-key", "one")
            .json(&json!({"data": {"attributes": {"name": "Cup"}}}));
        texts.push(Answer::to(request).await.expect(201).text);
    }
    assert_eq!(texts[0], texts[1]);
    assert!(texts[0].contains("tournamentType"), "{}", texts[0]);
}

/// What the document says of v2.0 is under its names, short, and leads somewhere.
#[tokio::test]
async fn is_described() {
    let server = TestServer::start(Sqlite).await;
    let document = server.get("/openapi.json").await.expect(200).json();
    let schemas = &document["components"]["schemas"];
    let properties = &schemas["challonge.V20TournamentAttributes"]["properties"];
    assert!(properties["tournamentType"].is_object() && properties["swissRounds"].is_object());
    let properties = &schemas["challonge.V20MatchAttributes"]["properties"];
    assert!(properties["winners"].is_object() && properties.get("winner_id").is_none());
    let operation = &document["paths"]["/v2/tournaments.json"]["post"];
    assert_eq!(operation["operationId"], "challongeV20CreateTournament");
    assert_eq!(operation["tags"], json!(["Challonge v2.0"]));
    assert_eq!(keys(&operation["responses"]), ["201", "default"]);
    let own = document["paths"].as_object().unwrap().iter().filter(|it| it.0.starts_with("/v2/"));
    let size: usize = own.map(|(_, item)| item.to_string().len()).sum();
    assert!(size < 200_000, "{size}");
}

/// What is kept compressed is v2.1's answer, and not what it is translated to.
#[rstest]
#[tokio::test]
async fn compressed_answers_are_translated(#[values(Sqlite)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let key = server.personal_key(&marshal).await;
    let api = V20 { server: &server, key: key.clone() };
    let made = api.post("/tournaments.json", json!({"name": "Cup", "url": "cup"})).await;
    made.expect(201);
    for version in ["/v2.1", "/v2", "/v2"] {
        let request = server
            .request(Method::GET, &format!("{version}/tournaments/cup.json"))
            .header("authorization", &key)
            .header("authorization-type", "v1")
            .header("accept-encoding", "gzip");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        let mut text = String::new();
        let bytes = answer.bytes().await.unwrap();
        flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
        let name = if version == "/v2" { "tournamentType" } else { "tournament_type" };
        assert!(text.contains(name), "{version}: {text}");
    }
}
