//! Text of a picture: cut to a width without measuring, and escaped for XML.

use std::fmt::{self, Write};

/// Width of a character in tenths of an average letter, by its class. Rough on purpose: the same
/// on every machine, and on the safe side for the fonts that `system-ui` stands for.
fn width(c: char) -> usize {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 5,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' => 7,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 16,
        'A'..='Z' | '&' | '#' => 12,
        // Combining marks, joiners, variation selectors, direction marks.
        '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' => 0,
        // Hangul Jamo; CJK, kana and Hangul; compatibility and full-width forms; emoji.
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f000}'..='\u{3ffff}' => 20,
        _ => 10,
    }
}

fn tenths(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Width of a text in average letters, rounded up.
pub(crate) fn letters(text: &str) -> usize {
    tenths(text).div_ceil(10)
}

/// Cuts a text to a width in average letters, with an ellipsis if anything was cut.
pub(crate) fn clip(text: &str, letters: usize) -> String {
    let room = letters * 10;
    if tenths(text) <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(10);
    let mut out = String::new();
    for c in text.chars() {
        match left.checked_sub(width(c)) {
            Some(rest) => left = rest,
            None => break,
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// Displays a text escaped for XML text and attributes. Characters that XML 1.0 cannot hold
/// become U+FFFD, else one hostile name would make the whole picture unreadable.
pub(crate) struct Xml<'a>(pub(crate) &'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Most texts are as they are; U+FFFE and U+FFFF begin with the last of these bytes.
        let plain =
            |byte: &u8| !matches!(byte, 0..=0x1f | 0x7f | b'&' | b'<' | b'>' | b'"' | b'\'' | 0xef);
        if self.0.as_bytes().iter().all(plain) {
            return f.write_str(self.0);
        }
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\t' | '\n' | '\r' => f.write_char(' ')?,
                '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                _ => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Xml, clip};
    use rstest::rstest;

    #[rstest]
    #[case("Alice", 10, "Alice")]
    #[case("Bartholomew the Unready", 12, "Bartholome…")]
    #[case("iiiiiiiiiiiiiiiiiiii", 10, "iiiiiiiiiiiiiiiiiiii")]
    #[case("名前名前名前", 5, "名前…")]
    #[case("Anna Lena", 6, "Anna…")]
    #[case("x", 0, "…")]
    #[case("", 0, "")]
    fn cuts_by_rough_width(#[case] text: &str, #[case] letters: usize, #[case] cut: &str) {
        assert_eq!(clip(text, letters), cut);
    }

    #[test]
    fn escapes_what_xml_cannot_hold() {
        assert_eq!(
            Xml("<a b=\"c\" d='e'>&\0\u{1b}\n").to_string(),
            "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\u{fffd}\u{fffd} "
        );
    }
}
