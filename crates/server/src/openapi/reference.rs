//! The document as people read it: the view models of the pages below `/docs/api`.

use std::collections::BTreeSet;

use serde_json::Value;
use tiltyard_pages::{
    curl::quote,
    docs::{ApiAccess, ApiAlias, ApiAnswer, ApiBody, ApiField, ApiOperation, ApiPart},
};

use super::shape::Shapes;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// All platforms of the document, as they are shown.
pub(crate) fn parts(document: &Value) -> Vec<ApiPart> {
    list(&document["tags"])
        .map(|tag| part(document, &text(&tag["name"]), text(&tag["description"])))
        .collect()
}

fn part(document: &Value, name: &str, words: String) -> ApiPart {
    let shapes = Shapes(document);
    let mut operations: Vec<ApiOperation> = Vec::new();
    let mut repeated = Vec::new();
    let (mut reached, mut whole) = (BTreeSet::new(), BTreeSet::new());
    let items = document["paths"].as_object().into_iter().flatten();
    let all = items.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path, method.to_ascii_uppercase(), operation))
    });
    for (path, method, operation) in all {
        if operation["tags"][0] != name {
            continue;
        }
        if let Some(original) = operation["x-same-as"].as_str() {
            // Where the same handler also takes POST, the id of the original says so, too.
            let by_post = text(&operation["operationId"]).ends_with("ByPost");
            let original = format!("{original}{}", if by_post { "ByPost" } else { "" });
            repeated.push((original, path, method, operation));
            continue;
        }
        shapes.reached(operation, &mut reached);
        let schemas = operation["responses"].as_object().into_iter().flatten();
        let schemas = schemas.map(|(_, answer)| &answer["content"][JSON]["schema"]);
        whole.extend(schemas.filter_map(|it| shapes.named(it)).map(|(name, _)| name));
        operations.push(one(document, path, method, operation));
    }
    for (original, path, method, operation) in repeated {
        let Some(same) = operations.iter_mut().find(|it| it.id == original) else { continue };
        let own = access(operation);
        same.find = [same.find.as_str(), &path.to_lowercase()].join(" ");
        same.aliases.push(ApiAlias {
            id: text(&operation["operationId"]),
            method,
            path: path.clone(),
            access: (own != same.access).then_some(own),
        });
    }
    ApiPart {
        slug: slug(name),
        name: name.to_owned(),
        words,
        operations,
        shapes: reached.into_iter().map(|name| shapes.shape(name, whole.contains(name))).collect(),
    }
}

/// A name in an address.
fn slug(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(plain).collect()
}

fn one(document: &Value, path: &str, method: String, operation: &Value) -> ApiOperation {
    let shapes = Shapes(document);
    let parameters = list(&operation["parameters"]).map(|it| ApiField {
        name: text(&it["name"]),
        place: text(&it["in"]),
        required: it["required"] == true,
        kind: shapes.kind(&it["schema"]),
        description: text(&it["description"]),
    });
    let answers = operation["responses"].as_object().into_iter().flatten();
    let answers = answers.map(|(status, answer)| ApiAnswer {
        status: status.clone(),
        description: text(&answer["description"]),
        body: body(shapes, answer, false),
        headers: answer["headers"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|it| it.0.clone())
            .collect(),
    });
    let access = access(operation);
    let (id, summary) = (text(&operation["operationId"]), text(&operation["summary"]));
    let find = [method.as_str(), path, &id, &summary, &access.scopes.join(" ")].join(" ");
    ApiOperation {
        parameters: parameters.collect(),
        body: body(shapes, &operation["requestBody"], true),
        answers: answers.collect(),
        curl: curl(document, path, &method, operation, &access),
        description: text(&operation["description"]),
        aliases: Vec::new(),
        find: find.to_lowercase(),
        id,
        method,
        path: path.to_owned(),
        summary,
        access,
    }
}

/// Who may.
fn access(operation: &Value) -> ApiAccess {
    let mut found = ApiAccess::default();
    for requirement in list(&operation["security"]) {
        let Some(requirement) = requirement.as_object() else { continue };
        if requirement.is_empty() {
            found.credentials.push("anybody, without a credential".to_owned());
        }
        for (scheme, scopes) in requirement {
            let credential = match scheme.as_str() {
                "oauth2" => {
                    let scopes: Vec<&str> = list(scopes).filter_map(Value::as_str).collect();
                    found.scopes.push(scopes.join(" + "));
                    continue;
                }
                // The same token, by another name.
                "openIdConnect" => continue,
                "client" => "an application by its client id and secret",
                "challongeKey" => "a personal key",
                "apiKey" => "an application's key, for what is public",
                _ => "any access token",
            };
            found.credentials.push(credential.to_owned());
        }
    }
    if found.credentials.is_empty() && found.scopes.is_empty() {
        found.credentials.push("anybody, without a credential".to_owned());
    }
    // Only applications without a secret do without one.
    if let [first, _] = found.credentials.as_mut_slice()
        && operation["security"][1]["client"].is_array()
    {
        "an application without a secret, by its client id".clone_into(first);
    }
    found
}

fn body(shapes: Shapes<'_>, holder: &Value, asks: bool) -> Option<ApiBody> {
    let content = holder["content"].as_object()?;
    let schema = &content.values().next()?["schema"];
    let example = if asks { format!("{:#}", shapes.example(schema, true)) } else { String::new() };
    Some(ApiBody { types: content.keys().cloned().collect(), kind: shapes.kind(schema), example })
}

/// A name as a variable of the shell.
fn variable(name: &str) -> String {
    let mut words = String::from("$");
    for c in name.trim_end_matches("[]").chars() {
        if c.is_ascii_uppercase() {
            words.push('_');
        }
        words.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    words
}

/// A command that asks for it. What the reader has to know stands in variables of the shell.
fn curl(
    document: &Value,
    path: &str,
    method: &str,
    operation: &Value,
    access: &ApiAccess,
) -> String {
    let mut address = format!("{}{path}", text(&document["servers"][0]["url"]));
    let mut query = Vec::new();
    for parameter in list(&operation["parameters"]) {
        let name = text(&parameter["name"]);
        let given = [&parameter["example"], &parameter["schema"]["example"]];
        let given = given.into_iter().find_map(Value::as_str);
        let value = given.map_or_else(|| variable(&name), str::to_owned);
        match parameter["in"].as_str() {
            Some("path") => address = address.replace(&format!("{{{name}}}"), &value),
            Some("query") if parameter["required"] == true => {
                query.push(format!("--data-urlencode \"{name}={value}\""));
            }
            _ => {}
        }
    }
    let mut lines = vec![format!("curl -i \"{address}\"")];
    let content = &operation["requestBody"]["content"];
    let has_body = content.is_object();
    if method != if has_body { "POST" } else { "GET" } {
        lines.push(format!("-X {method}"));
    }
    let bearer = !access.scopes.is_empty()
        || access.credentials.iter().any(|it| it.ends_with("access token"));
    if bearer {
        lines.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    } else if operation["security"]
        .as_array()
        .is_some_and(|list| list.iter().any(|it| it["client"].is_array()))
    {
        lines.push("-u \"$CLIENT_ID:$CLIENT_SECRET\"".to_owned());
    }
    if !query.is_empty() {
        lines.push("--get".to_owned());
        lines.extend(query);
    }
    let shapes = Shapes(document);
    if content[FORM].is_object() {
        let example = shapes.example(&content[FORM]["schema"], true);
        for (name, value) in example.as_object().into_iter().flatten() {
            // "text" stands for what only the reader knows.
            let value = match value.as_str() {
                Some("text") | None => variable(name),
                Some(known) => known.to_owned(),
            };
            lines.push(format!("--data-urlencode \"{name}={value}\""));
        }
    } else if has_body {
        lines.push(format!("-H \"Content-Type: {JSON}\""));
        let example = shapes.example(&content[JSON]["schema"], true);
        lines.push(format!("-d {}", quote(&example.to_string())));
    }
    lines.join(" \\\n  ")
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("tournament", "$TOURNAMENT")]
    #[case("accountId[]", "$ACCOUNT_ID")]
    #[case("client_id", "$CLIENT_ID")]
    fn names_become_variables(#[case] name: &str, #[case] variable: &str) {
        assert_eq!(super::variable(name), variable);
    }
}
