//! What is attached to matches.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    ATTACHMENT = "SELECT id, tournament_id, match_id, person_id, url, description, file_key, file_name, \
        content_type, file_size, created_at, updated_at FROM match_attachments WHERE id = $1";
    OF_MATCH = "SELECT id, tournament_id, match_id, person_id, url, description, file_key, file_name, \
        content_type, file_size, created_at, updated_at FROM match_attachments WHERE match_id = $1 ORDER BY id";
    OF_TOURNAMENT = "SELECT id, tournament_id, match_id, person_id, url, description, file_key, file_name, \
        content_type, file_size, created_at, updated_at FROM match_attachments WHERE tournament_id = $1 \
        ORDER BY id LIMIT $2 OFFSET $3";
    COUNT = "SELECT COUNT(*) FROM match_attachments WHERE tournament_id = $1";
    BYTES = "SELECT CAST(COALESCE(SUM(file_size), 0) AS BIGINT) FROM match_attachments WHERE tournament_id = $1";
    INSERT = "INSERT INTO match_attachments \
        (id, tournament_id, match_id, person_id, url, description, file_key, file_shard, file_name, content_type, \
        file_size, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    UPDATE = "UPDATE match_attachments SET url = $2, description = $3, file_key = $4, file_shard = $5, \
        file_name = $6, content_type = $7, file_size = $8, updated_at = $9 WHERE id = $1";
    DELETE = "DELETE FROM match_attachments WHERE id = $1";
    FILES_IN_SHARD = "SELECT file_key FROM match_attachments WHERE file_shard = $1";
}

/// A file that is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Under which key it lies in the store of files.
    pub key: String,
    /// The key's first byte.
    pub shard: i64,
    /// Its name, as it was sent and cleaned.
    pub name: String,
    /// Its media type, as it is served.
    pub content_type: String,
    /// Its size in bytes.
    pub size: i64,
}

/// An attachment's row: a link, a file, or words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRow {
    /// Numeric id.
    pub id: i64,
    /// The tournament of the match.
    pub tournament_id: i64,
    /// The match.
    pub match_id: i64,
    /// Who attached it.
    pub person_id: Option<i64>,
    /// A link.
    pub url: Option<String>,
    /// Words.
    pub description: Option<String>,
    /// A file.
    pub file: Option<FileRow>,
    /// When it was attached.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

fn from_row(row: &Row) -> Result<AttachmentRow, StoreError> {
    let file = match row.opt_text(6)? {
        None => None,
        Some(key) => Some(FileRow {
            shard: shard(&key),
            key,
            name: row.text(7)?,
            content_type: row.text(8)?,
            size: row.int(9)?,
        }),
    };
    Ok(AttachmentRow {
        id: row.int(0)?,
        tournament_id: row.int(1)?,
        match_id: row.int(2)?,
        person_id: row.opt_int(3)?,
        url: row.opt_text(4)?,
        description: row.opt_text(5)?,
        file,
        created_at: row.int(10)?,
        updated_at: row.int(11)?,
    })
}

/// The number of the shard that a file's key belongs to; its first two characters are hexadecimal.
pub fn shard(key: &str) -> i64 {
    key.get(..2).and_then(|first| i64::from_str_radix(first, 16).ok()).unwrap_or_default()
}

/// The attachment with this id.
pub fn get(db: &mut impl Read, id: i64) -> Result<Option<AttachmentRow>, StoreError> {
    db.opt(&ATTACHMENT, params![id])?.as_ref().map(from_row).transpose()
}

/// A match's attachments, oldest first.
pub fn of_match(db: &mut impl Read, of: i64) -> Result<Vec<AttachmentRow>, StoreError> {
    db.all(&OF_MATCH, params![of])?.iter().map(from_row).collect()
}

/// A page of the attachments of all matches of a tournament, oldest first, and how many there are.
pub fn of_tournament(
    db: &mut impl Read,
    tournament: i64,
    limit: i64,
    offset: i64,
) -> Result<(Vec<AttachmentRow>, i64), StoreError> {
    let total = db.opt(&COUNT, params![tournament])?.map_or(Ok(0), |row| row.int(0))?;
    let rows = db.all(&OF_TOURNAMENT, params![tournament, limit, offset])?;
    Ok((rows.iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// How many bytes the files of a tournament have.
pub fn bytes(db: &mut impl Read, tournament: i64) -> Result<i64, StoreError> {
    db.opt(&BYTES, params![tournament])?.map_or(Ok(0), |row| row.int(0))
}

/// Adds an attachment.
pub fn insert(tx: &mut Tx<'_>, row: &AttachmentRow) -> Result<(), StoreError> {
    let file = row.file.as_ref();
    tx.run_one(
        &INSERT,
        params![
            row.id,
            row.tournament_id,
            row.match_id,
            row.person_id,
            row.url.as_deref(),
            row.description.as_deref(),
            file.map(|file| file.key.as_str()),
            file.map(|file| file.shard),
            file.map(|file| file.name.as_str()),
            file.map(|file| file.content_type.as_str()),
            file.map(|file| file.size),
            row.created_at,
            row.updated_at
        ],
    )
}

/// Writes everything that can change.
pub fn update(tx: &mut Tx<'_>, row: &AttachmentRow) -> Result<(), StoreError> {
    let file = row.file.as_ref();
    tx.run_one(
        &UPDATE,
        params![
            row.id,
            row.url.as_deref(),
            row.description.as_deref(),
            file.map(|file| file.key.as_str()),
            file.map(|file| file.shard),
            file.map(|file| file.name.as_str()),
            file.map(|file| file.content_type.as_str()),
            file.map(|file| file.size),
            row.updated_at
        ],
    )
}

/// Removes an attachment.
pub fn delete(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.run_one(&DELETE, params![id])
}

/// The keys of all files in a shard.
pub fn files_in_shard(db: &mut impl Read, shard: i64) -> Result<Vec<String>, StoreError> {
    db.all(&FILES_IN_SHARD, params![shard])?.iter().map(|row| row.text(0)).collect()
}
