//! One operation of the document, while it is completed.

use serde_json::{Map, Value, json};
use tiltyard_core::permissions::{Permission, Powers};
use tiltyard_oauth::scope_registry::ScopeInfo;

/// One operation of the document, while it is completed. What its handler says of itself is kept.
pub(crate) struct Operation<'a> {
    path: &'a str,
    method: &'a str,
    value: &'a mut Map<String, Value>,
}

impl<'a> Operation<'a> {
    pub(super) fn new(path: &'a str, method: &'a str, value: &'a mut Map<String, Value>) -> Self {
        Self { path, method, value }
    }

    /// Puts it under a tag. Where one handler takes a second method for lenient clients, its id
    /// says so: ids are unique.
    pub(super) fn name(&mut self, tag: &str) {
        self.value.insert("tags".to_owned(), json!([tag]));
        let also_by_post = self.value.remove("x-also-by-post").is_some();
        if also_by_post
            && self.method == "post"
            && let Some(Value::String(id)) = self.value.get_mut("operationId")
        {
            id.push_str("ByPost");
        }
    }

    /// Turns the permissions that its handler names into the scopes that open it. Within a
    /// community most need another beside them; what the application made is not opened by what
    /// holds everywhere.
    pub(super) fn permit(&mut self) {
        let named = self.value.remove("x-permissions");
        let permissions = named.as_ref().and_then(Value::as_array).into_iter().flatten();
        let permissions: Vec<Permission> = permissions
            .filter_map(|number| Permission::numbered(u32::try_from(number.as_u64()?).ok()?))
            .collect();
        let in_community = self.path.contains("/{community}/tournaments");
        let in_application = ["/v2.1/application/", "/v2/application/"]
            .iter()
            .any(|prefix| self.path.starts_with(prefix));
        let mut scopes: Vec<&ScopeInfo> = Vec::new();
        for scope in permissions.iter().flat_map(|permission| permission.scopes()) {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        for scope in scopes {
            let powers = Powers::of_scope(scope.name);
            let within = permissions.iter().any(|it| powers.own_application.has(*it));
            if in_application && !within {
                continue;
            }
            if in_community && !powers.communities {
                self.or_security(json!({ "oauth2": [scope.name, "communities:manage"] }));
            } else {
                self.or_security(json!({ "oauth2": [scope.name] }));
            }
        }
    }

    /// Its path, without a suffix.
    pub(crate) fn path(&self) -> &str {
        self.path
    }

    /// Whether it changes nothing.
    pub(crate) fn reads(&self) -> bool {
        self.method == "get"
    }

    /// Whether it takes a body.
    pub(crate) fn has_body(&self) -> bool {
        self.value.contains_key("requestBody")
    }

    /// Whether its path names a resource.
    pub(crate) fn names_resource(&self) -> bool {
        self.path.contains('{')
    }

    /// The names in its path.
    pub(crate) fn path_names(&self) -> Vec<String> {
        self.path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .map(str::to_owned)
            .collect()
    }

    /// Adds a parameter, unless there is one of this name and place.
    pub(crate) fn parameter(&mut self, parameter: Value) {
        let list = self.value.entry("parameters").or_insert_with(|| json!([]));
        let Some(list) = list.as_array_mut() else { return };
        let known =
            list.iter().any(|it| it["name"] == parameter["name"] && it["in"] == parameter["in"]);
        if !known {
            list.push(parameter);
        }
    }

    /// Adds an answer, unless there is one with this status.
    pub(crate) fn answer(&mut self, status: u16, answer: Value) {
        if let Some(answers) = self.map("responses") {
            answers.entry(status.to_string()).or_insert(answer);
        }
    }

    /// Adds what is answered where nothing else is described.
    pub(crate) fn otherwise(&mut self, answer: Value) {
        if let Some(answers) = self.map("responses") {
            answers.entry("default").or_insert(answer);
        }
    }

    /// Makes it an operation of another version of its dialect: ids and the schemas of what it answers on
    /// success begin in another way. What is said of it there is not said again.
    pub(crate) fn of_version(&mut self, ids: [&str; 2], schemas: [&str; 2]) {
        for name in ["operationId", "x-same-as"] {
            if let Some(Value::String(id)) = self.value.get_mut(name) {
                *id = id.replacen(ids[0], ids[1], 1);
            }
        }
        self.value.remove("description");
        if let Some(answers) = self.map("responses") {
            answers.retain(|status, _| status.starts_with('2'));
            answers.values_mut().for_each(|answer| refer(answer, schemas));
        }
    }

    /// Whether it has an answer with this status.
    pub(crate) fn answers(&self, status: u16) -> bool {
        self.value.get("responses").is_some_and(|list| list.get(status.to_string()).is_some())
    }

    /// Describes `Idempotency-Key` where it writes; refusals are of this schema.
    pub(crate) fn keyed(&mut self, errors: &str) {
        if self.reads() {
            return;
        }
        self.parameter(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "description": "A text of the client's, new for each write: the same request with the same key is \
                carried out once, and its answer given again (with `Idempotent-Replayed: true`).",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        }));
        let busy = "A request with the same `Idempotency-Key` is being carried out, or was and its answer is \
            not kept.";
        self.answer(409, with_schema(busy, errors));
    }

    /// Describes the headers of answers that say "not you" and "not now".
    pub(crate) fn challenged(&mut self) {
        self.header(401, "WWW-Authenticate", "What to send, and where to get it (RFC 9728).");
        self.limited();
    }

    /// Describes the headers of "not now".
    pub(crate) fn limited(&mut self) {
        self.header(429, "Retry-After", "Seconds until it is worth trying again.");
        self.header(429, "RateLimit", "What is left of the limit, and until when.");
        self.header(429, "RateLimit-Policy", "The limit.");
        self.header(503, "Retry-After", "Seconds until it is worth trying again.");
    }

    /// Describes a header of an answer that exists.
    pub(crate) fn header(&mut self, status: u16, name: &str, description: &str) {
        if let Some(answers) = self.map("responses")
            && let Some(Value::Object(answer)) = answers.get_mut(&status.to_string())
            && let Some(headers) =
                answer.entry("headers").or_insert_with(|| json!({})).as_object_mut()
        {
            headers.entry(name).or_insert_with(
                || json!({ "description": description, "schema": { "type": "string" } }),
            );
        }
    }

    /// Says that what is described as JSON also travels as `other`: of the body, and of answers
    /// where they are given.
    pub(crate) fn also_as(&mut self, other: &str, answers: bool) {
        let twice = |place: Option<&mut Value>| {
            if let Some(Value::Object(content)) = place.and_then(|it| it.get_mut("content"))
                && let Some(json) = content.get("application/json").cloned()
            {
                content.insert(other.to_owned(), json);
            }
        };
        twice(self.value.get_mut("requestBody"));
        if answers && let Some(list) = self.map("responses") {
            for (status, answer) in list {
                if status.starts_with('2') {
                    twice(Some(answer));
                }
            }
        }
    }

    /// Adds another way to be let in.
    pub(crate) fn or_security(&mut self, requirement: Value) {
        let list = self.value.entry("security").or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(requirement);
        }
    }

    fn map(&mut self, name: &str) -> Option<&mut Map<String, Value>> {
        self.value.entry(name).or_insert_with(|| json!({})).as_object_mut()
    }
}

/// Leads references that begin like the first of these to what begins like the second.
pub(crate) fn refer(value: &mut Value, [from, to]: [&str; 2]) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(from) {
                *text = format!("{to}{name}");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, [from, to])),
        Value::Object(map) => map.values_mut().for_each(|item| refer(item, [from, to])),
        _ => {}
    }
}

/// An answer with a JSON body of a schema in the document.
pub(crate) fn with_schema(description: &str, schema: &str) -> Value {
    json!({
        "description": description,
        "content": {
            "application/json": { "schema": { "$ref": format!("#/components/schemas/{schema}") } },
        },
    })
}
