//! Double elimination.

use super::{Draft, Played, Round, real_matches};
use crate::drops;
use crate::layout::RoundName;
use crate::model::{MatchKey, Section, Source};
use crate::seeding;
use crate::settings::{GrandFinal, SeedingOrder};

pub(super) fn build(
    draft: &mut Draft,
    seeding: SeedingOrder,
    entrants: u32,
    grand_final: GrandFinal,
    split: bool,
) {
    let mut slots = seeding::first_round(seeding, entrants);
    let depth = slots.len().ilog2();
    let mut play = PlayOrder::default();
    // Nothing would be left of the only match.
    let split = split && (entrants > 2 || grand_final != GrandFinal::None);

    // Winners.
    let mut dropping = Vec::new();
    let mut played = 0;
    if split {
        let (winners, losers) = decided(&slots);
        play.winners.push(Vec::new());
        dropping.push(losers);
        slots = winners;
        played = 1;
    }
    for round in played + 1..=depth {
        let round_number = round - played;
        let number = i32::try_from(round_number).unwrap_or(i32::MAX);
        let name =
            if round == depth { RoundName::WinnersFinal } else { RoundName::Round(round_number) };
        let loser_rank = 0;
        let played =
            draft.round(&slots, &Round { section: Section::Winners, number, name, loser_rank });
        play.winners.push(played.keys.iter().copied().flatten().collect());
        dropping.push(played.losers);
        slots = played.winners;
    }
    let winner = slots.first().copied().flatten();
    let winners_end = draft.next_key();

    // Losers.
    let mut dropping = dropping.into_iter();
    let first = dropping.next().unwrap_or_default();
    let mut losers = Losers { draft: &mut *draft, alive: entrants, number: 0, play };
    let finalist = losers.build(&first, dropping, depth);
    let mut play = losers.play;
    let losers_end = draft.next_key();

    // Grand finals.
    let number = i32::try_from(depth - played + 1).unwrap_or(i32::MAX);
    let section = Section::GrandFinal;
    draft.set_rank(winner, 1);
    draft.set_rank(finalist, 2);
    if let (Some(upper), Some(lower), true) = (winner, finalist, grand_final != GrandFinal::None) {
        let name = RoundName::GrandFinal;
        let key = draft.add([upper, lower], &Round { section, number, name, loser_rank: 2 });
        draft.set_rank(Some(Source::Winner(key)), 1);
        play.finals.push(key);
        if grand_final == GrandFinal::Reset {
            let sources = [Source::Winner(key), Source::Loser(key)];
            let name = RoundName::GrandFinalReset;
            let key = draft.add(sources, &Round { section, number, name, loser_rank: 2 });
            draft.set_rank(Some(Source::Winner(key)), 1);
            if let Some(reset) = draft.matches.get_mut(key.index()) {
                reset.optional = true;
            }
            play.finals.push(key);
        }
    }

    // Letters run winners, grand finals, losers, although the list has the grand finals last.
    let end = draft.next_key();
    let range = |from: MatchKey, to: MatchKey| (from.0..to.0).map(MatchKey);
    draft.identify(
        range(MatchKey(0), winners_end)
            .chain(range(losers_end, end))
            .chain(range(winners_end, losers_end)),
    );
    draft.order(play.sequence());
}

/// The first round as if the better seed of every pair had won it.
fn decided(slots: &[Option<Source>]) -> (Vec<Option<Source>>, Vec<Option<Source>>) {
    let seed = |slot: &Option<Source>| match slot {
        Some(Source::Seed(seed)) => seed.0,
        _ => u32::MAX,
    };
    let pairs = slots.chunks(2);
    pairs
        .map(|pair| {
            let better = pair.iter().min_by_key(|slot| seed(slot)).copied().flatten();
            let worse = pair.iter().max_by_key(|slot| seed(slot)).copied().flatten();
            (better, worse)
        })
        .unzip()
}

/// Gives the rounds of a group of four the names by which they are known.
pub(super) fn rename(draft: &mut Draft, entrants: u32) {
    if entrants != 4 {
        return;
    }
    for (m, node) in draft.matches.iter().zip(&mut draft.nodes) {
        node.kind.name = match (m.section, m.round) {
            (Section::Winners, 1) => RoundName::OpeningMatches,
            (Section::Winners, _) => RoundName::WinnersMatch,
            (_, -1) => RoundName::EliminationMatch,
            _ => RoundName::DeciderMatch,
        };
    }
}

/// Matches by round as they are suggested to be played.
#[derive(Default)]
struct PlayOrder {
    winners: Vec<Vec<MatchKey>>,
    /// Losers' rounds to be played after each winners' round.
    losers: Vec<Vec<MatchKey>>,
    finals: Vec<MatchKey>,
}

impl PlayOrder {
    /// Every winners' round is followed by the losers' rounds that it makes possible.
    fn sequence(self) -> Vec<MatchKey> {
        let mut losers = self.losers.into_iter();
        let rounds = self.winners.into_iter().flat_map(|mut round| {
            round.extend(losers.next().unwrap_or_default());
            round
        });
        rounds.chain(self.finals).collect()
    }
}

struct Losers<'a> {
    draft: &'a mut Draft,
    /// Entrants without two losses.
    alive: u32,
    /// Losers' rounds so far; a round that byes leave without a match takes no number.
    number: u32,
    play: PlayOrder,
}

impl Losers<'_> {
    /// The first round pairs the losers of the first winners' round. After that a round in which
    /// the losers of a winners' round drop in, listed first, alternates with one that merges.
    fn build(
        &mut self,
        first: &[Option<Source>],
        dropping: impl Iterator<Item = Vec<Option<Source>>>,
        depth: u32,
    ) -> Option<Source> {
        if depth == 1 {
            // Two entrants: the loser of the only match meets its winner again.
            return first.first().copied().flatten();
        }
        let played = self.round(first, false);
        let mut survivors = played.winners;
        // Position in the play order by position in the template: that of the dropping loser.
        let mut order: Vec<_> = (0..survivors.len()).collect();
        let mut keys = sorted(&order, &played.keys);
        for (round, drops) in (2..=depth).zip(dropping) {
            self.play.losers.push(keys);
            let mask = drops::mask(depth, round) as usize;
            order = (0..survivors.len()).map(|slot| slot ^ mask).collect();
            let slots: Vec<_> = order
                .iter()
                .zip(&survivors)
                .flat_map(|(&from, &survivor)| [drops.get(from).copied().flatten(), survivor])
                .collect();
            let played = self.round(&slots, round == depth);
            keys = sorted(&order, &played.keys);
            survivors = played.winners;
            if round < depth {
                let played = self.round(&survivors, false);
                order = order.chunks(2).filter_map(|pair| pair.iter().copied().min()).collect();
                keys.extend(sorted(&order, &played.keys));
                survivors = played.winners;
            }
        }
        self.play.losers.push(keys);
        survivors.first().copied().flatten()
    }

    fn round(&mut self, slots: &[Option<Source>], last: bool) -> Played {
        let real = real_matches(slots);
        if real > 0 {
            self.number += 1;
        }
        self.alive -= real;
        let name = if last { RoundName::LosersFinal } else { RoundName::LosersRound(self.number) };
        let number = i32::try_from(self.number).map_or(i32::MIN, |number| -number);
        let loser_rank = self.alive + 1;
        self.draft.round(slots, &Round { section: Section::Losers, number, name, loser_rank })
    }
}

/// The matches in ascending order of `order`.
fn sorted(order: &[usize], keys: &[Option<MatchKey>]) -> Vec<MatchKey> {
    let mut pairs: Vec<_> =
        order.iter().zip(keys).filter_map(|(&place, key)| Some((place, (*key)?))).collect();
    pairs.sort_unstable();
    pairs.into_iter().map(|(_, key)| key).collect()
}
