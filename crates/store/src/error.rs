//! What can go wrong, with one shape for both engines.

/// A failure of the store. No variant carries a parameter's value, so every one can be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A row with this key exists. `constraint` is `table.column` (several joined by `, `) on
    /// SQLite and the constraint's name on PostgreSQL.
    #[error("{statement}: {constraint} is taken")]
    Unique {
        /// The statement's name.
        statement: &'static str,
        /// What is unique, as the engine names it.
        constraint: String,
    },
    /// A row refers to one that does not exist, or is still referred to.
    /// SQLite does not say which constraint it was: `constraint` is empty there.
    #[error("{statement}: foreign key violated {constraint}")]
    ForeignKey {
        /// The statement's name.
        statement: &'static str,
        /// The constraint's name, where known.
        constraint: String,
    },
    /// A NOT NULL or CHECK constraint refused the row.
    #[error("{statement}: constraint violated: {constraint}")]
    Constraint {
        /// The statement's name.
        statement: &'static str,
        /// The constraint's or column's name.
        constraint: String,
    },
    /// A statement met another number of rows than the one it is about.
    #[error("{statement}: expected {expected} row(s), got {got}")]
    RowCount {
        /// The statement's name.
        statement: &'static str,
        /// How many rows were expected.
        expected: u64,
        /// How many there were.
        got: u64,
    },
    /// A column does not hold what the code reads from it.
    #[error("{statement}: column {column} is {found}, not {expected}")]
    Decode {
        /// The statement's name.
        statement: &'static str,
        /// Zero-based index of the column.
        column: usize,
        /// The type the code wants.
        expected: &'static str,
        /// The type that was there.
        found: String,
    },
    /// Parameters do not fit the statement (too few, too many, wrong type).
    #[error("{statement}: parameters do not fit: {message}")]
    Parameters {
        /// The statement's name.
        statement: &'static str,
        /// What does not fit.
        message: String,
    },
    /// The engine refused the statement for another reason.
    #[error("{statement}: {message} ({code})")]
    Statement {
        /// The statement's name.
        statement: &'static str,
        /// SQLSTATE, or SQLite's extended result code.
        code: String,
        /// The engine's message; empty where it could quote a value.
        message: String,
    },
    /// An earlier statement of this transaction failed, and the closure went on. PostgreSQL
    /// refuses everything after a failed statement, so on SQLite it is refused as well: use
    /// `ON CONFLICT` where a conflict is expected.
    #[error("an earlier statement of this transaction failed")]
    Aborted,
    /// Another process holds SQLite's write lock for too long.
    #[error("the database is locked by another process")]
    Busy,
    /// The transaction lost every one of its tries against concurrent ones.
    #[error("too many concurrent changes to the same rows")]
    Contended,
    /// The database cannot be reached, or cannot be written (disk full).
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The connection broke while COMMIT was on its way: it may or may not have happened.
    #[error("the connection broke during COMMIT; whether it happened is unknown")]
    CommitUnknown,
    /// The schema is not one this program can use.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// An option (URL, path, certificate file) is wrong.
    #[error("database configuration: {0}")]
    Configuration(String),
    /// This engine cannot do that.
    #[error("{0}")]
    Unsupported(&'static str),
    /// The closure panicked; its changes were rolled back.
    #[error("a transaction panicked: {0}")]
    Panicked(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// Why the schema could not be brought up to date; each text says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// The database was written by a newer program.
    #[error(
        "the database has schema version {found}, this program knows versions up to {known}: \
         start the newer program, or restore the backup made before the upgrade"
    )]
    Newer {
        /// The database's version.
        found: i64,
        /// The newest version of this program.
        known: i64,
    },
    /// The database has a version this program never had.
    #[error(
        "the database has migration {version} ({name}), which this program does not contain: \
         check that it is a database of this program"
    )]
    Unknown {
        /// The version in question.
        version: i64,
        /// Its recorded name.
        name: String,
    },
    /// A migration's text differs from what was applied.
    #[error(
        "migration {version} ({name}) was applied with another text: released migrations never \
         change, so start the program that wrote this database, or restore a backup"
    )]
    Changed {
        /// The version in question.
        version: i64,
        /// Its name.
        name: &'static str,
    },
    /// The list of this program is not in ascending order (a programming error).
    #[error("migration {version} is out of order")]
    Order {
        /// The first version that is out of order.
        version: i64,
    },
    /// The engine refused a migration; nothing of it was kept.
    #[error("migration {version} ({name}) failed and was rolled back: {message}")]
    Failed {
        /// The version in question.
        version: i64,
        /// Its name.
        name: &'static str,
        /// The engine's message.
        message: String,
    },
}

impl StoreError {
    /// Whether a row with the same key exists already.
    pub const fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Unique { .. })
    }

    /// Whether a row that is referred to is missing (or one that refers still exists).
    pub const fn is_foreign_key_violation(&self) -> bool {
        matches!(self, Self::ForeignKey { .. })
    }

    /// Whether the same request may well succeed a little later.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::Contended
                | Self::Unavailable(_)
                | Self::CommitUnknown
                | Self::Closed
        )
    }

    /// The raw name of the violated constraint, as the engine gives it.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Unique { constraint, .. }
            | Self::ForeignKey { constraint, .. }
            | Self::Constraint { constraint, .. } => Some(constraint),
            _ => None,
        }
    }
}
