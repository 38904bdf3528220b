//! The page that plays a device, for those who make applications.

use rstest::rstest;
use tiltyard_core::{accounts::Origin, applications::ApplicationChanges, clock::MINUTE};
use tiltyard_oauth::{client::GrantKind, preset::Preset};
use tiltyard_pages::qr;
use tiltyard_store::{
    Engine::{self, Postgres, Sqlite},
    repo::families,
};

use crate::support::{Browser, PASSWORD, TestServer};

/// Switches a device on, and gives the code that it shows.
async fn switch_on(browser: &mut Browser<'_>, client_id: &str) -> String {
    let fields = [("client_id", client_id)];
    let begun = browser.submit("/device", "/device", &fields).await.expect(303);
    assert_eq!(begun.location(), "/device");
    let page = browser.get("/device").await.expect(200).text;
    let (_, rest) = page.split_once("<p class=\"tv-code\">").expect("a code");
    rest.split('<').next().unwrap().to_owned()
}

async fn decide(browser: &mut Browser<'_>, user_code: &str, decision: &str) {
    let page = format!("/activate?user_code={user_code}");
    let fields = [("user_code", user_code), ("decision", decision)];
    browser.submit(&page, "/activate", &fields).await.expect(200);
}

/// Cases I17, I23.
#[rstest]
#[tokio::test]
async fn a_device_is_played_to_the_end(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client_at(&owner, Preset::Device, &[]).await;
    let id = client.app.id.as_str();
    let mut browser = server.signed_in(&owner).await;
    let there = format!("/device?client_id={id}");
    let page = browser.get(&format!("/apps/{id}")).await.expect(200).text;
    assert!(page.contains(&format!("href=\"{there}\"")));
    assert!(browser.get("/activate").await.expect(200).text.contains("href=\"/device\""));
    let page = browser.get(&there).await.expect(200).text;
    assert!(page.contains(&format!("value=\"{id}\" required checked")));

    let user_code = switch_on(&mut browser, id).await;
    let page = browser.get("/device").await.expect(200);
    let complete = format!("{}/activate?user_code={user_code}", server.url);
    assert!(page.text.contains(&qr::svg(&complete).unwrap()), "the picture carries the address");
    assert_eq!(page.text.matches("<svg class=\"qr\"").count(), 1);
    assert!(page.text.contains("<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>"));
    assert!(!page.text.contains("tly_dc_"), "the device code stays with the server");
    assert!(!browser.cookies["tly_device"].contains("tly_dc_"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    // However often it is loaded, the device behaves: the interval does not grow.
    for _ in 0..3 {
        let page = browser.get("/device").await.expect(200).text;
        assert!(page.contains(&user_code) && page.contains("data-seconds=\"5\""));
    }

    // The link with the code decides nothing by itself.
    let yseult = server.person("yseult").await;
    let mut visitor = server.signed_in(&yseult).await;
    let asked = visitor.get(&format!("/activate?user_code={user_code}")).await.expect(200).text;
    for shown in [user_code.as_str(), "Overlay", "See your account details", "value=\"allow\""] {
        assert!(asked.contains(shown), "{shown}");
    }
    server.clock.advance(5_000);
    assert!(browser.get("/device").await.expect(200).text.contains(&user_code));
    decide(&mut visitor, &user_code, "allow").await;
    let page = browser.get("/device").await.expect(200).text;
    assert!(page.contains("Hello, <bdi>yseult</bdi>"));
    assert!(!page.contains("http-equiv=\"refresh\"") && !page.contains("/assets/device.js"));
    // It is told once; then there is a choice again.
    assert!(!browser.cookies.contains_key("tly_device"));
    assert!(browser.get("/device").await.expect(200).text.contains("Play a device"));
    // What came of it is an ordinary connection, and no grant that anybody could use.
    assert!(visitor.get("/account").await.expect(200).text.contains("Overlay"));
    let (person, app) = (yseult.id, server.core.application(&owner.actor(), id).await.unwrap().id);
    let live = server.core.store().write(move |tx| families::live_of_consent(tx, person, app));
    assert!(live.await.unwrap().is_empty());
}

/// What the device is told in the other cases.
#[rstest]
#[tokio::test]
async fn other_ends(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client_at(&owner, Preset::Device, &[]).await;
    let id = client.app.id.as_str();
    let mut browser = server.signed_in(&owner).await;
    let user_code = switch_on(&mut browser, id).await;
    decide(&mut browser, &user_code, "deny").await;
    assert!(browser.get("/device").await.expect(200).text.contains("You said no"));

    switch_on(&mut browser, id).await;
    server.clock.advance(10 * MINUTE);
    assert!(browser.get("/device").await.expect(200).text.contains("The code is too old"));

    switch_on(&mut browser, id).await;
    let kept = browser.clone_cookies();
    // Switched off, and another application taken.
    browser.submit("/device", "/device", &[]).await.expect(303);
    assert!(!browser.cookies.contains_key("tly_device"));
    browser.cookies = kept;
    let less = ApplicationChanges {
        grants: Some([GrantKind::RefreshToken].into()),
        ..ApplicationChanges::default()
    };
    let (actor, origin) = (owner.actor(), Origin::default());
    let changed = server.core.update_application(&actor, id, move |_| less.clone(), origin);
    changed.await.unwrap();
    server.clock.advance(5_000);
    let page = browser.get("/device").await.expect(200).text;
    assert!(page.contains("does not work any more"));
    let page = browser.get("/device").await.expect(200).text;
    assert!(page.contains("None of your applications may use the device grant"));
    let refused = browser.submit("/activate", "/device", &[("client_id", id)]).await.expect(422);
    assert!(refused.text.contains("None of your applications"));
}

/// Only who manages the application plays its device, and only in the session that began it.
#[rstest]
#[tokio::test]
async fn for_its_owner_in_one_session(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client_at(&owner, Preset::Device, &[]).await;
    let id = client.app.id.as_str();
    let there = format!("/device?client_id={id}");
    // Signing in comes first, and leads back.
    let mut browser = server.browser();
    let login = browser.get(&there).await.expect(303).location().to_owned();
    let next = browser.get(&login).await.expect(200).hidden("next");
    assert_eq!(next, there);
    let fields = [("username", "owner"), ("password", PASSWORD), ("next", next.as_str())];
    let back = browser.submit(&login, "/login", &fields).await.expect(303);
    assert_eq!(back.location(), there);
    let user_code = switch_on(&mut browser, id).await;

    let mut stranger = server.signed_in(&server.person("stranger").await).await;
    let page = stranger.get(&there).await.expect(200).text;
    assert!(!page.contains("Overlay"));
    stranger.submit("/device", "/device", &[("client_id", id)]).await.expect(404);
    stranger.post("/device", &[("client_id", id)]).await.expect(403);
    // The sealed memory opens in no other session, not even the owner's.
    let mut another = server.signed_in(&owner).await;
    let sealed = browser.cookies["tly_device"].clone();
    for thief in [&mut stranger, &mut another] {
        thief.cookies.insert("tly_device".to_owned(), sealed.clone());
        let page = thief.get("/device").await.expect(200).text;
        assert!(page.contains("Play a device") && !page.contains(&user_code));
    }
    for garbage in ["", "x", "AAAA", "%00", sealed.get(1..).unwrap()] {
        browser.cookies.insert("tly_device".to_owned(), garbage.to_owned());
        assert!(browser.get("/device").await.expect(200).text.contains("Play a device"));
    }
    browser.cookies.insert("tly_device".to_owned(), sealed);
    assert!(browser.get("/device").await.expect(200).text.contains(&user_code));
}
