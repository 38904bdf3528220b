//! Limits on guessing: who is slowed down, who is not, and in which form it is said.

use reqwest::Method;
use rstest::rstest;
use tiltyard_core::clock::MINUTE;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Browser, Flow, PASSWORD, TestServer, Wanted};

/// A 429 says how long to wait, in the headers that clients know.
#[track_caller]
fn is_limited(answer: &Answer, policy: &str) {
    assert_eq!(answer.status, 429, "{}", answer.text);
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=3_600).contains(&seconds), "{seconds}");
    assert_eq!(answer.header("ratelimit"), format!("\"{policy}\";r=0;t={seconds}"));
    assert!(answer.header("ratelimit-policy").starts_with(&format!("\"{policy}\";q=")));
    assert_eq!(answer.header("ratelimit-remaining"), "0");
}

/// Case F24.
#[rstest]
#[tokio::test]
async fn wrong_secrets_slow_down_the_pair_of_client_and_address(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let owner = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Machine).await;
    let other = server.client(&owner, Preset::Machine).await;
    let ask = |secret| {
        client.token_request(&[("grant_type", "client_credentials"), ("client_secret", secret)])
    };
    let right = client.app.secret.clone().unwrap();
    for _ in 0..20 {
        Answer::to(ask("wrong")).await.expect(401);
    }
    let refused = Answer::to(ask("wrong")).await;
    is_limited(&refused, "client");
    assert_eq!(refused.json()["error"], "temporarily_unavailable");
    assert_eq!(refused.header("cache-control"), "no-store");
    // Whether the guess would have been right is not told either.
    is_limited(&Answer::to(ask(&right)).await, "client");
    // Another client of the same address is not concerned.
    other.token(&[("grant_type", "client_credentials")]).await.expect(200);
    // From elsewhere (another node has buckets of its own) the client goes on.
    let elsewhere = server.beside().await;
    client.moved_to(&elsewhere).token(&[("grant_type", "client_credentials")]).await.expect(200);
    server.clock.advance(MINUTE);
    Answer::to(ask(&right)).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn whoever_authenticates_is_not_slowed_down(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Machine).await;
    for _ in 0..200 {
        client.token(&[("grant_type", "client_credentials")]).await.expect(200);
    }
}

#[rstest]
#[tokio::test]
async fn a_quota_holds_where_the_operator_sets_one(#[values(Sqlite, Postgres)] engine: Engine) {
    let wanted = Wanted {
        settings: |settings| {
            settings.limits.tokens_per_application = "3 + 1/minute".parse().unwrap();
        },
        ..Wanted::default()
    };
    let server = TestServer::start_as(engine, wanted).await;
    let owner = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Machine).await;
    for _ in 0..3 {
        client.token(&[("grant_type", "client_credentials")]).await.expect(200);
    }
    is_limited(&client.token(&[("grant_type", "client_credentials")]).await, "tokens");
    server.clock.advance(MINUTE);
    client.token(&[("grant_type", "client_credentials")]).await.expect(200);
}

/// Whoever knows the name of an application without a secret can ask in its name, and must not use up
/// what its people need.
#[rstest]
#[tokio::test]
async fn strangers_use_up_nothing_of_an_application_without_a_secret(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let wanted = Wanted {
        settings: |settings| {
            settings.limits.tokens_per_application = "2 + 1/hour".parse().unwrap();
            settings.limits.pushed_requests = "2 + 1/hour".parse().unwrap();
        },
        trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()],
        ..Wanted::default()
    };
    // Its peer is a proxy that says whose request it is.
    let server = TestServer::start_as(engine, wanted).await;
    let owner = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Browser).await;
    for number in 0..5 {
        let guess = client.exchange(&format!("guess{number}"), &[]).await.expect(400);
        assert_eq!(guess.json()["error"], "invalid_grant");
    }
    let mut browser = server.signed_in(&owner).await;
    for _ in 0..2 {
        client.tokens(&mut browser, "me").await;
    }
    let code = client.code(&mut browser, &[("scope", "me")]).await;
    is_limited(&client.exchange(&code, &[]).await, "tokens");
    let push = async |address: &str| {
        let request = server.request(Method::POST, "/oauth/par").header("x-forwarded-for", address);
        Answer::to(request.form(&client.parameters(&[]))).await
    };
    for _ in 0..2 {
        push("203.0.113.9").await.expect(201);
    }
    is_limited(&push("203.0.113.9").await, "pushed-request");
    push("198.51.100.7").await.expect(201);
}

#[rstest]
#[tokio::test]
async fn guessed_codes_and_refresh_tokens_are_limited(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Standard).await;
    let mut browser = server.signed_in(&owner).await;
    let tokens = client.tokens(&mut browser, "me").await;
    for number in 0..60 {
        let wrong = format!("guess{number}");
        let answer = if number % 2 == 0 {
            client.exchange(&wrong, &[]).await
        } else {
            client.refresh(&wrong, &[]).await
        };
        assert_eq!(answer.expect(400).json()["error"], "invalid_grant");
    }
    is_limited(&client.exchange("guess", &[]).await, "grant");
    server.clock.advance(MINUTE);
    client.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.expect(200);
}

async fn sign_in(browser: &mut Browser<'_>, name: &str, password: &str) -> Answer {
    browser.submit("/login", "/login", &[("username", name), ("password", password)]).await
}

/// Cases R01, R03.
#[rstest]
#[tokio::test]
async fn wrong_passwords_slow_down_whoever_guesses(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    server.person("ysolde").await;
    server.person("tristan").await;
    let mut known = server.browser();
    sign_in(&mut known, "ysolde", PASSWORD).await.expect(303);
    known.submit("/account", "/logout", &[]).await.expect(303);
    for name in ["ysolde", "nobody"] {
        let mut stranger = server.browser();
        for _ in 0..10 {
            sign_in(&mut stranger, name, "wrong").await.expect(401);
        }
        let refused = sign_in(&mut stranger, name, "wrong").await;
        is_limited(&refused, "sign-in");
        assert!(refused.text.contains("Too many wrong passwords"), "{}", refused.text);
        is_limited(&sign_in(&mut stranger, name, PASSWORD).await, "sign-in");
    }
    // Not her in the browser that she signed in with before, though she signed out of it.
    sign_in(&mut known, "ysolde", "a typing mistake").await.expect(401);
    sign_in(&mut known, "ysolde", PASSWORD).await.expect(303);
    // Nor another account of the same address.
    sign_in(&mut server.browser(), "tristan", PASSWORD).await.expect(303);
    // She is signed in now from there, so that a new browser of hers gets in, too.
    sign_in(&mut server.browser(), "ysolde", PASSWORD).await.expect(303);
}

/// Case R03.
#[rstest]
#[tokio::test]
async fn a_known_browser_is_limited_by_itself(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    server.person("ysolde").await;
    server.person("mallory").await;
    let mut known = server.browser();
    sign_in(&mut known, "ysolde", PASSWORD).await.expect(303);
    for _ in 0..20 {
        sign_in(&mut known, "ysolde", "wrong").await.expect(401);
    }
    is_limited(&sign_in(&mut known, "ysolde", PASSWORD).await, "sign-in-known");
    // What one account's browser keeps is worth nothing for another's; nor is what nobody signed.
    let mut mallory = server.browser();
    sign_in(&mut mallory, "mallory", PASSWORD).await.expect(303);
    let mut forged = server.browser();
    let cookie = known.cookies["tly_known"].replace(['A', 'B', 'C'], "D");
    forged.cookies.insert("tly_known".to_owned(), cookie);
    for _ in 0..10 {
        sign_in(&mut forged, "nobody", "wrong").await.expect(401);
        sign_in(&mut mallory, "someone", "wrong").await.expect(401);
    }
    is_limited(&sign_in(&mut forged, "nobody", "wrong").await, "sign-in");
    is_limited(&sign_in(&mut mallory, "someone", "wrong").await, "sign-in");
    // A browser remembers more than one account.
    sign_in(&mut mallory, "ysolde", "wrong").await.expect(401);
    assert_eq!(mallory.cookies["tly_known"].split('.').count(), 1);
}

/// Case R09.
#[rstest]
#[tokio::test]
async fn passwords_that_everybody_has_are_refused(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let mut browser = server.browser();
    for weak in ["password", "Qwertyuiop", "tiltyard1", "iseult2026", "iseult@example.org"] {
        let fields = [("username", "iseult"), ("email", "iseult@example.org"), ("password", weak)];
        let refused = browser.submit("/signup", "/signup", &fields).await.expect(422);
        assert!(refused.text.contains("field-error"), "{weak}");
    }
}

#[rstest]
#[tokio::test]
async fn sign_ups_of_one_address_are_limited(#[values(Sqlite, Postgres)] engine: Engine) {
    let wanted = Wanted {
        settings: |settings| {
            settings.limits.sign_up_address = "2 + 1/hour".parse().unwrap();
        },
        ..Wanted::default()
    };
    let server = TestServer::start_as(engine, wanted).await;
    let sign_up = async |name: &str| {
        let email = format!("{name}@example.org");
        let fields =
            [("username", name), ("email", email.as_str()), ("password", "a horse and a lance")];
        server.browser().submit("/signup", "/signup", &fields).await
    };
    sign_up("one").await.expect(303);
    sign_up("two").await.expect(303);
    is_limited(&sign_up("three").await, "sign-up");
}

#[rstest]
#[tokio::test]
async fn a_session_has_so_many_consent_pages_open(#[values(Sqlite, Postgres)] engine: Engine) {
    let wanted =
        Wanted { settings: |settings| settings.limits.open_consent_pages = 3, ..Wanted::default() };
    let server = TestServer::start_as(engine, wanted).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let mut pages = Vec::new();
    for number in 0..4 {
        server.clock.advance(1);
        let state = format!("s{number}");
        pages.push(client.authorize(&mut browser, &[("state", &state)]).await.expect(200));
    }
    let answer = async |browser: &mut Browser<'_>, page: &Answer| {
        let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
        let fields = [("csrf", csrf.as_str()), ("request", &request), ("decision", "deny")];
        browser.post("/oauth/authorize", &fields).await.status
    };
    assert_eq!(answer(&mut browser, &pages[0]).await, 422, "the oldest was closed");
    for page in &pages[1..] {
        assert_eq!(answer(&mut browser, page).await, 303);
    }
}

/// Case N12.
#[rstest]
#[tokio::test]
async fn whoever_fishes_for_tokens_is_limited(#[values(Sqlite, Postgres)] engine: Engine) {
    let wanted = Wanted {
        settings: |settings| {
            settings.limits.token_guesses = "5 + 1/minute".parse().unwrap();
        },
        ..Wanted::default()
    };
    let server = TestServer::start_as(engine, wanted).await;
    let owner = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Machine).await;
    let other = server.client(&owner, Preset::Machine).await;
    let token = client.token(&[("grant_type", "client_credentials")]).await.expect(200).json();
    let token = token["access_token"].as_str().unwrap().to_owned();
    let ask = async |of: &Flow<'_>, path: &str, token: &str| {
        let secret = of.app.secret.as_deref().unwrap();
        let form = [("client_id", of.app.id.as_str()), ("client_secret", secret), ("token", token)];
        Answer::to(server.request(Method::POST, path).form(&form)).await
    };
    // What is alive may be asked about as often as one likes.
    for _ in 0..20 {
        ask(&client, "/oauth/introspect", &token).await.expect(200);
    }
    for number in 0..5 {
        let path = if number % 2 == 0 { "/oauth/introspect" } else { "/oauth/revoke" };
        ask(&client, path, &format!("guess{number}")).await.expect(200);
    }
    is_limited(&ask(&client, "/oauth/introspect", "guess").await, "token-guess");
    is_limited(&ask(&client, "/oauth/revoke", "guess").await, "token-guess");
    ask(&other, "/oauth/introspect", "guess").await.expect(200);
    server.clock.advance(MINUTE);
    ask(&client, "/oauth/introspect", &token).await.expect(200);
}

/// Case R05.
#[rstest]
#[tokio::test]
async fn nobody_changes_their_address_by_saying_so(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Machine).await;
    let ask = |number: usize| {
        client
            .token_request(&[("grant_type", "client_credentials"), ("client_secret", "wrong")])
            .header("x-forwarded-for", format!("198.51.100.{number}"))
            .header("forwarded", format!("for=198.51.100.{number}"))
    };
    for number in 0..20 {
        Answer::to(ask(number)).await.expect(401);
    }
    is_limited(&Answer::to(ask(99)).await, "client");
}
