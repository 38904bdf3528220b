//! User agents in words, for the list of sessions.

/// Longest text that is shown of a program that is no known browser, in characters.
const OTHER_CHARS: usize = 60;

/// Marks of browsers; the first that is found counts, because most also carry those further down.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("AppleWebKit/", "A web view"),
];

/// Marks of systems, likewise.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
    ("BSD", "BSD"),
];

/// `Firefox on Windows`; the beginning of what is no known browser.
pub fn agent_words(agent: &str) -> String {
    let find = |marks: &[(&str, &'static str)]| {
        marks.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, words)| *words)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) if agent.trim().is_empty() => "Unknown program".to_owned(),
        (None, _) => agent.chars().take(OTHER_CHARS).collect(),
    }
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 \
         Safari/537.36",
        "Chrome on Linux"
    )]
    #[case(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
        "Edge on Windows"
    )]
    #[case(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
         Version/19.0 Safari/605.1.15",
        "Safari on macOS"
    )]
    #[case(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
         Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1",
        "Chrome on iPhone"
    )]
    #[case(
        "Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0",
        "Firefox on Android"
    )]
    #[case("curl/8.14.1", "curl/8.14.1")]
    #[case("", "Unknown program")]
    fn people_recognize_their_browsers(#[case] agent: &str, #[case] words: &str) {
        assert_eq!(super::agent_words(agent), words);
    }

    #[test]
    fn other_programs_are_cut_short() {
        assert_eq!(super::agent_words(&"ü".repeat(500)).chars().count(), super::OTHER_CHARS);
    }
}
