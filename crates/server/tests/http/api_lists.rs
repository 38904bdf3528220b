//! Lists: paging, filters, links; and conditional requests.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::clock::DAY;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, TestServer};

fn names(document: &Value) -> Vec<&str> {
    let rows = document["data"].as_array().unwrap().iter();
    rows.map(|row| row["attributes"]["name"].as_str().unwrap()).collect()
}

#[rstest]
#[tokio::test]
async fn pages_have_a_total_and_absolute_links(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Many"}), 60).await;
    let path = format!("{t}/participants.json");
    let first = api.get(&path).await.expect(200).json();
    assert_eq!(names(&first).len(), 25, "twenty-five a page unless asked");
    assert_eq!(first["meta"]["count"], 60);
    assert_eq!(first["links"]["prev"], Value::Null);
    let base = server.url.clone();
    let next = first["links"]["next"].as_str().unwrap();
    assert!(next.starts_with(&format!("{base}/v2.1{path}?")), "{next}");
    // Followed as they are, the links show everybody once.
    let mut seen: Vec<String> = names(&first).into_iter().map(str::to_owned).collect();
    let mut next = next.to_owned();
    loop {
        let page = api.get(next.strip_prefix(&format!("{base}/v2.1")).unwrap()).await.expect(200);
        let page = page.json();
        seen.extend(names(&page).into_iter().map(str::to_owned));
        match page["links"]["next"].as_str() {
            Some(more) => more.clone_into(&mut next),
            None => break,
        }
    }
    let expected: Vec<String> = (1..=60).map(|seed| format!("Seed {seed}")).collect();
    assert_eq!(seen, expected);
    let all = api.get(&format!("{path}?per_page=1000")).await.json();
    assert_eq!(names(&all).len(), 60);
    let beyond = api.get(&format!("{path}?per_page=50&page=9")).await.expect(200).json();
    assert_eq!((names(&beyond).len(), &beyond["meta"]["count"]), (0, &json!(60)));
    assert_eq!(beyond["links"]["next"], Value::Null);
    let nested = api.get(&format!("{path}?page[number]=2&page[size]=50")).await.json();
    assert_eq!(names(&nested).len(), 10);
    for bad in ["page=0", "page=-1", "page=x", "per_page=0", "page=99999999999999999999"] {
        api.get(&format!("{path}?{bad}")).await.expect(400);
    }
    api.get(&format!("{path}?page=4294967295&per_page=4294967295")).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn tournaments_are_filtered(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let other = server.organizer("other").await;
    other.tournament(json!({"name": "Not mine"}), 0).await;
    // 2026-01-01, 02, 03.
    api.tournament(json!({"name": "Pending"}), 0).await;
    server.clock.advance(DAY);
    let running = json!({"name": "Running", "tournament_type": "double elimination"});
    let running = api.tournament(running, 2).await;
    api.state(&running, "start").await.expect(200);
    server.clock.advance(DAY);
    let done = api.tournament(json!({"name": "Done"}), 2).await;
    api.state(&done, "start").await.expect(200);
    let of = api.match_named(&done, "A").await;
    api.win(&done, &of, 1).await.expect(200);
    api.state(&done, "finalize").await.expect(200);

    let cases = [
        ("", vec!["Done", "Running", "Pending"]),
        ("state=pending", vec!["Pending"]),
        ("state=in_progress", vec!["Running"]),
        ("state=ended", vec!["Done"]),
        ("type=double_elimination", vec!["Running"]),
        ("type=single_elimination", vec!["Done", "Pending"]),
        ("type=swiss", vec![]),
        ("created_after=2026-01-02", vec!["Done", "Running"]),
        ("created_after=01/03/2026", vec!["Done"]),
        ("created_before=2026-01-02&state=pending", vec!["Pending"]),
        ("per_page=1&page=2", vec!["Running"]),
    ];
    for (query, expected) in cases {
        let list = api.get(&format!("/tournaments.json?{query}")).await.expect(200).json();
        assert_eq!(names(&list), expected, "{query}");
    }
    for bad in ["state=jumping", "type=chess", "created_after=soon"] {
        api.get(&format!("/tournaments.json?{bad}")).await.expect(400);
    }
    // The links keep the filter.
    let list = api.get("/tournaments.json?type=single_elimination&per_page=1").await.json();
    let next = list["links"]["next"].as_str().unwrap();
    let next = next.strip_prefix(&format!("{}/v2.1", server.url)).unwrap();
    assert_eq!(names(&api.get(next).await.json()), ["Pending"]);
}

#[rstest]
#[tokio::test]
async fn matches_are_filtered(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Eight"}), 8).await;
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    api.win(&t, &of, 1).await.expect(200);
    let winner = of["relationships"]["player1"]["data"]["id"].as_str().unwrap();
    let cases = [
        ("state=open".to_owned(), "BCD"),
        ("state=complete".to_owned(), "A"),
        ("state=pending".to_owned(), "EFG"),
        (format!("participant_id={winner}"), "AE"),
        (format!("participant_id={winner}&state=complete"), "A"),
        ("participant_id=1".to_owned(), ""),
        ("per_page=3&page=2".to_owned(), "DEF"),
    ];
    for (query, expected) in cases {
        let list = api.get(&format!("{t}/matches.json?{query}")).await.expect(200).json();
        let found: String = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|of| of["attributes"]["identifier"].as_str().unwrap())
            .collect();
        assert_eq!(found, expected, "{query}");
        assert_eq!(list["included"].as_array().unwrap().len(), 8);
    }
    for bad in ["state=jumping", "participant_id=x"] {
        api.get(&format!("{t}/matches.json?{bad}")).await.expect(400);
    }
}

#[rstest]
#[tokio::test]
async fn lists_show_what_changed_since(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let old = api.tournament(json!({"name": "Old"}), 4).await;
    api.tournament(json!({"name": "Older"}), 0).await;
    server.clock.advance(DAY);
    let now = server.core.now() / 1_000;
    let of = async |path: &str, since: String| {
        api.get(&format!("{path}?updated_since={since}")).await.expect(200).json()
    };
    let list = of("/tournaments.json", now.to_string()).await;
    assert_eq!((names(&list).len(), &list["meta"]["count"]), (0, &json!(0)));
    api.state(&old, "start").await.expect(200);
    let list = of("/tournaments.json", now.to_string()).await;
    assert_eq!((names(&list), &list["meta"]["count"]), (vec!["Old"], &json!(1)));
    let list = of("/tournaments.json", "2026-01-01T00:00:00%2B00:00".to_owned()).await;
    assert_eq!(names(&list), ["Older", "Old"]);
    let list = of("/tournaments.json", format!("{now}&state=pending")).await;
    assert_eq!(names(&list).len(), 0);
    // The match that was reported and the one that it opened, not its neighbour.
    server.clock.advance(DAY);
    let then = server.core.now() / 1_000;
    let first = api.match_named(&old, "A").await;
    api.win(&old, &first, 1).await.expect(200);
    let matches = of(&format!("{old}/matches.json"), then.to_string()).await;
    let found: Vec<_> = matches["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["attributes"]["identifier"])
        .collect();
    assert_eq!(found, ["A", "C"]);
    assert_eq!(matches["meta"]["count"], 2);
    let people = format!("{old}/participants.json");
    assert_eq!(of(&people, then.to_string()).await["meta"]["count"], 0);
    let shown = api.get(&people).await.data();
    let one = format!("{old}/participants/{}.json", shown[2]["id"].as_str().unwrap());
    api.put(&one, json!({"name": "Renamed"})).await.expect(200);
    let list = of(&people, then.to_string()).await;
    assert_eq!(names(&list), ["Renamed"]);
    for path in ["/tournaments.json", &people, &format!("{old}/matches.json")] {
        api.get(&format!("{path}?updated_since=lately")).await.expect(400);
    }
}

#[rstest]
#[tokio::test]
async fn what_is_known_is_not_sent_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Tagged"}), 2).await;
    let path = format!("{t}.json");
    let tag = api.get(&path).await.expect(200).header("etag").to_owned();
    assert!(!tag.is_empty());
    let again = |tag: String| {
        let request = api.request(Method::GET, &path).header("if-none-match", tag);
        Answer::to(request)
    };
    let same = again(tag.clone()).await.expect(304);
    assert_eq!((same.text.as_str(), same.header("etag")), ("", tag.as_str()));
    again(format!("\"x\", {tag}")).await.expect(304);
    again("\"x\"".to_owned()).await.expect(200);
    api.put(&path, json!({"name": "Changed"})).await.expect(200);
    let fresh = again(tag).await.expect(200);
    assert_eq!(fresh.data()["attributes"]["name"], "Changed");
    // Every write shows at once, participants and matches included.
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    let before = api.get(&path).await.header("etag").to_owned();
    api.win(&t, &of, 1).await.expect(200);
    let after = again(before).await.expect(200).json();
    let shown = after["included"].as_array().unwrap().iter().find(|it| it["type"] == "match");
    assert_eq!(shown.unwrap()["attributes"]["state"], "complete");
    // A tag opens nothing for others.
    let request = server.request(Method::GET, &format!("/v2.1{path}"));
    Answer::to(request.header("if-none-match", "*")).await.expect(401);
}
