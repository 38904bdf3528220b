//! Clients in other languages, which the interop tests drive: installed and built below the target
//! directory.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::run::{Repo, run};

/// Installs the JavaScript clients by their lock file, beside a copy of the script that drives
/// them; its folder. Node itself is one of the pinned Python packages.
pub(crate) fn node(repo: &Repo, python: &Path) -> Result<PathBuf> {
    let source = repo.root.join("interop/node");
    let folder = repo.target.join("node");
    fs::create_dir_all(&folder)?;
    let lock = fs::read_to_string(source.join("package-lock.json"))?;
    let stamp = folder.join("installed.json");
    for name in ["package.json", "package-lock.json", "client.mjs"] {
        fs::copy(source.join(name), folder.join(name)).with_context(|| name.to_owned())?;
    }
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(folder);
    }
    let npm = python.with_file_name("npm");
    let mut install = Command::new(npm);
    install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
    run(&mut install)?;
    fs::write(stamp, lock)?;
    Ok(folder)
}

/// What comes from `PyPI` with versions of its own: a generator of clients.
const FROM_PYPI: [&str; 1] = ["generator"];

/// Installs what comes from `PyPI` by its lists, each into a folder of its own; the folder of them all.
pub(crate) fn python(repo: &Repo, python: &Path) -> Result<PathBuf> {
    let source = repo.root.join("interop/clients");
    let folder = repo.target.join("interop-clients");
    for name in FROM_PYPI {
        let list = source.join(format!("{name}.txt"));
        let wanted = python.display().to_string()
            + &fs::read_to_string(&list).with_context(|| list.display().to_string())?;
        let (own, stamp) = (folder.join(name), folder.join(format!("{name}.stamp")));
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            continue;
        }
        if own.exists() {
            fs::remove_dir_all(&own)?;
        }
        let mut pip = Command::new(python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
        pip.arg("--target").arg(&own).arg("--requirement").arg(&list);
        run(&mut pip)?;
        fs::write(stamp, wanted)?;
    }
    Ok(folder)
}

/// Builds the Rust client, which has dependencies and a lock file of its own; its program.
pub(crate) fn rust(repo: &Repo) -> Result<PathBuf> {
    let target = repo.target.join("interop-rust");
    let mut build = repo.cargo(["build", "--locked", "--quiet"]);
    build.current_dir(repo.root.join("interop/rust")).env("CARGO_TARGET_DIR", &target);
    run(&mut build)?;
    Ok(target.join("debug/interop-oauth2"))
}
