//! The dialect in the OpenAPI document: bodies as clients know them, and what holds for all of its
//! operations. The types here exist for their schemas: reading is more tolerant than what they say.
#![expect(dead_code, reason = "only the schemas are used")]

use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::error::Errors;
use crate::openapi::{self, Operation, Part, with_schema};

/// Challonge's API v1 in the document.
pub(crate) const PART: Part = Part {
    prefixes: &["/v1/"],
    suffix: ".json",
    tag: "Challonge v1",
    words: "Tournaments, participants and matches as clients of Challonge's API v1 know them. `.json` \
        at the end of a path may be `.xml`, for XML as Rails writes it, or be left out (`Accept` \
        says then). Parameters may stand in the query, in a form (`tournament[name]`), in JSON or \
        in XML, whatever the method is; `_method` in a POST stands for another method. The key is \
        `api_key`, or the password of HTTP Basic beside its owner's user name.",
    schemas: openapi::collect::<Errors>,
    complete,
};

fn complete(operation: &mut Operation<'_>) {
    for name in operation.path_names() {
        let description = match name.as_str() {
            "tournament" => {
                "The tournament's id, the last part of its page's address, or both the community's \
                 permalink and that: `community-url`."
            }
            "participant" => "The participant's id.",
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
    operation.or_security(json!({ "challongeKeyInQuery": [] }));
    operation.or_security(json!({ "challongeBasic": [] }));
    let attachments = operation.path().contains("/attachments");
    if operation.reads() && operation.names_resource() && !attachments {
        operation.or_security(json!({ "apiKey": [] }));
    }
    operation.also_as("application/xml", true);
    let (names_resource, has_body, reads) =
        (operation.names_resource(), operation.has_body(), operation.reads());
    if has_body {
        operation.also_as("application/x-www-form-urlencoded", false);
        if attachments {
            operation.also_as("multipart/form-data", false);
        }
    }
    if reads {
        operation.answer(
            304,
            json!({ "description": "The client has it already: the tag in `If-None-Match` is current." }),
        );
    }
    let mut wrong = |status, description| {
        operation.answer(status, with_schema(description, "challonge_v1.Errors"));
    };
    wrong(400, "The body cannot be read.");
    wrong(401, "The key is missing, unknown or revoked, or its owner may not do this.");
    wrong(403, "The token lacks the scope.");
    wrong(406, "Another format than JSON or XML is asked for.");
    wrong(413, "The body is larger than this server allows.");
    wrong(422, "The parameters are wrong, or do not go with the present state of things.");
    wrong(429, "Too many failures from here; `Retry-After` says when to try again.");
    wrong(500, "Our fault; it was logged.");
    wrong(503, "Too much at once; try again soon.");
    if names_resource {
        wrong(404, "It does not exist, or not for this key.");
    }
    operation.keyed("challonge_v1.Errors");
    operation.challenged();
}

/// What to show beside the tournament.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Includes {
    /// 1: its participants.
    #[param(minimum = 0, maximum = 1)]
    include_participants: Option<u32>,
    /// 1: its matches.
    #[param(minimum = 0, maximum = 1)]
    include_matches: Option<u32>,
}

/// What to show beside the participant.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct IncludesMatches {
    /// 1: the participant's matches.
    #[param(minimum = 0, maximum = 1)]
    include_matches: Option<u32>,
}

/// Only what changed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Changed {
    /// Those that changed at this time (RFC 3339, or Unix seconds) or later; what was deleted is in no
    /// list.
    #[param(example = "2027-03-01T18:00:00Z")]
    updated_since: Option<String>,
}

/// What to show beside the match.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct IncludesAttachments {
    /// 1: what is attached to it.
    #[param(minimum = 0, maximum = 1)]
    include_attachments: Option<u32>,
}

/// Whose tournaments.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HostQuery {
    /// Those of this community, by its permalink.
    subdomain: Option<String>,
}

/// The attributes of a tournament in a request.
#[derive(ToSchema)]
#[schema(as = challonge_v1::TournamentAttributes)]
struct TournamentAttributes {
    /// Its name; needed for a new tournament.
    #[schema(max_length = 60, examples("Spring Cup"))]
    name: Option<String>,
    /// `single elimination`, `double elimination`, `round robin` or `swiss`.
    #[schema(examples("double elimination"))]
    tournament_type: Option<String>,
    /// The last part of its page's address: letters, numbers and underscores.
    #[schema(examples("spring_cup"))]
    url: Option<String>,
    /// The permalink of the community that a new one is to belong to.
    subdomain: Option<String>,
    /// Words for its page.
    description: Option<String>,
    /// What is played.
    game_name: Option<String>,
    /// Whether anybody may join.
    open_signup: Option<bool>,
    /// How many may join.
    signup_cap: Option<u32>,
    /// When it is to begin.
    #[schema(format = DateTime, examples("2027-03-01T18:00:00Z"))]
    start_at: Option<String>,
    /// Minutes before the start.
    #[schema(multiple_of = 5)]
    check_in_duration: Option<u32>,
    /// Single elimination: whether those who lose the semifinals play for the third place.
    hold_third_place_match: Option<bool>,
    /// Double elimination: empty (a reset is possible), `single match` or `skip`.
    #[schema(pattern = "^(|single match|skip)$")]
    grand_finals_modifier: Option<String>,
    /// Double elimination: whether the lower half of the seeds starts in the losers' bracket.
    split_participants: Option<bool>,
    /// Swiss: points for a match won; at most six decimal places.
    pts_for_match_win: Option<f64>,
    /// Swiss: points for a match drawn.
    pts_for_match_tie: Option<f64>,
    /// Swiss: points for each set won, on top.
    pts_for_game_win: Option<f64>,
    /// Swiss: points for each set drawn, on top.
    pts_for_game_tie: Option<f64>,
    /// Swiss: points for a round without an opponent.
    pts_for_bye: Option<f64>,
    /// Swiss: how many rounds; 0: as many as leave one participant without a loss.
    #[schema(maximum = 256)]
    swiss_rounds: Option<u32>,
    /// Round robin: what the table is ranked by.
    ranked_by: Option<String>,
    /// Round robin: points for a match won, where it is ranked by `custom`.
    rr_pts_for_match_win: Option<f64>,
    /// Round robin: points for a match drawn.
    rr_pts_for_match_tie: Option<f64>,
    /// Round robin: points for each set won, on top.
    rr_pts_for_game_win: Option<f64>,
    /// Round robin: points for each set drawn, on top.
    rr_pts_for_game_tie: Option<f64>,
    /// Round robin: how often everybody meets everybody.
    #[schema(minimum = 1, maximum = 3)]
    rr_iterations: Option<u32>,
    /// What parts those whom the ranking leaves equal, one after the other.
    tie_breaks: Option<Vec<String>>,
    /// Whether files and links may be attached to matches.
    accept_attachments: Option<bool>,
    /// Whether it is kept out of sight.
    private: Option<bool>,
    /// Whether seeds are hidden on the bracket.
    hide_seeds: Option<bool>,
    /// Whether the first round pairs straight down the list.
    sequential_pairings: Option<bool>,
    /// Whether to tell players when their match opens.
    notify_users_when_matches_open: Option<bool>,
    /// Whether to tell participants when the tournament ends.
    notify_users_when_the_tournament_ends: Option<bool>,
    /// Kept and given back.
    show_rounds: Option<bool>,
    /// Kept and given back.
    hide_forum: Option<bool>,
    /// Kept and given back.
    quick_advance: Option<bool>,
    /// 0: none, 1: exponential, 2: linear scoring of predictions.
    #[schema(maximum = 2)]
    prediction_method: Option<u32>,
    /// Whether the losers' bracket of a double elimination is predicted as well.
    predict_the_losers_bracket: Option<bool>,
    /// Whether it is shown before the start who predicts, and how often everybody is picked.
    public_predictions_before_start_time: Option<bool>,
}

/// A tournament in a request.
#[derive(ToSchema)]
#[schema(as = challonge_v1::TournamentInput)]
pub(super) struct TournamentInput {
    tournament: TournamentAttributes,
}

/// The attributes of a participant in a request.
#[derive(ToSchema)]
#[schema(as = challonge_v1::ParticipantAttributes)]
struct ParticipantAttributes {
    /// The name on the bracket; a user name or an e-mail address stands in where it is left out.
    #[schema(examples("Ada"))]
    name: Option<String>,
    /// The user name of a person of this installation.
    challonge_username: Option<String>,
    /// An e-mail address.
    email: Option<String>,
    /// Either of these two.
    invite_name_or_email: Option<String>,
    /// From 1 on; the last where it is left out.
    #[schema(minimum = 1)]
    seed: Option<u32>,
    /// Anything the organizer wants to remember.
    #[schema(max_length = 255)]
    misc: Option<String>,
}

/// A participant in a request.
#[derive(ToSchema)]
#[schema(as = challonge_v1::ParticipantInput)]
pub(super) struct ParticipantInput {
    participant: ParticipantAttributes,
}

/// Several participants in a request.
#[derive(ToSchema)]
#[schema(as = challonge_v1::ParticipantsInput)]
pub(super) struct ParticipantsInput {
    participants: Vec<ParticipantAttributes>,
}

/// The attributes of a report.
#[derive(ToSchema)]
#[schema(as = challonge_v1::MatchAttributes)]
struct MatchAttributes {
    /// Every set, the first player's score first. Without a winner the score is live.
    #[schema(examples("3-1,2-3,3-0"))]
    scores_csv: Option<String>,
    /// The winner's participant id, or `tie`; needs `scores_csv` beside it.
    #[schema(examples("10000001"))]
    winner_id: Option<String>,
    /// Votes for the first player that the organizer adds to those of predictions.
    player1_votes: Option<u32>,
    /// The same for the second player.
    player2_votes: Option<u32>,
}

/// A report in a request.
#[derive(ToSchema)]
#[schema(as = challonge_v1::MatchInput)]
pub(super) struct MatchInput {
    r#match: MatchAttributes,
}

/// The attributes of an attachment in a request: at least one of them.
#[derive(ToSchema)]
#[schema(as = challonge_v1::AttachmentAttributes)]
struct AttachmentAttributes {
    /// A file: in a form with parts as a file, elsewhere as a data URL, or as an object with `filename` and
    /// `data` (base64). It goes before a link.
    #[schema(examples("data:text/plain;base64,VGhlIGZpbmFs"))]
    asset: Option<String>,
    /// A link (http or https).
    #[schema(max_length = 2048, examples("https://example.org/replay"))]
    url: Option<String>,
    /// Words.
    #[schema(max_length = 2000)]
    description: Option<String>,
}

/// An attachment in a request.
#[derive(ToSchema)]
#[schema(as = challonge_v1::AttachmentInput)]
pub(super) struct AttachmentInput {
    match_attachment: AttachmentAttributes,
}
