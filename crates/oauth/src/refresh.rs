//! Refresh tokens: one row a family, whatever the number of rotations.
//!
//! A token is `family ‖ generation ‖ HMAC-SHA256(key, "refresh" ‖ family ‖ generation ‖ salt)[..20]`.
//! The store has no token and no hash of one, only the family's salt and its current generation, so
//! a copy of the store lets nobody refresh without the server's key. Reuse is noticed for as long
//! as the family lives, however old the token: every authentic token with an older generation is
//! a retired one.
//!
//! | presented generation | comes to |
//! |---|---|
//! | the current | rotate: the next generation |
//! | the one before | the current one again: its successor was not used yet, or it would be older |
//! | older | replay: the family is revoked (RFC 9700 §4.14.2) |

use std::fmt;

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::client::{Client, GrantKind};
use crate::error::TokenError;
use crate::scope::ScopeSet;
use crate::token_text::{self, NotAToken, TokenKind};

/// How many bytes of the HMAC a token carries: 160 bits.
const MAC_BYTES: usize = 20;

/// So soon after a rotation the retired token may still be on its way from a second tab; where it
/// gets no second chance it is refused without effect. In milliseconds.
pub const RACE_MS: i64 = 60_000;

/// The server's key for refresh tokens.
pub struct RefreshKey(hmac::Key);

impl RefreshKey {
    /// Takes 32 random bytes that are kept outside the store.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    fn mac(&self, family: i64, generation: u32, salt: &[u8; 16]) -> [u8; MAC_BYTES] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(b"refresh");
        context.update(&family.to_be_bytes());
        context.update(&generation.to_be_bytes());
        context.update(salt);
        let mut mac = [0; MAC_BYTES];
        mac.copy_from_slice(&context.sign().as_ref()[..MAC_BYTES]);
        mac
    }
}

impl fmt::Debug for RefreshKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshKey")
    }
}

/// How long a family lives, and how long a retired token may fetch its unused successor again.
/// All in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Longest time without a rotation.
    pub idle_ms: i64,
    /// Longest time since the sign-in.
    pub absolute_ms: i64,
    /// How long after a rotation the retired token still gets its successor, if that is unused;
    /// `None` for as long as the family lives, 0 for never. Coming later is refused, and from
    /// [`RACE_MS`] on it is a replay.
    pub grace_ms: Option<i64>,
}

impl Default for Bounds {
    /// 30 days without use, one year in all, and no end of the second chance: a client that never
    /// got its answer may ask again after any sleep.
    fn default() -> Self {
        const DAY: i64 = 86_400_000;
        Self { idle_ms: 30 * DAY, absolute_ms: 365 * DAY, grace_ms: None }
    }
}

/// A chain of refresh tokens from one sign-in, as stored. Times are Unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    /// Its number.
    pub id: i64,
    /// Whose tokens these are.
    pub client_id: String,
    /// For whom.
    pub person: i64,
    /// What was granted; narrowing one access token does not narrow this.
    pub scopes: ScopeSet,
    /// Random bytes of this family.
    pub salt: [u8; 16],
    /// The number of the token that was handed out last; the first is 0.
    pub generation: u32,
    /// When the family began.
    pub created_at: i64,
    /// When the current generation began.
    pub rotated_at: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// How long it lives.
    pub bounds: Bounds,
    /// The resources that were granted (RFC 8707); none for all.
    #[serde(default)]
    pub resource: Vec<String>,
    /// When the person signed in, for ID tokens; a device or an older record may not know.
    #[serde(default)]
    pub auth_time: Option<i64>,
}

/// A refresh token as presented: readable, not yet believed.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    family: i64,
    generation: u32,
    mac: [u8; MAC_BYTES],
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken")
            .field("family", &self.family)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

impl RefreshToken {
    /// Reads the text; a wrong kind, length or checksum is refused without a look-up.
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        let body = token_text::parse(TokenKind::Refresh, text)?;
        let (family, rest) = body.split_first_chunk::<8>().ok_or(NotAToken)?;
        let (generation, rest) = rest.split_first_chunk::<4>().ok_or(NotAToken)?;
        let mac = rest.try_into().map_err(|_length| NotAToken)?;
        Ok(Self {
            family: i64::from_be_bytes(*family),
            generation: u32::from_be_bytes(*generation),
            mac,
        })
    }

    /// The family to load.
    pub const fn family_id(&self) -> i64 {
        self.family
    }

    /// Which one of the family it says it is.
    pub const fn generation(&self) -> u32 {
        self.generation
    }
}

/// What presenting a good refresh token comes to. Either way the caller answers with
/// [`Family::token`] of that generation and a new access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presentation {
    /// Store this generation and the time, if the stored generation is still the one before.
    Rotate {
        /// The generation to store and to answer with.
        generation: u32,
    },
    /// Store nothing: the answer to an earlier request is given again.
    Repeat {
        /// The generation to answer with.
        generation: u32,
    },
}

impl Presentation {
    /// The generation of the token to answer with.
    pub const fn generation(self) -> u32 {
        match self {
            Self::Rotate { generation } | Self::Repeat { generation } => generation,
        }
    }
}

/// Why a refresh token is refused. The client always sees the same `invalid_grant`; only
/// [`RefreshRefusal::Replay`] has an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefreshRefusal {
    /// It was not made here, or for another family.
    #[error("the refresh token is not authentic")]
    Forged,
    /// It belongs to another client, which must not suffer for it.
    #[error("the refresh token belongs to another client")]
    OtherClient,
    /// The family is revoked, or the client may no longer refresh.
    #[error("the grant is revoked")]
    Revoked,
    /// Too long without use, too old, or at the last number.
    #[error("the refresh token is expired")]
    Expired,
    /// It was retired a moment ago, and there is no second chance.
    #[error("the refresh token was rotated")]
    Superseded,
    /// A retired token whose successor was used: revoke this family.
    #[error("the refresh token was used before")]
    Replay {
        /// The family to revoke.
        family: i64,
    },
}

impl From<RefreshRefusal> for TokenError {
    fn from(_: RefreshRefusal) -> Self {
        Self::invalid_grant()
    }
}

impl Family {
    /// The token of a generation, always the same text.
    pub fn token(&self, generation: u32, key: &RefreshKey) -> String {
        let mut body = [0; 8 + 4 + MAC_BYTES];
        body[..8].copy_from_slice(&self.id.to_be_bytes());
        body[8..12].copy_from_slice(&generation.to_be_bytes());
        body[12..].copy_from_slice(&key.mac(self.id, generation, &self.salt));
        token_text::encode(TokenKind::Refresh, &body)
    }

    /// Says whether the token was made here, for this family; nothing more.
    pub fn issued(&self, token: &RefreshToken, key: &RefreshKey) -> bool {
        let expected = key.mac(self.id, token.generation, &self.salt);
        token.family == self.id && bool::from(expected.ct_eq(&token.mac))
    }

    /// Decides on a token that `client`, authenticated, presents at `now` (Unix milliseconds).
    pub fn present(
        &self,
        token: &RefreshToken,
        key: &RefreshKey,
        client: &Client,
        now: i64,
    ) -> Result<Presentation, RefreshRefusal> {
        if !self.issued(token, key) {
            return Err(RefreshRefusal::Forged);
        }
        if self.client_id != client.client_id {
            return Err(RefreshRefusal::OtherClient);
        }
        if self.revoked_at.is_some() || !client.may(GrantKind::RefreshToken) {
            return Err(RefreshRefusal::Revoked);
        }
        let Some(age) = self.generation.checked_sub(token.generation) else {
            // Authentic, but newer than the store: an older copy of the store was put back.
            return Err(RefreshRefusal::Forged);
        };
        if age > 1 {
            return Err(RefreshRefusal::Replay { family: self.id });
        }
        let idle = now.saturating_sub(self.rotated_at);
        let old = now.saturating_sub(self.created_at);
        if idle >= self.bounds.idle_ms || old >= self.bounds.absolute_ms {
            return Err(RefreshRefusal::Expired);
        }
        if age == 1 {
            return match self.bounds.grace_ms {
                Some(grace) if idle >= grace && idle >= RACE_MS => {
                    Err(RefreshRefusal::Replay { family: self.id })
                }
                Some(grace) if idle >= grace => Err(RefreshRefusal::Superseded),
                _ => Ok(Presentation::Repeat { generation: self.generation }),
            };
        }
        let next = self.generation.checked_add(1).ok_or(RefreshRefusal::Expired)?;
        Ok(Presentation::Rotate { generation: next })
    }

    /// The scopes of the new access token: what was granted and is still registered, or less if
    /// less is asked. More is `invalid_scope` (RFC 6749 §6).
    pub fn access_scopes(
        &self,
        client: &Client,
        asked: Option<&str>,
    ) -> Result<ScopeSet, TokenError> {
        let granted = self.scopes.intersection(&client.scopes);
        let asked: ScopeSet =
            asked.unwrap_or_default().parse().map_err(|error: crate::scope::ScopeError| {
                TokenError::invalid_scope(error.to_string())
            })?;
        if asked.is_empty() {
            return Ok(granted);
        }
        if asked.is_subset(&granted) {
            Ok(asked)
        } else {
            Err(TokenError::invalid_scope("The scope is more than was granted."))
        }
    }
}

#[cfg(test)]
mod tests;
