//! Random tournaments, random operations, random data.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tiltyard_bracket::{
    Changes, Entrant, Match, MatchKey, MatchRecord, MatchState, Operation, Outcome, Settings,
    Stage, Undo,
};

use crate::helpers::{all_settings, result};

fn settings() -> impl Strategy<Value = Settings> {
    prop::sample::select(all_settings())
}

/// A size and decisions enough to play it out.
fn sizes() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 2..=24_u32, 2 => 25..=64_u32, 1 => 65..=300_u32]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        8 => (0..2_u8, any::<bool>()).prop_map(|(slot, forfeit)| Outcome::Winner { slot, forfeit }),
        1 => Just(Outcome::DoubleForfeit),
        1 => Just(Outcome::Draw),
        1 => Just(Outcome::win(2)),
    ]
}

fn operation(keys: u32, entrants: u32) -> impl Strategy<Value = Operation> {
    let key = (0..keys).prop_map(MatchKey);
    let entrant = || (0..=entrants + 1).prop_map(Entrant);
    let sets = prop::collection::vec(prop::collection::vec(-3..9_i64, 1..=2), 0..3);
    prop_oneof![
        12 => (key.clone(), sets, prop::option::weighted(0.8, outcome()))
            .prop_map(|(key, sets, outcome)| Operation::Report { key, sets, outcome }),
        2 => key.prop_map(|key| Operation::Reopen { key }),
        1 => entrant().prop_map(|entrant| Operation::Drop { entrant }),
        1 => entrant().prop_map(|entrant| Operation::Reinstate { entrant }),
    ]
}

/// What the changes must be, found by comparing everything.
fn difference(before: &Stage, after: &Stage) -> Changes {
    let pairs = || before.all_matches().zip(after.all_matches());
    let keys = |which: &dyn Fn(&Match, &Match) -> bool| {
        pairs().filter(|(b, a)| which(b, a)).map(|(_, a)| a.key).collect::<Vec<_>>()
    };
    Changes {
        changed: keys(&|b, a| b != a),
        reset: Vec::new(),
        appeared: keys(&|b, a| !b.present && a.present),
        vanished: keys(&|b, a| b.present && !a.present),
        opened: keys(&|b, a| b.state != MatchState::Open && a.state == MatchState::Open),
        header: before.header() != after.header(),
        rebuilt: false,
        undo: Undo::default(),
    }
}

/// Places are shared by competition ranking, and nobody is first if nobody won.
fn assert_consistent(ranks: &[Option<u32>]) {
    let ranks: Vec<_> = ranks.iter().map(|rank| rank.unwrap()).collect();
    let won = ranks.contains(&1);
    assert!(ranks.iter().filter(|rank| **rank == 1).count() <= 1);
    for rank in &ranks {
        let better = u32::try_from(ranks.iter().filter(|other| *other < rank).count()).unwrap();
        assert_eq!(*rank, if won { better + 1 } else { (better + 1).max(2) }, "{ranks:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Any results lead to an end, places only get better, and they end consistent.
    #[test]
    fn every_tournament_ends(settings in settings(), n in sizes(), seed in any::<u64>()) {
        let mut bracket = Stage::start(settings, n).unwrap();
        let mut random = seed;
        let mut guaranteed = bracket.guaranteed_ranks();
        for _ in 0..3 * n + 400 * n.ilog2() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let open: Vec<_> =
                bracket.matches().filter(|m| m.state == MatchState::Open).map(|m| m.key).collect();
            if open.is_empty() {
                break;
            }
            let bits = random >> 33;
            let key = open[usize::try_from(bits).unwrap() % open.len()];
            let operation = match bits % 37 {
                0 => result(key, Outcome::DoubleForfeit),
                1 => Operation::Drop { entrant: bracket.get(key).unwrap().slots[0].content.entrant().unwrap() },
                other => result(key, Outcome::win(u8::from(other % 2 == 0))),
            };
            bracket.apply(&operation).unwrap();
            if n <= 64 {
                let now = bracket.guaranteed_ranks();
                prop_assert!(now.iter().zip(&guaranteed).all(|(now, then)| now <= then));
                guaranteed = now;
            }
        }
        prop_assert!(bracket.is_over());
        prop_assert_eq!(bracket.progress().percent(), 100);
        let ranks = bracket.ranks();
        assert_consistent(&ranks);
        prop_assert!(bracket.guaranteed_ranks().into_iter().map(Some).eq(ranks));
        prop_assert_eq!(&Stage::restore(bracket.header(), bracket.records()).unwrap(), &bracket);
    }

    /// Whatever is asked: the answer is exact, previews tell the truth, refusals change nothing,
    /// the state is the same as rebuilt from what a store would hold, and undo is exact.
    #[test]
    fn any_operations(
        settings in settings(),
        (n, operations) in (2..=18_u32).prop_flat_map(|n| {
            (Just(n), prop::collection::vec(operation(2 * n + n / 2, n), 1..60))
        }),
    ) {
        let mut bracket = Stage::start(settings, n).unwrap();
        let mut header = bracket.header();
        let mut stored: BTreeMap<MatchKey, MatchRecord> = BTreeMap::new();
        for operation in operations {
            let before = bracket.clone();
            let kept = (header.clone(), stored.clone());
            let preview = bracket.preview(&operation);
            prop_assert_eq!(&bracket, &before);
            let applied = bracket.apply(&operation);
            prop_assert_eq!(&preview, &applied);
            let Ok(changes) = applied else {
                prop_assert_eq!(&bracket, &before);
                continue;
            };
            let expected = Changes {
                reset: changes.reset.clone(),
                undo: changes.undo.clone(),
                ..difference(&before, &bracket)
            };
            prop_assert_eq!(&changes, &expected);
            for key in &changes.reset {
                prop_assert!(before.record(*key).is_some() && bracket.record(*key).is_none());
            }
            for key in &changes.changed {
                let wiped = before.record(*key).is_some() && bracket.record(*key).is_none();
                let own = matches!(&operation,
                    Operation::Report { key: own, .. } | Operation::Reopen { key: own } if own == key);
                prop_assert!(own || wiped == changes.reset.contains(key));
                match bracket.record(*key) {
                    Some(record) => stored.insert(*key, record),
                    None => stored.remove(key),
                };
            }
            if changes.header {
                header = bracket.header();
            }
            let again = Stage::restore(header.clone(), stored.values().cloned()).unwrap();
            prop_assert_eq!(&again, &bracket);
            prop_assert_eq!(&Stage::from_json(&bracket.to_json()).unwrap(), &bracket);
            let mut undone = Stage::restore(kept.0, kept.1.into_values()).unwrap();
            prop_assert_eq!(&undone, &before);
            undone = bracket.clone();
            let back = undone.undo(&changes.undo).unwrap();
            prop_assert_eq!(&undone, &before);
            undone.undo(&back.undo).unwrap();
            prop_assert_eq!(&undone, &bracket);
        }
        prop_assert_eq!(bracket.ranks().len(), bracket.guaranteed_ranks().len());
        let _ = tiltyard_bracket::layout::layout(&bracket);
    }

    /// Whatever a store or a document holds: an answer, no panic, and what is accepted is stable.
    #[test]
    fn any_records(
        settings in settings(),
        n in 0..12_u32,
        withdrawn in prop::collection::vec((0..14_u32).prop_map(Entrant), 0..4),
        records in prop::collection::vec(
            (0..14_u32, prop::collection::vec(prop::collection::vec(any::<i64>(), 1..=2), 0..2),
             prop::option::of(outcome())),
            0..8,
        ),
    ) {
        let header = tiltyard_bracket::Header {
            version: tiltyard_bracket::VERSION, settings, entrants: n, withdrawn, field: None, finalized: false, added: Vec::new(),
        };
        let records = records.into_iter()
            .map(|(key, sets, outcome)| MatchRecord { key: MatchKey(key), sets, outcome, places: Vec::new() });
        if let Ok(bracket) = Stage::restore(header, records) {
            let again = Stage::restore(bracket.header(), bracket.records()).unwrap();
            prop_assert_eq!(again, bracket);
        }
    }

    /// A damaged document is refused or read, never worse.
    #[test]
    fn any_text(position in any::<prop::sample::Index>(), byte in 32..127_u8) {
        let mut bracket = Stage::start(all_settings()[0].clone(), 3).unwrap();
        bracket.apply(&result(MatchKey(0), Outcome::win(1))).unwrap();
        let mut text = bracket.to_json().into_bytes();
        let place = position.index(text.len());
        text[place] = byte;
        let _ = Stage::from_json(&String::from_utf8(text).unwrap());
    }
}
