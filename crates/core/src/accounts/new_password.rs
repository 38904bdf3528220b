//! What a new password must be.

use crate::Problems;

/// Shortest password (OWASP ASVS 6.2.1).
const PASSWORD_MIN: usize = 8;
/// Longest password in bytes; long enough for any phrase, short enough to hash.
const PASSWORD_MAX: usize = 1_024;

/// The commonest passwords of eight characters and more, sorted: those among the 30,000 commonest of
/// zxcvbn 3.1.1 (MIT licence, copyright 2016 Joshua Holmer), lower-cased as there.
const COMMON: &str = include_str!("common_passwords.txt");

/// The words that guessers try first on this site and for this person.
#[derive(Debug)]
pub(super) struct OwnWords<'a> {
    /// The installation's name.
    pub(super) site: &'a str,
    /// User name.
    pub(super) username: &'a str,
    /// E-mail address.
    pub(super) email: &'a str,
}

impl OwnWords<'_> {
    /// Whether a password, lower-cased, is one of the words, with digits and signs around it or not.
    fn are(&self, password: &str) -> bool {
        let bare = password.trim_matches(|c: char| !c.is_alphabetic());
        let (site, username) = (self.site.to_lowercase(), self.username.to_lowercase());
        let email = self.email.to_lowercase();
        let together: String = site.split_whitespace().collect();
        let words = ["tiltyard", &site, &together, &username, &email]
            .into_iter()
            .chain(site.split_whitespace())
            .chain(email.split(['@', '.', '-', '_', '+']))
            .chain(username.split(['.', '-', '_']));
        words.filter(|word| !word.is_empty()).any(|word| {
            let times = |text: &str| {
                let mut rest = text;
                while let Some(shorter) = rest.strip_prefix(word) {
                    rest = shorter;
                }
                !text.is_empty() && rest.is_empty()
            };
            password == word || times(bare) || times(password)
        })
    }
}

/// Checks a new password against the rules.
pub(super) fn check_password(
    problems: &mut Problems,
    field: &str,
    password: &str,
    words: &OwnWords<'_>,
) {
    let lower = password.to_lowercase();
    if password.chars().count() < PASSWORD_MIN {
        problems.add(field, format!("needs at least {PASSWORD_MIN} characters"));
    } else if password.len() > PASSWORD_MAX {
        problems.add(field, format!("may have at most {PASSWORD_MAX} bytes"));
    } else if is_common(&lower) {
        problems.add(field, "is one of the commonest passwords, which are guessed first");
    }
    if !lower.is_empty() && words.are(&lower) {
        problems.add(field, "must not be your user name, your e-mail address or this site's name");
    }
}

/// One of the list, or one character over and over. Sign-ups are rare enough to read through it.
fn is_common(lower: &str) -> bool {
    let first = lower.chars().next();
    COMMON.lines().any(|common| common == lower) || lower.chars().all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// Case R09.
    #[rstest]
    #[case("password")]
    #[case("PassWord")]
    #[case("12345678")]
    #[case("qwertyuiop")]
    #[case("trustno1")]
    #[case("ssssssssssss")]
    #[case("tiltyard")]
    #[case("Tiltyard2026!")]
    #[case("tiltyardtiltyard")]
    #[case("tuesdayleague")]
    #[case("Tuesday League")]
    #[case("ysolde.white")]
    #[case("YSOLDE99")]
    #[case("ysolde@lists.example")]
    #[case("short")]
    #[case("")]
    fn what_is_guessed_first_is_refused(#[case] password: &str) {
        let words = OwnWords {
            site: "Tuesday League",
            username: "ysolde.white",
            email: "ysolde@lists.example",
        };
        let mut problems = Problems::default();
        check_password(&mut problems, "password", password, &words);
        assert!(problems.check().is_err(), "{password}");
    }

    /// Case R08.
    #[rstest]
    #[case(" längeres Wort 🏇 ")]
    #[case("a horse and a lance")]
    #[case("pass ysolde")]
    #[case("lance-herald-tilt-4")]
    fn anything_else_is_taken_as_it_is(#[case] password: &str) {
        let words = OwnWords { site: "Tiltyard", username: "ysolde", email: "ysolde@example.org" };
        let mut problems = Problems::default();
        check_password(&mut problems, "password", password, &words);
        problems.check().unwrap();
    }

    #[test]
    fn the_list_is_long_enough() {
        assert!(COMMON.lines().count() > 10_000);
        assert!(COMMON.lines().all(|line| line.chars().count() >= PASSWORD_MIN));
        assert!(COMMON.lines().all(|line| line == line.to_lowercase()));
    }
}
