//! Redirect URIs: what may be registered, and what a request may name.
//!
//! A request is compared with the registration byte for byte (RFC 9700 §2.1, §4.1.3). The one
//! exception is the port of a loopback address, which a native application cannot know beforehand
//! (RFC 8252 §7.3). All care with odd spellings is therefore taken at registration.

use url::Url;

use crate::client::ClientKind;

/// Longest redirect URI, in bytes.
pub const MAX_REDIRECT_URI_BYTES: usize = 2048;

/// Most redirect URIs of one application.
pub const MAX_REDIRECT_URIS: usize = 32;

/// Loopback addresses as they must be written. `localhost` is none of them: what it resolves to is
/// up to the machine (RFC 8252 §8.3).
const LOOPBACK: [&str; 2] = ["127.0.0.1", "[::1]"];

/// Schemes that run or open something instead of returning to an application.
const DANGEROUS_SCHEMES: [&str; 9] = [
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "javascript",
    "mailto",
    "vbscript",
    "view-source",
];

/// What to tell the owner about a redirect URI that is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Nothing.
    Good,
    /// `localhost` works, but only with the port as registered, and an address is safer.
    Localhost,
}

impl Advice {
    /// The sentence for the page of the application.
    pub const fn sentence(self) -> Option<&'static str> {
        match self {
            Self::Good => None,
            Self::Localhost => Some(
                "Discouraged: use http://127.0.0.1 or http://[::1] instead of localhost. They work \
                 with any port and cannot lead to another machine.",
            ),
        }
    }
}

/// Why a redirect URI cannot be registered, in words for its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// Empty or longer than [`MAX_REDIRECT_URI_BYTES`].
    #[error("The address is empty or too long.")]
    Length,
    /// A character that has no place in a URI, or a percent sign without two digits.
    #[error(
        "The address has a character that is not allowed in addresses. Write a host name with \
         other letters in its xn-- form and escape everything else with percent signs."
    )]
    Character,
    /// `#…` (RFC 6749 §3.1.2).
    #[error("The address must not have a part after #.")]
    Fragment,
    /// `*`, which would stand for more than one address (RFC 9700 §4.1.1).
    #[error("Addresses are compared exactly: register each address instead of a pattern.")]
    Pattern,
    /// No scheme, or nothing behind it.
    #[error("Write the whole address, with its scheme, host and path: https://host/path")]
    NotAbsolute,
    /// `javascript:`, `data:` and the like (RFC 6749 §10.15).
    #[error("Addresses of this scheme can run or open something and are refused.")]
    DangerousScheme,
    /// `http` to another host than this machine.
    #[error("Use https. Plain http is for this machine only: 127.0.0.1, [::1] or localhost.")]
    PlainHttp,
    /// `name@host` or a backslash.
    #[error("The address must not have a user name or password.")]
    UserInfo,
    /// A host or port that browsers would rewrite.
    #[error("Write the host in lower case in its usual form, and a port from 1 to 65535.")]
    Host,
    /// `.` or `..` segments, also escaped.
    #[error("The path must not have . or .. segments or doubled slashes.")]
    Path,
    /// A private-use scheme without a dot (RFC 8252 §7.1).
    #[error("A scheme of your own must be a reversed domain name that you control, with a dot.")]
    SchemeWithoutDot,
    /// A private-use scheme for a client with a secret (RFC 8252 §8.4).
    #[error("Only public (native) applications can use a scheme of their own.")]
    SchemeOfConfidential,
}

/// Checks a redirect URI before it is registered for a client of that kind.
pub fn check_registration(uri: &str, kind: ClientKind) -> Result<Advice, RedirectUriError> {
    if uri.is_empty() || uri.len() > MAX_REDIRECT_URI_BYTES {
        return Err(RedirectUriError::Length);
    }
    if uri.contains('#') {
        return Err(RedirectUriError::Fragment);
    }
    if uri.contains('*') {
        return Err(RedirectUriError::Pattern);
    }
    if !has_uri_characters(uri) {
        return Err(RedirectUriError::Character);
    }
    let (scheme, rest) = uri.split_once(':').ok_or(RedirectUriError::NotAbsolute)?;
    if DANGEROUS_SCHEMES.iter().any(|dangerous| scheme.eq_ignore_ascii_case(dangerous)) {
        return Err(RedirectUriError::DangerousScheme);
    }
    match scheme {
        "https" | "http" => check_web(uri, scheme, rest),
        _ => check_private_use(uri, scheme, rest, kind),
    }
}

/// The characters of RFC 3986 §2 (without `*`, `#` and, as it has no use here, `'`), and every
/// percent sign with its digits.
fn has_uri_characters(uri: &str) -> bool {
    let bytes = uri.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'%' => bytes.get(at + 1..at + 3).is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit)),
        _ => byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&()+,;=".contains(byte),
    })
}

fn check_web(uri: &str, scheme: &str, rest: &str) -> Result<Advice, RedirectUriError> {
    let rest = rest.strip_prefix("//").ok_or(RedirectUriError::NotAbsolute)?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path_and_query) = rest.split_at(end);
    if authority.contains('@') {
        return Err(RedirectUriError::UserInfo);
    }
    let (host, port) = split_port(authority).ok_or(RedirectUriError::Host)?;
    if host.is_empty() || port.is_some_and(|port| !is_port(port)) {
        return Err(RedirectUriError::Host);
    }
    // A browser must understand the host exactly as it is written: no 127.1, no 0x7f000001.
    let parsed = Url::parse(uri).map_err(|_malformed| RedirectUriError::Host)?;
    if parsed.host_str() != Some(host) || host.ends_with('.') {
        return Err(RedirectUriError::Host);
    }
    let loopback = LOOPBACK.contains(&host);
    let localhost = host == "localhost";
    if scheme == "http" && !loopback && !localhost {
        return Err(RedirectUriError::PlainHttp);
    }
    let path = path_and_query.split('?').next().unwrap_or_default();
    // A bare host says nothing of where the application listens; on this machine it is usual.
    if path.is_empty() && !loopback && !localhost {
        return Err(RedirectUriError::NotAbsolute);
    }
    if path.contains("//") || (!path.is_empty() && parsed.path() != path) || has_dots(path) {
        return Err(RedirectUriError::Path);
    }
    Ok(if localhost { Advice::Localhost } else { Advice::Good })
}

fn check_private_use(
    uri: &str,
    scheme: &str,
    rest: &str,
    kind: ClientKind,
) -> Result<Advice, RedirectUriError> {
    let grammatical = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"+-.".contains(&it));
    if !grammatical || Url::parse(uri).is_err() {
        return Err(RedirectUriError::NotAbsolute);
    }
    if !scheme.contains('.') {
        // `host:8080/path` is a host whose scheme was forgotten.
        let forgotten = rest.starts_with(|first: char| first.is_ascii_digit());
        return Err(if forgotten {
            RedirectUriError::NotAbsolute
        } else {
            RedirectUriError::SchemeWithoutDot
        });
    }
    if !rest.starts_with('/') {
        return Err(RedirectUriError::NotAbsolute);
    }
    if rest.contains('@') {
        return Err(RedirectUriError::UserInfo);
    }
    if has_dots(rest.split('?').next().unwrap_or_default()) {
        return Err(RedirectUriError::Path);
    }
    match kind {
        ClientKind::Public => Ok(Advice::Good),
        ClientKind::Confidential => Err(RedirectUriError::SchemeOfConfidential),
    }
}

/// Says whether a path has `.` or `..` segments, escaped or with parameters (`..;`) or not.
fn has_dots(path: &str) -> bool {
    path.split('/').any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        matches!(plain.split(';').next(), Some("." | ".."))
    })
}

/// Splits `host:port`, where the host may be an IPv6 address in brackets.
fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    let host_end = match authority.strip_prefix('[') {
        Some(inner) => inner.find(']')? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, rest) = authority.split_at_checked(host_end)?;
    match rest.strip_prefix(':') {
        Some(port) => Some((host, Some(port))),
        None if rest.is_empty() => Some((host, None)),
        None => None,
    }
}

/// A port as it is usually written: no sign, no leading zero, 1 to 65535.
fn is_port(text: &str) -> bool {
    !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse::<u16>().is_ok()
}

/// Says whether a request that names `requested` means the registered URI: the same bytes, or the
/// same loopback address with another port.
pub fn matches(registered: &str, requested: &str) -> bool {
    if registered == requested {
        return true;
    }
    match (loopback(registered), loopback(requested)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// Splits a loopback URI into its address and what follows the port.
fn loopback(uri: &str) -> Option<(&'static str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let (host, rest) =
        LOOPBACK.into_iter().find_map(|host| Some((host, rest.strip_prefix(host)?)))?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (port, rest) = rest.split_at(end);
    (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some((host, rest))
}

/// Why a request names no usable redirect URI. The answer is always a page of our own, never a
/// redirect (RFC 6749 §3.1.2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnresolvedUri {
    /// The client has no redirect URI at all.
    #[error("The application has no address to return to.")]
    NoneRegistered,
    /// The request must name one.
    #[error("The request does not say where to return to.")]
    Missing,
    /// The one it names is not registered.
    #[error("The address to return to is not registered for this application.")]
    NotRegistered,
}

/// Finds where to answer a request: the URI it names, if that is registered. A request that names
/// none is understood only if `optional` and exactly one is registered (RFC 6749 §3.1.2.3).
pub fn resolve(
    registered: &[String],
    requested: Option<&str>,
    optional: bool,
) -> Result<String, UnresolvedUri> {
    match (requested, registered) {
        (_, []) => Err(UnresolvedUri::NoneRegistered),
        (Some(requested), _) => {
            // Nothing registered has a fragment; this holds even if a record says otherwise.
            if requested.contains('#') || !registered.iter().any(|it| matches(it, requested)) {
                return Err(UnresolvedUri::NotRegistered);
            }
            Ok(requested.to_owned())
        }
        (None, [only]) if optional => Ok(only.clone()),
        (None, _) => Err(UnresolvedUri::Missing),
    }
}

/// The origin of the site at a redirect URI, as browsers write it in `Origin`; `None` where the URI
/// is no site's.
pub fn origin(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests;
