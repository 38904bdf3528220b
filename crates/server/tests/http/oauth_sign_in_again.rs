//! A sign-in that the application insists on can neither be skipped nor go round in circles.

use rstest::rstest;
use tiltyard_core::clock::{HOUR, SECOND};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Browser, PASSWORD, TestServer, query_of};

/// Where the sign-in form leads to, if the browser was sent there.
fn sign_in_again(answer: &Answer) -> Option<String> {
    let to = answer.header("location");
    to.starts_with("/login?").then(|| query_of(&format!("http://x{to}"), "next").unwrap())
}

/// Signs in by the form, and gives where that leads to.
async fn sign_in(browser: &mut Browser<'_>, next: &str) -> String {
    let page: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let fields = [("username", "ysolde"), ("password", PASSWORD), ("next", next)];
    let answer = browser.submit(&format!("/login?next={page}"), "/login", &fields).await;
    answer.expect(303).location().to_owned()
}

/// Cases B35, B36.
#[rstest]
#[tokio::test]
async fn it_is_asked_for_once_and_then_met(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(("prompt", "login"), ("prompt", "select_account"), ("max_age", "0"))] asked: (
        &str,
        &str,
    ),
) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    server.clock.advance(10 * SECOND);
    let answer = client.authorize(&mut browser, &[asked]).await.expect(303);
    let next = sign_in_again(&answer).expect("the sign-in form");
    // Going on without having signed in leads back to the form, as often as one likes.
    for _ in 0..3 {
        let answer = browser.get(&next).await.expect(303);
        assert!(sign_in_again(&answer).is_some());
    }
    server.clock.advance(60 * SECOND);
    let next = sign_in(&mut browser, &next).await;
    // However long the way back takes.
    server.clock.advance(30 * SECOND);
    browser.get(&next).await.expect(200);
    // The page may be reloaded.
    browser.get(&next).await.expect(200);
}

/// Cases B35, B36.
#[rstest]
#[tokio::test]
async fn it_cannot_be_skipped_by_editing_the_address(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let login = [("prompt", "login")];
    let first = client.authorize(&mut browser, &login).await.expect(303);
    let first = sign_in_again(&first).unwrap();
    let met = sign_in(&mut browser, &first).await;
    browser.get(&met).await.expect(200);
    let note = query_of(&format!("http://x{first}"), "tly_asked").unwrap();
    let mut forged = note.clone();
    forged.replace_range(40..41, if &note[40..41] == "A" { "B" } else { "A" });
    // The note of one request is none of another's, nor is one that was changed, made up, or given
    // twice.
    let other = client.address(&[("prompt", "login"), ("state", "another")]);
    for address in [
        format!("{other}&tly_asked={note}"),
        first.replace(&note, &forged),
        first.replace(&note, "x"),
        first.replace("me+tournaments", "tournaments"),
    ] {
        let answer = browser.get(&address).await.expect(303);
        assert!(sign_in_again(&answer).is_some(), "{address}");
    }
    let twice = browser.get(&format!("{first}&tly_asked={note}")).await.expect(303);
    assert_eq!(query_of(twice.location(), "error").as_deref(), Some("invalid_request"));
    // Asked again, it is asked again.
    let again = client.authorize(&mut browser, &login).await.expect(303);
    assert!(sign_in_again(&again).is_some());
    // A note of long ago does not count, even if somebody signed in since.
    server.clock.advance(HOUR);
    let next = sign_in(&mut browser, &first).await;
    let answer = browser.get(&next).await.expect(303);
    let next = sign_in_again(&answer).unwrap();
    let next = sign_in(&mut browser, &next).await;
    browser.get(&next).await.expect(200);
}
