//! Limits on guessing: who is slowed down, who is not, and in which form it is said.

use rstest::rstest;
use tiltyard_core::clock::MINUTE;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, TestServer, Wanted};

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
