//! Signing in at a device, shown from the device's side to whoever manages the application: a page
//! of ours plays the device. It asks and polls as a device does, and ends the grant it is given.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use tiltyard_oauth::{
    device::{DeviceRequest, Poll},
    error::{ErrorCode, TokenError},
    params::Params,
    token_text,
};
use tiltyard_store::{
    LockKey,
    repo::{device_requests, families},
};

use super::{device::polled, exchange::Outcome};
use crate::{Core, Error, accounts::Session, clock::Millis, error::Result};

/// What a device that a page plays has to remember. It never leaves the server unsealed, because
/// whoever has the device code can ask for the tokens.
#[derive(Serialize, Deserialize)]
struct Memory {
    application: i64,
    client_id: String,
    client_name: String,
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: String,
    expires_at: Millis,
}

/// A device that a page plays.
#[derive(Debug)]
pub struct DemonstratedDevice {
    /// The application it runs.
    pub client_id: String,
    /// That application's name.
    pub client_name: String,
    /// What the person types.
    pub user_code: String,
    /// Where they type it.
    pub verification_uri: String,
    /// The same with the code.
    pub verification_uri_complete: String,
    /// When the code stops working.
    pub expires_at: Millis,
    /// How long to wait before looking again, in seconds.
    pub interval: i64,
    /// How far it has come.
    pub state: DemonstrationState,
}

/// How far a demonstration has come. All but waiting is the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DemonstrationState {
    /// Nobody has decided yet.
    Waiting,
    /// Somebody allowed it.
    Connected {
        /// Their user name.
        username: String,
    },
    /// Somebody refused it, or took it back.
    Refused,
    /// Nobody decided in time.
    Expired,
    /// Its code was used up before, or its application may not use it any more.
    Over,
}

/// Only the session that began the demonstration can go on with it.
fn purpose(session: &Session) -> Vec<u8> {
    format!("device demonstration, session {}", session.id).into_bytes()
}

impl Core {
    /// Begins a device's request for an application that the person manages, and seals what the
    /// device has to remember: for [`Core::demonstrated_device`].
    pub async fn demonstrate_device(
        &self,
        session: &Session,
        client_id: &str,
        address: &str,
    ) -> Result<String> {
        let application = self.application(&session.person.actor(), client_id).await?;
        let refused = |error: TokenError| Error::invalid("client_id", error.description);
        let params = Params::from_form(b"").map_err(Error::internal)?;
        let request = DeviceRequest::read(&params, &application.client).map_err(refused)?;
        let codes = self.new_device_codes(&application, &request, address).await?;
        let memory = Memory {
            application: application.id,
            client_id: application.client.client_id,
            client_name: application.client.name,
            device_code: codes.device_code,
            user_code: codes.user_code,
            verification_uri: codes.verification_uri,
            verification_uri_complete: codes.verification_uri_complete,
            expires_at: self.now() + self.settings().device_lifetime,
        };
        let memory = serde_json::to_vec(&memory).map_err(Error::internal)?;
        let sealed = self.0.secret.seal(&purpose(session), &memory, self.random()?)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Polls for the device, unless it is too early for that: however often the page is loaded, the
    /// device behaves. `None` for what was not sealed for this session.
    pub async fn demonstrated_device(
        &self,
        session: &Session,
        sealed: &str,
    ) -> Result<Option<DemonstratedDevice>> {
        let Some(memory) = URL_SAFE_NO_PAD
            .decode(sealed)
            .ok()
            .and_then(|sealed| self.0.secret.open(&purpose(session), &sealed))
            .and_then(|memory| serde_json::from_slice::<Memory>(&memory).ok())
        else {
            return Ok(None);
        };
        let now = self.now();
        let hash = token_text::hash(&memory.device_code);
        let row = self
            .0
            .store
            .read(move |rx| -> Result<_> { Ok(device_requests::get(rx, hash)?) })
            .await?;
        let interval =
            row.as_ref().map_or(self.settings().device_interval, |row| row.interval_ms) / 1_000;
        let early = row.is_some_and(|row| matches!(polled(&row).poll(now), Poll::SlowDown { .. }));
        let state = if early {
            DemonstrationState::Waiting
        } else {
            self.poll_demonstrated(&memory, now).await?
        };
        Ok(Some(DemonstratedDevice {
            client_id: memory.client_id,
            client_name: memory.client_name,
            user_code: memory.user_code,
            verification_uri: memory.verification_uri,
            verification_uri_complete: memory.verification_uri_complete,
            expires_at: memory.expires_at,
            interval,
            state,
        }))
    }

    async fn poll_demonstrated(&self, memory: &Memory, now: Millis) -> Result<DemonstrationState> {
        Ok(match self.poll_device_code(memory.application, &memory.device_code, now).await? {
            Outcome::Granted(granted) => {
                if let Some(family) = granted.family {
                    self.end_demonstrated(family.id, now).await?;
                }
                DemonstrationState::Connected { username: granted.person.username }
            }
            Outcome::Wrong(error) => match error.code {
                ErrorCode::AuthorizationPending | ErrorCode::SlowDown => {
                    DemonstrationState::Waiting
                }
                ErrorCode::AccessDenied => DemonstrationState::Refused,
                ErrorCode::ExpiredToken => DemonstrationState::Expired,
                _ => DemonstrationState::Over,
            },
            Outcome::Refused(_) => DemonstrationState::Over,
        })
    }

    /// Ends the grant before any token was made of it.
    async fn end_demonstrated(&self, family: i64, now: Millis) -> Result<()> {
        self.0
            .store
            .write(move |tx| -> Result<()> {
                tx.lock(LockKey { space: "token_family", id: family })?;
                families::revoke(tx, family, now)?;
                Ok(())
            })
            .await
    }
}
