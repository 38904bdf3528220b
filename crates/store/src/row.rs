//! Rows of a result.

use crate::{StoreError, Value};

/// A row; columns by zero-based index, in the order of the SELECT list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    statement: &'static str,
    values: Vec<Value>,
}

impl Row {
    pub(crate) const fn new(statement: &'static str, values: Vec<Value>) -> Self {
        Self { statement, values }
    }

    /// How many columns it has.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The column as it is.
    pub fn value(&self, column: usize) -> Result<&Value, StoreError> {
        self.values.get(column).ok_or_else(|| StoreError::Decode {
            statement: self.statement,
            column,
            expected: "a column",
            found: format!("beyond the {} selected", self.values.len()),
        })
    }

    /// A BIGINT that is not NULL.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| self.null(column, "BIGINT"))
    }

    /// A BIGINT or NULL.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Int(value) => Ok(Some(*value)),
            other => Err(self.wrong(column, "BIGINT", other)),
        }
    }

    /// A BOOLEAN that is not NULL.
    pub fn bool(&self, column: usize) -> Result<bool, StoreError> {
        self.opt_bool(column)?.ok_or_else(|| self.null(column, "BOOLEAN"))
    }

    /// A BOOLEAN or NULL. SQLite has no such type, so 0 and 1 are understood.
    pub fn opt_bool(&self, column: usize) -> Result<Option<bool>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Bool(value) => Ok(Some(*value)),
            Value::Int(0) => Ok(Some(false)),
            Value::Int(1) => Ok(Some(true)),
            other => Err(self.wrong(column, "BOOLEAN", other)),
        }
    }

    /// A TEXT that is not NULL, as an own string.
    pub fn text(&self, column: usize) -> Result<String, StoreError> {
        self.str(column).map(str::to_owned)
    }

    /// A TEXT or NULL, as an own string.
    pub fn opt_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        Ok(self.opt_str(column)?.map(str::to_owned))
    }

    /// A TEXT that is not NULL, borrowed.
    pub fn str(&self, column: usize) -> Result<&str, StoreError> {
        self.opt_str(column)?.ok_or_else(|| self.null(column, "TEXT"))
    }

    /// A TEXT or NULL, borrowed.
    pub fn opt_str(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(value) => Ok(Some(value)),
            other => Err(self.wrong(column, "TEXT", other)),
        }
    }

    /// A BYTEA or BLOB that is not NULL, as own bytes.
    pub fn blob(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        self.bytes(column).map(<[u8]>::to_vec)
    }

    /// A BYTEA or BLOB, or NULL, as own bytes.
    pub fn opt_blob(&self, column: usize) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.opt_bytes(column)?.map(<[u8]>::to_vec))
    }

    /// A BYTEA or BLOB that is not NULL, borrowed.
    pub fn bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        self.opt_bytes(column)?.ok_or_else(|| self.null(column, "BLOB"))
    }

    /// A BYTEA or BLOB, or NULL, borrowed.
    pub fn opt_bytes(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Blob(value) => Ok(Some(value)),
            other => Err(self.wrong(column, "BLOB", other)),
        }
    }

    /// A BYTEA or BLOB of exactly `N` bytes, such as a hash.
    pub fn array<const N: usize>(&self, column: usize) -> Result<[u8; N], StoreError> {
        let bytes = self.bytes(column)?;
        bytes.try_into().map_err(|_| StoreError::Decode {
            statement: self.statement,
            column,
            expected: "a BLOB of the right length",
            found: format!("{} bytes long", bytes.len()),
        })
    }

    fn null(&self, column: usize, expected: &'static str) -> StoreError {
        self.wrong(column, expected, &Value::Null)
    }

    fn wrong(&self, column: usize, expected: &'static str, found: &Value) -> StoreError {
        StoreError::Decode {
            statement: self.statement,
            column,
            expected,
            found: found.kind().to_owned(),
        }
    }
}
