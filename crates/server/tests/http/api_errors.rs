//! What is wrong is said in the dialect's own form, and changes nothing.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::clock::DAY;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Api, BODY_LIMIT, Credential, TestServer};

/// Checks the form of an error, and gives the pointers of its problems.
#[track_caller]
fn pointers(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    let errors = body["errors"].as_array().unwrap();
    assert!(!errors.is_empty());
    errors
        .iter()
        .filter_map(|error| {
            assert_eq!(error["status"], answer.status);
            assert!(error["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{error}");
            error["source"]["pointer"].as_str().map(str::to_owned)
        })
        .collect()
}

/// Everything about a tournament, to tell whether something changed.
async fn whole(api: &Api<'_>, t: &str) -> Value {
    api.get(&format!("{t}.json")).await.expect(200).json()
}

const NO_TEXT: &[Value] = &[Value::Bool(true), Value::Array(Vec::new())];

fn values(kind: &str) -> Vec<Value> {
    let mut all = vec![json!([1]), json!({"a": 1})];
    all.extend(match kind {
        "text" => NO_TEXT.to_vec(),
        "bool" => vec![json!("maybe"), json!(7), json!(1.5)],
        "count" => {
            vec![json!("many"), json!(-1), json!(1.5), json!(4_294_967_296_i64), json!(true)]
        }
        "points" => vec![json!("many"), json!("1/3"), json!(1e300), json!(true), json!("")],
        "time" => vec![json!("soon"), json!(false), json!(1e300)],
        "list" | "object" => vec![json!("x"), json!(3), json!(true)],
        _ => unreachable!(),
    });
    if kind == "object" {
        all.remove(1);
    }
    all
}

#[rstest]
#[tokio::test]
async fn wrong_types_are_pointed_at(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Typed"}), 2).await;
    let before = whole(&api, &t).await;
    let attributes = [
        ("name", "text"),
        ("url", "text"),
        ("tournament_type", "text"),
        ("game_name", "text"),
        ("description", "text"),
        ("private", "bool"),
        ("starts_at", "time"),
        ("notifications", "object"),
        ("notifications.upon_matches_open", "bool"),
        ("notifications.upon_tournament_ends", "bool"),
        ("match_options", "object"),
        ("match_options.consolation_matches_target_rank", "count"),
        ("match_options.accept_attachments", "bool"),
        ("registration_options", "object"),
        ("registration_options.open_signup", "bool"),
        ("registration_options.signup_cap", "count"),
        ("registration_options.check_in_duration", "count"),
        ("seeding_options.hide_seeds", "bool"),
        ("seeding_options.sequential_pairings", "bool"),
        ("station_options.auto_assign", "bool"),
        ("station_options.only_start_matches_with_assigned_stations", "bool"),
        ("double_elimination_options.split_participants", "bool"),
        ("double_elimination_options.grand_finals_modifier", "text"),
        ("round_robin_options", "object"),
        ("round_robin_options.iterations", "count"),
        ("round_robin_options.ranking", "text"),
        ("round_robin_options.pts_for_match_win", "points"),
        ("round_robin_options.pts_for_match_tie", "points"),
        ("round_robin_options.pts_for_game_win", "points"),
        ("round_robin_options.pts_for_game_tie", "points"),
        ("swiss_options", "object"),
        ("swiss_options.rounds", "count"),
        ("swiss_options.pts_for_match_win", "points"),
        ("swiss_options.pts_for_bye", "points"),
        ("tie_breaks", "list"),
        ("group_stage_enabled", "bool"),
    ];
    for (path, kind) in attributes {
        for value in values(kind) {
            let mut sent = match path.split_once('.') {
                Some((group, name)) => json!({group: {name: value}}),
                None => json!({path: value}),
            };
            let pointer = format!("/data/attributes/{}", path.replace('.', "/"));
            let refused = api.put(&format!("{t}.json"), sent.clone()).await.expect(422);
            assert_eq!(pointers(&refused), [pointer.as_str()], "{sent}");
            if path != "name" {
                sent["name"] = "New".into();
            }
            let refused = api.post("/tournaments.json", sent.clone()).await.expect(422);
            assert_eq!(pointers(&refused), [pointer.as_str()], "{sent}");
        }
    }
    // Several at once are all said.
    let sent = json!({"name": [], "private": "maybe", "match_options": {"accept_attachments": 5}});
    let refused = api.put(&format!("{t}.json"), sent).await.expect(422);
    assert_eq!(pointers(&refused).len(), 3);
    assert_eq!(whole(&api, &t).await, before);
    let list = api.get("/tournaments.json").await.json();
    assert_eq!(list["meta"]["count"], 1);
}

#[rstest]
#[tokio::test]
async fn wrong_values_are_pointed_at(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Valued", "url": "taken"}), 2).await;
    let cases = [
        (json!({"name": ""}), "name"),
        (json!({"name": "   "}), "name"),
        (json!({"name": "x".repeat(121)}), "name"),
        (json!({"name": "A", "url": "has-hyphen"}), "url"),
        (json!({"name": "A", "url": "login"}), "url"),
        (json!({"name": "A", "url": "12345"}), "url"),
        (json!({"name": "A", "url": "TAKEN"}), "url"),
        (json!({"name": "A", "url": "x".repeat(61)}), "url"),
        (json!({"name": "A", "tournament_type": "jousting"}), "tournament_type"),
        (json!({"name": "A", "game_name": "x".repeat(121)}), "game_name"),
        (json!({"name": "A", "description": "x".repeat(20_001)}), "description"),
        (
            json!({"name": "A", "free_for_all_options": {"max_participants": 1}}),
            "free_for_all_options/max_participants",
        ),
        (
            json!({"name": "A", "match_options": {"consolation_matches_target_rank": 2}}),
            "match_options/consolation_matches_target_rank",
        ),
        (
            json!({"name": "A", "double_elimination_options": {"grand_finals_modifier": "best"}}),
            "double_elimination_options/grand_finals_modifier",
        ),
        (
            json!({"name": "A", "round_robin_options": {"iterations": 0}}),
            "round_robin_options/iterations",
        ),
        (
            json!({"name": "A", "round_robin_options": {"iterations": 4}}),
            "round_robin_options/iterations",
        ),
        (
            json!({"name": "A", "round_robin_options": {"ranking": "beauty"}}),
            "round_robin_options/ranking",
        ),
        (
            json!({"name": "A", "round_robin_options": {"pts_for_match_win": 0.000_000_1}}),
            "round_robin_options/pts_for_match_win",
        ),
        (
            json!({"name": "A", "round_robin_options": {"pts_for_game_tie": "1/3"}}),
            "round_robin_options/pts_for_game_tie",
        ),
        (
            json!({"name": "A", "round_robin_options": {"pts_for_game_win": 1_000_001}}),
            "round_robin_options/pts_for_game_win",
        ),
        (json!({"name": "A", "swiss_options": {"rounds": 0}}), "swiss_options/rounds"),
        (json!({"name": "A", "swiss_options": {"rounds": 257}}), "swiss_options/rounds"),
        (json!({"name": "A", "tie_breaks": ["game wins", "match wins"]}), "tie_breaks"),
        (json!({"name": "A", "tie_breaks": ["game wins", "seed", "match wins"]}), "tie_breaks"),
    ];
    for (sent, field) in cases {
        let refused = api.post("/tournaments.json", sent.clone()).await.expect(422);
        assert_eq!(pointers(&refused), [format!("/data/attributes/{field}")], "{sent}");
    }
    let missing = api.post("/tournaments.json", json!({})).await.expect(422);
    assert_eq!(pointers(&missing), ["/data/attributes/name"]);

    let participants = format!("{t}/participants.json");
    let cases = [
        (json!({}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": ["x"]}), "name"),
        (json!({"name": "x".repeat(121)}), "name"),
        (json!({"name": "seed 1"}), "name"),
        (json!({"name": "A", "seed": 0}), "seed"),
        (json!({"name": "A", "seed": -1}), "seed"),
        (json!({"name": "A", "seed": "first"}), "seed"),
        (json!({"name": "A", "misc": "x".repeat(256)}), "misc"),
        (json!({"name": "A", "misc": {}}), "misc"),
        (json!({"name": "A", "email": "x".repeat(255)}), "email"),
        (json!({"name": "A", "username": true}), "username"),
    ];
    for (sent, field) in cases {
        let refused = api.post(&participants, sent.clone()).await.expect(422);
        let found = pointers(&refused);
        assert!(found.contains(&format!("/data/attributes/{field}")), "{sent}: {found:?}");
    }
    // All or none.
    let many = json!({"participants": [{"name": "Good"}, {"name": ""}, {"name": "good"}]});
    let refused = api.post(&format!("{t}/participants/bulk_add.json"), many).await.expect(422);
    assert!(pointers(&refused).contains(&"/data/attributes/participants/1/name".to_owned()));
    let none = json!({"participants": []});
    api.post(&format!("{t}/participants/bulk_add.json"), none).await.expect(422);
    assert_eq!(api.get(&participants).await.json()["meta"]["count"], 2);
}

#[rstest]
#[tokio::test]
async fn wrong_reports_change_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Reported"}), 4).await;
    api.state(&t, "start").await.expect(200);
    let matches = api.matches(&t).await;
    let id = |index: usize, player: &str| {
        matches[index]["relationships"][player]["data"]["id"].as_str().unwrap().to_owned()
    };
    let (one, two) = (id(0, "player1"), id(0, "player2"));
    let stranger = id(1, "player1");
    let path = format!("{t}/matches/{}.json", matches[0]["id"].as_str().unwrap());
    let before = whole(&api, &t).await;
    let side = |who: &str, score: &str, advancing: bool| {
        json!({
            "participant_id": who, "score_set": score, "advancing": advancing
        })
    };
    let cases = [
        json!({}),
        json!({"match": []}),
        json!({"match": "x"}),
        json!({"match": [1]}),
        json!({"match": [{}]}),
        json!({"match": [side(&stranger, "1", true)]}),
        json!({"match": [side("x", "1", true)]}),
        json!({"match": [side(&one, "1", true), side(&one, "0", false)]}),
        json!({"match": [side(&one, "1", true), side(&two, "0", true)]}),
        json!({"match": [side(&one, "1,2", true), side(&two, "0", false)]}),
        json!({"match": [side(&one, "a", true), side(&two, "b", false)]}),
        json!({"match": [side(&one, "99999999999999999999", true), side(&two, "0", false)]}),
        json!({"match": [side(&one, "", true), side(&two, "", false)]}),
        json!({"match": [{"participant_id": one, "score_set": "1", "advancing": "perhaps"}]}),
        json!({"match": [side(&one, "1", true), side(&two, "1", false)], "tie": true}),
        // No draws in an elimination.
        json!({"match": [side(&one, "1", false), side(&two, "1", false)], "tie": true}),
    ];
    for sent in cases {
        let refused = api.put(&path, sent.clone()).await;
        assert_eq!(refused.status, 422, "{sent}: {}", refused.text);
        pointers(&refused);
    }
    // A match whose sides are not known yet.
    let last = format!("{t}/matches/{}.json", matches[2]["id"].as_str().unwrap());
    pointers(&api.put(&last, json!({"match": [side(&one, "1", true)]})).await.expect(422));
    let state = last.replace(".json", "");
    pointers(&api.state(&state, "reopen").await.expect(422));
    pointers(&api.state(&state, "mark_as_underway").await.expect(422));
    pointers(&api.state(&state, "jump").await.expect(422));
    assert_eq!(whole(&api, &t).await, before);
}

#[rstest]
#[tokio::test]
async fn bodies_that_are_none(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Bodies"}), 2).await;
    let before = whole(&api, &t).await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_data = format!("{{\"data\":{}1{}}}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let writes = [
        (Method::POST, "/tournaments.json".to_owned()),
        (Method::PUT, format!("{t}.json")),
        (Method::PUT, format!("{t}/change_state.json")),
        (Method::POST, format!("{t}/participants.json")),
        (Method::POST, format!("{t}/participants/bulk_add.json")),
    ];
    for (method, path) in writes {
        let send = |body: Vec<u8>, kind: &str| {
            let request = api.request(method.clone(), &path).header("content-type", kind);
            Answer::to(request.body(body))
        };
        let json_api = "application/vnd.api+json";
        let bodies: [&[u8]; 15] = [
            b"",
            b"   ",
            b"{",
            b"null",
            b"[]",
            b"[1,2]",
            b"7",
            b"\"text\"",
            b"{\"data\": 7}",
            b"{\"data\": [[]]}",
            b"{\"data\": {\"attributes\": []}}",
            b"{\"data\": {\"attributes\": {\"name\": \"\xff\xfe\"}}}",
            b"\xff",
            deep.as_bytes(),
            deep_data.as_bytes(),
        ];
        for body in bodies {
            let refused = send(body.to_vec(), json_api).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            assert!(matches!(refused.status, 400 | 422), "{path} {shown}: {}", refused.text);
            pointers(&refused);
        }
        let large = format!("{{\"data\":\"{}\"}}", "x".repeat(BODY_LIMIT));
        pointers(&send(large.into_bytes(), json_api).await.expect(413));
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
        {
            pointers(&send(b"{}".to_vec(), kind).await.expect(415));
        }
    }
    assert_eq!(whole(&api, &t).await, before);
}

/// A body of ten megabytes: refused without reading it to its end. The connection may be closed
/// while the client is still sending.
#[rstest]
#[tokio::test]
async fn ten_megabytes_are_too_much(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let request = api.request(Method::POST, "/tournaments.json").body(vec![b' '; 10 * 1024 * 1024]);
    match request.send().await {
        Ok(answer) => assert_eq!(answer.status(), 413),
        Err(error) => assert!(error.is_request() || error.is_body(), "{error:?}"),
    }
    assert_eq!(api.get("/tournaments.json").await.expect(200).json()["meta"]["count"], 0);
}

#[rstest]
#[tokio::test]
async fn media_types_routes_and_methods(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let accept = |accept: &'static str| {
        let request = server.request(Method::GET, "/v2.1/me.json").header("accept", accept);
        Answer::to(request)
    };
    pointers(&accept("text/html").await.expect(406));
    pointers(&accept("image/png, text/*;q=0.3").await.expect(406));
    accept("*/*").await.expect(401);
    accept("application/vnd.api+json").await.expect(401);
    accept("text/html, application/json;q=0.9").await.expect(401);
    for path in ["/nothing.json", "/tournaments/1/nothing", "/tournaments/1/matches/2/3/4", "/"] {
        pointers(&api.get(path).await.expect(404));
    }
    for (method, path) in [
        (Method::DELETE, "/tournaments.json"),
        (Method::POST, "/me.json"),
        (Method::PATCH, "/tournaments/1.json"),
        (Method::GET, "/tournaments/1/change_state.json"),
    ] {
        let refused = Answer::to(api.request(method, path)).await.expect(405);
        pointers(&refused);
        assert!(!refused.header("allow").is_empty(), "RFC 9110 §15.5.6");
    }
    for path in ["/tournaments/%ff", "/tournaments/a%ff%fe/matches", "/tournaments/1/matches/%80"] {
        pointers(&api.get(path).await.expect(400));
    }
    for path in ["/tournaments/%zz", "/tournaments/%", "/tournaments/99999999999999999999999"] {
        pointers(&api.get(path).await.expect(404));
    }
}

#[rstest]
#[tokio::test]
async fn what_does_not_exist_or_is_not_yours(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.organizer("owner").await;
    let other = server.organizer("other").await;
    let open = owner.tournament(json!({"name": "Open"}), 2).await;
    let closed = owner.tournament(json!({"name": "Closed", "private": true}), 2).await;
    for t in [&open, &closed] {
        owner.state(t, "start").await.expect(200);
    }
    let elsewhere = other.tournament(json!({"name": "Elsewhere"}), 2).await;
    for (t, read, write) in [(&open, 200, 403), (&closed, 404, 404)] {
        let before = whole(&owner, t).await;
        let matches = owner.matches(t).await;
        let m = format!("{t}/matches/{}", matches[0]["id"].as_str().unwrap());
        let list = owner.get(&format!("{t}/participants.json")).await.data();
        let p = format!("{t}/participants/{}.json", list[0]["id"].as_str().unwrap());
        for path in [
            &format!("{t}.json"),
            &format!("{t}/participants.json"),
            &p,
            &format!("{t}/matches.json"),
            &format!("{m}.json"),
        ] {
            assert_eq!(other.get(path).await.status, read, "{path}");
        }
        let attributes = json!({"name": "Mine now", "state": "reset", "match": []});
        for (method, path) in [
            (Method::PUT, format!("{t}.json")),
            (Method::PUT, format!("{t}/change_state.json")),
            (Method::POST, format!("{t}/participants.json")),
            (Method::DELETE, format!("{t}/participants/clear.json")),
            (Method::PUT, format!("{t}/participants/randomize.json")),
            (Method::PUT, p.clone()),
            (Method::DELETE, p.clone()),
            (Method::PUT, format!("{m}.json")),
            (Method::DELETE, format!("{t}.json")),
        ] {
            let refused = other.send(method.clone(), &path, attributes.clone()).await;
            assert_eq!(refused.status, write, "{method} {path}: {}", refused.text);
            pointers(&refused);
        }
        pointers(&other.state(&m, "mark_as_underway").await.expect(write));
        assert_eq!(whole(&owner, t).await, before);
        // A match or participant under another tournament than its own.
        let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        other.get(&format!("{elsewhere}/matches/{}", id(&m))).await.expect(404);
        other.get(&format!("{elsewhere}/participants/{}", id(&p))).await.expect(404);
        other.delete(&format!("{elsewhere}/participants/{}", id(&p))).await.expect(404);
    }
    let list = other.get("/tournaments.json").await.json();
    assert_eq!(list["meta"]["count"], 1);
    for path in ["/tournaments/1.json", "/tournaments/no_such", "/tournaments/-5", "/tournaments/0"]
    {
        pointers(&owner.get(path).await.expect(404));
    }
    for path in ["matches/1", "matches/x", "matches/-1", "participants/1", "participants/x"] {
        pointers(&owner.get(&format!("{open}/{path}.json")).await.expect(404));
    }
}

/// Cases L01, L05, L06, O06.
#[rstest]
#[tokio::test]
async fn credentials_that_do_not_count(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("marshal").await;
    let client = server.client(&person, Preset::Standard).await;
    let metadata = format!("{}/.well-known/oauth-protected-resource/v2.1", server.url);
    let challenge = |answer: &Answer| {
        pointers(answer);
        let challenge = answer.header("www-authenticate").to_owned();
        assert!(challenge.starts_with("Bearer realm="), "{challenge}");
        assert!(challenge.contains(&format!("resource_metadata=\"{metadata}\"")), "{challenge}");
        challenge
    };
    let none = server.api(Credential::None).get("/me.json").await.expect(401);
    assert!(!challenge(&none).contains("error="), "RFC 6750 §3.1");
    for garbage in ["x", "tly_at_x", "a.b.c", &"x".repeat(20_000), "eyJhbGciOiJub25lIn0.e30."] {
        let api = server.api(Credential::Token(garbage.to_owned()));
        let answer = api.get("/me.json").await.expect(401);
        assert!(challenge(&answer).contains("error=\"invalid_token\""));
        let api = server.api(Credential::Key(garbage.to_owned()));
        challenge(&api.get("/me.json").await.expect(401));
    }
    let api = client.caller(&person, "me tournaments:read").await;
    api.get("/me.json").await.expect(200);
    let refused = api.post("/tournaments.json", json!({"name": "No"})).await.expect(403);
    pointers(&refused);
    assert!(refused.text.contains("tournaments:write"), "{}", refused.text);
    // Any case of the scheme's name.
    let Credential::Token(token) = token_of(&server, &person).await else { unreachable!() };
    let request = server.request(Method::GET, "/v2.1/me.json");
    Answer::to(request.header("authorization", format!("bEARER {token}"))).await.expect(200);
    // A token in the query opens nothing.
    server.get(&format!("/v2.1/me.json?access_token={token}")).await.expect(400);
    server.clock.advance(DAY);
    challenge(&api.get("/me.json").await.expect(401));
}

async fn token_of(server: &TestServer, person: &tiltyard_core::accounts::Person) -> Credential {
    let client = server.client(person, Preset::Standard).await;
    let mut browser = server.signed_in(person).await;
    let tokens = client.tokens(&mut browser, "me").await;
    Credential::Token(tokens["access_token"].as_str().unwrap().to_owned())
}

/// Case H10.
#[rstest]
#[tokio::test]
async fn each_write_needs_its_scope(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("marshal").await;
    let key = server.key_of(&person).await;
    let t = key.tournament(json!({"name": "Scoped"}), 2).await;
    key.state(&t, "start").await.expect(200);
    let m = format!("{t}/matches/{}", key.matches(&t).await[0]["id"].as_str().unwrap());
    let list = key.get(&format!("{t}/participants.json")).await.data();
    let p = format!("{t}/participants/{}.json", list[0]["id"].as_str().unwrap());
    let client = server.client(&person, Preset::Standard).await;
    let routes = [
        ("me", Method::GET, "/me.json".to_owned()),
        ("tournaments:read", Method::GET, "/tournaments.json".to_owned()),
        ("tournaments:read", Method::GET, format!("{t}.json")),
        ("tournaments:write", Method::POST, "/tournaments.json".to_owned()),
        ("tournaments:write", Method::PUT, format!("{t}.json")),
        ("tournaments:write", Method::PUT, format!("{t}/change_state.json")),
        ("tournaments:write", Method::DELETE, format!("{t}.json")),
        ("participants:read", Method::GET, format!("{t}/participants.json")),
        ("participants:read", Method::GET, p.clone()),
        ("participants:write", Method::POST, format!("{t}/participants.json")),
        ("participants:write", Method::POST, format!("{t}/participants/bulk_add.json")),
        ("participants:write", Method::DELETE, format!("{t}/participants/clear.json")),
        ("participants:write", Method::PUT, format!("{t}/participants/randomize.json")),
        ("participants:write", Method::PUT, p.clone()),
        ("participants:write", Method::DELETE, p),
        ("matches:read", Method::GET, format!("{t}/matches.json")),
        ("matches:read", Method::GET, format!("{m}.json")),
        ("matches:write", Method::PUT, format!("{m}.json")),
        ("matches:write", Method::PUT, format!("{m}/change_state.json")),
    ];
    let scopes = [
        "me",
        "tournaments:read",
        "tournaments:write",
        "participants:read",
        "participants:write",
        "matches:read",
        "matches:write",
    ];
    let all = scopes.join(" ");
    for scope in scopes {
        // Everything but this one.
        let rest = all.split(' ').filter(|it| *it != scope).collect::<Vec<_>>().join(" ");
        let api = client.caller(&person, &rest).await;
        for (_, method, path) in routes.iter().filter(|(needed, ..)| *needed == scope) {
            let state = if path.contains("matches") { "reopen" } else { "reset" };
            let attributes = json!({
                "name": "X", "state": state, "participants": [{"name": "Y"}],
                "match": [{"participant_id": "1", "score_set": "1"}],
            });
            let refused = api.send(method.clone(), path, attributes).await;
            assert_eq!(refused.status, 403, "{method} {path} without {scope}: {}", refused.text);
            assert!(refused.text.contains(scope), "{}", refused.text);
        }
    }
    for (_, method, path) in &routes {
        Answer::to(server.request(method.clone(), &format!("/v2.1{path}"))).await.expect(401);
    }
}
