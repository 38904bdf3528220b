//! What PostgreSQL's errors mean.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use crate::StoreError;

/// What a failure asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing: the statement is at fault.
    Plain,
    /// The connection is gone, and its transaction with it.
    Lost,
    /// A prepared statement no longer fits the schema: prepare again.
    Stale,
    /// The transaction collided with another one: run it again.
    Collision,
}

/// An error with what it asks for.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: Kind,
    pub(super) error: StoreError,
}

/// Reads the error of a statement.
pub(super) fn of(statement: &'static str, error: &Error) -> Failure {
    if let Some(error) = error.as_db_error() {
        return of_server(statement, error);
    }
    if is_broken(error) {
        return Failure { kind: Kind::Lost, error: unavailable(error) };
    }
    // What is left are parameters and columns that do not convert; ours name types only.
    Failure {
        kind: Kind::Plain,
        error: StoreError::Parameters { statement, message: error.to_string() },
    }
}

/// Reads the error of an attempt to connect.
pub(super) fn connecting(error: &Error) -> StoreError {
    unavailable(error)
}

fn unavailable(error: &Error) -> StoreError {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    StoreError::Unavailable(format!("PostgreSQL: {error}{cause}"))
}

fn is_broken(error: &Error) -> bool {
    error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

fn of_server(statement: &'static str, error: &DbError) -> Failure {
    let state = error.code();
    let constraint =
        || error.constraint().or(error.column()).or(error.table()).unwrap_or_default().to_owned();
    let kind = if *state == SqlState::T_R_SERIALIZATION_FAILURE
        || *state == SqlState::T_R_DEADLOCK_DETECTED
    {
        Kind::Collision
    } else if *state == SqlState::ADMIN_SHUTDOWN
        || *state == SqlState::CRASH_SHUTDOWN
        || state.code().starts_with("08")
        || *state == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
    {
        Kind::Lost
    } else if *state == SqlState::INVALID_SQL_STATEMENT_NAME
        || (*state == SqlState::FEATURE_NOT_SUPPORTED
            && error.routine() == Some("RevalidateCachedQuery"))
    {
        Kind::Stale
    } else {
        Kind::Plain
    };
    let error = match (kind, state) {
        (Kind::Collision, _) => StoreError::Contended,
        (Kind::Lost, _) => StoreError::Unavailable(format!("PostgreSQL: {}", error.message())),
        (_, state) if *state == SqlState::UNIQUE_VIOLATION => {
            StoreError::Unique { statement, constraint: constraint() }
        }
        (_, state) if *state == SqlState::FOREIGN_KEY_VIOLATION => {
            StoreError::ForeignKey { statement, constraint: constraint() }
        }
        (_, state) if state.code().starts_with("23") => {
            StoreError::Constraint { statement, constraint: constraint() }
        }
        (_, state) if *state == SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy,
        (_, state) if state.code().starts_with("53") || state.code().starts_with("57") => {
            StoreError::Unavailable(format!("PostgreSQL: {}", error.message()))
        }
        _ => StoreError::Statement {
            statement,
            code: state.code().to_owned(),
            // Messages of class 22 (data exceptions) quote the value.
            message: if state.code().starts_with("22") {
                String::new()
            } else {
                error.message().to_owned()
            },
        },
    };
    Failure { kind, error }
}
