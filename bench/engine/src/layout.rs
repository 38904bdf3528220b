//! Geometry of large stages.

use std::time::Duration;

use tiltyard_bracket::layout::{CrossTable, Window, layout, layout_window, path};
use tiltyard_bracket::{Entrant, Format, MAX_ENTRANTS, MAX_IN_TABLE, Stage};

use crate::report::Report;

pub(crate) fn measure(report: &mut Report) {
    let most = MAX_ENTRANTS;
    let places = Format::SingleElimination { placement_to: Some(most) };
    let half = Format::FreeForAll { sides: 8, advance: 4 };
    let thrice = Format::RoundRobin { cycles: 3, table: tiltyard_bracket::schedule::Table::Berger };
    let whole = [
        ("layout of a double elimination of 4096".to_owned(), doubled(), 4_096, 5),
        (format!("layout of a double elimination of {most}"), doubled(), most, 200),
        (format!("layout of a single elimination of {most} for all places"), places, most, 200),
        (format!("layout of a stepladder of {most}"), Format::Stepladder, most, 200),
        (format!("layout of a free-for-all of {most}, half of 8 go on"), half, most, 200),
        (
            format!("layout of a round robin of {MAX_IN_TABLE}, three times"),
            thrice.clone(),
            MAX_IN_TABLE,
            1_000,
        ),
    ];
    for (name, format, entrants, aim) in whole {
        run(report, &name, format, entrants, aim, layout);
    }
    let name = format!("layout of the last 16 in a double elimination of {most}");
    run(report, &name, doubled(), most, 50, |stage| {
        layout_window(stage, &Window::of_last(stage, 16))
    });
    let name = format!("way of one entrant through a double elimination of {most}");
    run(report, &name, doubled(), most, 10, |stage| path(stage, Entrant(1)));
    let name = format!("cross table of a round robin of {MAX_IN_TABLE}, three times");
    run(report, &name, thrice, MAX_IN_TABLE, 1_000, CrossTable::of);
}

fn doubled() -> Format {
    Format::double_elimination()
}

/// Making the stage is not timed.
fn run<O>(
    report: &mut Report,
    name: &str,
    format: Format,
    entrants: u32,
    aim: u64,
    what: impl Fn(&Stage) -> O,
) {
    if !report.wants(name) {
        return;
    }
    let Ok(stage) = Stage::start(format, entrants) else { return };
    report.measure(name, Some(Duration::from_millis(aim)), [(); 7], |()| what(&stage));
}
