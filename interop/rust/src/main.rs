//! The crate `oauth2`, told what to do by pytest: a JSON array a line, the answer a JSON object a
//! line. The first command, `configure`, says who the client is and where the endpoints are.

use std::{
    error::Error,
    io::{BufRead as _, Read as _, stdin},
    time::Duration,
};

use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    DeviceAuthorizationUrl, HttpRequest, HttpResponse, IntrospectionUrl, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardDeviceAuthorizationResponse, StandardErrorResponse, TokenIntrospectionResponse as _,
    TokenUrl, basic::BasicClient, http::Response,
};
use serde_json::{Value, json};

type Failed = Box<dyn Error>;

/// The transport: any answer is one, whatever its status.
fn send(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let mut call = ureq::request(request.method().as_str(), &request.uri().to_string());
    for (name, value) in request.headers() {
        call = call.set(name.as_str(), value.to_str().unwrap_or_default());
    }
    let answer = match call.send_bytes(request.body()) {
        Ok(answer) | Err(ureq::Error::Status(_, answer)) => answer,
        Err(error) => return Err(error),
    };
    let mut response = Response::builder().status(answer.status());
    if let Some(kind) = answer.header("content-type") {
        response = response.header("content-type", kind);
    }
    let mut body = Vec::new();
    answer.into_reader().read_to_end(&mut body)?;
    Ok(response.body(body).unwrap_or_default())
}

/// What the library makes of a refusal.
fn refusal<T>(
    error: RequestTokenError<ureq::Error, StandardErrorResponse<T>>,
) -> Value
where
    T: oauth2::ErrorResponseType + std::fmt::Display + 'static,
{
    match error {
        RequestTokenError::ServerResponse(told) => json!({
            "failure": told.to_string(),
            "error": told.error().to_string(),
            "description": told.error_description(),
        }),
        other => json!({ "failure": format!("{other:?}") }),
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn scopes(value: &Value) -> Vec<Scope> {
    text(value, "scope").split_whitespace().map(|it| Scope::new(it.to_owned())).collect()
}

fn main() -> Result<(), Failed> {
    let mut lines = stdin().lock().lines();
    let first: (String, Value) = serde_json::from_str(&lines.next().ok_or("no command")??)?;
    let known = first.1;
    let mut client = BasicClient::new(ClientId::new(text(&known, "clientId")))
        .set_auth_uri(AuthUrl::new(text(&known, "authorization"))?)
        .set_token_uri(TokenUrl::new(text(&known, "token"))?)
        .set_device_authorization_url(DeviceAuthorizationUrl::new(text(&known, "device"))?)
        .set_introspection_url(IntrospectionUrl::new(text(&known, "introspection"))?)
        .set_redirect_uri(RedirectUrl::new(text(&known, "redirectUri"))?);
    if let Some(secret) = known["secret"].as_str() {
        client = client.set_client_secret(ClientSecret::new(secret.to_owned()));
    }
    if known["inBody"] == json!(true) {
        client = client.set_auth_type(AuthType::RequestBody);
    }
    println!("{{}}");
    let mut verifier = String::new();
    for line in lines {
        let (name, argument): (String, Value) = serde_json::from_str(&line?)?;
        let answer = match name.as_str() {
            "authorizationUrl" => {
                let (challenge, secret) = PkceCodeChallenge::new_random_sha256();
                verifier = secret.into_secret();
                let (url, state) = client
                    .authorize_url(CsrfToken::new_random)
                    .add_scopes(scopes(&argument))
                    .set_pkce_challenge(challenge)
                    .url();
                json!({ "url": url, "state": state.secret() })
            }
            "exchange" => client
                .exchange_code(AuthorizationCode::new(text(&argument, "code")))
                .set_pkce_verifier(PkceCodeVerifier::new(verifier.clone()))
                .request(&send)
                .map_or_else(refusal, |tokens| json!(tokens)),
            "refresh" => client
                .exchange_refresh_token(&RefreshToken::new(text(&argument, "token")))
                .add_scopes(scopes(&argument))
                .request(&send)
                .map_or_else(refusal, |tokens| json!(tokens)),
            "clientCredentials" => client
                .exchange_client_credentials()
                .add_scopes(scopes(&argument))
                .request(&send)
                .map_or_else(refusal, |tokens| json!(tokens)),
            "device" => {
                let begun: Result<StandardDeviceAuthorizationResponse, _> =
                    client.exchange_device_code().add_scopes(scopes(&argument)).request(&send);
                begun.map_or_else(refusal, |device| json!(device))
            }
            "poll" => {
                let device: StandardDeviceAuthorizationResponse =
                    serde_json::from_value(argument["device"].clone())?;
                client
                    .exchange_device_access_token(&device)
                    .request(&send, std::thread::sleep, Some(Duration::from_secs(60)))
                    .map_or_else(refusal, |tokens| json!(tokens))
            }
            "introspect" => client
                .introspect(&AccessToken::new(text(&argument, "token")))
                .request(&send)
                .map_or_else(refusal, |told| json!({ "active": told.active(), "all": told })),
            other => return Err(format!("no command {other}").into()),
        };
        println!("{answer}");
    }
    Ok(())
}
