//! The token request: which grant, with what, and whether the client may.

use std::fmt;

use crate::authorize;
use crate::client::{Client, GrantKind};
use crate::client_auth::Authentication;
use crate::error::{ErrorCode, TokenError};
use crate::params::Params;
use crate::switch::Switch;

/// A token request. The debug form shows the grant only.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// RFC 6749 §4.1.3. A `scope` sent along is ignored.
    AuthorizationCode {
        /// The code as sent.
        code: String,
        /// The redirect URI of the authorization request.
        redirect_uri: Option<String>,
        /// The PKCE verifier.
        verifier: Option<String>,
        /// Resources to narrow to (RFC 8707 §2.2).
        resource: Vec<String>,
    },
    /// RFC 6749 §6.
    RefreshToken {
        /// The token as sent.
        token: String,
        /// A narrower scope, not yet read ([`crate::refresh::Family::access_scopes`]).
        scope: Option<String>,
        /// Resources to narrow to (RFC 8707 §2.2).
        resource: Vec<String>,
    },
    /// RFC 6749 §4.4.
    ClientCredentials {
        /// What is asked, not yet read ([`Client::application_scopes`]).
        scope: Option<String>,
        /// The resources the token is for (RFC 8707 §2.2).
        resource: Vec<String>,
    },
    /// RFC 8628 §3.4.
    DeviceCode {
        /// The code as sent.
        device_code: String,
    },
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenRequest({})", self.grant())
    }
}

/// What belongs in the body and nowhere else (OAuth 2.1 §2.4: neither credentials nor tokens in
/// addresses).
const BODY_ONLY: [&str; 13] = [
    "client_assertion",
    "client_id",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "grant_type",
    "password",
    "redirect_uri",
    "refresh_token",
    "scope",
    "token",
    "username",
];

/// Refuses parameters in the query of the address unless the client has the switch. Say `None` for
/// an unknown client.
pub fn check_origin(params: &Params, client: Option<&Client>) -> Result<(), TokenError> {
    let allowed = client.is_some_and(|client| client.has(Switch::QueryTokenRequest));
    if !allowed && params.any_in_query(&BODY_ONLY) {
        let description = "Parameters of this request belong in the body, not in the address.";
        return Err(TokenError::invalid_request(description));
    }
    Ok(())
}

impl TokenRequest {
    /// Reads a request.
    pub fn read(params: &Params) -> Result<Self, TokenError> {
        params.refuse_repeated()?;
        if params.has_bracketed() {
            return Err(TokenError::invalid_request("A parameter is written like an array."));
        }
        let text = |name: &str| Ok::<_, TokenError>(params.one(name)?.map(str::to_owned));
        let required = |name: &str| {
            text(name)?.ok_or_else(|| TokenError::invalid_request(format!("{name} is required.")))
        };
        let grant: GrantKind = required("grant_type")?.parse().map_err(|_unknown| {
            let description = "The grant type is not supported.";
            TokenError::new(ErrorCode::UnsupportedGrantType, description)
                .with_hint("See grant_types_supported in the metadata.")
        })?;
        let resource = || {
            authorize::check_resources(params).map_err(|()| {
                let description = "resource must be an absolute address.";
                TokenError::new(ErrorCode::InvalidTarget, description)
            })
        };
        Ok(match grant {
            GrantKind::AuthorizationCode => Self::AuthorizationCode {
                code: required("code")?,
                redirect_uri: text("redirect_uri")?,
                verifier: text("code_verifier")?,
                resource: resource()?,
            },
            GrantKind::RefreshToken => Self::RefreshToken {
                token: required("refresh_token")?,
                scope: text("scope")?,
                resource: resource()?,
            },
            GrantKind::ClientCredentials => {
                Self::ClientCredentials { scope: text("scope")?, resource: resource()? }
            }
            GrantKind::DeviceCode => Self::DeviceCode { device_code: required("device_code")? },
        })
    }

    /// Which grant it uses.
    pub const fn grant(&self) -> GrantKind {
        match self {
            Self::AuthorizationCode { .. } => GrantKind::AuthorizationCode,
            Self::RefreshToken { .. } => GrantKind::RefreshToken,
            Self::ClientCredentials { .. } => GrantKind::ClientCredentials,
            Self::DeviceCode { .. } => GrantKind::DeviceCode,
        }
    }

    /// Says whether the authenticated client may use the grant: it must be switched on for it, and
    /// client credentials need a client with a proven secret, whatever its switches.
    pub fn check_allowed(
        &self,
        client: &Client,
        authentication: Authentication,
    ) -> Result<(), TokenError> {
        let credentials = self.grant() == GrantKind::ClientCredentials;
        if !client.may(self.grant()) || (credentials && client.is_public()) {
            let description = "The application may not use this grant.";
            return Err(TokenError::new(ErrorCode::UnauthorizedClient, description)
                .with_hint("See the application's page."));
        }
        if credentials { authentication.require_secret() } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::preset::Preset;

    fn read(body: &str) -> Result<TokenRequest, TokenError> {
        TokenRequest::read(&Params::from_form(body.as_bytes()).unwrap())
    }

    fn client(preset: Preset) -> Client {
        preset.template().client("c", "Client", 7, vec![])
    }

    #[test]
    fn a_code_exchange_ignores_scope() {
        let request = read(
            "grant_type=authorization_code&code=x&redirect_uri=u&code_verifier=v&scope=%22nonsense",
        );
        let expected = TokenRequest::AuthorizationCode {
            code: "x".into(),
            redirect_uri: Some("u".into()),
            verifier: Some("v".into()),
            resource: vec![],
        };
        assert_eq!(request, Ok(expected));
    }

    #[test]
    fn the_device_grant_has_two_names() {
        let expected = Ok(TokenRequest::DeviceCode { device_code: "d".into() });
        let long = "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=d";
        assert_eq!(read(long), expected);
        assert_eq!(read("grant_type=device_code&device_code=d"), expected);
    }

    #[rstest]
    #[case("", ErrorCode::InvalidRequest)]
    #[case("grant_type=", ErrorCode::InvalidRequest)]
    #[case("grant_type=fish", ErrorCode::UnsupportedGrantType)]
    #[case("grant_type=password&username=u&password=p", ErrorCode::UnsupportedGrantType)]
    #[case("grant_type=authorization_code", ErrorCode::InvalidRequest)]
    #[case("grant_type=refresh_token", ErrorCode::InvalidRequest)]
    #[case("grant_type=authorization_code&code=a&code=a", ErrorCode::InvalidRequest)]
    #[case("grant_type=client_credentials&x=1&x=2", ErrorCode::InvalidRequest)]
    #[case("grant_type=client_credentials&scope[]=a", ErrorCode::InvalidRequest)]
    #[case("grant_type=client_credentials&resource=nowhere", ErrorCode::InvalidTarget)]
    fn bad_requests_are_refused(#[case] body: &str, #[case] code: ErrorCode) {
        assert_eq!(read(body).unwrap_err().code, code);
    }

    #[test]
    fn json_is_read_like_a_form() {
        let body = br#"{"grant_type":"refresh_token","refresh_token":"r","scope":"me"}"#;
        let request = TokenRequest::read(&Params::from_json(body).unwrap()).unwrap();
        assert_eq!(Ok(request), read("grant_type=refresh_token&refresh_token=r&scope=me"));
    }

    #[test]
    fn a_grant_that_is_off_is_unauthorized() {
        let request = read("grant_type=client_credentials").unwrap();
        let refused = request.check_allowed(&client(Preset::Standard), Authentication::Secret);
        assert_eq!(refused.unwrap_err().code, ErrorCode::UnauthorizedClient);
        let allowed = request.check_allowed(&client(Preset::Machine), Authentication::Secret);
        assert_eq!(allowed, Ok(()));
    }

    #[test]
    fn client_credentials_need_a_confidential_client_and_its_secret() {
        let request = read("grant_type=client_credentials").unwrap();
        let mut public = client(Preset::Browser);
        public.grants.insert(GrantKind::ClientCredentials);
        let refused = request.check_allowed(&public, Authentication::Public).unwrap_err();
        assert_eq!(refused.code, ErrorCode::UnauthorizedClient);
        let refused = request.check_allowed(&client(Preset::Challonge), Authentication::Omitted);
        assert_eq!(refused, Err(TokenError::invalid_client()));
        let refresh = read("grant_type=refresh_token&refresh_token=r").unwrap();
        let allowed = refresh.check_allowed(&client(Preset::Challonge), Authentication::Omitted);
        assert_eq!(allowed, Ok(()));
    }

    #[test]
    fn parameters_in_the_address_need_the_switch() {
        let query = "grant_type=refresh_token&refresh_token=r&client_id=c";
        let params = Params::from_query(query).unwrap();
        let refused = check_origin(&params, Some(&client(Preset::Standard))).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
        assert!(check_origin(&params, None).is_err());
        assert_eq!(check_origin(&params, Some(&client(Preset::Challonge))), Ok(()));
        let mixed = Params::from_query("tracking=1").unwrap();
        let mixed = mixed.merged(Params::from_form(query.as_bytes()).unwrap()).unwrap();
        assert_eq!(check_origin(&mixed, Some(&client(Preset::Standard))), Ok(()));
    }

    #[test]
    fn the_debug_form_shows_no_token() {
        let request = read("grant_type=refresh_token&refresh_token=hunter2").unwrap();
        assert_eq!(format!("{request:?}"), "TokenRequest(refresh_token)");
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,100}", grant in "\\PC{0,20}") {
            for body in [text.clone(), format!("grant_type={grant}&code={text}")] {
                if let Ok(params) = Params::from_form(body.as_bytes()) {
                    let _ = TokenRequest::read(&params);
                }
            }
        }
    }
}
