//! The authorization request (RFC 6749 §4.1.1, §4.2.1) and its answers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::answer::AnswerShape;
use crate::client::{Client, GrantKind};
use crate::error::ErrorCode;
use crate::params::Params;
use crate::pkce::Challenge;
use crate::redirect_uri;
use crate::response::{self, AuthorizationAnswer, ResponseMode};
use crate::scope::ScopeSet;
use crate::switch::Switch;

/// Longest `state`, in bytes. Longer ones are refused and not returned.
pub const MAX_STATE_BYTES: usize = 2048;

/// Longest `nonce`, `login_hint` and single `resource`, in bytes.
pub const MAX_VALUE_BYTES: usize = 512;

/// What the request asks to get back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseType {
    /// An authorization code.
    Code,
    /// An access token (implicit grant); only where the client's switch is on.
    Token,
}

/// One word of `prompt` (OpenID Connect Core §3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Show no page.
    None,
    /// Ask for the credentials again.
    Login,
    /// Ask for consent again.
    Consent,
    /// Let the person choose an account.
    SelectAccount,
}

/// A request that is right in itself. Whether somebody is signed in and consents comes after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: String,
    /// For what.
    pub response_type: ResponseType,
    /// How the answer travels.
    pub response_mode: ResponseMode,
    /// Where to, registered for the client.
    pub redirect_uri: String,
    /// Whether the request named it; then the code exchange must name it too (RFC 6749 §4.1.3).
    pub redirect_uri_sent: bool,
    /// What is asked, already checked against the registration.
    pub scopes: ScopeSet,
    /// Whether the request named no scope and [`Client::default_scopes`] was taken.
    pub scopes_defaulted: bool,
    /// Returned unchanged.
    pub state: Option<String>,
    /// The PKCE challenge.
    pub challenge: Option<Challenge>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// What to show; with `none` nothing else is in the set.
    pub prompt: BTreeSet<Prompt>,
    /// Oldest sign-in that will do, in seconds.
    pub max_age: Option<u32>,
    /// Who is expected to sign in.
    pub login_hint: Option<String>,
    /// An ID token that names the account.
    pub id_token_hint: Option<String>,
    /// The resources the token is for (RFC 8707 §2): absolute URIs without fragment.
    pub resource: Vec<String>,
    /// The community whose context is asked for; one platform's parameter.
    pub community_id: Option<String>,
    /// How answers look.
    pub shape: AnswerShape,
    /// Names the pushed request that it came by (RFC 9126).
    #[serde(default)]
    pub pushed: Option<String>,
}

/// A request that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorizationRefusal {
    /// Show a page of our own with status 400 and redirect nowhere: the client or where to return
    /// to is not certain (RFC 6749 §4.1.2.1).
    Page {
        /// The code, for logs.
        error: ErrorCode,
        /// What to tell the person.
        description: String,
    },
    /// Return to the client with the error.
    Redirect {
        /// The registered redirect URI.
        uri: String,
        /// The code.
        error: ErrorCode,
        /// A sentence for the client's developer.
        description: String,
        /// What the client sent.
        state: Option<String>,
        /// How the answer travels.
        response_mode: ResponseMode,
    },
}

impl AuthorizationRefusal {
    fn page(description: impl Into<String>) -> Self {
        Self::Page { error: ErrorCode::InvalidRequest, description: description.into() }
    }

    /// The page for a client that does not exist, is disabled or is deleted; all three in the same
    /// words.
    pub fn unknown_client() -> Self {
        Self::page("There is no such application.")
    }

    /// The answer for the browser; `None` for a page of our own.
    pub fn answer(self, issuer: &str) -> Option<AuthorizationAnswer> {
        match self {
            Self::Page { .. } => None,
            Self::Redirect { uri, error, description, state, response_mode } => {
                Some(error_answer(&uri, response_mode, error, &description, state, issuer))
            }
        }
    }
}

impl AuthorizationRequest {
    /// The client to look up before the request is read.
    pub fn client_id(params: &Params) -> Result<&str, AuthorizationRefusal> {
        match params.one("client_id") {
            Ok(Some(client_id)) => Ok(client_id),
            Ok(None) => Err(AuthorizationRefusal::page(
                "The request does not say which application it comes from.",
            )),
            Err(repeated) => Err(AuthorizationRefusal::page(repeated.to_string())),
        }
    }

    /// Reads and checks a request. `client` is the one that [`AuthorizationRequest::client_id`]
    /// names, `None` if there is none or it may not be used.
    pub fn read(params: &Params, client: Option<&Client>) -> Result<Self, AuthorizationRefusal> {
        let client_id = Self::client_id(params)?;
        let client = client
            .filter(|client| client.client_id == client_id)
            .ok_or_else(AuthorizationRefusal::unknown_client)?;
        if params.has_bracketed() {
            return Err(AuthorizationRefusal::page("A parameter is written like an array."));
        }
        let requested = params
            .one("redirect_uri")
            .map_err(|repeated| AuthorizationRefusal::page(repeated.to_string()))?;
        let optional = client.has(Switch::RedirectUriOptional);
        let redirect_uri = redirect_uri::resolve(&client.redirect_uris, requested, optional)
            .map_err(|unresolved| AuthorizationRefusal::page(unresolved.to_string()))?;
        // From here on the client gets to know what is wrong.
        let state = params.one("state").ok().flatten();
        let state_fits = state.is_none_or(|state| state.len() <= MAX_STATE_BYTES);
        let state = state.filter(|_| state_fits).map(str::to_owned);
        let way_back = error_mode(params, client);
        let refuse = |fault: Fault| AuthorizationRefusal::Redirect {
            uri: redirect_uri.clone(),
            error: fault.0,
            description: fault.1,
            state: state.clone(),
            response_mode: way_back,
        };
        if !state_fits {
            return Err(refuse(invalid(format!("state is longer than {MAX_STATE_BYTES} bytes."))));
        }
        let checked = check(params, client).map_err(refuse)?;
        Ok(Self { redirect_uri, redirect_uri_sent: requested.is_some(), state, ..checked })
    }

    /// The refusal of a request that is right in itself and wrong here.
    pub fn refuse(&self, error: ErrorCode, description: String) -> AuthorizationRefusal {
        AuthorizationRefusal::Redirect {
            uri: self.redirect_uri.clone(),
            error,
            description,
            state: self.state.clone(),
            response_mode: self.response_mode,
        }
    }

    /// Says whether no page may be shown.
    pub fn is_silent(&self) -> bool {
        self.prompt.contains(&Prompt::None)
    }

    /// The answer with an authorization code (RFC 6749 §4.1.2, RFC 9207 §2). One platform's
    /// clients look for the code under another name as well.
    pub fn redirect_with_code(&self, code: &str, issuer: &str) -> AuthorizationAnswer {
        let mut fields = vec![("code", code.to_owned())];
        if self.shape == AnswerShape::Mtgbracket {
            fields.push(("response_code", code.to_owned()));
        }
        fields.extend(self.state.clone().map(|state| ("state", state)));
        fields.push(("iss", issuer.to_owned()));
        response::build(&self.redirect_uri, self.response_mode, fields)
    }

    /// The answer with an access token (RFC 6749 §4.2.2), always in the fragment and without a
    /// refresh token. `expires_in` is in seconds.
    pub fn redirect_with_token(
        &self,
        access_token: &str,
        expires_in: u32,
        scopes: &ScopeSet,
        issuer: &str,
    ) -> AuthorizationAnswer {
        let mut fields = vec![
            ("access_token", access_token.to_owned()),
            ("token_type", "Bearer".to_owned()),
            ("expires_in", expires_in.to_string()),
            ("scope", scopes.to_string()),
        ];
        fields.extend(self.state.clone().map(|state| ("state", state)));
        fields.push(("iss", issuer.to_owned()));
        response::build(&self.redirect_uri, ResponseMode::Fragment, fields)
    }

    /// The answer with an error, such as `access_denied` or `login_required`. The description must
    /// be our own words.
    pub fn redirect_with_error(
        &self,
        error: ErrorCode,
        description: &str,
        issuer: &str,
    ) -> AuthorizationAnswer {
        let (uri, mode) = (&self.redirect_uri, self.response_mode);
        error_answer(uri, mode, error, description, self.state.clone(), issuer)
    }
}

fn error_answer(
    uri: &str,
    mode: ResponseMode,
    error: ErrorCode,
    description: &str,
    state: Option<String>,
    issuer: &str,
) -> AuthorizationAnswer {
    let mut fields =
        vec![("error", error.name().to_owned()), ("error_description", description.to_owned())];
    fields.extend(state.map(|state| ("state", state)));
    fields.push(("iss", issuer.to_owned()));
    response::build(uri, mode, fields)
}

/// An error code and its sentence.
struct Fault(ErrorCode, String);

fn fault(code: ErrorCode, description: impl Into<String>) -> Fault {
    Fault(code, description.into())
}

fn invalid(description: impl Into<String>) -> Fault {
    fault(ErrorCode::InvalidRequest, description)
}

/// Everything that is told to the client when it is wrong. Of the result, the redirect URI and the
/// state are filled in by the caller.
fn check(params: &Params, client: &Client) -> Result<AuthorizationRequest, Fault> {
    params.refuse_repeated().map_err(|repeated| invalid(repeated.to_string()))?;
    let one = |name: &str| params.one(name).map_err(|repeated| invalid(repeated.to_string()));
    for (name, code) in [
        ("request", ErrorCode::RequestNotSupported),
        ("request_uri", ErrorCode::RequestUriNotSupported),
        ("registration", ErrorCode::RegistrationNotSupported),
    ] {
        if params.has(name) {
            return Err(fault(code, format!("The parameter {name} is not supported.")));
        }
    }
    let response_type = response_type(one("response_type")?, client)?;
    let response_mode = response_mode(one("response_mode")?, response_type)?;
    let challenge = Challenge::read(
        one("code_challenge")?,
        one("code_challenge_method")?,
        response_type == ResponseType::Code && client.needs_pkce(),
    )
    .map_err(|refused| invalid(refused.to_string()))?;
    let asked = one("scope")?;
    let scopes = client
        .person_scopes(asked)
        .map_err(|refused| fault(ErrorCode::InvalidScope, refused.to_string()))?;
    let max_age = one("max_age")?
        .map(|text| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u32>().ok().filter(|_| digits)
        })
        .map(|seconds| seconds.ok_or_else(|| invalid("max_age must be a number of seconds.")))
        .transpose()?;
    Ok(AuthorizationRequest {
        client_id: client.client_id.clone(),
        response_type,
        response_mode,
        redirect_uri: String::new(),
        redirect_uri_sent: false,
        scopes,
        scopes_defaulted: asked.is_none_or(|text| text.trim_matches(' ').is_empty()),
        state: None,
        challenge,
        nonce: short(one("nonce")?, "nonce")?,
        prompt: prompt(one("prompt")?)?,
        max_age,
        login_hint: short(one("login_hint")?, "login_hint")?,
        id_token_hint: one("id_token_hint")?.map(str::to_owned),
        resource: resources(params)?,
        community_id: short(one("community_id")?, "community_id")?,
        shape: client.answer_shape,
        pushed: None,
    })
}

/// Reads the set of response types; their order does not matter (OAuth 2.0 Multiple Response Type
/// Encoding Practices §3).
fn response_type(text: Option<&str>, client: &Client) -> Result<ResponseType, Fault> {
    let text = text.ok_or_else(|| invalid("response_type is required."))?;
    let types: BTreeSet<&str> = text.split(' ').filter(|it| !it.is_empty()).collect();
    let unauthorized = || {
        let description = "The application may not use this response type.";
        fault(ErrorCode::UnauthorizedClient, description)
    };
    match types.into_iter().collect::<Vec<_>>().as_slice() {
        ["code"] if client.may(GrantKind::AuthorizationCode) => Ok(ResponseType::Code),
        ["token"] if client.has(Switch::Implicit) => Ok(ResponseType::Token),
        ["code" | "token"] => Err(unauthorized()),
        _ => {
            let description = "The response type is not supported.";
            Err(fault(ErrorCode::UnsupportedResponseType, description))
        }
    }
}

/// A code never travels in a fragment and a token never in a query (RFC 9700 §4.3).
fn response_mode(text: Option<&str>, response_type: ResponseType) -> Result<ResponseMode, Fault> {
    match (text, response_type) {
        (None | Some("query"), ResponseType::Code) => Ok(ResponseMode::Query),
        (Some("form_post"), ResponseType::Code) => Ok(ResponseMode::FormPost),
        (None | Some("fragment"), ResponseType::Token) => Ok(ResponseMode::Fragment),
        _ => Err(invalid("The response mode is not supported for this response type.")),
    }
}

/// How an error goes back: as the request wants it if that can be understood.
fn error_mode(params: &Params, client: &Client) -> ResponseMode {
    let text = |name: &str| params.one(name).ok().flatten();
    let wanted = response_type(text("response_type"), client).unwrap_or(ResponseType::Code);
    response_mode(text("response_mode"), wanted).unwrap_or(match wanted {
        ResponseType::Code => ResponseMode::Query,
        ResponseType::Token => ResponseMode::Fragment,
    })
}

fn prompt(text: Option<&str>) -> Result<BTreeSet<Prompt>, Fault> {
    let mut prompts = BTreeSet::new();
    for word in text.unwrap_or_default().split(' ').filter(|word| !word.is_empty()) {
        prompts.insert(match word {
            "none" => Prompt::None,
            "login" => Prompt::Login,
            "consent" => Prompt::Consent,
            "select_account" => Prompt::SelectAccount,
            _ => return Err(invalid("prompt has an unknown value.")),
        });
    }
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(invalid("prompt=none cannot be combined with other values."));
    }
    Ok(prompts)
}

/// Reads `resource` (RFC 8707 §2). Whether a resource exists and is allowed is decided later.
fn resources(params: &Params) -> Result<Vec<String>, Fault> {
    check_resources(params)
        .map_err(|()| fault(ErrorCode::InvalidTarget, "resource must be an absolute address."))
}

/// Absolute URIs without a fragment, of bounded length.
pub(crate) fn check_resources(params: &Params) -> Result<Vec<String>, ()> {
    params
        .all("resource")
        .map(|uri| {
            let absolute = uri.len() <= MAX_VALUE_BYTES
                && !uri.contains('#')
                && url::Url::parse(uri).is_ok_and(|parsed| parsed.has_host());
            if absolute { Ok(uri.to_owned()) } else { Err(()) }
        })
        .collect()
}

fn short(text: Option<&str>, name: &str) -> Result<Option<String>, Fault> {
    match text {
        Some(text) if text.len() > MAX_VALUE_BYTES => {
            Err(invalid(format!("{name} is longer than {MAX_VALUE_BYTES} bytes.")))
        }
        other => Ok(other.map(str::to_owned)),
    }
}

#[cfg(test)]
mod tests;
