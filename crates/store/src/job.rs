//! Closures on their way to a database thread, and answers on their way back.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

use tokio::sync::oneshot;

use crate::StoreError;
use crate::session::{Rx, Tx};

/// Where an answer goes: to a task, or to a thread that waits.
pub(crate) enum Reply<T> {
    Task(oneshot::Sender<T>),
    Thread(mpsc::SyncSender<T>),
}

impl<T> Reply<T> {
    fn send(self, answer: T) {
        // Whoever asked may have gone away; the work is done all the same.
        match self {
            Self::Task(sender) => drop(sender.send(answer)),
            Self::Thread(sender) => drop(sender.send(answer)),
        }
    }
}

/// A writing transaction to be run, perhaps more than once, and then answered once.
pub(crate) trait Write: Send {
    /// Runs the closure; whether it returned `Ok`. A panic is kept for the answer.
    fn attempt(&mut self, tx: &mut Tx<'_>) -> bool;

    /// Answers: with the closure's result when that stands, else with the store's error.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

struct WriteJob<T, E, F> {
    closure: F,
    result: Option<Result<T, E>>,
    reply: Reply<Result<T, E>>,
}

/// Packs a writing closure.
pub(crate) fn write<T, E, F>(closure: F, reply: Reply<Result<T, E>>) -> Box<dyn Write>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
{
    Box::new(WriteJob { closure, result: None, reply })
}

impl<T, E, F> Write for WriteJob<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn attempt(&mut self, tx: &mut Tx<'_>) -> bool {
        // A closure has no effect outside its transaction, which is rolled back: nothing that
        // it left half-done is seen again.
        let result = catch_unwind(AssertUnwindSafe(|| (self.closure)(tx)))
            .unwrap_or_else(|panic| Err(E::from(panicked(&*panic))));
        let ok = result.is_ok();
        self.result = Some(result);
        ok
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let answer = match (self.result, outcome) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(E::from(error)),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(E::from(StoreError::Closed)),
        };
        self.reply.send(answer);
    }
}

/// A reading closure, with its answer inside.
pub(crate) type ReadJob = Box<dyn FnOnce(&mut Rx<'_>) + Send>;

/// Packs a reading closure.
pub(crate) fn read<T, E, F>(closure: F, reply: Reply<Result<T, E>>) -> ReadJob
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce(&mut Rx<'_>) -> Result<T, E> + Send + 'static,
{
    Box::new(move |rx| reply.send(guarded(closure, rx)))
}

/// Runs a reading closure; a panic becomes an error.
pub(crate) fn guarded<T, E, F>(closure: F, rx: &mut Rx<'_>) -> Result<T, E>
where
    E: From<StoreError>,
    F: FnOnce(&mut Rx<'_>) -> Result<T, E>,
{
    catch_unwind(AssertUnwindSafe(|| closure(rx)))
        .unwrap_or_else(|panic| Err(E::from(panicked(&*panic))))
}

fn panicked(panic: &(dyn Any + Send)) -> StoreError {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    StoreError::Panicked(message)
}
