//! The attributes of a tournament in a request.

use tiltyard_bracket::standings::Points;
use tiltyard_core::{
    Error, Patch,
    tournaments::{
        GrandFinals, Kind, NewTournament, Options, RankedBy, TieBreak, TournamentChanges, Worth,
        registration::{CustomField, FieldKind},
    },
};

use crate::api::challonge_v2::input::Attributes;

/// Attributes as they were sent; what is `None` was not.
#[derive(Debug, Default)]
pub(in crate::api) struct Sent {
    name: Option<String>,
    slug: Option<String>,
    kind: Option<Kind>,
    game_name: Option<String>,
    description: Option<String>,
    private: Option<bool>,
    starts_at: Patch<i64>,
    options: SentOptions,
}

#[derive(Debug, Default)]
struct SentOptions {
    upon_matches_open: Option<bool>,
    upon_tournament_ends: Option<bool>,
    consolation: Patch<u32>,
    accept_attachments: Option<bool>,
    open_signup: Option<bool>,
    signup_cap: Patch<u32>,
    check_in_duration: Patch<u32>,
    custom_fields: Option<Vec<CustomField>>,
    hide_seeds: Option<bool>,
    sequential_pairings: Option<bool>,
    auto_assign: Option<bool>,
    only_start_matches_with_assigned_stations: Option<bool>,
    split_participants: Option<bool>,
    grand_finals: Option<GrandFinals>,
    iterations: Option<u32>,
    ranking: Option<RankedBy>,
    worth: SentWorth,
    tie_breaks: Option<[TieBreak; 3]>,
    rounds: Patch<u32>,
    swiss: SentWorth,
    bye: Option<Points>,
    sides: Option<u32>,
    advancing: Patch<u32>,
    prediction_method: Option<u8>,
    predict_the_losers_bracket: Option<bool>,
    public_predictions: Option<bool>,
    group_stage: Option<bool>,
    groups: SentGroups,
}

/// The group stage, as far as it was sent.
#[derive(Debug, Default)]
struct SentGroups {
    kind: Option<Kind>,
    size: Option<u32>,
    advance: Option<u32>,
    iterations: Option<u32>,
    ranking: Option<RankedBy>,
    worth: SentWorth,
    split: Option<bool>,
    rounds: Patch<u32>,
}

/// What results are worth, as far as it was sent.
#[derive(Debug, Default)]
struct SentWorth {
    match_win: Option<Points>,
    match_tie: Option<Points>,
    game_win: Option<Points>,
    game_tie: Option<Points>,
}

/// Reads the attributes.
pub(in crate::api) fn read(mut sent: Attributes) -> Result<Sent, Error> {
    let mut result = Sent {
        name: sent.text("name"),
        slug: sent.text("url").filter(|url| !url.is_empty()),
        kind: kind(&mut sent, "tournament_type"),
        game_name: sent.nullable_text("game_name").or_default(),
        description: sent.nullable_text("description").or_default(),
        private: sent.bool("private"),
        starts_at: sent.nullable_time("starts_at"),
        options: SentOptions::default(),
    };
    let options = &mut result.options;
    sent.group("notifications", |group| {
        options.upon_matches_open = group.bool("upon_matches_open");
        options.upon_tournament_ends = group.bool("upon_tournament_ends");
    });
    sent.group("match_options", |group| {
        options.consolation = group.nullable_count("consolation_matches_target_rank");
        options.accept_attachments = group.bool("accept_attachments");
        // v2.0's name for a third-place match.
        if let Some(third) = group.bool("third_place_match")
            && options.consolation.is_keep()
        {
            options.consolation = if third { Patch::Set(3) } else { Patch::Clear };
        }
    });
    sent.group("registration_options", |group| {
        options.open_signup = group.bool("open_signup");
        options.signup_cap = group.nullable_count("signup_cap");
        options.check_in_duration = group.nullable_count("check_in_duration");
        options.custom_fields = if group.is_null("custom_fields") {
            Some(Vec::new())
        } else {
            group.list("custom_fields", custom_field)
        };
    });
    sent.group("seeding_options", |group| {
        options.hide_seeds = group.bool("hide_seeds");
        options.sequential_pairings = group.bool("sequential_pairings");
    });
    sent.group("station_options", |group| {
        options.auto_assign = group.bool("auto_assign");
        options.only_start_matches_with_assigned_stations =
            group.bool("only_start_matches_with_assigned_stations");
    });
    sent.group("double_elimination_options", |group| {
        options.split_participants = group.bool("split_participants");
        if let Some(name) = group.nullable_text("grand_finals_modifier").or_default() {
            match GrandFinals::parse(&name) {
                Some(choice) => options.grand_finals = Some(choice),
                None => group.refuse(
                    "grand_finals_modifier",
                    "must be empty (a reset is possible), `single match` or `skip`",
                ),
            }
        }
    });
    sent.group("round_robin_options", |group| {
        options.iterations = group.count("iterations");
        options.ranking = ranking(group, "ranking");
        options.worth = SentWorth::read(group, "");
    });
    sent.group("swiss_options", |group| {
        options.rounds = group.nullable_count("rounds");
        options.swiss = SentWorth::read(group, "");
        options.bye = group.points("pts_for_bye");
    });
    sent.group("free_for_all_options", |group| {
        options.sides = group.count("max_participants");
        options.advancing = group.nullable_count("advancing");
    });
    sent.group("prediction_options", |group| {
        // What is none of the methods is refused where it is known what there are.
        let method = group.count("prediction_method");
        options.prediction_method = method.map(|method| u8::try_from(method).unwrap_or(u8::MAX));
        options.predict_the_losers_bracket = group.bool("predict_the_losers_bracket");
        options.public_predictions = group.bool("public_predictions_before_start_time");
    });
    options.group_stage = sent.bool("group_stage_enabled");
    sent.group("group_stage_options", |group| {
        options.groups = SentGroups {
            kind: kind(group, "stage_type"),
            size: group.count("group_size"),
            advance: group.count("participant_count_to_advance_per_group"),
            iterations: group.count("rr_iterations"),
            ranking: ranking(group, "ranked_by"),
            worth: SentWorth::read(group, "rr_"),
            split: group.bool("split_participants"),
            rounds: group.nullable_count("rounds"),
        };
    });
    options.tie_breaks = tie_breaks(&mut sent);
    sent.problems.check()?;
    Ok(result)
}

fn kind(sent: &mut Attributes, field: &str) -> Option<Kind> {
    let name = sent.text(field)?;
    let kind = Kind::parse(&name);
    if kind.is_none() {
        let known = Kind::ALL.map(Kind::name).join("`, `");
        sent.refuse(field, &format!("must be one of `{known}`"));
    }
    kind
}

/// A registration field; its key stands in for a label that is left out.
fn custom_field(sent: &mut Attributes) -> CustomField {
    let kind = sent.text("kind");
    let parsed = kind.as_deref().map_or(Some(FieldKind::Text), FieldKind::parse);
    if parsed.is_none() {
        let known = FieldKind::ALL.map(FieldKind::name).join("`, `");
        sent.refuse("kind", &format!("must be one of `{known}`"));
    }
    let key = sent.text("key").unwrap_or_default();
    CustomField {
        label: sent.text("label").unwrap_or_else(|| key.clone()),
        key,
        kind: parsed.unwrap_or_default(),
        required: sent.bool("required").unwrap_or_default(),
        choices: sent.texts("choices").unwrap_or_default(),
        private: sent.bool("private").unwrap_or_default(),
    }
}

fn ranking(sent: &mut Attributes, field: &str) -> Option<RankedBy> {
    let name = sent.nullable_text(field).or_default()?;
    let ranking = RankedBy::parse(&name);
    if ranking.is_none() {
        let known = RankedBy::ALL.map(RankedBy::name).join("`, `");
        sent.refuse(field, &format!("must be one of `{known}` (the first is empty)"));
    }
    ranking
}

fn tie_breaks(sent: &mut Attributes) -> Option<[TieBreak; 3]> {
    let names = sent.texts("tie_breaks")?;
    let known: Vec<TieBreak> = names.iter().filter_map(|name| TieBreak::parse(name)).collect();
    let tie_breaks = known.try_into().ok().filter(|_| names.len() == 3);
    if tie_breaks.is_none() {
        let known = TieBreak::ALL.map(TieBreak::name).join("`, `");
        sent.refuse("tie_breaks", &format!("must be three of `{known}`"));
    }
    tie_breaks
}

impl SentWorth {
    fn read(sent: &mut Attributes, prefix: &str) -> Self {
        let mut points = |name: &str| sent.points(&format!("{prefix}pts_for_{name}"));
        Self {
            match_win: points("match_win"),
            match_tie: points("match_tie"),
            game_win: points("game_win"),
            game_tie: points("game_tie"),
        }
    }

    fn over(&self, worth: Worth) -> Worth {
        Worth {
            pts_for_match_win: self.match_win.unwrap_or(worth.pts_for_match_win),
            pts_for_match_tie: self.match_tie.unwrap_or(worth.pts_for_match_tie),
            pts_for_game_win: self.game_win.unwrap_or(worth.pts_for_game_win),
            pts_for_game_tie: self.game_tie.unwrap_or(worth.pts_for_game_tie),
        }
    }
}

impl SentOptions {
    /// The options as they are to be.
    fn over(&self, mut options: Options) -> Options {
        fn put<T: Copy>(target: &mut T, sent: Option<T>) {
            if let Some(sent) = sent {
                *target = sent;
            }
        }
        let o = &mut options;
        put(&mut o.notifications.upon_matches_open, self.upon_matches_open);
        put(&mut o.notifications.upon_tournament_ends, self.upon_tournament_ends);
        self.consolation.apply(&mut o.match_options.consolation_matches_target_rank);
        put(&mut o.match_options.accept_attachments, self.accept_attachments);
        put(&mut o.registration_options.open_signup, self.open_signup);
        self.signup_cap.apply(&mut o.registration_options.signup_cap);
        self.check_in_duration.apply(&mut o.registration_options.check_in_duration);
        if let Some(fields) = &self.custom_fields {
            o.registration_options.custom_fields.clone_from(fields);
        }
        put(&mut o.seeding_options.hide_seeds, self.hide_seeds);
        put(&mut o.seeding_options.sequential_pairings, self.sequential_pairings);
        put(&mut o.station_options.auto_assign, self.auto_assign);
        put(
            &mut o.station_options.only_start_matches_with_assigned_stations,
            self.only_start_matches_with_assigned_stations,
        );
        put(&mut o.double_elimination_options.split_participants, self.split_participants);
        put(&mut o.double_elimination_options.grand_finals_modifier, self.grand_finals);
        put(&mut o.round_robin_options.iterations, self.iterations);
        put(&mut o.round_robin_options.ranking, self.ranking);
        o.round_robin_options.worth = self.worth.over(o.round_robin_options.worth);
        self.rounds.apply(&mut o.swiss_options.rounds);
        o.swiss_options.worth = self.swiss.over(o.swiss_options.worth);
        put(&mut o.swiss_options.pts_for_bye, self.bye);
        put(&mut o.free_for_all_options.max_participants, self.sides);
        self.advancing.apply(&mut o.free_for_all_options.advancing);
        let predictions = &mut o.prediction_options;
        put(&mut predictions.method, self.prediction_method);
        put(&mut predictions.predict_the_losers_bracket, self.predict_the_losers_bracket);
        put(&mut predictions.public_predictions_before_start_time, self.public_predictions);
        put(&mut o.group_stage_enabled, self.group_stage);
        let groups = &mut o.group_stage_options;
        put(&mut groups.stage_type, self.groups.kind);
        put(&mut groups.group_size, self.groups.size);
        put(&mut groups.participant_count_to_advance_per_group, self.groups.advance);
        put(&mut groups.round_robin.iterations, self.groups.iterations);
        put(&mut groups.round_robin.ranking, self.groups.ranking);
        groups.round_robin.worth = self.groups.worth.over(groups.round_robin.worth);
        put(&mut groups.split_participants, self.groups.split);
        self.groups.rounds.apply(&mut groups.rounds);
        put(&mut o.tie_breaks, self.tie_breaks);
        options
    }
}

impl Sent {
    /// A new tournament of these attributes.
    pub(in crate::api) fn into_new(self) -> NewTournament {
        NewTournament {
            name: self.name.unwrap_or_default(),
            slug: self.slug,
            kind: self.kind.unwrap_or_default(),
            game_name: self.game_name.unwrap_or_default(),
            description: self.description.unwrap_or_default(),
            private: self.private.unwrap_or_default(),
            starts_at: self.starts_at.into_option(),
            community: None,
            options: self.options.over(Options::default()),
        }
    }

    /// The changes that these attributes mean for a tournament with these options.
    pub(in crate::api) fn changes(&self, options: &Options) -> TournamentChanges {
        TournamentChanges {
            name: self.name.clone(),
            slug: self.slug.clone(),
            kind: self.kind,
            game_name: self.game_name.clone(),
            description: self.description.clone(),
            private: self.private,
            starts_at: self.starts_at,
            options: Some(self.options.over(options.clone())),
        }
    }
}
