//! The organiser's pages: a tournament from its making to its end by forms, and who may use them.

use rstest::rstest;
use serde_json::json;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Browser, TestServer};

/// The value of a hidden field, if the page has it.
fn seen(page: &Answer) -> Option<String> {
    let (_, rest) = page.text.split_once("name=\"seen\" value=\"")?;
    Some(rest.split('"').next().unwrap().to_owned())
}

/// Opens a page and sends a form of it, with the state that it was made of.
pub(crate) async fn send(
    browser: &mut Browser<'_>,
    page: &str,
    action: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let shown = browser.get(page).await.expect(200);
    let (csrf, seen) = (shown.hidden("csrf"), seen(&shown));
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend(seen.as_deref().map(|seen| ("seen", seen)));
    all.extend_from_slice(fields);
    browser.post(action, &all).await
}

/// Presses a button of the overview.
pub(crate) async fn press(browser: &mut Browser<'_>, slug: &str, verb: &str) -> Answer {
    let page = format!("/{slug}/manage");
    send(browser, &page, &format!("{page}/state"), &[("verb", verb)]).await
}

/// The number of the match with these letters, as the desk has it.
pub(crate) async fn match_id(browser: &mut Browser<'_>, slug: &str, letters: &str) -> String {
    let page = browser.get(&format!("/{slug}/manage/results")).await.expect(200);
    let sought = format!("class=\"desk-id\">{letters}<");
    let (head, tail) = page.text.split_once(&sought).unwrap_or_else(|| panic!("{}", page.text));
    // To play, it stands in an item with its number; done, its number is in a link.
    let id = if head.contains("id=\"done-h\"") {
        tail.split_once("/manage/matches/").unwrap().1
    } else {
        head.rsplit_once("id=\"m").unwrap().1
    };
    id.split(['"', '/']).next().unwrap().to_owned()
}

/// Reports a match by its own page.
pub(crate) async fn report(
    browser: &mut Browser<'_>,
    slug: &str,
    letters: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let id = match_id(browser, slug, letters).await;
    let page = format!("/{slug}/manage/matches/{id}");
    send(browser, &page, &page, fields).await
}

/// Makes a tournament and adds these.
pub(crate) async fn make(
    browser: &mut Browser<'_>,
    slug: &str,
    more: &[(&str, &str)],
    names: &str,
) {
    let mut fields = vec![("name", "Cup"), ("url", slug)];
    fields.extend_from_slice(more);
    if !more.iter().any(|(name, _)| *name == "tournament_type") {
        fields.push(("tournament_type", "single elimination"));
    }
    send(browser, "/tournaments/new", "/tournaments/new", &fields).await.expect(303);
    let people = format!("/{slug}/manage/participants");
    send(browser, &people, &people, &[("names", names)]).await.expect(303);
}

#[rstest]
#[tokio::test]
async fn a_tournament_is_made_by_a_form(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let mut browser = server.signed_in(&marshal).await;
    let new = "/tournaments/new";
    let page = browser.get(new).await.expect(200);
    for text in ["16 players: 15 matches in 4 rounds", "16 players: 120 matches in 15 rounds"] {
        assert!(page.text.contains(text), "{text}");
    }
    let page = browser.get("/tournaments/new?players=9&type=swiss").await.expect(200);
    for text in ["9 players: 8 matches in 4 rounds", "<p>16 matches in 4 rounds.</p>"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    let page = browser.get("/tournaments/new?players=1").await.expect(200);
    assert!(page.text.contains("Must be a number from 2 to 16384."));
    // The numbers for what is typed, which stays.
    let fields = [
        ("name", "Groups & more"),
        ("tournament_type", "single elimination"),
        ("groups", "1"),
        ("group_size", "4"),
        ("group_advance", "2"),
        ("players", "16"),
        ("do", "outlook"),
    ];
    let page = send(&mut browser, new, new, &fields).await.expect(200);
    for text in [
        "4 groups: 24 matches in 3 rounds.",
        "Final stage: 7 matches in 3 rounds.",
        "31 matches in all.",
        "value=\"Groups &#38; more\"",
    ] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    // What is wrong stands beside its field.
    for (name, value, wrong) in [
        ("name", "", "name-error"),
        ("url", "no-hyphens", "url-error"),
        ("url", "oauth", "url-error"),
        ("rounds", "many", "rounds-error"),
        ("signup_cap", "-3", "signup_cap-error"),
        ("starts_at", "tomorrow", "starts_at-error"),
        ("group_size", "1", "group_size-error"),
    ] {
        let mut fields = vec![("groups", "1"), ("tournament_type", "swiss")];
        if name != "name" {
            fields.push(("name", "Cup"));
        }
        fields.push((name, value));
        let page = send(&mut browser, new, new, &fields).await.expect(422);
        assert!(page.text.contains(&format!("id=\"{wrong}\"")), "{name}: {}", page.text);
    }
    let fields = [("name", "Cup"), ("tournament_type", "a stroll")];
    send(&mut browser, new, new, &fields).await.expect(422);

    let fields = [
        ("name", "Spring Cup"),
        ("url", "spring_cup"),
        ("tournament_type", "round robin"),
        // Of another format, and without effect here.
        ("placement", "3"),
        ("split", "1"),
        ("iterations", "2"),
        ("ranked_by", "custom"),
        ("rr_win", "3"),
        ("rr_tie", "1"),
        ("starts_at", "2037-03-01T18:00"),
        ("check_in", "30"),
        ("open_signup", "1"),
        ("signup_cap", "8"),
        ("private", "1"),
        ("game", "Chess"),
        ("description", "One\r\nTwo"),
    ];
    let made = send(&mut browser, new, new, &fields).await.expect(303);
    assert_eq!(made.location(), "/spring_cup/manage/participants?done=created");
    let api = server.key_of(&marshal).await;
    let stored = api.get("/tournaments/spring_cup.json").await.expect(200).data();
    let stored = &stored["attributes"];
    assert_eq!(stored["name"], "Spring Cup");
    assert_eq!(stored["tournament_type"], "round robin");
    assert_eq!(stored["private"], true);
    assert_eq!(stored["description"], "One\nTwo");
    assert_eq!(stored["registration_options"]["signup_cap"], 8);
    assert_eq!(stored["registration_options"]["check_in_duration"], 30);
    assert_eq!(stored["round_robin_options"]["iterations"], 2);
    // It is among one's own, and not among those of others.
    for path in ["/", "/tournaments?show=yours"] {
        let page = browser.get(path).await.expect(200);
        assert!(page.text.contains("href=\"/spring_cup/manage\""), "{path}");
    }
    let other = server.person("other").await;
    let mut others = server.signed_in(&other).await;
    assert!(!others.get("/tournaments?show=yours").await.expect(200).text.contains("Spring Cup"));
    let taken = [("name", "Cup"), ("url", "Spring_Cup"), ("tournament_type", "swiss")];
    let page = send(&mut others, new, new, &taken).await.expect(422);
    assert!(page.text.contains("id=\"url-error\""), "{}", page.text);
}

#[rstest]
#[tokio::test]
async fn a_bracket_is_run_by_forms(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let mut browser = server.signed_in(&marshal).await;
    let b = &mut browser;
    make(b, "cup", &[("placement", "3")], "Anna\r\n\r\n  Bert \r\nCarla\r\nDora\r\nEmil").await;
    let people = "/cup/manage/participants";
    let page = b.get(people).await.expect(200);
    assert!(page.text.contains("5 participants"), "{}", page.text);
    // All names or none.
    let page = send(b, people, people, &[("names", "Frida\nanna\nGus")]).await.expect(422);
    assert!(page.text.contains("Name 2, “anna”, has already been taken"), "{}", page.text);
    assert!(page.text.contains("Frida\nanna\nGus"), "what was typed stays");
    assert!(page.text.contains("5 participants"));
    send(b, people, people, &[("names", " ")]).await.expect(422);

    let api = server.key_of(&marshal).await;
    let order = async || -> Vec<(String, String)> {
        let list = api.get("/tournaments/cup/participants.json").await.expect(200).data();
        let mut rows: Vec<_> = list.as_array().unwrap().clone();
        rows.sort_by_key(|row| row["attributes"]["seed"].as_i64());
        let text = |row: &serde_json::Value| {
            let name = row["attributes"]["name"].as_str().unwrap();
            (name.to_owned(), row["id"].as_str().unwrap().to_owned())
        };
        rows.iter().map(text).collect()
    };
    let rows = order().await;
    let id = |name: &str| rows.iter().find(|(other, _)| other == name).unwrap().1.clone();
    let of = |name: &str| format!("{people}/{}", id(name));
    // Up, down, and not from where somebody is not any more.
    let up = [("seen", "3"), ("to", "2")];
    let go = format!("{}/move", of("Carla"));
    let csrf = b.get(people).await.hidden("csrf");
    let with = |fields: [(&'static str, &'static str); 2]| {
        let mut all = vec![("csrf", csrf.clone())];
        all.extend(fields.map(|(name, value)| (name, value.to_owned())));
        all
    };
    let sent = with(up);
    let fields: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (*n, v.as_str())).collect();
    b.post(&go, &fields).await.expect(303);
    let page = b.post(&go, &fields).await.expect(409);
    assert!(page.text.contains("Somebody else changed this meanwhile"), "{}", page.text);
    let names: Vec<String> = order().await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Anna", "Carla", "Bert", "Dora", "Emil"]);
    // Another name and seed at once; a name that is taken.
    let wrong = [("name", "ANNA"), ("seed", "1")];
    let page = send(b, &of("Dora"), &of("Dora"), &wrong).await.expect(422);
    assert!(page.text.contains("id=\"name-error\""), "{}", page.text);
    let wrong = [("name", "Dora"), ("seed", "none")];
    let page = send(b, &of("Dora"), &of("Dora"), &wrong).await.expect(422);
    assert!(page.text.contains("id=\"seed-error\""), "{}", page.text);
    let right = [("name", "Dorothea"), ("seed", "1"), ("misc", "pays later")];
    send(b, &of("Dora"), &of("Dora"), &right).await.expect(303);
    let remove = format!("{}/remove", of("Emil"));
    send(b, &of("Emil"), &remove, &[]).await.expect(303);
    let names: Vec<String> = order().await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Dorothea", "Anna", "Carla", "Bert"]);
    send(b, people, &format!("{people}/randomize"), &[]).await.expect(303);
    assert_eq!(order().await.len(), 4);
    for (name, seed) in [("Anna", "1"), ("Bert", "2"), ("Carla", "3")] {
        send(b, &of(name), &of(name), &[("name", name), ("seed", seed)]).await.expect(303);
    }

    // The overview says what comes next, and what that does.
    let page = b.get("/cup/manage").await.expect(200);
    assert!(page.text.contains("4 take part. 4 matches in 2 rounds."), "{}", page.text);
    assert!(b.get("/cup/manage/results").await.expect(200).text.contains("It has not started"));
    press(b, "cup", "finalize").await.expect(422);
    press(b, "cup", "nonsense").await.expect(422);
    let started = press(b, "cup", "start").await.expect(303);
    assert_eq!(started.location(), "/cup/manage?done=start");
    // The page that has the button is out of date by now.
    press(b, "cup", "start").await.expect(409);
    send(b, people, people, &[("names", "Late")]).await.expect(422);

    // A: Anna against Dorothea, B: Bert against Carla.
    for (fields, wrong) in [
        (vec![("do", "report")], "Score of Anna is missing: type it"),
        (vec![("s0_0", "2"), ("s1_0", "2")], "is level"),
        (
            vec![("s0_0", "2"), ("do", "report")],
            "Score of Dorothea is missing: every side needs one",
        ),
        (vec![("s0_0", "two"), ("s1_0", "1")], "Score of Anna must be a whole number"),
        (vec![("s0_0", "3-1, x")], "must be a number, or a whole result"),
        (vec![("do", "live")], "is missing, and it is what is to be saved"),
        (vec![("s0_0", "1"), ("s1_0", "1"), ("do", "tie")], "role=\"alert\""),
        (vec![("do", "win-7")], "role=\"alert\""),
    ] {
        let page = report(b, "cup", "A", &fields).await.expect(422);
        assert!(page.text.contains(wrong), "{fields:?}: {}", page.text);
    }
    report(b, "cup", "A", &[("do", "underway")]).await.expect(303);
    assert!(b.get("/cup/manage/results").await.text.contains("desk-underway"));
    report(b, "cup", "A", &[("s0_0", "1"), ("s1_0", "0"), ("do", "live")]).await.expect(303);
    let done = report(b, "cup", "A", &[("s0_0", "3-1, 1-3, 3-0"), ("do", "report")]).await;
    let location = done.expect(303).location().to_owned();
    let page = b.get(&location).await.expect(200);
    assert!(page.text.contains("A: Anna beat Dorothea 3–1, 1–3, 3–0."), "{}", page.text);
    let first = |page: &Answer| {
        let (_, rest) = page.text.split_once("id=\"m").expect("a match to play");
        let form = rest.split_once("</li>").map_or(rest, |(form, _)| form).to_owned();
        assert_eq!(page.text.matches(" autofocus").count(), 1);
        form.contains(" autofocus")
    };
    assert!(first(&page), "the next match has the focus");
    let arrived = b.get("/cup/manage/results").await.expect(200);
    assert!(first(&arrived), "and it has for whoever comes here");
    // The loser's button, without a score.
    report(b, "cup", "B", &[("do", "win-1")]).await.expect(303);
    let found = b.get("/cup/manage/results?find=carla").await.expect(200);
    assert!(found.text.contains("Carla beat Bert 1–0") && !found.text.contains("beat Dorothea"));
    report(b, "cup", "C", &[("s0_0", "2"), ("s1_0", "1")]).await.expect(303);

    // Reopening shows what goes with it.
    let a = match_id(b, "cup", "A").await;
    let reopen = format!("/cup/manage/matches/{a}/reopen");
    let page = b.get(&reopen).await.expect(200);
    assert!(page.text.contains("This match rests on it"), "{}", page.text);
    assert!(page.text.contains("<bdi>C: Anna beat Carla 2–1</bdi>"), "{}", page.text);
    send(b, &reopen, &reopen, &[]).await.expect(303);
    let page = b.get("/cup/manage").await.expect(200);
    assert!(page.text.contains("Undo: reopening of match A"), "{}", page.text);
    press(b, "cup", "undo").await.expect(303);
    assert!(b.get("/cup/manage/results").await.text.contains("Anna beat Carla 2–1"));

    // Somebody withdraws who still has a match to play.
    send(b, &of("Bert"), &format!("{}/remove", of("Bert")), &[]).await.expect(303);
    assert!(b.get(people).await.expect(200).text.contains("withdrawn"));
    let page = b.get("/cup/manage").await.expect(200);
    assert!(page.text.contains("Finalize the tournament"), "{}", page.text);
    press(b, "cup", "finalize").await.expect(303);
    let page = b.get("/cup/manage").await.expect(200);
    assert!(page.text.contains("Anna has won."), "{}", page.text);
    let page = format!("/cup/manage/matches/{a}");
    let late = send(b, &page, &page, &[("do", "win-0")]).await;
    assert!(matches!(late.status, 409 | 422), "{}", late.status);
}

/// Whoever is second is told so, and writes nothing.
#[rstest]
#[tokio::test]
async fn two_organizers_lose_no_update(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let mut one = server.signed_in(&marshal).await;
    let mut two = server.signed_in(&marshal).await;
    make(&mut one, "cup", &[], "Anna\nBert\nCarla\nDora").await;
    // Settings.
    let settings = "/cup/manage/settings";
    let old = two.get(settings).await.expect(200);
    let (csrf, seen) = (old.hidden("csrf"), old.hidden("seen"));
    let all = [("name", "First"), ("url", "cup"), ("tournament_type", "single elimination")];
    send(&mut one, settings, settings, &all).await.expect(303);
    let mut late = vec![("csrf", csrf.as_str()), ("seen", seen.as_str()), ("game", "Lost")];
    late.extend([("name", "Second"), ("tournament_type", "swiss")]);
    let page = two.post(settings, &late).await.expect(409);
    assert!(page.text.contains("value=\"First\"") && !page.text.contains("value=\"Second\""));

    press(&mut one, "cup", "start").await.expect(303);
    let id = match_id(&mut one, "cup", "A").await;
    let page = format!("/cup/manage/matches/{id}");
    let old = two.get(&page).await.expect(200);
    let asked = two.get("/cup/manage/reset").await.expect(200);
    report(&mut one, "cup", "A", &[("do", "win-0")]).await.expect(303);
    let (csrf, seen) = (old.hidden("csrf"), old.hidden("seen"));
    let late = [("csrf", csrf.as_str()), ("seen", &seen), ("s0_0", "0"), ("s1_0", "5")];
    let told = two.post(&page, &late).await.expect(409);
    assert!(told.text.contains("Somebody else changed this meanwhile"), "{}", told.text);
    assert!(told.text.contains("Anna beat Dora 1–0"), "{}", told.text);
    // A reset or an undo that was decided on before is asked for again.
    let seen = asked.hidden("seen");
    for verb in ["reset", "undo"] {
        let late = [("csrf", csrf.as_str()), ("seen", &seen), ("verb", verb)];
        two.post("/cup/manage/state", &late).await.expect(409);
    }
    // Another match is another matter.
    report(&mut two, "cup", "B", &[("do", "win-1")]).await.expect(303);
    let page = one.get("/cup/manage/results").await.expect(200);
    for text in ["Anna beat Dora 1–0", "Carla beat Bert 1–0", "Anna</bdi> wins"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    press(&mut one, "cup", "reset").await.expect(303);
    assert!(one.get("/cup/manage").await.text.contains("Start the tournament"));
}

#[rstest]
#[tokio::test]
async fn every_format_is_run_by_forms(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let mut browser = server.signed_in(&marshal).await;
    let b = &mut browser;
    // Ties in a table.
    make(b, "robin", &[("tournament_type", "round robin")], "Anna\nBert\nCarla").await;
    press(b, "robin", "start").await.expect(303);
    report(b, "robin", "A", &[("s0_0", "1"), ("s1_0", "1"), ("do", "tie")]).await.expect(303);
    assert!(b.get("/robin/manage/results").await.text.contains("tied 1–1"));
    report(b, "robin", "B", &[("do", "tie")]).await.expect(303);
    report(b, "robin", "C", &[("s0_0", "-1"), ("s1_0", "-2")]).await.expect(303);
    press(b, "robin", "finalize").await.expect(303);
    press(b, "robin", "undo").await.expect(303);
    assert!(b.get("/robin/manage").await.text.contains("Finalize the tournament"));

    // Places, or scores, of many.
    let more = [("tournament_type", "free for all"), ("sides", "3"), ("advancing", "1")];
    make(b, "many", &more, "Anna\nBert\nCarla\nDora\nEmil\nFrida\nGus\nHanna\nIda").await;
    press(b, "many", "start").await.expect(303);
    let page = report(b, "many", "A", &[("p0", "1"), ("p1", "x"), ("p2", "3")]).await.expect(422);
    assert!(page.text.contains("Place of "), "{}", page.text);
    report(b, "many", "A", &[("do", "report")]).await.expect(422);
    report(b, "many", "A", &[("p0", "2"), ("p1", "1"), ("p2", "3")]).await.expect(303);
    // Who goes on is left open.
    let level = [("s0_0", "5"), ("s1_0", "5"), ("s2_0", "5")];
    report(b, "many", "B", &level).await.expect(422);
    let scores = [("s0_0", "5"), ("s1_0", "9"), ("s2_0", "7")];
    report(b, "many", "B", &scores).await.expect(303);
    let page = b.get("/many/manage/results").await.expect(200);
    assert!(page.text.contains(" (9), 2. ") && page.text.contains(" (7), 3. "), "{}", page.text);

    // Swiss pairs its rounds by itself.
    let more = [("tournament_type", "swiss"), ("rounds", "2")];
    make(b, "swiss", &more, "Anna\nBert\nCarla\nDora").await;
    press(b, "swiss", "start").await.expect(303);
    for letters in ["A", "B", "C", "D"] {
        report(b, "swiss", letters, &[("do", "win-0")]).await.expect(303);
    }
    press(b, "swiss", "finalize").await.expect(303);

    // Groups, and what they lead to.
    let more = [("groups", "1"), ("group_size", "3"), ("group_advance", "1")];
    make(b, "stages", &more, "Anna\nBert\nCarla\nDora\nEmil\nFrida").await;
    assert!(b.get("/stages/manage").await.text.contains("2 groups: 6 matches in 3 rounds."));
    press(b, "stages", "start").await.expect(303);
    for _ in 0..6 {
        let page = b.get("/stages/manage/results").await.expect(200);
        let id = page.text.split("\" id=\"m").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let page = format!("/stages/manage/matches/{id}");
        send(b, &page, &page, &[("do", "win-0")]).await.expect(303);
    }
    let page = b.get("/stages/manage").await.expect(200);
    assert!(page.text.contains("Start the final stage"), "{}", page.text);
    press(b, "stages", "finalize_group_stage").await.expect(303);
    press(b, "stages", "start").await.expect(303);
    let ask = "/stages/manage/reset?what=final";
    let fields = [("verb", "reset_final_stage")];
    send(b, ask, "/stages/manage/state", &fields).await.expect(303);
    press(b, "stages", "start").await.expect(303);
    report(b, "stages", "A", &[("s0_0", "1"), ("s1_0", "0")]).await.expect(303);
    press(b, "stages", "finalize").await.expect(303);

    // A tournament goes only where somebody says that they mean it.
    let delete = "/stages/manage/delete";
    let page = send(b, delete, delete, &[]).await.expect(422);
    assert!(page.text.contains("id=\"confirm-error\""));
    b.get("/stages").await.expect(200);
    send(b, delete, delete, &[("confirm", "yes")]).await.expect(303);
    b.get("/stages").await.expect(404);
    // All participants at once.
    let clear = "/robin/manage/participants/clear";
    b.get(clear).await.expect(422);
    press(b, "robin", "reset").await.expect(303);
    send(b, clear, clear, &[]).await.expect(303);
    assert!(b.get("/robin/manage/participants").await.text.contains("0 participants"));
}

#[rstest]
#[tokio::test]
async fn a_check_in_is_run_by_forms(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let mut browser = server.signed_in(&marshal).await;
    let b = &mut browser;
    // The window is open already.
    let start = server.core.now() + 600_000;
    let at = tiltyard_pages::Moment::from_millis(start).iso[..16].to_owned();
    make(b, "cup", &[("starts_at", &at), ("check_in", "30")], "Anna\nBert\nCarla").await;
    let people = "/cup/manage/participants";
    let page = b.get(people).await.expect(200);
    let ids: Vec<String> = page
        .text
        .split("<li class=\"person\" id=\"p")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    for id in &ids {
        let action = format!("{people}/{id}/check-in");
        send(b, people, &action, &[("here", "yes")]).await.expect(303);
    }
    let action = format!("{people}/{}/check-in", ids[1]);
    send(b, people, &action, &[("here", "no")]).await.expect(303);
    // Who is missing is a list of its own, which stays while they come.
    let missing = format!("{people}?who=missing&find=bERt");
    let page = b.get(&missing).await.expect(200);
    assert_eq!(page.text.matches("<li class=\"person\"").count(), 1);
    assert!(page.text.contains("Not here yet (1)") && page.text.contains("Here (2)"));
    let fields = [("here", "yes"), ("who", "missing"), ("find", "bERt"), ("page", "1")];
    let after = send(b, &missing, &action, &fields).await.expect(303);
    assert_eq!(after.location(), format!("{people}?who=missing&page=1&done=checked_in"));
    let page = b.get(after.location()).await.expect(200);
    assert!(page.text.contains("Checked in. Who is next?") && page.text.contains("0 of 3."));
    send(b, people, &action, &[("here", "no")]).await.expect(303);
    let page = b.get(&format!("{people}?find=nobody&who=%3Cb%3E&page=x")).await.expect(200);
    assert!(page.text.contains("Nobody of that name") && !page.text.contains("<b>"));
    let page = b.get("/cup/manage").await.expect(200);
    assert!(page.text.contains("2 of 3 are here."), "{}", page.text);
    press(b, "cup", "start").await.expect(422);
    press(b, "cup", "process_checkin").await.expect(303);
    assert!(b.get(people).await.expect(200).text.contains("not here"));
    press(b, "cup", "abort_checkin").await.expect(303);
    press(b, "cup", "start").await.expect(303);
}

/// Every page and every form, for everybody.
#[rstest]
#[tokio::test]
async fn organizers_alone_get_in(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.organizer("owner").await;
    let club = json!({"name": "The Club", "permalink": "club"});
    owner.post("/communities.json", club).await.expect(201);
    let mut people = Vec::new();
    for (name, role) in [("steward", "organizer"), ("member", "member"), ("stranger", "")] {
        people.push(server.person(name).await);
        if !role.is_empty() {
            let body = json!({"username": name, "role": role});
            owner.post("/communities/club/members.json", body).await.expect(201);
        }
    }
    let new = json!({"name": "Cup", "url": "cup", "tournament_type": "single elimination"});
    owner.post("/communities/club/tournaments.json", new).await.expect(201);
    let t = "/communities/club/tournaments/cup";
    for name in ["Anna", "Bert", "Carla"] {
        owner.post(&format!("{t}/participants.json"), json!({"name": name})).await.expect(200);
    }
    let list = owner.get(&format!("{t}/participants.json")).await.expect(200).data();
    let participant = list[0]["id"].as_str().unwrap().to_owned();
    let private = json!({"name": "Hidden", "url": "hidden", "private": true});
    owner.tournament(private, 2).await;

    let base = "/cup/manage";
    let one = format!("{base}/participants/{participant}");
    let pages = [
        base.to_owned(),
        format!("{base}/settings"),
        format!("{base}/participants"),
        format!("{base}/participants/clear"),
        format!("{base}/results"),
        format!("{base}/delete"),
        one.clone(),
    ];
    let forms = [
        format!("{base}/state"),
        format!("{base}/settings"),
        format!("{base}/participants"),
        format!("{base}/participants/randomize"),
        format!("{base}/participants/clear"),
        format!("{base}/matches/1"),
        format!("{base}/matches/1/reopen"),
        format!("{base}/delete"),
        one.clone(),
        format!("{one}/move"),
        format!("{one}/check-in"),
        format!("{one}/remove"),
    ];
    let fields = [
        ("verb", "start"),
        ("names", "Mallory"),
        ("name", "Mallory"),
        ("to", "2"),
        ("confirm", "yes"),
        ("tournament_type", "swiss"),
    ];
    for person in &people[1..] {
        let mut browser = server.signed_in(person).await;
        for page in &pages {
            browser.get(page).await.expect(403);
            browser.get(&page.replace("/cup/", "/hidden/")).await.expect(404);
        }
        for form in &forms {
            browser.submit("/account", form, &fields).await.expect(403);
            browser
                .submit("/account", &form.replace("/cup/", "/hidden/"), &fields)
                .await
                .expect(404);
        }
    }
    let mut nobody = server.browser();
    for page in pages.iter().chain(["/tournaments/new".to_owned()].iter()) {
        let answer = nobody.get(page).await.expect(303);
        assert!(answer.location().starts_with("/login?next="), "{page}: {}", answer.location());
    }
    for form in forms.iter().chain(["/tournaments/new".to_owned()].iter()) {
        let answer = nobody.submit("/login", form, &fields).await.expect(303);
        assert!(answer.location().starts_with("/login?next="), "{form}: {}", answer.location());
    }
    // Nothing has changed, and whoever organizes in the community gets everywhere.
    let list = owner.get(&format!("{t}/participants.json")).await.expect(200).data();
    assert_eq!(list.as_array().unwrap().len(), 3);
    let mut browser = server.signed_in(&people[0]).await;
    for page in &pages {
        browser.get(page).await.expect(200);
    }
    send(&mut browser, &pages[2], &pages[2], &[("names", "Dora")]).await.expect(303);
    press(&mut browser, "cup", "start").await.expect(303);
    // And makes tournaments for it.
    let page = browser.get("/tournaments/new").await.expect(200);
    assert!(page.text.contains("<option value=\"club\">The Club</option>"), "{}", page.text);
    let new =
        [("name", "Next"), ("url", "next"), ("tournament_type", "swiss"), ("community", "club")];
    send(&mut browser, "/tournaments/new", "/tournaments/new", &new).await.expect(303);
    owner.get("/communities/club/tournaments/next.json").await.expect(200);
    let mut stranger = server.signed_in(&people[2]).await;
    let new = [("name", "Not mine"), ("tournament_type", "swiss"), ("community", "club")];
    let refused = send(&mut stranger, "/tournaments/new", "/tournaments/new", &new).await;
    assert!(matches!(refused.status, 403 | 404), "{}", refused.status);
    // What is not there is not there.
    for path in
        ["/nothing/manage", "/cup/manage/matches/x", "/cup/manage/participants/0", "/1/manage"]
    {
        browser.get(path).await.expect(404);
    }
}

/// A match that is not played is decided for whoever was there, or for neither, until it is reopened.
#[rstest]
#[tokio::test]
async fn a_match_may_go_unplayed(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let mut browser = server.signed_in(&marshal).await;
    let b = &mut browser;
    make(b, "cup", &[], "Anna\nBert\nCarla\nDora\nEmil\nFrida\nGus\nHanna").await;
    press(b, "cup", "start").await.expect(303);
    // A: Anna against Hanna, B: Dora against Emil.
    let page = b.get("/cup/manage/results").await.expect(200);
    for button in ["absent-0\"><bdi>Anna</bdi> did not play", "absent-all\">Neither played"] {
        assert!(page.text.contains(button), "{button}: {}", page.text);
    }
    let done = report(b, "cup", "A", &[("do", "absent-1")]).await.expect(303);
    let page = b.get(done.location()).await.expect(200);
    assert!(page.text.contains("A: Anna wins, Hanna did not play."), "{}", page.text);
    report(b, "cup", "B", &[("do", "absent-all")]).await.expect(303);
    let page = b.get("/cup/manage/results").await.expect(200);
    assert!(page.text.contains("neither Dora nor Emil played"), "{}", page.text);
    // Anna's next has nobody on the other side.
    assert!(page.text.contains("by default"), "{}", page.text);
    for wrong in ["absent-2", "absent-", "absent-x"] {
        report(b, "cup", "C", &[("do", wrong)]).await.expect(422);
    }
    let key = server.key_of(&marshal).await;
    let list = key.get("/tournaments/cup/matches.json").await.expect(200).data();
    let of = |letters: &str| {
        let mut all = list.as_array().unwrap().iter();
        all.find(|of| of["attributes"]["identifier"] == letters).unwrap()["attributes"].clone()
    };
    assert_eq!(of("A")["forfeited"], true);
    assert_eq!(of("B")["winner_id"], serde_json::Value::Null);

    let id = match_id(b, "cup", "A").await;
    let reopen = format!("/cup/manage/matches/{id}/reopen");
    send(b, &reopen, &reopen, &[]).await.expect(303);
    report(b, "cup", "A", &[("s0_0", "0"), ("s1_0", "2")]).await.expect(303);
    // What has a result may turn out not to have been played.
    report(b, "cup", "A", &[("do", "absent-1")]).await.expect(303);
    let page = b.get("/cup/manage/results").await.expect(200);
    assert!(page.text.contains("Anna wins 0–2, Hanna did not play"), "{}", page.text);
    press(b, "cup", "undo").await.expect(303);
    let page = b.get("/cup/manage/results").await.expect(200);
    assert!(page.text.contains("Hanna beat Anna 2–0"), "{}", page.text);
}

/// What makes a table, and what those who join are asked, is chosen by the form as well.
#[rstest]
#[tokio::test]
async fn finer_points_are_set_by_the_form(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let mut browser = server.signed_in(&marshal).await;
    let b = &mut browser;
    let fields = [
        ("name", "Cup"),
        ("url", "cup"),
        ("tournament_type", "round robin"),
        ("rr_set_win", "0.5"),
        ("tie_1", "points difference"),
        ("tie_2", "game wins"),
        ("swiss_bye", "0.5"),
        ("q0_label", "Team colour"),
        ("q0_kind", "choice"),
        ("q0_choices", "Red\r\n\r\n Blue "),
        ("q0_required", "1"),
        // A row that was left empty is none.
        ("q1_kind", "number"),
        ("q2_label", "Phone number"),
        ("q2_private", "1"),
        ("predictions_public", "1"),
    ];
    let new = "/tournaments/new";
    send(b, new, new, &fields).await.expect(303);
    let api = server.key_of(&marshal).await;
    let stored = async || {
        let t = api.get("/tournaments/cup.json").await.expect(200).data();
        t["attributes"].clone()
    };
    let now = stored().await;
    assert_eq!(now["round_robin_options"]["pts_for_game_win"], 0.5);
    assert_eq!(now["swiss_options"]["pts_for_bye"], 0.5);
    assert_eq!(now["tie_breaks"], json!(["points difference", "game wins", "points scored"]));
    assert_eq!(
        now["registration_options"]["custom_fields"],
        json!([
            {"key": "team_colour", "label": "Team colour", "kind": "choice", "required": true,
             "choices": ["Red", "Blue"], "private": false},
            {"key": "phone_number", "label": "Phone number", "kind": "text", "required": false,
             "choices": [], "private": true},
        ])
    );
    // The form shows it as it is; what is wrong stands beside its field.
    let settings = "/cup/manage/settings";
    let page = b.get(settings).await.expect(200);
    for text in ["value=\"team_colour\"", "\nRed\nBlue</textarea>", "Question 4"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    let mut wrong = fields.to_vec();
    wrong[9].1 = " ";
    let page = send(b, settings, settings, &wrong).await.expect(422);
    assert!(page.text.contains("id=\"q0_choices-error\""), "{}", page.text);
    // A question is renamed and keeps its key; another is not asked any more.
    let mut fewer = fields[..7].to_vec();
    fewer.extend([("q0_key", "team_colour"), ("q0_label", ""), ("q1_key", "phone_number")]);
    fewer.push(("q1_label", "Telephone"));
    send(b, settings, settings, &fewer).await.expect(303);
    let now = stored().await;
    let asked = &now["registration_options"]["custom_fields"];
    assert_eq!(asked.as_array().unwrap().len(), 1);
    assert_eq!(asked[0]["key"], "phone_number");
    assert_eq!(asked[0]["label"], "Telephone");
}
