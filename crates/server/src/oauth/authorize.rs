//! `/oauth/authorize`: the application's request, the consent page, and the person's decision.

use axum::{
    extract::{FromRequest as _, RawQuery, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use tiltyard_core::{
    authorization::{Asked, Begun, Consent, Decision, sign_in_again::NOTE},
    permissions,
};
use tiltyard_oauth::{
    client::Client,
    params::{MAX_TOTAL_BYTES, Params},
    response::AuthorizationAnswer,
    scope::ScopeSet,
};
use tiltyard_pages::{
    Link,
    consent::{ClientView, ConsentPage, FormPostPage, ScopeView},
    message::MessagePage,
};

use super::{document::AuthorizationRequest, form_action_source};
use crate::{
    App,
    http::body,
    web::{
        PageError, Posted, Visitor,
        page::{html_with, see_other},
    },
};

/// Asks the person whether the application may have what it wants.
///
/// Programs send a browser here. The person signs in, decides, and returns to the application with
/// a code, or with an error (RFC 6749 §4.1.2).
#[utoipa::path(
    get,
    path = "/oauth/authorize",
    operation_id = "authorize",
    params(AuthorizationRequest),
    responses(
        (status = 200, description = "The page that asks, or one that brings the answer by form.",
            body = String, content_type = "text/html"),
        (status = 303, description = "To the sign-in page, or back to the application.",
            headers(("Location"))),
        (status = 400, description = "Client or address are not right: a page, and no redirect.",
            body = String, content_type = "text/html"),
        (status = 503, description = "Too much at once, or our fault; try again soon.",
            body = String, content_type = "text/html"),
    ),
    security(()),
)]
pub(super) async fn get(
    State(app): State<App>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    begin(&app, visitor, query.unwrap_or_default()).await
}

/// Asks the same with the parameters in a form.
///
/// The person's decision on the page comes here as well.
#[utoipa::path(
    post,
    path = "/oauth/authorize",
    operation_id = "authorizeByForm",
    request_body(content = AuthorizationRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The page that asks, or one that brings the answer by form.",
            body = String, content_type = "text/html"),
        (status = 303, description = "To the sign-in page, or back to the application.",
            headers(("Location"))),
        (status = 400, description = "Client or address are not right: a page, and no redirect.",
            body = String, content_type = "text/html"),
        (status = 503, description = "Too much at once, or our fault; try again soon.",
            body = String, content_type = "text/html"),
        (status = 403, description = "A decision from a form that is out of date.",
            body = String, content_type = "text/html"),
    ),
    security(()),
)]
pub(super) async fn post(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let urlencoded = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let mut visitor = Visitor::of_parts(&app, &parts).await;
    if let Some(page) = visitor.trouble(&app) {
        return page;
    }
    let bytes = match body::read(body, MAX_TOTAL_BYTES).await {
        Ok(bytes) if urlencoded => bytes,
        _ => {
            return bad(&app, &visitor, "The request must be a form of at most 16 KiB.");
        }
    };
    let decides = form_urlencoded::parse(&bytes).any(|(key, _)| key == "decision");
    if decides {
        let request = Request::from_parts(parts, axum::body::Body::from(bytes));
        return decide(&app, request).await;
    }
    match String::from_utf8(bytes.to_vec()) {
        Ok(form) => begin(&app, visitor, form).await,
        Err(_) => bad(&app, &visitor, "The request is not encoded correctly."),
    }
}

fn bad(app: &App, visitor: &Visitor, detail: &str) -> Response {
    PageError::new(StatusCode::BAD_REQUEST, "This sign-in request is not right", detail)
        .hint("Go back to the application and tell its makers what stands here.")
        .respond(app, visitor)
}

async fn begin(app: &App, visitor: Visitor, query: String) -> Response {
    let params = match Params::from_query(&query) {
        Ok(params) => params,
        Err(error) => return bad(app, &visitor, &error.to_string()),
    };
    let asked = Asked { params: &params, session: visitor.session.as_ref() };
    match app.core().begin_authorization(asked, visitor.origin.clone()).await {
        Ok(begun) => show(app, &visitor, begun, &query),
        Err(error) => PageError::from(error).respond(app, &visitor),
    }
}

async fn decide(app: &App, request: Request) -> Response {
    let Posted(visitor, form) = match Posted::from_request(request, app).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let Some(session) = &visitor.session else {
        return PageError::stale_form().respond(app, &visitor);
    };
    let decision = Decision {
        handle: form.text("request").to_owned(),
        allow: form.text("decision") == "allow",
        scopes: form.ticked("choice").then(|| form.all("scope")),
    };
    match app.core().decide_authorization(session, decision, visitor.origin.clone()).await {
        Ok(begun) => show(app, &visitor, begun, ""),
        Err(error) => PageError::from(error).respond(app, &visitor),
    }
}

/// The request as it came, with the note that a new sign-in was asked for.
fn after_sign_in(query: &str, note: Option<&str>) -> String {
    let is_note = |pair: &&str| pair.split('=').next() == Some(NOTE);
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !is_note(pair)).collect();
    let note = note.map(|note| format!("{NOTE}={note}"));
    pairs.extend(note.as_deref());
    pairs.join("&")
}

fn show(app: &App, visitor: &Visitor, begun: Begun, query: &str) -> Response {
    match begun {
        Begun::Refused(description) => bad(app, visitor, &description),
        Begun::RefusedUnseen { description, answer } => {
            let links = match answer {
                AuthorizationAnswer::Redirect(uri) => {
                    vec![Link::new("Return to the application", uri)]
                }
                AuthorizationAnswer::FormPost { .. } => Vec::new(),
            };
            let page = MessagePage {
                chrome: visitor.chrome(app),
                title: "This sign-in request is not right".to_owned(),
                paragraphs: vec![
                    description,
                    "The application made a mistake; it is not yours.".to_owned(),
                ],
                links,
            };
            html_with(app, visitor, StatusCode::BAD_REQUEST, &page, None)
        }
        Begun::Answer(answer) => answered(app, visitor, answer),
        Begun::SignIn { note, redirect_uri, .. } => {
            let mut query = after_sign_in(query, note.as_deref());
            if let Some(uri) = redirect_uri.filter(|_| !query.contains("&redirect_uri=")) {
                let uri: String = form_urlencoded::byte_serialize(uri.as_bytes()).collect();
                query = format!("{query}&redirect_uri={uri}");
            }
            let next = format!("/oauth/authorize?{query}");
            let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            see_other(&format!("/login?next={next}"))
        }
        Begun::Consent(consent) => consent_page(app, visitor, *consent, query),
    }
}

fn answered(app: &App, visitor: &Visitor, answer: AuthorizationAnswer) -> Response {
    match answer {
        AuthorizationAnswer::Redirect(uri) => see_other(&uri),
        AuthorizationAnswer::FormPost { action, fields } => {
            let source = form_action_source(&action);
            let client_name = host(&action);
            let page = FormPostPage {
                chrome: visitor.chrome(app),
                action,
                client_name,
                fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            };
            html_with(app, visitor, StatusCode::OK, &page, source.as_deref())
        }
    }
}

/// The host of a redirect URI, or the scheme where there is none.
fn host(uri: &str) -> String {
    match url::Url::parse(uri) {
        Ok(url) => match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => format!("{}:", url.scheme()),
        },
        Err(_) => uri.to_owned(),
    }
}

/// Scopes as a person is asked for them.
pub(crate) fn scope_views(client: &Client, asked: &ScopeSet, given: &ScopeSet) -> Vec<ScopeView> {
    asked
        .iter()
        .map(|scope| ScopeView {
            name: scope.as_str().to_owned(),
            optional: client.is_optional(scope),
            given: given.contains(scope.as_str()),
            idle: permissions::opens_nothing_yet(scope),
        })
        .collect()
}

fn consent_page(app: &App, visitor: &Visitor, consent: Consent, query: &str) -> Response {
    let days = app.core().settings().refresh_absolute / 86_400_000;
    let scopes = scope_views(&consent.client, &consent.scopes, &consent.given);
    let page = ConsentPage {
        chrome: visitor.chrome(app),
        action: "/oauth/authorize".to_owned(),
        request: consent.handle,
        client: ClientView { name: consent.client.name, description: None, owner: consent.owner },
        redirect_host: host(&consent.redirect_uri),
        scopes,
        lasts: format!("Until you disconnect it on your account page, {days} days at most"),
        switch_next: format!("/login?next={}", {
            let next = format!("/oauth/authorize?{query}");
            form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>()
        }),
    };
    let source = form_action_source(&consent.redirect_uri);
    let mut response = html_with(app, visitor, StatusCode::OK, &page, source.as_deref());
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("client_id=a&prompt=login", Some("N"), "client_id=a&prompt=login&tly_asked=N")]
    #[case("tly_asked=M&client_id=%61", Some("N"), "client_id=%61&tly_asked=N")]
    #[case("client_id=a&tly_asked=M", None, "client_id=a")]
    fn a_request_comes_back_as_it_was_with_one_note(
        #[case] query: &str,
        #[case] note: Option<&str>,
        #[case] after: &str,
    ) {
        assert_eq!(super::after_sign_in(query, note), after);
    }

    #[rstest::rstest]
    #[case("https://client.example/cb?x=1", "client.example")]
    #[case("http://127.0.0.1:8765/cb", "127.0.0.1:8765")]
    #[case("org.example.game:/cb", "org.example.game:")]
    fn people_see_where_they_return_to(#[case] uri: &str, #[case] shown: &str) {
        assert_eq!(super::host(uri), shown);
    }
}
