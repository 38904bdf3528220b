//! Parameters, client authentication, bearer headers, scopes.

use tiltyard_oauth::{
    bearer, client_auth,
    client_auth::StoredSecret,
    params::{MAX_PARAMETERS, Params, ParamsError},
    preset::Preset,
    scope::{MAX_SCOPES, ScopeSet},
    token_request::{self, TokenRequest},
};

/// What everything does with the parameters of a request.
fn use_params(params: Result<Params, ParamsError>) {
    let params = match params {
        Ok(params) => params,
        Err(error) => {
            assert!((400..500).contains(&error.status()), "{error}");
            return;
        }
    };
    let mut names = 0;
    for name in ["client_id", "scope", "resource", "state", "grant_type", "code"] {
        names += params.all(name).count();
        if let Ok(Some(value)) = params.one(name) {
            assert!(!value.is_empty(), "a parameter without a value is none (RFC 6749 §3.1)");
            assert_eq!(params.all(name).count(), 1);
        }
    }
    assert!(names <= MAX_PARAMETERS);
    let _ = params.has_bracketed();
    if let Ok(request) = TokenRequest::read(&params) {
        assert_eq!(params.refuse_repeated(), Ok(()));
        let shown = format!("{request:?}");
        for secret in ["code", "refresh_token", "code_verifier", "device_code"] {
            // Only long ones: short texts stand in the words of the form itself.
            if let Ok(Some(secret)) = params.one(secret)
                && secret.len() > 40
            {
                assert!(!shown.contains(secret), "secrets stay out of logs");
            }
        }
    }
    let _ = token_request::check_origin(&params, None);
    let _ = client_auth::read(None, &params);
}

/// A form body.
pub(crate) fn form(data: &[u8]) {
    use_params(Params::from_form(data));
}

/// The query of an address, and the same again from a form: they are one format.
pub(crate) fn query(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let (query, form) = (Params::from_query(text), Params::from_form(data));
    assert_eq!(query.is_ok(), form.is_ok());
    use_params(query);
}

/// A JSON body; merged with a query, which may repeat what it says.
pub(crate) fn json(data: &[u8]) {
    let read = Params::from_json(data);
    if let (Ok(params), Ok(query)) = (read.clone(), Params::from_query("client_id=a&scope=b")) {
        use_params(params.merged(query));
    }
    if read.is_ok() {
        assert!(serde_json::from_slice::<serde_json::Value>(data).is_ok_and(|it| it.is_object()));
    }
    use_params(read);
}

/// A client's `Authorization` header: what nobody registered never gets in.
pub(crate) fn basic(data: &[u8]) {
    for params in ["", "client_id=overlay"].map(Params::from_query).into_iter().flatten() {
        let Ok(presented) = client_auth::read(Some(data), &params) else { continue };
        assert!(!presented.client_id.is_empty());
        let client =
            Preset::Standard.template().client(presented.client_id.clone(), "Overlay", 1, vec![]);
        let secrets = [StoredSecret { hash: [7; 32], expires_at: None }];
        assert!(client_auth::verify(Some(&client), &presented, &secrets, 0).is_err());
        assert!(client_auth::verify(Some(&client), &presented, &[], 0).is_err());
    }
}

/// The `Authorization` header of an API call.
pub(crate) fn bearer(data: &[u8]) {
    if let Ok(Some(credential)) = bearer::read(Some(data), false, false) {
        let shown = format!("{credential:?}");
        let text = String::from_utf8_lossy(data);
        assert!(!text.split(' ').any(|word| word.len() > 40 && shown.contains(word)));
    }
    assert!(bearer::read(Some(data), true, false).is_err());
    assert!(bearer::read(Some(data), false, true).is_err());
}

/// A list of scopes: written out and read again, it is the same.
pub(crate) fn scope(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(scopes) = text.parse::<ScopeSet>() else { return };
    assert!(scopes.len() <= MAX_SCOPES);
    assert_eq!(scopes.to_string().parse::<ScopeSet>().as_ref(), Ok(&scopes));
    for preset in Preset::ALL {
        let client = preset.template().client("overlay", "Overlay", 1, vec![]);
        for granted in [client.person_scopes(Some(text)), client.application_scopes(Some(text))] {
            let registered = granted.is_ok_and(|granted| !granted.is_subset(&client.scopes));
            assert!(!registered, "a client never gets what it is not registered for");
        }
    }
}
