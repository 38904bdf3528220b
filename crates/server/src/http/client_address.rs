//! The client's address: the peer's, unless the peer is a trusted proxy that names another.

use std::net::{IpAddr, SocketAddr};

use axum::{extract::ConnectInfo, http::Extensions, http::HeaderMap};
use ipnet::IpNet;

/// The address for sessions and audit; empty if the connection is not known.
pub(crate) fn of(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> String {
    let Some(ConnectInfo(peer)) = extensions.get::<ConnectInfo<SocketAddr>>() else {
        return String::new();
    };
    resolve(peer.ip(), headers, trusted).to_string()
}

/// Whether the peer itself is a trusted proxy, or this machine.
pub(crate) fn peer_is_trusted(extensions: &Extensions, trusted: &[IpNet]) -> bool {
    extensions.get::<ConnectInfo<SocketAddr>>().is_some_and(|ConnectInfo(peer)| {
        let address = peer.ip().to_canonical();
        address.is_loopback() || is_trusted(address, trusted)
    })
}

/// Walks `X-Forwarded-For` from the right, as far as the hops are trusted proxies.
fn resolve(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut address = peer.to_canonical();
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    for hop in forwarded.into_iter().rev() {
        if !is_trusted(address, trusted) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(next) => address = next.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("203.0.113.9", "198.51.100.1", "203.0.113.9")]
    #[case("10.0.0.7", "198.51.100.1", "198.51.100.1")]
    #[case("10.0.0.7", "1.2.3.4, 198.51.100.1", "198.51.100.1")]
    #[case("10.0.0.7", "198.51.100.1, 10.0.0.8", "198.51.100.1")]
    #[case("10.0.0.7", "garbage", "10.0.0.7")]
    #[case("::ffff:10.0.0.7", "198.51.100.1", "198.51.100.1")]
    fn only_trusted_hops_are_believed(
        #[case] peer: &str,
        #[case] forwarded: &str,
        #[case] expected: &str,
    ) {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let address = resolve(peer.parse().unwrap(), &headers, &trusted);
        assert_eq!(address.to_string(), expected);
    }
}
