//! The OpenAPI document: what stands in it, and that it says what is.

use std::{collections::BTreeSet, path::Path};

use reqwest::Method;
use serde_json::{Value, json};
use tiltyard_oauth::{
    preset::Preset,
    scope_registry::{self, Holder, Platform},
};
use tiltyard_store::Engine::Sqlite;

use crate::support::{Answer, Credential, TestServer, Wanted};

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

pub(crate) async fn document() -> Value {
    let public_url = Some("https://tiltyard.example".to_owned());
    let server = TestServer::start_as(Sqlite, Wanted { public_url, ..Wanted::default() }).await;
    server.get("/openapi.json").await.expect(200).json()
}

/// Every operation with its path and method.
pub(crate) fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| METHODS.map(|method| (path.as_str(), method, &item[method])))
        .filter(|(_, _, operation)| operation.is_object())
        .collect()
}

/// Written anew by `cargo xtask generate`, which sets `UPDATE`.
#[tokio::test]
async fn generated_openapi_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let text = format!("{:#}\n", document().await);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "docs/openapi.json is stale: run `cargo xtask generate`");
}

#[tokio::test]
async fn the_document_is_for_everybody_and_kept() {
    let server = TestServer::start(Sqlite).await;
    let answer = server.get("/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    assert_eq!(answer.json()["servers"], json!([{ "url": server.url }]));
    let tag = answer.header("etag").to_owned();
    let again = server.request(Method::GET, "/openapi.json").header("if-none-match", &tag);
    let again = Answer::to(again).await.expect(304);
    assert_eq!((again.header("etag"), again.text.as_str()), (tag.as_str(), ""));
    let other = server.request(Method::GET, "/openapi.json").header("if-none-match", "\"0\"");
    Answer::to(other).await.expect(200);
}

#[tokio::test]
async fn every_operation_is_described() {
    let document = document().await;
    let tags: BTreeSet<_> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].clone().to_string())
        .collect();
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let place = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap_or_default();
        assert!(!id.is_empty() && ids.insert(id), "{place}: {id} is no id of its own");
        assert!(operation["summary"].as_str().is_some_and(|text| text.ends_with('.')), "{place}");
        assert!(tags.contains(&operation["tags"][0].to_string()), "{place} has no part");
        assert!(operation["security"].is_array(), "{place} does not say who may");
        let answers = operation["responses"].as_object().unwrap();
        let wanted = |status: &str| status.starts_with(['2', '3']);
        assert!(answers.keys().any(|status| wanted(status)), "{place} never succeeds");
        for name in path.split('/').filter_map(|part| part.split_once('{')?.1.split_once('}')) {
            let parameters = operation["parameters"].as_array().unwrap();
            let described = parameters.iter().any(|it| it["in"] == "path" && it["name"] == name.0);
            assert!(described, "{place}: {} is not described", name.0);
        }
        for (_, scopes) in
            operation["security"].as_array().unwrap().iter().flat_map(|it| {
                it.as_object().unwrap().iter().filter(|(scheme, _)| *scheme == "oauth2")
            })
        {
            for scope in scopes.as_array().unwrap() {
                let known = scope_registry::lookup(scope.as_str().unwrap());
                assert!(known.is_some(), "{place}: {scope} is no scope");
            }
        }
    }
    assert!(ids.len() >= 20);
}

fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str));
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn schemas_exist_and_are_used() {
    let document = document().await;
    let mut referred = BTreeSet::new();
    references(&document, &mut referred);
    for reference in &referred {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        let reference = format!("#/components/schemas/{name}");
        assert!(referred.contains(reference.as_str()), "nothing refers to {name}");
    }
}

/// The sources of a folder and those below.
fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Routes of programs are registered together with their description. What a dialect answers where
/// it has no route is none.
#[test]
fn every_route_of_programs_is_described() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = Vec::new();
    sources(&root.join("oauth"), &mut texts);
    sources(&root.join("api"), &mut texts);
    let mut found = BTreeSet::new();
    for text in &texts {
        for (_, rest) in text.match_indices(".route(").map(|(at, it)| text.split_at(at + it.len()))
        {
            if let Some((_, rest)) = rest.split_once('"')
                && let Some((path, rest)) = rest.split_once('"')
                && !rest.starts_with(", any(error::unknown_route)")
            {
                found.insert(path);
            }
        }
    }
    assert!(
        found.is_empty(),
        "give these handlers #[utoipa::path(…)], and register them by .routes(routes!(…)): {found:?}"
    );
}

/// The scopes that the document names open the operation, and no other does.
#[tokio::test]
async fn scopes_open_what_the_document_says() {
    let server = TestServer::start(Sqlite).await;
    let person = server.person("ysolde").await;
    let document = server.get("/openapi.json").await.json();
    let mut tokens = Vec::new();
    for (preset, platform) in
        [(Preset::Challonge, Platform::Challonge), (Preset::Toornament, Platform::Toornament)]
    {
        let client = server.client(&person, preset).await;
        let own = scope_registry::of_platform(platform).filter(|it| it.fits(Holder::Application));
        for info in own {
            let grant = [("grant_type", "client_credentials"), ("scope", info.name)];
            let answer = client.token(&grant).await.expect(200).json();
            tokens.push((info.name, answer["access_token"].as_str().unwrap().to_owned()));
        }
    }
    assert!(tokens.len() > 15);
    let mut asked = 0;
    for (path, method, operation) in operations(&document) {
        // In a community, roles count as well.
        let Some(below) = path.strip_prefix("/v2.1") else { continue };
        if path.contains("{community}") || path.ends_with("/me.json") {
            continue;
        }
        let named: Vec<&str> = operation["security"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|it| it["oauth2"][0].as_str())
            .collect();
        let address = below.replace("{tournament}", "1").replace("{match}", "1");
        let address = address.replace("{participant}", "1").replace("{attachment}", "1");
        for (scope, token) in &tokens {
            let api = server.api(Credential::Token(token.clone()));
            let method = method.to_ascii_uppercase().parse().unwrap();
            let state = if path.contains("match") { "reopen" } else { "start" };
            let participants = json!([{ "name": "x" }]);
            let attributes = json!({
                "name": "x", "state": state, "match": [], "participants": participants, "match_id": 1
            });
            let answer = api.send(method, &address, attributes).await;
            // What acts for no person cannot register one, whatever its scopes.
            let lacks = answer.status == 403 && answer.text.contains("scope");
            assert_eq!(
                !lacks,
                named.contains(scope),
                "{} {path} with {scope}: {} {}",
                operation["operationId"],
                answer.status,
                answer.text
            );
            asked += 1;
        }
    }
    assert!(asked > 500);
}

/// Whoever lacks the scope hears of that, whatever the body is: of every operation that writes.
#[tokio::test]
async fn scopes_are_judged_before_bodies() {
    let server = TestServer::start(Sqlite).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Challonge).await;
    let grant = [("grant_type", "client_credentials"), ("scope", "tournaments:read")];
    let answer = client.token(&grant).await.expect(200).json();
    let token = answer["access_token"].as_str().unwrap();
    let document = server.get("/openapi.json").await.json();
    let mut asked = 0;
    for (path, method, operation) in operations(&document) {
        if !path.starts_with("/v2.1/") || method == "get" {
            continue;
        }
        let names = ["{tournament}", "{match}", "{participant}", "{community}", "{attachment}"];
        let address = names.iter().fold(path.to_owned(), |it, name| it.replace(name, "1"));
        for body in ["{", "{}", "[]", r#"{"data":{"attributes":{"name":7,"match":7}}}"#] {
            let request = server.request(method.to_ascii_uppercase().parse().unwrap(), &address);
            let request = request.bearer_auth(token).header("content-type", "application/json");
            let answer = Answer::to(request.body(body)).await;
            let id = &operation["operationId"];
            assert_eq!(answer.status, 403, "{id} with {body}: {}", answer.text);
            asked += 1;
        }
    }
    assert!(asked > 150, "{asked}");
}
