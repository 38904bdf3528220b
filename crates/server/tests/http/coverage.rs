//! `docs/api-coverage.md`: which operations of each platform's documentation there are. It is written
//! from `coverage.in.md` beside this file, where the platforms' operations and our notes stand, and from
//! the OpenAPI document, which comes from the registration of the routes. A route that appears needs no
//! edit: its row turns to `works`, and where there is no row it is listed as ours.

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use serde_json::Value;

use crate::openapi;

/// The platforms' operations and the notes.
const TEMPLATE: &str = include_str!("coverage.in.md");

/// An operation of the router.
struct Route<'a> {
    method: String,
    /// As the document shows it.
    path: &'a str,
    id: &'a str,
    summary: &'a str,
    /// The id of the operation that this one repeats at another address.
    repeats: Option<&'a str>,
}

fn routes(document: &Value) -> Vec<Route<'_>> {
    openapi::operations(document)
        .into_iter()
        .map(|(path, method, operation)| Route {
            method: method.to_ascii_uppercase(),
            path,
            id: operation["operationId"].as_str().unwrap(),
            summary: operation["summary"].as_str().unwrap(),
            repeats: operation["x-same-as"].as_str(),
        })
        .collect()
}

/// The path without the names of its parameters and without a suffix for a form.
fn bare(path: &str) -> String {
    let form = [".json", ".xml", ".{format}"].iter().find_map(|it| path.strip_suffix(it));
    let mut bare = String::new();
    let mut named = false;
    for c in form.unwrap_or(path).chars() {
        named = (named || c == '{') && c != '}';
        if !named {
            bare.push(c);
        } else if c == '{' {
            bare.push('{');
        }
    }
    bare
}

/// How much of the path one of the prefixes names.
fn fit(prefixes: &[&str], path: &str) -> Option<usize> {
    let below = |prefix: &&&str| {
        path.strip_prefix(**prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    prefixes.iter().filter(below).map(|prefix| prefix.len()).max()
}

/// The operations of one platform in the template.
struct Block<'a> {
    prefixes: Vec<&'a str>,
    /// Name, method, path.
    rows: Vec<(&'a str, &'a str, &'a str)>,
}

/// The template in pieces: notes, and between them the blocks.
fn pieces(template: &str) -> Vec<(&str, Option<Block<'_>>)> {
    const FENCE: &str = "```operations ";
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((notes, after)) = rest.split_once(FENCE) {
        let (head, after) = after.split_once('\n').unwrap();
        let (rows, after) = after.split_once("```\n").unwrap();
        let row = |line| {
            let parts = || {
                let (name, request) = str::split_once(line, " | ")?;
                let (method, path) = request.split_once(' ')?;
                Some((name, method, path))
            };
            parts().unwrap_or_else(|| panic!("`{line}` is not of the form `name | METHOD /path`"))
        };
        let rows = rows.lines().map(row);
        let block = Block { prefixes: head.split(' ').collect(), rows: rows.collect() };
        pieces.push((notes, Some(block)));
        rest = after;
    }
    pieces.push((rest, None));
    pieces
}

/// Where else the same operation is.
fn elsewhere(routes: &[Route<'_>], ids: &[&str]) -> String {
    let mut places: Vec<String> = Vec::new();
    for other in routes.iter().filter(|it| it.repeats.is_some_and(|id| ids.contains(&id))) {
        let place = if other.path.contains("/communities/{community}/") {
            "community".to_owned()
        } else if other.path.contains("/application/") {
            "application".to_owned()
        } else {
            format!("`{}`", other.path)
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.join(", ")
}

fn table(block: Option<&Block<'_>>, ours: &[&Route<'_>], routes: &[Route<'_>]) -> String {
    let mut text =
        "| operation | method | path | state | also |\n|---|---|---|---|---|\n".to_owned();
    let by_method = |id: &str, path: &str| {
        let others = routes.iter().filter(move |it| it.path == path && it.repeats.is_none());
        others
            .filter(|it| it.id.strip_prefix(id).is_some_and(|rest| rest.starts_with("By")))
            .collect()
    };
    let mut row = |name: &str, route: Option<&Route<'_>>, method: &str, path: &str| {
        let also: Vec<&Route<'_>> = route.map_or_else(Vec::new, |it| by_method(it.id, it.path));
        let methods: Vec<&str> =
            [method].into_iter().chain(also.iter().map(|it| it.method.as_str())).collect();
        let ids: Vec<&str> = route.into_iter().chain(also).map(|it| it.id).collect();
        let state = if route.is_some() { "works" } else { "later" };
        let elsewhere = elsewhere(routes, &ids);
        writeln!(text, "| {name} | {} | `{path}` | {state} | {elsewhere} |", methods.join(", "))
            .unwrap();
    };
    for (name, method, path) in block.iter().flat_map(|block| &block.rows) {
        let found = routes.iter().find(|it| it.method == *method && bare(it.path) == bare(path));
        row(name, found, method, path);
    }
    for route in ours {
        let what = route.summary.split_whitespace().collect::<Vec<_>>().join(" ");
        let what = what.split_once(". ").map_or(what.as_str(), |(first, _)| first);
        let what = what.split_once(": ").map_or(what, |(first, _)| first).trim_end_matches('.');
        row(&format!("*ours:* {what}"), Some(route), &route.method, route.path);
    }
    text.replace(" |  |", " | |")
}

/// The document of these routes.
fn coverage(template: &str, routes: &[Route<'_>]) -> String {
    let pieces = pieces(template);
    let blocks: Vec<&Block<'_>> = pieces.iter().filter_map(|(_, block)| block.as_ref()).collect();
    let mut named = BTreeSet::new();
    for block in &blocks {
        for (_, method, path) in &block.rows {
            assert!(fit(&block.prefixes, path).is_some(), "{path} stands in another's table");
            assert!(
                named.insert(format!("{method} {}", bare(path))),
                "{method} {path} stands twice"
            );
        }
    }
    // An operation of its own: no repetition, no second method of one that stands there.
    let ours = |route: &&Route<'_>| {
        let second = |other: &Route<'_>| {
            let rest = route.id.strip_prefix(other.id);
            other.path == route.path && rest.is_some_and(|rest| rest.starts_with("By"))
        };
        route.repeats.is_none()
            && !named.contains(&format!("{} {}", route.method, bare(route.path)))
            && !routes.iter().any(second)
    };
    let ours: Vec<&Route<'_>> = routes.iter().filter(ours).collect();
    let block_of = |route: &Route<'_>| {
        let fits = blocks.iter().enumerate();
        let fits = fits.filter_map(|(at, it)| Some((fit(&it.prefixes, route.path)?, at)));
        fits.max().map(|(_, at)| at)
    };
    let of = |at: Option<usize>| -> Vec<&Route<'_>> {
        ours.iter().copied().filter(|route| block_of(route) == at).collect()
    };
    let mut text = String::new();
    let mut at = 0;
    for (notes, block) in &pieces {
        text.push_str(notes);
        if let Some(block) = block {
            text.push_str(&table(Some(block), &of(Some(at)), routes));
            at += 1;
        }
    }
    let rest = of(None);
    let rest = if rest.is_empty() { String::new() } else { table(None, &rest, routes) + "\n" };
    text.replace("{{rest}}\n\n", &rest).replace(
        "{{generated}}",
        "Written by a test from `crates/server/tests/http/coverage.in.md` and the routes; `cargo xtask \
         generate`\nwrites it anew.",
    )
}

/// Written anew by `cargo xtask generate`, which sets `UPDATE`.
#[tokio::test]
async fn generated_api_coverage_is_current() {
    let document = openapi::document().await;
    let text = coverage(TEMPLATE, &routes(&document));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api-coverage.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "docs/api-coverage.md is stale: run `cargo xtask generate`");
}

#[test]
fn a_route_turns_its_row_or_gets_one() {
    let template = "{{generated}}\n\n```operations /a /b\nList | GET /a/things.json\n\
        Change | PUT /a/things/{id}.json\nShow | GET /b/x\n```\n\n{{rest}}\n\nEnd.\n";
    let route = |method: &str, path, id, repeats| Route {
        method: method.to_owned(),
        path,
        id,
        summary: "Does it.",
        repeats,
    };
    let routes = [
        route("PUT", "/a/things/{thing}.json", "change", None),
        route("POST", "/a/things/{thing}.json", "changeByPost", None),
        route("POST", "/old/things/{thing}", "changeOfOld", Some("change")),
        route("DELETE", "/a/things/{thing}.json", "remove", None),
        route("GET", "/c", "other", None),
    ];
    let text = coverage(template, &routes);
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
    assert_eq!(
        rows,
        [
            "| operation | method | path | state | also |",
            "| List | GET | `/a/things.json` | later | |",
            "| Change | PUT, POST | `/a/things/{id}.json` | works | `/old/things/{thing}` |",
            "| Show | GET | `/b/x` | later | |",
            "| *ours:* Does it | DELETE | `/a/things/{thing}.json` | works | |",
            "| operation | method | path | state | also |",
            "| *ours:* Does it | GET | `/c` | works | |",
        ]
    );
    assert!(text.ends_with("|\n\nEnd.\n"), "{text}");
}
