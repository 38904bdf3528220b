//! A tournament's options. Names and defaults are those of the widest dialect
//! (reference/challonge §3.1).

use serde::{Deserialize, Serialize};
use tiltyard_bracket::{
    Format, GrandFinal, MAX_CYCLES, MAX_ROUNDS, MAX_SIDES, SeedingOrder, Settings, schedule::Table,
};

use super::{
    GroupStageOptions, Kind,
    ranking::{self, RoundRobinOptions, SwissOptions, TieBreak},
    registration::{self, CustomField},
};
use crate::Problems;

/// Everything about a tournament that is chosen and seldom asked for by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Whom to tell.
    pub notifications: Notifications,
    /// About matches.
    pub match_options: MatchOptions,
    /// About joining.
    pub registration_options: RegistrationOptions,
    /// About seeds.
    pub seeding_options: SeedingOptions,
    /// About stations.
    pub station_options: StationOptions,
    /// About double elimination.
    pub double_elimination_options: DoubleEliminationOptions,
    /// About round robins.
    pub round_robin_options: RoundRobinOptions,
    /// About Swiss.
    pub swiss_options: SwissOptions,
    /// About matches of many sides.
    pub free_for_all_options: FreeForAllOptions,
    /// Whether groups come before the final stage, whose format is the tournament's.
    pub group_stage_enabled: bool,
    /// About groups.
    pub group_stage_options: GroupStageOptions,
    /// What parts those whom the ranking of a round robin leaves equal, one after the other.
    pub tie_breaks: [TieBreak; 3],
    /// About the tournament's page.
    pub page_options: PageOptions,
    /// About predictions.
    pub prediction_options: PredictionOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            notifications: Notifications::default(),
            match_options: MatchOptions::default(),
            registration_options: RegistrationOptions::default(),
            seeding_options: SeedingOptions::default(),
            station_options: StationOptions::default(),
            double_elimination_options: DoubleEliminationOptions::default(),
            round_robin_options: RoundRobinOptions::default(),
            swiss_options: SwissOptions::default(),
            free_for_all_options: FreeForAllOptions::default(),
            group_stage_enabled: false,
            group_stage_options: GroupStageOptions::default(),
            tie_breaks: ranking::TIE_BREAKS,
            page_options: PageOptions::default(),
            prediction_options: PredictionOptions::default(),
        }
    }
}

/// Whom to tell of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notifications {
    /// Players, when their match opens.
    pub upon_matches_open: bool,
    /// Participants, when the tournament ends.
    pub upon_tournament_ends: bool,
}

impl Default for Notifications {
    fn default() -> Self {
        Self { upon_matches_open: true, upon_tournament_ends: true }
    }
}

/// About matches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MatchOptions {
    /// Placement matches down to this rank (single elimination); 3 is the third-place match.
    pub consolation_matches_target_rank: Option<u32>,
    /// Whether files and links may be attached.
    pub accept_attachments: bool,
}

/// About joining.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RegistrationOptions {
    /// Whether anybody may join.
    pub open_signup: bool,
    /// How many may join before there is a waiting list.
    pub signup_cap: Option<u32>,
    /// Minutes before the start.
    pub check_in_duration: Option<u32>,
    /// What those who register are asked besides.
    pub custom_fields: Vec<CustomField>,
}

/// About seeds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeedingOptions {
    /// Whether seeds are hidden on the bracket.
    pub hide_seeds: bool,
    /// Whether the first round pairs straight down the list.
    pub sequential_pairings: bool,
}

/// About stations.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StationOptions {
    /// Whether open matches get a free station by themselves.
    pub auto_assign: bool,
    /// Whether only matches with a station may start.
    pub only_start_matches_with_assigned_stations: bool,
}

/// About the tournament's page, as clients of 2014 choose; kept and given back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PageOptions {
    /// Whether rounds are named above the bracket.
    pub show_rounds: bool,
    /// Whether there is no forum.
    pub hide_forum: bool,
    /// Whether a click alone brings a winner on.
    pub quick_advance: bool,
}

/// About predictions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PredictionOptions {
    /// 0: none, 1: exponential scoring, 2: linear scoring (reference/challonge §4.5).
    pub method: u8,
    /// Whether the losers' bracket of a double elimination is predicted as well.
    pub predict_the_losers_bracket: bool,
    /// Whether it is shown before the start who predicts, and how often everybody is picked.
    pub public_predictions_before_start_time: bool,
}

/// About double elimination.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DoubleEliminationOptions {
    /// Whether the lower half of the seeds starts in the losers' bracket.
    pub split_participants: bool,
    /// How the grand final is played.
    pub grand_finals_modifier: GrandFinals,
}

/// About matches of many sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FreeForAllOptions {
    /// Most sides of a match.
    pub max_participants: u32,
    /// How many go on from a match to the next round; half of the sides if nothing is said.
    pub advancing: Option<u32>,
}

impl Default for FreeForAllOptions {
    fn default() -> Self {
        Self { max_participants: 4, advancing: None }
    }
}

impl FreeForAllOptions {
    /// The engine's format.
    pub(super) fn format(&self) -> Format {
        let sides = self.max_participants;
        Format::FreeForAll { sides, advance: self.advancing.unwrap_or_else(|| (sides / 2).max(1)) }
    }
}

/// How the grand final is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum GrandFinals {
    /// The winners' finalist must be beaten twice.
    #[default]
    #[serde(rename = "")]
    Reset,
    /// One match.
    #[serde(rename = "single match")]
    Single,
    /// None.
    #[serde(rename = "skip")]
    Skip,
}

impl GrandFinals {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reset => "",
            Self::Single => "single match",
            Self::Skip => "skip",
        }
    }

    /// The choice with this wire name; underscores count as spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace('_', " ");
        [Self::Reset, Self::Single, Self::Skip].into_iter().find(|choice| choice.name() == text)
    }
}

impl Options {
    /// What does not go together, or not yet.
    pub(super) fn check(&self, kind: Kind, problems: &mut Problems) {
        if let Some(rank) = self.match_options.consolation_matches_target_rank {
            let field = "match_options.consolation_matches_target_rank";
            if rank < 3 {
                problems.add(field, "must be 3 or more (3 is the third-place match); leave it out for no placement matches");
            } else if kind != Kind::SingleElimination {
                problems.add(field, "goes with single elimination only");
            }
        }
        if self.double_elimination_options.split_participants && kind != Kind::DoubleElimination {
            problems.add(
                "double_elimination_options.split_participants",
                "goes with double elimination only",
            );
        }
        if self.registration_options.check_in_duration.is_some_and(|minutes| minutes % 5 != 0) {
            problems
                .add("registration_options.check_in_duration", "must be a multiple of 5 minutes");
        }
        if self.prediction_options.method > 2 {
            problems.add(
                "prediction_options.prediction_method",
                "must be 0 (none), 1 (exponential scoring) or 2 (linear scoring)",
            );
        }
        registration::check_fields(&self.registration_options.custom_fields, problems);
        if self.swiss_options.rounds.is_some_and(|rounds| !(1..=MAX_ROUNDS).contains(&rounds)) {
            problems.add(
                "swiss_options.rounds",
                format!("must be between 1 and {MAX_ROUNDS}; leave it out for as many as it takes"),
            );
        }
        let free_for_all = &self.free_for_all_options;
        if !(2..=MAX_SIDES).contains(&free_for_all.max_participants) {
            problems.add(
                "free_for_all_options.max_participants",
                format!("must be between 2 and {MAX_SIDES}"),
            );
        } else if free_for_all
            .advancing
            .is_some_and(|advancing| !(1..free_for_all.max_participants).contains(&advancing))
        {
            problems.add(
                "free_for_all_options.advancing",
                "must be at least 1 and less than `max_participants`",
            );
        }
        if self.group_stage_enabled {
            self.group_stage_options.check(problems);
        }
        if !(1..=MAX_CYCLES).contains(&self.round_robin_options.iterations) {
            problems.add(
                "round_robin_options.iterations",
                format!("must be between 1 and {MAX_CYCLES}: how often everybody meets everybody"),
            );
        }
    }

    /// The engine's settings.
    pub(super) fn settings(&self, kind: Kind) -> Settings {
        let mut ranking = None;
        let format = match kind {
            Kind::SingleElimination => Format::SingleElimination {
                placement_to: self.match_options.consolation_matches_target_rank,
            },
            Kind::DoubleElimination => Format::DoubleElimination {
                grand_final: self.grand_final(),
                split: self.double_elimination_options.split_participants,
            },
            Kind::FreeForAll => self.free_for_all_options.format(),
            Kind::Swiss => {
                let options = &self.swiss_options;
                ranking = Some(Box::new(options.ranking()));
                Format::swiss(options.rounds.unwrap_or_default())
            }
            Kind::RoundRobin => {
                let options = &self.round_robin_options;
                ranking = Some(Box::new(options.ranking(self.tie_breaks)));
                Format::RoundRobin { cycles: options.iterations, table: Table::Challonge }
            }
        };
        Settings { format, seeding: self.seeding(), ranking }
    }

    fn grand_final(&self) -> GrandFinal {
        match self.double_elimination_options.grand_finals_modifier {
            GrandFinals::Reset => GrandFinal::Reset,
            GrandFinals::Single => GrandFinal::Single,
            GrandFinals::Skip => GrandFinal::None,
        }
    }

    fn seeding(&self) -> SeedingOrder {
        if self.seeding_options.sequential_pairings {
            SeedingOrder::Sequential
        } else {
            SeedingOrder::Standard
        }
    }

    /// The engine's settings of a group.
    pub(super) fn group_settings(&self) -> Settings {
        let groups = &self.group_stage_options;
        let advance = groups.participant_count_to_advance_per_group;
        let mut ranking = None;
        let format = match groups.stage_type {
            // Who goes on is decided by matches.
            Kind::SingleElimination => {
                Format::SingleElimination { placement_to: (advance > 2).then_some(advance) }
            }
            Kind::DoubleElimination => Format::DoubleElimination {
                grand_final: self.grand_final(),
                split: groups.split_participants,
            },
            Kind::FreeForAll => self.free_for_all_options.format(),
            Kind::Swiss => {
                ranking = Some(Box::new(groups.swiss().ranking()));
                Format::swiss(groups.rounds.unwrap_or_default())
            }
            Kind::RoundRobin => {
                ranking = Some(Box::new(groups.round_robin.ranking(self.tie_breaks)));
                Format::RoundRobin {
                    cycles: groups.round_robin.iterations,
                    table: Table::Challonge,
                }
            }
        };
        Settings { format, seeding: self.seeding(), ranking }
    }
}
