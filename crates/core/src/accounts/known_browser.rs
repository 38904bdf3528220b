//! What a browser keeps of having signed in: a cookie for each of some accounts, signed, that outlives
//! the session. It opens nothing. Whoever comes with it is judged by failures of their own, so that
//! strangers who guess an account's password cannot keep its person out.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{Core, error::Result, limits::Network};

/// Accounts that one browser remembers; the oldest makes room.
const ACCOUNTS: usize = 4;
/// Bytes of the person's id, of the browser's random name, and of the proof.
const PARTS: (usize, usize, usize) = (8, 16, 16);

impl Core {
    /// The cookie of a browser that has just signed in: what it held so far, and this account.
    pub fn known_browser(&self, person: i64, so_far: Option<&str>) -> Result<String> {
        let mut text = [0; PARTS.0 + PARTS.1];
        let (id, browser) = text.split_at_mut(PARTS.0);
        id.copy_from_slice(&person.to_be_bytes());
        browser.copy_from_slice(&self.random::<16>()?);
        let tag = self.0.secret.known_browser(&text);
        let tag = tag.as_ref().get(..PARTS.2).unwrap_or_default();
        let mut all = vec![URL_SAFE_NO_PAD.encode([&text, tag].concat())];
        let others = so_far
            .unwrap_or_default()
            .split('.')
            .filter(|entry| self.open_entry(entry).is_some_and(|(account, _)| account != person));
        all.extend(others.take(ACCOUNTS - 1).map(str::to_owned));
        Ok(all.join("."))
    }

    /// What names the browser among those that signed in to the account, if it did.
    pub(super) fn browser_known_to(&self, person: i64, cookie: &str) -> Option<Network> {
        let entries = cookie.split('.').take(ACCOUNTS).filter_map(|entry| self.open_entry(entry));
        let found = entries.into_iter().find(|(account, _)| *account == person);
        found.map(|(_, browser)| Network::of_browser(browser))
    }

    fn open_entry(&self, entry: &str) -> Option<(i64, [u8; 16])> {
        if entry.len() > 64 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(entry).ok()?;
        let (text, tag) = bytes.split_at_checked(PARTS.0 + PARTS.1)?;
        let proof = self.0.secret.known_browser(text);
        let ours = proof.as_ref().get(..PARTS.2)?;
        let right: bool = subtle::ConstantTimeEq::ct_eq(ours, tag).into();
        let (id, browser) = text.split_at_checked(PARTS.0)?;
        right.then_some((i64::from_be_bytes(id.try_into().ok()?), browser.try_into().ok()?))
    }
}
