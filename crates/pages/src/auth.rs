//! Sign-in, sign-up and first set-up.

use askama::Template;

use crate::chrome::{Chrome, Field, Link};

/// `/signup`: fields `username`, `email`, `password`, hidden `csrf` and `next`.
#[derive(Debug, Clone, Template)]
#[template(path = "auth/signup.html")]
pub struct SignupPage {
    /// Frame.
    pub chrome: Chrome,
    /// What was typed.
    pub form: AccountForm,
    /// Path to go on to, in the hidden field `next`; empty for none.
    pub next: String,
}

/// `/setup`: the first person becomes the operator. Fields as [`SignupPage`], and hidden `token`.
#[derive(Debug, Clone, Template)]
#[template(path = "auth/setup.html")]
pub struct SetupPage {
    /// Frame.
    pub chrome: Chrome,
    /// What was typed.
    pub form: AccountForm,
    /// The one-time secret of the link.
    pub token: String,
}

/// The fields of a new account.
#[derive(Debug, Clone, Default)]
pub struct AccountForm {
    /// User name.
    pub username: Field,
    /// E-mail address.
    pub email: Field,
    /// What is wrong with the password; it is never shown again.
    pub password_error: Option<String>,
    /// What is wrong with the form as a whole.
    pub error: Option<String>,
}

/// `/login`: fields `username` (user name or e-mail), `password`, hidden `csrf` and `next`.
#[derive(Debug, Clone, Template)]
#[template(path = "auth/login.html")]
pub struct LoginPage {
    /// Frame.
    pub chrome: Chrome,
    /// User name or e-mail that was typed.
    pub username: String,
    /// Why sign-in failed; one text for every cause.
    pub error: Option<String>,
    /// Path to go on to; empty for none.
    pub next: String,
    /// Name of the application the person is on the way to, if any.
    pub for_app: Option<String>,
    /// Whether somebody is signed in, and the application wants them to prove it anew.
    pub again: bool,
    /// The sign-up link, if strangers may sign up (carry `next` in it).
    pub signup: Option<Link>,
}
