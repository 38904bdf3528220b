//! Where the server is and how to reach it.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio_postgres::config::SslMode;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;
use url::form_urlencoded;

use super::{failure, tls};
use crate::{PostgresOptions, StoreError};

/// The connection's other half, which must be polled for anything to happen.
pub(super) type Driver = Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// Everything needed to connect.
pub(super) struct Connector {
    config: Config,
    tls: MakeRustlsConnect,
    /// When the server could last not be reached.
    failed: Mutex<Option<Instant>>,
}

/// How long connecting may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// For so long nobody else tries a server that could not be reached: those who queue are told at once
/// instead of waiting one after the other.
const REST: Duration = Duration::from_millis(500);

impl Connector {
    pub(super) fn new(options: &PostgresOptions) -> Result<Self, StoreError> {
        let parsed = parse(&options.url)?;
        let mut config: Config = parsed.url.parse().map_err(|error: tokio_postgres::Error| {
            // The URL itself may hold a password and is not repeated.
            StoreError::Configuration(format!("the URL of PostgreSQL is not valid: {error}"))
        })?;
        config.ssl_mode(parsed.mode);
        if config.get_application_name().is_none() {
            config.application_name("tiltyard");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        config.keepalives_idle(Duration::from_secs(30));
        // A network that is gone says nothing: what was sent and never arrived ends the connection.
        config.tcp_user_timeout(Duration::from_secs(10));
        let roots = options.root_certificates.clone().or(parsed.roots);
        let tls = tls::client(parsed.mode, roots.as_deref())?;
        Ok(Self { config, tls: MakeRustlsConnect::new(tls), failed: Mutex::default() })
    }

    /// Connects; the driver still has to be spawned.
    pub(super) async fn connect(&self) -> Result<(Client, Driver), StoreError> {
        let failed = *self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.is_some_and(|at| at.elapsed() < REST) {
            return Err(StoreError::Unavailable(
                "PostgreSQL could not be reached a moment ago".to_owned(),
            ));
        }
        // The client's own limit is for each step; this one holds for all of them.
        let connecting = tokio::time::timeout(PATIENCE, self.config.connect(self.tls.clone()));
        let result = match connecting.await {
            Ok(connected) => connected.map_err(|error| failure::connecting(&error)),
            Err(_) => Err(StoreError::Unavailable("PostgreSQL: connecting took too long".into())),
        };
        let failed = result.is_err().then(Instant::now);
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = failed;
        result
    }
}

#[derive(Debug, PartialEq)]
struct Parsed {
    url: String,
    mode: SslMode,
    roots: Option<PathBuf>,
}

/// Takes `sslmode` and `sslrootcert` out of a URL: the client library knows neither the strict
/// modes nor certificate files.
fn parse(url: &str) -> Result<Parsed, StoreError> {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let mut mode = SslMode::Prefer;
    let mut roots = None;
    let mut rest = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let decoded = form_urlencoded::parse(pair.as_bytes()).next();
        match decoded.as_ref().map(|(key, value)| (&**key, &**value)) {
            Some(("sslmode", value)) => {
                mode = match value {
                    "disable" => SslMode::Disable,
                    "allow" | "prefer" => SslMode::Prefer,
                    "require" | "verify-ca" | "verify-full" => SslMode::Require,
                    other => {
                        return Err(StoreError::Configuration(format!(
                            "sslmode {other} is none of disable, prefer, require, verify-full"
                        )));
                    }
                };
            }
            Some(("sslrootcert", value)) => roots = Some(PathBuf::from(value)),
            _ => rest.push(pair),
        }
    }
    let url = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
    Ok(Parsed { url, mode, roots })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("postgres://a@h/d", "postgres://a@h/d", SslMode::Prefer, None)]
    #[case("postgres://a@h/d?sslmode=disable", "postgres://a@h/d", SslMode::Disable, None)]
    #[case(
        "postgres://h/d?host=%2Ftmp&sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem",
        "postgres://h/d?host=%2Ftmp",
        SslMode::Require,
        Some("/etc/ca.pem")
    )]
    fn tls_options_are_taken_out_of_the_url(
        #[case] given: &str,
        #[case] url: &str,
        #[case] mode: SslMode,
        #[case] roots: Option<&str>,
    ) {
        let parsed = parse(given).unwrap();
        assert_eq!(parsed, Parsed { url: url.to_owned(), mode, roots: roots.map(PathBuf::from) });
    }

    #[test]
    fn errors_do_not_repeat_the_password() {
        let error = Connector::new(&PostgresOptions::new("postgres://u:geheim@h:port/d"))
            .err()
            .unwrap()
            .to_string();
        assert!(!error.contains("geheim"), "{error}");
    }
}
