//! Three bare axum routes, as the documentation of axum would write them.

use axum::{
    Router,
    http::header::CONTENT_TYPE,
    response::IntoResponse,
    routing::{get, post, put},
};
use bytes::Bytes;
use tokio::net::TcpListener;

fn answer(body: &Bytes) -> impl IntoResponse + use<> {
    ([(CONTENT_TYPE, "application/json")], body.clone())
}

/// Serves `GET`, `POST` and `PUT /bare` with bodies of these sizes; the latter two read the
/// request's body first.
pub(crate) async fn serve(address: &str, sizes: [usize; 3]) -> anyhow::Result<()> {
    let [read, token, report] = sizes.map(|size| Bytes::from(vec![b'x'; size]));
    let routes = Router::new()
        .route("/bare", get(move || async move { answer(&read) }))
        .route("/bare", post(move |_: Bytes| async move { answer(&token) }))
        .route("/bare", put(move |_: Bytes| async move { answer(&report) }));
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, routes).await?;
    Ok(())
}
