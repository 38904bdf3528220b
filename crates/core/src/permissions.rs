//! The one table from scopes to permissions, and the one place where an actor meets an object.
//!
//! A scope that is not listed here opens nothing (yet); it can still be granted.

use crate::{Actor, Error};

/// Something that a credential may let somebody do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Permission {
    /// Read the person's name, e-mail address and picture.
    ReadMe = 1 << 0,
    /// Read tournaments.
    ReadTournaments = 1 << 1,
    /// Create, change, run and delete tournaments.
    WriteTournaments = 1 << 2,
    /// Read matches.
    ReadMatches = 1 << 3,
    /// Report, reopen and schedule matches.
    WriteMatches = 1 << 4,
    /// Read participants.
    ReadParticipants = 1 << 5,
    /// Add, change, seed and remove participants.
    WriteParticipants = 1 << 6,
}

impl Permission {
    /// The scope to ask for in an error text.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::ReadMe => "me",
            Self::ReadTournaments => "tournaments:read",
            Self::WriteTournaments => "tournaments:write",
            Self::ReadMatches => "matches:read",
            Self::WriteMatches => "matches:write",
            Self::ReadParticipants => "participants:read",
            Self::WriteParticipants => "participants:write",
        }
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PermissionSet(u32);

impl PermissionSet {
    /// Everything: a person on our own pages, the operator on the command line.
    pub const ALL: Self = Self(u32::MAX);

    /// Reading and writing of everything about tournaments.
    const ORGANIZE: Self = Self::of(&[
        Permission::ReadTournaments,
        Permission::WriteTournaments,
        Permission::ReadMatches,
        Permission::WriteMatches,
        Permission::ReadParticipants,
        Permission::WriteParticipants,
    ]);

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
}

impl Powers {
    /// No bounds but the actor's own.
    pub const ALL: Self =
        Self { everywhere: PermissionSet::ALL, own_application: PermissionSet::ALL };

    /// The table: what each scope opens.
    pub fn of_scope(scope: &str) -> Self {
        use Permission::{
            ReadMatches, ReadMe, ReadParticipants, ReadTournaments, WriteMatches,
            WriteParticipants, WriteTournaments,
        };
        let everywhere = |permissions: &[Permission]| Self {
            everywhere: PermissionSet::of(permissions),
            own_application: PermissionSet::default(),
        };
        match scope {
            "me" => everywhere(&[ReadMe]),
            "tournaments:read" => everywhere(&[ReadTournaments]),
            "tournaments:write" => everywhere(&[WriteTournaments]),
            "matches:read" => everywhere(&[ReadMatches]),
            "matches:write" => everywhere(&[WriteMatches]),
            "participants:read" => everywhere(&[ReadParticipants]),
            "participants:write" => everywhere(&[WriteParticipants]),
            "application:organizer" => Self {
                everywhere: PermissionSet::default(),
                own_application: PermissionSet::ORGANIZE,
            },
            _ => Self::default(),
        }
    }

    /// What several scopes open together.
    pub fn of_scopes<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Self {
        scopes.into_iter().map(Self::of_scope).fold(Self::default(), |all, one| Self {
            everywhere: all.everywhere.with(one.everywhere),
            own_application: all.own_application.with(one.own_application),
        })
    }
}

/// A tournament, as far as permission goes.
#[derive(Debug, Clone, Copy)]
pub struct TournamentFacts {
    /// Its organizer.
    pub owner_id: i64,
    /// The application through which it was made.
    pub application_id: Option<i64>,
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

/// Whether the actor holds the permission at all; the first question of every use case.
pub fn require(actor: &Actor, permission: Permission) -> Result<(), Error> {
    let powers = actor.powers()?;
    if powers.everywhere.has(permission) || powers.own_application.has(permission) {
        return Ok(());
    }
    Err(Error::Forbidden(format!(
        "this credential lacks the scope {}; ask the person for it and try again",
        permission.scope()
    )))
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
    if organizes(actor, facts, permission) {
        return Ok(());
    }
    let readable = !facts.private
        && actor.powers().is_ok_and(|powers| powers.everywhere.has(read_side(permission)));
    match (access, readable) {
        (Access::Read, true) => Ok(()),
        (Access::Write, true) => {
            Err(Error::Forbidden("only its organizer may change this tournament".to_owned()))
        }
        (_, false) => Err(Error::NotFound("tournament")),
    }
}

/// Reading that goes with the permission, to tell "forbidden" from "not found".
const fn read_side(permission: Permission) -> Permission {
    match permission {
        Permission::WriteTournaments => Permission::ReadTournaments,
        Permission::WriteMatches => Permission::ReadMatches,
        Permission::WriteParticipants => Permission::ReadParticipants,
        other => other,
    }
}

fn organizes(actor: &Actor, facts: TournamentFacts, permission: Permission) -> bool {
    let Ok(powers) = actor.powers() else { return false };
    let own = actor.is_operator() || actor.person_id() == Some(facts.owner_id);
    let through = match (actor.application_id(), facts.application_id) {
        (Some(calling), Some(made)) => calling == made,
        _ => false,
    };
    own && (powers.everywhere.has(permission)
        || (through && powers.own_application.has(permission)))
}
