//! Operations at random, most of them such as somebody would ask for.

use proptest::prelude::*;
use tiltyard_bracket::history::Unpaired;
use tiltyard_bracket::{
    Content, Entrant, Match, MatchKey, MatchState, Operation, Outcome, PairedRound, Seed, Stage,
};

use crate::helpers::rank;

/// Numbers that mean an operation once there is a stage.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    kind: u8,
    choice: u32,
    numbers: Vec<u8>,
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let numbers = prop::collection::vec(any::<u8>(), 12);
    (0..64_u8, any::<u32>(), numbers).prop_map(|(kind, choice, numbers)| Step {
        kind,
        choice,
        numbers,
    })
}

impl Step {
    pub(crate) fn operation(&self, stage: &Stage) -> Operation {
        let key = self.key(stage);
        let slots = stage.get(key).map_or(2, |m| m.slots.len());
        let sets = self.sets(slots);
        // One of those who are there, or nearly.
        let entrant = Entrant(self.choice % (stage.entrants() + 5));
        match self.kind {
            0..=27 if slots > 2 => {
                let places = match stage.get(key) {
                    Some(m) if self.number(0) > 20 => {
                        places_at_random(stage, m, u64::from(self.choice))
                    }
                    _ => (0..slots).map(|slot| self.number(slot) % 4).collect(),
                };
                Operation::Rank { key, sets, places }
            }
            0..=29 => Operation::Report { key, sets, outcome: self.outcome() },
            30 => Operation::Rank { key, sets, places: vec![1, 2] },
            31..=32 => Operation::Forfeit {
                key,
                slots: match self.number(0) % 6 {
                    0 => vec![],
                    1 => vec![2],
                    2 => vec![1, 0],
                    other => vec![other % 2],
                },
            },
            33..=36 => Operation::Reopen { key },
            37..=40 => Operation::Drop { entrant },
            41..=42 => Operation::Reinstate {
                entrant: stage.withdrawn().first().copied().unwrap_or(entrant),
            },
            43 => Operation::Reinstate { entrant },
            44..=47 => Operation::Seed { order: self.order(stage) },
            48..=49 => Operation::AddLate { entrant },
            50..=55 => Operation::AddRound(self.round(stage)),
            56 => Operation::RemoveRound,
            57 => {
                Operation::TieBreak { pairs: self.round(stage).pairs.into_iter().take(1).collect() }
            }
            58..=59 => Operation::Finalize,
            60..=62 => Operation::Resume,
            _ => Operation::Reset,
        }
    }

    fn number(&self, place: usize) -> u8 {
        self.numbers[place % self.numbers.len()]
    }

    /// A match, preferably one of which something can be said.
    fn key(&self, stage: &Stage) -> MatchKey {
        let ready: Vec<_> =
            stage.matches().filter(|m| m.state != MatchState::Pending).map(|m| m.key).collect();
        let choice = usize::try_from(self.choice).unwrap();
        if ready.is_empty() || self.number(5) < 20 {
            let all = u32::try_from(stage.all_matches().count()).unwrap();
            return MatchKey(self.choice % (all + 2));
        }
        ready[choice % ready.len()]
    }

    fn sets(&self, slots: usize) -> Vec<Vec<i64>> {
        let wrong = usize::from(self.number(6) < 4);
        let set = |set: u8| {
            let score = |slot| i64::from(self.number(slot + usize::from(set))) - 3;
            (0..slots + wrong).map(score).collect()
        };
        (0..self.number(7) % 3).map(set).collect()
    }

    fn outcome(&self) -> Option<Outcome> {
        match self.number(8) {
            0..=49 => None,
            50..=60 => Some(Outcome::DoubleForfeit),
            61..=75 => Some(Outcome::Draw),
            76 => Some(Outcome::win(2)),
            other => Some(Outcome::Winner { slot: other % 2, forfeit: other % 7 == 0 }),
        }
    }

    /// The field with some exchanges, gaps and newcomers.
    fn order(&self, stage: &Stage) -> Vec<Content> {
        let mut order: Vec<_> = stage.field().collect();
        let count = order.len();
        for pair in self.numbers.chunks(3).take(1 + usize::from(self.number(9) % 4)) {
            let [one, other, what] = [pair[0], pair[1], pair[2]].map(usize::from);
            match what % 8 {
                0 => order[one % count] = Content::Undecided,
                1 => order[one % count] = Content::Bye,
                2 => order[one % count] = Content::Entrant(Entrant(u32::from(pair[1]) % 40)),
                3 if what > 250 => drop(order.pop()),
                _ => order.swap(one % count, other % count),
            }
            if order.len() < count {
                break;
            }
        }
        order
    }

    /// The proposed round, or one that somebody made up.
    fn round(&self, stage: &Stage) -> PairedRound {
        match stage.pair(&[]) {
            Ok(round) if self.number(10) > 60 => round,
            _ => {
                let mut seeds: Vec<_> = (1..=stage.entrants()).map(Seed).collect();
                let turn = usize::from(self.number(11)) % seeds.len();
                seeds.rotate_left(turn);
                seeds.truncate(seeds.len() - usize::from(self.number(9)) % 3 % seeds.len());
                let pairs = seeds.chunks_exact(2);
                let unpaired = pairs.remainder().iter().map(|seed| (*seed, Unpaired::Bye));
                let unpaired = unpaired.collect();
                PairedRound { pairs: pairs.map(|pair| [pair[0], pair[1]]).collect(), unpaired }
            }
        }
    }
}

/// Some order of all sides, with ties except where they would leave open who goes on.
pub(crate) fn rank_at_random(stage: &Stage, m: &Match, random: u64) -> Operation {
    rank(m.key, places_at_random(stage, m, random))
}

fn places_at_random(stage: &Stage, m: &Match, random: u64) -> Vec<u8> {
    let slots = m.slots.len();
    let advancing = (1..=slots).filter(|place| stage.goes_to(m.key, *place).is_some()).count();
    let mut order: Vec<_> = (0..slots).collect();
    order.sort_by_key(|slot| {
        let bye = m.slots[*slot].content == Content::Bye;
        (bye, (random >> 7).wrapping_mul(*slot as u64 * 2 + 1) % 101)
    });
    let mut places = vec![0; slots];
    let mut place = 1;
    for (position, slot) in (0..).zip(order) {
        let tied = position != advancing && (random >> (position % 32)) & 5 == 5;
        if !tied {
            place = u8::try_from(position + 1).unwrap();
        }
        places[slot] = place;
    }
    places
}
