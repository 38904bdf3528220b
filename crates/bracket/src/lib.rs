#![doc = include_str!("../README.md")]

pub mod draw;
mod drops;
pub mod event;
pub mod history;
pub mod layout;
mod matching;
mod model;
mod operation;
mod plan;
pub mod race;
mod refusal;
pub mod schedule;
mod seeding;
mod settings;
pub mod spread;
mod stage;
pub mod standings;
pub mod swiss;

pub use model::{
    Content, Entrant, Identifier, MAX_ENTRANTS, MAX_SETS, MAX_SIDES, MAX_SIDES_IN_ALL,
    MIN_ENTRANTS, Match, MatchKey, MatchState, NotLetters, Outcome, Section, Seed, Slot, Slots,
    Source,
};
pub use operation::{Changes, Operation, Progress, Undo};
pub use refusal::{Refusal, RestoreError};
pub use settings::{
    Format, GrandFinal, MAX_CYCLES, MAX_IN_TABLE, MAX_ROUNDS, SeedingOrder, Settings,
};
pub use stage::{Added, Header, MatchRecord, PairedRound, Stage, VERSION};
