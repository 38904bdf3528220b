//! The tournament.

use quick_xml::escape::escape;
use serde::Serialize;
use tiltyard_core::tournaments::{
    Kind, Options, RankedBy, State, TieBreak, TournamentRow, check_in,
};
use utoipa::ToSchema;

use super::{DateTime, Decimal, MatchBox, ParticipantBox};

/// A tournament under its name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge_v1::TournamentDocument)]
pub(in crate::api::challonge_v1) struct TournamentBox {
    tournament: Fields,
}

/// A tournament.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge_v1::Tournament)]
#[expect(clippy::struct_excessive_bools, reason = "the wire form has them")]
struct Fields {
    id: i64,
    name: String,
    /// The last part of the page's address.
    url: String,
    /// As HTML.
    description: String,
    /// `single elimination`, `double elimination`, `round robin`, `swiss` or `free for all`.
    tournament_type: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<DateTime>,
    #[schema(value_type = Option<String>, format = DateTime)]
    completed_at: Option<DateTime>,
    require_score_agreement: bool,
    notify_users_when_matches_open: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime,
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime,
    /// `pending`, `underway`, `awaiting_review` or `complete`, and the states on the way.
    state: String,
    open_signup: bool,
    notify_users_when_the_tournament_ends: bool,
    /// Matches played, in percent.
    progress_meter: i64,
    quick_advance: bool,
    hold_third_place_match: bool,
    #[schema(value_type = String)]
    pts_for_game_win: Decimal,
    #[schema(value_type = String)]
    pts_for_game_tie: Decimal,
    #[schema(value_type = String)]
    pts_for_match_win: Decimal,
    #[schema(value_type = String)]
    pts_for_match_tie: Decimal,
    #[schema(value_type = String)]
    pts_for_bye: Decimal,
    /// 0: as many as leave one participant without a loss.
    swiss_rounds: u32,
    private: bool,
    ranked_by: Option<&'static str>,
    show_rounds: bool,
    hide_forum: bool,
    sequential_pairings: bool,
    accept_attachments: bool,
    #[schema(value_type = String)]
    rr_pts_for_game_win: Decimal,
    #[schema(value_type = String)]
    rr_pts_for_game_tie: Decimal,
    #[schema(value_type = String)]
    rr_pts_for_match_win: Decimal,
    #[schema(value_type = String)]
    rr_pts_for_match_tie: Decimal,
    created_by_api: bool,
    credit_capped: bool,
    category: Option<String>,
    hide_seeds: bool,
    prediction_method: u8,
    #[schema(value_type = Option<String>, format = DateTime)]
    predictions_opened_at: Option<DateTime>,
    anonymous_voting: bool,
    max_predictions_per_user: u32,
    signup_cap: Option<u32>,
    game_id: Option<i64>,
    participants_count: i64,
    group_stages_enabled: bool,
    allow_participant_match_reporting: bool,
    teams: bool,
    /// In minutes before the start.
    check_in_duration: Option<u32>,
    #[schema(value_type = Option<String>, format = DateTime)]
    start_at: Option<DateTime>,
    #[schema(value_type = Option<String>, format = DateTime)]
    started_checking_in_at: Option<DateTime>,
    tie_breaks: [&'static str; 3],
    #[schema(value_type = Option<String>, format = DateTime)]
    locked_at: Option<DateTime>,
    event_id: Option<i64>,
    public_predictions_before_start_time: bool,
    ranked: bool,
    grand_finals_modifier: Option<&'static str>,
    predict_the_losers_bracket: bool,
    spam: Option<bool>,
    ham: Option<bool>,
    rr_iterations: u32,
    tournament_registration_id: Option<i64>,
    donation_contest_enabled: Option<bool>,
    mandatory_donation: Option<bool>,
    non_elimination_tournament_data: NonElimination,
    auto_assign_stations: bool,
    only_start_matches_with_stations: bool,
    registration_fee: &'static str,
    registration_type: &'static str,
    split_participants: bool,
    allowed_regions: Option<Vec<String>>,
    show_participant_country: Option<bool>,
    program_id: Option<i64>,
    program_classification_ids_allowed: Option<Vec<i64>>,
    team_size_range: Option<String>,
    toxic: Option<bool>,
    use_new_style: Option<bool>,
    optional_display_data: Vec<String>,
    processing: bool,
    oauth_application_id: Option<i64>,
    hide_bracket_preview: bool,
    /// As it was entered.
    description_source: String,
    /// The community's permalink.
    subdomain: Option<String>,
    /// The tournament's page.
    full_challonge_url: String,
    /// The bracket as a picture.
    live_image_url: String,
    sign_up_url: Option<String>,
    review_before_finalizing: bool,
    accepting_predictions: bool,
    participants_locked: bool,
    game_name: Option<String>,
    participants_swappable: bool,
    team_convertable: bool,
    group_stages_were_started: bool,
    /// Where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    participants: Option<Vec<ParticipantBox>>,
    /// Where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    matches: Option<Vec<MatchBox>>,
}

/// About formats without elimination.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge_v1::NonElimination)]
struct NonElimination {
    /// Most sides of a match, where there may be more than two.
    participants_per_match: String,
}

/// The description as HTML: paragraphs and line breaks, everything else escaped.
fn html(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut html = String::new();
    for paragraph in text.split("\n\n").map(|it| it.trim_matches('\n')) {
        if paragraph.trim().is_empty() {
            continue;
        }
        if !html.is_empty() {
            html.push('\n');
        }
        html.push_str("<p>");
        html.push_str(&escape(paragraph).replace('\n', "<br />\n"));
        html.push_str("</p>");
    }
    html
}

/// What is shown of a tournament beside its row.
#[derive(Debug, Default)]
pub(in crate::api::challonge_v1) struct Beside {
    /// The community's permalink.
    pub(in crate::api::challonge_v1) subdomain: Option<String>,
    /// Its participants, where they are asked for.
    pub(in crate::api::challonge_v1) participants: Option<Vec<ParticipantBox>>,
    /// Its matches, where they are asked for.
    pub(in crate::api::challonge_v1) matches: Option<Vec<MatchBox>>,
}

/// The tournament of this row.
pub(in crate::api::challonge_v1) fn tournament(
    row: &TournamentRow,
    options: &Options,
    beside: Beside,
    base: &str,
) -> TournamentBox {
    let state = State::parse(&row.state);
    let page = format!("{base}/{}", row.slug);
    let (swiss, robin) = (&options.swiss_options, &options.round_robin_options);
    let modifier = options.double_elimination_options.grand_finals_modifier.name();
    let single = Kind::parse(&row.kind) == Some(Kind::SingleElimination);
    TournamentBox {
        tournament: Fields {
            id: row.id,
            name: row.name.clone(),
            url: row.slug.clone(),
            description: html(&row.description),
            tournament_type: row.kind.clone(),
            started_at: row.started_at.map(DateTime::new),
            completed_at: row.completed_at.map(DateTime::new),
            require_score_agreement: false,
            notify_users_when_matches_open: options.notifications.upon_matches_open,
            created_at: DateTime::new(row.created_at),
            updated_at: DateTime::new(row.updated_at),
            state: row.state.clone(),
            open_signup: options.registration_options.open_signup,
            notify_users_when_the_tournament_ends: options.notifications.upon_tournament_ends,
            progress_meter: row.progress,
            quick_advance: options.page_options.quick_advance,
            hold_third_place_match: single
                && options.match_options.consolation_matches_target_rank.is_some(),
            pts_for_game_win: Decimal::new(swiss.worth.pts_for_game_win),
            pts_for_game_tie: Decimal::new(swiss.worth.pts_for_game_tie),
            pts_for_match_win: Decimal::new(swiss.worth.pts_for_match_win),
            pts_for_match_tie: Decimal::new(swiss.worth.pts_for_match_tie),
            pts_for_bye: Decimal::new(swiss.pts_for_bye),
            swiss_rounds: swiss.rounds.unwrap_or_default(),
            private: row.private,
            ranked_by: match robin.ranking {
                RankedBy::Unset => None,
                ranking => Some(ranking.name()),
            },
            show_rounds: options.page_options.show_rounds,
            hide_forum: options.page_options.hide_forum,
            sequential_pairings: options.seeding_options.sequential_pairings,
            accept_attachments: options.match_options.accept_attachments,
            rr_pts_for_game_win: Decimal::new(robin.worth.pts_for_game_win),
            rr_pts_for_game_tie: Decimal::new(robin.worth.pts_for_game_tie),
            rr_pts_for_match_win: Decimal::new(robin.worth.pts_for_match_win),
            rr_pts_for_match_tie: Decimal::new(robin.worth.pts_for_match_tie),
            created_by_api: true,
            credit_capped: false,
            category: None,
            hide_seeds: options.seeding_options.hide_seeds,
            prediction_method: options.prediction_options.method,
            predictions_opened_at: row.predictions_opened_at.map(DateTime::new),
            anonymous_voting: false,
            max_predictions_per_user: 1,
            signup_cap: options.registration_options.signup_cap,
            game_id: None,
            participants_count: row.participants_count,
            group_stages_enabled: options.group_stage_enabled,
            allow_participant_match_reporting: true,
            teams: false,
            check_in_duration: options.registration_options.check_in_duration,
            start_at: row.starts_at.map(DateTime::new),
            started_checking_in_at: check_in::started_at(row).map(DateTime::new),
            tie_breaks: options.tie_breaks.map(TieBreak::name),
            locked_at: None,
            event_id: None,
            public_predictions_before_start_time: options
                .prediction_options
                .public_predictions_before_start_time,
            ranked: false,
            grand_finals_modifier: (!modifier.is_empty()).then_some(modifier),
            predict_the_losers_bracket: options.prediction_options.predict_the_losers_bracket,
            spam: None,
            ham: None,
            rr_iterations: robin.iterations,
            tournament_registration_id: None,
            donation_contest_enabled: None,
            mandatory_donation: None,
            non_elimination_tournament_data: NonElimination {
                participants_per_match: if row.kind == Kind::FreeForAll.name() {
                    options.free_for_all_options.max_participants.to_string()
                } else {
                    String::new()
                },
            },
            auto_assign_stations: options.station_options.auto_assign,
            only_start_matches_with_stations: options
                .station_options
                .only_start_matches_with_assigned_stations,
            registration_fee: "0.0",
            registration_type: "free",
            split_participants: options.double_elimination_options.split_participants,
            allowed_regions: None,
            show_participant_country: None,
            program_id: None,
            program_classification_ids_allowed: None,
            team_size_range: None,
            toxic: None,
            use_new_style: None,
            optional_display_data: Vec::new(),
            processing: false,
            oauth_application_id: row.application_id,
            hide_bracket_preview: false,
            description_source: row.description.clone(),
            subdomain: beside.subdomain,
            live_image_url: format!("{page}.svg"),
            sign_up_url: options.registration_options.open_signup.then(|| format!("{page}/join")),
            full_challonge_url: page,
            review_before_finalizing: true,
            accepting_predictions: state == Some(State::AcceptingPredictions),
            participants_locked: state.is_some_and(State::started),
            game_name: (!row.game_name.is_empty()).then(|| row.game_name.clone()),
            participants_swappable: false,
            team_convertable: false,
            group_stages_were_started: row.first_group.is_some(),
            participants: beside.participants,
            matches: beside.matches,
        },
    }
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("", "")]
    #[case(
        "One\r\ntwo\n\n\n<b>three</b>",
        "<p>One<br />\ntwo</p>\n<p>&lt;b&gt;three&lt;/b&gt;</p>"
    )]
    fn descriptions(#[case] text: &str, #[case] html: &str) {
        assert_eq!(super::html(text), html);
    }
}
