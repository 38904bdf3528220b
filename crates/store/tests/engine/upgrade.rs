//! From every schema that was ever released: what stood in it can be read after the upgrade.

use rstest::rstest;
use tiltyard_store::migrations::MIGRATIONS;
use tiltyard_store::repo::{applications, communities, participants, people, tournaments};
use tiltyard_store::testing::TestDatabase;
use tiltyard_store::{Engine, Migrations, Sql, Store, StoreError};

/// Rows as programs of each version wrote them: those of the first, and what each later one added.
/// A new migration adds its version's; none is ever changed.
const WRITTEN: &[(i64, &[Sql])] = &[
    (
        1,
        &[
            Sql {
                name: "person_1",
                text: "INSERT INTO people (id, uuid, username, username_key, email, email_key, password, \
                operator, token_epoch, created_at, updated_at) \
                VALUES (10000001, '01940000-0000-7000-8000-000000000001', 'Marshal', 'marshal', \
                'Marshal@example.org', 'marshal@example.org', '$argon2id$', TRUE, 0, 1, 1)",
            },
            Sql {
                name: "application_1",
                text: "INSERT INTO applications (id, client_id, owner_id, name, client, token_epoch, \
                created_at, updated_at) VALUES (10000001, 'abc', 10000001, 'Overlay', '{}', 0, 1, 1)",
            },
            Sql {
                name: "tournament_1",
                text: "INSERT INTO tournaments (id, slug, slug_key, owner_id, application_id, name, kind, \
                game_name, description, private, state, options, participants_count, progress, \
                created_at, updated_at, journal_number, revision) \
                VALUES (10000001, 'Spring', 'spring', 10000001, 10000001, 'Spring', \
                'double elimination', '', '', FALSE, 'pending', '{}', 1, 0, 1, 1, 1, 7)",
            },
            Sql {
                name: "participant_1",
                text: "INSERT INTO participants (id, tournament_id, seed, name, active, created_at, \
                updated_at) VALUES (10000001, 10000001, 1, 'Ysolde', TRUE, 1, 1)",
            },
        ],
    ),
    (
        2,
        &[
            Sql {
                name: "community_2",
                text: "INSERT INTO communities (id, owner_id, name, permalink, permalink_key, created_at, \
                updated_at) VALUES (10000001, 10000001, 'Lists', 'Lists', 'lists', 1, 1)",
            },
            // It begins in the year 2100.
            Sql {
                name: "tournament_2",
                text: "INSERT INTO tournaments (id, slug, slug_key, owner_id, name, kind, \
                game_name, description, private, state, options, participants_count, progress, starts_at, \
                created_at, updated_at, journal_number, revision) \
                VALUES (10000009, 'Far', 'far', 10000001, 'Far', 'swiss', '', '', TRUE, 'pending', \
                '{\"registration_options\": {\"check_in_duration\": 30}}', 0, 0, 4102444800000, \
                1, 1, 1, 8)",
            },
        ],
    ),
    (
        3,
        &[Sql {
            name: "tournament_3",
            text: "INSERT INTO tournaments (id, slug, slug_key, owner_id, application_id, name, kind, \
                game_name, description, private, state, options, participants_count, progress, \
                created_at, updated_at, journal_number, revision, first_group) \
                VALUES (10000002, 'Autumn', 'autumn', 10000001, NULL, 'Autumn', \
                'single elimination', '', '', TRUE, 'complete', '{}', 1, 0, 1, 1, 1, 7, NULL)",
        }],
    ),
    (
        4,
        &[Sql {
            name: "tournament_4",
            text: "INSERT INTO tournaments (id, slug, slug_key, owner_id, application_id, name, kind, \
                game_name, description, private, state, options, participants_count, progress, \
                created_at, updated_at, journal_number, revision) \
                VALUES (10000003, 'Winter', 'winter', 10000001, NULL, 'Winter', \
                'single elimination', '', '', TRUE, 'complete', '{}', 1, 0, 1, 1, 1, 7)",
        }],
    ),
    (
        5,
        &[Sql {
            name: "participant_5",
            text: "INSERT INTO participants (id, tournament_id, seed, name, active, created_at, \
                updated_at, on_waiting_list, answers) \
                VALUES (10000002, 10000001, 2, 'Emre', TRUE, 1, 1, TRUE, '{}')",
        }],
    ),
    (
        6,
        &[Sql {
            name: "key_6",
            text: "INSERT INTO idempotency_keys (actor, hash, person_id, fingerprint, claim, state, \
                claimed_at, expires_at) VALUES ('person 10000001', 'key', 10000001, 'request', 1, \
                'claimed', 1, 2)",
        }],
    ),
    (
        7,
        &[Sql {
            name: "requests_7",
            text: "INSERT INTO api_requests (holder, id, started_at, requests, updated_at) \
                VALUES ('account', 10000001, 1, 5, 2)",
        }],
    ),
    (
        8,
        &[Sql {
            name: "community_8",
            text: "INSERT INTO communities (id, owner_id, name, permalink, permalink_key, subdomain, \
                subdomain_key, description, created_at, updated_at) VALUES (10000002, 10000001, 'Joust', \
                'Joust', 'joust', 'tilt', 'tilt', 'Every June', 1, 1)",
        }],
    ),
    (
        9,
        &[
            Sql {
                name: "match_9",
                text: "INSERT INTO matches (id, tournament_id, match_key, created_at, updated_at, \
                attachments) VALUES (10000001, 10000001, 0, 1, 1, 1)",
            },
            Sql {
                name: "attachment_9",
                text: "INSERT INTO match_attachments (id, tournament_id, match_id, person_id, url, \
                created_at, updated_at) \
                VALUES (10000001, 10000001, 10000001, 10000001, 'https://example.org', 1, 1)",
            },
        ],
    ),
    (
        10,
        &[
            Sql {
                name: "prediction_10",
                text: "INSERT INTO predictions (tournament_id, person_id, picks, created_at, updated_at) \
                VALUES (10000001, 10000001, '[1]', 1, 1)",
            },
            Sql {
                name: "votes_10",
                text: "INSERT INTO prediction_votes (tournament_id, votes) VALUES (10000001, '{}')",
            },
        ],
    ),
    // Only an index, which has the rows there are.
    (11, &[]),
    (
        12,
        &[Sql {
            name: "address_12",
            text: "INSERT INTO former_addresses (slug_key, tournament_id, left_at) \
            VALUES ('former', 10000001, 1)",
        }],
    ),
];

fn upgrade(database: &TestDatabase, from: usize) {
    let old = Migrations(&MIGRATIONS.0[..from]);
    let version = MIGRATIONS.0[from - 1].version;
    assert!(WRITTEN.iter().any(|(it, _)| *it == version), "a migration comes with rows of its own");
    let rows = WRITTEN.iter().filter(move |(it, _)| *it <= version).flat_map(|(_, rows)| *rows);
    let store = Store::open(database.options_with(old)).unwrap();
    store
        .write_blocking(move |tx| -> Result<(), StoreError> {
            rows.clone().try_for_each(|row| tx.run_one(row, &[]))
        })
        .unwrap();
    drop(store);
    let store = Store::open(database.options_with(MIGRATIONS)).unwrap();
    store
        .read_blocking(move |rx| -> Result<(), StoreError> {
            let person = people::by_login(rx, "marshal")?.expect("the person");
            assert_eq!((person.id, person.operator), (10_000_001, true));
            let application = applications::by_client_id(rx, "abc")?.expect("the application");
            assert_eq!(application.owner_id, person.id);
            let tournament = tournaments::by_slug(rx, "spring")?.expect("the tournament");
            assert_eq!((tournament.slug.as_str(), tournament.revision), ("Spring", 7));
            let participants = participants::of_tournament(rx, tournament.id)?;
            assert_eq!(participants[0].name, "Ysolde");
            let mine = tournaments::Filter {
                created_from: i64::MIN,
                created_before: i64::MAX,
                ..tournaments::Filter::default()
            };
            let (page, total) =
                tournaments::list(rx, tournaments::Of::Owner(person.id), &mine, 9, 0)?;
            assert_eq!(i64::try_from(page.len()).unwrap(), total);
            assert_eq!(tournaments::public(rx, "", 9, 0)?.1, 1);
            let names = tournaments::public_names(rx, i64::MAX, 9)?;
            assert_eq!(names.len(), 1, "{names:?}");
            assert!(!participants[0].on_waiting_list);
            assert!(participants.iter().skip(1).all(|row| row.on_waiting_list));
            // Check-ins that are still to come open in time.
            if (2..5).contains(&version) {
                let far = tournaments::by_slug(rx, "far")?.expect("the other tournament");
                assert_eq!(far.check_in_at, Some(4_102_444_800_000 - 30 * 60_000));
            }
            // Nobody has predicted what was made before.
            assert_eq!((tournament.predictions_opened_at, tournament.votes_version), (None, 0));
            // Where no subdomain was chosen, it is the permalink.
            if (2..5).contains(&version) {
                let community = communities::by_name(rx, "lists")?.expect("the community");
                assert_eq!(
                    (community.subdomain.as_str(), community.owner_id),
                    ("Lists", person.id)
                );
            }
            Ok(())
        })
        .unwrap();
}

#[rstest]
fn every_schema_goes_forward_with_its_rows(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    for from in 1..=MIGRATIONS.0.len() {
        upgrade(&TestDatabase::new(engine), from);
    }
}
