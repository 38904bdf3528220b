//! Forms that people send.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{StatusCode, header, request::Parts},
    response::Response,
};
use tiltyard_core::Error;

use super::{PageError, Visitor};
use crate::{App, http, http::body::BodyError, text};

/// Largest form in bytes.
const FORM_MAX: usize = 64 * 1024;

/// A form, checked to come from our own page in the visitor's own session.
#[derive(Debug)]
pub(crate) struct Form {
    pairs: Vec<(String, String)>,
}

/// A visitor and the form they sent: whatever is not ours is refused before the handler runs.
#[derive(Debug)]
pub(crate) struct Posted(pub(crate) Visitor, pub(crate) Form);

impl FromRequest<App> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let mut visitor = Visitor::of_parts(app, &parts).await;
        if let Some(page) = visitor.trouble(app) {
            return Err(page);
        }
        match Form::parse(app, &visitor, &parts, body).await {
            Ok(form) => Ok(Self(visitor, form)),
            Err(error) => Err(error.respond(app, &visitor)),
        }
    }
}

impl Form {
    async fn parse(
        app: &App,
        visitor: &Visitor,
        parts: &Parts,
        body: Body,
    ) -> Result<Self, PageError> {
        let bytes = http::body::read(body, FORM_MAX).await.map_err(|error| match error {
            BodyError::Broken => PageError::new(
                StatusCode::BAD_REQUEST,
                "The form did not arrive",
                "It was cut off on the way, or took too long.",
            ),
            BodyError::TooLarge => PageError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "Too much text",
                "The form was larger than this site takes.",
            ),
        })?;
        let form = Self { pairs: form_urlencoded::parse(&bytes).into_owned().collect() };
        // Browsers say where a form came from; another site's is refused before its token counts.
        let foreign = parts
            .headers
            .get("sec-fetch-site")
            .is_some_and(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"));
        let urlencoded = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if foreign || !urlencoded || !visitor.csrf_matches(app, form.text("csrf")) {
            return Err(PageError::stale_form());
        }
        // No field takes it, and PostgreSQL stores no text with it.
        if form.pairs.iter().any(|(_, value)| value.contains('\0')) {
            return Err(PageError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "That did not work",
                "The form contains the character U+0000, which no field takes.",
            ));
        }
        Ok(form)
    }

    /// Every field that was sent, and what stood in it.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The field's text, empty if it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Whether the box is ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        self.pairs.iter().any(|(key, _)| key == name)
    }

    /// All values under the name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }
}

/// What is wrong with a field, if something is.
pub(crate) fn problem(error: &Error, field: &str) -> Option<String> {
    let Error::Invalid(problems) = error else { return None };
    let messages: Vec<&str> = problems
        .list()
        .iter()
        .filter(|problem| problem.field == field)
        .map(|problem| problem.message.as_str())
        .collect();
    (!messages.is_empty()).then(|| text::sentence(&messages.join("; ")))
}

/// A path of our own to go on to; anything else leads to the default.
pub(crate) fn next_path<'a>(next: &'a str, default: &'a str) -> &'a str {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.starts_with("/\\")
        && !next.contains(|c: char| c.is_control() || c == '\\');
    if own { next } else { default }
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("/apps", "/apps")]
    #[case("/oauth/authorize?client_id=a&state=b", "/oauth/authorize?client_id=a&state=b")]
    #[case("//evil.example", "/")]
    #[case("/\\evil.example", "/")]
    #[case("https://evil.example", "/")]
    #[case("javascript:alert(1)", "/")]
    #[case("", "/")]
    #[case("/a\nb", "/")]
    fn one_goes_on_within_the_site_only(#[case] next: &str, #[case] path: &str) {
        assert_eq!(super::next_path(next, "/"), path);
    }
}
