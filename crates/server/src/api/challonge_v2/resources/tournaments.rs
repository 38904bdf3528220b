//! The tournament resource.

use serde::Serialize;
use tiltyard_bracket::standings::Points;
use tiltyard_core::tournaments::TournamentRow;
use tiltyard_core::tournaments::{
    GroupStageOptions, Kind, MatchOptions, Notifications, Options, PredictionOptions,
    RegistrationOptions, RoundRobinOptions, SeedingOptions, StationOptions, SwissOptions, TieBreak,
    check_in,
};
use utoipa::ToSchema;

use super::{SelfLink, ToMany, as_text};
use crate::{
    api::challonge_v2::{document, output::Meta},
    http::time::iso,
};

/// A tournament.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Tournament)]
pub(in crate::api::challonge_v2) struct TournamentResource<'a> {
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    id: i64,
    #[serde(rename = "type")]
    #[schema(examples("tournament"))]
    kind: &'static str,
    attributes: Attributes<'a>,
    relationships: Relationships,
    links: SelfLink,
}

/// A tournament's attributes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::TournamentAttributes)]
struct Attributes<'a> {
    name: &'a str,
    /// The last part of the page's address.
    url: &'a str,
    /// `single elimination`, `double elimination`, `round robin`, `swiss` or `free for all`.
    tournament_type: &'a str,
    decorated_tournament_type: &'static str,
    /// `pending`, `checking_in`, `checked_in`, `accepting_predictions`, `group_stages_underway`,
    /// `group_stages_finalized`, `underway`, `awaiting_review` or `complete`.
    state: &'a str,
    game_name: Option<&'a str>,
    private: bool,
    description: &'a str,
    #[schema(format = DateTime)]
    starts_at: Option<String>,
    /// The tournament's page.
    full_challonge_url: String,
    /// The bracket as a picture.
    live_image_url: String,
    /// Where people register themselves, if they may.
    sign_up_url: Option<String>,
    participants_count: i64,
    /// Matches played, in percent.
    progress_meter: i64,
    #[schema(value_type = document::Notifications)]
    notifications: &'a Notifications,
    #[schema(value_type = document::MatchOptions)]
    match_options: &'a MatchOptions,
    #[schema(value_type = document::RegistrationOptions)]
    registration_options: &'a RegistrationOptions,
    #[schema(value_type = document::SeedingOptions)]
    seeding_options: &'a SeedingOptions,
    #[schema(value_type = document::StationOptions)]
    station_options: &'a StationOptions,
    double_elimination_options: DoubleElimination,
    round_robin_options: RoundRobin,
    swiss_options: Swiss,
    free_for_all_options: FreeForAll,
    prediction_options: Predictions,
    group_stage_options: GroupStage,
    /// What parts those whom the ranking of a table leaves equal, one after the other.
    tie_breaks: [&'static str; 3],
    group_stage_enabled: bool,
    teams: bool,
    min_team_size: Option<u32>,
    max_team_size: Option<u32>,
    miles_from_zip: Option<u32>,
    kilometers_from_zip: Option<u32>,
    timestamps: Timestamps,
}

/// About double elimination.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::DoubleEliminationOptions)]
struct DoubleElimination {
    split_participants: bool,
    /// Empty (a reset is possible), `single match` or `skip`.
    grand_finals_modifier: &'static str,
}

/// About round robins.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::RoundRobinOptions)]
struct RoundRobin {
    /// How often everybody meets everybody.
    iterations: u32,
    /// What the table is ranked by; empty: match wins.
    ranking: &'static str,
    /// Points for a match won, where the ranking is `custom`.
    pts_for_match_win: f64,
    /// Points for a match drawn.
    pts_for_match_tie: f64,
    /// Points for each set won, on top.
    pts_for_game_win: f64,
    /// Points for each set drawn, on top.
    pts_for_game_tie: f64,
}

impl From<&RoundRobinOptions> for RoundRobin {
    fn from(options: &RoundRobinOptions) -> Self {
        Self {
            iterations: options.iterations,
            ranking: options.ranking.name(),
            pts_for_match_win: number(options.worth.pts_for_match_win),
            pts_for_match_tie: number(options.worth.pts_for_match_tie),
            pts_for_game_win: number(options.worth.pts_for_game_win),
            pts_for_game_tie: number(options.worth.pts_for_game_tie),
        }
    }
}

/// About Swiss.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::SwissOptions)]
struct Swiss {
    /// How many rounds; null: as many as leave one participant without a loss.
    rounds: Option<u32>,
    /// Points for a match won.
    pts_for_match_win: f64,
    /// Points for a match drawn.
    pts_for_match_tie: f64,
    /// Points for each set won, on top.
    pts_for_game_win: f64,
    /// Points for each set drawn, on top.
    pts_for_game_tie: f64,
    /// Points for a round without an opponent.
    pts_for_bye: f64,
}

impl From<&SwissOptions> for Swiss {
    fn from(options: &SwissOptions) -> Self {
        Self {
            rounds: options.rounds,
            pts_for_match_win: number(options.worth.pts_for_match_win),
            pts_for_match_tie: number(options.worth.pts_for_match_tie),
            pts_for_game_win: number(options.worth.pts_for_game_win),
            pts_for_game_tie: number(options.worth.pts_for_game_tie),
            pts_for_bye: number(options.pts_for_bye),
        }
    }
}

/// About matches of many sides.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::FreeForAllOptions)]
struct FreeForAll {
    /// Most sides of a match.
    max_participants: u32,
    /// How many go on from a match; null: half of the sides.
    advancing: Option<u32>,
}

/// About predictions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::PredictionOptions)]
struct Predictions {
    /// 0: none, 1: exponential scoring, 2: linear scoring.
    prediction_method: u8,
    /// Whether the losers' bracket of a double elimination is predicted as well.
    predict_the_losers_bracket: bool,
    /// Whether it is shown before the start who predicts, and how often everybody is picked.
    public_predictions_before_start_time: bool,
}

impl From<&PredictionOptions> for Predictions {
    fn from(options: &PredictionOptions) -> Self {
        Self {
            prediction_method: options.method,
            predict_the_losers_bracket: options.predict_the_losers_bracket,
            public_predictions_before_start_time: options.public_predictions_before_start_time,
        }
    }
}

/// About groups.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::GroupStageOptions)]
struct GroupStage {
    /// The format of the groups, as `tournament_type` is that of the final stage.
    stage_type: &'static str,
    /// Most participants of a group.
    group_size: u32,
    /// How many go on from each group.
    participant_count_to_advance_per_group: u32,
    /// How often everybody meets everybody in a round robin.
    rr_iterations: u32,
    /// What a table is ranked by; empty: match wins.
    ranked_by: &'static str,
    /// Points for a match won, where tables are ranked by `custom`, and in Swiss groups.
    rr_pts_for_match_win: f64,
    /// Points for a match drawn.
    rr_pts_for_match_tie: f64,
    /// Points for each set won, on top.
    rr_pts_for_game_win: f64,
    /// Points for each set drawn, on top.
    rr_pts_for_game_tie: f64,
    /// Whether the lower half of a double elimination group starts in its losers' bracket.
    split_participants: bool,
    /// How many rounds a Swiss group has; null: as many as leave one participant without a loss.
    rounds: Option<u32>,
}

impl From<&GroupStageOptions> for GroupStage {
    fn from(options: &GroupStageOptions) -> Self {
        let round_robin = &options.round_robin;
        Self {
            stage_type: options.stage_type.name(),
            group_size: options.group_size,
            participant_count_to_advance_per_group: options.participant_count_to_advance_per_group,
            rr_iterations: round_robin.iterations,
            ranked_by: round_robin.ranking.name(),
            rr_pts_for_match_win: number(round_robin.worth.pts_for_match_win),
            rr_pts_for_match_tie: number(round_robin.worth.pts_for_match_tie),
            rr_pts_for_game_win: number(round_robin.worth.pts_for_game_win),
            rr_pts_for_game_tie: number(round_robin.worth.pts_for_game_tie),
            split_participants: options.split_participants,
            rounds: options.rounds,
        }
    }
}

/// The number as JSON writes it. With at most six decimal places and seven before them, the nearest
/// double is written as the same decimal again.
fn number(points: Points) -> f64 {
    points.to_string().parse().unwrap_or_default()
}

/// When what happened to a tournament.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::TournamentTimestamps)]
#[expect(clippy::struct_field_names, reason = "the wire form's names")]
struct Timestamps {
    #[schema(format = DateTime)]
    starts_at: Option<String>,
    /// When its check-in opened.
    #[schema(format = DateTime)]
    started_checking_in_at: Option<String>,
    /// When predictions were opened.
    #[schema(format = DateTime)]
    predictions_opened_at: Option<String>,
    #[schema(format = DateTime)]
    started_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[schema(format = DateTime)]
    completed_at: Option<String>,
}

/// What belongs to a tournament.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::TournamentRelationships)]
struct Relationships {
    participants: ToMany,
    matches: ToMany,
}

impl TournamentResource<'_> {
    /// Without the number of matches, which a list does not look up.
    pub(in crate::api::challonge_v2) fn without_match_count(mut self) -> Self {
        self.relationships.matches.links.meta = None;
        self
    }
}

/// The resource of a tournament with this many matches.
pub(in crate::api::challonge_v2) fn tournament<'a>(
    row: &'a TournamentRow,
    options: &'a Options,
    matches: usize,
    base: &str,
) -> TournamentResource<'a> {
    let own = format!("{base}/v2.1/tournaments/{}", row.id);
    let related = |what: &str, count: u64| ToMany {
        links: super::Related { related: format!("{own}/{what}.json"), meta: Some(Meta { count }) },
    };
    let page = format!("{base}/{}", row.slug);
    TournamentResource {
        id: row.id,
        kind: "tournament",
        relationships: Relationships {
            participants: related(
                "participants",
                u64::try_from(row.participants_count).unwrap_or_default(),
            ),
            matches: related("matches", matches as u64),
        },
        links: SelfLink { own: format!("{own}.json") },
        attributes: Attributes {
            name: &row.name,
            url: &row.slug,
            tournament_type: &row.kind,
            decorated_tournament_type: Kind::parse(&row.kind).map_or("", Kind::title),
            state: &row.state,
            game_name: (!row.game_name.is_empty()).then_some(row.game_name.as_str()),
            private: row.private,
            description: &row.description,
            starts_at: row.starts_at.map(iso),
            live_image_url: format!("{page}.svg"),
            sign_up_url: options.registration_options.open_signup.then(|| format!("{page}/join")),
            full_challonge_url: page,
            participants_count: row.participants_count,
            progress_meter: row.progress,
            notifications: &options.notifications,
            match_options: &options.match_options,
            registration_options: &options.registration_options,
            seeding_options: &options.seeding_options,
            station_options: &options.station_options,
            double_elimination_options: DoubleElimination {
                split_participants: options.double_elimination_options.split_participants,
                grand_finals_modifier: options
                    .double_elimination_options
                    .grand_finals_modifier
                    .name(),
            },
            round_robin_options: (&options.round_robin_options).into(),
            swiss_options: (&options.swiss_options).into(),
            free_for_all_options: FreeForAll {
                max_participants: options.free_for_all_options.max_participants,
                advancing: options.free_for_all_options.advancing,
            },
            prediction_options: (&options.prediction_options).into(),
            group_stage_options: (&options.group_stage_options).into(),
            tie_breaks: options.tie_breaks.map(TieBreak::name),
            group_stage_enabled: options.group_stage_enabled,
            teams: false,
            min_team_size: None,
            max_team_size: None,
            miles_from_zip: None,
            kilometers_from_zip: None,
            timestamps: Timestamps {
                starts_at: row.starts_at.map(iso),
                started_checking_in_at: check_in::started_at(row).map(iso),
                predictions_opened_at: row.predictions_opened_at.map(iso),
                started_at: row.started_at.map(iso),
                created_at: iso(row.created_at),
                updated_at: iso(row.updated_at),
                completed_at: row.completed_at.map(iso),
            },
        },
    }
}
