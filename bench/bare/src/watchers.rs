//! Many who watch one tournament's page: how long a change is on its way to each of them.
//!
//! Says `ready` once all have had their first event. Then each line on standard input begins a count: when
//! everybody has had one more event, a line says when the first, the middle one, the 99th of 100 and the
//! last had it, in microseconds since 1970.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::{Semaphore, mpsc},
    time::timeout,
};

/// Who connect at a time.
const AT_ONCE: usize = 128;
/// How long all of them may take to hear of a change.
const PATIENCE: Duration = Duration::from_secs(30);

#[expect(clippy::disallowed_methods, reason = "another process takes the time of the beginning")]
fn micros() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// Watches until the server ends the stream; tells the time of each event.
async fn watch(
    address: &str,
    request: &str,
    turns: &Semaphore,
    events: &mpsc::UnboundedSender<u64>,
) -> anyhow::Result<()> {
    let turn = turns.acquire().await?;
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut turn = Some(turn);
    loop {
        // Nothing is held while nothing comes.
        stream.readable().await?;
        let mut piece = [0; 1_024];
        let read = stream.read(&mut piece).await?;
        let at = micros();
        let piece = piece.get(..read).unwrap_or_default();
        if piece.is_empty() {
            bail!("the stream ended");
        }
        if piece.windows(6).any(|part| part == b"\ndata:") {
            drop(turn.take());
            events.send(at)?;
        }
    }
}

/// Waits for as many events as there are watchers; their times in order.
async fn round(
    events: &mut mpsc::UnboundedReceiver<u64>,
    count: usize,
) -> anyhow::Result<Vec<u64>> {
    let mut times = Vec::with_capacity(count);
    while times.len() < count {
        let next = timeout(PATIENCE, events.recv()).await;
        let next = next.with_context(|| format!("{} of {count} heard of it", times.len()))?;
        times.push(next.context("nobody watches any more")?);
    }
    times.sort_unstable();
    Ok(times)
}

pub(crate) async fn run(address: &str, path: &str, count: usize) -> anyhow::Result<()> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let (address, request): (Arc<str>, Arc<str>) = (address.into(), request.into());
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let (sender, mut events) = mpsc::unbounded_channel();
    for _ in 0..count {
        let (address, request) = (Arc::clone(&address), Arc::clone(&request));
        let (turns, sender) = (Arc::clone(&turns), sender.clone());
        tokio::spawn(async move {
            if let Err(error) = watch(&address, &request, &turns, &sender).await {
                eprintln!("a watcher is lost: {error}");
            }
        });
    }
    round(&mut events, count).await?;
    println!("ready");
    let (lines, mut asked) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                return;
            }
        }
    });
    while asked.recv().await.is_some() {
        let times = round(&mut events, count).await?;
        let at = |share: usize| times.get(times.len() * share / 100).or(times.last()).copied();
        let [first, middle, most] = [0, 50, 99].map(|share| at(share).unwrap_or_default());
        let last = times.last().copied().unwrap_or_default();
        println!("{{\"first\": {first}, \"p50\": {middle}, \"p99\": {most}, \"last\": {last}}}");
    }
    Ok(())
}
