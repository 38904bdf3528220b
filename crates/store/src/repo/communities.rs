//! Communities and who belongs to them.

use crate::{Read, Row, StoreError, Tx, params, statements};

/// The columns, in the order in which `from_row` reads them.
macro_rules! columns {
    () => {
        "c.id, c.owner_id, c.name, c.permalink, c.subdomain, c.description, c.created_at, c.updated_at"
    };
}

statements! {
    COMMUNITY = concat!("SELECT ", columns!(), " FROM communities c WHERE c.id = $1");
    COMMUNITY_BY_NAME = concat!("SELECT ", columns!(), " FROM communities c \
        WHERE c.permalink_key = $1 OR c.subdomain_key = $1 ORDER BY c.id LIMIT 1");
    PUBLIC_COMMUNITIES = concat!("SELECT ", columns!(), " FROM communities c \
        WHERE c.id < $1 AND EXISTS (SELECT 1 FROM tournaments t WHERE t.community_id = c.id AND t.private = FALSE) \
        ORDER BY c.id DESC LIMIT $2");
    COMMUNITY_NAMES = "SELECT c.id, c.permalink, c.name, \
        EXISTS (SELECT 1 FROM tournaments t WHERE t.community_id = c.id AND t.private = FALSE) \
        FROM communities c WHERE c.id < $1 ORDER BY c.id DESC LIMIT $2";
    INSERT_COMMUNITY = "INSERT INTO communities \
        (id, owner_id, name, permalink, permalink_key, subdomain, subdomain_key, description, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    UPDATE_COMMUNITY = "UPDATE communities SET owner_id = $2, name = $3, permalink = $4, permalink_key = $5, \
        subdomain = $6, subdomain_key = $7, description = $8, updated_at = $9 WHERE id = $1";
    DELETE_COMMUNITY = "DELETE FROM communities WHERE id = $1";
    INSERT_MEMBER = "INSERT INTO community_members (community_id, person_id, role, created_at) \
        VALUES ($1, $2, $3, $4)";
    SET_ROLE = "UPDATE community_members SET role = $3 WHERE community_id = $1 AND person_id = $2";
    DELETE_MEMBER = "DELETE FROM community_members WHERE community_id = $1 AND person_id = $2";
    ROLE = "SELECT role FROM community_members WHERE community_id = $1 AND person_id = $2";
    MEMBER = "SELECT m.person_id, p.username, m.role, m.created_at FROM community_members m \
        JOIN people p ON p.id = m.person_id WHERE m.community_id = $1 AND m.person_id = $2";
    MEMBERS = "SELECT m.person_id, p.username, m.role, m.created_at FROM community_members m \
        JOIN people p ON p.id = m.person_id WHERE m.community_id = $1 AND ($2 = '' OR m.role = $2) \
        ORDER BY m.created_at, m.person_id LIMIT $3 OFFSET $4";
    COUNT_MEMBERS = "SELECT COUNT(*) FROM community_members \
        WHERE community_id = $1 AND ($2 = '' OR role = $2)";
    COMMUNITIES_OF_PERSON = concat!("SELECT ", columns!(), ", m.role \
        FROM community_members m JOIN communities c ON c.id = m.community_id \
        WHERE m.person_id = $1 ORDER BY c.id");
}

/// A community's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunityRow {
    /// Numeric id.
    pub id: i64,
    /// Whose it is: one of those whose role says so.
    pub owner_id: i64,
    /// Its name, as people see it.
    pub name: String,
    /// Its name in addresses; unique without regard to case, also among subdomains.
    pub permalink: String,
    /// Another name in addresses, the permalink where none was chosen; unique likewise.
    pub subdomain: String,
    /// What it is about, as entered.
    pub description: String,
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
        subdomain: row.text(4)?,
        description: row.text(5)?,
        created_at: row.int(6)?,
        updated_at: row.int(7)?,
    })
}

/// Somebody who belongs to a community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// The person.
    pub person_id: i64,
    /// Their user name.
    pub username: String,
    /// What they are to the community.
    pub role: String,
    /// Since when.
    pub created_at: i64,
}

fn member_from_row(row: &Row) -> Result<MemberRow, StoreError> {
    Ok(MemberRow {
        person_id: row.int(0)?,
        username: row.text(1)?,
        role: row.text(2)?,
        created_at: row.int(3)?,
    })
}

/// The community with this id.
pub fn get(db: &mut impl Read, id: i64) -> Result<Option<CommunityRow>, StoreError> {
    db.opt(&COMMUNITY, params![id])?.as_ref().map(from_row).transpose()
}

/// The community with this permalink or subdomain (lower-cased by the caller).
pub fn by_name(db: &mut impl Read, key: &str) -> Result<Option<CommunityRow>, StoreError> {
    if super::is_no_text(key) {
        return Ok(None);
    }
    db.opt(&COMMUNITY_BY_NAME, params![key])?.as_ref().map(from_row).transpose()
}

/// Up to `limit` communities before this id that have a public tournament, the newest first.
pub fn public(
    db: &mut impl Read,
    before: i64,
    limit: i64,
) -> Result<Vec<CommunityRow>, StoreError> {
    db.all(&PUBLIC_COMMUNITIES, params![before, limit])?.iter().map(from_row).collect()
}

/// What a community is looked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunityName {
    /// Numeric id.
    pub id: i64,
    /// Its name in addresses.
    pub permalink: String,
    /// Its name.
    pub name: String,
    /// Whether it has a public tournament.
    pub public: bool,
}

/// The names of up to `limit` communities before this id, the newest first.
pub fn names(
    db: &mut impl Read,
    before: i64,
    limit: i64,
) -> Result<Vec<CommunityName>, StoreError> {
    let rows = db.all(&COMMUNITY_NAMES, params![before, limit])?;
    let name = |row: &Row| {
        Ok(CommunityName {
            id: row.int(0)?,
            permalink: row.text(1)?,
            name: row.text(2)?,
            public: row.bool(3)?,
        })
    };
    rows.iter().map(name).collect()
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
            community.subdomain.as_str(),
            community.subdomain.to_lowercase(),
            community.description.as_str(),
            community.created_at
        ],
    )
}

/// Writes everything that can change.
pub fn update(tx: &mut Tx<'_>, community: &CommunityRow) -> Result<(), StoreError> {
    tx.run_one(
        &UPDATE_COMMUNITY,
        params![
            community.id,
            community.owner_id,
            community.name.as_str(),
            community.permalink.as_str(),
            community.permalink.to_lowercase(),
            community.subdomain.as_str(),
            community.subdomain.to_lowercase(),
            community.description.as_str(),
            community.updated_at
        ],
    )
}

/// Removes a community and its list of members.
pub fn delete(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.run_one(&DELETE_COMMUNITY, params![id])
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

/// Gives a member another role.
pub fn set_role(
    tx: &mut Tx<'_>,
    community: i64,
    person: i64,
    role: &str,
) -> Result<(), StoreError> {
    tx.run_one(&SET_ROLE, params![community, person, role])
}

/// Removes a member.
pub fn delete_member(tx: &mut Tx<'_>, community: i64, person: i64) -> Result<(), StoreError> {
    tx.run_one(&DELETE_MEMBER, params![community, person])
}

/// The person's role in the community.
pub fn role(db: &mut impl Read, community: i64, person: i64) -> Result<Option<String>, StoreError> {
    db.opt(&ROLE, params![community, person])?.map(|row| row.text(0)).transpose()
}

/// The person as a member of the community.
pub fn member(
    db: &mut impl Read,
    community: i64,
    person: i64,
) -> Result<Option<MemberRow>, StoreError> {
    db.opt(&MEMBER, params![community, person])?.as_ref().map(member_from_row).transpose()
}

/// A page of the members with this role (all where it is empty), who came first in front, and how many
/// there are.
pub fn members(
    db: &mut impl Read,
    community: i64,
    role: &str,
    limit: i64,
    offset: i64,
) -> Result<(Vec<MemberRow>, i64), StoreError> {
    let rows = db.all(&MEMBERS, params![community, role, limit, offset])?;
    let rows = rows.iter().map(member_from_row).collect::<Result<Vec<_>, _>>()?;
    let total = db.one(&COUNT_MEMBERS, params![community, role])?.int(0)?;
    Ok((rows, total))
}

/// The communities to which the person belongs, oldest first, and the role in each.
pub fn of_person(
    db: &mut impl Read,
    person: i64,
) -> Result<Vec<(CommunityRow, String)>, StoreError> {
    db.all(&COMMUNITIES_OF_PERSON, params![person])?
        .iter()
        .map(|row| Ok((from_row(row)?, row.text(8)?)))
        .collect()
}
