//! Requests counted and timed, the log line of each, and the listener on which operators read metrics.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse as _, Response},
    routing::get,
};
use prometheus_client::metrics::{counter::Counter, family::Family, histogram::Histogram};
use tiltyard_core::Core;
use tracing::Instrument as _;

use crate::{
    App,
    http::{client_address, request_id},
};

/// Groups of routes, by the beginning of the path. The first that fits.
const CLASSES: [(&str, &str); 18] = [
    ("token", "/oauth/token"),
    ("token", "/oauth/v2/token"),
    ("token", "/oauth/access_token"),
    ("token", "/api/access_token"),
    ("introspect", "/oauth/introspect"),
    ("revoke", "/oauth/revoke"),
    ("authorize", "/oauth/authorize"),
    ("oauth", "/oauth"),
    ("oauth", "/.well-known/"),
    ("api", "/v2"),
    ("api", "/v1/"),
    ("api", "/api/"),
    ("api", "/account/v2/"),
    ("api", "/users/"),
    ("assets", "/assets/"),
    ("health", "/healthz"),
    ("health", "/readyz"),
    ("pages", ""),
];

/// Buckets of the latency, in seconds: from half a millisecond to two and a half seconds.
const BUCKETS: [f64; 12] =
    [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// Counters of one class of routes, made once.
#[derive(Debug)]
struct Class {
    prefix: &'static str,
    /// By the first digit of the status.
    answers: [Counter; 5],
    latency: Histogram,
}

/// The counters of all classes.
#[derive(Debug)]
pub(crate) struct RequestMetrics(Vec<Class>);

impl RequestMetrics {
    /// Counters in the core's list. Several servers on one core would count into the same list.
    pub(crate) fn new(core: &Core) -> Self {
        let answers = Family::<[(&str, &str); 2], Counter>::default();
        let latency = Family::<[(&str, &str); 1], Histogram>::new_with_constructor(|| {
            Histogram::new(BUCKETS)
        });
        let classes = CLASSES.iter().map(|(class, prefix)| Class {
            prefix,
            answers: ["1xx", "2xx", "3xx", "4xx", "5xx"].map(|status| {
                answers.get_or_create_owned(&[("class", *class), ("status", status)])
            }),
            latency: latency.get_or_create_owned(&[("class", *class)]),
        });
        let classes = classes.collect();
        core.metrics().register(|registry| {
            registry.register("http_requests", "Requests answered", answers);
            registry.register("http_seconds", "Time until the answer's head", latency);
        });
        Self(classes)
    }

    fn count(&self, path: &str, status: StatusCode, took: Duration) {
        let Some(class) = self.0.iter().find(|class| path.starts_with(class.prefix)) else {
            return;
        };
        if let Some(answers) = class.answers.get(usize::from(status.as_u16() / 100).wrapping_sub(1))
        {
            answers.inc();
        }
        class.latency.observe(took.as_secs_f64());
    }
}

/// Counts the request, and writes its log line: never with the query, which may hold a code or a key.
/// What is logged on the way says of which request.
pub(crate) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let uri = request.uri().clone();
    let id = request_id::of(&request);
    let span = tracing::error_span!("request", id, method = %request.method(), path = uri.path());
    let address = tracing::enabled!(tracing::Level::DEBUG).then(|| {
        let trusted = &app.options().trusted_proxies;
        client_address::of(request.extensions(), request.headers(), trusted)
    });
    let response = next.run(request).instrument(span.clone()).await;
    let took = started.elapsed();
    app.request_metrics().count(uri.path(), response.status(), took);
    if let Some(address) = address {
        let (status, micros) = (response.status().as_u16(), took.as_micros());
        span.in_scope(|| tracing::debug!(status, address, micros, "request"));
    }
    response
}

/// What the metrics listener serves: `/metrics`, and nothing else.
pub fn metrics_router(core: Core) -> Router {
    Router::new().route("/metrics", get(show)).with_state(core)
}

async fn show(State(core): State<Core>) -> Response {
    match core.metrics().text() {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "cannot write the metrics");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Serves the metrics until `stop` resolves.
pub async fn serve_metrics(
    core: Core,
    listener: std::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let handle = axum_server::Handle::new();
    let stopper = handle.clone();
    tokio::spawn(async move {
        stop.await;
        stopper.shutdown();
    });
    let service = metrics_router(core).into_make_service_with_connect_info::<SocketAddr>();
    axum_server::from_tcp(listener)?.handle(handle).serve(service).await
}
