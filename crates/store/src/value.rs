//! Parameters and column values.

use std::borrow::Cow;
use std::sync::Arc;

/// What a parameter or a column can be: columns are BIGINT, BOOLEAN, TEXT, and BYTEA or BLOB.
/// Times are Unix milliseconds in BIGINT, documents are JSON in TEXT.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// BIGINT; fits INTEGER and SMALLINT columns of PostgreSQL if in range.
    Int(i64),
    /// BOOLEAN; 0 or 1 in SQLite.
    Bool(bool),
    /// TEXT; fits JSONB columns too.
    Text(String),
    /// BYTEA or BLOB.
    Blob(Vec<u8>),
}

impl Value {
    /// The type's name, for messages that must not show the value.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Int(_) => "BIGINT",
            Self::Bool(_) => "BOOLEAN",
            Self::Text(_) => "TEXT",
            Self::Blob(_) => "BLOB",
        }
    }
}

/// Shows the type only: values may be secrets.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}

macro_rules! from_int {
    ($($int:ty),*) => {$(
        impl From<$int> for Value {
            fn from(value: $int) -> Self {
                Self::Int(i64::from(value))
            }
        }
    )*};
}
from_int!(i64, i32, u32, i16, u16, i8, u8);

macro_rules! from_text {
    ($($text:ty),*) => {$(
        impl From<$text> for Value {
            fn from(value: $text) -> Self {
                Self::Text(String::from(value))
            }
        }
    )*};
}
from_text!(&str, &String, Cow<'_, str>, Box<str>);

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&Arc<str>> for Value {
    fn from(value: &Arc<str>) -> Self {
        Self::Text(String::from(&**value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl From<&Vec<u8>> for Value {
    fn from(value: &Vec<u8>) -> Self {
        Self::Blob(value.clone())
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The parameters of a statement, `$1` first: `params![id, "name", None::<i64>]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::Value::from($value)),*] as &[$crate::Value]
    };
}
