//! The pages around a bracket: matches, participants, standings, and what happened.

use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Api, TestServer};

/// A tournament at `/cup` with these participants; its path.
async fn cup(api: &Api<'_>, more: Value, names: &[&str]) -> String {
    let mut attributes =
        json!({"name": "Cup", "url": "cup", "tournament_type": "single elimination"});
    for (name, value) in more.as_object().unwrap() {
        attributes[name] = value.clone();
    }
    let made = api.post("/tournaments.json", attributes).await.expect(201).data();
    let path = format!("/tournaments/{}", made["id"].as_str().unwrap());
    let all: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
    let body = json!({"participants": all});
    api.post(&format!("{path}/participants/bulk_add.json"), body).await.expect(200);
    path
}

/// What a page says, without its tags.
fn words(page: &Answer) -> String {
    let mut text = String::new();
    let (_, main) = page.text.split_once("<main").unwrap();
    for piece in main.split('<') {
        text.push_str(piece.split_once('>').map_or("", |(_, words)| words));
        if !piece.starts_with("/bdi") && !piece.starts_with("bdi") && !piece.starts_with("a ") {
            text.push(' ');
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn says(page: &Answer, texts: &[&str]) {
    let words = words(page);
    for text in texts {
        assert!(words.contains(text), "{text:?} is not in {words}");
    }
}

#[track_caller]
fn says_none(page: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(!page.text.contains(text), "{text:?} is in {}", page.text);
    }
}

#[rstest]
#[tokio::test]
async fn matches_are_listed_and_looked_for(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, json!({}), &["Rook", "Castle", "Queen", "King"]).await;
    says(&server.get("/cup/matches").await.expect(200), &["Nothing is drawn yet"]);
    api.state(&t, "start").await.expect(200);
    let page = server.get("/cup/matches").await.expect(200);
    says(&page, &["3 matches", "Match A", "Rook", "King", "Winner of A", "To come"]);
    let a = api.match_named(&t, "A").await;
    api.win(&t, &a, 1).await.expect(200);
    for (query, found) in [
        ("state=complete", "1 match"),
        ("state=open", "1 match"),
        ("state=pending", "1 match"),
        ("find=ROO", "2 matches"),
        ("find=b", "1 match"),
        ("round=1.2", "1 match"),
        ("round=1.1&state=open", "1 match"),
        ("page=99", "3 matches"),
        ("participant=1&state=nonsense", "No match is like that."),
        ("find=%00%ff", "No match is like that."),
    ] {
        let page = server.get(&format!("/cup/matches?{query}")).await.expect(200);
        says(&page, &[found]);
    }
    let id = api.get(&format!("{t}/participants.json")).await.expect(200).data()[0]["id"].clone();
    let page = server.get(&format!("/cup/matches?participant={}", id.as_str().unwrap())).await;
    says(&page.expect(200), &["Matches of Rook", "2 matches"]);

    // One match, by each of its names.
    let number = a["id"].as_str().unwrap();
    for name in ["A", "a", "1-A", number] {
        let page = server.get(&format!("/cup/matches/{name}")).await.expect(200);
        says(&page, &["Match A", "Rook beat King", "The winner goes to match C"]);
        assert!(page.text.contains(&format!("{}/cup/matches/A\"", server.url)), "{}", page.text);
    }
    for name in ["D", "2-A", "0-A", "A-1", "-", "99", "99999999999999999999", "%00", "AAAAAAAAAA"] {
        server.get(&format!("/cup/matches/{name}")).await.expect(404);
    }
    server.get("/nothing/matches").await.expect(404);
    server.get("/nothing/matches/A").await.expect(404);
    let page = server.get("/cup/matches/C").await.expect(200);
    says(&page, &["winner of A", "winner of B", "Match B"]);
}

#[rstest]
#[tokio::test]
async fn letters_of_several_stages_do_not_clash(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let groups = json!({
        "group_stage_enabled": true,
        "group_stage_options": {"group_size": 2, "participant_count_to_advance_per_group": 1},
    });
    let t = cup(&api, groups, &["Rook", "Castle", "Queen", "King"]).await;
    api.state(&t, "start_group_stage").await.expect(200);
    let page = server.get("/cup/matches").await.expect(200);
    for part in
        ["href=\"/cup/matches/1-A\"", "href=\"/cup/matches/2-A\"", "<optgroup label=\"Group A\">"]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    says(&server.get("/cup/matches/2-A").await.expect(200), &["Group B"]);
    server.get("/cup/matches/A").await.expect(404);
    says(&server.get("/cup/standings").await.expect(200), &["The groups decide", "Group A"]);
}

#[rstest]
#[tokio::test]
async fn people_are_shown_without_what_is_theirs(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, json!({}), &["Rook", "Castle"]).await;
    let secret = json!({"name": "Queen", "email": "queen@example.net", "misc": "pays in gold"});
    api.post(&format!("{t}/participants.json"), secret).await.expect(200);
    let all = ["/cup/participants", "/cup/matches", "/cup/standings", "/cup/log"];
    for started in [false, true] {
        if started {
            api.state(&t, "start").await.expect(200);
        }
        for path in all {
            let page = server.get(path).await.expect(200);
            says_none(&page, &["queen@example.net", "pays in gold", "marshal@example.org"]);
        }
        let page = server.get("/cup/participants?find=QUE").await.expect(200);
        says(&page, &["1 of 3 participants", "Queen"]);
        says(&server.get("/cup/participants?find=x").await, &["Nobody is called like that."]);
    }
    let of = api.match_named(&t, "A").await;
    api.win(&t, &of, 1).await.expect(200);
    for (path, texts) in [
        ("/cup/standings", ["Castle", "2nd or better", "How places are decided and shared"]),
        ("/cup/participants?order=name", ["Castle", "1–0", "Show"]),
    ] {
        says(&server.get(path).await.expect(200), &texts);
    }
}

#[rstest]
#[tokio::test]
async fn what_happened_is_told_in_words(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let api = server.key_of(&marshal).await;
    let t = cup(&api, json!({}), &["Rook", "Castle", "Queen", "King"]).await;
    api.state(&t, "start").await.expect(200);
    let report = async |letters: &str, winner: usize| {
        let of = api.match_named(&t, letters).await;
        api.win(&t, &of, winner).await.expect(200);
    };
    report("A", 1).await;
    report("B", 1).await;
    report("C", 1).await;
    let a = api.match_named(&t, "A").await;
    let path = format!("{t}/matches/{}/change_state.json", a["id"].as_str().unwrap());
    api.put(&path, json!({"state": "reopen"})).await.expect(200);
    let page = server.get("/cup/log").await.expect(200);
    says(
        &page,
        &[
            "marshal reopened A, which reset C",
            // Who played then, though nobody stands there now.
            "marshal reported C: Rook beat Castle 2–1",
            "marshal reported A: Rook beat King 2–1",
            "marshal started the tournament: 4 participants, 3 matches",
            "marshal added Rook, Castle, Queen and King",
            "marshal made the tournament",
        ],
    );
    // The latest first.
    let at = |text: &str| page.text.find(text).unwrap();
    assert!(at("reopened") < at("started the tournament"));
    // An application is named as one, and for whom it was.
    let client = server.client(&marshal, Preset::Challonge).await;
    let overlay = client.caller(&marshal, "tournaments:write tournaments:read").await;
    overlay.put(&format!("{t}.json"), json!({"name": "Other"})).await.expect(200);
    let page = server.get("/cup/log").await.expect(200);
    says(&page, &["Overlay ( application, for marshal) changed the settings"]);
}

#[rstest]
#[tokio::test]
async fn what_happened_is_paged(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, json!({}), &["Rook", "Castle"]).await;
    let count = 70;
    for number in 0..count {
        api.put(&format!("{t}.json"), json!({"name": format!("Cup {number}")})).await.expect(200);
    }
    let mut next = "/cup/log".to_owned();
    let (mut numbers, mut pages) = (Vec::new(), 0);
    loop {
        let page = server.get(&next).await.expect(200);
        pages += 1;
        for piece in page.text.split("id=\"e").skip(1) {
            numbers.push(piece.split('"').next().unwrap().parse::<i64>().unwrap());
        }
        let Some((_, rest)) = page.text.split_once("rel=\"next\" href=\"") else { break };
        rest.split('"').next().unwrap().clone_into(&mut next);
    }
    let last = count + 2;
    assert_eq!(numbers, (1..=last).rev().collect::<Vec<i64>>());
    assert_eq!(pages, 2);
    says(&server.get("/cup/log?before=1").await.expect(200), &["Nothing older happened."]);
    says(&server.get("/cup/log?before=x").await.expect(200), &["changed the settings"]);
}

#[rstest]
#[tokio::test]
async fn of_many_it_is_said_in_short(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let names: Vec<String> = (0..500).map(|n| format!("Knight {n} of the round table")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let t = cup(&api, json!({}), &names).await;
    let few = json!({"participants": [{"name": "Rook"}]});
    api.post(&format!("{t}/participants/bulk_add.json"), few).await.expect(200);
    let page = server.get("/cup/log").await.expect(200);
    says(&page, &["added participants", "added Rook"]);
    says_none(&page, &["0 participants", "Knight"]);
}

#[rstest]
#[tokio::test]
async fn what_happened_to_a_private_one_is_for_its_people(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let api = server.key_of(&marshal).await;
    cup(&api, json!({"private": true}), &["Rook", "Castle"]).await;
    // Whoever knows the address may look, but at what happened.
    for path in ["/cup", "/cup/participants", "/cup/matches", "/cup/standings"] {
        let page = server.get(path).await.expect(200);
        assert_eq!(page.header("x-robots-tag"), "noindex");
        // Nor is there a way to it.
        says_none(&page, &["href=\"/cup/log\""]);
        let own = server.signed_in(&marshal).await.get(path).await.expect(200);
        assert_eq!(own.text.contains("href=\"/cup/log\""), path != "/cup", "{path}");
    }
    let asked = server.get("/cup/log").await.expect(303);
    assert_eq!(asked.location(), "/login?next=%2Fcup%2Flog");
    let stranger = server.person("stranger").await;
    server.signed_in(&stranger).await.get("/cup/log").await.expect(404);
    says(
        &server.signed_in(&marshal).await.get("/cup/log").await.expect(200),
        &["made the tournament"],
    );
}

#[rstest]
#[tokio::test]
async fn people_predict_in_secret(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let options = json!({"prediction_options": {"prediction_method": 2}});
    let t = cup(&api, options, &["Rook", "Castle"]).await;
    api.state(&t, "open_predictions").await.expect(200);
    let ysolde = server.organizer("ysolde").await;
    let (of, people) =
        (api.match_named(&t, "A").await, api.get(&format!("{t}/participants.json")).await.data());
    let number = |of: &Value| of["id"].as_str().unwrap().parse::<i64>().unwrap();
    let pick = json!({"picks": [{"match_id": number(&of), "participant_id": number(&people[0])}]});
    ysolde.put(&format!("{t}/predictions/me.json"), pick).await.expect(200);
    let page = server.get("/cup/log").await.expect(200);
    says(&page, &["Somebody saved a prediction", "marshal opened predictions"]);
    says_none(&page, &["ysolde"]);
    // Votes, and who predicts, are shown from the start on.
    let page = server.get("/cup/predictions").await.expect(200);
    says(&page, &["is shown from the start of the tournament on", "worth the number of its round"]);
    says_none(&page, &["ysolde"]);
    says_none(&server.get("/cup/matches/A").await.expect(200), &["What people predict"]);
    api.state(&t, "start").await.expect(200);
    let page = server.get("/cup/matches/A").await.expect(200);
    says(&server.get("/cup/predictions").await.expect(200), &["1 prediction", "ysolde"]);
    server.get("/cup").await.expect(200).text.find("/cup/predictions").unwrap();
    server.get("/other/predictions").await.expect(404);
    // Whoever knows the address of a private one does not learn who predicts.
    api.put(&format!("{t}.json"), json!({"private": true})).await.expect(200);
    let asked = server.get("/cup/predictions").await.expect(303);
    assert_eq!(asked.location(), "/login?next=%2Fcup%2Fpredictions");
    let stranger = server.person("stranger").await;
    server.signed_in(&stranger).await.get("/cup/predictions").await.expect(404);
    api.put(&format!("{t}.json"), json!({"private": false})).await.expect(200);
    says(&page, &["What people predict", "Rook: 1 prediction, 100", "Castle: 0 predictions, 0"]);
}

#[rstest]
#[tokio::test]
async fn descriptions_are_markdown_without_tags(#[values(Sqlite)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let text = "# Rules\n\n*Be kind*, [read](https://a.example/?x=1&y=2) <script>alert(1)</script>.\n\n\
                [no](javascript:alert(1)) <p>Old <b>words</b></p>";
    cup(&api, json!({"description": text}), &["Rook", "Castle"]).await;
    let page = server.get("/cup").await.expect(200);
    for part in [
        "<h2>Rules</h2>",
        "<em>Be kind</em>",
        "<a href=\"https://a.example/?x=1&amp;y=2\" rel=\"nofollow noopener ugc\">read</a>",
        "Old words",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    says_none(&page, &["javascript:", "alert(1)</script>", "<b>"]);
    let description = page.text.split("og:description\" content=\"").nth(1).unwrap();
    let description = description.split('"').next().unwrap();
    assert!(description.contains("Rules Be kind, read alert(1). no Old words"), "{description}");
}

/// Whose names stand in the log: to everybody its owner's, to those who run it everybody's.
#[rstest]
#[tokio::test]
async fn who_did_it_is_named_to_those_who_run_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (marshal, carol, bob) =
        (server.person("marshal").await, server.person("carol").await, server.person("bob").await);
    let api = server.key_of(&marshal).await;
    let body = json!({"name": "Lists", "permalink": "lists"});
    api.post("/communities.json", body).await.expect(201);
    let body = json!({"username": "carol", "role": "organizer"});
    api.post("/communities/lists/members.json", body).await.expect(201);
    let body = json!({"name": "Cup", "url": "cup", "tournament_type": "single elimination"});
    let made = api.post("/communities/lists/tournaments.json", body).await.expect(201).data();
    let page = made["attributes"]["full_challonge_url"].as_str().unwrap();
    let page = format!("/{}", page.rsplit_once('/').unwrap().1);
    let t = format!("/tournaments/{}", made["id"].as_str().unwrap());
    let carols = server.key_of(&carol).await;
    let people = json!({"participants": [{"name": "Rook", "username": "bob"}, {"name": "Castle"}]});
    carols.post(&format!("{t}/participants/bulk_add.json"), people).await.expect(200);
    api.state(&t, "start").await.expect(200);
    let (join, leave) = (format!("{page}/join"), format!("{page}/join/leave"));
    server.signed_in(&bob).await.submit(&join, &leave, &[]).await.expect(303);
    let log = format!("{page}/log");
    let shown = server.get(&log).await.expect(200);
    says(
        &shown,
        &["A player withdrew Rook", "marshal started the tournament", "An organizer added Rook"],
    );
    says_none(&shown, &["carol", "bob"]);
    for person in [&marshal, &carol] {
        let shown = server.signed_in(person).await.get(&log).await.expect(200);
        says(&shown, &["bob withdrew Rook", "carol added Rook and Castle"]);
    }
    says(&server.signed_in(&bob).await.get(&log).await.expect(200), &["A player withdrew Rook"]);
}

/// A match that was not played is told as such, and seeds that are hidden are hidden everywhere.
#[rstest]
#[tokio::test]
async fn what_was_not_played_is_told(#[values(Sqlite)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let api = server.key_of(&marshal).await;
    let hidden = json!({"seeding_options": {"hide_seeds": true}});
    let t = cup(&api, hidden, &["Rook", "Castle", "Queen", "King"]).await;
    api.state(&t, "start").await.expect(200);
    let mut browser = server.signed_in(&marshal).await;
    for (letters, absent) in [("A", "absent-1"), ("B", "absent-all")] {
        let of = api.match_named(&t, letters).await;
        let desk = format!("/cup/manage/matches/{}", of["id"].as_str().unwrap());
        let page = browser.get(&desk).await.expect(200);
        let (csrf, seen) = (page.hidden("csrf"), page.hidden("seen"));
        browser.post(&desk, &[("csrf", &csrf), ("seen", &seen), ("do", absent)]).await.expect(303);
    }
    says(
        &server.get("/cup/log").await.expect(200),
        &[
            "reported A: Rook by forfeit against King",
            "reported B: neither Castle nor Queen played",
        ],
    );
    for path in
        ["/cup", "/cup/participants?order=seed", "/cup/standings", "/cup/module?tab=standings"]
    {
        says_none(&server.get(path).await.expect(200), &[">Seed<"]);
    }
}

/// What is played stands first, then what can be, then the latest results, then what is to come.
#[rstest]
#[tokio::test]
async fn what_is_played_stands_first(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, json!({}), &["A1", "B2", "C3", "D4", "E5", "F6", "G7", "H8"]).await;
    api.state(&t, "start").await.expect(200);
    let matches = api.matches(&t).await;
    let id = |letter: &str| {
        let named = |of: &&Value| of["attributes"]["identifier"] == letter;
        matches.iter().find(named).unwrap()["id"].as_str().unwrap().to_owned()
    };
    for (letter, score) in [("A", "1-3"), ("B", "3-1")] {
        server.clock.advance(60_000);
        let path = format!("{t}/matches/{}.json", id(letter));
        let shown = api.get(&path).await.expect(200).data();
        let sides = &shown["attributes"]["points_by_participant"];
        let points = score.split('-').collect::<Vec<_>>();
        let sides: Vec<Value> = (0..2)
            .map(|side| {
                json!({
                    "participant_id": sides[side]["participant_id"],
                    "score_set": points[side],
                    "advancing": points[side] == "3",
                })
            })
            .collect();
        api.put(&path, json!({"match": sides})).await.expect(200);
    }
    let path = format!("{t}/matches/{}/change_state.json", id("D"));
    api.put(&path, json!({"state": "mark_as_underway"})).await.expect(200);
    let order = async |query: &str| {
        let page = server.get(&format!("/cup/matches{query}")).await.expect(200).text;
        let names = page.split("<span class=\"visually-hidden\">Match </span>").skip(1);
        names.map(|it| it.split_once('<').unwrap().0.to_owned()).collect::<String>()
    };
    assert_eq!(order("").await, "DCEBAFG");
    assert_eq!(order("?round=1.1").await, "ABCD");
    // The log says who won, and the winner's points first.
    says(&server.get("/cup/log").await.expect(200), &["reported A: H8 beat A1 3–1"]);
}
