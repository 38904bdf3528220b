//! Storing a stage and building it again.

use serde::{Deserialize, Serialize};

use super::Stage;
use super::apply::{Report, standing_alone};
use super::table::Added;
use crate::model::{Content, Entrant, Match, MatchKey, Outcome};
use crate::refusal::{Refusal, RestoreError};
use crate::settings::Settings;

/// Version of the stored and exchanged data.
pub const VERSION: u32 = 1;

/// Value of `format` in the exchanged document.
const FORMAT: &str = "tiltyard-bracket";

/// What is stored once per stage. With the records it is the whole state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of header and records, [`VERSION`] when written now.
    pub version: u32,
    /// What was asked for at the start.
    pub settings: Settings,
    /// Number of entrants at the start.
    pub entrants: u32,
    /// Who withdrew, first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<Entrant>,
    /// Who stands on each seed; left out while every seed holds the entrant of its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Vec<Content>>,
    /// The stage was ended for good.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub finalized: bool,
    /// What joined a table after its start, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<Added>,
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
    /// Places in slot order, in a complete match of more than two sides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<u8>,
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

impl Stage {
    /// What is to be stored once; it changes only when [`crate::Changes::header`] says so.
    pub fn header(&self) -> Header {
        Header {
            version: VERSION,
            settings: self.settings().clone(),
            entrants: self.entrants() - late(&self.added),
            withdrawn: self.withdrawn().to_vec(),
            field: self.field.as_deref().map(<[Content]>::to_vec),
            finalized: self.finalized,
            added: self.added.clone(),
        }
    }

    /// What is to be stored of one match; `None` if nothing was reported (or no such match is
    /// there), and then a stored record is to be removed. It changes only when the match is among
    /// [`crate::Changes::changed`].
    pub fn record(&self, key: MatchKey) -> Option<MatchRecord> {
        record_of(self.get(key)?)
    }

    /// All records, in ascending order of keys.
    pub fn records(&self) -> impl Iterator<Item = MatchRecord> {
        self.matches.iter().filter_map(|m| self.record(m.key))
    }

    /// Builds a stage from what was stored of it; the order of the records does not matter.
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
        let finalized = header.finalized;
        let mut stage = Self::of_header(header).map_err(RestoreError::Header)?;

        let mut by_key: Vec<Option<MatchRecord>> = vec![None; stage.matches.len()];
        for record in records {
            let key = record.key;
            let place = by_key.get_mut(key.index()).ok_or(RestoreError::UnknownMatch(key))?;
            if place.replace(record).is_some() {
                return Err(RestoreError::DuplicateRecord(key));
            }
        }
        // Feeders have smaller keys than the fed.
        for (index, record) in by_key.into_iter().enumerate() {
            stage.refresh(index);
            if let Some(record) = record {
                stage.put(index, record)?;
            }
        }
        stage.count();
        stage.finalized = finalized;
        if finalized && !stage.is_over() {
            let left = stage.progress.total - stage.progress.complete;
            return Err(RestoreError::Header(Refusal::NotOver { left }));
        }
        Ok(stage)
    }

    /// Starts what a header describes; matches are not up to date with it yet.
    fn of_header(header: Header) -> Result<Self, Refusal> {
        let mut stage = Self::start(header.settings, header.entrants)?;
        for added in header.added {
            stage.join(added)?;
        }
        if let Some(field) = &header.field {
            stage.check_field(field)?;
            stage.field = standing_alone(field);
        }
        for entrant in header.withdrawn {
            stage.check_entrant(entrant)?;
            if !stage.withdrawn.add(entrant) {
                return Err(Refusal::AlreadyWithdrawn { entrant });
            }
        }
        Ok(stage)
    }

    /// The same without records.
    pub(super) fn fresh(header: Header) -> Result<Self, Refusal> {
        let mut stage = Self::of_header(header)?;
        for index in 0..stage.matches.len() {
            stage.refresh(index);
        }
        stage.count();
        Ok(stage)
    }

    /// Puts a record into a match whose sources are up to date.
    pub(super) fn put(&mut self, index: usize, record: MatchRecord) -> Result<(), RestoreError> {
        let MatchRecord { key, sets, outcome, places } = record;
        let Some(m) = self.matches.get(index) else {
            return Err(RestoreError::UnknownMatch(key));
        };
        let known = |m: &Match| m.slots.iter().all(|slot| slot.content != Content::Undecided);
        if !m.present || !known(m) || m.entrants().nth(1).is_none() {
            return Err(RestoreError::NotPlayable(key));
        }
        let report = Report { sets: &sets, outcome, places: &places };
        self.check(m, report).map_err(|refusal| RestoreError::Record { key, refusal })?;
        let Some(m) = self.matches.get_mut(index) else {
            return Err(RestoreError::UnknownMatch(key));
        };
        m.sets = sets;
        if outcome.is_some() {
            m.outcome = outcome;
            m.places = places.into();
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

    /// Reads what [`Stage::to_json`] wrote. Of a match only `key`, `sets`, `outcome`,
    /// `places` and `automatic` are read, everything else is built again.
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
            places: if automatic { Vec::new() } else { record.places },
            ..record
        });
        let reported = records.filter(|record| !record.sets.is_empty() || record.outcome.is_some());
        Self::restore(read.header, reported)
    }
}

/// How many entrants joined late.
fn late(added: &[Added]) -> u32 {
    let entrants = added.iter().filter(|added| matches!(added, Added::Entrant)).count();
    u32::try_from(entrants).unwrap_or(u32::MAX)
}

/// What was reported of a match.
pub(super) fn record_of(m: &Match) -> Option<MatchRecord> {
    if !m.has_record() {
        return None;
    }
    let outcome = m.outcome.filter(|_| !m.automatic);
    let places = if outcome.is_some() { m.places.to_vec() } else { Vec::new() };
    Some(MatchRecord { key: m.key, sets: m.sets.clone(), outcome, places })
}
