use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::client::ClientKind;
use crate::preset::Preset;

const ISSUER: &str = "https://id.example";
const URI: &str = "https://client.example/cb";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn client(preset: Preset) -> Client {
    preset.template().client("c", "Client", 7, vec![URI.to_owned()])
}

/// The parameters of a good request, changed: `name=value` sets, `-name` takes away, `+text` is
/// added as it is.
fn query(changes: &[&str]) -> String {
    let mut pairs: Vec<(String, String)> = [
        ("client_id", "c"),
        ("redirect_uri", "https%3A%2F%2Fclient.example%2Fcb"),
        ("response_type", "code"),
        ("scope", "me+tournaments%3Aread"),
        ("state", "xyz"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let mut added = String::new();
    for change in changes {
        if let Some(name) = change.strip_prefix('-') {
            pairs.retain(|pair| pair.0 != name);
        } else if let Some(text) = change.strip_prefix('+') {
            added = format!("{added}&{text}");
        } else if let Some((name, value)) = change.split_once('=') {
            pairs.retain(|pair| pair.0 != name);
            pairs.push((name.to_owned(), value.to_owned()));
        }
    }
    let text: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    text.join("&") + &added
}

fn read(changes: &[&str], client: &Client) -> Result<AuthorizationRequest, AuthorizationRefusal> {
    AuthorizationRequest::read(&Params::from_query(&query(changes)).unwrap(), Some(client))
}

/// The error that goes back to the client.
#[track_caller]
fn redirected(outcome: Result<AuthorizationRequest, AuthorizationRefusal>) -> ErrorCode {
    match outcome {
        Err(AuthorizationRefusal::Redirect { error, uri, .. }) if uri == URI => error,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn is_page(outcome: Result<AuthorizationRequest, AuthorizationRefusal>) {
    match outcome {
        Err(page @ AuthorizationRefusal::Page { .. }) => assert_eq!(page.answer(ISSUER), None),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_good_request_is_understood_whole() {
    let request = read(
        &["+nonce=n&prompt=login+consent&max_age=60&response_mode=form_post&unknown=1&community_id=x"],
        &client(Preset::Standard),
    )
    .unwrap();
    assert_eq!(request.redirect_uri, URI);
    assert!(request.redirect_uri_sent && !request.scopes_defaulted && !request.is_silent());
    assert_eq!(request.scopes.to_string(), "me tournaments:read");
    assert_eq!(request.state.as_deref(), Some("xyz"));
    assert_eq!(request.challenge.as_ref().map(Challenge::as_str), Some(CHALLENGE));
    assert_eq!(request.nonce.as_deref(), Some("n"));
    assert_eq!(request.prompt, BTreeSet::from([Prompt::Login, Prompt::Consent]));
    assert_eq!(request.max_age, Some(60));
    assert_eq!(request.response_mode, ResponseMode::FormPost);
    assert_eq!(request.community_id.as_deref(), Some("x"));
    let text = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<AuthorizationRequest>(&text).unwrap(), request);
}

#[test]
fn query_form_and_json_mean_the_same() {
    let client = client(Preset::Standard);
    let expected = read(&[], &client).unwrap();
    let form = Params::from_form(query(&[]).as_bytes()).unwrap();
    assert_eq!(AuthorizationRequest::read(&form, Some(&client)), Ok(expected));
}

#[rstest]
#[case::no_client(&["-client_id"])]
#[case::two_clients(&["+client_id=c"])]
#[case::other_client(&["client_id=other"])]
#[case::unregistered_address(&["redirect_uri=https%3A%2F%2Fevil.example%2F"])]
#[case::near_address(&["redirect_uri=https%3A%2F%2Fclient.example%2Fcb%2F"])]
#[case::two_addresses(&["+redirect_uri=https%3A%2F%2Fclient.example%2Fcb"])]
#[case::no_address(&["-redirect_uri"])]
#[case::array_of_addresses(&["-redirect_uri", "+redirect_uri[]=https%3A%2F%2Fclient.example%2Fcb"])]
#[case::array_of_scopes(&["+scope[]=x"])]
#[case::map_of_scopes(&["+scope%5Ba%5D=b"])]
fn an_uncertain_client_or_address_gets_a_page_and_no_redirect(#[case] changes: &[&str]) {
    is_page(read(changes, &client(Preset::Standard)));
}

#[test]
fn an_unknown_and_a_disabled_client_get_the_same_page() {
    let params = Params::from_query(&query(&[])).unwrap();
    let refused = AuthorizationRequest::read(&params, None);
    assert_eq!(refused, Err(AuthorizationRefusal::unknown_client()));
}

#[test]
fn a_client_without_addresses_gets_a_page() {
    let mut client = client(Preset::Challonge);
    client.redirect_uris.clear();
    is_page(read(&[], &client));
    is_page(read(&["-redirect_uri"], &client));
}

#[test]
fn the_address_may_be_left_out_only_with_the_switch_and_one_registration() {
    let mut client = client(Preset::Challonge);
    let request = read(&["-redirect_uri"], &client).unwrap();
    assert_eq!((request.redirect_uri.as_str(), request.redirect_uri_sent), (URI, false));
    client.redirect_uris.push("https://client.example/other".to_owned());
    is_page(read(&["-redirect_uri"], &client));
}

#[rstest]
#[case::repeated_state(&["+state=xyz"], ErrorCode::InvalidRequest)]
#[case::repeated_unknown(&["+x=1&x=1"], ErrorCode::InvalidRequest)]
#[case::no_response_type(&["-response_type"], ErrorCode::InvalidRequest)]
#[case::empty_response_type(&["response_type="], ErrorCode::InvalidRequest)]
#[case::unknown_response_type(&["response_type=fish"], ErrorCode::UnsupportedResponseType)]
#[case::hybrid(&["response_type=code+token"], ErrorCode::UnsupportedResponseType)]
#[case::hybrid_turned(&["response_type=token+code"], ErrorCode::UnsupportedResponseType)]
#[case::implicit(&["response_type=token"], ErrorCode::UnauthorizedClient)]
#[case::code_in_fragment(&["+response_mode=fragment"], ErrorCode::InvalidRequest)]
#[case::unknown_mode(&["+response_mode=web_message"], ErrorCode::InvalidRequest)]
#[case::unknown_scope(&["scope=fish"], ErrorCode::InvalidScope)]
#[case::unregistered_scope(&["scope=organizer%3Aview"], ErrorCode::InvalidScope)]
#[case::plus_in_scope(&["scope=me%2Btournaments%3Aread"], ErrorCode::InvalidScope)]
#[case::json_in_scope(&["scope=%7B%22a%22%3A1%7D"], ErrorCode::InvalidScope)]
#[case::tab_in_scope(&["scope=me%09x"], ErrorCode::InvalidScope)]
#[case::no_challenge(&["-code_challenge", "-code_challenge_method"], ErrorCode::InvalidRequest)]
#[case::no_method(&["-code_challenge_method"], ErrorCode::InvalidRequest)]
#[case::plain(&["code_challenge_method=plain"], ErrorCode::InvalidRequest)]
#[case::method_alone(&["-code_challenge"], ErrorCode::InvalidRequest)]
#[case::short_challenge(&["code_challenge=abc"], ErrorCode::InvalidRequest)]
#[case::request_object(&["+request=x"], ErrorCode::RequestNotSupported)]
#[case::request_uri(&["+request_uri=x"], ErrorCode::RequestUriNotSupported)]
#[case::registration(&["+registration=x"], ErrorCode::RegistrationNotSupported)]
#[case::none_and_login(&["+prompt=none+login"], ErrorCode::InvalidRequest)]
#[case::unknown_prompt(&["+prompt=dance"], ErrorCode::InvalidRequest)]
#[case::bad_max_age(&["+max_age=-1"], ErrorCode::InvalidRequest)]
#[case::signed_max_age(&["+max_age=%2B1"], ErrorCode::InvalidRequest)]
#[case::relative_resource(&["+resource=api"], ErrorCode::InvalidTarget)]
#[case::resource_fragment(&["+resource=https%3A%2F%2Fapi.example%2F%23x"], ErrorCode::InvalidTarget)]
fn what_is_wrong_goes_back_to_the_client(#[case] changes: &[&str], #[case] error: ErrorCode) {
    assert_eq!(redirected(read(changes, &client(Preset::Standard))), error);
}

#[test]
fn a_client_without_the_grant_is_not_authorized() {
    let mut client = client(Preset::Standard);
    client.grants.remove(&GrantKind::AuthorizationCode);
    assert_eq!(redirected(read(&[], &client)), ErrorCode::UnauthorizedClient);
}

#[test]
fn pkce_is_optional_for_confidential_clients_with_the_switch_only() {
    let without = ["-code_challenge", "-code_challenge_method"];
    let mut client = client(Preset::Challonge);
    assert_eq!(read(&without, &client).unwrap().challenge, None);
    client.kind = ClientKind::Public;
    assert_eq!(redirected(read(&without, &client)), ErrorCode::InvalidRequest);
}

#[rstest]
#[case("-scope")]
#[case("scope=")]
#[case("scope=+")]
fn without_scope_the_documented_default_is_taken(#[case] change: &str) {
    let client = client(Preset::Standard);
    let request = read(&[change], &client).unwrap();
    assert!(request.scopes_defaulted);
    assert_eq!(request.scopes, client.default_scopes());
}

#[rstest]
#[case(1)]
#[case(64)]
#[case(512)]
#[case(2048)]
fn state_comes_back_unchanged(#[case] length: usize) {
    let state = "s".repeat(length);
    let request = read(&[&format!("state={state}")], &client(Preset::Standard)).unwrap();
    assert_eq!(request.state, Some(state));
}

#[test]
fn a_state_over_the_bound_is_refused_and_not_echoed() {
    let change = format!("state={}", "s".repeat(MAX_STATE_BYTES + 1));
    match read(&[&change], &client(Preset::Standard)) {
        Err(AuthorizationRefusal::Redirect { error, state, .. }) => {
            assert_eq!((error, state), (ErrorCode::InvalidRequest, None));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn answers_carry_code_state_and_issuer() {
    let request = read(&["state=a%22%3C%3E%26%0D%0A"], &client(Preset::Standard)).unwrap();
    assert_eq!(
        request.redirect_with_code("the-code", ISSUER),
        AuthorizationAnswer::Redirect(format!(
            "{URI}?code=the-code&state=a%22%3C%3E%26%0D%0A&iss=https%3A%2F%2Fid.example#_"
        ))
    );
    assert_eq!(
        request.redirect_with_error(ErrorCode::AccessDenied, "No.", ISSUER),
        AuthorizationAnswer::Redirect(format!(
            "{URI}?error=access_denied&error_description=No.&state=a%22%3C%3E%26%0D%0A\
             &iss=https%3A%2F%2Fid.example#_"
        ))
    );
}

#[test]
fn refusals_answer_in_the_wanted_mode() {
    let refused = read(&["scope=fish", "+response_mode=form_post"], &client(Preset::Standard));
    match refused.unwrap_err().answer(ISSUER) {
        Some(AuthorizationAnswer::FormPost { action, fields }) => {
            assert_eq!(action, URI);
            assert_eq!(fields[0], ("error", "invalid_scope".to_owned()));
            assert!(fields.contains(&("state", "xyz".to_owned())));
            assert!(fields.contains(&("iss", ISSUER.to_owned())));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_platform_finds_the_code_under_two_names() {
    let request = read(&["-scope"], &client(Preset::Mtgbracket)).unwrap();
    match request.redirect_with_code("x", ISSUER) {
        AuthorizationAnswer::Redirect(to) => assert!(to.contains("?code=x&response_code=x&")),
        other @ AuthorizationAnswer::FormPost { .. } => panic!("{other:?}"),
    }
    assert_eq!(request.scopes.len(), 8);
}

#[test]
fn with_the_switch_a_token_comes_in_the_fragment_only() {
    let mut client = client(Preset::Standard);
    client.switches.insert(Switch::Implicit);
    let changes = ["response_type=token", "-code_challenge", "-code_challenge_method"];
    let request = read(&changes, &client).unwrap();
    assert_eq!(
        request.redirect_with_token("t", 3600, &request.scopes, ISSUER),
        AuthorizationAnswer::Redirect(format!(
            "{URI}#access_token=t&token_type=Bearer&expires_in=3600&scope=me+tournaments%3Aread\
             &state=xyz&iss=https%3A%2F%2Fid.example"
        ))
    );
    let in_query = [&changes[..], &["+response_mode=query"]].concat();
    match read(&in_query, &client) {
        Err(AuthorizationRefusal::Redirect { response_mode, error, .. }) => {
            assert_eq!(response_mode, ResponseMode::Fragment);
            assert_eq!(error, ErrorCode::InvalidRequest);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn resources_are_carried() {
    let change = "+resource=https%3A%2F%2Fapi.example%2Fa&resource=https%3A%2F%2Fapi.example%2Fb";
    let request = read(&[change], &client(Preset::Standard)).unwrap();
    assert_eq!(request.resource, ["https://api.example/a", "https://api.example/b"]);
}

proptest! {
    #[test]
    fn no_request_makes_the_reader_panic_or_leave_the_registered_address(
        text in "\\PC{0,80}",
        name in prop::sample::select(crate::params::PROTOCOL_PARAMETERS.to_vec()),
        value in "\\PC{0,40}",
    ) {
        let client = client(Preset::Challonge);
        let pair = form_urlencoded::Serializer::new(String::new()).append_pair(name, &value).finish();
        for query in [text.clone(), query(&[&format!("{name}={pair}")]), query(&[&format!("+{text}")])] {
            let Ok(params) = Params::from_query(&query) else { continue };
            match AuthorizationRequest::read(&params, Some(&client)) {
                Ok(request) => prop_assert_eq!(request.redirect_uri, URI),
                Err(AuthorizationRefusal::Redirect { uri, description, .. }) => {
                    prop_assert_eq!(uri, URI);
                    let plain = |it: u8| matches!(it, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
                    prop_assert!(description.bytes().all(plain), "{}", description);
                }
                Err(AuthorizationRefusal::Page { .. }) => {}
            }
        }
    }
}
