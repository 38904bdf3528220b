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
use tiltyard_core::{Core, Error, live::Position};
use tokio::sync::watch;

use crate::App;

/// How often a silent stream shows that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// So many of those who watch are to fetch what has changed in a millisecond.
const FETCHES_PER_MS: usize = 5;
/// Nobody waits longer than this before they fetch, in milliseconds.
const LONGEST_SPREAD_MS: usize = 5_000;

pub(super) async fn stream(State(app): State<App>, Path(slug): Path<String>) -> Response {
    let watched = async {
        let id = app.core().tournament_page(&slug).await?.row.id;
        let receiver = app.core().watch(id).await?;
        Ok::<_, Error>(Watching { receiver, core: app.core().clone(), id, first: true })
    };
    let watching = match watched.await {
        Ok(watching) => watching,
        Err(error) => return super::failed(&error),
    };
    let events = stream::unfold(watching, next).take_until(app.stopping());
    let mut response =
        Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    // Some proxies hold answers back until they are complete.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

struct Watching {
    core: Core,
    id: i64,
    receiver: watch::Receiver<Position>,
    first: bool,
}

/// The first event tells where the tournament stands; then one for every change, the latest only
/// where several came at once. With it over how many milliseconds those who watch are to spread.
async fn next(mut watching: Watching) -> Option<(Result<Event, Infallible>, Watching)> {
    let Watching { core, id, receiver, first } = &mut watching;
    if !*first && receiver.changed().await.is_err() {
        return None;
    }
    let position = *receiver.borrow_and_update();
    if position.gone {
        return None;
    }
    let spread = (core.watching(*id) / FETCHES_PER_MS).min(LONGEST_SPREAD_MS);
    let event = Event::default()
        .event(if *first { "hello" } else { "changed" })
        .id(position.journal_number.to_string())
        .data(format!("{{\"revision\":{},\"spread\":{spread}}}", position.journal_number));
    *first = false;
    Some((Ok(event), watching))
}
