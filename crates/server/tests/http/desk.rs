//! The results desk: what is refused there, and what a correction takes back.

use rstest::rstest;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::{
    organize::{make, match_id, press, report, send},
    support::{Answer, TestServer},
};

/// The part of a page that is about one match.
fn about(page: &Answer, id: &str) -> String {
    let (_, rest) = page.text.split_once(&format!("id=\"m{id}\"")).expect("the match");
    rest.split("</li>").next().unwrap().to_owned()
}

/// What is refused at the desk is answered at the desk: the same part of it, with what was typed.
#[rstest]
#[tokio::test]
async fn the_desk_answers_at_the_desk(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let mut browser = server.signed_in(&marshal).await;
    let b = &mut browser;
    make(b, "cup", &[], "Anna\nBert\nCarla\nDora").await;
    press(b, "cup", "start").await.expect(303);
    let (one, two) = (match_id(b, "cup", "A").await, match_id(b, "cup", "B").await);
    let desk = "/cup/manage/results?find=anna&sets=3";
    let action = format!("/cup/manage/matches/{one}");
    let at = [("desk", "1"), ("find", "anna"), ("page", "1"), ("sets", "3")];
    let scores = [("s0_0", "4"), ("s1_0", "x"), ("s0_1", "2"), ("s1_1", "2")];
    let fields = [&at[..], &scores[..]].concat();
    let page = send(b, desk, &action, &fields).await.expect(422);
    let of = about(&page, &one);
    for text in [
        "value=\"4\"",
        "value=\"x\" autofocus aria-invalid=\"true\" aria-describedby=",
        "<div role=\"alert\"><p class=\"field-error\"",
        "set 3",
    ] {
        assert!(of.contains(text), "{text}: {of}");
    }
    assert!(page.text.contains("name=\"find\" type=\"search\" value=\"anna\""));
    assert!(!page.text.contains(&format!("id=\"m{two}\"")), "{}", page.text);
    // A bracket knows no ties.
    let fields = [&at[..], &[("s0_0", "2"), ("s1_0", "2"), ("do", "tie")]].concat();
    let page = send(b, desk, &action, &fields).await.expect(422);
    let of = about(&page, &one);
    assert!(of.contains("role=\"alert\" id=\"m") && of.contains("aria-invalid=\"true\""), "{of}");
    assert!(of.contains("value=\"2\""), "{of}");

    // Somebody is faster, first with a score, then with the result.
    let old = b.get(desk).await.expect(200);
    let (csrf, seen) = (old.hidden("csrf"), old.hidden("seen"));
    let state = [("csrf", csrf.as_str()), ("seen", seen.as_str())];
    report(b, "cup", "A", &[("s0_0", "1"), ("s1_0", "0"), ("do", "live")]).await.expect(303);
    let late = [&state[..], &at[..], &[("s0_0", "7"), ("s1_0", "5")]].concat();
    let page = b.post(&action, &late).await.expect(409);
    let of = about(&page, &one);
    for text in ["role=\"alert\"", "1–0 so far", "value=\"7\"", "What you typed is still here."] {
        assert!(of.contains(text), "{text}: {of}");
    }
    report(b, "cup", "A", &[("do", "win-0")]).await.expect(303);
    for asked in [("do", "report"), ("do", "absent-0")] {
        let late = [&state[..], &at[..], &[asked]].concat();
        let page = b.post(&action, &late).await.expect(409);
        assert!(page.text.contains("class=\"desk-tools\""), "{}", page.text);
        let alert = format!("role=\"alert\" id=\"m{one}-error\">Somebody else changed this");
        assert!(page.text.contains(&alert), "{}", page.text);
    }
    let reopen = format!("{action}/reopen");
    let late = [&[("csrf", csrf.as_str()), ("seen", "old")][..], &at[..]].concat();
    let page = b.post(&reopen, &late).await.expect(409);
    assert!(page.text.contains(&format!("role=\"alert\" id=\"m{one}-error\"")), "{}", page.text);
}

/// What another result takes from other matches is said before, and just that is then done.
#[rstest]
#[tokio::test]
async fn a_correction_says_what_it_resets(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let mut browser = server.signed_in(&marshal).await;
    let b = &mut browser;
    make(b, "cup", &[], "Anna\nBert\nCarla\nDora").await;
    press(b, "cup", "start").await.expect(303);
    report(b, "cup", "A", &[("s0_0", "2"), ("s1_0", "1")]).await.expect(303);
    report(b, "cup", "B", &[("do", "win-0")]).await.expect(303);
    // Nothing rests on it yet.
    report(b, "cup", "A", &[("s0_0", "1"), ("s1_0", "2")]).await.expect(303);
    report(b, "cup", "A", &[("s0_0", "2"), ("s1_0", "1")]).await.expect(303);
    report(b, "cup", "C", &[("s0_0", "1"), ("s1_0", "0"), ("do", "live")]).await.expect(303);
    // The same winner changes nothing for others.
    report(b, "cup", "A", &[("s0_0", "3"), ("s1_0", "1")]).await.expect(303);
    for fields in [&[("s0_0", "0"), ("s1_0", "2")][..], &[("do", "absent-0")]] {
        let page = report(b, "cup", "A", fields).await.expect(200);
        for text in [
            "Change the result of match A?",
            "Anna beat Dora 3–1",
            "This match rests on it and loses its result:",
            "C: Anna against Bert: 1–0 so far",
        ] {
            assert!(page.text.contains(text), "{text}: {}", page.text);
        }
    }
    let id = match_id(b, "cup", "A").await;
    let action = format!("/cup/manage/matches/{id}");
    let wrong = [("s0_0", "0"), ("s1_0", "2"), ("resets", "1")];
    let page = send(b, &action, &action, &wrong).await.expect(200);
    let fields: Vec<(String, String)> = ["csrf", "seen", "s0_0", "s1_0", "resets"]
        .into_iter()
        .map(|name| (name.to_owned(), page.hidden(name)))
        .collect();
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    b.post(&action, &fields).await.expect(303);
    let page = b.get("/cup/manage/results").await.expect(200);
    assert!(page.text.contains("Dora beat Anna 2–0"), "{}", page.text);
    assert!(!page.text.contains("so far"), "{}", page.text);
    // The button says what it takes back.
    let page = b.get("/cup/manage").await.expect(200);
    assert!(page.text.contains("Undo: result of match A, Dora beat Anna 2–0"), "{}", page.text);
    press(b, "cup", "undo").await.expect(303);
    let page = b.get("/cup/manage").await.expect(200);
    assert!(page.text.contains("Undo: result of match A, Anna beat Dora 3–1"), "{}", page.text);
}
