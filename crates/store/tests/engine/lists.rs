//! Lists of tournaments: what is counted ahead says the same as looking at every row.

use rstest::rstest;
use tiltyard_store::repo::tournaments::{self, Filter, Of, TournamentRow};
use tiltyard_store::testing::TestDatabase;
use tiltyard_store::{Engine, Read as _, Store, StoreError, Tx, statements};

statements! {
    PERSON = "INSERT INTO people (id, uuid, username, username_key, email, email_key, password, operator, \
        token_epoch, created_at, updated_at) VALUES ($1, $2, $2, $2, $2, $2, '', FALSE, 0, 1, 1)";
    APPLICATION = "INSERT INTO applications (id, client_id, owner_id, name, client, token_epoch, created_at, \
        updated_at) VALUES ($1, $2, $3, 'Bot', '{}', 0, 1, 1)";
    COMMUNITY = "INSERT INTO communities (id, owner_id, name, permalink, permalink_key, created_at, updated_at) \
        VALUES ($1, $3, 'Lists', $2, $2, 1, 1)";
    DELETE_PERSON = "DELETE FROM people WHERE id = $1";
    DELETE_APPLICATION = "DELETE FROM applications WHERE id = $1";
    DELETE_COMMUNITY = "DELETE FROM communities WHERE id = $1";
    EMPTY_COUNTS = "SELECT COUNT(*) FROM tournament_counts WHERE n <= 0";
    ALL_COUNTS = "SELECT COUNT(*) FROM tournament_counts";
}

const STATES: [&str; 4] = ["pending", "underway", "awaiting_review", "complete"];
const KINDS: [&str; 2] = ["swiss", "round robin"];
/// Far enough apart that a list goes over many blocks of either size.
const STEP: i64 = 97;

fn row(number: i64) -> TournamentRow {
    TournamentRow {
        id: 10_000_001 + number * STEP,
        slug: format!("t{number}"),
        owner_id: 1 + i64::from(number % 5 == 0),
        application_id: (number % 3 == 0).then_some(1 + i64::from(number % 2 == 0)),
        name: format!("Tournament {number}"),
        kind: KINDS[usize::from(number % 11 == 0)].to_owned(),
        game_name: String::new(),
        description: String::new(),
        private: number % 7 == 0,
        state: STATES[usize::try_from(number).unwrap() % 4].to_owned(),
        options: "{}".to_owned(),
        engine: None,
        participants_count: 0,
        progress: 0,
        starts_at: None,
        started_at: None,
        completed_at: None,
        created_at: number,
        updated_at: number,
        journal_number: 0,
        revision: 1,
        community_id: (number % 4 == 0).then_some(1),
        design: None,
        first_group: None,
        check_in_at: None,
        predictions_opened_at: None,
        votes_version: 0,
    }
}

fn filter(state: &str, kind: &str, application_id: i64) -> Filter {
    Filter {
        state: state.to_owned(),
        kind: kind.to_owned(),
        created_from: i64::MIN,
        created_before: i64::MAX,
        application_id,
        updated_from: None,
    }
}

fn is_in(row: &TournamentRow, of: Of, filter: &Filter) -> bool {
    let listed = match of {
        Of::Owner(id) => row.owner_id == id && row.community_id.is_none(),
        Of::OwnerThrough(id) | Of::Player(id) => row.owner_id == id,
        Of::Community(id) => row.community_id == Some(id),
        Of::Application(id) => row.application_id == Some(id),
    };
    let phase = match row.state.as_str() {
        "pending" => "pending",
        "complete" => "ended",
        _ => "in_progress",
    };
    listed
        && (filter.state.is_empty() || filter.state == row.state || filter.state == phase)
        && (filter.kind.is_empty() || filter.kind == row.kind)
        && (filter.created_from..filter.created_before).contains(&row.created_at)
        && (filter.application_id == 0 || row.application_id == Some(filter.application_id))
}

fn page(ids: &[i64], offset: usize) -> Vec<i64> {
    ids.iter().skip(offset).take(9).copied().collect()
}

fn ids(rows: &[TournamentRow]) -> Vec<i64> {
    rows.iter().map(|row| row.id).collect()
}

/// Every list under every filter, page by page, against the rows themselves.
fn compare(store: &Store, rows: &[TournamentRow]) {
    let rows = rows.to_vec();
    let newest_first = move |wanted: &dyn Fn(&&TournamentRow) -> bool| {
        let mut ids: Vec<i64> = rows.iter().filter(wanted).map(|row| row.id).collect();
        ids.sort_unstable_by(|one, other| other.cmp(one));
        ids
    };
    store
        .read_blocking(move |rx| -> Result<(), StoreError> {
            assert_eq!(rx.one(&EMPTY_COUNTS, &[])?.int(0)?, 0, "nothing is kept of what is gone");
            let lists = [
                (Of::Owner(1), 0),
                (Of::Owner(2), 0),
                (Of::OwnerThrough(1), 1),
                (Of::OwnerThrough(2), 2),
                (Of::Player(2), 0),
                (Of::Community(1), 0),
                (Of::Community(1), 2),
                (Of::Application(1), 1),
                (Of::Application(2), 0),
            ];
            for (of, application) in lists {
                for state in ["", "pending", "in_progress", "ended"] {
                    for kind in ["", "swiss", "round robin"] {
                        let mut filter = filter(state, kind, application);
                        let expected = newest_first(&|row| is_in(row, of, &filter));
                        for offset in [0, 5, 127, 128, 130, 200, 333, 2_000] {
                            let at = i64::try_from(offset).unwrap();
                            let (found, total) = tournaments::list(rx, of, &filter, 9, at)?;
                            let asked = format!("{of:?} {filter:?} from {offset}");
                            assert_eq!(ids(&found), page(&expected, offset), "{asked}");
                            assert_eq!(total, i64::try_from(expected.len()).unwrap(), "{asked}");
                        }
                        (filter.created_from, filter.created_before) = (100, 300);
                        let expected = newest_first(&|row| is_in(row, of, &filter));
                        let (found, total) = tournaments::list(rx, of, &filter, 9, 5)?;
                        assert_eq!(ids(&found), page(&expected, 5), "{of:?} {filter:?}");
                        assert_eq!(total, i64::try_from(expected.len()).unwrap());
                    }
                }
            }
            for state in ["", "underway", "complete"] {
                let expected =
                    newest_first(&|row| !row.private && (state.is_empty() || row.state == state));
                for offset in [0, 127, 128, 300] {
                    let at = i64::try_from(offset).unwrap();
                    let (found, total) = tournaments::public(rx, state, 9, at)?;
                    assert_eq!(
                        ids(&found),
                        page(&expected, offset),
                        "public {state} from {offset}"
                    );
                    assert_eq!(total, i64::try_from(expected.len()).unwrap());
                }
            }
            Ok(())
        })
        .unwrap();
}

fn write(store: &Store, change: impl Fn(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static) {
    store.write_blocking(change).unwrap();
}

#[rstest]
fn counts_and_pages_follow_every_change(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let database = TestDatabase::new(engine);
    let store = database.open();
    assert_eq!(database.prepare(ALL), []);
    let mut rows: Vec<TournamentRow> = (0..700).map(row).collect();
    let all = rows.clone();
    write(&store, move |tx| {
        for id in [1_i64, 2] {
            let name = id.to_string();
            tx.run_one(&PERSON, &[id.into(), name.as_str().into()])?;
            tx.run_one(&APPLICATION, &[id.into(), name.as_str().into(), 1_i64.into()])?;
        }
        tx.run_one(&COMMUNITY, &[1_i64.into(), "lists".into(), 1_i64.into()])?;
        all.iter().try_for_each(|row| tournaments::insert(tx, row))
    });
    compare(&store, &rows);

    // States, formats and privacy change; some are deleted.
    for row in &mut rows {
        match row.created_at % 10 {
            0 | 3 => "underway".clone_into(&mut row.state),
            4 => "complete".clone_into(&mut row.state),
            5 => KINDS[1].clone_into(&mut row.kind),
            6 => row.private = !row.private,
            _ => row.progress = 50,
        }
    }
    let gone: Vec<i64> = rows.iter().map(|row| row.id).filter(|id| id % 13 == 0).collect();
    rows.retain(|row| row.id % 13 != 0);
    let changed = rows.clone();
    write(&store, move |tx| {
        for row in &changed {
            if row.created_at % 2 == 0 {
                tournaments::advance(tx, row)?;
            }
            tournaments::update(tx, row)?;
        }
        gone.iter().try_for_each(|id| tournaments::delete(tx, *id))
    });
    compare(&store, &rows);

    // What goes with what it belongs to, or loses it.
    write(&store, |tx| {
        tx.run_one(&DELETE_APPLICATION, &[2_i64.into()])?;
        tx.run_one(&DELETE_COMMUNITY, &[1_i64.into()])?;
        tx.run_one(&DELETE_PERSON, &[2_i64.into()])
    });
    rows.retain(|row| row.owner_id != 2);
    for row in &mut rows {
        row.community_id = None;
        row.application_id = row.application_id.filter(|id| *id != 2);
    }
    compare(&store, &rows);

    write(&store, |tx| tx.run_one(&DELETE_PERSON, &[1_i64.into()]));
    compare(&store, &[]);
    let left = store.read_blocking(|rx| rx.one(&ALL_COUNTS, &[])?.int(0)).unwrap();
    assert_eq!(left, 0);
}

/// No list reads the whole table, nor sorts what it finds.
#[test]
fn pages_are_read_by_an_index() {
    use tiltyard_store::{Sql, Value, repo};
    let database = TestDatabase::sqlite();
    let store = database.open();
    let mut looked = 0;
    for sql in repo::statements().into_iter().filter(|sql| {
        let name = sql.name.rsplit("::").next().unwrap();
        name.starts_with("PAGE_OF_") && !name.contains("PLAYER")
    }) {
        let text: &'static str = format!("EXPLAIN QUERY PLAN {}", sql.text).leak();
        let plan: &'static Sql = Box::leak(Box::new(Sql { name: sql.name, text }));
        let values: Vec<Value> = match sql.text.matches("$9").count() {
            0 if sql.text.contains("$4") => vec![1.into(), 1.into(), 1.into(), "".into()],
            0 => vec![1.into(), 1.into(), 1.into()],
            _ => (1..=9)
                .map(|n| if n == 2 || n == 3 { "".into() } else { Value::from(1_i64) })
                .collect(),
        };
        let rows = store.read_blocking(move |rx| rx.all(plan, &values)).unwrap();
        let steps: Vec<_> = rows.iter().map(|row| row.text(3).unwrap()).collect();
        let [only] = steps.as_slice() else { panic!("{}: {steps:?}", sql.name) };
        assert!(only.starts_with("SEARCH "), "{}: {only}", sql.name);
        let of = ["owner", "community", "application", "public"];
        let name = sql.name.to_lowercase();
        let of = of.into_iter().find(|of| name.contains(&format!("_of_{of}"))).unwrap();
        let index = match () {
            () if of == "public" && name.ends_with("_state") => {
                "tournaments_public_by_state".into()
            }
            () if of == "public" => "tournaments_public".into(),
            () if name.ends_with("_in_phase") => format!("tournaments_by_{of}_and_phase"),
            () if name.ends_with("_of_kind") => format!("tournaments_by_{of}_and_kind"),
            () if name.ends_with("_through") => format!("tournaments_by_{of}_and_application"),
            () => format!("tournaments_by_{of}"),
        };
        assert!(only.contains(&format!(" INDEX {index} (")), "{}: {only}", sql.name);
        looked += 1;
    }
    assert!(looked >= 12, "{looked}");
}

/// A search reads names from an index that has nothing else, in their order.
#[test]
fn names_are_read_from_an_index_alone() {
    use tiltyard_store::{Sql, repo};
    let database = TestDatabase::sqlite();
    let store = database.open();
    let named = |sql: &&'static Sql| sql.name.ends_with("::PUBLIC_NAMES");
    let sql = repo::statements().into_iter().find(named).unwrap();
    let text: &'static str = format!("EXPLAIN QUERY PLAN {}", sql.text).leak();
    let plan: &'static Sql = Box::leak(Box::new(Sql { name: sql.name, text }));
    let values = [1_i64.into(), 1_i64.into()];
    let rows = store.read_blocking(move |rx| rx.all(plan, &values)).unwrap();
    let steps: Vec<_> = rows.iter().map(|row| row.text(3).unwrap()).collect();
    let [only] = steps.as_slice() else { panic!("{steps:?}") };
    assert!(only.contains("USING COVERING INDEX tournaments_by_public_name (id<?)"), "{only}");
}

/// Whether a community has anything public is asked of an index of what is public.
#[test]
fn what_is_public_of_a_community_is_in_an_index() {
    use tiltyard_store::{Sql, repo};
    let database = TestDatabase::sqlite();
    let store = database.open();
    for named in ["::PUBLIC_COMMUNITIES", "::COMMUNITY_NAMES", "::ANY_PUBLIC_OF_COMMUNITY"] {
        let sql = repo::statements().into_iter().find(|sql| sql.name.ends_with(named)).unwrap();
        let text: &'static str = format!("EXPLAIN QUERY PLAN {}", sql.text).leak();
        let plan: &'static Sql = Box::leak(Box::new(Sql { name: sql.name, text }));
        let values = [1_i64.into(), 1_i64.into()];
        let values = &values[..if sql.text.contains("$2") { 2 } else { 1 }];
        let values: Vec<tiltyard_store::Value> = values.to_vec();
        let rows = store.read_blocking(move |rx| rx.all(plan, &values)).unwrap();
        let steps: Vec<_> = rows.iter().map(|row| row.text(3).unwrap()).collect();
        let by = |step: &String| step.contains(" INDEX tournaments_public_of_community (");
        assert!(steps.iter().any(by), "{named}: {steps:?}");
    }
}
