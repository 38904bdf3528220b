//! What of a part of a page has changed, line by line.

use std::fmt::Write as _;

/// Makes the new text from the old: first the number of bytes of the new one, then a line for each line
/// that differs, with its number from 0 and a space before it. None where lines came or went, or where
/// it would be hardly shorter than the whole.
pub fn changes(old: &str, new: &str) -> Option<String> {
    let (before, after) = (old.split('\n'), new.split('\n'));
    if before.clone().count() != after.clone().count() {
        return None;
    }
    let mut out = new.len().to_string();
    for (number, (before, after)) in before.zip(after).enumerate() {
        if before != after {
            // Writing to a String cannot fail.
            let _ = write!(out, "\n{number} {after}");
        }
    }
    (out.len() < new.len() / 2).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::changes;

    #[test]
    fn only_other_lines_are_told() {
        let old = "zero\none\nwhat stays as it was, and is rather long";
        let told = |new: &str| changes(old, new);
        assert_eq!(told(&old.replace("one", "another")).as_deref(), Some("53\n1 another"));
        assert_eq!(told(old).as_deref(), Some("49"));
        // A line came; a line went; nearly everything is different.
        assert_eq!(told(&format!("{old}\nmore")), None);
        assert_eq!(told("zero\none"), None);
        assert_eq!(changes("a\nb", "c\nd"), None);
    }
}
