//! Topics between nodes, by LISTEN and NOTIFY on a connection of their own.
//!
//! A NOTIFY inside a transaction takes a lock of the whole server from there to the end of the
//! COMMIT (`PreCommit_Notify`), so that transactions which notify commit one after the other,
//! each with its own disk flush. Here topics are gathered for 10 ms and sent by themselves.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::runtime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_postgres::{AsyncMessage, Client};

use super::NOTIFY;
use super::connector::{Connector, Driver};
use crate::event::Subscribers;
use crate::session::Published;
use crate::threads::Threads;
use crate::{Event, StoreError};

/// How long topics are gathered.
const WINDOW: Duration = Duration::from_millis(10);

/// PostgreSQL takes payloads shorter than 8,000 bytes.
const LONGEST: usize = 7_900;

/// Stands for "re-read everything".
const EVERYTHING: &str = "*";

/// More topics than this in one window are told as [`EVERYTHING`].
const MOST: usize = 5_000;

/// How often an idle connection is asked whether it lives.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How often caches are dropped where the server knows no LISTEN.
const POLL: Duration = Duration::from_millis(500);

/// The way to the other nodes.
#[derive(Clone)]
pub(super) struct Sender(flume::Sender<Arc<str>>);

impl Sender {
    /// Tells other nodes soon of those topics that they do not hear of by the transaction.
    pub(super) fn send(&self, published: Vec<Published>) {
        for topic in published.into_iter().filter(|topic| !topic.told) {
            drop(self.0.send(topic.topic));
        }
    }
}

/// A name by which a store knows its own messages. Two stores of one process are two nodes.
pub(super) fn node_name(node: u64) -> Arc<str> {
    static STORES: AtomicU64 = AtomicU64::new(0);
    Arc::from(format!("{node:x}.{:x}", STORES.fetch_add(1, Ordering::Relaxed)))
}

/// The message that carries these topics, which must fit.
pub(super) fn payload(node: &str, topics: &[&str]) -> String {
    let mut payload = String::from(node);
    for topic in topics {
        let fits = topic.len() <= LONGEST / 2 && !topic.contains('\n');
        payload.push('\n');
        payload.push_str(if fits { topic } else { EVERYTHING });
    }
    payload
}

/// Packs topics into as few messages as they fit in.
fn payloads(node: &str, topics: &BTreeSet<Arc<str>>) -> Vec<String> {
    if topics.len() > MOST {
        return vec![payload(node, &[EVERYTHING])];
    }
    let mut payloads = Vec::new();
    let mut batch: Vec<&str> = Vec::new();
    let mut length = node.len();
    for topic in topics {
        let more = topic.len().min(LONGEST / 2) + 1;
        if length + more > LONGEST && !batch.is_empty() {
            payloads.push(payload(node, &batch));
            batch.clear();
            length = node.len();
        }
        batch.push(topic);
        length += more;
    }
    if !batch.is_empty() {
        payloads.push(payload(node, &batch));
    }
    payloads
}

/// Starts the thread, and returns when it listens (or found that it cannot, for now): a change
/// that is committed after this is heard of.
pub(super) fn start(
    threads: &Threads,
    connector: Arc<Connector>,
    node: Arc<str>,
    subscribers: Subscribers,
) -> Result<Sender, StoreError> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| StoreError::Unavailable(format!("no runtime: {error}")))?;
    let (sender, queue) = flume::unbounded();
    let (ready, is_ready) = mpsc::sync_channel(1);
    let bus = Bus { connector, node, subscribers, queue, pending: BTreeSet::new() };
    threads.spawn("store-bus", move || runtime.block_on(bus.run(ready)))?;
    // An error says that the thread is gone; then nothing is heard of, as with a broken line.
    let _ = is_ready.recv();
    Ok(Sender(sender))
}

struct Bus {
    connector: Arc<Connector>,
    node: Arc<str>,
    subscribers: Subscribers,
    queue: flume::Receiver<Arc<str>>,
    pending: BTreeSet<Arc<str>>,
}

/// Why a connection is not used any longer.
enum End {
    Closed,
    Lost,
}

impl Bus {
    async fn run(mut self, ready: mpsc::SyncSender<()>) {
        let mut ready = Some(ready);
        let mut pause = Duration::from_millis(50);
        loop {
            match self.connect().await {
                Ok((client, heard)) => {
                    pause = Duration::from_millis(50);
                    if let End::Closed = self.listen(&client, heard, &mut ready).await {
                        return;
                    }
                }
                Err(error) => tracing::warn!(%error, "not connected to the other nodes"),
            }
            if let Some(ready) = ready.take() {
                let _ = ready.send(());
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
            if self.queue.is_disconnected() && self.queue.is_empty() {
                return;
            }
        }
    }

    async fn connect(&self) -> Result<(Client, UnboundedReceiver<String>), StoreError> {
        let (client, driver) = self.connector.connect().await?;
        let (sender, heard) = unbounded_channel();
        tokio::spawn(forward(driver, sender));
        Ok((client, heard))
    }

    /// Uses a connection as long as it works.
    async fn listen(
        &mut self,
        client: &Client,
        mut heard: UnboundedReceiver<String>,
        ready: &mut Option<mpsc::SyncSender<()>>,
    ) -> End {
        let listening = match client.batch_execute("LISTEN tiltyard").await {
            Ok(()) => true,
            Err(error) if error.as_db_error().is_some() => {
                tracing::warn!(%error, "no LISTEN here: caches are renewed twice a second");
                false
            }
            Err(_) => return End::Lost,
        };
        match ready.take() {
            Some(ready) => drop(ready.send(())),
            // Whatever was said in between was missed.
            None => self.subscribers.send(Event::Everything),
        }
        let mut flush_at = Instant::now();
        let mut look_at = Instant::now() + if listening { HEARTBEAT } else { POLL };
        loop {
            tokio::select! {
                message = heard.recv() => match message {
                    Some(message) => self.hear(&message),
                    None => return End::Lost,
                },
                topic = self.queue.recv_async() => match topic {
                    Ok(topic) if listening => {
                        self.pending.insert(topic);
                        self.pending.extend(self.queue.try_iter());
                    }
                    Ok(_) => {}
                    Err(_) => {
                        // The store closes: say what is left to say.
                        let _ = timeout(HEARTBEAT, self.flush(client)).await;
                        return End::Closed;
                    }
                },
                () = sleep_until(flush_at), if !self.pending.is_empty() => {
                    if self.flush(client).await.is_err() {
                        return End::Lost;
                    }
                    flush_at = Instant::now() + WINDOW;
                }
                () = sleep_until(look_at) => {
                    if listening {
                        // A line that died silently would otherwise go unnoticed.
                        match timeout(HEARTBEAT, client.batch_execute("")).await {
                            Ok(Ok(())) => look_at = Instant::now() + HEARTBEAT,
                            _ => return End::Lost,
                        }
                    } else {
                        self.subscribers.send(Event::Everything);
                        look_at = Instant::now() + POLL;
                    }
                }
            }
        }
    }

    /// Sends what is gathered; what could not be sent is kept for the next connection.
    async fn flush(&mut self, client: &Client) -> Result<(), tokio_postgres::Error> {
        for payload in payloads(&self.node, &self.pending) {
            client.query(NOTIFY.text, &[&payload]).await?;
        }
        self.pending.clear();
        Ok(())
    }

    fn hear(&self, message: &str) {
        let mut lines = message.split('\n');
        if lines.next() == Some(&self.node) {
            return;
        }
        for topic in lines {
            self.subscribers.send(if topic == EVERYTHING {
                Event::Everything
            } else {
                Event::Topic(Arc::from(topic))
            });
        }
    }
}

/// Drives the connection and passes on what it hears.
async fn forward(mut driver: Driver, heard: tokio::sync::mpsc::UnboundedSender<String>) {
    let mut messages = stream::poll_fn(|context| driver.poll_message(context));
    while let Some(Ok(message)) = messages.next().await {
        if let AsyncMessage::Notification(notification) = message
            && heard.send(notification.payload().to_owned()).is_err()
        {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(all: &[&str]) -> BTreeSet<Arc<str>> {
        all.iter().map(|topic| Arc::from(*topic)).collect()
    }

    #[test]
    fn topics_share_messages_that_fit() {
        assert_eq!(payloads("n", &topics(&["a", "b"])), ["n\na\nb"]);
        let many: Vec<String> = (0..2_000).map(|number| format!("tournament:{number}")).collect();
        let many = topics(&many.iter().map(String::as_str).collect::<Vec<_>>());
        let payloads = payloads("n", &many);
        assert!(payloads.iter().all(|payload| payload.len() <= LONGEST));
        let told: BTreeSet<Arc<str>> = payloads
            .iter()
            .flat_map(|payload| payload.split('\n').skip(1))
            .map(Arc::from)
            .collect();
        assert_eq!(told, many);
    }

    #[test]
    fn what_does_not_fit_is_told_as_everything() {
        assert_eq!(payload("n", &["a\nb"]), "n\n*");
        assert_eq!(payload("n", &[&"x".repeat(9_000)]), "n\n*");
    }
}
