//! Cases that an organiser, or somebody hostile, comes to.

use tiltyard_bracket::event::{
    ContestDocument, Design, Entry, Event, EventOperation, EventRefusal, EventRestoreError,
    StageKey,
};
use tiltyard_bracket::spread::Spread;
use tiltyard_bracket::{Entrant, Format, MatchKey, Operation, Outcome};

use crate::helpers::{
    FINAL, GROUP_A, GROUP_B, assert_exact, beats, favourite, field, play, play_out, start,
    two_groups,
};

fn report(key: u32, slot: u8) -> Operation {
    Operation::Report { key: MatchKey(key), sets: Vec::new(), outcome: Some(Outcome::win(slot)) }
}

/// Who wins two matches that feed one stage gets one seat, and a change that makes it two is not
/// refused.
#[test]
fn nobody_gets_two_seats() {
    let main = StageKey(0);
    let winner = |key| Entry::Winner { stage: main, key: MatchKey(key) };
    let design = Design::single(Format::round_robin(), 3).then(
        "Winners",
        Format::round_robin(),
        vec![winner(0), winner(1), winner(2)],
    );
    let mut event = Event::new(design, 3).unwrap();
    start(&mut event, main);
    // In a circle: everybody wins one.
    for (winner, loser) in [(1, 2), (2, 3), (3, 1)] {
        beats(&mut event, main, winner, loser);
    }
    start(&mut event, StageKey(1));
    assert!(!field(&event, StageKey(1)).contains(&0));
    beats(&mut event, main, 1, 3);
    assert_eq!(field(&event, StageKey(1)).iter().filter(|one| **one == 1).count(), 1);
    assert!(field(&event, StageKey(1)).contains(&0));
    assert_exact(&event);
}

/// A round of a Swiss stage that is still to be made passes somebody on, only not yet.
#[test]
fn a_match_to_come_is_undecided() {
    let main = StageKey(0);
    let winner = |key| Entry::Winner { stage: main, key: MatchKey(key) };
    let design = Design::single(Format::swiss(2), 4).then(
        "Winners of round two",
        Format::single_elimination(),
        vec![winner(2), winner(3)],
    );
    let mut event = Event::new(design, 4).unwrap();
    start(&mut event, main);
    assert_eq!(field(&event, StageKey(1)), [999, 999]);
    for _ in 0..2 {
        let round = event.stage(main).unwrap().pair(&[]).unwrap();
        play(&mut event, main, Operation::AddRound(round)).unwrap();
        play_out(&mut event, main, favourite);
    }
    assert!(!field(&event, StageKey(1)).contains(&999));
}

/// Who came late and withdrew does not come back with another start.
#[test]
fn late_and_gone() {
    let mut event = two_groups(Format::round_robin());
    start(&mut event, GROUP_A);
    let changes = event.apply(&EventOperation::AddLate { stage: GROUP_A }).unwrap();
    assert!(changes.stages[0].1.field);
    event.apply(&EventOperation::Drop { entrant: Entrant(9) }).unwrap();
    event.apply(&EventOperation::Reset { stage: GROUP_A }).unwrap();
    start(&mut event, GROUP_A);
    assert_eq!(field(&event, GROUP_A), [1, 4, 5, 8, 0]);
    assert_exact(&event);
}

/// Seeding anew moves nobody who came late, and nobody loses their seat to them.
#[test]
fn seeding_with_somebody_late() {
    let mut event = two_groups(Format::round_robin());
    start(&mut event, GROUP_A);
    event.apply(&EventOperation::AddLate { stage: GROUP_A }).unwrap();
    let order: Vec<_> = (1..=9).rev().map(Entrant).collect();
    event.apply(&EventOperation::Seed { order }).unwrap();
    assert_eq!(field(&event, GROUP_A), [8, 5, 4, 1, 9]);
    assert_eq!(field(&event, GROUP_B), [7, 6, 3, 2]);
    assert_exact(&event);
}

/// A group that has ended stays as it ended; who withdrew from it may return for the final.
#[test]
fn returning_after_an_ended_group() {
    let mut event = two_groups(Format::round_robin());
    start(&mut event, GROUP_A);
    for (winner, loser) in [(4, 1), (4, 5), (4, 8)] {
        beats(&mut event, GROUP_A, winner, loser);
    }
    event.apply(&EventOperation::Drop { entrant: Entrant(1) }).unwrap();
    play_out(&mut event, GROUP_A, favourite);
    event.apply(&EventOperation::Finalize { stage: GROUP_A }).unwrap();
    start(&mut event, GROUP_B);
    play_out(&mut event, GROUP_B, favourite);
    event.apply(&EventOperation::Reinstate { entrant: Entrant(1) }).unwrap();
    assert!(event.withdrawn().is_empty() && event.stage(GROUP_A).unwrap().is_finalized());
    assert_exact(&event);
}

/// Where some have gone on to a later phase, a place in the stage they left is not a place in the
/// event until that stage is over.
#[test]
fn places_beside_those_who_went_on() {
    let main = StageKey(0);
    let losers = (0..4).map(|key| Entry::Loser { stage: main, key: MatchKey(key) }).collect();
    let design = Design::single(Format::single_elimination(), 8).then(
        "Losers",
        Format::single_elimination(),
        losers,
    );
    let mut event = Event::new(design, 8).unwrap();
    start(&mut event, main);
    for (winner, loser) in [(1, 8), (2, 7), (3, 6), (4, 5), (1, 4)] {
        beats(&mut event, main, winner, loser);
    }
    let early = event.ranks()[3];
    assert!(event.guaranteed_ranks().iter().all(|rank| *rank <= 8));
    play_out(&mut event, main, favourite);
    assert_eq!(event.ranks()[3], Some(7));
    assert!(early.is_none() || early == Some(7));
}

/// The same report again changes nothing, and no stage is said to differ.
#[test]
fn nothing_new() {
    let mut event = two_groups(Format::Gsl);
    start(&mut event, GROUP_A);
    play(&mut event, GROUP_A, report(0, 0)).unwrap();
    let changes = play(&mut event, GROUP_A, report(0, 0)).unwrap();
    assert!(changes.stages.is_empty() && !changes.state);
}

/// Without a match for third, the third place of a single elimination is a tie.
#[test]
fn three_of_a_single_elimination() {
    let design =
        Design::single(Format::single_elimination(), 4).then_top("Final", 3, Format::round_robin());
    let mut event = Event::new(design, 4).unwrap();
    start(&mut event, StageKey(0));
    play_out(&mut event, StageKey(0), favourite);
    let ties = event.ties(StageKey(0));
    assert_eq!((ties.len(), ties[0].place), (1, 3));
    assert_eq!(field(&event, StageKey(1)), [1, 2, 999]);
}

/// A tie between the second and the third wild card is one, also if only those two are given; and
/// one word settles it for all stages that get any.
#[test]
fn wild_cards_of_two_stages() {
    let card = |nth| Entry::Best { stages: (0..3).map(StageKey).collect(), place: 2, nth };
    let upper = vec![Entry::Place { stage: StageKey(0), place: 1 }, card(1)];
    let lower = vec![card(2), card(3)];
    let design = Design::groups(Format::round_robin(), 9, 3, Spread::Snake)
        .then("Upper", Format::single_elimination(), upper)
        .beside("Lower", Format::single_elimination(), lower);
    let mut event = Event::new(design, 9).unwrap();
    for group in (0..3).map(StageKey) {
        start(&mut event, group);
        play_out(&mut event, group, favourite);
    }
    let (upper, lower) = (StageKey(3), StageKey(4));
    // All seconds are level.
    assert_eq!(field(&event, upper)[1], 999);
    assert_eq!(field(&event, lower), [999, 999]);
    assert_eq!(event.ties(upper), event.ties(lower));
    let tie = event.ties(lower).remove(0);
    let order: Vec<_> = tie.entrants.iter().rev().copied().collect();
    event.apply(&EventOperation::Settle { stage: tie.stage, order: order.clone() }).unwrap();
    assert_eq!(field(&event, upper)[1], order[0].0);
    assert_eq!(field(&event, lower), [order[1].0, order[2].0]);
    start(&mut event, lower);
    event.apply(&EventOperation::Settle { stage: tie.stage, order: tie.entrants }).unwrap();
    assert_exact(&event);
}

/// Fewer than expected: a bye in a group is no win, and a final with room to spare is played.
#[test]
fn fewer_than_expected() {
    let mut event = two_groups(Format::round_robin());
    for entrant in [2, 3, 6, 7, 8] {
        event.apply(&EventOperation::Drop { entrant: Entrant(entrant) }).unwrap();
    }
    start(&mut event, GROUP_A);
    start(&mut event, GROUP_B);
    assert_eq!(field(&event, GROUP_A), [1, 4, 5, 0]);
    assert_eq!(field(&event, GROUP_B), [0, 0, 0, 0]);
    let table = event.stage(GROUP_A).unwrap().standings().unwrap();
    assert!(table.rows.iter().all(|row| row.rank == 1), "nobody has won anything yet");
    play_out(&mut event, GROUP_A, favourite);
    play_out(&mut event, GROUP_B, favourite);
    assert_eq!(field(&event, FINAL), [1, 0, 4, 0]);
    start(&mut event, FINAL);
    play_out(&mut event, FINAL, favourite);
    assert!(event.is_over());
    let ranks = event.ranks();
    assert_eq!((ranks[0], ranks[3], ranks[4], ranks[1]), (Some(1), Some(2), Some(3), None));
    assert_exact(&event);
}

/// A small document cannot make something large be built.
#[test]
fn what_a_document_says_of_the_size() {
    let mut event = two_groups(Format::round_robin());
    start(&mut event, GROUP_A);
    let mut documents: Vec<_> = event.keys().map(|key| event.document(key)).collect();
    if let Some(ContestDocument::Matches { header, .. }) = &mut documents[0] {
        header.entrants = 1_000;
        header.field = None;
    }
    let refused = Event::restore(event.design().clone(), event.state(), documents);
    assert_eq!(refused, Err(EventRestoreError::OtherField(GROUP_A)));
    let entries = |from: u32| (from..from + 1_024).map(tiltyard_bracket::Seed).map(Entry::Seed);
    let mut design = Design::default();
    for stage in 0..8 {
        design = design.then("Robin", Format::round_robin(), entries(1 + stage * 1_024).collect());
    }
    let refusal = Event::new(design, 8 * 1_024).unwrap_err();
    assert_eq!(refusal, EventRefusal::TooManyMatches { given: 8 * 1_024 * 1_023 / 2 });
}

/// Numbers as large as they can be.
#[test]
fn huge_numbers() {
    let design = Design::single(Format::single_elimination(), u32::MAX);
    let refusal = Event::new(design, u32::MAX).unwrap_err();
    assert_eq!(refusal, EventRefusal::TooManyEntrants { given: u32::MAX });
    let mut design = Design::single(Format::single_elimination(), 4);
    design.stages[0].phase = u32::MAX;
    let place = |stage, place| Entry::Place { stage: StageKey(stage), place };
    let design = design.then("Final", Format::single_elimination(), vec![place(0, 1), place(0, 2)]);
    assert!(Event::new(design.clone(), 4).is_ok());
    for entry in [
        place(u32::MAX, 1),
        place(0, u32::MAX),
        place(1, 1),
        Entry::Winner { stage: StageKey(u32::MAX), key: MatchKey(u32::MAX) },
        Entry::Best { stages: vec![StageKey(u32::MAX)], place: u32::MAX, nth: u32::MAX },
        Entry::Best { stages: Vec::new(), place: 1, nth: 1 },
    ] {
        let mut design = design.clone();
        design.stages[1].entries[1] = entry.clone();
        let refusal = Event::new(design, 4).unwrap_err();
        assert_eq!(refusal, EventRefusal::WrongEntry { stage: StageKey(1), entry });
    }
    let mut event = Event::new(design, 4).unwrap();
    for stage in [StageKey(2), StageKey(u32::MAX)] {
        assert!(event.apply(&EventOperation::Start { stage }).is_err());
        assert!(event.apply(&EventOperation::AddLate { stage }).is_err());
        assert!(event.ties(stage).is_empty());
    }
}
