//! Accounts on the pages: signing up, in and out, sessions and their bounds, passwords, keys.

use reqwest::Method;
use rstest::rstest;
use tiltyard_core::{
    accounts::Origin,
    clock::{DAY, HOUR},
    limits::LimitSettings,
};
use tiltyard_store::{
    Engine::{self, Postgres, Sqlite},
    repo::people,
};

use crate::support::{Answer, Browser, Credential, PASSWORD, TestServer, Wanted};

const SESSION: &str = "tly_session";

async fn sign_in(browser: &mut Browser<'_>, name: &str, password: &str) -> Answer {
    browser.submit("/login", "/login", &[("username", name), ("password", password)]).await
}

async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    match browser.get("/account").await.status {
        200 => true,
        303 => false,
        other => panic!("the account page answers {other}"),
    }
}

/// Cases R08, R12.
#[rstest]
#[tokio::test]
async fn from_sign_up_to_sign_out(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let mut browser = server.browser();
    let bad = [("username", "a b"), ("email", "nobody"), ("password", "short")];
    let refused = browser.submit("/signup", "/signup", &bad).await.expect(422);
    assert!(refused.text.contains("value=\"a b\""), "what was typed stays");
    assert!(!refused.text.contains("value=\"short\""), "but never a password");
    let good = [
        ("username", "Ysolde"),
        ("email", "ysolde@example.org"),
        ("password", " längeres Wort 🏇 "),
        ("next", "/apps"),
    ];
    let done = browser.submit("/signup", "/signup", &good).await.expect(303);
    assert_eq!(done.location(), "/apps");
    let cookie = done.header("set-cookie").to_owned();
    for flag in ["; Path=/", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(cookie.starts_with("tly_session=") && !cookie.contains("Secure"), "{cookie}");
    assert!(is_signed_in(&mut browser).await);
    // The name is taken now, in any case of letters.
    let mut other = server.browser();
    for taken in [
        [("username", "ySOLDE"), ("email", "other@example.org"), ("password", "long enough")],
        [
            ("username", "ysolde@example.org"),
            ("email", "o@example.org"),
            ("password", "long enough"),
        ],
    ] {
        other.submit("/signup", "/signup", &taken).await.expect(422);
    }
    let old = browser.clone_cookies();
    let out = browser.submit("/account", "/logout", &[]).await.expect(303);
    assert_eq!(out.location(), "/");
    assert!(!browser.cookies.contains_key(SESSION));
    // The cookie replayed is dead.
    browser.cookies = old;
    assert!(!is_signed_in(&mut browser).await);
    // Exactly as typed, by name or address in any case.
    let mut browser = server.browser();
    for wrong in ["längeres Wort 🏇", " längeres Wort 🏇", ""] {
        sign_in(&mut browser, "ysolde", wrong).await.expect(401);
    }
    sign_in(&mut browser, "YSOLDE@example.ORG ", " längeres Wort 🏇 ").await.expect(303);
    assert!(is_signed_in(&mut browser).await);
}

/// Case R01.
#[rstest]
#[tokio::test]
async fn unknown_names_and_wrong_passwords_look_alike(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    server.person("ysolde").await;
    let mut browser = server.browser();
    let wrong = sign_in(&mut browser, "ysolde", "wrong").await.expect(401);
    let unknown = sign_in(&mut browser, "nobody", "wrong").await.expect(401);
    let bare = |page: &Answer| page.text.replace(&page.hidden("csrf"), "");
    assert_eq!(bare(&wrong).replace("ysolde", "nobody"), bare(&unknown));
}

/// Case R02: whoever signs up does not learn that an address belongs to an account, and gets
/// nothing of that account by giving its address.
#[rstest]
#[tokio::test]
async fn signing_up_tells_of_no_address(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ysolde = server.person("ysolde").await;
    let sign_up = async |username: &str, email: &str| {
        let mut browser = server.browser();
        let fields =
            [("username", username), ("email", email), ("password", "two hedges, one lane")];
        let answer = browser.submit("/signup", "/signup", &fields).await;
        (answer.expect(303), browser)
    };
    let known = ysolde.email.to_uppercase();
    let (one, mut browser) = sign_up("mallory", &known).await;
    let (other, _) = sign_up("mordred", "nobody@example.org").await;
    assert_eq!((one.location(), &one.text), (other.location(), &other.text));
    // The account is one's own, and shows the address as it was given.
    let page = browser.get("/account").await.expect(200).text;
    assert!(page.contains("mallory") && page.contains(&known));
    // By the address the first account is found, by everybody: people, operators, tournaments.
    let mut browser = server.browser();
    sign_in(&mut browser, &ysolde.email, "two hedges, one lane").await.expect(401);
    sign_in(&mut browser, &ysolde.email, PASSWORD).await.expect(303);
    assert!(browser.get("/account").await.expect(200).text.contains("ysolde"));
    sign_in(&mut server.browser(), "mallory", "two hedges, one lane").await.expect(303);
    let operator = tiltyard_core::Actor::Operator;
    let found = server.core.person_by_login(&operator, &known).await.unwrap();
    assert_eq!(found.id, ysolde.id);
    assert_eq!(server.core.account(&operator, &known).await.unwrap().person.id, ysolde.id);
    // Several at once are no exception.
    let waiting = ["kay", "bors", "ector"].map(|name| sign_up(name, "table@example.org"));
    futures_util::future::join_all(waiting).await;
    // Operators are told.
    let new = tiltyard_core::accounts::NewPerson {
        username: "marshal".to_owned(),
        email: known,
        password: "two hedges, one lane".to_owned(),
        operator: false,
    };
    let refused = server.core.create_person_as_operator(new).await.unwrap_err();
    assert!(refused.to_string().contains("email"), "{refused}");
    // Without the first account nobody is found by it, until somebody gives it anew.
    server.core.delete_account(&operator, ysolde.id, Origin::default()).await.unwrap();
    sign_in(&mut server.browser(), "mallory", "two hedges, one lane").await.expect(303);
    assert!(server.core.person_by_login(&operator, "ysolde@example.org").await.is_err());
    sign_up("ysolde", "ysolde@example.org").await;
    sign_in(&mut server.browser(), "ysolde@example.org", "two hedges, one lane").await.expect(303);
}

/// Case R10.
#[rstest]
#[tokio::test]
async fn signing_in_makes_a_new_session(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    server.person("mallory").await;
    // An attacker's cookie, alive or made up, does not become the victim's session.
    for fixed in [None, Some("tly_session_made_up")] {
        let mut attacker = server.browser();
        match fixed {
            None => drop(sign_in(&mut attacker, "mallory", PASSWORD).await.expect(303)),
            Some(value) => drop(attacker.cookies.insert(SESSION.to_owned(), value.to_owned())),
        }
        let planted = attacker.cookies[SESSION].clone();
        let mut victim = server.browser();
        victim.cookies.insert(SESSION.to_owned(), planted.clone());
        sign_in(&mut victim, "ysolde", PASSWORD).await.expect(303);
        assert_ne!(victim.cookies[SESSION], planted);
        assert!(is_signed_in(&mut victim).await);
        assert!(!is_signed_in(&mut attacker).await, "and the old one is over");
    }
    // A wrong password ends nothing.
    let mut browser = server.signed_in(&person).await;
    sign_in(&mut browser, "ysolde", "wrong").await.expect(401);
    assert!(is_signed_in(&mut browser).await);
}

/// Case R29.
#[rstest]
#[tokio::test]
async fn an_older_hash_is_replaced_at_the_next_sign_in(#[values(Sqlite, Postgres)] engine: Engine) {
    // Of the password of all people here, with a twentieth of today's memory.
    const OLDER: &str = "$argon2id$v=19$m=1024,t=1,p=1$c2l4dGVlbiBieXRlcyBvaw$z08dsqvMv+mLpYrsqssOaOgch5QfJjhh4v+0EPpSnVE";
    let server = TestServer::start(engine).await;
    let id = server.person("ysolde").await.id;
    let stored = async || {
        let found = server.core.store().read(move |rx| people::get(rx, id)).await.unwrap();
        found.unwrap().password
    };
    let set = server.core.store().write(move |tx| people::set_password(tx, id, OLDER, 0));
    set.await.unwrap();
    let mut browser = server.browser();
    sign_in(&mut browser, "ysolde", "wrong").await.expect(401);
    assert_eq!(stored().await, OLDER, "only its password replaces it");
    sign_in(&mut browser, "ysolde", PASSWORD).await.expect(303);
    let first = stored().await;
    assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
    sign_in(&mut browser, "ysolde", PASSWORD).await.expect(303);
    assert_eq!(stored().await, first, "once is enough");
    // Two people with one password have two hashes: the salt is their own.
    let other = server.person("isolde").await.id;
    let read = server.core.store().read(move |rx| people::get(rx, other)).await.unwrap();
    assert_ne!(read.unwrap().password, first);
}

/// Case R13.
#[rstest]
#[tokio::test]
async fn sessions_end_by_idleness_and_age(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let mut idle = server.signed_in(&person).await;
    let mut used = server.signed_in(&person).await;
    server.clock.advance(13 * DAY);
    assert!(is_signed_in(&mut used).await);
    server.clock.advance(DAY + HOUR);
    assert!(!is_signed_in(&mut idle).await);
    assert!(is_signed_in(&mut used).await);
    for _ in 0..7 {
        server.clock.advance(10 * DAY);
        assert!(is_signed_in(&mut used).await);
    }
    server.clock.advance(6 * DAY);
    assert!(!is_signed_in(&mut used).await, "ninety days are the most");
}

/// Case R14.
#[rstest]
#[tokio::test]
async fn another_password_ends_other_sessions(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let mut browser = server.signed_in(&person).await;
    let mut other = server.signed_in(&person).await;
    let change = [("current_password", "wrong"), ("new_password", "another long one")];
    browser.submit("/account", "/account/password", &change).await.expect(422);
    for weak in ["short", "ysolde", "YSOLDE"] {
        let change = [("current_password", PASSWORD), ("new_password", weak)];
        browser.submit("/account", "/account/password", &change).await.expect(422);
    }
    let change = [
        ("current_password", PASSWORD),
        ("new_password", "another long one"),
        ("end_others", "on"),
    ];
    let done = browser.submit("/account", "/account/password", &change).await.expect(200);
    assert!(done.text.contains("one other session ended"));
    assert!(is_signed_in(&mut browser).await);
    assert!(!is_signed_in(&mut other).await);
    sign_in(&mut other, "ysolde", PASSWORD).await.expect(401);
    sign_in(&mut other, "ysolde", "another long one").await.expect(303);
    // One by one, or all the others.
    let mut third = server.signed_in(&person).await;
    assert!(is_signed_in(&mut third).await);
    let id = {
        let sessions = server.core.sessions(&person.actor()).await.unwrap();
        assert_eq!(sessions.len(), 3);
        sessions.iter().map(|session| session.id).max().unwrap()
    };
    browser.submit("/account", &format!("/account/sessions/{id}/end"), &[]).await.expect(303);
    assert!(!is_signed_in(&mut third).await);
    browser.submit("/account", "/account/sessions/end-others", &[]).await.expect(303);
    assert!(!is_signed_in(&mut other).await);
    assert!(is_signed_in(&mut browser).await);
    // Not those of others.
    let stranger = server.person("mallory").await;
    let mut theirs = server.signed_in(&stranger).await;
    let id = server.core.sessions(&person.actor()).await.unwrap()[0].id;
    theirs.submit("/account", &format!("/account/sessions/{id}/end"), &[]).await.expect(404);
    assert!(is_signed_in(&mut browser).await);
}

#[rstest]
#[tokio::test]
async fn the_setup_link_works_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let first = server.core.new_setup_link().await.unwrap().unwrap();
    let link = server.core.new_setup_link().await.unwrap().unwrap();
    let mut browser = server.browser();
    browser.get(&format!("/setup?token={first}")).await.expect(404);
    browser.get("/setup?token=x").await.expect(404);
    browser.get("/setup").await.expect(404);
    let page = format!("/setup?token={link}");
    let fields = [
        ("token", link.as_str()),
        ("username", "marshal"),
        ("email", "marshal@example.org"),
        ("password", "a long password"),
    ];
    let weak = [&fields[..3], &[("password", "x")]].concat();
    browser.submit(&page, "/setup", &weak).await.expect(422);
    browser.submit(&page, "/setup", &fields).await.expect(303);
    assert!(is_signed_in(&mut browser).await);
    let person = server.core.person_by_login(&tiltyard_core::Actor::Operator, "marshal").await;
    assert!(person.unwrap().operator);
    let mut late = server.browser();
    late.get(&page).await.expect(404);
    let again = [&fields[..1], &[("username", "b"), ("email", "b@c.d"), fields[3]]].concat();
    late.submit("/login", "/setup", &again).await.expect(404);
    assert_eq!(server.core.new_setup_link().await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn whoever_signs_up_first_does_not_take_the_setup_link(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let link = server.core.new_setup_link().await.unwrap().unwrap();
    server.person("stranger").await;
    server.get(&format!("/setup?token={link}")).await.expect(200);
    server.operator("marshal").await;
    server.get(&format!("/setup?token={link}")).await.expect(404);
}

#[rstest]
#[tokio::test]
async fn the_setup_link_expires(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let link = server.core.new_setup_link().await.unwrap().unwrap();
    server.clock.advance(DAY + 1);
    server.get(&format!("/setup?token={link}")).await.expect(404);
}

#[rstest]
#[tokio::test]
async fn sign_up_can_be_closed(#[values(Sqlite, Postgres)] engine: Engine) {
    let wanted = Wanted { settings: |settings| settings.open_signup = false, ..Wanted::default() };
    let server = TestServer::start_as(engine, wanted).await;
    let mut browser = server.browser();
    browser.get("/signup").await.expect(403);
    let fields = [("username", "abc"), ("email", "a@b.c"), ("password", "a long password")];
    browser.submit("/login", "/signup", &fields).await.expect(403);
    assert!(!browser.get("/login").await.text.contains("/signup"));
}

/// Case K08.
#[rstest]
#[tokio::test]
async fn personal_keys(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let mut browser = server.signed_in(&person).await;
    let made = browser.submit("/account", "/account/keys", &[("name", "My <b>bot</b>")]).await;
    let page = made.expect(200).text;
    assert!(!page.contains("<b>bot</b>"));
    let (_, rest) = page.split_once("id=\"value-1\">").unwrap();
    let key = rest.split('<').next().unwrap().to_owned();
    assert!(key.starts_with("tly_"), "{key}");
    let api = server.api(Credential::Key(key.clone()));
    assert_eq!(api.get("/me.json").await.expect(200).data()["id"], person.id.to_string());
    // Shown once; with `Bearer` before it and without the type it counts as well.
    assert!(!browser.get("/account").await.text.contains(&key));
    let request = || server.request(Method::GET, "/v2.1/me.json");
    Answer::to(request().header("authorization", &key)).await.expect(200);
    let typed = request().header("authorization-type", "V1").bearer_auth(&key);
    Answer::to(typed).await.expect(200);
    Answer::to(request().query(&[("api_key", &key)])).await.expect(400);
    // It opens no page and no endpoint of the protocol.
    let form = [("grant_type", "client_credentials")];
    let request = server.request(Method::POST, "/oauth/token").header("authorization", &key);
    Answer::to(request.form(&form)).await.expect(401);
    let request = server.request(Method::GET, "/account").header("authorization", &key);
    Answer::to(request).await.expect(303);
    // Not by a stranger; by its owner at once.
    let id = server.core.api_keys(&person.actor()).await.unwrap()[0].id;
    let action = format!("/account/keys/{id}/delete");
    let stranger = server.person("mallory").await;
    let mut theirs = server.signed_in(&stranger).await;
    theirs.submit("/account", &action, &[]).await.expect(404);
    api.get("/me.json").await.expect(200);
    browser.submit("/account", &action, &[]).await.expect(303);
    api.get("/me.json").await.expect(401);
}

/// Case R06.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_at_once_are_told_to_come_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let wanted = Wanted {
        settings: |settings| {
            settings.parallel_hashes = 1;
            settings.limits = LimitSettings::off();
        },
        ..Wanted::default()
    };
    let server = TestServer::start_as(engine, wanted).await;
    let mut browser = server.browser();
    let csrf = browser.get("/login").await.hidden("csrf");
    let fields = [("csrf", csrf.as_str()), ("username", "nobody"), ("password", "x")];
    let tries =
        (0..120).map(|_| Answer::unchecked(browser.request(Method::POST, "/login").form(&fields)));
    let answers = futures_util::future::join_all(tries).await;
    let busy: Vec<_> = answers.iter().filter(|answer| answer.status == 503).collect();
    assert!(!busy.is_empty());
    assert!(busy.iter().all(|answer| answer.header("retry-after") == "2"));
    assert!(answers.iter().all(|answer| matches!(answer.status, 401 | 503)));
}
