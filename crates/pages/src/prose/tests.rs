use super::{MOST, html, plain};
use rstest::rstest;

#[rstest]
#[case("One\nTwo\n\nThree", "<p>One<br>Two</p><p>Three</p>")]
#[case(
    "*a* **b** ~~c~~ `d<e`",
    "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d&lt;e</code></p>"
)]
#[case("- a\n- b\n", "<ul><li>a</li><li>b</li></ul>")]
#[case("3. a\n4. b\n", "<ol start=\"3\"><li>a</li><li>b</li></ol>")]
#[case("> q\n", "<blockquote><p>q</p></blockquote>")]
#[case("    code <b>\n", "<pre tabindex=\"0\"><code>code &lt;b&gt;\n</code></pre>")]
#[case("```js onload=x\na\n```\n", "<pre tabindex=\"0\"><code>a\n</code></pre>")]
#[case("# A\n### B\n## C\n", "<h2>A</h2><h3>B</h3><h3>C</h3>")]
#[case(
    "[x](https://example.org/?a=1&b=\"2\")",
    "<p><a href=\"https://example.org/?a=1&amp;b=&quot;2&quot;\" rel=\"nofollow noopener ugc\">x</a></p>"
)]
#[case(
    "<me@example.org>",
    "<p><a href=\"mailto:me@example.org\" rel=\"nofollow noopener ugc\">me@example.org</a></p>"
)]
#[case("![alt](https://example.org/x.png)", "<p>alt</p>")]
#[case("a <b>bold</b><br>next <name> <3", "<p>a bold<br>next &lt;name&gt; &lt;3</p>")]
#[case("<p>Hello<br/>you</p>\n<p>Bye</p>\n", "<p>Hello<br>you<br>Bye</p>")]
#[case("<script>alert(1)</script>", "<p>alert(1)</p>")]
#[case("&lt;script&gt;", "<p>&lt;script&gt;</p>")]
fn writes_what_is_allowed(#[case] text: &str, #[case] shown: &str) {
    let written = html(text, 1).replace("&#34;", "&quot;").replace("&#60;", "&lt;");
    assert_eq!(written.replace("&#62;", "&gt;").replace("&#38;", "&amp;"), shown);
}

#[rstest]
#[case("[x](javascript:alert(1))")]
#[case("[x](JaVaScRiPt:alert(1))")]
#[case("[x](&#106;avascript:alert(1))")]
#[case("[x](java&#10;script:alert(1))")]
#[case("[x](data:text/html;base64,PHNjcmlwdD4=)")]
#[case("[x](vbscript:x)")]
#[case("[x](//evil.example)")]
#[case("[x](/logout)")]
#[case("[x](#main)")]
#[case("[x](http:logout)")]
#[case("[x](HTTPS:/logout)")]
#[case("[x](https:\\\\evil.example)")]
#[case("<http:logout>")]
#[case("[x][y]\n\n[y]: javascript:alert(1)")]
#[case("<javascript:alert(1)>")]
#[case("[x](<java\tscript:alert(1)>)")]
fn leads_nowhere_else(#[case] text: &str) {
    let shown = html(text, 1);
    assert!(!shown.contains("<a"), "{shown}");
}

/// Every tag of the text.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default())
}

/// Whether only what the writer writes is a tag, and every tag that is begun ends in order.
fn sound(shown: &str) -> Result<(), String> {
    let mut open = Vec::new();
    for tag in tags(shown) {
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        match tag {
            "br" | "hr" => {}
            _ if tag.starts_with('/') => {
                if open.pop() != tag.get(1..) {
                    return Err(format!("</{tag}> ends something else"));
                }
            }
            "p" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "code" | "ul" | "ol" | "li"
            | "em" | "strong" | "del" | "pre tabindex=\"0\"" => open.push(name),
            _ if tag.starts_with("ol start=\"") && tag.matches('"').count() == 2 => open.push(name),
            _ if tag.starts_with("a href=\"")
                && tag.ends_with("\" rel=\"nofollow noopener ugc") =>
            {
                return Err("an address ends early".to_owned());
            }
            _ if tag.starts_with("a href=\"") && tag.matches('"').count() == 4 => open.push(name),
            other => return Err(format!("<{other}>")),
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} does not end")) }
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % most as u64).unwrap_or_default()
    }
}

#[test]
fn whatever_is_written_is_sound() {
    const PIECES: &[&str] = &[
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "[",
        "]",
        "(",
        ")",
        "](javascript:x)",
        "](https://a.example/\"onclick=\"x)",
        "![",
        "*",
        "**",
        "_",
        "`",
        "```\n",
        "~~",
        "> ",
        "- ",
        "1. ",
        "# ",
        "###### ",
        "\n",
        "\n\n",
        "    ",
        "\t",
        "<",
        ">",
        "&",
        "&lt;",
        "&#0;",
        "&#x3c;",
        "\"",
        "'",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
        "<a href=\"",
        "<b",
        "</",
        "a",
        "Zoë",
        "🛡️",
        "\u{0}",
        "\u{202e}",
        "[x]: ",
        "https://b.example",
        "<https://c.example>",
        "|",
        "---",
        "\\",
        "<svg/onload=x>",
        "<p",
        "</p>",
    ];
    let mut dice = Dice(7);
    for _ in 0..20_000 {
        let count = 1 + dice.below(24);
        let text: String = (0..count).map(|_| PIECES[dice.below(PIECES.len())]).collect();
        let shown = html(&text, 1);
        assert_eq!(sound(&shown), Ok(()), "{text:?} became {shown:?}");
        let words = plain(&text, 50);
        assert!(words.chars().count() <= 51, "{words:?}");
    }
}

#[rstest]
#[case("[")]
#[case("![")]
#[case("[](")]
#[case("*a_")]
#[case("> ")]
#[case("- ")]
#[case("`")]
#[case("<a ")]
#[case("<!--")]
#[case("<?")]
#[case("**a")]
#[case("&#")]
#[case("[a](<")]
#[case("\\`")]
fn a_flood_ends(#[case] piece: &str) {
    let text = piece.repeat(1_000_000 / piece.len());
    let shown = html(&text, 1);
    assert_eq!(sound(&shown), Ok(()));
    // What is shown is bounded by what is looked at.
    assert!(shown.len() <= 12 * MOST, "{}", shown.len());
    assert!(plain(&text, 200).chars().count() <= 201);
}

#[rstest]
#[case("# Cup\n\nAll *welcome*:\n\n- one\n- two", 100, "Cup All welcome: one two")]
#[case("<p>Hello</p>", 100, "Hello")]
#[case("one two three", 9, "one two…")]
#[case("abcdefghij", 4, "abcd…")]
fn words_alone(#[case] text: &str, #[case] most: usize, #[case] words: &str) {
    assert_eq!(plain(text, most), words);
}
