//! `GET /v2.1/tournaments/{id}/events`: what happens to a tournament, as server-sent events, while it
//! happens.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use serde_json::Value;
use tiltyard_core::{
    feed::{Following, News, Told},
    permissions::Permission,
    tournaments::By,
};
use tokio::time::{Interval, MissedTickBehavior};
use utoipa::ToSchema;

use crate::{
    api::challonge_v2::{
        document::EventQuery, error::ApiError, input::ListQuery, output::Call, path::ApiPath,
    },
    http::{client_address, time::iso},
    live::streams::Place,
};

/// How often a silent stream shows that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The data of an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::TournamentEvent)]
pub(in crate::api::challonge_v2) struct Data<'a> {
    /// Its number, from 1, without gaps; the id of the event.
    number: i64,
    /// What happened; the name of the event.
    #[schema(examples("match.reported"))]
    event: &'a str,
    #[schema(format = DateTime)]
    at: String,
    tournament_id: i64,
    /// Through what it came: `person`, `key`, `application`, `operator` or `server`.
    actor: &'a str,
    /// The particulars, which depend on the event.
    #[schema(value_type = Object)]
    body: Value,
}

/// Follows a tournament: server-sent events of whatever happens to it.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/events",
    operation_id = "challongeV2FollowTournament",
    params(EventQuery),
    responses((status = 200, description = "A stream without end: the id of each event is its number, its name what \
        happened, its data one JSON object.", body = Data<'static>, content_type = "text/event-stream")),
    extensions(("x-permissions" = json!([Permission::ReadTournaments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn events(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    query: ListQuery,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    let after = after(&parts, &query)?;
    let by = call.by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadTournaments).await?;
    let id = tournament.row.id;
    let trusted = &call.app.options().trusted_proxies;
    let address = client_address::of(&parts.extensions, &parts.headers, trusted);
    let Some(place) = call.app.streams().take(&call.actor, &address, call.core().settings()) else {
        let mut refused = ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "This credential, or this address, follows as many tournaments as it may; end another stream.",
        )
        .into_response();
        refused.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        return Ok(refused);
    };
    let following = call.core().follow_tournament(id, after).await?;
    let every = u64::try_from(call.core().settings().stream_check).unwrap_or(u64::MAX);
    let mut check = tokio::time::interval(Duration::from_millis(every.max(10)));
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is at once, and it was asked just now.
    check.tick().await;
    let stopping = call.app.stopping();
    let open = Open { following, check, call, parts, tournament: id, _place: place };
    Ok(answer(stream::unfold(Some(open), next).take_until(stopping)))
}

fn answer(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let mut response =
        Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Some proxies hold answers back until they are complete.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// The number of the last event that the client has.
fn after(parts: &Parts, query: &ListQuery) -> Result<Option<i64>, ApiError> {
    let header = parts.headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let Some(text) = header.filter(|text| !text.is_empty()).or(query.get("last_event_id")) else {
        return Ok(None);
    };
    let number = text.parse::<i64>().ok().filter(|number| *number >= 0);
    number.map(Some).ok_or_else(|| {
        ApiError::bad_request(
            "`Last-Event-ID` must be the number of an event, or 0 for all of them.",
        )
    })
}

/// A stream that is open.
struct Open {
    following: Following,
    check: Interval,
    call: Call,
    /// The head of the request, with the credential.
    parts: Parts,
    tournament: i64,
    _place: Place,
}

impl Open {
    /// Whether the credential still opens the tournament. A failure of ours ends nothing.
    async fn is_allowed(&mut self) -> bool {
        let allowed = async {
            let actor = self.call.actor_again(&self.parts).await?;
            let by = By::Id(self.tournament);
            let found =
                self.call.core().tournament(&actor, by, Permission::ReadTournaments).await?;
            self.following.known_to_be_at(found.row.journal_number).await?;
            Ok::<_, ApiError>(())
        };
        match allowed.await {
            Ok(()) => true,
            Err(error) => error.is_our_fault(),
        }
    }
}

type Next = Option<(Result<Event, Infallible>, Option<Open>)>;

async fn next(open: Option<Open>) -> Next {
    let mut open = open?;
    let last = |reason| Some((Ok(ended(reason)), None));
    loop {
        tokio::select! {
            news = open.following.next() => {
                return match news {
                    Ok(News::Told(told)) => {
                        event(open.tournament, &told).map(|event| (Ok(event), Some(open)))
                    }
                    Ok(News::Gone) => last("deleted"),
                    Ok(News::Behind) => last("behind"),
                    Err(error) => {
                        tracing::warn!(?error, "a journal cannot be read for those who follow");
                        None
                    }
                };
            }
            _ = open.check.tick() => {
                if !open.is_allowed().await {
                    return last("forbidden");
                }
            }
        }
    }
}

/// The last event of a stream that does not simply break off; it has no number.
fn ended(reason: &str) -> Event {
    Event::default().event("stream.ended").data(format!("{{\"reason\":\"{reason}\"}}"))
}

fn event(tournament: i64, told: &Told) -> Option<Event> {
    let data = Data {
        number: told.number,
        event: &told.event,
        at: iso(told.at),
        tournament_id: tournament,
        actor: told.through,
        body: serde_json::from_str(&told.body).unwrap_or_default(),
    };
    let data = serde_json::to_string(&data).ok()?;
    Some(Event::default().id(told.number.to_string()).event(&told.event).data(data))
}
