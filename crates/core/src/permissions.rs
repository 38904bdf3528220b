//! The one table from scopes to permissions (`table`), and the one place where an actor meets an
//! object.
//!
//! Reading never implies writing, nor the other way round, unless the table says so. A scope that
//! the table has nothing for opens nothing (yet); it can still be granted.

mod table;

use tiltyard_oauth::{
    scope::Scope,
    scope_registry::{self, Platform, SCOPES, ScopeInfo},
};

use crate::{Actor, Error, communities::Role};

/// Something that a credential may let somebody do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Permission {
    /// Read the person's identifiers, name and picture.
    ReadProfile = 1 << 0,
    /// Read the person's account, with the e-mail address.
    ReadMe = 1 << 1,
    /// Change the person's account.
    WriteMe = 1 << 2,
    /// Read tournaments.
    ReadTournaments = 1 << 3,
    /// Create, change and run tournaments.
    WriteTournaments = 1 << 4,
    /// Delete tournaments.
    DeleteTournaments = 1 << 5,
    /// Read matches.
    ReadMatches = 1 << 6,
    /// Report, reopen and schedule matches.
    WriteMatches = 1 << 7,
    /// Report the matches that the person plays.
    ReportOwnMatches = 1 << 8,
    /// Read participants.
    ReadParticipants = 1 << 9,
    /// Add, change, seed and remove participants.
    WriteParticipants = 1 << 10,
    /// Register the person for tournaments, and withdraw them.
    RegisterMe = 1 << 11,
    /// Read registrations.
    ReadRegistrations = 1 << 12,
    /// Accept and refuse registrations.
    WriteRegistrations = 1 << 13,
    /// Read what is attached to matches.
    ReadAttachments = 1 << 14,
    /// Attach to matches, change and remove what is attached.
    WriteAttachments = 1 << 15,
    /// Read stations and their queues.
    ReadStations = 1 << 16,
    /// Read communities and who belongs to them.
    ReadCommunities = 1 << 17,
    /// Change communities and who belongs to them.
    WriteCommunities = 1 << 18,
    /// Predict how matches end.
    PredictMatches = 1 << 19,
}

impl Permission {
    /// All permissions, in the order of documents.
    pub const ALL: [Self; 20] = [
        Self::ReadProfile,
        Self::ReadMe,
        Self::WriteMe,
        Self::ReadTournaments,
        Self::WriteTournaments,
        Self::DeleteTournaments,
        Self::ReadMatches,
        Self::WriteMatches,
        Self::ReportOwnMatches,
        Self::ReadParticipants,
        Self::WriteParticipants,
        Self::RegisterMe,
        Self::ReadRegistrations,
        Self::WriteRegistrations,
        Self::ReadAttachments,
        Self::WriteAttachments,
        Self::ReadStations,
        Self::ReadCommunities,
        Self::WriteCommunities,
        Self::PredictMatches,
    ];

    /// The scope to ask for in an error text: the platform's own vocabulary first.
    pub fn scope(self) -> &'static str {
        self.scope_of(Platform::Challonge)
            .or_else(|| SCOPES.iter().find(|info| self.is_opened_by(info.name)).map(|it| it.name))
            .unwrap_or("of a person")
    }

    /// The scope of one platform that opens it.
    pub fn scope_of(self, platform: Platform) -> Option<&'static str> {
        scope_registry::of_platform(platform).map(|it| it.name).find(|name| self.is_opened_by(name))
    }

    /// All scopes that open it, on whatever it may be.
    pub fn scopes(self) -> impl Iterator<Item = &'static ScopeInfo> {
        SCOPES.iter().filter(move |info| self.is_opened_by(info.name))
    }

    /// The permission with this number (`permission as u32`).
    pub fn numbered(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| *permission as u32 == number)
    }

    fn is_opened_by(self, scope: &str) -> bool {
        let powers = Powers::of_scope(scope);
        powers.everywhere.has(self) || powers.own_application.has(self)
    }

    /// Reading that goes with it, to tell "forbidden" from "not found".
    const fn read_side(self) -> Self {
        match self {
            Self::WriteTournaments | Self::DeleteTournaments => Self::ReadTournaments,
            Self::WriteMatches | Self::ReportOwnMatches | Self::PredictMatches => Self::ReadMatches,
            Self::WriteParticipants => Self::ReadParticipants,
            Self::WriteRegistrations => Self::ReadRegistrations,
            Self::WriteAttachments => Self::ReadAttachments,
            other => other,
        }
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PermissionSet(u32);

impl PermissionSet {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Everything: a person on our own pages, the operator on the command line.
    pub const ALL: Self = Self(u32::MAX);

    /// The set of these.
    pub const fn of(permissions: &[Permission]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < permissions.len() {
            bits |= permissions[i] as u32;
            i += 1;
        }
        Self(bits)
    }

    /// Whether the permission is in the set.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission as u32 != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What a credential's scopes come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Powers {
    /// On everything that the person (or the application's owner) has.
    pub everywhere: PermissionSet,
    /// Besides, on what was made through the calling application.
    pub own_application: PermissionSet,
    /// Whether all of this also holds in the communities that they administer.
    pub communities: bool,
    /// Whether what was made through the calling application counts, whoever made it.
    pub whole_application: bool,
}

impl Powers {
    /// No bounds but the actor's own.
    pub const ALL: Self = Self {
        everywhere: PermissionSet::ALL,
        own_application: PermissionSet::ALL,
        communities: true,
        whole_application: false,
    };

    /// Public data: what a key opens that merely names an application.
    pub const PUBLIC: Self = Self {
        everywhere: PermissionSet::of(&[
            Permission::ReadTournaments,
            Permission::ReadMatches,
            Permission::ReadParticipants,
        ]),
        own_application: PermissionSet::NONE,
        communities: false,
        whole_application: false,
    };

    /// What a scope opens.
    pub fn of_scope(scope: &str) -> Self {
        table::of_scope(scope)
    }

    /// What several scopes open together.
    pub fn of_scopes<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Self {
        scopes.into_iter().map(Self::of_scope).fold(Self::default(), Self::with)
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self {
            everywhere: self.everywhere.with(other.everywhere),
            own_application: self.own_application.with(other.own_application),
            communities: self.communities || other.communities,
            whole_application: self.whole_application || other.whole_application,
        }
    }

    const fn has(self, permission: Permission) -> bool {
        self.everywhere.has(permission) || self.own_application.has(permission)
    }
}

/// Whether what the scope is about does not exist here yet, so that pages can say so. Identity
/// scopes are about the sign-in itself.
pub fn opens_nothing_yet(scope: &Scope) -> bool {
    let identity = scope.info().is_some_and(|info| info.platform == Platform::OpenId);
    !identity && Powers::of_scope(scope.as_str()) == Powers::default()
}

/// A tournament, as far as permission goes, and what the actor is to it.
#[derive(Debug, Clone, Copy)]
pub struct TournamentFacts {
    /// Its organizer.
    pub owner_id: i64,
    /// The application through which it was made.
    pub application_id: Option<i64>,
    /// The community it belongs to.
    pub community_id: Option<i64>,
    /// The actor's role in that community.
    pub role: Option<Role>,
    /// Whether the actor takes part; asked only where it matters.
    pub plays: bool,
    /// Whether its organizer still allows the calling application to act.
    pub connected: bool,
    /// Whether it is kept out of sight.
    pub private: bool,
}

/// What somebody wants to do with a tournament.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Look at it.
    Read,
    /// Change it, or what belongs to it.
    Write,
}

/// What somebody wants of a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommunityAccess {
    /// Look at it, and at oneself in it.
    See,
    /// Look at who belongs to it.
    SeeMembers,
    /// Change it, or who belongs to it.
    Govern,
    /// Belong to it no longer.
    Leave,
}

/// Whether the actor holds the permission at all; the first question of every use case.
pub fn require(actor: &Actor, permission: Permission) -> Result<(), Error> {
    if actor.powers()?.has(permission) {
        return Ok(());
    }
    if matches!(actor, Actor::Named { .. }) {
        return Err(Error::Unauthenticated(
            "the key of an application opens public data only: send `Authorization: Bearer <access \
             token>` beside it"
                .to_owned(),
        ));
    }
    Err(Error::LacksScope(permission))
}

/// Whether the actor holds one of the permissions; what it lacks otherwise is the first.
pub fn require_one(actor: &Actor, permissions: &[Permission]) -> Result<(), Error> {
    let powers = actor.powers()?;
    match permissions.first() {
        Some(first) if !permissions.iter().any(|it| powers.has(*it)) => require(actor, *first),
        _ => Ok(()),
    }
}

/// The first of the permissions that the actor holds, to ask with it for what is changed; if none, the
/// first of all.
pub fn held(actor: &Actor, first: Permission, other: Permission) -> Permission {
    let by_other = require(actor, first).is_err() && require(actor, other).is_ok();
    if by_other { other } else { first }
}

/// Whether the actor may do this with the tournament: readable but not writable is forbidden, not
/// readable does not exist.
pub fn on_tournament(
    actor: &Actor,
    facts: TournamentFacts,
    access: Access,
    permission: Permission,
) -> Result<(), Error> {
    require(actor, permission)?;
    let view = View::of(actor, facts)?;
    if !view.holds(permission) || !(view.organizes || access == Access::Read && view.sees) {
        return Err(view.refusal(permission));
    }
    if access == Access::Write && !facts.connected {
        return Err(Error::Forbidden(
            "its organizer disconnected this application, which may only read it now".to_owned(),
        ));
    }
    Ok(())
}

/// Whether the actor may report a match of the tournament: all of them, or with `plays` their own
/// through an application that may do that for players.
pub fn to_report(actor: &Actor, facts: TournamentFacts, plays: bool) -> Result<(), Error> {
    if !actor.powers()?.has(Permission::ReportOwnMatches) {
        return on_tournament(actor, facts, Access::Write, Permission::WriteMatches);
    }
    let view = View::of(actor, facts)?;
    let own = view.through && actor.powers()?.own_application.has(Permission::ReportOwnMatches);
    match on_tournament(actor, facts, Access::Write, Permission::WriteMatches) {
        Err(Error::LacksScope(_) | Error::Forbidden(_) | Error::NotFound(_)) if own && plays => {
            Ok(())
        }
        // Whether there is one is told to those only who may know of it.
        Err(_) if !view.sees || !view.holds(Permission::ReadMatches) => {
            Err(Error::NotFound("tournament"))
        }
        Err(Error::LacksScope(_) | Error::Forbidden(_)) if own => {
            Err(Error::Forbidden("players report the matches that they play in only".to_owned()))
        }
        other => other,
    }
}

/// Whether the actor may attach to a match of the tournament, or change what is attached: its
/// organizer to any, and with `own` those who play the match, or attached it.
pub fn to_attach(actor: &Actor, facts: TournamentFacts, own: bool) -> Result<(), Error> {
    require(actor, Permission::WriteAttachments)?;
    let view = View::of(actor, facts)?;
    if own && view.sees && !view.organizes && view.holds(Permission::WriteAttachments) {
        return Ok(());
    }
    match on_tournament(actor, facts, Access::Write, Permission::WriteAttachments) {
        Err(Error::Forbidden(_)) if !view.organizes => Err(Error::Forbidden(
            "players attach to the matches that they play in, and change what they attached, only"
                .to_owned(),
        )),
        other => other,
    }
}

/// Whether the actor acts for anybody at all: a key that merely names an application does not.
pub fn acts_for_somebody(actor: &Actor) -> Result<(), Error> {
    if let Actor::Named { .. } = actor {
        return Err(Error::Unauthenticated(
            "the key of an application acts for nobody: send `Authorization: Bearer <access token>` \
             beside it"
                .to_owned(),
        ));
    }
    Ok(())
}

/// The person whose prediction the actor may read and change. An application by itself is nobody.
pub fn predicting(actor: &Actor) -> Result<i64, Error> {
    let person = match actor {
        Actor::Application { .. } => None,
        actor => actor.person_id(),
    };
    person.ok_or_else(|| {
        Error::Forbidden("this credential acts for no person who could predict".to_owned())
    })
}

/// The person for whom the actor may predict the tournament: everybody who sees it.
pub fn to_predict(actor: &Actor, facts: TournamentFacts) -> Result<i64, Error> {
    require(actor, Permission::PredictMatches)?;
    let view = View::of(actor, facts)?;
    if !view.holds(Permission::PredictMatches) || !view.sees {
        return Err(Error::NotFound("tournament"));
    }
    predicting(actor)
}

/// The person whom the actor may register for the tournament, or withdraw from it. `open` says
/// whether anybody may sign up.
pub fn to_register(actor: &Actor, facts: TournamentFacts, open: bool) -> Result<i64, Error> {
    require(actor, Permission::RegisterMe)?;
    let view = View::of(actor, facts)?;
    if !view.holds(Permission::RegisterMe) || !(view.sees || view.through) {
        return Err(Error::NotFound("tournament"));
    }
    let person = match actor {
        Actor::Application { .. } => None,
        actor => actor.person_id(),
    };
    let person = person.ok_or_else(|| {
        Error::Forbidden("this credential acts for no person whom it could register".to_owned())
    })?;
    let invited = view.through && actor.powers()?.own_application.has(Permission::RegisterMe);
    if open || view.organizes || invited {
        return Ok(person);
    }
    Err(Error::Forbidden(
        "its organizer adds the participants of this tournament; it is not open for sign-up"
            .to_owned(),
    ))
}

/// Whether the actor may check a participant in, behind whom this person is: organizers may, and
/// everybody themselves. True for organizers.
pub fn to_check_in(
    actor: &Actor,
    facts: TournamentFacts,
    person: Option<i64>,
) -> Result<bool, Error> {
    require_one(actor, &[Permission::WriteParticipants, Permission::RegisterMe])?;
    let refused = match on_tournament(actor, facts, Access::Write, Permission::WriteParticipants) {
        Ok(()) => return Ok(true),
        Err(refused) => refused,
    };
    match to_register(actor, facts, true) {
        Ok(own) if Some(own) == person => Ok(false),
        Ok(_) => Err(Error::Forbidden(
            "people check in themselves; for others, only the organizer can".to_owned(),
        )),
        Err(_) => Err(refused),
    }
}

/// Whether the actor sees what participants told the organizers alone, and where they were invited:
/// organizers do, by a credential that reads participants.
pub fn sees_private(actor: &Actor, facts: TournamentFacts) -> bool {
    View::of(actor, facts)
        .is_ok_and(|view| view.organizes && view.holds(Permission::ReadParticipants))
}

/// Whether the actor may make tournaments of a community in which they have this role.
pub fn in_community(actor: &Actor, role: Option<Role>) -> Result<(), Error> {
    if !actor.powers()?.communities {
        return Err(Error::LacksScope(Permission::WriteCommunities));
    }
    if actor.is_operator() || role.is_some_and(Role::organizes) {
        return Ok(());
    }
    if role.is_none() {
        return Err(Error::NotFound("community"));
    }
    Err(Error::Forbidden("only organizers of the community may do that".to_owned()))
}

/// Whether the actor may list the tournaments of a community in which they have this role: its
/// members may. For others it lists nothing, so it is not there.
pub fn see_community(actor: &Actor, role: Option<Role>) -> Result<(), Error> {
    if !actor.powers()?.communities {
        return Err(Error::LacksScope(Permission::ReadCommunities));
    }
    if actor.is_operator() || role.is_some() { Ok(()) } else { Err(Error::NotFound("community")) }
}

/// Whether the actor may do this with a community in which they have this role. Whoever may not see it
/// hears that it does not exist.
pub fn on_community(
    actor: &Actor,
    role: Option<Role>,
    access: CommunityAccess,
) -> Result<(), Error> {
    use CommunityAccess::{Govern, Leave, See, SeeMembers};
    require(
        actor,
        match access {
            See | SeeMembers => Permission::ReadCommunities,
            Govern | Leave => Permission::WriteCommunities,
        },
    )?;
    let enough = match access {
        See | Leave => role.is_some(),
        SeeMembers => role.is_some_and(Role::organizes),
        Govern => role == Some(Role::Owner),
    };
    if enough || actor.is_operator() {
        return Ok(());
    }
    if role.is_none() || !actor.powers()?.has(Permission::ReadCommunities) {
        return Err(Error::NotFound("community"));
    }
    Err(Error::Forbidden(
        match access {
            See | SeeMembers => "only owners and organizers of the community see its members",
            Govern | Leave => "only owners of the community may do that",
        }
        .to_owned(),
    ))
}

/// The actor's side of one tournament.
struct View {
    /// What the credential opens, here.
    powers: Powers,
    /// Made through the calling application.
    through: bool,
    /// The tournament is theirs to run, as far as their scopes go.
    organizes: bool,
    /// They may know of it, as far as their scopes go.
    sees: bool,
}

impl View {
    fn of(actor: &Actor, facts: TournamentFacts) -> Result<Self, Error> {
        let powers = actor.powers()?;
        let through = match (actor.application_id(), facts.application_id) {
            (Some(calling), Some(made)) => calling == made,
            _ => false,
        };
        let role = facts.role.filter(|_| powers.communities);
        let theirs = match facts.community_id {
            None => actor.person_id() == Some(facts.owner_id),
            Some(_) => role.is_some_and(Role::organizes),
        };
        let organizes = actor.is_operator() || theirs || (through && powers.whole_application);
        let sees = organizes || !facts.private || role.is_some() || facts.plays;
        Ok(Self { powers, through, organizes, sees })
    }

    const fn holds(&self, permission: Permission) -> bool {
        self.powers.everywhere.has(permission)
            || (self.through && self.powers.own_application.has(permission))
    }

    fn refusal(&self, permission: Permission) -> Error {
        if !self.sees || !self.holds(permission.read_side()) {
            return Error::NotFound("tournament");
        }
        if self.holds(permission) {
            Error::Forbidden("only its organizer may change this tournament".to_owned())
        } else {
            Error::LacksScope(permission)
        }
    }
}

#[cfg(test)]
mod tests;
