//! The dialect in the OpenAPI document.
#![expect(dead_code, reason = "only the schemas are used")]

use serde_json::Value;
use utoipa::ToSchema;

use crate::openapi::{self, Operation, Part, with_schema};

/// mtgbracket's API in the document.
pub(crate) const PART: Part = Part {
    prefixes: &["/users/", "/oauth/validate"],
    suffix: "",
    tag: "mtgbracket",
    words: "Who signed in, and what a token may do, for clients of mtgbracket's API.",
    schemas: openapi::collect::<Envelope>,
    complete,
};

fn complete(operation: &mut Operation<'_>) {
    let mut wrong = |status, description| {
        operation.answer(status, with_schema(description, "mtgbracket.Error"));
    };
    wrong(403, "The credential lacks the scope, or does not count.");
    wrong(500, "Our fault; it was logged.");
    wrong(503, "Too much at once; try again soon.");
    if operation.names_resource() {
        let mut wrong = |status, description| {
            operation.answer(status, with_schema(description, "mtgbracket.Error"));
        };
        wrong(400, "There is more than one credential.");
        wrong(401, "The credential is missing, unknown, expired or revoked.");
        wrong(404, "There is no such person for this credential.");
        wrong(429, "Too many failures from here; `Retry-After` says when to try again.");
    }
    operation.challenged();
}

/// An error.
#[derive(ToSchema)]
#[schema(as = mtgbracket::Error)]
struct Envelope {
    error: Problem,
}

/// What is wrong.
#[derive(ToSchema)]
#[schema(as = mtgbracket::Problem)]
struct Problem {
    /// The HTTP status.
    status_code: u16,
    /// A few words.
    message: String,
    /// More about it; an empty list where there is nothing to say.
    data: Value,
    /// Always null.
    #[schema(required = true)]
    debug: Option<String>,
}

/// A person.
#[derive(ToSchema)]
#[schema(as = mtgbracket::User)]
pub(super) struct User {
    #[schema(examples(10_000_001))]
    id: i64,
    username: String,
    email: String,
    /// The user name: people have one name here.
    first_name: String,
    last_name: String,
    #[schema(required = true)]
    birthday: Option<String>,
    tier: Tier,
    /// Unix seconds.
    date_created: i64,
    /// Unix seconds.
    date_updated: i64,
    status: Status,
}

/// What the person pays for; everybody has the same.
#[derive(ToSchema)]
#[schema(as = mtgbracket::Tier)]
struct Tier {
    id: i64,
    name: String,
    description: String,
    rank: i64,
}

/// Whether the account is in use.
#[derive(ToSchema)]
#[schema(as = mtgbracket::Status)]
struct Status {
    id: i64,
    name: String,
}

/// What a token may do.
#[derive(ToSchema)]
#[schema(as = mtgbracket::Privileges)]
pub(super) struct Privileges {
    scopes: Vec<Privilege>,
}

/// What a token may do with one kind of resource.
#[derive(ToSchema)]
#[schema(as = mtgbracket::Privilege)]
struct Privilege {
    /// `user`, `deck`, `event` or `organization`.
    resource: String,
    oauth_permission: OauthPermission,
    has_read: bool,
    has_write: bool,
}

/// The same name again.
#[derive(ToSchema)]
#[schema(as = mtgbracket::Permission)]
struct OauthPermission {
    resource: String,
}
