//! One tree of parameters, by whatever they came: query, form, JSON, XML or multipart
//! (reference/challonge §6.1).

use axum::http::{HeaderValue, StatusCode, header::CONTENT_TYPE, request::Parts};
use bytes::Bytes;
use serde_json::{Map, Value};
use tiltyard_core::clock::Millis;

use super::{error::ApiError, xml};
use crate::http::time;

/// Deepest nesting in a parameter's name.
const DEPTH: usize = 8;
/// Where a body that is a list by itself is kept.
const LIST: &str = "_list";

/// What a request says, whichever way it says it.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters {
    map: Map<String, Value>,
}

/// Why a body cannot be read.
#[derive(Debug, Clone)]
pub(super) struct Unreadable {
    status: StatusCode,
    detail: String,
}

impl Unreadable {
    /// A body that is not what it looks like.
    pub(super) fn new(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, detail: detail.into() }
    }

    /// A body that says what it must not.
    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, detail: detail.into() }
    }
}

impl From<Unreadable> for ApiError {
    fn from(unreadable: Unreadable) -> Self {
        Self::new(unreadable.status, unreadable.detail)
    }
}

impl From<crate::http::body::BodyError> for Unreadable {
    fn from(error: crate::http::body::BodyError) -> Self {
        use crate::http::body::BodyError;
        match error {
            BodyError::TooLarge => Self {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                detail: "The body is larger than this server allows; send less at once.".to_owned(),
            },
            BodyError::Broken => Self::new("The body could not be read to its end."),
        }
    }
}

/// What a body is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Form,
    Json,
    Xml,
    Multipart,
}

/// What the body is: by its type, or where there is none that we know, by its look. Command line
/// tools say `form` of whatever they send, so a form that looks like JSON is JSON.
fn kind(headers: &axum::http::HeaderMap, body: &[u8]) -> Kind {
    let text = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let essence = text.split(|byte| *byte == b';').next().unwrap_or_default();
    let essence = essence.trim_ascii().to_ascii_lowercase();
    let looks = match body.trim_ascii_start().first() {
        Some(b'{' | b'[') => Kind::Json,
        Some(b'<') => Kind::Xml,
        _ => Kind::Form,
    };
    match essence.as_slice() {
        b"multipart/form-data" => Kind::Multipart,
        b"application/json" | b"text/json" => Kind::Json,
        b"application/xml" | b"text/xml" => Kind::Xml,
        json if json.ends_with(b"+json") => Kind::Json,
        _ => looks,
    }
}

impl Parameters {
    /// The parameters of an address.
    pub(super) fn of_query(query: Option<&str>) -> Self {
        let mut found = Self::default();
        found.add_form(query.unwrap_or_default().as_bytes());
        found
    }

    /// Adds what the body says; it counts for more than the address.
    pub(super) async fn add_body(&mut self, parts: &Parts, body: Bytes) -> Result<(), Unreadable> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        match kind(&parts.headers, &body) {
            Kind::Form => {
                let mut form = Self::default();
                form.add_form(&body);
                self.merge(form.map);
            }
            Kind::Json => match serde_json::from_slice(&body) {
                Ok(Value::Object(map)) => self.merge(map),
                Ok(list @ Value::Array(_)) => {
                    self.map.insert(LIST.to_owned(), list);
                }
                Ok(_) => return Err(Unreadable::new("The body must be a JSON object.")),
                Err(error) => {
                    return Err(Unreadable::new(format!("The body is not valid JSON: {error}.")));
                }
            },
            Kind::Xml => self.merge(xml::read(&body)?),
            Kind::Multipart => return self.add_multipart(parts, body).await,
        }
        Ok(())
    }

    fn add_form(&mut self, text: &[u8]) {
        for (name, value) in form_urlencoded::parse(text) {
            self.add(&name, Value::String(value.into_owned()));
        }
    }

    async fn add_multipart(&mut self, parts: &Parts, body: Bytes) -> Result<(), Unreadable> {
        let broken = |error: multer::Error| {
            Unreadable::new(format!("The body is no multipart form: {error}."))
        };
        let text = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let boundary = multer::parse_boundary(text.unwrap_or_default()).map_err(broken)?;
        let whole =
            futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
        let mut form = Self::default();
        let mut multipart = multer::Multipart::new(whole, boundary);
        while let Some(field) = multipart.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            // What carries a file's name is a file, which only attachments take (`form`).
            if field.file_name().is_none() {
                let text = field.text().await.map_err(broken)?;
                form.add(&name, Value::String(text));
            }
        }
        self.merge(form.map);
        Ok(())
    }

    /// Adds one parameter under a name such as `tournament[tie_breaks][]`.
    pub(super) fn add(&mut self, name: &str, value: Value) {
        let keys = keys(name);
        if let [head, rest @ ..] = keys.as_slice()
            && keys.len() <= DEPTH
        {
            put(self.map.entry((*head).to_owned()).or_insert(Value::Null), rest, value);
        }
    }

    /// Adds what counts for more.
    pub(super) fn add_all(&mut self, over: Self) {
        self.merge(over.map);
    }

    fn merge(&mut self, over: Map<String, Value>) {
        merge(&mut self.map, over);
    }

    /// Takes a text out.
    pub(super) fn take_text(&mut self, name: &str) -> Option<String> {
        match self.map.remove(name)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.map.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// Since when what a list is asked for changed (`updated_since`).
    pub(super) fn updated_since(&self) -> Result<Option<Millis>, ApiError> {
        let Some(text) = self.text("updated_since") else { return Ok(None) };
        time::since(text).map(Some).ok_or_else(|| {
            ApiError::invalid(
                "Updated since must be a time such as 2027-03-01T18:00:00Z, or Unix seconds",
            )
        })
    }

    /// Whether something is asked for (`include_matches=1`).
    pub(super) fn flag(&self, name: &str) -> bool {
        match self.map.get(name) {
            Some(Value::Bool(value)) => *value,
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            Some(Value::String(text)) => text == "1" || text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    /// The attributes of a resource: below its name, or bare.
    pub(super) fn attributes(&self, wrapper: &str) -> Map<String, Value> {
        match self.map.get(wrapper) {
            Some(Value::Object(map)) => without_blank_seed(map.clone()),
            _ => without_blank_seed(self.map.clone()),
        }
    }

    /// Whether something else than a resource stands under its name.
    pub(super) fn is_misshapen(&self, wrapper: &str) -> bool {
        self.map.get(wrapper).is_some_and(|it| !matches!(it, Value::Object(_) | Value::Null))
    }

    /// The attributes of several resources, under the first of the names that is there; none where
    /// something else stands.
    pub(super) fn list(&self, names: &[&str], wrapper: &str) -> Vec<Option<Map<String, Value>>> {
        let found = names.iter().find_map(|name| self.map.get(*name));
        let items = found.or_else(|| self.map.get(LIST)).cloned().map_or_else(Vec::new, into_list);
        let unwrapped = items.into_iter().map(|item| match item {
            Value::Object(mut map) => match map.remove(wrapper) {
                Some(Value::Object(inner)) => Some(inner),
                Some(other) => {
                    map.insert(wrapper.to_owned(), other);
                    Some(map)
                }
                None => Some(map),
            },
            _ => None,
        });
        unwrapped.map(|map| map.map(without_blank_seed)).collect()
    }
}

/// A form with an empty field for the seed says nothing about it.
fn without_blank_seed(mut map: Map<String, Value>) -> Map<String, Value> {
    if map.get("seed").is_some_and(|seed| seed == "") {
        map.remove("seed");
    }
    map
}

/// `a[b][][c]` as `a`, `b`, nothing, `c`; a name whose brackets do not match is one key.
fn keys(name: &str) -> Vec<&str> {
    let Some((head, mut rest)) = name.split_once('[') else { return vec![name] };
    if head.is_empty() {
        return vec![name];
    }
    let mut keys = vec![head];
    loop {
        let Some((key, after)) = rest.split_once(']') else { return vec![name] };
        keys.push(key);
        match after.strip_prefix('[') {
            Some(next) => rest = next,
            None if after.is_empty() => return keys,
            None => return vec![name],
        }
    }
}

/// Puts a value below `target`. `[]` adds to a list: to its last member, or where that has the
/// key already, a new one.
fn put(target: &mut Value, keys: &[&str], value: Value) {
    let [key, rest @ ..] = keys else {
        *target = value;
        return;
    };
    if key.is_empty() {
        if !target.is_array() {
            *target = Value::Array(Vec::new());
        }
        let Value::Array(items) = target else { return };
        match items.last_mut() {
            Some(last) if last.is_object() && !rest.is_empty() && !has(last, rest) => {
                put(last, rest, value);
            }
            _ => {
                let mut item = Value::Null;
                put(&mut item, rest, value);
                items.push(item);
            }
        }
        return;
    }
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(map) = target else { return };
    put(map.entry((*key).to_owned()).or_insert(Value::Null), rest, value);
}

/// Whether there is something below these keys, so that another value starts another member.
fn has(value: &Value, keys: &[&str]) -> bool {
    match keys {
        [] => true,
        // A list within can always take more.
        ["", ..] => false,
        [key, rest @ ..] => value.get(key).is_some_and(|value| has(value, rest)),
    }
}

fn merge(target: &mut Map<String, Value>, over: Map<String, Value>) {
    for (key, value) in over {
        let Value::Object(more) = value else {
            target.insert(key, value);
            continue;
        };
        match target.get_mut(&key) {
            Some(Value::Object(known)) => merge(known, more),
            _ => {
                target.insert(key, Value::Object(more));
            }
        }
    }
}

/// The members of a list, which may also stand as numbered members (`[0]`, `[1]`) or, in XML, below
/// an element of their own name.
pub(super) fn into_list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        Value::Object(map) if map.is_empty() => Vec::new(),
        Value::Object(map) if map.keys().all(|key| key.parse::<u32>().is_ok()) => {
            let mut items: Vec<(u32, Value)> = map
                .into_iter()
                .filter_map(|(key, value)| Some((key.parse().ok()?, value)))
                .collect();
            items.sort_by_key(|(number, _)| *number);
            items.into_iter().map(|(_, value)| value).collect()
        }
        Value::Object(map) if map.len() == 1 && map.values().all(Value::is_array) => {
            map.into_values().flat_map(into_list).collect()
        }
        Value::Null => Vec::new(),
        other => vec![other],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(text: &str) -> Value {
        let mut found = Parameters::default();
        found.add_form(text.as_bytes());
        Value::Object(found.map)
    }

    #[rstest::rstest]
    #[case("name=Cup", json!({"name": "Cup"}))]
    #[case("tournament[name]=Cup&tournament%5Burl%5D=cup", json!({"tournament": {"name": "Cup", "url": "cup"}}))]
    #[case("t[tie_breaks][]=a&t[tie_breaks][]=b", json!({"t": {"tie_breaks": ["a", "b"]}}))]
    #[case("p[][name]=a&p[][seed]=1&p[][name]=b", json!({"p": [{"name": "a", "seed": "1"}, {"name": "b"}]}))]
    #[case("p[1][name]=b&p[0][name]=a", json!({"p": {"0": {"name": "a"}, "1": {"name": "b"}}}))]
    #[case("a[b=1&c]=2&[]=3&d[e]f=4", json!({"a[b": "1", "c]": "2", "[]": "3", "d[e]f": "4"}))]
    #[case("a=1&a[b]=2", json!({"a": {"b": "2"}}))]
    #[case("a[b][c][d][e][f][g][h][i]=1", json!({}))]
    fn names_of_forms(#[case] text: &str, #[case] tree: Value) {
        assert_eq!(form(text), tree);
    }

    #[rstest::rstest]
    #[case(json!([1, 2]), json!([1, 2]))]
    #[case(json!({"10": "c", "9": "b", "0": "a"}), json!(["a", "b", "c"]))]
    #[case(json!({"participant": [{"name": "a"}]}), json!([{"name": "a"}]))]
    #[case(json!({"name": "a"}), json!([{"name": "a"}]))]
    #[case(json!(null), json!([]))]
    #[case(json!({}), json!([]))]
    fn lists(#[case] value: Value, #[case] list: Value) {
        assert_eq!(Value::Array(into_list(value)), list);
    }

    #[test]
    fn the_body_counts_for_more_than_the_address() {
        let mut all = Parameters::of_query(Some("tournament[name]=a&tournament[url]=b"));
        let Value::Object(body) = json!({"tournament": {"name": "c"}}) else { return };
        all.merge(body);
        assert_eq!(Value::Object(all.map), json!({"tournament": {"name": "c", "url": "b"}}));
    }
}
