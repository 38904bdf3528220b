//! Live pages: news arrive within a second, on whatever node somebody watches.

use std::time::Duration;

use futures_util::StreamExt as _;
use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use tiltyard_store::Engine::{self, Postgres, Sqlite};
use tokio::time::{Instant, timeout};

use crate::support::{Answer, Credential, TestServer};

/// An open stream of server-sent events.
struct Events {
    chunks: std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<bytes::Bytes>>>>,
    buffer: String,
}

impl Events {
    async fn open(server: &TestServer, slug: &str) -> Self {
        let request = server.request(Method::GET, &format!("/{slug}/events"));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        Self { chunks: Box::pin(answer.bytes_stream()), buffer: String::new() }
    }

    /// The next event's name and id; it must come within a second.
    async fn next(&mut self) -> (String, i64) {
        self.next_or_end().await.expect("the stream ended")
    }

    /// The next event, or `None` if the stream ended; either must happen within a second.
    async fn next_or_end(&mut self) -> Option<(String, i64)> {
        let event = async {
            loop {
                if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                    let event = event.to_owned();
                    self.buffer = rest.to_owned();
                    if event.starts_with(':') {
                        continue;
                    }
                    return Some(event);
                }
                let chunk = self.chunks.next().await?.ok()?;
                self.buffer.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        };
        let event = timeout(Duration::from_secs(1), event).await.expect("nothing for a second")?;
        let field = |name: &str| {
            let line = event.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
            line.unwrap_or_else(|| panic!("no {name}: {event}")).to_owned()
        };
        let id = field("id").parse().unwrap();
        let data: serde_json::Value = serde_json::from_str(&field("data")).unwrap();
        assert_eq!(data["revision"], id);
        // So few need not spread.
        assert!(data["spread"].as_u64().is_some_and(|spread| spread <= 10), "{data}");
        Some((field("event"), id))
    }

    /// Reads until an event with this id or a later one.
    async fn reach(&mut self, id: i64) {
        while self.next().await.1 < id {}
    }
}

#[rstest]
#[tokio::test]
async fn a_report_shows_within_a_second(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("marshal").await;
    let api = server.key_of(&person).await;
    let t = api.tournament(json!({"name": "Live", "url": "live_one"}), 4).await;
    api.state(&t, "start").await.expect(200);
    let mut here = Events::open(&server, "live_one").await;
    let mut there = Events::open(&beside, "LIVE_one").await;
    let (name, start) = here.next().await;
    assert_eq!(name, "hello");
    assert_eq!(there.next().await, ("hello".to_owned(), start));
    for (number, identifier) in (1..).zip(["A", "B", "C"]) {
        let of = api.match_named(&t, identifier).await;
        let reported = Instant::now();
        api.win(&t, &of, 1).await.expect(200);
        assert_eq!(here.next().await, ("changed".to_owned(), start + number));
        there.reach(start + number).await;
        assert!(reported.elapsed() < Duration::from_secs(1));
        // What is fetched then is the new state, on both nodes.
        for node in [&server, &beside] {
            let page = node.get("/live_one/live").await.expect(200);
            assert!(!page.text.contains("<html"), "a part only");
        }
    }
    // Everything there is to know of the tournament counts, and deleting ends the stream.
    api.state(&t, "finalize").await.expect(200);
    here.reach(start + 4).await;
    there.reach(start + 4).await;
    api.delete(&format!("{t}.json")).await.expect(204);
    assert_eq!(here.next_or_end().await, None);
    assert_eq!(there.next_or_end().await, None);
    server.get("/live_one/events").await.expect(404);
}

#[rstest]
#[tokio::test]
async fn many_watch_one_tournament(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Watched", "url": "watched"}), 2).await;
    let other = api.tournament(json!({"name": "Other", "url": "other_one"}), 2).await;
    let mut watchers = Vec::new();
    for _ in 0..50 {
        let mut events = Events::open(&server, "watched").await;
        assert_eq!(events.next().await.0, "hello");
        watchers.push(events);
    }
    // News of others are none.
    api.state(&other, "start").await.expect(200);
    api.state(&t, "start").await.expect(200);
    for events in &mut watchers {
        assert_eq!(events.next().await, ("changed".to_owned(), 3));
    }
}

#[rstest]
#[tokio::test]
async fn the_live_part_is_tagged(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Tagged", "url": "tagged"}), 2).await;
    api.state(&t, "start").await.expect(200);
    let part = server.get("/tagged/live").await.expect(200);
    let tag = part.header("etag").to_owned();
    let again = || {
        let request = server.request(Method::GET, "/tagged/live");
        Answer::to(request.header("if-none-match", &tag))
    };
    again().await.expect(304);
    let of = api.match_named(&t, "A").await;
    api.win(&t, &of, 2).await.expect(200);
    let fresh = again().await.expect(200);
    assert_ne!(fresh.text, part.text);
    assert!(server.get("/tagged").await.expect(200).text.contains("Seed 2"));
    // By a token as well as by nobody: the page is public.
    let _ = server.api(Credential::None);
    server.get("/nothing_there/live").await.expect(404);
    server.get("/nothing_there/events").await.expect(404);
    server.get("/nothing_there.svg").await.expect(404);
}
