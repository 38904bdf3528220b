//! A tournament's page and the part of it that is replaced while it is live.

use askama::Template;

use crate::bracket::{self, BracketView, MatchCard};
use crate::chrome::Chrome;
use crate::moment::Moment;

/// `/{slug}`.
#[derive(Debug, Clone, Template)]
#[template(path = "tournament/page.html")]
pub struct TournamentPage {
    /// Frame.
    pub chrome: Chrome,
    /// The tournament.
    pub tournament: TournamentView,
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
    /// What its organizer wrote about it, plain text; line breaks are kept.
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
    /// What is played, stage by stage.
    pub stages: Vec<Stage>,
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
            Self::AwaitingReview => "Awaiting review",
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

/// A stage of a tournament.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Heading; empty where the tournament has one stage only.
    pub title: String,
    /// Whether it only shows what would be played if the tournament started now.
    pub preview: bool,
    /// Its matches.
    pub play: Play,
}

/// How the matches of a stage are shown.
#[derive(Debug, Clone)]
pub enum Play {
    /// As a tree.
    Bracket(Box<BracketView>),
    /// Round by round (round robin, Swiss, groups).
    Rounds(Vec<Round>),
}

/// A round of a stage that is no tree.
#[derive(Debug, Clone)]
pub struct Round {
    /// Heading, such as `Round 2` or `Group A, round 1`.
    pub title: String,
    /// Its matches.
    pub matches: Vec<MatchCard>,
}

impl Stage {
    pub(crate) fn svg(&self) -> Option<String> {
        match &self.play {
            Play::Bracket(view) => Some(bracket::svg(view)),
            Play::Rounds(_) => None,
        }
    }

    /// What its matches say.
    pub(crate) fn cards(&self) -> impl Iterator<Item = &MatchCard> {
        let tree = match &self.play {
            Play::Bracket(view) => view.matches.as_slice(),
            Play::Rounds(_) => &[],
        };
        tree.iter().chain(self.rounds().iter().flat_map(|round| &round.matches))
    }

    pub(crate) fn rounds(&self) -> &[Round] {
        match &self.play {
            Play::Bracket(_) => &[],
            Play::Rounds(rounds) => rounds,
        }
    }
}

/// Places one to three.
pub(crate) struct PodiumStep<'a> {
    pub(crate) place: String,
    pub(crate) class: &'static str,
    pub(crate) names: Vec<&'a str>,
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

    pub(crate) fn podium(&self) -> Vec<PodiumStep<'_>> {
        if self.state != State::Complete {
            return Vec::new();
        }
        [(1, "podium-1"), (2, "podium-2"), (3, "podium-3")]
            .into_iter()
            .map(|(place, class)| PodiumStep {
                place: ordinal(place),
                class,
                names: self
                    .participants
                    .iter()
                    .filter(|participant| participant.rank == Some(Rank::Final(place)))
                    .map(|participant| participant.name.as_str())
                    .collect(),
            })
            .filter(|step| !step.names.is_empty())
            .collect()
    }

    pub(crate) fn has_ranks(&self) -> bool {
        self.participants.iter().any(|participant| participant.rank.is_some())
    }

    pub(crate) fn has_records(&self) -> bool {
        self.participants.iter().any(|participant| participant.record.is_some())
    }

    pub(crate) fn has_checkin(&self) -> bool {
        !self.state.started()
            && self.participants.iter().any(|participant| participant.checked_in.is_some())
    }

    pub(crate) fn being_played(&self) -> bool {
        matches!(self.state, State::Underway | State::AwaitingReview)
    }

    /// One line for link previews.
    pub fn summary(&self) -> String {
        let game = self.game.as_ref().map(|game| format!("{game}, ")).unwrap_or_default();
        let count = self.participants.len();
        let plural = if count == 1 { "" } else { "s" };
        format!("{game}{}, {count} participant{plural}. {}.", self.kind, self.state.label())
    }
}

/// `1st`, `2nd`, `3rd`, `11th`.
fn ordinal(place: u32) -> String {
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
