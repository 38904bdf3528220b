//! The application manager, from end to end.

use rstest::rstest;
use tiltyard_core::{
    Actor,
    accounts::Origin,
    applications::{NewApplication, OWNED_MAX},
};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, CALLBACK, Client, Credential, Flow, TestServer};

/// The n-th value of a page that shows secrets.
#[track_caller]
fn shown(page: &Answer, number: usize) -> String {
    let start = format!("id=\"value-{number}\">");
    let (_, rest) = page.text.split_once(&start).unwrap_or_else(|| panic!("{}", page.text));
    rest.split('<').next().unwrap().to_owned()
}

const MACHINE: [(&str, &str); 2] =
    [("grant_type", "client_credentials"), ("scope", "tournaments:read")];

/// Cases F16, Q09.
#[rstest]
#[tokio::test]
async fn an_application_from_making_to_deleting(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let mut browser = server.signed_in(&owner).await;
    assert!(browser.get("/apps").await.expect(200).text.contains("/apps/new"));
    for bad in [
        vec![("preset", "standard"), ("name", "")],
        vec![("preset", "nonsense"), ("name", "A")],
        vec![("preset", "standard"), ("name", "A"), ("redirect_uris", "https://*.example/")],
        vec![("preset", "standard"), ("name", "A"), ("redirect_uris", "javascript:alert(1)")],
        vec![("preset", "standard"), ("name", "A"), ("redirect_uris", "https://a.example/#f")],
        vec![("preset", "standard"), ("name", "A"), ("redirect_uris", "client.example")],
        vec![("preset", "standard"), ("name", "A"), ("scope", "nonsense")],
    ] {
        browser.submit("/apps/new", "/apps/new", &bad).await.expect(422);
    }
    let good = [
        ("preset", "challonge"),
        ("name", "<i>Overlay</i>"),
        ("redirect_uris", CALLBACK),
        ("scope", "me"),
        ("scope", "tournaments:read"),
    ];
    let made = browser.submit("/apps/new", "/apps/new", &good).await.expect(200);
    assert!(!made.text.contains("<i>Overlay</i>"));
    let app = Client { id: shown(&made, 1), secret: Some(shown(&made, 2)) };
    let page = format!("/apps/{}", app.id);
    let client = Flow { server: &server, app };
    client.token(&MACHINE).await.expect(200);
    // The secret is not shown again.
    let secret = client.app.secret.clone().unwrap();
    assert!(!browser.get(&page).await.expect(200).text.contains(&secret));
    assert!(!browser.get("/apps").await.expect(200).text.contains(&secret));
    let tokens = client.tokens(&mut browser, "me").await;
    let token = Credential::Token(tokens["access_token"].as_str().unwrap().to_owned());
    server.api(token.clone()).get("/me.json").await.expect(200);

    // What is changed holds at once.
    let change = [
        ("name", "Renamed"),
        ("redirect_uris", "https://client.example/new\r\n\r\nhttps://client.example/other"),
        ("scope", "me"),
        ("grant", "authorization_code"),
        ("grant", "refresh_token"),
        ("switch", "pkce-optional"),
    ];
    let saved = browser.submit(&page, &page, &change).await.expect(200);
    assert!(saved.text.contains("was saved"));
    client.token(&MACHINE).await.expect(400);
    client.authorize(&mut browser, &[("scope", "me")]).await.expect(400);
    let there = [("scope", "me"), ("redirect_uri", "https://client.example/other")];
    client.authorize(&mut browser, &there).await.expect(303);
    let none = [("name", "Renamed"), ("scope", "me")];
    browser.submit(&page, &page, &none).await.expect(422);

    // A new secret, then one after a leak.
    let rotated = browser.submit(&page, &format!("{page}/rotate"), &[]).await.expect(200);
    let second = shown(&rotated, 2);
    assert_ne!(second, secret);
    server.api(token.clone()).get("/me.json").await.expect(200);
    let leak = [("leaked", "on")];
    let rotated = browser.submit(&page, &format!("{page}/rotate"), &leak).await.expect(200);
    assert_ne!(shown(&rotated, 2), second);
    server.api(token).get("/me.json").await.expect(401);

    let delete = format!("{page}/delete");
    browser.submit(&page, &delete, &[]).await.expect(422);
    browser.submit(&page, &delete, &[("confirm", "yes")]).await.expect(303);
    browser.get(&page).await.expect(404);
    assert!(!browser.get("/apps").await.text.contains("Renamed"));
}

/// Case Q08.
#[rstest]
#[tokio::test]
async fn others_cannot_touch_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let stranger = server.person("mallory").await;
    let operator = server.operator("marshal").await;
    let made = server.application(&owner, Preset::Standard, &[CALLBACK]).await;
    let page = format!("/apps/{}", made.application.client.client_id);
    let mut theirs = server.signed_in(&stranger).await;
    let mut nobody = server.browser();
    theirs.get(&page).await.expect(404);
    for path in [&page, "/apps", "/apps/new"] {
        let to_login = nobody.get(path).await.expect(303);
        assert!(to_login.location().starts_with("/login?next=%2Fapps"), "{}", to_login.location());
    }
    let fields = [("name", "Mine"), ("grant", "refresh_token"), ("confirm", "yes")];
    for action in [page.clone(), format!("{page}/rotate"), format!("{page}/delete")] {
        theirs.submit("/account", &action, &fields).await.expect(404);
        let refused = nobody.submit("/login", &action, &fields).await;
        assert!(matches!(refused.status, 401 | 404), "{action}: {}", refused.status);
    }
    let new = [("preset", "standard"), ("name", "Nobody's")];
    let refused = nobody.submit("/login", "/apps/new", &new).await;
    assert!(matches!(refused.status, 401 | 403), "{}", refused.status);
    let mut own = server.signed_in(&owner).await;
    assert!(own.get(&page).await.expect(200).text.contains("Overlay"));
    assert!(!theirs.get("/apps").await.expect(200).text.contains("Overlay"));
    // The operator may.
    let mut operators = server.signed_in(&operator).await;
    operators.get(&page).await.expect(200);
}

/// Who can sign up can register applications, but not fill the place with them.
#[rstest]
#[tokio::test]
async fn nobody_registers_applications_without_end(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    for _ in 0..OWNED_MAX {
        server.application(&owner, Preset::Machine, &[]).await;
    }
    let mut browser = server.signed_in(&owner).await;
    let fields = [("preset", "standard"), ("name", "One more"), ("redirect_uris", CALLBACK)];
    let page = browser.submit("/apps/new", "/apps/new", &fields).await.expect(422);
    assert!(page.text.contains("delete one of yours"), "{}", page.text);
    let other = server.person("other").await;
    server.application(&other, Preset::Machine, &[]).await;
    let new = NewApplication {
        owner: owner.id,
        name: "By the operator".to_owned(),
        preset: Preset::Machine,
        redirect_uris: Vec::new(),
        scopes: None,
    };
    server.core.create_application(&Actor::Operator, new, Origin::default()).await.unwrap();
}
