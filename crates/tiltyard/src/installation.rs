//! An opened installation: store, secret and platform, as the configuration says.

use std::{fs, path::Path, sync::Arc, thread};

use anyhow::{Context as _, bail};
use secrecy::ExposeSecret as _;
use tiltyard_core::{
    Core, Settings,
    clock::{Clock as _, DAY, HOUR, MINUTE, SystemClock},
    entropy::{Entropy as _, SystemEntropy},
    files::{FileStorage, S3Settings},
    limits::LimitSettings,
    quota::QuotaSettings,
    tournaments::attachments::AttachmentSettings,
};
use tiltyard_store::{
    Migrations, PostgresOptions, SqliteOptions, Store, StoreError, StoreOptions, Target,
    migrations::MIGRATIONS,
};

use url::Url;

use crate::{
    config::{
        Config,
        keys::Limits,
        types::{ImplicitScopes, Label, Signup},
    },
    secret_key,
};

/// The file of the embedded database within the data directory.
pub(crate) const DATABASE_FILE: &str = "tiltyard.db";

/// The file that a server holds locked while it runs on the embedded database.
const LOCK_FILE: &str = "tiltyard.lock";

/// Makes sure that no server runs on the embedded database of this data directory, for as long as
/// the file that is returned lives.
pub(crate) fn lock_for_server(config: &Config) -> anyhow::Result<Option<fs::File>> {
    if config.database.url.is_some() {
        return Ok(None);
    }
    make_data_directory(config)?;
    let path = config.data.join(LOCK_FILE);
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| {
            format!(
                "cannot write {}: give this user the right to write in that directory, or choose \
                 another with --data",
                path.display()
            )
        })?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => bail!(
            "a server runs on {} already: stop it first, or choose another directory with --data \
             (for more than one server, put the data into PostgreSQL with --database)",
            config.data.display()
        ),
        Err(fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

/// Makes the data directory, for its owner alone.
fn make_data_directory(config: &Config) -> anyhow::Result<()> {
    if config.data.is_file() {
        bail!("{} is a file: choose a directory with --data", config.data.display());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(&config.data).with_context(|| {
        format!(
            "cannot make the data directory {}: choose another with --data, or give this user \
             the right to write there",
            config.data.display()
        )
    })
}

/// Where this installation keeps its data, as messages name it: without the password.
pub(crate) fn place(config: &Config) -> String {
    let Some(url) = &config.database.url else { return config.data.display().to_string() };
    let Ok(url) = Url::parse(url.secret().expose_secret()) else { return "PostgreSQL".to_owned() };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("PostgreSQL at {}{port}{}", url.host_str().unwrap_or_default(), url.path())
}

/// What an operator can do about a database that does not open; the cause comes behind.
fn not_opened(config: &Config, error: &StoreError) -> String {
    let place = place(config);
    let within_reach = matches!(error, StoreError::Unavailable(_) | StoreError::Configuration(_));
    match (within_reach, &config.database.url) {
        (false, _) => format!("cannot open the database ({place})"),
        (true, Some(_)) => format!(
            "cannot open the database ({place}): see that the server runs there and lets this \
             machine in, and that database.url has the right user, password and database"
        ),
        (true, None) => format!(
            "cannot open the database ({place}): this user must be able to read and write the \
             directory and what is in it; run this as the user that the server runs as"
        ),
    }
}

/// Where the store is.
fn target(config: &Config) -> anyhow::Result<Target> {
    match &config.database.url {
        None => Ok(Target::Sqlite(SqliteOptions::new(config.data.join(DATABASE_FILE)))),
        Some(url) => {
            let mut target = Target::parse(url.secret().expose_secret())?;
            if let Target::Postgres(options) = &mut target {
                let writers = config.database.connections.get().max(1) as usize;
                *options = PostgresOptions {
                    writers,
                    readers: writers.div_ceil(2),
                    root_certificates: config.database.ca_file.clone(),
                    ..options.clone()
                };
            }
            Ok(target)
        }
    }
}

/// Checks that a file is a whole database that this program can bring up to date.
pub(crate) fn check_file(path: &Path) -> anyhow::Result<()> {
    let options = StoreOptions {
        target: Target::Sqlite(SqliteOptions::new(path)),
        migrations: Migrations(MIGRATIONS.0),
        node: 0,
        now_ms: SystemClock.now(),
    };
    let store = Store::open(options)?;
    let problems = store.integrity()?;
    store.close();
    match problems.first() {
        None => Ok(()),
        Some(problem) => bail!("the database is not whole: {problem}"),
    }
}

/// Opens the store, bringing its schema up to date.
pub(crate) fn open_store(config: &Config) -> anyhow::Result<Store> {
    make_data_directory(config)?;
    let mut node = [0; 8];
    SystemEntropy::default().fill(&mut node)?;
    let options = StoreOptions {
        target: target(config)?,
        migrations: Migrations(MIGRATIONS.0),
        node: u64::from_be_bytes(node),
        now_ms: SystemClock.now(),
    };
    Store::open(options).map_err(|error| {
        let text = not_opened(config, &error);
        anyhow::Error::new(error).context(text)
    })
}

/// The use cases' settings for an installation at this address.
fn settings(config: &Config, public_url: &str) -> Settings {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let days = |days: u32| i64::from(days) * DAY;
    Settings {
        site_name: config.site.name.as_str().to_owned(),
        open_signup: config.accounts.signup == Signup::Open,
        parallel_hashes: config.parallel_hashes(cores),
        session_idle: i64::from(config.sessions.idle_minutes.get()) * MINUTE,
        session_absolute: i64::from(config.sessions.absolute_hours.get()) * HOUR,
        refresh_idle: days(config.tokens.refresh_idle_days.get()),
        refresh_absolute: days(config.tokens.refresh_absolute_days.get()),
        refresh_grace: config.tokens.second_chance_seconds.map(|it| i64::from(it.get()) * 1_000),
        implicit_writes: config.tokens.implicit_scopes == ImplicitScopes::All,
        key_age: days(config.signing.key_days.get()),
        audit_retention: days(config.audit.keep_days.get()),
        idempotency_lifetime: i64::from(config.api.idempotency_hours.get()) * HOUR,
        streams_per_credential: config.api.streams_per_credential.get(),
        streams_per_address: config.api.streams_per_address.get(),
        quotas: QuotaSettings {
            account: config.api.requests_per_account.0,
            application: config.api.requests_per_application.0,
        },
        limits: limits(&config.limits),
        attachments: attachments(config),
        ..Settings::at(public_url)
    }
}

/// The limits on guessing and on unfinished requests.
fn limits(config: &Limits) -> LimitSettings {
    LimitSettings {
        sign_in_pair: config.sign_in_pair.0,
        sign_in_address: config.sign_in_address.0,
        sign_in_account: config.sign_in_account.0,
        sign_in_known: config.sign_in_known.0,
        sign_up_address: config.sign_up_address.0,
        client_pair: config.client_pair.0,
        grant_pair: config.grant_pair.0,
        token_guesses: config.token_guesses.0,
        device_requests: config.device_requests.0,
        user_codes: config.user_codes.0,
        user_codes_per_person: config.user_codes_per_person.0,
        user_codes_in_total: config.user_codes_in_total.0,
        pushed_requests: config.pushed_requests.0,
        tokens_per_application: config.tokens_per_application.0,
        open_consent_pages: config.open_consent_pages.get(),
    }
}

/// Bounds on what is attached to matches, and where its files lie.
fn attachments(config: &Config) -> AttachmentSettings {
    let given = &config.attachments;
    let text = |label: &Option<Label>| label.as_ref().map(|it| it.as_str().to_owned());
    let storage = match config.attachments_folder() {
        Some(folder) => FileStorage::Folder(folder),
        None => FileStorage::S3(S3Settings {
            endpoint: given.s3_endpoint.as_ref().map(ToString::to_string),
            bucket: text(&given.s3_bucket).unwrap_or_default(),
            region: given.s3_region.as_str().to_owned(),
            access_key: text(&given.s3_access_key).unwrap_or_default(),
            secret_key: given
                .s3_secret_key
                .as_ref()
                .map(|key| key.secret().expose_secret().to_owned())
                .unwrap_or_default(),
            prefix: text(&given.s3_prefix).unwrap_or_default(),
        }),
    };
    AttachmentSettings {
        per_match: given.per_match.get(),
        file_bytes: given.file_bytes.bytes(),
        tournament_bytes: given.tournament_bytes.bytes(),
        storage,
    }
}

/// Opens the installation for serving or for a command beside a server.
pub(crate) async fn open(config: &Config, public_url: &str) -> anyhow::Result<Core> {
    make_data_directory(config)?;
    let secret = secret_key::load(config)?;
    let store = open_store(config)?;
    // It holds all settings, which is much for a future.
    let core = Box::pin(Core::start(
        store,
        Arc::new(SystemClock),
        Arc::new(SystemEntropy::default()),
        settings(config, public_url),
        secret.derived()?,
    ))
    .await;
    core.map_err(|error| {
        // A key that was just made and opens nothing would only be in the way.
        secret.forget_if_new();
        anyhow::anyhow!("{}", error.for_operator()).context("cannot start on this database")
    })
}

/// Opens the installation for a command: its address does not matter there.
pub(crate) async fn open_for_command(config: &Config) -> anyhow::Result<Core> {
    let origin = config.origin(config.server.listen).to_string();
    open(config, &origin).await
}
