//! Switches: what one application may do otherwise than the strict rules, so that a published
//! client of another platform works. Each is off unless its preset or its owner turned it on.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A departure from the strict rules, for one application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    /// A confidential client may leave out PKCE.
    PkceOptional,
    /// A confidential client may leave out its secret, but never for client credentials.
    SecretOptional,
    /// `redirect_uri` may be left out where exactly one is registered.
    RedirectUriOptional,
    /// Token requests may come in the query of the address, also by GET.
    QueryTokenRequest,
    /// `Authorization` may hold the token without the word `Bearer`.
    BareToken,
    /// The scopes of client credentials requests have no effect.
    IgnoreClientCredentialsScopes,
    /// A request without scope gets everything the application is registered for.
    FixedPrivileges,
    /// Browsers at the origins of the redirect URIs may call the endpoints.
    Cors,
    /// The implicit grant (`response_type=token`).
    Implicit,
    /// Authorization requests must be pushed (RFC 9126 §6).
    RequirePushedRequests,
    /// The application may introspect the access tokens of every application; only an operator may
    /// turn this on.
    IntrospectAll,
}

/// A set of switches that are on.
pub type SwitchSet = BTreeSet<Switch>;

/// A name that is no switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such switch")]
pub struct UnknownSwitch;

impl Switch {
    /// All switches, in the order in which pages list them.
    pub const ALL: [Self; 11] = [
        Self::PkceOptional,
        Self::SecretOptional,
        Self::RedirectUriOptional,
        Self::QueryTokenRequest,
        Self::BareToken,
        Self::IgnoreClientCredentialsScopes,
        Self::FixedPrivileges,
        Self::Cors,
        Self::Implicit,
        Self::RequirePushedRequests,
        Self::IntrospectAll,
    ];

    /// The name on the command line and in stored records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PkceOptional => "pkce-optional",
            Self::SecretOptional => "secret-optional",
            Self::RedirectUriOptional => "redirect-uri-optional",
            Self::QueryTokenRequest => "query-token-request",
            Self::BareToken => "bare-token",
            Self::IgnoreClientCredentialsScopes => "ignore-client-credentials-scopes",
            Self::FixedPrivileges => "fixed-privileges",
            Self::Cors => "cors",
            Self::Implicit => "implicit",
            Self::RequirePushedRequests => "require-pushed-requests",
            Self::IntrospectAll => "introspect-all",
        }
    }

    /// What turning it on means, for the page of the application.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::PkceOptional => {
                "Accepts sign-ins without PKCE. A stolen authorization code is then protected by \
                 the client secret alone. Has no effect on public applications, which always need \
                 PKCE."
            }
            Self::SecretOptional => {
                "Accepts token requests without the client secret, except for client credentials. \
                 Anybody who steals a code or a refresh token can then use it."
            }
            Self::RedirectUriOptional => {
                "Accepts sign-ins that do not say where to return to, if exactly one address is \
                 registered."
            }
            Self::QueryTokenRequest => {
                "Accepts token requests in the address instead of the body, also by GET. Proxies \
                 and browsers may then record the client secret and tokens."
            }
            Self::BareToken => {
                "Accepts access tokens in the Authorization header without the word Bearer."
            }
            Self::IgnoreClientCredentialsScopes => {
                "Ignores the scopes that the application asks for itself. Such tokens open only \
                 what every signed-in application may see."
            }
            Self::FixedPrivileges => {
                "Gives every scope that the application is registered for when a request names \
                 none, and not only the reading ones. Changing the registration ends all its \
                 tokens."
            }
            Self::Cors => {
                "Lets scripts on the sites of the redirect addresses call the endpoints from a \
                 browser."
            }
            Self::Implicit => {
                "Hands out access tokens directly in the address the browser returns to. They can \
                 leak through the browser's history and through scripts; use sign-in with PKCE \
                 instead wherever the client can."
            }
            Self::RequirePushedRequests => {
                "Refuses sign-ins whose request was not pushed before (RFC 9126). Nobody can then \
                 change a request on its way through the browser."
            }
            Self::IntrospectAll => {
                "Lets this application ask what any application's access token may do, as a \
                 resource server has to. Only an operator can turn it on."
            }
        }
    }

    /// Says whether turning it on makes the application less safe, so that pages mark it.
    pub const fn weakens(self) -> bool {
        matches!(
            self,
            Self::PkceOptional | Self::SecretOptional | Self::QueryTokenRequest | Self::Implicit
        )
    }
}

impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Switch {
    type Err = UnknownSwitch;

    fn from_str(name: &str) -> Result<Self, UnknownSwitch> {
        Self::ALL.into_iter().find(|switch| switch.name() == name).ok_or(UnknownSwitch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_are_those_of_stored_records() {
        for switch in Switch::ALL {
            assert_eq!(switch.name().parse(), Ok(switch));
            assert_eq!(serde_json::to_value(switch).unwrap(), switch.name());
            assert!(switch.explanation().ends_with('.'));
        }
        assert_eq!("pkce".parse::<Switch>(), Err(UnknownSwitch));
    }
}
