//! The bracket engine: documents of stages, operations on them, pairings and standings.

use std::collections::BTreeSet;

use tiltyard_bracket::history::{History, Unpaired};
use tiltyard_bracket::schedule::Table;
use tiltyard_bracket::standings::{self, Extra, Ranking};
use tiltyard_bracket::swiss::{self, Mode, NoRound, Order, Rules};
use tiltyard_bracket::{
    Content, Entrant, Format, GrandFinal, MatchKey, MatchState, Operation, Outcome, PairedRound,
    Seed, SeedingOrder, Settings, Stage, layout,
};

/// Most entrants of a document that is built: large ones are measured elsewhere, and are slow here.
const LARGEST: u64 = 128;

/// Whatever a document says, it is refused or makes a stage that is written and read as the same.
pub(crate) fn stage_json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let known = serde_json::from_str::<serde_json::Value>(text).ok();
    if known.is_some_and(|value| {
        value.get("entrants").and_then(serde_json::Value::as_u64) > Some(LARGEST)
    }) {
        return;
    }
    let Ok(stage) = Stage::from_json(text) else { return };
    look_at(&stage);
    assert_same(&Stage::from_json(&stage.to_json()), &stage);
    assert_same(&Stage::restore(stage.header(), stage.records()), &stage);
    for operation in [Operation::Resume, Operation::Finalize, Operation::RemoveRound] {
        let mut changed = stage.clone();
        if let Ok(changes) = changed.apply(&operation) {
            assert_same(&changed.undo(&changes.undo).map(|_| changed), &stage);
        }
    }
}

#[track_caller]
fn assert_same<E: std::fmt::Debug>(found: &Result<Stage, E>, expected: &Stage) {
    match found {
        Ok(found) => assert!(found == expected, "not the same stage: {}", expected.to_json()),
        Err(error) => panic!("{error:?}: {}", expected.to_json()),
    }
}

/// Questions that always have an answer.
fn look_at(stage: &Stage) {
    let seeds = stage.entrants() as usize;
    assert_eq!(stage.ranks().len(), seeds);
    assert_eq!(stage.guaranteed_ranks().len(), seeds);
    let progress = stage.progress();
    assert!(progress.complete <= progress.total && progress.percent() <= 100);
    assert!(!stage.is_over() || progress.percent() == 100 || progress.total == 0);
    let drawn = layout::layout(stage);
    assert!(drawn.cards.len() <= stage.all_matches().count());
}

/// Bytes as decisions; when they have run out all are zero.
pub(crate) struct Dice<'a>(pub(crate) std::slice::Iter<'a, u8>);

impl Dice<'_> {
    pub(crate) fn byte(&mut self) -> u8 {
        self.0.next().copied().unwrap_or(0)
    }

    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        u32::from(self.byte()) % bound.max(1)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.len() == 0
    }
}

fn settings(dice: &mut Dice<'_>) -> Settings {
    let grand_final =
        [GrandFinal::Reset, GrandFinal::Single, GrandFinal::None][dice.below(3) as usize];
    let format = match dice.below(9) {
        0 => Format::SingleElimination { placement_to: Some(dice.below(40)) },
        1 => Format::DoubleElimination { grand_final, split: false },
        2 => Format::DoubleElimination { grand_final, split: true },
        3 => Format::Gsl,
        4 => Format::Stepladder,
        5 => Format::PagePlayoff,
        6 => Format::FreeForAll { sides: 2 + dice.below(7), advance: 1 + dice.below(6) },
        7 => Format::swiss(dice.below(6)),
        _ => Format::RoundRobin {
            cycles: 1 + dice.below(2),
            table: if dice.below(2) == 0 { Table::Berger } else { Table::Circle },
        },
    };
    let seeding =
        if dice.below(2) == 0 { SeedingOrder::Standard } else { SeedingOrder::Sequential };
    Settings { seeding, ..Settings::from(format) }
}

fn operation(dice: &mut Dice<'_>, stage: &Stage) -> Operation {
    let key = key(dice, stage);
    let slots = stage.get(key).map_or(2, |m| m.slots.len());
    let entrant = Entrant(dice.below(stage.entrants() + 3));
    match dice.below(24) {
        0..=7 if slots > 2 => Operation::Rank {
            key,
            sets: sets(dice, slots),
            places: (0..slots).map(|_| dice.byte() % 8).collect(),
        },
        0..=8 => Operation::Report {
            key,
            sets: sets(dice, slots),
            outcome: match dice.below(8) {
                0 => None,
                1 => Some(Outcome::DoubleForfeit),
                2 => Some(Outcome::Draw),
                number => {
                    let slot = u8::try_from(number % 3 % 2).unwrap_or(0);
                    Some(Outcome::Winner { slot, forfeit: number == 7 })
                }
            },
        },
        9 => Operation::Reopen { key },
        10 => Operation::Forfeit { key, slots: vec![dice.byte() % 3] },
        11 => Operation::Forfeit { key, slots: vec![0, 1] },
        12 | 13 => Operation::Drop { entrant },
        14 => {
            Operation::Reinstate { entrant: stage.withdrawn().first().copied().unwrap_or(entrant) }
        }
        15 => Operation::Seed { order: order(dice, stage) },
        16 => Operation::AddLate { entrant },
        17 | 18 => Operation::AddRound(round(dice, stage)),
        19 => Operation::RemoveRound,
        20 => {
            let pairs = round(dice, stage).pairs.into_iter().take(2).collect();
            Operation::TieBreak { pairs }
        }
        21 => Operation::Finalize,
        22 => Operation::Resume,
        _ => Operation::Reset,
    }
}

fn key(dice: &mut Dice<'_>, stage: &Stage) -> MatchKey {
    let number = u32::from(u16::from_be_bytes([dice.byte(), dice.byte()]));
    let known: Vec<_> =
        stage.matches().filter(|m| m.state != MatchState::Pending).map(|m| m.key).collect();
    let all = u32::try_from(stage.all_matches().count()).unwrap_or(0);
    let chosen = known.get(number as usize % known.len().max(1)).copied();
    chosen.filter(|_| number % 16 > 0).unwrap_or(MatchKey(number % (all + 2)))
}

fn sets(dice: &mut Dice<'_>, slots: usize) -> Vec<Vec<i64>> {
    let set = |dice: &mut Dice<'_>| (0..slots).map(|_| i64::from(dice.byte()) - 3).collect();
    (0..dice.below(3)).map(|_| set(dice)).collect()
}

fn order(dice: &mut Dice<'_>, stage: &Stage) -> Vec<Content> {
    let mut order: Vec<_> = stage.field().collect();
    let seats = stage.entrants();
    for _ in 0..=dice.below(4) {
        let one = dice.below(seats) as usize;
        let other = dice.below(seats) as usize;
        match dice.below(6) {
            0 => order[one] = Content::Bye,
            1 => order[one] = Content::Undecided,
            2 => order[one] = Content::Entrant(Entrant(dice.below(60))),
            _ => order.swap(one, other),
        }
    }
    order
}

fn round(dice: &mut Dice<'_>, stage: &Stage) -> PairedRound {
    match stage.pair(&[]) {
        Ok(round) if dice.below(4) > 0 => round,
        _ => {
            let mut seeds: Vec<_> = (1..=stage.entrants()).map(Seed).collect();
            let turn = dice.below(stage.entrants()) as usize;
            seeds.rotate_left(turn);
            let (pairs, rest) = seeds.as_chunks::<2>();
            let unpaired = rest.iter().map(|seed| (*seed, Unpaired::Bye)).collect();
            PairedRound { pairs: pairs.to_vec(), unpaired }
        }
    }
}

/// Any operations on any stage: refusals change nothing, undo is exact, and a store that keeps
/// only what changed holds the whole.
pub(crate) fn stage_operations(data: &[u8]) {
    let mut dice = Dice(data.iter());
    let entrants = 2 + dice.below(39);
    let Ok(mut stage) = Stage::start(settings(&mut dice), entrants) else { return };
    let mut history = Vec::new();
    for _ in 0..64 {
        if dice.is_over() {
            break;
        }
        let operation = operation(&mut dice, &stage);
        let before = stage.clone();
        match stage.apply(&operation) {
            Ok(changes) => {
                let mut undone = stage.clone();
                match undone.undo(&changes.undo) {
                    Ok(_) => assert!(undone == before, "undone {operation:?}"),
                    Err(error) => panic!("{operation:?} cannot be undone: {error}"),
                }
                for m in stage.all_matches() {
                    let was = before.get(m.key);
                    assert!(was == Some(m) || changes.changed.contains(&m.key), "{operation:?}");
                }
                assert_eq!(changes.header, before.header() != stage.header());
                history.push((before, changes.undo));
            }
            Err(_) => assert!(stage == before, "refused, and yet changed by {operation:?}"),
        }
        assert_same(&Stage::restore(stage.header(), stage.records()), &stage);
    }
    look_at(&stage);
    assert_same(&Stage::from_json(&stage.to_json()), &stage);
    for (before, undo) in history.into_iter().rev() {
        assert!(stage.undo(&undo).is_ok() && stage == before);
    }
}

/// Small events: every proposed round keeps the hard rules, there is one if there can be one, and
/// tables are ordered and complete. Or a history as it is sent: it is refused or has a table.
pub(crate) fn history(data: &[u8]) {
    if let Ok(history) = serde_json::from_slice::<History>(data) {
        if history.entrants <= 64 {
            rank(&history);
            let present: Vec<_> = history.all().collect();
            let _ = swiss::pair(&history, &Rules::default(), &present, &[]);
        }
        return;
    }
    let mut dice = Dice(data.iter());
    let entrants = 2 + dice.below(12);
    let orders = [Order::Halves, Order::Ends, Order::Monrad, Order::Random { draw: 7 }];
    let mut rules = Rules {
        order: orders[dice.below(4) as usize],
        mode: if dice.below(3) == 0 { Mode::Casual } else { Mode::Optimal },
        ..Rules::default()
    };
    for _ in 0..dice.below(5) {
        let pair = [dice.below(entrants) + 1, dice.below(entrants) + 1];
        rules.forbidden.push(pair.map(Entrant));
    }
    let mut history = History::new(entrants);
    let mut present: Vec<_> = history.all().collect();
    while !dice.is_over() && history.rounds.len() < 12 {
        match swiss::pair(&history, &rules, &present, &[]) {
            Ok(mut round) => {
                let mut left: BTreeSet<_> = present.iter().copied().collect();
                for pairing in &mut round.pairings {
                    let [first, second] = pairing.sides;
                    assert!(may_meet(&history, &rules, first, second), "{first} v {second}");
                    assert!(left.remove(&first) && left.remove(&second));
                    pairing.outcome = Some(match dice.below(8) {
                        0 => Outcome::DoubleForfeit,
                        1 => Outcome::Draw,
                        2 => Outcome::Winner { slot: 1, forfeit: true },
                        number => Outcome::win(u8::from(number % 2 == 0)),
                    });
                }
                for (bye, why) in &round.unpaired {
                    assert_eq!(*why, Unpaired::Bye);
                    assert!(may_bye(&history, *bye) && left.remove(bye), "bye of {bye}");
                }
                assert!(left.is_empty() && round.unpaired.len() == present.len() % 2);
                history.rounds.push(round);
            }
            Err(NoRound::NoLegalPairing { .. }) => {
                assert!(!can_pair(&history, &rules, &present), "there is a round");
                break;
            }
            Err(NoRound::Nobody) => break,
            Err(other) => panic!("{other}"),
        }
        if dice.below(5) == 0 && present.len() > 2 {
            let gone = dice.below(entrants) as usize % present.len();
            present.remove(gone);
        }
    }
    rank(&history);
}

fn may_meet(history: &History, rules: &Rules, first: Entrant, second: Entrant) -> bool {
    let pair = BTreeSet::from([first, second]);
    let same = |sides: &[Entrant; 2]| BTreeSet::from(*sides) == pair;
    let mut pairings = history.rounds.iter().flat_map(|round| &round.pairings);
    pairings.all(|pairing| !pairing.is_played() || !same(&pairing.sides))
        && !rules.forbidden.iter().any(same)
}

fn may_bye(history: &History, entrant: Entrant) -> bool {
    history.rounds.iter().all(|round| {
        let given = |pairing: &&_| {
            let pairing: &tiltyard_bracket::history::Pairing = pairing;
            pairing.winner() == Some(entrant) && !pairing.is_played()
        };
        !round.unpaired.contains(&(entrant, Unpaired::Bye))
            && round.pairings.iter().find(given).is_none()
    })
}

/// Whether there is any round, by trying all.
fn can_pair(history: &History, rules: &Rules, present: &[Entrant]) -> bool {
    let Some((first, rest)) = present.split_first() else { return true };
    let without = |other: Entrant| rest.iter().copied().filter(|one| *one != other).collect();
    let odd = present.len() % 2 == 1;
    (odd && may_bye(history, *first) && can_pair(history, rules, rest))
        || rest.iter().any(|other| {
            let left: Vec<_> = without(*other);
            may_meet(history, rules, *first, *other) && can_pair(history, rules, &left)
        })
}

fn rank(history: &History) {
    let rankings = [
        Ranking::default(),
        Ranking::magic(),
        Ranking::fide_swiss(),
        Ranking::fide_round_robin(),
        Ranking::challonge_swiss(),
        Ranking::league(),
    ];
    for ranking in rankings {
        let Ok(table) = standings::standings(history, &ranking, &Extra::default()) else { return };
        assert_eq!(table.rows.len(), history.entrants as usize);
        let entrants: BTreeSet<_> = table.rows.iter().map(|row| row.entrant).collect();
        assert_eq!(entrants.len(), table.rows.len());
        for (row, place) in table.rows.iter().zip(1..) {
            let above = table.rows.iter().filter(|other| other.rank < row.rank).count();
            assert!(row.rank <= place && row.rank as usize == above + 1);
        }
    }
}
