//! What operations do, and why they are refused.

use rstest::rstest;
use tiltyard_bracket::Entrant;
use tiltyard_bracket::race::RaceOperation::{
    Add, End, FinishRound, ReopenRound, ResetRound, Resume, StartRound,
};
use tiltyard_bracket::race::RaceResult::{Disqualified, Finished, Score, Time};
use tiltyard_bracket::race::RoundState::{Completed, Pending, Underway};
use tiltyard_bracket::race::{
    Aggregate, MAX_NUMBER, MAX_PLACES, MAX_RACE_ENTRANTS, MAX_ROUNDS, Race, RaceChanges, RaceMark,
    RaceOperation, RaceRefusal, RaceResult, RaceSettings, RoundChange,
};

use crate::helpers::{
    apply, grand_prix, mark, placed, scores, table, times, underway, unmark, withdraw,
};

#[test]
fn what_changed_is_said() {
    let mut race = Race::start(RaceSettings::grand_prix(), 2).unwrap();
    let turn = |round, from, to| RaceChanges {
        rounds: vec![RoundChange { round, from, to }],
        header: true,
        ..RaceChanges::default()
    };
    let marked = |marks: &[(u32, u32)]| RaceChanges {
        marks: marks.iter().map(|&(round, entrant)| (round, Entrant(entrant))).collect(),
        ..RaceChanges::default()
    };
    assert_eq!(race.apply(&StartRound { round: 1 }), Ok(turn(1, Pending, Underway)));
    assert_eq!(race.apply(&mark(1, 2, Time(5))), Ok(marked(&[(1, 2)])));
    assert_eq!(race.apply(&mark(1, 2, Time(5))), Ok(marked(&[])));
    assert_eq!(race.apply(&unmark(1, 1)), Ok(marked(&[])));
    assert_eq!(race.apply(&mark(1, 1, Time(6))), Ok(marked(&[(1, 1)])));
    assert_eq!(race.apply(&FinishRound { round: 1 }), Ok(turn(1, Underway, Completed)));
    assert_eq!(race.apply(&ReopenRound { round: 1 }), Ok(turn(1, Completed, Underway)));
    let reset =
        RaceChanges { marks: marked(&[(1, 1), (1, 2)]).marks, ..turn(1, Underway, Pending) };
    assert_eq!(race.preview(&ResetRound { round: 1 }), Ok(reset.clone()));
    assert_eq!(race.apply(&ResetRound { round: 1 }), Ok(reset));
    assert_eq!(race.add(), Ok(Entrant(3)));
    let withdrew =
        RaceChanges { entrants: vec![Entrant(3)], header: true, ..RaceChanges::default() };
    assert_eq!(race.apply(&withdraw(3)), Ok(withdrew));
    assert_eq!(race.withdrawn().collect::<Vec<_>>(), [Entrant(3)]);
}

#[rstest]
#[case(StartRound { round: 0 }, "this race has no round 0")]
#[case(StartRound { round: 5 }, "this race has no round 5")]
#[case(StartRound { round: 1 }, "round 1 has started already")]
#[case(StartRound { round: 3 }, "round 2 is still underway: finish it first")]
#[case(StartRound { round: 4 }, "round 3 has to start before round 4")]
#[case(mark(1, 1, Time(1)), "round 1 is completed: reopen it first")]
#[case(mark(3, 1, Time(1)), "round 3 has not started")]
#[case(mark(9, 1, Time(1)), "this race has no round 9")]
#[case(mark(2, 0, Time(1)), "this race has no entrant 0")]
#[case(mark(2, 4, Time(1)), "this race has no entrant 4")]
#[case(unmark(2, 4), "this race has no entrant 4")]
#[case(mark(2, 3, Time(1)), "entrant 3 has withdrawn: reinstate them first")]
#[case(mark(2, 1, Time(-1)), "a time is not negative, as -1 is")]
#[case(
    mark(2, 1, Time(i64::MAX)),
    "the number 9223372036854775807 is out of range: 1000000000000 is the greatest"
)]
#[case(mark(2, 1, Score(1)), "this race takes times, not scores")]
#[case(mark(2, 1, RaceMark { points: Some(i64::MIN), ..Time(1).into() }), "the number -9223372036854775808 is out of range: 1000000000000 is the greatest")]
#[case(mark(2, 1, placed(Time(1), 0)), "the rank 0 is out of range: there are 3 entrants")]
#[case(mark(2, 1, placed(Time(1), 4)), "the rank 4 is out of range: there are 3 entrants")]
#[case(FinishRound { round: 1 }, "round 1 is completed: reopen it first")]
#[case(FinishRound { round: 3 }, "round 3 has not started")]
#[case(ReopenRound { round: 2 }, "round 2 is not completed")]
#[case(ReopenRound { round: 3 }, "round 3 has not started")]
#[case(ResetRound { round: 1 }, "round 2 has started after round 1: reset that one first")]
#[case(ResetRound { round: 3 }, "round 3 has not started")]
#[case(withdraw(3), "entrant 3 has withdrawn already")]
#[case(withdraw(4), "this race has no entrant 4")]
#[case(RaceOperation::Reinstate { entrant: Entrant(2) }, "entrant 2 has not withdrawn")]
#[case(End, "round 2 is still underway: finish it first")]
#[case(Resume, "the race has not been ended")]
fn refusals_say_what_is_wrong(#[case] operation: RaceOperation, #[case] words: &str) {
    let mut race = underway(RaceSettings::grand_prix());
    let before = race.clone();
    assert_eq!(race.apply(&operation).unwrap_err().to_string(), words);
    assert_eq!(race, before);
}

#[rstest]
#[case(RaceSettings::TimeTrial { rounds: 0, aggregate: Aggregate::Sum }, Finished, RaceRefusal::NumberMissing)]
#[case(RaceSettings::leaderboard(), Finished, RaceRefusal::NumberMissing)]
#[case(RaceSettings::leaderboard(), Time(1), RaceRefusal::ScoresOnly)]
#[case(RaceSettings::TimeTrial { rounds: 0, aggregate: Aggregate::Sum }, Score(1), RaceRefusal::TimesOnly)]
fn each_kind_takes_its_own_marks(
    #[case] settings: RaceSettings,
    #[case] result: RaceResult,
    #[case] refusal: RaceRefusal,
) {
    assert_eq!(underway(settings).apply(&mark(2, 2, result)), Err(refusal));
}

#[test]
fn a_race_may_end_early_and_go_on() {
    let mut race = Race::start(RaceSettings::grand_prix(), 2).unwrap();
    assert_eq!(race.apply(&End), Err(RaceRefusal::NothingCompleted));
    times(&mut race, &[2, 1]);
    apply(&mut race, &[End]);
    assert_eq!(race.ranks(), [Some(2), Some(1)]);
    assert_eq!(race.apply(&End), Err(RaceRefusal::AlreadyOver));
    assert_eq!(race.apply(&Add), Err(RaceRefusal::Over));
    assert_eq!(race.apply(&StartRound { round: 2 }), Err(RaceRefusal::Ended));
    assert_eq!(race.apply(&ResetRound { round: 1 }), Err(RaceRefusal::Ended));
    // A protest: the round is corrected, and the race is over as it was.
    apply(&mut race, &[ReopenRound { round: 1 }, mark(1, 2, Disqualified)]);
    assert!(!race.is_over());
    assert_eq!(race.apply(&End), Err(RaceRefusal::Ended));
    apply(&mut race, &[FinishRound { round: 1 }]);
    assert_eq!(race.ranks(), [Some(1), Some(2)]);
    apply(&mut race, &[Resume, Add, StartRound { round: 2 }]);
    assert!(!race.is_over());
}

#[test]
fn who_withdrew_keeps_marks_which_officials_may_change() {
    let mut race = underway(RaceSettings::grand_prix());
    apply(&mut race, &[withdraw(1), mark(2, 1, Disqualified), ReopenRound { round: 1 }]);
    apply(&mut race, &[mark(1, 3, Disqualified), unmark(1, 3)]);
    assert_eq!(
        race.apply(&mark(1, 3, Time(1))),
        Err(RaceRefusal::Withdrawn { entrant: Entrant(3) })
    );
    apply(&mut race, &[RaceOperation::Reinstate { entrant: Entrant(3) }, mark(1, 3, Time(1))]);
}

#[rstest]
#[case(RaceSettings::TimeTrial { rounds: MAX_ROUNDS + 1, aggregate: Aggregate::Sum }, "a race has at most 1000 rounds, not 1001")]
#[case(grand_prix(1, &[0; MAX_PLACES + 1], None), "at most 1024 places get points, not 1025")]
#[case(grand_prix(1, &[MAX_NUMBER + 1], None), "the number 1000000000001 is out of range: 1000000000000 is the greatest")]
#[case(grand_prix(1, &[1], Some(0)), "at least one round has to count, not the best 0")]
fn settings_are_checked(#[case] settings: RaceSettings, #[case] words: &str) {
    assert_eq!(Race::start(settings, 2).unwrap_err().to_string(), words);
}

#[test]
fn bounds_of_a_race() {
    let given = MAX_RACE_ENTRANTS + 1;
    let refused = Err(RaceRefusal::TooManyEntrants { given });
    assert_eq!(Race::start(RaceSettings::time_trial(), given), refused);
    let mut full = Race::start(RaceSettings::leaderboard(), MAX_RACE_ENTRANTS).unwrap();
    assert_eq!(full.add(), Err(RaceRefusal::TooManyEntrants { given }));
    for round in 1..=MAX_ROUNDS {
        apply(&mut full, &[StartRound { round }]);
    }
    let too_many = Err(RaceRefusal::TooManyRounds { given: MAX_ROUNDS + 1 });
    assert_eq!(full.apply(&StartRound { round: MAX_ROUNDS + 1 }), too_many);
    assert_eq!(full.next_round(), None);

    // Nobody yet: an open leaderboard.
    let mut race = Race::start(RaceSettings::leaderboard(), 0).unwrap();
    assert!(race.standings().is_empty() && race.ranks().is_empty());
    assert_eq!(race.add(), Ok(Entrant(1)));
    scores(&mut race, &[-MAX_NUMBER]);
    assert_eq!(table(&race), [(1, 1, Some(-MAX_NUMBER), Some(0))]);
}
