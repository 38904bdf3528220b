//! Events, the graphs of stages: their documents, and operations on them.

use tiltyard_bracket::event::{Contest, Design, Entry, Event, EventOperation, StageKey};
use tiltyard_bracket::race::{RaceOperation, RaceResult, RaceSettings};
use tiltyard_bracket::spread::Spread;
use tiltyard_bracket::{Content, Entrant, Format, MatchKey, MatchState, Operation, Outcome, Stage};

use crate::bracket::Dice;

/// Whatever a document says, it is refused or makes an event that is written and read as the same.
pub(crate) fn event_json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(event) = Event::from_json(text) else { return };
    look_at(&event);
    assert_stored(&event);
}

/// Rebuilt from what is stored, it is the same.
fn assert_stored(event: &Event) {
    assert!(Event::from_json(&event.to_json()).as_ref() == Ok(event), "{}", event.to_json());
    let documents = event.keys().map(|key| event.document(key)).collect();
    let again = Event::restore(event.design().clone(), event.state(), documents);
    assert!(again.as_ref() == Ok(event), "{}", event.to_json());
}

/// Questions that always have an answer.
fn look_at(event: &Event) {
    let entrants = event.entrants() as usize;
    assert_eq!((event.ranks().len(), event.guaranteed_ranks().len()), (entrants, entrants));
    for key in event.keys() {
        let seats = event.seats(key);
        let field = event.contest(key).map(Contest::field);
        assert!(field.is_none_or(|field| seats == Ok(field)), "stage {key}: {}", event.to_json());
        let _ = (event.ties(key), event.outlook(key));
    }
}

fn format(dice: &mut Dice<'_>) -> Format {
    match dice.below(7) {
        0 => Format::single_elimination(),
        1 => Format::double_elimination(),
        2 => Format::Gsl,
        3 => Format::swiss(dice.below(3)),
        4 => Format::FreeForAll { sides: 3, advance: 1 },
        _ => Format::round_robin(),
    }
}

fn design(dice: &mut Dice<'_>, entrants: u32) -> Design {
    let main = StageKey(0);
    let groups = |dice: &mut Dice<'_>| {
        let (kind, number) = (format(dice), 1 + dice.below(entrants / 2));
        Design::groups(kind, entrants, number, Spread::Snake)
    };
    match dice.below(5) {
        0 => {
            let loser = |key| Entry::Loser { stage: main, key: MatchKey(key) };
            let winner = |key| Entry::Winner { stage: main, key: MatchKey(key) };
            let entries = vec![loser(0), winner(1), loser(2)];
            Design::single(format(dice), entrants).beside("Beside", format(dice), entries)
        }
        1 => Design::single(RaceSettings::time_trial(), entrants)
            .then_top("Final", 3, format(dice))
            .then_top("Race", 2, RaceSettings::grand_prix()),
        2 => {
            let stages: Vec<_> = (0..2).map(StageKey).collect();
            let card = |nth| Entry::Best { stages: stages.clone(), place: 2, nth };
            Design::groups(Format::round_robin(), entrants, 2, Spread::Snake).then(
                "Seconds",
                format(dice),
                vec![card(1), card(2), Entry::Place { stage: main, place: 1 }],
            )
        }
        3 => groups(dice).then_top("Between", 2, format(dice)).then_top("Final", 2, format(dice)),
        _ => groups(dice).then_top("Final", 2, format(dice)),
    }
}

fn in_stage(dice: &mut Dice<'_>, stage: &Stage) -> Operation {
    let known: Vec<_> = stage.matches().filter(|m| m.state != MatchState::Pending).collect();
    let chosen = dice.byte();
    let chosen = known.get(usize::from(chosen) % known.len().max(1));
    let (key, slots) = chosen.map_or((MatchKey(dice.below(9)), 2), |m| (m.key, m.slots.len()));
    match dice.below(16) {
        0 => Operation::Reopen { key },
        1 => Operation::Forfeit { key, slots: vec![0, 1] },
        2..=5 if stage.pair(&[]).is_ok() => {
            Operation::AddRound(stage.pair(&[]).unwrap_or_default())
        }
        6 => Operation::RemoveRound,
        7 => Operation::Report { key, sets: Vec::new(), outcome: Some(Outcome::Draw) },
        _ if slots > 2 => {
            let places = (0..slots).map(|_| 1 + dice.byte() % 4).collect();
            Operation::Rank { key, sets: Vec::new(), places }
        }
        number => {
            let outcome = Some(Outcome::win(u8::from(number % 2 == 0)));
            Operation::Report { key, sets: Vec::new(), outcome }
        }
    }
}

fn in_race(dice: &mut Dice<'_>, entrants: u32) -> RaceOperation {
    let round = 1 + dice.below(2);
    match dice.below(8) {
        0 => RaceOperation::StartRound { round },
        1 => RaceOperation::FinishRound { round },
        2 => RaceOperation::ReopenRound { round },
        3 => RaceOperation::ResetRound { round },
        _ => {
            let entrant = Entrant(dice.below(entrants + 2));
            let mark = Some(RaceResult::Time(i64::from(dice.byte())).into());
            RaceOperation::Mark { round, entrant, mark }
        }
    }
}

fn order(dice: &mut Dice<'_>, mut order: Vec<Entrant>) -> Vec<Entrant> {
    for _ in 0..dice.below(4) {
        let length = u32::try_from(order.len()).unwrap_or(0);
        let (one, other) = (dice.below(length) as usize, dice.below(length) as usize);
        if one < order.len() && other < order.len() {
            order.swap(one, other);
        }
    }
    order
}

fn operation(dice: &mut Dice<'_>, event: &Event) -> EventOperation {
    let stages = u32::try_from(event.design().stages.len()).unwrap_or(0);
    let stage = StageKey(dice.below(stages + 1));
    let entrant = Entrant(dice.below(event.entrants() + 2));
    let all = (1..=event.entrants()).map(Entrant).collect();
    match dice.below(32) {
        0 => EventOperation::Drop { entrant },
        1 => EventOperation::Reinstate {
            entrant: event.withdrawn().first().copied().unwrap_or(entrant),
        },
        2 => EventOperation::Reset { stage },
        3 => EventOperation::Seed { order: order(dice, all) },
        4 => {
            let field = event.contest(stage).map(Contest::field).unwrap_or_default();
            let field = field.into_iter().filter_map(Content::entrant).collect();
            EventOperation::Arrange { stage, order: order(dice, field) }
        }
        5 | 6 => EventOperation::Settle { stage, order: order(dice, all) },
        7 => EventOperation::Finalize { stage },
        8 => EventOperation::Resume { stage },
        9 if event.entrants() < 20 => EventOperation::AddLate { stage },
        _ => match event.contest(stage) {
            None => EventOperation::Start { stage },
            Some(Contest::Race { .. }) => {
                let operation = in_race(dice, event.entrants());
                EventOperation::Race { stage, operation }
            }
            Some(Contest::Matches(matches)) => {
                EventOperation::Play { stage, operation: in_stage(dice, matches) }
            }
        },
    }
}

/// Any operations on any event: refusals change nothing, undo is exact, the changes name every
/// stage that differs, and what is stored is the whole.
pub(crate) fn event_operations(data: &[u8]) {
    let mut dice = Dice(data.iter());
    let entrants = 4 + dice.below(9);
    let Ok(mut event) = Event::new(design(&mut dice, entrants), entrants) else { return };
    let mut history = Vec::new();
    for _ in 0..64 {
        if dice.is_over() {
            break;
        }
        let operation = operation(&mut dice, &event);
        let before = event.clone();
        match event.apply(&operation) {
            Ok(changes) => {
                let differs = |key: &StageKey| before.contest(*key) != event.contest(*key);
                let named = changes.stages.iter().map(|(key, _)| *key);
                assert!(named.eq(event.keys().filter(differs)), "{operation:?}");
                assert_eq!(changes.state, before.state() != event.state(), "{operation:?}");
                history.push((before, changes.undo));
                look_at(&event);
            }
            Err(_) => assert!(event == before, "refused, and yet changed by {operation:?}"),
        }
    }
    assert_stored(&event);
    for (before, undo) in history.into_iter().rev() {
        assert!(event.undo(&undo).is_ok() && event == before, "{undo:?}");
    }
}
