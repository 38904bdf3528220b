//! Every key that clients of the API v1 may look at, with its type (reference/challonge §6.2).

use std::collections::BTreeMap;

use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{TestServer, V1};

/// `t` a text, `d` a decimal number as a text, `z` a time, `i` a whole number, `b` true or false, `a` a
/// list, `o` an object; `?` behind it: or null; `-` always null.
const TOURNAMENT: &str = "\
    id:i name:t url:t description:t tournament_type:t started_at:z? completed_at:z? \
    require_score_agreement:b notify_users_when_matches_open:b created_at:z updated_at:z state:t \
    open_signup:b notify_users_when_the_tournament_ends:b progress_meter:i quick_advance:b \
    hold_third_place_match:b pts_for_game_win:d pts_for_game_tie:d pts_for_match_win:d \
    pts_for_match_tie:d pts_for_bye:d swiss_rounds:i private:b ranked_by:t? show_rounds:b hide_forum:b \
    sequential_pairings:b accept_attachments:b rr_pts_for_game_win:d rr_pts_for_game_tie:d \
    rr_pts_for_match_win:d rr_pts_for_match_tie:d created_by_api:b credit_capped:b category:- \
    hide_seeds:b prediction_method:i predictions_opened_at:z? anonymous_voting:b \
    max_predictions_per_user:i signup_cap:i? game_id:i? participants_count:i group_stages_enabled:b \
    allow_participant_match_reporting:b teams:b check_in_duration:i? start_at:z? \
    started_checking_in_at:z? tie_breaks:a locked_at:z? event_id:i? \
    public_predictions_before_start_time:b ranked:b grand_finals_modifier:t? \
    predict_the_losers_bracket:b spam:- ham:- rr_iterations:i? tournament_registration_id:- \
    donation_contest_enabled:- mandatory_donation:- non_elimination_tournament_data:o \
    auto_assign_stations:b only_start_matches_with_stations:b registration_fee:d registration_type:t \
    split_participants:b allowed_regions:- show_participant_country:- program_id:- \
    program_classification_ids_allowed:- team_size_range:- toxic:- use_new_style:- \
    optional_display_data:a processing:b oauth_application_id:i? hide_bracket_preview:b \
    description_source:t subdomain:t? full_challonge_url:t live_image_url:t sign_up_url:t? \
    review_before_finalizing:b accepting_predictions:b participants_locked:b game_name:t? \
    participants_swappable:b team_convertable:b group_stages_were_started:b";

const PARTICIPANT: &str = "\
    id:i tournament_id:i name:t seed:i active:b created_at:z updated_at:z invite_email:t? final_rank:i? \
    misc:t? icon:- on_waiting_list:b invitation_id:- group_id:i? checked_in_at:z? ranked_member_id:- \
    custom_field_response:o? clinch:- integration_uids:- challonge_username:t? \
    challonge_email_address_verified:b? removable:b participatable_or_invitation_attached:b \
    confirm_remove:b invitation_pending:b display_name_with_invitation_email_address:t email_hash:t? \
    username:t? display_name:t attached_participatable_portrait_url:t? can_check_in:b checked_in:b \
    reactivatable:b check_in_open:b group_player_ids:a has_irrelevant_seed:b ordinal_seed:-";

const MATCH: &str = "\
    id:i tournament_id:i state:t player1_id:i? player2_id:i? player1_prereq_match_id:i? \
    player2_prereq_match_id:i? player1_is_prereq_match_loser:b player2_is_prereq_match_loser:b \
    winner_id:i? loser_id:i? started_at:z? created_at:z updated_at:z identifier:t has_attachment:b \
    round:i player1_votes:i? player2_votes:i? group_id:i? attachment_count:i? scheduled_time:z? \
    location:t? underway_at:z? optional:b rushb_id:- completed_at:z? suggested_play_order:i? \
    forfeited:b open_graph_image_file_name:- open_graph_image_content_type:- \
    open_graph_image_file_size:- prerequisite_match_ids_csv:t scores_csv:t";

fn is(value: &Value, kind: &str) -> bool {
    let text = value.as_str();
    match kind {
        "t" => text.is_some(),
        "d" => text.is_some_and(|text| text.contains('.') && text.parse::<f64>().is_ok()),
        "z" => {
            text.is_some_and(|text| text.len() == 24 && text.ends_with('Z') && text.contains('.'))
        }
        "i" => value.is_i64(),
        "b" => value.is_boolean(),
        "a" => value.is_array(),
        "o" => value.is_object(),
        "-" => value.is_null(),
        _ => value.is_null() || kind.strip_suffix('?').is_some_and(|kind| is(value, kind)),
    }
}

#[track_caller]
fn assert_shape(value: &Value, shape: &str) {
    let expected: BTreeMap<&str, &str> =
        shape.split_whitespace().map(|it| it.split_once(':').unwrap()).collect();
    let found = value.as_object().unwrap();
    let keys: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(keys, expected.keys().copied().collect::<Vec<_>>());
    for (key, kind) in expected {
        assert!(is(&found[key], kind), "{key} is {}, not {kind}", found[key]);
    }
}

#[rstest]
#[tokio::test]
async fn keys_and_types(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "ada").await;
    let t =
        api.tournament(json!({"name": "Cup", "tournament_type": "double elimination"}), 4).await;
    let shown = async || {
        let all = format!("{t}.json?include_participants=1&include_matches=1");
        let mut all = api.get(&all).await.expect(200).json();
        let mut tournament = all["tournament"].take();
        let mut take = |name: &str| tournament.as_object_mut().unwrap().remove(name).unwrap();
        let (participants, matches) = (take("participants"), take("matches"));
        assert_shape(&tournament, TOURNAMENT);
        for row in participants.as_array().unwrap() {
            assert_eq!(row.as_object().unwrap().len(), 1);
            assert_shape(&row["participant"], PARTICIPANT);
        }
        for of in matches.as_array().unwrap() {
            assert_eq!(of.as_object().unwrap().len(), 1);
            assert_shape(&of["match"], MATCH);
        }
        matches.as_array().unwrap().len()
    };
    assert_eq!(shown().await, 0);
    api.post(&format!("{t}/start.json"), json!({})).await.expect(200);
    assert_eq!(shown().await, 7);
    for _ in 0..7 {
        for of in api.matches(&t).await.iter().filter(|of| of["state"] == "open") {
            api.win(&t, of, 1).await.expect(200);
        }
    }
    assert_eq!(shown().await, 6);
    api.post(&format!("{t}/finalize.json"), json!({})).await.expect(200);
    assert_eq!(shown().await, 6);
    let list = api.get("/tournaments.json").await.expect(200).json();
    assert_shape(&list[0]["tournament"], TOURNAMENT);
}

/// What is chosen is what is shown.
#[rstest]
#[tokio::test]
async fn options(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "ada").await;
    let chosen = json!({
        "name": "Cup", "url": "cup", "tournament_type": "swiss", "description_source": "ignored",
        "open_signup": true, "quick_advance": true, "show_rounds": true, "hide_forum": true,
        "pts_for_match_win": "3.0", "pts_for_match_tie": "1.0", "pts_for_game_win": "0.25",
        "pts_for_game_tie": "0.125", "pts_for_bye": "2.0", "swiss_rounds": 3, "private": true,
        "ranked_by": "points difference", "rr_pts_for_match_win": "2.0", "rr_pts_for_match_tie": "1.5",
        "rr_pts_for_game_win": "0.1", "rr_pts_for_game_tie": "0.2", "accept_attachments": true,
        "hide_seeds": true, "sequential_pairings": true, "prediction_method": 2, "signup_cap": 12,
        "check_in_duration": 30, "rr_iterations": 2, "game_name": "Chess",
        "notify_users_when_matches_open": false, "notify_users_when_the_tournament_ends": false,
        "tie_breaks": ["game wins", "points scored", "match wins"], "auto_assign_stations": true,
        "only_start_matches_with_stations": true, "grand_finals_modifier": "single match",
    });
    let made =
        api.post("/tournaments.json", json!({"tournament": chosen})).await.expect(200).json();
    for (key, value) in chosen.as_object().unwrap() {
        if key != "description_source" {
            assert_eq!(&made["tournament"][key], value, "{key}");
        }
    }
    // What is not sent stays; what is emptied goes; some of the tie-breaks are all of them.
    let change = json!({"tournament": {
        "signup_cap": "", "grand_finals_modifier": null, "swiss_rounds": 0, "ranked_by": null,
        "tie_breaks": ["median buchholz"], "quick_advance": "0",
    }});
    let mut expected = made["tournament"].clone();
    for (key, value) in [
        ("signup_cap", Value::Null),
        ("grand_finals_modifier", Value::Null),
        ("swiss_rounds", json!(0)),
        ("ranked_by", Value::Null),
        ("tie_breaks", json!(["median buchholz", "match wins vs tied", "game wins"])),
        ("quick_advance", json!(false)),
    ] {
        expected[key] = value;
    }
    let mut changed =
        api.put("/tournaments/cup.json", change).await.expect(200).json()["tournament"].take();
    changed["updated_at"] = expected["updated_at"].clone();
    assert_eq!(changed, expected);
    // A third-place match means nothing in other formats, and is no mistake.
    let third = json!({"tournament": {"hold_third_place_match": true}});
    let changed = api.put("/tournaments/cup.json", third).await.expect(200).json();
    assert_eq!(changed["tournament"]["hold_third_place_match"], false);
    let single = json!({"tournament": {"tournament_type": "single elimination", "hold_third_place_match": "1"}});
    let changed = api.put("/tournaments/cup.json", single).await.expect(200).json();
    assert_eq!(changed["tournament"]["hold_third_place_match"], true);
    let none = json!({"tournament": {"hold_third_place_match": "0"}});
    let changed = api.put("/tournaments/cup.json", none).await.expect(200).json();
    assert_eq!(changed["tournament"]["hold_third_place_match"], false);
}
