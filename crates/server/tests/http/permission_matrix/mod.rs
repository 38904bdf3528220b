//! Who may do what: every operation of the APIs, asked by every kind of credential, on a fixed cast.
//!
//! Each answer of the real server is held to [`rules`], which are written in the terms of people and not
//! in those of the code that they test; `docs/permissions.md` is written from the answers. An operation
//! without a line in [`examples`] fails the test, and the failure says what to add.

mod cast;
mod examples;
mod rules;

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use tiltyard_store::Engine::Sqlite;

use self::{
    cast::{Cast, Place, Target},
    examples::{EXAMPLES, Example},
};
use crate::{openapi, support::TestServer};

/// An operation at one address.
struct Route<'a> {
    method: &'a str,
    path: &'a str,
    tag: &'a str,
    /// What it does.
    example: &'static Example,
    place: Place,
}

/// The example of an operation: under its own id, or that of the operation that it repeats.
fn example(operation: &serde_json::Value) -> Option<&'static Example> {
    let id = operation["x-same-as"].as_str().or_else(|| operation["operationId"].as_str())?;
    let without_method = id.strip_suffix("ByPost").unwrap_or(id);
    // v2.0 does what v2.1 does.
    let newest = without_method.replacen("challongeV20", "challongeV2", 1);
    EXAMPLES.iter().find(|it| it.operation == id || it.operation == newest)
}

/// The operations of the document but those of the authorization server, which knows clients and
/// browsers instead (`oauth_*.rs`).
fn routes(document: &serde_json::Value) -> Vec<Route<'_>> {
    let mut missing = Vec::new();
    let mut routes = Vec::new();
    for (path, method, operation) in openapi::operations(document) {
        let tag = operation["tags"][0].as_str().unwrap();
        if tag == "Authorization" {
            continue;
        }
        match example(operation) {
            Some(example) => {
                routes.push(Route { method, path, tag, example, place: Place::of(path) });
            }
            None => missing.push(format!(
                "{} ({} {path})",
                operation["x-same-as"].as_str().or(operation["operationId"].as_str()).unwrap(),
                method.to_ascii_uppercase(),
            )),
        }
    }
    assert!(
        missing.is_empty(),
        "these operations have no example; give each a line in EXAMPLES of \
         crates/server/tests/http/permission_matrix/examples.rs (what it does, its status when it \
         succeeds, a body that is good; a new name in a path goes into `Cast::value` of cast.rs), then \
         run `UPDATE=1 cargo test -p tiltyard-server --test http permission_matrix`:\n  {}",
        missing.join("\n  ")
    );
    routes
}

#[tokio::test]
async fn generated_permission_matrix_is_current_and_right() {
    let document = openapi::document().await;
    let routes = routes(&document);
    let unused: Vec<&str> = EXAMPLES
        .iter()
        .map(|example| example.operation)
        .filter(|name| routes.iter().all(|route| route.example.operation != *name))
        .collect();
    assert!(unused.is_empty(), "no operation is called so any more: {unused:?}");

    let server = TestServer::start(Sqlite).await;
    let mut cast = Cast::new(&server).await;
    let mut tables: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut asked = 0;
    for route in &routes {
        for target in route.place.targets(route.path) {
            let mut row = format!(
                "| {} | `{}` | {} |",
                route.method.to_ascii_uppercase(),
                route.path,
                target.map_or("", Target::name)
            );
            for at in 0..cast.callers.len() {
                let (status, text) = cast.ask(at, route, target).await;
                let caller = &cast.callers[at];
                let expected = rules::expected(caller, route.example, route.place, target);
                if status != expected {
                    wrong.push(format!(
                        "{} {} on {} by {}: {status} instead of {expected}: {text}",
                        route.method,
                        route.path,
                        target.map_or("nothing", Target::name),
                        caller.name
                    ));
                }
                write!(row, " {status} |").unwrap();
                asked += 1;
            }
            tables.entry(route.tag).or_default().push(row);
        }
    }
    assert!(asked > 1_000, "{asked}");
    assert!(wrong.is_empty(), "{} of {asked} answers:\n{}", wrong.len(), wrong.join("\n"));

    let text = document_of(&cast, &tables);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "docs/permissions.md is stale: run `cargo xtask generate`");
}

fn document_of(cast: &Cast<'_>, tables: &BTreeMap<&str, Vec<String>>) -> String {
    let mut text = "# Who may do what\n\nWritten by a test that asks every operation of the APIs with \
        every kind of credential, and holds each\nanswer to rules of its own; `cargo xtask generate` \
        writes it anew. The numbers are HTTP statuses.\n\nThe rules in short: without a credential 401; \
        without the scope 403, before anything else is looked\nat; what one may not see is 404; what \
        one sees and may not change is 403. A community's tournament is\nreached with the community in \
        the path, with `?community_id=`, or without either: the community is\nan address, the role in \
        it is what counts.\n\n"
        .to_owned();
    text.push_str("| column | who asks |\n|---|---|\n");
    for caller in &cast.callers {
        writeln!(text, "| {} | {} |", caller.name, caller.words).unwrap();
    }
    text.push_str("\n| on | what is asked for |\n|---|---|\n");
    for target in Target::ALL {
        writeln!(text, "| {} | {} |", target.name(), target.words()).unwrap();
    }
    for (tag, rows) in tables {
        write!(text, "\n## {tag}\n\n| method | path | on |").unwrap();
        for caller in &cast.callers {
            write!(text, " {} |", caller.name).unwrap();
        }
        text.push_str("\n|---|---|---|");
        text.push_str(&"---|".repeat(cast.callers.len()));
        text.push('\n');
        for row in rows {
            text.push_str(row);
            text.push('\n');
        }
    }
    text.replace(" |  |", " | |")
}
