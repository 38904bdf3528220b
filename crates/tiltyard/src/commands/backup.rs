//! `tiltyard backup` and `tiltyard restore`, for the embedded database.

use std::{fs, io::Read as _, path::PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::Common;
use crate::installation::{self, DATABASE_FILE};

/// Flags of `backup`.
#[derive(Debug, Args)]
pub(crate) struct BackupFlags {
    /// The file to write; it must not exist
    file: PathBuf,
}

/// Flags of `restore`.
#[derive(Debug, Args)]
pub(crate) struct RestoreFlags {
    /// A file that `tiltyard backup` wrote
    file: PathBuf,
}

/// Writes a consistent copy, also while a server runs.
pub(super) fn backup(common: &Common, flags: &BackupFlags) -> anyhow::Result<()> {
    let config = common.load(Vec::new())?;
    if config.database.url.is_some() {
        bail!("this installation is on PostgreSQL: back it up with pg_dump");
    }
    if flags.file.exists() {
        bail!("{} exists already; choose another name", flags.file.display());
    }
    let store = installation::open_store(&config)?;
    store.backup(&flags.file)?;
    let key = config.default_key_file();
    println!("wrote {}", flags.file.display());
    if config.secrets.key.is_none() {
        println!("keep a copy of {} with it: the keys inside are sealed under it", key.display());
    }
    Ok(())
}

/// Puts a backup in place of the database, keeping the old file beside it.
pub(super) fn restore(common: &Common, flags: &RestoreFlags) -> anyhow::Result<()> {
    let config = common.load(Vec::new())?;
    if config.database.url.is_some() {
        bail!("this installation is on PostgreSQL: restore it with pg_restore");
    }
    let mut header = [0; 16];
    let mut file = fs::File::open(&flags.file)
        .with_context(|| format!("cannot read {}", flags.file.display()))?;
    if file.read_exact(&mut header).is_err() || header != *b"SQLite format 3\0" {
        bail!("{} is not a backup of the embedded database", flags.file.display());
    }
    // What a running server acknowledges would go into the file that is moved aside.
    let _alone = installation::lock_for_server(&config)?;
    let target = config.data.join(DATABASE_FILE);
    if target.exists() {
        let aside = config.data.join(format!("{DATABASE_FILE}.before-restore"));
        if aside.exists() {
            bail!("{} is in the way; move it elsewhere first", aside.display());
        }
        fs::rename(&target, &aside)?;
        for suffix in ["-wal", "-shm"] {
            let beside = config.data.join(format!("{DATABASE_FILE}{suffix}"));
            if beside.exists() {
                fs::rename(
                    &beside,
                    config.data.join(format!("{DATABASE_FILE}.before-restore{suffix}")),
                )?;
            }
        }
        println!("the database so far is now {}", aside.display());
    }
    fs::copy(&flags.file, &target).with_context(|| format!("cannot write {}", target.display()))?;
    // Opening it brings an older schema up to date, and shows at once if something is wrong.
    installation::open_store(&config)?;
    println!("restored {}", target.display());
    Ok(())
}
