//! What a tournament of so many would be like, before there is one.

use tiltyard_bracket::{
    Format, Match, Stage,
    event::{Event, StageKey},
};

use super::{
    Kind, Options,
    draw::{refused, stages_of},
};
use crate::{Problems, error::Result};

/// What would be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The groups together, where there are some, and the final or only stage.
    pub stages: Vec<StageForecast>,
}

/// A stage that would be played, or all groups of one size together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StageForecast {
    /// How many groups play side by side; 0 for a stage that is none.
    pub groups: u32,
    /// Rounds one after the other.
    pub rounds: u32,
    /// Matches, in all groups together.
    pub matches: u32,
    /// Matches that are played only if another one ends in a certain way.
    pub optional: u32,
}

impl Forecast {
    /// Matches of all stages.
    pub fn matches(&self) -> u32 {
        self.stages.iter().map(|stage| stage.matches).fold(0, u32::saturating_add)
    }

    /// Rounds of all stages.
    pub fn rounds(&self) -> u32 {
        self.stages.iter().map(|stage| stage.rounds).fold(0, u32::saturating_add)
    }
}

/// What so many participants would play: from the engine's own plan, as the start draws it.
///
/// # Errors
/// The options do not go together, or not with so many.
pub fn forecast(kind: Kind, options: &Options, participants: u32) -> Result<Forecast> {
    let mut problems = Problems::default();
    options.check(kind, &mut problems);
    problems.check()?;
    let design = stages_of(kind, options, participants)?.design(participants);
    let groups = options.group_stage_enabled;
    let event = Event::new(design, participants).map_err(|refusal| refused(&refusal))?;
    let mut stages: Vec<StageForecast> = Vec::new();
    for key in event.keys() {
        let of_stage = stage(&event, key)?;
        let in_group =
            groups && event.design().stages.get(key.index()).is_some_and(|it| it.phase == 1);
        match stages.first_mut() {
            Some(all) if in_group => {
                all.groups += 1;
                all.rounds = all.rounds.max(of_stage.rounds);
                all.matches = all.matches.saturating_add(of_stage.matches);
                all.optional += of_stage.optional;
            }
            _ => stages.push(StageForecast { groups: u32::from(in_group), ..of_stage }),
        }
    }
    Ok(Forecast { stages })
}

fn stage(event: &Event, key: StageKey) -> Result<StageForecast> {
    let stage: Stage = event.outlook(key).map_err(|refusal| refused(&refusal))?;
    // Its rounds are paired one by one.
    if let Format::Swiss { rounds, .. } = stage.settings().format {
        let matches = rounds.saturating_mul(stage.entrants() / 2);
        return Ok(StageForecast { rounds, matches, ..StageForecast::default() });
    }
    let mut rounds: Vec<i32> = stage.all_matches().map(|of| of.round).collect();
    rounds.sort_unstable();
    rounds.dedup();
    let optional = |of: &&Match| of.optional;
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let optionals = count(stage.all_matches().filter(optional).count());
    Ok(StageForecast {
        groups: 0,
        rounds: count(rounds.len()),
        matches: count(stage.all_matches().count()).saturating_sub(optionals),
        optional: optionals,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::tournaments::{FreeForAllOptions, GrandFinals, GroupStageOptions};

    fn of(kind: Kind, options: &Options, participants: u32) -> Vec<(u32, u32, u32, u32)> {
        let stages = forecast(kind, options, participants).unwrap().stages;
        stages.into_iter().map(|it| (it.groups, it.rounds, it.matches, it.optional)).collect()
    }

    #[rstest]
    #[case(Kind::SingleElimination, 16, (0, 4, 15, 0))]
    #[case(Kind::SingleElimination, 9, (0, 4, 8, 0))]
    #[case(Kind::DoubleElimination, 8, (0, 8, 14, 1))]
    #[case(Kind::RoundRobin, 6, (0, 5, 15, 0))]
    #[case(Kind::RoundRobin, 5, (0, 5, 10, 0))]
    #[case(Kind::Swiss, 16, (0, 4, 32, 0))]
    #[case(Kind::Swiss, 9, (0, 4, 16, 0))]
    #[case(Kind::FreeForAll, 16, (0, 3, 7, 0))]
    fn one_stage(
        #[case] kind: Kind,
        #[case] participants: u32,
        #[case] expected: (u32, u32, u32, u32),
    ) {
        assert_eq!(of(kind, &Options::default(), participants), [expected]);
    }

    #[test]
    fn options_count() {
        let mut options = Options::default();
        options.match_options.consolation_matches_target_rank = Some(3);
        assert_eq!(of(Kind::SingleElimination, &options, 16), [(0, 4, 16, 0)]);
        let mut options = Options::default();
        options.double_elimination_options.grand_finals_modifier = GrandFinals::Single;
        assert_eq!(of(Kind::DoubleElimination, &options, 8), [(0, 8, 14, 0)]);
        let mut options = Options::default();
        options.swiss_options.rounds = Some(7);
        assert_eq!(of(Kind::Swiss, &options, 16), [(0, 7, 56, 0)]);
        options.round_robin_options.iterations = 2;
        assert_eq!(of(Kind::RoundRobin, &options, 6), [(0, 10, 30, 0)]);
        options.free_for_all_options =
            FreeForAllOptions { max_participants: 8, advancing: Some(1) };
        assert_eq!(of(Kind::FreeForAll, &options, 8), [(0, 1, 1, 0)]);
    }

    #[test]
    fn groups_count_together() {
        let options = Options { group_stage_enabled: true, ..Options::default() };
        let found = forecast(Kind::SingleElimination, &options, 16).unwrap();
        assert_eq!(of(Kind::SingleElimination, &options, 16), [(4, 3, 24, 0), (0, 3, 7, 0)]);
        assert_eq!((found.rounds(), found.matches()), (6, 31));
        // Groups of five and four.
        let group_stage_options =
            GroupStageOptions { group_size: 5, ..GroupStageOptions::default() };
        let options = Options { group_stage_options, ..options };
        assert_eq!(of(Kind::SingleElimination, &options, 9), [(2, 5, 16, 0), (0, 2, 3, 0)]);
        forecast(Kind::SingleElimination, &options, 1).unwrap_err();
    }

    #[test]
    fn what_does_not_go_is_refused() {
        forecast(Kind::SingleElimination, &Options::default(), 1).unwrap_err();
        forecast(Kind::RoundRobin, &Options::default(), 2_000).unwrap_err();
        let mut options = Options::default();
        options.swiss_options.rounds = Some(0);
        forecast(Kind::Swiss, &options, 8).unwrap_err();
    }
}
