//! Players register, check in and leave by pages.

use rstest::rstest;
use serde_json::json;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::{
    check_in::in_minutes,
    support::{Answer, Browser, TestServer},
};

async fn send(browser: &mut Browser<'_>, action: &str, fields: &[(&str, &str)]) -> Answer {
    browser.submit("/cup/join", action, fields).await
}

#[rstest]
#[tokio::test]
async fn players_register_by_a_page(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let api = server.key_of(&marshal).await;
    let body = json!({
        "name": "Cup", "url": "cup", "tournament_type": "single elimination",
        "registration_options": {
            "open_signup": true, "signup_cap": 2,
            "custom_fields": [
                {"key": "team", "label": "Team colour", "kind": "choice",
                 "choices": ["Red", "Blue"], "required": true},
                {"key": "phone", "label": "Phone number", "private": true},
            ],
        },
    });
    let made = api.post("/tournaments.json", body).await.expect(201).data();
    let address = made["attributes"]["sign_up_url"].as_str().unwrap().to_owned();
    assert!(address.ends_with("/cup/join"), "{address}");

    let mut stranger = server.browser();
    let page = stranger.get("/cup").await.expect(200);
    assert!(page.text.contains("href=\"/cup/join\""), "{}", page.text);
    let page = stranger.get("/cup/join").await.expect(200);
    assert!(page.text.contains("/login?next=%2Fcup%2Fjoin"), "{}", page.text);

    let (ann, ben, cid) =
        (server.person("ann").await, server.person("ben").await, server.person("cid").await);
    let mut browser = server.signed_in(&ann).await;
    let page = browser.get("/cup/join").await.expect(200);
    assert!(page.text.contains("2 places are left."), "{}", page.text);
    // What must be answered is named beside its field, and what was typed stays.
    let page = send(&mut browser, "/cup/join", &[("a_phone", "555 <1>")]).await.expect(422);
    assert!(page.text.contains("id=\"a_team-error\""), "{}", page.text);
    assert!(page.text.contains("555 &#60;1&#62;"), "{}", page.text);
    send(&mut browser, "/cup/join", &[("a_team", "Green")]).await.expect(422);
    let fields = [("a_team", "Red"), ("a_phone", "555 <1>")];
    let done = send(&mut browser, "/cup/join", &fields).await.expect(303);
    let page = browser.get(done.location()).await.expect(200);
    assert!(page.text.contains("You are registered."), "{}", page.text);
    assert!(page.text.contains("takes part, as seed 1"), "{}", page.text);
    assert!(page.text.contains("<dd><bdi>Red</bdi></dd>"), "{}", page.text);
    // What is for organizers only does not come back: they may have noted something there themselves.
    assert!(!page.text.contains("555"), "{}", page.text);
    // Twice is refused, and changes nothing.
    let page = send(&mut browser, "/cup/join", &[("a_team", "Red")]).await.expect(422);
    assert!(page.text.contains("registered for this tournament already"), "{}", page.text);
    // Without the form's token nothing happens.
    browser.post("/cup/join/leave", &[("csrf", "x")]).await.expect(403);

    let mut bens = server.signed_in(&ben).await;
    send(&mut bens, "/cup/join", &[("a_team", "Blue")]).await.expect(303);
    let mut cids = server.signed_in(&cid).await;
    let page = cids.get("/cup/join").await.expect(200);
    assert!(page.text.contains("You go on the waiting list"), "{}", page.text);
    send(&mut cids, "/cup/join", &[("a_team", "Blue")]).await.expect(303);
    let page = cids.get("/cup/join").await.expect(200);
    assert!(page.text.contains("is on the waiting list"), "{}", page.text);
    // One leaves, the next moves up.
    let done = send(&mut browser, "/cup/join/leave", &[]).await.expect(303);
    assert_eq!(done.location(), "/cup/join?done=left");
    let page = cids.get("/cup/join").await.expect(200);
    assert!(page.text.contains("takes part, as seed 2"), "{}", page.text);
    // There is no check-in to answer.
    send(&mut cids, "/cup/join/check-in", &[]).await.expect(422);
    send(&mut browser, "/cup/join/check-in", &[]).await.expect(404);

    api.state("/tournaments/cup", "start").await.expect(200);
    let page = stranger.get("/cup").await.expect(200);
    assert!(!page.text.contains("/cup/join"), "{}", page.text);
    let page = browser.get("/cup/join").await.expect(200);
    assert!(page.text.contains("nobody can join any more"), "{}", page.text);
    let page = cids.get("/cup/join").await.expect(200);
    assert!(page.text.contains("Every match that you have left is forfeited"), "{}", page.text);
    send(&mut cids, "/cup/join/leave", &[]).await.expect(303);
    let page = cids.get("/cup/join").await.expect(200);
    assert!(page.text.contains("does not play any more"), "{}", page.text);
}

#[rstest]
#[tokio::test]
async fn players_check_in_by_a_page(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let api = server.key_of(&marshal).await;
    let body = json!({
        "name": "Cup", "url": "cup", "tournament_type": "single elimination",
        "starts_at": in_minutes(&server, 20),
        "registration_options": {"check_in_duration": 30},
    });
    api.post("/tournaments.json", body).await.expect(201);
    let ann = server.person("ann").await;
    let body = json!({"name": "Annie", "username": "ann"});
    api.post("/tournaments/cup/participants.json", body).await.expect(200);
    let mut stranger = server.browser();
    let page = stranger.get("/cup").await.expect(200);
    assert!(page.text.contains(">Check in</a>"), "{}", page.text);
    let page = stranger.get("/cup/join").await.expect(200);
    assert!(page.text.contains("The organizer says who takes part"), "{}", page.text);
    let mut browser = server.signed_in(&ann).await;
    let page = browser.get("/cup/join").await.expect(200);
    assert!(page.text.contains("The check-in is open"), "{}", page.text);
    send(&mut browser, "/cup/join/check-in", &[("here", "yes")]).await.expect(303);
    let page = browser.get("/cup/join").await.expect(200);
    assert!(page.text.contains("You have checked in."), "{}", page.text);
    let list = api.get("/tournaments/cup/participants.json").await.expect(200).data();
    assert_eq!(list[0]["attributes"]["states"]["checked_in"], true);
    send(&mut browser, "/cup/join/check-in", &[("here", "no")]).await.expect(303);
    let list = api.get("/tournaments/cup/participants.json").await.expect(200).data();
    assert_eq!(list[0]["attributes"]["states"]["checked_in"], false);
}
