//! Storing, restoring, exchanging.

use rstest::rstest;
use tiltyard_bracket::{
    Added, Entrant, Format, GrandFinal, Header, MAX_ENTRANTS, MatchKey, MatchRecord, Operation,
    Outcome, PairedRound, Refusal, RestoreError, Seed, Stage,
};

use crate::helpers::{double, favourite, key, play_out, single, start, win};

fn record(key: u32, sets: Vec<Vec<i64>>, outcome: Option<Outcome>) -> MatchRecord {
    MatchRecord { key: MatchKey(key), sets, outcome, places: Vec::new() }
}

#[test]
fn the_stored_form_is_small_and_stable() {
    let mut bracket = double(4, GrandFinal::Reset);
    let sets = vec![vec![2, 1], vec![3, 0]];
    let outcome = Some(Outcome::win(0));
    bracket.apply(&Operation::Report { key: MatchKey(0), sets, outcome }).unwrap();
    bracket.apply(&Operation::Drop { entrant: Entrant(3) }).unwrap();
    assert_eq!(
        serde_json::to_string(&bracket.header()).unwrap(),
        r#"{"version":1,"settings":{"format":{"type":"double_elimination","grand_final":"reset"},"seeding":"standard"},"entrants":4,"withdrawn":[3]}"#
    );
    let records: Vec<_> = bracket.records().collect();
    assert_eq!(
        serde_json::to_string(&records).unwrap(),
        r#"[{"key":0,"sets":[[2,1],[3,0]],"outcome":{"winner":{"slot":0}}}]"#
    );
    // The walkover of match B is derived.
    assert_eq!(bracket.record(key(&bracket, "B")), None);
    assert_eq!(bracket.record(MatchKey(99)), None);
}

#[test]
fn the_exchanged_document() {
    let mut bracket = single(2, None);
    win(&mut bracket, "A", 0).unwrap();
    insta::assert_json_snapshot!(
        serde_json::from_str::<serde_json::Value>(&bracket.to_json()).unwrap()
    );
}

#[test]
fn only_reports_are_needed_to_read_a_document() {
    let text = r#"{"format":"tiltyard-bracket","version":1,"entrants":4,
        "settings":{"format":{"type":"single_elimination","placement_to":3}},
        "matches":[{"key":1,"outcome":{"winner":{"slot":1}}},{"key":0,"sets":[[1,0]]}]}"#;
    let mut expected = single(4, Some(3));
    let sets = vec![vec![1, 0]];
    expected.apply(&Operation::Report { key: MatchKey(0), sets, outcome: None }).unwrap();
    win(&mut expected, "B", 1).unwrap();
    assert_eq!(Stage::from_json(text).unwrap(), expected);
}

#[test]
fn a_finished_bracket_survives_in_any_order_of_records() {
    let mut bracket = double(14, GrandFinal::Reset);
    play_out(&mut bracket, |m| 1 - favourite(m));
    let mut records: Vec<_> = bracket.records().collect();
    records.reverse();
    assert_eq!(Stage::restore(bracket.header(), records).unwrap(), bracket);
}

#[rstest]
#[case(vec![record(3, vec![], None)], RestoreError::UnknownMatch(MatchKey(3)))]
#[case(vec![record(u32::MAX, vec![], None)], RestoreError::UnknownMatch(MatchKey(u32::MAX)))]
#[case(vec![record(0, vec![], None), record(0, vec![], None)],
       RestoreError::DuplicateRecord(MatchKey(0)))]
#[case(vec![record(2, vec![], Some(Outcome::win(0)))], RestoreError::NotPlayable(MatchKey(2)))]
#[case(vec![record(0, vec![], Some(Outcome::win(7)))],
       RestoreError::Record { key: MatchKey(0), refusal: Refusal::UnknownSlot { slot: 7 } })]
#[case(vec![record(1, vec![vec![]], None)],
       RestoreError::Record {
           key: MatchKey(1),
           refusal: Refusal::WrongScoreCount { set: 1, given: 0, expected: 2 },
       })]
fn impossible_records_are_refused(
    #[case] records: Vec<MatchRecord>,
    #[case] expected: RestoreError,
) {
    let header = single(4, None).header();
    assert_eq!(Stage::restore(header, records), Err(expected));
}

#[test]
fn impossible_headers_are_refused() {
    let good = single(4, None).header();
    let restore = |header| Stage::restore(header, []).unwrap_err();
    assert_eq!(restore(Header { version: 2, ..good.clone() }), RestoreError::Version(2));
    assert_eq!(
        restore(Header { entrants: u32::MAX, ..good.clone() }),
        RestoreError::Header(Refusal::TooManyEntrants { given: u32::MAX })
    );
    assert_eq!(
        restore(Header { withdrawn: vec![Entrant(5)], ..good.clone() }),
        RestoreError::Header(Refusal::UnknownEntrant { entrant: Entrant(5) })
    );
    assert_eq!(
        restore(Header { withdrawn: vec![Entrant(3), Entrant(3)], ..good.clone() }),
        RestoreError::Header(Refusal::AlreadyWithdrawn { entrant: Entrant(3) })
    );
    let ordered = Header { withdrawn: vec![Entrant(3), Entrant(1)], ..good };
    let bracket = Stage::restore(ordered, []).unwrap();
    assert_eq!(bracket.withdrawn(), [Entrant(3), Entrant(1)]);
}

/// Places and outcome of a match of many come from one report and cannot contradict each other.
#[rstest]
#[case(Some(Outcome::win(1)), &[1, 2, 3])]
#[case(Some(Outcome::Draw), &[1, 2, 3])]
#[case(Some(Outcome::Winner { slot: 0, forfeit: true }), &[1, 2, 3])]
#[case(Some(Outcome::win(0)), &[1, 1, 3])]
#[case(Some(Outcome::DoubleForfeit), &[1, 2, 3])]
#[case(None, &[1, 2, 3])]
fn contradictions_are_refused(#[case] outcome: Option<Outcome>, #[case] places: &[u8]) {
    let stage = start(Format::FreeForAll { sides: 3, advance: 1 }, 3);
    let identifier = stage.get(MatchKey(0)).unwrap().identifier;
    let record = MatchRecord { places: places.to_vec(), ..record(0, vec![], outcome) };
    let error =
        RestoreError::Record { key: MatchKey(0), refusal: Refusal::OtherPlaces { identifier } };
    assert_eq!(Stage::restore(stage.header(), [record]), Err(error));
}

#[rstest]
#[case(Format::single_elimination(), Added::Entrant, Refusal::NoTable)]
#[case(Format::single_elimination(), Added::TieBreak(vec![]), Refusal::NoTable)]
#[case(Format::single_elimination(), Added::Round(PairedRound::default()), Refusal::NoRounds)]
#[case(Format::round_robin(), Added::TieBreak(vec![]), Refusal::EmptyRound)]
fn impossible_additions_are_refused(
    #[case] format: Format,
    #[case] added: Added,
    #[case] refusal: Refusal,
) {
    let header = Header { added: vec![added], ..start(format, 4).header() };
    assert_eq!(Stage::restore(header, []), Err(RestoreError::Header(refusal)));
}

#[test]
fn additions_keep_the_limits_of_a_start() {
    let limit = |format: Format, entrants: u32, most: u32| {
        let header = Header { added: vec![Added::Entrant; 2], ..start(format, entrants).header() };
        let refused = Stage::restore(header, []).unwrap_err().to_string();
        assert!(
            refused.contains(&format!("at most {most} entrants, not {}", most + 1)),
            "{refused}"
        );
    };
    limit(Format::swiss(0), MAX_ENTRANTS - 1, MAX_ENTRANTS);
    let everybody = PairedRound { pairs: vec![[Seed(1), Seed(2)]], unpaired: vec![] };
    let header =
        Header { added: vec![Added::Round(everybody); 257], ..start(Format::swiss(0), 2).header() };
    let refused = RestoreError::Header(Refusal::AllRounds { rounds: 256 });
    assert_eq!(Stage::restore(header, []), Err(refused));
}

#[rstest]
#[case("")]
#[case("[]")]
#[case("{}")]
#[case(r#"{"format":"other","version":1,"entrants":2,"settings":{"format":{"type":"single_elimination"}},"matches":[]}"#)]
#[case(r#"{"format":"tiltyard-bracket","version":1,"entrants":-2,"settings":{"format":{"type":"single_elimination"}},"matches":[]}"#)]
#[case(r#"{"format":"tiltyard-bracket","version":1,"entrants":2,"settings":{"format":{"type":"chess"}},"matches":[]}"#)]
fn other_documents_are_refused(#[case] text: &str) {
    assert!(Stage::from_json(text).is_err());
}
