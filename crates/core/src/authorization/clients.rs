//! Who calls the endpoints of applications, from a cache: each entry was read after the store's
//! count of changes to applications was taken, and is good for as long as that count stays.

use std::sync::Arc;

use quick_cache::sync::Cache;
use tiltyard_oauth::{
    answer::AnswerShape,
    client_auth::{self, Authentication, Presented, StoredSecret},
    error::{ErrorCode, TokenError},
    token_request,
};
use tiltyard_store::{Changes, Store, repo::applications};

use super::{exchange::Failure, token::TokenCall, usable_with_secrets};
use crate::{
    Core,
    applications::Application,
    clock::{Millis, SECOND},
    error::Result,
    limits::{Key, Kind, Network},
};

/// Cached applications.
const CACHED: usize = 4_096;

/// An entry is read again after so long, whatever became of the news on the way.
const SAFETY_NET: Millis = 30 * SECOND;

/// An application that may be used, as the endpoints know it.
#[derive(Debug)]
struct Known {
    application: Application,
    secrets: Vec<StoredSecret>,
    changes: u64,
    read_at: Millis,
}

/// Applications by client identifier.
pub(crate) struct ClientCache {
    entries: Cache<String, Arc<Known>>,
    changes: Changes,
}

/// An authenticated caller.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    known: Arc<Known>,
    /// How far it proved who it is.
    pub(super) proven: Authentication,
}

impl Caller {
    /// The application.
    pub(super) fn application(&self) -> &Application {
        &self.known.application
    }
}

impl ClientCache {
    /// An empty cache in front of the store.
    pub(crate) fn new(store: &Store) -> Self {
        Self { entries: Cache::new(CACHED), changes: store.changes(applications::TOPIC) }
    }

    fn get(&self, client_id: &str, now: Millis) -> Option<Arc<Known>> {
        let known = self.entries.get(client_id)?;
        let fresh = (0..SAFETY_NET).contains(&(now - known.read_at));
        (fresh && known.changes == self.changes.count()).then_some(known)
    }
}

impl Core {
    /// Authenticates the application that calls: asked the same way by every endpoint that issues,
    /// revokes or introspects. What the cache does not confirm is judged by the database, so a
    /// wrong secret takes as long as an unknown application. `shape` becomes that of the
    /// application's answers as soon as it is known. Failures slow down the pair of client and
    /// address, never the client as a whole.
    pub(super) async fn caller(
        &self,
        call: &TokenCall<'_>,
        shape: &mut AnswerShape,
    ) -> Result<Caller, Failure> {
        let presented = client_auth::read(call.authorization, call.params)?;
        let now = self.now();
        let pair = [self.client_bucket(Kind::ClientPair, &presented.client_id, call.address)];
        self.0.limits.check(&pair, now)?;
        if let Some(known) = self.0.clients.get(&presented.client_id, now)
            && let Ok(caller) = judge(Some(known), call, &presented, shape, now)
        {
            return Ok(caller);
        }
        let changes = self.0.clients.changes.count();
        let client_id = presented.client_id.clone();
        let found = self.0.store.read(move |rx| usable_with_secrets(rx, &client_id)).await?;
        let known = found.map(|(application, secrets)| {
            let known = Arc::new(Known { application, secrets, changes, read_at: now });
            self.0.clients.entries.insert(presented.client_id.clone(), Arc::clone(&known));
            known
        });
        judge(known, call, &presented, shape, now).map_err(|error| {
            if error.code == ErrorCode::InvalidClient {
                self.0.limits.note_failure(&pair, now);
            }
            error.into()
        })
    }

    /// The bucket of a client at an address, by what it calls itself.
    pub(super) fn client_bucket(&self, kind: Kind, client_id: &str, address: &str) -> Key {
        kind.at(self.0.limits.named(client_id), Network::of(address))
    }
}

fn judge(
    known: Option<Arc<Known>>,
    call: &TokenCall<'_>,
    presented: &Presented,
    shape: &mut AnswerShape,
    now: Millis,
) -> Result<Caller, TokenError> {
    let client = known.as_ref().map(|known| &known.application.client);
    if let Some(client) = client {
        *shape = client.answer_shape;
    }
    token_request::check_origin(call.params, client)?;
    let secrets = known.as_ref().map_or(&[][..], |known| &known.secrets);
    let proven = client_auth::verify(client, presented, secrets, now)?;
    let known = known.ok_or_else(TokenError::invalid_client)?;
    Ok(Caller { known, proven })
}
