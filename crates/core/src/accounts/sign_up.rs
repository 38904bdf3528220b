//! Making an account.

use tiltyard_oauth::token_text;
use tiltyard_store::{
    LockKey,
    repo::{people, sequences},
};
use uuid::Builder;

use super::{
    Origin, Person, login_key,
    new_password::{OwnWords, check_password},
};
use crate::{
    Actor, Core, Error, Problems, audit,
    error::Result,
    limits::{Kind, Network, Subject},
};

/// Bounds of a user name in characters.
const USERNAME: std::ops::RangeInclusive<usize> = 2..=40;

/// What a new account is made of.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// User name: letters, digits, `_`, `-` and `.`.
    pub username: String,
    /// E-mail address.
    pub email: String,
    /// Password, exactly as typed.
    pub password: String,
    /// Whether the person operates this installation; only the operator's command line and the
    /// one-time setup link may say so.
    pub operator: bool,
}

fn check(new: &NewPerson, site: &str) -> Problems {
    let mut problems = Problems::default();
    let username = new.username.trim();
    if !USERNAME.contains(&username.chars().count()) {
        problems.add("username", "needs 2 to 40 characters");
    } else if !username.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) {
        problems.add("username", "may contain letters, digits, `_`, `-` and `.` only");
    }
    let email = new.email.trim();
    let well_formed = email.len() <= 254
        && email.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && !host.is_empty()
                && !host.contains('@')
                && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        });
    if !well_formed {
        problems.add("email", "must be an e-mail address such as name@example.org");
    }
    let words = OwnWords { site, username, email };
    check_password(&mut problems, "password", &new.password, &words);
    problems
}

impl Core {
    /// Makes an account for whoever asks, where sign-up is open. Nobody learns from it who has an
    /// account: an address that another account is found by is taken like any other, and the new
    /// account is found by its user name alone.
    pub async fn sign_up(&self, new: NewPerson, origin: Origin) -> Result<Person> {
        if !self.settings().open_signup {
            return Err(Error::Forbidden(
                "sign-up is closed here; ask the operator for an account".to_owned(),
            ));
        }
        check(&new, &self.settings().site_name).check()?;
        let bucket = [Kind::SignUpAddress.at(Subject::ANY, Network::of(&origin.address))];
        self.0.limits.begin(&bucket, self.now())?;
        self.create_person(NewPerson { operator: false, ..new }, Actor::Anonymous, origin, None)
            .await
    }

    /// Makes an account at the operator's command line.
    pub async fn create_person_as_operator(&self, new: NewPerson) -> Result<Person> {
        self.create_person(new, Actor::Operator, Origin::default(), None).await
    }

    /// Makes an account. A `setup` hash is the one-time link's, which is used up by it.
    pub(super) async fn create_person(
        &self,
        new: NewPerson,
        actor: Actor,
        origin: Origin,
        setup: Option<String>,
    ) -> Result<Person> {
        check(&new, &self.settings().site_name).check()?;
        let password = self.0.passwords.hash(new.password.clone()).await?;
        // At the open page an address proves nothing and tells nothing; operators are told.
        let hushed = matches!(actor, Actor::Anonymous) && setup.is_none();
        let now = self.now();
        let uuid = Builder::from_unix_timestamp_millis(
            u64::try_from(now).unwrap_or_default(),
            &self.random::<10>()?,
        )
        .into_uuid()
        .to_string();
        let row = people::PersonRow {
            id: 0,
            uuid,
            username: new.username.trim().to_owned(),
            email: new.email.trim().to_owned(),
            password,
            operator: new.operator,
            token_epoch: 0,
            locked_at: None,
            created_at: now,
            updated_at: now,
        };
        self.0
            .store
            .write(move |tx| {
                let mut row = row.clone();
                let address = login_key(&row.email);
                // Of two who give one address at once the second must see the first.
                let id = token_text::hash(&address)
                    .first_chunk()
                    .map_or(0, |it| i64::from_be_bytes(*it));
                tx.lock(LockKey { space: "address", id })?;
                let mut problems = Problems::default();
                if people::by_login(tx, &login_key(&row.username))?.is_some() {
                    problems.add("username", "is taken");
                }
                let address_taken = people::by_login(tx, &address)?.is_some();
                if address_taken && !hushed {
                    problems.add("email", "belongs to an account already; sign in instead");
                }
                problems.check()?;
                if let Some(hash) = &setup {
                    super::setup::use_up(tx, hash, now)?;
                }
                row.id = tx.next_id(sequences::PERSON)?;
                let found_by = if address_taken {
                    people::FoundBy::Username
                } else {
                    people::FoundBy::UsernameAndEmail
                };
                people::insert(tx, &row, found_by).map_err(taken)?;
                audit::Event::ok("person.create", &actor, &origin.address)
                    .person(row.id)
                    .write(tx, now)?;
                Ok(Person::from(row))
            })
            .await
    }
}

/// Two people who choose the same user name at once: the second is told so.
fn taken(error: tiltyard_store::StoreError) -> Error {
    if error.is_unique_violation() { Error::invalid("username", "is taken") } else { error.into() }
}
