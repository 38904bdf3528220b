//! What the threads of the pools do.

use std::thread;
use std::time::{Duration, Instant};

use flume::Receiver;

use super::session::{Ended, Session};
use super::{ReadRequest, bus};
use crate::StoreError;
use crate::event::Subscribers;
use crate::job::Write;
use crate::session::{Conn, Rx, Tx};

const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// How often a transaction is tried before it is given up.
const TRIES: u32 = 8;

/// A thread that writes.
pub(super) struct Writer {
    pub(super) session: Session,
    pub(super) bus: bus::Sender,
    pub(super) subscribers: Subscribers,
    /// Which of the writers it is.
    pub(super) number: u64,
}

impl Writer {
    /// Works until the queue is empty and nobody can add to it.
    pub(super) fn run(mut self, queue: &Receiver<Box<dyn Write>>) {
        for job in queue {
            self.transaction(job);
        }
    }

    fn transaction(&mut self, mut job: Box<dyn Write>) {
        let started = Instant::now();
        for attempt in 0..TRIES {
            if attempt > 0 {
                thread::sleep(backoff(attempt, self.number));
            }
            self.session.begin(Some(WRITE));
            let mut tx = Tx::new(Conn::Postgres(&mut self.session));
            let ok = job.attempt(&mut tx);
            let (failed, published) = tx.into_parts();
            if self.session.again() {
                self.session.roll_back();
                continue;
            }
            if !ok || failed {
                self.session.roll_back();
                job.answer(if ok { Err(StoreError::Aborted) } else { Ok(()) });
                return;
            }
            match self.session.commit() {
                Ended::Committed => {
                    self.subscribers.counters.committed(1, started.elapsed());
                    self.subscribers.topics(&published);
                    self.bus.send(published);
                    job.answer(Ok(()));
                    return;
                }
                Ended::Again => {}
                Ended::Failed(error) => {
                    self.subscribers.counters.failed();
                    job.answer(Err(error));
                    return;
                }
            }
        }
        job.answer(Err(StoreError::Contended));
    }
}

/// Two transactions that collided must not meet again at once: 1, 2, 4 … 64 ms, stretched by
/// up to as much again, by another share for each thread and attempt.
fn backoff(attempt: u32, number: u64) -> Duration {
    let base = 1_000_u64 << (attempt - 1).min(6);
    let mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(attempt) << 40;
    Duration::from_micros(base + (mixed >> 20) % base)
}

/// A thread that reads; works until the queue is empty and nobody can add to it.
pub(super) fn read(mut session: Session, queue: &Receiver<ReadRequest>) {
    for ReadRequest { job, snapshot } in queue {
        session.begin(snapshot.then_some(SNAPSHOT));
        // The answer leaves from inside the job; ending the transaction changes nothing in it.
        job(&mut Rx::new(Conn::Postgres(&mut session)));
        session.roll_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_grows_and_differs_between_threads() {
        for attempt in 1..TRIES {
            let base = Duration::from_millis(1 << (attempt - 1));
            assert!((0..16).all(|number| {
                let pause = backoff(attempt, number);
                pause >= base && pause < base * 2
            }));
            let mut pauses: Vec<_> = (0..16).map(|number| backoff(attempt, number)).collect();
            pauses.sort();
            pauses.dedup();
            assert!(pauses.len() > 12, "{pauses:?}");
        }
    }
}
