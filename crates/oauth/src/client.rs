//! The client: an application as the protocol sees it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use crate::answer::AnswerShape;
use crate::error::TokenError;
pub use crate::id_token::IdTokenAlgorithm;
pub use crate::preset::{Preset, Template};
use crate::scope::{Scope, ScopeSet};
use crate::scope_registry::{Holder, Platform, ScopeKind};
pub use crate::switch::{Switch, SwitchSet};

/// Whether a client can keep a secret (RFC 6749 §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientKind {
    /// Runs on a server and authenticates with a secret.
    Confidential,
    /// Runs at the person's side (browser, desktop, phone, console) and has no secret.
    Public,
}

/// A way to get tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantKind {
    /// Authorization code (RFC 6749 §4.1).
    AuthorizationCode,
    /// Refresh token (RFC 6749 §6).
    RefreshToken,
    /// Client credentials (RFC 6749 §4.4).
    ClientCredentials,
    /// Device authorization (RFC 8628).
    DeviceCode,
}

/// A set of grants.
pub type GrantSet = BTreeSet<GrantKind>;

/// A name that is no grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such grant")]
pub struct UnknownGrant;

impl GrantKind {
    /// All grants.
    pub const ALL: [Self; 4] =
        [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials, Self::DeviceCode];

    /// The value of `grant_type` and of `grant_types_supported`.
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            _ => self.name(),
        }
    }

    /// The name on the command line and in stored records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "device_code",
        }
    }
}

impl fmt::Display for GrantKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for GrantKind {
    type Err = UnknownGrant;

    /// Reads either name: one platform's documents shorten the device grant's.
    fn from_str(name: &str) -> Result<Self, UnknownGrant> {
        Self::ALL
            .into_iter()
            .find(|grant| grant.name() == name || grant.wire_name() == name)
            .ok_or(UnknownGrant)
    }
}

/// What an access token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenForm {
    /// A signed JWT (RFC 9068).
    Jwt,
    /// A text that says nothing to the client.
    Opaque,
}

/// A name that is no form of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be jwt or opaque")]
pub struct UnknownTokenForm;

impl TokenForm {
    /// Both forms.
    pub const ALL: [Self; 2] = [Self::Jwt, Self::Opaque];

    /// The name on the command line and in stored records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Opaque => "opaque",
        }
    }
}

impl FromStr for TokenForm {
    type Err = UnknownTokenForm;

    fn from_str(name: &str) -> Result<Self, UnknownTokenForm> {
        Self::ALL.into_iter().find(|form| form.name() == name).ok_or(UnknownTokenForm)
    }
}

/// A registered client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The identifier; not a secret.
    pub client_id: String,
    /// What people see.
    pub name: String,
    /// Account number of the owner.
    pub owner: i64,
    /// Whether it has a secret.
    pub kind: ClientKind,
    /// The settings it was made with.
    pub preset: Preset,
    /// The grants it may use.
    pub grants: GrantSet,
    /// The switches that are on.
    pub switches: SwitchSet,
    /// Where sign-ins may return to, compared as they are.
    pub redirect_uris: Vec<String>,
    /// The most it may ever be granted.
    pub scopes: ScopeSet,
    /// What its access tokens look like.
    pub token_form: TokenForm,
    /// How long they live, in seconds.
    pub access_token_seconds: u32,
    /// How answers to it look.
    pub answer_shape: AnswerShape,
    /// What its ID tokens are signed with.
    #[serde(default)]
    pub id_token_algorithm: IdTokenAlgorithm,
}

/// Why a request's scope cannot be granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeRefusal {
    /// It does not fit the grammar or is too long.
    #[error(transparent)]
    Malformed(#[from] crate::scope::ScopeError),
    /// Nobody defined it.
    #[error("The scope {0} does not exist.")]
    Unknown(String),
    /// The client is not registered for it.
    #[error("The application is not registered for the scope {0}.")]
    NotRegistered(String),
    /// It is about a person and asked for by an application, or the other way round.
    #[error("The scope {0} cannot be granted in this way.")]
    WrongHolder(String),
}

impl From<ScopeRefusal> for TokenError {
    fn from(refusal: ScopeRefusal) -> Self {
        Self::invalid_scope(refusal.to_string())
            .with_hint("See scopes_supported in the metadata and the application's page.")
    }
}

impl Client {
    /// Says whether a switch is on.
    pub fn has(&self, switch: Switch) -> bool {
        self.switches.contains(&switch)
    }

    /// Says whether the client may use a grant.
    pub fn may(&self, grant: GrantKind) -> bool {
        self.grants.contains(&grant)
    }

    /// Says whether the client has no secret.
    pub fn is_public(&self) -> bool {
        self.kind == ClientKind::Public
    }

    /// Says whether it must use PKCE: always for public clients (RFC 9700 §2.1.1), and for all
    /// others unless the switch says otherwise.
    pub fn needs_pkce(&self) -> bool {
        self.is_public() || !self.has(Switch::PkceOptional)
    }

    /// What a person is asked for when a request names no scope: the reading scopes of the
    /// registration, or with fixed privileges all of them. Identity scopes have to be asked for.
    pub fn default_scopes(&self) -> ScopeSet {
        self.defaults(Holder::Person)
    }

    /// What the application gets for itself when its request names no scope.
    pub fn default_application_scopes(&self) -> ScopeSet {
        self.defaults(Holder::Application)
    }

    fn defaults(&self, holder: Holder) -> ScopeSet {
        let all = self.has(Switch::FixedPrivileges);
        self.scopes
            .iter()
            .filter(|scope| {
                scope.info().is_some_and(|info| {
                    info.fits(holder)
                        && info.platform != Platform::OpenId
                        && (all || info.kind == ScopeKind::Reads)
                })
            })
            .cloned()
            .collect()
    }

    /// Whether a person who allows the application may leave this scope out: all but the sign-in
    /// itself, unless the application has the privileges of its registration or none.
    pub fn is_optional(&self, scope: &Scope) -> bool {
        scope.as_str() != "openid" && !self.has(Switch::FixedPrivileges)
    }

    /// What a person grants who was asked for `asked` and had given `given` before: the scopes
    /// that cannot be left out, those of before, and those that were ticked (all where there was
    /// nothing to tick).
    pub fn granted(
        &self,
        asked: &ScopeSet,
        given: &ScopeSet,
        ticked: Option<&[String]>,
    ) -> ScopeSet {
        let Some(ticked) = ticked else { return asked.clone() };
        asked
            .iter()
            .filter(|scope| {
                let name = scope.as_str();
                !self.is_optional(scope)
                    || given.contains(name)
                    || ticked.iter().any(|ticked| ticked == name)
            })
            .cloned()
            .collect()
    }

    /// Decides on the scope of an authorization request or a device request.
    pub fn person_scopes(&self, asked: Option<&str>) -> Result<ScopeSet, ScopeRefusal> {
        self.checked(asked, Holder::Person)
    }

    /// Decides on the scope of a client credentials request.
    pub fn application_scopes(&self, asked: Option<&str>) -> Result<ScopeSet, ScopeRefusal> {
        if self.has(Switch::IgnoreClientCredentialsScopes) {
            return Ok(ScopeSet::EMPTY);
        }
        self.checked(asked, Holder::Application)
    }

    /// Nothing is dropped silently: one scope that cannot be granted refuses the request.
    fn checked(&self, asked: Option<&str>, holder: Holder) -> Result<ScopeSet, ScopeRefusal> {
        let asked: ScopeSet = asked.unwrap_or_default().parse()?;
        if asked.is_empty() {
            return Ok(self.defaults(holder));
        }
        for scope in &asked {
            let name = scope.as_str();
            let info = scope.info().ok_or_else(|| ScopeRefusal::Unknown(name.to_owned()))?;
            if !self.scopes.contains(name) {
                return Err(ScopeRefusal::NotRegistered(name.to_owned()));
            }
            if !info.fits(holder) {
                return Err(ScopeRefusal::WrongHolder(name.to_owned()));
            }
        }
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn client(preset: Preset) -> Client {
        let uris = vec!["https://client.example/cb".to_owned()];
        preset.template().client("c", "Client", 7, uris)
    }

    #[rstest]
    #[case("nothing:read", ScopeRefusal::Unknown("nothing:read".into()))]
    #[case("me nothing:read", ScopeRefusal::Unknown("nothing:read".into()))]
    #[case("organizer:view", ScopeRefusal::NotRegistered("organizer:view".into()))]
    #[case("application:manage", ScopeRefusal::WrongHolder("application:manage".into()))]
    #[case("a\"b", ScopeRefusal::Malformed(crate::scope::ScopeError::Grammar))]
    fn scopes_are_refused_and_never_dropped(#[case] asked: &str, #[case] refusal: ScopeRefusal) {
        assert_eq!(client(Preset::Challonge).person_scopes(Some(asked)), Err(refusal));
    }

    #[test]
    fn a_request_without_scope_gets_reading_scopes() {
        let found = client(Preset::Challonge).person_scopes(None).unwrap();
        assert_eq!(
            found.to_string(),
            "me tournaments:read matches:read participants:read attachments:read stations:read"
        );
        let found = client(Preset::Challonge).application_scopes(Some("  ")).unwrap();
        assert!(found.contains("tournaments:read") && !found.contains("me"));
    }

    #[test]
    fn people_leave_out_what_they_like_but_the_sign_in() {
        let set = |text: &str| text.parse::<ScopeSet>().unwrap();
        let asked = set("openid email me tournaments:write");
        let ticked = ["me".to_owned(), "clubs".to_owned()];
        let granted = |client: &Client, given: &str, ticked: Option<&[String]>| {
            client.granted(&asked, &set(given), ticked).to_string()
        };
        let standard = client(Preset::Standard);
        assert_eq!(granted(&standard, "", Some(&ticked)), "openid me");
        assert_eq!(granted(&standard, "", Some(&[])), "openid");
        // What was given before is not asked again, and so cannot be left out.
        assert_eq!(granted(&standard, "email clubs", Some(&ticked)), "openid email me");
        // Where nothing could be ticked, all was allowed.
        assert_eq!(granted(&standard, "", None), asked.to_string());
        assert_eq!(granted(&client(Preset::Mtgbracket), "", Some(&[])), asked.to_string());
    }

    #[test]
    fn identity_has_to_be_asked_for() {
        let client = client(Preset::Standard);
        assert!(!client.default_scopes().contains("email"));
        assert!(client.person_scopes(Some("openid email")).is_ok());
    }

    #[test]
    fn fixed_privileges_are_all_of_the_registration() {
        let mut client = client(Preset::Mtgbracket);
        assert_eq!(client.default_scopes().len(), 8);
        client.scopes = "EVENT_READ EVENT_WRITE".parse().unwrap();
        assert_eq!(client.person_scopes(None).unwrap().to_string(), "EVENT_READ EVENT_WRITE");
        assert_eq!(client.person_scopes(Some("EVENT_READ")).unwrap().to_string(), "EVENT_READ");
    }

    #[test]
    fn an_application_cannot_have_scopes_about_a_person() {
        let refused = client(Preset::Challonge).application_scopes(Some("me"));
        assert_eq!(refused, Err(ScopeRefusal::WrongHolder("me".into())));
        let refused: TokenError = ScopeRefusal::WrongHolder("me".into()).into();
        assert_eq!(refused.code, crate::error::ErrorCode::InvalidScope);
        let manage = client(Preset::Challonge).application_scopes(Some("application:manage"));
        assert!(manage.is_ok());
    }

    #[test]
    fn one_platform_ignores_scopes_of_client_credentials() {
        let client = client(Preset::Trackmania);
        let found = client.application_scopes(Some("clubs%20read_favorite \"nonsense\""));
        assert_eq!(found, Ok(ScopeSet::EMPTY));
    }

    #[test]
    fn grants_have_a_short_and_a_wire_name() {
        for grant in GrantKind::ALL {
            assert_eq!(grant.name().parse(), Ok(grant));
            assert_eq!(grant.wire_name().parse(), Ok(grant));
            assert_eq!(serde_json::to_value(grant).unwrap(), grant.name());
        }
        assert_eq!("password".parse::<GrantKind>(), Err(UnknownGrant));
    }

    #[test]
    fn a_public_client_needs_pkce_whatever_its_switches() {
        let mut client = client(Preset::Challonge);
        assert!(!client.needs_pkce());
        client.kind = ClientKind::Public;
        assert!(client.needs_pkce());
    }

    #[test]
    fn records_survive_storage() {
        for preset in Preset::ALL {
            let client = client(preset);
            let text = serde_json::to_string(&client).unwrap();
            assert_eq!(serde_json::from_str::<Client>(&text).unwrap(), client);
        }
    }
}
