//! A tournament as a whole, as it was at one revision.

use std::sync::Arc;

use tiltyard_bracket::{
    Match, MatchKey, Stage,
    event::{Event, StageKey},
};
use tiltyard_store::{
    Read, Rx,
    repo::{
        addresses, consents,
        matches::{self, MatchRow},
        participants::{self, ParticipantRow},
        tournaments::{self, TournamentRow},
    },
};

use super::{
    Condition, Kind, Options, State, check_in, engine,
    predictions::{self, Votes},
    registration,
    rows::{Rows, split},
};
use crate::{
    Actor, Core, Error, communities,
    context::{Inner, TournamentCache},
    error::Result,
    permissions::{self, Access, Permission, TournamentFacts},
};

/// How a tournament is addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// By its numeric id.
    Id(i64),
    /// By its slug, without regard to case.
    Slug(String),
    /// In either way within a community, which is named by its permalink or id.
    InCommunity(String, Box<By>),
    /// In either way, for a change that is made under this condition only.
    Given(Condition, Box<By>),
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

    /// The same for a change that is made under this condition only; reading does not ask for it.
    #[must_use]
    pub fn given(self, condition: Condition) -> Self {
        Self::Given(condition, Box::new(self))
    }

    /// The condition of a change.
    pub(super) fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Id(_) | Self::Slug(_) => None,
            Self::InCommunity(_, by) => by.condition(),
            Self::Given(condition, _) => Some(condition),
        }
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
    /// Its matches by stage and key.
    pub matches: Rows,
    /// What is played, from the start on.
    pub event: Option<Event>,
    /// How many matches the stages will have that have not started.
    pub(super) planned: u32,
    /// How often everybody is picked in predictions.
    pub(super) votes: Arc<Votes>,
}

impl Tournament {
    /// The participant behind an entrant of the event: seeds do not change while there is one.
    pub fn participant(&self, entrant: tiltyard_bracket::Entrant) -> Option<&ParticipantRow> {
        self.participants.get(entrant.index())
    }

    /// The stages that have started, with what goes on in them.
    pub fn stages_played(&self) -> impl Iterator<Item = (StageKey, &Stage)> {
        let event = self.event.iter();
        event.flat_map(|event| {
            event.keys().filter_map(move |key| event.stage(key).map(|stage| (key, stage)))
        })
    }

    /// The stage of a match's row, if it has started.
    pub fn stage_of(&self, row: &MatchRow) -> Option<(StageKey, &Stage)> {
        let (key, _) = split(row.match_key)?;
        Some((key, self.event.as_ref()?.stage(key)?))
    }

    /// Every match that is played by now or can be, with its row, in list order: groups first.
    pub fn listed_matches(&self) -> impl Iterator<Item = (&MatchRow, &Match)> {
        self.stages_played().flat_map(move |(key, stage)| {
            let rows = &self.matches;
            let listed = stage.matches();
            listed.filter_map(move |of_bracket| Some((rows.get(key, of_bracket.key)?, of_bracket)))
        })
    }

    /// The match with this id, if it is part of what is played.
    pub fn match_by_id(&self, id: i64) -> Option<(&MatchRow, &Match)> {
        let row = self.matches.find(id)?;
        let (stage, key) = split(row.match_key)?;
        let of_bracket = self.event.as_ref()?.stage(stage)?.get(key)?;
        of_bracket.present.then_some((row, of_bracket))
    }

    /// The row of another match of the same stage.
    pub fn sibling(&self, row: &MatchRow, key: MatchKey) -> Option<&MatchRow> {
        self.matches.get(split(row.match_key)?.0, key)
    }
}

/// The id that the address stands for; an id that does not exist is found out by reading it.
pub(super) fn id(db: &mut impl Read, by: &By) -> Result<i64> {
    match by {
        By::Id(id) => Ok(*id),
        By::Slug(slug) => tournaments::id_by_slug(db, slug)?.ok_or(Error::NotFound("tournament")),
        By::InCommunity(..) => Ok(find(db, by)?.ok_or(Error::NotFound("tournament"))?.id),
        By::Given(_, by) => id(db, by),
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

/// The row that the address stands for.
pub(super) fn find(db: &mut impl Read, by: &By) -> Result<Option<TournamentRow>> {
    Ok(match by {
        By::Id(id) => tournaments::get(db, *id)?,
        By::Slug(slug) => tournaments::by_slug(db, slug)?,
        By::InCommunity(community, by) => {
            let community = communities::find(db, community)?.id;
            find(db, by)?.filter(|row| row.community_id == Some(community))
        }
        By::Given(_, by) => find(db, by)?,
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

/// The tournament of this row as it is in the store.
pub(super) fn load(db: &mut impl Read, row: TournamentRow) -> Result<Tournament> {
    let participants = participants::of_tournament(db, row.id)?;
    let matches = matches::of_tournament(db, row.id)?;
    let inconsistent =
        |what: &str| Error::internal(format!("tournament {}: {what} cannot be read", row.id));
    let kind = Kind::parse(&row.kind).ok_or_else(|| inconsistent("kind"))?;
    let state = State::parse(&row.state).ok_or_else(|| inconsistent("state"))?;
    let options = serde_json::from_str(&row.options).map_err(|_| inconsistent("options"))?;
    let mut rows = Rows::of(engine::stages_in(row.design.as_deref())?);
    for of_match in matches {
        if !rows.push(of_match) {
            return Err(inconsistent("matches"));
        }
    }
    let (event, planned) = match &row.engine {
        None => (None, 0),
        Some(engine) => {
            let (event, planned) = engine::read(engine, row.design.as_deref(), &rows)?;
            (Some(event), planned)
        }
    };
    let votes = predictions::load_votes(db, &row)?;
    Ok(Tournament {
        row,
        kind,
        state,
        options,
        participants: Arc::new(participants),
        matches: rows,
        event,
        planned,
        votes,
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
        Ok(registration::seen_by(actor, facts, tournament, &self.0.tournaments))
    }

    /// The tournament at a page's address: everybody who knows the address may look.
    pub async fn tournament_page(&self, slug: &str) -> Result<Arc<Tournament>> {
        match By::parse(slug) {
            // Pages go by their address alone.
            By::Id(_) => Err(Error::NotFound("tournament")),
            by => {
                let tournament = self.read_tournament(by).await?;
                Ok(registration::without_private(tournament, &self.0.tournaments))
            }
        }
    }

    /// The address of the public tournament that was at this one before, unless there is another now.
    ///
    /// # Errors
    /// The store fails.
    pub async fn moved_to(&self, slug: &str) -> Result<Option<String>> {
        let key = slug.to_lowercase();
        let read = move |rx: &mut Rx<'_>| -> Result<_> { Ok(addresses::moved_to(rx, &key)?) };
        self.0.store.read(read).await
    }

    pub(super) async fn read_tournament(&self, by: By) -> Result<Arc<Tournament>> {
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
        let tournament = match cached {
            Ok(tournament) => tournament,
            Err(id) => {
                // All of its rows as of one moment, which `read` does not promise.
                let inner = Arc::clone(&self.0);
                self.0.store.scan(move |rx| read(rx, &inner, &By::Id(id))).await?
            }
        };
        Ok(check_in::as_of(tournament, self.now()))
    }
}
