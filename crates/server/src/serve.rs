//! The listener: plain or TLS, until told to stop.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use axum::Router;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use hyper_util::{
    rt::{TokioExecutor, TokioTimer},
    server::conn::auto::Builder,
};

use crate::App;

/// How long open requests may finish after the stop signal.
const GRACE: Duration = Duration::from_secs(10);

/// How long the head of a request may take, and an idle connection may wait for the next.
const PATIENCE: Duration = Duration::from_secs(30);

/// Certificate chain and key, both PEM.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The certificate chain.
    pub cert: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

impl Tls {
    /// Reads both files, so that what is wrong with them is known before anything is served.
    pub async fn load(&self) -> std::io::Result<RustlsConfig> {
        RustlsConfig::from_pem_file(&self.cert, &self.key).await
    }
}

/// Binds the address (port 0 takes a free one), so that what is bound is known before anything is
/// served.
pub fn bind(address: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// A client that does not finish its request's head in time is cut off.
fn bound_heads(builder: &mut Builder<TokioExecutor>) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(PATIENCE));
}

/// Serves until `stop` resolves; then lets open requests finish for a while.
pub async fn service(
    app: App,
    listener: std::net::TcpListener,
    tls: Option<RustlsConfig>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let handle = Handle::new();
    let stopper = handle.clone();
    let stopping = app.clone();
    tokio::spawn(async move {
        stop.await;
        stopping.stop();
        stopper.graceful_shutdown(Some(GRACE));
    });
    let service = Router::new().fallback_service(app.rewritten());
    let make = service.into_make_service_with_connect_info::<SocketAddr>();
    match tls {
        None => {
            // Without TLS there is no HTTP/2 to be told apart, and the time for the head runs from
            // the first moment.
            let mut server = axum_server::from_tcp(listener)?.handle(handle).http1_only();
            bound_heads(server.http_builder());
            server.serve(make).await
        }
        Some(config) => {
            let mut server = axum_server::from_tcp_rustls(listener, config)?.handle(handle);
            bound_heads(server.http_builder());
            server.serve(make).await
        }
    }
}
