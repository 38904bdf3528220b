//! Round robin and Swiss.

use tiltyard_bracket::history::Unpaired;
use tiltyard_bracket::layout::{CrossTable, Window, layout, layout_window, path};
use tiltyard_bracket::schedule::Table;
use tiltyard_bracket::{
    Entrant, Format, GrandFinal, MatchState, Operation, Outcome, PairedRound, Seed, Source, Stage,
};

use super::picture::picture;
use super::rules::assert_well_placed;
use crate::helpers::{double, favourite, letters, result, start};

pub(super) fn round_robin(entrants: u32, cycles: u32) -> Stage {
    start(Format::RoundRobin { cycles, table: Table::Berger }, entrants)
}

/// A Swiss stage with up to so many rounds, as far as they can be paired; favourites win.
pub(super) fn swiss(entrants: u32, rounds: u32) -> Stage {
    let mut stage = start(Format::swiss(0), entrants);
    for _ in 0..rounds {
        let Ok(round) = stage.pair(&[]) else { break };
        stage.apply(&Operation::AddRound(round)).unwrap();
        play_open(&mut stage);
    }
    stage
}

fn play_open(stage: &mut Stage) {
    let open = stage.matches().filter(|m| m.state == MatchState::Open);
    let results: Vec<_> = open.map(|m| result(m.key, Outcome::win(favourite(m)))).collect();
    for result in results {
        stage.apply(&result).unwrap();
    }
}

fn drawn(stage: &Stage) -> String {
    let layout = layout(stage);
    assert_well_placed(stage, &layout, |_| true);
    picture(stage, &layout)
}

/// The letters of the matches of every pair, a row a line; `.` where there are none.
fn crossed(stage: &Stage) -> String {
    let table = CrossTable::of(stage);
    let mut lines = Vec::new();
    for row in (1..=table.size).map(Seed) {
        let cell = |column: u32| {
            let meetings = table.between(row, Seed(column));
            let keys: Vec<_> = meetings.iter().map(|meeting| meeting.key).collect();
            for meeting in meetings {
                let slots = &stage.get(meeting.key).unwrap().slots;
                assert_eq!(slots[usize::from(meeting.slot)].source, Source::Seed(row));
                let other = slots[usize::from(1 - meeting.slot)].source;
                assert_eq!(other, Source::Seed(Seed(column)));
            }
            if keys.is_empty() { ".".to_owned() } else { letters(stage, &keys).join(",") }
        };
        let cells: Vec<_> = (1..=table.size).map(cell).collect();
        lines.push(cells.join(" "));
        let listed: Vec<_> = table.row(row).map(|(column, _)| column).collect();
        let expected = (1..=table.size).map(Seed);
        assert!(expected.filter(|column| !table.between(row, *column).is_empty()).eq(listed));
    }
    lines.join("\n")
}

#[test]
fn round_robin_of_five() {
    insta::assert_snapshot!(drawn(&round_robin(5, 1)));
}

#[test]
fn round_robin_of_four_twice_with_a_tie_break() {
    let mut stage = round_robin(4, 2);
    play_open(&mut stage);
    stage.apply(&Operation::TieBreak { pairs: vec![[Seed(1), Seed(2)]] }).unwrap();
    stage.apply(&Operation::TieBreak { pairs: vec![[Seed(3), Seed(4)]] }).unwrap();
    insta::assert_snapshot!(drawn(&stage));
}

#[test]
fn swiss_of_seven_after_two_rounds() {
    insta::assert_snapshot!(drawn(&swiss(7, 2)));
}

/// A round of byes alone has its column.
#[test]
fn a_round_without_matches() {
    let mut stage = start(Format::swiss(3), 2);
    let unpaired = vec![(Seed(1), Unpaired::HalfPoint), (Seed(2), Unpaired::ZeroPoint)];
    let empty = PairedRound { pairs: Vec::new(), unpaired };
    stage.apply(&Operation::AddRound(empty)).unwrap();
    let round = PairedRound { pairs: vec![[Seed(1), Seed(2)]], unpaired: Vec::new() };
    stage.apply(&Operation::AddRound(round)).unwrap();
    insta::assert_snapshot!(drawn(&stage));
}

/// Matches of a newcomer stand in the rounds that they joined.
#[test]
fn a_newcomer() {
    let mut stage = round_robin(3, 1);
    stage.apply(&Operation::AddLate { entrant: Entrant(4) }).unwrap();
    insta::assert_snapshot!(drawn(&stage));
    assert_eq!(crossed(&stage), ". B C D\nB . A F\nC A . E\nD F E .");
}

#[test]
fn from_a_round_on() {
    let stage = round_robin(5, 1);
    let window = Window { from_round: 4, ..Window::default() };
    let part = layout_window(&stage, &window);
    assert_eq!((part.width, part.height, part.notes.len()), (2, 7, 2));
    assert!(part.hints.is_empty());
    assert_eq!(Window::of_last(&stage, 2), Window::default());
}

#[test]
fn cross_tables() {
    insta::assert_snapshot!(crossed(&round_robin(5, 1)), @r"
    . D E G J
    D . H I A
    E H . B C
    G I B . F
    J A C F .
    ");
    insta::assert_snapshot!(crossed(&round_robin(4, 3)), @r"
    . F,L,P D,J,R A,G,M
    F,L,P . B,H,N C,I,Q
    D,J,R B,H,N . E,K,O
    A,G,M C,I,Q E,K,O .
    ");
    insta::assert_snapshot!(crossed(&swiss(5, 2)), @r"
    . C A . .
    C . . B .
    A . . . D
    . B . . .
    . . D . .
    ");
    let none = CrossTable::of(&double(4, GrandFinal::Reset));
    assert_eq!((none.size, none.row(Seed(1)).count()), (4, 0));
}

#[test]
fn every_pair_meets_once_a_cycle() {
    for cycles in 1..=3 {
        for n in 2..=12 {
            let table = CrossTable::of(&round_robin(n, cycles));
            for row in (1..=n).map(Seed) {
                let row: Vec<_> = table.row(row).map(|(_, meetings)| meetings.len()).collect();
                let cycles = usize::try_from(cycles).unwrap();
                assert_eq!(row, vec![cycles; usize::try_from(n).unwrap() - 1]);
            }
        }
    }
}

/// Whoever stands in a table plays all their matches, whatever the results.
#[test]
fn a_way_through_a_table() {
    let mut stage = round_robin(4, 1);
    stage.apply(&result(tiltyard_bracket::MatchKey(0), Outcome::Draw)).unwrap();
    let way = path(&stage, Entrant(1));
    assert_eq!(letters(&stage, &way.played), ["A"]);
    assert_eq!(letters(&stage, &way.winning), ["D", "F"]);
    assert!(way.losing.is_empty());
}
