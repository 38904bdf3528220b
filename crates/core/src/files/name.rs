//! Names of files, made harmless: they are shown, and stand in addresses and headers, and never in
//! a path of the store.

use crate::text;

/// Longest name in characters.
const LONGEST: usize = 120;

/// The last part of the name without what breaks lines, paths and people's reading; `file` where
/// nothing is left.
pub(super) fn cleaned(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .map(|c| if matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?') { '_' } else { c })
        .filter(|c| !text::has_forbidden(c.encode_utf8(&mut [0; 4])))
        .collect();
    let trimmed = kept.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if text::is_blank(trimmed) {
        return "file".to_owned();
    }
    let length = trimmed.chars().count();
    if length <= LONGEST {
        return trimmed.to_owned();
    }
    // The end says what it is.
    let (stem, end) = match trimmed.rsplit_once('.') {
        Some((stem, end)) if end.chars().count() <= 10 => (stem, format!(".{end}")),
        _ => (trimmed, String::new()),
    };
    let kept: String = stem.chars().take(LONGEST - end.chars().count()).collect();
    format!("{kept}{end}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    #[rstest]
    #[case("final.png", "final.png")]
    #[case("Finale schön.png", "Finale schön.png")]
    #[case("../../etc/passwd", "passwd")]
    #[case("C:\\Users\\me\\replay.dem", "replay.dem")]
    #[case("..", "file")]
    #[case("", "file")]
    #[case("\u{200b}", "file")]
    #[case(".htaccess", "htaccess")]
    #[case("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt")]
    #[case("photo\u{202e}gnp.exe", "photognp.exe")]
    #[case("a\"b<c>.txt", "a_b_c_.txt")]
    #[case("nul\0.txt", "nul.txt")]
    fn names(#[case] sent: &str, #[case] cleaned: &str) {
        assert_eq!(super::cleaned(sent), cleaned);
    }

    #[test]
    fn a_long_name_keeps_its_end() {
        let name = super::cleaned(&format!("{}.png", "ä".repeat(500)));
        assert_eq!((name.chars().count(), name.ends_with("ä.png")), (super::LONGEST, true));
        assert_eq!(super::cleaned(&".x".repeat(500)).chars().count(), super::LONGEST);
    }
}
