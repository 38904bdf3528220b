//! Who is behind a token or a key.
//!
//! A token is checked once: signature, claims, and that person and application still exist. The
//! verdict is cached under the token's hash; what can change afterwards, time and revocation, is
//! asked again at every use.

use std::sync::{Arc, OnceLock};

use quick_cache::sync::Cache;
use tiltyard_oauth::{
    access_token::{self, AccessClaims, Expectations},
    answer::AnswerShape,
    resource::{Resource, ResourceSet},
    scope::{Scope, ScopeSet},
    switch::Switch,
    token_text::{self, TokenKind},
};
use tiltyard_store::{
    Changes, Store,
    repo::{api_keys, application_keys, applications, people},
};

use super::{
    issue::SEALED_FOR,
    may_get_tokens,
    revocation::{Ties, TokenName},
    usable,
};
use crate::{
    Actor, Core, Error,
    applications::Application,
    clock::{MINUTE, Millis},
    error::Result,
    permissions::{Permission, PermissionSet, Powers},
};

/// Cached verdicts.
const CACHED: usize = 20_000;
/// Leeway for clocks that differ between nodes.
const LEEWAY: Millis = 5_000;

/// A credential that does not count.
#[derive(Debug)]
pub enum Refused {
    /// Unknown, expired, revoked or malformed.
    Invalid,
    /// We could not find out.
    Failed(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What a token came to when it was checked.
#[derive(Debug)]
pub(super) struct Verdict {
    actor: Actor,
    expires_at: Millis,
    ties: Ties,
    resources: ResourceSet,
    /// Whether it may come without the word `Bearer`, and as of which change of applications.
    bare: (bool, u64),
    /// What introspection tells of it, once it was asked.
    pub(super) told: OnceLock<Arc<[u8]>>,
}

impl Verdict {
    /// Whether the token is one of the application's.
    pub(super) fn is_of(&self, application: &Application) -> bool {
        self.ties.application.0 == application.id
    }
}

/// Verdicts by token hash, and the count of changes to applications.
pub(crate) struct TokenCache(Cache<[u8; 32], Arc<Verdict>>, Changes);

impl TokenCache {
    /// An empty cache.
    pub(crate) fn new(store: &Store) -> Self {
        Self(Cache::new(CACHED), store.changes(applications::TOPIC))
    }

    /// Forgets every verdict.
    pub(crate) fn clear(&self) {
        self.0.clear();
    }
}

impl Core {
    /// The actor behind an access token that is used at this resource; a token for others does not
    /// count there (RFC 8707 §2.2). `bare` says that it came without the word `Bearer`, which only
    /// counts for applications that have the switch.
    pub async fn authenticate_bearer(
        &self,
        token: &str,
        bare: bool,
        resource: Resource,
    ) -> Result<Actor, Refused> {
        let mut verdict = self.verdict(token).await?;
        if bare && verdict.bare.1 != self.0.tokens.1.count() {
            // The switch may have changed since the token was first seen.
            self.0.tokens.0.remove(&token_text::hash(token));
            verdict = self.verdict(token).await?;
        }
        let opens = verdict.resources.opens(resource) && (verdict.bare.0 || !bare);
        if opens && self.is_alive(&verdict) {
            Ok(verdict.actor.clone())
        } else {
            Err(Refused::Invalid)
        }
    }

    /// What a token came to when it was first seen here.
    pub(super) async fn verdict(&self, token: &str) -> Result<Arc<Verdict>, Refused> {
        let hash = token_text::hash(token);
        if let Some(verdict) = self.0.tokens.0.get(&hash) {
            return Ok(verdict);
        }
        let verdict = Arc::new(self.judge(token).await?);
        self.0.tokens.0.insert(hash, Arc::clone(&verdict));
        Ok(verdict)
    }

    /// Whether the token has neither expired nor been revoked since.
    pub(super) fn is_alive(&self, verdict: &Verdict) -> bool {
        self.now() < verdict.expires_at && !self.0.revocations.hit(&verdict.ties)
    }

    /// The claims of an access token that is alive and the application's own.
    pub(super) async fn own_live_token(
        &self,
        application: &Application,
        token: &str,
    ) -> Result<Option<AccessClaims>> {
        match self.verdict(token).await {
            Ok(verdict) if verdict.is_of(application) && self.is_alive(&verdict) => {
                Ok(self.claims(token))
            }
            Ok(_) | Err(Refused::Invalid) => Ok(None),
            Err(Refused::Failed(error)) => Err(error),
        }
    }

    /// The claims of a token that we made and that is good here and now.
    pub(super) fn claims(&self, token: &str) -> Option<AccessClaims> {
        let payload = if token_text::kind_of(token) == Some(TokenKind::AccessToken) {
            let sealed = token_text::parse(TokenKind::AccessToken, token).ok()?;
            self.0.secret.open(SEALED_FOR, &sealed)?
        } else {
            self.0.keys.verify(token, &[access_token::TYPE])?
        };
        let expected =
            Expectations { issuer: self.public_url(), now_ms: self.now(), leeway_ms: LEEWAY };
        access_token::check(&payload, &expected).ok()
    }

    async fn judge(&self, token: &str) -> Result<Verdict, Refused> {
        let changes = self.0.tokens.1.count();
        let claims = self.claims(token).ok_or(Refused::Invalid)?;
        let (client_id, sub) = (claims.client_id.clone(), claims.sub.clone());
        let acts_for_itself = claims.is_application();
        let found = self
            .0
            .store
            .read(move |rx| -> Result<_> {
                let Some((application, owner)) = usable(rx, &client_id)? else { return Ok(None) };
                let person = if acts_for_itself { None } else { people::by_uuid(rx, &sub)? };
                Ok(Some((application, owner, person)))
            })
            .await?;
        let (application, owner, person) = found.ok_or(Refused::Invalid)?;
        let mut powers = Powers::of_scopes(claims.scope.iter().map(Scope::as_str));
        // Clients of one platform ask for no scope where all they want is to know who it is.
        if application.client.answer_shape == AnswerShape::Trackmania && !acts_for_itself {
            powers.everywhere =
                powers.everywhere.with(PermissionSet::of(&[Permission::ReadProfile]));
        }
        let [application_epoch, person_epoch] = claims.epo;
        let (actor, person) = if acts_for_itself {
            let actor = Actor::Application { application: application.id, owner: owner.id, powers };
            (actor, None)
        } else {
            let person = person.filter(may_get_tokens).ok_or(Refused::Invalid)?;
            if person_epoch < person.token_epoch {
                return Err(Refused::Invalid);
            }
            let actor = Actor::Through { person: person.id, application: application.id, powers };
            (actor, Some((person.id, person_epoch)))
        };
        if application_epoch < application.token_epoch {
            return Err(Refused::Invalid);
        }
        Ok(Verdict {
            actor,
            expires_at: claims.exp.saturating_mul(1_000) + LEEWAY,
            ties: Ties {
                application: (application.id, application_epoch),
                person,
                family: claims.fam,
                token: TokenName::of(&claims.jti),
            },
            resources: claims.resources(self.public_url()),
            bare: (application.client.has(Switch::BareToken), changes),
            told: OnceLock::new(),
        })
    }

    /// The scopes of an access token that counts at mtgbracket's API.
    pub async fn scopes_of(&self, token: &str) -> Result<ScopeSet, Refused> {
        self.authenticate_bearer(token, false, Resource::Users).await?;
        self.claims(token).map(|claims| claims.scope).ok_or(Refused::Invalid)
    }

    /// The actor behind the key that names an application.
    pub async fn authenticate_application_key(&self, key: &str) -> Result<Actor, Refused> {
        if token_text::parse(TokenKind::ApplicationKey, key).is_err() {
            return Err(Refused::Invalid);
        }
        let hash = token_text::hash(key);
        let found = self
            .0
            .store
            .read(move |rx| -> Result<_> {
                let Some((id, client_id)) = application_keys::application(rx, hash)? else {
                    return Ok(None);
                };
                Ok(usable(rx, &client_id)?.map(|_| id))
            })
            .await?;
        Ok(Actor::Named { application: found.ok_or(Refused::Invalid)? })
    }

    /// The actor behind a personal key.
    ///
    /// Its use is noted at most once a minute, behind the answer.
    pub async fn authenticate_key(&self, key: &str, address: &str) -> Result<Actor, Refused> {
        if token_text::parse(TokenKind::PersonalKey, key).is_err() {
            return Err(Refused::Invalid);
        }
        let hash = token_text::hash(key);
        let found = self
            .0
            .store
            .read(move |rx| -> Result<_> {
                let Some(key) = api_keys::by_hash(rx, hash)? else { return Ok(None) };
                let person = people::get(rx, key.person_id)?.filter(may_get_tokens);
                Ok(person.map(|person| (key, person.id)))
            })
            .await?;
        let now = self.now();
        let (key, person) = found
            .filter(|(key, _)| key.expires_at.is_none_or(|end| now < end))
            .ok_or(Refused::Invalid)?;
        if key.last_used_at.is_none_or(|last| now - last >= MINUTE) {
            self.note_use_of_key(key.id, address.to_owned(), now);
        }
        let powers = key.scopes.as_deref().map_or(Powers::ALL, |scopes| {
            Powers::of_scopes(scopes.split(' ').filter(|scope| !scope.is_empty()))
        });
        Ok(Actor::KeyHolder { person, key: key.id, powers })
    }

    fn note_use_of_key(&self, key: i64, address: String, now: Millis) {
        let core = self.clone();
        tokio::spawn(async move {
            let noted = core
                .0
                .store
                .write(move |tx| -> Result<()> { Ok(api_keys::note_use(tx, key, now, &address)?) });
            if let Err(error) = noted.await {
                tracing::warn!(?error, "the use of a key cannot be noted");
            }
        });
    }
}
