//! Pictures of whole stages, as their addresses serve them: the view made of the engine's stage, and the
//! drawing of it.

use std::collections::BTreeSet;
use std::time::Duration;

use tiltyard_bracket::{Format, MatchKey, Operation, Outcome, Stage};
use tiltyard_pages::bracket::{EntrantText, svg_document, view};

use crate::report::Report;

/// A double elimination in which the first half of the matches is played.
fn half_played(entrants: u32) -> Option<Stage> {
    let mut stage = Stage::start(Format::double_elimination(), entrants).ok()?;
    let keys: Vec<MatchKey> = stage.all_matches().map(|of_bracket| of_bracket.key).collect();
    for key in keys.iter().take(keys.len() / 2) {
        let outcome = Some(Outcome::win(u8::from(key.0 % 3 == 0)));
        stage.apply(&Operation::Report { key: *key, sets: vec![vec![2, 1]], outcome }).ok()?;
    }
    Some(stage)
}

pub(crate) fn measure(report: &mut Report) {
    for (entrants, aim) in [(128, None), (1_024, Some(5)), (4_096, Some(25))] {
        let name = format!("picture of a double elimination of {entrants}, half played");
        if !report.wants(&name) {
            continue;
        }
        let Some(stage) = half_played(entrants) else { continue };
        let texts: Vec<EntrantText> = (1..=entrants)
            .map(|seed| EntrantText { name: format!("Rider number {seed}"), seed: Some(seed) })
            .collect();
        let underway = BTreeSet::new();
        let aim = aim.map(Duration::from_millis);
        let draw = |(): &mut ()| svg_document(&view("Open", &stage, &texts, &underway));
        report.measure(&name, aim, [(); 15], draw);
        let made = view("Open", &stage, &texts, &underway);
        report.measure(&format!("{name}: the drawing alone"), None, [(); 15], |()| {
            svg_document(&made)
        });
    }
}
