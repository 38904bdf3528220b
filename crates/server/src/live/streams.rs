//! How many streams somebody may have open at a time, on this node.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tiltyard_core::{Actor, Settings, limits::Network};

/// Whose streams are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    Credential(String),
    Network(Network),
}

/// The open streams.
#[derive(Debug, Clone, Default)]
pub(crate) struct Streams(Arc<Mutex<HashMap<Whose, u32>>>);

/// An open stream's place, given back when it ends.
#[derive(Debug)]
pub(crate) struct Place {
    streams: Streams,
    whose: [Whose; 2],
}

impl Streams {
    fn counts(&self) -> MutexGuard<'_, HashMap<Whose, u32>> {
        // The map is left whole by every holder of the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place, if there is one left for the credential and the address.
    pub(crate) fn take(&self, actor: &Actor, address: &str, settings: &Settings) -> Option<Place> {
        let whose = [Whose::Credential(actor.describe()), Whose::Network(Network::of(address))];
        let most = [settings.streams_per_credential, settings.streams_per_address];
        let mut counts = self.counts();
        for (whose, most) in whose.iter().zip(most) {
            if counts.get(whose).is_some_and(|count| *count >= most) {
                return None;
            }
        }
        for whose in &whose {
            *counts.entry(whose.clone()).or_default() += 1;
        }
        drop(counts);
        Some(Place { streams: self.clone(), whose })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.streams.counts();
        for whose in &self.whose {
            if let Some(count) = counts.get_mut(whose) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(whose);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_given_back() {
        let streams = Streams::default();
        let mut settings = Settings::at("http://127.0.0.1");
        settings.streams_per_credential = 2;
        settings.streams_per_address = 3;
        let (one, two) = (Actor::Named { application: 1 }, Actor::Named { application: 2 });
        let first = streams.take(&one, "203.0.113.9", &settings);
        let second = streams.take(&one, "203.0.113.9", &settings);
        assert!(first.is_some() && second.is_some());
        assert!(streams.take(&one, "203.0.113.10", &settings).is_none());
        let third = streams.take(&two, "203.0.113.9", &settings);
        assert!(third.is_some());
        assert!(streams.take(&two, "203.0.113.9", &settings).is_none());
        drop((first, second, third));
        assert!(streams.counts().is_empty());
    }
}
