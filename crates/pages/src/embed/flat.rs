//! Pictures for programs that draw SVG without custom properties or conditions in style sheets.

use std::{collections::BTreeMap, fmt::Write as _};

/// The fonts of pictures that are drawn on the server.
const FAMILY: &str = "\"Tiltyard Sans\"";

/// The standalone picture with its rules written out in the colours of a theme: without custom
/// properties, `@media` and `:not()`. What was drawn stays as it is.
pub fn flat(document: &str, theme: &str) -> String {
    let parts = document.split_once("<style>").and_then(|(before, rest)| {
        rest.split_once("</style>").map(|(style, after)| (before, style, after))
    });
    match parts {
        Some((before, style, after)) => {
            format!("{before}<style>{}</style>{after}", rules(style, theme))
        }
        None => document.to_owned(),
    }
}

/// Selectors and what stands between their braces, in order.
fn blocks(css: &str) -> Vec<(&str, &str)> {
    let mut blocks = Vec::new();
    let mut rest = css;
    while let Some((selector, after)) = rest.split_once('{') {
        let mut depth = 1_u32;
        let end = after.char_indices().find(|(_, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let Some((end, _)) = end else { break };
        let (body, next) = after.split_at(end);
        blocks.push((selector.trim(), body));
        rest = next.strip_prefix('}').unwrap_or(next);
    }
    blocks
}

fn learn<'a>(body: &'a str, values: &mut BTreeMap<&'a str, &'a str>) {
    let pairs = body.split(';').filter_map(|line| line.split_once(':'));
    let named = pairs.map(|(name, value)| (name.trim(), value.trim()));
    values.extend(named.filter(|(name, _)| name.starts_with("--")));
}

fn rules(css: &str, theme: &str) -> String {
    let ours = format!("[data-theme=\"{theme}\"]");
    let mut values = BTreeMap::new();
    let mut rules = Vec::new();
    for (selector, body) in blocks(css) {
        if selector == ":root" || selector == ours {
            learn(body, &mut values);
        } else if let Some(of_theme) = selector.strip_prefix(ours.as_str()) {
            rules.push((of_theme.trim(), body));
        } else if selector.starts_with("@media") {
            let dark = theme == "dark" && selector.contains("prefers-color-scheme: dark");
            for (selector, body) in blocks(body) {
                if dark && selector == ":root" {
                    learn(body, &mut values);
                }
            }
        } else if !selector.starts_with(['@', '[']) {
            rules.push((selector, body));
        }
    }
    values.insert("--sans", FAMILY);
    let mut out = String::new();
    for (selector, body) in rules {
        // Without the exception a rule matches more, and the rule for the exception comes later.
        let selector = without(selector, ":not(", "");
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{selector}{{{}}}", resolved(body, &values));
    }
    out
}

/// The text without what stands between `open` and the next parenthesis.
fn without(text: &str, open: &str, instead: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        out.push_str(before);
        out.push_str(instead);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    out + rest
}

fn resolved(body: &str, values: &BTreeMap<&str, &str>) -> String {
    let mut out = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("var(") {
        let (name, after) = after.split_once(')').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(values.get(name.trim()).copied().unwrap_or("none"));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::flat;
    use rstest::rstest;

    const PICTURE: &str = "<svg><style>:root { --ink: #111; --sans: system-ui; }\n\
        @media (prefers-color-scheme: dark) { :root { --ink: #eee; } .x { fill: red; } }\n\
        .a:not(.b) .c { fill: var(--ink); font-family: var(--sans); }\n\
        [data-theme=\"odd\"] { --ink: #0f0; }\n\
        [data-theme=\"odd\"] .c { stroke: var(--lost); }</style><text>{var(--ink)}</text></svg>";

    #[rstest]
    #[case("light", "<svg><style>.a .c{ fill: #111; font-family: \"Tiltyard Sans\"; }\n</style>")]
    #[case("dark", "<svg><style>.a .c{ fill: #eee; font-family: \"Tiltyard Sans\"; }\n</style>")]
    #[case(
        "odd",
        "<svg><style>.a .c{ fill: #0f0; font-family: \"Tiltyard Sans\"; }\n\
         .c{ stroke: none; }\n</style>"
    )]
    fn rules_are_written_out(#[case] theme: &str, #[case] style: &str) {
        let expected = format!("{style}<text>{{var(--ink)}}</text></svg>");
        assert_eq!(flat(PICTURE, theme), expected);
    }

    #[test]
    fn what_has_no_rules_stays() {
        assert_eq!(flat("<svg/>", "light"), "<svg/>");
        assert_eq!(flat("<svg><style>.a { </style></svg>", "light"), "<svg><style></style></svg>");
    }
}
