//! Files that people send, in an object store: a folder, or a bucket that speaks S3.
//!
//! A file is written once, under a key that nobody can guess, and never changed. Rows say which
//! files there are: the file is written before its row and removed after it, and what has no row an
//! hour after its key was made is removed in the course of maintenance. Keys lie below the
//! installation's own identifier, so that two installations that share a bucket by mistake leave each
//! other's files alone.

mod kind;
mod name;
mod storage;
mod sweep;

pub use kind::{OTHER, is_picture};
pub use storage::{FileStorage, S3Settings};

use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicI64},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt as _, path::Path,
};
use tiltyard_store::{
    LockKey, Store,
    repo::{
        attachments::{self, FileRow},
        facts,
    },
};
use tokio::sync::OnceCell;

use crate::{Core, Error, clock::Millis, entropy, error::Result};

/// Under which name the installation's identifier is known.
const FACT: &str = "files";

/// Most uploads at a time; each holds a part of its file in memory.
const UPLOADS_MAX: usize = 32;

/// Most uploads of one person at a time, so that nobody takes all of them.
const UPLOADS_OF_ONE: usize = 8;

/// How long an upload may take. What has no row is removed after an hour, so it must be well below.
pub const PATIENCE: Duration = Duration::from_mins(10);

/// Where files lie.
pub(crate) struct Files {
    store: Arc<dyn ObjectStore>,
    /// The folder, if it is one.
    folder: Option<PathBuf>,
    /// What all keys begin with, as configured.
    prefix: Path,
    /// Bytes that are collected before they are written.
    part: usize,
    installation: OnceCell<String>,
    uploads: Arc<Uploads>,
    /// When this node last looked for orphans.
    swept_at: AtomicI64,
}

impl Files {
    /// Opens the store; a folder is made if it is not there.
    pub(crate) fn open(storage: &FileStorage) -> Result<Self> {
        let (store, prefix, part) = storage::open(storage)?;
        let folder = match storage {
            FileStorage::Folder(folder) => Some(folder.clone()),
            FileStorage::Memory | FileStorage::S3(_) => None,
        };
        Ok(Self {
            store,
            folder,
            prefix,
            part,
            installation: OnceCell::new(),
            uploads: Arc::default(),
            swept_at: AtomicI64::new(i64::MIN),
        })
    }

    /// Below which all files of this installation lie; its identifier is made when it is first needed.
    async fn root(&self, store: &Store, fresh: [u8; 8]) -> Result<Path> {
        let find = || async move {
            let fresh = hex(&fresh);
            store
                .write(move |tx| -> Result<String> {
                    tx.lock(LockKey { space: "files", id: 0 })?;
                    if let Some(known) = facts::get(tx, FACT)? {
                        return Ok(known);
                    }
                    facts::set(tx, FACT, &fresh)?;
                    Ok(fresh.clone())
                })
                .await
        };
        let installation = self.installation.get_or_try_init(find).await?;
        Ok(self.prefix.clone().join(installation.as_str()))
    }
}

/// Lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A key that nobody can guess: its shard, when it was made, and chance.
fn key(now: Millis, random: &[u8; 16]) -> String {
    format!("{:02x}/{now:012x}-{}", random[0], hex(random))
}

/// When a key was made, if it is one of ours.
fn made_at(name: &str) -> Option<Millis> {
    let (time, chance) = name.split_once('-')?;
    (chance.len() == 32).then_some(())?;
    Millis::from_str_radix(time, 16).ok()
}

fn failed(what: &str, error: &object_store::Error) -> Error {
    Error::internal(format!("a file cannot be {what}: {error}"))
}

/// A file that was written and has no row yet. What is dropped without one is removed later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile(pub(crate) FileRow);

impl StoredFile {
    /// Its name, cleaned.
    pub fn name(&self) -> &str {
        &self.0.name
    }
}

/// How many uploads of whom there are.
#[derive(Debug, Default)]
struct Uploads(Mutex<HashMap<Option<i64>, usize>>);

impl Uploads {
    /// One more, if there is room for it.
    fn begin(self: &Arc<Self>, person: Option<i64>) -> Option<Slot> {
        let mut of = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = of.get(&person).copied().unwrap_or_default();
        if own >= UPLOADS_OF_ONE || of.values().sum::<usize>() >= UPLOADS_MAX {
            return None;
        }
        of.insert(person, own + 1);
        Some(Slot { uploads: Arc::clone(self), person })
    }
}

/// Counts an upload for as long as it lives.
struct Slot {
    uploads: Arc<Uploads>,
    person: Option<i64>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut of = self.uploads.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = of.get_mut(&self.person) {
            *own -= 1;
            if *own == 0 {
                of.remove(&self.person);
            }
        }
    }
}

/// A file on its way into the store. To drop it gives it up.
pub struct Upload {
    store: Arc<dyn ObjectStore>,
    path: Path,
    key: String,
    most: u64,
    part: usize,
    waiting: BytesMut,
    head: Vec<u8>,
    written: u64,
    parts: Option<Box<dyn MultipartUpload>>,
    _slot: Slot,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Upload {
    /// Takes the next bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.written += bytes.len() as u64;
        if self.written > self.most {
            self.give_up().await;
            return Err(Error::invalid(
                "asset",
                format!("is larger than {}; attach a link to it instead", size(self.most)),
            ));
        }
        if self.head.len() < kind::HEAD {
            let missing = kind::HEAD - self.head.len();
            self.head.extend_from_slice(&bytes[..missing.min(bytes.len())]);
        }
        self.waiting.extend_from_slice(bytes);
        // All parts but the last are of one size, which some services insist on.
        while self.waiting.len() > self.part {
            let part = self.waiting.split_to(self.part).freeze();
            self.write_part(part).await?;
        }
        Ok(())
    }

    async fn write_part(&mut self, part: Bytes) -> Result<()> {
        if self.parts.is_none() {
            let begun = self.store.put_multipart(&self.path).await;
            self.parts = Some(begun.map_err(|error| failed("begun", &error))?);
        }
        let Some(parts) = &mut self.parts else { return Ok(()) };
        let written = parts.put_part(part.into()).await;
        if let Err(error) = written {
            self.give_up().await;
            return Err(failed("written", &error));
        }
        Ok(())
    }

    /// Ends the upload: from now on the file is there, under a name that was cleaned.
    pub async fn finish(mut self, name: &str) -> Result<StoredFile> {
        if self.written == 0 {
            return Err(Error::invalid("asset", "is empty"));
        }
        let rest = self.waiting.split().freeze();
        if self.parts.is_none() {
            let put = self.store.put(&self.path, rest.into()).await;
            put.map_err(|error| failed("written", &error))?;
        } else {
            self.write_part(rest).await?;
            if let Some(parts) = &mut self.parts
                && let Err(error) = parts.complete().await
            {
                self.give_up().await;
                return Err(failed("completed", &error));
            }
        }
        Ok(StoredFile(FileRow {
            shard: attachments::shard(&self.key),
            key: self.key,
            name: name::cleaned(name),
            content_type: kind::of(&self.head).to_owned(),
            size: i64::try_from(self.written).map_err(Error::internal)?,
        }))
    }

    /// Takes back what was written; what that fails for is removed later.
    pub async fn give_up(&mut self) {
        if let Some(mut parts) = self.parts.take()
            && let Err(error) = parts.abort().await
        {
            tracing::warn!(%error, "an upload cannot be taken back");
        }
    }
}

/// `25 MiB`, for messages.
fn size(bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    if bytes.is_multiple_of(MIB) {
        format!("{} MiB", bytes / MIB)
    } else if bytes.is_multiple_of(KIB) {
        format!("{} KiB", bytes / KIB)
    } else {
        format!("{bytes} bytes")
    }
}

impl Core {
    /// Begins a file of this person's, of at most so many bytes.
    pub(crate) async fn begin_file(&self, person: Option<i64>, most: u64) -> Result<Upload> {
        let files = &self.0.files;
        let slot = files.uploads.begin(person);
        let slot =
            slot.ok_or(Error::Busy("too many files are being sent at once; try again soon"))?;
        let root = files.root(&self.0.store, self.random()?).await?;
        let key = key(self.now(), &entropy::bytes(self.0.entropy.as_ref())?);
        Ok(Upload {
            store: Arc::clone(&files.store),
            path: key.split('/').fold(root, Path::join),
            key,
            most,
            part: files.part,
            waiting: BytesMut::new(),
            head: Vec::new(),
            written: 0,
            parts: None,
            _slot: slot,
        })
    }

    async fn path_of(&self, key: &str) -> Result<Path> {
        let root = self.0.files.root(&self.0.store, self.random()?).await?;
        Ok(key.split('/').fold(root, Path::join))
    }

    /// The bytes of a file from `from` up to `to`, as they come.
    pub async fn read_file(
        &self,
        file: &FileRow,
        from: u64,
        to: u64,
    ) -> Result<BoxStream<'static, Result<Bytes>>> {
        let path = self.path_of(&file.key).await?;
        // What begins behind the last byte is no range.
        let range = (from < to).then_some(GetRange::Bounded(from..to));
        let options = GetOptions { range, ..GetOptions::default() };
        match self.0.files.store.get_opts(&path, options).await {
            Ok(found) => Ok(found.into_stream().map_err(|error| failed("read", &error)).boxed()),
            Err(object_store::Error::NotFound { .. }) => Err(Error::NotFound("file")),
            Err(error) => Err(failed("read", &error)),
        }
    }

    /// Removes a file that has no row, or none any more. What that fails for is removed later.
    pub(crate) async fn remove_file(&self, key: &str) {
        let removed = match self.path_of(key).await {
            Ok(path) => self.0.files.store.delete(&path).await.map_err(|it| failed("removed", &it)),
            Err(error) => Err(error),
        };
        if let Err(error) = removed {
            tracing::warn!(error = error.for_operator(), "a file is left for maintenance");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_shard_and_time() {
        let key = key(1_790_000_000_000, &[0xab; 16]);
        assert_eq!(key, format!("ab/01a0c4506c00-{}", "ab".repeat(16)));
        let (shard, name) = key.split_once('/').unwrap();
        assert_eq!(made_at(name), Some(1_790_000_000_000));
        assert_eq!(attachments::shard(&key), 0xab);
        assert_eq!(shard, "ab");
        for strange in
            ["", "-", "notes.txt", "01a0c4506c00-ab", "x-00000000000000000000000000000000"]
        {
            assert_eq!(made_at(strange), None, "{strange}");
        }
    }

    #[test]
    fn nobody_takes_all_uploads() {
        let uploads = Arc::new(Uploads::default());
        let of = |person| -> Vec<_> {
            std::iter::from_fn(|| uploads.begin(Some(person))).take(UPLOADS_MAX).collect()
        };
        let mut all: Vec<_> = (1..=3).map(of).collect();
        assert!(all.iter().all(|own| own.len() == UPLOADS_OF_ONE));
        all.push(of(4));
        assert_eq!(all.iter().map(Vec::len).sum::<usize>(), UPLOADS_MAX);
        assert!(uploads.begin(Some(5)).is_none());
        drop(all);
        assert!(uploads.begin(Some(5)).is_some());
        assert!(uploads.0.lock().unwrap().is_empty());
    }

    #[test]
    fn sizes_are_said_briefly() {
        assert_eq!(
            [25 << 20, 250 << 10, 1_025].map(size),
            ["25 MiB", "250 KiB", "1025 bytes"].map(str::to_owned)
        );
    }
}
