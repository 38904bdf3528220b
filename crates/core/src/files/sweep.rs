//! Removing files that have no row.

use std::{collections::HashSet, fs, io, path::PathBuf, sync::atomic::Ordering};

use futures_util::TryStreamExt as _;
use object_store::{ObjectStoreExt as _, path::Path};
use tiltyard_store::repo::attachments;

use super::{failed, made_at};
use crate::{
    Core, Error,
    clock::{HOUR, Millis},
    error::Result,
};

/// How old a file without a row must be: longer than any upload takes.
const GRACE: Millis = HOUR;

impl Core {
    /// Removes files that have no row and are older than an hour, at most once an hour on a node;
    /// how many. What does not look like a file of ours is left alone.
    pub(crate) async fn sweep_files(&self) -> Result<u64> {
        let files = &self.0.files;
        let now = self.now();
        if files.swept_at.load(Ordering::Relaxed) > now - GRACE {
            return Ok(0);
        }
        files.swept_at.store(now, Ordering::Relaxed);
        let root = files.root(&self.0.store, self.random()?).await?;
        let listed = files.store.list_with_delimiter(Some(&root)).await;
        let shards = listed.map_err(|error| failed("listed", &error))?.common_prefixes;
        let mut removed = 0;
        for shard in shards {
            let Some(number) = shard.filename().filter(|name| name.len() == 2) else { continue };
            let Ok(number) = i64::from_str_radix(number, 16) else { continue };
            removed += self.sweep_shard(&shard, number, now).await?;
        }
        if let Some(folder) = &files.folder {
            let root = root.parts().fold(folder.clone(), |path, part| path.join(part.as_ref()));
            let swept = tokio::task::spawn_blocking(move || sweep_unfinished(root, now - GRACE));
            removed += swept.await.map_err(Error::internal)?.map_err(Error::internal)?;
        }
        if removed > 0 {
            tracing::info!(removed, "files without an attachment are gone");
        }
        Ok(removed)
    }

    async fn sweep_shard(&self, shard: &Path, number: i64, now: Millis) -> Result<u64> {
        let store = &self.0.files.store;
        let found: Vec<_> = store
            .list(Some(shard))
            .try_filter_map(|found| async move {
                let made_at = found.location.filename().and_then(made_at);
                Ok(made_at.filter(|at| *at < now - GRACE).map(|_| found.location))
            })
            .try_collect()
            .await
            .map_err(|error| failed("listed", &error))?;
        if found.is_empty() {
            return Ok(0);
        }
        // Read after the files: a row that comes meanwhile is of a younger file.
        let known = self
            .0
            .store
            .scan(move |rx| -> Result<_> { Ok(attachments::files_in_shard(rx, number)?) })
            .await?;
        let known: HashSet<String> = known.into_iter().collect();
        let mut removed = 0;
        for path in found {
            let key = path.filename().map(|name| format!("{number:02x}/{name}"));
            if key.is_some_and(|key| known.contains(&key)) {
                continue;
            }
            store.delete(&path).await.map_err(|error| failed("removed", &error))?;
            removed += 1;
        }
        Ok(removed)
    }
}

/// Removes what a crash left of files that were being written to a folder, which no list of the store
/// shows: `{key}#{number}`.
fn sweep_unfinished(root: PathBuf, before: Millis) -> io::Result<u64> {
    let mut removed = 0;
    for shard in entries(root)? {
        if !shard.file_type()?.is_dir() {
            continue;
        }
        for file in entries(shard.path())? {
            let name = file.file_name();
            let unfinished = name.to_str().and_then(|name| name.split_once('#'));
            if unfinished.and_then(|(key, _)| made_at(key)).is_some_and(|at| at < before) {
                fs::remove_file(file.path())?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

/// What is in a folder; nothing where there is none yet.
fn entries(folder: PathBuf) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
