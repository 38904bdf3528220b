//! `/v2.1/tournaments/{id}/groups`.

pub(super) mod list;
