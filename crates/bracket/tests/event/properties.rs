//! Random events, random operations, random data.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tiltyard_bracket::event::{
    Contest, Design, Entry, Event, EventChanges, EventOperation, EventUndo, StageKey,
};
use tiltyard_bracket::race::{RaceOperation, RaceResult, RaceSettings};
use tiltyard_bracket::spread::Spread;
use tiltyard_bracket::{
    Content, Entrant, Format, MatchKey, MatchState, Operation, Outcome, Seed, Stage,
};

use crate::helpers::assert_exact;

/// Numbers that decide.
#[derive(Debug, Clone)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }

    fn number(&mut self, bound: u32) -> u32 {
        u32::try_from(self.below(bound as usize)).unwrap()
    }
}

fn format(dice: &mut Dice) -> Format {
    match dice.below(6) {
        0 => Format::round_robin(),
        1 => Format::single_elimination(),
        2 => Format::Gsl,
        3 => Format::swiss(2),
        4 => Format::double_elimination(),
        _ => Format::swiss(0),
    }
}

fn place(stage: u32, place: u32) -> Entry {
    Entry::Place { stage: StageKey(stage), place }
}

/// Every shape of event.
fn design(dice: &mut Dice) -> (Design, u32) {
    let entrants = 4 + dice.number(9);
    let single = |format: Format| Design::single(format, entrants);
    let design = match dice.below(9) {
        0 => {
            let kinds = [
                Format::Stepladder,
                Format::FreeForAll { sides: 4, advance: 2 },
                Format::SingleElimination { placement_to: Some(u32::MAX) },
                Format::double_elimination(),
                Format::swiss(3),
                Format::round_robin(),
            ];
            single(kinds[dice.below(6)].clone())
        }
        1 => {
            let losers = (0..2).map(|key| Entry::Loser { stage: StageKey(0), key: MatchKey(key) });
            let winners = Entry::Winner { stage: StageKey(0), key: MatchKey(2) };
            let entries = losers.chain([winners]).collect();
            single(format(dice)).beside("Beside", format(dice), entries)
        }
        2 => {
            let groups = Design::groups(Format::round_robin(), entrants, 2, Spread::Snake);
            let card = |nth| Entry::Best { stages: vec![StageKey(0), StageKey(1)], place: 2, nth };
            let entries = vec![place(0, 1), place(1, 1), card(1)];
            groups.then("Final", Format::single_elimination(), entries)
        }
        3 => Design::single(RaceSettings::time_trial(), entrants)
            .then_top("Final", 3, format(dice))
            .then_top("Last race", 2, RaceSettings::grand_prix()),
        4 => single(Format::FreeForAll { sides: 3, advance: 1 }).then_top("Final", 3, format(dice)),
        5 => Design::groups(format(dice), entrants, 2, Spread::Snake)
            .then_top("Between", 2, format(dice))
            .then_top("Final", 2, Format::single_elimination()),
        _ => {
            let groups = 1 + dice.number(entrants / 2).min(3);
            let (first, last) = (format(dice), format(dice));
            Design::groups(first, entrants, groups, Spread::Snake).then_top("Final", 2, last)
        }
    };
    (design, entrants)
}

fn stage_operation(dice: &mut Dice, stage: &Stage) -> Operation {
    let known: Vec<_> = stage.matches().filter(|m| m.state != MatchState::Pending).collect();
    let open: Vec<_> = known.iter().filter(|m| m.state == MatchState::Open).copied().collect();
    let among = if !open.is_empty() && dice.below(4) > 0 { open } else { known };
    let key = among.get(dice.below(among.len())).map_or(MatchKey(dice.number(20)), |m| m.key);
    let slots = stage.get(key).map_or(2, |m| m.slots.len());
    match dice.below(24) {
        0 => Operation::Reopen { key },
        1 => Operation::Forfeit { key, slots: vec![0, 1] },
        2 | 3 => match stage.pair(&[]) {
            Ok(round) => Operation::AddRound(round),
            Err(_) => Operation::TieBreak { pairs: vec![[Seed(1), Seed(1 + dice.number(3))]] },
        },
        4 => Operation::RemoveRound,
        5 => Operation::Report { key, sets: vec![vec![3, 1]], outcome: None },
        6 => Operation::Report { key, sets: Vec::new(), outcome: Some(Outcome::Draw) },
        _ if slots > 2 => {
            let places = (0..slots).map(|slot| u8::try_from(slot + 1).unwrap());
            let mut places: Vec<_> = places.collect();
            places.rotate_left(dice.below(slots));
            Operation::Rank { key, sets: Vec::new(), places }
        }
        other => {
            let outcome = Some(Outcome::win(u8::from(other % 2 == 0)));
            Operation::Report { key, sets: vec![vec![1, 2]], outcome }
        }
    }
}

fn race_operation(dice: &mut Dice, entrants: u32) -> RaceOperation {
    let round = 1 + dice.number(2);
    match dice.below(12) {
        0 | 1 => RaceOperation::StartRound { round },
        2 => RaceOperation::FinishRound { round },
        3 => RaceOperation::ReopenRound { round },
        4 => RaceOperation::ResetRound { round },
        _ => {
            let entrant = Entrant(1 + dice.number(entrants));
            let time = RaceResult::Time(i64::from(dice.number(9)));
            let mark = Some(time.into()).filter(|_| dice.below(9) > 0);
            RaceOperation::Mark { round, entrant, mark }
        }
    }
}

fn some_of(dice: &mut Dice, entrants: u32) -> Vec<Entrant> {
    let mut order: Vec<_> = (1..=entrants).map(Entrant).collect();
    for place in (1..order.len()).rev() {
        order.swap(place, dice.below(place + 1));
    }
    order
}

/// What somebody might ask for, and at times nonsense.
fn operation(dice: &mut Dice, event: &Event) -> EventOperation {
    let stages = u32::try_from(event.design().stages.len()).unwrap();
    let beyond = u32::from(dice.below(30) == 0);
    let stage = StageKey(dice.number(stages + beyond));
    let entrants = event.entrants();
    let entrant = Entrant(dice.number(entrants + 2));
    match dice.below(64) {
        0..=3 => EventOperation::Drop { entrant },
        4..=5 => EventOperation::Reinstate {
            entrant: event.withdrawn().first().copied().unwrap_or(entrant),
        },
        6 => EventOperation::Reset { stage },
        7 => EventOperation::Seed { order: some_of(dice, entrants) },
        8 | 9 => {
            let mut order = some_of(dice, entrants);
            if let Some(contest) = event.contest(stage) {
                let field = contest.field();
                order.retain(|entrant| field.contains(&Content::Entrant(*entrant)));
            }
            EventOperation::Arrange { stage, order }
        }
        10..=12 => EventOperation::Settle { stage, order: some_of(dice, entrants) },
        13..=15 => EventOperation::Finalize { stage },
        16 => EventOperation::Resume { stage },
        17 if entrants < 14 => EventOperation::AddLate { stage },
        _ => match event.contest(stage) {
            None => EventOperation::Start { stage },
            Some(Contest::Race { .. }) => {
                EventOperation::Race { stage, operation: race_operation(dice, entrants) }
            }
            Some(Contest::Matches(matches)) => {
                EventOperation::Play { stage, operation: stage_operation(dice, matches) }
            }
        },
    }
}

/// What holds of every event.
fn assert_sound(event: &Event) {
    let keys: Vec<_> = event.keys().collect();
    for key in keys {
        let seats = event.seats(key).unwrap();
        let mut seen = BTreeSet::new();
        assert!(seats.iter().filter_map(|seat| seat.entrant()).all(|one| seen.insert(one)));
        if let Some(contest) = event.contest(key) {
            assert_eq!(contest.field(), seats, "stage {key}");
        }
        let _ = (event.ties(key), event.outlook(key));
    }
    let (ranks, worst) = (event.ranks(), event.guaranteed_ranks());
    assert_eq!((ranks.len(), worst.len()), (event.entrants() as usize, event.entrants() as usize));
    for (rank, worst) in ranks.iter().zip(&worst) {
        assert!(*worst >= 1 && *worst <= event.entrants(), "{ranks:?} {worst:?}");
        assert!(rank.is_none_or(|rank| rank == *worst), "{ranks:?} {worst:?}");
    }
    if event.is_over() {
        let known: Vec<_> = ranks.iter().flatten().collect();
        for rank in &known {
            let better = known.iter().filter(|other| *other < rank).count();
            assert_eq!(**rank as usize, better + 1, "{ranks:?}");
        }
        // Who was never in any stage has no place.
        let mut played = BTreeSet::new();
        for key in event.keys() {
            played.extend(
                event.contest(key).unwrap().field().into_iter().filter_map(Content::entrant),
            );
        }
        assert_eq!(known.len(), played.len());
    }
}

/// The changes are what differs, found by comparing everything.
fn assert_complete(
    before: &Event,
    after: &Event,
    changes: &EventChanges,
    operation: &EventOperation,
) {
    assert_eq!(changes.state, before.state() != after.state(), "{operation:?}");
    let named: Vec<_> = changes.stages.iter().map(|(key, _)| *key).collect();
    let differs = |key: &StageKey| before.contest(*key) != after.contest(*key);
    assert_eq!(named, before.keys().filter(differs).collect::<Vec<_>>(), "{operation:?}");
    for (key, change) in &changes.stages {
        let (was, is) = (before.contest(*key), after.contest(*key));
        assert_eq!(change.started, was.is_none());
        assert_eq!(change.stopped, is.is_none());
        if let (Some(was), Some(is)) = (was, is) {
            assert_eq!(change.field, was.field() != is.field(), "{operation:?}");
        }
        let own = match operation {
            EventOperation::Play { stage, operation: Operation::Reopen { key: own } }
                if stage == key =>
            {
                Some(*own)
            }
            _ => None,
        };
        if let Some(was) = before.stage(*key) {
            let lost: Vec<_> = was
                .records()
                .map(|record| record.key)
                .filter(|of| Some(*of) != own)
                .filter(|of| after.stage(*key).is_none_or(|is| is.record(*of).is_none()))
                .collect();
            if !change.matches.rebuilt {
                assert_eq!(change.matches.reset, lost, "{operation:?} in {key}");
            }
            if let Some(is) = after.stage(*key) {
                let all = was.all_matches().count().max(is.all_matches().count());
                let keys = (0..u32::try_from(all).unwrap()).map(MatchKey);
                let changed: Vec<_> = keys.filter(|of| was.get(*of) != is.get(*of)).collect();
                assert_eq!(change.matches.changed, changed, "{operation:?} in {key}");
                assert_eq!(change.matches.header, was.header() != is.header());
            }
        }
    }
}

fn apply_checked(event: &mut Event, operation: &EventOperation) -> Option<EventUndo> {
    let before = event.clone();
    let preview = event.preview(operation);
    assert_eq!(event, &before);
    let applied = event.apply(operation);
    assert_eq!(preview, applied);
    let Ok(changes) = applied else {
        assert_eq!(event, &before, "refused, and yet changed: {operation:?}");
        return None;
    };
    assert_complete(&before, event, &changes, operation);
    assert_exact(event);
    let mut undone = event.clone();
    let back = undone.undo(&changes.undo).unwrap();
    assert_eq!(undone, before, "{operation:?} undone");
    undone.undo(&back.undo).unwrap();
    assert_eq!(&undone, event, "{operation:?} redone");
    Some(changes.undo)
}

/// Plays an event to its end: whatever is open, in any order.
fn play_on(event: &mut Event, dice: &mut Dice) -> bool {
    let mut moves = Vec::new();
    for key in event.keys() {
        match event.contest(key) {
            None => moves.push(EventOperation::Start { stage: key }),
            Some(Contest::Race { race, .. }) => {
                if let Some(round) =
                    race.next_round().filter(|_| race.started() == race.completed())
                {
                    let operation = RaceOperation::StartRound { round };
                    moves.push(EventOperation::Race { stage: key, operation });
                } else if race.started() > race.completed() {
                    let operation = RaceOperation::FinishRound { round: race.started() };
                    moves.push(EventOperation::Race { stage: key, operation });
                }
            }
            Some(Contest::Matches(stage)) => {
                for m in stage.matches().filter(|m| m.state == MatchState::Open) {
                    let operation = if m.slots.len() > 2 {
                        let places = (1..=u8::try_from(m.slots.len()).unwrap()).collect();
                        Operation::Rank { key: m.key, sets: Vec::new(), places }
                    } else {
                        let outcome = Outcome::win(u8::from(dice.below(2) == 0));
                        Operation::Report { key: m.key, sets: Vec::new(), outcome: Some(outcome) }
                    };
                    moves.push(EventOperation::Play { stage: key, operation });
                }
                if moves
                    .iter()
                    .all(|one| !matches!(one, EventOperation::Play { stage, .. } if *stage == key))
                    && !stage.is_over()
                {
                    let round = stage.pair(&[]);
                    let enough = stage.settings().format == Format::swiss(0) && stage.rounds() > 1;
                    moves.push(match round {
                        Ok(round) if !enough => EventOperation::Play {
                            stage: key,
                            operation: Operation::AddRound(round),
                        },
                        _ => EventOperation::Finalize { stage: key },
                    });
                }
            }
        }
        for _ in event.ties(key) {
            moves.push(EventOperation::Settle {
                stage: key,
                order: (1..=event.entrants()).map(Entrant).collect(),
            });
        }
    }
    while !moves.is_empty() {
        let one = moves.swap_remove(dice.below(moves.len()));
        if event.apply(&one).is_ok() {
            return true;
        }
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever is asked: the answer is exact, previews tell the truth, refusals change nothing,
    /// the event is the same rebuilt from what is stored, and undo is exact, one by one and all the
    /// way. The accepted operations make the same event once more.
    #[test]
    fn any_operations(seed in any::<u64>(), steps in 1..70_usize) {
        let mut dice = Dice(seed);
        let (design, entrants) = design(&mut dice);
        let start = Event::new(design, entrants).unwrap();
        let mut event = start.clone();
        let (mut journal, mut undos, mut states) = (Vec::new(), Vec::new(), vec![start.clone()]);
        for _ in 0..steps {
            let operation = operation(&mut dice, &event);
            if let Some(undo) = apply_checked(&mut event, &operation) {
                assert_sound(&event);
                journal.push(serde_json::to_string(&operation).unwrap());
                undos.push(serde_json::to_string(&undo).unwrap());
                states.push(event.clone());
            }
        }
        let mut again = start;
        for operation in &journal {
            again.apply(&serde_json::from_str(operation).unwrap()).unwrap();
        }
        prop_assert_eq!(&again, &event);
        // An undo of something else is refused, or leads to what can be stored.
        for undo in &undos {
            let mut other = again.clone();
            if other.undo(&serde_json::from_str(undo).unwrap()).is_ok() {
                assert_exact(&other);
            } else {
                prop_assert_eq!(&other, &again);
            }
        }
        for (undo, state) in undos.iter().zip(&states).rev() {
            again.undo(&serde_json::from_str(undo).unwrap()).unwrap();
            prop_assert_eq!(&again, state);
        }
    }

    /// Every event comes to an end, guaranteed places only get better, known ones hold, and
    /// everybody has one.
    #[test]
    fn every_event_ends(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let (design, entrants) = design(&mut dice);
        let mut event = Event::new(design, entrants).unwrap();
        let (mut worst, mut known) = (event.guaranteed_ranks(), event.ranks());
        for _ in 0..2_000 {
            if event.is_over() || !play_on(&mut event, &mut dice) {
                break;
            }
            let (now, ranks) = (event.guaranteed_ranks(), event.ranks());
            let better = now.iter().zip(&worst).all(|(now, then)| now <= then);
            prop_assert!(better, "{worst:?} {now:?} {}", event.to_json());
            // In matches of many, those who leave later may share the place.
            let hold = ranks.iter().zip(&known).all(|(now, then)| {
                then.is_none_or(|then| now.is_some_and(|now| now <= then))
            });
            prop_assert!(hold, "{known:?} {ranks:?}");
            (worst, known) = (now, ranks);
        }
        prop_assert!(event.is_over(), "{}", event.to_json());
        assert_sound(&event);
        assert_exact(&event);
        prop_assert!(event.ranks().iter().all(Option::is_some));
    }

    /// An earlier result that is changed at any time leaves the same as if it had been so from the
    /// start: what is still reported makes the same state in a fresh event.
    #[test]
    fn an_edited_event_is_a_fresh_one(seed in any::<u64>(), edits in 1..40_usize) {
        let mut dice = Dice(seed);
        let formats = [Format::round_robin(), Format::Gsl, Format::double_elimination(),
            Format::single_elimination()];
        let entrants = 6 + dice.number(7);
        let groups = 1 + dice.number(3);
        let (first, last) = (dice.below(4), 1 + dice.below(3));
        let design = Design::groups(formats[first].clone(), entrants, groups, Spread::Snake)
            .then_top("Final", 2, formats[last].clone());
        let settle = (0..groups).map(|stage| EventOperation::Settle {
            stage: StageKey(stage),
            order: some_of(&mut dice, entrants),
        });
        let settle: Vec<_> = settle.filter(|_| seed % 3 > 0).collect();
        let mut event = Event::new(design.clone(), entrants).unwrap();
        let mut fresh = event.clone();
        for one in &settle {
            event.apply(one).unwrap();
        }
        while event.keys().any(|key| event.contest(key).is_none()) {
            if !play_on(&mut event, &mut dice) {
                break;
            }
        }
        for _ in 0..edits {
            let stage = StageKey(dice.number(groups + 1));
            let Some(matches) = event.stage(stage) else { continue };
            let known: Vec<_> =
                matches.matches().filter(|m| m.state != MatchState::Pending).collect();
            if known.is_empty() {
                continue;
            }
            let key = known[dice.below(known.len())].key;
            let operation = match dice.below(9) {
                0 => Operation::Reopen { key },
                1 => Operation::Report { key, sets: Vec::new(), outcome: Some(Outcome::Draw) },
                2 => Operation::Report { key, sets: Vec::new(), outcome: Some(Outcome::DoubleForfeit) },
                other => {
                    let outcome = Some(Outcome::win(u8::from(other % 2 == 0)));
                    Operation::Report { key, sets: Vec::new(), outcome }
                }
            };
            let _ = event.apply(&EventOperation::Play { stage, operation });
        }
        // Seats of a stage that runs may be open again: such an event is only reached by changing.
        let open = |key: &StageKey| event.seats(*key).unwrap().contains(&Content::Undecided);
        if event.keys().any(|key| event.contest(key).is_some() && open(&key)) {
            return Ok(());
        }
        let settled = event.state().stages;
        for key in event.keys().filter(|key| event.contest(*key).is_some()) {
            let order = settled[key.index()].settled.clone();
            fresh.apply(&EventOperation::Settle { stage: key, order }).unwrap();
            fresh.apply(&EventOperation::Start { stage: key }).unwrap();
            for record in event.stage(key).unwrap().records() {
                let (key_of, sets, outcome) = (record.key, record.sets, record.outcome);
                let operation = Operation::Report { key: key_of, sets, outcome };
                fresh.apply(&EventOperation::Play { stage: key, operation }).unwrap();
            }
        }
        prop_assert_eq!(fresh, event);
    }

    /// A damaged document is refused or read, never worse.
    #[test]
    fn any_text(
        seed in any::<u64>(),
        places in prop::collection::vec((any::<prop::sample::Index>(), 32..127_u8), 1..3),
        cut in any::<prop::sample::Index>(),
        swap in any::<bool>(),
    ) {
        let mut dice = Dice(seed);
        let (design, entrants) = design(&mut dice);
        let mut event = Event::new(design, entrants).unwrap();
        for _ in 0..dice.below(40) {
            play_on(&mut event, &mut dice);
        }
        let text = event.to_json();
        let damaged = if swap {
            // Two parts between commas change places.
            let mut parts: Vec<_> = text.split(',').collect();
            let (one, other) = (cut.index(parts.len()), places[0].0.index(parts.len()));
            parts.swap(one, other);
            parts.join(",")
        } else {
            let mut bytes = text.into_bytes();
            for (place, byte) in &places {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            String::from_utf8(bytes).unwrap()
        };
        if let Ok(event) = Event::from_json(&damaged) {
            assert_exact(&event);
            let _ = (event.ranks(), event.guaranteed_ranks());
        }
    }
}
