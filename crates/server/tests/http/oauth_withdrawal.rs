//! What a person takes back while it is being exchanged.

use rstest::rstest;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Credential, TestServer};

/// Case D16.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_grant_withdrawn_during_its_exchange_is_dead(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let person = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let actor = person.actor();
    for _ in 0..15 {
        let code = client.code(&mut browser, &[]).await;
        let origin = tiltyard_core::accounts::Origin::default();
        let (answer, withdrawn) = tokio::join!(
            client.exchange(&code, &[]),
            server.core.disconnect(&actor, &client.app.id, origin),
        );
        withdrawn.unwrap();
        let tokens = answer.json();
        if let Some(token) = tokens["access_token"].as_str() {
            let api = server.api(Credential::Token(token.to_owned()));
            api.get("/me.json").await.expect(401);
            client.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.expect(400);
        } else {
            assert_eq!(tokens["error"], "invalid_grant");
        }
    }
}

#[rstest]
#[tokio::test]
async fn consent_given_again_begins_anew(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let person = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let before = client.tokens(&mut browser, "me").await;
    let actor = person.actor();
    let origin = tiltyard_core::accounts::Origin::default();
    server.core.disconnect(&actor, &client.app.id, origin).await.unwrap();
    server.clock.advance(1_000);
    client.tokens(&mut browser, "me").await;
    client.refresh(before["refresh_token"].as_str().unwrap(), &[]).await.expect(400);
}
