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
