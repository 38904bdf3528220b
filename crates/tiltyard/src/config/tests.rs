//! Every source, every error, every generated text.

use std::{collections::BTreeMap, io};

use rstest::rstest;
use secrecy::ExposeSecret as _;

use super::{
    keys::{KEYS, SECTIONS},
    show::reference_markdown,
    types::{LogFormat, Signup},
    value::Setting as _,
    *,
};

const KEY: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";

/// Sources of a test: files by path, variables, flags.
#[derive(Default)]
struct Given {
    file: Option<&'static str>,
    files: BTreeMap<&'static str, Vec<u8>>,
    env: Vec<(&'static str, &'static str)>,
    flags: Vec<(&'static str, &'static str)>,
}

impl Given {
    fn toml(text: &'static str) -> Self {
        Self { files: BTreeMap::from([(DEFAULT_FILE, text.into())]), ..Self::default() }
    }

    fn env(name: &'static str, value: &'static str) -> Self {
        Self { env: vec![(name, value)], ..Self::default() }
    }

    fn flag(key: &'static str, value: &'static str) -> Self {
        Self { flags: vec![(key, value)], ..Self::default() }
    }

    fn and_env(mut self, name: &'static str, value: &'static str) -> Self {
        self.env.push((name, value));
        self
    }

    fn and_flag(mut self, key: &'static str, value: &'static str) -> Self {
        self.flags.push((key, value));
        self
    }

    fn and_file(mut self, path: &'static str, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path, content.into());
        self
    }

    fn load(&self) -> Result<Config, String> {
        let read = |path: &Path| match path.to_str().and_then(|path| self.files.get(path)) {
            Some(bytes) => Ok(bytes.clone()),
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
        };
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let sources = Sources {
            file: self.file.map(PathBuf::from),
            env: owned(&self.env).into_iter().map(|(n, v)| (n.into(), v.into())).collect(),
            flags: owned(&self.flags),
            read_file: &read,
        };
        Config::load(&sources).map_err(|errors| errors.to_string())
    }

    fn config(&self) -> Config {
        self.load().unwrap()
    }

    fn error(&self) -> String {
        self.load().expect_err("the configuration has a problem")
    }
}

#[test]
fn nothing_given_is_a_node_on_loopback_with_sqlite() {
    let config = Given::default().config();
    let bound = "127.0.0.1:7110".parse().unwrap();
    assert_eq!(config.server.listen, bound);
    assert_eq!(config.origin(bound).to_string(), "http://127.0.0.1:7110");
    assert_eq!(config.data, Path::new("./tiltyard-data"));
    assert_eq!(config.default_key_file(), Path::new("./tiltyard-data/secret.key"));
    assert_eq!(config.limits.body_bytes.bytes(), 1 << 20);
    assert_eq!(config.database.connections.get(), 16);
    assert_eq!(
        (config.log.format, config.log.filter.as_str()),
        (LogFormat::Text, "info,tokio_postgres=warn")
    );
    assert_eq!((config.accounts.signup, config.site.name.as_str()), (Signup::Open, "Tiltyard"));
    assert!(config.database.url.is_none() && config.secrets.key.is_none());
    assert!(!config.is_https() && config.tls().is_none());
    assert_eq!((config.parallel_hashes(2), config.parallel_hashes(0)), (2, 1));
}

#[rstest]
#[case::file(Given::toml("[site]\nname = 'file'"), "file", "tiltyard.toml:2")]
#[case::env_over_file(
    Given::toml("site.name = 'file'").and_env("TILTYARD_SITE_NAME", "env"),
    "env",
    "environment variable TILTYARD_SITE_NAME"
)]
#[case::flag_over_env(
    Given::env("TILTYARD_SITE_NAME", "env").and_flag("site.name", "flag"),
    "flag",
    "flag --set site.name"
)]
fn later_sources_win(#[case] given: Given, #[case] name: &str, #[case] place: &str) {
    let config = given.config();
    assert_eq!(config.site.name.as_str(), name);
    assert_eq!(config.place("site.name").to_string(), place);
}

#[test]
fn a_named_file_replaces_the_usual_one() {
    let mut given =
        Given::toml("site.name = 'usual'").and_file("/etc/t.toml", "site.name = 'named'");
    given.file = Some("/etc/t.toml");
    assert_eq!(given.config().site.name.as_str(), "named");
}

#[test]
fn behind_a_proxy_links_and_hosts_come_from_the_configuration() {
    let config = Given::toml(
        "[server]\nlisten = '0.0.0.0:80'\npublic_url = 'https://Play.Example/'\n\
         extra_hosts = ['API.example:8443']\ntrusted_proxies = ['10.0.0.0/8', '::1']",
    )
    .config();
    let origin = config.origin(config.server.listen);
    assert_eq!(
        (origin.to_string().as_str(), origin.authority()),
        ("https://play.example", "play.example")
    );
    assert_eq!(config.server.extra_hosts[0].as_str(), "api.example:8443");
    assert!(config.is_https());
    let trusted = |ip: &str| {
        let ip = ip.parse::<std::net::IpAddr>().unwrap().to_canonical();
        config.server.trusted_proxies.iter().any(|network| network.block().contains(&ip))
    };
    assert!(trusted("10.255.0.1") && trusted("::1") && trusted("::ffff:10.1.2.3"));
    assert!(!trusted("11.0.0.1") && !trusted("::2"));
    assert_eq!(config.server.trusted_proxies[0].block().to_string(), "10.0.0.0/8");
}

#[test]
fn ended_by_itself_tls_may_listen_anywhere() {
    let config = Given::toml(
        "server.listen = '[::]:443'\nserver.public_url = 'https://play.example'\n\
         [tls]\ncert = 'c.pem'\nkey = 'k.pem'",
    )
    .config();
    assert_eq!(config.tls(), Some((Path::new("c.pem"), Path::new("k.pem"))));
}

#[rstest]
#[case::inline(Given::env("TILTYARD_SECRETS_KEY", KEY))]
#[case::file_key(Given::toml("[secrets]\nkey_file = '/run/key'").and_file("/run/key", format!("{KEY}\n")))]
#[case::file_variable(Given::env("TILTYARD_SECRETS_KEY_FILE", "/run/key").and_file("/run/key", KEY))]
#[case::inline_over_file_of_an_earlier_source(
    Given::toml("secrets.key_file = '/none'").and_env("TILTYARD_SECRETS_KEY", KEY)
)]
fn a_secret_is_given_inline_or_by_file(#[case] given: Given) {
    let config = given.config();
    let key = config.secrets.key.as_ref().unwrap();
    assert_eq!(key.secret().expose_secret()[..4], [0xab, 0xcd, 0xef, 0x12]);
    assert!(!config.effective().contains(KEY) && config.effective().contains("key = \"(set)\""));
    assert!(!format!("{config:?}").contains(KEY));
}

#[test]
fn a_database_address_keeps_its_password_to_itself() {
    let config = Given::flag("database.url", "postgres://u:hunter2@db/t").config();
    let url = config.database.url.as_ref().unwrap();
    assert_eq!(url.secret().expose_secret(), "postgres://u:hunter2@db/t");
    assert!(!config.effective().contains("hunter2") && !format!("{config:?}").contains("hunter2"));
    assert_eq!(config.place("database.url").to_string(), "flag --database");
}

#[rstest]
#[case::not_ours(Given::env("PATH", "/bin"))]
#[case::the_file(Given::env("TILTYARD_CONFIG", "t.toml"))]
#[case::tests(Given::env("TILTYARD_TEST_POSTGRES", "postgres://…"))]
#[case::kubernetes(Given::env("TILTYARD_PORT_7110_TCP", "x").and_env("TILTYARD_SERVICE_HOST", "x"))]
#[case::empty_is_unset(Given::env("TILTYARD_DATABASE_URL", "").and_env("TILTYARD_TLS_CERT", ""))]
#[case::empty_section(Given::toml("[server]\n[tls]"))]
fn harmless(#[case] given: Given) {
    given.config();
}

/// Each error, whole: key, place, what was wrong, the fix.
#[rstest]
#[case::unknown_key(
    Given::toml("[server]\nlisten = '127.0.0.1:1'\nlisen = '127.0.0.1:1'"),
    "tiltyard.toml:3: server.lisen: there is no such key\n    Did you mean server.listen?"
)]
#[case::unknown_key_in_the_wrong_section(
    Given::toml("signup = 'open'"),
    "tiltyard.toml:1: signup: there is no such key\n    Did you mean accounts.signup?"
)]
#[case::unknown_section(
    Given::toml("[serer]\nlisten = 1"),
    "tiltyard.toml:2: serer.listen: there is no such key\n    Did you mean server.listen?"
)]
#[case::unknown_and_unlike_anything(
    Given::toml("[tls]\nkey_file = 'k'"),
    "tiltyard.toml:2: tls.key_file: there is no such key\n    Remove it, or look it up in \
     docs/configuration.md, which lists every key."
)]
#[case::unknown_empty_section(
    Given::toml("[webhooks]"),
    "tiltyard.toml:1: webhooks: there is no such key\n    Remove it"
)]
#[case::unknown_variable(
    Given::env("TILTYARD_SERVER_LISTN", "x"),
    "environment variable TILTYARD_SERVER_LISTN: TILTYARD_SERVER_LISTN: there is no such key\n    \
     Did you mean TILTYARD_SERVER_LISTEN?"
)]
#[case::unknown_flag(
    Given::flag("server.listn", "x"),
    "flag --set server.listn: server.listn: there is no such key\n    Did you mean server.listen?"
)]
#[case::section_as_value(
    Given::toml("server = 5"),
    "tiltyard.toml:1: server: this is a section\n    Write [server] on a line of its own"
)]
#[case::value_as_section(
    Given::toml("[data]\ndir = 'x'"),
    "tiltyard.toml:2: data.dir: there is no such key"
)]
#[case::twice_in_the_file(
    Given::toml("[site]\nname = 'a'\nname = 'b'"),
    "tiltyard.toml:3: configuration file: duplicate key\n    Keep one of the two."
)]
#[case::twice_by_flags(
    Given::flag("server.listen", "127.0.0.1:1").and_flag("server.listen", "127.0.0.1:2"),
    "flag --listen: server.listen: given a second time; first: flag --listen\n    Keep one"
)]
#[case::secret_twice(
    Given::toml("[secrets]\nkey = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA='\nkey_file = 'b'"),
    "tiltyard.toml:3: secrets.key_file: secrets.key and secrets.key_file are both given\n    Keep \
     the secret in one place"
)]
#[case::not_toml(
    Given::toml("[site]\nname = Tuesday League"),
    "tiltyard.toml:2: configuration file: "
)]
#[case::not_text(
    Given::default().and_file(DEFAULT_FILE, *b"a\n\xff"),
    "tiltyard.toml:2: configuration file: not UTF-8 text\n    Save the file as UTF-8."
)]
#[case::named_file_missing(
    Given { file: Some("none.toml"), ..Given::default() },
    "none.toml: configuration file: the file cannot be read: entity not found\n    Check the path"
)]
#[case::address_in_the_file(
    Given::toml("[server]\nlisten = '7110'"),
    "tiltyard.toml:2: server.listen: `7110` is a port alone: write 127.0.0.1:7110\n    It takes an IP \
     address with a port, for example: listen = \"0.0.0.0:443\" under [server]"
)]
#[case::address_in_a_variable(
    Given::env("TILTYARD_SERVER_LISTEN", "localhost"),
    "environment variable TILTYARD_SERVER_LISTEN: server.listen: `localhost` is not an IP address \
     with a port\n    It takes an IP address with a port, for example: \
     TILTYARD_SERVER_LISTEN=0.0.0.0:443"
)]
#[case::address_in_a_flag(
    Given::flag("server.listen", "localhost"),
    "flag --listen: server.listen: `localhost` is not an IP address with a port\n    It takes an \
     IP address with a port, for example: --listen 0.0.0.0:443"
)]
#[case::number_for_text(
    Given::toml("server.listen = 7110"),
    "tiltyard.toml:1: server.listen: found the number 7110 where text in quotes is due"
)]
#[case::list_for_text(
    Given::toml("data = ['a']"),
    "data: found a list where text in quotes is due"
)]
#[case::date_for_text(Given::toml("data = 2026-01-01"), "data: found a date where text")]
#[case::section_for_text(
    Given::toml("tls = { cert = {} }"),
    "tls.cert: found a section where text"
)]
#[case::empty_path(Given::toml("data = ''"), "data: the path is empty")]
#[case::public_url_without_scheme(
    Given::env("TILTYARD_SERVER_PUBLIC_URL", "play.example"),
    "server.public_url: `play.example` is not an address"
)]
#[case::public_url_of_another_scheme(
    Given::env("TILTYARD_SERVER_PUBLIC_URL", "ftp://play.example"),
    "server.public_url: `ftp://play.example` does not start with http:// or https://"
)]
#[case::public_url_with_path(
    Given::env("TILTYARD_SERVER_PUBLIC_URL", "https://play.example/t"),
    "server.public_url: `https://play.example/t` has more than scheme, host and port"
)]
#[case::host_with_path(
    Given::toml("server.extra_hosts = ['a/b']"),
    "server.extra_hosts: `a/b` is not a host name"
)]
#[case::hosts_as_text_in_brackets(
    Given::toml("server.extra_hosts = true"),
    "server.extra_hosts: found no list"
)]
#[case::proxy(
    Given::toml("server.trusted_proxies = ['lb']"),
    "server.trusted_proxies: `lb` is neither"
)]
#[case::proxy_prefix(
    Given::toml("server.trusted_proxies = ['10.0.0.0/33']"),
    "`10.0.0.0/33` is neither"
)]
#[case::every_proxy(
    Given::toml("server.trusted_proxies = ['0.0.0.0/0']"),
    "`0.0.0.0/0` is every address there is"
)]
#[case::database_scheme(
    Given::env("TILTYARD_DATABASE_URL", "mysql://u:hunter2@h/d"),
    "database.url: it does not start with postgres://"
)]
#[case::database_address(
    Given::env("TILTYARD_DATABASE_URL", "postgres://u:hunter2#@h/d"),
    "database.url: it is not an address (invalid port number; special characters in a password"
)]
#[case::connections(
    Given::toml("database.connections = 0"),
    "database.connections: 0 is not between 1 and 1000\n    It takes a whole number from 1 to 1000"
)]
#[case::connections_text(
    Given::env("TILTYARD_DATABASE_CONNECTIONS", "many"),
    "`many` is not a whole number"
)]
#[case::connections_fraction(
    Given::toml("database.connections = 1.5"),
    "found a number with a fraction"
)]
#[case::connections_list(Given::toml("database.connections = [1]"), "found a list")]
#[case::connections_huge(
    Given::toml("database.connections = 999999999999999999999999999999999999999999"),
    "found a number too large"
)]
#[case::log_format(
    Given::toml("log.format = 'xml'"),
    "log.format: `xml` is not one of the choices\n    It takes text or json"
)]
#[case::log_level(Given::toml("log.filter = 'loud'"), "log.filter: `loud` is not a log filter")]
#[case::log_part(Given::toml("log.filter = 'info,a=loud'"), "log.filter: `info,a=loud` is not")]
#[case::signup(
    Given::toml("accounts.signup = 'invite'"),
    "accounts.signup: `invite` is not one of the choices"
)]
#[case::site_name(Given::toml("site.name = '  '"), "site.name: the text is empty")]
#[case::site_name_lines(
    Given::toml("site.name = \"a\\nb\""),
    "site.name: the text has control characters"
)]
#[case::body_unit(
    Given::toml("limits.body_bytes = '1 MB'"),
    "limits.body_bytes: `1 MB` has no unit that is known here"
)]
#[case::body_number(
    Given::toml("limits.body_bytes = 'MiB'"),
    "limits.body_bytes: `MiB` is not a size"
)]
#[case::body_range(
    Given::toml("limits.body_bytes = 1"),
    "limits.body_bytes: `1` is not between 1 KiB and 64 MiB"
)]
#[case::key_encoding(
    Given::env("TILTYARD_SECRETS_KEY", "hunter2!"),
    "secrets.key: it is not base64"
)]
#[case::key_length(
    Given::env("TILTYARD_SECRETS_KEY", "aHVudGVyMg=="),
    "secrets.key: it has 7 bytes instead of 32"
)]
#[case::key_kind(Given::toml("secrets.key = 5"), "secrets.key: it is not text in quotes")]
#[case::secret_file_missing(
    Given::env("TILTYARD_SECRETS_KEY_FILE", "/none"),
    "environment variable TILTYARD_SECRETS_KEY_FILE: secrets.key_file: /none cannot be read: \
     entity not found\n    Check the path"
)]
#[case::secret_file_empty(
    Given::env("TILTYARD_SECRETS_KEY_FILE", "/k").and_file("/k", "\n"),
    "secrets.key_file: /k is empty\n    Write the secret into it."
)]
#[case::secret_file_binary(
    Given::env("TILTYARD_SECRETS_KEY_FILE", "/k").and_file("/k", [0xff]),
    "secrets.key_file: /k is not UTF-8 text"
)]
#[case::secret_file_no_path(
    Given::toml("secrets.key_file = 5"),
    "tiltyard.toml:1: secrets.key_file: found the number 5 where text in quotes is due"
)]
#[case::cert_alone(
    Given::toml("tls.cert = 'c.pem'\nserver.public_url = 'https://a.example'"),
    "tiltyard.toml:1: tls.cert: it is set without tls.key\n    Set tls.key too, for example: key = \
     \"/etc/tiltyard/privkey.pem\" under [tls]"
)]
#[case::key_alone(
    Given::toml("tls.key = 'k.pem'"),
    "tiltyard.toml:1: tls.key: it is set without tls.cert"
)]
#[case::plain_http(
    Given::flag("server.listen", "0.0.0.0:7110"),
    "flag --listen: server.listen: plain http on 0.0.0.0:7110 would send passwords and tokens \
     readable over the network\n    Set tls.cert and tls.key; or set server.trusted_proxies to the \
     proxy that ends TLS; or listen on 127.0.0.1."
)]
#[case::tls_without_public_url(
    Given::toml("tls.cert = 'c'\ntls.key = 'k'"),
    "default: server.public_url: it is not set, and tls.cert is\n    Set the https address that \
     people type, for example: public_url = \"https://play.example\" under [server]"
)]
#[case::proxies_without_public_url(
    Given::toml("server.trusted_proxies = ['::1']"),
    "server.public_url: it is not set, and server.trusted_proxies is"
)]
#[case::plain_public_url_with_tls(
    Given::toml("tls.cert = 'c'\ntls.key = 'k'\nserver.public_url = 'http://play.example:80'"),
    "tiltyard.toml:3: server.public_url: http://play.example is plain http although tls.cert is \
     set\n    Write https://play.example"
)]
#[case::https_without_tls(
    Given::flag("server.public_url", "https://play.example"),
    "flag --public-url: server.public_url: https://play.example is https, but nothing is set that \
     ends TLS"
)]
#[case::plain_public_url(
    Given::flag("server.public_url", "http://play.example"),
    "server.public_url: http://play.example is plain http on a host other than this machine"
)]
#[case::ca_file_alone(
    Given::toml("database.ca_file = 'ca.pem'"),
    "database.ca_file: it is set without database.url"
)]
#[case::idle_longer_than_absolute(
    Given::toml("sessions.idle_minutes = 61\nsessions.absolute_hours = 1"),
    "sessions.idle_minutes: 61 minutes are more than sessions.absolute_hours, which is 1\n    Write \
     at most 60"
)]
#[case::grant_idle_longer_than_absolute(
    Given::toml("tokens.refresh_absolute_days = 80"),
    "default: tokens.refresh_idle_days: 90 days are more than tokens.refresh_absolute_days, which \
     is 80\n    Write at most 80"
)]
fn errors_name_key_place_reason_and_fix(#[case] given: Given, #[case] expected: &str) {
    let error = given.error();
    assert!(error.contains(expected), "{error}\n  lacks\n{expected}");
    assert!(error.starts_with("the configuration has a problem:"), "{error}");
    assert!(!error.contains("hunter2"), "a secret is shown: {error}");
}

#[test]
fn every_problem_is_told_at_once() {
    let given = Given::toml("nme = 1\n[log]\nformat = 'x'\n[server]\nlisten = 'y'")
        .and_env("TILTYARD_SITE_NAME", "")
        .and_flag("database.url", "sqlite:x");
    let error = given.error();
    assert!(error.starts_with("the configuration has 5 problems:"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_an_error() {
    use std::os::unix::ffi::OsStringExt as _;
    let env = vec![("TILTYARD_SITE_NAME".into(), OsString::from_vec(vec![0xff]))];
    let read = |_: &Path| Err(io::Error::from(io::ErrorKind::NotFound));
    let sources = Sources { file: None, env, flags: Vec::new(), read_file: &read };
    let error = Config::load(&sources).unwrap_err().to_string();
    assert!(error.contains("TILTYARD_SITE_NAME: site.name: not UTF-8 text"), "{error}");
}

#[test]
fn effective_values_can_be_read_again_and_name_their_places() {
    let given =
        Given::toml("[limits]\nbody_bytes = 0x40_000").and_env("TILTYARD_LOG_FILTER", "warn");
    let printed = given.config().effective();
    assert!(printed.contains("body_bytes = \"256 KiB\""), "{printed}");
    assert!(printed.contains("# tiltyard.toml:2\n"), "{printed}");
    assert!(printed.contains("# environment variable TILTYARD_LOG_FILTER\n"), "{printed}");
    assert!(printed.contains("# public_url is not set\n"), "{printed}");
    let again = Given::default().and_file(DEFAULT_FILE, printed).config();
    assert_eq!(again.limits.body_bytes, given.config().limits.body_bytes);
    let lines = |config: &Config| -> Vec<_> {
        config.effective().lines().map(|line| line.split('#').next().unwrap().to_owned()).collect()
    };
    assert_eq!(lines(&again), lines(&given.config()));
}

#[rstest]
#[case("1024", "1 KiB")]
#[case("1025", "1025 B")]
#[case("2MiB", "2 MiB")]
fn sizes_have_one_spelling(#[case] text: &'static str, #[case] shown: &str) {
    let config = Given::env("TILTYARD_LIMITS_BODY_BYTES", text).config();
    assert_eq!(config.limits.body_bytes.toml().unwrap(), format!("\"{shown}\""));
}

#[rstest]
#[case("127.0.0.1:80", "http://127.0.0.1")]
#[case("[::1]:80", "http://[::1]")]
#[case("[::1]:8080", "http://[::1]:8080")]
fn origins_leave_out_the_usual_port(#[case] address: &str, #[case] origin: &str) {
    assert_eq!(Origin::of_address(address.parse().unwrap()).to_string(), origin);
}

/// The table itself: names are unique and in known sections, defaults and examples are taken.
#[test]
fn the_table_of_keys_is_sound() {
    let mut variables = std::collections::BTreeSet::new();
    for key in KEYS {
        assert!(
            !key.about.is_empty() && !(key.shape)().is_empty(),
            "{} is not documented",
            key.name
        );
        assert!(SECTIONS.iter().any(|section| section.name == key.parts().0), "{}", key.name);
        assert!(variables.insert(key.env()), "{} is there twice", key.env());
        assert!(!key.secret || variables.insert(key.file_name()), "{}", key.name);
        let taken = (key.toml)(key.example).is_some();
        assert!(taken || key.secret, "the example of {} is not taken", key.name);
        let example: toml::Table = match key.assignment().split_once(" under ") {
            Some((line, _)) => line.parse().unwrap(),
            None => key.assignment().parse().unwrap(),
        };
        assert_eq!(example.len(), 1);
    }
}

/// Written anew by `cargo xtask generate`, which sets `UPDATE`.
#[test]
fn generated_reference_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let reference = reference_markdown();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &reference).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == reference, "docs/configuration.md is stale: run `cargo xtask generate`");
}
