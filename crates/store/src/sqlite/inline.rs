//! The reading connections of each thread.

use std::cell::RefCell;
use std::sync::{Arc, Weak};

use rusqlite::Connection;

/// Names a store by its address.
#[derive(Default)]
pub(super) struct Key;

thread_local! {
    /// A thread has few stores: one in a server, some in tests.
    static CONNECTIONS: RefCell<Vec<(Weak<Key>, Connection)>> = const { RefCell::new(Vec::new()) };
}

/// Takes this thread's connection out, so that a read inside a read gets another one.
pub(super) fn take(key: &Arc<Key>) -> Option<Connection> {
    CONNECTIONS.with_borrow_mut(|connections| {
        let at = connections.iter().position(|(owner, _)| owner.as_ptr() == Arc::as_ptr(key))?;
        Some(connections.swap_remove(at).1)
    })
}

/// Gives it back, and drops those of stores that are gone.
pub(super) fn put(key: &Arc<Key>, connection: Connection) {
    CONNECTIONS.with_borrow_mut(|connections| {
        if !connections.is_empty() {
            connections.retain(|(owner, _)| owner.strong_count() > 0);
        }
        connections.push((Arc::downgrade(key), connection));
    });
}
