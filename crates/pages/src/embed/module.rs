//! `/{slug}/module`: a tournament in a frame on another site.

use askama::Template;

use super::{Look, Tab};
use crate::bracket::{self, Links, MatchCard, MatchState};
use crate::tournament::{Live, Participant, Stage, State, TournamentView};

/// The page in the frame.
#[derive(Debug, Clone, Template)]
#[template(path = "embed/module.html")]
pub struct ModulePage {
    /// Name of the installation.
    pub site_name: String,
    /// Absolute address of the tournament's page.
    pub canonical: String,
    /// Where changes are announced.
    pub live: Live,
    /// The tournament.
    pub module: Module,
}

/// The part of it that is replaced live.
#[derive(Debug, Clone, Template)]
#[template(path = "embed/module_live.html")]
pub struct Module {
    /// Absolute address of the tournament's page.
    pub page: String,
    /// The tournament.
    pub tournament: TournamentView,
    /// How it looks.
    pub look: Look,
}

/// The tag with another width and height, in per cent.
fn scaled(svg: &str, per_cent: u16) -> String {
    let Some((tag, rest)) = svg.split_once('>') else { return svg.to_owned() };
    let mut tag = tag.to_owned();
    for name in [" width=\"", " height=\""] {
        let Some((before, after)) = tag.split_once(name) else { continue };
        let Some((value, after)) = after.split_once('"') else { continue };
        let Ok(length) = value.parse::<u32>() else { continue };
        let length = length.saturating_mul(u32::from(per_cent)) / 100;
        tag = format!("{before}{name}{length}\"{after}");
    }
    format!("{tag}>{rest}")
}

/// The picture; with links to its matches beside the frame, or with none.
fn drawn(stage: &Stage, look: Look, linked: bool) -> String {
    let mut view = bracket::BracketView::clone(&stage.view);
    view.match_width = look.match_width;
    view.links = view.links.filter(|_| linked).map(|links| Links { beside: true, ..links });
    scaled(&bracket::svg(&view), look.multiplier)
}

/// A part to choose.
pub(crate) struct Choice {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

impl Module {
    pub(crate) fn state(&self) -> &'static str {
        self.tournament.state.name()
    }

    pub(crate) fn picture(&self, stage: &Stage) -> String {
        drawn(stage, self.look, true)
    }

    /// What there is to choose from.
    pub(crate) fn choices(&self) -> Vec<Choice> {
        let shown = self.shown();
        let choice = |tab| Choice {
            label: Tab::label(tab),
            href: self.address(tab),
            current: shown == Some(tab),
        };
        self.tabs().into_iter().map(choice).collect()
    }

    fn tabs(&self) -> Vec<Tab> {
        if self.tournament.tabs.len() > 1 {
            vec![Tab::Groups, Tab::Final, Tab::Standings]
        } else {
            Vec::new()
        }
    }

    /// The tab that is shown; none where everything is.
    pub(crate) fn shown(&self) -> Option<Tab> {
        self.look.tab.or_else(|| {
            let first = self.tournament.tabs.first()?;
            Some(if first.current { Tab::Groups } else { Tab::Final })
        })
    }

    fn address(&self, tab: Tab) -> String {
        let look = Look { tab: Some(tab), ..self.look };
        format!("/{}/module{look}", self.tournament.slug)
    }

    /// The stages that are drawn.
    pub(crate) fn stages(&self) -> &[Stage] {
        if self.shown() == Some(Tab::Standings) { &[] } else { &self.tournament.stages }
    }

    /// The stages of which a table decides, where it is asked for.
    pub(crate) fn tables(&self) -> Vec<&Stage> {
        if !self.look.standings && self.shown() != Some(Tab::Standings) {
            return Vec::new();
        }
        self.tournament.stages.iter().filter(|stage| stage.view.table.is_some()).collect()
    }

    /// Whether everybody's places are listed.
    pub(crate) fn standings(&self) -> bool {
        self.shown() == Some(Tab::Standings)
            && self.tables().is_empty()
            && !self.tournament.participants.is_empty()
    }

    pub(crate) fn takes_predictions(&self) -> bool {
        self.look.voting && self.tournament.state == State::Predicting
    }
}

/// What the overlay shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Show {
    /// The match being played, or the next.
    Match,
    /// The bracket.
    Bracket,
    /// Matches being played and played last, and who leads.
    Scoreboard,
}

impl Show {
    const ALL: [Self; 3] = [Self::Match, Self::Bracket, Self::Scoreboard];

    /// The name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Bracket => "bracket",
            Self::Scoreboard => "scoreboard",
        }
    }

    /// What is called so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.name() == name)
    }
}

/// `/{slug}/overlay`: for stream software, which lays it over a picture.
#[derive(Debug, Clone, Template)]
#[template(path = "embed/overlay.html")]
pub struct OverlayPage {
    /// Name of the installation.
    pub site_name: String,
    /// Where changes are announced.
    pub live: Live,
    /// What is shown.
    pub overlay: Overlay,
}

/// The part of it that is replaced live.
#[derive(Debug, Clone, Template)]
#[template(path = "embed/overlay_live.html")]
pub struct Overlay {
    /// The tournament.
    pub tournament: TournamentView,
    /// What of it.
    pub show: Show,
    /// Colours and size.
    pub look: Look,
    /// The match that was asked for.
    pub wanted: Option<String>,
}

/// Rows of the scoreboard.
const ROWS: usize = 6;

impl Overlay {
    fn stages(&self) -> impl Iterator<Item = &Stage> {
        self.tournament.stages.iter().filter(|stage| !stage.preview)
    }

    fn cards(&self) -> impl Iterator<Item = &MatchCard> {
        self.stages().flat_map(Stage::cards)
    }

    /// The match of these letters, of `2-B` in the second stage alone.
    fn named(&self, name: &str) -> Option<&MatchCard> {
        let (number, letters) =
            name.split_once('-').map_or((None, name), |(it, name)| (Some(it), name));
        self.stages()
            .filter(|stage| number.is_none_or(|it| it == stage.number().to_string()))
            .flat_map(Stage::cards)
            .find(|card| card.identifier.eq_ignore_ascii_case(letters))
    }

    /// The match of this identifier; else one being played, else the next.
    pub(crate) fn current(&self) -> Option<&MatchCard> {
        let named = self.wanted.as_deref().and_then(|name| self.named(name));
        let in_state = |state| self.cards().find(move |card| card.state == state);
        named
            .or_else(|| in_state(MatchState::Underway))
            .or_else(|| in_state(MatchState::Open))
            .or_else(|| {
                let complete = MatchState::Complete;
                self.cards().filter(|card| card.state == complete).last()
            })
    }

    pub(crate) fn pictures(&self) -> Vec<String> {
        self.tournament.stages.iter().map(|stage| drawn(stage, self.look, false)).collect()
    }

    /// What is played now, then what can be, then the latest results.
    pub(crate) fn rows(&self) -> Vec<&MatchCard> {
        let of = |state| self.cards().filter(move |card| card.state == state);
        let mut latest: Vec<_> = of(MatchState::Complete).collect();
        latest.reverse();
        of(MatchState::Underway).chain(of(MatchState::Open)).chain(latest).take(ROWS).collect()
    }

    pub(crate) fn leaders(&self) -> Vec<&Participant> {
        let placed = self.tournament.participants.iter().filter(|person| person.rank.is_some());
        placed.take(ROWS).collect()
    }

    pub(crate) fn state(&self) -> &'static str {
        self.tournament.state.name()
    }
}

#[cfg(test)]
mod tests {
    use super::scaled;

    #[test]
    fn sizes_are_scaled_and_nothing_else() {
        let svg = "<svg class=\"bracket\" width=\"200\" height=\"99\" viewBox=\"0 0 200 99\"><rect width=\"200\"/></svg>";
        assert_eq!(
            scaled(svg, 150),
            "<svg class=\"bracket\" width=\"300\" height=\"148\" viewBox=\"0 0 200 99\"><rect width=\"200\"/></svg>"
        );
        assert_eq!(scaled("<svg", 150), "<svg");
    }
}
