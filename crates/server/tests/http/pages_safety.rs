//! What every page keeps to: headers, form tokens, names that try to be markup.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, CALLBACK, TestServer, Wanted};

#[track_caller]
fn is_guarded(path: &str, page: &Answer) {
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{path}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{path}: {policy}");
    assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
    assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(page.header("cache-control"), "no-store", "{path}");
    assert!(!page.header("referrer-policy").is_empty(), "{path}");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
}

/// Cases R27, S10.
#[rstest]
#[tokio::test]
async fn every_page_is_guarded(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let api = server.key_of(&person).await;
    let t = api.tournament(json!({"name": "Seen", "url": "seen"}), 4).await;
    api.state(&t, "start").await.expect(200);
    let client = server.client(&person, Preset::Standard).await;
    let mut nobody = server.browser();
    let mut browser = server.signed_in(&person).await;
    let app = format!("/apps/{}", client.app.id);
    let authorize = client.address(&[]);
    let paths = [
        "/",
        "/tournaments",
        "/tournaments/new",
        "/seen/manage",
        "/seen/manage/settings",
        "/seen/manage/participants",
        "/seen/manage/results",
        "/seen/manage/reset",
        "/seen/manage/delete",
        "/login",
        "/signup",
        "/setup",
        "/account",
        "/apps",
        "/apps/new",
        &app,
        "/seen",
        "/SEEN",
        "/nothing_here",
        "/a/b/c/d",
        "/oauth/authorize",
        &authorize,
    ];
    for path in paths {
        for browser in [&mut nobody, &mut browser] {
            let page = browser.get(path).await;
            if page.status == 303 {
                assert_eq!(page.header("cache-control"), "no-store", "{path}");
                continue;
            }
            is_guarded(path, &page);
            assert_eq!(page.header("strict-transport-security"), "", "plain http");
            assert!(!page.text.contains(" onclick=") && !page.text.contains("<script>"), "{path}");
        }
    }
    for path in ["/", "/login", "/apps/new"] {
        let page = Answer::to(nobody.request(Method::DELETE, path)).await.expect(405);
        is_guarded(path, &page);
        assert!(!page.header("allow").is_empty());
    }
    for path in ["/assets/nothing", "/assets/..%2f..%2fCargo.toml", "/seen/nothing"] {
        nobody.get(path).await.expect(404);
    }
    let picture = nobody.get("/seen.svg").await.expect(200);
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert!(picture.header("content-security-policy").contains("sandbox"));
    nobody.get("/healthz").await.expect(200);
    nobody.get("/readyz").await.expect(200);
}

/// Case R11.
#[rstest]
#[tokio::test]
async fn https_is_strict(#[values(Sqlite, Postgres)] engine: Engine) {
    let wanted =
        Wanted { public_url: Some("https://play.example".to_owned()), ..Wanted::default() };
    let server = TestServer::start_as(engine, wanted).await;
    server.person("ysolde").await;
    let mut browser = server.browser();
    let page = browser.get("/login").await.expect(200);
    is_guarded("/login", &page);
    assert!(page.header("strict-transport-security").starts_with("max-age="));
    assert!(page.header("set-cookie").starts_with("__Host-tly_form="));
    let csrf = page.hidden("csrf");
    let password = crate::support::PASSWORD;
    let fields = [("csrf", csrf.as_str()), ("username", "ysolde"), ("password", password)];
    let done = browser.post("/login", &fields).await.expect(303);
    let cookie = done.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-tly_session="), "{cookie}");
    for flag in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    // Links are made of the configured name only, whatever the Host header says.
    let request = server.request(Method::GET, "/.well-known/oauth-authorization-server");
    let answer = Answer::to(request.header("host", "evil.example")).await.expect(200);
    assert!(answer.text.contains("https://play.example/oauth/token"));
    assert!(!answer.text.contains("evil.example"));
    let person = server.core.person_by_login(&tiltyard_core::Actor::Operator, "ysolde").await;
    let api = server.key_of(&person.unwrap()).await;
    let request = api.request(Method::GET, "/tournaments.json").header("host", "evil.example");
    let answer = Answer::to(request).await.expect(200);
    assert!(answer.text.contains("https://play.example/v2.1/tournaments.json"));
}

/// Case R26.
#[rstest]
#[tokio::test]
async fn forms_need_their_own_token(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let stranger = server.person("mallory").await;
    let made = server.application(&person, Preset::Standard, &[CALLBACK]).await;
    let app = format!("/apps/{}", made.application.client.client_id);
    let mut browser = server.signed_in(&person).await;
    let mut theirs = server.signed_in(&stranger).await;
    let own = browser.get("/account").await.hidden("csrf");
    let foreign = theirs.get("/account").await.hidden("csrf");
    let before_sign_in = server.browser().get("/login").await.hidden("csrf");
    let actions = [
        "/logout",
        "/login",
        "/signup",
        "/setup",
        "/account/password",
        "/account/keys",
        "/account/sessions/end-others",
        "/account/sessions/1/end",
        "/account/keys/1/delete",
        "/account/connections/x/disconnect",
        "/apps/new",
        "/tournaments/new",
        "/some/manage/state",
        "/some/manage/delete",
        "/some/manage/matches/1",
        &app,
        &format!("{app}/rotate"),
        &format!("{app}/delete"),
        "/oauth/authorize",
    ];
    for action in actions {
        let base =
            [("decision", "allow"), ("name", "x"), ("confirm", "yes"), ("preset", "standard")];
        for token in [None, Some(""), Some("x"), Some(&*foreign), Some(&*before_sign_in)] {
            let mut fields = base.to_vec();
            fields.extend(token.map(|token| ("csrf", token)));
            browser.post(action, &fields).await.expect(403);
        }
        // A good token from another site, and one in a body that a simple request can carry.
        let fields = [&base[..], &[("csrf", own.as_str())]].concat();
        for site in ["cross-site", "same-site"] {
            let request = browser.request(Method::POST, action).form(&fields);
            Answer::to(request.header("sec-fetch-site", site)).await.expect(403);
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = browser.request(Method::POST, action).header("content-type", "text/plain");
        let refused = Answer::to(request.body(body)).await;
        assert!(matches!(refused.status, 400 | 403), "{action}: {}", refused.status);
    }
    assert!(browser.get("/account").await.status == 200, "still signed in");
    browser.get(&app).await.expect(200);
    // Larger than any form.
    let fields = [("csrf", own.clone()), ("name", "x".repeat(100_000))];
    let request = browser.request(Method::POST, "/account/keys").form(&fields);
    Answer::to(request).await.expect(413);
}

#[rstest]
#[tokio::test]
async fn hostile_names_are_texts(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let api = server.key_of(&person).await;
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let t = api
        .tournament(
            json!({
                "name": evil, "url": "evil", "game_name": evil, "description": evil,
                "tournament_type": "double elimination",
            }),
            0,
        )
        .await;
    for number in 0..3 {
        let name = json!({"name": format!("{evil}{number}"), "misc": evil});
        api.post(&format!("{t}/participants.json"), name).await.expect(200);
    }
    let mut browser = server.signed_in(&person).await;
    let check = async |browser: &mut crate::support::Browser<'_>| {
        let manage = [
            "/evil/manage",
            "/evil/manage/settings",
            "/evil/manage/participants",
            "/evil/manage/results",
            "/evil/manage/delete",
        ];
        let others = ["/", "/tournaments", "/evil", "/evil/live", "/evil.svg"];
        for path in others.into_iter().chain(manage) {
            let page = browser.get(path).await;
            assert!(matches!(page.status, 200 | 404), "{path}: {}", page.status);
            assert!(!page.text.contains("<script>alert"), "{path}");
            assert!(!page.text.contains("<img src=x"), "{path}");
        }
    };
    check(&mut browser).await;
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    api.win(&t, &of, 2).await.expect(200);
    check(&mut browser).await;
    // In what was typed into a form, and on the consent page.
    let fields = [("username", evil), ("password", "x"), ("next", evil)];
    let page = browser.submit("/account", "/login", &fields).await.expect(401);
    assert!(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"));
    for next in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"] {
        let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let page = browser.get(&format!("/login?next={next}")).await.expect(200);
        assert_eq!(page.hidden("next"), "");
    }
}

#[rstest]
#[tokio::test]
async fn private_tournaments_are_not_listed(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    api.tournament(json!({"name": "Out in the open", "url": "open_one"}), 2).await;
    api.tournament(json!({"name": "Hidden away", "url": "hidden", "private": true}), 2).await;
    let mut nobody = server.browser();
    for path in ["/", "/tournaments", "/tournaments?show=upcoming"] {
        let page = nobody.get(path).await.expect(200);
        assert!(page.text.contains("Out in the open"), "{path}");
        assert!(!page.text.contains("Hidden away"), "{path}");
    }
    nobody.get("/open_one").await.expect(200);
}
