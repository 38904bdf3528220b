//! The authorization endpoint: from an application's request to a code, with the person's consent
//! in between.

use tiltyard_oauth::{
    authorize::{AuthorizationRefusal, AuthorizationRequest, Prompt, ResponseType},
    client::{Client, GrantKind},
    code::AuthorizationCode,
    error::ErrorCode,
    params::Params,
    redirect_uri, resource,
    response::AuthorizationAnswer,
    scope::ScopeSet,
    switch::Switch,
    token_text::{self, TokenKind},
};
use tiltyard_store::{
    Read, Tx,
    repo::{
        codes::{self, CodeRow},
        consents, people,
        requests::{self, RequestRow},
    },
};

use super::{
    exchange::{Beginning, begin_family, lock_consent},
    may_get_tokens,
    pushed::{self, MUST_PUSH},
    usable,
};
use crate::{
    Core, Error,
    accounts::{Origin, Session},
    applications::Application,
    audit,
    clock::Millis,
    error::Result,
};

/// A request for authorization.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Its parameters.
    pub params: &'a Params,
    /// Who is signed in, if somebody is.
    pub session: Option<&'a Session>,
}

/// What a request for authorization comes to.
#[derive(Debug)]
pub enum Begun {
    /// Show our own page, redirect nowhere: client or address are not certain.
    Refused(String),
    /// The request is wrong, and the person has not seen our site yet: show it, with the way back
    /// (RFC 9700 §4.11.2).
    RefusedUnseen {
        /// What is wrong.
        description: String,
        /// The answer that the application would get.
        answer: AuthorizationAnswer,
    },
    /// Return to the application.
    Answer(AuthorizationAnswer),
    /// The person has to sign in (again) first.
    SignIn {
        /// For which application.
        client_name: String,
        /// What to come back with, so that it counts as done ([`super::sign_in_again`]).
        note: Option<String>,
        /// Where a pushed request leads, for the policy of the sign-in page; others say so themselves.
        redirect_uri: Option<String>,
    },
    /// The person has to decide.
    Consent(Box<Consent>),
}

/// What a consent page shows.
#[derive(Debug)]
pub struct Consent {
    /// Names the stored request in the form.
    pub handle: String,
    /// Who asks.
    pub client: Client,
    /// The user name of the application's owner.
    pub owner: String,
    /// Where the browser returns to.
    pub redirect_uri: String,
    /// What is asked.
    pub scopes: ScopeSet,
    /// What was allowed before.
    pub given: ScopeSet,
}

/// A person's decision on a consent page.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The form's handle of the request.
    pub handle: String,
    /// Whether it is allowed.
    pub allow: bool,
    /// The scopes that were left ticked; `None` where there was nothing to choose.
    pub scopes: Option<Vec<String>>,
}

impl Core {
    /// Reads a request for authorization and says what comes next.
    pub async fn begin_authorization(&self, asked: Asked<'_>, origin: Origin) -> Result<Begun> {
        let issuer = self.public_url();
        let pushed = match self.pushed(asked.params).await? {
            Ok(pushed) => pushed,
            Err(gone) => return Ok(Begun::Refused(gone.to_owned())),
        };
        // What a pushed request said counts, and nothing beside the reference but the client.
        let params = pushed.as_ref().map_or(asked.params, |pushed| &pushed.params);
        let found = match AuthorizationRequest::client_id(asked.params) {
            Ok(client_id) => {
                let client_id = client_id.to_owned();
                self.0.store.read(move |rx| usable(rx, &client_id)).await?
            }
            Err(refusal) => return Ok(refused(refusal, true, issuer)),
        };
        let client = found.as_ref().map(|(application, _)| &application.client);
        let mut request = match AuthorizationRequest::read(params, client) {
            Ok(request) => request,
            Err(refusal) => return Ok(refused(refusal, asked.session.is_some(), issuer)),
        };
        let Some((application, owner)) = found else {
            return Ok(refused(AuthorizationRefusal::unknown_client(), true, issuer));
        };
        match &pushed {
            Some(pushed) if pushed.application != application.id => {
                return Ok(refused(AuthorizationRefusal::unknown_client(), true, issuer));
            }
            Some(pushed) => request.pushed = Some(pushed.handle.clone()),
            None if application.client.has(Switch::RequirePushedRequests) => {
                let (error, description) = MUST_PUSH;
                let refusal = request.refuse(error, description.to_owned());
                return Ok(refused(refusal, asked.session.is_some(), issuer));
            }
            None => {}
        }
        match resource::known(issuer, &request.resource) {
            Ok(resource) => request.resource = resource,
            Err(refusal) => {
                let refusal = request.refuse(ErrorCode::InvalidTarget, refusal.to_string());
                return Ok(refused(refusal, asked.session.is_some(), issuer));
            }
        }
        let answer = |error, description: &str| {
            Ok(Begun::Answer(request.redirect_with_error(error, description, issuer)))
        };
        if request.response_type == ResponseType::Token && !self.implicit_allows(&request.scopes) {
            let description = "This server gives no scopes that change something in this way.";
            return answer(ErrorCode::InvalidScope, description);
        }
        let now = self.now();
        let expected = match request.id_token_hint.as_deref().map(|hint| self.hinted(hint)) {
            Some(None) => {
                return answer(ErrorCode::InvalidRequest, "id_token_hint is none of ours.");
            }
            Some(expected) => expected,
            None => None,
        };
        let insists = request.prompt.contains(&Prompt::Login)
            || request.prompt.contains(&Prompt::SelectAccount);
        let fresh = asked.session.filter(|session| {
            let age = now - session.signed_in_at;
            let young = request.max_age.is_none_or(|most| age <= i64::from(most) * 1_000);
            (young && !insists) || self.signed_in_since_asked(params, session)
        });
        let Some(session) = fresh else {
            if request.is_silent() {
                return answer(ErrorCode::LoginRequired, "Nobody is signed in.");
            }
            // Who is asked for no more than signing in has nothing to come back with.
            let note = (insists || request.max_age.is_some())
                .then(|| self.note_asked(params, asked.session))
                .transpose()?;
            let redirect_uri = request.pushed.is_some().then_some(request.redirect_uri);
            return Ok(Begun::SignIn { client_name: application.client.name, note, redirect_uri });
        };
        // Another account than the application expects, also after signing in again.
        if expected.is_some_and(|expected| expected != session.person.uuid) {
            return answer(ErrorCode::LoginRequired, "Somebody else is signed in.");
        }
        let (person, id) = (session.person.id, application.id);
        let given = self.0.store.read(move |rx| given_to(rx, person, id)).await?;
        // Anybody can claim to be a client that proves nothing, so it always asks (RFC 8252 §8.6).
        let known = !application.client.is_public()
            && !application.client.has(Switch::SecretOptional)
            && !request.prompt.contains(&Prompt::Consent)
            && !given.is_empty()
            && request.scopes.is_subset(&given);
        if known {
            let scopes = request.scopes.clone();
            return self.grant(session, &request, &application, scopes, None, origin).await;
        }
        if request.is_silent() {
            return answer(ErrorCode::ConsentRequired, "The person has not agreed to this yet.");
        }
        let handle = self.keep(session, &request, id).await?;
        Ok(Begun::Consent(Box::new(Consent {
            handle,
            owner: owner.username,
            redirect_uri: request.redirect_uri,
            scopes: request.scopes,
            given,
            client: application.client,
        })))
    }

    /// Keeps a request until the person decides.
    async fn keep(
        &self,
        session: &Session,
        request: &AuthorizationRequest,
        application: i64,
    ) -> Result<String> {
        let handle = token_text::generate(TokenKind::SetupLink, &self.random::<32>()?);
        let hash = token_text::hash(&handle);
        let now = self.now();
        let keep = self.settings().limits.open_consent_pages as usize;
        let row = RequestRow {
            session_id: session.id,
            application_id: application,
            parameters: serde_json::to_string(request).map_err(Error::internal)?,
            expires_at: now + self.settings().consent_lifetime,
            decided_at: None,
        };
        self.0
            .store
            .write(move |tx| -> Result<()> {
                requests::close_oldest(tx, row.session_id, keep.saturating_sub(1), now)?;
                Ok(requests::insert(tx, hash, &row, now)?)
            })
            .await?;
        Ok(handle)
    }

    /// Carries out a person's decision on a consent page: once, and in the session that saw it.
    pub async fn decide_authorization(
        &self,
        session: &Session,
        decision: Decision,
        origin: Origin,
    ) -> Result<Begun> {
        let hash = token_text::hash(&decision.handle);
        let now = self.now();
        let own = session.id;
        let found = self
            .0
            .store
            .read(move |rx| -> Result<_> {
                let Some(row) = requests::get(rx, hash)? else { return Ok(None) };
                let live =
                    row.session_id == own && row.decided_at.is_none() && now < row.expires_at;
                let request: AuthorizationRequest =
                    serde_json::from_str(&row.parameters).map_err(Error::internal)?;
                let found = usable(rx, &request.client_id)?;
                Ok(found.filter(|_| live).map(|(application, _)| (request, application)))
            })
            .await?;
        let Some((request, application)) = found else {
            return Err(Error::conflict(
                "this request was answered already, or its page was open for too long; go back to \
                 the application and start again",
            ));
        };
        // The registration may have changed while the page was open.
        let registered = application
            .client
            .redirect_uris
            .iter()
            .any(|uri| redirect_uri::matches(uri, &request.redirect_uri));
        if !registered || !may_still(&application.client, request.response_type) {
            return Ok(Begun::Refused(
                "The application's registration changed; start again from there.".to_owned(),
            ));
        }
        let (person, id) = (session.person.id, application.id);
        let given = self.0.store.read(move |rx| given_to(rx, person, id)).await?;
        let ticked = decision.scopes.as_deref();
        let scopes = application.client.granted(&request.scopes, &given, ticked);
        // Who leaves out everything has said no.
        if decision.allow && (request.scopes.is_empty() || !scopes.is_empty()) {
            return self.grant(session, &request, &application, scopes, Some(hash), origin).await;
        }
        let actor = session.person.actor();
        let reference = request.pushed.clone();
        self.0
            .store
            .write(move |tx| -> Result<()> {
                answered_once(tx, hash, now)?;
                pushed::answered(tx, reference.as_deref(), now)?;
                let mut event = audit::Event::ok("consent.give", &actor, &origin.address)
                    .person(person)
                    .application(id);
                event.ok = false;
                Ok(event.write(tx, now)?)
            })
            .await?;
        self.make_room(&request, id);
        Ok(Begun::Answer(request.redirect_with_error(
            ErrorCode::AccessDenied,
            "The person said no.",
            self.public_url(),
        )))
    }

    /// An answered request no longer counts among those that nobody came for.
    fn make_room(&self, request: &AuthorizationRequest, application: i64) {
        if request.pushed.is_some() {
            self.0.limits.finish(&[pushed::own_room(application)]);
        }
    }

    /// Makes the code, and remembers the consent where it has just been given.
    async fn grant(
        &self,
        session: &Session,
        request: &AuthorizationRequest,
        application: &Application,
        scopes: ScopeSet,
        decided: Option<[u8; 32]>,
        origin: Origin,
    ) -> Result<Begun> {
        let code = token_text::generate(TokenKind::Code, &self.random::<32>()?);
        let hash = token_text::hash(&code);
        let now = self.now();
        let implicit = request.response_type == ResponseType::Token;
        let (salt, bounds) = (self.random()?, self.bounds());
        let reference = request.pushed.clone();
        let (app, resource) = (application.clone(), request.resource.clone());
        let granted = scopes.clone();
        let mut record = AuthorizationCode::new(
            request,
            session.person.id,
            scopes.clone(),
            session.signed_in_at,
            now,
        );
        record.expires_at = now + self.settings().code_lifetime;
        let row = CodeRow {
            application_id: application.id,
            person_id: session.person.id,
            code: serde_json::to_string(&record).map_err(Error::internal)?,
            expires_at: record.expires_at,
            used_at: None,
            family_id: None,
        };
        let actor = session.person.actor();
        let (person, family) = self
            .0
            .store
            .write(move |tx| -> Result<_> {
                let person = people::get(tx, row.person_id)?.filter(may_get_tokens);
                let Some(person) = person else {
                    return Err(Error::Forbidden("this account is locked".to_owned()));
                };
                pushed::answered(tx, reference.as_deref(), now)?;
                if let Some(handle) = decided {
                    answered_once(tx, handle, now)?;
                    lock_consent(tx, row.person_id, row.application_id)?;
                    let given = given_to(tx, row.person_id, row.application_id)?;
                    let all = given.union(&scopes).to_string();
                    consents::set(tx, row.person_id, row.application_id, &all, now)?;
                    audit::Event::ok("consent.give", &actor, &origin.address)
                        .person(row.person_id)
                        .application(row.application_id)
                        .detail(scopes.to_string())
                        .write(tx, now)?;
                }
                if !implicit {
                    codes::insert(tx, hash, &row)?;
                    return Ok((person, None));
                }
                // There is no refresh token, but by the family the grant can be revoked.
                let beginning = Beginning {
                    application: &app,
                    person: person.id,
                    scopes: &scopes,
                    resource: &resource,
                    auth_time: None,
                    salt,
                    bounds,
                };
                let family = begin_family(tx, &beginning, now)?.id;
                Ok((person, Some(family)))
            })
            .await?;
        self.make_room(request, application.id);
        if let Some(family) = family {
            let person = (person.uuid.as_str(), person.token_epoch);
            let answer = self.answer_with_token(request, application, person, &granted, family)?;
            return Ok(Begun::Answer(answer));
        }
        Ok(Begun::Answer(request.redirect_with_code(&code, self.public_url())))
    }
}

/// Whether the registration still lets the application be answered in this way.
fn may_still(client: &Client, response_type: ResponseType) -> bool {
    match response_type {
        ResponseType::Code => client.may(GrantKind::AuthorizationCode),
        ResponseType::Token => client.has(Switch::Implicit),
    }
}

/// What the person allowed the application so far.
pub(super) fn given_to(db: &mut impl Read, person: i64, application: i64) -> Result<ScopeSet> {
    match consents::get(db, person, application)? {
        Some(consent) => consent.scopes.parse().map_err(Error::internal),
        None => Ok(ScopeSet::EMPTY),
    }
}

/// Marks the request as decided; fails if it was before.
fn answered_once(tx: &mut Tx<'_>, handle: [u8; 32], now: Millis) -> Result<()> {
    if requests::decide(tx, handle, now)? {
        Ok(())
    } else {
        Err(Error::conflict("this request was answered already"))
    }
}

fn refused(refusal: AuthorizationRefusal, seen: bool, issuer: &str) -> Begun {
    let (AuthorizationRefusal::Page { description, .. }
    | AuthorizationRefusal::Redirect { description, .. }) = &refusal;
    let description = description.clone();
    match refusal.answer(issuer) {
        None => Begun::Refused(description),
        Some(answer) if seen => Begun::Answer(answer),
        Some(answer) => Begun::RefusedUnseen { description, answer },
    }
}
