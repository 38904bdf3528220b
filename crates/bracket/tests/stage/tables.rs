//! Round robin and Swiss as stages.

use std::collections::BTreeMap;

use rstest::rstest;
use tiltyard_bracket::history::Unpaired;
use tiltyard_bracket::schedule::Table;
use tiltyard_bracket::standings::Criterion;
use tiltyard_bracket::swiss::{NoRound, Rules};
use tiltyard_bracket::{
    Content, Entrant, Format, MAX_ROUNDS, MatchState, Operation, Outcome, PairedRound, Refusal,
    Section, Seed, Stage,
};

use crate::helpers::{contents, find, result, win};

fn round_robin(entrants: u32, cycles: u32, table: Table) -> Stage {
    Stage::start(Format::RoundRobin { cycles, table }, entrants).unwrap()
}

fn rounds(stage: &Stage) -> String {
    let mut rounds: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for m in stage.matches().filter(|m| m.section == Section::Table) {
        rounds.entry(m.round).or_default().push(contents(m).replace(" v ", "-"));
    }
    rounds.into_values().map(|round| round.join(" ")).collect::<Vec<_>>().join(" | ")
}

/// Plays all that is open; the better seed wins, or all is drawn.
fn play(stage: &mut Stage, outcome: impl Fn(u32, u32) -> Outcome) {
    let open = |stage: &Stage| {
        let m = stage.matches().find(|m| m.state == MatchState::Open)?;
        let [first, second] = m.pair().unwrap();
        Some(result(m.key, outcome(first.0, second.0)))
    };
    while let Some(operation) = open(stage) {
        stage.apply(&operation).unwrap();
    }
}

fn favourite(first: u32, second: u32) -> Outcome {
    Outcome::win(u8::from(second < first))
}

/// Everything that can be said of a stage holds after rebuilding it, too.
fn assert_exact(stage: &Stage) {
    assert_eq!(&Stage::restore(stage.header(), stage.records()).unwrap(), stage);
    assert_eq!(&Stage::from_json(&stage.to_json()).unwrap(), stage);
}

#[rstest]
#[case(Table::Berger, "1-4 2-3 | 4-3 1-2 | 2-4 3-1")]
#[case(Table::Circle, "1-4 3-2 | 2-4 1-3 | 3-4 2-1")]
fn a_round_robin_of_four(#[case] table: Table, #[case] expected: &str) {
    let mut stage = round_robin(4, 1, table);
    assert_eq!(rounds(&stage), expected);
    assert!(stage.matches().all(|m| m.state == MatchState::Open));
    assert_eq!(find(&stage, "F").play_order.unwrap().get(), 6);
    assert_eq!((stage.ranks(), stage.guaranteed_ranks()), (vec![None; 4], vec![4; 4]));
    let draw = Operation::Report {
        key: find(&stage, "A").key,
        sets: vec![vec![1, 1]],
        outcome: Some(Outcome::Draw),
    };
    stage.apply(&draw).unwrap();
    assert_eq!(stage.progress().percent(), 16);
    play(&mut stage, favourite);
    assert!(stage.is_over());
    assert_exact(&stage);
    assert_eq!(stage.ranks()[1..], [Some(2), Some(3), Some(4)]);
    assert_eq!(stage.guaranteed_ranks(), [1, 2, 3, 4]);
}

#[rstest]
#[case(5, 1, "the bye is filled")]
#[case(5, 3, "three times")]
#[case(4, 1, "rounds are added")]
#[case(4, 2, "twice")]
fn late_entrants_meet_everybody(#[case] entrants: u32, #[case] cycles: u32, #[case] what: &str) {
    let mut stage = round_robin(entrants, cycles, Table::Berger);
    let planned = stage.rounds();
    win(&mut stage, "A", 0).unwrap();
    for newcomer in [70, 80, 90] {
        let before = stage.clone();
        let changes = stage.apply(&Operation::AddLate { entrant: Entrant(newcomer) }).unwrap();
        assert_eq!(changes.appeared, changes.opened);
        assert!(changes.header && !changes.rebuilt && changes.reset.is_empty());
        assert_exact(&stage);
        let mut undone = stage.clone();
        undone.undo(&changes.undo).unwrap();
        assert_eq!(undone, before, "{what}");
    }
    if entrants == 5 && cycles == 1 {
        let late = stage.matches().filter(|m| m.slot_of(Entrant(70)).is_some());
        let first = late.filter(|m| m.entrants().any(|one| one.0 <= 5));
        assert!(first.map(|m| m.round.unsigned_abs()).all(|round| round <= planned));
    }
    let mut met: BTreeMap<[u32; 2], u32> = BTreeMap::new();
    let mut busy = std::collections::BTreeSet::new();
    for m in stage.matches() {
        let mut pair = m.pair().unwrap().map(|entrant| entrant.0);
        assert!(pair.iter().all(|one| busy.insert((m.round, *one))), "one match a round");
        pair.sort_unstable();
        *met.entry(pair).or_default() += 1;
    }
    let all = stage.entrants();
    assert_eq!(met.len(), (all * (all - 1) / 2) as usize);
    assert!(met.values().all(|times| *times == cycles));
    let again = stage.apply(&Operation::AddLate { entrant: Entrant(70) });
    assert_eq!(again, Err(Refusal::SeatedTwice { entrant: Entrant(70) }));
}

#[test]
fn swiss_round_by_round() {
    let mut stage = Stage::start(Format::swiss(3), 7).unwrap();
    assert_eq!((stage.rounds(), stage.is_over()), (0, false));
    for number in 1..=3 {
        assert_eq!(stage.rounds(), number - 1);
        let round = stage.pair(&[]).unwrap();
        let changes = stage.apply(&Operation::AddRound(round)).unwrap();
        assert_eq!(changes.appeared.len(), 3);
        assert_eq!(changes.opened, changes.appeared);
        let early = stage.apply(&Operation::AddRound(PairedRound::default()));
        assert_eq!(early, Err(Refusal::RoundUnderway { round: number }));
        assert_eq!(stage.pair(&[]), Err(NoRound::Unfinished { round: number as usize }));
        assert!(!stage.is_over());
        assert_exact(&stage);
        play(&mut stage, favourite);
    }
    // 3 and 6 have met; 3-4 6-7 would be as near to the ideal, but set neighbours of one half
    // against each other.
    assert_eq!(rounds(&stage), "1-4 2-5 3-6 | 1-3 2-7 4-5 | 1-2 3-7 4-6");
    assert!(stage.is_over());
    assert_eq!(stage.progress().percent(), 100);
    let more = stage.pair(&[]).unwrap();
    assert_eq!(stage.apply(&Operation::AddRound(more)), Err(Refusal::AllRounds { rounds: 3 }));
    let byes: Vec<_> =
        stage.history().rounds.iter().flat_map(|round| round.unpaired.clone()).collect();
    assert_eq!(byes.len(), 3);
    assert!(byes.iter().all(|(_, why)| *why == Unpaired::Bye));
}

#[test]
fn a_round_that_is_taken_back() {
    let mut stage = Stage::start(Format::swiss(0), 4).unwrap();
    let before = stage.clone();
    let round = stage.pair(&[]).unwrap();
    let added = stage.apply(&Operation::AddRound(round)).unwrap();
    win(&mut stage, "A", 1).unwrap();
    let played = stage.clone();
    let changes = stage.apply(&Operation::RemoveRound).unwrap();
    assert_eq!(stage, before);
    assert_eq!(changes.vanished, added.appeared);
    assert_eq!(changes.reset.len(), 1);
    stage.undo(&changes.undo).unwrap();
    assert_eq!(stage, played);
    stage.apply(&Operation::RemoveRound).unwrap();
    assert_eq!(stage.apply(&Operation::RemoveRound), Err(Refusal::NothingAdded));
}

#[rstest]
#[case(&[[1, 9]], &[], Refusal::NotPairable { seed: Seed(9) })]
#[case(&[[1, 2], [2, 3]], &[], Refusal::NotPairable { seed: Seed(2) })]
#[case(&[[1, 2]], &[1], Refusal::NotPairable { seed: Seed(1) })]
#[case(&[[1, 4]], &[], Refusal::NotPairable { seed: Seed(4) })]
#[case(&[], &[], Refusal::EmptyRound)]
fn rounds_by_hand(#[case] pairs: &[[u32; 2]], #[case] byes: &[u32], #[case] refusal: Refusal) {
    let mut stage = Stage::start(Format::swiss(0), 5).unwrap();
    stage.apply(&Operation::Drop { entrant: Entrant(4) }).unwrap();
    let round = PairedRound {
        pairs: pairs.iter().map(|pair| pair.map(Seed)).collect(),
        unpaired: byes.iter().map(|seed| (Seed(*seed), Unpaired::HalfPoint)).collect(),
    };
    assert_eq!(stage.apply(&Operation::AddRound(round)), Err(refusal));
}

#[test]
fn who_has_won_or_lost_enough_is_out() {
    let rules = Box::new(Rules { first_to: Some(2), ..Rules::default() });
    let mut stage = Stage::start(Format::Swiss { rounds: 0, rules }, 8).unwrap();
    while !stage.is_over() {
        let round = stage.pair(&[]).unwrap();
        stage.apply(&Operation::AddRound(round)).unwrap();
        play(&mut stage, favourite);
    }
    assert_eq!(stage.rounds(), 3);
    assert_eq!(stage.pair(&[]), Err(NoRound::Nobody));
}

#[test]
fn dropping_and_joining_between_rounds() {
    let mut stage = Stage::start(Format::swiss(3), 6).unwrap();
    let round = stage.pair(&[(Seed(6), Unpaired::HalfPoint)]).unwrap();
    stage.apply(&Operation::AddRound(round)).unwrap();
    play(&mut stage, favourite);
    stage.apply(&Operation::Drop { entrant: Entrant(1) }).unwrap();
    let changes = stage.apply(&Operation::AddLate { entrant: Entrant(7) }).unwrap();
    assert!(changes.appeared.is_empty() && changes.header);
    let round = stage.pair(&[]).unwrap();
    let mut seeds: Vec<_> = round.pairs.iter().flatten().map(|seed| seed.0).collect();
    seeds.sort_unstable();
    assert_eq!(seeds, [2, 3, 4, 5, 6, 7]);
    stage.apply(&Operation::AddRound(round)).unwrap();
    assert_exact(&stage);
    assert_eq!(stage.history().rounds[0].unpaired.len(), 2);
}

#[test]
fn tie_break_matches_know_no_draw() {
    let mut stage = round_robin(3, 1, Table::Berger);
    play(&mut stage, |_, _| Outcome::Draw);
    assert!(stage.is_over());
    let tie_break = Operation::TieBreak { pairs: vec![[Seed(1), Seed(3)]] };
    let changes = stage.apply(&tie_break).unwrap();
    assert_eq!(changes.opened.len(), 1);
    assert!(!stage.is_over());
    let key = changes.opened[0];
    assert_eq!(stage.get(key).unwrap().section, Section::TieBreak);
    assert_eq!(stage.apply(&result(key, Outcome::Draw)), Err(Refusal::DrawNotAllowed));
    assert_eq!(stage.guaranteed_ranks(), [3, 3, 3]);
    stage.apply(&result(key, Outcome::win(1))).unwrap();
    assert!(stage.is_over());
    assert_eq!(stage.ranks(), [Some(2), Some(2), Some(1)]);
    let table = stage.standings().unwrap();
    assert_eq!(table.rows[1].decided_by, Some(Criterion::TieBreakWins));
    assert_exact(&stage);
    assert_eq!(stage.get(key).unwrap().slots[1].content, Content::Entrant(Entrant(3)));
    let elimination = Stage::start(Format::single_elimination(), 4).unwrap().apply(&tie_break);
    assert_eq!(elimination, Err(Refusal::NoTable));
}

#[test]
fn three_who_are_level_all_meet() {
    let mut stage = round_robin(3, 1, Table::Berger);
    play(&mut stage, |_, _| Outcome::Draw);
    let pairs = [[1, 2], [1, 3], [2, 3]].map(|pair| pair.map(Seed)).to_vec();
    assert_eq!(stage.apply(&Operation::TieBreak { pairs }).unwrap().opened.len(), 3);
    let alone = Operation::TieBreak { pairs: vec![[Seed(1), Seed(1)]] };
    assert_eq!(stage.apply(&alone), Err(Refusal::NotPairable { seed: Seed(1) }));
}

#[test]
fn tie_breaks_come_to_an_end() {
    let mut stage = round_robin(2, 1, Table::Berger);
    let tie_break = Operation::TieBreak { pairs: vec![[Seed(1), Seed(2)]] };
    for _ in 0..MAX_ROUNDS {
        stage.apply(&tie_break).unwrap();
    }
    assert_eq!(stage.apply(&tie_break), Err(Refusal::AllRounds { rounds: MAX_ROUNDS }));
    assert_exact(&stage);
}

#[rstest]
#[case(Format::RoundRobin { cycles: 0, table: Table::Berger }, 4, "1 to 3 times, not 0")]
#[case(Format::RoundRobin { cycles: 4, table: Table::Berger }, 4, "1 to 3 times, not 4")]
#[case(Format::RoundRobin { cycles: 1, table: Table::Berger }, 1_025, "at most 1024 entrants")]
#[case(Format::swiss(257), 4, "at most 256 rounds")]
fn limits(#[case] format: Format, #[case] entrants: u32, #[case] words: &str) {
    let refusal = Stage::start(format, entrants).unwrap_err().to_string();
    assert!(refusal.contains(words), "{refusal}");
}

/// Whoever ends a Swiss stage early has played all there is.
#[test]
fn what_is_ended_early_is_all_played() {
    let mut stage = Stage::start(Format::swiss(5), 4).unwrap();
    let round = stage.pair(&[]).unwrap();
    stage.apply(&Operation::AddRound(round)).unwrap();
    play(&mut stage, favourite);
    assert_eq!((stage.is_over(), stage.progress().percent()), (false, 20));
    stage.apply(&Operation::Finalize).unwrap();
    assert_eq!((stage.is_over(), stage.progress().percent()), (true, 100));
    assert_exact(&stage);
}
