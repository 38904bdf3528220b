//! The largest structures that a few bytes can ask for.

use std::time::Duration;

use tiltyard_bracket::schedule::Table;
use tiltyard_bracket::{Added, Format, Header, MAX_ENTRANTS, MAX_IN_TABLE, Settings, Stage};

use crate::report::Report;

pub(crate) fn measure(report: &mut Report) {
    let robin = |cycles| Format::RoundRobin { cycles, table: Table::Berger };
    let all = [
        (format!("a stage of {MAX_ENTRANTS} in which every place is played out"), {
            Format::SingleElimination { placement_to: Some(MAX_ENTRANTS) }
        }),
        (format!("a stepladder of {MAX_ENTRANTS}"), Format::Stepladder),
        (format!("a free-for-all of {MAX_ENTRANTS}, 128 in a match, 94 go on"), {
            Format::FreeForAll { sides: 128, advance: 94 }
        }),
    ];
    for (name, format) in all {
        let second = Some(Duration::from_secs(1));
        report.measure(&name, second, [(); 3], |()| Stage::start(format.clone(), MAX_ENTRANTS));
    }
    let name = format!("a round robin of {MAX_IN_TABLE}, three times");
    let seconds = Some(Duration::from_secs(2));
    report.measure(&name, seconds, [(); 3], |()| Stage::start(robin(3), MAX_IN_TABLE));
    let name = format!("restoring a round robin to which all but two of {MAX_IN_TABLE} came late");
    let late = || Header {
        version: tiltyard_bracket::VERSION,
        settings: Settings::from(robin(1)),
        entrants: 2,
        withdrawn: Vec::new(),
        field: None,
        finalized: false,
        added: vec![Added::Entrant; MAX_IN_TABLE as usize - 2],
    };
    report.measure(&name, seconds, [late()], |late| Stage::restore(late.clone(), []));
}
