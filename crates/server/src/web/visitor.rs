//! Who looks at a page: the session behind the cookie, the form token, the address.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tiltyard_core::{
    Actor, Error,
    accounts::{Origin, Session},
};
use tiltyard_pages::{Chrome, Notice, SignedIn};

use super::PageError;
use crate::{App, http::client_address};

/// Longest user agent that is read.
const USER_AGENT_MAX: usize = 400;

/// Who looks at a page.
#[derive(Debug)]
pub(crate) struct Visitor {
    /// The session, if somebody is signed in.
    pub(crate) session: Option<Session>,
    /// The session cookie's value, alive or not.
    pub(crate) session_token: Option<String>,
    /// The cookie that says which accounts this browser signed in to before.
    pub(crate) known_browser: Option<String>,
    /// Where the request comes from.
    pub(crate) origin: Origin,
    /// The path without query.
    pub(crate) path: String,
    /// What form tokens are bound to before sign-in; also set as a cookie if it is new.
    form_cookie: String,
    form_cookie_is_new: bool,
    /// What this page's form token is masked by.
    form_pad: [u8; 32],
    notice: Option<Notice>,
    /// Why the session could not be looked up.
    trouble: Option<Error>,
}

/// The value of the cookie that was sent under the name.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The session cookie's name: bound to the host where the address is https.
pub(crate) fn session_cookie(app: &App) -> &'static str {
    if app.https() { "__Host-tly_session" } else { "tly_session" }
}

fn form_cookie(app: &App) -> &'static str {
    if app.https() { "__Host-tly_form" } else { "tly_form" }
}

fn known_cookie(app: &App) -> &'static str {
    if app.https() { "__Host-tly_known" } else { "tly_known" }
}

/// A `Set-Cookie` value that the browser keeps for so many seconds, or until it is closed.
pub(super) fn set_cookie(
    app: &App,
    name: &str,
    value: &str,
    seconds: Option<i64>,
) -> Option<HeaderValue> {
    let secure = if app.https() { "; Secure" } else { "" };
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}"))
        .ok()
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let mut visitor = Self::of_parts(app, parts).await;
        visitor.trouble(app).map_or(Ok(visitor), Err)
    }
}

impl Visitor {
    /// The visitor behind the request's head.
    pub(crate) async fn of_parts(app: &App, parts: &Parts) -> Self {
        let headers = &parts.headers;
        let session_token = cookie(headers, session_cookie(app));
        let mut trouble = None;
        let session = match &session_token {
            Some(token) => app.core().session(token).await.unwrap_or_else(|error| {
                trouble = Some(error);
                None
            }),
            None => None,
        };
        let known = cookie(headers, form_cookie(app)).filter(|value| value.len() == 22);
        let form_cookie_is_new = known.is_none();
        let form_cookie = known.unwrap_or_else(|| {
            app.core().random::<16>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).unwrap_or_default()
        });
        let user_agent = headers
            .get(header::USER_AGENT)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .unwrap_or_default();
        let address =
            client_address::of(&parts.extensions, headers, &app.options().trusted_proxies);
        Self {
            session,
            session_token,
            known_browser: cookie(headers, known_cookie(app)),
            origin: Origin {
                address,
                user_agent: user_agent.chars().take(USER_AGENT_MAX).collect(),
            },
            path: parts.uri.path().to_owned(),
            form_cookie,
            form_cookie_is_new,
            form_pad: app.core().random().unwrap_or_default(),
            notice: None,
            trouble,
        }
    }

    /// A page that says so where we cannot find out who it is: a person who is signed in must not be
    /// taken for a stranger.
    pub(crate) fn trouble(&mut self, app: &App) -> Option<Response> {
        let error = self.trouble.take()?;
        Some(PageError::from(error).respond(app, self))
    }

    /// Shows a line above the page's content.
    #[must_use]
    pub(crate) fn with_notice(mut self, notice: Option<Notice>) -> Self {
        self.notice = notice;
        self
    }

    /// The visitor as an actor.
    pub(crate) fn actor(&self) -> Actor {
        self.session.as_ref().map_or(Actor::Anonymous, |session| session.person.actor())
    }

    /// What form tokens are bound to: the session, or a cookie of its own before sign-in.
    fn form_subject(&self) -> &str {
        match (&self.session, &self.session_token) {
            (Some(_), Some(token)) => token,
            _ => &self.form_cookie,
        }
    }

    /// The token for the hidden field `csrf`: another one for each request.
    fn csrf(&self, app: &App) -> String {
        app.core().form_token(self.form_subject(), self.form_pad)
    }

    /// The page as it would be if tokens were the same in every answer.
    pub(crate) fn unmasked(&self, app: &App, page: &str) -> String {
        let bare = app.core().form_token(self.form_subject(), [0; 32]);
        page.replace(&self.csrf(app), &bare)
    }

    /// Whether a form's token is this visitor's.
    pub(crate) fn csrf_matches(&self, app: &App, token: &str) -> bool {
        app.core().form_token_matches(self.form_subject(), token)
    }

    /// The frame of the page.
    pub(crate) fn chrome(&self, app: &App) -> Chrome {
        Chrome {
            site_name: app.core().settings().site_name.clone(),
            signed_in: self.session.as_ref().map(|session| SignedIn {
                username: session.person.username.clone(),
                operator: session.person.operator,
            }),
            csrf: self.csrf(app),
            path: self.path.clone(),
            notice: self.notice.clone(),
        }
    }

    /// The cookie that a page must set which has a form, if the browser has none.
    pub(crate) fn form_cookie_header(&self, app: &App, page: &str) -> Option<HeaderValue> {
        (self.form_cookie_is_new && self.session.is_none() && page.contains(&self.csrf(app)))
            .then(|| set_cookie(app, form_cookie(app), &self.form_cookie, None))
            .flatten()
    }
}

/// The cookie of a session that has just begun.
pub(crate) fn begin_cookie(app: &App, token: &str) -> Option<HeaderValue> {
    // The session itself ends earlier where it is not used.
    let seconds = app.core().settings().session_absolute / 1_000;
    set_cookie(app, session_cookie(app), token, Some(seconds))
}

/// The cookie by which the browser is known to have signed in to the account; it outlives sessions, so
/// that strangers who guess at the account cannot keep its person out.
pub(crate) fn known_browser_cookie(
    app: &App,
    visitor: &Visitor,
    person: i64,
) -> Option<HeaderValue> {
    /// As long as browsers keep cookies: 400 days.
    const SECONDS: i64 = 400 * 86_400;
    match app.core().known_browser(person, visitor.known_browser.as_deref()) {
        Ok(value) => set_cookie(app, known_cookie(app), &value, Some(SECONDS)),
        Err(error) => {
            tracing::error!(?error, "cannot remember a browser");
            None
        }
    }
}

/// Takes the session cookie away.
pub(crate) fn end_cookie(app: &App) -> Option<HeaderValue> {
    set_cookie(app, session_cookie(app), "", Some(0))
}
