//! Tokens that forms carry, so that only our own pages can post them (CSRF protection).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq as _;

use crate::Core;

/// Length of a token before it is masked, in bytes.
const LENGTH: usize = 32;

impl Core {
    /// The form token that belongs to a cookie's value. It is masked by the pad, which is random for
    /// each page: were it the same on every page, what pages weigh once compressed would betray it
    /// bit by bit (BREACH, CVE-2013-3587).
    pub fn form_token(&self, cookie: &str, pad: [u8; LENGTH]) -> String {
        let tag = self.0.secret.form_token(cookie);
        let masked = tag.as_ref().iter().zip(pad).map(|(of_tag, of_pad)| of_tag ^ of_pad);
        let token: Vec<u8> = pad.into_iter().chain(masked).collect();
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whether the form's token belongs to the cookie's value, under whatever pad. Pages that were
    /// opened before tokens were masked have it without one.
    pub fn form_token_matches(&self, cookie: &str, token: &str) -> bool {
        let Ok(token) = URL_SAFE_NO_PAD.decode(token) else { return false };
        let bare: Vec<u8> = match token.split_at_checked(LENGTH) {
            Some((bare, [])) => bare.to_vec(),
            Some((pad, masked)) => masked.iter().zip(pad).map(|(one, other)| one ^ other).collect(),
            None => return false,
        };
        token.len() <= 2 * LENGTH && self.0.secret.form_token(cookie).as_ref().ct_eq(&bare).into()
    }
}
