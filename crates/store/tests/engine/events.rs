//! What subscribers hear.

use std::time::Duration;

use rstest::rstest;
use tiltyard_store::{Engine, Event, Read, Sql, Store, StoreError, params};
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

use crate::{NAME_THING, SCHEMA, fixture};

static KILL_LISTENERS: Sql = Sql {
    name: "kill_listeners",
    text: "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
        WHERE datname = current_database() AND query LIKE 'LISTEN%'",
};

fn topic(text: &str) -> Event {
    Event::Topic(text.into())
}

async fn next(events: &mut Receiver<Event>) -> Event {
    timeout(Duration::from_secs(5), events.recv()).await.expect("no event came").unwrap()
}

async fn silence(events: &mut Receiver<Event>) {
    let heard = timeout(Duration::from_millis(700), events.recv()).await;
    assert!(heard.is_err(), "{heard:?}");
}

async fn publish(store: &Store, text: &'static str) {
    let done = store.write(move |tx| {
        tx.publish(text);
        Ok::<_, StoreError>(())
    });
    done.await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn changes_are_counted_before_the_writer_goes_on(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let it = fixture(engine);
    let (one, two) = (it.store.changes("one"), it.store.changes("two"));
    let before = (one.count(), two.count());
    publish(&it.store, "one").await;
    assert_eq!((one.count() - before.0, two.count() - before.1), (1, 0));
    publish(&it.store, "one").await;
    assert_eq!((one.count() - before.0, two.count() - before.1), (2, 0));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_is_heard_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let it = fixture(engine);
    let mut events = it.store.subscribe();
    let result = it.store.write(|tx| {
        tx.publish("one");
        tx.publish("one");
        tx.publish_now("two")
    });
    result.await.unwrap();
    assert_eq!(events.try_recv(), Ok(topic("one")), "before the writer goes on");
    assert_eq!(events.try_recv(), Ok(topic("two")));
    silence(&mut events).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_is_not_heard(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let it = fixture(engine);
    let mut events = it.store.subscribe();
    let result: Result<(), StoreError> = it
        .store
        .write(|tx| {
            tx.publish("one");
            tx.publish_now("two")?;
            Err(StoreError::Closed)
        })
        .await;
    assert!(result.is_err());
    publish(&it.store, "three").await;
    assert_eq!(next(&mut events).await, topic("three"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_on_one_server_hear_each_other() {
    let it = fixture(Engine::Postgres);
    let other = Store::open(it.database.options_with(SCHEMA)).unwrap();
    let (mut here, mut there) = (it.store.subscribe(), other.subscribe());
    publish(&it.store, "soon").await;
    assert_eq!(next(&mut there).await, topic("soon"));
    other.write(|tx| tx.publish_now("now")).await.unwrap();
    assert_eq!(next(&mut here).await, topic("soon"));
    assert_eq!(next(&mut here).await, topic("now"));
    assert_eq!(next(&mut there).await, topic("now"));
    // Many topics at once arrive as few messages, none is lost.
    let topics: Vec<String> = (0..3_000).map(|number| format!("tournament:{number}")).collect();
    let sent = topics.clone();
    let result = it.store.write(move |tx| {
        for text in &sent {
            tx.publish(text);
        }
        Ok::<_, StoreError>(())
    });
    result.await.unwrap();
    let mut heard = Vec::new();
    for _ in 0..topics.len() {
        heard.push(next(&mut there).await);
    }
    let expected: std::collections::HashSet<_> =
        topics.iter().map(|text| std::sync::Arc::<str>::from(text.as_str())).collect();
    let heard: std::collections::HashSet<_> = heard
        .into_iter()
        .map(|event| match event {
            Event::Topic(text) => text,
            Event::Everything => panic!("told as everything"),
        })
        .collect();
    assert_eq!(heard, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_was_cut_off_reads_everything_again() {
    let it = fixture(Engine::Postgres);
    let mut events = it.store.subscribe();
    it.store.read(|rx| rx.one(&KILL_LISTENERS, &[])).await.unwrap();
    assert_eq!(next(&mut events).await, Event::Everything);
    let other = Store::open(it.database.options_with(SCHEMA)).unwrap();
    publish(&other, "after").await;
    assert_eq!(next(&mut events).await, topic("after"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_writer_of_the_same_file_is_noticed() {
    let it = fixture(Engine::Sqlite);
    let other = Store::open(it.database.options_with(SCHEMA)).unwrap();
    let (mut here, mut there) = (it.store.subscribe(), other.subscribe());
    it.store.write(|tx| tx.run_one(&NAME_THING, params![1, "a"])).await.unwrap();
    assert_eq!(next(&mut there).await, Event::Everything);
    silence(&mut there).await;
    silence(&mut here).await;
    other.write(|tx| tx.run_one(&NAME_THING, params![2, "b"])).await.unwrap();
    assert_eq!(next(&mut here).await, Event::Everything);
    silence(&mut there).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn own_commits_and_checkpoints_are_not_news() {
    let it = fixture(Engine::Sqlite);
    let mut events = it.store.subscribe();
    for id in 0..30_i64 {
        let name = format!("n{id}");
        let write = move |tx: &mut tiltyard_store::Tx<'_>| {
            tx.run_one(&NAME_THING, params![id, name.as_str()])
        };
        it.store.write(write).await.unwrap();
        it.store.read(|rx| rx.one(&crate::COUNT_THINGS, &[])).await.unwrap();
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    silence(&mut events).await;
}
