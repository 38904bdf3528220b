//! Keys: the installation's secret, from which the server's own keys are derived, and the signing
//! keys, sealed under it in the store and rotated with overlap.

use std::{collections::HashMap, sync::Arc};

use arc_swap::ArcSwap;
use aws_lc_rs::{hkdf, hmac};
use tiltyard_jose::{Algorithm, SigningKey, Verifier, VerifyingKey, seal::SealKey};
use tiltyard_oauth::device::UserCodeKey;
use tiltyard_oauth::id_token::{self, IdTokenAlgorithm};
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

/// What signs access tokens.
const ACCESS: &str = "access";

/// What signs ID tokens by this algorithm. Each is a purpose of its own, so that one is replaced by
/// its like.
fn id_purpose(algorithm: IdTokenAlgorithm) -> String {
    format!("id_token {algorithm}")
}

fn jose(algorithm: IdTokenAlgorithm) -> Algorithm {
    match algorithm {
        IdTokenAlgorithm::Rs256 => Algorithm::Rs256,
        IdTokenAlgorithm::Es256 => Algorithm::Es256,
        IdTokenAlgorithm::EdDsa => Algorithm::EdDsa,
    }
}

/// The installation's secret: 32 bytes from a key file or the environment, the same on every node.
/// With the database alone nobody can sign, refresh or seal anything.
pub struct InstallationSecret {
    seal: SealKey,
    form: hmac::Key,
    refresh: Zeroizing<[u8; 32]>,
    browser: hmac::Key,
    user_code: UserCodeKey,
    file: hmac::Key,
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
            file: hmac::Key::new(hmac::HMAC_SHA256, derive(b"file v1")?.as_ref()),
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

    /// The proof that an address of a file was made here.
    pub(crate) fn file_proof(&self, text: &str) -> hmac::Tag {
        hmac::sign(&self.file, text.as_bytes())
    }

    /// The form token that belongs to a cookie's value.
    pub(crate) fn form_token(&self, cookie: &str) -> hmac::Tag {
        hmac::sign(&self.form, cookie.as_bytes())
    }
}

impl std::fmt::Debug for InstallationSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstallationSecret(…)")
    }
}

struct Signer {
    purpose: String,
    key: SigningKey,
    signs_from: Millis,
}

/// What the keys are at a moment.
struct Loaded {
    /// Oldest first; the latest that may sign does.
    signers: Vec<Signer>,
    verifier: Verifier,
    jwks: String,
    /// When the purpose that has waited longest got its newest key.
    replaced_at: Millis,
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
    /// Whether it signs ID tokens; otherwise access tokens.
    pub for_id_tokens: bool,
    /// When it was made.
    pub created_at: Millis,
    /// From when on it signs.
    pub signs_from: Millis,
    /// Until when what it signed is accepted; `None` while it is in use.
    pub accepted_until: Option<Millis>,
}

/// A new key; an RSA key takes about 0.1 s of a processor.
fn new_key(
    secret: &InstallationSecret,
    purpose: &str,
    algorithm: Algorithm,
    (now, signs_from): (Millis, Millis),
    entropy: &dyn Entropy,
) -> Result<SigningKeyRow> {
    let (key, pkcs8) = SigningKey::generate(algorithm).map_err(Error::internal)?;
    let sealed = secret
        .seal
        .seal(key.kid().as_bytes(), &pkcs8, entropy::bytes(entropy)?)
        .map_err(Error::internal)?;
    Ok(SigningKeyRow {
        kid: key.kid().to_owned(),
        purpose: purpose.to_owned(),
        algorithm: algorithm.name().to_owned(),
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
    let mut newest: HashMap<&str, Millis> = HashMap::new();
    for row in rows {
        if row.accepted_until.is_some_and(|until| until <= now) {
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
        let newest = newest.entry(row.purpose.as_str()).or_default();
        *newest = row.created_at.max(*newest);
        if row.accepted_until.is_none() || row.signs_from <= now {
            let purpose = row.purpose.clone();
            signers.push(Signer { purpose, key, signs_from: row.signs_from });
        }
    }
    signers.sort_by_key(|signer| signer.signs_from);
    let jwks = verifier.jwks().to_string();
    let replaced_at = newest.into_values().min().unwrap_or_default();
    Ok(Loaded { signers, verifier, jwks, replaced_at })
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
            let key = new_key(secret, ACCESS, Algorithm::Es256, (now, now), entropy)?;
            rows = store
                .write(move |tx| -> Result<_> {
                    tx.lock(LockKey { space: "signing_keys", id: 0 })?;
                    // Another node may have been first.
                    let rows = signing_keys::all(tx)?;
                    if !rows.iter().any(|row| row.purpose == ACCESS && row.accepted_until.is_none())
                    {
                        signing_keys::insert(tx, &key)?;
                    }
                    Ok(signing_keys::all(tx)?)
                })
                .await?;
        }
        Ok(Self(ArcSwap::from_pointee(open(&rows, secret, now)?)))
    }

    /// Signs an access token's claims with the current key.
    pub(crate) fn sign(&self, typ: &str, claims: &[u8], now: Millis) -> Result<String> {
        self.sign_for(ACCESS, typ, claims, now)
    }

    /// Signs an ID token's claims; [`Core::make_id_token_keys`] comes first.
    pub(crate) fn sign_id_token(
        &self,
        algorithm: IdTokenAlgorithm,
        claims: &[u8],
        now: Millis,
    ) -> Result<String> {
        self.sign_for(&id_purpose(algorithm), id_token::TYPE, claims, now)
    }

    /// Whether there is a key for ID tokens of each algorithm.
    fn has_id_token_keys(&self) -> bool {
        let loaded = self.0.load();
        IdTokenAlgorithm::ALL.into_iter().all(|algorithm| {
            let purpose = id_purpose(algorithm);
            loaded.signers.iter().any(|signer| signer.purpose == purpose)
        })
    }

    fn sign_for(&self, purpose: &str, typ: &str, claims: &[u8], now: Millis) -> Result<String> {
        let loaded = self.0.load();
        let mut signers = loaded.signers.iter().filter(|signer| signer.purpose == purpose);
        let first = signers.clone().next();
        let signer = signers
            .rfind(|signer| signer.signs_from <= now)
            .or(first)
            .ok_or_else(|| Error::internal("there is no signing key"))?;
        signer.key.sign(typ, claims).map_err(Error::internal)
    }

    /// The payload of a token of the type that one of our keys signed.
    pub(crate) fn verify(&self, token: &str, typ: &[&str]) -> Option<Vec<u8>> {
        self.0.load().verifier.verify(token, typ, tiltyard_jose::MAX_TOKEN_BYTES).ok()
    }
}

impl Core {
    /// The published keys (JWKS, RFC 7517), as JSON, and whether that is all of them: those for ID
    /// tokens may still have to be made, and a database that does not answer is no reason to keep the
    /// others back, by which access tokens are verified.
    pub async fn jwks(&self) -> (String, bool) {
        let made = self.make_id_token_keys().await;
        if let Err(error) = &made {
            tracing::error!(?error, "cannot make the keys for ID tokens yet");
        }
        (self.0.keys.0.load().jwks.clone(), made.is_ok())
    }

    /// Makes the keys for ID tokens where there are none yet: when they are first asked for, so
    /// that an installation that signs nobody in by OpenID Connect starts without them. They are
    /// published as soon as they can sign.
    pub(crate) async fn make_id_token_keys(&self) -> Result<()> {
        if self.0.keys.has_id_token_keys() {
            return Ok(());
        }
        // Where the database does not answer, nobody waits for another, and no key is made in vain.
        read(&self.0.store).await?;
        // Whoever else asks meanwhile waits for these.
        let _one_at_a_time = self.0.making_keys.lock().await;
        if self.0.keys.has_id_token_keys() {
            return Ok(());
        }
        let inner = Arc::clone(&self.0);
        let now = self.now();
        let keys = tokio::task::spawn_blocking(move || {
            let key = |algorithm| {
                let (purpose, times) = (id_purpose(algorithm), (now, now));
                new_key(&inner.secret, &purpose, jose(algorithm), times, inner.entropy.as_ref())
            };
            IdTokenAlgorithm::ALL.into_iter().map(key).collect::<Result<Vec<_>>>()
        })
        .await
        .map_err(Error::internal)??;
        self.0
            .store
            .write(move |tx| -> Result<()> {
                tx.lock(LockKey { space: "signing_keys", id: 0 })?;
                // Another node, or another request, may have been first.
                let rows = signing_keys::all(tx)?;
                for key in &keys {
                    let there = |row: &SigningKeyRow| {
                        row.purpose == key.purpose && row.accepted_until.is_none()
                    };
                    if !rows.iter().any(there) {
                        signing_keys::insert(tx, key)?;
                    }
                }
                Ok(tx.publish_now(live::KEYS)?)
            })
            .await?;
        self.reload_keys().await;
        Ok(())
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
            Err(error) if error.is_the_end() => {}
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
                for_id_tokens: row.purpose != ACCESS,
                created_at: row.created_at,
                signs_from: row.signs_from,
                accepted_until: row.accepted_until,
            })
            .collect())
    }

    /// Makes a new signing key for access tokens, and for ID tokens where there are such keys. Each
    /// is published first and signs after a while; what the old one signed is accepted until it
    /// expires. In an emergency the old keys are dropped at once. Tells of the access tokens' key.
    pub async fn rotate_keys(&self, actor: &Actor, emergency: bool) -> Result<KeySummary> {
        operator(actor)?;
        let now = self.now();
        let settings = self.settings();
        let signs_from = if emergency { now } else { now + settings.key_publication };
        let accepted_until =
            if emergency { now } else { signs_from + settings.longest_access_token() };
        let inner = Arc::clone(&self.0);
        let (key, others) = tokio::task::spawn_blocking(move || -> Result<_> {
            let (secret, entropy) = (&inner.secret, inner.entropy.as_ref());
            let times = (now, signs_from);
            let mut others = Vec::new();
            if inner.keys.has_id_token_keys() {
                for algorithm in IdTokenAlgorithm::ALL {
                    let purpose = id_purpose(algorithm);
                    others.push(new_key(secret, &purpose, jose(algorithm), times, entropy)?);
                }
            }
            Ok((new_key(secret, ACCESS, Algorithm::Es256, times, entropy)?, others))
        })
        .await
        .map_err(Error::internal)??;
        let summary = KeySummary {
            kid: key.kid.clone(),
            algorithm: key.algorithm.clone(),
            for_id_tokens: false,
            created_at: now,
            signs_from,
            accepted_until: None,
        };
        let actor = actor.clone();
        self.0
            .store
            .write(move |tx| -> Result<()> {
                tx.lock(LockKey { space: "signing_keys", id: 0 })?;
                for key in std::iter::once(&key).chain(&others) {
                    signing_keys::insert(tx, key)?;
                    signing_keys::retire_others(tx, &key.purpose, &key.kid, accepted_until)?;
                }
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
        if self.now() - self.0.keys.0.load().replaced_at < self.settings().key_age {
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
