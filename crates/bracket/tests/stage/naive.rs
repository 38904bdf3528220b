//! A model of progression that is only meant to be obvious: every match is worked out from the
//! structure, the header and the records, from the first match to the last. And all small stages in
//! all states that operations lead to, held against it.

use std::collections::BTreeSet;

use rstest::rstest;
use tiltyard_bracket::{
    Content, Entrant, Format, GrandFinal, Header, Match, MatchKey, MatchRecord, MatchState,
    Operation, Outcome, Source, Stage,
};

use crate::helpers::{assert_same, rank, result, start};

/// One match as it has to be.
#[derive(Debug, PartialEq)]
struct Expected {
    contents: Vec<Content>,
    present: bool,
    state: MatchState,
    sets: Vec<Vec<i64>>,
    outcome: Option<Outcome>,
    places: Vec<u8>,
    automatic: bool,
    /// Who takes the first way out, the second one and so on, once it is decided.
    order: Option<Vec<Content>>,
}

fn of_match(m: &Match) -> Expected {
    Expected {
        contents: m.slots.iter().map(|slot| slot.content).collect(),
        present: m.present,
        state: m.state,
        sets: m.sets.clone(),
        outcome: m.outcome,
        places: m.places.to_vec(),
        automatic: m.automatic,
        order: None,
    }
}

pub(crate) fn assert_as_naive(stage: &Stage) {
    let mut known: Vec<Expected> = Vec::new();
    let header = stage.header();
    for m in stage.all_matches() {
        let mut expected = expect(m, &known, stage, &header, stage.record(m.key));
        let order = expected.order.take();
        assert_eq!(of_match(m), expected, "match {} of {:?}", m.identifier, stage.settings());
        known.push(Expected { order, ..expected });
    }
}

fn expect(
    m: &Match,
    known: &[Expected],
    stage: &Stage,
    header: &Header,
    record: Option<MatchRecord>,
) -> Expected {
    let feeder = |key: MatchKey| &known[key.index()];
    let passed = |key: MatchKey, place: usize| match &feeder(key).order {
        None => Content::Undecided,
        Some(order) => order[place - 1],
    };
    let mut contents: Vec<_> = m
        .slots
        .iter()
        .map(|slot| match slot.source {
            Source::Seed(seed) => match &header.field {
                None => Content::Entrant(Entrant(seed.0)),
                Some(field) => field[seed.index()],
            },
            Source::Winner(key) => passed(key, 1),
            Source::Loser(key) => passed(key, 2),
            Source::Place { of, place } => passed(of, usize::from(place)),
        })
        .collect();
    let mut present = true;
    if m.optional {
        // Only if the one who came without a loss lost the first final.
        let Source::Winner(first) = m.slots[0].source else { panic!("a second final") };
        let first = feeder(first);
        let lost = first.outcome.and_then(Outcome::winner_slot) == Some(1)
            && matches!(first.contents[0], Content::Entrant(_));
        present = lost || first.outcome.is_none();
        if !lost {
            contents = vec![Content::Undecided; 2];
        }
    }
    let known = !contents.contains(&Content::Undecided);
    // Who would play beats who withdrew, the later the better, and anybody beats a bye.
    let strength = |content: &Content| match content {
        Content::Entrant(entrant) => {
            stage.withdrawn().iter().position(|gone| gone == entrant).map_or(1_000, |at| at + 1)
        }
        _ => 0,
    };
    let strengths: Vec<_> = contents.iter().map(strength).collect();
    let playing = strengths.iter().filter(|strength| **strength == 1_000).count();
    let record = record.unwrap_or(MatchRecord {
        key: m.key,
        sets: Vec::new(),
        outcome: None,
        places: Vec::new(),
    });
    let automatic = record.outcome.is_none() && known && playing < 2;
    let (outcome, places) = if !automatic {
        (record.outcome, record.places)
    } else if strengths.iter().all(|strength| *strength == 0) {
        (Some(Outcome::DoubleForfeit), Vec::new())
    } else {
        let better = |own: usize| strengths.iter().filter(|other| **other > own).count();
        let places: Vec<_> =
            strengths.iter().map(|own| u8::try_from(better(*own) + 1).unwrap()).collect();
        let slot = u8::try_from(places.iter().position(|place| *place == 1).unwrap()).unwrap();
        let places = if contents.len() > 2 { places } else { Vec::new() };
        (Some(Outcome::Winner { slot, forfeit: true }), places)
    };
    let order = outcome.map(|outcome| {
        let mut order: Vec<_> = (0..contents.len()).collect();
        match outcome {
            Outcome::Draw if contents.len() == 2 => vec![Content::Bye; 2],
            Outcome::DoubleForfeit => vec![Content::Bye; contents.len()],
            Outcome::Winner { slot, .. } if contents.len() == 2 => {
                vec![contents[usize::from(slot)], contents[1 - usize::from(slot)]]
            }
            Outcome::Winner { .. } | Outcome::Draw => {
                order.sort_by_key(|slot| (contents[*slot] == Content::Bye, places[*slot]));
                order.into_iter().map(|slot| contents[slot]).collect()
            }
        }
    });
    let state = match outcome {
        Some(_) => MatchState::Complete,
        None if known => MatchState::Open,
        None => MatchState::Pending,
    };
    Expected { contents, present, state, sets: record.sets, outcome, places, automatic, order }
}

/// Reports what is recorded, in the order of keys: feeders come before the fed.
pub(crate) fn replay(fresh: &mut Stage, records: impl Iterator<Item = MatchRecord>) {
    for MatchRecord { key, sets, outcome, places } in records {
        let operation = if places.is_empty() {
            Operation::Report { key, sets, outcome }
        } else {
            Operation::Rank { key, sets, places }
        };
        fresh.apply(&operation).unwrap();
    }
}

/// Everything that can be said of a match, scores aside.
fn operations(m: &Match) -> Vec<Operation> {
    let mut all = vec![Operation::Reopen { key: m.key }, result(m.key, Outcome::DoubleForfeit)];
    if m.slots.len() == 2 {
        all.extend([0, 1].map(|slot| result(m.key, Outcome::win(slot))));
    } else {
        all.extend(
            [[1, 2, 3], [3, 1, 2], [2, 3, 1], [1, 1, 2], [1, 2, 2]]
                .map(|places| rank(m.key, places.to_vec())),
        );
    }
    all
}

/// Goes through all states, from each with every operation.
#[rstest]
#[case(Format::SingleElimination { placement_to: Some(3) }, 4, 76)]
#[case(Format::double_elimination(), 3, 70)]
#[case(Format::DoubleElimination { grand_final: GrandFinal::Single, split: true }, 4, 58)]
#[case(Format::Gsl, 4, 124)]
#[case(Format::Stepladder, 4, 25)]
#[case(Format::PagePlayoff, 4, 58)]
#[case(Format::FreeForAll { sides: 3, advance: 1 }, 6, 84)]
fn all_states(#[case] format: Format, #[case] entrants: u32, #[case] states: usize) {
    let first = start(format, entrants);
    let key = |stage: &Stage| -> Vec<_> {
        stage.records().map(|r| (r.key, r.places, format!("{:?}", r.outcome))).collect()
    };
    let mut seen = BTreeSet::from([key(&first)]);
    let mut left = vec![first];
    while let Some(stage) = left.pop() {
        for operation in stage.all_matches().flat_map(operations) {
            let mut next = stage.clone();
            let Ok(changes) = next.apply(&operation) else { continue };
            if seen.insert(key(&next)) {
                assert_as_naive(&next);
                let mut fresh = Stage::start(next.settings().clone(), entrants).unwrap();
                replay(&mut fresh, next.records());
                assert_same(&fresh, &next, "replayed");
                left.push(next.clone());
            }
            next.undo(&changes.undo).unwrap();
            assert_same(&next, &stage, &format!("undone {operation:?}"));
        }
    }
    assert_eq!(seen.len(), states);
}
