//! Reading requests: `{data: {type, attributes}}` in any of the forms live clients send
//! (reference/challonge §3 and §11), and the paging of lists.

use std::convert::Infallible;

use axum::{
    body::Body,
    extract::{FromRequestParts, Query, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use serde_json::{Map, Value};
use tiltyard_bracket::standings::Points;
use tiltyard_core::{
    Error, Patch, Problems,
    clock::Millis,
    permissions::{self, Permission},
    tournaments::Page,
};

use super::{error::ApiError, output::Call};
use crate::http;

/// Entries a page where the request does not say (reference/challonge §3).
const PER_PAGE: u32 = 25;
/// Most entries a page.
const PER_PAGE_MAX: u32 = 1_000;

/// The attributes of a request, read field by field. What is wrong is collected, so that the
/// client hears of all of it at once.
#[derive(Debug, Default)]
pub(in crate::api) struct Attributes {
    map: Map<String, Value>,
    prefix: String,
    pub(in crate::api) problems: Problems,
}

/// Refuses media types that are not JSON; none at all is taken for JSON.
fn check_content_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let essence = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if ["application/vnd.api+json", "application/json", ""]
        .iter()
        .any(|known| essence.eq_ignore_ascii_case(known))
    {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "Send the body as `Content-Type: application/vnd.api+json` (or application/json).",
    ))
}

/// The JSON document in the request's body; `Null` for an empty body. Whoever holds none of the
/// permissions hears of that, and nothing of the body.
async fn document(
    call: &Call,
    permissions: &[Permission],
    headers: &HeaderMap,
    body: Body,
) -> Result<Value, ApiError> {
    permissions::require_one(&call.actor, permissions)?;
    check_content_type(headers)?;
    let bytes = http::body::read(body, call.app.options().body_limit).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&bytes)
        .map_err(|error| ApiError::bad_request(format!("The body is not valid JSON: {error}.")))
}

/// The attributes of a document with one resource. `attributes` may be missing around them.
pub(super) async fn attributes(
    call: &Call,
    permissions: &[Permission],
    request: Request,
) -> Result<Attributes, ApiError> {
    let (parts, body) = request.into_parts();
    match document(call, permissions, &parts.headers, body).await? {
        Value::Object(mut whole) => match whole.remove("data") {
            Some(data) => of_resource(data),
            // A client that sends the attributes bare.
            None => Ok(Attributes { map: whole, ..Attributes::default() }),
        },
        _ => Err(shape()),
    }
}

/// The same of a request that needs none: an empty body is as good as an empty object.
pub(super) async fn attributes_if_any(
    call: &Call,
    permissions: &[Permission],
    request: Request,
) -> Result<Attributes, ApiError> {
    let (parts, body) = request.into_parts();
    match document(call, permissions, &parts.headers, body).await? {
        Value::Null => Ok(Attributes::default()),
        Value::Object(mut whole) => match whole.remove("data") {
            None => Ok(Attributes { map: whole, ..Attributes::default() }),
            Some(Value::Null) => Ok(Attributes::default()),
            Some(data) => of_resource(data),
        },
        _ => Err(shape()),
    }
}

/// The attributes of a bulk request: `participants` in one resource, or an array of resources.
pub(super) async fn attribute_list(
    call: &Call,
    permissions: &[Permission],
    request: Request,
    list: &str,
) -> Result<Vec<Attributes>, ApiError> {
    let (parts, body) = request.into_parts();
    let Value::Object(mut whole) = document(call, permissions, &parts.headers, body).await? else {
        return Err(shape());
    };
    let items = match whole.remove("data") {
        Some(Value::Array(resources)) => resources,
        Some(data) => of_resource(data)?.map.remove(list).map_or_else(Vec::new, into_list),
        None => whole.remove(list).map_or_else(Vec::new, into_list),
    };
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| {
            let prefix = format!("{list}.{index}.");
            Ok(Attributes { prefix, ..of_item(item, list, index)? })
        })
        .collect()
}

/// The resources of a bulk request, each with its id where it is a number.
pub(super) async fn resources(
    call: &Call,
    permissions: &[Permission],
    request: Request,
    list: &str,
) -> Result<Vec<(Option<i64>, Attributes)>, ApiError> {
    let (parts, body) = request.into_parts();
    let sent = match document(call, permissions, &parts.headers, body).await? {
        Value::Object(mut whole) => whole.remove("data"),
        _ => None,
    };
    let Some(Value::Array(items)) = sent else {
        return Err(ApiError::bad_request(
            "The body must be a JSON object of the form {\"data\": [{\"type\": …, \"id\": …, \
             \"attributes\": {…}}, …]}.",
        ));
    };
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| {
            let id = match item.get("id") {
                Some(Value::Number(number)) => number.as_i64(),
                Some(Value::String(text)) => text.trim().parse().ok(),
                _ => None,
            };
            let prefix = format!("{list}.{index}.");
            let of_list = |error| ApiError::in_list(error, list);
            Ok((id, Attributes { prefix, ..of_item(item, list, index).map_err(of_list)? }))
        })
        .collect()
}

fn into_list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        other => vec![other],
    }
}

fn of_resource(data: Value) -> Result<Attributes, ApiError> {
    let Value::Object(mut data) = data else { return Err(shape()) };
    let map = match data.remove("attributes") {
        Some(Value::Object(map)) => map,
        Some(_) => return Err(shape()),
        None => {
            data.remove("type");
            data.remove("id");
            data
        }
    };
    Ok(Attributes { map, ..Attributes::default() })
}

/// The attributes of the n-th resource of a list.
fn of_item(item: Value, list: &str, index: usize) -> Result<Attributes, Error> {
    let wrong = || {
        let mut problems = Problems::default();
        problems.add(format!("{list}.{index}"), "must be an object");
        Error::Invalid(problems)
    };
    if !item.is_object() {
        return Err(wrong());
    }
    of_resource(item).map_err(|_| wrong())
}

fn shape() -> ApiError {
    ApiError::bad_request(
        "The body must be a JSON object of the form {\"data\": {\"type\": …, \"attributes\": {…}}}.",
    )
}

impl Attributes {
    /// These attributes; `prefix` stands in front of their names in problems (`participants.0.`).
    pub(in crate::api) fn of(map: Map<String, Value>, prefix: String) -> Self {
        Self { map, prefix, ..Self::default() }
    }

    fn wrong(&mut self, name: &str, message: &str) {
        self.problems.add(format!("{}{name}", self.prefix), message);
    }

    /// The attributes of a form: all of them are texts.
    pub(super) fn of_texts(texts: Vec<(String, String)>) -> Self {
        let map = texts.into_iter().map(|(name, text)| (name, Value::String(text))).collect();
        Self { map, ..Self::default() }
    }

    /// Takes an attribute out, whatever it is.
    pub(in crate::api) fn take(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name)
    }

    /// Whether the attribute was sent, if only as null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// A text; numbers are taken as they are written.
    pub(in crate::api) fn text(&mut self, name: &str) -> Option<String> {
        match self.map.get(name)? {
            Value::String(text) if text.contains('\0') => {
                self.wrong(name, "must not contain the character U+0000");
                None
            }
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null => None,
            _ => {
                self.wrong(name, "must be a string");
                None
            }
        }
    }

    /// Whether the attribute was sent as null.
    pub(super) fn is_null(&self, name: &str) -> bool {
        matches!(self.map.get(name), Some(Value::Null))
    }

    /// A text that can be taken away by null.
    pub(in crate::api) fn nullable_text(&mut self, name: &str) -> Patch<String> {
        if self.is_null(name) {
            return Patch::Clear;
        }
        self.text(name).map_or(Patch::Keep, Patch::Set)
    }

    /// A truth value, also as `"true"`, `1` and the like.
    pub(in crate::api) fn bool(&mut self, name: &str) -> Option<bool> {
        let value = match self.map.get(name)? {
            Value::Bool(value) => Some(*value),
            Value::String(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true),
                "false" | "0" | "" => Some(false),
                _ => None,
            },
            Value::Number(number) => match number.as_i64() {
                Some(1) => Some(true),
                Some(0) => Some(false),
                _ => None,
            },
            Value::Null => return None,
            _ => None,
        };
        if value.is_none() {
            self.wrong(name, "must be true or false");
        }
        value
    }

    /// A whole number, also as a text.
    pub(super) fn int(&mut self, name: &str) -> Option<i64> {
        let value = match self.map.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null => return None,
            _ => None,
        };
        if value.is_none() {
            self.wrong(name, "must be a whole number");
        }
        value
    }

    /// A whole number from 0 on.
    pub(in crate::api) fn count(&mut self, name: &str) -> Option<u32> {
        let value = self.int(name)?;
        let count = u32::try_from(value).ok();
        if count.is_none() {
            self.wrong(name, "must be between 0 and 4294967295");
        }
        count
    }

    /// A number that can be taken away by null.
    pub(super) fn nullable_count(&mut self, name: &str) -> Patch<u32> {
        if self.is_null(name) {
            return Patch::Clear;
        }
        self.count(name).map_or(Patch::Keep, Patch::Set)
    }

    /// A point in time that can be taken away by null.
    pub(super) fn nullable_time(&mut self, name: &str) -> Patch<Millis> {
        match self.nullable_text(name) {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(text) if text.trim().is_empty() => Patch::Clear,
            Patch::Set(text) => http::time::parse(&text).map_or_else(
                || {
                    self.wrong(name, "must be a time such as 2027-03-01T18:00:00Z");
                    Patch::Keep
                },
                Patch::Set,
            ),
        }
    }

    /// An exact number, as a number or a text.
    pub(super) fn points(&mut self, name: &str) -> Option<Points> {
        let text = match self.map.get(name)? {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            Value::Null => return None,
            _ => String::new(),
        };
        // No more than a decimal number shows exactly.
        let points = text.parse().ok().filter(|_| !text.contains('/'));
        if points.is_none() {
            self.wrong(
                name,
                "must be a number from -1000000 to 1000000 with at most six decimal places, such as 0.5",
            );
        }
        points
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        let texts = match self.map.get(name)? {
            Value::Array(items) => {
                items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
            }
            Value::Null => return None,
            _ => None,
        };
        if texts.is_none() {
            self.wrong(name, "must be an array of strings");
        }
        texts
    }

    /// An object as it is; null takes it away.
    pub(super) fn object(&mut self, name: &str) -> Patch<Map<String, Value>> {
        match self.map.remove(name) {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::Object(map)) => Patch::Set(map),
            Some(_) => {
                self.wrong(name, "must be an object");
                Patch::Keep
            }
        }
    }

    /// A nested group of attributes.
    pub(super) fn group(&mut self, name: &str, read: impl FnOnce(&mut Self)) {
        match self.map.remove(name) {
            None | Some(Value::Null) => {}
            Some(Value::Object(map)) => {
                let prefix = format!("{}{name}.", self.prefix);
                let mut group = Self { map, prefix, problems: std::mem::take(&mut self.problems) };
                read(&mut group);
                self.problems = group.problems;
            }
            Some(_) => self.wrong(name, "must be an object"),
        }
    }

    /// A list of objects; each is read by `read`.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        mut read: impl FnMut(&mut Self) -> T,
    ) -> Option<Vec<T>> {
        let items = match self.map.remove(name)? {
            Value::Array(items) => items,
            Value::Null => return None,
            _ => {
                self.wrong(name, "must be an array of objects");
                return None;
            }
        };
        let mut result = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let prefix = format!("{}{name}.{index}.", self.prefix);
            let Value::Object(map) = item else {
                self.wrong(&format!("{name}.{index}"), "must be an object");
                continue;
            };
            let mut group = Self { map, prefix, problems: std::mem::take(&mut self.problems) };
            result.push(read(&mut group));
            self.problems = group.problems;
        }
        Some(result)
    }

    /// Notes a problem with an attribute.
    pub(in crate::api) fn refuse(&mut self, name: &str, message: &str) {
        self.wrong(name, message);
    }

    /// Fails with what was wrong so far.
    pub(super) fn check(self) -> Result<(), ApiError> {
        self.problems.check().map_err(ApiError::from)
    }
}

/// The query of a list.
#[derive(Debug, Default)]
pub(super) struct ListQuery {
    pairs: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        Ok(Self { pairs: query.map(|Query(pairs)| pairs).unwrap_or_default() })
    }
}

impl ListQuery {
    /// The last value under this name that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Which page is wanted; JSON:API's `page[number]` and `page[size]` are understood as well.
    pub(super) fn page(&self) -> Result<Page, ApiError> {
        let number = self.positive(&["page", "page[number]"], 1)?;
        let size = self.positive(&["per_page", "page[size]"], PER_PAGE)?;
        Ok(Page { number, size: size.min(PER_PAGE_MAX) })
    }

    fn positive(&self, names: &[&str], default: u32) -> Result<u32, ApiError> {
        let Some(text) = names.iter().find_map(|name| self.get(name)) else { return Ok(default) };
        match text.parse::<u32>() {
            Ok(number) if number > 0 => Ok(number),
            _ => {
                let name = names.first().unwrap_or(&"page");
                Err(ApiError::bad_parameter(name, "must be a whole number from 1 on"))
            }
        }
    }

    /// Since when what is wanted changed (`updated_since`).
    pub(super) fn updated_since(&self) -> Result<Option<Millis>, ApiError> {
        let Some(text) = self.get("updated_since") else { return Ok(None) };
        http::time::since(text).map(Some).ok_or_else(|| {
            let message = "must be a time such as 2027-03-01T18:00:00Z, or Unix seconds";
            ApiError::bad_parameter("updated_since", message)
        })
    }

    /// The query without paging, ready to have a page appended.
    pub(super) fn without_page(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (key, value) in &self.pairs {
            if !matches!(key.as_str(), "page" | "page[number]") {
                query.append_pair(key, value);
            }
        }
        query.finish()
    }
}
