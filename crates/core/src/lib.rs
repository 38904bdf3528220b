#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod actor;
pub mod applications;
pub mod audit;
pub mod authorization;
pub mod clock;
pub mod communities;
mod context;
pub mod demo;
pub mod entropy;
pub mod error;
pub mod feed;
pub mod files;
pub mod idempotency;
pub mod keys;
pub mod limits;
pub mod live;
pub mod maintenance;
pub mod metrics;
pub mod passwords;
pub mod patch;
pub mod permissions;
pub mod quota;
pub mod restore;
pub mod search;
pub mod security_log;
pub mod settings;
mod text;
pub mod tournaments;

pub use actor::Actor;
pub use context::Core;
pub use error::{Error, Problem, Problems};
pub use patch::Patch;
pub use settings::Settings;
