//! Making a community.

use tiltyard_store::repo::{
    communities::{self, CommunityRow},
    people, sequences,
};

use super::{Community, Role};
use crate::{
    Actor, Core, Error, Problems, accounts::Origin, applications::may_manage, audit, error::Result,
    text, tournaments::RESERVED,
};

/// Longest name in characters.
const NAME_MAX: usize = 80;
/// Longest permalink in characters.
const PERMALINK_MAX: usize = 60;

/// What a community is made of.
#[derive(Debug, Clone)]
pub struct NewCommunity {
    /// Whose it is.
    pub owner: i64,
    /// Its name, as people see it.
    pub name: String,
    /// Its name in addresses.
    pub permalink: String,
}

fn check(new: &NewCommunity) -> Result<()> {
    let mut problems = Problems::default();
    if text::is_blank(&new.name) {
        problems.add("name", "can't be blank");
    } else if new.name.chars().count() > NAME_MAX {
        problems.add("name", format!("may have at most {NAME_MAX} characters"));
    } else if text::has_forbidden(&new.name) {
        problems.add("name", text::FORBIDDEN);
    }
    let permalink = new.permalink.as_str();
    if permalink.len() < 2 || permalink.len() > PERMALINK_MAX {
        problems.add("permalink", format!("must have 2 to {PERMALINK_MAX} characters"));
    } else if !permalink
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    {
        problems.add("permalink", "may contain letters, numbers, hyphens and underscores only");
    } else if permalink.starts_with('-') || permalink.ends_with('-') {
        problems.add("permalink", "must not begin or end with a hyphen");
    } else if !permalink.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        problems.add("permalink", "must contain a letter");
    } else if RESERVED.contains(&permalink.to_ascii_lowercase().as_str()) {
        problems.add("permalink", "is reserved; choose another");
    }
    problems.check()
}

impl Core {
    /// Makes a community; its owner is its first member.
    pub async fn create_community(
        &self,
        actor: &Actor,
        new: NewCommunity,
        origin: Origin,
    ) -> Result<Community> {
        if !may_manage(actor, new.owner) {
            return Err(Error::Forbidden(
                "a community belongs to whoever makes it; sign in first".to_owned(),
            ));
        }
        check(&new)?;
        let now = self.now();
        let actor = actor.clone();
        self.0
            .store
            .write(move |tx| -> Result<Community> {
                if people::get(tx, new.owner)?.is_none() {
                    return Err(Error::NotFound("person"));
                }
                let taken = || Error::invalid("permalink", "is already taken");
                if communities::by_permalink(tx, &new.permalink.to_lowercase())?.is_some() {
                    return Err(taken());
                }
                let row = CommunityRow {
                    id: tx.next_id(sequences::COMMUNITY)?,
                    owner_id: new.owner,
                    name: new.name.trim().to_owned(),
                    permalink: new.permalink.clone(),
                    created_at: now,
                    updated_at: now,
                };
                communities::insert(tx, &row).map_err(|error| {
                    if error.is_unique_violation() { taken() } else { error.into() }
                })?;
                communities::insert_member(tx, row.id, row.owner_id, Role::Owner.name(), now)?;
                audit::Event::ok("community.create", &actor, &origin.address)
                    .person(row.owner_id)
                    .detail(format!("community {} ({})", row.id, row.permalink))
                    .write(tx, now)?;
                Ok(row.into())
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("nerdfest", true)]
    #[case("Nerd-Fest_2", true)]
    #[case("a", false)]
    #[case("-ab", false)]
    #[case("123", false)]
    #[case("oauth", false)]
    #[case("a b", false)]
    fn permalinks(#[case] permalink: &str, #[case] good: bool) {
        let new = super::NewCommunity {
            owner: 1,
            name: "Nerdfest".to_owned(),
            permalink: permalink.to_owned(),
        };
        assert_eq!(super::check(&new).is_ok(), good);
    }
}
