//! `/search`: public tournaments and communities by a part of their names.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::{Error, search::Found};
use tiltyard_pages::search::SearchPage;

use super::{PageError, Visitor, communities, home, html, login::query};
use crate::App;

pub(super) async fn show(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    let text: String = query(&request, "q").trim().chars().take(120).collect();
    let found = async {
        let Found { tournaments, communities, more } = app.core().search(&text).await?;
        Ok::<_, Error>((home::cards(app.core(), tournaments).await?, communities, more))
    };
    match found.await {
        Ok((tournaments, found, more)) => {
            let page = SearchPage {
                chrome: visitor.chrome(&app),
                text,
                tournaments,
                communities: found.into_iter().map(communities::card).collect(),
                more,
            };
            html(&app, &visitor, StatusCode::OK, &page)
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}
