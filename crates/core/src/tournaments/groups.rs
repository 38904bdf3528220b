//! Groups before a final stage: their options, their names and ids, and the way through them
//! (reference/challonge §4.2).

use serde::{Deserialize, Serialize};
use serde_json::json;
use tiltyard_bracket::{
    Entrant, MAX_CYCLES, MAX_ROUNDS, Stage,
    event::{Contest, Event, EventOperation, StageKey},
};
use tiltyard_store::repo::{matches::MatchRow, sequences};

use super::{
    Kind, RoundRobinOptions, State, SwissOptions, Tournament, change::Draft, change_state,
};
use crate::{Error, Problems, error::Result};

/// About groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupStageOptions {
    /// The format of the groups.
    pub stage_type: Kind,
    /// Most participants of a group; groups differ in size by at most one.
    pub group_size: u32,
    /// How many go on from each group.
    pub participant_count_to_advance_per_group: u32,
    /// How tables are ranked, and how often everybody meets everybody.
    pub round_robin: RoundRobinOptions,
    /// How many rounds a Swiss group has; if nothing is said, as many as leave one without a loss.
    pub rounds: Option<u32>,
    /// Whether the lower half of a double elimination group starts in its losers' bracket.
    pub split_participants: bool,
}

impl Default for GroupStageOptions {
    fn default() -> Self {
        Self {
            stage_type: Kind::RoundRobin,
            group_size: 4,
            participant_count_to_advance_per_group: 2,
            round_robin: RoundRobinOptions::default(),
            rounds: None,
            split_participants: false,
        }
    }
}

impl GroupStageOptions {
    /// What does not go together.
    pub(super) fn check(&self, problems: &mut Problems) {
        let mut refuse = |field: &str, message: String| {
            problems.add(format!("group_stage_options.{field}"), message);
        };
        if self.group_size < 2 {
            refuse("group_size", "must be 2 or more".to_owned());
        }
        let advance = self.participant_count_to_advance_per_group;
        if advance < 1 || advance > self.group_size {
            refuse(
                "participant_count_to_advance_per_group",
                format!("must be between 1 and the size of a group ({})", self.group_size),
            );
        }
        if !(1..=MAX_CYCLES).contains(&self.round_robin.iterations) {
            refuse("rr_iterations", format!("must be between 1 and {MAX_CYCLES}"));
        }
        if self.rounds.is_some_and(|rounds| !(1..=MAX_ROUNDS).contains(&rounds)) {
            refuse("rounds", format!("must be between 1 and {MAX_ROUNDS}"));
        }
        if self.split_participants && self.stage_type != Kind::DoubleElimination {
            refuse("split_participants", "goes with double elimination only".to_owned());
        }
    }

    /// The same as options of Swiss.
    pub(super) fn swiss(&self) -> SwissOptions {
        SwissOptions {
            rounds: self.rounds,
            worth: self.round_robin.worth,
            ..SwissOptions::default()
        }
    }
}

/// A group of the group stage.
#[derive(Debug, Clone, Copy)]
pub struct Group<'a> {
    /// Its id.
    pub id: i64,
    /// Its name, such as `Group A`.
    pub name: &'a str,
    /// Its stage.
    pub key: StageKey,
    /// What goes on in it.
    pub stage: &'a Stage,
}

impl Tournament {
    /// The groups, once their stage has started.
    pub fn groups(&self) -> impl Iterator<Item = Group<'_>> {
        let first = self.row.first_group;
        let event = self.event.as_ref().filter(|_| first.is_some());
        event.into_iter().flat_map(move |event| {
            event.design().phase(1).filter_map(move |key| {
                Some(Group {
                    id: first? + i64::from(key.0),
                    name: &event.design().stages.get(key.index())?.name,
                    key,
                    stage: event.stage(key)?,
                })
            })
        })
    }

    /// The group to which a match belongs.
    pub fn group_of(&self, row: &MatchRow) -> Option<Group<'_>> {
        let (key, stage) = self.stage_of(row)?;
        let design = self.event.as_ref()?.design().stages.get(key.index())?;
        let first = self.row.first_group.filter(|_| design.phase == 1)?;
        Some(Group { id: first + i64::from(key.0), name: &design.name, key, stage })
    }

    /// The id of the group of each participant, in the order of the participants.
    pub fn group_ids(&self) -> Vec<Option<i64>> {
        let mut ids = vec![None; self.participants.len()];
        for group in self.groups() {
            for entrant in group.stage.field().filter_map(tiltyard_bracket::Content::entrant) {
                if let Some(place) = ids.get_mut(entrant.index()) {
                    *place = Some(group.id);
                }
            }
        }
        ids
    }

    /// The stage that follows groups, with its key: started or as it would be.
    pub(super) fn final_stage(&self) -> Option<StageKey> {
        self.row.first_group?;
        self.event.as_ref()?.keys().last()
    }

    /// Whether every group is played to the end.
    pub(super) fn groups_are_over(&self) -> bool {
        let Some(event) = &self.event else { return false };
        event.design().phase(1).all(|key| event.contest(key).is_some_and(Contest::is_over))
    }
}

/// An order among those who are level where it matters who goes on: what was said before, then by
/// seed. Empty if nobody is.
fn order(event: &Event, stage: StageKey) -> Vec<Entrant> {
    let mut level: Vec<Entrant> =
        event.ties(stage).into_iter().flat_map(|tie| tie.entrants).collect();
    if level.is_empty() {
        return level;
    }
    let state = event.state();
    let mut order = state.stages.get(stage.index()).map_or_else(Vec::new, |it| it.settled.clone());
    level.sort_unstable();
    for entrant in level {
        if !order.contains(&entrant) {
            order.push(entrant);
        }
    }
    order
}

/// Starts the groups.
pub(super) fn start(draft: &mut Draft<'_, '_>) -> Result<()> {
    if draft.tournament.state.started() {
        return Err(Error::conflict("the group stage has already been started"));
    }
    if !draft.tournament.options.group_stage_enabled {
        return Err(Error::conflict(
            "this tournament has no group stage: set `group_stage_enabled` first, or use `start`",
        ));
    }
    change_state::begin(draft)
}

/// Ids for the groups that the event has just got.
pub(super) fn number(draft: &mut Draft<'_, '_>) -> Result<()> {
    let Some(event) = &draft.tournament.event else { return Ok(()) };
    let design = event.design();
    if design.stages.len() < 2 {
        return Ok(());
    }
    draft.tournament.row.design = Some(serde_json::to_string(design).map_err(Error::internal)?);
    let count = u32::try_from(design.phase(1).count()).map_err(Error::internal)?;
    let ids = draft.tx.next_ids(sequences::GROUP, count)?;
    draft.tournament.row.first_group = ids.first().copied();
    Ok(())
}

/// Says who goes on. Where a tie leaves that open, the better seeds do.
pub(super) fn finalize(draft: &mut Draft<'_, '_>) -> Result<()> {
    match draft.tournament.state {
        State::GroupStagesUnderway => {}
        State::GroupStagesFinalized | State::Underway | State::AwaitingReview | State::Complete
            if draft.tournament.row.first_group.is_some() =>
        {
            return Err(Error::conflict("the group stage has already been finalized"));
        }
        _ => return Err(Error::conflict("no group stage has been started")),
    }
    if !draft.tournament.groups_are_over() {
        return Err(Error::conflict(
            "every match of the groups must be complete before the group stage is finalized",
        ));
    }
    draft.tournament.state = State::GroupStagesFinalized;
    draft.undo.state = Some(State::GroupStagesUnderway.name().to_owned());
    draft.event("groups.finalized", json!({}));
    draft.settle_ties()?;
    Ok(())
}

/// Starts the final stage.
pub(super) fn start_final(draft: &mut Draft<'_, '_>) -> Result<()> {
    let stage = draft
        .tournament
        .final_stage()
        .ok_or_else(|| Error::internal("groups without a final stage"))?;
    draft.operate(EventOperation::Start { stage })?;
    draft.plan();
    draft.undo.state = Some(State::GroupStagesFinalized.name().to_owned());
    let entrants = draft.tournament.event.as_ref().and_then(|event| event.stage(stage));
    let entrants = entrants.map_or(0, Stage::entrants);
    draft.event("final_stage.started", json!({"entrants": entrants}));
    draft.settle_rounds(stage, None)?;
    Ok(())
}

/// Takes the final stage back.
pub(super) fn reset_final(draft: &mut Draft<'_, '_>) -> Result<()> {
    let stage = draft.tournament.final_stage();
    let started = |stage: &StageKey| {
        draft.tournament.event.as_ref().is_some_and(|event| event.contest(*stage).is_some())
    };
    let Some(stage) = stage.filter(started) else {
        return Err(Error::conflict("no final stage has been started"));
    };
    if draft.tournament.state == State::Complete {
        return Err(Error::conflict("the tournament is finalized; its results cannot change"));
    }
    draft.operate(EventOperation::Reset { stage })?;
    draft.tournament.state = State::GroupStagesFinalized;
    draft.plan();
    draft.event("final_stage.reset", json!({}));
    Ok(())
}

impl Draft<'_, '_> {
    /// Once groups are finalized, no tie leaves open who goes on: the better seeds do.
    pub(super) fn settle_ties(&mut self) -> Result<()> {
        let state = self.tournament.state;
        if self.tournament.row.first_group.is_none()
            || matches!(state, State::Pending | State::GroupStagesUnderway)
        {
            return Ok(());
        }
        let Some(event) = &self.tournament.event else { return Ok(()) };
        let open: Vec<(StageKey, Vec<Entrant>)> = event
            .design()
            .phase(1)
            .map(|key| (key, order(event, key)))
            .filter(|(_, order)| !order.is_empty())
            .collect();
        for (stage, order) in open {
            let ids: Vec<i64> = order
                .iter()
                .filter_map(|entrant| self.tournament.participant(*entrant))
                .map(|participant| participant.id)
                .collect();
            self.operate(EventOperation::Settle { stage, order })?;
            self.event("group.tie_settled", json!({"stage": stage.0, "order": ids}));
        }
        Ok(())
    }
}
