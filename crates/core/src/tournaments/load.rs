//! A tournament as a whole, as it was at one revision.

use std::sync::Arc;

use tiltyard_bracket::{
    Format, Header, Match, MatchKey, MatchRecord, Operation, Stage, schedule, swiss::Mode,
};
use tiltyard_store::{
    Read, Rx,
    repo::{
        consents,
        matches::{self, MatchRow},
        participants::{self, ParticipantRow},
        tournaments::{self, TournamentRow},
    },
};

use super::{Kind, Options, State};
use crate::{
    Actor, Core, Error, communities,
    context::{Inner, TournamentCache},
    error::Result,
    permissions::{self, Access, Permission, TournamentFacts},
};

/// Most matches of a tournament: those of the largest double elimination.
const MATCHES_MAX: u64 = 2 * tiltyard_bracket::MAX_ENTRANTS as u64;

/// Most entrants for whom the best of all rounds is looked for while others wait for the store; above
/// that a legal round that is nearly as good.
const OPTIMAL_MAX: u32 = 2_000;

/// How a tournament is addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// By its numeric id.
    Id(i64),
    /// By its slug, without regard to case.
    Slug(String),
    /// In either way within a community, which is named by its permalink or id.
    InCommunity(String, Box<By>),
}

impl By {
    /// An id or a slug, as it stands in a path; `community-slug` for a community's tournament: slugs
    /// have no hyphens.
    pub fn parse(text: &str) -> Self {
        match text.parse::<i64>() {
            Ok(id) if id > 0 && text.bytes().all(|byte| byte.is_ascii_digit()) => Self::Id(id),
            _ => match text.rsplit_once('-') {
                Some((community, slug)) => Self::Slug(slug.to_lowercase()).within(community),
                None => Self::Slug(text.to_lowercase()),
            },
        }
    }

    /// The same within a community.
    #[must_use]
    pub fn within(self, community: &str) -> Self {
        Self::InCommunity(community.to_owned(), Box::new(self))
    }
}

/// A tournament as a whole, at one revision. Never changes: a change makes a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tournament {
    /// Its row.
    pub row: TournamentRow,
    /// Its format.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// Its options.
    pub options: Options,
    /// Its participants by seed.
    pub participants: Arc<Vec<ParticipantRow>>,
    /// Its matches by the engine's key: position and key are the same.
    pub matches: Arc<Vec<MatchRow>>,
    /// The bracket, from the start on.
    pub bracket: Option<Stage>,
}

impl Tournament {
    /// The bracket as the start draws it.
    pub fn draw(&self) -> Result<Stage> {
        let entrants = u32::try_from(self.participants.len()).unwrap_or(u32::MAX);
        if self.kind == Kind::RoundRobin {
            let cycles = u64::from(self.options.round_robin_options.iterations);
            if schedule::matches_per_cycle(entrants).saturating_mul(cycles) > MATCHES_MAX {
                return Err(Error::conflict(format!(
                    "a round robin of {entrants} participants would have more than {MATCHES_MAX} \
                     matches; choose another format"
                )));
            }
        }
        let mut settings = self.options.settings(self.kind);
        let swiss = if let Format::Swiss { rounds, rules } = &mut settings.format {
            if *rounds == 0 {
                *rounds = entrants.max(2).next_power_of_two().trailing_zeros();
            }
            if entrants > OPTIMAL_MAX {
                rules.mode = Mode::Casual;
            }
            true
        } else {
            false
        };
        let mut bracket = Stage::start(settings, entrants)
            .map_err(|refusal| Error::conflict(refusal.to_string()))?;
        if swiss {
            let round = bracket.pair(&[]).map_err(|none| Error::conflict(none.to_string()))?;
            bracket
                .apply(&Operation::AddRound(round))
                .map_err(|refusal| Error::conflict(refusal.to_string()))?;
        }
        Ok(bracket)
    }

    /// The participant behind an entrant of the bracket: seeds do not change while there is one.
    pub fn participant(&self, entrant: tiltyard_bracket::Entrant) -> Option<&ParticipantRow> {
        self.participants.get(entrant.index())
    }

    /// The row of a match of the bracket.
    pub fn match_row(&self, key: MatchKey) -> Option<&MatchRow> {
        self.matches.get(key.index())
    }

    /// Every match that is part of the bracket now, with its row, in list order.
    pub fn listed_matches(&self) -> impl Iterator<Item = (&MatchRow, &Match)> {
        self.bracket
            .iter()
            .flat_map(Stage::matches)
            .filter_map(|of_bracket| Some((self.match_row(of_bracket.key)?, of_bracket)))
    }

    /// The match with this id, if it is part of the bracket now.
    pub fn match_by_id(&self, id: i64) -> Option<(&MatchRow, &Match)> {
        // Ids ascend with the keys.
        let index = self.matches.binary_search_by_key(&id, |row| row.id).ok()?;
        let row = self.matches.get(index)?;
        let key = MatchKey(u32::try_from(row.match_key).ok()?);
        let of_bracket = self.bracket.as_ref()?.get(key)?;
        of_bracket.present.then_some((row, of_bracket))
    }
}

/// The id that the address stands for; an id that does not exist is found out by reading it.
pub(super) fn id(db: &mut impl Read, by: &By) -> Result<i64> {
    match by {
        By::Id(id) => Ok(*id),
        By::Slug(slug) => tournaments::id_by_slug(db, slug)?.ok_or(Error::NotFound("tournament")),
        By::InCommunity(..) => Ok(find(db, by)?.ok_or(Error::NotFound("tournament"))?.id),
    }
}

/// The tournament as far as permission goes, without what has to be looked up about the actor.
const fn own_facts(row: &TournamentRow) -> TournamentFacts {
    TournamentFacts {
        owner_id: row.owner_id,
        application_id: row.application_id,
        community_id: row.community_id,
        role: None,
        plays: false,
        connected: true,
        private: row.private,
    }
}

/// The tournament as far as permission goes, and what the actor is to it.
pub(super) fn facts(
    db: &mut impl Read,
    row: &TournamentRow,
    actor: &Actor,
) -> Result<TournamentFacts> {
    let role = match row.community_id {
        Some(community) => communities::role(db, community, actor)?,
        None => None,
    };
    let person = actor.person_id().filter(|person| *person != row.owner_id);
    let plays = match person {
        Some(person) if row.private && role.is_none() => {
            participants::has_person(db, row.id, person)?
        }
        _ => false,
    };
    let connected = match (actor, row.application_id) {
        (Actor::Application { application, owner, .. }, Some(made))
            if made == *application && row.owner_id != *owner =>
        {
            consents::get(db, row.owner_id, made)?.is_some()
        }
        _ => true,
    };
    Ok(TournamentFacts { role, plays, connected, ..own_facts(row) })
}

fn find(db: &mut impl Read, by: &By) -> Result<Option<TournamentRow>> {
    Ok(match by {
        By::Id(id) => tournaments::get(db, *id)?,
        By::Slug(slug) => tournaments::by_slug(db, slug)?,
        By::InCommunity(community, by) => {
            let community = communities::find(db, community)?.id;
            find(db, by)?.filter(|row| row.community_id == Some(community))
        }
    })
}

/// The tournament of this row: from the cache, if it is there at this revision.
pub(super) fn assemble(
    db: &mut impl Read,
    cache: &TournamentCache,
    row: TournamentRow,
) -> Result<Arc<Tournament>> {
    let key = (row.id, row.revision);
    if let Some(cached) = cache.get(&key) {
        return Ok(cached);
    }
    let loaded = Arc::new(load(db, row)?);
    cache.insert(key, Arc::clone(&loaded));
    Ok(loaded)
}

fn load(db: &mut impl Read, row: TournamentRow) -> Result<Tournament> {
    let participants = participants::of_tournament(db, row.id)?;
    let matches = matches::of_tournament(db, row.id)?;
    let inconsistent =
        |what: &str| Error::internal(format!("tournament {}: {what} cannot be read", row.id));
    let kind = Kind::parse(&row.kind).ok_or_else(|| inconsistent("kind"))?;
    let state = State::parse(&row.state).ok_or_else(|| inconsistent("state"))?;
    let options = serde_json::from_str(&row.options).map_err(|_| inconsistent("options"))?;
    let bracket = match &row.engine {
        None => None,
        Some(header) => {
            let header: Header =
                serde_json::from_str(header).map_err(|_| inconsistent("engine header"))?;
            let records = matches
                .iter()
                .filter_map(|row| row.record.as_deref())
                .map(serde_json::from_str::<MatchRecord>)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|_| inconsistent("match record"))?;
            Some(Stage::restore(header, records).map_err(Error::internal)?)
        }
    };
    Ok(Tournament {
        row,
        kind,
        state,
        options,
        participants: Arc::new(participants),
        matches: Arc::new(matches),
        bracket,
    })
}

/// The tournament, if it is there, read within a transaction of any kind.
pub(super) fn read(db: &mut impl Read, inner: &Inner, by: &By) -> Result<Arc<Tournament>> {
    let row = find(db, by)?.ok_or(Error::NotFound("tournament"))?;
    assemble(db, &inner.tournaments, row)
}

impl Core {
    /// The tournament, for whoever may read it with this permission.
    pub async fn tournament(
        &self,
        actor: &Actor,
        by: By,
        permission: Permission,
    ) -> Result<Arc<Tournament>> {
        permissions::require(actor, permission)?;
        let tournament = self.read_tournament(by).await?;
        let row = &tournament.row;
        let plain =
            row.community_id.is_none() && (!row.private || actor.person_id() == Some(row.owner_id));
        let facts = if plain {
            own_facts(row)
        } else {
            let (row, actor) = (row.clone(), actor.clone());
            self.0.store.read(move |rx| facts(rx, &row, &actor)).await?
        };
        permissions::on_tournament(actor, facts, Access::Read, permission)?;
        Ok(tournament)
    }

    /// The tournament at a page's address: everybody who knows the address may look.
    pub async fn tournament_page(&self, slug: &str) -> Result<Arc<Tournament>> {
        match By::parse(slug) {
            // Pages go by their address alone.
            By::Id(_) => Err(Error::NotFound("tournament")),
            by => self.read_tournament(by).await,
        }
    }

    async fn read_tournament(&self, by: By) -> Result<Arc<Tournament>> {
        let inner = Arc::clone(&self.0);
        let cached = self
            .0
            .store
            .read(move |rx: &mut Rx<'_>| -> Result<_> {
                let row = find(rx, &by)?.ok_or(Error::NotFound("tournament"))?;
                let cached = inner.tournaments.get(&(row.id, row.revision));
                Ok(cached.ok_or(row.id))
            })
            .await?;
        match cached {
            Ok(tournament) => Ok(tournament),
            Err(id) => {
                // All of its rows as of one moment, which `read` does not promise.
                let inner = Arc::clone(&self.0);
                self.0.store.scan(move |rx| read(rx, &inner, &By::Id(id))).await
            }
        }
    }
}
