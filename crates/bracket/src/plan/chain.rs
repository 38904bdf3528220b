//! Formats in which entrants join one after the other.

use super::{Draft, Round};
use crate::layout::RoundName;
use crate::model::{MatchKey, Section, Seed, Source};

/// The worst two seeds meet, the winner meets the next better seed, up to the first.
pub(super) fn stepladder(draft: &mut Draft, entrants: u32) {
    let mut climber = Source::Seed(Seed(entrants));
    for better in (1..entrants).rev() {
        let number = entrants - better;
        let name = if better == 1 { RoundName::Final } else { RoundName::Round(number) };
        let round = Round {
            section: Section::Winners,
            number: i32::try_from(number).unwrap_or(i32::MAX),
            name,
            loser_rank: better + 1,
        };
        climber = Source::Winner(draft.add([Source::Seed(Seed(better)), climber], &round));
    }
    draft.set_rank(Some(climber), 1);
}

/// Qualifier 1 v 2, eliminator 3 v 4, preliminary final, final.
pub(super) fn page_playoff(draft: &mut Draft) {
    let seed = |number| Source::Seed(Seed(number));
    let mut add = |number, name, loser_rank, sources: [Source; 2]| -> MatchKey {
        draft.add(sources, &Round { section: Section::Winners, number, name, loser_rank })
    };
    let qualifier = add(1, RoundName::Qualifier, 0, [seed(1), seed(2)]);
    let eliminator = add(1, RoundName::Eliminator, 4, [seed(3), seed(4)]);
    let sources = [Source::Loser(qualifier), Source::Winner(eliminator)];
    let preliminary = add(2, RoundName::Preliminary, 3, sources);
    let sources = [Source::Winner(qualifier), Source::Winner(preliminary)];
    let last = add(3, RoundName::Final, 2, sources);
    draft.set_rank(Some(Source::Winner(last)), 1);
}
