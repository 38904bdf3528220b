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

/// The text without known tags, in one pass.
pub(super) fn without(raw: &str) -> String {
    let mut words = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        words.push_str(before);
        let Some((name, after)) = known(tag) else {
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

/// The name of the tag at the beginning of the text, and what comes after the tag.
fn known(text: &str) -> Option<(String, &str)> {
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
    // A tag ends soon; without a bound, many beginnings without an end would be looked through each.
    let end = inner.bytes().take(2_000).position(|byte| byte == b'>')?;
    Some((format!("{slash}{name}"), inner.get(end + 1..)?))
}
