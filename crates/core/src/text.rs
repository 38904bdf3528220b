//! Texts that people choose and others see.

/// Characters that show nothing by themselves, or turn the text around them.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

/// Whether nothing of the text can be seen.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// Whether the text has characters that no name needs: control characters, which break lines and
/// terminals, and those that turn the order of what stands around them.
pub(crate) fn has_forbidden(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

/// What to say of such a name.
pub(crate) const FORBIDDEN: &str =
    "must not contain control characters or ones that turn the direction of writing";

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("Ysolde", false, false)]
    #[case("  ", true, false)]
    #[case("\u{200b}\u{2060}", true, false)]
    #[case("a\u{202e}b", false, true)]
    #[case("a\u{1b}[31m", false, true)]
    #[case("ليلى", false, false)]
    #[case("👩\u{200d}🚀", false, false)]
    fn names(#[case] text: &str, #[case] blank: bool, #[case] forbidden: bool) {
        assert_eq!((super::is_blank(text), super::has_forbidden(text)), (blank, forbidden));
    }
}
