//! What every handler shares, and the table of routes.

use std::sync::{Arc, OnceLock};

use axum::{
    Router,
    extract::{Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{ETAG, HOST, IF_NONE_MATCH},
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use ipnet::IpNet;
use quick_cache::{
    DefaultHashBuilder, OptionsBuilder,
    sync::{Cache, DefaultLifecycle},
};
use tiltyard_core::{Core, Error, tournaments::Tournament};
use tiltyard_pages::{embed, tournament};
use tokio::sync::watch;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    api,
    http::{
        client_address,
        coding::{self, Document},
        cors, request_id, rewrite,
    },
    live::{self, streams::Streams},
    metrics::{self, RequestMetrics},
    oauth,
    openapi::{self, Description},
    web,
};

/// Cached documents, in bytes.
const CACHED_BYTES: u64 = 24 * 1024 * 1024;
/// Cached documents, about.
const CACHED: usize = 1_000;
/// Parts of the cache. What is larger than one of them is not kept, so there are few, whatever the number of
/// processors.
const PARTS: usize = 2;

/// How the server stands in the network.
#[derive(Debug, Clone, Default)]
pub struct AppOptions {
    /// Further addresses (`https://host`, without a trailing slash) under which links may be made.
    pub other_urls: Vec<String>,
    /// Networks of proxies whose forwarding headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether only those proxies may connect: the listener is open to the network without TLS.
    pub proxies_only: bool,
    /// Largest request body in bytes.
    pub body_limit: usize,
}

/// What every handler shares. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    core: Core,
    options: AppOptions,
    /// Host header values and the base under which links are made for each.
    hosts: Vec<(String, String)>,
    https: bool,
    metrics: RequestMetrics,
    documents: Cache<DocumentKey, Document, ByBytes>,
    bylines: web::Bylines,
    home: web::HomeLists,
    /// Made when first asked for: it takes megabytes that a server at rest can do without.
    description: OnceLock<Description>,
    /// The open streams of the API.
    streams: Streams,
    /// Turns for drawing pictures of pixels.
    rasters: web::embed::Rasters,
    /// True once the server is told to stop.
    stop: watch::Sender<bool>,
}

/// A rendered document: what it shows, at which revision, under which base.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct DocumentKey {
    pub(crate) tournament: i64,
    pub(crate) revision: i64,
    pub(crate) kind: DocumentKind,
    pub(crate) base: usize,
    /// Of what is shown beside the tournament and has no revision; 0 where there is no such thing.
    pub(crate) print: u64,
}

impl DocumentKey {
    /// Of the tournament as it stands.
    pub(crate) fn of(tournament: &Tournament, kind: DocumentKind, base: usize) -> Self {
        let row = &tournament.row;
        Self { tournament: row.id, revision: row.revision, kind, base, print: 0 }
    }

    /// Of a document that shows something beside the tournament, too.
    #[must_use]
    pub(crate) fn beside(self, print: u64) -> Self {
        Self { print, ..self }
    }

    /// Names the document among those at its address.
    pub(crate) fn tag(&self) -> String {
        match self.print {
            0 => format!("\"{:x}\"", self.revision),
            print => format!("\"{:x}-{print:x}\"", self.revision),
        }
    }

    /// That the client has it already, if it does.
    pub(crate) fn not_modified(&self, headers: &HeaderMap) -> Option<Response> {
        let tag = self.tag();
        openapi::is_known(headers.get(IF_NONE_MATCH), &tag)
            .then(|| (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response())
    }
}

/// Which rendering of a tournament.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum DocumentKind {
    /// The v2.1 document of one tournament.
    ChallongeV2,
    /// Its page, for whoever is not signed in.
    Page(tournament::Look),
    /// The live part of its page, of what is looked at.
    Fragment(tournament::Look),
    /// One of the pages around the bracket, for whoever is not signed in.
    Around(web::AroundPage),
    /// A stage as a drawing.
    Svg(web::embed::Picture),
    /// A picture in pixels.
    Png(web::embed::Picture),
    /// An embed.
    ModulePage(embed::Look),
    /// The live part of an embed.
    Module(embed::Look),
}

#[derive(Clone)]
struct ByBytes;

impl quick_cache::Weighter<DocumentKey, Document> for ByBytes {
    fn weight(&self, _key: &DocumentKey, document: &Document) -> u64 {
        document.weight()
    }
}

fn kept_documents() -> Cache<DocumentKey, Document, ByBytes> {
    let mut options = OptionsBuilder::new();
    options.shards(PARTS).estimated_items_capacity(CACHED).weight_capacity(CACHED_BYTES);
    match options.build() {
        Ok(options) => Cache::with_options(
            options,
            ByBytes,
            DefaultHashBuilder::default(),
            DefaultLifecycle::default(),
        ),
        Err(_) => Cache::with_weighter(CACHED, CACHED_BYTES, ByBytes),
    }
}

impl App {
    /// The application on a running platform.
    pub fn new(core: Core, options: AppOptions) -> Self {
        let hosts = std::iter::once(core.public_url())
            .chain(options.other_urls.iter().map(String::as_str))
            .map(|url| {
                let host = url.split_once("://").map_or(url, |(_, rest)| rest);
                (host.to_ascii_lowercase(), url.to_owned())
            })
            .collect();
        let https = core.public_url().starts_with("https://");
        let documents = kept_documents();
        let stop = watch::Sender::new(false);
        let metrics = RequestMetrics::new(&core);
        let description = OnceLock::new();
        let streams = Streams::default();
        let rasters = web::embed::Rasters::default();
        Self(Arc::new(Inner {
            core,
            options,
            hosts,
            https,
            metrics,
            documents,
            bylines: web::Bylines::default(),
            home: web::HomeLists::default(),
            description,
            streams,
            rasters,
            stop,
        }))
    }

    /// The platform.
    pub fn core(&self) -> &Core {
        &self.0.core
    }

    /// The network options.
    pub(crate) fn options(&self) -> &AppOptions {
        &self.0.options
    }

    /// The counters of requests.
    pub(crate) fn request_metrics(&self) -> &RequestMetrics {
        &self.0.metrics
    }

    /// Whether the public address is https, and everything is strict.
    pub(crate) fn https(&self) -> bool {
        self.0.https
    }

    /// Which of the configured addresses the request was sent to; the public one if it was none
    /// of them, so that a forged Host header gets into no link.
    pub(crate) fn base_index(&self, headers: &HeaderMap) -> usize {
        let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return 0 };
        self.0.hosts.iter().position(|(known, _)| known.eq_ignore_ascii_case(host)).unwrap_or(0)
    }

    /// The address at this index, without a trailing slash.
    pub(crate) fn base_at(&self, index: usize) -> &str {
        self.0.hosts.get(index).map_or(self.core().public_url(), |(_, url)| url)
    }

    /// The base of links in an answer to this request, without a trailing slash.
    pub(crate) fn base(&self, headers: &HeaderMap) -> &str {
        self.base_at(self.base_index(headers))
    }

    /// The document, rendered at most once a revision: whoever asks meanwhile waits for it.
    pub(crate) async fn document<E>(
        &self,
        key: &DocumentKey,
        render: impl Future<Output = Result<Vec<u8>, E>>,
    ) -> Result<Document, E> {
        let made = async { Ok(Document::new(render.await?)) };
        self.0.documents.get_or_insert_async(key, made).await
    }

    /// The document, of which only what many ask for is kept.
    pub(crate) async fn document_if<E>(
        &self,
        kept: bool,
        key: &DocumentKey,
        render: impl Future<Output = Result<Vec<u8>, E>>,
    ) -> Result<Document, E> {
        if kept { self.document(key, render).await } else { Ok(Document::new(render.await?)) }
    }

    /// Under whose names the tournament stands.
    pub(crate) async fn byline(&self, tournament: &Tournament) -> Result<Arc<web::Byline>, Error> {
        self.0.bylines.of(self.core(), tournament).await
    }

    /// What the start page shows to everybody.
    pub(crate) fn home(&self) -> &web::HomeLists {
        &self.0.home
    }

    /// Turns for drawing pictures of pixels.
    pub(crate) fn rasters(&self) -> &web::embed::Rasters {
        &self.0.rasters
    }

    /// What programs are served, described.
    pub(crate) fn description(&self) -> &Description {
        self.0.description.get_or_init(|| {
            let (_, document) = self.programs().split_for_parts();
            Description::new(&openapi::document(document, self.core()))
        })
    }

    /// The routes for programs, with what the document says of them.
    fn programs(&self) -> OpenApiRouter<Self> {
        OpenApiRouter::new().merge(oauth::routes()).merge(api::routes(self))
    }

    /// Ends the streams that would otherwise stay open for as long as somebody watches.
    pub(crate) fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    /// The open streams of the API.
    pub(crate) fn streams(&self) -> &Streams {
        &self.0.streams
    }

    /// Resolves when the server is told to stop.
    pub(crate) fn stopping(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut stop = self.0.stop.subscribe();
        async move {
            // The sender is gone only where the application is; then there is nothing to serve.
            let _ = stop.wait_for(|stop| *stop).await;
        }
    }

    /// Everything that is served.
    pub fn router(&self) -> Router {
        let (secret, _) = oauth::routes().split_for_parts();
        let (open, _) = api::routes(self).split_for_parts();
        open.merge(openapi::routes())
            .merge(web::docs::routes())
            .merge(live::routes())
            .merge(web::routes())
            .layer(axum::middleware::from_fn(coding::compress))
            .merge(secret)
            .merge(web::secret_routes())
            .fallback(web::not_found)
            .method_not_allowed_fallback(web::method_not_allowed)
            .layer(axum::middleware::from_fn_with_state(self.clone(), cors::frame))
            .layer(axum::middleware::from_fn_with_state(self.clone(), only_proxies))
            .layer(tower_http::catch_panic::CatchPanicLayer::custom(panicked))
            .layer(axum::middleware::from_fn_with_state(self.clone(), metrics::observe))
            .with_state(self.clone())
    }

    /// Everything that is served, behind the rewriting of paths. Every request has an id, and so has its
    /// answer.
    pub(crate) fn rewritten(
        &self,
    ) -> impl tower::Service<
        Request,
        Response = Response,
        Error = std::convert::Infallible,
        Future: Send + 'static,
    > + Clone
    + Send
    + 'static {
        tower::ServiceBuilder::new()
            .map_request(request_id::only_sane)
            .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
            .layer(PropagateRequestIdLayer::x_request_id())
            .map_request(rewrite::request)
            .layer(axum::middleware::from_fn_with_state(self.clone(), web::moved::follow))
            .service(self.router())
    }
}

/// Refuses peers that are no trusted proxy where the listener is open to the network without TLS.
async fn only_proxies(State(app): State<App>, request: Request, next: Next) -> Response {
    if app.0.options.proxies_only
        && !client_address::peer_is_trusted(request.extensions(), &app.0.options.trusted_proxies)
    {
        return (StatusCode::FORBIDDEN, "This server answers through its proxy only.\n")
            .into_response();
    }
    next.run(request).await
}

#[expect(clippy::needless_pass_by_value, reason = "the signature is the layer's")]
fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("?");
    tracing::error!(panic = text, "a handler panicked");
    crate::http::plain::internal_error()
}
