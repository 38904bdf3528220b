//! Standings as a table: who met whom, and what decides.

use tiltyard_bracket::layout::CrossTable;
use tiltyard_bracket::standings::{Criterion, Value};
use tiltyard_bracket::{Content, Format, Match, MatchKey, MatchState, Outcome, Seed, Stage};

use super::criteria;
use super::engine::{EntrantText, text, won};

/// Most rows of a table that shows who met whom; of more only the standings are shown.
const CROSS_MAX: u32 = 32;

/// The standings of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it is ordered by, the weightiest first.
    pub columns: Vec<Column>,
    /// Best first.
    pub rows: Vec<Row>,
    /// Whether rows say how each ended against each, in the order of the rows.
    pub cross: bool,
    /// Whether records have draws.
    pub draws: bool,
    /// Whether seeds decide where nothing else does, so that nobody shares a place.
    pub by_seed: bool,
}

/// A criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Heading.
    pub short: &'static str,
    /// Name in full.
    pub name: String,
    /// How its values come about.
    pub meaning: &'static str,
}

/// Somebody's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Place so far, shared by those who are level.
    pub rank: u32,
    /// No worse than this, whatever happens.
    pub guaranteed: Option<u32>,
    /// The engine's number, once it is known who it is.
    pub entrant: Option<u32>,
    /// Name, or what stands in for it.
    pub name: String,
    /// Seed to show.
    pub seed: Option<u32>,
    /// Whether they withdrew.
    pub withdrew: bool,
    /// Matches decided.
    pub played: u32,
    /// Won, lost and drawn, such as `3–1–0`.
    pub record: String,
    /// By column.
    pub values: Vec<Figure>,
    /// Against each, in the order of the rows.
    pub cells: Vec<Cell>,
}

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// As written; empty where there is nothing to say.
    pub text: String,
    /// Whether it puts this line below the one above.
    pub decides: bool,
}

/// How one ended against another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Whether row and column are the same.
    pub own: bool,
    /// Their matches.
    pub meetings: Vec<Meeting>,
}

/// A match of two as one of them sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// The match.
    pub key: MatchKey,
    /// The name people use.
    pub identifier: String,
    /// The result, such as `3–1`; empty if there is none yet.
    pub text: String,
    /// How it ended: `won`, `lost`, `drawn`, `underway` or `open`.
    pub class: &'static str,
}

/// The table of a stage, where one decides.
pub(super) fn of(stage: &Stage, entrants: &[EntrantText]) -> Option<Table> {
    if !stage.settings().format.is_table() {
        return None;
    }
    let standings = stage.standings().ok()?;
    let shown: Vec<usize> = (0..)
        .zip(&standings.criteria)
        .filter(|(_, criterion)| !matches!(criterion, Criterion::Seed | Criterion::Lots))
        .map(|(index, _)| index)
        .collect();
    let criterion = |index: &usize| standings.criteria.get(*index).copied();
    let round_robin = matches!(stage.settings().format, Format::RoundRobin { .. });
    let cross = round_robin && stage.entrants() <= CROSS_MAX;
    let met = if cross { CrossTable::of(stage) } else { CrossTable::default() };
    let order: Vec<Seed> = standings.rows.iter().map(|row| Seed(row.entrant.0)).collect();
    let draws = standings.rows.iter().any(|row| row.drawn > 0);
    let guaranteed = stage.guaranteed_ranks();
    let rows = standings.rows.iter().map(|row| {
        let seed = Seed(row.entrant.0);
        let entrant = stage.on_seed(seed).entrant();
        let (name, shown_seed) = match stage.on_seed(seed) {
            Content::Entrant(entrant) => text(entrant, entrants),
            Content::Undecided | Content::Bye => (format!("Seed {seed}"), None),
        };
        let mut record = format!("{}–{}", row.won, row.lost);
        if draws {
            record = format!("{record}–{}", row.drawn);
        }
        let value = |index: &usize| {
            let value = row.values.get(*index)?.as_ref()?;
            Some(number(value, criterion(index).is_some_and(criteria::is_share)))
        };
        let cells = order.iter().filter(|_| cross).map(|other| Cell {
            own: *other == seed,
            meetings: met
                .between(seed, *other)
                .iter()
                .filter_map(|met| Some(meeting(stage.get(met.key)?, usize::from(met.slot))))
                .collect(),
        });
        Row {
            rank: row.rank,
            guaranteed: guaranteed.get(seed.index()).copied(),
            entrant: entrant.map(|entrant| entrant.0),
            name,
            seed: shown_seed,
            withdrew: entrant.is_some_and(|entrant| stage.withdrawn().contains(&entrant)),
            played: row.played,
            record,
            values: shown
                .iter()
                .map(|index| Figure {
                    text: value(index).unwrap_or_default(),
                    decides: row.decided_by.is_some() && row.decided_by == criterion(index),
                })
                .collect(),
            cells: cells.collect(),
        }
    });
    let rows = rows.collect();
    let columns = shown.iter().filter_map(criterion).map(|criterion| {
        let (short, meaning) = criteria::words(criterion);
        Column { short, name: criterion.to_string(), meaning }
    });
    let by_seed = standings.criteria.contains(&Criterion::Seed);
    Some(Table { columns: columns.collect(), rows, cross, draws, by_seed })
}

fn number(value: &Value, share: bool) -> String {
    if share {
        return value.decimal(3);
    }
    let exact = value.to_string();
    if exact.contains('/') { value.decimal(2) } else { exact }
}

fn meeting(m: &Match, slot: usize) -> Meeting {
    let class = match (m.state, m.outcome) {
        (MatchState::Complete, Some(Outcome::Draw)) => "drawn",
        (MatchState::Complete, Some(outcome)) if outcome.winner_slot() == Some(slot) => "won",
        (MatchState::Complete, _) => "lost",
        _ if m.sets.is_empty() => "open",
        _ => "underway",
    };
    let other = 1_usize.saturating_sub(slot);
    let score = match m.sets.as_slice() {
        [] => match class {
            "won" => "W".to_owned(),
            "lost" => "L".to_owned(),
            "drawn" => "D".to_owned(),
            _ => String::new(),
        },
        [set] => {
            let points = |slot: usize| set.get(slot).copied().unwrap_or_default();
            format!("{}–{}", points(slot), points(other))
        }
        sets => {
            let count = |slot: usize| sets.iter().filter(|set| won(set, slot)).count();
            format!("{}–{}", count(slot), count(other))
        }
    };
    Meeting { key: m.key, identifier: m.identifier.to_string(), text: score, class }
}

impl Meeting {
    /// The result in words for those who do not see colours.
    pub(crate) fn words(&self) -> &'static str {
        match self.class {
            "won" => "won",
            "lost" => "lost",
            "drawn" => "drawn",
            "underway" => "being played",
            _ => "not played",
        }
    }
}
