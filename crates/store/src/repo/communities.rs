//! Communities and who belongs to them.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    COMMUNITY = "SELECT id, owner_id, name, permalink, created_at, updated_at FROM communities WHERE id = $1";
    COMMUNITY_BY_PERMALINK = "SELECT id, owner_id, name, permalink, created_at, updated_at \
        FROM communities WHERE permalink_key = $1";
    INSERT_COMMUNITY = "INSERT INTO communities \
        (id, owner_id, name, permalink, permalink_key, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $6)";
    INSERT_MEMBER = "INSERT INTO community_members (community_id, person_id, role, created_at) \
        VALUES ($1, $2, $3, $4)";
    ROLE = "SELECT role FROM community_members WHERE community_id = $1 AND person_id = $2";
    COMMUNITIES_OF_PERSON = "SELECT c.id, c.owner_id, c.name, c.permalink, c.created_at, c.updated_at, m.role \
        FROM community_members m JOIN communities c ON c.id = m.community_id \
        WHERE m.person_id = $1 ORDER BY c.id";
}

/// A community's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunityRow {
    /// Numeric id.
    pub id: i64,
    /// Whose it is.
    pub owner_id: i64,
    /// Its name, as people see it.
    pub name: String,
    /// Its name in addresses; unique without regard to case.
    pub permalink: String,
    /// When it was made.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

fn from_row(row: &Row) -> Result<CommunityRow, StoreError> {
    Ok(CommunityRow {
        id: row.int(0)?,
        owner_id: row.int(1)?,
        name: row.text(2)?,
        permalink: row.text(3)?,
        created_at: row.int(4)?,
        updated_at: row.int(5)?,
    })
}

/// The community with this id.
pub fn get(db: &mut impl Read, id: i64) -> Result<Option<CommunityRow>, StoreError> {
    db.opt(&COMMUNITY, params![id])?.as_ref().map(from_row).transpose()
}

/// The community with this permalink (lower-cased by the caller).
pub fn by_permalink(db: &mut impl Read, key: &str) -> Result<Option<CommunityRow>, StoreError> {
    if super::is_no_text(key) {
        return Ok(None);
    }
    db.opt(&COMMUNITY_BY_PERMALINK, params![key])?.as_ref().map(from_row).transpose()
}

/// Adds a community.
pub fn insert(tx: &mut Tx<'_>, community: &CommunityRow) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_COMMUNITY,
        params![
            community.id,
            community.owner_id,
            community.name.as_str(),
            community.permalink.as_str(),
            community.permalink.to_lowercase(),
            community.created_at
        ],
    )
}

/// Adds a member with a role.
pub fn insert_member(
    tx: &mut Tx<'_>,
    community: i64,
    person: i64,
    role: &str,
    now: i64,
) -> Result<(), StoreError> {
    tx.run_one(&INSERT_MEMBER, params![community, person, role, now])
}

/// The person's role in the community.
pub fn role(db: &mut impl Read, community: i64, person: i64) -> Result<Option<String>, StoreError> {
    db.opt(&ROLE, params![community, person])?.map(|row| row.text(0)).transpose()
}

/// The communities to which the person belongs, oldest first, and the role in each.
pub fn of_person(
    db: &mut impl Read,
    person: i64,
) -> Result<Vec<(CommunityRow, String)>, StoreError> {
    db.all(&COMMUNITIES_OF_PERSON, params![person])?
        .iter()
        .map(|row| Ok((from_row(row)?, row.text(6)?)))
        .collect()
}
