//! The form that making and changing a tournament share, in both directions.

use std::str::FromStr;

use jiff::{Timestamp, civil, tz::TimeZone};
use tiltyard_core::{
    Error, Problems,
    tournaments::{GrandFinals, Kind, Options, RankedBy, TieBreak, Tournament, forecast},
};
use tiltyard_pages::organize::{
    Fields,
    new::{Format, Outlook, Particulars},
};

use super::{super::form::problem, Form, questions, sentence, words};

/// Players where nobody has said how many they expect.
pub(super) const PLAYERS: u32 = 16;

/// What the form asks for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) name: String,
    /// None where the field is empty.
    pub(super) slug: Option<String>,
    pub(super) kind: Kind,
    pub(super) game: String,
    pub(super) description: String,
    pub(super) private: bool,
    pub(super) starts_at: Option<i64>,
    pub(super) options: Options,
}

/// Fields with text.
const TEXTS: [&str; 33] = [
    "name",
    "url",
    "community",
    "tournament_type",
    "placement",
    "grand_finals",
    "iterations",
    "ranked_by",
    "rr_win",
    "rr_tie",
    "rr_set_win",
    "rr_set_tie",
    "tie_1",
    "tie_2",
    "tie_3",
    "rounds",
    "swiss_win",
    "swiss_tie",
    "swiss_set_win",
    "swiss_set_tie",
    "swiss_bye",
    "sides",
    "advancing",
    "group_type",
    "group_size",
    "group_advance",
    "starts_at",
    "check_in",
    "signup_cap",
    "game",
    "description",
    "predictions",
    "players",
];

/// Boxes.
const BOXES: [&str; 9] = [
    "split",
    "groups",
    "sequential",
    "open_signup",
    "private",
    "hide_seeds",
    "attachments",
    "predict_losers",
    "predictions_public",
];

/// The fields of the form by the names that the use cases know.
const KNOWN_AS: [(&str, &str); 20] = [
    ("name", "name"),
    ("url", "url"),
    ("community", "community_id"),
    ("game", "game_name"),
    ("description", "description"),
    ("tournament_type", "tournament_type"),
    ("placement", "match_options.consolation_matches_target_rank"),
    ("split", "double_elimination_options.split_participants"),
    ("iterations", "round_robin_options.iterations"),
    ("rounds", "swiss_options.rounds"),
    ("sides", "free_for_all_options.max_participants"),
    ("advancing", "free_for_all_options.advancing"),
    ("group_size", "group_stage_options.group_size"),
    ("group_advance", "group_stage_options.participant_count_to_advance_per_group"),
    ("group_type", "group_stage_options.stage_type"),
    ("starts_at", "starts_at"),
    ("check_in", "registration_options.check_in_duration"),
    ("signup_cap", "registration_options.signup_cap"),
    ("predictions", "prediction_options.prediction_method"),
    ("private", "private"),
];

/// What a tournament that nobody has described yet is like.
pub(super) fn defaults() -> Fields {
    let mut fields = Fields::default();
    fill(&mut fields, Kind::default(), &Options::default());
    fields.set("group_size", "4");
    fields
}

/// A tournament as it is.
pub(super) fn of(tournament: &Tournament) -> Fields {
    let mut fields = Fields::default();
    let row = &tournament.row;
    fields.set("name", &row.name);
    fields.set("url", &row.slug);
    fields.set("game", &row.game_name);
    fields.set("description", &row.description);
    fields.tick("private", row.private);
    let starts = row.starts_at.and_then(|at| Timestamp::from_millisecond(at).ok());
    let local = starts.map(|at| at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string());
    fields.set("starts_at", local.unwrap_or_default());
    fill(&mut fields, tournament.kind, &tournament.options);
    fields
}

fn text(number: Option<u32>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn fill(fields: &mut Fields, kind: Kind, options: &Options) {
    let groups = &options.group_stage_options;
    let round_robin = &options.round_robin_options;
    let swiss = &options.swiss_options;
    let registration = &options.registration_options;
    for (name, value) in [
        ("tournament_type", kind.name().to_owned()),
        ("placement", text(options.match_options.consolation_matches_target_rank)),
        (
            "grand_finals",
            options.double_elimination_options.grand_finals_modifier.name().to_owned(),
        ),
        ("iterations", round_robin.iterations.to_string()),
        ("ranked_by", round_robin.ranking.name().to_owned()),
        ("rr_win", round_robin.worth.pts_for_match_win.to_string()),
        ("rr_tie", round_robin.worth.pts_for_match_tie.to_string()),
        ("rr_set_win", round_robin.worth.pts_for_game_win.to_string()),
        ("rr_set_tie", round_robin.worth.pts_for_game_tie.to_string()),
        ("tie_1", options.tie_breaks[0].name().to_owned()),
        ("tie_2", options.tie_breaks[1].name().to_owned()),
        ("tie_3", options.tie_breaks[2].name().to_owned()),
        ("rounds", text(swiss.rounds)),
        ("swiss_win", swiss.worth.pts_for_match_win.to_string()),
        ("swiss_tie", swiss.worth.pts_for_match_tie.to_string()),
        ("swiss_set_win", swiss.worth.pts_for_game_win.to_string()),
        ("swiss_set_tie", swiss.worth.pts_for_game_tie.to_string()),
        ("swiss_bye", swiss.pts_for_bye.to_string()),
        ("sides", options.free_for_all_options.max_participants.to_string()),
        ("advancing", text(options.free_for_all_options.advancing)),
        ("group_type", groups.stage_type.name().to_owned()),
        ("group_size", groups.group_size.to_string()),
        ("group_advance", groups.participant_count_to_advance_per_group.to_string()),
        ("check_in", text(registration.check_in_duration.filter(|minutes| *minutes > 0))),
        ("signup_cap", text(registration.signup_cap)),
        ("predictions", options.prediction_options.method.to_string()),
    ] {
        fields.set(name, value);
    }
    for (name, on) in [
        ("split", options.double_elimination_options.split_participants),
        ("groups", options.group_stage_enabled),
        ("sequential", options.seeding_options.sequential_pairings),
        ("open_signup", registration.open_signup),
        ("hide_seeds", options.seeding_options.hide_seeds),
        ("attachments", options.match_options.accept_attachments),
        ("predict_losers", options.prediction_options.predict_the_losers_bracket),
        ("predictions_public", options.prediction_options.public_predictions_before_start_time),
    ] {
        fields.tick(name, on);
    }
    questions::fill(fields, &registration.custom_fields);
}

/// What was typed.
pub(super) fn typed(form: &Form) -> Fields {
    let mut fields = Fields::default();
    for name in TEXTS {
        fields.set(name, form.text(name));
    }
    for name in BOXES {
        fields.tick(name, form.ticked(name));
    }
    questions::fill(&mut fields, &questions::read(form));
    fields
}

/// Puts what is wrong beside its fields. What belongs to none of them, as a sentence.
pub(super) fn mark(fields: &mut Fields, error: &Error) -> String {
    let Error::Invalid(problems) = error else { return sentence(error) };
    let mut rest = Problems::default();
    for found in problems.list() {
        let known = KNOWN_AS.iter().find(|(_, field)| *field == found.field);
        let own = TEXTS.iter().find(|name| **name == found.field);
        let name = known.map(|(name, _)| *name).or(own.copied()).map(str::to_owned);
        match name.or_else(|| questions::field_of(&found.field)) {
            Some(name) => {
                if let Some(text) = problem(error, &found.field) {
                    fields.fail(&name, text);
                }
            }
            None => rest.add(found.field.clone(), found.message.clone()),
        }
    }
    match rest.check() {
        Ok(()) => "Something is wrong below.".to_owned(),
        Err(rest) => sentence(&rest),
    }
}

/// The field's value, if there is one and it is of this type.
fn parse<T: FromStr>(form: &Form, name: &str, what: &str, problems: &mut Problems) -> Option<T> {
    let text = form.text(name).trim();
    if text.is_empty() {
        return None;
    }
    let parsed = text.parse().ok();
    if parsed.is_none() {
        problems.add(name, format!("must be {what}"));
    }
    parsed
}

const WHOLE: &str = "a whole number";
const POINTS: &str = "a number, such as 3 or 0.5";

/// What the form asks for. `base` are the options as they are: what the form does not speak of stays.
/// Once it has started, `fixed`, the form does not ask how it is played.
pub(super) fn read(form: &Form, kind: Kind, base: Options, fixed: bool) -> Result<Wanted, Error> {
    let mut problems = Problems::default();
    let mut wanted = Wanted {
        name: form.text("name").to_owned(),
        slug: Some(form.text("url").trim()).filter(|slug| !slug.is_empty()).map(str::to_owned),
        kind,
        game: form.text("game").to_owned(),
        description: form.text("description").replace("\r\n", "\n"),
        private: form.ticked("private"),
        starts_at: starts_at(form, &mut problems),
        options: base,
    };
    let options = &mut wanted.options;
    options.match_options.accept_attachments = form.ticked("attachments");
    options.seeding_options.hide_seeds = form.ticked("hide_seeds");
    options.registration_options.open_signup = form.ticked("open_signup");
    options.registration_options.signup_cap = parse(form, "signup_cap", WHOLE, &mut problems);
    options.registration_options.check_in_duration = parse(form, "check_in", WHOLE, &mut problems);
    options.registration_options.custom_fields = questions::read(form);
    if !fixed {
        match Kind::parse(form.text("tournament_type")) {
            Some(kind) => wanted.kind = kind,
            None => problems.add("tournament_type", "must be chosen"),
        }
        play(form, wanted.kind, &mut wanted.options, &mut problems);
    }
    problems.check()?;
    Ok(wanted)
}

fn starts_at(form: &Form, problems: &mut Problems) -> Option<i64> {
    let local: civil::DateTime =
        parse(form, "starts_at", "a day and a time, such as 2027-03-01T18:00", problems)?;
    let zoned = local.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

/// How it is played. What does not go with the format is as if it were not there.
fn play(form: &Form, kind: Kind, options: &mut Options, problems: &mut Problems) {
    options.seeding_options.sequential_pairings = form.ticked("sequential");
    let placement = parse(form, "placement", WHOLE, problems);
    options.match_options.consolation_matches_target_rank =
        placement.filter(|_| kind == Kind::SingleElimination);
    let double = &mut options.double_elimination_options;
    double.split_participants = kind == Kind::DoubleElimination && form.ticked("split");
    if let Some(grand_finals) = GrandFinals::parse(form.text("grand_finals")) {
        double.grand_finals_modifier = grand_finals;
    }
    let round_robin = &mut options.round_robin_options;
    if let Some(iterations) = parse(form, "iterations", WHOLE, problems) {
        round_robin.iterations = iterations;
    }
    if let Some(ranked_by) = RankedBy::parse(form.text("ranked_by")) {
        round_robin.ranking = ranked_by;
    }
    for (name, points) in [
        ("rr_win", &mut round_robin.worth.pts_for_match_win),
        ("rr_tie", &mut round_robin.worth.pts_for_match_tie),
        ("rr_set_win", &mut round_robin.worth.pts_for_game_win),
        ("rr_set_tie", &mut round_robin.worth.pts_for_game_tie),
        ("swiss_win", &mut options.swiss_options.worth.pts_for_match_win),
        ("swiss_tie", &mut options.swiss_options.worth.pts_for_match_tie),
        ("swiss_set_win", &mut options.swiss_options.worth.pts_for_game_win),
        ("swiss_set_tie", &mut options.swiss_options.worth.pts_for_game_tie),
        ("swiss_bye", &mut options.swiss_options.pts_for_bye),
    ] {
        if let Some(parsed) = parse(form, name, POINTS, problems) {
            *points = parsed;
        }
    }
    for (name, tie_break) in ["tie_1", "tie_2", "tie_3"].into_iter().zip(&mut options.tie_breaks) {
        if let Some(chosen) = TieBreak::parse(form.text(name)) {
            *tie_break = chosen;
        }
    }
    options.swiss_options.rounds = parse(form, "rounds", WHOLE, problems);
    if let Some(sides) = parse(form, "sides", WHOLE, problems) {
        options.free_for_all_options.max_participants = sides;
    }
    options.free_for_all_options.advancing = parse(form, "advancing", WHOLE, problems);
    options.group_stage_enabled = form.ticked("groups");
    let groups = &mut options.group_stage_options;
    if let Some(kind) = Kind::parse(form.text("group_type")) {
        groups.stage_type = kind;
        groups.split_participants &= kind == Kind::DoubleElimination;
    }
    if let Some(size) = parse(form, "group_size", WHOLE, problems) {
        groups.group_size = size;
    }
    if let Some(advance) = parse(form, "group_advance", WHOLE, problems) {
        groups.participant_count_to_advance_per_group = advance;
    }
    if let Some(method) = parse(form, "predictions", WHOLE, problems) {
        options.prediction_options.method = method;
    }
    let predictions = &mut options.prediction_options;
    predictions.predict_the_losers_bracket = form.ticked("predict_losers");
    predictions.public_predictions_before_start_time = form.ticked("predictions_public");
}

/// The options as they would be in another format.
fn adapted(kind: Kind, options: &Options) -> Options {
    let mut options = options.clone();
    if kind != Kind::SingleElimination {
        options.match_options.consolation_matches_target_rank = None;
    }
    options.double_elimination_options.split_participants &= kind == Kind::DoubleElimination;
    options
}

/// What so many would play, in words.
pub(super) fn outlook(kind: Kind, options: &Options, players: u32) -> Outlook {
    match forecast(kind, &adapted(kind, options), players) {
        Ok(found) => Outlook { lines: words::forecast(&found), refused: None },
        Err(error) => Outlook { lines: Vec::new(), refused: Some(sentence(&error)) },
    }
}

/// The formats to choose from, each with what so many would play.
fn formats(options: &Options, players: Option<u32>) -> Vec<Format> {
    let outlook = |kind: Kind, players: u32| match forecast(kind, &adapted(kind, options), players)
    {
        Ok(found) => {
            let what = words::matches_in_rounds(found.matches(), found.rounds());
            format!("{players} players: {what}")
        }
        Err(_) => format!("Does not go with {players} players"),
    };
    let format = |kind: Kind| Format {
        name: kind.name(),
        title: kind.title(),
        outlook: players.map(|players| outlook(kind, players)),
    };
    Kind::ALL.map(format).to_vec()
}

/// The form.
pub(super) fn form(
    fields: Fields,
    options: &Options,
    players: Option<u32>,
    fixed: bool,
    communities: Vec<(String, String)>,
) -> Particulars {
    Particulars { fields, formats: formats(options, players), fixed, communities }
}
