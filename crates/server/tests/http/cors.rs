//! Scripts of other sites.

use reqwest::Method;
use rstest::rstest;
use tiltyard_core::{
    accounts::Origin,
    applications::{Application, ApplicationChanges},
};
use tiltyard_oauth::{client::Switch, preset::Preset};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, CALLBACK, TestServer};

const SITE: &str = "https://client.example";

async fn preflight(server: &TestServer, path: &str, origin: &str) -> Answer {
    let request = server
        .request(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization, content-type");
    Answer::to(request).await
}

fn allowed(answer: &Answer) -> &str {
    answer.header("access-control-allow-origin")
}

const ENDPOINTS: [&str; 15] = [
    "/oauth/token",
    "/oauth/v2/token",
    "/oauth/access_token",
    "/oauth/revoke",
    "/oauth/introspect",
    "/oauth/authorize_device",
    "/oauth/userinfo",
    "/oauth/jwks",
    "/api/access_token",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource",
    "/v2.1/tournaments.json",
    "/v1/tournaments.json",
    "/account/v2/me/info",
    "/users/me",
];

/// Cases B29, B30.
#[rstest]
#[tokio::test]
async fn origins_of_applications_with_the_switch_only(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    // The same address, of an application without the switch.
    server.application(&ada, Preset::Standard, &[CALLBACK]).await;
    assert_eq!(allowed(&preflight(&server, "/oauth/token", SITE).await.expect(403)), "");
    let made = server.application(&ada, Preset::Browser, &[CALLBACK, "com.example.app:/cb"]).await;
    for path in ENDPOINTS {
        let answer = preflight(&server, path, SITE).await.expect(204);
        assert_eq!(allowed(&answer), SITE, "{path}");
        assert!(answer.header("access-control-allow-headers").contains("authorization"));
        assert!(answer.header("access-control-allow-methods").contains("POST"));
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert!(answer.headers.get_all("vary").iter().any(|it| it == "Origin"));
        for other in [
            "null",
            "https://client.example:8443",
            "http://client.example",
            "https://client.example.evil.example",
            "https://evil.example",
            "com.example.app:",
            "",
        ] {
            let answer = preflight(&server, path, other).await.expect(403);
            assert_eq!(allowed(&answer), "", "{path} {other}");
        }
    }
    // The answers themselves, also errors.
    let from =
        |path: &str, origin: &str| server.request(Method::GET, path).header("origin", origin);
    for (path, status) in [("/v2.1/me.json", 401), ("/oauth/jwks", 200), ("/oauth/token", 401)] {
        let answer = Answer::to(from(path, SITE)).await.expect(status);
        assert_eq!(allowed(&answer), SITE, "{path}");
        assert!(answer.header("access-control-expose-headers").contains("www-authenticate"));
        for other in ["null", "https://evil.example"] {
            assert_eq!(allowed(&Answer::to(from(path, other)).await.expect(status)), "");
        }
        assert_eq!(allowed(&server.get(path).await), "");
    }
    // Never the page where people sign in.
    for path in ["/oauth/authorize", "/oauth2/authorize", "/login"] {
        assert_eq!(allowed(&preflight(&server, path, SITE).await), "", "{path}");
        assert_eq!(allowed(&Answer::to(from(path, SITE)).await), "", "{path}");
    }
    // Without the switch it ends at once, here and on the other node.
    let beside = server.beside().await;
    assert_eq!(allowed(&preflight(&beside, "/oauth/token", SITE).await.expect(204)), SITE);
    let change = |application: &Application| {
        let mut switches = application.client.switches.clone();
        switches.remove(&Switch::Cors);
        ApplicationChanges { switches: Some(switches), ..ApplicationChanges::default() }
    };
    let (actor, id) = (ada.actor(), &made.application.client.client_id);
    server.core.update_application(&actor, id, change, Origin::default()).await.unwrap();
    preflight(&server, "/oauth/token", SITE).await.expect(403);
    let mut tries = 0;
    while preflight(&beside, "/oauth/token", SITE).await.status != 403 {
        tries += 1;
        assert!(tries < 1_000, "the other node did not hear of it");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
