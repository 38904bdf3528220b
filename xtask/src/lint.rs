//! Format, clippy, and the rules for files that no other tool knows.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use crate::run::{Repo, run};

/// A file longer than this is hard to read as one thing: split it.
const LONGEST_FILE: usize = 800;

/// What the bound on lines is for; texts, snapshots and vendored files may be longer.
const SOURCES: [&str; 7] = ["rs", "py", "sql", "html", "css", "js", "sh"];

/// Every lint.
pub(crate) fn all(repo: &Repo) -> Result<()> {
    format(repo)?;
    files(repo)?;
    clippy(repo)
}

/// The format of all Rust code.
pub(crate) fn format(repo: &Repo) -> Result<()> {
    run(&mut repo.cargo(["fmt", "--all", "--check"]))
}

/// Clippy on every target of every crate.
pub(crate) fn clippy(repo: &Repo) -> Result<()> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    run(&mut repo.cargo(arguments))
}

/// The rules for files.
pub(crate) fn files(repo: &Repo) -> Result<()> {
    let mut problems = Vec::new();
    for file in repo.files()?.iter().filter(|file| is_source(file)) {
        let text =
            fs::read_to_string(repo.root.join(file)).with_context(|| file.display().to_string())?;
        problems.extend(judge(&text).into_iter().map(|why| format!("{}: {why}", file.display())));
    }
    if !problems.is_empty() {
        bail!("rules for files:\n  {}", problems.join("\n  "));
    }
    Ok(())
}

fn is_source(file: &Path) -> bool {
    let vendored = file.components().any(|part| part.as_os_str() == "vendor");
    let extension = file.extension().and_then(|extension| extension.to_str());
    !vendored && extension.is_some_and(|extension| SOURCES.contains(&extension))
}

fn judge(text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let lines = text.lines().count();
    if lines > LONGEST_FILE {
        problems.push(format!("{lines} lines; split what has more than {LONGEST_FILE}"));
    }
    // Put together, so that this file does not find itself.
    let ignored = concat!("#[", "ignore");
    for (number, _) in text.lines().enumerate().filter(|(_, line)| line.contains(ignored)) {
        problems.push(format!("line {}: a test that never runs; mend or remove it", number + 1));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_and_ignored_tests_are_found() {
        assert_eq!(judge(&"x\n".repeat(LONGEST_FILE)), Vec::<String>::new());
        assert_eq!(judge(&"x\n".repeat(LONGEST_FILE + 1)).len(), 1);
        let text = concat!("#[test]\n#[", "ignore = \"slow\"]\nfn x() {}");
        assert_eq!(judge(text), ["line 2: a test that never runs; mend or remove it"]);
    }

    #[test]
    fn vendored_files_and_texts_are_not_sources() {
        assert!(is_source(Path::new("assets/app.js")));
        assert!(!is_source(Path::new("assets/vendor/htmx.js")));
        assert!(!is_source(Path::new("docs/long.md")));
    }
}
