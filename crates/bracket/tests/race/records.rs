//! What is stored and exchanged.

use rstest::rstest;
use tiltyard_bracket::Entrant;
use tiltyard_bracket::race::RaceResult::{DidNotFinish, Time};
use tiltyard_bracket::race::{
    Race, RaceMark, RaceOperation, RaceRecord, RaceRestoreError, RaceSettings,
};

use crate::helpers::{apply, json, mark, placed, underway, unmark};

#[rstest]
#[case(r#"{"type":"time_trial"}"#, RaceSettings::time_trial())]
#[case(r#"{"type":"grand_prix"}"#, RaceSettings::grand_prix())]
#[case(r#"{"type":"leaderboard"}"#, RaceSettings::leaderboard())]
fn the_type_alone_is_enough(#[case] text: &str, #[case] settings: RaceSettings) {
    assert_eq!(json::<RaceSettings>(text), settings);
    let written = serde_json::to_string(&settings).unwrap();
    assert_eq!(json::<RaceSettings>(&written), settings);
}

#[test]
fn records_are_small_plain_json() {
    let mut race = underway(RaceSettings::grand_prix());
    apply(&mut race, &[mark(2, 2, RaceMark { points: Some(3), ..placed(DidNotFinish, 2) })]);
    let header = serde_json::to_string(&race.header()).unwrap();
    let settings = r#"{"type":"grand_prix","rounds":4,"points":[25,18,15,12,10,8,6,4,2,1]}"#;
    let rest = r#""entrants":3,"withdrawn":[3],"rounds":["completed","underway"]"#;
    assert_eq!(header, format!(r#"{{"version":1,"settings":{settings},{rest}}}"#));
    let records: Vec<_> = race.marks().map(|m| serde_json::to_string(&m).unwrap()).collect();
    assert_eq!(records[0], r#"{"round":1,"entrant":1,"result":{"time":10}}"#);
    assert_eq!(
        records[4],
        r#"{"round":2,"entrant":2,"result":"did_not_finish","points":3,"rank":2}"#
    );
    let read = records.iter().map(|text| json::<RaceRecord>(text));
    assert_eq!(Race::restore(json(&header), read), Ok(race.clone()));
    assert_eq!(race.record(2, Entrant(2)), Some(json(&records[4])));
    assert_eq!(race.record(2, Entrant(3)), None);
    let operation = r#"{"operation":"mark","round":2,"entrant":1,"mark":{"result":{"time":7}}}"#;
    assert_eq!(json::<RaceOperation>(operation), mark(2, 1, Time(7)));
    let operation = r#"{"operation":"mark","round":2,"entrant":1}"#;
    assert_eq!(json::<RaceOperation>(operation), unmark(2, 1));
}

#[rstest]
#[case(r#"{"version":2}"#, "", "version 2 of the race data is not known")]
#[case(
    r#"{"entrants":131073}"#,
    "",
    "the header is not valid: a race has at most 131072 entrants, not 131073"
)]
#[case(r#"{"withdrawn":[4]}"#, "", "the header is not valid: this race has no entrant 4")]
#[case(r#"{"withdrawn":[1,1]}"#, "", "the header is not valid: entrant 1 has withdrawn already")]
#[case(
    r#"{"rounds":["completed","pending"]}"#,
    "",
    "the header lists round 2 among those started, as pending"
)]
#[case(
    r#"{"rounds":["completed","completed","completed","completed","underway"]}"#,
    "",
    "the header is not valid: this race has no round 5"
)]
#[case(
    r#"{"rounds":["completed","completed","completed","completed"],"ended":true}"#,
    "",
    "the header says that the race was ended, which this one cannot be"
)]
#[case(
    r#"{"rounds":[],"ended":true}"#,
    "",
    "the header says that the race was ended, which this one cannot be"
)]
#[case(
    "{}",
    r#"{"round":1,"entrant":1,"result":"finished"}"#,
    "there are two records of entrant 1 in round 1"
)]
#[case(
    "{}",
    r#"{"round":3,"entrant":1,"result":"finished"}"#,
    "the record of entrant 1 in round 3 is not valid: round 3 has not started"
)]
#[case(
    "{}",
    r#"{"round":0,"entrant":1,"result":"finished"}"#,
    "the record of entrant 1 in round 0 is not valid: this race has no round 0"
)]
#[case(
    "{}",
    r#"{"round":2,"entrant":9,"result":"finished"}"#,
    "the record of entrant 9 in round 2 is not valid: this race has no entrant 9"
)]
#[case(
    "{}",
    r#"{"round":2,"entrant":2,"result":{"score":1}}"#,
    "the record of entrant 2 in round 2 is not valid: this race takes times, not scores"
)]
fn states_that_cannot_be_are_refused(
    #[case] header: &str,
    #[case] record: &str,
    #[case] words: &str,
) {
    let race = underway(RaceSettings::grand_prix());
    let mut changed = serde_json::to_value(race.header()).unwrap();
    let fields = json::<serde_json::Map<String, serde_json::Value>>(header);
    changed.as_object_mut().unwrap().extend(fields);
    let extra = Some(record).filter(|text| !text.is_empty()).map(json::<RaceRecord>);
    let restored: Result<Race, RaceRestoreError> =
        Race::restore(serde_json::from_value(changed).unwrap(), race.marks().chain(extra));
    assert_eq!(restored.unwrap_err().to_string(), words);
}
