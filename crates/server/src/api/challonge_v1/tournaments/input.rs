//! The attributes of a tournament in a request: flat, under the names of v1, which are those of v2.1
//! in other places (reference/challonge §4.5).

use serde_json::{Map, Value};
use tiltyard_core::{
    Error,
    tournaments::{Kind, NewTournament, Options, Tournament, TournamentChanges},
};

use crate::api::{
    challonge_v1::parameters::into_list,
    challonge_v2::{
        input::Attributes,
        tournaments::input::{self, Sent},
    },
};

/// Names here, and where v2.1 has them.
const PLACES: [(&str, &str, &str); 37] = [
    ("name", "", "name"),
    ("url", "", "url"),
    ("tournament_type", "", "tournament_type"),
    ("game_name", "", "game_name"),
    ("description", "", "description"),
    ("private", "", "private"),
    ("start_at", "", "starts_at"),
    ("group_stages_enabled", "", "group_stage_enabled"),
    ("notify_users_when_matches_open", "notifications", "upon_matches_open"),
    ("notify_users_when_the_tournament_ends", "notifications", "upon_tournament_ends"),
    ("accept_attachments", "match_options", "accept_attachments"),
    ("open_signup", "registration_options", "open_signup"),
    ("signup_cap", "registration_options", "signup_cap"),
    ("check_in_duration", "registration_options", "check_in_duration"),
    ("hide_seeds", "seeding_options", "hide_seeds"),
    ("sequential_pairings", "seeding_options", "sequential_pairings"),
    ("auto_assign_stations", "station_options", "auto_assign"),
    (
        "only_start_matches_with_stations",
        "station_options",
        "only_start_matches_with_assigned_stations",
    ),
    ("split_participants", "double_elimination_options", "split_participants"),
    ("grand_finals_modifier", "double_elimination_options", "grand_finals_modifier"),
    ("rr_iterations", "round_robin_options", "iterations"),
    ("ranked_by", "round_robin_options", "ranking"),
    ("rr_pts_for_match_win", "round_robin_options", "pts_for_match_win"),
    ("rr_pts_for_match_tie", "round_robin_options", "pts_for_match_tie"),
    ("rr_pts_for_game_win", "round_robin_options", "pts_for_game_win"),
    ("rr_pts_for_game_tie", "round_robin_options", "pts_for_game_tie"),
    ("swiss_rounds", "swiss_options", "rounds"),
    ("pts_for_match_win", "swiss_options", "pts_for_match_win"),
    ("pts_for_match_tie", "swiss_options", "pts_for_match_tie"),
    ("pts_for_game_win", "swiss_options", "pts_for_game_win"),
    ("pts_for_game_tie", "swiss_options", "pts_for_game_tie"),
    ("pts_for_bye", "swiss_options", "pts_for_bye"),
    ("tie_breaks", "", "tie_breaks"),
    ("predict_the_losers_bracket", "prediction_options", "predict_the_losers_bracket"),
    (
        "public_predictions_before_start_time",
        "prediction_options",
        "public_predictions_before_start_time",
    ),
    ("hold_third_place_match", "match_options", "consolation_matches_target_rank"),
    ("consolation_matches_target_rank", "match_options", "consolation_matches_target_rank"),
];

/// What may be empty and is a text all the same.
const TEXTS: [&str; 5] = ["name", "url", "tournament_type", "game_name", "description"];

/// Attributes as they were sent.
#[derive(Debug)]
pub(super) struct Wanted {
    sent: Sent,
    show_rounds: Option<bool>,
    hide_forum: Option<bool>,
    quick_advance: Option<bool>,
    prediction_method: Option<u32>,
    community: Option<String>,
}

/// Reads the attributes.
pub(super) fn read(mut map: Map<String, Value>) -> Result<Wanted, Error> {
    for (name, value) in &mut map {
        // A form's way to say null.
        if value == "" && !TEXTS.contains(&name.as_str()) {
            *value = Value::Null;
        }
    }
    let mut own = Attributes::of(map.clone(), String::new());
    let third = own.bool("hold_third_place_match");
    let show_rounds = own.bool("show_rounds");
    let hide_forum = own.bool("hide_forum");
    let quick_advance = own.bool("quick_advance");
    let prediction_method = own.count("prediction_method");
    if prediction_method.is_some_and(|method| method > 2) {
        own.refuse("prediction_method", "must be 0 (none), 1 (exponential) or 2 (linear)");
    }
    let community = own.text("subdomain").filter(|name| !name.is_empty());
    own.problems.check()?;
    let mut nested = nest(map);
    if let Some(third) = third {
        let rank = if third { Value::from(3) } else { Value::Null };
        put(&mut nested, "match_options", "consolation_matches_target_rank", rank);
    }
    Ok(Wanted {
        sent: input::read(Attributes::of(nested, String::new()))?,
        show_rounds,
        hide_forum,
        quick_advance,
        prediction_method,
        community,
    })
}

fn put(nested: &mut Map<String, Value>, group: &str, name: &str, value: Value) {
    if group.is_empty() {
        nested.insert(name.to_owned(), value);
        return;
    }
    let group = nested.entry(group).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(group) = group {
        group.insert(name.to_owned(), value);
    }
}

/// The attributes where v2.1 has them; what it does not know is left out.
fn nest(mut map: Map<String, Value>) -> Map<String, Value> {
    let mut nested = Map::new();
    for (own, group, name) in PLACES {
        let Some(value) = map.remove(own) else { continue };
        let value = match own {
            // What it is worth is judged by `read`.
            "hold_third_place_match" => continue,
            // No number of rounds, as v1 shows it.
            "swiss_rounds" if value == 0 || value == "0" => Value::Null,
            "tie_breaks" => match tie_breaks(value) {
                Some(names) => names,
                None => continue,
            },
            _ => value,
        };
        put(&mut nested, group, name, value);
    }
    nested
}

/// Three tie-breaks: what was sent, and the usual ones behind it. Nothing where nothing was.
fn tie_breaks(value: Value) -> Option<Value> {
    let mut names: Vec<Value> = into_list(value);
    names.retain(|name| !name.is_null() && name != "");
    if names.is_empty() {
        return None;
    }
    for usual in Options::default().tie_breaks {
        let usual = Value::from(usual.name());
        if names.len() < 3 && !names.contains(&usual) {
            names.push(usual);
        }
    }
    Some(Value::Array(names))
}

impl Wanted {
    /// What v2.1 has no name for, and what it is stricter with: a third-place match is asked for
    /// whatever the format is, and then means nothing.
    fn over(&self, mut options: Options, kind: Kind) -> Options {
        fn put<T: Copy>(target: &mut T, sent: Option<T>) {
            if let Some(sent) = sent {
                *target = sent;
            }
        }
        put(&mut options.page_options.show_rounds, self.show_rounds);
        put(&mut options.page_options.hide_forum, self.hide_forum);
        put(&mut options.page_options.quick_advance, self.quick_advance);
        let method = self.prediction_method.and_then(|method| u8::try_from(method).ok());
        put(&mut options.prediction_options.method, method);
        if kind != Kind::SingleElimination {
            options.match_options.consolation_matches_target_rank = None;
        }
        options
    }

    /// A new tournament of these attributes.
    pub(super) fn into_new(mut self) -> NewTournament {
        let sent = std::mem::take(&mut self.sent);
        let new = sent.into_new();
        let options = self.over(new.options, new.kind);
        NewTournament { community: self.community, options, ..new }
    }

    /// The changes that these attributes mean for the tournament.
    pub(super) fn changes(&self, tournament: &Tournament) -> TournamentChanges {
        let changes = self.sent.changes(&tournament.options);
        let kind = changes.kind.unwrap_or(tournament.kind);
        let options = changes.options.map(|options| self.over(options, kind));
        TournamentChanges { options, ..changes }
    }
}
