//! Stages that feed each other.

use rstest::rstest;
use tiltyard_bracket::event::{
    Design, Entry, Event, EventOperation, EventRefusal, Kind, StageDesign, StageKey,
};
use tiltyard_bracket::race::{RaceOperation, RaceResult, RaceSettings};
use tiltyard_bracket::spread::Spread;
use tiltyard_bracket::{Entrant, Format, MatchKey, Operation, Outcome, Seed};

use crate::helpers::{
    FINAL, GROUP_A, GROUP_B, assert_exact, beats, favourite, field, play, play_out, start,
    two_groups,
};

#[rstest]
#[case(Format::round_robin())]
#[case(Format::single_elimination())]
#[case(Format::double_elimination())]
#[case(Format::Gsl)]
fn groups_and_a_final(#[case] format: Format) {
    let mut event = two_groups(format);
    assert_eq!(field(&event, GROUP_A), [1, 4, 5, 8]);
    assert_eq!(field(&event, GROUP_B), [2, 3, 6, 7]);
    assert_eq!(field(&event, FINAL), [999; 4]);
    let refusal = event.apply(&EventOperation::Start { stage: FINAL }).unwrap_err();
    assert_eq!(refusal, EventRefusal::NotDecided { stage: FINAL, seed: Seed(1) });
    for group in [GROUP_A, GROUP_B] {
        let changes = start(&mut event, group);
        assert!(!changes.state && changes.stages[0].1.started);
        play_out(&mut event, group, favourite);
        assert_exact(&event);
    }
    // The winners come first, and group-mates meet in the final at the earliest.
    assert_eq!(field(&event, FINAL), [1, 2, 4, 3]);
    start(&mut event, FINAL);
    let first = event.stage(FINAL).unwrap().matches().next().unwrap();
    assert_eq!(first.pair(), Some([Entrant(1), Entrant(3)]));
    play_out(&mut event, FINAL, favourite);
    assert!(event.is_over());
    let ranks: Vec<_> = event.ranks().into_iter().flatten().collect();
    assert_eq!(ranks[..4], [1, 2, 3, 3]);
    assert_eq!(ranks.len(), 8);
    assert!(ranks[4..].iter().all(|rank| (5..=8).contains(rank)));
    assert_exact(&event);
}

/// Changing an earlier result moves who has to be moved, and leaves the rest alone.
#[test]
fn an_earlier_result_is_changed_amid_the_final() {
    let mut event = two_groups(Format::Gsl);
    for group in [GROUP_A, GROUP_B] {
        start(&mut event, group);
        play_out(&mut event, group, favourite);
        event.apply(&EventOperation::Finalize { stage: group }).unwrap();
    }
    start(&mut event, FINAL);
    beats(&mut event, FINAL, 1, 3);
    beats(&mut event, FINAL, 2, 4);
    beats(&mut event, FINAL, 1, 2);
    assert!(event.is_over());

    // The decider of group A: 5 goes through instead of 4. Ended stages stay as they are.
    let operation = EventOperation::Play {
        stage: GROUP_A,
        operation: Operation::Report {
            key: MatchKey(4),
            sets: Vec::new(),
            outcome: Some(Outcome::win(1)),
        },
    };
    assert!(event.apply(&operation).is_err());
    event.apply(&EventOperation::Resume { stage: GROUP_A }).unwrap();
    assert!(event.is_over());
    let decider = event.stage(GROUP_A).unwrap().get(MatchKey(4)).unwrap().pair().unwrap();
    assert_eq!(decider, [Entrant(4), Entrant(5)]);
    let before = event.clone();
    let preview = event.preview(&operation).unwrap();
    let changes = event.apply(&operation).unwrap();
    assert_eq!(preview, changes);
    assert_eq!(field(&event, FINAL), [1, 2, 5, 3]);
    let stages: Vec<_> = changes.stages.iter().map(|(key, _)| *key).collect();
    assert_eq!(stages, [GROUP_A, FINAL]);
    let reset: Vec<_> = changes.stages[1].1.matches.reset.iter().map(|key| key.0).collect();
    // 1 v 3 stays.
    assert_eq!(reset, [1, 2]);
    assert!(event.stage(FINAL).unwrap().get(MatchKey(0)).unwrap().outcome.is_some());
    assert_exact(&event);

    let after = event.clone();
    let undone = event.undo(&changes.undo).unwrap();
    assert_eq!(event, before);
    event.undo(&undone.undo).unwrap();
    assert_eq!(event, after);
}

#[test]
fn swiss_with_a_cut() {
    let design =
        Design::single(Format::swiss(3), 9).then_top("Top 4", 4, Format::double_elimination());
    let mut event = Event::new(design, 9).unwrap();
    let (swiss, top) = (StageKey(0), StageKey(1));
    start(&mut event, swiss);
    for _ in 0..3 {
        assert_eq!(field(&event, top), [999; 4]);
        let round = event.stage(swiss).unwrap().pair(&[]).unwrap();
        play(&mut event, swiss, Operation::AddRound(round)).unwrap();
        play_out(&mut event, swiss, favourite);
    }
    assert_eq!(field(&event, top)[0], 1);
    start(&mut event, top);
    play_out(&mut event, top, favourite);
    assert!(event.is_over());
    let mut ranks: Vec<_> = event.ranks().into_iter().flatten().collect();
    ranks.sort_unstable();
    assert_eq!(ranks, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(event.guaranteed_ranks().into_iter().map(Some).collect::<Vec<_>>(), event.ranks());
}

#[test]
fn the_losers_of_a_round_play_for_something_else() {
    let (main, second) = (StageKey(0), StageKey(1));
    let losers = (0..4).map(|key| Entry::Loser { stage: main, key: MatchKey(key) }).collect();
    let design = Design::single(Format::single_elimination(), 8).beside(
        "Second chance",
        Format::single_elimination(),
        losers,
    );
    let mut event = Event::new(design, 8).unwrap();
    start(&mut event, main);
    beats(&mut event, main, 1, 8);
    assert_eq!(field(&event, second), [8, 999, 999, 999]);
    for (winner, loser) in [(4, 5), (2, 7), (3, 6)] {
        beats(&mut event, main, winner, loser);
    }
    assert_eq!(field(&event, second), [8, 5, 7, 6]);
    start(&mut event, second);
    let changes = beats(&mut event, main, 8, 1);
    assert!(changes.stages.iter().any(|(key, change)| *key == second && change.field));
    assert_eq!(field(&event, second), [1, 5, 7, 6]);
    play_out(&mut event, main, favourite);
    play_out(&mut event, second, favourite);
    assert!(event.is_over());
    assert_exact(&event);
    // Who dropped is ranked where they played first.
    assert_eq!(event.ranks()[1], Some(1));
}

#[test]
fn the_best_third_of_two_groups_goes_on() {
    let mut design = Design::groups(Format::round_robin(), 7, 2, Spread::Snake);
    let place = |stage, place| Entry::Place { stage: StageKey(stage), place };
    let third = Entry::Best { stages: vec![StageKey(0), StageKey(1)], place: 3, nth: 1 };
    let entries = vec![place(0, 1), place(1, 1), place(0, 2), third];
    design = design.then("Final", Format::single_elimination(), entries);
    let mut event = Event::new(design, 7).unwrap();
    for group in [GROUP_A, GROUP_B] {
        start(&mut event, group);
        play_out(&mut event, group, favourite);
    }
    // Groups of 3 and of 4: the third of four has won one of three, the third of three none.
    let four = if field(&event, GROUP_A).len() == 4 { GROUP_A } else { GROUP_B };
    assert_eq!(field(&event, FINAL)[3], field(&event, four)[2]);
}

#[test]
fn a_race_qualifies_for_a_bracket() {
    let design = Design::single(RaceSettings::time_trial(), 6).then_top("Final", 4, Format::Gsl);
    let mut event = Event::new(design, 6).unwrap();
    let (race, top) = (StageKey(0), StageKey(1));
    start(&mut event, race);
    let mut on = |operation| event.apply(&EventOperation::Race { stage: race, operation }).unwrap();
    on(RaceOperation::StartRound { round: 1 });
    for (entrant, time) in (1..).map(Entrant).zip([90, 50, 80, 70, 60, 40]) {
        let mark = Some(RaceResult::Time(time).into());
        on(RaceOperation::Mark { round: 1, entrant, mark });
    }
    let changes = on(RaceOperation::FinishRound { round: 1 });
    assert_eq!(field(&event, top), [6, 2, 5, 4]);
    assert_exact(&event);
    let after = event.clone();
    let undone = event.undo(&changes.undo).unwrap();
    assert_eq!(field(&event, top), [999; 4]);
    event.undo(&undone.undo).unwrap();
    assert_eq!(event, after);
}

#[test]
fn a_tie_at_the_cut_waits_for_a_word() {
    let design =
        Design::single(Format::round_robin(), 4).then_top("Final", 2, Format::single_elimination());
    let mut event = Event::new(design, 4).unwrap();
    let (table, last) = (StageKey(0), StageKey(1));
    start(&mut event, table);
    // 1 beats everybody; 2, 3 and 4 beat each other in a circle.
    for (winner, loser) in [(1, 2), (1, 3), (1, 4), (2, 3), (3, 4), (4, 2)] {
        beats(&mut event, table, winner, loser);
    }
    assert_eq!(field(&event, last), [1, 999]);
    let ties = event.ties(table);
    assert_eq!(ties.len(), 1);
    assert_eq!(
        (ties[0].place, ties[0].entrants.clone()),
        (2, vec![Entrant(2), Entrant(3), Entrant(4)])
    );
    let before = event.clone();

    let settle =
        EventOperation::Settle { stage: table, order: vec![Entrant(4), Entrant(3), Entrant(2)] };
    let changes = event.apply(&settle).unwrap();
    assert_eq!(field(&event, last), [1, 4]);
    assert!(event.ties(table).is_empty());
    assert_exact(&event);
    event.undo(&changes.undo).unwrap();
    assert_eq!(event, before);

    // Or they play for it.
    let pairs = vec![[Seed(2), Seed(3)]];
    play(&mut event, table, Operation::TieBreak { pairs }).unwrap();
    beats_again(&mut event, table, 3, 2);
    assert_eq!(field(&event, last), [1, 3]);
}

/// The last match of the two.
fn beats_again(event: &mut Event, stage: StageKey, winner: u32, loser: u32) {
    let matches = event.stage(stage).unwrap().matches();
    let pair = [winner, loser].map(Entrant);
    let m = matches.filter(|m| pair.iter().all(|one| m.slot_of(*one).is_some())).last().unwrap();
    let slot = u8::try_from(m.slot_of(pair[0]).unwrap()).unwrap();
    let key = m.key;
    play(
        event,
        stage,
        Operation::Report { key, sets: Vec::new(), outcome: Some(Outcome::win(slot)) },
    )
    .unwrap();
}

fn design(entries: Vec<Vec<Entry>>) -> Design {
    let stages = (1..).zip(entries).map(|(phase, entries)| StageDesign {
        name: format!("Stage {phase}"),
        phase,
        tier: 0,
        kind: Kind::from(Format::round_robin()),
        entries,
    });
    Design { stages: stages.collect() }
}

fn seeds(range: std::ops::RangeInclusive<u32>) -> Vec<Entry> {
    range.map(|seed| Entry::Seed(Seed(seed))).collect()
}

fn place(stage: u32, place: u32) -> Entry {
    Entry::Place { stage: StageKey(stage), place }
}

#[rstest]
#[case(design(vec![]), "at least one stage")]
#[case(design(vec![seeds(1..=3)]), "seed 4 has a seat in no stage")]
#[case(design(vec![seeds(1..=5)]), "cannot have seed 5")]
#[case(design(vec![seeds(1..=4), seeds(4..=4)]), "at least 2 entrants")]
#[case(design(vec![seeds(1..=4), seeds(3..=4)]), "cannot have seed 3")]
#[case(design(vec![seeds(1..=4), vec![place(0, 1), place(0, 5)]]), "cannot have place 5 of stage 0: no earlier stage gives it")]
#[case(design(vec![seeds(1..=4), vec![place(0, 1), place(0, 1)]]), "or it is taken")]
#[case(design(vec![seeds(1..=4), vec![place(1, 1), place(0, 1)]]), "no earlier stage gives it")]
#[case(design(vec![seeds(1..=4), vec![place(7, 1), place(0, 1)]]), "no earlier stage gives it")]
#[case(design(vec![seeds(1..=4), vec![place(0, 1), Entry::Loser { stage: StageKey(0), key: MatchKey(0) }]]), "the loser of match #0 of stage 0")]
#[case(design(vec![seeds(1..=4), vec![place(0, 1), Entry::Best { stages: vec![StageKey(0)], place: 1, nth: 1 }]]), "number 1 of those on place 1 of stages 0:")]
fn designs_that_cannot_be_played(#[case] design: Design, #[case] words: &str) {
    let refusal = Event::new(design, 4).unwrap_err().to_string();
    assert!(refusal.contains(words), "{refusal}");
}
