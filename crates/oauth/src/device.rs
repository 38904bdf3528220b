//! Device authorization (RFC 8628): what is remembered of a request, the code that a person types,
//! and what a poll comes to.

use std::fmt;

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};

use crate::client::{Client, GrantKind, ScopeRefusal};
use crate::error::{ErrorCode, TokenError};
use crate::params::Params;
use crate::scope::ScopeSet;

/// How long a device code lives unless the operator says otherwise, in milliseconds.
pub const LIFETIME_MS: i64 = 600_000;

/// How long a device waits between two polls, in milliseconds.
pub const INTERVAL_MS: i64 = 5_000;

/// By how much `slow_down` lengthens the interval of its code (RFC 8628 §3.5), in milliseconds.
pub const SLOWER_MS: i64 = 5_000;

/// So much earlier than the interval says a poll may come: either of two polls can be half a second
/// off.
pub const JITTER_MS: i64 = 1_000;

/// Longer than this no interval grows, whatever a device does, in milliseconds.
pub const MAX_INTERVAL_MS: i64 = 300_000;

/// The letters of user codes: no vowels, so that no words come about, and none that look alike
/// (RFC 8628 §6.1).
pub const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// How many letters a user code has: 34.5 bits.
pub const LETTERS: usize = 8;

/// Longest text that is looked at for a user code, in bytes.
const MAX_SPELLING: usize = 32;

/// What is no user code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a user code")]
pub struct NotAUserCode;

/// The code that a person carries from the device to a browser, shown as `XXXX-XXXX`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UserCode([u8; LETTERS]);

impl UserCode {
    /// A code from 16 random bytes; so many that the remainder favours no letter.
    pub fn draw(random: [u8; 16]) -> Self {
        let mut number = u128::from_be_bytes(random);
        Self(std::array::from_fn(|_| {
            let letter = usize::try_from(number % 20).unwrap_or_default();
            number /= 20;
            ALPHABET[letter]
        }))
    }

    /// Reads a code however it is written: small letters, spaces, dashes (RFC 8628 §6.1). What
    /// cannot be a code needs no look-up.
    pub fn parse(text: &str) -> Result<Self, NotAUserCode> {
        if text.len() > MAX_SPELLING {
            return Err(NotAUserCode);
        }
        let mut letters = [0; LETTERS];
        let mut count = 0;
        for char in text.chars() {
            if char.is_whitespace() || matches!(char, '-' | '_' | '.' | '\u{2010}'..='\u{2015}') {
                continue;
            }
            let letter = u8::try_from(char).map_err(|_| NotAUserCode)?.to_ascii_uppercase();
            if !ALPHABET.contains(&letter) {
                return Err(NotAUserCode);
            }
            *letters.get_mut(count).ok_or(NotAUserCode)? = letter;
            count += 1;
        }
        if count == LETTERS { Ok(Self(letters)) } else { Err(NotAUserCode) }
    }

    /// What is stored of it: a keyed hash, because a plain one of so short a text could be undone
    /// by trying all codes.
    pub fn hash(&self, key: &UserCodeKey) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(hmac::sign(&key.0, &self.0).as_ref());
        hash
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.iter().enumerate() {
            if place == LETTERS / 2 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*letter))?;
        }
        Ok(())
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode")
    }
}

/// The server's key for the hashes of user codes.
pub struct UserCodeKey(hmac::Key);

impl UserCodeKey {
    /// Takes 32 random bytes that are kept outside the store.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }
}

impl fmt::Debug for UserCodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCodeKey")
    }
}

/// A device's request, as stored (RFC 8628 §3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRequest {
    /// Who asks.
    pub client_id: String,
    /// What is asked, already checked against the registration.
    pub scopes: ScopeSet,
    /// The resources the token is for (RFC 8707 §2).
    #[serde(default)]
    pub resource: Vec<String>,
}

impl DeviceRequest {
    /// Reads the request of an authenticated client.
    pub fn read(params: &Params, client: &Client) -> Result<Self, TokenError> {
        params.refuse_repeated()?;
        if params.has_bracketed() {
            return Err(TokenError::invalid_request("A parameter is written like an array."));
        }
        if !client.may(GrantKind::DeviceCode) {
            let description = "The application may not use the device grant.";
            return Err(TokenError::new(ErrorCode::UnauthorizedClient, description)
                .with_hint("Switch the grant on at the application's page."));
        }
        let scopes = client
            .person_scopes(params.one("scope")?)
            .map_err(|refused: ScopeRefusal| TokenError::from(refused))?;
        let resource = crate::authorize::check_resources(params).map_err(|()| {
            let description = "resource must be an absolute address.";
            TokenError::new(ErrorCode::InvalidTarget, description)
        })?;
        Ok(Self { client_id: client.client_id.clone(), scopes, resource })
    }
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nobody has decided yet.
    Pending,
    /// Somebody allowed it.
    Approved,
    /// Somebody refused it.
    Denied,
    /// Its tokens were handed out.
    Redeemed,
}

impl Status {
    /// The name in stored records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Redeemed => "redeemed",
        }
    }

    /// Reads the name; what nobody knows counts as refused.
    pub fn of_name(name: &str) -> Self {
        [Self::Pending, Self::Approved, Self::Redeemed]
            .into_iter()
            .find(|status| status.name() == name)
            .unwrap_or(Self::Denied)
    }
}

/// A request at the moment of a poll. Times are Unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Polled {
    /// How far it has come.
    pub status: Status,
    /// How long its device has to wait between two polls, in milliseconds.
    pub interval_ms: i64,
    /// The last poll that was not too early.
    pub polled_at: Option<i64>,
    /// When the code stops working.
    pub expires_at: i64,
}

/// What a poll comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poll {
    /// `authorization_pending`; note the time of the poll.
    Pending,
    /// `slow_down`; note the longer interval, in milliseconds, and not the time.
    SlowDown {
        /// The interval from now on.
        interval_ms: i64,
    },
    /// `access_denied`, once and for all.
    Denied,
    /// `expired_token`.
    Expired,
    /// `invalid_grant`: its tokens were handed out before.
    Used,
    /// Hand out the tokens and mark it redeemed, in one transaction.
    Redeem,
}

impl Poll {
    /// What the device is told; `None` where it gets its tokens.
    pub fn error(self) -> Option<TokenError> {
        let (code, description) = match self {
            Self::Redeem => return None,
            Self::Used => return Some(TokenError::invalid_grant()),
            Self::Pending => {
                (ErrorCode::AuthorizationPending, "The person has not decided yet; ask again.")
            }
            Self::SlowDown { .. } => {
                (ErrorCode::SlowDown, "Too early; wait five seconds longer between two requests.")
            }
            Self::Denied => (ErrorCode::AccessDenied, "The person said no."),
            Self::Expired => {
                (ErrorCode::ExpiredToken, "The device code is too old; start the request again.")
            }
        };
        Some(TokenError::new(code, description))
    }
}

impl Polled {
    /// Decides on a poll at `now`.
    ///
    /// Only waiting is throttled: a decision is told whenever its device asks, so that no device
    /// can shut itself out. The window begins at the last poll that was in time; an early one
    /// lengthens it and does not move it, so that a device that obeys gets through.
    pub const fn poll(&self, now: i64) -> Poll {
        match self.status {
            Status::Redeemed => return Poll::Used,
            Status::Denied => return Poll::Denied,
            Status::Pending | Status::Approved if now >= self.expires_at => return Poll::Expired,
            Status::Approved => return Poll::Redeem,
            Status::Pending => {}
        }
        if let Some(polled_at) = self.polled_at {
            let waited = now.saturating_sub(polled_at);
            // A clock that was set back makes nobody early.
            if waited >= 0 && waited < self.interval_ms - JITTER_MS {
                let slower = self.interval_ms.saturating_add(SLOWER_MS);
                let interval_ms = if slower > MAX_INTERVAL_MS { MAX_INTERVAL_MS } else { slower };
                return Poll::SlowDown { interval_ms };
            }
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::preset::Preset;

    fn waiting() -> Polled {
        Polled {
            status: Status::Pending,
            interval_ms: INTERVAL_MS,
            polled_at: None,
            expires_at: LIFETIME_MS,
        }
    }

    /// Carries out what the caller of `poll` has to note.
    fn noted(mut polled: Polled, now: i64) -> (Poll, Polled) {
        let poll = polled.poll(now);
        match poll {
            Poll::Pending => polled.polled_at = Some(now),
            Poll::SlowDown { interval_ms } => polled.interval_ms = interval_ms,
            _ => {}
        }
        (poll, polled)
    }

    /// Case I03.
    #[test]
    fn the_alphabet_has_no_vowels_and_nothing_that_looks_alike() {
        assert!(ALPHABET.iter().all(|letter| !b"AEIOUY0123456789".contains(letter)));
        let bits = f64::from(u32::try_from(LETTERS).unwrap()) * 20_f64.log2();
        assert!(bits > 34.5, "{bits}");
    }

    /// Case I04.
    #[rstest]
    #[case("WDJB-MJHT")]
    #[case("wdjbmjht")]
    #[case(" wdjb mjht ")]
    #[case("W-D-J-B-M-J-H-T")]
    #[case("wdjb\u{2013}mjht")]
    fn a_code_is_read_however_it_is_written(#[case] text: &str) {
        assert_eq!(UserCode::parse(text).unwrap().to_string(), "WDJB-MJHT");
    }

    /// Case I05.
    #[rstest]
    #[case("")]
    #[case("WDJB-MJH")]
    #[case("WDJB-MJHTT")]
    #[case("WDJB-MJHA")]
    #[case("WDJB-MJH1")]
    #[case("WDJB-MJHÄ")]
    #[case("                                 WDJB-MJHT")]
    fn what_is_no_code_is_refused_without_a_look_up(#[case] text: &str) {
        assert_eq!(UserCode::parse(text), Err(NotAUserCode));
    }

    #[test]
    fn hashes_depend_on_key_and_code() {
        let (one, other) = (UserCodeKey::new(&[1; 32]), UserCodeKey::new(&[2; 32]));
        let code = UserCode::parse("WDJB-MJHT").unwrap();
        assert_eq!(code.hash(&one), UserCode::parse("wdjb mjht").unwrap().hash(&one));
        assert_ne!(code.hash(&one), code.hash(&other));
        assert_ne!(code.hash(&one), UserCode::parse("WDJB-MJHZ").unwrap().hash(&one));
    }

    /// Cases I07, I08.
    #[test]
    fn an_early_poll_is_slowed_down_and_lengthens_the_interval() {
        let (poll, state) = noted(waiting(), 1_000);
        assert_eq!(poll, Poll::Pending);
        let (poll, state) = noted(state, 3_000);
        assert_eq!(poll, Poll::SlowDown { interval_ms: 10_000 });
        // The window did not move: ten seconds after the first poll it is time again.
        let (poll, state) = noted(state, 11_000);
        assert_eq!((poll, state.polled_at), (Poll::Pending, Some(11_000)));
        let (poll, _) = noted(state, 19_000);
        assert_eq!(poll, Poll::SlowDown { interval_ms: 15_000 });
    }

    /// Cases I12, I13, I14.
    #[rstest]
    #[case(Status::Pending, 10_000, Poll::Pending)]
    #[case(Status::Pending, LIFETIME_MS, Poll::Expired)]
    #[case(Status::Approved, 10_000, Poll::Redeem)]
    #[case(Status::Approved, LIFETIME_MS, Poll::Expired)]
    #[case(Status::Denied, 10_000, Poll::Denied)]
    #[case(Status::Denied, LIFETIME_MS, Poll::Denied)]
    #[case(Status::Redeemed, 10_000, Poll::Used)]
    #[case(Status::Redeemed, LIFETIME_MS, Poll::Used)]
    fn each_state_has_its_answer(#[case] status: Status, #[case] now: i64, #[case] poll: Poll) {
        assert_eq!(Polled { status, ..waiting() }.poll(now), poll);
        assert_eq!(Status::of_name(status.name()), status);
    }

    #[test]
    fn a_decision_is_told_however_early_one_asks() {
        let asked = Polled { polled_at: Some(10_000), ..waiting() };
        for (status, poll) in [(Status::Approved, Poll::Redeem), (Status::Denied, Poll::Denied)] {
            assert_eq!(Polled { status, ..asked }.poll(10_001), poll);
        }
    }

    #[test]
    fn only_registered_applications_may_ask_and_only_for_what_is_registered() {
        let client = |preset: Preset| preset.template().client("c", "Client", 7, vec![]);
        let read = |body: &str, preset| {
            DeviceRequest::read(&Params::from_form(body.as_bytes()).unwrap(), &client(preset))
        };
        let request = read("client_id=c&scope=me", Preset::Device).unwrap();
        assert_eq!(request.scopes.to_string(), "me");
        assert!(!read("client_id=c", Preset::Device).unwrap().scopes.is_empty());
        let code = |body, preset| read(body, preset).unwrap_err().code;
        assert_eq!(code("scope=me", Preset::Standard), ErrorCode::UnauthorizedClient);
        assert_eq!(code("scope=nonsense", Preset::Device), ErrorCode::InvalidScope);
        assert_eq!(code("scope=me&scope=me", Preset::Device), ErrorCode::InvalidRequest);
        assert_eq!(code("resource=nowhere", Preset::Device), ErrorCode::InvalidTarget);
    }

    proptest! {
        #[test]
        fn drawn_codes_read_back(random in any::<[u8; 16]>()) {
            let code = UserCode::draw(random);
            prop_assert_eq!(UserCode::parse(&code.to_string()), Ok(code));
            prop_assert_eq!(UserCode::parse(&code.to_string().to_lowercase()), Ok(code));
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,40}") {
            let _ = UserCode::parse(&text);
        }

        /// Case I09: a device that waits five seconds longer after each `slow_down` is never told
        /// so twice in a row for ever, whatever interval it began with.
        #[test]
        fn who_obeys_gets_through(first in 1_i64..5_000, jitter in prop::collection::vec(-500_i64..=500, 40)) {
            let (mut state, mut now, mut own, mut early) = (waiting(), 0, first, 0);
            for jitter in jitter {
                let (poll, next) = noted(state, now);
                state = next;
                match poll {
                    Poll::Pending => early = 0,
                    Poll::SlowDown { .. } => {
                        early += 1;
                        own += SLOWER_MS;
                    }
                    other => prop_assert!(other == Poll::Expired, "{:?}", other),
                }
                prop_assert!(early <= 3, "{} early polls in a row", early);
                now += own.saturating_add(jitter).max(1);
            }
        }

        /// Case I10: half a second of jitter at the advertised interval is never too early.
        #[test]
        fn jitter_is_never_too_early(jitter in prop::collection::vec(-500_i64..=500, 100)) {
            let mut state = Polled { expires_at: i64::MAX, ..waiting() };
            for (turn, jitter) in (1_i64..).zip(jitter) {
                // Polls are sent at the interval, and each arrives up to half a second off.
                let (poll, next) = noted(state, turn * INTERVAL_MS + jitter);
                prop_assert_eq!(poll, Poll::Pending);
                state = next;
            }
        }
    }
}
