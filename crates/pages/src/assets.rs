//! Stylesheet, script and pictures, inside the binary.

/// A file that pages refer to.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Path it is served under, such as `/assets/tiltyard.css`.
    pub path: &'static str,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// The file.
    pub bytes: &'static [u8],
    /// FNV-1a of the bytes, computed at compile time. Not a security feature: it only makes the
    /// address change when the file does.
    pub hash: u64,
}

impl Asset {
    const fn new(path: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        Self { path, content_type, bytes, hash: fnv1a(bytes) }
    }

    /// Address with the hash as query (`/assets/tiltyard.css?v=0123456789abcdef`). A request that
    /// carries the right `v` may be answered `Cache-Control: public, max-age=31536000, immutable`.
    pub fn url(&self) -> String {
        format!("{}?v={}", self.path, self.version())
    }

    /// The hash as 16 hexadecimal digits: value of `v`, and good as an `ETag` between quotes.
    pub fn version(&self) -> String {
        format!("{:016x}", self.hash)
    }
}

/// The stylesheet of all pages.
pub const CSS: Asset = Asset::new(
    "/assets/tiltyard.css",
    "text/css; charset=utf-8",
    concat!(
        include_str!("../../../assets/tokens.css"),
        include_str!("../../../assets/themes.css"),
        include_str!("../../../assets/tiltyard.css")
    )
    .as_bytes(),
);
/// The stylesheet of what is played, on pages of tournaments.
pub const BRACKET_CSS: Asset = Asset::new(
    "/assets/bracket.css",
    "text/css; charset=utf-8",
    concat!(
        include_str!("../../../assets/bracket.css"),
        include_str!("../../../assets/bracket.page.css")
    )
    .as_bytes(),
);
/// The stylesheet of what is around a bracket: matches, people, the log, communities, search.
pub const AROUND_CSS: Asset = Asset::new(
    "/assets/around.css",
    "text/css; charset=utf-8",
    include_bytes!("../../../assets/around.css"),
);
/// The script of the start page: what is played now. An ES module.
pub const HOME_JS: Asset = Asset::new(
    "/assets/home.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../../assets/home.js"),
);
/// The script that chooses colours before anything is drawn. Not a module: those wait for the page.
pub const THEME_JS: Asset = Asset::new(
    "/assets/theme.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../../assets/theme.js"),
);
/// The script of predictions by hand. An ES module.
pub const BALLOT_JS: Asset = Asset::new(
    "/assets/ballot.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../../assets/ballot.js"),
);
/// The script: live brackets, copy buttons, local time. An ES module.
pub const JS: Asset = Asset::new(
    "/assets/live.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../../assets/live.js"),
);
/// Their script: zoom, search, paths and walks. An ES module.
pub const BRACKET_JS: Asset = Asset::new(
    "/assets/bracket.js",
    "text/javascript; charset=utf-8",
    concat!(
        include_str!("../../../assets/bracket-view.js"),
        include_str!("../../../assets/bracket.js")
    )
    .as_bytes(),
);
/// The stylesheet of the page that plays a device.
pub const DEVICE_CSS: Asset = Asset::new(
    "/assets/device.css",
    "text/css; charset=utf-8",
    include_bytes!("../../../assets/device.css"),
);
/// Its script: looks whether the person has decided. An ES module.
pub const DEVICE_JS: Asset = Asset::new(
    "/assets/device.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../../assets/device.js"),
);
/// The stylesheet of the pages of the API.
pub const DOCS_CSS: Asset = Asset::new(
    "/assets/docs.css",
    "text/css; charset=utf-8",
    include_bytes!("../../../assets/docs.css"),
);
/// Their script: filters as one types. An ES module.
pub const DOCS_JS: Asset = Asset::new(
    "/assets/docs.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../../assets/docs.js"),
);
/// The stylesheet of embeds, overlays and the page to try them.
pub const EMBED_CSS: Asset = Asset::new(
    "/assets/embed.css",
    "text/css; charset=utf-8",
    include_bytes!("../../../assets/embed.css"),
);
/// The script of embeds: the Bracket JSAPI. An ES module.
pub const EMBED_JS: Asset = Asset::new(
    "/assets/embed.js",
    "text/javascript; charset=utf-8",
    concat!(
        include_str!("../../../assets/bracket-view.js"),
        include_str!("../../../assets/embed.js")
    )
    .as_bytes(),
);
/// The module for other sites that speaks the Bracket JSAPI.
pub const TILTYARD_EMBED_JS: Asset = Asset::new(
    "/assets/tiltyard-embed.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../../embed/index.js"),
);
/// The script of the page to try embeds. An ES module.
pub const PLAYGROUND_JS: Asset = Asset::new(
    "/assets/playground.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../../assets/playground.js"),
);
/// The stylesheet of the organiser's pages.
pub const ORGANIZE_CSS: Asset = Asset::new(
    "/assets/organize.css",
    "text/css; charset=utf-8",
    include_bytes!("../../../assets/organize.css"),
);
/// The script of the results desk. An ES module.
pub const ORGANIZE_JS: Asset = Asset::new(
    "/assets/organize.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../../assets/organize.js"),
);
/// The icon of the browser tab.
pub const ICON: Asset =
    Asset::new("/assets/icon.svg", "image/svg+xml", include_bytes!("../../../assets/icon.svg"));
/// The shield with the name, for documents outside of the pages.
pub const LOGO: Asset =
    Asset::new("/assets/logo.svg", "image/svg+xml", include_bytes!("../../../assets/logo.svg"));

/// Every file to serve.
pub const ALL: &[Asset] = &[
    CSS,
    AROUND_CSS,
    BRACKET_CSS,
    THEME_JS,
    JS,
    HOME_JS,
    BALLOT_JS,
    BRACKET_JS,
    DEVICE_CSS,
    DEVICE_JS,
    DOCS_CSS,
    DOCS_JS,
    EMBED_CSS,
    EMBED_JS,
    TILTYARD_EMBED_JS,
    PLAYGROUND_JS,
    ORGANIZE_CSS,
    ORGANIZE_JS,
    ICON,
    LOGO,
];

/// The file at a path, if it is one of ours.
pub fn find(path: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.path == path)
}

const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut index = 0;
    while index < bytes.len() {
        // `as` because `From` is not callable in a const function; u8 to u64 loses nothing.
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::{ALL, BRACKET_CSS, BRACKET_JS, CSS, EMBED_JS, JS, find, fnv1a};

    #[test]
    fn hashes_like_the_published_function() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn finds_each_file_by_its_path() {
        for asset in ALL {
            assert_eq!(find(asset.path).map(|found| found.hash), Some(asset.hash));
            assert!(asset.url().starts_with(asset.path));
        }
        assert!(find("/assets/other").is_none());
    }

    #[test]
    fn keeps_to_its_size() {
        assert!(CSS.bytes.len() <= 28_672, "stylesheet has {} bytes", CSS.bytes.len());
        let (css, js) = (BRACKET_CSS.bytes.len(), BRACKET_JS.bytes.len());
        assert!(css <= 14_336 && js <= 20_480, "those of brackets have {css} and {js} bytes");
        let embed = EMBED_JS.bytes.len();
        assert!(embed <= 30_720, "scripts of embeds have {embed} bytes");
        assert!(JS.bytes.len() <= 6_144, "script has {} bytes", JS.bytes.len());
    }
}
