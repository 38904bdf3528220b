//! The fixed structure of a bracket: matches, links, names, places.
//!
//! A format is laid out on its full power-of-two template. A pair with an absent side makes no
//! match, it passes the other side on: so byes leave no trace but the source of a later slot.

mod double;
mod single;

use crate::layout::RoundName;
use crate::model::{Content, Format, Match, MatchKey, MatchState, Section, Settings, Slot, Source};

/// A slot of a match.
pub(crate) type Target = (MatchKey, u8);

/// What is fixed about one match and is not shown in [`Match`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// Slot fed by the winner.
    pub(crate) winner_to: Option<Target>,
    /// Slot fed by the loser.
    pub(crate) loser_to: Option<Target>,
    /// Final place of a winner who has nowhere to go.
    pub(crate) winner_rank: u32,
    /// Final place of a loser who has nowhere to go.
    pub(crate) loser_rank: u32,
    /// Final place of somebody who loses here and ever after.
    pub(crate) floor: u32,
    /// Name of the round.
    pub(crate) name: RoundName,
}

/// The structure that all states of a bracket share.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    pub(crate) entrants: u32,
    /// By key.
    pub(crate) nodes: Vec<Node>,
}

impl Plan {
    /// The structure and the matches at the start. The number of entrants has been checked.
    pub(crate) fn build(settings: Settings, entrants: u32) -> (Self, Vec<Match>) {
        let mut draft = Draft::default();
        match settings.format {
            Format::SingleElimination { placement_to } => {
                single::build(&mut draft, settings.seeding, entrants, placement_to);
            }
            Format::DoubleElimination { grand_final } => {
                double::build(&mut draft, settings.seeding, entrants, grand_final);
            }
        }
        draft.link();
        (Self { settings, entrants, nodes: draft.nodes }, draft.matches)
    }

    pub(crate) fn node(&self, key: MatchKey) -> Option<&Node> {
        self.nodes.get(key.index())
    }
}

/// A structure under construction.
#[derive(Default)]
struct Draft {
    nodes: Vec<Node>,
    matches: Vec<Match>,
}

/// What all matches of a round have in common.
struct Round {
    section: Section,
    number: i32,
    name: RoundName,
    loser_rank: u32,
}

/// What comes out of a round, by position in the template.
struct Played {
    winners: Vec<Option<Source>>,
    losers: Vec<Option<Source>>,
    keys: Vec<Option<MatchKey>>,
}

/// How many real matches a round of pairs makes.
fn real_matches(slots: &[Option<Source>]) -> u32 {
    let real = slots.chunks(2).filter(|pair| pair.iter().all(Option::is_some)).count();
    u32::try_from(real).unwrap_or(u32::MAX)
}

fn present(slots: &[Option<Source>]) -> u32 {
    u32::try_from(slots.iter().flatten().count()).unwrap_or(u32::MAX)
}

impl Draft {
    fn next_key(&self) -> MatchKey {
        MatchKey(u32::try_from(self.matches.len()).unwrap_or(u32::MAX))
    }

    /// Plays neighbours against each other.
    fn round(&mut self, slots: &[Option<Source>], round: &Round) -> Played {
        let pairs = slots.len() / 2;
        let mut played = Played {
            winners: Vec::with_capacity(pairs),
            losers: Vec::with_capacity(pairs),
            keys: Vec::with_capacity(pairs),
        };
        for pair in slots.chunks(2) {
            let (winner, loser, key) = match *pair {
                [Some(upper), Some(lower)] => {
                    let key = self.add([upper, lower], round);
                    (Some(Source::Winner(key)), Some(Source::Loser(key)), Some(key))
                }
                _ => (pair.iter().copied().flatten().next(), None, None),
            };
            played.winners.push(winner);
            played.losers.push(loser);
            played.keys.push(key);
        }
        played
    }

    fn add(&mut self, sources: [Source; 2], round: &Round) -> MatchKey {
        let key = self.next_key();
        let slots: Vec<_> = sources
            .into_iter()
            .map(|source| match source {
                Source::Seed(entrant) => Slot { source, content: Content::Entrant(entrant) },
                Source::Winner(_) | Source::Loser(_) => {
                    Slot { source, content: Content::Undecided }
                }
            })
            .collect();
        let open = slots.iter().all(|slot| slot.content.entrant().is_some());
        self.matches.push(Match {
            key,
            section: round.section,
            round: round.number,
            identifier: String::new(),
            play_order: None,
            slots,
            state: if open { MatchState::Open } else { MatchState::Pending },
            optional: false,
            present: true,
            sets: Vec::new(),
            outcome: None,
            automatic: false,
        });
        self.nodes.push(Node {
            winner_to: None,
            loser_to: None,
            winner_rank: 0,
            loser_rank: round.loser_rank,
            floor: 0,
            name: round.name,
        });
        key
    }

    /// Final place of whoever this source is, if it leads nowhere.
    fn set_rank(&mut self, source: Option<Source>, rank: u32) {
        let (key, won) = match source {
            Some(Source::Winner(key)) => (key, true),
            Some(Source::Loser(key)) => (key, false),
            Some(Source::Seed(_)) | None => return,
        };
        if let Some(node) = self.nodes.get_mut(key.index()) {
            *(if won { &mut node.winner_rank } else { &mut node.loser_rank }) = rank;
        }
    }

    /// Gives letters in the order of `keys`.
    fn identify(&mut self, keys: impl IntoIterator<Item = MatchKey>) {
        for (number, key) in (0..).zip(keys) {
            if let Some(m) = self.matches.get_mut(key.index()) {
                m.identifier = letters(number);
            }
        }
    }

    /// Gives suggested positions in the order of `keys`.
    fn order(&mut self, keys: impl IntoIterator<Item = MatchKey>) {
        for (position, key) in (1..).zip(keys) {
            if let Some(m) = self.matches.get_mut(key.index()) {
                m.play_order = Some(position);
            }
        }
    }

    /// Completes the links and the worst places, once all matches exist.
    fn link(&mut self) {
        for m in &self.matches {
            for (slot, number) in m.slots.iter().zip(0..) {
                let target = Some((m.key, number));
                match slot.source {
                    Source::Seed(_) => {}
                    Source::Winner(key) => {
                        if let Some(node) = self.nodes.get_mut(key.index()) {
                            node.winner_to = target;
                        }
                    }
                    Source::Loser(key) => {
                        if let Some(node) = self.nodes.get_mut(key.index()) {
                            node.loser_to = target;
                        }
                    }
                }
            }
        }
        // Targets have greater keys than their feeders.
        for index in (0..self.nodes.len()).rev() {
            let next = self.nodes.get(index).and_then(|node| node.loser_to);
            let floor = next.and_then(|(key, _)| self.nodes.get(key.index())).map(|n| n.floor);
            if let Some(node) = self.nodes.get_mut(index) {
                node.floor = floor.unwrap_or(node.loser_rank);
            }
        }
    }
}

/// A … Z, AA, AB … as in the columns of a spreadsheet.
fn letters(number: u32) -> String {
    let mut reversed = Vec::new();
    let mut rest = number;
    loop {
        reversed.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => return reversed.iter().rev().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::letters;

    #[rstest]
    #[case(0, "A")]
    #[case(25, "Z")]
    #[case(26, "AA")]
    #[case(51, "AZ")]
    #[case(52, "BA")]
    #[case(701, "ZZ")]
    #[case(702, "AAA")]
    fn letters_are_those_of_spreadsheet_columns(#[case] number: u32, #[case] expected: &str) {
        assert_eq!(letters(number), expected);
    }
}
