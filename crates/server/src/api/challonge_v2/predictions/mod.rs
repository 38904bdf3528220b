//! `/v2.1/tournaments/{id}/predictions`: ours. Challonge opens predictions by its API, and has the rest
//! on its pages only.

pub(super) mod list;
pub(super) mod me;
pub(super) mod resource;
