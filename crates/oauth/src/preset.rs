//! Presets: named settings for a kind of application.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::answer::AnswerShape;
use crate::client::{Client, ClientKind, GrantKind, GrantSet, IdTokenAlgorithm, TokenForm};
use crate::scope::{Scope, ScopeSet};
use crate::scope_registry::{self, Platform};
use crate::switch::{Switch, SwitchSet};

/// What an application was made for. The strict ones come first; the others make a published
/// client of that platform work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// A web application with a server.
    Standard,
    /// An application in a browser or on a person's machine.
    Browser,
    /// A television, console or command line.
    Device,
    /// A program of its own, without people.
    Machine,
    /// A client of Challonge v2.1.
    Challonge,
    /// A client of Toornament v2.
    Toornament,
    /// A client of the Trackmania web API.
    Trackmania,
    /// A client of mtgbracket.
    Mtgbracket,
}

/// A name that is no preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such preset")]
pub struct UnknownPreset;

/// The settings of a preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Which preset it is.
    pub preset: Preset,
    /// Whether its applications have a secret.
    pub kind: ClientKind,
    /// Its grants.
    pub grants: GrantSet,
    /// The switches that are on.
    pub switches: SwitchSet,
    /// What its access tokens look like.
    pub token_form: TokenForm,
    /// How long they live, in seconds.
    pub access_token_seconds: u32,
    /// How answers look.
    pub answer_shape: AnswerShape,
    /// What is registered when nothing is said.
    pub scopes: ScopeSet,
    /// Whether the application also gets a key that names it (`X-Api-Key`).
    pub has_application_key: bool,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 8] = [
        Self::Standard,
        Self::Browser,
        Self::Device,
        Self::Machine,
        Self::Challonge,
        Self::Toornament,
        Self::Trackmania,
        Self::Mtgbracket,
    ];

    /// The name on the command line and in stored records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Browser => "browser",
            Self::Device => "device",
            Self::Machine => "machine",
            Self::Challonge => "challonge",
            Self::Toornament => "toornament",
            Self::Trackmania => "trackmania",
            Self::Mtgbracket => "mtgbracket",
        }
    }

    /// The settings.
    pub fn template(self) -> Template {
        use GrantKind::{AuthorizationCode, ClientCredentials, DeviceCode, RefreshToken};
        let strict = Template {
            preset: self,
            kind: ClientKind::Confidential,
            grants: GrantSet::from([AuthorizationCode, RefreshToken]),
            switches: SwitchSet::new(),
            token_form: TokenForm::Jwt,
            access_token_seconds: 3_600,
            answer_shape: AnswerShape::Standard,
            scopes: scopes(&[Platform::OpenId, Platform::Challonge]),
            has_application_key: false,
        };
        match self {
            Self::Standard => strict,
            Self::Browser => Template {
                kind: ClientKind::Public,
                switches: SwitchSet::from([Switch::Cors]),
                ..strict
            },
            Self::Device => Template {
                kind: ClientKind::Public,
                grants: GrantSet::from([DeviceCode, RefreshToken]),
                ..strict
            },
            Self::Machine => Template {
                grants: GrantSet::from([ClientCredentials]),
                scopes: scopes(&[Platform::Challonge]),
                ..strict
            },
            Self::Challonge => Template {
                grants: GrantSet::from(GrantKind::ALL),
                switches: SwitchSet::from([
                    Switch::PkceOptional,
                    Switch::SecretOptional,
                    Switch::RedirectUriOptional,
                    Switch::QueryTokenRequest,
                ]),
                access_token_seconds: 604_800,
                answer_shape: AnswerShape::Challonge,
                scopes: scopes(&[Platform::Challonge]),
                ..strict
            },
            Self::Toornament => Template {
                grants: GrantSet::from([AuthorizationCode, RefreshToken, ClientCredentials]),
                switches: SwitchSet::from([
                    Switch::PkceOptional,
                    Switch::QueryTokenRequest,
                    Switch::BareToken,
                ]),
                access_token_seconds: 90_000,
                answer_shape: AnswerShape::Toornament,
                scopes: scopes(&[Platform::Toornament]),
                has_application_key: true,
                ..strict
            },
            Self::Trackmania => Template {
                grants: GrantSet::from([AuthorizationCode, RefreshToken, ClientCredentials]),
                switches: SwitchSet::from([
                    Switch::PkceOptional,
                    Switch::BareToken,
                    Switch::IgnoreClientCredentialsScopes,
                ]),
                answer_shape: AnswerShape::Trackmania,
                scopes: scopes(&[Platform::Trackmania]),
                ..strict
            },
            Self::Mtgbracket => Template {
                switches: SwitchSet::from([Switch::PkceOptional, Switch::FixedPrivileges]),
                token_form: TokenForm::Opaque,
                answer_shape: AnswerShape::Mtgbracket,
                scopes: scopes(&[Platform::Mtgbracket]),
                ..strict
            },
        }
    }
}

impl Template {
    /// A client with these settings.
    pub fn client(
        self,
        client_id: impl Into<String>,
        name: impl Into<String>,
        owner: i64,
        redirect_uris: Vec<String>,
    ) -> Client {
        Client {
            client_id: client_id.into(),
            name: name.into(),
            owner,
            kind: self.kind,
            preset: self.preset,
            grants: self.grants,
            switches: self.switches,
            redirect_uris,
            scopes: self.scopes,
            token_form: self.token_form,
            access_token_seconds: self.access_token_seconds,
            answer_shape: self.answer_shape,
            id_token_algorithm: IdTokenAlgorithm::default(),
        }
    }
}

fn scopes(platforms: &[Platform]) -> ScopeSet {
    platforms.iter().flat_map(|it| scope_registry::of_platform(*it)).map(Scope::from).collect()
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Preset {
    type Err = UnknownPreset;

    fn from_str(name: &str) -> Result<Self, UnknownPreset> {
        Self::ALL.into_iter().find(|preset| preset.name() == name).ok_or(UnknownPreset)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn the_table_of_presets() {
        let mut table = String::new();
        for preset in Preset::ALL {
            let it = preset.template();
            let grants: Vec<_> = it.grants.iter().map(|grant| grant.name()).collect();
            let switches: Vec<_> = it.switches.iter().map(|switch| switch.name()).collect();
            writeln!(
                table,
                "{preset}: {:?}, {}, [{}], {:?} {} s, {:?}, {} scopes, key {}",
                it.kind,
                grants.join(" "),
                switches.join(" "),
                it.token_form,
                it.access_token_seconds,
                it.answer_shape,
                it.scopes.len(),
                it.has_application_key,
            )
            .unwrap();
        }
        insta::assert_snapshot!(table, @r"
        standard: Confidential, authorization_code refresh_token, [], Jwt 3600 s, Standard, 17 scopes, key false
        browser: Public, authorization_code refresh_token, [cors], Jwt 3600 s, Standard, 17 scopes, key false
        device: Public, refresh_token device_code, [], Jwt 3600 s, Standard, 17 scopes, key false
        machine: Confidential, client_credentials, [], Jwt 3600 s, Standard, 14 scopes, key false
        challonge: Confidential, authorization_code refresh_token client_credentials device_code, [pkce-optional secret-optional redirect-uri-optional query-token-request], Jwt 604800 s, Challonge, 14 scopes, key false
        toornament: Confidential, authorization_code refresh_token client_credentials, [pkce-optional query-token-request bare-token], Jwt 90000 s, Toornament, 11 scopes, key true
        trackmania: Confidential, authorization_code refresh_token client_credentials, [pkce-optional bare-token ignore-client-credentials-scopes], Jwt 3600 s, Trackmania, 3 scopes, key false
        mtgbracket: Confidential, authorization_code refresh_token, [pkce-optional fixed-privileges], Opaque 3600 s, Mtgbracket, 8 scopes, key false
        ");
    }

    /// Case Q10.
    #[test]
    fn strict_presets_weaken_nothing_and_implicit_is_on_in_none() {
        for preset in Preset::ALL {
            let switches = preset.template().switches;
            assert!(!switches.contains(&Switch::Implicit));
            if preset <= Preset::Machine {
                assert!(!switches.iter().any(|switch| switch.weakens()), "{preset}");
            }
            assert_eq!(preset.name().parse(), Ok(preset));
            assert_eq!(serde_json::to_value(preset).unwrap(), preset.name());
        }
    }
}
