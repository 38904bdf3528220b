//! Running commands, and where things are.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// The repository: its top folder and where builds go.
pub(crate) struct Repo {
    /// The folder of the workspace's manifest.
    pub(crate) root: PathBuf,
    /// The target directory, as cargo sees it (`CARGO_TARGET_DIR` included).
    pub(crate) target: PathBuf,
}

impl Repo {
    /// The repository this command was built from.
    pub(crate) fn find() -> Result<Self> {
        #[derive(Deserialize)]
        struct Metadata {
            workspace_root: PathBuf,
            target_directory: PathBuf,
        }
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let mut command = Command::new(cargo_program());
        command.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]);
        let Metadata { workspace_root, target_directory } =
            serde_json::from_str(&output(command.arg(manifest))?)?;
        Ok(Self { root: workspace_root, target: target_directory })
    }

    /// A cargo command in the repository.
    pub(crate) fn cargo<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Command {
        let mut command = Command::new(cargo_program());
        command.current_dir(&self.root).args(arguments);
        command
    }

    /// Files known to git and new ones that it does not ignore, relative to the root.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        let mut command = Command::new("git");
        command.current_dir(&self.root);
        command.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let names = output(&mut command).context("the rules for files need git")?;
        let files = names.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from);
        // Deleted files stay listed until the deletion is committed.
        Ok(files.filter(|file| self.root.join(file).is_file()).collect())
    }

    /// What the work tree differs by from the last commit; `None` outside of git.
    pub(crate) fn changes(&self) -> Option<String> {
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            output(command.current_dir(&self.root).args(arguments)).ok()
        };
        let status = git(&["status", "--porcelain", "--untracked-files=all"])?;
        Some(format!("{status}\n{}", git(&["diff", "HEAD", "--no-ext-diff"])?))
    }
}

/// The cargo that runs us, or the one on the path.
fn cargo_program() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a command with our own standard streams; an error unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", shown(command));
    let status = command.status().with_context(|| shown(command))?;
    if !status.success() {
        bail!("`{}` failed: {status}", shown(command));
    }
    Ok(())
}

/// Runs a command and gives its standard output; an error unless it succeeds.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| shown(command))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed: {}\n{stderr}", shown(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| shown(command))
}

/// Whether a command can be run and succeeds; it prints nothing.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The path of a program on `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
