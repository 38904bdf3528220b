//! `tiltyard backup` and `tiltyard restore`, for the embedded database.

use std::{
    fs,
    io::{Read as _, Seek as _},
    path::{Path, PathBuf},
};

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
    if let Some(folder) = flags.file.parent()
        && !folder.as_os_str().is_empty()
        && !folder.is_dir()
    {
        bail!("there is no directory {}: make it first", folder.display());
    }
    let store = installation::open_store(&config)?;
    store.backup(&flags.file)?;
    let key = config.default_key_file();
    println!("wrote {}", flags.file.display());
    if config.secrets.key.is_none() {
        println!("keep a copy of {} with it: the keys inside are sealed under it", key.display());
    }
    if let Some(folder) = config.attachments_folder().filter(|folder| folder.is_dir()) {
        println!("copy the files in {} now, too: the backup names them", folder.display());
    }
    Ok(())
}

/// Puts a backup in place of the database, keeping the old file beside it.
pub(super) async fn restore(common: &Common, flags: &RestoreFlags) -> anyhow::Result<()> {
    let config = common.load(Vec::new())?;
    if config.database.url.is_some() {
        bail!(
            "this installation is on PostgreSQL: restore it with pg_restore, and then run \
             tiltyard doctor --after-restore"
        );
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
    let aside = config.data.join(format!("{DATABASE_FILE}.before-restore"));
    if aside.exists() {
        bail!("{} is in the way; move it elsewhere first", aside.display());
    }
    // The backup is opened and checked under another name; only then anything is moved.
    let incoming = tempfile::Builder::new()
        .prefix("restore-")
        .tempdir_in(&config.data)
        .with_context(|| format!("cannot write to {}", config.data.display()))?;
    let (checked, copied) = (incoming.path().join("checked.db"), incoming.path().join("copy.db"));
    for copy in [&checked, &copied] {
        let mut copy = private_file(copy)?;
        file.rewind()?;
        std::io::copy(&mut file, &mut copy)
            .with_context(|| format!("cannot copy {}", flags.file.display()))?;
        copy.sync_all()?;
    }
    installation::check_file(&checked)
        .with_context(|| format!("{} is damaged; nothing was changed", flags.file.display()))?;
    if target.exists() {
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
    fs::rename(&copied, &target)?;
    // Opening it brings an older schema up to date.
    let core = installation::open_for_command(&config).await?;
    println!("restored {}", target.display());
    super::doctor::after_restore(&core).await?;
    core.store().close();
    Ok(())
}

/// A new file that only its owner can read.
fn private_file(path: &Path) -> anyhow::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).with_context(|| format!("cannot make {}", path.display()))
}
