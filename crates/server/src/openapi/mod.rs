//! `/openapi.json`: the description of everything that programs are served. Routes and document
//! come from one registration (`routes!`), so neither can lack what the other has; here what is
//! common to the operations of a platform is added to each.
//!
//! Pages for people (HTML), their parts and pictures, and the addresses for those who watch the
//! server are left out. `/oauth/authorize` is a page, too, and is in: programs send people there.

mod operation;
mod reference;
mod security;
mod shape;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, get},
};
use bytes::Bytes;
use serde_json::{Value, json};
use tiltyard_core::Core;
use tiltyard_oauth::resource::Resource;
use tiltyard_pages::docs::ApiPart;
use utoipa::openapi::{OpenApi, PathItem, RefOr, Schema, extensions::Extensions};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

pub(crate) use operation::{Operation, refer, with_schema};
use reference::parts as reference;

use crate::{App, api, http::coding::Document, oauth};

/// Schemas by name, as `utoipa` collects them.
pub(crate) type Schemas = Vec<(String, RefOr<Schema>)>;

/// A part of the document: the operations of one platform.
pub(crate) struct Part {
    /// Its operations' paths begin with one of these.
    pub(crate) prefixes: &'static [&'static str],
    /// What stands after a path in the form that the platform's clients use; it is optional on the
    /// wire (see `http::rewrite`).
    pub(crate) suffix: &'static str,
    /// Its name, as a heading.
    pub(crate) tag: &'static str,
    /// What it is, in a few sentences.
    pub(crate) words: &'static str,
    /// The schemas that [`Part::complete`] refers to.
    pub(crate) schemas: fn(&mut Schemas),
    /// Adds what holds for all of its operations.
    pub(crate) complete: fn(&mut Operation<'_>),
}

/// All parts, in the order in which they are shown.
pub(crate) fn parts() -> impl Iterator<Item = &'static Part> {
    std::iter::once(&oauth::PART).chain(api::PARTS)
}

/// The part that an operation of this path belongs to: the one that names most of it.
fn part_of(path: &str) -> Option<&'static Part> {
    let length = |part: &Part| {
        part.prefixes.iter().filter(|it| path.starts_with(*it)).map(|it| it.len()).max()
    };
    parts().filter(|part| length(part).is_some()).max_by_key(|part| length(part))
}

/// A schema and those that it refers to.
pub(crate) fn collect<T: utoipa::ToSchema>(schemas: &mut Schemas) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// A router that has fallbacks or layers of its own, together with what the document says of it.
pub(crate) fn described(router: Router<App>, document: OpenApi) -> OpenApiRouter<App> {
    let mut routes = OpenApiRouter::from(router);
    *routes.get_openapi_mut() = document;
    routes
}

/// The same router, with something done to it of which the document has nothing to say.
pub(crate) fn with(
    (schemas, paths, router): UtoipaMethodRouter<App>,
    change: impl FnOnce(MethodRouter<App>) -> MethodRouter<App>,
) -> UtoipaMethodRouter<App> {
    (schemas, paths, change(router))
}

/// The same operations at another path, under ids with a suffix: a door for a platform's clients.
pub(crate) fn at(
    path: &str,
    suffix: &str,
    (schemas, mut paths, router): UtoipaMethodRouter<App>,
) -> UtoipaMethodRouter<App> {
    let items = std::mem::take(&mut paths.paths);
    for (_, mut item) in items {
        rename(&mut item, suffix);
        paths.paths.insert(path.to_owned(), item);
    }
    (schemas, paths, router)
}

/// The same operations below a prefix, under ids with a suffix.
pub(crate) fn again(prefix: &str, suffix: &str, routes: OpenApiRouter<App>) -> OpenApiRouter<App> {
    let (router, mut document) = routes.split_for_parts();
    for item in document.paths.paths.values_mut() {
        rename(item, suffix);
    }
    OpenApiRouter::new().nest(prefix, described(router, document))
}

/// Gives operations ids of their own, and notes which they repeat.
fn rename(item: &mut PathItem, suffix: &str) {
    for operation in [&mut item.get, &mut item.put, &mut item.post, &mut item.delete] {
        let Some(operation) = operation else { continue };
        let Some(id) = &mut operation.operation_id else { continue };
        let original = Extensions::builder().add("x-same-as", id.as_str()).build();
        id.push_str(suffix);
        operation.extensions.get_or_insert_default().merge(original);
    }
}

/// The document of an installation.
pub(crate) fn document(mut api: OpenApi, core: &Core) -> Value {
    let mut schemas = Schemas::new();
    for part in parts() {
        (part.schemas)(&mut schemas);
    }
    api.components.get_or_insert_default().schemas.extend(schemas);
    let mut whole = serde_json::to_value(&api).unwrap_or_default();
    let public_url = core.public_url();
    whole["info"] = json!({
        "title": core.settings().site_name,
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "OAuth 2 authorization server and tournaments.",
        "description": "Where a method is not in this document, the answer is 405 with `Allow`; \
            where a path is not, it is 404. Errors say what is wrong and how to mend it, in the \
            form of the platform. `x-same-as` names the operation that another address repeats.",
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    whole["servers"] = json!([{ "url": public_url }]);
    let paths = std::mem::take(&mut whole["paths"]);
    let mut used = Vec::new();
    if let Value::Object(paths) = paths {
        for (path, mut item) in paths {
            let part = part_of(&path);
            if let (Some(part), Value::Object(methods)) = (part, &mut item) {
                for (method, operation) in methods {
                    if let Value::Object(operation) = operation {
                        let mut operation = Operation::new(&path, method, operation);
                        operation.name(part.tag);
                        operation.permit();
                        (part.complete)(&mut operation);
                    }
                }
                used.push(part.tag);
            }
            let shown = format!("{path}{}", part.map_or("", |part| part.suffix));
            whole["paths"][shown] = item;
        }
    }
    api::derive_schemas(&mut whole);
    whole["tags"] = parts()
        .filter(|part| used.contains(&part.tag))
        .map(|part| json!({ "name": part.tag, "description": part.words }))
        .collect();
    whole["components"]["securitySchemes"] = security::schemes(&whole, public_url);
    whole
}

/// The scopes that open an operation below this path.
fn scopes_below(document: &Value, path: &str) -> BTreeSet<String> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let below = |shown: &str| shown.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    let mut scopes = BTreeSet::new();
    for operation in paths
        .filter(|(shown, _)| below(shown))
        .flat_map(|(_, item)| item.as_object().into_iter().flatten())
        .map(|(_, operation)| operation)
    {
        let ways = operation["security"].as_array().into_iter().flatten();
        let named = ways.flat_map(|way| way["oauth2"].as_array().into_iter().flatten());
        scopes.extend(named.filter_map(Value::as_str).map(str::to_owned));
    }
    scopes
}

/// The document in the forms in which it is used.
pub(crate) struct Description {
    body: Document,
    tag: String,
    parts: Arc<[ApiPart]>,
    scopes: BTreeMap<Resource, BTreeSet<String>>,
}

impl Description {
    /// Makes them.
    pub(crate) fn new(document: &Value) -> Self {
        let body = Bytes::from(document.to_string());
        let below = |(one, _): (Resource, _)| (one, scopes_below(document, one.path()));
        Self {
            tag: entity_tag(&body),
            body: Document::lasting(body),
            parts: reference(document).into(),
            scopes: api::RESOURCES.into_iter().map(below).collect(),
        }
    }

    /// For pages, platform by platform.
    pub(crate) fn parts(&self) -> Arc<[ApiPart]> {
        Arc::clone(&self.parts)
    }

    /// The scopes that open something below a resource.
    pub(crate) fn scopes_at(&self, resource: Resource) -> &BTreeSet<String> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        self.scopes.get(&resource).unwrap_or(&NONE)
    }
}

/// The route that shows the document.
pub(crate) fn routes() -> Router<App> {
    let answer = async |State(app): State<App>, headers: HeaderMap| {
        let Description { body, tag, .. } = app.description();
        let known = is_known(headers.get(header::IF_NONE_MATCH), tag);
        respond(if known { None } else { Some(body.clone()) }, tag)
    };
    Router::new().route("/openapi.json", get(answer))
}

/// The document, or 304.
fn respond(body: Option<Document>, tag: &str) -> Response {
    let mut response = match body {
        Some(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        None => StatusCode::NOT_MODIFIED.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Changes when the body does; no security feature.
pub(crate) fn entity_tag(body: &[u8]) -> String {
    format!("\"{:016x}\"", fnv1a(body))
}

/// Whether `If-None-Match` names the tag.
pub(crate) fn is_known(sent: Option<&HeaderValue>, tag: &str) -> bool {
    sent.and_then(|sent| sent.to_str().ok())
        .is_some_and(|sent| sent.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
