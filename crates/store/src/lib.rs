#![doc = include_str!("../README.md")]

mod error;
mod event;
mod job;
mod migrate;
pub mod migrations;
mod options;
mod postgres;
pub mod repo;
mod row;
mod session;
mod sql;
mod sqlite;
mod stats;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod threads;
mod value;

pub use error::{MigrationError, StoreError};
pub use event::{Changes, Event};
pub use migrate::{Migration, Migrations};
pub use options::{Durability, PostgresOptions, SqliteOptions, StoreOptions, Target};
pub use row::Row;
pub use session::{Engine, Read, Rx, Tx};
pub use sql::{LockKey, Sequence, Sql};
pub use stats::Stats;
pub use store::Store;
pub use value::Value;
