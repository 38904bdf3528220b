//! Check-in and waiting list through the API v2.1.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::clock::MINUTE;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Api, TestServer};

/// The time so many minutes from now, as the API takes it.
pub(crate) fn in_minutes(server: &TestServer, minutes: i64) -> String {
    let at = server.core.now() + minutes * MINUTE;
    jiff::Timestamp::from_millisecond(at).unwrap().to_string()
}

/// A tournament with half an hour of check-in, so many minutes before its beginning.
async fn cup(server: &TestServer, api: &Api<'_>, minutes: i64, participants: usize) -> String {
    let attributes = json!({
        "name": "Cup",
        "url": "cup",
        "starts_at": in_minutes(server, minutes),
        "registration_options": {"check_in_duration": 30},
    });
    api.tournament(attributes, participants).await
}

async fn state(api: &Api<'_>, t: &str) -> String {
    let shown = api.get(&format!("{t}.json")).await.expect(200).data();
    shown["attributes"]["state"].as_str().unwrap().to_owned()
}

/// The tournaments of a list in this state.
async fn listed(api: &Api<'_>, state: &str) -> Vec<Value> {
    let list = api.get(&format!("/tournaments.json?state={state}")).await.expect(200);
    let found = list.data().as_array().unwrap().clone();
    assert_eq!(list.json()["meta"]["count"], found.len());
    found.into_iter().map(|it| it["attributes"]["state"].clone()).collect()
}

async fn rows(api: &Api<'_>, t: &str) -> Vec<Value> {
    let list = api.get(&format!("{t}/participants.json?per_page=1000")).await.expect(200);
    list.data().as_array().unwrap().clone()
}

/// Everybody's name by seed: `-` before the inactive, `?` before the waiting.
async fn order(api: &Api<'_>, t: &str) -> Vec<String> {
    let rows = rows(api, t).await;
    let seeds: Vec<i64> =
        rows.iter().map(|row| row["attributes"]["seed"].as_i64().unwrap()).collect();
    assert_eq!(seeds, (1..).take(rows.len()).collect::<Vec<i64>>());
    let shown = rows.iter().map(|row| {
        let of = &row["attributes"];
        let mark = match (&of["states"]["on_waiting_list"], &of["states"]["active"]) {
            (Value::Bool(true), _) => "?",
            (_, Value::Bool(false)) => "-",
            _ => "",
        };
        format!("{mark}{}", of["name"].as_str().unwrap())
    });
    shown.collect()
}

/// The path of the participant of this name.
async fn path_of(api: &Api<'_>, t: &str, name: &str) -> String {
    let rows = rows(api, t).await;
    let row = rows.iter().find(|row| row["attributes"]["name"] == name).unwrap();
    format!("{t}/participants/{}", row["id"].as_str().unwrap())
}

async fn check_in(api: &Api<'_>, t: &str, name: &str) {
    let path = path_of(api, t, name).await;
    let row = api.post(&format!("{path}/check_in.json"), json!({})).await.expect(200).data();
    assert_eq!(row["attributes"]["states"]["checked_in"], true);
    assert!(row["attributes"]["checked_in_at"].is_string());
}

#[rstest]
#[tokio::test]
async fn the_check_in_opens_by_itself(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&server, &api, 60, 2).await;
    let first = path_of(&api, &t, "Seed 1").await;
    assert_eq!(state(&api, &t).await, "pending");
    api.post(&format!("{first}/check_in.json"), json!({})).await.expect(422);
    api.state(&t, "process_checkin").await.expect(422);
    api.state(&t, "abort_checkin").await.expect(422);
    assert_eq!(listed(&api, "pending").await, ["pending"]);
    let tag = api.get(&format!("{t}.json")).await.header("etag").to_owned();

    server.clock.advance(30 * MINUTE - 1);
    assert_eq!(state(&api, &t).await, "pending");
    server.clock.advance(1);
    // At once, whatever is kept of it, and on its page as well.
    let shown = api.get(&format!("{t}.json")).await.expect(200);
    assert_ne!(shown.header("etag"), tag);
    let of = &shown.data()["attributes"];
    assert_eq!(of["state"], "checking_in");
    assert_eq!(of["timestamps"]["started_checking_in_at"], in_minutes_ms(&server, 0));
    // Lists go by what is written down, which happens within a moment.
    while listed(&api, "in_progress").await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(listed(&api, "in_progress").await, ["checking_in"]);
    assert_eq!(listed(&api, "pending").await, Vec::<Value>::new());
    assert!(server.get("/cup").await.expect(200).text.contains("Checking in"));

    // Its time is fixed until the check-in is given up, and nothing starts meanwhile.
    for (attribute, pointer) in [
        (json!({"starts_at": in_minutes(&server, 90)}), "starts_at"),
        (json!({"starts_at": null}), "starts_at"),
        (
            json!({"registration_options": {"check_in_duration": 45}}),
            "registration_options/check_in_duration",
        ),
    ] {
        let refused = api.put(&format!("{t}.json"), attribute).await.expect(422).json();
        let pointer = format!("/data/attributes/{pointer}");
        assert_eq!(refused["errors"][0]["source"]["pointer"], pointer);
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("abort"));
    }
    let same = json!({"name": "Cup II", "registration_options": {"check_in_duration": 30}});
    api.put(&format!("{t}.json"), same).await.expect(200);
    let refused = api.state(&t, "start").await.expect(422).json();
    assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("process"));
    api.state(&t, "finalize").await.expect(422);
    api.state(&t, "reset").await.expect(422);

    // Given up, it does not open again before its time is moved.
    check_in(&api, &t, "Seed 1").await;
    let aborted = api.state(&t, "abort_checkin").await.expect(200).data();
    assert_eq!(aborted["attributes"]["state"], "pending");
    assert_eq!(aborted["attributes"]["timestamps"]["started_checking_in_at"], Value::Null);
    assert_eq!(rows(&api, &t).await[0]["attributes"]["checked_in_at"], Value::Null);
    assert_eq!(state(&api, &t).await, "pending");
    let later = json!({"starts_at": in_minutes(&server, 31)});
    api.put(&format!("{t}.json"), later).await.expect(200);
    assert_eq!(state(&api, &t).await, "pending");
    server.clock.advance(MINUTE);
    assert_eq!(state(&api, &t).await, "checking_in");
    api.state(&t, "abort_checkin").await.expect(200);
    let now = json!({"registration_options": {"check_in_duration": 60}});
    let moved = api.put(&format!("{t}.json"), now).await.expect(200).data();
    assert_eq!(moved["attributes"]["state"], "checking_in");
    api.state(&t, "abort_checkin").await.expect(200);
    api.state(&t, "start").await.expect(200);
}

/// The same as it is shown.
fn in_minutes_ms(server: &TestServer, minutes: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(server.core.now() + minutes * MINUTE).unwrap();
    format!("{at:.3}")
}

#[rstest]
#[tokio::test]
async fn a_window_that_has_begun_is_open_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let made = json!({
        "name": "Late",
        "starts_at": in_minutes(&server, 10),
        "registration_options": {"check_in_duration": 30},
    });
    let made = api.post("/tournaments.json", made).await.expect(201).data();
    let of = &made["attributes"];
    assert_eq!(of["state"], "checking_in");
    assert_eq!(of["timestamps"]["started_checking_in_at"], in_minutes_ms(&server, -20));
}

#[rstest]
#[tokio::test]
async fn watchers_hear_of_the_opening_on_every_node(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let api = server.organizer("marshal").await;
    let t = cup(&server, &api, 60, 2).await;
    let id = t.rsplit('/').next().unwrap().parse().unwrap();
    let mut watching = [server.core.watch(id).await.unwrap(), beside.core.watch(id).await.unwrap()];
    let before = watching.each_mut().map(|one| one.borrow_and_update().journal_number);
    server.clock.advance(30 * MINUTE);
    for (one, before) in watching.iter_mut().zip(before) {
        let news = tokio::time::timeout(std::time::Duration::from_secs(10), one.changed()).await;
        news.expect("nothing for ten seconds").unwrap();
        assert_eq!(one.borrow_and_update().journal_number, before + 1, "written once");
    }
    assert_eq!(state(&api, &t).await, "checking_in");
}

#[rstest]
#[tokio::test]
async fn who_is_not_here_is_not_drawn(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&server, &api, 20, 6).await;
    for name in ["Seed 2", "Seed 3", "Seed 5", "Seed 6"] {
        check_in(&api, &t, name).await;
    }
    // Checking in again changes nothing; it can be taken back, also by an attribute.
    check_in(&api, &t, "Seed 2").await;
    let six = path_of(&api, &t, "Seed 6").await;
    let undone = api.post(&format!("{six}/undo_check_in.json"), json!({})).await.expect(200).data();
    assert_eq!(undone["attributes"]["checked_in_at"], Value::Null);
    let again = api.put(&format!("{six}.json"), json!({"checked_in": true})).await.expect(200);
    assert_eq!(again.data()["attributes"]["states"]["checked_in"], true);
    api.put(&format!("{six}.json"), json!({"checked_in": false})).await.expect(200);

    let processed = api.state(&t, "process_checkin").await.expect(200).data();
    assert_eq!(processed["attributes"]["state"], "checked_in");
    let after = ["Seed 2", "Seed 3", "Seed 5", "-Seed 1", "-Seed 4", "-Seed 6"];
    assert_eq!(order(&api, &t).await, after);
    api.state(&t, "process_checkin").await.expect(422);

    // Somebody comes late after all, and somebody was marked by mistake.
    let late = api.put(&format!("{six}.json"), json!({"checked_in": true})).await.expect(200);
    assert_eq!(late.data()["attributes"]["seed"], 4);
    let five = path_of(&api, &t, "Seed 5").await;
    api.post(&format!("{five}/undo_check_in.json"), json!({})).await.expect(200);
    let after = ["Seed 2", "Seed 3", "Seed 6", "-Seed 5", "-Seed 1", "-Seed 4"];
    assert_eq!(order(&api, &t).await, after);
    // Seeds change within those who play.
    api.put(&format!("{six}.json"), json!({"seed": 1})).await.expect(200);
    let one = path_of(&api, &t, "Seed 1").await;
    api.put(&format!("{one}.json"), json!({"seed": 1})).await.expect(200);
    let after = ["Seed 6", "Seed 2", "Seed 3", "-Seed 1", "-Seed 5", "-Seed 4"];
    assert_eq!(order(&api, &t).await, after);
    api.put(&format!("{t}/participants/randomize.json"), json!({})).await.expect(200);
    assert_eq!(order(&api, &t).await[3..], after[3..]);
    api.post(&format!("{t}/participants.json"), json!({"name": "New"})).await.expect(200);
    assert_eq!(order(&api, &t).await[3..], ["New", "-Seed 1", "-Seed 5", "-Seed 4"]);

    // Four play: three matches, all of them between those who are here.
    let started = api.state(&t, "start").await.expect(200).data();
    let stamp = &started["attributes"]["timestamps"]["started_checking_in_at"];
    assert_eq!(*stamp, in_minutes_ms(&server, -10));
    let matches = api.matches(&t).await;
    assert_eq!(matches.len(), 3);
    let here: Vec<Value> = rows(&api, &t).await[..4].iter().map(|row| row["id"].clone()).collect();
    for of in &matches[..2] {
        for side in ["player1", "player2"] {
            assert!(here.contains(&of["relationships"][side]["data"]["id"]));
        }
    }
    api.put(&format!("{six}.json"), json!({"checked_in": false})).await.expect(422);
    api.delete(&format!("{}.json", path_of(&api, &t, "Seed 1").await)).await.expect(200);
    assert!(server.get("/cup").await.expect(200).text.contains("Seed 1"));
    for name in ["A", "B", "C"] {
        let of = api.match_named(&t, name).await;
        api.win(&t, &of, 1).await.expect(200);
    }
    api.state(&t, "finalize").await.expect(200);
    let ranks: Vec<Value> =
        rows(&api, &t).await.iter().map(|row| row["attributes"]["final_rank"].clone()).collect();
    assert_eq!(ranks.iter().filter(|rank| rank.is_null()).count(), 3);
    assert!(ranks[..4].iter().all(Value::is_i64));

    // Thrown back to the beginning, everybody takes part again and no window opens.
    let reset = api.state(&t, "reset").await.expect(200).data();
    assert_eq!(reset["attributes"]["state"], "pending");
    assert_eq!(state(&api, &t).await, "pending");
    for row in rows(&api, &t).await {
        let of = &row["attributes"];
        assert_eq!(
            of["states"],
            json!({"active": true, "checked_in": false, "on_waiting_list": false})
        );
        assert_eq!(of["final_rank"], Value::Null);
    }
    api.state(&t, "start").await.expect(200);
    assert_eq!(api.matches(&t).await.len(), 6);
}

#[rstest]
#[tokio::test]
async fn nobody_here_is_too_few(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&server, &api, 20, 3).await;
    check_in(&api, &t, "Seed 3").await;
    api.state(&t, "process_checkin").await.expect(200);
    assert_eq!(order(&api, &t).await, ["Seed 3", "-Seed 1", "-Seed 2"]);
    api.state(&t, "start").await.expect(422);
    api.state(&t, "abort_checkin").await.expect(200);
    assert_eq!(order(&api, &t).await, ["Seed 3", "Seed 1", "Seed 2"]);
    api.state(&t, "start").await.expect(200);
    assert_eq!(api.matches(&t).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn people_check_in_themselves(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&server, &api, 20, 1).await;
    let open = json!({"registration_options": {"open_signup": true}});
    api.put(&format!("{t}.json"), open).await.expect(200);
    let ada = server.organizer("ada").await;
    let joined = ada.post(&format!("{t}/participants/register.json"), json!({})).await.expect(200);
    let own = format!("{t}/participants/{}", joined.data()["id"].as_str().unwrap());
    check_in(&ada, &t, "ada").await;
    ada.post(&format!("{own}/undo_check_in.json"), json!({})).await.expect(200);
    check_in(&ada, &t, "ada").await;
    // Nobody else, and by no other way.
    let other = path_of(&api, &t, "Seed 1").await;
    ada.post(&format!("{other}/check_in.json"), json!({})).await.expect(403);
    ada.put(&format!("{own}.json"), json!({"checked_in": false})).await.expect(403);
    let grace = server.organizer("grace").await;
    grace.post(&format!("{own}/check_in.json"), json!({})).await.expect(403);
    ada.post(&format!("{t}/participants/10000099/check_in.json"), json!({})).await.expect(403);
    api.post(&format!("{t}/participants/10000099/check_in.json"), json!({})).await.expect(404);
    ada.state(&t, "process_checkin").await.expect(403);
    // Once it is processed, that is the organizer's to say.
    api.state(&t, "process_checkin").await.expect(200);
    ada.post(&format!("{own}/undo_check_in.json"), json!({})).await.expect(422);
}

#[rstest]
#[tokio::test]
async fn the_waiting_list_moves_up(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let attributes = json!({
        "name": "Small",
        "url": "small",
        "starts_at": in_minutes(&server, 60),
        "registration_options": {"signup_cap": 3, "check_in_duration": 30, "open_signup": true},
    });
    let t = api.tournament(attributes, 5).await;
    assert_eq!(order(&api, &t).await, ["Seed 1", "Seed 2", "Seed 3", "?Seed 4", "?Seed 5"]);
    let ada = server.organizer("ada").await;
    let joined = ada.post(&format!("{t}/participants/register.json"), json!({})).await.expect(200);
    assert_eq!(joined.data()["attributes"]["states"]["on_waiting_list"], true);
    assert_eq!(joined.data()["attributes"]["seed"], 6);
    assert!(server.get("/small").await.expect(200).text.contains("waiting list"));
    // A wish for a seed gives no place.
    let wish = json!({"name": "First", "seed": 1});
    let wished = api.post(&format!("{t}/participants.json"), wish).await.expect(200).data();
    assert_eq!(wished["attributes"]["seed"], 7);
    let three = path_of(&api, &t, "Seed 3").await;
    api.put(&format!("{three}.json"), json!({"seed": 7})).await.expect(200);
    let five = path_of(&api, &t, "Seed 5").await;
    api.put(&format!("{five}.json"), json!({"seed": 1})).await.expect(200);
    let waiting = ["Seed 1", "Seed 2", "Seed 3", "?Seed 5", "?Seed 4", "?ada", "?First"];
    assert_eq!(order(&api, &t).await, waiting);
    api.put(&format!("{t}/participants/randomize.json"), json!({})).await.expect(200);
    assert_eq!(order(&api, &t).await[3..], waiting[3..]);
    api.put(&format!("{three}.json"), json!({"seed": 3})).await.expect(200);

    // Whoever goes makes room, and so does a larger cap; a smaller one puts nobody out.
    api.delete(&format!("{three}.json")).await.expect(204);
    assert_eq!(order(&api, &t).await[2..], ["Seed 5", "?Seed 4", "?ada", "?First"]);
    let cap = |cap: Value| json!({"registration_options": {"signup_cap": cap}});
    api.put(&format!("{t}.json"), cap(json!(4))).await.expect(200);
    assert_eq!(order(&api, &t).await[2..], ["Seed 5", "Seed 4", "?ada", "?First"]);
    api.put(&format!("{t}.json"), cap(json!(2))).await.expect(200);
    assert_eq!(order(&api, &t).await[2..], ["Seed 5", "Seed 4", "?ada", "?First"]);
    api.delete(&format!("{five}.json")).await.expect(204);
    assert_eq!(order(&api, &t).await[2..], ["Seed 4", "?ada", "?First"]);
    api.put(&format!("{t}.json"), cap(json!(3))).await.expect(200);

    // At the end of the check-in, places go to those who wait and are here.
    server.clock.advance(40 * MINUTE);
    for name in ["Seed 4", "First"] {
        check_in(&api, &t, name).await;
    }
    api.state(&t, "process_checkin").await.expect(200);
    let mut after = order(&api, &t).await;
    after[2..4].sort();
    assert_eq!(after, ["Seed 4", "First", "-Seed 1", "-Seed 2", "?ada"]);
    check_in(&api, &t, "ada").await;
    assert_eq!(order(&api, &t).await[..3], ["Seed 4", "First", "ada"]);
    let one = path_of(&api, &t, "Seed 1").await;
    api.post(&format!("{one}/check_in.json"), json!({})).await.expect(422);

    assert!(!server.get("/small").await.expect(200).text.contains("waiting list"));

    // Who waits is not drawn, and may still go.
    api.put(&format!("{t}.json"), cap(json!(3))).await.expect(200);
    api.post(&format!("{t}/participants.json"), json!({"name": "Last"})).await.expect(200);
    api.state(&t, "start").await.expect(200);
    assert_eq!(api.matches(&t).await.len(), 2);
    let last = path_of(&api, &t, "Last").await;
    api.delete(&format!("{last}.json")).await.expect(204);
    assert!(!order(&api, &t).await.iter().any(|name| name.ends_with("Last")));

    // Ada goes while it is played.
    ada.post(&format!("{t}/participants/unregister.json"), json!({})).await.expect(204);
    let ada_row = rows(&api, &t).await[2].clone();
    assert_eq!(ada_row["attributes"]["states"]["active"], false);
    let of = api.match_named(&t, "A").await;
    assert_eq!(of["attributes"]["forfeited"], true);
    // The same seed is no change, whoever has gone by then; another is too late.
    let late = path_of(&api, &t, "First").await;
    api.put(&format!("{late}.json"), json!({"seed": 2, "misc": "x"})).await.expect(200);
    api.put(&format!("{late}.json"), json!({"seed": 1})).await.expect(422);
    api.get(&format!("{t}/matches.json")).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn clients_know_many_paths_to_register(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let open = json!({"name": "Open", "registration_options": {"open_signup": true}});
    let t = api.tournament(open, 1).await;
    let ada = server.organizer("ada").await;
    let other = path_of(&api, &t, "Seed 1").await;
    for (join, leave, method) in [
        ("register", "register", Method::DELETE),
        ("register", "unregister", Method::POST),
        ("register", "unregister", Method::DELETE),
        ("me/register", "register", Method::DELETE),
    ] {
        // Without a body, too.
        let request = ada.request(Method::POST, &format!("{t}/participants/{join}"));
        let joined = crate::support::Answer::to(request).await.expect(200).data();
        assert_eq!(joined["attributes"]["username"], "ada");
        let path = format!("{t}/participants/{leave}.json");
        crate::support::Answer::to(ada.request(method, &path)).await.expect(204);
        ada.delete(&format!("{t}/participants/register.json")).await.expect(404);
    }
    let joined = ada.post(&format!("{t}/participants/register.json"), json!({})).await.expect(200);
    let own = format!("{t}/participants/{}", joined.data()["id"].as_str().unwrap());
    ada.delete(&format!("{other}/register.json")).await.expect(404);
    ada.delete(&format!("{own}/register.json")).await.expect(204);
    assert_eq!(order(&api, &t).await, ["Seed 1"]);
}
