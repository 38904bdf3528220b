//! Types of single keys: addresses, hosts, networks, sizes, choices and secrets.

use ipnet::IpNet;
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{SecretBox, SecretString};
use url::Url;

use super::value::{Raw, Setting, quoted};

/// An origin: scheme, host and port, as in `https://play.example`. No path, no trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    https: bool,
    /// Host and, when it is not the scheme's own, port.
    authority: String,
    loopback: bool,
}

impl Origin {
    /// Plain http on an address, for a first look on loopback.
    pub(crate) fn of_address(address: SocketAddr) -> Self {
        let authority = match (address.port(), address.ip()) {
            (80, IpAddr::V4(ip)) => ip.to_string(),
            (80, IpAddr::V6(ip)) => format!("[{ip}]"),
            _ => address.to_string(),
        };
        Self { https: false, authority, loopback: address.ip().is_loopback() }
    }

    /// Whether its scheme is https.
    pub(crate) fn is_https(&self) -> bool {
        self.https
    }

    /// Host and, when it is not the scheme's own, port: what browsers send in `Host`.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether the host can only mean this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

impl Setting for Origin {
    fn shape() -> String {
        "an http or https address without a path".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        let text = raw.text()?;
        let url = Url::parse(text).map_err(|_| format!("`{text}` is not an address"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("`{text}` does not start with http:// or https://"));
        }
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(format!("`{text}` has more than scheme, host and port"));
        }
        let loopback = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => return Err(format!("`{text}` has no host")),
        };
        let https = url.scheme() == "https";
        Ok(Self { https, authority: url.authority().to_owned(), loopback })
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(self))
    }
}

/// A host name or address, with a port where it is not the scheme's own; lower case, as it
/// stands in the `Host` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostName(String);

impl HostName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for HostName {
    fn shape() -> String {
        "a host name, with a port if it is an unusual one".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        let text = raw.text()?;
        let wrong = || format!("`{text}` is not a host name");
        if text.contains(['/', '@', '?', '#', '\\', '*']) {
            return Err(wrong());
        }
        let url = Url::parse(&format!("https://{text}")).map_err(|_| wrong())?;
        Ok(Self(url.authority().to_owned()))
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(&self.0))
    }
}

/// An IP address or a block of them (CIDR, RFC 4632).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network(IpNet);

impl Network {
    /// The block.
    pub(crate) fn block(self) -> IpNet {
        self.0
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Setting for Network {
    fn shape() -> String {
        "an IP address or a block such as 10.0.0.0/8".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        let text = raw.text()?;
        let wrong = || format!("`{text}` is neither an IP address nor a block of them");
        let block = text
            .parse::<IpNet>()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .map_err(|_| wrong())?;
        if block.prefix_len() == 0 {
            return Err(format!("`{text}` is every address there is"));
        }
        Ok(Self(block))
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(self))
    }
}

/// A size in bytes between two bounds, both allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size<const MIN: u64, const MAX: u64>(u64);

/// What a request body may sensibly be.
pub(crate) type BodySize = Size<{ 1 << 10 }, { 64 << 20 }>;
/// What a file may sensibly be.
pub(crate) type FileSize = Size<{ 1 << 10 }, { 1 << 30 }>;
/// What many files together may sensibly be.
pub(crate) type FilesSize = Size<{ 1 << 20 }, { 1 << 50 }>;

const UNITS: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// The size with the largest unit that leaves a whole number.
fn size_text(bytes: u64) -> String {
    let unit = UNITS.into_iter().find(|(_, factor)| bytes.is_multiple_of(*factor));
    unit.map_or_else(String::new, |(name, factor)| format!("{} {name}", bytes / factor))
}

impl<const MIN: u64, const MAX: u64> Size<MIN, MAX> {
    /// The size in bytes.
    pub(crate) fn bytes(self) -> u64 {
        self.0
    }
}

impl<const MIN: u64, const MAX: u64> Setting for Size<MIN, MAX> {
    fn shape() -> String {
        format!(
            "a size from {} to {}, in bytes or with the unit KiB, MiB or GiB",
            size_text(MIN),
            size_text(MAX)
        )
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        let text = match raw {
            Raw::Integer(bytes) => bytes.to_string(),
            raw => raw.text()?.to_owned(),
        };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = unit.trim();
        let factor = match unit {
            "" => Some(1),
            unit => UNITS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor),
        };
        let factor = factor.ok_or_else(|| format!("`{text}` has no unit that is known here"))?;
        let number: u64 = number.parse().map_err(|_| format!("`{text}` is not a size"))?;
        match number.checked_mul(factor) {
            Some(bytes) if (MIN..=MAX).contains(&bytes) => Ok(Self(bytes)),
            _ => Err(format!("`{text}` is not between {} and {}", size_text(MIN), size_text(MAX))),
        }
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(size_text(self.0)))
    }
}

/// Where metrics are answered, or nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MetricsListen(pub(crate) Option<SocketAddr>);

impl Setting for MetricsListen {
    fn shape() -> String {
        "an IP address with a port, or `off`".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw.text()? {
            "off" => Ok(Self(None)),
            _ => SocketAddr::read(raw).map(Some).map(Self),
        }
    }

    fn toml(&self) -> Option<String> {
        Some(self.0.map_or_else(|| quoted("off"), quoted))
    }
}

/// How much is let through; written as in [`tiltyard_core::limits::Rate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate(pub(crate) tiltyard_core::limits::Rate);

impl Setting for Rate {
    fn shape() -> String {
        "a rate such as `20 + 6/minute` (per second, minute, hour or day), or `off`".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        raw.text()?.parse().map(Self)
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(self.0))
    }
}

/// A quota of requests, or none; written as in [`tiltyard_core::quota::Quota`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota(pub(crate) Option<tiltyard_core::quota::Quota>);

impl Setting for Quota {
    fn shape() -> String {
        "a number of requests in an hour, a day or a month, such as `5000/month`, or `off`".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw.text()?.trim() {
            "off" => Ok(Self(None)),
            text => text.parse().map(|quota| Self(Some(quota))),
        }
    }

    fn toml(&self) -> Option<String> {
        Some(self.0.map_or_else(|| quoted("off"), quoted))
    }
}

/// A choice between words.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[$doc])* $variant),* }

        impl Setting for $name {
            fn shape() -> String {
                [$($word),*].join(" or ")
            }

            fn read(raw: &Raw) -> Result<Self, String> {
                match raw.text()? {
                    $($word => Ok(Self::$variant),)*
                    other => Err(format!("`{other}` is not one of the choices")),
                }
            }

            fn toml(&self) -> Option<String> {
                Some(quoted(match self { $(Self::$variant => $word),* }))
            }
        }
    };
}

choice! {
    /// Form of the log lines.
    LogFormat {
        /// For people.
        Text = "text",
        /// One JSON object a line.
        Json = "json",
    }
}

choice! {
    /// Who may make an account.
    Signup {
        /// Everybody.
        Open = "open",
        /// Only the operator, by `tiltyard user create`.
        Closed = "closed",
    }
}

choice! {
    /// Which scopes the implicit grant may give.
    ImplicitScopes {
        /// Those that the application is registered for.
        All = "all",
        /// Of those, the ones that change nothing.
        Reading = "reading",
    }
}

/// Which log lines are written: directives as `tracing` knows them, known to be readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogFilter(String);

impl LogFilter {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for LogFilter {
    fn shape() -> String {
        "a level (error, warn, info, debug, trace), or levels for parts separated by commas".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        let text = raw.text()?;
        // A bare word that is no level would be taken for the name of a part, at level trace.
        let known = |part: &str| part.contains('=') || part.parse::<tracing::Level>().is_ok();
        let readable = tracing_subscriber::EnvFilter::try_new(text).is_ok();
        if text.is_empty() || !readable || !text.split(',').map(str::trim).all(known) {
            return Err(format!("`{text}` is not a log filter"));
        }
        Ok(Self(text.to_owned()))
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(&self.0))
    }
}

/// A name that is shown to people: 1 to 80 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label(String);

impl Label {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for Label {
    fn shape() -> String {
        "text of 1 to 80 characters on one line".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        let text = raw.text()?;
        match text.chars().count() {
            0 => Err("the text is empty".into()),
            1..=80 if !text.chars().any(char::is_control) => Ok(Self(text.to_owned())),
            1..=80 => Err("the text has control characters".into()),
            count => Err(format!("the text has {count} characters")),
        }
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(&self.0))
    }
}

/// The address of a PostgreSQL database; secret, since it may hold a password.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseUrl(SecretString);

impl DatabaseUrl {
    /// The address with its password.
    pub(crate) fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl Setting for DatabaseUrl {
    const SECRET: bool = true;

    fn shape() -> String {
        "a postgres:// address, or nothing for SQLite in the data directory".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        let Raw::Text(text) = raw else { return Err("it is not text in quotes".into()) };
        let text = text.trim();
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err("it does not start with postgres://".into());
        }
        Url::parse(text).map_err(|error| {
            format!("it is not an address ({error}; special characters in a password are written as %XX)")
        })?;
        Ok(Self(SecretString::from(text)))
    }

    fn toml(&self) -> Option<String> {
        Some(quoted("(set)"))
    }
}

/// The key that seals signing keys: 32 bytes.
pub(crate) struct SealingKey(SecretBox<[u8; 32]>);

impl SealingKey {
    /// The key's bytes.
    pub(crate) fn secret(&self) -> &SecretBox<[u8; 32]> {
        &self.0
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey")
    }
}

impl Setting for SealingKey {
    const SECRET: bool = true;

    fn shape() -> String {
        "32 random bytes in base64".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        let Raw::Text(text) = raw else { return Err("it is not text in quotes".into()) };
        let bytes = STANDARD.decode(text.trim()).map_err(|_| "it is not base64")?;
        let count = bytes.len();
        let bytes: [u8; 32] =
            bytes.try_into().map_err(|_| format!("it has {count} bytes instead of 32"))?;
        Ok(Self(SecretBox::new(Box::new(bytes))))
    }

    fn toml(&self) -> Option<String> {
        Some(quoted("(set)"))
    }
}

/// A secret that another service made.
#[derive(Clone, Debug)]
pub(crate) struct SecretText(SecretString);

impl SecretText {
    /// The secret.
    pub(crate) fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl Setting for SecretText {
    const SECRET: bool = true;

    fn shape() -> String {
        "a text that a service calls secret".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw {
            Raw::Text(text) if !text.trim().is_empty() => Ok(Self(SecretString::from(text.trim()))),
            Raw::Text(_) => Err("it is empty".into()),
            _ => Err("it is not text in quotes".into()),
        }
    }

    fn toml(&self) -> Option<String> {
        Some(quoted("(set)"))
    }
}
