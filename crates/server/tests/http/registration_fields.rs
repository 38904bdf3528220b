//! Registration fields of a tournament's own, through the API v2.1.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Api, TestServer};

fn fields() -> Value {
    json!([
        {"key": "team", "label": "Team", "kind": "choice", "choices": ["Red", "Blue"], "required": true},
        {"key": "rating", "kind": "number"},
        {"key": "phone", "label": "Phone number", "private": true},
        {"key": "vegetarian", "label": "Vegetarian?", "kind": "bool"},
    ])
}

async fn tournament(api: &Api<'_>) -> String {
    let options = json!({"open_signup": true, "custom_fields": fields()});
    api.tournament(json!({"name": "Asking", "registration_options": options}), 0).await
}

async fn answers(api: &Api<'_>, t: &str) -> Vec<Value> {
    let list = api.get(&format!("{t}/participants.json")).await.expect(200).data();
    let rows = list.as_array().unwrap().clone();
    rows.into_iter().map(|row| row["attributes"]["custom_field_response"].clone()).collect()
}

#[rstest]
#[tokio::test]
async fn answers_are_taken_and_shown(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = tournament(&api).await;
    let shown = api.get(&format!("{t}.json")).await.expect(200).data();
    let shown = &shown["attributes"]["registration_options"]["custom_fields"];
    assert_eq!(shown[0]["choices"], json!(["Red", "Blue"]));
    assert_eq!(shown[1]["label"], "rating");
    assert_eq!(shown[2]["private"], true);

    // Whoever registers answers what is required, and in the form that is asked for.
    let ada = server.organizer("ada").await;
    let register = format!("{t}/participants/register.json");
    let pointers = async |sent: Value| {
        let refused = ada.post(&register, sent).await.expect(422).json();
        let errors = refused["errors"].as_array().unwrap().clone();
        errors
            .into_iter()
            .map(|error| error["source"]["pointer"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let at = "/data/attributes/custom_field_response";
    assert_eq!(pointers(json!({})).await, [format!("{at}/team")]);
    let wrong = json!({"team": "Green", "rating": "high", "shoe": 44});
    let wrong = pointers(json!({"custom_field_response": wrong})).await;
    assert_eq!(wrong.len(), 4);
    for key in ["team", "rating", "shoe"] {
        assert!(wrong.contains(&format!("{at}/{key}")));
    }
    assert_eq!(pointers(json!({"custom_field_response": 3})).await, [at]);
    let sent = json!({"team": "Red", "rating": "1850", "phone": "+1 555", "vegetarian": "true"});
    let joined = ada.post(&register, json!({"custom_field_response": sent})).await.expect(200);
    let own = format!("{t}/participants/{}", joined.data()["id"].as_str().unwrap());

    // Organizers may leave everything out, and change single answers.
    let new = json!({"participants": [
        {"name": "Grace"},
        {"name": "Emre", "custom_field_response": {"team": "Blue"}, "misc": " \u{e9}\t{\"a\": 1} "},
    ]});
    let added = api.post(&format!("{t}/participants/bulk_add.json"), new).await.expect(200).data();
    assert_eq!(added[1]["attributes"]["misc"], " \u{e9}\t{\"a\": 1} ");
    let bad = json!({"participants": [{"name": "x", "custom_field_response": {"team": 1}}]});
    let refused = api.post(&format!("{t}/participants/bulk_add.json"), bad).await.expect(422);
    let pointer = "/data/attributes/participants/0/custom_field_response/team";
    assert_eq!(refused.json()["errors"][0]["source"]["pointer"], pointer);
    let all = json!({"team": "Red", "rating": 1850, "phone": "+1 555", "vegetarian": true});
    assert_eq!(answers(&api, &t).await, [all.clone(), Value::Null, json!({"team": "Blue"})]);
    let change = json!({"custom_field_response": {"team": "Blue", "rating": null}});
    let changed = api.put(&format!("{own}.json"), change).await.expect(200).data();
    let expected = json!({"team": "Blue", "phone": "+1 555", "vegetarian": true});
    assert_eq!(changed["attributes"]["custom_field_response"], expected);
    api.put(&format!("{own}.json"), json!({"name": "Ada"})).await.expect(200);
    assert_eq!(answers(&api, &t).await[0], expected);

    // Others do not see private answers, wherever participants are shown.
    let public = json!({"team": "Blue", "vegetarian": true});
    assert_eq!(answers(&ada, &t).await[0], public);
    let seen = async |api: &Api<'_>| {
        let shown = api.get(&format!("{t}.json")).await.expect(200).json();
        let included = shown["included"].as_array().unwrap().clone();
        let rows = included.into_iter().filter(|it| it["type"] == "participant");
        rows.map(|it| it["attributes"]["custom_field_response"].clone()).next().unwrap()
    };
    assert_eq!(seen(&api).await, expected);
    assert_eq!(seen(&ada).await, public);
    assert_eq!(seen(&api).await, expected);
    assert_eq!(seen(&ada).await, public);

    // Answers go with their field, so that nothing private is left to be seen.
    let fewer = json!({"registration_options": {"custom_fields": [{"key": "team"}]}});
    api.put(&format!("{t}.json"), fewer).await.expect(200);
    assert_eq!(answers(&ada, &t).await[0], json!({"team": "Blue"}));
    let none = json!({"registration_options": {"custom_fields": null}});
    api.put(&format!("{t}.json"), none).await.expect(200);
    assert_eq!(answers(&api, &t).await, [Value::Null, Value::Null, Value::Null]);
    api.put(&format!("{own}.json"), json!({"custom_field_response": null})).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn fields_are_checked(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let many: Vec<Value> = (0..31).map(|n| json!({"key": format!("k{n}")})).collect();
    for (fields, pointer) in [
        (json!(many), ""),
        (json!([{"label": "No key"}]), "/0/key"),
        (json!([{"key": "a"}, {"key": "a"}]), "/1/key"),
        (json!([{"key": "a", "kind": "file"}]), "/0/kind"),
        (json!([{"key": "a", "kind": "choice"}]), "/0/choices"),
        (json!(["a"]), "/0"),
        (json!({"a": 1}), ""),
    ] {
        let options = json!({"custom_fields": fields});
        let sent = json!({"name": "Asking", "registration_options": options});
        let refused = api.send(Method::POST, "/tournaments.json", sent).await.expect(422).json();
        let at = "/data/attributes/registration_options/custom_fields";
        assert_eq!(refused["errors"][0]["source"]["pointer"], format!("{at}{pointer}"));
    }
}
