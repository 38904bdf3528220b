//! Values on PostgreSQL's wire.

use std::error::Error;

use bytes::{BufMut as _, BytesMut};
use tokio_postgres::Row as Record;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::{Row, StoreError, Value};

type Failed = Box<dyn Error + Sync + Send>;

/// The version byte before the text of a JSONB value.
const JSONB_VERSION: u8 = 1;

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        match (self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(value), &Type::INT8) => value.to_sql(ty, out),
            (Self::Int(value), &Type::INT4) => i32::try_from(*value)?.to_sql(ty, out),
            (Self::Int(value), &Type::INT2) => i16::try_from(*value)?.to_sql(ty, out),
            (Self::Bool(value), &Type::BOOL) => value.to_sql(ty, out),
            (Self::Text(value), &(Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME)) => {
                value.to_sql(ty, out)
            }
            (Self::Text(value), &(Type::JSON | Type::JSONB)) => {
                if *ty == Type::JSONB {
                    out.put_u8(JSONB_VERSION);
                }
                out.put_slice(value.as_bytes());
                Ok(IsNull::No)
            }
            (Self::Blob(value), &Type::BYTEA) => value.to_sql(ty, out),
            (value, ty) => Err(format!("{} given, {ty} expected", value.kind()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A column as it comes.
struct Column(Value);

impl<'a> FromSql<'a> for Column {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Failed> {
        Ok(Self(match *ty {
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Value::Int(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::BYTEA => Value::Blob(raw.to_vec()),
            Type::VOID => Value::Null,
            Type::JSONB => {
                Value::Text(std::str::from_utf8(raw.get(1..).unwrap_or(raw))?.to_owned())
            }
            _ => Value::Text(std::str::from_utf8(raw)?.to_owned()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failed> {
        Ok(Self(Value::Null))
    }

    fn accepts(ty: &Type) -> bool {
        is_readable(ty)
    }
}

/// Whether a column of this type can be read.
pub(super) fn is_readable(ty: &Type) -> bool {
    matches!(
        *ty,
        Type::INT8
            | Type::INT4
            | Type::INT2
            | Type::BOOL
            | Type::TEXT
            | Type::VARCHAR
            | Type::BPCHAR
            | Type::NAME
            | Type::UNKNOWN
            | Type::JSON
            | Type::JSONB
            | Type::BYTEA
            | Type::VOID
    )
}

/// Our row of theirs.
pub(super) fn row(statement: &'static str, record: &Record) -> Result<Row, StoreError> {
    let mut values = Vec::with_capacity(record.len());
    for (column, description) in record.columns().iter().enumerate() {
        let Column(value) = record.try_get(column).map_err(|_| StoreError::Decode {
            statement,
            column,
            expected: "BIGINT, BOOLEAN, TEXT or BYTEA (CAST it: sums are NUMERIC)",
            found: description.type_().to_string(),
        })?;
        values.push(value);
    }
    Ok(Row::new(statement, values))
}
