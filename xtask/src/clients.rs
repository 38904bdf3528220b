//! Clients in other languages, which the interop tests drive: installed and built below the target
//! directory.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{
    run::{Repo, run, succeeds},
    system,
};

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

/// Clients from `PyPI`, which all call their package `challonge`, and a generator of clients.
const FROM_PYPI: [&str; 4] = ["pychallonge", "powerchallonge", "achallonge", "generator"];

/// Installs the clients from `PyPI` by their lists, each into a folder of its own; the folder of them
/// all. What stands in `NAME.alone.txt` is installed without what it asks for.
pub(crate) fn python(repo: &Repo, python: &Path) -> Result<PathBuf> {
    let source = repo.root.join("interop/clients");
    let folder = repo.target.join("interop-clients");
    for name in FROM_PYPI {
        let lists = [source.join(format!("{name}.txt")), source.join(format!("{name}.alone.txt"))];
        let lists: Vec<_> = lists.into_iter().filter(|list| list.is_file()).collect();
        let mut wanted = python.display().to_string();
        for list in &lists {
            wanted += &fs::read_to_string(list).with_context(|| list.display().to_string())?;
        }
        let (own, stamp) = (folder.join(name), folder.join(format!("{name}.stamp")));
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            continue;
        }
        if own.exists() {
            fs::remove_dir_all(&own)?;
        }
        for list in &lists {
            let mut pip = Command::new(python);
            pip.args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
            ]);
            pip.arg("--target").arg(&own).arg("--upgrade").arg("--requirement").arg(list);
            run(&mut pip)?;
        }
        fs::write(stamp, wanted)?;
    }
    Ok(folder)
}

/// Builds the Rust clients, which have dependencies and lock files of their own; their programs. The
/// second speaks TLS by the system's OpenSSL.
pub(crate) fn rust(repo: &Repo) -> Result<[PathBuf; 2]> {
    if !succeeds(Command::new("pkg-config").args(["--exists", "openssl"])) {
        system::install(&["pkg-config", "libssl-dev"])?;
    }
    let target = repo.target.join("interop-rust");
    for folder in ["interop/rust", "interop/rust-challonge"] {
        let mut build = repo.cargo(["build", "--locked", "--quiet"]);
        build.current_dir(repo.root.join(folder)).env("CARGO_TARGET_DIR", &target);
        run(&mut build)?;
    }
    Ok(["interop-oauth2", "interop-challonge"].map(|name| target.join("debug").join(name)))
}
