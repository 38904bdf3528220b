//! Predictions by the page's forms, without scripts.

use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Browser, TestServer};

/// Opens the page and sends its form with these fields.
async fn save(browser: &mut Browser<'_>, picks: &[(&str, &str)]) -> Answer {
    let csrf = browser.get("/cup/predictions").await.expect(200).hidden("csrf");
    let mut fields = vec![("csrf", csrf.as_str()), ("sheet", "1")];
    fields.extend_from_slice(picks);
    browser.post("/cup/predictions", &fields).await
}

#[track_caller]
fn shows(page: &Answer, text: &str) {
    assert!(page.text.contains(text), "{text:?} is not in {}", page.text);
}

#[rstest]
#[tokio::test]
async fn people_predict_by_hand(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let cup = json!({"name": "Cup", "url": "cup", "tournament_type": "single elimination",
                     "prediction_options": {"prediction_method": 2}});
    let t = api.tournament(cup, 4).await;
    let early = server.get("/cup/predictions").await.expect(404);
    shows(&early, "Predictions are not open yet");
    shows(&early, "href=\"/cup\"");
    api.state(&t, "open_predictions").await.expect(200);
    let page = server.get("/cup/predictions").await.expect(200);
    shows(&page, "/login?next=%2Fcup%2Fpredictions");

    let id = |of: &Value| of["id"].as_str().unwrap().to_owned();
    let mut matches = Vec::new();
    for name in ["A", "B", "C"] {
        matches.push(format!("m{}", id(&api.match_named(&t, name).await)));
    }
    let [a, b, c] = [0, 1, 2].map(|index: usize| matches[index].as_str());
    let list = api.get(&format!("{t}/participants.json")).await.expect(200).data();
    let seeds: Vec<String> = list.as_array().unwrap().iter().map(id).collect();
    let [one, two, four] = [0, 1, 3].map(|index: usize| seeds[index].as_str());

    let ysolde = server.person("ysolde").await;
    let mut browser = server.signed_in(&ysolde).await;
    let page = browser.get("/cup/predictions").await.expect(200);
    shows(&page, "Winner of A");
    // Whoever is picked can be picked in the next round.
    let saved = save(&mut browser, &[(a, one)]).await.expect(303);
    assert_eq!(saved.location(), "/cup/predictions?sheet=1&done=saved&gone=0");
    let page = browser.get(saved.location()).await.expect(200);
    shows(&page, "Your picks are saved.");
    shows(&page, "1 of 3 matches picked");
    shows(&page, &format!("name=\"{c}\" value=\"{one}\""));
    save(&mut browser, &[(a, one), (b, two), (c, one)]).await.expect(303);
    // What does not follow from a changed pick is left out, and that is said.
    let saved = save(&mut browser, &[(a, four), (b, two), (c, one)]).await.expect(303);
    let page = browser.get(saved.location()).await.expect(200);
    shows(&page, "One pick did not follow");
    shows(&page, "2 of 3 matches picked");
    // Nobody is picked who does not play.
    let wrong = save(&mut browser, &[(a, "1")]).await.expect(422);
    shows(&wrong, "role=\"alert\"");
    let forged = browser.post("/cup/predictions", &[("csrf", "x"), (a, one)]).await;
    forged.expect(403);

    let csrf = browser.get("/cup/predictions").await.expect(200).hidden("csrf");
    api.state(&t, "start").await.expect(200);
    let fields = [("csrf", csrf.as_str()), ("sheet", "1"), (a, one)];
    let late = browser.post("/cup/predictions", &fields).await.expect(422);
    shows(&late, "Predictions closed when the tournament started.");
    let page = browser.get("/cup/predictions").await.expect(200);
    shows(&page, "2 of 3 matches picked");
    shows(&page, "still open");
}

#[rstest]
#[tokio::test]
async fn nobody_predicts_what_they_may_not_see(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let cup = json!({"name": "Cup", "url": "cup", "tournament_type": "single elimination",
                     "prediction_options": {"prediction_method": 2}});
    let t = api.tournament(cup, 4).await;
    api.state(&t, "open_predictions").await.expect(200);
    let ysolde = server.person("ysolde").await;
    let mut browser = server.signed_in(&ysolde).await;
    let csrf = browser.get("/cup/predictions").await.expect(200).hidden("csrf");
    let of = api.match_named(&t, "A").await["id"].as_str().unwrap().to_owned();
    let list = api.get(&format!("{t}/participants.json")).await.expect(200).data();
    let one = list[0]["id"].as_str().unwrap().to_owned();
    let picked = format!("m{of}");

    // Without a session the form's token is worth nothing.
    let fields = [("csrf", csrf.as_str()), ("sheet", "1"), (picked.as_str(), one.as_str())];
    let stranger = server.browser().post("/cup/predictions", &fields).await;
    assert_ne!(stranger.status, 200);
    assert!(!stranger.text.contains("Your picks are saved."));
    let saved = browser.post("/cup/predictions", &fields).await.expect(303);
    assert!(saved.location().contains("done=saved"));

    // Another person sees no picks but their own.
    let kay = server.person("kay").await;
    let mut other = server.signed_in(&kay).await;
    let page = other.get("/cup/predictions").await.expect(200);
    shows(&page, "0 of 3 matches picked");
    assert!(!page.text.contains(" checked"));

    // Whoever may not see a private tournament predicts nothing there, though they know its address.
    let csrf = page.hidden("csrf");
    let private = json!({"private": true});
    api.put(&format!("{t}.json"), private).await.expect(200);
    let fields = [("csrf", csrf.as_str()), ("sheet", "1"), (picked.as_str(), one.as_str())];
    other.post("/cup/predictions", &fields).await.expect(404);
    other.post("/cup/predictions/remove", &fields[..1]).await.expect(404);
    let page = other.get("/cup/predictions").await;
    assert!(!page.text.contains("data-ballot"));
}
