//! Who asks.

use crate::{
    Error,
    permissions::{PermissionSet, Powers},
};

/// Who asks for something. Every use case takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody we know.
    Anonymous,
    /// A person on our own pages.
    Person {
        /// Their id.
        person: i64,
        /// Whether they operate this installation.
        operator: bool,
    },
    /// A person, through an application they allowed to act for them.
    Through {
        /// Their id.
        person: i64,
        /// The application.
        application: i64,
        /// What the token's scopes open.
        powers: Powers,
    },
    /// An application for itself (client credentials): acts for its owner.
    Application {
        /// The application.
        application: i64,
        /// Its owner.
        owner: i64,
        /// What the token's scopes open.
        powers: Powers,
    },
    /// Whoever holds the key that names an application: acts for nobody, and sees public data.
    Named {
        /// The application.
        application: i64,
    },
    /// Whoever holds a personal key: acts for the key's owner.
    KeyHolder {
        /// The key's owner.
        person: i64,
        /// The key.
        key: i64,
        /// What the key may do.
        powers: Powers,
    },
    /// The operator at the command line.
    Operator,
    /// The platform itself, which does what its time has come for.
    Platform,
}

impl Actor {
    /// What the actor's credential opens; an error for nobody.
    pub fn powers(&self) -> Result<Powers, Error> {
        match self {
            Self::Anonymous => Err(Error::Unauthenticated(
                "this needs a credential: send `Authorization: Bearer <access token>`".to_owned(),
            )),
            Self::Person { .. } | Self::Operator | Self::Platform => Ok(Powers::ALL),
            Self::Through { powers, .. }
            | Self::Application { powers, .. }
            | Self::KeyHolder { powers, .. } => Ok(*powers),
            Self::Named { .. } => Ok(Powers::PUBLIC),
        }
    }

    /// The person for whom the actor acts.
    pub const fn person_id(&self) -> Option<i64> {
        match self {
            Self::Anonymous | Self::Operator | Self::Platform | Self::Named { .. } => None,
            Self::Person { person, .. }
            | Self::Through { person, .. }
            | Self::KeyHolder { person, .. } => Some(*person),
            Self::Application { owner, .. } => Some(*owner),
        }
    }

    /// The application through which the actor acts.
    pub const fn application_id(&self) -> Option<i64> {
        match self {
            Self::Through { application, .. }
            | Self::Application { application, .. }
            | Self::Named { application } => Some(*application),
            _ => None,
        }
    }

    /// The actor within its application: nothing counts but what was made through it.
    pub fn within_application(self) -> Result<Self, Error> {
        let narrow = |powers| Powers { everywhere: PermissionSet::NONE, ..powers };
        match self {
            Self::Through { person, application, powers } => {
                Ok(Self::Through { person, application, powers: narrow(powers) })
            }
            Self::Application { application, owner, powers } => {
                Ok(Self::Application { application, owner, powers: narrow(powers) })
            }
            _ => Err(Error::Forbidden(
                "what belongs to an application is shown to its own tokens only: send `Authorization: \
                 Bearer <access token>`"
                    .to_owned(),
            )),
        }
    }

    /// Whether the actor may do what operators may.
    pub const fn is_operator(&self) -> bool {
        matches!(self, Self::Operator | Self::Person { operator: true, .. })
    }

    /// For journal and audit.
    pub fn describe(&self) -> String {
        match self {
            Self::Anonymous => "anonymous".to_owned(),
            Self::Person { person, .. } => format!("person {person}"),
            Self::Through { person, application, .. } => {
                format!("person {person} through application {application}")
            }
            Self::Application { application, .. } => format!("application {application}"),
            Self::Named { application } => format!("key of application {application}"),
            Self::KeyHolder { person, key, .. } => format!("person {person} by key {key}"),
            Self::Operator => "operator".to_owned(),
            Self::Platform => "platform".to_owned(),
        }
    }
}
