//! What everybody may expect, in the terms of people: written without looking at how it is decided.

use super::{
    cast::{Caller, Kind, Place, Target, Who},
    examples::{
        Area::{self, Attachments, Matches, Participants, Tournaments},
        Deed, Example,
    },
};

/// What a scope is for; anywhere, or only on what its application made.
fn scope_opens(scope: &str, deed: Deed) -> bool {
    use Deed::{
        Create, CreateCommunity, Govern, Join, Leave, List, ListCommunities, Me, Name,
        OwnPrediction, Predict, Read, Report, SeeCommunity, SeeMembers, Write,
    };
    match scope {
        "me" => matches!(deed, Me | Name),
        "tournaments:read" => matches!(deed, Read(Tournaments) | List),
        "tournaments:write" => matches!(deed, Write(Tournaments) | Create),
        "participants:read" => deed == Read(Participants),
        "participants:write" => deed == Write(Participants),
        "matches:read" => matches!(deed, Read(Matches) | OwnPrediction),
        "matches:write" => matches!(deed, Write(Matches) | Report | Predict),
        "attachments:read" => deed == Read(Attachments),
        "attachments:write" => deed == Write(Attachments),
        "communities:manage" => {
            matches!(deed, ListCommunities | CreateCommunity | SeeCommunity | SeeMembers | Govern)
        }
        "application:organizer" | "application:manage" => {
            matches!(
                deed,
                Read(_)
                    | Write(_)
                    | Report
                    | Join
                    | Leave
                    | List
                    | Create
                    | Predict
                    | OwnPrediction
            )
        }
        "application:player" => {
            matches!(deed, Read(_) | Report | Join | Leave | List | Predict | OwnPrediction)
        }
        _ => false,
    }
}

fn of_application(scope: &str) -> bool {
    scope.starts_with("application:")
}

impl Caller {
    /// Whether the credential is for such a deed, anywhere.
    fn may_anywhere(&self, deed: Deed) -> bool {
        match self.kind {
            Kind::Nobody => false,
            // A key without bounds is its owner.
            Kind::Key => true,
            // It opens what everybody may read, and says who asks.
            Kind::Named => {
                matches!(deed, Deed::Read(_) | Deed::List | Deed::Anything)
                    && deed != Deed::Read(Attachments)
            }
            Kind::Token | Kind::Machine => {
                matches!(deed, Deed::Anything | Deed::Validate)
                    || self.scopes.iter().any(|it| !of_application(it) && scope_opens(it, deed))
            }
        }
    }

    /// Whether the credential is for such a deed on what its application made.
    fn may_through(&self, deed: Deed) -> bool {
        self.scopes.iter().any(|it| of_application(it) && scope_opens(it, deed))
    }

    /// Whether communities are within its reach.
    fn reaches_communities(&self) -> bool {
        self.kind == Kind::Key || self.scopes.contains(&"communities:manage")
    }

    fn belongs_to_community(&self) -> bool {
        matches!(self.who, Some(Who::Member | Who::Organizer | Who::Owner))
    }

    fn organizes_community(&self) -> bool {
        matches!(self.who, Some(Who::Organizer | Who::Owner))
    }

    /// Whether the tournament was made through the application that asks.
    fn made(&self, target: Target) -> bool {
        target == Target::OfApplication && self.through
    }

    /// Whether the credential is for such a deed on this tournament.
    fn may(&self, deed: Deed, place: Place, target: Target) -> bool {
        (place != Place::Application && self.may_anywhere(deed))
            || (self.made(target) && self.may_through(deed))
    }

    /// Whether the tournament is theirs to run.
    fn runs(&self, target: Target) -> bool {
        let everybodys = self.scopes.contains(&"application:manage") && self.made(target);
        let own = match target {
            Target::OfCommunity | Target::ByParameter => {
                self.organizes_community() && self.reaches_communities()
            }
            _ => self.who == Some(Who::Owner),
        };
        own || everybodys
    }

    /// Whether they may know that it is there.
    fn sees(&self, target: Target) -> bool {
        let of_community = matches!(target, Target::OfCommunity | Target::ByParameter);
        self.runs(target)
            || target == Target::Public
            || self.who == Some(Who::Player)
            || (of_community && self.belongs_to_community() && self.reaches_communities())
    }
}

/// The status that somebody may expect.
pub(super) fn expected(
    caller: &Caller,
    example: &Example,
    place: Place,
    target: Option<Target>,
) -> u16 {
    let deed = example.deed;
    // mtgbracket's clients know one answer for whatever is no token.
    if deed == Deed::Validate && !matches!(caller.kind, Kind::Token | Kind::Machine) {
        return 403;
    }
    // Who is nobody hears so before anything else.
    if caller.kind == Kind::Nobody {
        return 401;
    }
    // What belongs to an application is for its tokens.
    if place == Place::Application && !matches!(caller.kind, Kind::Token | Kind::Machine) {
        return 403;
    }
    // A scope that lacks is heard of before anything is looked at. A key that is for reading public data
    // only is asked for a token.
    let anywhere = place != Place::Application && caller.may_anywhere(deed);
    // Who may join may check in for themselves, so that they hear of what is not there.
    if example.operation.ends_with("CheckIn")
        && place == Place::Community
        && target != Some(Target::OfCommunity)
        && caller.may_through(Deed::Join)
    {
        return 404;
    }
    if !anywhere && !caller.may_through(deed) {
        return if caller.kind == Kind::Named { 401 } else { 403 };
    }
    let (status, may) = match target {
        Some(target) => {
            (on_tournament(caller, example, place, target), caller.may(deed, place, target))
        }
        None => (elsewhere(caller, example, place), true),
    };
    // Clients of API v1 know 401 for what is somebody else's.
    if example.operation.starts_with("challongeV1") && status == 403 && may { 401 } else { status }
}

fn on_tournament(caller: &Caller, example: &Example, place: Place, target: Target) -> u16 {
    // What is not in this community is not there. (What the application did not make, `may` says.)
    if place == Place::Community && target != Target::OfCommunity {
        return 404;
    }
    let deed = example.deed;
    let may = caller.may(deed, place, target);
    let reads = |area: Area| caller.may(Deed::Read(area), place, target) && caller.sees(target);
    match deed {
        Deed::Read(area) => {
            if reads(area) {
                example.status
            } else {
                404
            }
        }
        Deed::Write(_) | Deed::Report if may && caller.runs(target) => example.status,
        // Readable but not writable is forbidden; not readable does not exist.
        Deed::Write(area) => {
            if reads(area) {
                403
            } else {
                404
            }
        }
        // Through the application, those who play report what they play.
        Deed::Report
            if caller.made(target)
                && caller.may_through(deed)
                && caller.who == Some(Who::Player) =>
        {
            example.status
        }
        Deed::Report => {
            if reads(Matches) {
                403
            } else {
                404
            }
        }
        // Everybody predicts what they see.
        Deed::Predict | Deed::OwnPrediction if !may || !caller.sees(target) => 404,
        // Everybody may join what is open and seen, or what their application made.
        Deed::Join | Deed::Leave if !may || !(caller.sees(target) || caller.made(target)) => 404,
        // An application is nobody who could play or predict.
        Deed::Join | Deed::Leave | Deed::Predict | Deed::OwnPrediction
            if caller.kind == Kind::Machine =>
        {
            403
        }
        Deed::Join | Deed::Predict | Deed::OwnPrediction => example.status,
        // Who is not in has nothing to leave.
        Deed::Leave => {
            // Nor does anybody leave for somebody else; the path names another one.
            if caller.who == Some(Who::Player) && !example.operation.ends_with("UnregisterNamed") {
                example.status
            } else {
                404
            }
        }
        other => panic!("{other:?} is about no tournament"),
    }
}

/// Operations that name no tournament.
fn elsewhere(caller: &Caller, example: &Example, place: Place) -> u16 {
    let deed = example.deed;
    let member = caller.who == Some(Who::Member);
    let about_oneself = member && example.operation.ends_with("GetCommunityMember");
    let leaves = member && example.operation.ends_with("RemoveCommunityMember");
    let for_a_person = matches!(caller.kind, Kind::Key | Kind::Token);
    match deed {
        Deed::Me | Deed::Name if !for_a_person => 403,
        // A key that only names an application has no tournaments.
        Deed::List if caller.kind == Kind::Named => 403,
        Deed::List | Deed::Create if place == Place::Community => {
            if !caller.reaches_communities() {
                403
            } else if !caller.belongs_to_community() {
                404
            } else if deed == Deed::Create && !caller.organizes_community() {
                403
            } else {
                example.status
            }
        }
        Deed::Me
        | Deed::Name
        | Deed::Anything
        | Deed::Validate
        | Deed::List
        | Deed::Create
        | Deed::ListCommunities
        | Deed::CreateCommunity => example.status,
        _ if !caller.belongs_to_community() => 404,
        Deed::SeeCommunity | Deed::SeeMembers | Deed::Govern => {
            // Members see themselves only, and may go; the one who is asked about here is the member.
            let enough = match deed {
                Deed::SeeCommunity => true,
                Deed::SeeMembers => caller.organizes_community() || about_oneself,
                _ => caller.who == Some(Who::Owner) || leaves,
            };
            if enough { example.status } else { 403 }
        }
        other => panic!("{other:?} is about a tournament"),
    }
}
