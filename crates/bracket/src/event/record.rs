//! Storing an event, building it again, and taking an operation back.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::operation::{ContestUndo, EventChanges, EventUndo, StageChange};
use super::{Contest, Design, Event, EventRefusal, EventRestoreError, StageKey};
use crate::model::{Content, Entrant, MatchState};
use crate::race::{Race, RaceHeader, RaceOperation, RaceRecord, RaceRefusal};
use crate::stage::{Added, Header, MatchRecord, Stage};

/// Version of the stored and exchanged data.
pub const VERSION: u32 = 1;

/// Value of `format` in the exchanged document.
const FORMAT: &str = "tiltyard-event";

/// The event's own state: everything but its design and its stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventState {
    /// Number of entrants.
    pub entrants: u32,
    /// By seed of the event; left out while every seed holds the entrant of its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<Entrant>>,
    /// Who withdrew, first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<Entrant>,
    /// By key.
    pub stages: Vec<StageState>,
}

/// What an event knows of a stage besides what goes on in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StageState {
    /// Who had withdrawn when it started.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<Entrant>,
    /// The order among those who are level in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<Entrant>,
    /// The order in which the organiser put those who are in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arranged: Vec<Entrant>,
    /// Who came late.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<Entrant>,
}

/// What goes on in a stage, as it is stored and exchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContestDocument {
    /// Matches.
    Matches {
        /// What is stored once.
        header: Header,
        /// What was reported, in ascending order of keys.
        #[serde(default)]
        records: Vec<MatchRecord>,
    },
    /// A race; who stands on its seeds follows from its entries.
    Race {
        /// What is stored once.
        header: RaceHeader,
        /// Marks by round and seed.
        #[serde(default)]
        marks: Vec<RaceRecord>,
    },
}

impl ContestDocument {
    /// How many seats it says that there are.
    fn seats(&self) -> u64 {
        match self {
            Self::Matches { header, .. } => {
                let late = header.added.iter().filter(|added| **added == Added::Entrant).count();
                u64::from(header.entrants).saturating_add(late as u64)
            }
            Self::Race { header, .. } => header.entrants.into(),
        }
    }
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    version: u32,
    design: &'a Design,
    #[serde(flatten)]
    state: EventState,
    contests: Vec<Option<ContestDocument>>,
}

#[derive(Deserialize)]
struct Read {
    format: String,
    version: u32,
    design: Design,
    #[serde(flatten)]
    state: EventState,
    contests: Vec<Option<ContestDocument>>,
}

impl Event {
    /// The event's own state; it changes only when [`EventChanges::state`] says so.
    pub fn state(&self) -> EventState {
        EventState {
            entrants: self.entrants,
            order: self.order.as_deref().map(<[Entrant]>::to_vec),
            withdrawn: self.withdrawn.clone(),
            stages: self.running.iter().map(|running| running.state.clone()).collect(),
        }
    }

    pub(super) fn set_state(&mut self, state: EventState) {
        self.entrants = state.entrants;
        self.order = state.order.as_deref().and_then(identity);
        self.withdrawn = state.withdrawn;
        for (running, state) in self.running.iter_mut().zip(state.stages) {
            running.state = state;
        }
    }

    /// What goes on in a stage, to be stored; `None` before its start.
    pub fn document(&self, key: StageKey) -> Option<ContestDocument> {
        self.contest(key).map(document)
    }

    /// Builds an event from what was stored of it; one entry a stage of the design.
    ///
    /// # Errors
    /// Data that no sequence of operations can have left behind is refused, never repaired.
    pub fn restore(
        design: Design,
        state: EventState,
        contests: Vec<Option<ContestDocument>>,
    ) -> Result<Self, EventRestoreError> {
        let late: usize = state.stages.iter().map(|stage| stage.late.len()).sum();
        let late = u32::try_from(late).unwrap_or(u32::MAX);
        let mut event = Self::new(design, state.entrants.saturating_sub(late))?;
        let expected = event.running.len();
        for given in [state.stages.len(), contests.len()] {
            if given != expected {
                return Err(EventRestoreError::WrongStages { given, expected });
            }
        }
        check_state(&state)?;
        event.set_state(state);
        for (key, contest) in (0..).map(StageKey).zip(contests) {
            let contest = contest.map(|contest| event.read(key, contest)).transpose()?;
            if let Some(running) = event.running.get_mut(key.index()) {
                running.contest = contest;
            }
        }
        event.check_fields()?;
        Ok(event)
    }

    /// What goes on in a stage, as it was stored.
    fn read(&self, key: StageKey, contest: ContestDocument) -> Result<Contest, EventRestoreError> {
        let kind = &self.design.stage(key)?.kind;
        // Before anything large is built for others.
        let seats = self.design.stage(key)?.entries.len() + self.known(key)?.state.late.len();
        if contest.seats() != seats as u64 {
            return Err(EventRestoreError::OtherField(key));
        }
        match (contest, kind) {
            (ContestDocument::Matches { header, records }, super::Kind::Matches(settings)) => {
                if header.settings != *settings {
                    return Err(EventRestoreError::OtherKind(key));
                }
                let stage = Stage::restore(header, records)
                    .map_err(|error| EventRestoreError::Stage { stage: key, error })?;
                Ok(Contest::Matches(stage))
            }
            (ContestDocument::Race { header, marks }, super::Kind::Race(settings)) => {
                if header.settings != *settings {
                    return Err(EventRestoreError::OtherKind(key));
                }
                let race = Race::restore(header, marks)
                    .map_err(|error| EventRestoreError::Race { stage: key, error })?;
                Ok(Contest::Race { race, field: Vec::new() })
            }
            _ => Err(EventRestoreError::OtherKind(key)),
        }
    }

    /// Everybody stands where their entry puts them.
    fn check_fields(&mut self) -> Result<(), EventRestoreError> {
        // Stages only feed later ones, so whatever is remembered of one was checked before.
        let mut memory = super::places::Memory::default();
        for key in self.keys() {
            // What is there decides which absences count, so the seats are asked for afterwards.
            let seats = match self.contest(key) {
                Some(_) => self.seats_by(key, &mut memory)?,
                None => continue,
            };
            let Some(running) = self.running.get_mut(key.index()) else { continue };
            let right = match &mut running.contest {
                None => true,
                Some(Contest::Matches(stage)) => stage.field().eq(seats),
                Some(Contest::Race { race, field }) => {
                    let fits = race.entrants() as usize == seats.len();
                    *field = seats;
                    fits
                }
            };
            if !right {
                return Err(EventRestoreError::OtherField(key));
            }
        }
        Ok(())
    }

    /// The whole state as one JSON document for exchange; the crate's front page describes it.
    pub fn to_json(&self) -> String {
        let contests = self.running.iter().map(|one| one.contest.as_ref().map(document)).collect();
        let document = Written {
            format: FORMAT,
            version: VERSION,
            design: &self.design,
            state: self.state(),
            contests,
        };
        // Plain structs with text keys cannot fail to serialize.
        serde_json::to_string(&document).unwrap_or_default()
    }

    /// Reads what [`Event::to_json`] wrote.
    ///
    /// # Errors
    /// Text that is not such a document, and states that cannot be.
    pub fn from_json(text: &str) -> Result<Self, EventRestoreError> {
        let read: Read = serde_json::from_str(text)
            .map_err(|error| EventRestoreError::Json(error.to_string()))?;
        if read.format != FORMAT {
            return Err(EventRestoreError::Format(read.format));
        }
        if read.version != VERSION {
            return Err(EventRestoreError::Version(read.version));
        }
        Self::restore(read.design, read.state, read.contests)
    }

    /// Takes the last operation back, with the [`EventChanges::undo`] it gave: the event is exactly
    /// as before. What is returned tells what that changed, and how to do it again.
    ///
    /// # Errors
    /// An undo of something else than the last operation may fit nothing; then nothing changes.
    pub fn undo(&mut self, undo: &EventUndo) -> Result<EventChanges, EventRestoreError> {
        let mut after = self.clone();
        if let Some(state) = &undo.state {
            check_state(state)?;
            if state.stages.len() != self.running.len() {
                let (given, expected) = (state.stages.len(), self.running.len());
                return Err(EventRestoreError::WrongStages { given, expected });
            }
            after.set_state(EventState::clone(state));
        }
        for (key, undo) in &undo.stages {
            let before = self.contest(*key);
            let contest = match (undo, before) {
                (ContestUndo::NotStarted, _) => None,
                (ContestUndo::Whole(document), _) => Some(self.read(*key, (**document).clone())?),
                (ContestUndo::Matches(undo), Some(Contest::Matches(stage))) => {
                    let mut stage = stage.clone();
                    let undone = stage.undo(undo);
                    undone.map_err(|error| EventRestoreError::Stage { stage: *key, error })?;
                    Some(Contest::Matches(stage))
                }
                (ContestUndo::Race { header, marks }, Some(Contest::Race { race, .. })) => {
                    let header = header.clone().unwrap_or_else(|| race.header());
                    let other = |record: &RaceRecord| {
                        marks
                            .iter()
                            .all(|(round, who, _)| (*round, *who) != (record.round, record.entrant))
                    };
                    let undone = marks.iter().filter_map(|(round, entrant, mark)| {
                        let (round, entrant) = (*round, *entrant);
                        mark.map(|mark| RaceRecord { round, entrant, mark })
                    });
                    let race = Race::restore(header, race.marks().filter(other).chain(undone))
                        .map_err(|error| EventRestoreError::Race { stage: *key, error })?;
                    Some(Contest::Race { race, field: Vec::new() })
                }
                _ => return Err(EventRestoreError::OtherKind(*key)),
            };
            let Some(running) = after.running.get_mut(key.index()) else {
                return Err(EventRefusal::UnknownStage { stage: *key }.into());
            };
            running.contest = contest;
        }
        after.check_fields()?;
        let mut changes = EventChanges::default();
        for (key, (was, is)) in (0..).map(StageKey).zip(self.running.iter().zip(&after.running)) {
            if let Some((change, undo)) = difference(was.contest.as_ref(), is.contest.as_ref()) {
                changes.stages.push((key, change));
                changes.undo.stages.push((key, undo));
            }
        }
        if undo.state.is_some() {
            changes.state = true;
            changes.undo.state = Some(Box::new(self.state()));
        }
        *self = after;
        Ok(changes)
    }
}

/// Nothing, if every seed holds the entrant of its number.
pub(super) fn identity(order: &[Entrant]) -> Option<Arc<[Entrant]>> {
    let alone = (1..).zip(order).all(|(number, entrant)| entrant.0 == number);
    (!alone).then(|| order.into())
}

/// Every list names entrants of the event, each once.
fn check_state(state: &EventState) -> Result<(), EventRefusal> {
    let late: Vec<Entrant> = state.stages.iter().flat_map(|stage| &stage.late).copied().collect();
    let mut lists = vec![&state.withdrawn, &late];
    for stage in &state.stages {
        lists.extend([&stage.absent, &stage.settled, &stage.arranged]);
    }
    // Who came late has the last numbers, and the last seeds.
    let on_time = (state.entrants as usize).saturating_sub(late.len());
    if late.iter().any(|entrant| entrant.index() < on_time) {
        return Err(EventRefusal::WrongOrder);
    }
    if let Some(order) = &state.order {
        let last = order.iter().enumerate().skip(on_time);
        if order.len() != state.entrants as usize
            || last.into_iter().any(|(place, entrant)| entrant.index() != place)
        {
            return Err(EventRefusal::WrongOrder);
        }
        lists.push(order);
    }
    for list in lists {
        let mut seen = std::collections::BTreeSet::new();
        for entrant in list {
            if !(1..=state.entrants).contains(&entrant.0) {
                return Err(EventRefusal::UnknownEntrant { entrant: *entrant });
            }
            if !seen.insert(entrant) {
                return Err(EventRefusal::WrongOrder);
            }
        }
    }
    Ok(())
}

fn document(contest: &Contest) -> ContestDocument {
    match contest {
        Contest::Matches(stage) => {
            ContestDocument::Matches { header: stage.header(), records: stage.records().collect() }
        }
        Contest::Race { race, .. } => {
            ContestDocument::Race { header: race.header(), marks: race.marks().collect() }
        }
    }
}

/// What differs between two states of a stage, and how to get the first one back.
pub(super) fn difference(
    before: Option<&Contest>,
    after: Option<&Contest>,
) -> Option<(StageChange, ContestUndo)> {
    let mut change = StageChange::default();
    let undo = match (before, after) {
        (None, None) => return None,
        (None, Some(after)) => {
            change.started = true;
            if let Contest::Matches(stage) = after {
                change.matches.changed = stage.all_matches().map(|m| m.key).collect();
                change.matches.appeared = stage.matches().map(|m| m.key).collect();
                let open = stage.matches().filter(|m| m.state == MatchState::Open);
                change.matches.opened = open.map(|m| m.key).collect();
            }
            ContestUndo::NotStarted
        }
        (Some(before), None) => {
            change.stopped = true;
            if let Contest::Matches(stage) = before {
                change.matches.changed = stage.all_matches().map(|m| m.key).collect();
                change.matches.vanished = stage.matches().map(|m| m.key).collect();
                change.matches.reset = stage.records().map(|record| record.key).collect();
            }
            ContestUndo::Whole(Box::new(document(before)))
        }
        (Some(Contest::Matches(before)), Some(Contest::Matches(after))) => {
            if before == after {
                return None;
            }
            change.field = !before.field().eq(after.field());
            change.matches = before.difference(after);
            let lost = |key: &crate::MatchKey| {
                before.record(*key).is_some() && after.record(*key).is_none()
            };
            let changed = change.matches.changed.iter().copied();
            change.matches.reset = changed.filter(lost).collect();
            if before.header() != after.header() {
                change.matches.header = true;
                change.matches.undo.header = Some(Box::new(before.header()));
            }
            ContestUndo::Matches(change.matches.undo.clone())
        }
        (Some(before @ Contest::Race { race: was, field: then }), Some(after)) => {
            let Contest::Race { race: is, field: now } = after else {
                return Some((change, ContestUndo::Whole(Box::new(document(before)))));
            };
            if was == is && then == now {
                return None;
            }
            change.field = then != now;
            let marks = race_difference(was, is, &mut change);
            let header = change.race.header.then(|| was.header());
            ContestUndo::Race { header, marks }
        }
        (Some(before @ Contest::Matches(_)), Some(Contest::Race { .. })) => {
            ContestUndo::Whole(Box::new(document(before)))
        }
    };
    Some((change, undo))
}

type Marks = Vec<(u32, Entrant, Option<crate::race::RaceMark>)>;

/// The marks of before that differ now.
fn race_difference(was: &Race, is: &Race, change: &mut StageChange) -> Marks {
    let keys = was.marks().chain(is.marks()).map(|record| (record.round, record.entrant));
    let keys: std::collections::BTreeSet<_> = keys.collect();
    let mut marks = Marks::new();
    for (round, entrant) in keys {
        let before = was.mark(round, entrant);
        if before != is.mark(round, entrant) {
            change.race.marks.push((round, entrant));
            marks.push((round, entrant, before));
        }
    }
    for round in 1..=was.started().max(is.started()) {
        let state = |race: &Race| race.state(round).unwrap_or(crate::race::RoundState::Pending);
        let (from, to) = (state(was), state(is));
        if from != to {
            change.race.rounds.push(crate::race::RoundChange { round, from, to });
        }
    }
    change.race.header = was.header() != is.header();
    marks
}

/// Puts others on the seeds of a race: those who changed lose their marks.
pub(super) fn reseat_race(
    race: &mut Race,
    field: &mut Vec<Content>,
    seats: Vec<Content>,
    withdrawn: &[Entrant],
) -> Result<(), RaceRefusal> {
    let stays = |seed: Entrant| field.get(seed.index()) == seats.get(seed.index());
    let mut header = race.header();
    header.withdrawn.retain(|seed| stays(*seed));
    let marks: Vec<_> = race.marks().filter(|record| stays(record.entrant)).collect();
    let Ok(mut after) = Race::restore(header, marks) else {
        return Err(RaceRefusal::TooManyEntrants { given: race.entrants() });
    };
    withdraw_absent(&mut after, &seats, withdrawn)?;
    *race = after;
    *field = seats;
    Ok(())
}

/// Nobody, and who withdrew, takes part in a race without running.
pub(super) fn withdraw_absent(
    race: &mut Race,
    seats: &[Content],
    withdrawn: &[Entrant],
) -> Result<(), RaceRefusal> {
    let out: std::collections::BTreeSet<_> = race.withdrawn().collect();
    let absent: std::collections::BTreeSet<_> = withdrawn.iter().collect();
    for (number, content) in (1..).zip(seats) {
        let gone = content.entrant().is_none_or(|entrant| absent.contains(&entrant));
        if gone && !out.contains(&Entrant(number)) {
            race.apply(&RaceOperation::Withdraw { entrant: Entrant(number) })?;
        }
    }
    Ok(())
}
