//! What each scope opens. `docs/scopes.md` is written from this.

use super::{Permission, PermissionSet, Powers};

use Permission::{
    DeleteTournaments, PredictMatches, ReadAttachments, ReadCommunities, ReadMatches, ReadMe,
    ReadParticipants, ReadProfile, ReadRegistrations, ReadStations, ReadTournaments, RegisterMe,
    ReportOwnMatches, WriteAttachments, WriteCommunities, WriteMatches, WriteMe, WriteParticipants,
    WriteRegistrations, WriteTournaments,
};

/// Everything about tournaments.
const ORGANIZE: PermissionSet = PermissionSet::of(&[
    ReadTournaments,
    WriteTournaments,
    DeleteTournaments,
    ReadMatches,
    WriteMatches,
    ReportOwnMatches,
    ReadParticipants,
    WriteParticipants,
    RegisterMe,
    ReadRegistrations,
    WriteRegistrations,
    ReadAttachments,
    WriteAttachments,
    ReadStations,
    PredictMatches,
]);

/// What a player does.
const PLAY: PermissionSet = PermissionSet::of(&[
    ReadTournaments,
    ReadMatches,
    ReportOwnMatches,
    ReadParticipants,
    RegisterMe,
    ReadAttachments,
    ReadStations,
    PredictMatches,
]);

const fn everywhere(permissions: &[Permission]) -> Powers {
    Powers {
        everywhere: PermissionSet::of(permissions),
        own_application: PermissionSet::NONE,
        communities: false,
        whole_application: false,
    }
}

/// Also in the communities that the person administers: where a platform has tournaments in
/// organizations only, its scopes mean these.
const fn and_in_communities(powers: Powers) -> Powers {
    Powers { communities: true, ..powers }
}

const fn own_application(permissions: PermissionSet) -> Powers {
    Powers { own_application: permissions, ..everywhere(&[]) }
}

/// The table.
pub(super) fn of_scope(scope: &str) -> Powers {
    match scope {
        "profile" | "user:info" => everywhere(&[ReadProfile]),
        "me" | "USER_READ" => everywhere(&[ReadProfile, ReadMe]),
        "tournaments:read" | "organizer:view" => everywhere(&[ReadTournaments]),
        "tournaments:write" => everywhere(&[WriteTournaments, DeleteTournaments]),
        "matches:read" => everywhere(&[ReadMatches]),
        "matches:write" => everywhere(&[WriteMatches, PredictMatches]),
        "participants:read" => everywhere(&[ReadParticipants]),
        "participants:write" => everywhere(&[WriteParticipants]),
        "attachments:read" => everywhere(&[ReadAttachments]),
        "attachments:write" => everywhere(&[WriteAttachments]),
        "stations:read" => everywhere(&[ReadStations]),
        "communities:manage" => {
            and_in_communities(everywhere(&[ReadCommunities, WriteCommunities]))
        }
        "application:organizer" => own_application(ORGANIZE),
        "application:player" => own_application(PLAY),
        "application:manage" => Powers { whole_application: true, ..own_application(ORGANIZE) },
        // Toornament names what a scope is for and not whether it reads: its documents ask the same
        // scope for both.
        "participant:manage_registrations" => everywhere(&[RegisterMe]),
        "organizer:admin" => everywhere(&[WriteTournaments]),
        "organizer:result" => everywhere(&[ReadMatches, WriteMatches]),
        "organizer:participant" => everywhere(&[ReadParticipants, WriteParticipants]),
        "organizer:registration" => everywhere(&[ReadRegistrations, WriteRegistrations]),
        "organizer:delete" => everywhere(&[DeleteTournaments]),
        "USER_WRITE" => everywhere(&[WriteMe]),
        "ORGANIZATION_READ" => everywhere(&[ReadCommunities]),
        "ORGANIZATION_WRITE" => everywhere(&[WriteCommunities]),
        "EVENT_READ" => {
            and_in_communities(everywhere(&[ReadTournaments, ReadMatches, ReadParticipants]))
        }
        "EVENT_WRITE" => and_in_communities(everywhere(&[
            WriteTournaments,
            DeleteTournaments,
            WriteMatches,
            WriteParticipants,
        ])),
        _ => everywhere(&[]),
    }
}
