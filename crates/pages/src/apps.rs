//! The application manager.

use askama::Template;

use crate::catalogue::{self, ScopeText, ToggleText};
use crate::chrome::{Chrome, Field};
use crate::moment::Moment;

/// `/apps`: a person's applications.
#[derive(Debug, Clone, Template)]
#[template(path = "apps/list.html")]
pub struct AppsPage {
    /// Frame.
    pub chrome: Chrome,
    /// Applications, newest first.
    pub apps: Vec<AppRow>,
}

/// An application in the list.
#[derive(Debug, Clone)]
pub struct AppRow {
    /// Client id.
    pub client_id: String,
    /// Name.
    pub name: String,
    /// Name of its preset.
    pub preset: String,
    /// Whether it has a secret.
    pub confidential: bool,
    /// When it was made.
    pub created: Moment,
    /// When it last got a token.
    pub last_used: Option<Moment>,
}

impl AppRow {
    pub(crate) fn preset_title(&self) -> &str {
        catalogue::preset(&self.preset).map_or(self.preset.as_str(), |preset| preset.title)
    }
}

/// `/apps/new`: fields `name`, `preset`, `redirect_uris` (one a line), checkboxes
/// `scope`. No scope ticked means all scopes of the preset.
#[derive(Debug, Clone, Template)]
#[template(path = "apps/new.html")]
pub struct AppNewPage {
    /// Frame.
    pub chrome: Chrome,
    /// Name.
    pub name: Field,
    /// Name of the chosen preset.
    pub preset: Field,
    /// Redirect URIs, one a line.
    pub redirect_uris: Field,
    /// Scopes that are ticked.
    pub scopes: Vec<String>,
    /// What is wrong with the scopes.
    pub scopes_error: Option<String>,
}

impl AppNewPage {
    pub(crate) fn scope_groups(&self) -> Vec<ScopeChoices> {
        scope_groups(&self.scopes)
    }
}

/// `/apps/{client_id}`. Forms, all POST with `csrf`: `/apps/{client_id}` (`name`,
/// `redirect_uris`, checkboxes `scope`, `grant`, `switch`, choices
/// `token_form` and `id_token_algorithm`), `/apps/{client_id}/rotate` (checkbox
/// `leaked`), `/apps/{client_id}/delete` (checkbox `confirm`).
#[derive(Debug, Clone, Template)]
#[template(path = "apps/show.html")]
pub struct AppPage {
    /// Frame.
    pub chrome: Chrome,
    /// Client id.
    pub client_id: String,
    /// Name of its preset.
    pub preset: String,
    /// Whether it has a secret.
    pub confidential: bool,
    /// Who owns it.
    pub owner: String,
    /// When it was made.
    pub created: Moment,
    /// When it last got a token.
    pub last_used: Option<Moment>,
    /// Tokens in the last 30 days, grant by grant.
    pub usage: Vec<GrantUse>,
    /// How many people connected it.
    pub people: u64,
    /// Last characters of its `X-Api-Key`, if it has one.
    pub api_key_hint: Option<String>,
    /// Name.
    pub name: Field,
    /// Redirect URIs, one a line.
    pub redirect_uris: Field,
    /// Scopes that are ticked.
    pub scopes: Vec<String>,
    /// What is wrong with the scopes.
    pub scopes_error: Option<String>,
    /// Grants that can be switched.
    pub grants: Vec<Toggle>,
    /// Compatibility switches.
    pub switches: Vec<Toggle>,
    /// What its access tokens look like: `jwt` or `opaque`.
    pub token_form: String,
    /// What its ID tokens are signed with: `RS256`, `ES256` or `EdDSA`.
    pub id_token_algorithm: String,
    /// What is wrong with the delete form.
    pub delete_error: Option<String>,
}

/// How an application used one grant lately.
#[derive(Debug, Clone)]
pub struct GrantUse {
    /// Name of the grant.
    pub grant: String,
    /// Tokens.
    pub tokens: u64,
    /// When it was last given one.
    pub last: Moment,
}

impl GrantUse {
    pub(crate) fn title(&self) -> &str {
        catalogue::toggle(&self.grant).map_or(self.grant.as_str(), |text| text.title)
    }
}

/// A grant or a switch of an application.
#[derive(Debug, Clone)]
pub struct Toggle {
    /// Name on the command line and in the form.
    pub name: String,
    /// Whether it is on.
    pub on: bool,
    /// When a client last used it, for those one would like to switch off.
    pub last_used: Option<Moment>,
}

impl Toggle {
    /// A toggle without a date.
    pub fn new(name: impl Into<String>, on: bool) -> Self {
        Self { name: name.into(), on, last_used: None }
    }

    pub(crate) fn title(&self) -> &str {
        self.text().map_or(self.name.as_str(), |text| text.title)
    }

    pub(crate) fn detail(&self) -> &str {
        self.text().map_or("", |text| text.detail)
    }

    pub(crate) fn risky(&self) -> bool {
        self.text().is_some_and(|text| text.risky)
    }

    fn text(&self) -> Option<&'static ToggleText> {
        catalogue::toggle(&self.name)
    }
}

impl AppPage {
    /// Whether people sign in to it at devices.
    pub(crate) fn for_devices(&self) -> bool {
        self.grants.iter().any(|grant| grant.name == "device_code" && grant.on)
    }

    pub(crate) fn preset_title(&self) -> &str {
        catalogue::preset(&self.preset).map_or(self.preset.as_str(), |preset| preset.title)
    }

    pub(crate) fn scope_groups(&self) -> Vec<ScopeChoices> {
        scope_groups(&self.scopes)
    }
}

/// The scopes of one platform, ticked or not.
pub(crate) struct ScopeChoices {
    pub(crate) platform: &'static str,
    pub(crate) scopes: Vec<ScopeChoice>,
}

pub(crate) struct ScopeChoice {
    pub(crate) text: &'static ScopeText,
    pub(crate) on: bool,
}

impl ScopeChoices {
    pub(crate) fn any_on(&self) -> bool {
        self.scopes.iter().any(|scope| scope.on)
    }
}

pub(crate) fn scope_groups(ticked: &[String]) -> Vec<ScopeChoices> {
    catalogue::PLATFORMS
        .iter()
        .map(|platform| ScopeChoices {
            platform,
            scopes: catalogue::SCOPES
                .iter()
                .filter(|text| text.platform == *platform)
                .map(|text| ScopeChoice { text, on: ticked.iter().any(|name| name == text.name) })
                .collect(),
        })
        .collect()
}
