//! Changes that are wanted only as long as nobody was faster.

use std::{fmt, sync::Arc};

use serde_json::Value as Json;

use super::{By, Tournament};
use crate::{Error, error::Result};

/// What a change depends on: the caller has seen a tournament, or a part of it, in its own form, and
/// judges under the lock of the change whether it still stands so. Two who change different parts do
/// not disturb each other.
#[derive(Clone)]
pub struct Condition(Arc<Judge>);

/// Says how a tournament stands, if it is another than the caller has seen.
type Judge = dyn Fn(&Tournament) -> Result<(), Current> + Send + Sync;

/// How it stands now, in the form of whoever asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// Names this state; a change under this condition would be made.
    pub tag: String,
    /// The state itself.
    pub document: Json,
}

impl Condition {
    /// `judge` is given the tournament as it is before the change; where it is another than the
    /// caller has seen, it says how it stands. It has no effect outside, and takes no time.
    pub fn new(judge: impl Fn(&Tournament) -> Result<(), Current> + Send + Sync + 'static) -> Self {
        Self(Arc::new(judge))
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condition")
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Condition {}

/// What came of a change, unless it was made on a state that was not the present one (`before` is): a
/// change that fails because of what the caller has not seen fails for that reason. Who may not
/// change it, or for whom it is not there, hears nothing of its state.
pub(super) fn judged<T>(
    by: &By,
    before: impl FnOnce() -> Arc<Tournament>,
    result: Result<T>,
) -> Result<T> {
    if let (Ok(_) | Err(Error::Invalid(_) | Error::Conflict(_)), Some(Condition(judge))) =
        (&result, by.condition())
    {
        judge(&before()).map_err(|current| Error::Stale(Box::new(current)))?;
    }
    result
}
