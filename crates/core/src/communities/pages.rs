//! Communities on pages: what everybody may see of them.
//!
//! A community that has a public tournament is known by it, so that its name, its description and its
//! public tournaments are shown to everybody; one without is there for its members alone. Who belongs to it
//! is shown to its owners and organizers, as everywhere.

use tiltyard_store::{
    Read,
    repo::{communities, tournaments},
};

use super::{Community, find};
use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::{self, CommunityAccess},
    tournaments::{StateFilter, TournamentRow, row_as_of},
};

/// A part of a list that is read by keys.
#[derive(Debug, Clone)]
pub struct Part<T> {
    /// Its entries.
    pub items: Vec<T>,
    /// Those that come after are before this id.
    pub next: Option<i64>,
}

impl<T> Part<T> {
    /// Of what was read, one more than is shown.
    fn of(mut items: Vec<T>, size: usize, id: impl Fn(&T) -> i64) -> Self {
        let more = items.len() > size;
        items.truncate(size);
        let next = items.last().map(id).filter(|_| more);
        Self { items, next }
    }
}

fn limit(size: usize) -> i64 {
    i64::try_from(size.saturating_add(1)).unwrap_or(i64::MAX)
}

/// The community, and whether the actor belongs to it.
fn shown(db: &mut impl Read, actor: &Actor, name: &str) -> Result<(Community, bool)> {
    let row = find::find(db, name)?;
    let role = find::role(db, row.id, actor)?;
    let belongs = permissions::on_community(actor, role, CommunityAccess::See).is_ok();
    if !belongs && !tournaments::any_public_of_community(db, row.id)? {
        return Err(Error::NotFound("community"));
    }
    Ok((Community::new(row, role), belongs))
}

impl Core {
    /// The communities that everybody may see, the newest first, before this id.
    pub async fn public_communities(
        &self,
        before: Option<i64>,
        size: usize,
    ) -> Result<Part<Community>> {
        let before = before.unwrap_or(i64::MAX);
        let rows = self
            .0
            .store
            .scan(move |rx| -> Result<_> { Ok(communities::public(rx, before, limit(size))?) })
            .await?;
        let all = rows.into_iter().map(|row| Community::new(row, None)).collect();
        Ok(Part::of(all, size, |it: &Community| it.id))
    }

    /// The community at a page's address, and its tournaments in a state before this id: for members all,
    /// for everybody else the public ones.
    pub async fn community_page(
        &self,
        actor: &Actor,
        name: String,
        state: StateFilter,
        before: Option<i64>,
        size: usize,
    ) -> Result<(Community, Part<TournamentRow>)> {
        let actor = actor.clone();
        let before = before.unwrap_or(i64::MAX);
        let now = self.now();
        self.0
            .store
            .scan(move |rx| -> Result<_> {
                let (community, belongs) = shown(rx, &actor, &name)?;
                let part = (before, limit(size));
                let mut rows =
                    tournaments::shown_of_community(rx, community.id, belongs, state.name(), part)?;
                for row in &mut rows {
                    row_as_of(row, now);
                }
                Ok((community, Part::of(rows, size, |row: &TournamentRow| row.id)))
            })
            .await
    }

    /// The community of a tournament whose page somebody looks at, if they may see it.
    pub async fn community_of(&self, actor: &Actor, id: i64) -> Result<Option<Community>> {
        let actor = actor.clone();
        self.0
            .store
            .read(move |rx| -> Result<_> {
                match shown(rx, &actor, &id.to_string()) {
                    Ok((community, _)) => Ok(Some(community)),
                    Err(Error::NotFound(_)) => Ok(None),
                    Err(error) => Err(error),
                }
            })
            .await
    }

    /// The communities to which the person on our pages belongs, oldest first.
    pub async fn own_communities(&self, actor: &Actor) -> Result<Vec<Community>> {
        let person = crate::accounts::signed_in(actor)?;
        let rows = self
            .0
            .store
            .read(move |rx| -> Result<_> { Ok(communities::of_person(rx, person)?) })
            .await?;
        let own = |(row, role): (_, String)| Community::new(row, super::Role::parse(&role));
        Ok(rows.into_iter().map(own).collect())
    }
}
