//! Rules between keys: above all, that nothing but loopback is ever served by plain http.

use super::{
    keys::{Config, KEYS},
    problem::Problem,
};

/// Every rule that the configuration breaks.
pub(super) fn problems(config: &Config) -> Vec<Problem> {
    let rules = [tls_pair, plain_http, public_url, database, sessions, tokens, bucket];
    rules.iter().filter_map(|rule| rule(config)).collect()
}

/// A problem at the place of `key`.
fn at(config: &Config, key: &str, what: impl Into<String>, fix: impl Into<String>) -> Problem {
    Problem::new(&config.place(key), key, what, fix)
}

/// The line of TOML that sets `key` to its example.
fn example(key: &str) -> String {
    KEYS.iter()
        .find(|known| known.name == key)
        .map(super::keys::Key::assignment)
        .unwrap_or_default()
}

/// One of certificate and key without the other: that is said once, by [`tls_pair`].
fn half_tls(config: &Config) -> bool {
    config.tls.cert.is_some() != config.tls.key.is_some()
}

fn tls_pair(config: &Config) -> Option<Problem> {
    let (given, missing) = match (&config.tls.cert, &config.tls.key) {
        (Some(_), None) => ("tls.cert", "tls.key"),
        (None, Some(_)) => ("tls.key", "tls.cert"),
        _ => return None,
    };
    let fix = format!("Set {missing} too, for example: {}", example(missing));
    Some(at(config, given, format!("it is set without {missing}"), fix))
}

fn plain_http(config: &Config) -> Option<Problem> {
    let listen = config.server.listen;
    if listen.ip().is_loopback() || config.is_https() || half_tls(config) {
        return None;
    }
    let what =
        format!("plain http on {listen} would send passwords and tokens readable over the network");
    let fix = "Set tls.cert and tls.key; or set server.trusted_proxies to the proxy that ends TLS; \
               or listen on 127.0.0.1.";
    Some(at(config, "server.listen", what, fix))
}

fn public_url(config: &Config) -> Option<Problem> {
    const KEY: &str = "server.public_url";
    let why = if config.server.trusted_proxies.is_empty() {
        "tls.cert"
    } else {
        "server.trusted_proxies"
    };
    match &config.server.public_url {
        None if config.is_https() => {
            let fix =
                format!("Set the https address that people type, for example: {}", example(KEY));
            Some(at(config, KEY, format!("it is not set, and {why} is"), fix))
        }
        Some(origin) if config.is_https() && !origin.is_https() => {
            let fix = format!("Write https://{}", origin.authority());
            Some(at(config, KEY, format!("{origin} is plain http although {why} is set"), fix))
        }
        Some(origin) if !config.is_https() && origin.is_https() && !half_tls(config) => {
            let what = format!("{origin} is https, but nothing is set that ends TLS");
            let fix =
                "Set tls.cert and tls.key, or server.trusted_proxies to the proxy that ends TLS.";
            Some(at(config, KEY, what, fix))
        }
        Some(origin) if !config.is_https() && !origin.is_https() && !origin.is_loopback() => {
            let what = format!("{origin} is plain http on a host other than this machine");
            let fix = "Set it to an https address, with tls.cert and tls.key or with \
                       server.trusted_proxies; or leave it out for a look on this machine.";
            Some(at(config, KEY, what, fix))
        }
        _ => None,
    }
}

fn database(config: &Config) -> Option<Problem> {
    if config.database.url.is_some() || config.database.ca_file.is_none() {
        return None;
    }
    let fix = "Set database.url, or remove database.ca_file.";
    Some(at(config, "database.ca_file", "it is set without database.url", fix))
}

fn bucket(config: &Config) -> Option<Problem> {
    let given = &config.attachments;
    let keys = [
        ("attachments.s3_access_key", given.s3_access_key.is_some()),
        ("attachments.s3_secret_key", given.s3_secret_key.is_some()),
    ];
    if given.s3_bucket.is_some() {
        if given.folder.is_some() {
            let fix = "Remove one of the two: files lie in a folder, or in a bucket.";
            return Some(at(config, "attachments.folder", "it is set beside s3_bucket", fix));
        }
        let (missing, _) = keys.into_iter().find(|(_, set)| !set)?;
        let fix = format!("Set it, for example: {}", example(missing));
        return Some(at(config, missing, "it is not set, and attachments.s3_bucket is", fix));
    }
    let others = [
        ("attachments.s3_endpoint", given.s3_endpoint.is_some()),
        ("attachments.s3_prefix", given.s3_prefix.is_some()),
    ];
    let (lost, _) = others.into_iter().chain(keys).find(|(_, set)| *set)?;
    let fix = format!("Set attachments.s3_bucket, or remove {lost}.");
    Some(at(config, lost, "it is set without attachments.s3_bucket", fix))
}

fn sessions(config: &Config) -> Option<Problem> {
    let (idle, absolute) =
        (config.sessions.idle_minutes.get(), config.sessions.absolute_hours.get());
    if idle <= absolute * 60 {
        return None;
    }
    let what = format!("{idle} minutes are more than sessions.absolute_hours, which is {absolute}");
    let fix = format!("Write at most {}, or raise sessions.absolute_hours.", absolute * 60);
    Some(at(config, "sessions.idle_minutes", what, fix))
}

fn tokens(config: &Config) -> Option<Problem> {
    let (idle, absolute) =
        (config.tokens.refresh_idle_days.get(), config.tokens.refresh_absolute_days.get());
    if idle <= absolute {
        return None;
    }
    let what =
        format!("{idle} days are more than tokens.refresh_absolute_days, which is {absolute}");
    let fix = format!("Write at most {absolute}, or raise tokens.refresh_absolute_days.");
    Some(at(config, "tokens.refresh_idle_days", what, fix))
}
