//! Measures the bracket engine and its pictures: `cargo run --release -p bench-engine [FILTER]`.
//!
//! Every line is measured several times in one process, on one core; the table shows the median and
//! the worst of them beside the aim.

mod double_elimination;
mod event;
mod largest;
mod layout;
mod pictures;
mod race;
mod report;
mod seeding;
mod standings;
mod swiss;

use report::Report;

fn main() {
    let mut report = Report::new(std::env::args().nth(1));
    double_elimination::measure_memory(&mut report);
    double_elimination::measure(&mut report);
    event::measure(&mut report);
    layout::measure(&mut report);
    pictures::measure(&mut report);
    largest::measure(&mut report);
    race::measure(&mut report);
    seeding::measure(&mut report);
    standings::measure(&mut report);
    swiss::measure(&mut report);
    print!("{report}");
}
