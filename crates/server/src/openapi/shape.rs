//! Shapes of the document in words, and values that have them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tiltyard_pages::docs::{ApiField, ApiKind, ApiShape};

const SCHEMAS: &str = "#/components/schemas/";

/// Deeper than this no example goes.
const DEEPEST: u8 = 8;

/// The shapes of a document.
#[derive(Clone, Copy)]
pub(super) struct Shapes<'a>(pub(super) &'a Value);

/// The name of a shape, as people see it: without its platform.
fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The alternatives of a schema, without null.
fn choices(schema: &Value) -> impl Iterator<Item = &Value> {
    let of = |name: &str| schema[name].as_array().into_iter().flatten();
    of("oneOf").chain(of("anyOf")).filter(|it| it["type"] != "null")
}

impl<'a> Shapes<'a> {
    /// The name and schema that `schema` refers to.
    pub(super) fn named(self, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
        let name = schema["$ref"].as_str()?.strip_prefix(SCHEMAS)?;
        Some((name, &self.0["components"]["schemas"][name]))
    }

    /// What kind of value it is.
    pub(super) fn kind(self, schema: &'a Value) -> ApiKind {
        if let Some((name, _)) = self.named(schema) {
            return ApiKind { words: short(name).to_owned(), shape: Some(short(name).to_owned()) };
        }
        let choices: Vec<ApiKind> = choices(schema).map(|it| self.kind(it)).collect();
        if let [one] = choices.as_slice() {
            return ApiKind { words: format!("{} or null", one.words), shape: one.shape.clone() };
        }
        if !choices.is_empty() {
            let words: Vec<String> = choices.into_iter().map(|it| it.words).collect();
            return ApiKind { words: words.join(" or "), shape: None };
        }
        if let Some(values) = schema["enum"].as_array() {
            let words: Vec<String> =
                values.iter().filter_map(Value::as_str).map(|it| format!("`{it}`")).collect();
            return ApiKind { words: words.join(", "), shape: None };
        }
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one.as_str()],
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if types.contains(&"array") {
            let item = self.kind(&schema["items"]);
            return ApiKind { words: format!("list of {}", item.words), shape: item.shape };
        }
        let words = if types.is_empty() { "any value".to_owned() } else { types.join(" or ") };
        let words = match schema["format"].as_str().filter(|it| !it.starts_with("int")) {
            Some(format) => format!("{words} ({format})"),
            None => words,
        };
        ApiKind { words, shape: None }
    }

    /// The members of an object.
    fn fields(self, schema: &'a Value) -> Vec<ApiField> {
        let required = |name: &str| {
            schema["required"].as_array().is_some_and(|list| list.iter().any(|it| it == name))
        };
        let members = schema["properties"].as_object().into_iter().flatten();
        members
            .map(|(name, member)| ApiField {
                name: name.clone(),
                place: String::new(),
                required: required(name),
                kind: self.kind(member),
                description: text(&member["description"]),
            })
            .collect()
    }

    /// The names of all shapes that the value refers to, and that those refer to.
    pub(super) fn reached(self, value: &'a Value, found: &mut BTreeSet<&'a str>) {
        match value {
            Value::Object(members) => {
                if let Some((name, schema)) = self.named(value)
                    && found.insert(name)
                {
                    self.reached(schema, found);
                }
                members.values().for_each(|it| self.reached(it, found));
            }
            Value::Array(list) => list.iter().for_each(|it| self.reached(it, found)),
            _ => {}
        }
    }

    /// The shape of this name, with an example of the whole.
    pub(super) fn shape(self, name: &str, example: bool) -> ApiShape {
        let schema = &self.0["components"]["schemas"][name];
        let example =
            if example { format!("{:#}", self.example(schema, false)) } else { String::new() };
        ApiShape {
            name: short(name).to_owned(),
            description: text(&schema["description"]),
            fields: self.fields(schema),
            kind: self.kind(schema),
            example,
        }
    }

    /// A value of this kind. In a request only what has to be there stands in it, and what the
    /// document gives an example of.
    pub(super) fn example(self, schema: &'a Value, asks: bool) -> Value {
        self.sample(schema, asks, 0)
    }

    fn sample(self, schema: &'a Value, asks: bool, depth: u8) -> Value {
        if let Some(given) = given(schema) {
            return given;
        }
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some((_, schema)) = self.named(schema) {
            return self.sample(schema, asks, depth + 1);
        }
        if let Some(first) = choices(schema).next() {
            return self.sample(first, asks, depth + 1);
        }
        let kind = match &schema["type"] {
            Value::Array(list) => list.iter().find(|it| *it != "null").and_then(Value::as_str),
            other => other.as_str(),
        };
        match kind {
            Some("object") => {
                let members = schema["properties"].as_object().into_iter().flatten();
                let required = |name: &str| {
                    let list = schema["required"].as_array();
                    list.is_some_and(|list| list.iter().any(|it| it == name))
                };
                let members: Map<String, Value> = members
                    .filter(|(name, member)| !asks || required(name) || given(member).is_some())
                    .map(|(name, member)| (name.clone(), self.sample(member, asks, depth + 1)))
                    .collect();
                if members.is_empty() && schema["additionalProperties"].is_object() {
                    json!({ "name": self.sample(&schema["additionalProperties"], asks, depth + 1) })
                } else {
                    Value::Object(members)
                }
            }
            Some("array") => json!([self.sample(&schema["items"], asks, depth + 1)]),
            Some("integer" | "number") => json!(schema["minimum"].as_i64().unwrap_or(1)),
            Some("boolean") => json!(false),
            Some("string") => json!(match schema["format"].as_str() {
                Some("date-time") => "2026-05-01T18:00:00.000Z",
                Some("uuid") => "6f1c2d3e-4b5a-4c6d-8e7f-901a2b3c4d5e",
                Some("uri") => "https://example.org/",
                _ => "text",
            }),
            _ => Value::Null,
        }
    }
}

/// The value that a schema itself gives.
fn given(schema: &Value) -> Option<Value> {
    let first = |name: &str| schema[name].as_array().and_then(|list| list.first());
    [
        schema.get("example"),
        first("examples"),
        schema.get("const"),
        schema.get("default"),
        first("enum"),
    ]
    .into_iter()
    .flatten()
    .find(|it| !it.is_null())
    .cloned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Shapes;

    #[rstest::rstest]
    #[case(json!({ "type": "string", "format": "uuid" }), "string (uuid)", None)]
    #[case(json!({ "type": ["string", "null"] }), "string or null", None)]
    #[case(json!({ "type": "string", "enum": ["a", "b"] }), "`a`, `b`", None)]
    #[case(json!({ "$ref": "#/components/schemas/x.Pair" }), "Pair", Some("Pair"))]
    #[case(json!({ "type": "array", "items": { "$ref": "#/components/schemas/x.Pair" } }), "list of Pair", Some("Pair"))]
    #[case(json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/x.Pair" }] }), "Pair or null", Some("Pair"))]
    #[case(json!({}), "any value", None)]
    fn kinds_are_said_in_words(
        #[case] schema: Value,
        #[case] words: &str,
        #[case] shape: Option<&str>,
    ) {
        let document = json!({});
        let kind = Shapes(&document).kind(&schema);
        assert_eq!((kind.words.as_str(), kind.shape.as_deref()), (words, shape));
    }

    #[test]
    fn requests_show_what_has_to_be_there() {
        let document = json!({ "components": { "schemas": { "x.Pair": {
            "type": "object",
            "required": ["left"],
            "properties": {
                "left": { "type": "integer" },
                "right": { "type": "string" },
                "other": { "type": "string", "examples": ["it"] },
            },
        } } } });
        let schema = json!({ "$ref": "#/components/schemas/x.Pair" });
        let shapes = Shapes(&document);
        assert_eq!(shapes.example(&schema, true), json!({ "left": 1, "other": "it" }));
        let whole = json!({ "left": 1, "right": "text", "other": "it" });
        assert_eq!(shapes.example(&schema, false), whole);
    }
}
