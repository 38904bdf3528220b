//! Where a request comes from, for what is written into the security log.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use tiltyard_core::accounts::Origin;

use crate::{App, http::client_address};

/// Where the request comes from.
pub(super) struct CallOrigin(pub(super) Origin);

impl FromRequestParts<App> for CallOrigin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let trusted = &app.options().trusted_proxies;
        let address = client_address::of(&parts.extensions, &parts.headers, trusted);
        Ok(Self(Origin { address, user_agent: String::new() }))
    }
}
