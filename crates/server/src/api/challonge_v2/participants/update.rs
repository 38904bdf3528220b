//! `PUT /v2.1/tournaments/{id}/participants/{participant}.json`.

use axum::{
    extract::{Request, State},
    response::Response,
};
use tiltyard_core::tournaments::{By, participants::ParticipantChanges};

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, input, output::Asked, path::ApiPath},
};

pub(in crate::api::challonge_v2) async fn update(
    State(app): State<App>,
    ApiPath((tournament, participant)): ApiPath<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let base = app.base(request.headers()).to_owned();
    let id = super::id(&participant)?;
    let mut sent = input::attributes(&app, request).await?;
    let changes = ParticipantChanges {
        name: sent.text("name"),
        seed: sent.count("seed"),
        misc: sent.nullable_text("misc"),
        email: sent.nullable_text("email"),
        username: sent.nullable_text("username"),
    };
    sent.check()?;
    let by = By::parse(&tournament);
    let tournament = app.core().update_participant(&actor, by, id, changes).await?;
    super::answer_one(&asked, &tournament, id, &base)
}
