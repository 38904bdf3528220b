//! Small facts of the installation, by name.

use crate::{Read, StoreError, Tx, params, statements};

statements! {
    FACT = "SELECT value FROM facts WHERE name = $1";
    SET_FACT = "INSERT INTO facts (name, value) VALUES ($1, $2) \
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    DELETE_FACT = "DELETE FROM facts WHERE name = $1";
}

/// The fact's value, if it is known.
pub fn get(db: &mut impl Read, name: &str) -> Result<Option<String>, StoreError> {
    db.opt(&FACT, params![name])?.map(|row| row.text(0)).transpose()
}

/// Sets the fact.
pub fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    tx.run_one(&SET_FACT, params![name, value])
}

/// Forgets the fact; whether there was one.
pub fn delete(tx: &mut Tx<'_>, name: &str) -> Result<bool, StoreError> {
    Ok(tx.run(&DELETE_FACT, params![name])? > 0)
}
