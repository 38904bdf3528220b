//! Tokens that forms carry, so that only our own pages can post them (CSRF protection).

use subtle::ConstantTimeEq as _;

use crate::Core;

impl Core {
    /// The form token that belongs to a cookie's value.
    pub fn form_token(&self, cookie: &str) -> String {
        self.0.secret.form_token(cookie)
    }

    /// Whether the form's token belongs to the cookie's value.
    pub fn form_token_matches(&self, cookie: &str, token: &str) -> bool {
        self.form_token(cookie).as_bytes().ct_eq(token.as_bytes()).into()
    }
}
