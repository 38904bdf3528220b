//! Parameters and columns.

use rstest::rstest;
use tiltyard_store::{Engine, Read, Sequence, Sql, StoreError, Value, params};

use crate::{COUNT_THINGS, INSERT_THING, NAME_THING, NAMES, THING, fixture};

static BACKWARDS: Sql = Sql {
    name: "backwards",
    text: "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($3 AS TEXT), CAST($2 AS TEXT)",
};

#[rstest]
fn parameters_are_bound_by_their_number(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let it = fixture(engine);
    let row: Result<_, StoreError> =
        it.store.read_blocking(|rx| rx.one(&BACKWARDS, params!["first", "second", "third"]));
    let row = row.unwrap();
    let texts: Vec<_> = (0..row.len()).map(|column| row.text(column).unwrap()).collect();
    assert_eq!(texts, ["second", "first", "third", "second"]);
}

#[rstest]
#[case::too_few(&["a", "b"])]
#[case::too_many(&["a", "b", "c", "d"])]
fn the_number_of_parameters_must_fit(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] given: &'static [&'static str],
) {
    let it = fixture(engine);
    let error = it
        .store
        .read_blocking(|rx| {
            let given: Vec<Value> = given.iter().map(|text| Value::from(*text)).collect();
            rx.one(&BACKWARDS, &given)
        })
        .unwrap_err();
    assert!(matches!(error, StoreError::Parameters { statement: "backwards", .. }), "{error:?}");
}

#[rstest]
fn values_come_back_as_they_went(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = fixture(engine);
    let blob: Vec<u8> = (0..=255).collect();
    let data = blob.clone();
    let row = it
        .store
        .write_blocking(move |tx| {
            let text = "Käse \u{1f9c0} 'quoted'";
            let json = "{\"a\": [1, 2]}";
            tx.run_one(
                &INSERT_THING,
                params![i64::MAX, text, true, data.as_slice(), json, -7_i32],
            )?;
            tx.one(&THING, params![i64::MAX])
        })
        .unwrap();
    assert_eq!(row.int(0), Ok(i64::MAX));
    assert_eq!(row.text(1).unwrap(), "Käse \u{1f9c0} 'quoted'");
    assert_eq!(row.bool(2), Ok(true));
    assert_eq!(row.blob(3), Ok(blob));
    assert_eq!(row.text(4).unwrap(), "{\"a\": [1, 2]}");
    assert_eq!(row.int(5), Ok(-7));
    assert_eq!(row.opt_int(5), Ok(Some(-7)));
}

#[rstest]
fn nulls_are_nulls(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = fixture(engine);
    let row = it
        .store
        .write_blocking(|tx| {
            tx.run_one(
                &INSERT_THING,
                params![1, None::<&str>, None::<bool>, None::<Vec<u8>>, Value::Null, None::<i64>],
            )?;
            tx.one(&THING, params![1])
        })
        .unwrap();
    assert_eq!(row.opt_text(1), Ok(None));
    assert_eq!(row.opt_bool(2), Ok(None));
    assert_eq!(row.opt_blob(3), Ok(None));
    assert_eq!(row.opt_text(4), Ok(None));
    assert_eq!(row.opt_int(5), Ok(None));
    let error = row.text(1).unwrap_err();
    assert!(error.to_string().contains("THING: column 1 is NULL, not TEXT"), "{error}");
}

#[rstest]
fn a_column_of_another_type_is_an_error_with_its_place(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let it = fixture(engine);
    let row = it
        .store
        .write_blocking(|tx| {
            tx.run_one(&NAME_THING, params![1, "a"])?;
            tx.one(&NAMES, &[])
        })
        .unwrap();
    assert!(matches!(row.int(0), Err(StoreError::Decode { column: 0, expected: "BIGINT", .. })));
    assert!(matches!(row.int(1), Err(StoreError::Decode { column: 1, .. })));
}

#[rstest]
fn no_error_shows_a_value(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = fixture(engine);
    let insert = || it.store.write_blocking(|tx| tx.run_one(&NAME_THING, params![1, "geheim"]));
    insert().unwrap();
    let error = insert().unwrap_err();
    let shown = format!("{error} {error:?} {:?}", params!["geheim", vec![1_u8]]);
    assert!(!shown.contains("geheim"), "{shown}");
}

#[rstest]
#[case(0)]
#[case(1)]
#[case(5)]
#[case(1_000)]
fn many_rows_are_inserted_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] count: i64,
) {
    let it = fixture(engine);
    let names = it
        .store
        .write_blocking(move |tx| {
            let rows = (0..count).map(|id| vec![id.into(), format!("n{id}").into()]).collect();
            tx.insert_many(&NAME_THING, rows)?;
            assert_eq!(tx.one(&COUNT_THINGS, &[])?.int(0)?, count);
            tx.all(&NAMES, &[])
        })
        .unwrap();
    assert!(names.iter().enumerate().all(|(at, row)| row.text(0) == Ok(format!("n{at}"))));
}

#[rstest]
#[case(3)]
#[case(1_000)]
fn of_many_rows_one_that_is_taken_is_told(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] count: i64,
) {
    let it = fixture(engine);
    let insert = move |from: i64| {
        it.store.write_blocking(move |tx| {
            let rows = (from..from + count).map(|id| vec![id.into(), format!("n{id}").into()]);
            tx.insert_many(&NAME_THING, rows.collect())
        })
    };
    insert(0).unwrap();
    assert!(matches!(insert(count - 1), Err(StoreError::Unique { .. })));
    insert(count).unwrap();
}

#[rstest]
fn rows_of_another_width_are_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = fixture(engine);
    let error = it
        .store
        .write_blocking(|tx| tx.insert_many(&NAME_THING, vec![vec![1.into()]]))
        .unwrap_err();
    assert!(matches!(error, StoreError::Parameters { .. }));
}

#[rstest]
fn ids_ascend_from_the_first(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = fixture(engine);
    let next = |n| {
        it.store
            .write_blocking::<_, StoreError, _>(move |tx| tx.next_ids(Sequence("thing"), n))
            .unwrap()
    };
    assert_eq!(next(1), [10_000_001]);
    assert_eq!(next(3), [10_000_002, 10_000_003, 10_000_004]);
    assert!(next(0).is_empty());
    assert_eq!(next(1), [10_000_005]);
    let unknown = it.store.write_blocking(|tx| tx.next_ids(Sequence("nothing"), 1));
    assert!(matches!(unknown, Err(StoreError::Statement { .. })));
}

#[rstest]
fn rows_can_be_taken_one_by_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = fixture(engine);
    it.store
        .write_blocking(|tx| {
            let rows = (0..100).map(|id| vec![id.into(), format!("n{id:03}").into()]).collect();
            tx.insert_many(&NAME_THING, rows)
        })
        .unwrap();
    let (seen, stopped) = it
        .store
        .read_blocking::<_, StoreError, _>(|rx| {
            let mut seen = Vec::new();
            rx.each(&NAMES, &[], &mut |row| {
                seen.push(row.text(0)?);
                Ok(())
            })?;
            let mut few = 0;
            let stopped = rx.each(&NAMES, &[], &mut |row| {
                few += 1;
                if few == 3 { row.int(0).map(drop) } else { Ok(()) }
            });
            // The transaction is fine after the callback's own error.
            rx.one(&COUNT_THINGS, &[])?;
            Ok((seen, stopped))
        })
        .unwrap();
    assert_eq!(seen.len(), 100);
    assert_eq!(seen[99], "n099");
    assert!(matches!(stopped, Err(StoreError::Decode { .. })));
}
