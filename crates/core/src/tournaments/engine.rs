//! How the engine's state stands in a tournament's row and journal: what is stored once in the row
//! (the records of matches stand in theirs), what the engine was told in the journal.

use serde::{Deserialize, Serialize};
use tiltyard_bracket::{
    Format, Header, MatchRecord, Settings, Stage,
    event::{ContestDocument, Design, Event, EventOperation, EventState, EventUndo, StageState},
};

use super::rows::{Rows, split};
use crate::{Error, error::Result};

/// The stages of an event as they are stored: one stage of everybody goes without its entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stages {
    /// One stage of all entrants.
    One(Settings),
    /// Several.
    Several(Design),
}

impl Stages {
    /// As the engine wants it.
    pub(super) fn design(&self, entrants: u32) -> Design {
        match self {
            Self::One(settings) => Design::single(settings.clone(), entrants),
            Self::Several(design) => design.clone(),
        }
    }
}

/// What the engine was told, in the journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Told {
    /// An event begins; nothing in it has started.
    Begin {
        /// Its stages.
        stages: Stages,
        /// How many play.
        entrants: u32,
    },
    /// Something happens to it.
    Operation(EventOperation),
    /// Something is taken back.
    Undo(EventUndo),
    /// The event is thrown away.
    End,
}

/// What is stored once, in the tournament's row.
#[derive(Serialize, Deserialize)]
struct Stored {
    state: EventState,
    /// By stage; nothing before its start.
    headers: Vec<Option<Header>>,
    /// How many matches the stages will have that have not started.
    #[serde(default)]
    planned: u32,
}

/// The event's part of the row.
pub(super) fn write(event: &Event, planned: u32) -> Result<String> {
    let header = |key| event.stage(key).map(Stage::header);
    let headers = event.keys().map(header).collect();
    let stored = Stored { state: event.state(), headers, planned };
    serde_json::to_string(&stored).map_err(Error::internal)
}

/// What an earlier version wrote: the header of the only stage.
fn of_one_stage(text: &str) -> Result<Stored> {
    let header: Header = serde_json::from_str(text).map_err(Error::internal)?;
    let state = EventState {
        entrants: header.entrants,
        order: None,
        withdrawn: header.withdrawn.clone(),
        stages: vec![StageState::default()],
    };
    Ok(Stored { state, headers: vec![Some(header)], planned: 0 })
}

/// The event and how many matches are planned, from its part of the tournament's row, its design and
/// the records of matches.
pub(super) fn read(engine: &str, design: Option<&str>, rows: &Rows) -> Result<(Event, u32)> {
    let Stored { state, headers, planned } = match serde_json::from_str::<Stored>(engine) {
        Ok(stored) => stored,
        Err(_) => of_one_stage(engine)?,
    };
    let design = match (design, headers.first()) {
        (Some(design), _) => serde_json::from_str(design).map_err(Error::internal)?,
        (None, Some(Some(header))) => Design::single(header.settings.clone(), header.entrants),
        _ => return Err(Error::internal("one stage, and it has not started")),
    };
    let mut records: Vec<Vec<MatchRecord>> = vec![Vec::new(); headers.len()];
    for row in rows.iter() {
        let Some(record) = row.record.as_deref() else { continue };
        let of_stage = split(row.match_key).and_then(|(stage, _)| records.get_mut(stage.index()));
        let record = serde_json::from_str(record).map_err(Error::internal)?;
        of_stage.ok_or_else(|| Error::internal("a match of no stage"))?.push(record);
    }
    let contests = headers.into_iter().zip(records);
    let contests = contests
        .map(|(header, records)| header.map(|header| ContestDocument::Matches { header, records }));
    let event = Event::restore(design, state, contests.collect()).map_err(Error::internal)?;
    Ok((event, planned))
}

/// How many matches the stages will have that have not started.
pub(super) fn planned(event: &Event) -> u32 {
    let later = event.keys().filter(|key| event.contest(*key).is_none());
    let matches = |stage: Stage| match stage.settings().format {
        // Its rounds are paired once it is known who is in it.
        Format::Swiss { rounds, .. } => rounds.saturating_mul(stage.entrants() / 2),
        _ => stage.progress().total,
    };
    later.filter_map(|key| event.outlook(key).ok()).map(matches).sum()
}

/// How many stages the row's part of the engine speaks of, before rows are sorted by them.
pub(super) fn stages_in(design: Option<&str>) -> Result<usize> {
    let Some(design) = design else { return Ok(1) };
    let design: Design = serde_json::from_str(design).map_err(Error::internal)?;
    Ok(design.stages.len())
}

/// Plays a journal again: what the engine was told by its entries (`operations`), in order. `None`
/// where no event is left.
///
/// # Errors
/// A text that is no list of such operations, and operations that do not fit.
pub fn replay<'a>(operations: impl IntoIterator<Item = &'a str>) -> Result<Option<Event>> {
    let mut event = None;
    for told in operations {
        let told: Vec<Told> = serde_json::from_str(told).map_err(Error::internal)?;
        for told in told {
            let nothing = || Error::internal("something happens to an event that has not begun");
            match told {
                Told::Begin { stages, entrants } => {
                    let design = stages.design(entrants);
                    event = Some(Event::new(design, entrants).map_err(Error::internal)?);
                }
                Told::Operation(operation) => {
                    let event: &mut Event = event.as_mut().ok_or_else(nothing)?;
                    event.apply(&operation).map_err(Error::internal)?;
                }
                Told::Undo(undo) => {
                    let event: &mut Event = event.as_mut().ok_or_else(nothing)?;
                    event.undo(&undo).map_err(Error::internal)?;
                }
                Told::End => event = None,
            }
        }
    }
    Ok(event)
}
