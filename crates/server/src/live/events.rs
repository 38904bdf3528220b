//! `/{slug}/events`: server-sent events of a tournament's page. Each says only that something
//! changed, and up to which journal entry; the page fetches what it shows.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Path, State},
    http::HeaderValue,
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{StreamExt as _, stream};
use tiltyard_core::live::Position;
use tokio::sync::watch;

use crate::App;

/// How often a silent stream shows that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// So many of those who watch are to fetch what has changed in a millisecond.
const FETCHES_PER_MS: usize = 5;
/// Nobody waits longer than this before they fetch, in milliseconds.
const LONGEST_SPREAD_MS: usize = 5_000;

pub(super) async fn stream(State(app): State<App>, Path(slug): Path<String>) -> Response {
    let receiver = match app.core().watch_page(&slug).await {
        Ok(receiver) => receiver,
        Err(error) => return super::failed(&error),
    };
    let events = stream::unfold((receiver, true), next).take_until(app.stopping());
    let mut response =
        Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    // Some proxies hold answers back until they are complete.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

type Watching = (watch::Receiver<Position>, bool);

/// The first event tells where the tournament stands; then one for every change, the latest only
/// where several came at once. With it over how many milliseconds those who watch are to spread.
async fn next((mut receiver, first): Watching) -> Option<(Result<Event, Infallible>, Watching)> {
    if !first && receiver.changed().await.is_err() {
        return None;
    }
    let position = *receiver.borrow_and_update();
    if position.gone {
        return None;
    }
    let spread = (position.watchers / FETCHES_PER_MS).min(LONGEST_SPREAD_MS);
    let event = Event::default()
        .event(if first { "hello" } else { "changed" })
        .id(position.journal_number.to_string())
        .data(format!("{{\"revision\":{},\"spread\":{spread}}}", position.journal_number));
    Some((Ok(event), (receiver, false)))
}
