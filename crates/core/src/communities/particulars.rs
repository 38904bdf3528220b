//! What may be said of a community.

use tiltyard_store::{
    Read, StoreError,
    repo::communities::{self, CommunityRow},
};

use crate::{Error, Problems, error::Result, text, tournaments::RESERVED};

/// Longest name in characters.
const NAME_MAX: usize = 80;
/// Longest permalink or subdomain in characters; what a label of a host name may have is 63.
const PERMALINK_MAX: usize = 60;
/// Longest description in characters.
const DESCRIPTION_MAX: usize = 20_000;

/// Checks what people chose.
pub(super) fn check(row: &CommunityRow, problems: &mut Problems) {
    if text::is_blank(&row.name) {
        problems.add("name", "can't be blank");
    } else if row.name.chars().count() > NAME_MAX {
        problems.add("name", format!("may have at most {NAME_MAX} characters"));
    } else if text::has_forbidden(&row.name) {
        problems.add("name", text::FORBIDDEN);
    }
    check_label("permalink", &row.permalink, problems);
    if row.subdomain != row.permalink {
        check_label("subdomain", &row.subdomain, problems);
    }
    if row.description.chars().count() > DESCRIPTION_MAX {
        problems
            .add("description", format!("is too long (maximum is {DESCRIPTION_MAX} characters)"));
    } else if row.description.contains('\0') {
        problems.add("description", "must not contain the character U+0000");
    }
}

/// Checks a name in addresses. It has a letter, so that it is never taken for an id.
fn check_label(field: &str, label: &str, problems: &mut Problems) {
    if label.len() < 2 || label.len() > PERMALINK_MAX {
        problems.add(field, format!("must have 2 to {PERMALINK_MAX} characters"));
    } else if !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    {
        problems.add(field, "may contain letters, numbers, hyphens and underscores only");
    } else if label.starts_with('-') || label.ends_with('-') {
        problems.add(field, "must not begin or end with a hyphen");
    } else if !label.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        problems.add(field, "must contain a letter");
    } else if RESERVED.contains(&label.to_ascii_lowercase().as_str()) {
        problems.add(field, "is reserved; choose another");
    }
}

/// Checks that no other community has the names; under the lock of names.
pub(super) fn check_free(
    db: &mut impl Read,
    row: &CommunityRow,
    problems: &mut Problems,
) -> Result<()> {
    for (field, label) in [("permalink", &row.permalink), ("subdomain", &row.subdomain)] {
        let holder = communities::by_name(db, &label.to_lowercase())?;
        if holder.is_some_and(|holder| holder.id != row.id) {
            problems.add(field, "is already taken");
            break;
        }
    }
    Ok(())
}

/// Two who choose the same name at once: the second is told so.
pub(super) fn taken(error: StoreError) -> Error {
    if error.is_unique_violation() {
        Error::invalid("permalink", "is already taken")
    } else {
        error.into()
    }
}

#[cfg(test)]
mod tests {
    use crate::Problems;

    #[rstest::rstest]
    #[case("nerdfest", true)]
    #[case("Nerd-Fest_2", true)]
    #[case("a", false)]
    #[case("-ab", false)]
    #[case("123", false)]
    #[case("oauth", false)]
    #[case("a b", false)]
    fn permalinks(#[case] label: &str, #[case] good: bool) {
        let mut problems = Problems::default();
        super::check_label("permalink", label, &mut problems);
        assert_eq!(problems.check().is_ok(), good);
    }
}
