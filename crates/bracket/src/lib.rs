#![doc = include_str!("../README.md")]

mod bracket;
mod drops;
pub mod history;
pub mod layout;
mod model;
mod plan;
pub mod race;
mod refusal;
pub mod schedule;
mod seeding;
pub mod swiss;

pub use bracket::{Bracket, Header, MatchRecord, VERSION};
pub use model::{
    Changes, Content, Entrant, Format, GrandFinal, MAX_ENTRANTS, MAX_SETS, MIN_ENTRANTS, Match,
    MatchKey, MatchState, Operation, Outcome, Progress, Section, SeedingOrder, Settings, Slot,
    Source,
};
pub use refusal::{Refusal, RestoreError};
