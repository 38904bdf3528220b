//! Who the client is: asked the same way by every endpoint that issues, revokes or introspects.

use tiltyard_oauth::{
    answer::AnswerShape,
    client_auth::{self, Authentication},
    error::TokenError,
    token_request,
};

use super::{TokenCall, exchange::Failure, usable_with_secrets};
use crate::{
    Core,
    applications::Application,
    error::Result,
    limits::{Key, Kind, Network},
};

impl Core {
    /// Authenticates the client. `shape` becomes that of its answers as soon as it is known. Failures
    /// slow down the pair of client and address, never the client as a whole.
    pub(super) async fn authenticate_client(
        &self,
        call: &TokenCall<'_>,
        shape: &mut AnswerShape,
    ) -> Result<(Application, Authentication), Failure> {
        let presented = client_auth::read(call.authorization, call.params)?;
        let now = self.now();
        let pair = [self.client_bucket(Kind::ClientPair, &presented.client_id, call.address)];
        self.0.limits.check(&pair, now)?;
        let client_id = presented.client_id.clone();
        let found = self.0.store.read(move |rx| usable_with_secrets(rx, &client_id)).await?;
        let (found, secrets) = found.unzip();
        let client = found.as_ref().map(|application| &application.client);
        if let Some(client) = client {
            *shape = client.answer_shape;
        }
        token_request::check_origin(call.params, client)?;
        let proven = client_auth::verify(client, &presented, &secrets.unwrap_or_default(), now);
        match (proven, found) {
            (Ok(proven), Some(application)) => Ok((application, proven)),
            (proven, _) => {
                self.0.limits.note_failure(&pair, now);
                Err(proven.err().unwrap_or_else(TokenError::invalid_client).into())
            }
        }
    }

    /// The bucket of a client at an address, by what it calls itself.
    pub(super) fn client_bucket(&self, kind: Kind, client_id: &str, address: &str) -> Key {
        kind.at(self.0.limits.named(client_id), Network::of(address))
    }
}
