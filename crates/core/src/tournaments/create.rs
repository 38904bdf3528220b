//! Making a tournament.

use std::sync::Arc;

use serde_json::json;
use tiltyard_store::repo::{
    journal::{self, EntryRow},
    sequences,
    tournaments::{self, TournamentRow},
};

use super::{Kind, Options, Rows, Tournament, check_in, slug};
use crate::{
    Actor, Core, Error, Problems,
    clock::Millis,
    communities, entropy,
    error::Result,
    permissions::{self, Permission},
    text,
};

/// Longest name in characters.
const NAME_MAX: usize = 120;
/// Longest game name in characters.
const GAME_MAX: usize = 120;
/// Longest description in characters.
const DESCRIPTION_MAX: usize = 20_000;

/// What a tournament is made of.
#[derive(Debug, Clone, Default)]
pub struct NewTournament {
    /// Its name; required.
    pub name: String,
    /// Its address; one is chosen if there is none.
    pub slug: Option<String>,
    /// Its format.
    pub kind: Kind,
    /// The game.
    pub game_name: String,
    /// What people should know.
    pub description: String,
    /// Kept out of lists and search engines.
    pub private: bool,
    /// Announced beginning.
    pub starts_at: Option<Millis>,
    /// The community it is to belong to, by permalink or id.
    pub community: Option<String>,
    /// The rest.
    pub options: Options,
}

/// Checks the texts that creating and changing share.
pub(super) fn check_texts(name: &str, game: &str, description: &str, problems: &mut Problems) {
    if text::is_blank(name) {
        problems.add("name", "can't be blank");
    } else if name.chars().count() > NAME_MAX {
        problems.add("name", format!("is too long (maximum is {NAME_MAX} characters)"));
    }
    if game.chars().count() > GAME_MAX {
        problems.add("game_name", format!("is too long (maximum is {GAME_MAX} characters)"));
    }
    if description.chars().count() > DESCRIPTION_MAX {
        problems
            .add("description", format!("is too long (maximum is {DESCRIPTION_MAX} characters)"));
    }
    for (field, text) in [("name", name), ("game_name", game)] {
        if text::has_forbidden(text) {
            problems.add(field, text::FORBIDDEN);
        }
    }
    if description.contains('\0') {
        problems.add("description", "must not contain the character U+0000");
    }
}

impl Core {
    /// Makes a tournament that belongs to the person for whom the actor acts, and is tied to the
    /// application through which it is made.
    pub async fn create_tournament(
        &self,
        actor: &Actor,
        new: NewTournament,
    ) -> Result<Arc<Tournament>> {
        permissions::require(actor, Permission::WriteTournaments)?;
        let owner = actor.person_id().ok_or_else(|| {
            Error::Forbidden("a tournament belongs to a person; act for one".to_owned())
        })?;
        let mut problems = Problems::default();
        check_texts(&new.name, &new.game_name, &new.description, &mut problems);
        if let Some(slug) = &new.slug {
            slug::check(slug, &mut problems);
        }
        new.options.check(new.kind, &mut problems);
        problems.check()?;

        let now = self.now();
        let chosen = new.slug.is_some();
        let check_in_at = check_in::opens_at(new.starts_at, &new.options);
        let state = check_in::state_of_new(check_in_at, now);
        let row = TournamentRow {
            id: 0,
            slug: match new.slug {
                Some(slug) => slug,
                None => slug::random(self.random()?),
            },
            owner_id: owner,
            application_id: actor.application_id(),
            name: new.name.trim().to_owned(),
            kind: new.kind.name().to_owned(),
            game_name: new.game_name.trim().to_owned(),
            description: new.description,
            private: new.private,
            state: state.name().to_owned(),
            options: serde_json::to_string(&new.options).map_err(Error::internal)?,
            engine: None,
            participants_count: 0,
            progress: 0,
            starts_at: new.starts_at,
            started_at: None,
            completed_at: None,
            created_at: now,
            updated_at: now,
            journal_number: 1,
            revision: entropy::positive(self.0.entropy.as_ref())?,
            community_id: None,
            design: None,
            first_group: None,
            check_in_at,
            predictions_opened_at: None,
            votes_version: 0,
        };
        let (kind, options, community) = (new.kind, new.options, new.community);
        let actor = actor.clone();
        self.write(move |tx| {
            let mut row = row.clone();
            if let Some(community) = &community {
                let community = communities::to_organize(tx, community, &actor)?;
                row.community_id = Some(community.id);
            }
            let mut problems = Problems::default();
            slug::check_free(tx, &row.slug, None, &mut problems)?;
            problems.check()?;
            row.id = tx.next_id(sequences::TOURNAMENT)?;
            tournaments::insert(tx, &row).map_err(|error| taken(error, chosen))?;
            let entry = EntryRow {
                number: 1,
                at: now,
                actor: actor.describe(),
                event: "tournament.created".to_owned(),
                body: json!({"name": row.name, "type": row.kind}).to_string(),
                step: Some(1),
                operations: None,
                undo: None,
            };
            journal::insert(tx, row.id, &entry)?;
            Ok(Arc::new(Tournament {
                row,
                kind,
                state,
                options: options.clone(),
                participants: Arc::default(),
                matches: Rows::default(),
                event: None,
                planned: 0,
                votes: Arc::default(),
            }))
        })
        .await
    }
}

/// Two who choose the same address at once: the second is told so.
fn taken(error: tiltyard_store::StoreError, chosen: bool) -> Error {
    if !error.is_unique_violation() {
        return error.into();
    }
    if chosen {
        Error::invalid("url", "is already taken")
    } else {
        Error::Busy("could not find a free address; try again")
    }
}
