//! One sign-in from the first request to the second refresh, as a caller strings the parts
//! together.

use tiltyard_oauth::answer::TokenAnswer;
use tiltyard_oauth::authorize::AuthorizationRequest;
use tiltyard_oauth::client_auth::{self, Authentication, StoredSecret};
use tiltyard_oauth::code::{AuthorizationCode, CodeRefusal};
use tiltyard_oauth::params::Params;
use tiltyard_oauth::preset::Preset;
use tiltyard_oauth::refresh::{
    Bounds, Family, Presentation, RefreshKey, RefreshRefusal, RefreshToken,
};
use tiltyard_oauth::response::AuthorizationAnswer;
use tiltyard_oauth::token_request::{self, TokenRequest};
use tiltyard_oauth::token_text::{self, TokenKind};

const ISSUER: &str = "https://id.example";
const URI: &str = "https://client.example/cb";

#[test]
fn from_the_first_request_to_the_second_refresh() {
    let client = Preset::Standard.template().client("c", "Client", 7, vec![URI.to_owned()]);
    let secret = token_text::generate(TokenKind::ClientSecret, &[1; 32]);
    let secrets = [StoredSecret { hash: token_text::hash(&secret), expires_at: None }];

    // The browser comes with a request, the person consents.
    let query = "response_type=code&client_id=c&redirect_uri=https%3A%2F%2Fclient.example%2Fcb\
                 &scope=me+tournaments%3Aread&state=xyz&code_challenge_method=S256\
                 &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let request =
        AuthorizationRequest::read(&Params::from_query(query).unwrap(), Some(&client)).unwrap();
    let code = token_text::generate(TokenKind::Code, &[2; 32]);
    let mut record = AuthorizationCode::new(&request, 1, request.scopes.clone(), 0, 1_000);
    assert!(!record.scopes_differ);
    let narrowed =
        AuthorizationCode::new(&request, 1, "me".parse().unwrap(), 0, 1_000).scopes_differ;
    assert!(narrowed);
    let AuthorizationAnswer::Redirect(to) = request.redirect_with_code(&code, ISSUER) else {
        panic!("a form was not asked for")
    };
    assert_eq!(to, format!("{URI}?code={code}&state=xyz&iss=https%3A%2F%2Fid.example#_"));

    // The client exchanges the code.
    let body = format!(
        "grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fclient.example%2Fcb\
         &code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&client_id=c\
         &client_secret={secret}"
    );
    let params = Params::from_form(body.as_bytes()).unwrap();
    token_request::check_origin(&params, Some(&client)).unwrap();
    let presented = client_auth::read(None, &params).unwrap();
    let authentication = client_auth::verify(Some(&client), &presented, &secrets, 2_000).unwrap();
    assert_eq!(authentication, Authentication::Secret);
    let request = TokenRequest::read(&params).unwrap();
    request.check_allowed(&client, authentication).unwrap();
    let TokenRequest::AuthorizationCode { code: sent, redirect_uri, verifier, .. } = request else {
        panic!("a code was exchanged")
    };
    assert!(token_text::parse(TokenKind::Code, &sent).is_ok());
    assert_eq!(token_text::hash(&sent), token_text::hash(&code));
    let redeemed =
        record.redeem(&client, redirect_uri.as_deref(), verifier.as_deref(), 2_000).unwrap();

    // A family begins.
    let key = RefreshKey::new(&[3; 32]);
    let mut family = Family {
        id: 10_000_001,
        client_id: client.client_id.clone(),
        person: redeemed.person,
        scopes: redeemed.scopes.clone(),
        salt: [4; 16],
        generation: 0,
        created_at: 2_000,
        rotated_at: 2_000,
        revoked_at: None,
        bounds: Bounds::default(),
        resource: Vec::new(),
        auth_time: None,
    };
    record.used_at = Some(2_000);
    record.family = Some(family.id);
    let first = family.token(0, &key);
    let answer = TokenAnswer {
        access_token: "access".to_owned(),
        expires_in: client.access_token_seconds,
        refresh_token: Some(first.clone()),
        scopes: redeemed.scopes,
        scopes_differ: redeemed.scopes_differ,
        created_at: 2,
        id_token: None,
    };
    let answer = answer.to_json(client.answer_shape);
    assert_eq!(answer["scope"], "me tournaments:read");

    // The code again.
    let again = record.redeem(&client, Some(URI), None, 3_000);
    assert_eq!(again, Err(CodeRefusal::Replay { family: Some(family.id) }));

    // Two refreshes, and the first token once more.
    for expected in 1..=2 {
        let held = RefreshToken::parse(&family.token(family.generation, &key)).unwrap();
        assert_eq!(held.family_id(), family.id);
        let presentation = family.present(&held, &key, &client, 4_000);
        assert_eq!(presentation, Ok(Presentation::Rotate { generation: expected }));
        family.generation = expected;
    }
    let retired = RefreshToken::parse(&first).unwrap();
    let refused = family.present(&retired, &key, &client, 5_000);
    assert_eq!(refused, Err(RefreshRefusal::Replay { family: family.id }));
}
