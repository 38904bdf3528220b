//! Keys: the installation's secret, from which the server's own keys are derived, and the signing
//! keys, sealed under it in the store and rotated with overlap.

use std::sync::Arc;

use arc_swap::ArcSwap;
use aws_lc_rs::{hkdf, hmac};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tiltyard_jose::{Algorithm, SigningKey, Verifier, VerifyingKey, seal::SealKey};
use tiltyard_oauth::device::UserCodeKey;
use tiltyard_store::{
    LockKey, Store,
    repo::signing_keys::{self, SigningKeyRow},
};
use zeroize::Zeroizing;

use crate::{
    Actor, Core, Error, audit,
    clock::{Clock, Millis},
    entropy::{self, Entropy},
    error::Result,
    live,
};

/// What the signing keys are for.
const ACCESS: &str = "access";

/// The installation's secret: 32 bytes from a key file or the environment, the same on every node.
/// With the database alone nobody can sign, refresh or seal anything.
pub struct InstallationSecret {
    seal: SealKey,
    form: hmac::Key,
    refresh: Zeroizing<[u8; 32]>,
    browser: hmac::Key,
    user_code: UserCodeKey,
}

impl InstallationSecret {
    /// Derives the server's own keys from the secret (HKDF, RFC 5869).
    pub fn new(secret: &[u8; 32]) -> Result<Self> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"tiltyard");
        let extracted = salt.extract(secret);
        let derive = |label: &[u8]| -> Result<Zeroizing<[u8; 32]>> {
            let mut key = Zeroizing::new([0; 32]);
            extracted
                .expand(&[label], hkdf::HKDF_SHA256)
                .and_then(|okm| okm.fill(key.as_mut()))
                .map_err(|_| Error::internal("key derivation failed"))?;
            Ok(key)
        };
        Ok(Self {
            seal: SealKey::new(&*derive(b"seal v1")?).map_err(Error::internal)?,
            form: hmac::Key::new(hmac::HMAC_SHA256, derive(b"form v1")?.as_ref()),
            refresh: derive(b"refresh v1")?,
            browser: hmac::Key::new(hmac::HMAC_SHA256, derive(b"browser v1")?.as_ref()),
            user_code: UserCodeKey::new(&*derive(b"user code v1")?),
        })
    }

    /// The key under which refresh tokens are made.
    pub(crate) fn refresh_key(&self) -> &[u8; 32] {
        &self.refresh
    }

    /// The key under which user codes are hashed.
    pub(crate) const fn user_code_key(&self) -> &UserCodeKey {
        &self.user_code
    }

    /// Seals a text for a purpose; the nonce must be random.
    pub(crate) fn seal(&self, purpose: &[u8], text: &[u8], nonce: [u8; 12]) -> Result<Vec<u8>> {
        self.seal.seal(purpose, text, nonce).map_err(Error::internal)
    }

    /// Opens what was sealed for the purpose.
    pub(crate) fn open(&self, purpose: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        self.seal.open(purpose, sealed).ok().map(|text| text.to_vec())
    }

    /// The proof that a browser signed in to an account before.
    pub(crate) fn known_browser(&self, text: &[u8]) -> hmac::Tag {
        hmac::sign(&self.browser, text)
    }

    /// The form token that belongs to a cookie's value.
    pub(crate) fn form_token(&self, cookie: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.form, cookie.as_bytes()))
    }
}

impl std::fmt::Debug for InstallationSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstallationSecret(…)")
    }
}

struct Signer {
    key: SigningKey,
    signs_from: Millis,
}

/// What the keys are at a moment.
struct Loaded {
    /// Oldest first; the latest that may sign does.
    signers: Vec<Signer>,
    verifier: Verifier,
    jwks: String,
    newest_at: Millis,
}

/// The signing keys in use.
pub(crate) struct KeyRing(ArcSwap<Loaded>);

/// A signing key, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySummary {
    /// Key id.
    pub kid: String,
    /// JOSE algorithm.
    pub algorithm: String,
    /// When it was made.
    pub created_at: Millis,
    /// From when on it signs.
    pub signs_from: Millis,
    /// Until when what it signed is accepted; `None` while it is in use.
    pub accepted_until: Option<Millis>,
}

fn new_key(
    secret: &InstallationSecret,
    now: Millis,
    signs_from: Millis,
    entropy: &dyn Entropy,
) -> Result<SigningKeyRow> {
    let (key, pkcs8) = SigningKey::generate(Algorithm::Es256).map_err(Error::internal)?;
    let sealed = secret
        .seal
        .seal(key.kid().as_bytes(), &pkcs8, entropy::bytes(entropy)?)
        .map_err(Error::internal)?;
    Ok(SigningKeyRow {
        kid: key.kid().to_owned(),
        purpose: ACCESS.to_owned(),
        algorithm: Algorithm::Es256.name().to_owned(),
        sealed,
        public_jwk: Some(key.public_jwk().to_string()),
        created_at: now,
        signs_from,
        accepted_until: None,
    })
}

fn open(rows: &[SigningKeyRow], secret: &InstallationSecret, now: Millis) -> Result<Loaded> {
    let mut signers = Vec::new();
    let mut verifier = Verifier::default();
    let mut newest_at = 0;
    for row in rows {
        if row.purpose != ACCESS || row.accepted_until.is_some_and(|until| until <= now) {
            continue;
        }
        let pkcs8 = secret.seal.open(row.kid.as_bytes(), &row.sealed).map_err(|_| {
            Error::internal(
                "a signing key cannot be opened: the installation's secret is not the one with \
                 which this database was made. Start with the right secrets.key or \
                 secrets.key_file (on several nodes it must be the same)",
            )
        })?;
        let algorithm = row.algorithm.parse().map_err(Error::internal)?;
        let key =
            SigningKey::from_pkcs8(algorithm, Some(&row.kid), &pkcs8).map_err(Error::internal)?;
        verifier.insert(VerifyingKey::from_signing_key(&key).map_err(Error::internal)?);
        newest_at = newest_at.max(row.created_at);
        if row.accepted_until.is_none() || row.signs_from <= now {
            signers.push(Signer { key, signs_from: row.signs_from });
        }
    }
    signers.sort_by_key(|signer| signer.signs_from);
    let jwks = verifier.jwks().to_string();
    Ok(Loaded { signers, verifier, jwks, newest_at })
}

async fn read(store: &Store) -> Result<Vec<SigningKeyRow>> {
    store.read(|rx| -> Result<_> { Ok(signing_keys::all(rx)?) }).await
}

impl KeyRing {
    /// Loads the keys, or makes the first.
    pub(crate) async fn load(
        store: &Store,
        secret: &InstallationSecret,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<Self> {
        let now = clock.now();
        let mut rows = read(store).await?;
        if !rows.iter().any(|row| row.purpose == ACCESS && row.accepted_until.is_none()) {
            let key = new_key(secret, now, now, entropy)?;
            rows = store
                .write(move |tx| -> Result<_> {
                    tx.lock(LockKey { space: "signing_keys", id: 0 })?;
                    // Another node may have been first.
                    let rows = signing_keys::all(tx)?;
                    if !rows.iter().any(|row| row.accepted_until.is_none()) {
                        signing_keys::insert(tx, &key)?;
                    }
                    Ok(signing_keys::all(tx)?)
                })
                .await?;
        }
        Ok(Self(ArcSwap::from_pointee(open(&rows, secret, now)?)))
    }

    /// Signs the claims with the current key.
    pub(crate) fn sign(&self, typ: &str, claims: &[u8], now: Millis) -> Result<String> {
        let loaded = self.0.load();
        let signer = loaded
            .signers
            .iter()
            .rev()
            .find(|signer| signer.signs_from <= now)
            .or_else(|| loaded.signers.first())
            .ok_or_else(|| Error::internal("there is no signing key"))?;
        signer.key.sign(typ, claims).map_err(Error::internal)
    }

    /// The payload of a token of the type that one of our keys signed.
    pub(crate) fn verify(&self, token: &str, typ: &[&str]) -> Option<Vec<u8>> {
        self.0.load().verifier.verify(token, typ, tiltyard_jose::MAX_TOKEN_BYTES).ok()
    }
}

impl Core {
    /// The published keys (JWKS, RFC 7517), as JSON.
    pub fn jwks(&self) -> String {
        self.0.keys.0.load().jwks.clone()
    }

    /// Reads the keys again, because another node or the command line changed them.
    pub(crate) async fn reload_keys(&self) {
        let rows = read(&self.0.store).await;
        match rows.and_then(|rows| open(&rows, &self.0.secret, self.now())) {
            Ok(loaded) => {
                if loaded.jwks != self.0.keys.0.load().jwks {
                    // A key that was dropped may have signed what is in the cache.
                    self.0.tokens.clear();
                }
                self.0.keys.0.store(Arc::new(loaded));
            }
            Err(error) => tracing::error!(?error, "cannot read the signing keys again"),
        }
    }

    /// The signing keys, oldest first.
    pub async fn signing_keys(&self, actor: &Actor) -> Result<Vec<KeySummary>> {
        operator(actor)?;
        Ok(read(&self.0.store)
            .await?
            .into_iter()
            .map(|row| KeySummary {
                kid: row.kid,
                algorithm: row.algorithm,
                created_at: row.created_at,
                signs_from: row.signs_from,
                accepted_until: row.accepted_until,
            })
            .collect())
    }

    /// Makes a new signing key. It is published first and signs after a while; what the old one
    /// signed is accepted until it expires. In an emergency the old keys are dropped at once.
    pub async fn rotate_keys(&self, actor: &Actor, emergency: bool) -> Result<KeySummary> {
        operator(actor)?;
        let now = self.now();
        let settings = self.settings();
        let signs_from = if emergency { now } else { now + settings.key_publication };
        let accepted_until =
            if emergency { now } else { signs_from + settings.longest_access_token() };
        let key = new_key(&self.0.secret, now, signs_from, self.0.entropy.as_ref())?;
        let summary = KeySummary {
            kid: key.kid.clone(),
            algorithm: key.algorithm.clone(),
            created_at: now,
            signs_from,
            accepted_until: None,
        };
        let actor = actor.clone();
        self.0
            .store
            .write(move |tx| -> Result<()> {
                tx.lock(LockKey { space: "signing_keys", id: 0 })?;
                signing_keys::insert(tx, &key)?;
                signing_keys::retire_others(tx, ACCESS, &key.kid, accepted_until)?;
                audit::Event::ok("keys.rotate", &actor, "")
                    .detail(if emergency { "emergency" } else { "overlap" })
                    .write(tx, now)?;
                tx.publish_now(live::KEYS)?;
                Ok(())
            })
            .await?;
        self.reload_keys().await;
        Ok(summary)
    }

    /// Replaces the signing key when it has reached its age.
    pub(crate) async fn rotate_old_keys(&self) -> Result<()> {
        if self.now() - self.0.keys.0.load().newest_at < self.settings().key_age {
            return Ok(());
        }
        self.rotate_keys(&Actor::Operator, false).await.map(drop)
    }
}

fn operator(actor: &Actor) -> Result<()> {
    if actor.is_operator() {
        Ok(())
    } else {
        Err(Error::Forbidden("only the operator may do this".to_owned()))
    }
}
