//! Tournaments: their participants, their matches, and the journal of what happened.

pub mod attachments;
mod change;
mod change_state;
pub mod check_in;
mod condition;
mod create;
mod delete;
mod draw;
mod engine;
mod forecast;
mod groups;
mod happenings;
mod kind;
mod list;
mod load;
pub mod matches;
mod options;
pub mod participants;
pub mod predictions;
mod ranking;
pub mod registration;
mod rounds;
mod rows;
mod run;
mod slug;
mod state;
mod undo;
mod update;
mod verify;

pub use change_state::StateChange;
pub(crate) use check_in::row_as_of;
pub use condition::{Condition, Current};
pub use create::NewTournament;
pub use engine::replay;
pub use forecast::{Forecast, StageForecast, forecast};
pub use groups::{Group, GroupStageOptions};
pub use happenings::{Doer, Happening, Happenings};
pub use kind::Kind;
pub use list::{Listed, Page, StateFilter, TournamentFilter};
pub use load::{By, Tournament};
pub use options::{
    DoubleEliminationOptions, FreeForAllOptions, GrandFinals, MatchOptions, Notifications, Options,
    PageOptions, PredictionOptions, RegistrationOptions, SeedingOptions, StationOptions,
};
pub use ranking::{RankedBy, RoundRobinOptions, SwissOptions, TieBreak, Worth};
pub use rows::Rows;
pub use slug::RESERVED;
pub use state::State;
pub use tiltyard_store::repo::{
    matches::MatchRow, participants::ParticipantRow, tournaments::TournamentRow,
};
pub use undo::Change;
pub use update::TournamentChanges;
pub use verify::Verified;
