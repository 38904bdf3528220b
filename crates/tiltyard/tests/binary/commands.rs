//! Commands, alone and beside a running server.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use rstest::rstest;
use serde_json::Value;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Installation, Server};

fn client() -> Client {
    Client::builder().no_proxy().tls_certs_only([]).build().unwrap()
}

/// The status of a client credentials request.
async fn token(server: &Server, id: &str, secret: &str) -> StatusCode {
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    let request = client().post(format!("{}/oauth/token", server.url)).form(&form);
    request.send().await.unwrap().status()
}

#[rstest]
#[tokio::test]
async fn beside_a_running_server(#[values(Sqlite, Postgres)] engine: Engine) {
    let installation = Installation::new(engine);
    let server = installation.serve();
    let person = installation.person("marshal");
    assert_eq!(person["username"], "marshal");
    assert!(person["id"].as_i64().is_some_and(|id| id > 10_000_000));
    assert_eq!(person["uuid"].as_str().unwrap().len(), 36);
    let again =
        ["user", "create", "--username", "MARSHAL", "--email", "x@example.org", "--password-stdin"];
    assert!(!installation.output(&again, "a long password").status.success());

    let made = installation
        .json(&["app", "create", "--owner", "marshal", "--name", "My bot", "--preset", "machine"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (id, secret) = (text(&made["client_id"]), text(&made["client_secret"]));
    assert!(made["api_key"].is_null());
    assert_eq!(token(&server, &id, &secret).await, StatusCode::OK);

    let named = installation.json(&[
        "app",
        "create",
        "--owner",
        "marshal",
        "--name",
        "Cup",
        "--preset",
        "toornament",
    ]);
    let key = text(&named["api_key"]);
    let named = text(&named["client_id"]);
    let by_key = async |key: &str| {
        let request = client().get(format!("{}/v2.1/tournaments/1.json", server.url));
        request.header("x-api-key", key).send().await.unwrap().status()
    };
    assert_eq!(by_key(&key).await, StatusCode::NOT_FOUND);
    let new = text(&installation.json(&["app", "rotate-key", &named])["api_key"]);
    assert_eq!(by_key(&key).await, StatusCode::UNAUTHORIZED);
    assert_eq!(by_key(&new).await, StatusCode::NOT_FOUND);
    installation.json(&["app", "delete", &named]);
    assert_eq!(by_key(&new).await, StatusCode::UNAUTHORIZED);

    let create = |permalink: &'static str| {
        ["community", "create", "--owner", "marshal", "--name", "Knights", "--permalink", permalink]
    };
    let community = installation.json(&create("knights"));
    assert_eq!((&community["permalink"], &community["owner"]), (&"knights".into(), &person["id"]));
    assert!(!installation.output(&create("KNIGHTS"), "").status.success());
    let listed = installation.json(&["app", "list"]);
    assert_eq!(listed["applications"].as_array().unwrap().len(), 1);
    let shown = installation.json(&["app", "show", &id]);
    assert_eq!(shown["name"], "My bot");
    assert!(shown.get("client_secret").is_none());
    let changed = installation.json(&[
        "app",
        "set",
        &id,
        "--switch",
        "pkce-optional=on",
        "--grant",
        "authorization_code=on",
        "--redirect-uri",
        "https://client.example/cb",
        "--scope",
        "me",
    ]);
    assert_eq!(changed["switches"], serde_json::json!(["pkce-optional"]));
    assert_eq!(changed["redirect_uris"], serde_json::json!(["https://client.example/cb"]));
    let message = installation.fails(&["app", "set", &id, "--switch", "nonsense=on"]);
    assert!(message.contains("pkce-optional"), "it says which there are: {message}");
    installation.fails(&["app", "show", "nobody"]);
    installation
        .fails(&["app", "create", "--owner", "nobody", "--name", "A", "--preset", "machine"]);
    let public = installation
        .json(&["app", "create", "--owner", "marshal", "--name", "Page", "--preset", "browser"]);
    assert!(public["client_secret"].is_null());

    let rotated = installation.json(&["app", "rotate-secret", &id, "--leaked"]);
    is_refused(&server, &id, &secret).await;
    let secret = text(&rotated["client_secret"]);
    assert_eq!(token(&server, &id, &secret).await, StatusCode::OK);
    installation.run(&["app", "delete", &id]);
    is_refused(&server, &id, &secret).await;

    let key = installation.key("marshal@example.org");
    let me = client().get(format!("{}/v2.1/me.json", server.url)).header("authorization", key);
    assert_eq!(me.send().await.unwrap().status(), StatusCode::OK);
    server.stop();
}

/// What another process changed counts within a second.
async fn is_refused(server: &Server, id: &str, secret: &str) {
    let start = Instant::now();
    while token(server, id, secret).await != StatusCode::UNAUTHORIZED {
        assert!(start.elapsed() < Duration::from_secs(1), "it took longer than a second");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[rstest]
#[tokio::test]
async fn keys_are_rotated_beside_a_running_server(#[values(Sqlite, Postgres)] engine: Engine) {
    let installation = Installation::new(engine);
    let server = installation.serve();
    let first = installation.json(&["keys", "list"]);
    assert_eq!(first["keys"].as_array().unwrap().len(), 1);
    assert_eq!(first["keys"][0]["signs"], "access tokens");
    let new = installation.json(&["keys", "rotate", "--emergency"]);
    let start = Instant::now();
    loop {
        let keys = client().get(format!("{}/oauth/jwks", server.url)).send().await.unwrap();
        let keys: Value = keys.json().await.unwrap();
        let published = keys["keys"].as_array().unwrap();
        let has = |key: &Value| published.iter().any(|it| it["kid"] == key["kid"]);
        if has(&new) && !has(&first["keys"][0]) {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(1), "it took longer than a second: {keys}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_backup_is_put_back() {
    let installation = Installation::new(Sqlite);
    let server = installation.serve();
    installation.person("before");
    let file = installation.path().join("copy.db");
    let file = file.to_str().unwrap();
    installation.run(&["backup", file]);
    let message = installation.fails(&["backup", file]);
    assert!(message.contains("exists already"), "{message}");
    installation.person("after");
    server.stop();
    installation.run(&["restore", file]);
    let server = installation.serve();
    installation.key("before");
    installation.fails(&["api-key", "create", "--owner", "after"]);
    let ready = client().get(format!("{}/readyz", server.url)).send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
    server.stop();
    let message = installation.fails(&["restore", installation.path().to_str().unwrap()]);
    assert!(message.contains("not a backup"), "{message}");
}

/// Whatever is refused says what is wrong and what to do next.
#[test]
fn messages_lead_on() {
    let installation = Installation::new(Sqlite);
    installation.person("marshal");
    let made = installation
        .json(&["app", "create", "--owner", "marshal", "--name", "A", "--preset", "standard"]);
    let id = made["client_id"].as_str().unwrap();
    let create = |more: &[&'static str]| {
        let first = ["app", "create", "--name", "A", "--preset", "standard"];
        installation.fails(&[first.as_slice(), more].concat())
    };
    let file = installation.path().join("file");
    std::fs::write(&file, "").unwrap();
    let file = file.to_str().unwrap();
    let no_folder = format!("{file}x/copy.db");
    let nowhere = "postgres://ysolde:secret@127.0.0.1:1/play";
    for (message, wanted) in [
        (create(&["--owner", "marshall"]), "there is no account \"marshall\" in "),
        (create(&["--owner", "marshall"]), "`tiltyard user list` lists those there are"),
        (installation.fails(&["user", "lock", "x"]), "`tiltyard user list`"),
        (installation.fails(&["api-key", "create", "--owner", "x"]), "no account \"x\""),
        (installation.fails(&["app", "show", "x"]), "`tiltyard app list`"),
        (installation.fails(&["app", "set", "x", "--scope", "me"]), "`tiltyard app list`"),
        (
            create(&["--owner", "marshal", "--scope", "me tournaments:raed"]),
            "did you mean tournaments:read?",
        ),
        (create(&["--owner", "marshal", "--scope", "everything"]), "docs/scopes.md"),
        (installation.fails(&["app", "set", id, "--grant", "implicit=on"]), "use --switch"),
        (installation.fails(&["app", "set", id, "--switch", "device_code=on"]), "use --grant"),
        (installation.fails(&["serve", "--listen", "localhost:7110"]), "write 127.0.0.1:7110"),
        (installation.fails(&["serve", "--listen", "7110"]), "write 127.0.0.1:7110"),
        (installation.fails(&["backup", &no_folder]), "make it first"),
        (installation.fails(&["doctor", "--database", nowhere]), "PostgreSQL at 127.0.0.1:1/play"),
    ] {
        assert!(message.contains(wanted), "{wanted:?} is not in {message}");
        assert!(!message.contains("secret@"), "{message}");
    }
    let shown = installation.run(&["app", "show", id]);
    assert!(shown.contains(&format!("app set {id} --redirect-uri URI")), "{shown}");
    let shown =
        installation.run(&["app", "set", id, "--redirect-uri", "http://localhost:8765/callback"]);
    assert!(shown.contains("note: Discouraged"), "{shown}");
}

#[tokio::test]
async fn nothing_is_put_back_under_a_running_server() {
    let installation = Installation::new(Sqlite);
    let server = installation.serve();
    let file = installation.path().join("copy.db");
    let file = file.to_str().unwrap();
    installation.run(&["backup", file]);
    let message = installation.fails(&["restore", file]);
    assert!(message.contains("a server runs on"), "{message}");
    let message = installation.fails(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(message.contains("a server runs on"), "{message}");
    server.stop();
    installation.run(&["restore", file]);
}

#[tokio::test]
async fn a_damaged_backup_changes_nothing() {
    let installation = Installation::new(Sqlite);
    installation.person("marshal");
    let file = installation.path().join("copy.db");
    installation.run(&["backup", file.to_str().unwrap()]);
    let whole = std::fs::read(&file).unwrap();
    let cut = installation.path().join("cut.db");
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let message = installation.fails(&["restore", cut.to_str().unwrap()]);
    assert!(message.contains("damaged"), "{message}");
    installation.key("marshal");
    installation.run(&["doctor"]);
}

#[test]
fn a_backup_of_postgresql_is_refused_in_words() {
    let installation = Installation::new(Postgres);
    assert!(installation.fails(&["backup", "x.db"]).contains("pg_dump"));
    assert!(installation.fails(&["restore", "x.db"]).contains("pg_restore"));
}

#[rstest]
#[tokio::test]
async fn the_first_start_prints_a_link(#[values(Sqlite, Postgres)] engine: Engine) {
    let installation = Installation::new(engine);
    let printed = installation.serve().stop();
    let link = printed.iter().find_map(|line| line.trim().strip_prefix("http://"));
    assert!(link.is_some_and(|link| link.contains("/setup?token=")), "{printed:?}");
    // An account alone does not make an operator.
    installation.person("player");
    let printed = installation.serve().stop();
    assert!(printed.iter().any(|line| line.contains("/setup")), "{printed:?}");
    let operator = [
        "user",
        "create",
        "--username",
        "marshal",
        "--email",
        "marshal@example.org",
        "--password-stdin",
        "--operator",
    ];
    installation.run_with(&operator, "a long password");
    let printed = installation.serve().stop();
    assert!(!printed.iter().any(|line| line.contains("/setup")), "{printed:?}");
}

#[rstest]
#[tokio::test]
async fn the_demo_fills_an_empty_place_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let installation = Installation::new(engine);
    let told = installation.run(&["demo"]);
    assert!(told.contains("lists_open"), "{told}");
    let message = installation.fails(&["demo"]);
    assert!(message.contains("accounts here already"), "{message}");
    let server = installation.serve();
    for path in ["/", "/lists_open", "/heralds_cup", "/heralds_cup.svg", "/healthz", "/readyz"] {
        let answer = client().get(format!("{}{path}", server.url)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
}

/// Cases G12, K07.
#[rstest]
#[tokio::test]
async fn operators_look_after_accounts(#[values(Sqlite, Postgres)] engine: Engine) {
    let installation = Installation::new(engine);
    installation.person("marshal");
    let made = installation.person("ysolde");
    let key = installation.key("ysolde");
    let server = installation.serve();
    let me = async || {
        let url = format!("{}/v2.1/me.json", server.url);
        client().get(url).header("authorization", &key).send().await.unwrap().status()
    };
    assert_eq!(me().await, StatusCode::OK);
    let all = installation.json(&["user", "list"]);
    assert_eq!(all["people"].as_array().unwrap().len(), 2);
    let shown = installation.json(&["user", "show", "ysolde@example.org"]);
    assert_eq!((&shown["id"], &shown["keys"]), (&made["id"], &serde_json::json!(1)));
    assert!(shown["locked_at"].is_null());
    installation.json(&["user", "lock", &made["id"].to_string()]);
    assert_eq!(me().await, StatusCode::UNAUTHORIZED);
    assert!(installation.json(&["user", "show", "ysolde"])["locked_at"].is_i64());
    installation.run(&["user", "unlock", "ysolde"]);
    assert_eq!(me().await, StatusCode::OK);
    let set = ["user", "set-password", "ysolde", "--password-stdin"];
    assert!(!installation.output(&set, "password").status.success(), "too common");
    assert!(!installation.output(&set, "").status.success());
    installation.run_with(&set, "another long one\n");
    assert_eq!(me().await, StatusCode::UNAUTHORIZED);
    let message = installation.fails(&["user", "delete", "ysolde"]);
    assert!(message.contains("--yes"), "{message}");
    installation.run(&["user", "delete", "ysolde", "--yes"]);
    installation.fails(&["user", "show", "ysolde"]);
    installation.fails(&["user", "lock", "nobody"]);
    let printed = installation.run(&["user", "list"]);
    assert!(!printed.contains("ysolde"), "{printed}");
    server.stop();
}

/// Case T05.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_revoked_since_a_backup_stays_so() {
    let installation = Installation::new(Sqlite);
    installation.person("ysolde");
    let server = installation.serve();
    let mut visitor = crate::visitor::Visitor::at(&installation, &server, "ysolde");
    assert_eq!(visitor.sign_in("ysolde", crate::support::PASSWORD).await, 303);
    let code = visitor.code().await;
    let answer = visitor.exchange(&code).await;
    let (access, refresh) = visitor.tokens(answer).await;
    let file = installation.path().join("copy.db");
    installation.run(&["backup", file.to_str().unwrap()]);
    installation.run(&["user", "lock", "ysolde"]);
    server.stop();
    let told = installation.run(&["restore", file.to_str().unwrap()]);
    assert!(told.contains("ended 1 grants"), "{told}");
    let server = installation.serve();
    visitor.moved_to(&server);
    let me = visitor.http.get(visitor.address("/v2.1/me.json")).bearer_auth(&access);
    assert_eq!(me.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(visitor.token(&form).await.status(), StatusCode::BAD_REQUEST);
    let account = visitor.http.get(visitor.address("/account")).send().await.unwrap();
    assert_eq!(account.status(), StatusCode::SEE_OTHER, "the session ended, too");
}

/// The same by hand, after other tools have put a backup back.
#[rstest]
#[tokio::test]
async fn doctor_ends_what_a_restore_brought_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let installation = Installation::new(engine);
    installation.person("ysolde");
    let told = installation.run(&["doctor", "--after-restore"]);
    assert!(told.contains("ended 0 grants"), "{told}");
    assert!(!installation.run(&["doctor"]).contains("ended"));
}

/// Case T09.
#[tokio::test]
async fn metrics_have_a_listener_of_their_own() {
    let installation = Installation::new(Sqlite);
    // Whatever holds the default port: a server without a setting goes on.
    let _taken = std::net::TcpListener::bind("127.0.0.1:7111");
    let server = installation.serve();
    let public = client().get(format!("{}/metrics", server.url)).send().await.unwrap();
    assert_eq!(public.status(), StatusCode::NOT_FOUND);
    server.stop();
    // A port that was asked for must be had.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let setting = format!("metrics.listen={address}");
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--set", &setting];
    let message = installation.fails(&arguments);
    assert!(message.contains("metrics.listen"), "{message}");
    drop(taken);
    let server = installation.serve_with(&["--set", &setting]);
    let text = client().get(format!("http://{address}/metrics")).send().await.unwrap();
    let text = text.text().await.unwrap();
    assert!(text.contains("tiltyard_process_resident_memory_bytes"), "{text}");
    let other = client().get(format!("http://{address}/")).send().await.unwrap();
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
    server.stop();
}

#[cfg(target_os = "linux")]
#[test]
fn as_many_files_are_open_as_may_be() {
    let installation = Installation::new(Engine::Sqlite);
    let server = installation.serve_after("ulimit -Sn 256");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    let [soft, hard]: [&str; 2] =
        line.split_whitespace().take(2).collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(soft, hard);
    assert_ne!(soft, "256");
}
