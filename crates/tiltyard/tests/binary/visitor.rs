//! A person with a browser, and an application that sends them to sign in.

use reqwest::{Client, Response};
use serde_json::Value;

use crate::support::{Installation, PASSWORD, Server};

/// The PKCE verifier of all requests, and its challenge (RFC 7636, appendix B).
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CALLBACK: &str = "https://client.example/callback";

/// A browser, an application, and what they keep secret.
pub(crate) struct Visitor {
    pub(crate) http: Client,
    url: String,
    client_id: String,
    client_secret: String,
    /// Whatever must be nowhere but with them.
    pub(crate) secrets: Vec<String>,
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start).unwrap_or_else(|| panic!("no {name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

impl Visitor {
    /// At a running server; the application is registered by the command line.
    pub(crate) fn at(installation: &Installation, server: &Server, owner: &str) -> Self {
        let arguments = ["app", "create", "--owner", owner, "--name", "Overlay"];
        let more = ["--preset", "standard", "--redirect-uri", CALLBACK];
        let made = installation.json(&[&arguments[..], &more].concat());
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tls_certs_only([])
            .cookie_store(true)
            .build()
            .unwrap();
        Self {
            http,
            url: server.url.clone(),
            client_id: text("client_id"),
            client_secret: text("client_secret"),
            secrets: vec![text("client_secret"), PASSWORD.to_owned(), VERIFIER.to_owned()],
        }
    }

    /// Goes on at a server that was started anew.
    pub(crate) fn moved_to(&mut self, server: &Server) {
        self.url.clone_from(&server.url);
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(crate) async fn page(&self, path: &str) -> String {
        self.http.get(self.address(path)).send().await.unwrap().text().await.unwrap()
    }

    /// Remembers the cookies of an answer as secrets.
    fn keep_cookies(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.secrets.push(pair.split_once('=').unwrap().1.to_owned());
        }
    }

    /// Signs in; the status.
    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> u16 {
        let page = self.http.get(self.address("/login")).send().await.unwrap();
        self.keep_cookies(&page);
        let csrf = hidden(&page.text().await.unwrap(), "csrf");
        self.secrets.extend([csrf.clone(), password.to_owned()]);
        let form = [("csrf", csrf.as_str()), ("username", name), ("password", password)];
        let answer = self.http.post(self.address("/login")).form(&form).send().await.unwrap();
        self.keep_cookies(&answer);
        answer.status().as_u16()
    }

    /// Allows the application; the answer of the decision.
    pub(crate) async fn allow(&mut self) -> Response {
        let path = format!(
            "/oauth/authorize?response_type=code&client_id={}&state=s&scope=me\
             &redirect_uri=https%3A%2F%2Fclient.example%2Fcallback\
             &code_challenge={CHALLENGE}&code_challenge_method=S256&prompt=consent",
            self.client_id
        );
        let page = self.page(&path).await;
        let (csrf, request) = (hidden(&page, "csrf"), hidden(&page, "request"));
        self.secrets.extend([csrf.clone(), request.clone()]);
        let form = [("csrf", csrf), ("request", request), ("decision", "allow".to_owned())];
        self.http.post(self.address("/oauth/authorize")).form(&form).send().await.unwrap()
    }

    /// A code.
    pub(crate) async fn code(&mut self) -> String {
        let answer = self.allow().await;
        let location = answer.headers()["location"].to_str().unwrap();
        let url = url::Url::parse(location).unwrap();
        let code = url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        self.secrets.push(code.clone());
        code
    }

    /// Asks the token endpoint.
    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> Response {
        let own = [("client_id", self.client_id.as_str()), ("client_secret", &self.client_secret)];
        let form = [&own[..], form].concat();
        self.http.post(self.address("/oauth/token")).form(&form).send().await.unwrap()
    }

    /// Asks to exchange a code.
    pub(crate) async fn exchange(&self, code: &str) -> Response {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.token(&form).await
    }

    /// The tokens of an answer, kept as secrets: access and refresh token.
    pub(crate) async fn tokens(&mut self, answer: Response) -> (String, String) {
        assert_eq!(answer.status(), 200);
        let tokens: Value = answer.json().await.unwrap();
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        let both = (text("access_token"), text("refresh_token"));
        self.secrets.extend([both.0.clone(), both.1.clone()]);
        both
    }
}
