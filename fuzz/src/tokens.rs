//! Tokens in all their forms, and keys.

use std::sync::LazyLock;

use tiltyard_jose::{Algorithm, SigningKey, Verifier, VerifyingKey};
use tiltyard_oauth::{
    access_token::{self, AccessClaims, ClaimsForm, Expectations},
    device::UserCode,
    refresh::RefreshToken,
    token_text::{self, MAX_BODY_BYTES, RANDOM_BYTES, TokenKind},
};

/// Keys of each algorithm, made once.
static KEYS: LazyLock<Vec<SigningKey>> = LazyLock::new(|| {
    let made = Algorithm::ALL.map(|algorithm| SigningKey::generate(algorithm).map(|made| made.0));
    made.into_iter().flatten().collect()
});

static VERIFIER: LazyLock<Verifier> =
    LazyLock::new(|| Verifier::new(KEYS.iter().filter_map(|key| key.verifying_key().ok())));

/// The text of an opaque token of any kind.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let mut kinds = 0;
    for kind in TokenKind::ALL {
        let Ok(body) = token_text::parse(kind, text) else { continue };
        kinds += 1;
        assert_eq!(token_text::kind_of(text), Some(kind));
        assert_eq!(token_text::encode(kind, &body), text, "one text for one token");
    }
    assert!(kinds <= 1);
    if RefreshToken::parse(text).is_ok() {
        assert!(token_text::parse(TokenKind::Refresh, text).is_ok());
    }
    // The other way round: any body can be written and read.
    let kind = TokenKind::ALL[data.len() % TokenKind::ALL.len()];
    let fits = match kind.body_bytes() {
        Some(length) => data.len() == length,
        None => (RANDOM_BYTES..=MAX_BODY_BYTES).contains(&data.len()),
    };
    if fits {
        assert_eq!(token_text::parse(kind, &token_text::encode(kind, data)).as_deref(), Ok(data));
    }
}

/// What somebody types at the device page: shown again, it is the same code.
pub(crate) fn user_code(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(code) = UserCode::parse(text) else { return };
    let shown = code.to_string();
    assert!(shown.len() == 9 && shown.is_ascii(), "{shown:?}");
    assert!(UserCode::parse(&shown) == Ok(code));
    assert!(UserCode::parse(&shown.to_lowercase().replace('-', " ")) == Ok(code));
}

/// A signed token: nothing counts that was not signed.
pub(crate) fn jwt(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let limit = tiltyard_jose::MAX_TOKEN_BYTES;
    assert!(VERIFIER.verify(text, &["at+jwt", "JWT"], limit).is_err(), "a forged token: {text:?}");
    // The same, cut at the dots, with a genuine head and a genuine signature of something else.
    for key in KEYS.iter() {
        let Ok(genuine) = key.sign("at+jwt", b"{}") else { continue };
        assert!(VERIFIER.verify(&genuine, &["at+jwt"], limit).is_ok());
        let mut parts = genuine.split('.');
        let (Some(head), Some(_), Some(signature)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        if text != "e30" {
            let forged = format!("{head}.{text}.{signature}");
            assert!(VERIFIER.verify(&forged, &["at+jwt"], limit).is_err());
        }
        if text != signature {
            let forged = format!("{head}.e30.{text}");
            assert!(VERIFIER.verify(&forged, &["at+jwt"], limit).is_err());
        }
        // Any type that is not wanted.
        if let Ok(other) = key.sign(text, b"{}")
            && !["at+jwt", "application/at+jwt"].contains(&text.to_ascii_lowercase().as_str())
        {
            assert!(VERIFIER.verify(&other, &["at+jwt"], limit).is_err(), "type {text:?}");
        }
    }
}

/// The payload of a token whose signature is right.
pub(crate) fn claims(data: &[u8]) {
    let expected = Expectations {
        issuer: "https://tiltyard.example",
        now_ms: 1_767_225_600_000,
        leeway_ms: i64::MAX,
    };
    let checked = access_token::check(data, &expected);
    let Ok(read) = AccessClaims::from_json(data) else {
        assert!(checked.is_err());
        return;
    };
    if checked.is_ok() {
        assert_eq!(read.iss, expected.issuer);
    }
    // Written out again, it says the same.
    for form in [ClaimsForm::Standard, ClaimsForm::Trackmania] {
        if let Ok(written) = read.to_json(form) {
            assert_eq!(AccessClaims::from_json(&written).as_ref(), Ok(&read));
        }
    }
}

/// A public key of somebody else's.
pub(crate) fn jwk(data: &[u8]) {
    let Ok(document) = serde_json::from_slice(data) else { return };
    let Ok(key) = VerifyingKey::from_jwk(&document) else { return };
    let published = key.public_jwk();
    for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
        assert!(published.get(private).is_none(), "private parts are not published");
    }
    let Ok(again) = VerifyingKey::from_jwk(&published) else { panic!("{published}") };
    assert_eq!((again.kid(), again.algorithm()), (key.kid(), key.algorithm()));
    let verifier = Verifier::new([key]);
    assert!(verifier.verify("e30.e30.e30", &["JWT"], 100).is_err());
}
