//! Signing in at devices (RFC 8628): a device's request, the person's decision at another screen,
//! and the polls in between.

use serde_json::{Value, json};
use tiltyard_oauth::{
    answer::{AnswerShape, TokenAnswer},
    client::{Client, GrantKind},
    device::{DeviceRequest, Poll, Polled, Status, UserCode},
    error::TokenError,
    resource,
    scope::ScopeSet,
    token_text::{self, TokenKind},
};
use tiltyard_store::{
    LockKey, StoreError, Tx,
    repo::{
        consents,
        device_requests::{self, DeviceRow, NewDeviceRow},
        people,
    },
};

use super::{
    TokenCall, TokenFailure,
    authorize::given_to,
    exchange::{Beginning, Failure, Granted, Outcome, Why, begin_family, current, lock_consent},
    may_get_tokens, usable,
};
use crate::{
    Core, Error,
    accounts::{Origin, Session},
    applications::Application,
    audit,
    clock::Millis,
    error::Result,
    limits::{Key, Kind, Network, Subject},
};

/// Where people type user codes.
const ACTIVATE: &str = "/activate";

/// How often a user code is drawn that somebody else's request has already.
const DRAWS: usize = 4;

/// How many expired requests go in one transaction.
const PURGED_AT_ONCE: i64 = 1_000;

/// The codes of a device's request (RFC 8628 §3.2).
pub(super) struct DeviceCodes {
    /// What the device asks with.
    pub(super) device_code: String,
    /// What the person types.
    pub(super) user_code: String,
    /// Where they type it.
    pub(super) verification_uri: String,
    /// The same with the code, for a link or a picture.
    pub(super) verification_uri_complete: String,
}

/// What a user code stands for.
#[derive(Debug)]
pub enum DeviceLookup {
    /// It cannot be a code.
    Malformed,
    /// There is no such code, or it is too old.
    Unknown,
    /// It was decided before; by whom is nobody's business.
    Used,
    /// The person can decide.
    Asks(Box<DeviceAsked>),
    /// The person has just decided.
    Decided {
        /// The application's name.
        client_name: String,
        /// Whether it was allowed.
        allowed: bool,
    },
}

/// What the page of a device's request shows.
#[derive(Debug)]
pub struct DeviceAsked {
    /// The code as the device shows it.
    pub user_code: String,
    /// Who asks.
    pub client: Client,
    /// The user name of the application's owner.
    pub owner: String,
    /// What is asked.
    pub scopes: ScopeSet,
    /// What was allowed before.
    pub given: ScopeSet,
}

/// A person's decision on a device's request.
#[derive(Debug, Clone)]
pub struct DeviceDecision {
    /// The user code in any spelling.
    pub user_code: String,
    /// Whether it is allowed.
    pub allow: bool,
    /// The scopes that were left ticked; `None` where there was nothing to choose.
    pub scopes: Option<Vec<String>>,
}

/// One at a time for a device code: of several polls at once one gets the tokens.
fn lock(tx: &mut Tx<'_>, hash: [u8; 32]) -> Result<(), StoreError> {
    let id = hash.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes));
    tx.lock(LockKey { space: "device_code", id })
}

/// The request as the protocol looks at it.
pub(super) fn polled(row: &DeviceRow) -> Polled {
    Polled {
        status: Status::of_name(&row.status),
        interval_ms: row.interval_ms,
        polled_at: row.polled_at,
        expires_at: row.expires_at,
    }
}

fn request_of(row: &DeviceRow) -> Result<DeviceRequest> {
    serde_json::from_str(&row.request).map_err(Error::internal)
}

impl Core {
    /// Answers a device's request for codes (RFC 8628 §3.2): the JSON body.
    pub async fn device_authorization(&self, call: TokenCall<'_>) -> Result<Value, TokenFailure> {
        let mut shape = call.door;
        let answer = self.begin_device_request(&call, &mut shape).await;
        answer.map_err(|failure| TokenFailure::of(failure, shape, &call))
    }

    async fn begin_device_request(
        &self,
        call: &TokenCall<'_>,
        shape: &mut AnswerShape,
    ) -> Result<Value, Failure> {
        let caller = self.caller(call, shape).await?;
        let application = caller.application();
        let mut request = DeviceRequest::read(call.params, &application.client)?;
        request.resource =
            resource::known(self.public_url(), &request.resource).map_err(TokenError::from)?;
        let codes = self.new_device_codes(application, &request, call.address).await?;
        Ok(json!({
            "device_code": codes.device_code,
            "user_code": codes.user_code,
            "verification_uri": codes.verification_uri,
            "verification_uri_complete": codes.verification_uri_complete,
            "expires_in": self.settings().device_lifetime / 1_000,
            "interval": self.settings().device_interval / 1_000,
        }))
    }

    /// Notes a checked request of a device at this address, and draws its codes.
    pub(super) async fn new_device_codes(
        &self,
        application: &Application,
        request: &DeviceRequest,
        address: &str,
    ) -> Result<DeviceCodes> {
        let settings = self.settings();
        let now = self.now();
        let device_code = token_text::generate(TokenKind::DeviceCode, &self.random::<32>()?);
        let mut draws = Vec::with_capacity(DRAWS);
        for _ in 0..DRAWS {
            draws.push(UserCode::draw(self.random()?));
        }
        let hashes: Vec<[u8; 32]> =
            draws.iter().map(|code| code.hash(self.0.secret.user_code_key())).collect();
        let room = [unfinished(application.id, address)];
        self.0.limits.begin(&room, now)?;
        let row = NewDeviceRow {
            hash: token_text::hash(&device_code),
            user_code: [0; 32],
            application_id: application.id,
            request: serde_json::to_string(request).map_err(Error::internal)?,
            address: address.to_owned(),
            interval_ms: settings.device_interval,
            created_at: now,
            expires_at: now + settings.device_lifetime,
        };
        let drawn = self
            .0
            .store
            .write(move |tx| -> Result<usize> {
                for (index, user_code) in hashes.iter().enumerate() {
                    if device_requests::by_user_code(tx, *user_code)?.is_none() {
                        let row = NewDeviceRow { user_code: *user_code, ..row.clone() };
                        device_requests::insert(tx, &row)?;
                        return Ok(index);
                    }
                }
                Err(Error::internal("no free user code was found"))
            })
            .await?;
        let user_code =
            draws.get(drawn).ok_or_else(|| Error::internal("no user code was drawn"))?;
        let verification_uri = format!("{}{ACTIVATE}", self.public_url());
        Ok(DeviceCodes {
            device_code,
            user_code: user_code.to_string(),
            verification_uri_complete: format!("{verification_uri}?user_code={user_code}"),
            verification_uri,
        })
    }

    /// Answers a device's poll; the tokens and the family come about in the transaction that uses
    /// the code up.
    pub(super) async fn redeem_device_code(
        &self,
        application: &Application,
        call: &TokenCall<'_>,
        device_code: &str,
    ) -> Result<TokenAnswer, Failure> {
        if token_text::parse(TokenKind::DeviceCode, device_code).is_err() {
            return Err(TokenError::invalid_grant().into());
        }
        let now = self.now();
        let outcome = self.poll_device_code(application.id, device_code, now).await?;
        self.answer(application, call, outcome, 0, now).await
    }

    /// What a device's poll comes to at `now`.
    pub(super) async fn poll_device_code(
        &self,
        caller: i64,
        device_code: &str,
        now: Millis,
    ) -> Result<Outcome> {
        let hash = token_text::hash(device_code);
        let salt: [u8; 16] = self.random()?;
        let bounds = self.bounds();
        self.0
            .store
            .write(move |tx| -> Result<Outcome> {
                lock(tx, hash)?;
                let Some(row) = device_requests::get(tx, hash)? else {
                    return Ok(Outcome::Refused(Why::Unknown));
                };
                // Another client learns nothing and moves nothing.
                let app = current(tx, caller)?.filter(|app| {
                    row.application_id == app.id && app.client.may(GrantKind::DeviceCode)
                });
                let Some(app) = app else { return Ok(Outcome::Refused(Why::Dead)) };
                let poll = polled(&row).poll(now);
                match poll {
                    Poll::Pending => {
                        device_requests::note_poll(tx, hash, row.interval_ms, Some(now))?;
                    }
                    Poll::SlowDown { interval_ms } if interval_ms != row.interval_ms => {
                        device_requests::note_poll(tx, hash, interval_ms, row.polled_at)?;
                    }
                    _ => {}
                }
                if let Some(error) = poll.error() {
                    return Ok(Outcome::Wrong(error));
                }
                hand_over(tx, &app, &row, salt, bounds, now)
            })
            .await
    }

    /// What a user code stands for, for the person who typed it.
    pub async fn device_request(
        &self,
        session: &Session,
        user_code: &str,
        origin: &Origin,
    ) -> Result<DeviceLookup> {
        let Ok(code) = UserCode::parse(user_code) else { return Ok(DeviceLookup::Malformed) };
        let guesses = guesses(session, origin);
        self.0.limits.check(&guesses, self.now())?;
        let hash = code.hash(self.0.secret.user_code_key());
        let (now, person) = (self.now(), session.person.id);
        let found = self
            .0
            .store
            .read(move |rx| -> Result<_> {
                let Some(row) = device_requests::by_user_code(rx, hash)? else {
                    return Ok(DeviceLookup::Unknown);
                };
                if now >= row.expires_at {
                    return Ok(DeviceLookup::Unknown);
                }
                if Status::of_name(&row.status) != Status::Pending {
                    return Ok(DeviceLookup::Used);
                }
                let request = request_of(&row)?;
                let Some((application, owner)) = usable(rx, &request.client_id)? else {
                    return Ok(DeviceLookup::Unknown);
                };
                let given = given_to(rx, person, application.id)?;
                Ok(DeviceLookup::Asks(Box::new(DeviceAsked {
                    user_code: code.to_string(),
                    client: application.client,
                    owner: owner.username,
                    scopes: request.scopes,
                    given,
                })))
            })
            .await?;
        if matches!(found, DeviceLookup::Unknown) {
            self.0.limits.note_failure(&guesses, now);
        }
        Ok(found)
    }

    /// Removes requests that expired before that moment, a bounded number a transaction so that
    /// nobody waits for it.
    pub(crate) async fn purge_device_requests(&self, before: Millis) -> Result<()> {
        loop {
            let purge = self.0.store.write(move |tx| -> Result<_> {
                Ok(device_requests::delete_expired(tx, before, PURGED_AT_ONCE)?)
            });
            if purge.await? < PURGED_AT_ONCE.unsigned_abs() {
                return Ok(());
            }
        }
    }

    /// Carries out a person's decision on a device's request: once.
    pub async fn decide_device(
        &self,
        session: &Session,
        decision: DeviceDecision,
        origin: Origin,
    ) -> Result<DeviceLookup> {
        let found = self.device_request(session, &decision.user_code, &origin).await?;
        let DeviceLookup::Asks(asked) = found else { return Ok(found) };
        let Ok(code) = UserCode::parse(&decision.user_code) else {
            return Ok(DeviceLookup::Malformed);
        };
        let user_code = code.hash(self.0.secret.user_code_key());
        let granted = asked.client.granted(&asked.scopes, &asked.given, decision.scopes.as_deref());
        let allow = decision.allow && (asked.scopes.is_empty() || !granted.is_empty());
        let (now, auth_time) = (self.now(), session.signed_in_at);
        let person = session.person.id;
        let actor = session.person.actor();
        let decided = self
            .0
            .store
            .write(move |tx| -> Result<Option<Key>> {
                let Some(row) = device_requests::by_user_code(tx, user_code)? else {
                    return Ok(None);
                };
                lock(tx, row.hash)?;
                let allowed = people::get(tx, person)?.filter(may_get_tokens);
                if allowed.is_none() {
                    return Err(Error::Forbidden("this account is locked".to_owned()));
                }
                let id = row.application_id;
                let mut event = audit::Event::ok("consent.give", &actor, &origin.address)
                    .person(person)
                    .application(id)
                    .detail(format!("device: {granted}"));
                let done = if allow {
                    lock_consent(tx, person, id)?;
                    let all = given_to(tx, person, id)?.union(&granted).to_string();
                    consents::set(tx, person, id, &all, now)?;
                    let scopes = granted.to_string();
                    device_requests::approve(tx, row.hash, person, &scopes, auth_time, now)?
                } else {
                    event.ok = false;
                    device_requests::deny(tx, row.hash, person, now)?
                };
                if !done {
                    // Rolls the consent back.
                    return Err(Error::conflict("this code was already used"));
                }
                event.write(tx, now)?;
                Ok(Some(unfinished(id, &row.address)))
            })
            .await;
        match decided {
            Ok(Some(room)) => {
                self.0.limits.finish(&[room]);
                Ok(DeviceLookup::Decided { client_name: asked.client.name, allowed: allow })
            }
            Ok(None) => Ok(DeviceLookup::Unknown),
            Err(Error::Conflict(_)) => Ok(DeviceLookup::Used),
            Err(error) => Err(error),
        }
    }
}

/// Uses an allowed request up and begins its family. Who may no longer get tokens, or took the
/// consent back, is refused for good.
fn hand_over(
    tx: &mut Tx<'_>,
    app: &Application,
    row: &DeviceRow,
    salt: [u8; 16],
    bounds: tiltyard_oauth::refresh::Bounds,
    now: Millis,
) -> Result<Outcome> {
    let request = request_of(row)?;
    let granted: ScopeSet =
        row.scopes.as_deref().unwrap_or_default().parse().map_err(Error::internal)?;
    let id = row.person_id.unwrap_or_default();
    lock_consent(tx, id, app.id)?;
    let person = people::get(tx, id)?.filter(may_get_tokens);
    let consent = consents::get(tx, id, app.id)?
        .filter(|consent| row.decided_at.is_some_and(|decided| consent.created_at <= decided));
    let (Some(person), Some(_)) = (person, consent) else {
        device_requests::take_back(tx, row.hash)?;
        return Ok(Poll::Denied.error().map_or(Outcome::Refused(Why::Dead), Outcome::Wrong));
    };
    let scopes = granted.intersection(&app.client.scopes);
    let beginning = Beginning {
        application: app,
        person: person.id,
        scopes: &scopes,
        resource: &request.resource,
        auth_time: row.auth_time,
        salt,
        bounds,
    };
    let family = begin_family(tx, &beginning, now)?;
    if !device_requests::redeem(tx, row.hash, family.id)? {
        return Err(Error::conflict("the device code was used meanwhile"));
    }
    let scopes_differ = !scopes.same_as(&request.scopes);
    Ok(Outcome::Granted(Box::new(Granted {
        person,
        scopes,
        scopes_differ,
        family: Some(family),
        nonce: None,
        resource: request.resource,
    })))
}

/// The bucket of an application's requests from one address that nobody has decided.
fn unfinished(application: i64, address: &str) -> Key {
    Kind::DeviceRequest.at(Subject::id(application), Network::of(address))
}

/// The buckets of wrong user codes.
fn guesses(session: &Session, origin: &Origin) -> [Key; 3] {
    [
        Kind::UserCodePerson.of(Subject::id(session.person.id)),
        Kind::UserCode.at(Subject::ANY, Network::of(&origin.address)),
        Kind::UserCodeTotal.of(Subject::ANY),
    ]
}
