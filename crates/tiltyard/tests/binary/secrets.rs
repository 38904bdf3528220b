//! What the log says when it says everything, and what it never says.

use rstest::rstest;
use tiltyard_store::Engine;

use crate::{support::Installation, visitor::Visitor};

/// Case F17.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_ever_logged(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let installation = Installation::new(engine);
    installation.person("ysolde");
    let key = installation.key("ysolde");
    let log = installation.path().join("everything.log");
    let server = installation.serve_logging(&log);
    let mut visitor = Visitor::at(&installation, &server, "ysolde");
    visitor.secrets.push(key.clone());
    assert_eq!(visitor.sign_in("ysolde", "a wrong horse").await, 401);
    assert_eq!(visitor.sign_in("ysolde", crate::support::PASSWORD).await, 303);
    let code = visitor.code().await;
    let answer = visitor.exchange(&code).await;
    let (access, refresh) = visitor.tokens(answer).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let answer = visitor.token(&form).await;
    let (_, next) = visitor.tokens(answer).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", next.as_str())];
    let answer = visitor.token(&form).await;
    visitor.tokens(answer).await;
    // Used again, garbled, in the address, in the wrong place: what goes wrong is logged most.
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(visitor.token(&form).await.status(), 400);
    assert_eq!(visitor.exchange(&code).await.status(), 400);
    assert_eq!(visitor.exchange("tly_ac_secretguess").await.status(), 400);
    visitor.secrets.push("tly_ac_secretguess".to_owned());
    let me = visitor.address("/v2.1/me.json");
    let get = |url: String| visitor.http.get(url);
    for request in [
        get(me.clone()).bearer_auth(&access),
        get(me.clone()).bearer_auth(&refresh),
        get(me.clone()).header("authorization", &key).header("authorization-type", "v1"),
        get(me.clone()).header("authorization", "Bearer secretgarbage"),
        get(format!("{me}?access_token={access}")),
        get(format!("{me}?api_key={key}")),
        get(visitor.address(&format!("/setup?token={refresh}"))),
        get(visitor.address(&format!("/oauth/token?grant_type=refresh_token&refresh_token={next}"))),
        get(visitor.address(&format!("/oauth/authorize?client_id={access}&code_verifier={next}"))),
        get(visitor.address("/account")),
        get(visitor.address("/account/log")),
    ] {
        assert!(request.send().await.unwrap().status().as_u16() < 500);
    }
    visitor.secrets.push("secretgarbage".to_owned());
    server.stop();
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(log.contains("path=\"/oauth/token\"") && log.contains("status=200"), "{log}");
    for secret in visitor.secrets.iter().filter(|secret| !secret.is_empty()) {
        assert!(!log.contains(secret.as_str()), "{secret} is in the log");
    }
}
