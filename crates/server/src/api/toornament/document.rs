//! The dialect in the OpenAPI document.
#![expect(dead_code, reason = "only the schemas are used")]

use utoipa::ToSchema;

use crate::openapi::{self, Operation, Part, with_schema};

/// Toornament's API in the document.
pub(crate) const PART: Part = Part {
    prefixes: &["/account/v2/"],
    suffix: "",
    tag: "Toornament",
    words: "Who signed in, for clients of Toornament's API v2.",
    schemas: openapi::collect::<Errors>,
    complete,
};

fn complete(operation: &mut Operation<'_>) {
    let mut wrong = |status, description| {
        operation.answer(status, with_schema(description, "toornament.Errors"));
    };
    wrong(400, "There is more than one credential.");
    wrong(401, "The credential is missing, unknown, expired or revoked.");
    wrong(403, "The credential lacks the scope, or acts for no person.");
    wrong(429, "Too many failures from here; `Retry-After` says when to try again.");
    wrong(500, "Our fault; it was logged.");
    wrong(503, "Too much at once; try again soon.");
    operation.challenged();
}

/// What is wrong, one entry a problem.
#[derive(ToSchema)]
#[schema(as = toornament::Errors)]
struct Errors {
    errors: Vec<Problem>,
}

/// One problem.
#[derive(ToSchema)]
#[schema(as = toornament::Error)]
struct Problem {
    /// What is wrong, and how to mend it.
    message: String,
    /// `query` or `body`.
    scope: String,
    /// The field at fault.
    #[schema(required = false)]
    property_path: String,
    /// Always null.
    #[schema(required = true)]
    r#type: Option<String>,
}

/// A person.
#[derive(ToSchema)]
#[schema(as = toornament::Account)]
pub(super) struct Account {
    #[schema(examples("10000001"))]
    id: String,
    name: String,
    /// Always null.
    #[schema(required = true)]
    country: Option<String>,
}
