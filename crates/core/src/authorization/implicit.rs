//! The implicit grant (RFC 6749 §4.2), for applications that cannot do better: off unless the
//! application has the switch, short-lived, without a refresh token, and revocable like any grant.

use std::sync::atomic::{AtomicU64, Ordering};

use tiltyard_oauth::{
    authorize::AuthorizationRequest, client::Client, response::AuthorizationAnswer,
    scope::ScopeSet, scope_registry::ScopeKind, switch::Switch,
};
use tiltyard_store::{Changes, Store, repo::applications};

use super::{issue::Grant, usage::IMPLICIT};
use crate::{Core, Error, applications::Application, error::Result};

/// The longest life of such a token, in seconds.
pub(super) const LONGEST_SECONDS: u32 = 3_600;

/// What is known of the switch: whether an application has it, and at which count of changes to
/// applications that was read.
pub(crate) struct Offered {
    changes: Changes,
    /// Twice the count, and one more where an application has the switch.
    known: AtomicU64,
}

impl Offered {
    /// Nothing known yet.
    pub(crate) fn new(store: &Store) -> Self {
        Self { changes: store.changes(applications::TOPIC), known: AtomicU64::new(u64::MAX) }
    }
}

/// The scopes that change something.
fn writes(scopes: &ScopeSet) -> bool {
    scopes.iter().any(|scope| scope.info().is_none_or(|info| info.kind == ScopeKind::Writes))
}

impl Core {
    /// Whether the operator lets such a token carry these scopes.
    pub(super) fn implicit_allows(&self, scopes: &ScopeSet) -> bool {
        self.settings().implicit_writes || !writes(scopes)
    }

    /// The answer with a token for what was granted in the family.
    pub(super) fn answer_with_token(
        &self,
        request: &AuthorizationRequest,
        application: &Application,
        person: (&str, i64),
        scopes: &ScopeSet,
        family: i64,
    ) -> Result<AuthorizationAnswer> {
        let lifetime = application.client.access_token_seconds.min(LONGEST_SECONDS);
        let token = self.issue(&Grant {
            application,
            person: Some(person),
            scopes,
            family: Some(family),
            resource: &request.resource,
            lifetime,
            now: self.now(),
        })?;
        self.count_token(application.id, IMPLICIT);
        Ok(request.redirect_with_token(&token, lifetime, scopes, self.public_url()))
    }

    /// Whether at least one application may use the implicit grant, for the metadata. Read again
    /// only after an application changed.
    pub async fn offers_implicit(&self) -> Result<bool> {
        let offered = &self.0.implicit;
        let count = offered.changes.count();
        let known = offered.known.load(Ordering::Acquire);
        if known != u64::MAX && known >> 1 == count {
            return Ok(known & 1 == 1);
        }
        let found = self
            .0
            .store
            .scan(|rx| -> Result<bool> {
                for record in applications::mentioning(rx, Switch::Implicit.name())? {
                    let client: Client = serde_json::from_str(&record).map_err(Error::internal)?;
                    if client.has(Switch::Implicit) {
                        return Ok(true);
                    }
                }
                Ok(false)
            })
            .await?;
        offered.known.store((count << 1) | u64::from(found), Ordering::Release);
        Ok(found)
    }
}
