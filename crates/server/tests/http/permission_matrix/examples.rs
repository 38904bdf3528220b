//! One line an operation: what it does, its status when it succeeds, and the smallest good body.
//!
//! The body is the whole JSON document; `Ids` has what a body may have to name.

use serde_json::{Value, json};

use super::cast::Ids;

/// What an operation about tournaments is about; there are scopes for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Area {
    /// The tournament itself.
    Tournaments,
    /// Its participants.
    Participants,
    /// Its matches.
    Matches,
    /// What is attached to its matches.
    Attachments,
}

use Area::{Attachments, Matches, Participants, Tournaments};

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Looks at something of a tournament.
    Read(Area),
    /// Changes something of a tournament.
    Write(Area),
    /// Reports a match.
    Report,
    /// Registers oneself.
    Join,
    /// Withdraws oneself.
    Leave,
    /// Predicts how a tournament ends.
    Predict,
    /// Looks at what oneself predicts.
    OwnPrediction,
    /// Lists tournaments.
    List,
    /// Makes a tournament.
    Create,
    /// Shows the person with their address.
    Me,
    /// Shows the person's name.
    Name,
    /// What every credential may.
    Anything,
    /// Tells what an access token may.
    Validate,
    /// Lists the communities that one administers.
    ListCommunities,
    /// Makes a community.
    CreateCommunity,
    /// Looks at a community.
    SeeCommunity,
    /// Looks at who belongs to a community.
    SeeMembers,
    /// Changes a community, or who belongs to it.
    Govern,
}

/// How far the tournament has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    /// Not started; the player takes part.
    Pending,
    /// Not started; the player does not take part.
    Open,
    /// Started; the player plays the match.
    Underway,
    /// The same, and the match is reported.
    Reported,
    /// Drawn, and open for predictions; the player plays the match.
    Predicting,
}

/// An operation, as it is asked here.
pub(super) struct Example {
    pub(super) operation: &'static str,
    pub(super) deed: Deed,
    pub(super) status: u16,
    pub(super) stage: Stage,
    pub(super) body: fn(&Ids) -> Value,
}

const NONE: fn(&Ids) -> Value = |_| Value::Null;
const LINK: fn(&Ids) -> Value =
    |ids| json!({"match_id": ids.of_match, "url": "https://example.org/replay"});

const fn reads(operation: &'static str, area: Area) -> Example {
    let deed = Deed::Read(area);
    Example { operation, deed, status: 200, stage: Stage::Underway, body: NONE }
}

const fn writes(
    operation: &'static str,
    area: Area,
    status: u16,
    body: fn(&Ids) -> Value,
) -> Example {
    Example { operation, deed: Deed::Write(area), status, stage: Stage::Pending, body }
}

const fn does(
    operation: &'static str,
    deed: Deed,
    status: u16,
    body: fn(&Ids) -> Value,
) -> Example {
    Example { operation, deed, status, stage: Stage::Pending, body }
}

impl Example {
    const fn at(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }
}

/// Every operation. Order does not matter; what repeats another at a second address needs no line.
pub(super) const EXAMPLES: &[Example] = &[
    does("challongeV2GetMe", Deed::Me, 200, NONE),
    does("challongeV2ListCommunities", Deed::ListCommunities, 200, NONE),
    does(
        "challongeV2CreateCommunity",
        Deed::CreateCommunity,
        201,
        |ids| json!({"name": "New", "permalink": format!("new_{}", ids.fresh)}),
    ),
    does("challongeV2GetCommunity", Deed::SeeCommunity, 200, NONE),
    does("challongeV2UpdateCommunity", Deed::Govern, 200, |_| json!({"description": "Other"})),
    does("challongeV2DeleteCommunity", Deed::Govern, 204, NONE),
    does("challongeV2ListCommunityMembers", Deed::SeeMembers, 200, NONE),
    does("challongeV2GetCommunityMember", Deed::SeeMembers, 200, NONE),
    does("challongeV2AddCommunityMember", Deed::Govern, 201, |_| json!({"username": "newcomer"})),
    does("challongeV2UpdateCommunityMember", Deed::Govern, 200, |_| json!({"role": "organizer"})),
    does("challongeV2RemoveCommunityMember", Deed::Govern, 204, NONE),
    does("challongeV2ListTournaments", Deed::List, 200, NONE),
    does("challongeV2CreateTournament", Deed::Create, 201, |_| json!({"name": "New"})),
    reads("challongeV2GetTournament", Tournaments),
    writes("challongeV2UpdateTournament", Tournaments, 200, |_| json!({"name": "Other"})),
    writes("challongeV2DeleteTournament", Tournaments, 204, NONE),
    writes("challongeV2ChangeTournamentState", Tournaments, 200, |_| json!({"state": "start"})),
    writes("challongeV2UndoLastChange", Tournaments, 200, NONE).at(Stage::Reported),
    reads("challongeV2FollowTournament", Tournaments),
    reads("challongeV2ListGroups", Tournaments),
    reads("challongeV2ListParticipants", Participants),
    reads("challongeV2GetParticipant", Participants),
    writes("challongeV2CreateParticipant", Participants, 200, |_| json!({"name": "Newcomer"})),
    writes("challongeV2UpdateParticipant", Participants, 200, |_| json!({"misc": "x"})),
    writes("challongeV2DeleteParticipant", Participants, 204, NONE),
    writes(
        "challongeV2AddParticipants",
        Participants,
        200,
        |_| json!({"participants": [{"name": "Newcomer"}]}),
    ),
    writes("challongeV2ClearParticipants", Participants, 204, NONE),
    writes("challongeV2RandomizeParticipants", Participants, 200, NONE),
    does("challongeV2Register", Deed::Join, 200, NONE).at(Stage::Open),
    does("challongeV2Unregister", Deed::Leave, 204, NONE),
    reads("challongeV2ListMatches", Matches),
    reads("challongeV2GetMatch", Matches),
    does("challongeV2ReportMatch", Deed::Report, 200, |ids| {
        json!({"match": [
            {"participant_id": ids.players[0], "score_set": "2", "advancing": true},
            {"participant_id": ids.players[1], "score_set": "0", "advancing": false},
        ]})
    })
    .at(Stage::Underway),
    does("challongeV2ReportMatches", Deed::Report, 200, |ids| {
        let sides = json!([
            {"participant_id": ids.players[0], "score_set": "2", "advancing": true},
            {"participant_id": ids.players[1], "score_set": "0", "advancing": false},
        ]);
        json!({"data": [{"type": "match", "id": ids.of_match, "attributes": {"match": sides}}]})
    })
    .at(Stage::Underway),
    writes("challongeV2ChangeMatchState", Matches, 200, |_| json!({"state": "mark_as_underway"}))
        .at(Stage::Underway),
    reads("challongeV2ListAttachments", Attachments),
    reads("challongeV2GetAttachment", Attachments),
    writes("challongeV2CreateAttachment", Attachments, 201, LINK).at(Stage::Underway),
    writes("challongeV2UpdateAttachment", Attachments, 200, LINK).at(Stage::Underway),
    writes("challongeV2DeleteAttachment", Attachments, 204, NONE).at(Stage::Underway),
    reads("challongeV2ListMatchAttachments", Attachments),
    reads("challongeV2GetMatchAttachment", Attachments),
    writes("challongeV2CreateMatchAttachment", Attachments, 201, LINK).at(Stage::Underway),
    writes("challongeV2UpdateMatchAttachment", Attachments, 200, LINK).at(Stage::Underway),
    writes("challongeV2DeleteMatchAttachment", Attachments, 204, NONE).at(Stage::Underway),
    does("challongeV2UnregisterAlso", Deed::Leave, 204, NONE),
    does("challongeV2UnregisterNamed", Deed::Leave, 204, NONE),
    does("challongeV2RegisterNamed", Deed::Join, 200, NONE).at(Stage::Open),
    reads("challongeV2ListPredictions", Tournaments),
    does("challongeV2GetOwnPrediction", Deed::OwnPrediction, 200, NONE).at(Stage::Predicting),
    does("challongeV2SavePrediction", Deed::Predict, 200, |ids| {
        let pick = json!({"match_id": ids.of_match, "participant_id": ids.players[0]});
        json!({"changed_picks": [pick]})
    })
    .at(Stage::Predicting),
    does("challongeV2RemovePrediction", Deed::Predict, 204, NONE).at(Stage::Predicting),
    // The check-in is not open.
    writes("challongeV2CheckIn", Participants, 422, NONE),
    writes("challongeV2UndoCheckIn", Participants, 200, NONE),
    does("challongeV1ListTournaments", Deed::List, 200, NONE),
    does(
        "challongeV1CreateTournament",
        Deed::Create,
        200,
        |_| json!({"tournament": {"name": "New"}}),
    ),
    reads("challongeV1GetTournament", Tournaments),
    writes(
        "challongeV1UpdateTournament",
        Tournaments,
        200,
        |_| json!({"tournament": {"name": "Other"}}),
    ),
    writes("challongeV1DeleteTournament", Tournaments, 200, NONE),
    writes("challongeV1PublishTournament", Tournaments, 200, NONE),
    writes("challongeV1OpenForPredictions", Tournaments, 200, NONE),
    writes("challongeV1StartTournament", Tournaments, 200, NONE),
    writes("challongeV1ResetTournament", Tournaments, 200, NONE).at(Stage::Underway),
    // Not everything is played.
    writes("challongeV1FinalizeTournament", Tournaments, 422, NONE).at(Stage::Underway),
    // Its check-in is not open.
    writes("challongeV1ProcessCheckIns", Tournaments, 422, NONE),
    writes("challongeV1AbortCheckIn", Tournaments, 422, NONE),
    reads("challongeV1ListParticipants", Participants),
    reads("challongeV1GetParticipant", Participants),
    writes(
        "challongeV1CreateParticipant",
        Participants,
        200,
        |_| json!({"participant": {"name": "Newcomer"}}),
    ),
    writes(
        "challongeV1AddParticipants",
        Participants,
        200,
        |_| json!({"participants": [{"name": "Newcomer"}]}),
    ),
    writes(
        "challongeV1UpdateParticipant",
        Participants,
        200,
        |_| json!({"participant": {"misc": "x"}}),
    ),
    writes("challongeV1DeleteParticipant", Participants, 200, NONE),
    writes("challongeV1ClearParticipants", Participants, 200, NONE),
    writes("challongeV1RandomizeParticipants", Participants, 200, NONE),
    writes("challongeV1CheckIn", Participants, 422, NONE),
    writes("challongeV1UndoCheckIn", Participants, 200, NONE),
    reads("challongeV1ListMatches", Matches),
    reads("challongeV1GetMatch", Matches),
    does(
        "challongeV1ReportMatch",
        Deed::Report,
        200,
        |ids| json!({"match": {"scores_csv": "2-0", "winner_id": ids.players[0]}}),
    )
    .at(Stage::Underway),
    reads("challongeV1ListAttachments", Attachments),
    reads("challongeV1GetAttachment", Attachments),
    writes("challongeV1CreateAttachment", Attachments, 200, LINK).at(Stage::Underway),
    writes("challongeV1UpdateAttachment", Attachments, 200, LINK).at(Stage::Underway),
    writes("challongeV1DeleteAttachment", Attachments, 200, NONE).at(Stage::Underway),
    writes("challongeV1ReopenMatch", Matches, 200, NONE).at(Stage::Reported),
    writes("challongeV1MarkMatch", Matches, 200, NONE).at(Stage::Underway),
    writes("challongeV1UnmarkMatch", Matches, 200, NONE).at(Stage::Underway),
    does("toornamentGetMe", Deed::Name, 200, NONE),
    does("trackmaniaGetUser", Deed::Name, 200, NONE),
    does("trackmaniaDisplayNames", Deed::Anything, 200, NONE),
    does("trackmaniaAccountIds", Deed::Anything, 200, NONE),
    does("mtgbracketGetUser", Deed::Me, 200, NONE),
    does("mtgbracketValidate", Deed::Validate, 200, NONE),
];
