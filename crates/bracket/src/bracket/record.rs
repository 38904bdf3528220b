//! Storing a bracket and building it again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Bracket;
use super::apply::check_result;
use crate::model::{Entrant, Match, MatchKey, Outcome, Settings};
use crate::refusal::{Refusal, RestoreError};

/// Version of the stored and exchanged data.
pub const VERSION: u32 = 1;

/// Value of `format` in the exchanged document.
const FORMAT: &str = "tiltyard-bracket";

/// What is stored once per bracket. With the records it is the whole state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of header and records, [`VERSION`] when written now.
    pub version: u32,
    /// What was asked for at the start.
    pub settings: Settings,
    /// Number of entrants.
    pub entrants: u32,
    /// Who withdrew, first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<Entrant>,
}

/// What was reported of a match and cannot be derived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchRecord {
    /// The match.
    pub key: MatchKey,
    /// Score per set, one number per slot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<Vec<i64>>,
    /// The reported outcome. Those that follow from byes and withdrawals are not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// The exchanged document as it is written.
#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    #[serde(flatten)]
    header: Header,
    matches: Vec<&'a Match>,
}

/// The exchanged document as it is read: the structure is not taken from it but built again.
#[derive(Deserialize)]
struct Read {
    format: String,
    #[serde(flatten)]
    header: Header,
    matches: Vec<ReadMatch>,
}

#[derive(Deserialize)]
struct ReadMatch {
    #[serde(flatten)]
    record: MatchRecord,
    #[serde(default)]
    automatic: bool,
}

impl Bracket {
    /// What is to be stored once; it changes only when [`crate::Changes::header`] says so.
    pub fn header(&self) -> Header {
        Header {
            version: VERSION,
            settings: self.settings(),
            entrants: self.entrants(),
            withdrawn: self.withdrawn().to_vec(),
        }
    }

    /// What is to be stored of one match; `None` if nothing was reported (or no such match is
    /// there), and then a stored record is to be removed. It changes only when the match is among
    /// [`crate::Changes::changed`].
    pub fn record(&self, key: MatchKey) -> Option<MatchRecord> {
        let m = self.get(key).filter(|m| m.has_record())?;
        Some(MatchRecord { key, sets: m.sets.clone(), outcome: m.outcome.filter(|_| !m.automatic) })
    }

    /// All records, in ascending order of keys.
    pub fn records(&self) -> impl Iterator<Item = MatchRecord> {
        self.matches.iter().filter_map(|m| self.record(m.key))
    }

    /// Builds a bracket from what was stored of it; the order of the records does not matter.
    ///
    /// # Errors
    /// Data that no sequence of operations can have left behind is refused, never repaired.
    pub fn restore(
        header: Header,
        records: impl IntoIterator<Item = MatchRecord>,
    ) -> Result<Self, RestoreError> {
        if header.version != VERSION {
            return Err(RestoreError::Version(header.version));
        }
        let mut bracket =
            Self::start(header.settings, header.entrants).map_err(RestoreError::Header)?;
        for entrant in header.withdrawn {
            bracket.check_entrant(entrant).map_err(RestoreError::Header)?;
            if !bracket.withdrawn.add(entrant) {
                return Err(RestoreError::Header(Refusal::AlreadyWithdrawn { entrant }));
            }
        }

        let mut by_key: Vec<Option<MatchRecord>> = vec![None; bracket.matches.len()];
        for record in records {
            let key = record.key;
            let place = by_key.get_mut(key.index()).ok_or(RestoreError::UnknownMatch(key))?;
            if place.replace(record).is_some() {
                return Err(RestoreError::DuplicateRecord(key));
            }
        }
        // Feeders have smaller keys than the fed.
        for (index, record) in by_key.into_iter().enumerate() {
            bracket.refresh(index);
            if let Some(record) = record {
                bracket.put(index, record)?;
            }
        }
        bracket.count();
        Ok(bracket)
    }

    /// Puts a record into a match whose sources are up to date.
    fn put(&mut self, index: usize, record: MatchRecord) -> Result<(), RestoreError> {
        let MatchRecord { key, sets, outcome } = record;
        let Some(shared) = self.matches.get_mut(index) else {
            return Err(RestoreError::UnknownMatch(key));
        };
        let playable = shared.slots.iter().all(|slot| slot.content.entrant().is_some());
        if !playable {
            return Err(RestoreError::NotPlayable(key));
        }
        check_result(shared.slots.len(), &sets, outcome)
            .map_err(|refusal| RestoreError::Record { key, refusal })?;
        let m = Arc::make_mut(shared);
        m.sets = sets;
        if outcome.is_some() {
            m.outcome = outcome;
            m.automatic = false;
        }
        self.refresh(index);
        Ok(())
    }

    /// The whole state as one JSON document for exchange; the crate's front page describes it.
    pub fn to_json(&self) -> String {
        let matches = self.all_matches().collect();
        let document = Written { format: FORMAT, header: self.header(), matches };
        // Plain structs with text keys cannot fail to serialize.
        serde_json::to_string(&document).unwrap_or_default()
    }

    /// Reads what [`Bracket::to_json`] wrote. Of a match only `key`, `sets`, `outcome` and
    /// `automatic` are read, everything else is built again.
    ///
    /// # Errors
    /// Text that is not such a document, and states that cannot be.
    pub fn from_json(text: &str) -> Result<Self, RestoreError> {
        let read: Read =
            serde_json::from_str(text).map_err(|error| RestoreError::Json(error.to_string()))?;
        if read.format != FORMAT {
            return Err(RestoreError::Format(read.format));
        }
        let records = read.matches.into_iter().map(|ReadMatch { record, automatic }| MatchRecord {
            outcome: record.outcome.filter(|_| !automatic),
            ..record
        });
        let reported = records.filter(|record| !record.sets.is_empty() || record.outcome.is_some());
        Self::restore(read.header, reported)
    }
}
