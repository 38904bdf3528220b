//! Answers that people see.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tiltyard_core::{Error, limits::TooMany};
use tiltyard_pages::{Chrome, Link, Page, message::ErrorPage};

use super::Visitor;
use crate::{
    App,
    http::{coding::Document, limited},
    openapi,
};

/// The headers of every page. `form_action` is a further origin that a form of the page may end
/// at: Chromium applies the policy to redirects after a form, too.
fn security_headers(app: &App, headers: &mut HeaderMap, form_action: Option<&str>) {
    let form_action = form_action.map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'{form_action}; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.https() {
        let value = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}

/// The answer where a template failed.
pub(crate) fn unrendered(error: &impl std::fmt::Debug) -> Response {
    tracing::error!(?error, "a page cannot be rendered");
    crate::http::plain::internal_error()
}

/// The answer with a page.
pub(crate) fn html(app: &App, visitor: &Visitor, status: StatusCode, page: &impl Page) -> Response {
    html_with(app, visitor, status, page, None)
}

/// The answer with a page whose form may end at another origin.
pub(crate) fn html_with(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    page: &impl Page,
    form_action: Option<&str>,
) -> Response {
    let body = match page.render() {
        Ok(body) => body,
        Err(error) => return unrendered(&error),
    };
    let cookie = visitor.form_cookie_header(app, &body);
    let mut response = answer(app, status, body, form_action);
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The answer with a page without forms that is the same for everybody who is not signed in.
pub(crate) fn for_all(app: &App, page: Document) -> Response {
    answer(app, StatusCode::OK, page, None)
}

fn answer(
    app: &App,
    status: StatusCode,
    body: impl IntoResponse,
    form_action: Option<&str>,
) -> Response {
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    security_headers(app, headers, form_action);
    response
}

/// The answer with a page that changes seldom: the browser keeps it, and asks whether it is the same.
pub(crate) fn kept(
    app: &App,
    visitor: &Visitor,
    if_none_match: Option<&HeaderValue>,
    page: &impl Page,
) -> Response {
    let body = match page.render() {
        Ok(body) => body,
        Err(error) => return unrendered(&error),
    };
    let tag = openapi::entity_tag(visitor.unmasked(app, &body).as_bytes());
    let cookie = visitor.form_cookie_header(app, &body);
    let mut response = if openapi::is_known(if_none_match, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    security_headers(app, headers, None);
    if let Some(cookie) = cookie {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

/// Goes on to another page after a form (303, so that it is never posted again).
pub(crate) fn see_other(location: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::try_from(location) {
        headers.insert(header::LOCATION, location);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Something that went wrong, as a page.
#[derive(Debug)]
pub(crate) struct PageError {
    status: StatusCode,
    title: String,
    detail: String,
    hint: Option<String>,
    /// Where to go on, before the start page.
    way: Option<Link>,
    sign_in: bool,
    /// How long to wait, where a limit was reached.
    wait: Option<TooMany>,
}

impl PageError {
    /// An error in words.
    pub(crate) fn new(
        status: StatusCode,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        let (title, detail) = (title.into(), detail.into());
        Self { status, title, detail, hint: None, way: None, sign_in: false, wait: None }
    }

    /// What the reader can do about it.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Where the reader can go on.
    #[must_use]
    pub(crate) fn way(mut self, way: Link) -> Self {
        self.way = Some(way);
        self
    }

    /// A form that did not come from our own page, or came too late.
    pub(crate) fn stale_form() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This form is out of date",
            "It was opened in another session, or by another site.",
        )
        .hint("Go back, reload the page and send the form again.")
    }

    /// The page; where one has to sign in first, the way there and back.
    pub(crate) fn respond(self, app: &App, visitor: &Visitor) -> Response {
        if self.sign_in {
            let next: String = form_urlencoded::byte_serialize(visitor.path.as_bytes()).collect();
            return see_other(&format!("/login?next={next}"));
        }
        let page = ErrorPage {
            chrome: Chrome { notice: None, ..visitor.chrome(app) },
            status: self.status.as_u16(),
            title: self.title,
            detail: self.detail,
            hint: self.hint,
            links: self.way.into_iter().chain([Link::new("Home", "/")]).collect(),
            request_id: None,
        };
        let mut response = html(app, visitor, self.status, &page);
        match &self.wait {
            Some(wait) => limited::too_many(response.headers_mut(), wait),
            None if self.status == StatusCode::SERVICE_UNAVAILABLE => {
                limited::unavailable(response.headers_mut());
            }
            None => {}
        }
        response
    }
}

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unauthenticated(text) => {
                Self { sign_in: true, ..Self::new(StatusCode::UNAUTHORIZED, "Sign in first", text) }
            }
            Error::Forbidden(text) => Self::new(StatusCode::FORBIDDEN, "This is not yours", text),
            error @ Error::LacksScope(_) => {
                Self::new(StatusCode::FORBIDDEN, "This is not yours", error.to_string())
            }
            Error::NotFound(what) => Self::new(
                StatusCode::NOT_FOUND,
                "Nothing here",
                format!("There is no such {what}, or it was moved or removed."),
            )
            .hint("Check the address for typing mistakes."),
            Error::Invalid(_) | Error::Conflict(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "That did not work",
                format!("{error}."),
            ),
            Error::Stale(_) => {
                Self::new(StatusCode::CONFLICT, "Somebody was faster", format!("{error}."))
            }
            Error::Busy(text) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "Too much at once", text)
            }
            Error::TooMany(wait) => Self {
                wait: Some(wait),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "Too many attempts",
                    format!("Try again in {}.", super::login::in_words(&wait)),
                )
            },
            error if error.is_unavailable() => {
                tracing::error!(?error, "a page failed: the database is unavailable");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The database does not answer",
                    "Nothing was changed. It usually passes soon.",
                )
                .hint("Try again in a moment.")
            }
            error @ (Error::Internal(_) | Error::Store(_)) => {
                tracing::error!(?error, "a page failed by our fault");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something went wrong",
                    "It is our fault, and it was logged.",
                )
                .hint("Try again in a moment.")
            }
        }
    }
}
