//! The Python environment of the interop and browser tests.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{
    run::{Repo, output, run, succeeds},
    system,
};

/// Where the pinned requirements are.
const REQUIREMENTS: [&str; 2] = ["interop/requirements.txt", "browser/requirements.txt"];

/// The interpreter of an environment under the target directory that has every requirement
/// installed. It is made anew when the requirements or the interpreter changed.
pub(crate) fn interpreter(repo: &Repo) -> Result<PathBuf> {
    if !succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
        system::install(&["python3", "python3-venv"])?;
    }
    let folder = repo.target.join("python");
    let python = folder.join("bin/python");
    let files: Vec<_> = REQUIREMENTS
        .iter()
        .map(|name| repo.root.join(name))
        .filter(|file| file.is_file())
        .collect();
    let wanted = stamp(&files)?;
    let stamp_file = folder.join("requirements.stamp");
    if python.is_file() && fs::read_to_string(&stamp_file).is_ok_and(|made| made == wanted) {
        return Ok(python);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    for file in &files {
        pip.arg("--requirement").arg(file);
    }
    if !files.is_empty() {
        run(&mut pip)?;
    }
    fs::write(&stamp_file, wanted)?;
    Ok(python)
}

/// Interpreter and requirements, as text to compare.
fn stamp(files: &[PathBuf]) -> Result<String> {
    let mut stamp = output(Command::new("python3").args(["-c", "import sys; print(sys.version)"]))?;
    for file in files {
        stamp += &read(file)?;
    }
    Ok(stamp)
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| file.display().to_string())
}
