//! Copying a database that is in use.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::{open, statement};
use crate::StoreError;

/// Copies `from` to the new file `to`.
pub(super) fn run(from: &Path, to: &Path) -> Result<(), StoreError> {
    let wrong = |error: std::io::Error| {
        StoreError::Configuration(format!("cannot write {}: {error}", to.display()))
    };
    if to.exists() {
        return Err(StoreError::Configuration(format!("{} exists already", to.display())));
    }
    // A copy that was broken off must not look like one.
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Path::new(&partial);
    if partial.exists() {
        fs::remove_file(partial).map_err(wrong)?;
    }
    open::private_file(true).open(partial).map_err(wrong)?;
    let result = copy(from, partial)
        .map_err(|cause| statement::error("store::backup", &cause))
        .and_then(|()| File::open(partial).and_then(|file| file.sync_all()).map_err(wrong))
        .and_then(|()| fs::rename(partial, to).map_err(wrong));
    if result.is_err() {
        // The error that is reported says more than one of the cleaning up.
        let _ = fs::remove_file(partial);
    }
    result
}

/// All pages in one step, so from one state: in pieces it would begin anew at every commit.
/// With a write-ahead log nobody waits for it meanwhile.
fn copy(from: &Path, to: &Path) -> Result<(), rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags | OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut copy = Connection::open_with_flags(to, flags | OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    Backup::new(&source, &mut copy)?.step(-1)?;
    // A file of its own, without a log beside it.
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
}
