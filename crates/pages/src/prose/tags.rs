//! HTML in what people wrote: editors of other platforms write simple tags, which nobody wants to read.

/// Tags that are taken away; other angle brackets are what somebody meant to write.
const KNOWN: &[&str] = &[
    "a",
    "abbr",
    "article",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "figure",
    "font",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "link",
    "mark",
    "meta",
    "object",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "script",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "video",
];

/// Tags after which a line ends.
const BREAKS: &[&str] =
    &["br", "/p", "/div", "/li", "/tr", "/h1", "/h2", "/h3", "/h4", "/h5", "/h6"];

/// Longest tag, in bytes.
const LONGEST: usize = 2_000;

/// The text without known tags, in one pass.
pub(super) fn without(raw: &str) -> String {
    let mut words = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut ends = Ends { text: raw, next: 0 };
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        words.push_str(before);
        let Some((name, after)) = known(tag, &mut ends) else {
            words.push('<');
            rest = tag.get(1..).unwrap_or_default();
            continue;
        };
        if BREAKS.contains(&name.as_str()) && !after.starts_with('\n') {
            words.push('\n');
        }
        rest = after;
    }
    words.push_str(rest);
    words
}

/// Where tags end. What was looked through for an end is not looked through again, however many tags begin
/// before it.
struct Ends<'a> {
    text: &'a str,
    /// The end that was found last, or 0; the text's length if there is none any more.
    next: usize,
}

impl Ends<'_> {
    /// How many bytes into the last `rest` bytes of the text the next tag ends; not before where it was asked
    /// last.
    fn within(&mut self, rest: usize) -> Option<usize> {
        let from = self.text.len().checked_sub(rest)?;
        if self.next < from {
            let found = self.text.get(from..)?.find('>');
            self.next = found.map_or(self.text.len(), |at| from + at);
        }
        (self.next < self.text.len()).then_some(self.next - from)
    }
}

/// The name of the tag at the beginning of the text, and what comes after the tag.
fn known<'a>(text: &'a str, ends: &mut Ends<'_>) -> Option<(String, &'a str)> {
    let inner = text.strip_prefix('<')?;
    let (slash, inner) = inner.strip_prefix('/').map_or(("", inner), |inner| ("/", inner));
    let length = inner.bytes().take(10).take_while(u8::is_ascii_alphanumeric).count();
    let name = inner.get(..length)?.to_ascii_lowercase();
    let next = inner.as_bytes().get(length)?;
    if !KNOWN.contains(&name.as_str())
        || !matches!(next, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r')
    {
        return None;
    }
    // A tag ends soon.
    let end = ends.within(inner.len()).filter(|end| *end < LONGEST)?;
    Some((format!("{slash}{name}"), inner.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, without};

    #[test]
    fn tags_end_where_they_end() {
        let far = "x".repeat(LONGEST);
        for (text, words) in [
            ("<b>a</b>", "a".to_owned()),
            ("><b>a</b>>", ">a>".to_owned()),
            ("a > b <i x=1>c<i <b>d", "a > b cd".to_owned()),
            ("<div <a <a", "<div <a <a".to_owned()),
            ("a<br>b<br", "a\nb<br".to_owned()),
            (&format!("<a {far}>b"), format!("<a {far}>b")),
            (&format!("<a {far}<b>c"), format!("<a {far}c")),
        ] {
            assert_eq!(without(text), words);
        }
    }
}
