//! A tournament's life over the API v1, in JSON and in XML.

use quick_xml::{Reader, events::Event};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, TestServer, V1};

#[rstest]
#[tokio::test]
async fn in_json(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    let empty = api.get("/tournaments.json").await.expect(200);
    assert_eq!(empty.json(), json!([]));
    assert_eq!(empty.header("content-type"), "application/json; charset=utf-8");

    let body = json!({"tournament": {
        "name": "Spring Cup", "url": "Spring", "tournament_type": "single elimination",
        "description": "Two lines\nof <text>", "hold_third_place_match": true,
        "start_at": "2027-03-01T18:00:00-05:00", "signup_cap": 16, "show_rounds": true,
        "grand_finals_modifier": null, "nothing_we_know": 1,
    }});
    let made = api.post("/tournaments.json", body).await.expect(200).json();
    let made = &made["tournament"];
    assert_eq!(made["name"], "Spring Cup");
    assert_eq!(made["url"], "Spring");
    assert_eq!(made["state"], "pending");
    assert_eq!(made["description"], "<p>Two lines<br />\nof &lt;text&gt;</p>");
    assert_eq!(made["description_source"], "Two lines\nof <text>");
    assert_eq!(made["start_at"], "2027-03-01T23:00:00.000Z");
    assert_eq!(made["full_challonge_url"], format!("{}/Spring", server.url));
    assert_eq!(made["ranked_by"], Value::Null);
    assert_eq!((&made["signup_cap"], &made["show_rounds"]), (&json!(16), &json!(true)));
    assert_eq!(made["hold_third_place_match"], true);

    // By slug in any case, and by id.
    let id = made["id"].as_i64().unwrap();
    for name in ["spring".to_owned(), "SPRING".to_owned(), id.to_string()] {
        let shown = api.get(&format!("/tournaments/{name}.json")).await.expect(200).json();
        assert_eq!(shown["tournament"]["id"], id);
        assert!(shown["tournament"].get("matches").is_none());
    }
    let change = json!({"tournament": {"game_name": "Chess", "signup_cap": null}});
    let changed = api.put("/tournaments/spring.json", change).await.expect(200).json();
    assert_eq!(changed["tournament"]["game_name"], "Chess");
    assert_eq!(changed["tournament"]["signup_cap"], Value::Null);
    assert_eq!(changed["tournament"]["hold_third_place_match"], true);

    let t = "/tournaments/spring";
    let ada =
        json!({"participant": {"name": "Ada", "misc": "{\"seat\":1}", "email": "a@example.org"}});
    let ada = api.post(&format!("{t}/participants.json"), ada).await.expect(200).json();
    let ada = &ada["participant"];
    assert_eq!((&ada["name"], &ada["seed"]), (&json!("Ada"), &json!(1)));
    assert_eq!(ada["misc"], "{\"seat\":1}");
    assert_eq!(ada["group_player_ids"], json!([]));
    let many = json!({"participants": [
        {"name": "Bob", "seed": 1}, {"invite_name_or_email": "c@example.org"}, {"name": "Dee"},
    ]});
    let many = api.post(&format!("{t}/participants/bulk_add.json"), many).await.expect(200).json();
    assert_eq!(many.as_array().unwrap().len(), 3);
    let rows = api.participants(t).await;
    let names: Vec<_> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Bob", "Ada", "c", "Dee"]);
    let path = format!("{t}/participants/{}.json", rows[2]["id"]);
    let cid = api.put(&path, json!({"participant": {"name": "Cid"}})).await.expect(200).json();
    assert_eq!(cid["participant"]["name"], "Cid");
    assert_eq!(cid["participant"]["invite_email"], "c@example.org");
    let more = json!({"participant": {"name": "Eve"}});
    let eve = api.post(&format!("{t}/participants.json"), more).await.expect(200).json();
    let path = format!("{t}/participants/{}.json", eve["participant"]["id"]);
    let gone = api.send(Method::DELETE, &path, json!({})).await.expect(200).json();
    assert_eq!(gone, eve);
    api.get(&path).await.expect(404);
    let mixed = api.post(&format!("{t}/participants/randomize.json"), json!({})).await.expect(200);
    assert_eq!(mixed.json().as_array().unwrap().len(), 4);

    let started = api
        .post(&format!("{t}/start.json?include_participants=1&include_matches=1"), json!({}))
        .await
        .expect(200)
        .json();
    let started = &started["tournament"];
    assert_eq!(started["state"], "underway");
    assert_eq!(started["participants"].as_array().unwrap().len(), 4);
    let matches = started["matches"].as_array().unwrap();
    assert_eq!(matches.len(), 4, "with the one for the third place");
    let first = &matches[0]["match"];
    let path = format!("{t}/matches/{}", first["id"]);
    let marked = api.post(&format!("{path}/mark_as_underway.json"), json!({})).await.expect(200);
    assert!(marked.json()["match"]["underway_at"].is_string());
    let marked = api.post(&format!("{path}/unmark_as_underway.json"), json!({})).await.expect(200);
    assert!(marked.json()["match"]["underway_at"].is_null());
    let live = json!({"match": {"scores_csv": "1-0"}});
    let live = api.put(&format!("{path}.json"), live).await.expect(200).json();
    assert_eq!(
        (&live["match"]["state"], &live["match"]["scores_csv"]),
        (&json!("open"), &json!("1-0"))
    );
    let report = json!({"match": {"scores_csv": "3-1,2-3,3-0", "winner_id": first["player1_id"]}});
    let done = api.put(&format!("{path}.json"), report).await.expect(200).json();
    assert_eq!(done["match"]["state"], "complete");
    assert_eq!(done["match"]["scores_csv"], "3-1,2-3,3-0");
    assert_eq!(done["match"]["winner_id"], first["player1_id"]);
    assert_eq!(api.get(&format!("{path}.json")).await.expect(200).json(), done);
    let opened = api.post(&format!("{path}/reopen.json"), json!({})).await.expect(200).json();
    assert_eq!(opened["match"]["state"], "open");
    assert_eq!(opened["match"]["winner_id"], Value::Null);
    let player = first["player1_id"].as_i64().unwrap();
    let of = api.get(&format!("{t}/matches.json?participant_id={player}")).await.expect(200);
    assert_eq!(of.json().as_array().unwrap().len(), 1);
    let with = format!("{t}/participants/{player}.json?include_matches=1");
    let with = api.get(&with).await.expect(200).json();
    assert_eq!(with["participant"]["matches"].as_array().unwrap().len(), 1);

    to_its_end(&api, t, id).await;
}

/// Plays what is open, finalizes, resets and deletes.
async fn to_its_end(api: &V1<'_>, t: &str, id: i64) {
    // Too early; then everything is played.
    api.post(&format!("{t}/finalize.json"), json!({})).await.expect(422);
    for _ in 0..3 {
        for of in api.matches(t).await.iter().filter(|of| of["state"] == "open") {
            api.win(t, of, 1).await.expect(200);
        }
    }
    let done = api.post(&format!("{t}/finalize.json"), json!({})).await.expect(200).json();
    assert_eq!(done["tournament"]["state"], "complete");
    let list = api.get("/tournaments.json?state=ended&type=single_elimination").await.expect(200);
    assert_eq!(list.json()[0]["tournament"]["id"], id);
    assert_eq!(api.get("/tournaments.json?state=pending").await.json(), json!([]));
    assert_eq!(api.get("/tournaments.json?type=free_for_all").await.json(), json!([]));
    assert_eq!(api.get("/tournaments.json?created_after=2999-01-01").await.json(), json!([]));
    let again = api.post(&format!("{t}/reset.json"), json!({})).await.expect(200).json();
    assert_eq!(again["tournament"]["state"], "pending");
    assert_eq!(again["tournament"]["started_at"], Value::Null);
    let cleared =
        api.send(Method::DELETE, &format!("{t}/participants/clear.json"), json!({})).await;
    assert_eq!(cleared.expect(200).json(), json!({"message": "Cleared all participants"}));
    let gone = api.send(Method::DELETE, &format!("{t}.json"), json!({})).await.expect(200).json();
    assert_eq!(gone["tournament"]["id"], id);
    api.get(&format!("{t}.json")).await.expect(404);
}

/// The text of the first element with this name, and its attributes.
fn element(document: &str, name: &str) -> (String, Vec<(String, String)>) {
    let mut reader = Reader::from_str(document);
    let mut found = None;
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) if found.is_none() && start.name().0 == name => {
                found = Some(attributes(&start));
            }
            Event::Empty(start) if found.is_none() && start.name().0 == name => {
                return (text, attributes(&start));
            }
            Event::Text(more) if found.is_some() => text.push_str(&more.xml10_content()),
            Event::End(end) if found.is_some() && end.name().0 == name => {
                return (text, found.unwrap_or_default());
            }
            Event::Eof => panic!("no {name} in {document}"),
            _ => {}
        }
    }
}

fn attributes(start: &quick_xml::events::BytesStart<'_>) -> Vec<(String, String)> {
    start
        .attributes()
        .map(|it| it.unwrap())
        .map(|it| (it.key.0.to_owned(), it.value.into_owned()))
        .collect()
}

fn typed(kind: &str) -> Vec<(String, String)> {
    vec![("type".to_owned(), kind.to_owned())]
}

#[rstest]
#[tokio::test]
async fn in_xml(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    let call = async |method: Method, path: &str, body: &str| {
        let request = api.request(method, path).query(&[("api_key", &api.key)]);
        let request = if body.is_empty() {
            request
        } else {
            request.header("content-type", "application/xml").body(body.to_owned())
        };
        Answer::to(request).await
    };
    let empty = call(Method::GET, "/tournaments.xml", "").await.expect(200);
    assert_eq!(empty.header("content-type"), "application/xml; charset=utf-8");
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    assert_eq!(empty.text, format!("{head}<tournaments type=\"array\"/>\n"));
    let body = "<tournament><name>Spring &amp; Cup</name><url>spring</url>\
        <tournament-type>double elimination</tournament-type>\
        <open-signup type=\"boolean\">true</open-signup><signup-cap nil=\"true\"/></tournament>";
    let made = call(Method::POST, "/tournaments.xml", body).await.expect(200).text;
    assert!(made.starts_with(&format!("{head}<tournament>\n  <id type=\"integer\">")), "{made}");
    assert!(made.contains("<name>Spring &amp; Cup</name>"), "{made}");
    assert_eq!(element(&made, "tournament-type").0, "double elimination");
    assert_eq!(element(&made, "open-signup"), ("true".to_owned(), typed("boolean")));
    assert_eq!(element(&made, "created-at").1, typed("dateTime"));
    assert_eq!(element(&made, "pts-for-match-tie"), ("0.5".to_owned(), typed("decimal")));
    let nil = vec![("nil".to_owned(), "true".to_owned())];
    assert_eq!(element(&made, "signup-cap").1, nil);
    assert_eq!(element(&made, "tie-breaks").1, typed("array"));
    assert_eq!(element(&made, "tie-break").0, "match wins vs tied");

    let body = "<participants type=\"array\"><participant><name>Ada</name></participant>\
        <participant><name>Bob</name><misc>&lt;x&gt;</misc></participant></participants>";
    let t = "/tournaments/spring";
    let added =
        call(Method::POST, &format!("{t}/participants/bulk_add.xml"), body).await.expect(200).text;
    assert!(added.contains("<participants type=\"array\">\n  <participant>\n"), "{added}");
    assert_eq!(added.matches("<participant>").count(), 2);
    assert!(added.contains("<misc>&lt;x&gt;</misc>"));
    assert!(added.contains("<group-player-ids type=\"array\"/>"));
    let started = call(Method::POST, &format!("{t}/start.xml?include_matches=1"), "").await;
    let started = started.expect(200).text;
    assert!(started.contains("  <matches type=\"array\">\n    <match>\n"), "{started}");
    let list = call(Method::GET, &format!("{t}/matches.xml"), "").await.expect(200).text;
    let (id, player) = (element(&list, "id").0, element(&list, "player1-id").0);
    let body = format!(
        "<match><scores-csv>3-1</scores-csv><winner-id type=\"integer\">{player}</winner-id></match>"
    );
    let done = call(Method::PUT, &format!("{t}/matches/{id}.xml"), &body).await.expect(200).text;
    assert_eq!(element(&done, "state").0, "complete");
    assert_eq!(element(&done, "scores-csv").0, "3-1");
    assert_eq!(element(&done, "winner-id"), (player, typed("integer")));
    let wrong = call(Method::POST, "/tournaments.xml", "<tournament><name/></tournament>").await;
    let wrong = wrong.expect(422);
    assert_eq!(wrong.header("content-type"), "application/xml; charset=utf-8");
    assert_eq!(element(&wrong.text, "error").0, "Name can't be blank");
    let missing = call(Method::GET, "/tournaments/nothing.xml", "").await.expect(404).text;
    assert_eq!(element(&missing, "error").0, "Requested tournament not found");
    let broken = call(Method::POST, "/tournaments.xml", "<tournament>").await.expect(400).text;
    assert!(element(&broken, "error").0.starts_with("The body is not valid XML"));
    let gone = call(Method::DELETE, &format!("{t}.xml"), "").await.expect(200).text;
    assert_eq!(element(&gone, "state").0, "underway");
}
