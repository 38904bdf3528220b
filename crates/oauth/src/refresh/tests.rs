use proptest::prelude::*;

use super::*;
use crate::error::ErrorCode;
use crate::preset::Preset;

const DAY: i64 = 86_400_000;

fn key() -> RefreshKey {
    RefreshKey::new(&[3; 32])
}

fn client() -> Client {
    Preset::Standard.template().client("c", "Client", 7, vec![])
}

fn family() -> Family {
    Family {
        id: 10_000_001,
        client_id: "c".to_owned(),
        person: 1,
        scopes: "me tournaments:read tournaments:write".parse().unwrap(),
        salt: [5; 16],
        generation: 4,
        created_at: 0,
        rotated_at: 1_000,
        revoked_at: None,
        bounds: Bounds::default(),
        resource: Vec::new(),
        auth_time: None,
    }
}

fn token(family: &Family, generation: u32) -> RefreshToken {
    RefreshToken::parse(&family.token(generation, &key())).unwrap()
}

fn present(family: &Family, generation: u32, now: i64) -> Result<Presentation, RefreshRefusal> {
    family.present(&token(family, generation), &key(), &client(), now)
}

#[test]
fn the_current_token_rotates() {
    assert_eq!(present(&family(), 4, 2_000), Ok(Presentation::Rotate { generation: 5 }));
}

/// Case G06.
#[test]
fn the_token_before_gets_the_same_unused_successor_however_late() {
    let family = family();
    for now in [1_000, 9 * 3_600_000, 20 * DAY] {
        assert_eq!(present(&family, 3, now), Ok(Presentation::Repeat { generation: 4 }));
    }
    assert_eq!(family.token(4, &key()), family.token(4, &key()));
}

/// Cases G02, G05.
#[test]
fn once_the_successor_was_used_its_predecessor_revokes_the_family() {
    for old in 0..3 {
        let refused = present(&family(), old, 1_000);
        assert_eq!(refused, Err(RefreshRefusal::Replay { family: 10_000_001 }));
    }
}

/// Cases G21, G22. What is kept of a family is one record; every token it ever had is known by it.
#[test]
fn ten_thousand_rotations_leave_one_record_that_knows_every_token() {
    let mut family = Family { generation: 0, rotated_at: 2_000, ..family() };
    let first = serde_json::to_string(&family).unwrap().len();
    for _ in 0..10_000 {
        let rotated = present(&family, family.generation, 2_000).unwrap();
        assert!(matches!(rotated, Presentation::Rotate { .. }));
        family.generation = rotated.generation();
    }
    assert_eq!(family.generation, 10_000);
    assert!(serde_json::to_string(&family).unwrap().len() <= first + 4, "digits of the number");
    for retired in [0, 1, 5_000, 9_998] {
        let replay = RefreshRefusal::Replay { family: 10_000_001 };
        assert_eq!(present(&family, retired, 2_000 + 20 * DAY), Err(replay));
    }
}

/// Case G08.
#[test]
fn without_grace_exactly_one_of_many_succeeds_and_the_rest_do_no_harm() {
    let mut family = family();
    family.bounds.grace_ms = Some(0);
    assert!(matches!(present(&family, 4, 2_000), Ok(Presentation::Rotate { .. })));
    family.generation = 5;
    family.rotated_at = 2_000;
    assert_eq!(present(&family, 4, 2_000), Err(RefreshRefusal::Superseded));
    family.bounds.grace_ms = Some(10_000);
    assert!(present(&family, 4, 11_999).is_ok());
    assert_eq!(present(&family, 4, 12_000), Err(RefreshRefusal::Superseded));
    let late = present(&family, 4, 2_000 + RACE_MS);
    assert_eq!(late, Err(RefreshRefusal::Replay { family: 10_000_001 }));
}

#[test]
fn a_thief_is_noticed_by_whoever_falls_two_behind() {
    let mut family = family();
    for _ in 0..2 {
        let Ok(Presentation::Rotate { generation }) = present(&family, family.generation, 2_000)
        else {
            panic!("the thief uses the newest token")
        };
        family.generation = generation;
    }
    let owner = present(&family, 4, 3_000);
    assert_eq!(owner, Err(RefreshRefusal::Replay { family: 10_000_001 }));
}

#[test]
fn another_client_gets_nothing_and_revokes_nothing() {
    let family = family();
    let other = Client { client_id: "other".to_owned(), ..client() };
    for generation in [0, 3, 4] {
        let refused = family.present(&token(&family, generation), &key(), &other, 2_000);
        assert_eq!(refused, Err(RefreshRefusal::OtherClient));
    }
}

/// Case G20.
#[test]
fn forged_tokens_have_no_effect() {
    let family = family();
    let other_key = RefreshKey::new(&[4; 32]);
    let forged = RefreshToken::parse(&family.token(0, &other_key)).unwrap();
    assert_eq!(family.present(&forged, &key(), &client(), 0), Err(RefreshRefusal::Forged));
    // A copy of the store shows the salt, which is not enough; another family's token neither.
    let other_family = Family { salt: [6; 16], ..family.clone() };
    let foreign = token(&other_family, 4);
    assert_eq!(family.present(&foreign, &key(), &client(), 0), Err(RefreshRefusal::Forged));
    assert_eq!(present(&family, 5, 2_000), Err(RefreshRefusal::Forged));
}

#[test]
fn bounds_end_a_family() {
    let mut family = family();
    assert!(present(&family, 4, 1_000 + 30 * DAY - 1).is_ok());
    assert_eq!(present(&family, 4, 1_000 + 30 * DAY), Err(RefreshRefusal::Expired));
    family.rotated_at = 364 * DAY;
    assert!(present(&family, 4, 365 * DAY - 1).is_ok());
    assert_eq!(present(&family, 4, 365 * DAY), Err(RefreshRefusal::Expired));
    family.generation = u32::MAX;
    assert_eq!(present(&family, u32::MAX, 364 * DAY), Err(RefreshRefusal::Expired));
}

#[test]
fn revoked_families_and_clients_without_the_grant_are_refused() {
    let revoked = Family { revoked_at: Some(1_500), ..family() };
    assert_eq!(present(&revoked, 4, 2_000), Err(RefreshRefusal::Revoked));
    let mut without = client();
    without.grants.remove(&GrantKind::RefreshToken);
    let refused = family().present(&token(&family(), 4), &key(), &without, 2_000);
    assert_eq!(refused, Err(RefreshRefusal::Revoked));
}

#[test]
fn every_refusal_looks_the_same_to_the_client() {
    for refusal in [RefreshRefusal::Forged, RefreshRefusal::Replay { family: 1 }] {
        assert_eq!(TokenError::from(refusal), TokenError::invalid_grant());
    }
}

#[test]
fn scope_can_be_narrowed_but_not_widened() {
    let (family, client) = (family(), client());
    let all = family.access_scopes(&client, None).unwrap();
    assert_eq!(all, family.scopes);
    let narrow = family.access_scopes(&client, Some("tournaments:read")).unwrap();
    assert_eq!(narrow.to_string(), "tournaments:read");
    for wide in ["matches:read", "me matches:read", "fish", "\""] {
        let refused = family.access_scopes(&client, Some(wide)).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidScope);
    }
    let registered_less = Client { scopes: "me".parse().unwrap(), ..client };
    assert_eq!(family.access_scopes(&registered_less, None).unwrap().to_string(), "me");
}

#[test]
fn an_access_token_is_no_refresh_token() {
    let text = token_text::encode(TokenKind::AccessToken, &[1; 32]);
    assert_eq!(RefreshToken::parse(&text), Err(NotAToken));
    assert_eq!(RefreshToken::parse("ey.ey.x"), Err(NotAToken));
}

proptest! {
    #[test]
    fn a_client_that_loses_answers_never_kills_its_family(
        arrived in prop::collection::vec(any::<bool>(), 0..30),
    ) {
        let mut family = Family { generation: 0, ..family() };
        let mut held = 0;
        for arrived in arrived {
            let presentation = present(&family, held, 2_000);
            prop_assert!(presentation.is_ok(), "{presentation:?}");
            family.generation = presentation.map_or(0, Presentation::generation);
            if arrived {
                held = family.generation;
            }
        }
    }

    #[test]
    fn parsing_never_panics(text in "\\PC{0,80}|tly_rt_[A-Za-z0-9]{43}_[A-Za-z0-9]{6}") {
        let _ = RefreshToken::parse(&text);
    }
}
