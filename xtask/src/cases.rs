//! The table of cases, `docs/cases.md`: where each number of `cases/numbers.txt` is proven.
//!
//! A case is proven by a function of the runner (`@case("A04")` in `cases/`), or by a test or a
//! check that says so in a comment: `Case D11.`, `Cases G20, G21.` A number may be found in several
//! places. What stands nowhere fails here, unless `cases/not_built.txt` names the feature that does
//! not exist, or `cases/pending.txt` says that the proof is still to come; that list only shrinks.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Where comments may claim a case.
const FOLDERS: [&str; 6] = ["crates", "xtask/src", "interop", "browser", "bench", "fuzz"];

/// What is read there. `deny.toml` is read as well: some cases are rules for dependencies.
const EXTENSIONS: [&str; 6] = ["rs", "py", "toml", "js", "sh", "md"];

const HEAD: &str = "# Cases

<!-- Generated from cases/numbers.txt and the places named here by `cargo xtask generate`. -->

Security and conformance cases of the authorization server, and where each is proven: by the runner
in `cases/`, which asks a server from outside and can be pointed at any (`cases/README.md`), or by
tests that look inside or turn the clock.

How a case can be seen: B by HTTP from outside, T by turning the clock, C by requests at the same
time, W inside the store, the log, the configuration or the build, U on a page; L marks a legacy
feature, which is off unless an operator turns it on.
";

struct Case {
    number: String,
    kind: String,
    title: String,
}

struct Section {
    title: String,
    cases: Vec<Case>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository")
}

fn is_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 3 && bytes[0].is_ascii_uppercase() && bytes[1..].iter().all(u8::is_ascii_digit)
}

/// The sections of `cases/numbers.txt`.
fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section { title: title.to_owned(), cases: Vec::new() });
        } else if !line.is_empty() && !line.starts_with('#') {
            let mut words = line.splitn(3, ' ').map(str::to_owned);
            let (Some(number), Some(kind), Some(title)) =
                (words.next(), words.next(), words.next())
            else {
                panic!("number, kind and title: {line}");
            };
            assert!(is_number(&number), "{line}");
            let section = sections.last_mut().expect("a section before the first number");
            section.cases.push(Case { number, kind, title });
        }
    }
    sections
}

/// Lines `NUMBER reason`; comments and empty lines are passed over.
fn reasons(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (number, reason) = line.split_once(' ').expect("a number and a reason");
            assert!(is_number(number), "{line}");
            (number.to_owned(), reason.to_owned())
        })
        .collect()
}

/// The numbers that a comment claims: `Case D03.`, `Cases D03, D04.`
fn claimed(line: &str) -> Vec<String> {
    let Some(comment) = line.find("//").or_else(|| line.find('#')) else { return Vec::new() };
    let comment = &line[comment..];
    let mut found = Vec::new();
    for word in ["Case ", "Cases "] {
        for (at, _) in comment.match_indices(word) {
            let numbers = comment[at + word.len()..].split(' ').map_while(|word| {
                let number = word.trim_matches(|it: char| !it.is_ascii_alphanumeric());
                (is_number(number) || word == "and").then(|| number.to_owned())
            });
            found.extend(numbers.filter(|number| number != "and"));
        }
    }
    found
}

/// The numbers that a line of the runner declares.
fn declared(line: &str) -> Vec<String> {
    let Some(numbers) = line.strip_prefix("@case(") else { return Vec::new() };
    numbers.split('"').filter(|part| is_number(part)).map(str::to_owned).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            walk(&entry, files);
        } else {
            files.push(entry);
        }
    }
}

/// Every place that proves a case.
fn places(root: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut files = vec![root.join("deny.toml")];
    for folder in FOLDERS {
        walk(&root.join(folder), &mut files);
    }
    let mut runner = Vec::new();
    walk(&root.join("cases"), &mut runner);
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut read = |file: &Path, numbers: fn(&str) -> Vec<String>| {
        let name = file.strip_prefix(root).expect("inside").display().to_string();
        let text = fs::read_to_string(file).unwrap_or_default();
        for number in text.lines().flat_map(numbers) {
            places.entry(number).or_default().insert(name.clone());
        }
    };
    let extension = |file: &Path| {
        let text = file.extension().and_then(|extension| extension.to_str());
        text.is_some_and(|text| EXTENSIONS.contains(&text))
    };
    // This file's own examples prove nothing.
    for file in files.iter().filter(|file| extension(file) && !file.ends_with("xtask/src/cases.rs"))
    {
        read(file, claimed);
    }
    for file in runner.iter().filter(|file| extension(file)) {
        read(file, declared);
    }
    places
}

fn table(
    sections: &[Section],
    places: &BTreeMap<String, BTreeSet<String>>,
    not_built: &BTreeMap<String, String>,
    pending: &BTreeMap<String, String>,
) -> String {
    let mut text = HEAD.to_owned();
    for section in sections {
        let head = "| case | seen | what must hold | where |\n|---|---|---|---|";
        let _ = writeln!(text, "\n## {}\n{head}", section.title);
        for Case { number, kind, title } in &section.cases {
            let mut cells: Vec<String> = places
                .get(number)
                .into_iter()
                .flatten()
                .map(|file| format!("[`{file}`](../{file})"))
                .collect();
            cells.extend(not_built.get(number).map(|feature| format!("not built: {feature}")));
            cells.extend(pending.get(number).map(|reason| format!("to come: {reason}")));
            let _ = writeln!(text, "| {number} | {kind} | {title} | {} |", cells.join("<br>"));
        }
    }
    text
}

/// Numbers with places, against the lists: what is wrong.
fn problems(
    sections: &[Section],
    places: &BTreeMap<String, BTreeSet<String>>,
    not_built: &BTreeMap<String, String>,
    pending: &BTreeMap<String, String>,
) -> Vec<String> {
    let known: BTreeSet<&str> = sections
        .iter()
        .flat_map(|section| &section.cases)
        .map(|case| case.number.as_str())
        .collect();
    let mut problems = Vec::new();
    for (number, files) in places {
        if !known.contains(number.as_str()) {
            problems.push(format!("{number} is no case, but stands in {files:?}"));
        }
    }
    for number in not_built.keys().chain(pending.keys()) {
        if !known.contains(number.as_str()) {
            problems.push(format!("{number} is no case, but stands in a list"));
        }
    }
    for number in known {
        let proven = places.contains_key(number);
        if pending.contains_key(number) && proven {
            problems.push(format!("{number} is proven: take it out of cases/pending.txt"));
        }
        if !proven && !not_built.contains_key(number) && !pending.contains_key(number) {
            problems.push(format!("{number} is proven nowhere"));
        }
    }
    problems
}

/// `UPDATE` writes the table, and takes what is proven out of the list of what is to come.
#[test]
fn generated_case_table() {
    let root = root();
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap_or_default();
    let sections = sections(&read("cases/numbers.txt"));
    let places = places(&root);
    let not_built = reasons(&read("cases/not_built.txt"));
    let file = root.join("docs/cases.md");
    let update = std::env::var_os("UPDATE").is_some();
    if update {
        let pending = read("cases/pending.txt");
        let kept: Vec<&str> = pending
            .lines()
            .filter(|line| !line.get(..3).is_some_and(|number| places.contains_key(number)))
            .collect();
        let kept = kept.join("\n") + "\n";
        if kept != pending {
            fs::write(root.join("cases/pending.txt"), kept).unwrap();
        }
    }
    let pending = reasons(&read("cases/pending.txt"));
    let table = table(&sections, &places, &not_built, &pending);
    if update {
        fs::write(&file, &table).unwrap();
    }
    let found = problems(&sections, &places, &not_built, &pending);
    assert!(found.is_empty(), "{}", found.join("\n"));
    let current = fs::read_to_string(&file).unwrap_or_default();
    assert!(current == table, "docs/cases.md is not current; run `cargo xtask generate`");
}

#[test]
fn comments_and_declarations_are_read() {
    assert_eq!(claimed("/// Case D03."), ["D03"]);
    assert_eq!(claimed("    // Cases D03, D04 and E05. They hold."), ["D03", "D04", "E05"]);
    assert_eq!(claimed("# Case T10. Nothing else, such as A01"), ["T10"]);
    assert!(claimed("/// Case by case, D03").is_empty());
    assert!(claimed("let text = \"Case D03.\";").is_empty());
    assert_eq!(declared("@case(\"A01\", \"A02\")"), ["A01", "A02"]);
    assert!(declared("def a01(world):").is_empty());
}

#[test]
fn what_is_proven_nowhere_is_found() {
    let sections = sections("# x\n## A\nA01 B one\nA02 B two\nA03 B three\nA04 B four\n");
    let place = |number: &str| (number.to_owned(), BTreeSet::from(["x.rs".to_owned()]));
    let places = BTreeMap::from([place("A01"), place("A03"), place("Z99")]);
    let found = problems(&sections, &places, &reasons("A02 a feature\n"), &reasons("A03 soon\n"));
    assert_eq!(
        found,
        [
            "Z99 is no case, but stands in {\"x.rs\"}",
            "A03 is proven: take it out of cases/pending.txt",
            "A04 is proven nowhere",
        ]
    );
}
