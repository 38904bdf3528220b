//! What the tests have in common.

use tiltyard_bracket::event::{
    Contest, Design, Event, EventChanges, EventOperation, EventRefusal, StageKey,
};
use tiltyard_bracket::spread::Spread;
use tiltyard_bracket::{Entrant, Format, Match, MatchState, Operation, Outcome};

pub(crate) const GROUP_A: StageKey = StageKey(0);
pub(crate) const GROUP_B: StageKey = StageKey(1);
pub(crate) const FINAL: StageKey = StageKey(2);

/// Two groups of four, the first two of each in a single elimination.
pub(crate) fn two_groups(format: Format) -> Event {
    let design = Design::groups(format, 8, 2, Spread::Snake).then_top(
        "Final",
        2,
        Format::single_elimination(),
    );
    Event::new(design, 8).unwrap()
}

pub(crate) fn start(event: &mut Event, key: StageKey) -> EventChanges {
    event.apply(&EventOperation::Start { stage: key }).unwrap()
}

pub(crate) fn play(
    event: &mut Event,
    stage: StageKey,
    operation: Operation,
) -> Result<EventChanges, EventRefusal> {
    event.apply(&EventOperation::Play { stage, operation })
}

/// Reports who won the match of two entrants.
pub(crate) fn beats(event: &mut Event, stage: StageKey, winner: u32, loser: u32) -> EventChanges {
    let (winner, loser) = (Entrant(winner), Entrant(loser));
    let m = event
        .stage(stage)
        .unwrap()
        .matches()
        .find(|m| m.slot_of(winner).is_some() && m.slot_of(loser).is_some());
    let m = m.unwrap();
    let slot = u8::try_from(m.slot_of(winner).unwrap()).unwrap();
    let operation =
        Operation::Report { key: m.key, sets: Vec::new(), outcome: Some(Outcome::win(slot)) };
    play(event, stage, operation).unwrap()
}

/// Plays all that is open in a stage.
pub(crate) fn play_out(event: &mut Event, stage: StageKey, winner: impl Fn(&Match) -> u8) {
    loop {
        let open = event.stage(stage).unwrap().matches().find(|m| m.state == MatchState::Open);
        let Some(m) = open else { break };
        let outcome = Some(Outcome::win(winner(m)));
        let operation = Operation::Report { key: m.key, sets: Vec::new(), outcome };
        play(event, stage, operation).unwrap();
    }
}

/// The slot of the lower number.
pub(crate) fn favourite(m: &Match) -> u8 {
    u8::from(m.slots[1].content.entrant() < m.slots[0].content.entrant())
}

/// Who is on each seed: 0 for nobody, 999 for undecided.
pub(crate) fn field(event: &Event, key: StageKey) -> Vec<u32> {
    let field = match event.contest(key) {
        Some(contest) => contest.field(),
        None => event.seats(key).unwrap(),
    };
    field
        .into_iter()
        .map(|content| match content {
            tiltyard_bracket::Content::Entrant(entrant) => entrant.0,
            tiltyard_bracket::Content::Undecided => 999,
            tiltyard_bracket::Content::Bye => 0,
        })
        .collect()
}

pub(crate) fn is_started(event: &Event, key: StageKey) -> bool {
    event.contest(key).is_some_and(|contest| !matches!(contest, Contest::Race { .. }))
}

/// Everything that can be said of an event holds after rebuilding it, too.
pub(crate) fn assert_exact(event: &Event) {
    let documents = event.keys().map(|key| event.document(key)).collect();
    let again = Event::restore(event.design().clone(), event.state(), documents).unwrap();
    assert_eq!(&again, event);
    assert_eq!(&Event::from_json(&event.to_json()).unwrap(), event);
}
