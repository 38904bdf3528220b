//! An application may insist that the person signs in anew (`prompt=login`, `prompt=select_account`,
//! `max_age`). The way to the sign-in form and back then carries a sealed note of when that was asked,
//! and in which session. It is met by another session that began after that: neither by taking
//! something out of the address, nor by a note of another request or of long ago.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tiltyard_oauth::params::Params;

use crate::{
    Core,
    accounts::Session,
    clock::{Millis, SECOND},
    error::Result,
};

/// The parameter that carries the note.
pub const NOTE: &str = "tly_asked";

/// What notes are sealed for.
const SEALED_FOR: &[u8] = b"sign-in asked";

/// Leeway for clocks that differ between nodes.
const LEEWAY: Millis = 5 * SECOND;

/// No session has this number.
const NO_SESSION: i64 = 0;

impl Core {
    /// A note that a new sign-in was asked for now, by this request, in the session that there is.
    pub(super) fn note_asked(&self, params: &Params, session: Option<&Session>) -> Result<String> {
        let session = session.map_or(NO_SESSION, |session| session.id);
        let mut text = Vec::with_capacity(48);
        text.extend_from_slice(&self.now().to_be_bytes());
        text.extend_from_slice(&session.to_be_bytes());
        text.extend_from_slice(&params.fingerprint_without(NOTE));
        let sealed = self.0.secret.seal(SEALED_FOR, &text, self.random()?)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Whether the person signed in anew since the note in this very request was made.
    pub(super) fn signed_in_since_asked(&self, params: &Params, session: &Session) -> bool {
        let note = params.one(NOTE).ok().flatten();
        let Some((asked_at, asked_in)) = note.and_then(|note| self.read_note(note, params)) else {
            return false;
        };
        let age = self.now().saturating_sub(asked_at);
        (-LEEWAY..=self.settings().consent_lifetime).contains(&age)
            && session.id != asked_in
            && session.signed_in_at >= asked_at.saturating_sub(LEEWAY)
    }

    fn read_note(&self, note: &str, params: &Params) -> Option<(Millis, i64)> {
        let text = self.0.secret.open(SEALED_FOR, &URL_SAFE_NO_PAD.decode(note).ok()?)?;
        let (at, rest) = text.split_first_chunk::<8>()?;
        let (session, fingerprint) = rest.split_first_chunk::<8>()?;
        (*fingerprint == params.fingerprint_without(NOTE))
            .then(|| (i64::from_be_bytes(*at), i64::from_be_bytes(*session)))
    }
}
