//! Who calls and with what, and how the answer is to look.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{FromRequestParts, RawPathParams},
    http::{StatusCode, request::Parts},
    response::Response,
};
use serde::Serialize;
use serde_json::{Map, Value};
use tiltyard_core::{
    Actor, Core, Problems,
    permissions::{self, Permission},
    tournaments::By,
};
use tiltyard_oauth::resource::Resource;

use super::{
    error::{self, ApiError},
    form::{Arriving, File},
    format::Format,
    frame::Sent,
    parameters::{Parameters, Unreadable},
};
use crate::{
    App,
    api::{
        challonge_v2::input::Attributes,
        credential::{self, Reading},
    },
};

/// Who calls and with what, and how the answer is to look.
#[derive(Clone)]
pub(super) struct Call {
    /// What every handler shares.
    pub(super) app: App,
    /// The actor behind the credential.
    pub(super) actor: Actor,
    sent: Arc<Result<Parameters, Unreadable>>,
    file: Arriving,
    base_index: usize,
    format: Format,
}

impl FromRequestParts<App> for Call {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let actor = credential::actor(app, parts, Reading::at(Resource::ChallongeV1)).await?;
        let sent = parts.extensions.get::<Sent>().map(|Sent(sent)| Arc::clone(sent));
        Ok(Self {
            actor,
            sent: sent.unwrap_or_else(|| Arc::new(Ok(Parameters::default()))),
            file: parts.extensions.get::<Arriving>().cloned().unwrap_or_default(),
            base_index: app.base_index(&parts.headers),
            format: parts.extensions.get::<Format>().copied().unwrap_or_default(),
            app: app.clone(),
        })
    }
}

impl Call {
    /// The use cases.
    pub(super) fn core(&self) -> &Core {
        self.app.core()
    }

    /// The base of links in the answer, without a trailing slash.
    pub(super) fn base(&self) -> &str {
        self.app.base_at(self.base_index)
    }

    /// The parameters, for whoever holds one of the permissions: whoever does not hears of that, and
    /// nothing of the body.
    pub(super) fn parameters(&self, permissions: &[Permission]) -> Result<&Parameters, ApiError> {
        permissions::require_one(&self.actor, permissions)?;
        (*self.sent).as_ref().map_err(|unreadable| unreadable.clone().into())
    }

    /// The attributes of a resource.
    pub(super) fn attributes(
        &self,
        permissions: &[Permission],
        wrapper: &str,
    ) -> Result<Attributes, ApiError> {
        Ok(Attributes::of(self.map(permissions, wrapper)?, String::new()))
    }

    /// The same, before they are read.
    pub(super) fn map(
        &self,
        permissions: &[Permission],
        wrapper: &str,
    ) -> Result<Map<String, Value>, ApiError> {
        let parameters = self.parameters(permissions)?;
        if parameters.is_misshapen(wrapper) {
            let mut problems = Problems::default();
            problems.add(wrapper, "must be an object");
            problems.check()?;
        }
        Ok(parameters.attributes(wrapper))
    }

    /// The file of a form, once.
    pub(super) fn file(&self) -> Option<File> {
        self.file.take()
    }

    /// Whether something is asked for (`include_matches=1`).
    pub(super) fn includes(&self, name: &str) -> bool {
        (*self.sent).as_ref().is_ok_and(|parameters| parameters.flag(name))
    }

    /// The answer with one resource.
    pub(super) fn one(&self, document: &impl Serialize) -> Result<Response, ApiError> {
        self.many("", document)
    }

    /// The answer with a list of resources of this name.
    pub(super) fn many(&self, name: &str, list: &impl Serialize) -> Result<Response, ApiError> {
        let body = self.format.write(name, list)?;
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::OK;
        error::set_headers(response.headers_mut(), self.format);
        Ok(response)
    }
}

/// The parameters of a path.
pub(super) struct Names<const N: usize>(pub(super) [String; N]);

impl<const N: usize, S: Send + Sync> FromRequestParts<S> for Names<N> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let values = RawPathParams::from_request_parts(parts, state).await.ok();
        values
            .map(|params| params.iter().map(|(_, value)| value.to_owned()).collect::<Vec<_>>())
            .and_then(|values| <[String; N]>::try_from(values).ok())
            .map(Self)
            .ok_or_else(|| ApiError::new(StatusCode::NOT_FOUND, "Requested path not found"))
    }
}

/// How a tournament is addressed: id, slug, or `community-slug`.
pub(super) fn by(tournament: &str) -> By {
    By::parse(tournament)
}

/// The id in a path; anything else than a number names nothing.
pub(super) fn id(text: &str, what: &'static str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| tiltyard_core::Error::NotFound(what).into())
}
