//! Binding, running and reading statements, and what SQLite's errors mean.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Statement, ffi};

use crate::{Row, Sql, StoreError, Value};

/// Runs a statement without parameters or rows (`BEGIN`, `SAVEPOINT` …).
pub(super) fn control(connection: &Connection, text: &'static str) -> Result<(), StoreError> {
    connection
        .prepare_cached(text)
        .and_then(|mut statement| statement.raw_execute())
        .map(drop)
        .map_err(|cause| error(text, &cause))
}

/// Runs a statement that gives no rows; how many rows it touched.
pub(crate) fn run(connection: &Connection, sql: &Sql, params: &[Value]) -> Result<u64, StoreError> {
    let mut statement = bound(connection, sql, params)?;
    statement.raw_execute().map(|count| count as u64).map_err(|cause| error(sql.name, &cause))
}

/// Runs a statement once for each row of parameters, prepared and looked at once for all of them.
pub(crate) fn run_many(
    connection: &Connection,
    sql: &Sql,
    rows: &[Vec<Value>],
) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached(sql.text).map_err(|cause| error(sql.name, &cause))?;
    let numbers = numbers(&statement, sql)?;
    for row in rows {
        bind(&mut statement, sql, &numbers, row)?;
        statement.raw_execute().map_err(|cause| error(sql.name, &cause))?;
    }
    Ok(())
}

/// Runs a statement and gives its rows to `row`, whose error ends the reading.
pub(crate) fn each(
    connection: &Connection,
    sql: &Sql,
    params: &[Value],
    row: &mut dyn FnMut(Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut result = Ok(());
    each_while(connection, sql, params, &mut |next| {
        result = row(next);
        result.is_ok()
    })?;
    result
}

/// Runs a statement and gives its rows to `row` until that says `false`.
pub(crate) fn each_while(
    connection: &Connection,
    sql: &Sql,
    params: &[Value],
    row: &mut dyn FnMut(Row) -> bool,
) -> Result<(), StoreError> {
    let mut statement = bound(connection, sql, params)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    while let Some(next) = rows.next().map_err(|cause| error(sql.name, &cause))? {
        let mut values = Vec::with_capacity(columns);
        for column in 0..columns {
            let value = next.get_ref(column).map_err(|cause| error(sql.name, &cause))?;
            values.push(read(sql, column, value)?);
        }
        if !row(Row::new(sql.name, values)) {
            break;
        }
    }
    Ok(())
}

fn read(sql: &Sql, column: usize, value: ValueRef<'_>) -> Result<Value, StoreError> {
    let wrong = |found: &str| StoreError::Decode {
        statement: sql.name,
        column,
        expected: "BIGINT, BOOLEAN, TEXT or BLOB",
        found: found.to_owned(),
    };
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Text(text) => Value::Text(
            std::str::from_utf8(text).map_err(|_| wrong("TEXT that is not UTF-8"))?.to_owned(),
        ),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Real(_) => return Err(wrong("REAL")),
    })
}

/// Prepares a statement and binds its parameters **by name**: to SQLite `$2` is a name like any
/// other, numbered by its first appearance, so binding by position would swap the values of
/// `… $2 … $1` without a word.
fn bound<'c>(
    connection: &'c Connection,
    sql: &Sql,
    params: &[Value],
) -> Result<CachedStatement<'c>, StoreError> {
    let mut statement =
        connection.prepare_cached(sql.text).map_err(|cause| error(sql.name, &cause))?;
    let numbers = numbers(&statement, sql)?;
    bind(&mut statement, sql, &numbers, params)?;
    Ok(statement)
}

/// The number of the parameter at each of SQLite's positions, from 0 on.
fn numbers(statement: &Statement<'_>, sql: &Sql) -> Result<Vec<usize>, StoreError> {
    (1..=statement.parameter_count())
        .map(|position| {
            let name = statement.parameter_name(position).unwrap_or_default();
            name.strip_prefix('$')
                .and_then(|digits| digits.parse::<usize>().ok())
                .and_then(|number| number.checked_sub(1))
                .ok_or_else(|| StoreError::Parameters {
                    statement: sql.name,
                    message: format!("{name} is not $1 to $n"),
                })
        })
        .collect()
}

fn bind(
    statement: &mut Statement<'_>,
    sql: &Sql,
    numbers: &[usize],
    params: &[Value],
) -> Result<(), StoreError> {
    let wrong = |message: String| StoreError::Parameters { statement: sql.name, message };
    let mut wanted = 0;
    for (position, number) in (1..).zip(numbers) {
        let value = params.get(*number).ok_or_else(|| {
            wrong(format!("${} has no value, there are {}", number + 1, params.len()))
        })?;
        wanted = wanted.max(number + 1);
        statement.raw_bind_parameter(position, value).map_err(|cause| error(sql.name, &cause))?;
    }
    if wanted != params.len() {
        return Err(wrong(format!("{wanted} expected, {} given", params.len())));
    }
    Ok(())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

/// What an error of SQLite means. Its messages name tables and columns, never values.
pub(crate) fn error(statement: &'static str, error: &rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, message) = error else {
        return StoreError::Statement {
            statement,
            code: "rusqlite".to_owned(),
            message: error.to_string(),
        };
    };
    let message = message.clone().unwrap_or_else(|| failure.to_string());
    // "UNIQUE constraint failed: people.email_key"
    let constraint = || {
        message.split_once("constraint failed: ").map_or_else(String::new, |(_, it)| it.to_owned())
    };
    match failure.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => {
            StoreError::Unique { statement, constraint: constraint() }
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
            StoreError::ForeignKey { statement, constraint: constraint() }
        }
        code if code & 0xff == ffi::SQLITE_CONSTRAINT => {
            StoreError::Constraint { statement, constraint: constraint() }
        }
        code => match code & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => StoreError::Busy,
            ffi::SQLITE_FULL
            | ffi::SQLITE_IOERR
            | ffi::SQLITE_CANTOPEN
            | ffi::SQLITE_READONLY
            | ffi::SQLITE_NOMEM => StoreError::Unavailable(format!("{message} ({code})")),
            _ => StoreError::Statement { statement, code: code.to_string(), message },
        },
    }
}
