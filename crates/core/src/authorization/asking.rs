//! Which application a person is about to sign in for.

use super::usable;
use crate::{Core, error::Result};

/// Longest client identifier that is looked for, in bytes; ours are shorter.
const CLIENT_ID_MAX: usize = 64;

impl Core {
    /// The name of an application that may be used, for the page on which people sign in on the way
    /// to it. Anybody may know it, as everybody who is asked for consent does.
    pub async fn name_of_application(&self, client_id: &str) -> Result<Option<String>> {
        let ours = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if client_id.len() > CLIENT_ID_MAX || !client_id.bytes().all(ours) {
            return Ok(None);
        }
        let client_id = client_id.to_owned();
        let found = self.0.store.read(move |rx| usable(rx, &client_id)).await?;
        Ok(found.map(|(application, _)| application.client.name))
    }
}
