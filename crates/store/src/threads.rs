//! Named threads that are joined when their owner goes.

use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::StoreError;

/// The threads of a store.
#[derive(Default)]
pub(crate) struct Threads(Mutex<Vec<JoinHandle<()>>>);

impl Threads {
    /// Starts a thread.
    pub(crate) fn spawn(
        &self,
        name: &str,
        run: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        let handle = thread::Builder::new()
            .name(name.to_owned())
            .spawn(run)
            .map_err(|error| StoreError::Unavailable(format!("no thread for {name}: {error}")))?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        Ok(())
    }

    /// Waits for all of them. A closure may hold the last handle of its own store, in which
    /// case this runs on one of the threads: that one is not waited for.
    pub(crate) fn join(&self) {
        let handles = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for handle in handles {
            if handle.thread().id() != thread::current().id() && handle.join().is_err() {
                tracing::error!("a thread of the store panicked");
            }
        }
    }
}
