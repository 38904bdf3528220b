//! Who withdrew, and in which order.

use std::collections::BTreeMap;

use crate::model::{Content, Entrant};

/// How strong a claim a side has to a match that is not played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Nobody.
    Bye,
    /// Withdrew as the given one, from 0.
    Withdrawn(usize),
    /// Would play.
    Able,
}

/// The entrants who withdrew, in the order in which they did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Withdrawals {
    list: Vec<Entrant>,
    /// Position in the list.
    places: BTreeMap<Entrant, usize>,
}

impl Withdrawals {
    pub(super) fn list(&self) -> &[Entrant] {
        &self.list
    }

    pub(super) fn contains(&self, entrant: Entrant) -> bool {
        self.places.contains_key(&entrant)
    }

    /// Adds somebody as the last one; says whether they were not there yet.
    pub(super) fn add(&mut self, entrant: Entrant) -> bool {
        if self.contains(entrant) {
            return false;
        }
        self.places.insert(entrant, self.list.len());
        self.list.push(entrant);
        true
    }

    /// Removes somebody; says whether they were there.
    pub(super) fn remove(&mut self, entrant: Entrant) -> bool {
        let Some(place) = self.places.get(&entrant) else { return false };
        self.list.remove(*place);
        self.places = self.list.iter().copied().zip(0..).collect();
        true
    }

    /// The claim of what stands in a slot; `None` while that is undecided.
    pub(super) fn strength(&self, content: Content) -> Option<Strength> {
        match content {
            Content::Undecided => None,
            Content::Bye => Some(Strength::Bye),
            Content::Entrant(entrant) => {
                Some(self.places.get(&entrant).map_or(Strength::Able, |p| Strength::Withdrawn(*p)))
            }
        }
    }
}
