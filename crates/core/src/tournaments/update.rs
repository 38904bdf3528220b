//! Changing a tournament's particulars.

use std::sync::Arc;

use serde_json::json;
use tiltyard_store::repo::addresses;

use super::{
    By, Kind, Options, State, Tournament, check_in, create::check_texts, participants, predictions,
    registration, slug,
};
use crate::{
    Actor, Core, Error, Patch, Problems, clock::Millis, error::Result, permissions::Permission,
};

/// What is to be changed; `None` leaves things as they are.
#[derive(Debug, Clone, Default)]
pub struct TournamentChanges {
    /// A new name.
    pub name: Option<String>,
    /// A new address.
    pub slug: Option<String>,
    /// Another format; before the start only.
    pub kind: Option<Kind>,
    /// Another game.
    pub game_name: Option<String>,
    /// Another description.
    pub description: Option<String>,
    /// Whether it is kept out of lists.
    pub private: Option<bool>,
    /// Another announced beginning, or none.
    pub starts_at: Patch<Millis>,
    /// The options as they are to be; before the start only, as far as the bracket depends on them.
    pub options: Option<Options>,
}

impl Core {
    /// Changes a tournament's particulars. `changes` is computed from the tournament as it is, so
    /// that a partial change of options starts from what they are.
    pub async fn update_tournament(
        &self,
        actor: &Actor,
        by: By,
        changes: impl Fn(&Tournament) -> Result<TournamentChanges> + Send + 'static,
    ) -> Result<Arc<Tournament>> {
        let (tournament, ()) = self
            .change_tournament(actor, by, Permission::WriteTournaments, move |draft| {
                let changes = changes(&draft.tournament)?;
                let mut problems = Problems::default();
                if let Some(wanted) = &changes.slug {
                    slug::check(wanted, &mut problems);
                    let own = Some(draft.tournament.row.id);
                    slug::check_free(draft.tx, wanted, own, &mut problems)?;
                }
                let t = &mut draft.tournament;
                let before = t.clone();
                if let Some(name) = changes.name {
                    name.trim().clone_into(&mut t.row.name);
                }
                if let Some(slug) = changes.slug {
                    t.row.slug = slug;
                }
                if let Some(kind) = changes.kind {
                    t.kind = kind;
                    kind.name().clone_into(&mut t.row.kind);
                }
                if let Some(game) = changes.game_name {
                    game.trim().clone_into(&mut t.row.game_name);
                }
                if let Some(description) = changes.description {
                    t.row.description = description;
                }
                if let Some(private) = changes.private {
                    t.row.private = private;
                }
                changes.starts_at.apply(&mut t.row.starts_at);
                if let Some(options) = changes.options {
                    t.options = options;
                }
                check_texts(&t.row.name, &t.row.game_name, &t.row.description, &mut problems);
                t.options.check(t.kind, &mut problems);
                check_in::follow(&before, t, draft.now, &mut problems);
                problems.check()?;
                if t.state.started() && t.plays_otherwise(&before) {
                    return Err(Error::conflict(if t.state == State::AcceptingPredictions {
                        "the format cannot change while predictions are open; reset the tournament first"
                    } else {
                        "the format cannot change once the tournament has started; reset it first"
                    }));
                }
                predictions::check_unchanged(t, &before)?;
                let fits_more = t.options.registration_options.signup_cap
                    != before.options.registration_options.signup_cap;
                t.row.options = serde_json::to_string(&t.options).map_err(Error::internal)?;
                if t.row.slug.to_lowercase() != before.row.slug.to_lowercase() {
                    let left = before.row.slug.to_lowercase();
                    addresses::leave(draft.tx, t.row.id, &left, draft.now)?;
                }
                if *t != before {
                    let body = json!({"name": t.row.name, "type": t.row.kind});
                    draft.event("tournament.updated", body);
                }
                if let Some(rows) = registration::without_removed(&before, &draft.tournament) {
                    participants::settle(draft, rows)?;
                }
                if fits_more {
                    participants::move_up(draft)?;
                }
                Ok(())
            })
            .await?;
        Ok(tournament)
    }
}

impl Tournament {
    /// Whether another tournament would be drawn than from `before`.
    fn plays_otherwise(&self, before: &Self) -> bool {
        let (now, then) = (&self.options, &before.options);
        now.settings(self.kind) != then.settings(before.kind)
            || now.group_stage_enabled != then.group_stage_enabled
            || now.group_stage_enabled && now.group_stage_options != then.group_stage_options
    }
}
