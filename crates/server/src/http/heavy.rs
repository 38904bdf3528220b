//! Work that takes longer than the threads that serve requests should be held.

use tokio::runtime::{Handle, RuntimeFlavor};

/// From this many participants on, drawing a bracket counts as heavy.
const PARTICIPANTS: usize = 256;

/// Draws something about a tournament of this size; other requests of this thread move elsewhere
/// meanwhile where it takes long.
pub(crate) fn draw<T>(participants: usize, draw: impl FnOnce() -> T) -> T {
    run(participants >= PARTICIPANTS, draw)
}

/// Does the work; where it is heavy, other requests of this thread move elsewhere meanwhile.
pub(crate) fn run<T>(heavy: bool, work: impl FnOnce() -> T) -> T {
    let movable = Handle::try_current()
        .is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
    if heavy && movable { tokio::task::block_in_place(work) } else { work() }
}
