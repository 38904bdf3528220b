//! What happened, in words: what stands in a journal's entry after who did it.

use serde_json::Value as Json;
use tiltyard_core::tournaments::Tournament;
use tiltyard_pages::{Link, tournament::happenings::Part};

use super::match_path;

/// Names and matches that are written out; of more, how many.
const SHOWN: usize = 6;

/// A sentence that is being written.
struct Sentence<'a> {
    tournament: &'a Tournament,
    body: &'a Json,
    parts: Vec<Part>,
}

/// The sentence about an entry.
pub(super) fn parts(tournament: &Tournament, event: &str, body: &Json) -> Vec<Part> {
    let mut sentence = Sentence { tournament, body, parts: Vec::new() };
    sentence.write(event);
    sentence.parts
}

fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `a`, `a and b`, `a, b and c`: what stands before the next of them.
fn between(index: usize, count: usize) -> &'static str {
    match index {
        0 => "",
        _ if index + 1 == count => " and ",
        _ => ", ",
    }
}

impl Sentence<'_> {
    fn text(&mut self, text: impl Into<String>) {
        let text = text.into();
        if text.is_empty() {
            return;
        }
        match self.parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(&text),
            _ => self.parts.push(Part::Text(text)),
        }
    }

    fn name(&mut self, name: impl Into<String>) {
        self.parts.push(Part::Name(name.into()));
    }

    fn number(&self, field: &str) -> i64 {
        self.body[field].as_i64().unwrap_or_default()
    }

    /// The name of a participant, if they are still there.
    fn participant(&self, id: &Json) -> Option<String> {
        let id = id.as_i64()?;
        let row = self.tournament.participants.iter().find(|row| row.id == id)?;
        Some(row.name.clone())
    }

    /// Names, and how many more.
    fn names(&mut self, names: &[String], count: usize) {
        if names.is_empty() {
            self.text(counted(
                i64::try_from(count).unwrap_or_default(),
                "participant",
                "participants",
            ));
            return;
        }
        let more = count.saturating_sub(SHOWN);
        let shown = names.len().min(SHOWN);
        let all = shown + usize::from(more > 0);
        for (index, name) in names.iter().take(SHOWN).enumerate() {
            self.text(between(index, all));
            self.name(name.clone());
        }
        if more > 0 {
            self.text(format!("{}{more} more", between(shown, all)));
        }
    }

    /// Participants of a list in the body: with their names, or by id.
    fn listed(&mut self, field: &str) {
        let list = self.body[field].as_array().map(Vec::as_slice).unwrap_or_default();
        let name = |it: &Json| match it["name"].as_str() {
            Some(name) => Some(name.to_owned()),
            None => self.participant(it),
        };
        let names: Vec<String> = list.iter().take(SHOWN).filter_map(name).collect();
        self.names(&names, list.len());
    }

    /// The participant that the body is about.
    fn somebody(&mut self) {
        match self.body["name"].as_str() {
            Some(name) => self.name(name),
            None => self.text("a participant"),
        }
    }

    /// A match by its id; `called` is what it was called then.
    fn of_match(&mut self, id: &Json, called: &Json) {
        let found = id.as_i64().and_then(|id| self.tournament.match_by_id(id));
        match (found, called.as_str()) {
            (Some((row, of)), _) => {
                let path = match_path(self.tournament, row, of);
                self.parts.push(Part::Link(Link::new(of.identifier.to_string(), path)));
            }
            (None, Some(called)) => self.text(called),
            (None, None) => self.text("a match"),
        }
    }

    fn the_match(&mut self) {
        let body = self.body;
        self.of_match(&body["match"], &body["identifier"]);
    }

    /// What a change took from other matches.
    fn reset(&mut self) {
        let body = self.body;
        let reset = body["reset"].as_array().map(Vec::as_slice).unwrap_or_default();
        if reset.is_empty() {
            return;
        }
        self.text(", which reset ");
        let more = reset.len().saturating_sub(SHOWN);
        let shown = reset.len().min(SHOWN);
        let all = shown + usize::from(more > 0);
        for (index, id) in reset.iter().take(SHOWN).enumerate() {
            self.text(between(index, all));
            self.of_match(id, &Json::Null);
        }
        if more > 0 {
            self.text(format!("{}{}", between(shown, all), counted(more_as(more), "more", "more")));
        }
    }

    /// The name on a side of a report.
    fn side(&self, slot: usize) -> Option<String> {
        self.participant(self.body["players"].get(slot)?)
    }

    fn name_of_side(&mut self, slot: usize) {
        match self.side(slot) {
            Some(name) => self.name(name),
            None => self.text(format!("side {}", slot + 1)),
        }
    }

    /// A result, the winner and the winner's points first: `Rook beat Castle 3–1, 2–3, 3–0`.
    fn result(&mut self) {
        let body = self.body;
        let sides = body["players"].as_array().map_or(0, Vec::len);
        if sides > 2 {
            self.places(sides);
            return;
        }
        let outcome = &body["outcome"];
        let winner = outcome["winner"]["slot"].as_u64();
        let winner = winner.and_then(|slot| usize::try_from(slot).ok()).filter(|slot| *slot < 2);
        let first = winner.unwrap_or_default();
        let score = self.score(first);
        if sides < 2 {
            // Of earlier versions: who played is not said.
            self.text(score);
            return;
        }
        let (before, between, after) = match (winner, outcome.as_str()) {
            (Some(_), _) if outcome["winner"]["forfeit"] == Json::Bool(true) => {
                ("", " by forfeit against ", String::new())
            }
            (Some(_), _) => ("", " beat ", score),
            (None, Some("double_forfeit")) => ("neither ", " nor ", "played".to_owned()),
            (None, Some("draw")) => ("", " and ", format!("tied {score}")),
            _ => ("", " against ", score),
        };
        self.text(before);
        self.name_of_side(first);
        self.text(between);
        self.name_of_side(1 - first);
        if !after.trim().is_empty() {
            self.text(format!(" {}", after.trim()));
        }
    }

    /// The sets as this side sees them: `3–1, 1–3`.
    fn score(&self, own: usize) -> String {
        let sets = self.body["sets"].as_array().map(Vec::as_slice).unwrap_or_default();
        let points = |set: &Json, slot: usize| set[slot].as_i64().map(|it| it.to_string());
        let set = |set: &Json| {
            [points(set, own), points(set, 1 - own)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("–")
        };
        sets.iter().map(set).collect::<Vec<_>>().join(", ")
    }

    /// Of a match of many sides, the first places.
    fn places(&mut self, sides: usize) {
        let body = self.body;
        let places = &body["outcome"]["places"];
        let mut order: Vec<(u64, usize)> = (0..sides)
            .filter_map(|slot| Some((places.get(slot)?.as_u64().filter(|it| *it > 0)?, slot)))
            .collect();
        order.sort_unstable();
        if order.is_empty() {
            self.text(counted(more_as(sides), "side", "sides"));
        }
        for (index, (place, slot)) in order.iter().take(SHOWN).enumerate() {
            self.text(format!("{}{place}. ", if index == 0 { "" } else { ", " }));
            self.name_of_side(*slot);
        }
    }

    /// Whoever is first.
    fn winners(&mut self) {
        let body = self.body;
        let ranks = body["ranks"].as_array().map(Vec::as_slice).unwrap_or_default();
        let first: Vec<String> = ranks
            .iter()
            .filter(|it| it["rank"] == 1)
            .filter_map(|it| self.participant(&it["participant"]))
            .collect();
        if !first.is_empty() {
            self.text(": ");
            self.names(&first, first.len());
            self.text(if first.len() == 1 { " won" } else { " share the first place" });
        }
    }

    fn about(&mut self, before: &str, after: &str) {
        self.text(before);
        self.somebody();
        self.text(after);
    }

    fn about_match(&mut self, before: &str, after: &str) {
        self.text(before);
        self.the_match();
        self.text(after);
    }

    fn write(&mut self, event: &str) {
        match event.split_once('.').unwrap_or((event, "")) {
            ("match", what) => self.write_match(what, event),
            ("participant" | "participants" | "check_in", what) => self.write_people(what, event),
            _ => self.write_tournament(event),
        }
    }

    fn write_match(&mut self, what: &str, event: &str) {
        match what {
            "reported" => {
                self.about_match("reported ", ": ");
                self.result();
                self.reset();
            }
            "scored" => {
                self.about_match("put down the score of ", ": ");
                self.result();
                self.text(" so far");
                self.reset();
            }
            "reopened" => {
                self.about_match("reopened ", "");
                self.reset();
            }
            "marked_underway" => self.about_match("marked ", " as being played"),
            "unmarked_underway" => self.about_match("took back that ", " is being played"),
            "scheduled" => {
                self.about_match("set when and where ", " is played");
                if let Some(place) = self.body["location"].as_str() {
                    self.text(": ");
                    self.name(place);
                }
            }
            "votes_added" => self.about_match("added votes to ", ""),
            _ => self.text(format!("did something to a match ({event})")),
        }
    }

    fn write_people(&mut self, what: &str, event: &str) {
        match what {
            "added" => {
                self.text("added ");
                self.listed("participants");
            }
            "moved_up" => {
                self.text("moved up from the waiting list: ");
                self.listed("participants");
            }
            "randomized" => self.text("drew the seeds by lot"),
            "cleared" => {
                let count = counted(self.number("count"), "participant", "participants");
                self.text(format!("removed all {count}"));
            }
            "updated" => self.about("changed ", ""),
            "removed" => self.about("removed ", ""),
            "withdrawn" => self.about("withdrew ", ": what was left to play is forfeited"),
            "checked_in" => self.about("checked ", " in"),
            "not_checked_in" => self.about("took the check-in of ", " back"),
            "opened" => self.text("opened the check-in"),
            "processed" => {
                let absent = self.body["absent"].as_array().map_or(0, Vec::len);
                self.text(format!("closed the check-in; {absent} did not come"));
            }
            "aborted" => self.text("gave the check-in up"),
            _ => self.text(format!("did something about participants ({event})")),
        }
    }

    fn write_tournament(&mut self, event: &str) {
        match event {
            "tournament.created" => self.text("made the tournament"),
            "tournament.updated" => self.text("changed the settings"),
            "tournament.started" => {
                let who = counted(self.number("entrants"), "participant", "participants");
                let what = counted(self.number("matches"), "match", "matches");
                self.text(format!("started the tournament: {who}, {what}"));
            }
            "tournament.finalized" => {
                self.text("finalized the tournament");
                self.winners();
            }
            "tournament.reset" => self.text("reset the tournament: what was played is gone"),
            "tournament.ended_early" => {
                let rounds = counted(self.number("rounds"), "round", "rounds");
                self.text(format!("ended it after {rounds}: no further round can be paired"));
            }
            "tournament.released" => self.text("removed the community that it belonged to"),
            "groups.started" => {
                let groups = counted(self.number("groups"), "group", "groups");
                let who = counted(self.number("entrants"), "participant", "participants");
                self.text(format!("started the groups: {groups} with {who}"));
            }
            "groups.finalized" => self.text("finalized the groups"),
            "final_stage.started" => {
                let who = counted(self.number("entrants"), "participant", "participants");
                self.text(format!("started the final stage with {who}"));
            }
            "final_stage.reset" => self.text("reset the final stage"),
            "group.tie_settled" => {
                self.text("settled a tie by seeds: ");
                self.listed("order");
            }
            "round.paired" => {
                let what = self.body["matches"].as_array().map_or(0, Vec::len);
                let what = counted(more_as(what), "match", "matches");
                self.text(format!("paired round {}: {what}", self.number("round")));
            }
            "round.removed" => {
                self.text(format!("took back the pairings of round {}", self.number("round")));
            }
            "predictions.opened" => self.text("opened predictions"),
            "prediction.saved" => self.text("saved a prediction"),
            "prediction.removed" => self.text("took a prediction back"),
            "attachment.added" => self.about_match("attached something to ", ""),
            "attachment.changed" => self.about_match("changed what is attached to ", ""),
            "attachment.removed" => self.about_match("removed what was attached to ", ""),
            "change.undone" => {
                self.text("undid ");
                let events = self.body["events"].as_array().map(Vec::as_slice).unwrap_or_default();
                let mut what = events.iter().filter_map(Json::as_str);
                let what = what.find_map(taken_back_in_short);
                self.text(what.unwrap_or("the last change"));
            }
            other => self.text(format!("did something else ({other})")),
        }
    }
}

/// What an entry of the journal says was done, as the object of "undo".
fn taken_back_in_short(event: &str) -> Option<&'static str> {
    Some(match event {
        "match.reported" => "the last result",
        "match.scored" => "the last live score",
        "match.reopened" => "that a match was reopened",
        "participant.withdrawn" => "that somebody withdrew",
        "groups.finalized" => "the end of the groups",
        "final_stage.started" => "the start of the final stage",
        "final_stage.reset" => "the reset of the final stage",
        "tournament.finalized" => "that it was finalized",
        "match.marked_underway" => "that a match was marked as underway",
        "match.unmarked_underway" => "that a mark was taken from a match",
        _ => return None,
    })
}

/// The same with its particulars: `result of match A, Rook 3–1 Castle`.
pub(in crate::web) fn taken_back(
    tournament: &Tournament,
    event: &str,
    body: &Json,
) -> Option<String> {
    let found = body["match"].as_i64().and_then(|id| tournament.match_by_id(id));
    let of = found.map_or_else(
        || "a match".to_owned(),
        |(row, of)| super::super::organize::words::called(tournament, row, of),
    );
    let mut sentence = Sentence { tournament, body, parts: Vec::new() };
    match event {
        "match.reported" | "match.scored" => {
            let what = if event == "match.reported" { "result" } else { "score" };
            sentence.text(format!("{what} of {of}, "));
            sentence.result();
        }
        "match.reopened" => sentence.text(format!("reopening of {of}")),
        "match.marked_underway" => sentence.text(format!("mark that {of} is underway")),
        "match.unmarked_underway" => sentence.text(format!("mark taken from {of}")),
        "participant.withdrawn" => sentence.about("withdrawal of ", ""),
        _ => return taken_back_in_short(event).map(str::to_owned),
    }
    let text = sentence.parts.into_iter().map(|part| match part {
        Part::Text(text) | Part::Name(text) => text,
        Part::Link(link) => link.label,
    });
    Some(text.collect())
}

fn more_as(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
