//! The dialect in the OpenAPI document: envelopes and bodies as clients know them, and what holds
//! for all of its operations. The types here exist for their schemas: reading is more tolerant
//! than what they say, and what is written is put together elsewhere.
#![expect(dead_code, reason = "only the schemas are used")]

mod conditions;
mod predictions;
mod queries;

pub(super) use predictions::{OwnPredictionDocument, PredictionInput, PredictionList};
pub(super) use queries::{Changed, EventQuery, Paging};
pub(in crate::api) use queries::{MatchQuery, TournamentQuery};

use serde_json::json;
use utoipa::ToSchema;

use super::{
    error::Body,
    me::User,
    output::{Meta, PageLinks},
    resources::{
        AttachmentResource, GroupResource, Included, MatchResource, ParticipantResource,
        TournamentResource,
    },
};
use crate::openapi::{self, Operation, Part, with_schema};

/// Challonge's API v2.1 in the document.
pub(crate) const PART: Part = Part {
    prefixes: &["/v2.1/"],
    suffix: ".json",
    tag: "Challonge v2.1",
    words: "Tournaments, participants and matches as clients of Challonge's API v2.1 know them: \
        JSON:API envelopes, `.json` at the end of paths (it may be left out), errors as a list \
        with pointers. `Authorization-Type` says whether a token (`v2`) or a personal key (`v1`) \
        is sent; it may be left out where that is clear.",
    schemas: openapi::collect::<Body<'static>>,
    complete,
};

/// What whoever asks sends, and as whom: of operations below the version's prefix.
pub(in crate::api) fn asked(operation: &mut Operation<'_>, prefix: &str) {
    for name in operation.path_names() {
        let description = match name.as_str() {
            "tournament" => "The tournament's id, or the last part of its page's address.",
            "participant" => "The participant's id.",
            "community" => "The community's permalink, subdomain or id.",
            "person" => "The person's id or user name.",
            "attachment" => "The attachment's id.",
            _ => "The match's id.",
        };
        operation.parameter(json!({
            "name": name,
            "in": "path",
            "required": true,
            "description": description,
            "schema": { "type": "string" },
        }));
    }
    operation.parameter(json!({
        "name": "Authorization-Type",
        "in": "header",
        "description": "`v2` for an access token, `v1` for a personal key.",
        "schema": { "type": "string", "enum": ["v1", "v2"] },
    }));
    // Nothing but tokens of the application itself counts there.
    let below = |rest: &str| {
        operation.path().strip_prefix(prefix).is_some_and(|path| path.starts_with(rest))
    };
    let (of_application, of_tournament) = (below("/application"), below("/tournaments/"));
    if !of_application {
        operation.or_security(json!({ "challongeKey": [] }));
    }
    let personal = operation.path().contains("attachments") || operation.path().ends_with("/me");
    if operation.reads() && of_tournament && !personal {
        operation.or_security(json!({ "apiKey": [] }));
    }
    operation.also_as("application/vnd.api+json", true);
}

fn complete(operation: &mut Operation<'_>) {
    asked(operation, "/v2.1");
    if operation.path().ends_with("/events") {
        operation.parameter(json!({
            "name": "Last-Event-ID",
            "in": "header",
            "description": "The number of the last event that the client has; 0 for everything.",
            "schema": { "type": "string" },
        }));
    }
    let (names_resource, has_body, reads) =
        (operation.names_resource(), operation.has_body(), operation.reads());
    let below_tournament = operation.path().contains("{tournament}");
    let mut wrong = |status, description| {
        operation.answer(status, with_schema(description, "challonge.Errors"));
    };
    wrong(401, "The credential is missing, unknown, expired or revoked.");
    wrong(403, "The credential lacks the scope, or its holder may not do this.");
    wrong(406, "`Accept` does not allow JSON.");
    wrong(429, "Too many failures from here; `Retry-After` says when to try again.");
    wrong(500, "Our fault; it was logged.");
    wrong(503, "Too much at once; try again soon.");
    if names_resource {
        wrong(404, "It does not exist, or not for this credential.");
    }
    if has_body {
        wrong(413, "The body is larger than this server allows.");
        wrong(415, "The body is not sent as JSON.");
    }
    if names_resource || has_body {
        wrong(400, "Path or body cannot be read.");
    } else {
        wrong(400, "The query cannot be read.");
    }
    if below_tournament && !reads {
        wrong(
            412,
            "It has changed since the tag in `If-Match`: nothing was written, and \
            `meta.current` shows it as it is.",
        );
    }
    if !reads {
        wrong(422, "The attributes are wrong, or do not go with the present state of things.");
    }
    conditions::describe(operation);
    operation.challenged();
}

/// A document with a person.
#[derive(ToSchema)]
#[schema(as = challonge::UserDocument)]
pub(super) struct MeDocument {
    data: User<'static>,
}

/// A document with a tournament; its matches and participants are included.
#[derive(ToSchema)]
#[schema(as = challonge::TournamentDocument)]
pub(super) struct TournamentDocument {
    data: TournamentResource<'static>,
    included: Option<Vec<Included<'static>>>,
}

/// A page of tournaments.
#[derive(ToSchema)]
#[schema(as = challonge::TournamentList)]
pub(super) struct TournamentList {
    data: Vec<TournamentResource<'static>>,
    included: Vec<Included<'static>>,
    meta: Meta,
    links: PageLinks,
}

/// A page of groups.
#[derive(ToSchema)]
#[schema(as = challonge::GroupList)]
pub(super) struct GroupList {
    data: Vec<GroupResource<'static>>,
    included: Vec<Included<'static>>,
    meta: Meta,
    links: PageLinks,
}

/// A document with a participant; the profile of the account that they are linked to is included.
#[derive(ToSchema)]
#[schema(as = challonge::ParticipantDocument)]
pub(super) struct ParticipantDocument {
    data: ParticipantResource<'static>,
    included: Option<Vec<Included<'static>>>,
}

/// A page of participants; the profiles of the accounts that they are linked to are included.
#[derive(ToSchema)]
#[schema(as = challonge::ParticipantList)]
pub(super) struct ParticipantList {
    data: Vec<ParticipantResource<'static>>,
    included: Vec<Included<'static>>,
    meta: Meta,
    links: PageLinks,
}

/// A document with a match; those who play it are included.
#[derive(ToSchema)]
#[schema(as = challonge::MatchDocument)]
pub(super) struct MatchDocument {
    data: MatchResource<'static>,
    #[schema(required = false)]
    included: Vec<Included<'static>>,
}

/// A page of matches; the tournament's participants are included.
#[derive(ToSchema)]
#[schema(as = challonge::MatchList)]
pub(super) struct MatchList {
    data: Vec<MatchResource<'static>>,
    included: Vec<Included<'static>>,
    meta: Meta,
    links: PageLinks,
}

/// A document with an attachment.
#[derive(ToSchema)]
#[schema(as = challonge::AttachmentDocument)]
pub(super) struct AttachmentDocument {
    data: AttachmentResource<'static>,
}

/// A page of attachments.
#[derive(ToSchema)]
#[schema(as = challonge::AttachmentList)]
pub(super) struct AttachmentList {
    data: Vec<AttachmentResource<'static>>,
    included: Vec<Included<'static>>,
    meta: Meta,
    links: PageLinks,
}

/// Whom to tell of what.
#[derive(ToSchema)]
#[schema(as = challonge::Notifications)]
pub(super) struct Notifications {
    /// Players, when their match opens.
    upon_matches_open: Option<bool>,
    /// Participants, when the tournament ends.
    upon_tournament_ends: Option<bool>,
}

/// About matches.
#[derive(ToSchema)]
#[schema(as = challonge::MatchOptions)]
pub(super) struct MatchOptions {
    /// Placement matches down to this rank (single elimination); 3 is the third-place match.
    #[schema(minimum = 3)]
    consolation_matches_target_rank: Option<u32>,
    /// Whether files and links may be attached.
    accept_attachments: Option<bool>,
}

/// About joining.
#[derive(ToSchema)]
#[schema(as = challonge::RegistrationOptions)]
pub(super) struct RegistrationOptions {
    /// Whether anybody may join.
    open_signup: Option<bool>,
    /// How many may play; whoever comes later joins the waiting list, in the order of arrival.
    signup_cap: Option<u32>,
    /// Minutes before `starts_at` at which the check-in opens by itself. Neither changes while people
    /// check in.
    #[schema(multiple_of = 5)]
    check_in_duration: Option<u32>,
    /// What participants are asked besides, at most 30 fields; a change replaces the whole list. The
    /// answers are `custom_field_response` of the participants.
    #[schema(max_items = 30)]
    custom_fields: Option<Vec<CustomField>>,
}

/// A registration field of a tournament's own.
#[derive(ToSchema)]
#[schema(as = challonge::CustomField)]
pub(super) struct CustomField {
    /// Its name for programs.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,60}$", examples("team"))]
    key: String,
    /// Its name for people; the key where it is left out.
    #[schema(max_length = 200, examples("Team colour"))]
    label: Option<String>,
    /// What an answer is: `text` (the default, up to 1,000 characters), `number`, `choice` or `bool`.
    #[schema(pattern = "^(text|number|choice|bool)$", examples("choice"))]
    kind: Option<String>,
    /// Whether people who register themselves have to answer; organizers need not.
    required: Option<bool>,
    /// What there is to choose from, at most 100 texts.
    #[schema(examples(json!(["Red", "Blue"])))]
    choices: Option<Vec<String>>,
    /// Whether organizers alone see the answers.
    private: Option<bool>,
}

/// About seeds.
#[derive(ToSchema)]
#[schema(as = challonge::SeedingOptions)]
pub(super) struct SeedingOptions {
    /// Whether seeds are hidden on the bracket.
    hide_seeds: Option<bool>,
    /// Whether the first round pairs straight down the list.
    sequential_pairings: Option<bool>,
}

/// About stations.
#[derive(ToSchema)]
#[schema(as = challonge::StationOptions)]
pub(super) struct StationOptions {
    /// Whether open matches get a free station by themselves.
    auto_assign: Option<bool>,
    /// Whether only matches with a station may start.
    only_start_matches_with_assigned_stations: Option<bool>,
}

/// About double elimination.
#[derive(ToSchema)]
#[schema(as = challonge::DoubleEliminationChoice)]
struct DoubleEliminationChoice {
    /// How the grand final is played; empty: the winners' finalist must be beaten twice.
    #[schema(pattern = "^(|single match|skip)$")]
    grand_finals_modifier: Option<String>,
}

/// About round robins.
#[derive(ToSchema)]
#[schema(as = challonge::RoundRobinChoice)]
struct RoundRobinChoice {
    /// How often everybody meets everybody.
    #[schema(minimum = 1, maximum = 3)]
    iterations: Option<u32>,
    /// What the table is ranked by; empty: match wins.
    #[schema(
        pattern = "^(|match wins|game wins|game win percentage|game w/l difference|points scored|points difference|custom)$"
    )]
    ranking: Option<String>,
    /// Points for a match won, where the ranking is `custom`; at most six decimal places.
    pts_for_match_win: Option<f64>,
    /// Points for a match drawn.
    pts_for_match_tie: Option<f64>,
    /// Points for each set won, on top.
    pts_for_game_win: Option<f64>,
    /// Points for each set drawn, on top.
    pts_for_game_tie: Option<f64>,
}

/// About Swiss.
#[derive(ToSchema)]
#[schema(as = challonge::SwissChoice)]
struct SwissChoice {
    /// How many rounds; null: as many as leave one participant without a loss.
    #[schema(minimum = 1, maximum = 256)]
    rounds: Option<u32>,
    /// Points for a match won; at most six decimal places.
    pts_for_match_win: Option<f64>,
    /// Points for a match drawn.
    pts_for_match_tie: Option<f64>,
    /// Points for each set won, on top.
    pts_for_game_win: Option<f64>,
    /// Points for each set drawn, on top.
    pts_for_game_tie: Option<f64>,
    /// Points for a round without an opponent.
    pts_for_bye: Option<f64>,
}

/// About matches of many sides.
#[derive(ToSchema)]
#[schema(as = challonge::FreeForAllChoice)]
struct FreeForAllChoice {
    /// Most sides of a match.
    #[schema(minimum = 2, maximum = 128, default = 4)]
    max_participants: Option<u32>,
    /// How many go on from a match; null: half of the sides.
    #[schema(minimum = 1)]
    advancing: Option<u32>,
}

/// About groups.
#[derive(ToSchema)]
#[schema(as = challonge::GroupStageChoice)]
struct GroupStageChoice {
    /// The format of the groups, one of those of `tournament_type`.
    #[schema(examples("round robin"))]
    stage_type: Option<String>,
    /// Most participants of a group.
    #[schema(minimum = 2, default = 4)]
    group_size: Option<u32>,
    /// How many go on from each group.
    #[schema(minimum = 1, default = 2)]
    participant_count_to_advance_per_group: Option<u32>,
    /// How often everybody meets everybody in a round robin.
    #[schema(minimum = 1, maximum = 3)]
    rr_iterations: Option<u32>,
    /// What a table is ranked by, as `ranking` of round robins.
    ranked_by: Option<String>,
    /// Points for a match won, where tables are ranked by `custom`, and in Swiss groups.
    rr_pts_for_match_win: Option<f64>,
    /// Points for a match drawn.
    rr_pts_for_match_tie: Option<f64>,
    /// Points for each set won, on top.
    rr_pts_for_game_win: Option<f64>,
    /// Points for each set drawn, on top.
    rr_pts_for_game_tie: Option<f64>,
    /// Whether the lower half of a double elimination group starts in its losers' bracket.
    split_participants: Option<bool>,
    /// How many rounds a Swiss group has; null: as many as leave one participant without a loss.
    #[schema(minimum = 1, maximum = 256)]
    rounds: Option<u32>,
}

/// The attributes of a tournament in a request.
#[derive(ToSchema)]
#[schema(as = challonge::TournamentInputAttributes)]
struct TournamentInputAttributes {
    /// Its name; needed for a new tournament.
    #[schema(max_length = 120, examples("Spring Cup"))]
    name: Option<String>,
    /// The last part of its page's address: letters, digits and underscores. Chosen at random
    /// where it is left out.
    #[schema(max_length = 60, examples("spring_cup"))]
    url: Option<String>,
    /// `single elimination`, `double elimination`, `round robin`, `swiss` or `free for all`.
    #[schema(examples("double elimination"))]
    tournament_type: Option<String>,
    /// What is played.
    #[schema(max_length = 120)]
    game_name: Option<String>,
    /// Words for its page.
    #[schema(max_length = 20_000)]
    description: Option<String>,
    /// Whether it is kept out of sight.
    private: Option<bool>,
    /// When it is to begin.
    #[schema(format = DateTime, examples("2027-03-01T18:00:00Z"))]
    starts_at: Option<String>,
    notifications: Option<Notifications>,
    match_options: Option<MatchOptions>,
    registration_options: Option<RegistrationOptions>,
    seeding_options: Option<SeedingOptions>,
    station_options: Option<StationOptions>,
    double_elimination_options: Option<DoubleEliminationChoice>,
    round_robin_options: Option<RoundRobinChoice>,
    swiss_options: Option<SwissChoice>,
    free_for_all_options: Option<FreeForAllChoice>,
    prediction_options: Option<predictions::PredictionChoice>,
    /// Whether groups come before the final stage, whose format is `tournament_type`.
    group_stage_enabled: Option<bool>,
    group_stage_options: Option<GroupStageChoice>,
    /// What parts those whom the ranking of a table leaves equal: three names, one after the other.
    #[schema(examples(json!(["match wins vs tied", "game wins", "points scored"])))]
    tie_breaks: Option<Vec<String>>,
}

/// The attributes of a participant in a request.
#[derive(ToSchema)]
#[schema(as = challonge::ParticipantInputAttributes)]
struct ParticipantInputAttributes {
    /// The name on the bracket; a person's user name stands in where it is left out.
    #[schema(max_length = 120, examples("Ada"))]
    name: Option<String>,
    /// From 1 on; the last where it is left out.
    #[schema(minimum = 1)]
    seed: Option<u32>,
    /// Anything the organizer wants to remember.
    #[schema(max_length = 255)]
    misc: Option<String>,
    /// An e-mail address.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// The user name of a person of this installation.
    #[schema(max_length = 254)]
    username: Option<String>,
    /// Whether they are here; in a change only, while the check-in is open or once it is processed.
    checked_in: Option<bool>,
    /// Answers to the tournament's `custom_fields` by key. In a change, those that are not named stay,
    /// null takes one away.
    #[schema(value_type = Option<Object>, examples(json!({"team": "Red"})))]
    custom_field_response: Option<serde_json::Value>,
}

/// What people say who register themselves.
#[derive(ToSchema)]
#[schema(as = challonge::RegistrationInputAttributes)]
struct RegistrationInputAttributes {
    /// Answers to the tournament's `custom_fields` by key; required ones must be there.
    #[schema(value_type = Option<Object>, examples(json!({"team": "Red"})))]
    custom_field_response: Option<serde_json::Value>,
}

/// The resource in the envelope.
#[derive(ToSchema)]
#[schema(as = challonge::RegistrationInputData)]
struct RegistrationInputData {
    #[schema(rename = "type", examples("participants"))]
    kind: String,
    attributes: RegistrationInputAttributes,
}

/// A registration of the caller's own; the body may be left out where nothing is asked.
#[derive(ToSchema)]
#[schema(as = challonge::RegistrationInput)]
pub(super) struct RegistrationInput {
    data: RegistrationInputData,
}

/// Several participants.
#[derive(ToSchema)]
#[schema(as = challonge::ParticipantsInputAttributes)]
struct ParticipantsInputAttributes {
    participants: Vec<ParticipantInputAttributes>,
}

/// One side of a match in a report.
#[derive(ToSchema)]
#[schema(as = challonge::SideInput)]
struct SideInput {
    /// The participant's id, as a number or a text.
    #[schema(examples(10_000_001))]
    participant_id: i64,
    /// This side's score in every set: at most 64, each from -1000000000 to 1000000000.
    #[schema(examples("4,2,4"))]
    score_set: Option<String>,
    /// Whether this side wins. Without one that does, the score is live and the match stays open.
    advancing: Option<bool>,
    /// This side's place in a match of more than two, from 1; equal numbers share a place.
    #[schema(minimum = 1, default = 1)]
    rank: Option<u32>,
}

/// The attributes of a report.
#[derive(ToSchema)]
#[schema(as = challonge::MatchInputAttributes)]
struct MatchInputAttributes {
    /// All sides.
    r#match: Option<Vec<SideInput>>,
    /// In place of `match`, of a match of two: the sets, the first player's score first.
    #[schema(examples("3-1,2-3,3-0"))]
    scores_csv: Option<String>,
    /// With `scores_csv`: the participant who won, or `tie`; a live score without.
    #[schema(value_type = Option<String>, examples("10000001"))]
    winner_id: Option<i64>,
    /// Whether nobody won.
    tie: Option<bool>,
    /// Where it is played.
    #[schema(max_length = 255)]
    location: Option<String>,
    /// For when it is set.
    #[schema(format = DateTime)]
    scheduled_time: Option<String>,
}

/// Where to bring a tournament.
#[derive(ToSchema)]
#[schema(as = challonge::TournamentState)]
struct TournamentStateAttributes {
    /// `start`, `finalize` or `reset`; with a check-in also `process_checkin` and `abort_checkin`; with a
    /// `prediction_method` also `open_predictions`; with groups also `start_group_stage`, `finalize_group_stage`, `reset_group_stage` and
    /// `reset_final_stage`.
    #[schema(
        pattern = "^(start|finalize|reset|process_checkin|abort_checkin|open_predictions|start_group_stage|finalize_group_stage|reset_group_stage|reset_final_stage)$",
        examples("start")
    )]
    state: String,
}

/// Where to bring a match.
#[derive(ToSchema)]
#[schema(as = challonge::MatchState)]
struct MatchStateAttributes {
    /// `reopen`, `mark_as_underway` or `unmark_as_underway`.
    #[schema(pattern = "^(reopen|mark_as_underway|unmark_as_underway)$", examples("reopen"))]
    state: String,
}

/// A file in JSON; a data URL (`data:image/png;base64,…`) stands for it as well.
#[derive(ToSchema)]
#[schema(as = challonge::AssetInput)]
struct AssetInput {
    /// Its name.
    #[schema(examples("final.png"))]
    filename: Option<String>,
    /// Its bytes in base64.
    data: String,
}

/// The attributes of an attachment in a request: at least one of them.
#[derive(ToSchema)]
#[schema(as = challonge::AttachmentInputAttributes)]
struct AttachmentInputAttributes {
    /// A link: http or https.
    #[schema(max_length = 2048, examples("https://example.org/replays/17"))]
    url: Option<String>,
    /// Words.
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// A file, which goes before a link; larger ones are sent as a form (`multipart/form-data`) with
    /// the field `asset`.
    asset: Option<AssetInput>,
}

/// The attributes of an attachment, and the match that it is attached to.
#[derive(ToSchema)]
#[schema(as = challonge::AttachmentOfMatchInputAttributes)]
struct AttachmentOfMatchInputAttributes {
    /// The match.
    #[schema(examples(10_000_001))]
    match_id: i64,
    /// A link: http or https.
    #[schema(max_length = 2048)]
    url: Option<String>,
    /// Words.
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// A file, which goes before a link; larger ones are sent as a form (`multipart/form-data`) with
    /// the field `asset`.
    asset: Option<AssetInput>,
}

/// A tournament in a request.
#[derive(ToSchema)]
#[schema(as = challonge::TournamentInput)]
pub(super) struct TournamentInput {
    data: TournamentInputData,
}

/// The resource in the envelope.
#[derive(ToSchema)]
#[schema(as = challonge::TournamentInputData)]
struct TournamentInputData {
    #[schema(rename = "type", examples("tournaments"))]
    kind: String,
    attributes: TournamentInputAttributes,
}

/// Several matches in a request.
#[derive(ToSchema)]
#[schema(as = challonge::MatchesInput)]
pub(super) struct MatchesInput {
    /// One resource a report, in the order in which they count.
    #[schema(min_items = 1, max_items = 1000)]
    data: Vec<MatchesInputData>,
}

/// One report of several.
#[derive(ToSchema)]
#[schema(as = challonge::MatchesInputData)]
struct MatchesInputData {
    #[schema(rename = "type", examples("match"))]
    kind: String,
    /// The match's id.
    #[schema(pattern = "^[0-9]+$", examples("10000001"))]
    id: String,
    attributes: MatchInputAttributes,
}

/// A participant in a request.
#[derive(ToSchema)]
#[schema(as = challonge::ParticipantInput)]
pub(super) struct ParticipantInput {
    data: ParticipantInputData,
}

/// The resource in the envelope.
#[derive(ToSchema)]
#[schema(as = challonge::ParticipantInputData)]
struct ParticipantInputData {
    #[schema(rename = "type", examples("participants"))]
    kind: String,
    attributes: ParticipantInputAttributes,
}

/// Several participants in a request.
#[derive(ToSchema)]
#[schema(as = challonge::ParticipantsInput)]
pub(super) struct ParticipantsInput {
    data: ParticipantsInputData,
}

/// The resource in the envelope.
#[derive(ToSchema)]
#[schema(as = challonge::ParticipantsInputData)]
struct ParticipantsInputData {
    #[schema(rename = "type", examples("participants"))]
    kind: String,
    attributes: ParticipantsInputAttributes,
}

/// A report in a request.
#[derive(ToSchema)]
#[schema(as = challonge::MatchInput)]
pub(super) struct MatchInput {
    data: MatchInputData,
}

/// The resource in the envelope.
#[derive(ToSchema)]
#[schema(as = challonge::MatchInputData)]
struct MatchInputData {
    #[schema(rename = "type", examples("match"))]
    kind: String,
    attributes: MatchInputAttributes,
}

/// An attachment in a request.
#[derive(ToSchema)]
#[schema(as = challonge::AttachmentInput)]
pub(super) struct AttachmentInput {
    data: AttachmentInputData,
}

/// The resource in the envelope.
#[derive(ToSchema)]
#[schema(as = challonge::AttachmentInputData)]
struct AttachmentInputData {
    #[schema(rename = "type", examples("match_attachment"))]
    kind: String,
    attributes: AttachmentInputAttributes,
}

/// An attachment of the match that it names, in a request.
#[derive(ToSchema)]
#[schema(as = challonge::AttachmentOfMatchInput)]
pub(super) struct AttachmentOfMatchInput {
    data: AttachmentOfMatchInputData,
}

/// The resource in the envelope.
#[derive(ToSchema)]
#[schema(as = challonge::AttachmentOfMatchInputData)]
struct AttachmentOfMatchInputData {
    #[schema(rename = "type", examples("match_attachment"))]
    kind: String,
    attributes: AttachmentOfMatchInputAttributes,
}

/// A change of a tournament's state in a request.
#[derive(ToSchema)]
#[schema(as = challonge::TournamentStateInput)]
pub(super) struct TournamentStateInput {
    data: TournamentStateInputData,
}

/// The resource in the envelope.
#[derive(ToSchema)]
#[schema(as = challonge::TournamentStateInputData)]
struct TournamentStateInputData {
    #[schema(rename = "type", examples("TournamentState"))]
    kind: String,
    attributes: TournamentStateAttributes,
}

/// A change of a match's state in a request.
#[derive(ToSchema)]
#[schema(as = challonge::MatchStateInput)]
pub(super) struct MatchStateInput {
    data: MatchStateInputData,
}

/// The resource in the envelope.
#[derive(ToSchema)]
#[schema(as = challonge::MatchStateInputData)]
struct MatchStateInputData {
    #[schema(rename = "type", examples("MatchState"))]
    kind: String,
    attributes: MatchStateAttributes,
}
