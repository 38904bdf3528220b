//! Documents of v2.1 under the names of v2.0: camel case, options of a tournament beside each other,
//! `winners`, and a tournament's `url` as its id.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value};

/// What v2.0 has beside the options, and where v2.1 keeps it. Points are those of the tournament's own
/// format.
pub(super) const FLAT: [(&str, &str, &str); 18] = [
    ("ranked_by", "round_robin_options", "ranking"),
    ("round_robin_iterations", "round_robin_options", "iterations"),
    ("swiss_rounds", "swiss_options", "rounds"),
    ("pts_for_match_win", "swiss_options", "pts_for_match_win"),
    ("pts_for_match_tie", "swiss_options", "pts_for_match_tie"),
    ("pts_for_game_win", "swiss_options", "pts_for_game_win"),
    ("pts_for_game_tie", "swiss_options", "pts_for_game_tie"),
    ("pts_for_bye", "swiss_options", "pts_for_bye"),
    ("third_place_match", "match_options", "consolation_matches_target_rank"),
    ("accept_attachments", "match_options", "accept_attachments"),
    ("open_signup", "registration_options", "open_signup"),
    ("signup_cap", "registration_options", "signup_cap"),
    ("check_in_duration", "registration_options", "check_in_duration"),
    ("hide_seeds", "seeding_options", "hide_seeds"),
    ("sequential_pairings", "seeding_options", "sequential_pairings"),
    ("split_participants", "double_elimination_options", "split_participants"),
    ("grand_finals_modifier", "double_elimination_options", "grand_finals_modifier"),
    ("max_participants", "free_for_all_options", "max_participants"),
];

/// What people choose the keys of.
const THEIRS: &str = "custom_field_response";

/// Around every route: translates what succeeded. Errors are alike in both versions, but for what one
/// may show.
pub(super) async fn frame(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let json = kind.is_some_and(|kind| kind.ends_with(b"json"));
    // What somebody attached is theirs, whatever it is.
    let file = response.headers().contains_key(header::CONTENT_DISPOSITION);
    let shows =
        response.status().is_success() || response.status() == StatusCode::PRECONDITION_FAILED;
    if !json || file || !shows {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else { return failed("cannot be read") };
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = body.to_bytes();
    // To HEAD.
    if body.is_empty() {
        return Response::from_parts(parts, Body::empty());
    }
    let Ok(mut whole) = serde_json::from_slice(&body) else { return failed("is no JSON") };
    document(&mut whole);
    Response::from_parts(parts, Body::from(whole.to_string()))
}

fn failed(why: &str) -> Response {
    tracing::error!("an answer to translate {why}");
    crate::http::plain::internal_error()
}

fn document(whole: &mut Value) {
    for error in whole.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(current) = error.pointer_mut("/meta/current") {
            resource(current);
        }
    }
    let Value::Object(whole) = whole else { return };
    for name in ["data", "included"] {
        match whole.get_mut(name) {
            Some(Value::Array(items)) => items.iter_mut().for_each(resource),
            Some(one) => resource(one),
            None => {}
        }
    }
    if let Some(links) = whole.get_mut("links") {
        relink(links, None);
    }
}

fn resource(value: &mut Value) {
    let Value::Object(map) = value else { return };
    let kind = map.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut slug = None;
    if let Some(Value::Object(attributes)) = map.get_mut("attributes") {
        match kind.as_str() {
            "tournament" => {
                flatten(attributes);
                // Digits alone would be read as an id.
                slug = attributes
                    .get("url")
                    .and_then(Value::as_str)
                    .filter(|slug| !slug.bytes().all(|byte| byte.is_ascii_digit()))
                    .map(str::to_owned);
            }
            "match" => {
                let winner = attributes.remove("winner_id").unwrap_or(Value::Null);
                attributes.insert("winners".to_owned(), winner);
            }
            // Its clients rely on a text.
            "user" if attributes.get("image_url").is_none_or(Value::is_null) => {
                attributes.insert("image_url".to_owned(), Value::from(""));
            }
            _ => {}
        }
    }
    for name in ["attributes", "relationships"] {
        if let Some(part) = map.get_mut(name) {
            camelize(part);
        }
    }
    let renamed = slug.and_then(|slug| {
        let id = map.insert("id".to_owned(), Value::from(slug.as_str()))?;
        Some((format!("/tournaments/{}", id.as_str()?), format!("/tournaments/{slug}")))
    });
    for name in ["links", "relationships"] {
        if let Some(part) = map.get_mut(name) {
            relink(part, renamed.as_ref());
        }
    }
}

/// The options that stand beside each other: points and sides as texts, the third-place match as yes or
/// no.
fn flatten(attributes: &mut Map<String, Value>) {
    let round_robin = attributes.get("tournament_type").is_some_and(|kind| kind == "round robin");
    for (name, group, member) in FLAT {
        let points = name.starts_with("pts_for_");
        let own = (points && round_robin).then_some("round_robin_options");
        let groups = own.into_iter().chain([group]);
        let mut found = groups.filter_map(|group| attributes.get(group)?.get(member));
        let value = found.next().cloned();
        let value = match (name, value.unwrap_or(Value::Null)) {
            ("third_place_match", rank) => Value::from(!rank.is_null()),
            ("ranked_by" | "grand_finals_modifier", Value::String(text)) if text.is_empty() => {
                Value::Null
            }
            (_, Value::Number(number)) if points || name == "max_participants" => {
                Value::from(number.to_string())
            }
            (_, value) => value,
        };
        attributes.insert(name.to_owned(), value);
    }
}

/// `started_at` as `startedAt`.
pub(super) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            camel.push(first.to_ascii_uppercase());
            camel.push_str(letters.as_str());
        }
    }
    camel
}

fn camelize(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(camelize),
        Value::Object(map) => {
            *map = std::mem::take(map)
                .into_iter()
                .map(|(name, mut value)| {
                    if name != THEIRS {
                        camelize(&mut value);
                    }
                    (camel(&name), value)
                })
                .collect();
        }
        _ => {}
    }
}

/// Leads every address within to this version; `renamed` is a tournament's path there and here.
fn relink(value: &mut Value, renamed: Option<&(String, String)>) {
    match value {
        Value::String(address) => {
            let mut new = address.replacen("/v2.1/", "/v2/", 1);
            if let Some((there, here)) = renamed {
                new = new.replacen(there, here, 1);
            }
            *address = new;
        }
        Value::Array(items) => items.iter_mut().for_each(|item| relink(item, renamed)),
        Value::Object(map) => map.values_mut().for_each(|item| relink(item, renamed)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document() {
        let mut whole = json!({
            "data": {
                "id": "7", "type": "tournament",
                "attributes": {
                    "url": "cup", "starts_at": null, "timestamps": {"created_at": "x"},
                    "tournament_type": "swiss",
                    "swiss_options": {"rounds": 3, "pts_for_match_win": 1.0, "pts_for_bye": 1.0},
                    "match_options": {"consolation_matches_target_rank": 3},
                    "round_robin_options": {"ranking": "", "pts_for_match_win": 3.0},
                },
                "links": {"self": "http://x/v2.1/tournaments/7.json"},
            },
            "included": [
                {"id": "8", "type": "match", "attributes": {"winner_id": 9}},
                {"id": "9", "type": "participant",
                 "attributes": {"custom_field_response": {"in_game": "y"}}},
            ],
            "links": {"self": "http://x/v2.1/tournaments.json?page=1", "next": null},
        });
        let mut robin = whole.clone();
        document(&mut whole);
        let shown = &whole["data"];
        assert_eq!(shown["id"], "cup");
        assert_eq!(shown["links"]["self"], "http://x/v2/tournaments/cup.json");
        let attributes = &shown["attributes"];
        assert_eq!(attributes["timestamps"], json!({"createdAt": "x"}));
        assert_eq!(attributes["ptsForBye"], "1.0");
        assert_eq!(attributes["ptsForMatchWin"], "1.0");
        assert_eq!(attributes["swissRounds"], 3);
        assert_eq!(attributes["thirdPlaceMatch"], true);
        assert_eq!(attributes["rankedBy"], Value::Null);
        assert_eq!(attributes["swissOptions"]["ptsForBye"], 1.0);
        assert_eq!(whole["included"][0]["attributes"], json!({"winners": 9}));
        let answers = json!({"customFieldResponse": {"in_game": "y"}});
        assert_eq!(whole["included"][1]["attributes"], answers);
        assert_eq!(whole["links"]["self"], "http://x/v2/tournaments.json?page=1");
        robin["data"]["attributes"]["tournament_type"] = json!("round robin");
        document(&mut robin);
        assert_eq!(robin["data"]["attributes"]["ptsForMatchWin"], "3.0");
    }

    #[test]
    fn what_an_error_shows() {
        let mut whole = json!({
            "errors": [{
                "status": 412,
                "detail": "x_y",
                "meta": {"current": {"id": "8", "type": "match", "attributes": {"winner_id": null}}},
            }],
        });
        document(&mut whole);
        let error = &whole["errors"][0];
        assert_eq!(error["meta"]["current"]["attributes"], json!({"winners": null}));
        assert_eq!(error["detail"], "x_y");
    }
}
