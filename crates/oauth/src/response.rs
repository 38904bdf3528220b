//! Answers of the authorization endpoint: the address to redirect to, or a form to post.

use serde::{Deserialize, Serialize};

use crate::params;

/// How an authorization answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI, the default for codes.
    Query,
    /// In its fragment, the default and only way for tokens.
    Fragment,
    /// In a form that the browser posts to the redirect URI (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

/// What to send to the browser. A redirect is sent with status 303, `Referrer-Policy: no-referrer`
/// and `Cache-Control: no-store`.
#[derive(Clone, PartialEq, Eq)]
pub enum AuthorizationAnswer {
    /// Go to this address.
    Redirect(String),
    /// Show a page whose form posts these fields there; the page encodes them for HTML.
    FormPost {
        /// Where to.
        action: String,
        /// Names and values, in order.
        fields: Vec<(&'static str, String)>,
    },
}

impl std::fmt::Debug for AuthorizationAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Redirect(_) => "Redirect(..)",
            Self::FormPost { .. } => "FormPost { .. }",
        })
    }
}

/// The parameters an answer may have. A registered URI that already carries one of them loses it:
/// each stands once, and it is ours.
const RESPONSE_PARAMETERS: [&str; 14] = [
    "access_token",
    "code",
    "error",
    "error_description",
    "error_uri",
    "expires_in",
    "id_token",
    "iss",
    "refresh_token",
    "response_code",
    "scope",
    "session_state",
    "state",
    "token_type",
];

/// Builds the answer for a registered redirect URI.
pub(crate) fn build(
    redirect_uri: &str,
    mode: ResponseMode,
    fields: Vec<(&'static str, String)>,
) -> AuthorizationAnswer {
    let mut uri = without_response_parameters(redirect_uri);
    match mode {
        ResponseMode::FormPost => return AuthorizationAnswer::FormPost { action: uri, fields },
        ResponseMode::Query => {
            let separator = if uri.contains('?') { '&' } else { '?' };
            append(&mut uri, separator, &fields);
            // Without a fragment of its own the browser would carry over the one of the page that
            // led here (RFC 9700 §4.1.3).
            uri.push_str("#_");
        }
        ResponseMode::Fragment => append(&mut uri, '#', &fields),
    }
    AuthorizationAnswer::Redirect(uri)
}

fn append(uri: &mut String, separator: char, fields: &[(&'static str, String)]) {
    if !uri.ends_with(['?', '&']) || separator == '#' {
        uri.push(separator);
    }
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(fields);
    uri.push_str(&pairs.finish());
}

/// The URI with the rest of its query as registered, byte for byte.
fn without_response_parameters(uri: &str) -> String {
    let uri = uri.split('#').next().unwrap_or_default();
    let Some((base, query)) = uri.split_once('?') else { return uri.to_owned() };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            let name = params::decode(name.as_bytes());
            !pair.is_empty() && !name.is_ok_and(|it| RESPONSE_PARAMETERS.contains(&it.as_str()))
        })
        .collect();
    if kept.is_empty() { base.to_owned() } else { format!("{base}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use url::Url;

    use super::*;

    fn redirect(uri: &str, mode: ResponseMode) -> String {
        let fields = vec![("code", "c&d".to_owned()), ("state", "a b\"<>\r\n".to_owned())];
        match build(uri, mode, fields) {
            AuthorizationAnswer::Redirect(to) => to,
            AuthorizationAnswer::FormPost { action, .. } => action,
        }
    }

    const ADDED: &str = "code=c%26d&state=a+b%22%3C%3E%0D%0A";

    #[rstest]
    #[case("https://a.example/cb", "https://a.example/cb?ADDED#_")]
    #[case("https://a.example/cb?", "https://a.example/cb?ADDED#_")]
    #[case("https://a.example/cb?x=%20&y", "https://a.example/cb?x=%20&y&ADDED#_")]
    #[case("https://a.example/cb?state=1&x=2&code=3", "https://a.example/cb?x=2&ADDED#_")]
    #[case("https://a.example/cb?c%6fde=3", "https://a.example/cb?ADDED#_")]
    #[case("com.example.app:/cb", "com.example.app:/cb?ADDED#_")]
    fn the_query_is_kept_and_each_parameter_stands_once(#[case] uri: &str, #[case] to: &str) {
        assert_eq!(redirect(uri, ResponseMode::Query), to.replace("ADDED", ADDED));
    }

    #[test]
    fn a_fragment_holds_the_answer_where_it_must() {
        let to = redirect("https://a.example/cb?x=1", ResponseMode::Fragment);
        assert_eq!(to, format!("https://a.example/cb?x=1#{ADDED}"));
    }

    #[test]
    fn a_form_goes_to_the_registered_address() {
        let to = redirect("https://a.example/cb?x=1&state=2", ResponseMode::FormPost);
        assert_eq!(to, "https://a.example/cb?x=1");
    }

    proptest! {
        #[test]
        fn the_address_stays_and_values_come_through(
            path in "[a-z/]{0,10}",
            query in "[a-z=&%0-9]{0,20}",
            value in "\\PC{0,40}|[\\x00-\\x20]{0,5}",
        ) {
            let uri = format!("https://a.example/{path}?{query}");
            let answer = build(&uri, ResponseMode::Query, vec![("state", value.clone())]);
            let AuthorizationAnswer::Redirect(to) = answer else { unreachable!() };
            prop_assert!(to.bytes().all(|byte| byte.is_ascii_graphic()));
            let to = Url::parse(&to).unwrap();
            prop_assert_eq!(to.host_str(), Some("a.example"));
            prop_assert_eq!(to.fragment(), Some("_"));
            let states: Vec<_> =
                to.query_pairs().filter(|(name, _)| name == "state").map(|it| it.1).collect();
            prop_assert_eq!(states, [value]);
        }
    }
}
