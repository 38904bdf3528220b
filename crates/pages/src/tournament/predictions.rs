//! Who predicts a tournament best.

use askama::Template;

use super::{around::Head, ballot::Ballot};
use crate::{chrome::Chrome, home::Paging};

/// `/{slug}/predictions`.
#[derive(Debug, Clone, Template)]
#[template(path = "tournament/predictions.html")]
pub struct PredictionsPage {
    /// Frame.
    pub chrome: Chrome,
    /// What all of them begin with.
    pub head: Head,
    /// Whether people can still predict.
    pub open: bool,
    /// Whether everybody may see who predicts.
    pub shown: bool,
    /// Whether the losers' bracket is predicted, too.
    pub losers: bool,
    /// What a right pick is worth, in words.
    pub method: &'static str,
    /// The best first.
    pub places: Vec<Place>,
    /// How many there are.
    pub total: u64,
    /// The visitor's own prediction; `None` where they have none and can make none.
    pub ballot: Option<Ballot>,
    /// What it has come to: right picks and points, from the start on.
    pub score: Option<(u32, u64)>,
    /// Where in the list this page is.
    pub paging: Paging,
}

/// Somebody's place.
#[derive(Debug, Clone)]
pub struct Place {
    /// The place, from 1.
    pub rank: u32,
    /// User name.
    pub username: String,
    /// Points.
    pub points: u64,
    /// Right picks.
    pub correct: u64,
    /// The most that can still come of it.
    pub possible: u64,
    /// Whether it is the visitor's own.
    pub own: bool,
}
