//! Random tournaments, random operations, random data.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tiltyard_bracket::{
    Changes, Entrant, Header, Match, MatchKey, MatchRecord, MatchState, Operation, Outcome,
    Settings, Stage, Undo,
};

use crate::helpers::{all_settings, assert_same, result, size};
use crate::naive::{self, assert_as_naive};
use crate::steps::{Step, rank_at_random, step};

/// Formats of elimination, and tables with rounds to be added.
fn settings() -> impl Strategy<Value = Settings> {
    prop::sample::select(all_settings())
}

fn any_settings() -> impl Strategy<Value = Settings> {
    prop_oneof![3 => settings(), 1 => prop::sample::select(crate::helpers::tables())]
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

/// What the changes must be, found by comparing everything.
fn difference(before: &Stage, after: &Stage) -> Changes {
    let all = before.all_matches().count().max(after.all_matches().count());
    let keys = |which: &dyn Fn(Option<&Match>, Option<&Match>) -> bool| {
        let keys = (0..u32::try_from(all).unwrap()).map(MatchKey);
        keys.filter(|key| which(before.get(*key), after.get(*key))).collect::<Vec<_>>()
    };
    let present = |m: Option<&Match>| m.is_some_and(|m| m.present);
    let open = |m: Option<&Match>| m.is_some_and(|m| m.state == MatchState::Open);
    let sources = |m: &Match| m.slots.iter().map(|slot| slot.source).collect::<Vec<_>>();
    let mut common = before.all_matches().zip(after.all_matches());
    Changes {
        changed: keys(&|b, a| b != a),
        reset: Vec::new(),
        appeared: keys(&|b, a| !present(b) && present(a)),
        vanished: keys(&|b, a| present(b) && !present(a)),
        opened: keys(&|b, a| !open(b) && open(a)),
        header: before.header() != after.header(),
        rebuilt: common.any(|(b, a)| sources(b) != sources(a)),
        undo: Undo::default(),
    }
}

/// Places are shared by competition ranking, and nobody is first if nobody won.
fn assert_consistent(ranks: &[Option<u32>]) {
    let ranks: Vec<_> = ranks.iter().map(|rank| rank.unwrap()).collect();
    let won = ranks.contains(&1);
    for rank in &ranks {
        let better = u32::try_from(ranks.iter().filter(|other| *other < rank).count()).unwrap();
        assert_eq!(*rank, if won { better + 1 } else { (better + 1).max(2) }, "{ranks:?}");
    }
}

/// What a store holds.
type Stored = (Header, BTreeMap<MatchKey, MatchRecord>);

fn stored(stage: &Stage) -> Stored {
    (stage.header(), stage.records().map(|record| (record.key, record)).collect())
}

fn restored((header, records): &Stored) -> Stage {
    Stage::restore(header.clone(), records.values().cloned()).unwrap()
}

/// Stores what changed and nothing else.
fn store((header, records): &mut Stored, stage: &Stage, changes: &Changes) {
    for key in &changes.changed {
        match stage.record(*key) {
            Some(record) => records.insert(*key, record),
            None => records.remove(key),
        };
    }
    if changes.header {
        *header = stage.header();
    }
}

/// Applies an operation with every check that holds for each.
fn apply_checked(stage: &mut Stage, kept: &mut Stored, operation: &Operation) -> Option<Undo> {
    let before = stage.clone();
    let preview = stage.preview(operation);
    assert_same(stage, &before, "asked only");
    let applied = stage.apply(operation);
    assert_eq!(preview, applied);
    let Ok(changes) = applied else {
        assert_same(stage, &before, "refused, and yet changed");
        return None;
    };
    let (reset, undo) = (changes.reset.clone(), changes.undo.clone());
    let expected = Changes { reset, undo, ..difference(&before, stage) };
    assert_eq!(changes, expected, "{operation:?}");
    let own = match operation {
        Operation::Report { key, .. }
        | Operation::Rank { key, .. }
        | Operation::Reopen { key }
        | Operation::Forfeit { key, .. } => Some(key),
        _ => None,
    };
    assert!(changes.reset.is_sorted());
    let lost = changes.changed.iter().filter(|key| Some(*key) != own);
    let lost = lost.filter(|key| before.record(**key).is_some() && stage.record(**key).is_none());
    assert!(lost.eq(&changes.reset), "{operation:?}");

    store(kept, stage, &changes);
    assert_same(&restored(kept), stage, "restored");
    assert_eq!(&stored(stage), kept);
    assert_same(&Stage::from_json(&stage.to_json()).unwrap(), stage, "read");
    assert_as_naive(stage);
    let mut undone = stage.clone();
    let back = undone.undo(&changes.undo).unwrap();
    assert_same(&undone, &before, &format!("undone {operation:?}"));
    let expected = Changes {
        reset: back.reset.clone(),
        undo: back.undo.clone(),
        ..difference(stage, &before)
    };
    assert_eq!(back, expected, "taking {operation:?} back");
    undone.undo(&back.undo).unwrap();
    assert_same(&undone, stage, &format!("redone {operation:?}"));
    Some(changes.undo)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Any results lead to an end, places only get better, and they end consistent.
    #[test]
    fn every_tournament_ends(settings in settings(), n in sizes(), seed in any::<u64>()) {
        let n = size(&settings, n);
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
            let m = bracket.get(open[usize::try_from(bits).unwrap() % open.len()]).unwrap();
            let operation = match bits % 37 {
                0 => result(m.key, Outcome::DoubleForfeit),
                1 => {
                    let there = |one: &Entrant| !bracket.withdrawn().contains(one);
                    Operation::Drop { entrant: m.entrants().find(there).unwrap() }
                }
                other if m.slots.len() == 2 => {
                    result(m.key, Outcome::win(u8::from(other % 2 == 0)))
                }
                _ => rank_at_random(&bracket, m, random),
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
    /// the state is the same as rebuilt from what a store would hold and as derived by the naive
    /// model, and undo is exact, one by one and all the way to the start and back. The accepted
    /// operations make the same state once more.
    #[test]
    fn any_operations(
        settings in any_settings(),
        n in 2..=18_u32,
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let n = size(&settings, n);
        let start = Stage::start(settings, n).unwrap();
        let mut stage = start.clone();
        let mut kept = stored(&stage);
        let (mut journal, mut undos, mut states) = (Vec::new(), Vec::new(), vec![start.clone()]);
        for step in steps {
            let operation = Step::operation(&step, &stage);
            if let Some(undo) = apply_checked(&mut stage, &mut kept, &operation) {
                journal.push(serde_json::to_string(&operation).unwrap());
                undos.push(serde_json::to_string(&undo).unwrap());
                states.push(stage.clone());
            }
        }
        let _ = tiltyard_bracket::layout::layout(&stage);
        prop_assert_eq!(stage.ranks().len(), stage.guaranteed_ranks().len());

        let mut again = start;
        for operation in &journal {
            again.apply(&serde_json::from_str(operation).unwrap()).unwrap();
        }
        assert_same(&again, &stage, "journal");
        // An undo of something else is refused, or leads to what can be stored.
        for undo in &undos {
            let mut other = again.clone();
            match other.undo(&serde_json::from_str(undo).unwrap()) {
                Ok(_) => assert_same(&restored(&stored(&other)), &other, "another undo"),
                Err(_) => assert_same(&other, &again, "refused undo"),
            }
        }
        let mut redos = Vec::new();
        for (undo, state) in undos.iter().zip(&states).rev() {
            redos.push(again.undo(&serde_json::from_str(undo).unwrap()).unwrap().undo);
            assert_same(&again, state, "history");
        }
        for (redo, state) in redos.iter().rev().zip(states.iter().skip(1)) {
            again.undo(redo).unwrap();
            assert_same(&again, state, "history");
        }
    }

    /// An earlier result that is changed at any time leaves the same as if it had been so from the
    /// start: what is still reported makes the same state on a fresh stage.
    #[test]
    fn an_edited_stage_is_a_fresh_one(
        settings in settings(),
        n in 2..=20_u32,
        steps in prop::collection::vec((any::<u64>(), any::<u64>()), 1..80),
    ) {
        let n = size(&settings, n);
        let mut stage = Stage::start(settings.clone(), n).unwrap();
        for (choice, random) in steps {
            let known: Vec<_> = stage.matches().filter(|m| m.state != MatchState::Pending).collect();
            let m = known[usize::try_from(choice % known.len() as u64).unwrap()];
            let operation = match random % 16 {
                0 => result(m.key, Outcome::DoubleForfeit),
                1 => Operation::Reopen { key: m.key },
                _ if m.slots.len() == 2 => {
                    result(m.key, Outcome::win(u8::from(random % 2 == 0)))
                }
                _ => rank_at_random(&stage, m, random),
            };
            let _ = stage.apply(&operation);
            let mut fresh = Stage::start(settings.clone(), n).unwrap();
            naive::replay(&mut fresh, stage.records());
            assert_same(&fresh, &stage, "replayed");
            assert_as_naive(&stage);
        }
    }

    /// Whatever a store or a document holds: an answer, no panic, and what is accepted is stable
    /// and as derived by the naive model.
    #[test]
    fn any_records(
        settings in any_settings(),
        n in 0..12_u32,
        withdrawn in prop::collection::vec((0..14_u32).prop_map(Entrant), 0..4),
        records in prop::collection::vec(
            (0..14_u32, prop::collection::vec(prop::collection::vec(any::<i64>(), 1..=2), 0..2),
             prop::option::of(outcome()), prop::collection::vec(0..4_u8, 0..4)),
            0..8,
        ),
    ) {
        let header = Header {
            version: tiltyard_bracket::VERSION,
            entrants: size(&settings, n),
            settings,
            withdrawn,
            field: None,
            finalized: false,
            added: Vec::new(),
        };
        let records = records.into_iter().map(|(key, sets, outcome, places)| {
            MatchRecord { key: MatchKey(key), sets, outcome, places }
        });
        if let Ok(bracket) = Stage::restore(header, records) {
            let again = Stage::restore(bracket.header(), bracket.records()).unwrap();
            assert_as_naive(&bracket);
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
