//! Names of communities in addresses.

use std::collections::HashMap;

use tiltyard_store::repo::communities;

use crate::{Core, error::Result};

impl Core {
    /// The permalinks of communities, by id, for whoever already sees something of theirs.
    pub async fn community_permalinks(&self, ids: Vec<i64>) -> Result<HashMap<i64, String>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        self.0
            .store
            .read(move |rx| -> Result<_> {
                let mut found = HashMap::with_capacity(ids.len());
                for id in &ids {
                    if let Some(row) = communities::get(rx, *id)? {
                        found.insert(*id, row.permalink);
                    }
                }
                Ok(found)
            })
            .await
    }
}
