//! Following a tournament through the API: every entry once, in order, on whatever node.

use std::{pin::Pin, time::Duration};

use futures_util::{StreamExt as _, future::join_all};
use reqwest::{Method, RequestBuilder};
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::{Settings, accounts::Origin};
use tiltyard_store::Engine::{self, Postgres, Sqlite};
use tokio::time::timeout;

use crate::support::{Answer, Api, Credential, TestServer, Wanted};

/// An event as a client reads it.
#[derive(Debug, PartialEq)]
struct Event {
    id: Option<i64>,
    name: String,
    data: Value,
}

/// An open stream.
struct Events {
    chunks: Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>,
    buffer: String,
}

impl Events {
    async fn of(request: RequestBuilder) -> Self {
        let answer = request.header("accept", "text/event-stream").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        Self { chunks: Box::pin(answer.bytes_stream()), buffer: String::new() }
    }

    /// A stream from now on, or from after an event.
    async fn open(api: &Api<'_>, tournament: &str, after: Option<i64>) -> Self {
        let request = api.request(Method::GET, &format!("{tournament}/events"));
        Self::of(match after {
            Some(after) => request.header("last-event-id", after.to_string()),
            None => request,
        })
        .await
    }

    /// The next event, or `None` if the stream ended; either must happen soon.
    async fn next_or_end(&mut self) -> Option<Event> {
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
        let event = timeout(Duration::from_secs(5), event).await.expect("nothing for a while")?;
        let field = |name: &str| {
            let prefix = format!("{name}: ");
            event.lines().find_map(|line| line.strip_prefix(&prefix).map(str::to_owned))
        };
        Some(Event {
            id: field("id").map(|id| id.parse().unwrap()),
            name: field("event").unwrap(),
            data: serde_json::from_str(&field("data").unwrap()).unwrap(),
        })
    }

    async fn next(&mut self) -> Event {
        self.next_or_end().await.expect("the stream ended")
    }

    /// The names of the events up to this number, which come without gaps from `first` on.
    async fn run(&mut self, first: i64, last: i64) -> Vec<String> {
        let mut names = Vec::new();
        for number in first..=last {
            let event = self.next().await;
            assert_eq!(event.id, Some(number), "{event:?}");
            assert_eq!(event.data["number"], number);
            assert_eq!(event.data["event"], event.name);
            names.push(event.name);
        }
        names
    }

    /// The reason with which the stream ends.
    async fn end(&mut self) -> String {
        let event = self.next().await;
        assert_eq!((event.name.as_str(), event.id), ("stream.ended", None));
        assert_eq!(self.next_or_end().await, None);
        event.data["reason"].as_str().unwrap().to_owned()
    }
}

fn eager(settings: &mut Settings) {
    settings.stream_check = 50;
    settings.streams_per_credential = 3;
}

async fn eager_server(engine: Engine) -> TestServer {
    TestServer::start_as(engine, Wanted { settings: eager, ..Wanted::default() }).await
}

#[rstest]
#[tokio::test]
async fn everything_is_told_once_and_in_order(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let here = server.organizer("marshal").await;
    let there = beside.api(here.credential());
    // 1 created, 2 participants added.
    let t = here.tournament(json!({"name": "Live"}), 4).await;
    let mut near = Events::open(&here, &t, None).await;
    let mut far = Events::open(&there, &t, None).await;
    here.state(&t, "start").await.expect(200);
    let of = there.match_named(&t, "A").await;
    there.win(&t, &of, 1).await.expect(200);
    for events in [&mut near, &mut far] {
        let started = events.next().await;
        assert_eq!((started.id, started.name.as_str()), (Some(3), "tournament.started"));
        let reported = events.next().await;
        assert_eq!(reported.name, "match.reported");
        let data = &reported.data;
        assert_eq!(data["number"], 4);
        assert_eq!(data["actor"], "key");
        assert_eq!(data["tournament_id"].to_string(), t.rsplit('/').next().unwrap());
        assert_eq!(data["body"]["match"].to_string(), of["id"].as_str().unwrap());
        assert_eq!(data["body"]["sets"], json!([[2, 1]]));
        assert_eq!(data["at"], "2026-01-01T00:00:00.000Z");
    }
    // From anywhere on, by header or in the address, also of nothing that is left.
    let mut again = Events::open(&there, &t, Some(2)).await;
    assert_eq!(again.run(3, 4).await, ["tournament.started", "match.reported"]);
    let path = format!("{t}/events.json?last_event_id=0");
    let mut all = Events::of(here.request(Method::GET, &path)).await;
    let names = all.run(1, 4).await;
    assert_eq!(names[..2], ["tournament.created", "participants.added"]);
    let mut last = Events::open(&here, &t, Some(4)).await;
    here.put(&format!("{t}.json"), json!({"name": "Changed"})).await.expect(200);
    for events in [&mut near, &mut far, &mut again, &mut all, &mut last] {
        assert_eq!(events.run(5, 5).await, ["tournament.updated"]);
    }
    here.delete(&format!("{t}.json")).await.expect(204);
    for events in [&mut near, &mut far] {
        assert_eq!(events.end().await, "deleted");
    }
    here.get(&format!("{t}/events")).await.expect(404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_leaves_no_gap(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let here = server.organizer("marshal").await;
    let there = beside.api(here.credential());
    let t = here.tournament(json!({"name": "Storm"}), 64).await;
    here.state(&t, "start").await.expect(200);
    let mut streams = vec![Events::open(&there, &t, Some(1)).await];
    for _ in 0..3 {
        streams.push(Events::open(&here, &t, Some(3)).await);
        streams.push(Events::open(&there, &t, Some(3)).await);
    }
    let open = here.get(&format!("{t}/matches.json?state=open&per_page=1000")).await.data();
    let open = open.as_array().unwrap();
    assert_eq!(open.len(), 32);
    let reports = open.iter().enumerate().map(|(number, of)| {
        let api = if number % 2 == 0 { &here } else { &there };
        let t = &t;
        async move { api.win(t, of, 1).await.status }
    });
    let latecomer = async {
        let mut late = Events::open(&here, &t, Some(0)).await;
        late.run(1, 35).await
    };
    let (statuses, names) = tokio::join!(join_all(reports), latecomer);
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert_eq!(names.len(), 35);
    streams[0].run(2, 35).await;
    for events in &mut streams[1..] {
        let names = events.run(4, 35).await;
        assert!(names.iter().all(|name| name == "match.reported"));
    }
}

#[rstest]
#[tokio::test]
async fn whoever_may_not_read_does_not_follow(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = eager_server(engine).await;
    let person = server.person("marshal").await;
    let api = server.key_of(&person).await;
    let t = api.tournament(json!({"name": "Secret", "private": true}), 2).await;
    let path = format!("{t}/events");
    server.api(Credential::None).get(&path).await.expect(401);
    let other = server.organizer("other").await;
    other.get(&path).await.expect(404);
    for bad in ["x", "-1"] {
        let request = api.request(Method::GET, &path).header("last-event-id", bad);
        Answer::to(request).await.expect(400);
    }
    // Who may no longer, does no longer.
    let other_key = server.key_of(&person).await;
    let mut kept = Events::open(&api, &t, None).await;
    let mut revoked = Events::open(&other_key, &t, None).await;
    let keys = server.core.api_keys(&person.actor()).await.unwrap();
    let newest = keys.iter().map(|key| key.id).max().unwrap();
    server.core.delete_api_key(&person.actor(), newest, Origin::default()).await.unwrap();
    assert_eq!(revoked.end().await, "forbidden");
    api.state(&t, "start").await.expect(200);
    assert_eq!(kept.run(3, 3).await, ["tournament.started"]);
    // One that becomes private ends for others.
    api.put(&format!("{t}.json"), json!({"private": false})).await.expect(200);
    let mut watching = Events::open(&other, &t, None).await;
    api.put(&format!("{t}.json"), json!({"private": true})).await.expect(200);
    // The last thing that they may hear of, if they are quick.
    let mut end = watching.next().await;
    if end.name == "tournament.updated" {
        end = watching.next().await;
    }
    assert_eq!(end.data, json!({"reason": "forbidden"}));
}

#[rstest]
#[tokio::test]
async fn streams_are_limited_and_end_with_the_server(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = eager_server(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Full"}), 2).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(Events::open(&api, &t, None).await);
    }
    let refused = api.get(&format!("{t}/events")).await.expect(429);
    assert_eq!(refused.header("retry-after"), "30");
    assert!(refused.json()["errors"][0]["detail"].is_string());
    // A place that was left is free again, as soon as the server notices.
    open.pop();
    let again = async {
        loop {
            let request = api.request(Method::GET, &format!("{t}/events"));
            if request.send().await.unwrap().status() == 200 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), again).await.expect("no place was given back");
    drop(server);
    for events in &mut open {
        assert_eq!(events.next_or_end().await, None);
    }
}
