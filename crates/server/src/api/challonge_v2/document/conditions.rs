//! Requests under conditions, in the document: `If-None-Match`, `If-Match`, `Idempotency-Key`.

use serde_json::json;

use crate::openapi::Operation;

/// Headers that tell apart what changed, and requests that were sent before.
pub(super) fn describe(operation: &mut Operation<'_>) {
    let reads = operation.reads();
    let tagged = reads && !operation.path().ends_with("/events");
    if tagged {
        operation.parameter(json!({
            "name": "If-None-Match",
            "in": "header",
            "description": "The tag (`ETag`) of what the client has.",
            "schema": { "type": "string" },
        }));
        let known = "The client has it already: the tag in `If-None-Match` is current.";
        operation.answer(304, json!({ "description": known }));
    }
    if !reads && operation.path().contains("{tournament}") {
        operation.parameter(json!({
            "name": "If-Match",
            "in": "header",
            "description": "The tag (`ETag`) of what the path names, as it was read: the change is \
                made only as long as it is the same. Of what belongs to the whole tournament it is \
                the tournament's.",
            "schema": { "type": "string" },
        }));
    }
    operation.keyed("challonge.Errors");
    let shows_one = ["{tournament}", "{match}", "{participant}", "/change_state"];
    if tagged || shows_one.iter().any(|end| operation.path().ends_with(end)) {
        for status in [200, 304] {
            operation.header(status, "ETag", "Names this state of it.");
        }
    }
    operation.header(412, "ETag", "Names the present state.");
}
