//! The schema's history. A released migration never changes.

use crate::{Migration, Migrations};

/// Every migration, oldest first.
pub const MIGRATIONS: Migrations = Migrations(&[
    Migration {
        version: 1,
        name: "first",
        sqlite: include_str!("../../../migrations/sqlite/0001_first.sql"),
        postgres: include_str!("../../../migrations/postgres/0001_first.sql"),
    },
    Migration {
        version: 2,
        name: "authorization",
        sqlite: include_str!("../../../migrations/sqlite/0002_authorization.sql"),
        postgres: include_str!("../../../migrations/postgres/0002_authorization.sql"),
    },
    Migration {
        version: 3,
        name: "stages",
        sqlite: include_str!("../../../migrations/sqlite/0003_stages.sql"),
        postgres: include_str!("../../../migrations/postgres/0003_stages.sql"),
    },
    Migration {
        version: 4,
        name: "lists",
        sqlite: include_str!("../../../migrations/sqlite/0004_lists.sql"),
        postgres: include_str!("../../../migrations/postgres/0004_lists.sql"),
    },
    Migration {
        version: 5,
        name: "registration",
        sqlite: include_str!("../../../migrations/sqlite/0005_registration.sql"),
        postgres: include_str!("../../../migrations/postgres/0005_registration.sql"),
    },
    Migration {
        version: 6,
        name: "clients",
        sqlite: include_str!("../../../migrations/sqlite/0006_clients.sql"),
        postgres: include_str!("../../../migrations/postgres/0006_clients.sql"),
    },
    Migration {
        version: 7,
        name: "quota",
        sqlite: include_str!("../../../migrations/sqlite/0007_quota.sql"),
        postgres: include_str!("../../../migrations/postgres/0007_quota.sql"),
    },
    Migration {
        version: 8,
        name: "communities",
        sqlite: include_str!("../../../migrations/sqlite/0008_communities.sql"),
        postgres: include_str!("../../../migrations/postgres/0008_communities.sql"),
    },
    Migration {
        version: 9,
        name: "attachments",
        sqlite: include_str!("../../../migrations/sqlite/0009_attachments.sql"),
        postgres: include_str!("../../../migrations/postgres/0009_attachments.sql"),
    },
    Migration {
        version: 10,
        name: "predictions",
        sqlite: include_str!("../../../migrations/sqlite/0010_predictions.sql"),
        postgres: include_str!("../../../migrations/postgres/0010_predictions.sql"),
    },
    Migration {
        version: 11,
        name: "search",
        sqlite: include_str!("../../../migrations/sqlite/0011_search.sql"),
        postgres: include_str!("../../../migrations/postgres/0011_search.sql"),
    },
    Migration {
        version: 12,
        name: "addresses",
        sqlite: include_str!("../../../migrations/sqlite/0012_addresses.sql"),
        postgres: include_str!("../../../migrations/postgres/0012_addresses.sql"),
    },
]);
