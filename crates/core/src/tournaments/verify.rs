//! Whether what is stored of a tournament is what its journal leads to.

use tiltyard_store::{
    Read,
    repo::journal::{self, EntryRow},
};

use super::{By, State, Tournament, engine, load};
use crate::{Actor, Core, Error, error::Result};

/// Entries of the journal that are read at a time.
const READ: i64 = 500;

/// What a journal was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The tournament's id.
    pub tournament: i64,
    /// The journal's entries.
    pub entries: u64,
    /// Whether the journal could be played again: what was started by an earlier version has not
    /// noted what the engine was told.
    pub replayed: bool,
    /// What is stored otherwise than the journal has it, in words; empty where all is well.
    pub differences: Vec<String>,
}

impl Core {
    /// Plays the journal of a tournament again and compares what comes out with what is stored. For
    /// operators.
    ///
    /// # Errors
    /// There is no such tournament, or its rows or its journal cannot be read.
    pub async fn verify_tournament(&self, actor: &Actor, by: By) -> Result<Verified> {
        if !actor.is_operator() {
            return Err(Error::Forbidden("only an operator may do this".to_owned()));
        }
        self.0
            .store
            .scan(move |rx| {
                let row = load::find(rx, &by)?.ok_or(Error::NotFound("tournament"))?;
                // From the store, whatever the cache has.
                let stored = load::load(rx, row)?;
                let entries = entries(rx, stored.row.id)?;
                Ok(verified(&stored, &entries))
            })
            .await
    }
}

fn entries(db: &mut impl Read, tournament: i64) -> Result<Vec<EntryRow>> {
    let mut entries: Vec<EntryRow> = Vec::new();
    loop {
        let after = entries.last().map_or(0, |entry| entry.number);
        let more = journal::after(db, tournament, after, READ)?;
        if more.is_empty() {
            return Ok(entries);
        }
        entries.extend(more);
    }
}

fn verified(stored: &Tournament, entries: &[EntryRow]) -> Verified {
    let mut differences = Vec::new();
    let numbers = entries.iter().map(|entry| entry.number);
    if !numbers.eq(1..=stored.row.journal_number) {
        differences.push(format!(
            "the journal's numbers do not run from 1 to {}",
            stored.row.journal_number
        ));
    }
    // From the last drawing on, which is the first after a reset, all of it was noted, or none.
    let reset = entries.iter().rposition(|entry| entry.event == "tournament.reset");
    let drawn = entries.iter().skip(reset.map_or(0, |at| at + 1)).find(|entry| {
        matches!(
            entry.event.as_str(),
            "tournament.started" | "groups.started" | "predictions.opened"
        )
    });
    let noted = drawn.is_none_or(|entry| entry.operations.is_some());
    let replayed = noted || stored.event.is_none();
    if replayed {
        let told = entries.iter().filter_map(|entry| entry.operations.as_deref());
        match engine::replay(told) {
            Ok(event) if event == stored.event => {}
            Ok(event) => differences.push(match (&event, &stored.event) {
                (Some(_), Some(_)) => "the journal leads to other matches or results".to_owned(),
                (Some(_), None) => "the journal leads to a tournament that has started".to_owned(),
                _ => "the journal leads to a tournament that has not started".to_owned(),
            }),
            Err(error) => differences
                .push(format!("the journal cannot be played again: {}", error.for_operator())),
        }
    }
    if stored.event.is_some() != stored.state.started() {
        differences.push(format!("the state {} does not go with the matches", stored.state.name()));
    }
    let over = stored.event.as_ref().is_some_and(tiltyard_bracket::event::Event::is_over);
    if matches!(stored.state, State::AwaitingReview | State::Complete) && !over {
        differences.push(format!("the state is {}, and not all is played", stored.state.name()));
    }
    Verified { tournament: stored.row.id, entries: entries.len() as u64, replayed, differences }
}
