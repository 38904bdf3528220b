//! The server as a whole, without a network: no request whatever may make it fail.

use std::{
    error::Error,
    net::SocketAddr,
    sync::{Arc, LazyLock},
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Method, Request, Uri, header},
};
use http_body_util::BodyExt as _;
use tiltyard_core::{
    Actor, Core, Settings,
    accounts::{NewApiKey, NewPerson, Origin},
    applications::NewApplication,
    clock::ManualClock,
    entropy::SystemEntropy,
    keys::InstallationSecret,
    tournaments::NewTournament,
};
use tiltyard_oauth::preset::Preset;
use tiltyard_server::{App, AppOptions};
use tiltyard_store::{Engine, Store, testing::TestDatabase};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

/// Longest path, header or body that is tried; longer ones are cut off by rules of their own.
const LONGEST: usize = 16 * 1024;

/// Forms of pages.
const FORMS: [&str; 8] = [
    "/apps/new",
    "/oauth/authorize",
    "/account/password",
    "/account/keys",
    "/activate",
    "/account/sessions/end-others",
    "/apps/{client}",
    "/account/connections/{client}/disconnect",
];

/// Operations of the API.
const OPERATIONS: [(&str, &str); 12] = [
    ("POST", "/v2.1/tournaments"),
    ("PUT", "/v2.1/tournaments/{tournament}"),
    ("PUT", "/v2.1/tournaments/{tournament}/change_state"),
    ("POST", "/v2.1/tournaments/{tournament}/participants"),
    ("POST", "/v2.1/tournaments/{tournament}/participants/bulk_add"),
    ("PUT", "/v2.1/tournaments/{tournament}/participants/10000001"),
    ("PUT", "/v2.1/tournaments/{tournament}/matches/10000001"),
    ("PUT", "/v2.1/tournaments/{tournament}/matches/10000001/change_state"),
    ("POST", "/oauth/token"),
    ("POST", "/oauth/revoke"),
    ("POST", "/oauth/introspect"),
    ("POST", "/oauth/authorize_device"),
];

/// A server with somebody signed in.
struct World {
    runtime: Runtime,
    router: Router,
    session: String,
    csrf: String,
    key: String,
    client: String,
    tournament: String,
    // After what uses it.
    _database: TestDatabase,
}

static WORLD: LazyLock<World> = LazyLock::new(|| match World::new() {
    Ok(world) => world,
    Err(error) => panic!("no server to try: {error}"),
});

impl World {
    fn new() -> Result<Self, Box<dyn Error>> {
        let runtime = Runtime::new()?;
        let database = TestDatabase::new(Engine::Sqlite);
        let store = Store::open(database.options())?;
        runtime
            .block_on(async {
                let core = Core::start(
                    store,
                    Arc::new(ManualClock::at(tiltyard_store::testing::NOW_MS)),
                    Arc::new(SystemEntropy::default()),
                    Settings::at("http://127.0.0.1:7110"),
                    InstallationSecret::new(&[42; 32])?,
                )
                .await?;
                let new = NewPerson {
                    username: "ysolde".to_owned(),
                    email: "ysolde@example.org".to_owned(),
                    password: "a horse and a lance".to_owned(),
                    operator: false,
                };
                let person = core.create_person_as_operator(new).await?;
                let actor = person.actor();
                let session =
                    core.begin_session(person.clone(), None, Origin::default()).await?.token;
                let (_, key) = core
                    .create_api_key(
                        &Actor::Operator,
                        person.id,
                        NewApiKey::default(),
                        Origin::default(),
                    )
                    .await?;
                let new = NewApplication {
                    owner: person.id,
                    name: "Overlay".to_owned(),
                    preset: Preset::Challonge,
                    redirect_uris: vec!["https://client.example/callback".to_owned()],
                    scopes: None,
                };
                let client = core.create_application(&actor, new, Origin::default()).await?;
                let new = NewTournament { name: "Joust".to_owned(), ..NewTournament::default() };
                let tournament = core.create_tournament(&actor, new).await?.row.id.to_string();
                let options = AppOptions {
                    body_limit: LONGEST,
                    trusted_proxies: vec!["127.0.0.0/8".parse()?],
                    ..AppOptions::default()
                };
                Ok((core, session, key, client.application.client.client_id, tournament, options))
            })
            .map(|(core, session, key, client, tournament, options)| Self {
                csrf: core.form_token(&session, [0; 32]),
                router: App::new(core, options).router(),
                runtime,
                session,
                key,
                client,
                tournament,
                _database: database,
            })
    }

    fn path(&self, path: &str) -> String {
        path.replace("{client}", &self.client).replace("{tournament}", &self.tournament)
    }

    /// Sends a request from a trusted proxy and reads the answer, unless that has no end.
    fn send(&self, mut request: Request<Body>) {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))));
        let what = format!("{} {}", request.method(), request.uri());
        self.runtime.block_on(async {
            let Ok(answer) = self.router.clone().oneshot(request).await;
            let (parts, body) = answer.into_parts();
            assert!(parts.status.as_u16() < 500, "{what}: {}", parts.status);
            let kind = parts.headers.get(header::CONTENT_TYPE);
            if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
                return;
            }
            let read = body.collect().await;
            assert!(read.is_ok_and(|read| read.to_bytes().len() < 4 * 1024 * 1024), "{what}");
        });
    }
}

fn request(method: &Method, uri: &str) -> Option<Request<Body>> {
    let uri: Uri = uri.parse().ok()?;
    let request = Request::builder().method(method.clone()).uri(uri);
    request.header(header::HOST, "127.0.0.1:7110").body(Body::empty()).ok()
}

fn method(name: &str) -> Method {
    name.parse().unwrap_or(Method::GET)
}

fn set(request: &mut Request<Body>, name: header::HeaderName, value: &[u8]) {
    if let Ok(value) = HeaderValue::from_bytes(value) {
        request.headers_mut().insert(name, value);
    }
}

/// A form of a page, with the right token.
pub(crate) fn page_form(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let world = &*WORLD;
    let path = world.path(FORMS[usize::from(*first) % FORMS.len()]);
    let Some(mut request) = request(&Method::POST, &path) else { return };
    set(&mut request, header::CONTENT_TYPE, b"application/x-www-form-urlencoded");
    set(&mut request, header::COOKIE, format!("tly_session={}", world.session).as_bytes());
    let mut body = format!("csrf={}&", world.csrf).into_bytes();
    body.extend(rest.iter().take(LONGEST));
    *request.body_mut() = Body::from(body);
    world.send(request);
}

/// Headers that everybody may send: cookies, languages, forwarding, conditions.
pub(crate) fn cookie(data: &[u8]) {
    let world = &*WORLD;
    let Some(mut request) = request(&Method::GET, "/apps") else { return };
    let mut lines = data.split(|byte| *byte == b'\n');
    let headers = [
        header::COOKIE,
        header::FORWARDED,
        header::HeaderName::from_static("x-forwarded-for"),
        header::USER_AGENT,
        header::HOST,
        header::AUTHORIZATION,
        header::ACCEPT,
        header::RANGE,
    ];
    for (name, value) in headers.into_iter().zip(&mut lines) {
        let value = String::from_utf8_lossy(value).replace("{session}", &world.session);
        set(&mut request, name, &value.as_bytes()[..value.len().min(LONGEST)]);
    }
    world.send(request);
}

/// An operation of the API by its owner: JSON or a form.
pub(crate) fn api(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let world = &*WORLD;
    let (name, path) = OPERATIONS[usize::from(*first) % OPERATIONS.len()];
    let Some(mut request) = request(&method(name), &world.path(path)) else { return };
    if path.starts_with("/v2.1/") {
        set(&mut request, header::AUTHORIZATION, world.key.as_bytes());
        let version = header::HeaderName::from_static("authorization-type");
        set(&mut request, version, b"v1");
    }
    let kind: &[u8] = match first / 64 {
        0 => b"application/vnd.api+json",
        1 => b"application/json",
        2 => b"application/x-www-form-urlencoded",
        _ => b"text/plain",
    };
    set(&mut request, header::CONTENT_TYPE, kind);
    let body = rest[..rest.len().min(LONGEST)].to_vec();
    *request.body_mut() = Body::from(body);
    world.send(request);
}

/// A line with method and address, and a body: any request at all, by somebody signed in.
pub(crate) fn endpoint(data: &[u8]) {
    let world = &*WORLD;
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let line = String::from_utf8_lossy(parts.next().unwrap_or_default());
    let Some((name, address)) = line.split_once(' ') else { return };
    let address = world.path(address);
    let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    if !methods.contains(&name) || !address.starts_with('/') || address.len() > LONGEST {
        return;
    }
    let Some(mut request) = request(&method(name), &address) else { return };
    set(&mut request, header::COOKIE, format!("tly_session={}", world.session).as_bytes());
    let body = parts.next().unwrap_or_default();
    if !body.is_empty() {
        set(&mut request, header::CONTENT_TYPE, b"application/x-www-form-urlencoded");
    }
    *request.body_mut() = Body::from(body[..body.len().min(LONGEST)].to_vec());
    world.send(request);
}
