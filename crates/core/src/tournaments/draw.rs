//! From options and participants to the event that is played.

use tiltyard_bracket::{
    Format, Operation, Settings, Stage,
    event::{Design, Event, EventOperation, EventRefusal, Kind as StageKind, StageKey},
    spread::Spread,
    swiss::Mode,
};

use super::{Kind, Options, Tournament, engine::Stages, participants};
use crate::{Error, error::Result};

/// Most matches of a tournament: those of the largest double elimination.
const MATCHES_MAX: u64 = 2 * tiltyard_bracket::MAX_ENTRANTS as u64;

/// Most entrants for whom the best of all rounds is looked for while others wait for the store; above
/// that a legal round that is nearly as good.
const OPTIMAL_MAX: u32 = 2_000;

/// The name of the stage that follows groups.
const FINAL_STAGE: &str = "Final stage";

/// What the engine refused, in words for people: of which stage only where there are several.
pub(super) fn refused(refusal: &EventRefusal) -> Error {
    Error::conflict(match refusal {
        EventRefusal::Stage { refusal, .. } => refusal.to_string(),
        other => other.to_string(),
    })
}

/// What a stage of so many is like: what was left to the numbers is settled.
fn settle(mut settings: Settings, entrants: u32) -> Settings {
    if let Format::Swiss { rounds, rules } = &mut settings.format {
        if *rounds == 0 {
            *rounds = entrants.max(2).next_power_of_two().trailing_zeros();
        }
        if entrants > OPTIMAL_MAX {
            rules.mode = Mode::Casual;
        }
    }
    settings
}

/// Refuses tables that would be too large.
fn check_tables(design: &Design) -> Result<()> {
    let mut matches = 0_u64;
    for stage in &design.stages {
        if let StageKind::Matches(Settings { format: Format::RoundRobin { cycles, .. }, .. }) =
            &stage.kind
        {
            let seats = u32::try_from(stage.entries.len()).unwrap_or(u32::MAX);
            let once = tiltyard_bracket::schedule::matches_per_cycle(seats);
            matches = matches.saturating_add(once.saturating_mul(u64::from(*cycles)));
        }
    }
    if matches > MATCHES_MAX {
        return Err(Error::conflict(format!(
            "round robins of so many participants would have more than {MATCHES_MAX} matches; choose \
             another format or smaller groups"
        )));
    }
    Ok(())
}

/// The stages that the options ask for, for so many entrants.
pub(super) fn stages_of(kind: Kind, options: &Options, entrants: u32) -> Result<Stages> {
    let groups = &options.group_stage_options;
    if !options.group_stage_enabled {
        let stages = Stages::One(settle(options.settings(kind), entrants));
        check_tables(&stages.design(entrants))?;
        return Ok(stages);
    }
    let count = entrants.div_ceil(groups.group_size.max(1)).max(1);
    let (smallest, largest) = (entrants / count, entrants.div_ceil(count));
    let advance = groups.participant_count_to_advance_per_group;
    if smallest < 2 || smallest < advance {
        return Err(Error::conflict(format!(
            "{entrants} participants in groups of {} make a group of {smallest}: it needs at least \
             2, and as many as advance from it ({advance}); change `group_size` or the number \
             of participants",
            groups.group_size
        )));
    }
    let finalists = count.saturating_mul(advance);
    if finalists < 2 {
        return Err(Error::conflict(
            "only one would advance to the final stage: raise \
             `participant_count_to_advance_per_group`, or make more groups",
        ));
    }
    let of_group = settle(options.group_settings(), largest);
    let final_stage = settle(options.settings(kind), finalists);
    let design = Design::groups(of_group, entrants, count, Spread::Snake).then_top(
        FINAL_STAGE,
        advance,
        final_stage,
    );
    check_tables(&design)?;
    Ok(Stages::Several(design))
}

impl Tournament {
    /// How many take part in what is drawn: those who are active and do not wait for a place. Their
    /// seeds come first, so that the entrants of what is drawn are the first participants.
    pub(super) fn entrants(&self) -> u32 {
        u32::try_from(participants::playing(&self.participants)).unwrap_or(u32::MAX)
    }

    /// The stages that the options ask for.
    pub(super) fn stages(&self) -> Result<Stages> {
        stages_of(self.kind, &self.options, self.entrants())
    }

    /// How many stages are played, or would be.
    pub fn stage_count(&self) -> usize {
        match &self.event {
            Some(event) => event.design().stages.len(),
            None => self.stages().map_or(0, |it| it.design(self.entrants()).stages.len()),
        }
    }

    /// The event as the start draws it.
    pub fn draw(&self) -> Result<Event> {
        let entrants = self.entrants();
        let design = self.stages()?.design(entrants);
        let mut event = Event::new(design, entrants).map_err(|refusal| refused(&refusal))?;
        let first: Vec<StageKey> = event.design().phase(1).collect();
        for stage in first {
            let start = EventOperation::Start { stage };
            event.apply(&start).map_err(|refusal| refused(&refusal))?;
            let Some(of_stage) = event.stage(stage).filter(|stage| is_swiss(stage)) else {
                continue;
            };
            let round = of_stage.pair(&[]).map_err(|none| Error::conflict(none.to_string()))?;
            let operation = Operation::AddRound(round);
            event
                .apply(&EventOperation::Play { stage, operation })
                .map_err(|refusal| refused(&refusal))?;
        }
        Ok(event)
    }
}

/// Whether rounds are added to the stage while it is played.
pub(super) fn is_swiss(stage: &Stage) -> bool {
    matches!(stage.settings().format, Format::Swiss { .. })
}
