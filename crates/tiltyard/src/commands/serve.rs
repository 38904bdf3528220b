//! `tiltyard serve`.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use clap::Args;
use tiltyard_server::{App, AppOptions, Tls};

use super::Common;
use crate::{
    config::{Config, Place, types::LogFormat},
    installation,
};

/// Flags of `serve`.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Flags {
    /// Address and port to listen on [default: 127.0.0.1:7110]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The address that people use.
    #[arg(long, value_name = "URL", help = "The address people use, such as https://play.example")]
    public_url: Option<String>,
}

impl Flags {
    /// These flags, and the ones given before the command where these say nothing.
    pub(super) fn over(self, before: Self) -> Self {
        Self {
            listen: self.listen.or(before.listen),
            public_url: self.public_url.or(before.public_url),
        }
    }
}

fn start_log(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_new(config.log.filter.as_str())
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log.format {
        LogFormat::Json => builder.json().init(),
        LogFormat::Text => builder.init(),
    }
}

/// Listens for the signals from now on; resolves when the process is told to stop.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    let (mut interrupt, mut terminate) = {
        use tokio::signal::unix::{SignalKind, signal};
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
        tracing::info!("stopping");
    })
}

/// The listener of the metrics. A default port that is taken is no reason not to serve.
fn metrics_listener(config: &Config) -> anyhow::Result<Option<std::net::TcpListener>> {
    let Some(address) = config.metrics.listen.0 else { return Ok(None) };
    match tiltyard_server::bind(address) {
        Ok(listener) => {
            tracing::info!("metrics on http://{}/metrics", listener.local_addr()?);
            Ok(Some(listener))
        }
        Err(error) if matches!(config.place("metrics.listen"), Place::Default) => {
            tracing::warn!(
                %error,
                "no metrics: {address} is taken; set metrics.listen to another address, or to off"
            );
            Ok(None)
        }
        Err(error) => Err(error).with_context(|| {
            format!(
                "cannot listen on {address} (metrics.listen): another program may use it; choose \
                 another, or off"
            )
        }),
    }
}

/// Lets the process open as many files as it may have: whoever follows a page live holds one, and most
/// systems begin with 1,024.
#[cfg(unix)]
fn raise_limit_of_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    if now.current != now.maximum
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: now.maximum, ..now })
    {
        tracing::warn!(%error, ?now, "cannot raise the limit of open files");
    }
}

/// Serves until told to stop.
pub(super) async fn run(common: &Common, flags: Flags) -> anyhow::Result<()> {
    let given = [("server.listen", flags.listen), ("server.public_url", flags.public_url)];
    let flags = given
        .into_iter()
        .filter_map(|(key, value)| value.map(|value| (key.to_owned(), value)))
        .collect();
    let config = common.load(flags)?;
    start_log(&config);
    #[cfg(unix)]
    raise_limit_of_files();
    let tls = match config.tls() {
        None => None,
        Some((cert, key)) => {
            let files = Tls { cert: cert.to_owned(), key: key.to_owned() };
            Some(files.load().await.with_context(|| {
                format!(
                    "tls.cert ({}) and tls.key ({}) cannot be used: they must be PEM files that \
                     this user can read, and belong together",
                    cert.display(),
                    key.display()
                )
            })?)
        }
    };
    // Two servers on one embedded database would not hear of each other's writes in time.
    let _alone = installation::lock_for_server(&config)?;
    let listener = tiltyard_server::bind(config.server.listen).with_context(|| {
        format!(
            "cannot listen on {}: another program may use it; choose another with --listen",
            config.server.listen
        )
    })?;
    let bound = listener.local_addr()?;
    let metrics = metrics_listener(&config)?;
    let origin = config.origin(bound).to_string();
    let core = installation::open(&config, &origin).await?;
    core.maintain_in_background();
    core.write_usage_in_background();
    core.write_requests_in_background();
    let scheme = origin.split("://").next().unwrap_or("http").to_owned();
    let options = AppOptions {
        other_urls: config
            .server
            .extra_hosts
            .iter()
            .map(|host| format!("{scheme}://{}", host.as_str()))
            .collect(),
        trusted_proxies: config
            .server
            .trusted_proxies
            .iter()
            .map(|network| network.block())
            .collect(),
        proxies_only: tls.is_none() && !bound.ip().is_loopback(),
        body_limit: usize::try_from(config.limits.body_bytes.bytes()).unwrap_or(usize::MAX),
    };
    let app = App::new(core.clone(), options);
    let wire = if tls.is_some() { "https" } else { "http" };
    let setup = core.new_setup_link().await?;
    // Whoever reads the next line may tell us to stop at once.
    let stop = stop_signal().context("cannot listen for signals")?;
    println!("listening on {wire}://{bound}");
    if origin != format!("{wire}://{bound}") {
        println!("people use {origin}");
    }
    if let Some(token) = setup {
        println!(
            "nobody operates this installation yet: open this link once to become the operator"
        );
        println!("  {origin}/setup?token={token}");
    }
    let stopped = tokio::sync::watch::Sender::new(false);
    if let Some(listener) = metrics {
        let mut stopping = stopped.subscribe();
        let stop = async move { drop(stopping.wait_for(|stop| *stop).await) };
        tokio::spawn(tiltyard_server::serve_metrics(core.clone(), listener, stop));
    }
    let served = tiltyard_server::service(app, listener, tls, stop).await;
    stopped.send_replace(true);
    if let Err(error) = core.write_usage().await {
        tracing::warn!(?error, "the last usage cannot be written");
    }
    if let Err(error) = core.write_requests().await {
        tracing::warn!(?error, "the last counts of requests cannot be written");
    }
    core.store().close();
    served.context("the listener failed")
}
