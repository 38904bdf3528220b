//! Tournaments. `options` and `engine` are JSON documents of the layers above.

use crate::{Read, Row, StoreError, Tx, params, statements};

/// The columns, in the order in which `from_row` reads them.
macro_rules! columns {
    () => {
        "id, slug, owner_id, application_id, name, kind, game_name, description, private, state, \
        options, engine, participants_count, progress, starts_at, started_at, completed_at, created_at, updated_at, \
        journal_number, revision, community_id, design, first_group, check_in_at, predictions_opened_at, \
        votes_version"
    };
}

/// How far a tournament is, in three words. Indexes hold this expression, letter for letter.
macro_rules! phase {
    () => {
        "(CASE state WHEN 'pending' THEN 'pending' WHEN 'complete' THEN 'ended' ELSE 'in_progress' END)"
    };
}

/// Which states `$state` names: all if empty, one, or a phase.
macro_rules! in_state {
    ($state:literal) => {
        concat!("(", $state, " = '' OR state = ", $state, " OR ", phase!(), " = ", $state, ")")
    };
}

/// Which tournaments within `$scope`, which is about `$1`: `$2` to `$6` as in [`Filter`].
macro_rules! filtered {
    ($scope:literal, $created:literal) => {
        concat!(
            "WHERE ",
            $scope,
            " AND ",
            in_state!("$2"),
            " AND ($3 = '' OR kind = $3) AND ($6 = CAST(0 AS BIGINT) OR application_id = $6) AND ",
            $created,
            " >= $4 AND ",
            $created,
            " < $5"
        )
    };
}

/// A page of them, newest first, from the id `$9` down; with `$more`, a condition that another index
/// is made for. A `+` keeps a condition from choosing the index.
macro_rules! page {
    ($scope:literal) => {
        page!($scope, "")
    };
    ($scope:literal, $($more:tt)+) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM tournaments ",
            filtered!($scope, "+created_at"),
            $($more)+,
            " AND id <= $9 ORDER BY id DESC LIMIT $7 OFFSET $8"
        )
    };
}

/// A page of those that changed since `$9`, newest first. The order is an expression, so that rows
/// are looked up by their change and not by their id.
macro_rules! changed {
    ($scope:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM tournaments ",
            filtered!($scope, "+created_at"),
            " AND updated_at >= $9 ORDER BY +id DESC LIMIT $7 OFFSET $8"
        )
    };
}

/// How many changed since `$7`.
macro_rules! count_changed {
    ($scope:literal) => {
        concat!(
            "SELECT COUNT(*) FROM tournaments ",
            filtered!($scope, "+created_at"),
            " AND updated_at >= $7"
        )
    };
}

/// How many there are, and the newest of them.
macro_rules! span {
    ($scope:literal) => {
        concat!(
            "SELECT COUNT(*), COALESCE(MAX(id), CAST(0 AS BIGINT)) FROM tournaments ",
            filtered!($scope, "created_at")
        )
    };
}

/// The counts of a list, `$1` to `$3`, in the states `$4` and of the format `$5`.
macro_rules! counts {
    () => {
        concat!(
            "FROM tournament_counts WHERE list = $1 AND whose = $2 AND through = $3 AND ",
            in_state!("$4"),
            " AND ($5 = '' OR kind = $5)"
        )
    };
}

statements! {
    TOURNAMENT = concat!("SELECT ", columns!(), " FROM tournaments WHERE id = $1");
    TOURNAMENT_BY_SLUG = concat!("SELECT ", columns!(), " FROM tournaments WHERE slug_key = $1");
    ID_BY_SLUG = "SELECT id FROM tournaments WHERE slug_key = $1";
    ID_AND_REVISION = "SELECT id, revision FROM tournaments WHERE slug_key = $1";
    REVISION = "SELECT revision, journal_number FROM tournaments WHERE id = $1";
    INSERT_TOURNAMENT = "INSERT INTO tournaments \
        (id, slug, slug_key, owner_id, application_id, name, kind, game_name, description, private, state, \
        options, engine, participants_count, progress, starts_at, started_at, completed_at, created_at, updated_at, \
        journal_number, revision, community_id, design, first_group, check_in_at, predictions_opened_at, \
        votes_version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, \
        $24, $25, $26, $27, $28)";
    UPDATE_TOURNAMENT = "UPDATE tournaments SET slug = $2, slug_key = $3, name = $4, kind = $5, game_name = $6, \
        description = $7, private = $8, state = $9, options = $10, engine = $11, participants_count = $12, \
        progress = $13, starts_at = $14, started_at = $15, completed_at = $16, updated_at = $17, \
        journal_number = $18, revision = $19, design = $20, first_group = $21, check_in_at = $22, \
        predictions_opened_at = $23, votes_version = $24 WHERE id = $1";
    ADVANCE_TOURNAMENT = "UPDATE tournaments SET state = $2, progress = $3, updated_at = $4, \
        journal_number = $5, revision = $6 WHERE id = $1";
    IDS_OF_COMMUNITY = "SELECT id FROM tournaments WHERE community_id = $1 ORDER BY id LIMIT $2";
    LEAVE_COMMUNITY = "UPDATE tournaments SET community_id = NULL, updated_at = $2, journal_number = $3, \
        revision = $4 WHERE id = $1";
    DELETE_TOURNAMENT = "DELETE FROM tournaments WHERE id = $1";
    PAGE_OF_OWNER = page!("owner_id = $1 AND +community_id IS NULL");
    PAGE_OF_OWNER_IN_PHASE = page!("owner_id = $1 AND +community_id IS NULL", concat!(" AND ", phase!(), " = $2"));
    PAGE_OF_OWNER_OF_KIND = page!("owner_id = $1 AND +community_id IS NULL", " AND kind = $3");
    SPAN_OF_OWNER = span!("owner_id = $1 AND +community_id IS NULL");
    PAGE_OF_OWNER_THROUGH = page!("owner_id = $1", " AND application_id = $6");
    SPAN_OF_OWNER_THROUGH = span!("owner_id = $1");
    PAGE_OF_PLAYER = page!("(owner_id = $1 OR id IN (SELECT tournament_id FROM participants WHERE person_id = $1))");
    SPAN_OF_PLAYER = span!("(owner_id = $1 OR id IN (SELECT tournament_id FROM participants WHERE person_id = $1))");
    PAGE_OF_COMMUNITY = page!("community_id = $1");
    PAGE_OF_COMMUNITY_IN_PHASE = page!("community_id = $1", concat!(" AND ", phase!(), " = $2"));
    PAGE_OF_COMMUNITY_OF_KIND = page!("community_id = $1", " AND kind = $3");
    SPAN_OF_COMMUNITY = span!("community_id = $1");
    PAGE_OF_APPLICATION = page!("application_id = $1");
    PAGE_OF_APPLICATION_IN_PHASE = page!("application_id = $1", concat!(" AND ", phase!(), " = $2"));
    PAGE_OF_APPLICATION_OF_KIND = page!("application_id = $1", " AND kind = $3");
    SPAN_OF_APPLICATION = span!("application_id = $1");
    LIST_CHANGED_OF_OWNER = changed!("owner_id = $1 AND +community_id IS NULL");
    COUNT_CHANGED_OF_OWNER = count_changed!("owner_id = $1 AND +community_id IS NULL");
    LIST_CHANGED_OF_OWNER_THROUGH = changed!("owner_id = $1");
    COUNT_CHANGED_OF_OWNER_THROUGH = count_changed!("owner_id = $1");
    LIST_CHANGED_OF_PLAYER = changed!("(owner_id = $1 OR id IN (SELECT tournament_id FROM participants WHERE person_id = $1))");
    COUNT_CHANGED_OF_PLAYER = count_changed!("(owner_id = $1 OR id IN (SELECT tournament_id FROM participants WHERE person_id = $1))");
    LIST_CHANGED_OF_COMMUNITY = changed!("community_id = $1");
    COUNT_CHANGED_OF_COMMUNITY = count_changed!("community_id = $1");
    LIST_CHANGED_OF_APPLICATION = changed!("application_id = $1");
    COUNT_CHANGED_OF_APPLICATION = count_changed!("application_id = $1");
    PAGE_OF_PUBLIC = concat!("SELECT ", columns!(), " FROM tournaments \
        WHERE private = FALSE AND id <= $1 ORDER BY id DESC LIMIT $2 OFFSET $3");
    PAGE_OF_PUBLIC_IN_STATE = concat!("SELECT ", columns!(), " FROM tournaments \
        WHERE private = FALSE AND state = $4 AND id <= $1 ORDER BY id DESC LIMIT $2 OFFSET $3");
    PUBLIC_BY_ID = concat!("SELECT ", columns!(), " FROM tournaments WHERE private = FALSE AND id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
        $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
        $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, \
        $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, \
        $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)");
    PUBLIC_NAMES = "SELECT id, slug, name, game_name FROM tournaments \
        WHERE private = FALSE AND id < $1 ORDER BY id DESC LIMIT $2";
    SHOWN_OF_COMMUNITY = concat!("SELECT ", columns!(), " FROM tournaments \
        WHERE community_id = $1 AND (private = FALSE OR $2) AND ", in_state!("$3"), " AND id < $4 \
        ORDER BY id DESC LIMIT $5");
    ANY_PUBLIC_OF_COMMUNITY = "SELECT id FROM tournaments WHERE community_id = $1 AND private = FALSE LIMIT 1";
    LISTED = concat!("SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) ", counts!(), " AND level = 0 AND block = 0");
    BLOCK_AT = concat!("SELECT block, upto - own FROM (SELECT block, \
        CAST(SUM(SUM(n)) OVER (ORDER BY block DESC) AS BIGINT) AS upto, CAST(SUM(n) AS BIGINT) AS own ", counts!(),
        " AND level = $6 AND block BETWEEN $7 AND $8 GROUP BY block) AS blocks \
        WHERE upto > $9 ORDER BY block DESC LIMIT 1");
    OPENING = "SELECT id FROM tournaments WHERE state = 'pending' AND check_in_at <= $1 ORDER BY check_in_at, id LIMIT 100";
}

/// A tournament's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TournamentRow {
    /// Numeric id.
    pub id: i64,
    /// The address, as chosen; unique without regard to case.
    pub slug: String,
    /// The organizer.
    pub owner_id: i64,
    /// The application through which it was made.
    pub application_id: Option<i64>,
    /// Its name.
    pub name: String,
    /// The format's name on the wire (`double elimination`).
    pub kind: String,
    /// The game, empty if none was given.
    pub game_name: String,
    /// Description as entered.
    pub description: String,
    /// Kept out of lists and search engines.
    pub private: bool,
    /// State name on the wire.
    pub state: String,
    /// The options, as JSON.
    pub options: String,
    /// The engine's header, as JSON, from the start on.
    pub engine: Option<String>,
    /// How many participants there are.
    pub participants_count: i64,
    /// Percent of the matches that are complete.
    pub progress: i64,
    /// Announced beginning.
    pub starts_at: Option<i64>,
    /// When it was started.
    pub started_at: Option<i64>,
    /// When it was finalized.
    pub completed_at: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// Number of the latest journal entry.
    pub journal_number: i64,
    /// Changes with every write; a random value, so that a state once seen under it never means another.
    pub revision: i64,
    /// The community it belongs to.
    pub community_id: Option<i64>,
    /// The design of a tournament of several stages, as JSON, from the start on.
    pub design: Option<String>,
    /// The id of its first group; the others follow.
    pub first_group: Option<i64>,
    /// When its check-in opens, or opened.
    pub check_in_at: Option<i64>,
    /// When predictions were opened.
    pub predictions_opened_at: Option<i64>,
    /// The journal's entry by which predictions or votes last changed; 0 where there are none.
    pub votes_version: i64,
}

fn from_row(row: &Row) -> Result<TournamentRow, StoreError> {
    Ok(TournamentRow {
        id: row.int(0)?,
        slug: row.text(1)?,
        owner_id: row.int(2)?,
        application_id: row.opt_int(3)?,
        name: row.text(4)?,
        kind: row.text(5)?,
        game_name: row.text(6)?,
        description: row.text(7)?,
        private: row.bool(8)?,
        state: row.text(9)?,
        options: row.text(10)?,
        engine: row.opt_text(11)?,
        participants_count: row.int(12)?,
        progress: row.int(13)?,
        starts_at: row.opt_int(14)?,
        started_at: row.opt_int(15)?,
        completed_at: row.opt_int(16)?,
        created_at: row.int(17)?,
        updated_at: row.int(18)?,
        journal_number: row.int(19)?,
        revision: row.int(20)?,
        community_id: row.opt_int(21)?,
        design: row.opt_text(22)?,
        first_group: row.opt_int(23)?,
        check_in_at: row.opt_int(24)?,
        predictions_opened_at: row.opt_int(25)?,
        votes_version: row.int(26)?,
    })
}

/// The tournament with this id.
pub fn get(db: &mut impl Read, id: i64) -> Result<Option<TournamentRow>, StoreError> {
    db.opt(&TOURNAMENT, params![id])?.as_ref().map(from_row).transpose()
}

/// The tournament at this address (lower-cased by the caller).
pub fn by_slug(db: &mut impl Read, slug_key: &str) -> Result<Option<TournamentRow>, StoreError> {
    if super::is_no_text(slug_key) {
        return Ok(None);
    }
    db.opt(&TOURNAMENT_BY_SLUG, params![slug_key])?.as_ref().map(from_row).transpose()
}

/// The id of the tournament at this address (lower-cased by the caller).
pub fn id_by_slug(db: &mut impl Read, slug_key: &str) -> Result<Option<i64>, StoreError> {
    if super::is_no_text(slug_key) {
        return Ok(None);
    }
    db.opt(&ID_BY_SLUG, params![slug_key])?.map(|row| row.int(0)).transpose()
}

/// The id and the revision of the one at this slug.
pub fn id_and_revision(
    db: &mut impl Read,
    slug_key: &str,
) -> Result<Option<(i64, i64)>, StoreError> {
    if super::is_no_text(slug_key) {
        return Ok(None);
    }
    db.opt(&ID_AND_REVISION, params![slug_key])?
        .map(|row| Ok((row.int(0)?, row.int(1)?)))
        .transpose()
}

/// Revision and latest journal number.
pub fn revision(db: &mut impl Read, id: i64) -> Result<Option<(i64, i64)>, StoreError> {
    db.opt(&REVISION, params![id])?.map(|row| Ok((row.int(0)?, row.int(1)?))).transpose()
}

/// Adds a tournament.
pub fn insert(tx: &mut Tx<'_>, t: &TournamentRow) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_TOURNAMENT,
        params![
            t.id,
            t.slug.as_str(),
            t.slug.to_lowercase(),
            t.owner_id,
            t.application_id,
            t.name.as_str(),
            t.kind.as_str(),
            t.game_name.as_str(),
            t.description.as_str(),
            t.private,
            t.state.as_str(),
            t.options.as_str(),
            t.engine.as_deref(),
            t.participants_count,
            t.progress,
            t.starts_at,
            t.started_at,
            t.completed_at,
            t.created_at,
            t.updated_at,
            t.journal_number,
            t.revision,
            t.community_id,
            t.design.as_deref(),
            t.first_group,
            t.check_in_at,
            t.predictions_opened_at,
            t.votes_version
        ],
    )
}

/// Writes everything that can change.
pub fn update(tx: &mut Tx<'_>, t: &TournamentRow) -> Result<(), StoreError> {
    tx.run_one(
        &UPDATE_TOURNAMENT,
        params![
            t.id,
            t.slug.as_str(),
            t.slug.to_lowercase(),
            t.name.as_str(),
            t.kind.as_str(),
            t.game_name.as_str(),
            t.description.as_str(),
            t.private,
            t.state.as_str(),
            t.options.as_str(),
            t.engine.as_deref(),
            t.participants_count,
            t.progress,
            t.starts_at,
            t.started_at,
            t.completed_at,
            t.updated_at,
            t.journal_number,
            t.revision,
            t.design.as_deref(),
            t.first_group,
            t.check_in_at,
            t.predictions_opened_at,
            t.votes_version
        ],
    )
}

/// Writes what a report changes: state, progress, time, journal number and revision.
pub fn advance(tx: &mut Tx<'_>, t: &TournamentRow) -> Result<(), StoreError> {
    tx.run_one(
        &ADVANCE_TOURNAMENT,
        params![t.id, t.state.as_str(), t.progress, t.updated_at, t.journal_number, t.revision],
    )
}

/// Removes the tournament with all that belongs to it.
pub fn delete(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.run_one(&DELETE_TOURNAMENT, params![id])
}

/// Which tournaments are wanted; empty texts and zero mean any.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A state, or a phase: `pending`, `in_progress`, `ended`.
    pub state: String,
    /// A format's wire name.
    pub kind: String,
    /// Made at or after; `i64::MIN` for no bound.
    pub created_from: i64,
    /// Made before; `i64::MAX` for no bound.
    pub created_before: i64,
    /// Made through this application only.
    pub application_id: i64,
    /// Changed at or after.
    pub updated_from: Option<i64>,
}

/// Whose tournaments a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Of this person, and of no community.
    Owner(i64),
    /// Of this person, also those of communities.
    OwnerThrough(i64),
    /// Those that this person organizes or takes part in.
    Player(i64),
    /// Of this community.
    Community(i64),
    /// Made through this application.
    Application(i64),
}

impl Of {
    /// The list's name in `tournament_counts`, whose it is, and through which application, where the
    /// filter goes with what is counted there.
    fn counted(self, filter: &Filter) -> Option<(&'static str, i64, i64)> {
        let timeless = filter.created_from == i64::MIN && filter.created_before == i64::MAX;
        let application = filter.application_id;
        match self {
            _ if !timeless => None,
            Self::Owner(id) if application == 0 => Some(("owner", id, 0)),
            Self::OwnerThrough(id) if application != 0 => Some(("owner", id, application)),
            Self::Community(id) if application == 0 => Some(("community", id, 0)),
            Self::Application(id) if application == 0 || application == id => {
                Some(("application", id, 0))
            }
            _ => None,
        }
    }
}

/// Ids of a block of each level of `tournament_counts` below the whole, as its migration says.
const BLOCKS: [(i64, i64); 3] = [(1, 32_768), (2, 2_048), (3, 128)];

/// How many tournaments the list has in this state and of this format, and where its page after
/// `offset` begins: at or below which id, and how many entries of the list after that are before it.
/// Costs the same wherever the page is.
fn seek(
    db: &mut impl Read,
    (list, whose, through): (&str, i64, i64),
    (state, kind): (&str, &str),
    offset: i64,
) -> Result<(i64, i64, i64), StoreError> {
    let total = db.one(&LISTED, params![list, whose, through, state, kind])?.int(0)?;
    let (mut first, mut last, mut rest) = (0, i64::MAX, offset);
    // Where the page begins among the first, its index is quicker; behind the last there is none.
    if offset >= BLOCKS[2].1 && offset < total {
        for (level, size) in BLOCKS {
            let blocks = (first / size, last / size);
            let found = db.opt(
                &BLOCK_AT,
                params![list, whose, through, state, kind, level, blocks.0, blocks.1, rest],
            )?;
            let Some(found) = found else { break };
            let block = found.int(0)?;
            rest -= found.int(1)?;
            (first, last) = (block * size, block * size + (size - 1));
        }
    }
    Ok((total, last, rest))
}

/// A page of these tournaments, newest first, and how many there are in all.
pub fn list(
    db: &mut impl Read,
    of: Of,
    filter: &Filter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<TournamentRow>, i64), StoreError> {
    if let Some(since) = filter.updated_from {
        return changed(db, of, filter, since, (limit, offset));
    }
    let (page, in_phase, of_kind, span, id) = match of {
        Of::Owner(id) => {
            (&PAGE_OF_OWNER, &PAGE_OF_OWNER_IN_PHASE, &PAGE_OF_OWNER_OF_KIND, &SPAN_OF_OWNER, id)
        }
        Of::OwnerThrough(id) => {
            let page = &PAGE_OF_OWNER_THROUGH;
            (page, page, page, &SPAN_OF_OWNER_THROUGH, id)
        }
        Of::Player(id) => {
            let page = &PAGE_OF_PLAYER;
            (page, page, page, &SPAN_OF_PLAYER, id)
        }
        Of::Community(id) => (
            &PAGE_OF_COMMUNITY,
            &PAGE_OF_COMMUNITY_IN_PHASE,
            &PAGE_OF_COMMUNITY_OF_KIND,
            &SPAN_OF_COMMUNITY,
            id,
        ),
        Of::Application(id) => (
            &PAGE_OF_APPLICATION,
            &PAGE_OF_APPLICATION_IN_PHASE,
            &PAGE_OF_APPLICATION_OF_KIND,
            &SPAN_OF_APPLICATION,
            id,
        ),
    };
    let (state, kind) = (filter.state.as_str(), filter.kind.as_str());
    let (total, last, offset) = if let Some(list) = of.counted(filter) {
        seek(db, list, (state, kind), offset)?
    } else {
        let (from, before) = (filter.created_from, filter.created_before);
        let row = db.one(span, params![id, state, kind, from, before, filter.application_id])?;
        (row.int(0)?, row.int(1)?, offset)
    };
    if offset >= total {
        return Ok((Vec::new(), total));
    }
    let page = match (state, kind) {
        ("pending" | "in_progress" | "ended", _) => in_phase,
        (_, "") => page,
        _ => of_kind,
    };
    let (from, before) = (filter.created_from, filter.created_before);
    let through = filter.application_id;
    let rows = db
        .all(page, params![id, state, kind, from, before, through, limit, offset, last])?
        .iter()
        .map(from_row)
        .collect::<Result<Vec<_>, _>>()?;
    Ok((rows, total))
}

/// Tournaments of which the check-in has to open by now, some at a time.
pub fn opening(db: &mut impl Read, now: i64) -> Result<Vec<i64>, StoreError> {
    db.all(&OPENING, params![now])?.iter().map(|row| row.int(0)).collect()
}

/// A page of those that changed since then, newest first, and how many there are in all.
fn changed(
    db: &mut impl Read,
    of: Of,
    filter: &Filter,
    since: i64,
    (limit, offset): (i64, i64),
) -> Result<(Vec<TournamentRow>, i64), StoreError> {
    let (page, count, id) = match of {
        Of::Owner(id) => (&LIST_CHANGED_OF_OWNER, &COUNT_CHANGED_OF_OWNER, id),
        Of::OwnerThrough(id) => {
            (&LIST_CHANGED_OF_OWNER_THROUGH, &COUNT_CHANGED_OF_OWNER_THROUGH, id)
        }
        Of::Player(id) => (&LIST_CHANGED_OF_PLAYER, &COUNT_CHANGED_OF_PLAYER, id),
        Of::Community(id) => (&LIST_CHANGED_OF_COMMUNITY, &COUNT_CHANGED_OF_COMMUNITY, id),
        Of::Application(id) => (&LIST_CHANGED_OF_APPLICATION, &COUNT_CHANGED_OF_APPLICATION, id),
    };
    let (state, kind) = (filter.state.as_str(), filter.kind.as_str());
    let (from, before, through) =
        (filter.created_from, filter.created_before, filter.application_id);
    let total = db.one(count, params![id, state, kind, from, before, through, since])?.int(0)?;
    if offset >= total {
        return Ok((Vec::new(), total));
    }
    let rows = db
        .all(page, params![id, state, kind, from, before, through, limit, offset, since])?
        .iter()
        .map(from_row)
        .collect::<Result<Vec<_>, _>>()?;
    Ok((rows, total))
}

/// The ids of tournaments of the community, the first so many.
pub fn of_community(
    db: &mut impl Read,
    community: i64,
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    db.all(&IDS_OF_COMMUNITY, params![community, limit])?.iter().map(|row| row.int(0)).collect()
}

/// Takes the tournament out of its community.
pub fn leave_community(
    tx: &mut Tx<'_>,
    id: i64,
    now: i64,
    journal_number: i64,
    revision: i64,
) -> Result<(), StoreError> {
    tx.run_one(&LEAVE_COMMUNITY, params![id, now, journal_number, revision])
}

/// Those of these ids that are public, in any order; at most [`super::people::MANY`] count.
pub fn public_by_id(db: &mut impl Read, ids: &[i64]) -> Result<Vec<TournamentRow>, StoreError> {
    db.all(&PUBLIC_BY_ID, &super::people::many_ids(ids))?.iter().map(from_row).collect()
}

/// What a public tournament is looked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRow {
    /// Numeric id.
    pub id: i64,
    /// Its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its game.
    pub game: String,
}

/// Up to `limit` public tournaments before this id, the newest first; read from an index alone.
pub fn public_names(
    db: &mut impl Read,
    before: i64,
    limit: i64,
) -> Result<Vec<NameRow>, StoreError> {
    let rows = db.all(&PUBLIC_NAMES, params![before, limit])?;
    let name = |row: &Row| {
        Ok(NameRow { id: row.int(0)?, slug: row.text(1)?, name: row.text(2)?, game: row.text(3)? })
    };
    rows.iter().map(name).collect()
}

/// Up to `limit` tournaments of the community before this id in a state (empty for any, or a phase), the
/// newest first; private ones, too, where they are to be shown.
pub fn shown_of_community(
    db: &mut impl Read,
    community: i64,
    private: bool,
    state: &str,
    (before, limit): (i64, i64),
) -> Result<Vec<TournamentRow>, StoreError> {
    let rows = db.all(&SHOWN_OF_COMMUNITY, params![community, private, state, before, limit])?;
    rows.iter().map(from_row).collect()
}

/// Whether the community has a tournament that everybody may see.
pub fn any_public_of_community(db: &mut impl Read, community: i64) -> Result<bool, StoreError> {
    Ok(db.opt(&ANY_PUBLIC_OF_COMMUNITY, params![community])?.is_some())
}

/// A page of the public tournaments in a state (empty for any), newest first, and their number.
pub fn public(
    db: &mut impl Read,
    state: &str,
    limit: i64,
    offset: i64,
) -> Result<(Vec<TournamentRow>, i64), StoreError> {
    let (total, last, offset) = seek(db, ("public", 0, 0), (state, ""), offset)?;
    if offset >= total {
        return Ok((Vec::new(), total));
    }
    let rows = if state.is_empty() {
        db.all(&PAGE_OF_PUBLIC, params![last, limit, offset])?
    } else {
        db.all(&PAGE_OF_PUBLIC_IN_STATE, params![last, limit, offset, state])?
    };
    Ok((rows.iter().map(from_row).collect::<Result<_, _>>()?, total))
}
