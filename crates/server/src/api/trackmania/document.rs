//! The dialect in the OpenAPI document.
#![expect(dead_code, reason = "only the schemas are used")]

use std::collections::BTreeMap;

use utoipa::ToSchema;

use crate::openapi::{self, Operation, Part, with_schema};

/// Trackmania's web API in the document.
pub(crate) const PART: Part = Part {
    prefixes: &["/api/"],
    suffix: "",
    tag: "Trackmania",
    words: "Who signed in, and what people are called, for clients of Trackmania's web API.",
    schemas: openapi::collect::<Problem>,
    complete,
};

fn complete(operation: &mut Operation<'_>) {
    let mut wrong = |status, description| {
        operation.answer(status, with_schema(description, "trackmania.Error"));
    };
    wrong(400, "The request is wrong, or has more than one credential.");
    wrong(401, "The credential is missing, unknown, expired or revoked.");
    wrong(403, "The credential lacks the scope, or acts for no person.");
    wrong(429, "Too many failures from here; `Retry-After` says when to try again.");
    wrong(500, "Our fault; it was logged.");
    wrong(503, "Too much at once; try again soon.");
    operation.challenged();
}

/// An error.
#[derive(ToSchema)]
#[schema(as = trackmania::Error)]
struct Problem {
    /// The code.
    #[schema(examples("access_denied"))]
    error: String,
    /// What is wrong, and how to mend it.
    message: String,
    /// The same.
    error_description: String,
}

/// A person, under the names of today and those of 2021.
#[derive(ToSchema)]
#[schema(as = trackmania::User)]
#[expect(non_snake_case, reason = "the wire form's names")]
pub(super) struct User {
    #[schema(format = "uuid")]
    accountId: String,
    displayName: String,
    #[schema(format = "uuid")]
    account_id: String,
    display_name: String,
}

/// What was found.
#[derive(ToSchema)]
#[schema(as = trackmania::Names)]
#[serde(untagged)]
pub(super) enum Names {
    /// By what was asked for.
    Found(BTreeMap<String, String>),
    /// Nothing.
    Nothing(Vec<String>),
}
