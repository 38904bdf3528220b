//! People, made without hashing a password for each.

use std::sync::Arc;

use tiltyard_core::{
    accounts::{NewApiKey, Origin, Person},
    applications::{Created, NewApplication},
    entropy::SystemEntropy,
    passwords::Passwords,
};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::{
    Sql, StoreError, params,
    repo::{people, sequences},
};
use tokio::sync::OnceCell;

use super::{Api, Browser, Credential, TestServer};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "a horse and a lance";

async fn password_hash() -> &'static str {
    static HASH: OnceCell<String> = OnceCell::const_new();
    HASH.get_or_init(|| async {
        let passwords = Passwords::start(1, Arc::new(SystemEntropy::default())).unwrap();
        passwords.hash(PASSWORD.to_owned()).await.unwrap()
    })
    .await
}

impl TestServer {
    /// A person of this name.
    pub(crate) async fn person(&self, username: &str) -> Person {
        self.person_as(username, false).await
    }

    /// An operator of this name.
    pub(crate) async fn operator(&self, username: &str) -> Person {
        self.person_as(username, true).await
    }

    async fn person_as(&self, username: &str, operator: bool) -> Person {
        let now = self.core.now();
        let row = people::PersonRow {
            id: 0,
            uuid: format!("00000000-0000-7000-8000-{:0>12}", hex(username)),
            username: username.to_owned(),
            email: format!("{username}@example.org"),
            password: password_hash().await.to_owned(),
            operator,
            token_epoch: 0,
            locked_at: None,
            created_at: now,
            updated_at: now,
        };
        let written = self.core.store().write(move |tx| {
            let row = people::PersonRow { id: tx.next_id(sequences::PERSON)?, ..row.clone() };
            people::insert(tx, &row, people::FoundBy::UsernameAndEmail)?;
            Ok::<_, StoreError>(row)
        });
        written.await.unwrap().into()
    }

    /// Locks the person's account.
    pub(crate) async fn lock(&self, person: &Person) {
        static LOCK: Sql =
            Sql { name: "test::lock", text: "UPDATE people SET locked_at = $2 WHERE id = $1" };
        let (id, now) = (person.id, self.core.now());
        let locked = self.core.store().write(move |tx| tx.run_one(&LOCK, params![id, now]));
        locked.await.unwrap();
    }

    /// A browser in which the person is signed in.
    pub(crate) async fn signed_in(&self, person: &Person) -> Browser<'_> {
        let session = self.core.begin_session(person.clone(), None, Origin::default()).await;
        let mut browser = self.browser();
        browser.cookies.insert("tly_session".to_owned(), session.unwrap().token);
        browser
    }

    /// A caller with a personal key of the person.
    pub(crate) async fn key_of(&self, person: &Person) -> Api<'_> {
        self.api(Credential::Key(self.personal_key(person).await))
    }

    /// A personal key of the person.
    pub(crate) async fn personal_key(&self, person: &Person) -> String {
        let actor = person.actor();
        let made =
            self.core.create_api_key(&actor, person.id, NewApiKey::default(), Origin::default());
        made.await.unwrap().1
    }

    /// An organizer: a person with a key.
    pub(crate) async fn organizer(&self, username: &str) -> Api<'_> {
        let person = self.person(username).await;
        self.key_of(&person).await
    }

    /// An application of the person.
    pub(crate) async fn application(
        &self,
        owner: &Person,
        preset: Preset,
        redirect_uris: &[&str],
    ) -> Created {
        let new = NewApplication {
            owner: owner.id,
            name: "Overlay".to_owned(),
            preset,
            redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
            scopes: None,
        };
        self.core.create_application(&owner.actor(), new, Origin::default()).await.unwrap()
    }
}

/// Twelve hexadecimal digits that differ from name to name.
fn hex(text: &str) -> String {
    let mut number = 0_u64;
    for byte in text.bytes() {
        number = number.wrapping_mul(31).wrapping_add(u64::from(byte)) & 0xffff_ffff_ffff;
    }
    format!("{number:x}")
}
