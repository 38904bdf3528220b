//! A tournament's page, the part of it that is replaced while it is live, and the pages around it.

pub mod around;
pub mod ballot;
pub mod happenings;
pub mod matches;
pub mod people;
pub mod predictions;

use std::fmt;

use askama::Template;

use crate::bracket::{self, BracketView, Links, MatchCard, Round, Row};
use crate::chrome::{Chrome, Link};
use crate::moment::Moment;

/// `/{slug}`.
#[derive(Debug, Clone, Template)]
#[template(path = "tournament/page.html")]
pub struct TournamentPage {
    /// Frame.
    pub chrome: Chrome,
    /// The tournament.
    pub tournament: TournamentView,
    /// The pages on which it is run, for whoever does.
    pub manage: Option<String>,
    /// The community that it belongs to, where the visitor may see it.
    pub community: Option<Link>,
    /// Absolute address of this page, for link previews.
    pub canonical: Option<String>,
    /// Where changes are announced; `None` where nothing will change any more.
    pub live: Option<Live>,
}

/// Addresses the script uses to keep a page fresh.
#[derive(Debug, Clone)]
pub struct Live {
    /// Server-sent events. An event named `changed` says that the fragment is stale.
    pub events_url: String,
    /// The fragment: [`TournamentView::render_fragment`].
    pub fragment_url: String,
}

/// A tournament as its page shows it.
#[derive(Debug, Clone)]
pub struct TournamentView {
    /// First path segment of its page.
    pub slug: String,
    /// Number of its last journal entry; written as `data-revision`.
    pub revision: u64,
    /// Name.
    pub name: String,
    /// What its organizer wrote about it, as Markdown.
    pub description: Option<String>,
    /// Game, if given.
    pub game: Option<String>,
    /// Kind in words, such as `Double elimination`.
    pub kind: String,
    /// User name or community.
    pub organizer: String,
    /// State.
    pub state: State,
    /// Share of matches that are complete, 0 to 100.
    pub progress: u8,
    /// Planned start.
    pub starts: Option<Moment>,
    /// When it started.
    pub started: Option<Moment>,
    /// When it ended.
    pub ended: Option<Moment>,
    /// Participants in the order to show: by rank once there is one, else by seed.
    pub participants: Vec<Participant>,
    /// The phases, where there are several.
    pub tabs: Vec<Tab>,
    /// The groups of the phase, some to a page, where there are many.
    pub pages: Vec<Tab>,
    /// What is played in the phase that is shown, stage by stage.
    pub stages: Vec<Stage>,
    /// Whether people register or check in at `/{slug}/join`.
    pub joinable: bool,
    /// Whether seeds are shown.
    pub seeds: bool,
    /// What was asked for.
    pub look: Look,
    /// Pages that not every tournament has for everybody.
    pub more: around::More,
}

/// Most lines of standings that are shown unless all are asked for.
const PEOPLE_SHOWN: usize = 256;

/// Most matches of a round that a folded stage lists unless the round is asked for.
const FOLDED_ROUND: usize = 64;

/// Most matches that stand for a round that is not listed.
const NOW_SHOWN: usize = 12;

/// Up to so many matches every round is open at first.
const OPEN_ALL: usize = 30;

/// Which part of a tournament a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Look {
    /// A stage, from 1; that of the phase being played if nothing is said.
    pub stage: Option<u32>,
    /// A round of it, from 1, of which every match is listed.
    pub round: Option<u32>,
    /// Whose matches are listed apart, by the engine's number; 0 for somebody who was not found.
    pub player: Option<u32>,
    /// Everybody in the standings, however many.
    pub everybody: bool,
}

impl Look {
    /// Of a page with somebody's matches.
    fn with_player(&self, entrant: Option<u32>) -> Option<Self> {
        Some(Self { stage: self.stage, player: Some(entrant?), ..Self::default() })
    }
}

impl fmt::Display for Look {
    /// As the query of an address, with its question mark.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut mark = '?';
        for (name, value) in [("stage", self.stage), ("round", self.round), ("player", self.player)]
        {
            if let Some(value) = value {
                write!(f, "{mark}{name}={value}")?;
                mark = '&';
            }
        }
        if self.everybody { write!(f, "{mark}people=all") } else { Ok(()) }
    }
}

/// A phase to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// What it is called.
    pub label: String,
    /// Its first stage, from 1.
    pub stage: u32,
    /// Whether it is shown.
    pub current: bool,
}

/// State of a tournament.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not started.
    Pending,
    /// Participants confirm that they are here.
    CheckingIn,
    /// The bracket is drawn, and people predict how it will be played.
    Predicting,
    /// Matches are played.
    Underway,
    /// All played, the organizer has yet to confirm.
    AwaitingReview,
    /// Over.
    Complete,
}

impl TournamentPage {
    /// Where other sites ask how to embed a page, without the query that says in which form.
    pub(crate) fn oembed(&self, canonical: &str) -> Option<String> {
        let base = canonical.strip_suffix(&format!("/{}", self.tournament.slug))?;
        Some(format!("{base}/oembed?url={}", canonical.replace(':', "%3A").replace('/', "%2F")))
    }
}

impl State {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "Not started",
            Self::CheckingIn => "Checking in",
            Self::Predicting => "Predictions open",
            Self::Underway => "Live",
            Self::AwaitingReview => "All played",
            Self::Complete => "Complete",
        }
    }

    /// The name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::CheckingIn => "checking_in",
            Self::Predicting => "accepting_predictions",
            Self::Underway => "underway",
            Self::AwaitingReview => "awaiting_review",
            Self::Complete => "complete",
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::CheckingIn | Self::Predicting => "checkin",
            Self::Underway => "live",
            Self::AwaitingReview => "review",
            Self::Complete => "complete",
        }
    }

    fn started(self) -> bool {
        matches!(self, Self::Underway | Self::AwaitingReview | Self::Complete)
    }
}

/// Someone who takes part.
#[derive(Debug, Clone)]
pub struct Participant {
    /// The engine's number in what is played.
    pub entrant: Option<u32>,
    /// Seed, from 1.
    pub seed: u32,
    /// Name.
    pub name: String,
    /// Place, once anything is known of it.
    pub rank: Option<Rank>,
    /// Matches won and lost, such as `3–1`; where there are draws, `3–1–0` with those last.
    pub record: Option<String>,
    /// Whether checked in; `None` where there is no check-in.
    pub checked_in: Option<bool>,
    /// Whether they wait for a place.
    pub waiting: bool,
}

impl Participant {
    /// Of the page with their matches.
    pub(crate) fn query(&self, look: &Look) -> Option<Look> {
        look.with_player(self.entrant)
    }
}

/// A place in the standings. The best place is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// Will not change any more (5 is shown for both who share the fifth place).
    Final(u32),
    /// No worse than this, whatever happens.
    Guaranteed(u32),
}

impl Rank {
    pub(crate) fn words(self) -> String {
        match self {
            Self::Final(place) => ordinal(place),
            Self::Guaranteed(place) => format!("{} or better", ordinal(place)),
        }
    }

    /// Whether nothing can change it any more.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Final(_))
    }

    /// The place, sure or not.
    pub(crate) fn place(self) -> u32 {
        match self {
            Self::Final(place) | Self::Guaranteed(place) => place,
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Final(1) => "rank rank-1",
            Self::Final(2) => "rank rank-2",
            Self::Final(3) => "rank rank-3",
            Self::Final(_) => "rank",
            Self::Guaranteed(_) => "rank rank-open",
        }
    }
}

/// A round as it stands on a page.
#[derive(Debug, Clone)]
pub(crate) struct RoundShown<'a> {
    pub(crate) round: &'a Round,
    /// Whether it is open at first.
    pub(crate) open: bool,
    /// Whether all of its matches are in the page.
    pub(crate) listed: bool,
    /// Of one that is not listed what is played now, or can be.
    pub(crate) now: Vec<&'a MatchCard>,
    /// Of a page with all of its matches.
    pub(crate) query: Look,
}

/// A stage of a tournament.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Heading; empty where the tournament has one stage only.
    pub title: String,
    /// Whether it only shows what would be played if the tournament started now.
    pub preview: bool,
    /// Its matches.
    pub view: Box<BracketView>,
}

impl Stage {
    /// Heading, or what stands in for it.
    pub(crate) fn called(&self) -> &str {
        if self.title.is_empty() { "Bracket" } else { &self.title }
    }

    /// What its matches say.
    pub(crate) fn cards(&self) -> impl Iterator<Item = &MatchCard> {
        self.view.matches.iter()
    }

    /// The attributes of a link to a match, where it has a page: on this site, or beside a frame.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass what they name so")]
    pub(crate) fn link(&self, identifier: &str, here: &bool) -> Option<String> {
        let links = self.view.links.clone()?;
        Some(Links { beside: !here, ..links }.to(identifier))
    }

    /// Its number in addresses, from 1.
    pub(crate) fn number(&self) -> u32 {
        self.view.stage.saturating_add(1)
    }

    /// The picture; tables have none on a page.
    pub(crate) fn svg(&self) -> Option<String> {
        self.view.table.is_none().then(|| bracket::svg(&self.view))
    }

    /// Rounds are listed one below the other, each to be opened; otherwise one beside the other, for
    /// small screens.
    pub(crate) fn unfolds(&self) -> bool {
        self.view.folded || self.view.table.is_some()
    }

    /// Its rounds as they stand on a page.
    pub(crate) fn rounds_shown<'a>(&'a self, look: &Look) -> Vec<RoundShown<'a>> {
        let view = self.view.as_ref();
        let here = look.stage.is_none_or(|stage| stage == self.number());
        let asked = look.round.filter(|_| here);
        let few = view.matches.len() <= OPEN_ALL;
        let now = |round: &'a Round| {
            let of = |state| round.cards(view).filter(move |card| card.state == state);
            let (played, open) = (bracket::MatchState::Underway, bracket::MatchState::Open);
            of(played).chain(of(open)).take(NOW_SHOWN).collect()
        };
        let rounds = view.rounds.iter().zip(1..).map(|(round, number)| {
            let asked_here = asked == Some(number);
            let listed = !view.folded || round.matches.len() <= FOLDED_ROUND || asked_here;
            RoundShown {
                round,
                open: match asked {
                    Some(_) => asked_here,
                    None => !view.folded && few || round.is_current(view),
                },
                listed,
                now: if listed { Vec::new() } else { now(round) },
                query: Look { stage: Some(self.number()), round: Some(number), ..Look::default() },
            }
        });
        rounds.collect()
    }

    /// Lines of its standings that are shown.
    pub(crate) fn rows(&self, look: &Look) -> &[Row] {
        let rows = self.view.table.as_ref().map(|table| table.rows.as_slice()).unwrap_or_default();
        if look.everybody { rows } else { rows.get(..PEOPLE_SHOWN).unwrap_or(rows) }
    }

    /// Of the page with the matches of whoever stands there.
    pub(crate) fn query(row: &Row, look: &Look) -> Option<Look> {
        look.with_player(row.entrant)
    }

    /// The place that is sure for somebody, whatever happens.
    pub(crate) fn sure(row: &Row) -> String {
        row.guaranteed.map(ordinal).unwrap_or_default()
    }

    /// Adds the matches of an entrant, in their order, and behind them those that can follow.
    fn steps_of<'a>(&'a self, entrant: u32, steps: &mut Vec<Step<'a>>) {
        let own = |card: &&MatchCard| card.sides.iter().any(|side| side.entrant == Some(entrant));
        let from = steps.len();
        let own = self.cards().filter(own);
        steps.extend(own.map(|card| Step { stage: self, card, possible: false }));
        let mut at = from;
        while let Some(step) = steps.get(at).copied() {
            at += 1;
            if step.card.state == bracket::MatchState::Complete {
                continue;
            }
            for key in [step.card.winner_to, step.card.loser_to].into_iter().flatten() {
                let known = steps.iter().skip(from).any(|step| step.card.key == key);
                if let Some(card) = self.view.card(key).filter(|_| !known) {
                    steps.push(Step { stage: self, card, possible: true });
                }
            }
        }
    }
}

/// Places one to three.
pub(crate) struct PodiumStep<'a> {
    pub(crate) place: String,
    pub(crate) class: &'static str,
    /// Nobody as long as it is open.
    pub(crate) names: Vec<&'a str>,
}

/// A match on somebody's way.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) card: &'a MatchCard,
    /// Whether it is not sure that they come there.
    pub(crate) possible: bool,
}

/// The matches of one person.
pub(crate) struct Road<'a> {
    /// Nobody where whoever was looked for is not here.
    pub(crate) player: Option<&'a Participant>,
    pub(crate) steps: Vec<Step<'a>>,
}

#[derive(Template)]
#[template(path = "tournament/fragment.html")]
struct Fragment<'a> {
    tournament: &'a TournamentView,
}

impl TournamentView {
    /// The part of the page that is replaced live: state, progress, bracket, standings. Its root
    /// element has the id `live` and carries `data-revision`.
    pub fn render_fragment(&self) -> Result<String, askama::Error> {
        Fragment { tournament: self }.render()
    }

    /// What its organizer wrote about it, as HTML.
    pub(crate) fn prose(&self) -> Option<String> {
        self.description.as_ref().map(|text| crate::prose::html(text, 1))
    }

    /// The best three, from the start on, so that nothing moves when they are known.
    pub(crate) fn podium(&self) -> Vec<PodiumStep<'_>> {
        if !self.is_started() {
            return Vec::new();
        }
        let places = (1..).zip(["podium-1", "podium-2", "podium-3"]).take(self.participants.len());
        let steps = places.map(|(place, class)| {
            let there = |person: &&Participant| person.rank == Some(Rank::Final(place));
            let names = self.participants.iter().filter(there).map(|it| it.name.as_str());
            PodiumStep { place: ordinal(place), class, names: names.collect() }
        });
        steps.filter(|step| self.state != State::Complete || !step.names.is_empty()).collect()
    }

    /// Whose matches were asked for, with those that can follow.
    pub(crate) fn road(&self) -> Option<Road<'_>> {
        let wanted = self.look.player?;
        let player = self.participants.iter().find(|it| wanted > 0 && it.entrant == Some(wanted));
        let mut steps = Vec::new();
        for stage in self.stages.iter().filter(|stage| !stage.preview) {
            stage.steps_of(wanted, &mut steps);
        }
        Some(Road { player, steps })
    }

    /// Whether the page does not hold everybody and every match, and offers to look for somebody.
    pub(crate) fn is_large(&self) -> bool {
        self.participants.len() > PEOPLE_SHOWN
            || !self.pages.is_empty()
            || self.stages.iter().any(|it| it.view.folded)
    }

    /// How its stages stand: of several, small tables beside each other, large ones one below the other.
    pub(crate) fn arranged(&self) -> &'static str {
        let tables = self.stages.iter().filter_map(|it| it.view.table.as_ref());
        match tables.map(|table| table.rows.len()).max() {
            _ if self.stages.len() < 2 => "stages",
            Some(..=4) => "stages stages-beside stages-few",
            Some(_) => "stages stages-beside stages-many",
            None => "stages stages-beside",
        }
    }

    pub(crate) fn is_started(&self) -> bool {
        self.state.started()
    }

    /// The query of the page of a phase.
    pub(crate) fn tab_query(tab: &Tab) -> Look {
        Look { stage: Some(tab.stage), ..Look::default() }
    }

    /// Whether participants have a list of their own: of a single table they stand in it.
    pub(crate) fn lists_people(&self) -> bool {
        let table = |stage: &Stage| stage.view.table.is_some() && !stage.preview;
        !(self.tabs.is_empty() && self.stages.len() == 1 && self.stages.iter().all(table))
    }

    /// The participants that are shown.
    pub(crate) fn people(&self) -> &[Participant] {
        let all = self.participants.as_slice();
        if self.look.everybody { all } else { all.get(..PEOPLE_SHOWN).unwrap_or(all) }
    }

    /// The query for a page with everybody, where some are left out.
    pub(crate) fn everybody(&self) -> Option<Look> {
        let left_out = !self.look.everybody && self.participants.len() > PEOPLE_SHOWN;
        left_out.then_some(Look { everybody: true, ..self.look })
    }

    pub(crate) fn has_ranks(&self) -> bool {
        self.participants.iter().any(|participant| participant.rank.is_some())
    }

    /// Whether there are records, or will be: the column is there from the start on.
    pub(crate) fn has_records(&self) -> bool {
        let of_two = |card: &MatchCard| card.sides.len() == 2;
        self.participants.iter().any(|participant| participant.record.is_some())
            || self.is_started() && self.stages.iter().flat_map(Stage::cards).any(of_two)
    }

    pub(crate) fn has_checkin(&self) -> bool {
        !self.state.started()
            && self.participants.iter().any(|participant| participant.checked_in.is_some())
    }

    /// One line for link previews.
    pub fn summary(&self) -> String {
        let game = self.game.as_ref().map(|game| format!("{game}, ")).unwrap_or_default();
        let count = self.participants.len();
        let plural = if count == 1 { "" } else { "s" };
        let words = self.description.as_ref().map(|text| crate::prose::plain(text, 160));
        let words = words.filter(|text| !text.is_empty()).map(|text| format!(" {text}"));
        format!(
            "{game}{}, {count} participant{plural}. {}.{}",
            self.kind,
            self.state.label(),
            words.unwrap_or_default()
        )
    }
}

/// `1st`, `2nd`, `3rd`, `11th`.
pub(crate) fn ordinal(place: u32) -> String {
    let suffix = match (place % 10, place % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{place}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::ordinal;
    use rstest::rstest;

    #[rstest]
    #[case(1, "1st")]
    #[case(2, "2nd")]
    #[case(3, "3rd")]
    #[case(4, "4th")]
    #[case(11, "11th")]
    #[case(12, "12th")]
    #[case(13, "13th")]
    #[case(21, "21st")]
    #[case(112, "112th")]
    #[case(u32::MAX, "4294967295th")]
    fn writes_places(#[case] place: u32, #[case] words: &str) {
        assert_eq!(ordinal(place), words);
    }
}
