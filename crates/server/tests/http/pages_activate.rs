//! The page where people type the code that their device shows, and what they may leave out.

use rstest::rstest;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{PASSWORD, TestServer};

/// Cases I04, I05, I17, I22.
#[rstest]
#[tokio::test]
async fn a_code_in_any_spelling_and_never_without_a_click(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client_at(&owner, Preset::Device, &[]).await;
    let mut browser = server.signed_in(&server.person("ysolde").await).await;
    let (device_code, user_code) = client.device().await;
    let spellings = [
        user_code.to_lowercase(),
        user_code.replace('-', ""),
        user_code.to_lowercase().replace('-', " "),
        format!(" {user_code} "),
    ];
    for spelling in &spellings {
        let page = browser.submit("/activate", "/activate", &[("user_code", spelling)]).await;
        let text = page.expect(200).text;
        for shown in [user_code.as_str(), "Overlay", "owner", "See your account details"] {
            assert!(text.contains(shown), "{spelling}: {shown}");
        }
        assert!(text.contains("choose Deny"));
    }
    let page = browser.get(&format!("/activate?user_code={user_code}")).await.expect(200);
    assert!(page.text.contains("name=\"decision\" value=\"allow\""));
    // Nothing of this was a decision.
    assert_eq!(client.poll(&device_code).await.json()["error"], "authorization_pending");
    for garbage in ["x", "AAAA-AAAA", "BCDF-GHJ", "BCDF-GHJKL", "<script>", "0"] {
        let page = browser.submit("/activate", "/activate", &[("user_code", garbage)]).await;
        assert!(page.expect(422).text.contains("That is no such code"), "{garbage}");
    }
    let decision = [("user_code", user_code.as_str()), ("decision", "allow")];
    let done = browser.submit("/activate", "/activate", &decision).await.expect(200);
    assert!(done.text.contains("Overlay is connected"));
    // Somebody else learns that it was used, and not by whom.
    let mut other = server.signed_in(&server.person("stranger").await).await;
    let page = other.get(&format!("/activate?user_code={user_code}")).await.expect(422);
    assert!(page.text.contains("already used") && !page.text.contains("ysolde"));
    let page = other.submit("/activate", "/activate", &decision).await.expect(422);
    assert!(page.text.contains("already used"));
    client.poll(&device_code).await.expect(200);
}

/// Signing in comes first and leads back to the same code.
#[rstest]
#[tokio::test]
async fn signing_in_comes_first(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client_at(&person, Preset::Device, &[]).await;
    let (_, user_code) = client.device().await;
    let mut browser = server.browser();
    let there = format!("/activate?user_code={user_code}");
    let login = browser.get(&there).await.expect(303).location().to_owned();
    let next = browser.get(&login).await.expect(200).hidden("next");
    assert_eq!(next, there);
    let fields = [("username", "ysolde"), ("password", PASSWORD), ("next", next.as_str())];
    let back = browser.submit(&login, "/login", &fields).await.expect(303);
    assert_eq!(back.location(), there);
    assert!(browser.get(&there).await.expect(200).text.contains(&user_code));
    // Without a code, to the field for one.
    let login = server.get("/activate").await.expect(303).location().to_owned();
    assert_eq!(login, "/login?next=%2Factivate");
    // Without the form's token nothing is decided.
    let forged = [("user_code", user_code.as_str()), ("decision", "allow")];
    browser.post("/activate", &forged).await.expect(403);
}

/// What a person unticks is not granted, and is asked again the next time, alone.
#[rstest]
#[tokio::test]
async fn people_leave_scopes_out(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client_at(&owner, Preset::Device, &[]).await;
    let mut browser = server.signed_in(&owner).await;
    let (device_code, user_code) = client.device().await;
    let decision = [
        ("user_code", user_code.as_str()),
        ("decision", "allow"),
        ("choice", "1"),
        ("scope", "me"),
        ("scope", "tournaments:read"),
        // What was not asked cannot be given.
        ("scope", "matches:write"),
    ];
    browser.submit("/activate", "/activate", &decision).await.expect(200);
    let tokens = client.poll(&device_code).await.expect(200).json();
    assert_eq!(tokens["scope"], "me tournaments:read");
    let (device_code, user_code) = client.device().await;
    let page = browser.get(&format!("/activate?user_code={user_code}")).await.expect(200).text;
    assert!(page.contains("value=\"tournaments:write\"") && !page.contains("value=\"me\""));
    assert!(page.contains("2 permissions you gave before"));
    // Leaving out the only thing that is asked is no consent to it.
    let decision = [("user_code", user_code.as_str()), ("decision", "allow"), ("choice", "1")];
    browser.submit("/activate", "/activate", &decision).await.expect(200);
    let tokens = client.poll(&device_code).await.expect(200).json();
    assert_eq!(tokens["scope"], "me tournaments:read");
}
