//! Authorization requests and redirect URIs.

use tiltyard_oauth::{
    authorize::{AuthorizationRefusal, AuthorizationRequest},
    client::ClientKind,
    error::ErrorCode,
    params::Params,
    preset::Preset,
    redirect_uri::{self, MAX_REDIRECT_URI_BYTES},
    response::AuthorizationAnswer,
};
use url::Url;

/// What the clients of these requests are registered with.
const REGISTERED: [&str; 3] = [
    "https://client.example/callback?state=mine&tenant=7",
    "http://127.0.0.1/cb",
    "app.example:/cb",
];

/// A whole request: whatever it says, the answer goes to a registered address or nowhere.
pub(crate) fn request(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let preset = Preset::ALL[usize::from(*first) % Preset::ALL.len()];
    let Ok(params) = Params::from_form(rest) else { return };
    let Ok(id) = AuthorizationRequest::client_id(&params) else { return };
    let uris = REGISTERED.map(str::to_owned).to_vec();
    let client = preset.template().client(id, "Overlay", 1, uris);
    let issuer = "https://tiltyard.example";
    let answer = match AuthorizationRequest::read(&params, Some(&client)) {
        Ok(request) => {
            assert!(!client.needs_pkce() || request.challenge.is_some());
            assert!(request.scopes.is_subset(&client.scopes));
            let error =
                request.redirect_with_error(ErrorCode::AccessDenied, "The person said no.", issuer);
            check(&error, None);
            request.redirect_with_code("tly_code_x", issuer)
        }
        Err(AuthorizationRefusal::Page { .. }) => return,
        Err(refusal) => match refusal.answer(issuer) {
            Some(answer) => answer,
            None => return,
        },
    };
    check(&answer, params.one("state").ok().flatten());
}

fn check(answer: &AuthorizationAnswer, state: Option<&str>) {
    let (target, fields) = match answer {
        AuthorizationAnswer::Redirect(target) => (target, None),
        AuthorizationAnswer::FormPost { action, fields } => (action, Some(fields)),
    };
    assert!(!target.contains(['\r', '\n', '"', '<', '>', ' ']), "{target:?}");
    let Ok(url) = Url::parse(target) else { panic!("no address: {target:?}") };
    match url.scheme() {
        "https" => assert_eq!((url.host_str(), url.path()), (Some("client.example"), "/callback")),
        "http" => assert_eq!((url.host_str(), url.path()), (Some("127.0.0.1"), "/cb")),
        scheme => assert_eq!((scheme, url.path()), ("app.example", "/cb")),
    }
    let text = fields.is_none().then(|| {
        let fragment = url.fragment().unwrap_or_default().to_owned();
        [url.query().unwrap_or_default().to_owned(), fragment].join("&")
    });
    let Some(Ok(pairs)) = text.map(|text| Params::from_query(&text)) else { return };
    for name in ["code", "state", "error", "iss"] {
        assert!(pairs.all(name).count() <= 1, "each parameter stands once: {target:?}");
    }
    if let (Some(state), Ok(Some(returned))) = (state, pairs.one("state")) {
        assert_eq!(state, returned, "state comes back unchanged");
    }
}

/// What can be registered can be used, and is an address that browsers read as we do.
pub(crate) fn registration(data: &[u8]) {
    let Ok(uri) = str::from_utf8(data) else { return };
    for kind in [ClientKind::Confidential, ClientKind::Public] {
        if redirect_uri::check_registration(uri, kind).is_err() {
            continue;
        }
        assert!(uri.len() <= MAX_REDIRECT_URI_BYTES);
        assert!(redirect_uri::matches(uri, uri));
        let registered = [uri.to_owned()];
        assert_eq!(redirect_uri::resolve(&registered, Some(uri), false).as_deref(), Ok(uri));
        let Ok(url) = Url::parse(uri) else { panic!("no address: {uri:?}") };
        assert_eq!(url.fragment(), None);
        assert_eq!((url.username(), url.password()), ("", None));
        let scheme = url.scheme();
        assert!(!["javascript", "data", "vbscript", "file", "blob", "about"].contains(&scheme));
        if scheme == "http" {
            let host = url.host_str().unwrap_or_default();
            assert!(["127.0.0.1", "[::1]", "localhost"].contains(&host), "{uri:?}");
        }
        if kind == ClientKind::Confidential {
            assert!(["http", "https"].contains(&scheme), "{uri:?}");
        }
    }
}

/// Two lines: a registered address and a requested one. They match as bytes, or as loopback
/// addresses that differ in the port alone.
pub(crate) fn matching(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Some((registered, requested)) = text.split_once('\n') else { return };
    if redirect_uri::check_registration(registered, ClientKind::Public).is_err()
        || !redirect_uri::matches(registered, requested)
        || registered == requested
    {
        return;
    }
    let (Ok(mut one), Ok(mut other)) = (Url::parse(registered), Url::parse(requested)) else {
        panic!("an address that is none matches: {requested:?}")
    };
    assert!(matches!(one.host_str(), Some("127.0.0.1" | "[::1]")), "{registered:?}");
    assert!(one.set_port(None).is_ok() && other.set_port(None).is_ok());
    assert_eq!(one, other);
}
