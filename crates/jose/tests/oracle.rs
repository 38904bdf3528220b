//! Our tokens against an independent implementation, both ways, and tampering.

use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, jwk::Jwk};
use proptest::prelude::*;
use serde_json::{Value, json};
use tiltyard_jose::{Algorithm, KeyError, SigningKey, Verifier, VerifyError, VerifyingKey};

const CLAIMS: &[u8] = br#"{"sub":"someone","exp":4102444800,"scope":"a b"}"#;

fn oracle_algorithm(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
        Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
    }
}

fn base64url(text: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

#[test]
fn the_oracle_verifies_what_we_sign() {
    for algorithm in Algorithm::ALL {
        let (key, _) = SigningKey::generate(algorithm).unwrap();
        let token = key.sign("at+jwt", CLAIMS).unwrap();
        let jwk: Jwk = serde_json::from_value(key.public_jwk()).unwrap();
        let mut rules = Validation::new(oracle_algorithm(algorithm));
        rules.validate_aud = false;
        let read =
            jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(&jwk).unwrap(), &rules)
                .unwrap();
        assert_eq!(read.claims, serde_json::from_slice::<Value>(CLAIMS).unwrap());
        assert_eq!(read.header.kid.as_deref(), Some(key.kid()));
        assert_eq!(read.header.typ.as_deref(), Some("at+jwt"));
        let thumbprint = jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap();
        assert_eq!(key.kid(), thumbprint);
    }
}

#[test]
fn we_verify_what_the_oracle_signs() {
    for algorithm in Algorithm::ALL {
        let (key, pkcs8) = SigningKey::generate(algorithm).unwrap();
        let encoding = match algorithm {
            Algorithm::Es256 => EncodingKey::from_ec_der(&pkcs8),
            Algorithm::EdDsa => EncodingKey::from_ed_der(&pkcs8),
            // The oracle reads the PKCS#1 key inside: skip the PKCS#8 frame of 26 bytes.
            Algorithm::Rs256 => EncodingKey::from_rsa_der(&pkcs8[26..]),
        };
        let mut header = Header::new(oracle_algorithm(algorithm));
        header.kid = Some(key.kid().to_owned());
        let claims: Value = serde_json::from_slice(CLAIMS).unwrap();
        let token = jsonwebtoken::encode(&header, &claims, &encoding).unwrap();
        let verifier = Verifier::new([VerifyingKey::from_jwk(&key.public_jwk()).unwrap()]);
        let payload = verifier.verify(&token, &["at+jwt", "JWT"], 4096).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&payload).unwrap(), claims);
    }
}

#[test]
fn keys_survive_storage_and_keep_a_given_name() {
    for algorithm in Algorithm::ALL {
        let (key, pkcs8) = SigningKey::generate(algorithm).unwrap();
        let again = SigningKey::from_pkcs8(algorithm, Some("2026-a"), &pkcs8).unwrap();
        assert_eq!(again.kid(), "2026-a");
        assert_eq!(again.public_jwk()["x"], key.public_jwk()["x"]);
        let verifier = Verifier::new([again.verifying_key().unwrap()]);
        let token = again.sign("something+jwt", b"{}").unwrap();
        assert_eq!(verifier.verify(&token, &["something+jwt"], 4096).unwrap(), b"{}");
        for other in Algorithm::ALL.into_iter().filter(|other| *other != algorithm) {
            let refused = SigningKey::from_pkcs8(other, None, &pkcs8);
            assert_eq!(refused.err(), Some(KeyError::Pkcs8));
        }
    }
    let (_, pkcs8) = SigningKey::generate(Algorithm::Es256).unwrap();
    let refused = SigningKey::from_pkcs8(Algorithm::Es256, Some(""), &pkcs8);
    assert_eq!(refused.err(), Some(KeyError::KeyId));
}

#[test]
fn the_published_set_has_public_members_only() {
    let keys: Vec<_> = Algorithm::ALL
        .into_iter()
        .map(|algorithm| SigningKey::generate(algorithm).unwrap().0.verifying_key().unwrap())
        .collect();
    let set = Verifier::new(keys).jwks();
    for key in set["keys"].as_array().unwrap() {
        let mut names: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        let expected = match key["alg"].as_str().unwrap() {
            "ES256" => vec!["alg", "crv", "kid", "kty", "use", "x", "y"],
            "EdDSA" => vec!["alg", "crv", "kid", "kty", "use", "x"],
            _ => vec!["alg", "e", "kid", "kty", "n", "use"],
        };
        assert_eq!(names, expected);
        assert_eq!(key["use"], "sig");
    }
    assert_eq!(set["keys"].as_array().unwrap().len(), 3);
}

/// A token with that header and the signature of a genuine one.
fn forge(header: &Value, genuine: &str) -> String {
    let signature = genuine.rsplit('.').next().unwrap_or_default();
    let header = base64url(header.to_string().as_bytes());
    format!("{header}.{}.{signature}", base64url(CLAIMS))
}

#[test]
fn headers_that_attackers_write_are_refused_by_name() {
    let (key, _) = SigningKey::generate(Algorithm::Es256).unwrap();
    let (other, _) = SigningKey::generate(Algorithm::Rs256).unwrap();
    let verifier = Verifier::new([key.verifying_key().unwrap(), other.verifying_key().unwrap()]);
    let kid = key.kid();
    let genuine = key.sign("at+jwt", CLAIMS).unwrap();
    let cases = [
        (json!({"typ": "at+jwt", "alg": "none", "kid": kid}), VerifyError::Algorithm),
        (json!({"typ": "at+jwt", "alg": "None", "kid": kid}), VerifyError::Algorithm),
        (json!({"typ": "at+jwt", "alg": "HS256", "kid": kid}), VerifyError::Algorithm),
        (json!({"typ": "at+jwt", "alg": "es256", "kid": kid}), VerifyError::Algorithm),
        (json!({"typ": "at+jwt", "alg": "RS256", "kid": kid}), VerifyError::Algorithm),
        (json!({"typ": "at+jwt", "alg": "ES256", "kid": other.kid()}), VerifyError::Algorithm),
        (json!({"typ": "at+jwt", "alg": "ES256", "kid": "x"}), VerifyError::UnknownKey),
        (json!({"typ": "at+jwt", "alg": "ES256"}), VerifyError::UnknownKey),
        (json!({"alg": "ES256", "kid": kid}), VerifyError::Type),
        (json!({"typ": "JWT", "alg": "ES256", "kid": kid}), VerifyError::Type),
        (json!({"typ": "at+jwt", "kid": kid}), VerifyError::Header),
        (
            json!({"typ": "at+jwt", "alg": "ES256", "kid": kid, "jku": "https://evil.example"}),
            VerifyError::RefusedMember,
        ),
        (
            json!({"typ": "at+jwt", "alg": "ES256", "kid": kid, "jwk": other.public_jwk()}),
            VerifyError::RefusedMember,
        ),
        (
            json!({"typ": "at+jwt", "alg": "ES256", "kid": kid, "crit": ["exp"]}),
            VerifyError::RefusedMember,
        ),
        (json!({"typ": "at+jwt", "alg": "ES256", "kid": kid, "x": 1}), VerifyError::Signature),
    ];
    for (header, reason) in cases {
        let refused = verifier.verify(&forge(&header, &genuine), &["at+jwt"], 4096);
        assert_eq!(refused, Err(reason), "{header}");
    }
}

#[test]
fn long_tokens_and_removed_keys_are_refused() {
    let (key, _) = SigningKey::generate(Algorithm::EdDsa).unwrap();
    let mut verifier = Verifier::default();
    verifier.insert(key.verifying_key().unwrap());
    let token = key.sign("at+jwt", CLAIMS).unwrap();
    assert_eq!(verifier.verify(&token, &["at+jwt"], token.len() - 1), Err(VerifyError::TooLong));
    assert!(verifier.verify(&token, &["at+jwt"], token.len()).is_ok());
    let long = key.sign("at+jwt", &vec![b' '; 64 * 1024]).unwrap();
    assert_eq!(verifier.verify(&long, &["at+jwt"], usize::MAX), Err(VerifyError::TooLong));
    assert!(verifier.remove(key.kid()).is_some());
    assert_eq!(verifier.verify(&token, &["at+jwt"], 4096), Err(VerifyError::UnknownKey));
}

proptest! {
    #[test]
    fn no_changed_token_verifies(
        position in any::<prop::sample::Index>(),
        replacement in "[ -~]",
        algorithm in 0_usize..2,
    ) {
        let (key, _) = SigningKey::generate(Algorithm::ALL[algorithm]).unwrap();
        let verifier = Verifier::new([key.verifying_key().unwrap()]);
        let token = key.sign("at+jwt", CLAIMS).unwrap();
        let at = position.index(token.len());
        let changed = format!("{}{replacement}{}", &token[..at], &token[at + 1..]);
        prop_assume!(changed != token);
        prop_assert!(verifier.verify(&changed, &["at+jwt"], 4096).is_err());
        prop_assert!(verifier.verify(&token[..at], &["at+jwt"], 4096).is_err());
        let doubled = format!("{token}{replacement}");
        prop_assert!(verifier.verify(&doubled, &["at+jwt"], 4096).is_err());
    }

    #[test]
    fn no_text_makes_the_verifier_panic(token in "[A-Za-z0-9_.=+/-]{0,200}|\\PC{0,60}") {
        prop_assert!(Verifier::default().verify(&token, &["at+jwt"], 4096).is_err());
    }

    #[test]
    fn no_document_makes_the_key_reader_panic(kty in "EC|OKP|RSA", x in "\\PC{0,50}", n in "[A-Za-z0-9_-]{0,700}") {
        let jwk = json!({"kty": kty, "crv": "P-256", "x": x, "y": x, "n": n, "e": "AQAB"});
        let _ = VerifyingKey::from_jwk(&jwk);
        let jwk = json!({"kty": kty, "n": n, "e": x});
        let _ = VerifyingKey::from_jwk(&jwk);
    }
}
