//! What people write about their tournaments and communities: Markdown, of which a safe part is shown.
//!
//! Shown are paragraphs, emphasis, lists, quotes, code, headings and links to the web. Whatever else
//! `CommonMark` knows is left out and its text stays: pictures, since pages load nothing from elsewhere, and
//! HTML, of which the tags that editors of other platforms write are taken away and all else is text. Only
//! what this module writes itself becomes a tag.

mod tags;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag};

use crate::bracket::Xml;

/// More than this is not looked at, in bytes; descriptions have at most 20,000 characters.
const MOST: usize = 80_000;

/// Lists and quotes within each other beyond this are flattened: browsers give up at some hundred.
const DEEPEST: usize = 12;

/// The text as HTML. `below` is the level of the heading under which it stands: its own are smaller, and
/// skip none.
pub fn html(text: &str, below: u8) -> String {
    let (out, open) = (String::new(), Vec::new());
    let mut writer = Writer { out, open, depth: 0, below, last: below, line_ended: false };
    for event in parser(text) {
        writer.event(event);
    }
    writer.out
}

/// The text without anything but its words, cut after so many characters.
pub fn plain(text: &str, most: usize) -> String {
    let mut words = String::new();
    for event in parser(text) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::Html(raw) | Event::InlineHtml(raw) => words.push_str(&tags::without(&raw)),
            Event::SoftBreak | Event::HardBreak | Event::Start(_) | Event::Rule => words.push(' '),
            _ => {}
        }
        // What is beyond the cut is not needed, and a text may be long.
        if words.len() > most.saturating_mul(8) {
            break;
        }
    }
    let mut letters = String::new();
    let mut count = 0;
    for word in words.split_whitespace() {
        let blank = usize::from(!letters.is_empty());
        count += blank + word.chars().count();
        if count > most {
            if letters.is_empty() {
                letters.extend(word.chars().take(most));
            }
            letters.push('…');
            return letters;
        }
        if blank > 0 {
            letters.push(' ');
        }
        letters.push_str(word);
    }
    letters
}

fn parser(text: &str) -> Parser<'_> {
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Parser::new_ext(text.get(..end).unwrap_or_default(), Options::ENABLE_STRIKETHROUGH)
}

/// What ends an element that was begun.
struct Open {
    /// Written at its end; empty where nothing was begun.
    end: &'static str,
    /// Whether it counts as a level.
    level: bool,
}

struct Writer {
    out: String,
    open: Vec<Open>,
    depth: usize,
    below: u8,
    /// Level of the last heading.
    last: u8,
    /// Whether a line of HTML ended just now.
    line_ended: bool,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        if !matches!(event, Event::Html(_)) {
            self.line_ended = false;
        }
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(_) => {
                if let Some(open) = self.open.pop() {
                    self.out.push_str(open.end);
                    self.depth -= usize::from(open.level);
                }
            }
            Event::Text(text) => self.text(&text),
            Event::Code(text) => {
                self.out.push_str("<code>");
                self.text(&text);
                self.out.push_str("</code>");
            }
            Event::InlineHtml(raw) => self.lines(&tags::without(&raw)),
            Event::Html(raw) => {
                if self.line_ended {
                    self.out.push_str("<br>");
                }
                self.lines(tags::without(&raw).trim_end_matches('\n'));
                self.line_ended = raw.ends_with('\n');
            }
            // As people see it while they type.
            Event::SoftBreak | Event::HardBreak => self.out.push_str("<br>"),
            Event::Rule => self.out.push_str("<hr>"),
            // Extensions that are not turned on.
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.written(text, "\n");
    }

    /// What is left of HTML that somebody wrote.
    fn lines(&mut self, text: &str) {
        self.written(text, "<br>");
    }

    fn written(&mut self, text: &str, between: &str) {
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.out.push_str(between);
            }
            self.out.push_str(&Xml(line).to_string());
        }
    }

    fn begin(&mut self, start: &str, end: &'static str, level: bool) {
        if level && self.depth >= DEEPEST {
            self.open.push(Open { end: "", level: false });
            return;
        }
        self.out.push_str(start);
        self.depth += usize::from(level);
        self.open.push(Open { end, level });
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.begin("<p>", "</p>", false),
            Tag::Heading { level, .. } => self.heading(*level),
            Tag::BlockQuote(_) => self.begin("<blockquote>", "</blockquote>", true),
            Tag::CodeBlock(_) => self.begin("<pre tabindex=\"0\"><code>", "</code></pre>", false),
            Tag::List(None) => self.begin("<ul>", "</ul>", true),
            Tag::List(Some(1)) => self.begin("<ol>", "</ol>", true),
            Tag::List(Some(from)) => self.begin(&format!("<ol start=\"{from}\">"), "</ol>", true),
            Tag::Item if self.in_list() => self.begin("<li>", "</li>", false),
            Tag::Emphasis => self.begin("<em>", "</em>", false),
            Tag::Strong => self.begin("<strong>", "</strong>", false),
            Tag::Strikethrough => self.begin("<del>", "</del>", false),
            Tag::Link { link_type, dest_url, .. } => self.link(*link_type, dest_url),
            // Of a picture the words that stand in for it.
            _ => self.begin("", "", false),
        }
    }

    /// Whether the list around is one that was written.
    fn in_list(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.end, "</ul>" | "</ol>"))
    }

    fn heading(&mut self, level: HeadingLevel) {
        let wanted = self.below.saturating_add(level as u8);
        let level = wanted.min(self.last.saturating_add(1)).clamp(2, 6);
        self.last = level;
        let (start, end) = match level {
            2 => ("<h2>", "</h2>"),
            3 => ("<h3>", "</h3>"),
            4 => ("<h4>", "</h4>"),
            5 => ("<h5>", "</h5>"),
            _ => ("<h6>", "</h6>"),
        };
        self.begin(start, end, false);
    }

    fn link(&mut self, kind: LinkType, address: &CowStr<'_>) {
        let address = match kind {
            LinkType::Email => format!("mailto:{address}"),
            _ => address.to_string(),
        };
        if !leads_out(&address) {
            self.begin("", "", false);
            return;
        }
        let address = Xml(&address);
        let start = format!("<a href=\"{address}\" rel=\"nofollow noopener ugc\">");
        self.begin(&start, "</a>", false);
    }
}

/// Whether it is an address of the web or of a letter. Everything else may mean something to the page, as
/// `https:x` does: to browsers that is `x` beside a page that came by https.
fn leads_out(address: &str) -> bool {
    let known = address.split_once(':').is_some_and(|(scheme, rest)| {
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => rest.starts_with("//"),
            scheme => scheme == "mailto",
        }
    });
    known && !address.chars().any(|letter| letter.is_control() || letter.is_whitespace())
}

#[cfg(test)]
mod tests;
