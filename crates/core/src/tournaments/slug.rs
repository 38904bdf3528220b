//! The address of a tournament's page.

use tiltyard_store::{Read, StoreError, repo::tournaments};

use crate::Problems;

/// Longest slug in characters.
const LONGEST: usize = 60;

/// First path segments that mean something else, now or by the platforms whose clients we serve.
pub const RESERVED: &[&str] = &[
    "_",
    "about",
    "account",
    "activate",
    "admin",
    "api",
    "application",
    "apps",
    "assets",
    "attachments",
    "auth",
    "cards",
    "communities",
    "connect",
    "decks",
    "device",
    "docs",
    "embed",
    "errors",
    "events",
    "expansions",
    "explore",
    "favicon",
    "feed",
    "healthz",
    "help",
    "home",
    "login",
    "logout",
    "matches",
    "me",
    "metrics",
    "module",
    "new",
    "notifications",
    "oauth",
    "oauth2",
    "oembed",
    "openapi",
    "operator",
    "organizations",
    "organizer",
    "overlay",
    "participant",
    "participants",
    "password",
    "people",
    "players",
    "playground",
    "privacy",
    "races",
    "readyz",
    "register",
    "robots",
    "rulesets",
    "search",
    "security",
    "settings",
    "setup",
    "signin",
    "signout",
    "signup",
    "sitemap",
    "static",
    "stations",
    "status",
    "support",
    "terms",
    "tiltyard",
    "tournaments",
    "user",
    "userinfo",
    "users",
    "v1",
    "v2",
    "verify",
    "viewer",
    "webhooks",
    "well_known",
];

/// Characters of a slug that we choose: no vowels, so that no words come out.
const ALPHABET: &[u8; 32] = b"bcdfghjkmnpqrstvwxz23456789_BCDF";

/// A slug nobody chose.
pub(super) fn random(bytes: [u8; 9]) -> String {
    // The first character is a letter, so that a slug never looks like an id.
    let first = char::from(ALPHABET[usize::from(bytes[0] % 19)]);
    std::iter::once(first)
        .chain(bytes[1..].iter().map(|byte| char::from(ALPHABET[usize::from(byte % 26)])))
        .collect()
}

/// Checks a slug that somebody chose.
pub(super) fn check(slug: &str, problems: &mut Problems) {
    let field = "url";
    if slug.is_empty() {
        problems.add(field, "must not be empty; leave it out for one that we choose");
    } else if slug.chars().count() > LONGEST {
        problems.add(field, format!("may have at most {LONGEST} characters"));
    } else if !slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        problems.add(field, "may only contain letters, numbers and underscores");
    } else if slug.bytes().all(|byte| byte.is_ascii_digit()) {
        problems.add(field, "must contain a letter or an underscore");
    } else if RESERVED.contains(&slug.to_ascii_lowercase().as_str()) {
        problems.add(field, "is reserved; choose another");
    }
}

/// Checks that no other tournament has the slug.
pub(super) fn check_free(
    db: &mut impl Read,
    slug: &str,
    own: Option<i64>,
    problems: &mut Problems,
) -> Result<(), StoreError> {
    let holder = tournaments::id_by_slug(db, &slug.to_lowercase())?;
    if holder.is_some() && holder != own {
        problems.add("url", "is already taken");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_choose_passes_our_own_check() {
        for seed in 0..=255_u8 {
            let slug = random([seed; 9]);
            let mut problems = Problems::default();
            check(&slug, &mut problems);
            assert_eq!(problems.list(), [], "{slug}");
        }
    }

    #[rstest::rstest]
    #[case("spring_2027", true)]
    #[case("A1", true)]
    #[case("a-b", false)]
    #[case("12345", false)]
    #[case("OAuth", false)]
    #[case("", false)]
    #[case("größe", false)]
    fn only_letters_digits_and_underscores(#[case] slug: &str, #[case] good: bool) {
        let mut problems = Problems::default();
        check(slug, &mut problems);
        assert_eq!(problems.list().is_empty(), good, "{:?}", problems.list());
    }
}
