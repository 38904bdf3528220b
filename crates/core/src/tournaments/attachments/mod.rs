//! What is attached to matches: links, files and words (reference/challonge §3.4).
//!
//! Organizers attach to any match of their tournament, and whoever plays a match to that one. What
//! players attached they may change and remove; organizers may do so with everything.

mod access;
mod add;
mod change;
mod download;
mod read;
mod remove;

pub use access::AttachTo;
pub use change::AttachmentChanges;
pub use tiltyard_store::repo::attachments::{AttachmentRow, FileRow};

use url::Url;

use tiltyard_store::repo::attachments;

use super::{Tournament, change::Draft};
use crate::{
    Error, Problems,
    error::Result,
    files::{FileStorage, StoredFile},
    text,
};

/// Longest description in characters.
pub const DESCRIPTION_MAX: usize = 2_000;
/// Longest link in bytes.
pub const URL_MAX: usize = 2_048;

/// Bounds on what is attached.
#[derive(Debug, Clone)]
pub struct AttachmentSettings {
    /// Most attachments of one match.
    pub per_match: u32,
    /// Largest file in bytes.
    pub file_bytes: u64,
    /// Most bytes of all files of a tournament.
    pub tournament_bytes: u64,
    /// Where files lie.
    pub storage: FileStorage,
}

impl Default for AttachmentSettings {
    fn default() -> Self {
        Self {
            per_match: 20,
            file_bytes: 25 << 20,
            tournament_bytes: 2 << 30,
            storage: FileStorage::default(),
        }
    }
}

/// What an attachment is made of: at least one of these.
#[derive(Debug, Clone, Default)]
pub struct NewAttachment {
    /// A link (http or https).
    pub url: Option<String>,
    /// Words.
    pub description: Option<String>,
    /// A file, which goes before a link.
    pub file: Option<StoredFile>,
}

/// Fails where the tournament takes no attachments.
fn accepting(tournament: &Tournament) -> Result<()> {
    if tournament.options.match_options.accept_attachments {
        return Ok(());
    }
    Err(Error::conflict(
        "this tournament accepts no attachments; its organizer can turn on \
         `match_options.accept_attachments`",
    ))
}

/// The link without blanks around it; none if it is empty.
fn link(sent: Option<String>, problems: &mut Problems) -> Option<String> {
    let sent = sent.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty())?;
    if sent.len() > URL_MAX {
        problems.add("url", format!("is too long (maximum is {URL_MAX} bytes)"));
    } else if let Some(problem) = wrong_link(&sent) {
        problems.add("url", problem);
    }
    Some(sent)
}

fn wrong_link(link: &str) -> Option<&'static str> {
    // What the parser would leave out quietly must not come back out of the store either.
    if link.chars().any(char::is_whitespace) || text::has_forbidden(link) {
        return Some("must not contain blanks or control characters");
    }
    match Url::parse(link) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            Some("must begin with http:// or https://")
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Some("must not contain a user name or a password")
        }
        Ok(_) => None,
        Err(_) => Some("must be a whole address such as https://example.org/replay"),
    }
}

/// The words; none if nothing of them can be seen.
fn words(sent: Option<String>, problems: &mut Problems) -> Option<String> {
    let sent = sent.filter(|it| !text::is_blank(it))?;
    if sent.chars().count() > DESCRIPTION_MAX {
        problems
            .add("description", format!("is too long (maximum is {DESCRIPTION_MAX} characters)"));
    } else if sent.contains('\0') {
        problems.add("description", "must not contain the character U+0000");
    }
    Some(sent)
}

/// Fails where the files of the tournament would be more than it may have.
fn within_bounds(draft: &mut Draft<'_, '_>, most: u64, file: Option<&FileRow>) -> Result<()> {
    let Some(file) = file else { return Ok(()) };
    let others = attachments::bytes(draft.tx, draft.tournament.row.id)?;
    let sum = u64::try_from(others.saturating_add(file.size)).unwrap_or_default();
    if sum <= most {
        return Ok(());
    }
    Err(Error::conflict(
        "the files of this tournament would be more than this server allows; remove some, or attach \
         a link",
    ))
}

/// Fails where a match would have more attachments than it may.
fn within_number(count: i64, most: u32) -> Result<()> {
    if count <= i64::from(most) {
        return Ok(());
    }
    Err(Error::conflict(format!("a match has at most {most} attachments; remove one first")))
}

/// Fails where nothing is attached.
fn something(row: &AttachmentRow) -> Result<()> {
    if row.url.is_none() && row.description.is_none() && row.file.is_none() {
        return Err(Error::invalid("", "send at least one of `url`, `description` and `asset`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://example.org/replay?id=1#t=3", true)]
    #[case(" http://[::1]:8080/ ", true)]
    #[case("HTTPS://EXAMPLE.ORG", true)]
    #[case("javascript:alert(1)", false)]
    #[case("java\tscript:alert(1)", false)]
    #[case("data:text/html,<script>", false)]
    #[case("//example.org/x", false)]
    #[case("example.org", false)]
    #[case("https://", false)]
    #[case("https://trusted.example@evil.example/", false)]
    #[case("https://example.org/a b", false)]
    #[case("https://example.org/\u{202e}gpj.exe", false)]
    fn links(#[case] sent: &str, #[case] fine: bool) {
        let mut problems = Problems::default();
        let link = link(Some(sent.to_owned()), &mut problems);
        assert_eq!(link.as_deref(), Some(sent.trim()));
        assert_eq!(problems.list().is_empty(), fine);
    }

    #[test]
    fn what_is_too_long_or_shows_nothing() {
        let mut problems = Problems::default();
        assert_eq!(link(Some("  ".to_owned()), &mut problems), None);
        assert_eq!(words(Some(" \u{200b}\n".to_owned()), &mut problems), None);
        assert!(problems.list().is_empty());
        words(Some("ä".repeat(DESCRIPTION_MAX)), &mut problems);
        assert!(problems.list().is_empty());
        words(Some("ä".repeat(DESCRIPTION_MAX + 1)), &mut problems);
        link(Some(format!("https://example.org/{}", "a".repeat(URL_MAX))), &mut problems);
        assert_eq!(problems.list().len(), 2);
    }
}
