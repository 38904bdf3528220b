//! Words as sentences.

/// The text with a capital at its beginning.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()))
}

/// The text as a sentence: a capital, and a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let end = if text.is_empty() || text.ends_with('.') { "" } else { "." };
    format!("{}{end}", capital(text))
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("", "")]
    #[case("is missing", "Is missing.")]
    #[case("Ärger.", "Ärger.")]
    #[case("élan", "Élan.")]
    fn texts_become_sentences(#[case] text: &str, #[case] sentence: &str) {
        assert_eq!(super::sentence(text), sentence);
    }
}
