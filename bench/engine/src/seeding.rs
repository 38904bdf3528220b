//! Seeding of large fields: spreads, crossings, and teams kept apart.

use std::time::Duration;

use tiltyard_bracket::Entrant;
use tiltyard_bracket::draw::{Limits, Mates, keep_apart, keep_apart_in_groups};
use tiltyard_bracket::schedule::{Table, rounds};
use tiltyard_bracket::spread::{Spread, cross, groups};

use crate::report::Report;

const FIELD: u32 = 4_096;

/// Teams of `size`, of which none is spread nicely: neighbours by a stride through the field.
fn teams(field: u32, size: usize, stride: u32) -> Vec<Mates> {
    let walk: Vec<Entrant> =
        (0..field).map(|step| Entrant(step.wrapping_mul(stride) % field + 1)).collect();
    walk.chunks(size).map(|team| Mates::new(team.iter().copied())).collect()
}

pub(crate) fn measure(report: &mut Report) {
    let aim = Duration::from_millis(500);
    let order: Vec<Entrant> = (1..=FIELD).map(Entrant).collect();
    let shorter = order.get(..3_000).unwrap_or_default();
    let five = teams(FIELD, 5, 1_365);
    let large = teams(FIELD, 400, 5);
    let mut both = teams(FIELD, 7, 1_365);
    both.extend(teams(FIELD, 2, 2_047));
    for (what, field, mates) in [
        ("teams of five", order.as_slice(), &five),
        ("countries of 400", order.as_slice(), &large),
        ("teams of five and byes", shorter, &five),
        ("teams and earlier opponents", order.as_slice(), &both),
    ] {
        let name = format!("{what} kept apart in a bracket of {}", field.len());
        report.measure(&name, Some(aim), [(); 5], |()| keep_apart(field, mates, Limits::default()));
    }
    let in_groups = |count| -> Vec<Vec<Entrant>> {
        let seeds = groups(Spread::Snake, FIELD, count);
        seeds.into_iter().map(|group| group.into_iter().map(Entrant).collect()).collect()
    };
    for (what, mates) in [("teams of five", &five), ("teams and earlier opponents", &both)] {
        let name = format!("{what} kept apart in 1,024 groups of four");
        report.measure(&name, Some(aim), std::iter::repeat_n(in_groups(1_024), 5), |groups| {
            keep_apart_in_groups(groups, mates)
        });
    }
    for count in [1_000, 1_024, 2_047] {
        let name = format!("{FIELD} entrants in {count} groups, spread for the bracket");
        report.measure(&name, Some(aim), [(); 5], |()| groups(Spread::Bracket, FIELD, count));
    }
    report.measure("the first four of 1,000 groups crossed", Some(aim), [(); 5], |()| {
        cross(&[4; 1_000], 4)
    });
    let mut sizes = vec![4; 900];
    sizes.extend([3; 100]);
    report.measure("the first four of 1,000 unequal groups crossed", Some(aim), [(); 5], |()| {
        cross(&sizes, 4)
    });
    let tenth = Duration::from_millis(100);
    report.measure("the 499,500 matches of a round robin of 1,000", Some(tenth), [(); 5], |()| {
        rounds(Table::Berger, 1_000, 1).map(|round| round.pairs.len()).sum::<usize>()
    });
}
