//! How programs are let in. Only what an operation names is described.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tiltyard_oauth::scope_registry::{self, Holder};

/// The schemes that operations of the document name.
pub(super) fn schemes(whole: &Value, public_url: &str) -> Value {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut scopes: BTreeSet<&str> = BTreeSet::new();
    let items = whole["paths"].as_object().into_iter().flatten();
    let operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    for (_, operation) in operations {
        let list = operation["security"].as_array().into_iter().flatten();
        for (name, wanted) in list.filter_map(Value::as_object).flatten() {
            used.insert(name);
            scopes.extend(wanted.as_array().into_iter().flatten().filter_map(Value::as_str));
        }
    }
    let mut schemes = Map::new();
    for name in used {
        let scheme = match name {
            "oauth2" => oauth2(public_url, &scopes),
            "client" => json!({
                "type": "http",
                "scheme": "basic",
                "description": "Client id and secret, each form-url-encoded (RFC 6749 §2.3.1). \
                    They may stand in the body instead, as `client_id` and `client_secret`.",
            }),
            "challongeKey" => json!({
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "A personal key, bare, with `Authorization-Type: v1`. It acts for \
                    its owner, within its scopes if it has any.",
            }),
            "challongeKeyInQuery" => json!({
                "type": "apiKey",
                "in": "query",
                "name": "api_key",
                "description": "A personal key. It may stand in a form, a JSON body or an XML body \
                    instead. It acts for its owner, within its scopes if it has any.",
            }),
            "challongeBasic" => json!({
                "type": "http",
                "scheme": "basic",
                "description": "The user name of a personal key's owner, and the key as password.",
            }),
            "apiKey" => json!({
                "type": "apiKey",
                "in": "header",
                "name": "X-Api-Key",
                "description": "The key of an application. It opens public data by itself; beside an \
                    access token it must be of the token's application.",
            }),
            _ => json!({
                "type": "http",
                "scheme": "bearer",
                "description": "An access token (RFC 6750).",
            }),
        };
        schemes.insert(name.to_owned(), scheme);
    }
    // Whoever reads the document as a client finds the provider, too.
    if whole["paths"].get("/.well-known/openid-configuration").is_some() {
        schemes.insert(
            "openIdConnect".to_owned(),
            json!({
                "type": "openIdConnect",
                "openIdConnectUrl": format!("{public_url}/.well-known/openid-configuration"),
            }),
        );
    }
    Value::Object(schemes)
}

fn oauth2(public_url: &str, names: &BTreeSet<&str>) -> Value {
    let words = |holder: Holder| -> Map<String, Value> {
        names
            .iter()
            .filter_map(|name| scope_registry::lookup(name))
            .filter(|info| info.fits(holder))
            .map(|info| (info.name.to_owned(), info.sentence.into()))
            .collect()
    };
    let token_url = format!("{public_url}/oauth/token");
    json!({
        "type": "oauth2",
        "description": "PKCE with S256 is required unless the application is switched to do \
            without. Devices without a browser use the device grant (RFC 8628, \
            `/oauth/device_authorization`), for which OpenAPI 3.1 has no flow.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": format!("{public_url}/oauth/authorize"),
                "tokenUrl": token_url,
                "refreshUrl": token_url,
                "scopes": words(Holder::Person),
            },
            "clientCredentials": {
                "tokenUrl": token_url,
                "scopes": words(Holder::Application),
            },
        },
    })
}
