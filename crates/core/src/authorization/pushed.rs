//! Pushed authorization requests (RFC 9126): an application hands its request in beforehand, with its
//! credentials, and sends the browser with a reference alone.

use tiltyard_oauth::{
    authorize::{AuthorizationRefusal, AuthorizationRequest},
    client_auth::Authentication,
    error::{ErrorCode, TokenError},
    params::Params,
    resource,
    token_text::{self, TokenKind},
};
use tiltyard_store::{
    Tx,
    repo::pushed_requests::{self, PushedRow},
};

use super::{TokenCall, TokenFailure, clients::Caller, exchange::Failure, sign_in_again::NOTE};
use crate::{
    Core, Error,
    clock::{Millis, SECOND},
    error::Result,
    limits::{Key, Kind, Network, Subject},
};

/// What a reference of ours begins with (RFC 9126 §2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// How long a browser has to come with the reference.
const LIFETIME: Millis = 90 * SECOND;

/// What is said of a reference that does not work.
const GONE: &str = "This sign-in request was answered already, or its link is too old.";

/// The parameters that are the client's credentials, and no part of the request.
const CREDENTIALS: [&str; 4] =
    ["client_id", "client_secret", "client_assertion", "client_assertion_type"];

/// A request that was pushed, for its client.
#[derive(Debug, Clone)]
pub struct PushedRequest {
    /// The reference to send the browser with.
    pub request_uri: String,
    /// For how many seconds a browser may come with it.
    pub expires_in: i64,
}

/// A pushed request that a browser came with.
pub(super) struct Pushed {
    /// Its parameters, and the note of a sign-in that the browser carries.
    pub(super) params: Params,
    /// Names it in the store.
    pub(super) handle: String,
    /// Whose it is.
    pub(super) application: i64,
}

/// The reference's name in the store.
fn hash_of(handle: &str) -> [u8; 32] {
    token_text::hash(handle)
}

impl Core {
    /// Takes an application's request in (RFC 9126 §2): what would be refused at the authorization
    /// endpoint is refused here.
    pub async fn push_request(&self, call: TokenCall<'_>) -> Result<PushedRequest, TokenFailure> {
        let mut shape = call.door;
        let pushed = self.take_in(&call, &mut shape).await;
        pushed.map_err(|failure| TokenFailure::of(failure, shape, &call))
    }

    async fn take_in(
        &self,
        call: &TokenCall<'_>,
        shape: &mut tiltyard_oauth::answer::AnswerShape,
    ) -> Result<PushedRequest, Failure> {
        let caller = self.caller(call, shape).await?;
        let application = caller.application();
        call.params.refuse_repeated().map_err(TokenError::from)?;
        if call.params.has("request_uri") {
            let description = "A pushed request cannot refer to another by request_uri.";
            return Err(TokenError::invalid_request(description).into());
        }
        let client_id = application.client.client_id.as_str();
        let text = call.params.to_form(&CREDENTIALS, &[("client_id", client_id)]);
        let params = Params::from_form(text.as_bytes()).map_err(TokenError::from)?;
        let request = AuthorizationRequest::read(&params, Some(&application.client));
        let request = request.map_err(|refusal| {
            let (AuthorizationRefusal::Page { error, description }
            | AuthorizationRefusal::Redirect { error, description, .. }) = refusal;
            TokenError::new(error, description)
        })?;
        resource::known(self.public_url(), &request.resource).map_err(TokenError::from)?;
        let now = self.now();
        self.0.limits.begin(&[room(&caller, call)], now)?;
        let handle = token_text::generate(TokenKind::SetupLink, &self.random::<32>()?);
        let hash = hash_of(&handle);
        let row = PushedRow {
            application_id: application.id,
            parameters: text,
            expires_at: now + LIFETIME,
            used_at: None,
        };
        self.0
            .store
            .write(move |tx| -> Result<()> { Ok(pushed_requests::insert(tx, hash, &row, now)?) })
            .await?;
        Ok(PushedRequest {
            request_uri: format!("{PREFIX}{handle}"),
            expires_in: LIFETIME / SECOND,
        })
    }

    /// The pushed request that the parameters refer to: `None` if they refer to none of ours, an
    /// error text if it is unknown, too old, or was answered. It then works for as long as a consent
    /// page may stay open, so that a reload or a sign-in in between does no harm.
    pub(super) async fn pushed(
        &self,
        params: &Params,
    ) -> Result<std::result::Result<Option<Pushed>, &'static str>> {
        let reference = params.one("request_uri").ok().flatten();
        let Some(handle) = reference.and_then(|uri| uri.strip_prefix(PREFIX)) else {
            return Ok(Ok(None));
        };
        let (handle, hash, now) = (handle.to_owned(), hash_of(handle), self.now());
        let until = now + self.settings().consent_lifetime;
        let found =
            self.0.store.read(move |rx| -> Result<_> { Ok(pushed_requests::get(rx, hash)?) });
        let found = found.await?.filter(|row| row.used_at.is_none() && now < row.expires_at);
        let Some(row) = found else { return Ok(Err(GONE)) };
        // Once, when the browser first comes; later it lives longer than that already.
        if row.expires_at - now <= LIFETIME {
            let kept = self
                .0
                .store
                .write(move |tx| -> Result<()> { Ok(pushed_requests::keep(tx, hash, until)?) });
            kept.await?;
        }
        let inner = Params::from_form(row.parameters.as_bytes()).map_err(Error::internal)?;
        let params = inner.merged(params.only(NOTE)).map_err(Error::internal)?;
        Ok(Ok(Some(Pushed { params, handle, application: row.application_id })))
    }
}

/// The bucket of an application's pushed requests. Whoever proves nothing is told apart by address:
/// strangers who give its name must not use up what its people need.
fn room(caller: &Caller, call: &TokenCall<'_>) -> Key {
    let application = caller.application().id;
    match caller.proven {
        Authentication::Secret => own_room(application),
        Authentication::Public | Authentication::Omitted => {
            Kind::PushedRequest.at(Subject::id(application), Network::of(call.address))
        }
    }
}

/// The bucket of an application that proved its secret; what is answered gives its room back.
pub(super) fn own_room(application: i64) -> Key {
    Kind::PushedRequest.of(Subject::id(application))
}

/// Uses a pushed request up in the transaction that answers it.
pub(super) fn answered(tx: &mut Tx<'_>, pushed: Option<&str>, now: Millis) -> Result<()> {
    let Some(handle) = pushed else { return Ok(()) };
    if pushed_requests::consume(tx, hash_of(handle), now)? {
        Ok(())
    } else {
        Err(Error::conflict("this request was answered already"))
    }
}

/// The error of an application that must push its requests and did not.
pub(super) const MUST_PUSH: (ErrorCode, &str) =
    (ErrorCode::InvalidRequest, "This application must push its requests (RFC 9126).");
