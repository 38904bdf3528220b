//! The authorization server's use cases: consent, codes, tokens, and who is behind a token.

mod asking;
mod authorize;
pub mod bearer;
pub(crate) mod clients;
mod connections;
mod demonstration;
mod device;
mod exchange;
pub(crate) mod implicit;
mod introspect;
mod issue;
mod openid;
mod pushed;
pub(crate) mod revocation;
mod revoke;
pub mod sign_in_again;
mod token;
pub mod usage;

pub use authorize::{Asked, Begun, Consent, Decision};
pub use connections::Connection;
pub use demonstration::{DemonstratedDevice, DemonstrationState};
pub use device::{DeviceAsked, DeviceDecision, DeviceLookup};
pub use introspect::Introspection;
pub use openid::UserInfo;
pub use pushed::PushedRequest;
pub use token::{TokenCall, TokenFailure};

use tiltyard_oauth::client_auth::StoredSecret;
use tiltyard_store::{
    Read,
    repo::{
        applications,
        people::{self, PersonRow},
    },
};

use crate::{applications::Application, error::Result};

/// Whether the person may still be given tokens: asked by every grant at the moment of issue.
const fn may_get_tokens(person: &PersonRow) -> bool {
    person.locked_at.is_none()
}

/// The application with this client identifier and its owner, if it may be used at all.
fn usable(db: &mut impl Read, client_id: &str) -> Result<Option<(Application, PersonRow)>> {
    let Some(row) = applications::by_client_id(db, client_id)? else { return Ok(None) };
    let owner = people::get(db, row.owner_id)?.filter(may_get_tokens);
    let application = Application::try_from(row)?;
    Ok(owner.map(|owner| (application, owner)))
}

/// The application as in [`usable`], and its secrets as the protocol compares them.
fn usable_with_secrets(
    db: &mut impl Read,
    client_id: &str,
) -> Result<Option<(Application, Vec<StoredSecret>)>> {
    let found = applications::with_owner_and_secrets(db, client_id)?;
    let Some((row, _, secrets)) = found.filter(|(_, owner, _)| may_get_tokens(owner)) else {
        return Ok(None);
    };
    let secrets = secrets
        .into_iter()
        .filter_map(|row| {
            let hash = row.hash.try_into().ok()?;
            Some(StoredSecret { hash, expires_at: row.expires_at })
        })
        .collect();
    Ok(Some((Application::try_from(row)?, secrets)))
}
