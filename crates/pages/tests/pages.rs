//! Snapshots of every page, and rules that hold for all of them.

#![expect(clippy::unwrap_used, reason = "a sample that does not render fails its test")]

mod samples;

use rstest::rstest;
use tiltyard_pages::assets;

fn page(name: &str) -> String {
    let pages = samples::pages().unwrap();
    pages.into_iter().find(|(other, _)| other == name).map(|(_, text)| text).unwrap()
}

fn all() -> Vec<(String, String)> {
    samples::pages().unwrap()
}

/// Hashes of assets change with every edit of a style.
fn without_hashes(text: &str) -> String {
    assets::ALL.iter().fold(text.to_owned(), |text, asset| {
        assert_eq!(asset.version().len(), 16);
        text.replace(&asset.version(), "[hash]")
    })
}

/// A large page without what it repeats: how often is enough.
fn outline(text: &str) -> String {
    let repeated = [("<ul class=\"bouts\">", "</ul>", "<li"), ("<tbody>", "</tbody>", "<tr ")];
    let drawn = ("<svg class=\"bracket\"", "</svg>", " class=\"b-match");
    repeated.into_iter().chain([drawn]).fold(text.to_owned(), |text, (start, end, each)| {
        let mut parts = text.split(start);
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |out, part| {
            let (inner, rest) = part.split_once(end).unwrap();
            format!("{out}{start}[{} of {each}]{end}{rest}", inner.matches(each).count())
        })
    })
}

#[test]
fn pages_are_as_they_were() {
    for (name, text) in all() {
        if name.starts_with("bracket-") {
            continue;
        }
        let name = name.trim_end_matches(".html");
        let text = without_hashes(&text);
        insta::assert_snapshot!(name, if text.len() > 100_000 { outline(&text) } else { text });
    }
}

#[test]
fn nothing_needs_a_looser_policy() {
    for (name, text) in all() {
        assert!(!text.contains(" style="), "{name} has an inline style");
        assert!(!text.contains("javascript:"), "{name} has a script address");
        let scripts = text.matches("<script").count();
        let ours = text.matches("<script type=\"module\" src=\"/assets/").count()
            + text.matches("<script src=\"/assets/theme.js").count();
        assert_eq!(scripts, ours, "{name} has an inline script");
        let handler = text.split(" on").skip(1).any(|rest| {
            let word = rest.trim_start_matches(|c: char| c.is_ascii_lowercase());
            word.starts_with("=\"")
        });
        assert!(!handler, "{name} has an inline handler");
        if text.starts_with("<!doctype html>") {
            assert!(!text.contains("<style"), "{name} has an inline sheet");
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_the_token() {
    for (name, text) in all() {
        for form in text.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            // A search changes nothing, and its address would show the token.
            if form.contains("role=\"search\"") {
                assert!(form.contains("method=\"get\"") && !form.contains("csrf"), "{name}");
                continue;
            }
            // The way back to an application carries the application's fields and no other.
            let ours = !form.contains("data-autosubmit");
            assert!(form.contains("method=\"post\""), "{name} has a form by GET");
            assert_eq!(ours, form.contains("name=\"csrf\" value=\"c5rf-t0ken\""), "{name}");
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_description_exists() {
    for (name, text) in all() {
        for (attribute, what) in
            [("for=\"", "label"), ("aria-describedby=\"", "description"), ("labelledby=\"", "name")]
        {
            for rest in text.split(attribute).skip(1) {
                for id in rest.split('"').next().unwrap().split(' ') {
                    let there = text.matches(&format!("id=\"{id}\"")).count();
                    assert_eq!(there, 1, "{name}: {what} {id}");
                }
            }
        }
        for tag in text.split("<input ").skip(1).chain(text.split("<textarea ").skip(1)) {
            let tag = tag.split('>').next().unwrap();
            let kind = |kind: &str| tag.contains(&format!("type=\"{kind}\""));
            let wrapped = kind("checkbox") || kind("radio");
            if kind("hidden") || wrapped || tag.contains("aria-hidden") {
                continue;
            }
            let id = tag.split("id=\"").nth(1).unwrap().split('"').next().unwrap();
            assert!(text.contains(&format!("<label for=\"{id}\"")), "{name}: {id} has no label");
        }
    }
}

#[test]
fn passwords_are_never_shown_again() {
    for (name, text) in all() {
        for tag in text.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap()) {
            assert!(!tag.contains("type=\"password\"") || !tag.contains("value="), "{name}");
        }
    }
}

#[rstest]
#[case("tournament-live.html")]
#[case("tournament-complete.html")]
#[case("bracket-live.svg")]
#[case("form-post.html")]
fn hostile_names_stay_text(#[case] name: &str) {
    let text = page(name);
    assert!(!text.contains("<script>"));
    assert!(text.contains("&#60;script&#62;") || text.contains("&lt;script&gt;"));
}

#[rstest]
#[case("login.html", &["name=\"username\"", "name=\"password\"", "action=\"/login\"", "name=\"next\""])]
#[case("signup.html", &["name=\"username\"", "name=\"email\"", "name=\"password\"", "action=\"/signup\""])]
#[case("consent.html", &["name=\"decision\" value=\"allow\"", "name=\"decision\" value=\"deny\"",
    "name=\"scope\" value=\"matches:write\" checked", "name=\"request\" value=\"req-1\""])]
#[case("device-code.html", &["name=\"user_code\"", "action=\"/activate\""])]
#[case("device-confirm.html", &["name=\"user_code\" value=\"BCDF-GHJK\"",
    "name=\"decision\" value=\"allow\"", "name=\"decision\" value=\"deny\""])]
#[case("account.html", &["name=\"current_password\"", "name=\"new_password\"", "name=\"end_others\""])]
#[case("app-new.html", &["name=\"preset\" value=\"standard\"", "name=\"preset\" value=\"mtgbracket\"",
    "name=\"redirect_uris\"", "name=\"scope\" value=\"me\""])]
fn forms_have_their_stable_names(#[case] name: &str, #[case] parts: &[&str]) {
    let text = page(name);
    for part in parts {
        assert!(text.contains(part), "{name} lacks {part}");
    }
}

#[test]
fn the_fragment_is_part_of_the_page() {
    let fragment = page("fragment.html");
    assert!(fragment.trim_start().starts_with("<div id=\"live\" data-revision=\"42\">"));
    assert!(page("tournament-live.html").contains(fragment.trim()));
}
