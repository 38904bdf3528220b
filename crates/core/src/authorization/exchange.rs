//! Codes and refresh tokens into tokens.

use tiltyard_oauth::{
    answer::TokenAnswer,
    client::GrantKind,
    code::{AuthorizationCode, CodeRefusal},
    error::TokenError,
    refresh::{Bounds, Family, Presentation, RefreshKey, RefreshRefusal, RefreshToken},
    resource,
    scope::ScopeSet,
    token_text::{self, TokenKind},
};
use tiltyard_store::{
    LockKey, StoreError, Tx,
    repo::{
        applications, codes, consents,
        families::{self, FamilyRow},
        people::{self, PersonRow},
        sequences,
    },
};

use super::{
    TokenCall,
    issue::Grant,
    may_get_tokens,
    revocation::{self, Subject},
    token::wrong_grants,
};
use crate::{Actor, Core, Error, applications::Application, audit, clock::Millis, error::Result};

/// What a transaction on a code or a family came to. A refusal is no error of the transaction: what
/// it notes (burnt, revoked) must be kept.
pub(super) enum Outcome {
    Granted(Box<Granted>),
    Refused(Why),
    /// The client is told this; what the transaction noted is kept.
    Wrong(TokenError),
}

/// Why a grant was refused; the client is not told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// We never made it: somebody guesses.
    Unknown,
    /// It does not work (any more), or not for this client.
    Dead,
    /// It was used before, and so what came of it was revoked.
    Reused,
}

/// What tokens are made for.
pub(super) struct Granted {
    pub(super) person: PersonRow,
    pub(super) scopes: ScopeSet,
    pub(super) scopes_differ: bool,
    pub(super) family: Option<Family>,
    /// Of this one access token.
    pub(super) resource: Vec<String>,
    /// For the ID token.
    pub(super) nonce: Option<String>,
}

/// An authorization code with what its client sent along.
pub(super) struct CodeExchange {
    /// The code.
    pub(super) code: String,
    /// The redirect URI of the authorization request.
    pub(super) redirect_uri: Option<String>,
    /// The PKCE verifier.
    pub(super) verifier: Option<String>,
    /// Resources to narrow to.
    pub(super) resource: Vec<String>,
}

/// What a family begins with.
pub(super) struct Beginning<'a> {
    pub(super) application: &'a Application,
    pub(super) person: i64,
    pub(super) scopes: &'a ScopeSet,
    pub(super) resource: &'a [String],
    pub(super) auth_time: Option<Millis>,
    pub(super) salt: [u8; 16],
    pub(super) bounds: Bounds,
}

/// A failure of a token request.
pub(super) enum Failure {
    /// For the client.
    Refused(TokenError),
    /// Ours.
    Failed(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            // The grant was withdrawn while it was exchanged.
            Error::Conflict(_) => Self::Refused(TokenError::invalid_grant()),
            error => Self::Failed(error),
        }
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self::Refused(error)
    }
}

impl Core {
    /// Exchanges an authorization code: the code is used up and the family begun in one
    /// transaction, so that there is never a burnt code without tokens.
    pub(super) async fn exchange_code(
        &self,
        application: &Application,
        call: &TokenCall<'_>,
        exchange: CodeExchange,
    ) -> Result<TokenAnswer, Failure> {
        if token_text::parse(TokenKind::Code, &exchange.code).is_err() {
            return self.refuse_grant(application, call, Why::Unknown).await;
        }
        let hash = token_text::hash(&exchange.code);
        let issuer = self.public_url().to_owned();
        let salt: [u8; 16] = self.random()?;
        let now = self.now();
        let bounds = self.bounds();
        let longest = self.settings().longest_access_token();
        let app = application.clone();
        let address = call.address.to_owned();
        let outcome = self
            .0
            .store
            .write(move |tx| -> Result<Outcome> {
                let refused = |why| Ok(Outcome::Refused(why));
                // Two exchanges of one code at once: the second waits and sees it used.
                let id = hash.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes));
                tx.lock(LockKey { space: "authorization_code", id })?;
                let Some(row) = codes::get(tx, hash)? else { return refused(Why::Unknown) };
                let mut record: AuthorizationCode =
                    serde_json::from_str(&row.code).map_err(Error::internal)?;
                share_consent(tx, row.person_id, app.id)?;
                // What was read before the locks may have changed since.
                let Some(app) = current(tx, app.id)? else { return refused(Why::Dead) };
                record.used_at = row.used_at;
                record.family = row.family_id;
                let redeemed = match record.redeem(
                    &app.client,
                    exchange.redirect_uri.as_deref(),
                    exchange.verifier.as_deref(),
                    now,
                ) {
                    Ok(redeemed) => redeemed,
                    Err(CodeRefusal::Invalid) => return refused(Why::Dead),
                    Err(CodeRefusal::Burn) => {
                        codes::consume(tx, hash, now, None)?;
                        return refused(Why::Dead);
                    }
                    Err(CodeRefusal::Replay { family }) => {
                        let Some(family) = family else { return refused(Why::Dead) };
                        // No refresh of it may be on its way.
                        tx.lock(LockKey { space: "token_family", id: family })?;
                        revoke_family(tx, family, now, longest)?;
                        note_reuse(tx, "code.reuse", &app, row.person_id, &address, now)?;
                        return refused(Why::Reused);
                    }
                };
                let resource =
                    match resource::narrow(&issuer, &redeemed.resource, &exchange.resource) {
                        Ok(resource) => resource,
                        Err(refusal) => return Ok(Outcome::Wrong(refusal.into())),
                    };
                let person = people::get(tx, redeemed.person)?.filter(may_get_tokens);
                let consent = consents::get(tx, redeemed.person, app.id)?;
                let (Some(person), Some(_)) = (person, consent) else { return refused(Why::Dead) };
                // A family also carries what can be revoked of the access token, so it is begun
                // where there is no refresh token, too.
                let beginning = Beginning {
                    application: &app,
                    person: person.id,
                    scopes: &redeemed.scopes,
                    resource: &redeemed.resource,
                    auth_time: Some(redeemed.auth_time),
                    salt,
                    bounds,
                };
                let family = begin_family(tx, &beginning, now)?;
                if !codes::consume(tx, hash, now, Some(family.id))? {
                    return Err(Error::conflict("the code was withdrawn meanwhile"));
                }
                Ok(Outcome::Granted(Box::new(Granted {
                    person,
                    scopes: redeemed.scopes,
                    scopes_differ: redeemed.scopes_differ,
                    family: Some(family),
                    resource,
                    nonce: redeemed.nonce,
                })))
            })
            .await?;
        self.answer(application, call, outcome, 0, now).await
    }

    /// Exchanges a refresh token for the next one.
    pub(super) async fn refresh(
        &self,
        application: &Application,
        call: &TokenCall<'_>,
        token: &str,
        scope: Option<String>,
        resource: Vec<String>,
    ) -> Result<TokenAnswer, Failure> {
        let Ok(token) = RefreshToken::parse(token) else {
            return self.refuse_grant(application, call, Why::Unknown).await;
        };
        let now = self.now();
        let longest = self.settings().longest_access_token();
        let key = RefreshKey::new(self.0.secret.refresh_key());
        let issuer = self.public_url().to_owned();
        let app = application.clone();
        let address = call.address.to_owned();
        let (outcome, generation) = self
            .0
            .store
            .write(move |tx| -> Result<(Outcome, u32)> {
                let refused = |why| Ok((Outcome::Refused(why), 0));
                let id = token.family_id();
                tx.lock(LockKey { space: "token_family", id })?;
                let Some(row) = families::get(tx, id)? else { return refused(Why::Unknown) };
                share_consent(tx, row.person_id, row.application_id)?;
                let Some(app) = current(tx, app.id)? else { return refused(Why::Dead) };
                let (expires_at, epoch) = (row.expires_at, row.application_epoch);
                let family = family_of(&row)?;
                let presentation = match family.present(&token, &key, &app.client, now) {
                    Ok(presentation) => presentation,
                    Err(RefreshRefusal::Replay { family }) => {
                        revoke_family(tx, family, now, longest)?;
                        note_reuse(tx, "refresh.reuse", &app, row.person_id, &address, now)?;
                        return refused(Why::Reused);
                    }
                    Err(RefreshRefusal::Forged) => return refused(Why::Unknown),
                    Err(_) => return refused(Why::Dead),
                };
                let scopes = match family.access_scopes(&app.client, scope.as_deref()) {
                    Ok(scopes) => scopes,
                    Err(error) => return Ok((Outcome::Wrong(error), 0)),
                };
                let resource = match resource::narrow(&issuer, &family.resource, &resource) {
                    Ok(resource) => resource,
                    Err(refusal) => return Ok((Outcome::Wrong(refusal.into()), 0)),
                };
                let person = people::get(tx, family.person)?.filter(may_get_tokens);
                // A consent that was withdrawn and given again begins anew, and so do the tokens.
                let consent = consents::get(tx, family.person, app.id)?
                    .filter(|consent| consent.created_at <= family.created_at);
                let (Some(person), Some(_)) = (person, consent) else { return refused(Why::Dead) };
                if epoch < app.token_epoch {
                    return refused(Why::Dead);
                }
                if let Presentation::Rotate { generation } = presentation {
                    let idle = now + family.bounds.idle_ms;
                    let until = idle.min(family.created_at + family.bounds.absolute_ms);
                    // Kept for a while after that, so that a late replay is still told.
                    let until = until.max(expires_at);
                    families::rotate(tx, id, i64::from(generation), now, until)?;
                }
                let scopes_differ = !scopes.same_as(&family.scopes);
                let generation = presentation.generation();
                let family = Some(family);
                let nonce = None;
                let granted = Granted { person, scopes, scopes_differ, family, resource, nonce };
                Ok((Outcome::Granted(Box::new(granted)), generation))
            })
            .await?;
        self.answer(application, call, outcome, generation, now).await
    }

    /// The tokens for what was granted, or the refusal.
    pub(super) async fn answer(
        &self,
        application: &Application,
        call: &TokenCall<'_>,
        outcome: Outcome,
        generation: u32,
        now: Millis,
    ) -> Result<TokenAnswer, Failure> {
        let granted = match outcome {
            Outcome::Granted(granted) => granted,
            Outcome::Wrong(error) => return Err(error.into()),
            Outcome::Refused(why) => return self.refuse_grant(application, call, why).await,
        };
        let refresh_token = granted
            .family
            .as_ref()
            .filter(|_| application.client.may(GrantKind::RefreshToken))
            .map(|family| family.token(generation, &RefreshKey::new(self.0.secret.refresh_key())));
        let access_token = self.issue(&Grant {
            application,
            person: Some((&granted.person.uuid, granted.person.token_epoch)),
            scopes: &granted.scopes,
            family: granted.family.as_ref().map(|family| family.id),
            resource: &granted.resource,
            lifetime: application.client.access_token_seconds,
            now,
        })?;
        let id_token = self.id_token(&application.client, &granted, &access_token, now).await?;
        Ok(TokenAnswer {
            access_token,
            expires_in: application.client.access_token_seconds,
            refresh_token,
            scopes: granted.scopes,
            scopes_differ: granted.scopes_differ,
            created_at: now / 1_000,
            id_token,
        })
    }

    /// Refuses, always in the same words; guesses are counted, and what was revoked dies at once.
    async fn refuse_grant<T>(
        &self,
        application: &Application,
        call: &TokenCall<'_>,
        why: Why,
    ) -> Result<T, Failure> {
        match why {
            Why::Unknown => {
                self.0.limits.note_failure(&[wrong_grants(application, call)], self.now());
            }
            Why::Dead => {}
            Why::Reused => {
                self.0.metrics.reuse.inc();
                self.0.metrics.revocations.inc();
                tracing::warn!(
                    application = application.id,
                    "a used code or refresh token came back; its grant was revoked"
                );
                self.reload_revocations().await;
            }
        }
        Err(TokenError::invalid_grant().into())
    }

    /// How long a grant lives.
    pub(super) fn bounds(&self) -> Bounds {
        Bounds {
            idle_ms: self.settings().refresh_idle,
            absolute_ms: self.settings().refresh_absolute,
            grace_ms: self.settings().refresh_grace,
        }
    }
}

/// Notes for the person and the application's owner that a used code or refresh token came back.
fn note_reuse(
    tx: &mut Tx<'_>,
    event: &'static str,
    application: &Application,
    person: i64,
    address: &str,
    now: Millis,
) -> Result<(), StoreError> {
    let mut event = audit::Event::ok(event, &Actor::Anonymous, address)
        .person(person)
        .application(application.id)
        .detail("the grant was revoked");
    event.ok = false;
    event.write(tx, now)
}

/// One at a time for what a person allowed an application: an exchange and a withdrawal cannot miss
/// each other.
pub(super) fn lock_consent(
    tx: &mut Tx<'_>,
    person: i64,
    application: i64,
) -> Result<(), StoreError> {
    tx.lock(consent_key(person, application))
}

/// For an exchange: others exchange meanwhile, nobody withdraws.
fn share_consent(tx: &mut Tx<'_>, person: i64, application: i64) -> Result<(), StoreError> {
    tx.lock_shared(consent_key(person, application))
}

fn consent_key(person: i64, application: i64) -> LockKey {
    let id = person.wrapping_mul(1_000_003).wrapping_add(application);
    LockKey { space: "consent", id }
}

/// The application as it is now, if it is still there.
pub(super) fn current(tx: &mut Tx<'_>, id: i64) -> Result<Option<Application>> {
    applications::get(tx, id)?.map(Application::try_from).transpose()
}

/// Begins a grant's chain of refresh tokens.
pub(super) fn begin_family(
    tx: &mut Tx<'_>,
    beginning: &Beginning<'_>,
    now: Millis,
) -> Result<Family> {
    let Beginning { application, person, bounds, .. } = *beginning;
    let family = Family {
        id: tx.next_id(sequences::FAMILY)?,
        client_id: application.client.client_id.clone(),
        person,
        scopes: beginning.scopes.clone(),
        salt: beginning.salt,
        generation: 0,
        created_at: now,
        rotated_at: now,
        revoked_at: None,
        bounds,
        resource: beginning.resource.to_vec(),
        auth_time: beginning.auth_time,
    };
    let row = FamilyRow {
        id: family.id,
        application_id: application.id,
        person_id: person,
        family: serde_json::to_string(&family).map_err(Error::internal)?,
        generation: 0,
        rotated_at: now,
        created_at: now,
        expires_at: now + bounds.idle_ms.min(bounds.absolute_ms),
        revoked_at: None,
        application_epoch: application.token_epoch,
    };
    families::insert(tx, &row)?;
    Ok(family)
}

/// The family as the protocol knows it; what changes stands in the row's columns.
pub(super) fn family_of(row: &FamilyRow) -> Result<Family> {
    let mut family: Family = serde_json::from_str(&row.family).map_err(Error::internal)?;
    family.generation = u32::try_from(row.generation).map_err(Error::internal)?;
    family.rotated_at = row.rotated_at;
    family.revoked_at = row.revoked_at;
    Ok(family)
}

pub(super) fn revoke_family(
    tx: &mut Tx<'_>,
    family: i64,
    now: Millis,
    longest: Millis,
) -> Result<(), StoreError> {
    if families::revoke(tx, family, now)? {
        revocation::note(tx, Subject::Family(family), now, longest)?;
    }
    Ok(())
}
