//! Lists of tournaments.

use tiltyard_store::repo::tournaments::{self, Filter, Of, TournamentRow};

use super::{Kind, check_in};
use crate::{
    Actor, Core, Error,
    clock::Millis,
    communities,
    error::Result,
    permissions::{self, Permission},
};

/// Which page of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub number: u32,
    /// Entries a page.
    pub size: u32,
}

impl Page {
    /// Entries before the page.
    pub fn offset(self) -> i64 {
        i64::from(self.number.saturating_sub(1)) * i64::from(self.size)
    }
}

/// States by which tournaments are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StateFilter {
    /// Any.
    #[default]
    All,
    /// Not started.
    Pending,
    /// Started and not finalized.
    InProgress,
    /// Finalized.
    Ended,
}

impl StateFilter {
    /// What stored tournaments are compared with.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Ended => "ended",
        }
    }
}

/// Which tournaments are wanted.
#[derive(Debug, Clone, Default)]
pub struct TournamentFilter {
    /// Those of this community (permalink or id), instead of the actor's own.
    pub community: Option<String>,
    /// By state.
    pub state: StateFilter,
    /// By format; `Some(None)` for a format that nobody can have yet.
    pub kind: Option<Option<Kind>>,
    /// Made at or after.
    pub created_from: Option<Millis>,
    /// Made before.
    pub created_before: Option<Millis>,
    /// Changed at or after, in whatever way.
    pub updated_from: Option<Millis>,
}

/// A page of a list and the number of all entries.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// The page's entries.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: u64,
}

impl Core {
    /// The tournaments of the person for whom the actor acts, or of a community, newest first. With
    /// powers over the calling application's tournaments alone, those: made by the person, played
    /// by them where the powers are a player's, or by whomever where they are the application's.
    pub async fn tournaments(
        &self,
        actor: &Actor,
        filter: TournamentFilter,
        page: Page,
    ) -> Result<Listed<TournamentRow>> {
        permissions::require(actor, Permission::ReadTournaments)?;
        let owner = actor
            .person_id()
            .ok_or_else(|| Error::Forbidden("this credential acts for no person".to_owned()))?;
        let powers = actor.powers()?;
        let everywhere = powers.everywhere.has(Permission::ReadTournaments);
        let of = if everywhere {
            Of::Owner(owner)
        } else if powers.whole_application {
            Of::Application(actor.application_id().unwrap_or(-1))
        } else if powers.own_application.has(Permission::RegisterMe) {
            Of::Player(owner)
        } else {
            Of::OwnerThrough(owner)
        };
        let community = filter.community;
        let kind = match filter.kind {
            None => String::new(),
            Some(Some(kind)) => kind.name().to_owned(),
            Some(None) => return Ok(Listed { items: Vec::new(), total: 0 }),
        };
        let filter = Filter {
            state: filter.state.name().to_owned(),
            kind,
            created_from: filter.created_from.unwrap_or(i64::MIN),
            created_before: filter.created_before.unwrap_or(i64::MAX),
            updated_from: filter.updated_from,
            application_id: if everywhere { 0 } else { actor.application_id().unwrap_or(-1) },
        };
        let (actor, now) = (actor.clone(), self.now());
        let (items, total) = self
            .0
            .store
            .scan(move |rx| -> Result<_> {
                let of = match &community {
                    None => of,
                    Some(identifier) => {
                        let community = communities::find(rx, identifier)?.id;
                        let role = communities::role(rx, community, &actor)?;
                        permissions::see_community(&actor, role)?;
                        Of::Community(community)
                    }
                };
                let limit = i64::from(page.size);
                let (mut rows, total) = tournaments::list(rx, of, &filter, limit, page.offset())?;
                for row in &mut rows {
                    check_in::row_as_of(row, now);
                }
                Ok((rows, total))
            })
            .await?;
        Ok(Listed { items, total: u64::try_from(total).unwrap_or_default() })
    }

    /// Public tournaments for the pages, newest first; `state` as on the wire, empty for any.
    pub async fn public_tournaments(
        &self,
        state: &'static str,
        page: Page,
    ) -> Result<Listed<TournamentRow>> {
        let (mut items, total) = self
            .0
            .store
            .scan(move |rx| -> Result<_> {
                Ok(tournaments::public(rx, state, i64::from(page.size), page.offset())?)
            })
            .await?;
        for row in &mut items {
            check_in::row_as_of(row, self.now());
        }
        Ok(Listed { items, total: u64::try_from(total).unwrap_or_default() })
    }
}
