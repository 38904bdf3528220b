//! What concerns entrants and the event as a whole.

use rstest::rstest;
use tiltyard_bracket::event::{Design, Entry, Event, EventOperation, EventRefusal, StageKey};
use tiltyard_bracket::{Entrant, Format, Operation, Outcome};

use crate::helpers::{
    FINAL, GROUP_A, GROUP_B, assert_exact, beats, favourite, field, is_started, play, play_out,
    start, two_groups,
};

#[test]
fn who_drops_before_a_stage_makes_room() {
    let mut event = two_groups(Format::round_robin());
    for group in [GROUP_A, GROUP_B] {
        start(&mut event, group);
        play_out(&mut event, group, favourite);
    }
    assert_eq!(field(&event, FINAL), [1, 2, 4, 3]);
    event.apply(&EventOperation::Drop { entrant: Entrant(1) }).unwrap();
    // 4 moves up, 5 comes in.
    assert_eq!(field(&event, FINAL), [4, 2, 5, 3]);
    start(&mut event, FINAL);
    // Now a drop is a walkover, and coming back is too late for the final.
    event.apply(&EventOperation::Drop { entrant: Entrant(3) }).unwrap();
    assert_eq!(field(&event, FINAL), [4, 2, 5, 3]);
    let walkover = event.stage(FINAL).unwrap().matches().find(|m| m.automatic).unwrap();
    assert_eq!(walkover.winner(), Some(Entrant(4)));
    event.apply(&EventOperation::Reinstate { entrant: Entrant(1) }).unwrap();
    assert_eq!(field(&event, FINAL), [4, 2, 5, 3]);
    event.apply(&EventOperation::Reinstate { entrant: Entrant(3) }).unwrap();
    assert!(event.stage(FINAL).unwrap().matches().all(|m| !m.automatic));
    assert_exact(&event);
}

#[test]
fn late_entrants_join_a_group() {
    let mut event = two_groups(Format::round_robin());
    start(&mut event, GROUP_A);
    let before = event.clone();
    let changes = event.apply(&EventOperation::AddLate { stage: GROUP_A }).unwrap();
    assert_eq!(event.entrants(), 9);
    assert_eq!(field(&event, GROUP_A), [1, 4, 5, 8, 9]);
    assert_exact(&event);
    event.undo(&changes.undo).unwrap();
    assert_eq!(event, before);
    let refusal = event.apply(&EventOperation::AddLate { stage: GROUP_B }).unwrap_err();
    assert_eq!(refusal, EventRefusal::NotStarted { stage: GROUP_B });
}

#[test]
fn seeding_again() {
    let mut event = two_groups(Format::round_robin());
    let order: Vec<_> = (1..=8).rev().map(Entrant).collect();
    start(&mut event, GROUP_A);
    beats(&mut event, GROUP_A, 1, 8);
    let changes = event.apply(&EventOperation::Seed { order }).unwrap();
    assert_eq!(field(&event, GROUP_A), [8, 5, 4, 1]);
    assert_eq!(field(&event, GROUP_B), [7, 6, 3, 2]);
    assert_eq!(changes.stages[0].1.matches.reset.len(), 1);
    assert_exact(&event);
    let short = EventOperation::Seed { order: vec![Entrant(1)] };
    assert_eq!(event.apply(&short), Err(EventRefusal::WrongOrder));
}

#[test]
fn the_final_in_the_order_of_the_organiser() {
    let mut event = two_groups(Format::round_robin());
    for group in [GROUP_A, GROUP_B] {
        start(&mut event, group);
        play_out(&mut event, group, favourite);
    }
    let order = [3, 1, 2, 4].map(Entrant).to_vec();
    event.apply(&EventOperation::Arrange { stage: FINAL, order }).unwrap();
    assert_eq!(field(&event, FINAL), [3, 1, 2, 4]);
    start(&mut event, FINAL);
    assert_exact(&event);
    // Others come in: their order is that of the entries again.
    beats(&mut event, GROUP_A, 5, 4);
    beats(&mut event, GROUP_A, 5, 1);
    assert_eq!(field(&event, FINAL)[0], 5);
    let foreign = EventOperation::Arrange { stage: FINAL, order: vec![Entrant(8)] };
    assert_eq!(event.apply(&foreign), Err(EventRefusal::WrongOrder));
}

#[test]
fn a_reset_takes_what_it_feeds_along() {
    let mut event = two_groups(Format::round_robin());
    for group in [GROUP_A, GROUP_B] {
        start(&mut event, group);
        play_out(&mut event, group, favourite);
    }
    let before = event.clone();
    start(&mut event, FINAL);
    beats(&mut event, FINAL, 1, 3);
    let played = event.clone();
    let changes = event.apply(&EventOperation::Reset { stage: GROUP_A }).unwrap();
    assert!(!is_started(&event, GROUP_A) && is_started(&event, GROUP_B));
    assert!(!is_started(&event, FINAL));
    assert_exact(&event);
    event.undo(&changes.undo).unwrap();
    assert_eq!(event, played);
    event.apply(&EventOperation::Reset { stage: FINAL }).unwrap();
    assert_eq!(event, before);
}

#[test]
fn refusals_change_nothing() {
    let mut event = two_groups(Format::Gsl);
    start(&mut event, GROUP_A);
    let before = event.clone();
    let unknown = StageKey(9);
    for (operation, words) in [
        (EventOperation::Start { stage: unknown }, "no stage 9"),
        (EventOperation::Start { stage: GROUP_A }, "has started already"),
        (EventOperation::Finalize { stage: GROUP_A }, "left to be played"),
        (EventOperation::Resume { stage: GROUP_A }, "is not finalized"),
        (EventOperation::Finalize { stage: FINAL }, "has not started"),
        (EventOperation::Drop { entrant: Entrant(9) }, "no entrant 9"),
        (EventOperation::Reinstate { entrant: Entrant(1) }, "has not withdrawn"),
        (EventOperation::Reset { stage: GROUP_B }, "has not started"),
        (
            EventOperation::Play { stage: GROUP_A, operation: Operation::Finalize },
            "an operation of the event",
        ),
        (
            EventOperation::Play {
                stage: GROUP_A,
                operation: Operation::Drop { entrant: Entrant(1) },
            },
            "an operation of the event",
        ),
    ] {
        let refusal = event.apply(&operation).unwrap_err().to_string();
        assert!(refusal.contains(words), "{refusal}");
        assert_eq!(event, before);
    }
    let round = play(&mut event, GROUP_B, Operation::RemoveRound).unwrap_err();
    assert_eq!(round, EventRefusal::NotStarted { stage: GROUP_B });
}

#[test]
fn an_event_of_one_stage() {
    let mut event = Event::new(Design::single(Format::single_elimination(), 5), 5).unwrap();
    let outlook = event.outlook(StageKey(0)).unwrap();
    assert_eq!(outlook.matches().count(), 4);
    start(&mut event, StageKey(0));
    assert_eq!(event.stage(StageKey(0)), Some(&outlook));
    beats(&mut event, StageKey(0), 4, 5);
    assert_eq!(event.ranks()[4], Some(5));
    assert_eq!(event.guaranteed_ranks(), [3, 3, 3, 3, 5]);
}

/// A table of seven: the first four and the last three go on to different stages.
fn two_ways() -> Event {
    let place = |place| Entry::Place { stage: StageKey(0), place };
    let design = Design::single(Format::round_robin(), 7)
        .then_top("Top", 4, Format::single_elimination())
        .beside("Low", Format::round_robin(), (5..=7).map(place).collect());
    let mut event = Event::new(design, 7).unwrap();
    start(&mut event, StageKey(0));
    play_out(&mut event, StageKey(0), favourite);
    event
}

#[rstest]
#[case(StageKey(1), StageKey(2))]
#[case(StageKey(2), StageKey(1))]
fn a_drop_between_two_starts_moves_nobody_between_the_stages(
    #[case] first: StageKey,
    #[case] second: StageKey,
) {
    let mut event = two_ways();
    start(&mut event, first);
    event.apply(&EventOperation::Drop { entrant: Entrant(2) }).unwrap();
    assert_exact(&event);
    start(&mut event, second);
    assert_eq!(field(&event, StageKey(1)), [1, 2, 3, 4]);
    assert_eq!(field(&event, StageKey(2)), [5, 6, 7]);
    let top = event.stage(StageKey(1)).unwrap();
    assert_eq!(top.withdrawn(), [Entrant(2)]);
    assert_exact(&event);
}

#[test]
fn who_withdrew_after_their_last_match_does_not_come_back_by_a_correction() {
    let mut event = Event::new(Design::single(Format::single_elimination(), 8), 8).unwrap();
    let main = StageKey(0);
    start(&mut event, main);
    beats(&mut event, main, 1, 8);
    beats(&mut event, main, 4, 5);
    let before = event.clone();
    let changes = event.apply(&EventOperation::Drop { entrant: Entrant(8) }).unwrap();
    assert_exact(&event);
    let dropped = event.clone();
    beats(&mut event, main, 8, 1);
    let next =
        event.stage(main).unwrap().matches().find(|m| m.pair() == Some([Entrant(8), Entrant(4)]));
    assert_eq!(next.unwrap().winner(), Some(Entrant(4)));
    event = dropped;
    event.undo(&changes.undo).unwrap();
    assert_eq!(event, before);
}

#[test]
fn who_withdrew_while_a_stage_was_ended_is_out_when_it_goes_on() {
    let mut event = Event::new(Design::single(Format::round_robin(), 3), 3).unwrap();
    let main = StageKey(0);
    start(&mut event, main);
    play_out(&mut event, main, favourite);
    event.apply(&EventOperation::Finalize { stage: main }).unwrap();
    event.apply(&EventOperation::Drop { entrant: Entrant(3) }).unwrap();
    let before = event.clone();
    let changes = event.apply(&EventOperation::Resume { stage: main }).unwrap();
    assert_eq!(event.stage(main).unwrap().withdrawn(), [Entrant(3)]);
    assert_exact(&event);
    event.undo(&changes.undo).unwrap();
    assert_eq!(event, before);
}

/// Ties are reported as the waiting stage sees them: it may have started with somebody who has
/// withdrawn since.
#[test]
fn a_tie_that_a_started_stage_waits_for_is_told() {
    let mut event = two_groups(Format::round_robin());
    for group in [GROUP_A, GROUP_B] {
        start(&mut event, group);
        play_out(&mut event, group, favourite);
    }
    start(&mut event, FINAL);
    event.apply(&EventOperation::Drop { entrant: Entrant(4) }).unwrap();
    let m = event.stage(GROUP_A).unwrap().matches();
    let key = m.filter(|m| m.entrants().all(|one| [4, 5].contains(&one.0))).map(|m| m.key).next();
    let operation =
        Operation::Report { key: key.unwrap(), sets: vec![], outcome: Some(Outcome::Draw) };
    play(&mut event, GROUP_A, operation).unwrap();
    assert_eq!(field(&event, FINAL), [1, 2, 999, 3]);
    let ties = event.ties(GROUP_A);
    assert_eq!(ties.len(), 1);
    assert_eq!((ties[0].place, ties[0].entrants.clone()), (2, vec![Entrant(4), Entrant(5)]));
    let settle = EventOperation::Settle { stage: GROUP_A, order: vec![Entrant(5)] };
    event.apply(&settle).unwrap();
    assert_eq!(field(&event, FINAL), [1, 2, 5, 3]);
    assert!(event.ties(GROUP_A).is_empty());
}
