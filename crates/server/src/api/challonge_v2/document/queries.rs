//! What may stand in the query of addresses, for its description.

use utoipa::IntoParams;

/// Which page of a list; JSON:API's `page[number]` and `page[size]` are understood as well.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api::challonge_v2) struct Paging {
    /// The page's number.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// Entries a page; more than 1,000 count as 1,000.
    #[param(minimum = 1, default = 25)]
    per_page: Option<u32>,
}

/// What is new, for programs that ask again and again.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api::challonge_v2) struct Changed {
    /// Those that changed at this moment or later (RFC 3339, or Unix seconds). What was deleted is in no
    /// list.
    #[param(example = "2027-03-01T18:00:00Z")]
    updated_since: Option<String>,
}

/// From where on a tournament is followed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api::challonge_v2) struct EventQuery {
    /// The number of the last event that the client has, where the header `Last-Event-ID` cannot be
    /// sent; 0 for everything from the beginning. Without either, from now on.
    #[param(minimum = 0)]
    last_event_id: Option<i64>,
}

/// Which tournaments.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct TournamentQuery {
    /// How far they are: `pending`, `in_progress`, `ended` or `all`.
    #[param(pattern = "^(pending|in_progress|ended|all)$")]
    state: Option<String>,
    /// Their format.
    #[param(example = "double_elimination")]
    r#type: Option<String>,
    /// Those made from this date on.
    #[param(example = "2027-03-01")]
    created_after: Option<String>,
    /// Those made up to this date.
    #[param(example = "2027-03-31")]
    created_before: Option<String>,
}

/// Which matches.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct MatchQuery {
    /// How far they are: `pending`, `open`, `complete` or `all`.
    #[param(pattern = "^(pending|open|complete|all)$")]
    state: Option<String>,
    /// Those in which this participant plays.
    participant_id: Option<i64>,
}
