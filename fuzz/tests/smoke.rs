//! What the test command tries of every target: its whole corpus, and inputs made up from that,
//! the same ones each time.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use rstest::rstest;
use tiltyard_fuzz::{Mutator, TARGETS};

#[cfg(test)]
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).unwrap()).collect()
}

/// Case T11.
#[rstest]
fn no_input_makes_a_parser_fail(
    #[values(
        "form",
        "query",
        "json",
        "basic",
        "bearer",
        "scope",
        "authorize",
        "redirect_uri",
        "redirect_match",
        "token_text",
        "user_code",
        "jwt",
        "claims",
        "jwk",
        "stage_json",
        "stage_operations",
        "history",
        "event_json",
        "event_operations",
        "page_form",
        "cookie",
        "api",
        "endpoint"
    )]
    name: &str,
) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let corpus = corpus(name);
    assert!(corpus.len() >= 3, "a corpus to start from");
    let mut mutator = Mutator::new(0x7117_7a2d);
    let made_up = (0..target.rounds).map(|_| mutator.input(&corpus));
    for input in corpus.iter().cloned().chain(made_up) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target.run(&input))) {
            let shown = String::from_utf8_lossy(&input[..input.len().min(2_000)]);
            eprintln!("{name} fails on {} bytes: {shown:?}", input.len());
            std::panic::resume_unwind(panic);
        }
    }
}

#[test]
fn every_target_has_a_corpus_and_every_corpus_a_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut folders: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
    names.sort_unstable();
    assert_eq!(folders, names);
}
