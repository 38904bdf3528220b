//! The dialect in the OpenAPI document: operations of v2.1 with answers under the names of v2.0. What
//! holds for them there is not said again.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::translate::{self, camel};
use crate::{
    api::challonge_v2,
    openapi::{Operation, Part, refer, with_schema},
};

/// Challonge's API v2.0 in the document.
pub(crate) const PART: Part = Part {
    prefixes: &["/v2/"],
    suffix: ".json",
    tag: "Challonge v2.0",
    words: "The older form of v2.1, for clients that were written for it. Requests are those of v2.1, whose \
        operations of the same names say more, and so are errors, tags and keys of writes; answers are in \
        camel case, with the options of a tournament also beside each other, the last part of a \
        tournament's address as its id, and `winners` for who won a match. What is not here has come \
        with v2.1.",
    schemas: |_| {},
    complete,
};

/// How ids and schemas begin in v2.1, and here.
const IDS: [&str; 2] = ["challongeV2", "challongeV20"];
const SCHEMAS: [&str; 2] =
    ["#/components/schemas/challonge.", "#/components/schemas/challonge.V20"];

fn complete(operation: &mut Operation<'_>) {
    operation.of_version(IDS, SCHEMAS);
    challonge_v2::document::asked(operation, "/v2");
    operation.otherwise(with_schema("What is wrong, as in v2.1.", "challonge.Errors"));
}

/// Adds the schemas that operations of this version refer to, made from v2.1's.
pub(crate) fn derive(document: &mut Value) {
    let mut wanted = BTreeSet::new();
    named(&document["paths"], &mut wanted);
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    // A schema may refer to others, which are wanted then as well.
    while let Some(name) = wanted.pop_first() {
        let here = format!("challonge.V20{name}");
        let there = schemas.get(&format!("challonge.{name}"));
        if let Some(mut schema) = there.filter(|_| !schemas.contains_key(&here)).cloned() {
            translate_schema(&name, &mut schema);
            refer(&mut schema, SCHEMAS);
            named(&schema, &mut wanted);
            schemas.insert(here, schema);
        }
    }
}

/// The schemas of this version that are referred to.
fn named(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            found.extend(text.strip_prefix(SCHEMAS[1]).map(str::to_owned));
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, found)),
        Value::Object(map) => map.values().for_each(|item| named(item, found)),
        _ => {}
    }
}

/// The properties under their names here.
fn translate_schema(name: &str, schema: &mut Value) {
    let renamed = |property: &str| match (name, property) {
        ("MatchAttributes", "winner_id") => "winners".to_owned(),
        _ => camel(property),
    };
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        for entry in required {
            if let Value::String(text) = entry {
                *text = renamed(text);
            }
        }
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        *properties = std::mem::take(properties)
            .into_iter()
            .map(|(property, schema)| (renamed(&property), schema))
            .collect();
        if name == "Tournament" {
            let id = json!({ "type": "string", "examples": ["spring_cup"] });
            properties.insert("id".to_owned(), id);
        }
        if name == "TournamentAttributes" {
            for (flat, group, member) in translate::FLAT {
                let words = format!("`{}` of `{}`.", camel(member), camel(group));
                properties.insert(camel(flat), json!({ "description": words }));
            }
        }
    }
}
