//! The protocol's flows, step by step.

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::Value;
use tiltyard_core::accounts::Person;
use tiltyard_oauth::preset::Preset;

use super::{Answer, Browser, Credential, TestServer, query_of};

/// Where the test applications are returned to.
pub(crate) const CALLBACK: &str = "https://client.example/callback";

/// A PKCE verifier.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The S256 challenge of a verifier (RFC 7636 §4.2).
pub(crate) fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// An application's credentials.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
}

/// A parameter of a request; an empty value takes it away.
type Change<'a> = (&'a str, &'a str);

fn changed(base: Vec<(String, String)>, changes: &[Change<'_>]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = base
        .into_iter()
        .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name))
        .collect();
    for (name, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
        all.push(((*name).to_owned(), (*value).to_owned()));
    }
    all
}

/// The changes, and of the base what they do not touch.
fn over<'a>(base: &[Change<'a>], changes: &[Change<'a>]) -> Vec<Change<'a>> {
    let kept = base.iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    kept.chain(changes).copied().collect()
}

/// An application at work on a server.
pub(crate) struct Flow<'a> {
    pub(crate) server: &'a TestServer,
    pub(crate) app: App,
}

impl TestServer {
    /// An application with this preset and the usual callback.
    pub(crate) async fn client(&self, owner: &Person, preset: Preset) -> Flow<'_> {
        self.client_at(owner, preset, &[CALLBACK]).await
    }

    /// An application with these redirect URIs.
    pub(crate) async fn client_at(
        &self,
        owner: &Person,
        preset: Preset,
        redirect_uris: &[&str],
    ) -> Flow<'_> {
        let made = self.application(owner, preset, redirect_uris).await;
        let app = App { id: made.application.client.client_id, secret: made.client_secret };
        Flow { server: self, app }
    }
}

impl Flow<'_> {
    /// The same application in front of another node.
    pub(crate) fn moved_to<'b>(&self, server: &'b TestServer) -> Flow<'b> {
        Flow { server, app: self.app.clone() }
    }

    /// The parameters of an authorization request with PKCE.
    pub(crate) fn parameters(&self, changes: &[Change<'_>]) -> Vec<(String, String)> {
        let challenge = challenge_of(VERIFIER);
        let base = [
            ("response_type", "code"),
            ("client_id", self.app.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("scope", "me tournaments:read tournaments:write"),
            ("state", "af0ifjsldkj"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let base = base.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        changed(base.collect(), changes)
    }

    /// The path of an authorization request.
    pub(crate) fn address(&self, changes: &[Change<'_>]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.parameters(changes));
        format!("/oauth/authorize?{}", query.finish())
    }

    /// Opens the authorization endpoint.
    pub(crate) async fn authorize(
        &self,
        browser: &mut Browser<'_>,
        changes: &[Change<'_>],
    ) -> Answer {
        browser.get(&self.address(changes)).await
    }

    /// Opens the consent page and decides.
    pub(crate) async fn decide(
        &self,
        browser: &mut Browser<'_>,
        changes: &[Change<'_>],
        decision: &str,
    ) -> Answer {
        let page = self.authorize(browser, changes).await.expect(200);
        self.decide_on(&page, browser, decision).await
    }

    async fn decide_on(&self, page: &Answer, browser: &mut Browser<'_>, decision: &str) -> Answer {
        let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
        let fields = [("csrf", csrf.as_str()), ("request", &request), ("decision", decision)];
        browser.post("/oauth/authorize", &fields).await
    }

    /// A code, allowed by whoever is signed in.
    pub(crate) async fn code(&self, browser: &mut Browser<'_>, changes: &[Change<'_>]) -> String {
        let mut answer = self.authorize(browser, changes).await;
        // Without a page where all of this was allowed before.
        if answer.status == 200 {
            answer = self.decide_on(&answer, browser, "allow").await;
        }
        query_of(answer.expect(303).location(), "code").expect("a code")
    }

    /// Asks the token endpoint, authenticated by the body where there is a secret.
    pub(crate) async fn token(&self, changes: &[Change<'_>]) -> Answer {
        Answer::to(self.token_request(changes)).await
    }

    /// A request to the token endpoint.
    pub(crate) fn token_request(&self, changes: &[Change<'_>]) -> reqwest::RequestBuilder {
        let mut base = vec![("client_id".to_owned(), self.app.id.clone())];
        base.extend(self.app.secret.clone().map(|secret| ("client_secret".to_owned(), secret)));
        let form = changed(base, changes);
        self.server.request(Method::POST, "/oauth/token").form(&form)
    }

    /// Exchanges a code.
    pub(crate) async fn exchange(&self, code: &str, changes: &[Change<'_>]) -> Answer {
        self.token(&over(&exchange_of(code), changes)).await
    }

    /// Exchanges a refresh token.
    pub(crate) async fn refresh(&self, token: &str, changes: &[Change<'_>]) -> Answer {
        let base = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.token(&over(&base, changes)).await
    }

    /// A device's request for codes.
    pub(crate) async fn device_request(&self, changes: &[Change<'_>]) -> Answer {
        let mut base = vec![("client_id".to_owned(), self.app.id.clone())];
        base.extend(self.app.secret.clone().map(|secret| ("client_secret".to_owned(), secret)));
        base.push(("scope".to_owned(), "me tournaments:read tournaments:write".to_owned()));
        let form = changed(base, changes);
        let request = self.server.request(Method::POST, "/oauth/device_authorization").form(&form);
        Answer::to(request).await
    }

    /// The codes of a device: device code and user code.
    pub(crate) async fn device(&self) -> (String, String) {
        let codes = self.device_request(&[]).await.expect(200).json();
        let text = |name: &str| codes[name].as_str().unwrap().to_owned();
        (text("device_code"), text("user_code"))
    }

    /// A device's poll.
    pub(crate) async fn poll(&self, device_code: &str) -> Answer {
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        self.token(&[("grant_type", grant), ("device_code", device_code)]).await
    }

    /// The whole flow: the answer with the tokens.
    pub(crate) async fn tokens(&self, browser: &mut Browser<'_>, scope: &str) -> Value {
        let code = self.code(browser, &[("scope", scope)]).await;
        self.exchange(&code, &[]).await.expect(200).json()
    }

    /// The whole flow: a caller with the access token.
    pub(crate) async fn caller(&self, person: &Person, scope: &str) -> super::Api<'_> {
        let mut browser = self.server.signed_in(person).await;
        let tokens = self.tokens(&mut browser, scope).await;
        let token = tokens["access_token"].as_str().unwrap().to_owned();
        self.server.api(Credential::Token(token))
    }
}

/// The parameters of a code exchange.
pub(crate) fn exchange_of(code: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}
