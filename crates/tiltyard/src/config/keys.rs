//! The table of keys. A new key is one entry here: type, default, documentation and example; the
//! name, the variable, the reference and the output of `tiltyard config` follow from it.

use std::{net::SocketAddr, path::PathBuf};

use super::{
    problem::env_name,
    show::Shown,
    source::Given,
    types::{
        BodySize, DatabaseUrl, FileSize, FilesSize, HostName, ImplicitScopes, Label, LogFilter,
        LogFormat, MetricsListen, Network, Origin, Quota, Rate, SealingKey, SecretText, Signup,
    },
    value::{Raw, Setting, Whole, quoted},
};

/// What is known of a key apart from its Rust type.
pub(crate) struct Key {
    /// Dotted name, as in `server.listen`.
    pub(crate) name: &'static str,
    /// Lines of documentation (Markdown).
    pub(crate) about: &'static [&'static str],
    /// What it takes, as a phrase.
    pub(crate) shape: fn() -> String,
    /// TOML text of a value given as text; `None` where there is no value to show.
    pub(crate) toml: fn(&str) -> Option<String>,
    /// Default as text; empty: not set.
    pub(crate) default: &'static str,
    /// A value, as one writes it in a variable; no example of a secret could be used as it is.
    pub(crate) example: &'static str,
    /// The flag of `tiltyard serve` that sets it, if there is one.
    pub(crate) flag: Option<&'static str>,
    /// Never shown; a file may hold it.
    pub(crate) secret: bool,
}

impl Key {
    /// The environment variable: `TILTYARD_SERVER_LISTEN`.
    pub(crate) fn env(&self) -> String {
        env_name(self.name)
    }

    /// The key that names a file with the value of this one.
    pub(crate) fn file_name(&self) -> String {
        format!("{}_file", self.name)
    }

    /// Section and name within it; the section is empty for keys at the top of the file.
    pub(crate) fn parts(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or(("", self.name))
    }

    /// A line of TOML that sets it to its example, and the section to write it in.
    pub(super) fn assignment(&self) -> String {
        let value =
            if self.secret { Some(quoted(self.example)) } else { (self.toml)(self.example) };
        let value = value.unwrap_or_default();
        match self.parts() {
            ("", name) => format!("{name} = {value}"),
            (section, name) => format!("{name} = {value} under [{section}]"),
        }
    }
}

/// A section of the file.
pub(crate) struct Section {
    /// Name in brackets; empty for the top of the file.
    pub(crate) name: &'static str,
    /// Lines of documentation (Markdown).
    pub(crate) about: &'static [&'static str],
}

macro_rules! flag {
    () => {
        None
    };
    ($flag:literal) => {
        Some($flag)
    };
}

macro_rules! key {
    ($name:expr, [$($doc:literal)*], $ty:ty, $default:literal, $example:literal, [$($flag:literal)?]) => {
        Key {
            name: $name,
            about: &[$($doc),*],
            shape: <$ty as Setting>::shape,
            toml: |text| {
                <$ty as Setting>::read(&Raw::Text(text.to_owned())).ok().and_then(|value| value.toml())
            },
            default: $default,
            example: $example,
            flag: flag!($($flag)?),
            secret: <$ty as Setting>::SECRET,
        }
    };
}

macro_rules! settings {
    (
        {$(
            $(#[doc = $top_doc:literal])*
            $top:ident: $TopType:ty = $top_default:literal, example $top_example:literal
                $(, flag $top_flag:literal)?;
        )*}
        $(
            $(#[doc = $section_doc:literal])*
            $section:ident: $Section:ident {$(
                $(#[doc = $doc:literal])*
                $field:ident: $Type:ty = $default:literal, example $example:literal
                    $(, flag $flag:literal)?;
            )*}
        )*
    ) => {
        /// Every key, in the order of the reference.
        pub(crate) static KEYS: &[Key] = &[
            $(key!(stringify!($top), [$($top_doc)*], $TopType, $top_default, $top_example,
                [$($top_flag)?]),)*
            $($(key!(concat!(stringify!($section), ".", stringify!($field)), [$($doc)*], $Type,
                $default, $example, [$($flag)?]),)*)*
        ];

        /// Every section, in the order of the reference; the first is the top of the file.
        pub(crate) static SECTIONS: &[Section] = &[
            Section { name: "", about: &[] },
            $(Section { name: stringify!($section), about: &[$($section_doc),*] },)*
        ];

        /// The configuration of a node, checked.
        #[derive(Debug)]
        pub(crate) struct Config {
            $($(#[doc = $top_doc])* pub(crate) $top: $TopType,)*
            $($(#[doc = $section_doc])* pub(crate) $section: $Section,)*
            /// What [`Config::effective`] prints.
            pub(super) report: Vec<Shown>,
        }

        impl Config {
            /// Reads every key out of what was given; `None` when any has a problem.
            pub(super) fn take(given: &mut Given) -> Option<Self> {
                $(let $top = given.take(stringify!($top));)*
                $(let $section = $Section::take(given);)*
                Some(Self { $($top: $top?,)* $($section: $section?,)* report: Vec::new() })
            }
        }

        $(
            $(#[doc = $section_doc])*
            #[derive(Debug)]
            pub(crate) struct $Section {
                $($(#[doc = $doc])* pub(crate) $field: $Type,)*
            }

            impl $Section {
                fn take(given: &mut Given) -> Option<Self> {
                    $(let $field =
                        given.take(concat!(stringify!($section), ".", stringify!($field)));)*
                    Some(Self { $($field: $field?),* })
                }
            }
        )*
    };
}

settings! {
    {
        /// The directory of everything this node keeps: the SQLite database and the file of the
        /// sealing key. Made at the first start, for its owner alone.
        data: PathBuf = "./tiltyard-data", example "/var/lib/tiltyard", flag "--data";
    }

    /// Addresses and host names.
    server: Server {
        /// The address that is listened on. Port 0 takes a free port; the line `listening on` tells
        /// which. Plain http is served on loopback addresses only: any other address needs
        /// `tls.cert` and `tls.key`, or `server.trusted_proxies`.
        listen: SocketAddr = "127.0.0.1:7110", example "0.0.0.0:443", flag "--listen";
        /// The address that people type. Links and the issuer of tokens are made from it and never
        /// from what a request claims. Without it, `http://` and the
        /// address listened on. It must be https with TLS or trusted proxies, and is needed then. It
        /// has no path: give this installation a host name of its own.
        public_url: Option<Origin> = "", example "https://play.example", flag "--public-url";
        /// Further host names of this installation: an answer to a request for one of them has its
        /// links there. Requests for any other name get links to `server.public_url`.
        extra_hosts: Vec<HostName> = "", example "api.play.example";
        /// The proxies that end TLS in front of this node. From these alone the address of the
        /// client is taken out of forwarding headers. List the proxies and nobody else: whoever is
        /// listed can pass for any client.
        trusted_proxies: Vec<Network> = "", example "127.0.0.1, 10.0.0.0/8";
    }

    /// TLS ended by Tiltyard itself. Both keys or neither.
    tls: Tls {
        /// The file of the certificate chain, PEM, this server's certificate first.
        cert: Option<PathBuf> = "", example "/etc/tiltyard/fullchain.pem";
        /// The file of the certificate's private key, PEM.
        key: Option<PathBuf> = "", example "/etc/tiltyard/privkey.pem";
    }

    /// Where data is kept: SQLite in the data directory, or PostgreSQL.
    database: Database {
        /// The address of a PostgreSQL database, for many nodes or much data. Without it, SQLite in
        /// the data directory. `sslmode` in it is `disable`, `prefer` (the default: encrypts where
        /// the server can, without checking who it is) or `verify-full` (encrypts, and checks
        /// certificate and name); over a network, write `?sslmode=verify-full`.
        url: Option<DatabaseUrl> = "", example "postgres://tiltyard:password@db.example/tiltyard",
            flag "--database";
        /// Connections to PostgreSQL for writing. Half as many more are kept for reading.
        connections: Whole<1, 1000> = "16", example "32";
        /// The file of the certificates (PEM) that the PostgreSQL server's certificate must go back
        /// to. Without it, the well-known authorities.
        ca_file: Option<PathBuf> = "", example "/etc/tiltyard/db-ca.pem";
    }


    /// Log lines, on standard error.
    log: Log {
        /// `text` for people, `json` for machines: one object a line.
        format: LogFormat = "text", example "json";
        /// A level, and where needed levels of parts: `info,tiltyard_store=debug`.
        filter: LogFilter = "info,tokio_postgres=warn", example "warn";
    }

    /// What operators watch: counters and latencies, in Prometheus' text form.
    metrics: Metrics {
        /// Where `/metrics` is answered, and nothing else; or `off`. It is never on the public
        /// listener, and it is plain http: keep it on this machine or on a network of your own. If
        /// the default port is taken, the server says so and goes on without; if one that you set
        /// is, it does not start.
        listen: MetricsListen = "127.0.0.1:7111", example "off";
    }

    /// The APIs.
    api: Api {
        /// Hours for which the answer to a request with an `Idempotency-Key` is kept, so that the
        /// same request gets it again.
        idempotency_hours: Whole<1, 720> = "24", example "48";
        /// Streams of events that one credential may have open on a node.
        streams_per_credential: Whole<1, 10_000> = "20", example "100";
        /// Streams of events that one address (IPv6: one /64) may have open on a node.
        streams_per_address: Whole<1, 100_000> = "200", example "1000";
        /// A quota: requests for which one account is answerable, by whatever key or token, of all nodes
        /// together. Answers tell what is left; beyond it they are 429. The period begins with the
        /// hour, the day or the month (UTC).
        requests_per_account: Quota = "off", example "100000/month";
        /// A quota: requests with the tokens and the key of one application.
        requests_per_application: Quota = "off", example "20000/hour";
    }

    /// The record of security events.
    audit: Audit {
        /// Days after which events go.
        keep_days: Whole<1, 3_650> = "400", example "90";
    }

    /// What people see.
    site: Site {
        /// The name of this installation, on every page.
        name: Label = "Tiltyard", example "Tuesday League";
    }

    /// Accounts of people.
    accounts: Accounts {
        /// Whether everybody may sign up, or accounts are made by `tiltyard user create` alone.
        signup: Signup = "open", example "closed";
    }

    /// Sessions of browsers.
    sessions: Sessions {
        /// Minutes without a request after which a session ends.
        idle_minutes: Whole<1, 525_600> = "20160", example "60";
        /// Hours after sign-in at which a session ends in any case.
        absolute_hours: Whole<1, 8_760> = "2160", example "24";
    }

    /// Grants of people to applications, which refresh tokens keep alive.
    tokens: Tokens {
        /// Days without a refresh after which a grant ends.
        refresh_idle_days: Whole<1, 3_650> = "90", example "30";
        /// Days after consent at which a grant ends in any case.
        refresh_absolute_days: Whole<1, 3_650> = "365", example "180";
        /// Seconds in which a refresh token that was replaced still gets its successor, for a client
        /// that never saw the answer, as long as the successor is unused. 0: never. Without a
        /// number, for as long as the grant lives.
        second_chance_seconds: Option<Whole<0, 31_536_000>> = "", example "60";
        /// Which scopes the implicit grant may give to the applications that have its switch: `all`,
        /// or `reading` alone.
        implicit_scopes: ImplicitScopes = "all", example "reading";
    }

    /// The keys that sign access tokens.
    signing: Signing {
        /// Days after which a key is replaced. The new key is published before it signs, the old
        /// one until the last of its tokens has expired.
        key_days: Whole<1, 3_650> = "90", example "30";
    }

    /// Passwords.
    passwords: Passwords {
        /// How many passwords are hashed at the same time; each takes 19 MiB while it runs. 0: as
        /// many as the machine has cores.
        parallel_hashes: Whole<0, 1024> = "0", example "2";
    }

    /// Bounds on requests. Rates are written as `20 + 6/minute`: twenty at once, then six a minute;
    /// or `off`. They count failures and what is begun and not finished, in each node's memory; what
    /// authenticates itself is never slowed down, but by `tokens_per_application`. Whoever reaches a
    /// limit gets 429 and is told how long to wait.
    limits: Limits {
        /// The longest request body that is read.
        body_bytes: BodySize = "1 MiB", example "256 KiB";
        /// Wrong passwords for one account from one address (IPv6: from one /64).
        sign_in_pair: Rate = "10 + 1/minute", example "5 + 1/minute";
        /// Wrong passwords from one address, for whichever accounts.
        sign_in_address: Rate = "60 + 12/minute", example "30 + 6/minute";
        /// Wrong passwords for one account from all addresses and browsers together that it was not
        /// signed in with lately. Its own people are not locked out by it: `sign_in_known` is theirs.
        sign_in_account: Rate = "100 + 60/hour", example "50 + 20/hour";
        /// Wrong passwords for an account in a browser that signed in to it before, or from an
        /// address from which it is signed in.
        sign_in_known: Rate = "20 + 2/minute", example "10 + 1/minute";
        /// Accounts made from one address.
        sign_up_address: Rate = "100 + 60/hour", example "5 + 5/hour";
        /// Failed authentications of one client from one address.
        client_pair: Rate = "20 + 6/minute", example "10 + 2/minute";
        /// Codes and refresh tokens that we never made, from one client at one address.
        grant_pair: Rate = "60 + 60/minute", example "20 + 20/minute";
        /// Tokens that one application asked about or revoked from one address, and that were none.
        token_guesses: Rate = "200 + 20/second", example "50 + 5/second";
        /// Device requests of one client from one address that nobody has decided.
        device_requests: Rate = "60 + 30/minute", example "20 + 10/minute";
        /// Wrong user codes, typed in one session or from one address.
        user_codes: Rate = "10 + 6/minute", example "5 + 2/minute";
        /// Wrong device codes typed by one person. The default lets through five in the life of a
        /// code, so that nobody guesses one.
        user_codes_per_person: Rate = "4 + 6/hour", example "3 + 3/hour";
        /// Wrong device codes typed by everybody together.
        user_codes_in_total: Rate = "300 + 60/minute", example "100 + 20/minute";
        /// Pushed authorization requests of one application that nobody has answered; of one that
        /// proves nothing, those from one address.
        pushed_requests: Rate = "300 + 300/minute", example "60 + 60/minute";
        /// Consent pages that one session may have open; opening more closes the oldest.
        open_consent_pages: Whole<1, 1000> = "20", example "5";
        /// A quota: tokens that one application is given, by any grant.
        tokens_per_application: Rate = "off", example "1000 + 600/minute";
    }

    /// What is attached to matches: links, words and files. Files lie in a folder, or with `s3_bucket`
    /// in a bucket of a service that speaks S3 (several nodes need one, or a folder that they share).
    attachments: Attachments {
        /// The largest file.
        file_bytes: FileSize = "25 MiB", example "250 KiB";
        /// Most attachments of one match.
        per_match: Whole<1, 1000> = "20", example "4";
        /// All files of one tournament together.
        tournament_bytes: FilesSize = "2 GiB", example "100 MiB";
        /// The folder of the files. Without it, `attachments` in the data directory.
        folder: Option<PathBuf> = "", example "/srv/tiltyard/attachments";
        /// The bucket of the files, instead of a folder.
        s3_bucket: Option<Label> = "", example "tiltyard";
        /// The address of the service; without it, Amazon's.
        s3_endpoint: Option<Origin> = "", example "https://s3.example";
        /// The bucket's region, where the service has some.
        s3_region: Label = "us-east-1", example "eu-central-1";
        /// The id of the access key, which may list the bucket, and read, write and delete in it.
        s3_access_key: Option<Label> = "", example "AKIAIOSFODNN7EXAMPLE";
        /// The secret of the access key.
        s3_secret_key: Option<SecretText> = "", example "(from the service)";
        /// What the names of all files in the bucket begin with, where it holds other things, too.
        s3_prefix: Option<Label> = "", example "play/attachments";
    }

    /// Keys of the server itself.
    secrets: Secrets {
        /// The key that seals the signing keys in the database. Without it, the file `secret.key`
        /// in the data directory, made at the first start. Nodes that share a PostgreSQL database
        /// must share this key. Make one with `openssl rand -base64 32`.
        key: Option<SealingKey> = "", example "(output of openssl rand -base64 32)";
    }
}

impl Config {
    /// Passwords hashed at the same time: the number given, or `cores`; at least one.
    pub(crate) fn parallel_hashes(&self, cores: usize) -> usize {
        match self.passwords.parallel_hashes.get() {
            0 => cores.max(1),
            given => usize::try_from(given).unwrap_or(usize::MAX),
        }
    }
}
