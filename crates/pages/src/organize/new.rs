//! Making a tournament, and changing what it is.

use askama::Template;

use super::{Fields, Head};
use crate::chrome::{Chrome, Field};

/// A format that can be chosen.
#[derive(Debug, Clone)]
pub struct Format {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What is played with the expected number of players, such as `15 matches in 4 rounds`; or why
    /// it does not go.
    pub outlook: Option<String>,
}

impl Format {
    /// How it is played, and what for.
    pub(crate) fn sentence(&self) -> &'static str {
        match self.name {
            "single elimination" => {
                "One loss and out. The shortest way to a winner, and the one that everybody knows."
            }
            "double elimination" => {
                "Two losses and out: whoever loses once goes on in a second bracket."
            }
            "round robin" => {
                "Everybody meets everybody, and a table decides. Fair, and long: best up to about ten."
            }
            "swiss" => {
                "A fixed number of rounds against others who do as well as oneself; nobody is out."
            }
            "free for all" => {
                "Many players in one match, and the best of each go on to the next round."
            }
            _ => "",
        }
    }

    pub(crate) fn chosen(&self, fields: &Fields) -> bool {
        fields.is("tournament_type", self.name)
    }
}

/// What would be played, with the settings as they stand in the form.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// Sentences, one a stage.
    pub lines: Vec<String>,
    /// Why it does not go.
    pub refused: Option<String>,
}

/// What a tournament is and how it is played: the fields that making and changing share.
#[derive(Debug, Clone)]
pub struct Particulars {
    /// What stands in them.
    pub fields: Fields,
    /// Formats to choose from.
    pub formats: Vec<Format>,
    /// It has started: how it is played is fixed.
    pub fixed: bool,
    /// The communities one may make it for: permalink and name. Empty where that is not asked.
    pub communities: Vec<(String, String)>,
}

/// `/tournaments/new`.
#[derive(Debug, Clone, Template)]
#[template(path = "organize/new.html")]
pub struct NewPage {
    /// Frame.
    pub chrome: Chrome,
    /// The form.
    pub form: Particulars,
    /// Expected number of players.
    pub players: Field,
    /// What would be played.
    pub outlook: Outlook,
    /// What is wrong as a whole.
    pub error: Option<String>,
}

/// `/{slug}/manage/settings`.
#[derive(Debug, Clone, Template)]
#[template(path = "organize/settings.html")]
pub struct SettingsPage {
    /// Frame.
    pub chrome: Chrome,
    /// Which tournament.
    pub head: Head,
    /// The form.
    pub form: Particulars,
    /// Names the state that the form was made of.
    pub seen: String,
    /// What is wrong as a whole.
    pub error: Option<String>,
}
