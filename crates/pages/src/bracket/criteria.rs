//! What the columns of standings are called, and what they mean.

use tiltyard_bracket::standings::Criterion;

/// Heading of the column, and a sentence that says how its values come about.
pub(super) fn words(criterion: Criterion) -> (&'static str, &'static str) {
    match criterion {
        Criterion::Points => ("Pts", "Points from all matches."),
        Criterion::MatchWins => ("Wins", "Matches won."),
        Criterion::MatchDraws => ("Draws", "Matches drawn."),
        Criterion::MatchLosses => ("Losses", "Matches lost; fewer are better."),
        Criterion::Wins => ("Wins", "Rounds that gave a win: matches, forfeits and byes."),
        Criterion::WinsPlayed => ("Won", "Matches won that were played."),
        Criterion::GameWins => ("Sets", "Sets won."),
        Criterion::GameDifference => ("Sets ±", "Sets won less sets lost."),
        Criterion::GameWinPercentage => ("Set %", "Share of sets won."),
        Criterion::PointsScored => ("Score", "Sum of one's own scores in all sets."),
        Criterion::PointsDifference => {
            ("Score ±", "Sum of one's own scores less those of the opponents.")
        }
        Criterion::WinsVersusTied => {
            ("vs tied", "Matches won against those who are level up to here.")
        }
        Criterion::HeadToHead => {
            ("H2H", "Points from the matches among those who are level up to here.")
        }
        Criterion::HeadToHeadDifference => {
            ("H2H ±", "Difference of scores in the matches among those who are level up to here.")
        }
        Criterion::DirectEncounter => (
            "Direct",
            "Points from the matches among those who are level up to here, if they all met.",
        ),
        Criterion::Buchholz => ("Buch", "Buchholz: sum of the opponents' points."),
        Criterion::BuchholzCut1 => {
            ("Buch −1", "Buchholz cut 1: sum of the opponents' points without the lowest.")
        }
        Criterion::BuchholzCut2 => {
            ("Buch −2", "Buchholz cut 2: sum of the opponents' points without the two lowest.")
        }
        Criterion::BuchholzMedian => (
            "Median",
            "Median Buchholz: sum of the opponents' points without the lowest and the highest.",
        ),
        Criterion::BuchholzMedian2 => {
            ("Median 2", "Sum of the opponents' points without the two lowest and the two highest.")
        }
        Criterion::AverageBuchholz => ("Ø Buch", "Mean of the opponents' Buchholz."),
        Criterion::SonnebornBerger => (
            "S-B",
            "Sonneborn-Berger: points of opponents beaten, and half of those of opponents drawn with.",
        ),
        Criterion::Koya => {
            ("Koya", "Points against opponents with at least half of what can be won.")
        }
        Criterion::Progressive => {
            ("Prog", "Sum of the points after each round, so that early wins count more.")
        }
        Criterion::ProgressiveCut1 => {
            ("Prog −1", "Sum of the points after each round but the first.")
        }
        Criterion::AverageRating => ("Ø Rating", "Mean rating of the opponents."),
        Criterion::MatchWinRate => ("Match %", "Share of the points that the rounds could give."),
        Criterion::OpponentsMatchWinRate => ("Opp %", "Mean of the opponents' match-win shares."),
        Criterion::GameWinRate => ("Game %", "Share of the points that the games could give."),
        Criterion::OpponentsGameWinRate => {
            ("Opp game %", "Mean of the opponents' game-win shares.")
        }
        Criterion::TieBreakWins => ("Tie-break", "Tie-break matches won."),
        Criterion::Seed => ("Seed", "The better seed is ahead."),
        Criterion::Lots => ("Lots", "Drawing of lots."),
        _ => ("Other", "A further criterion."),
    }
}

/// Whether values are shares of one, to be shown with three digits.
pub(super) fn is_share(criterion: Criterion) -> bool {
    matches!(
        criterion,
        Criterion::GameWinPercentage
            | Criterion::MatchWinRate
            | Criterion::OpponentsMatchWinRate
            | Criterion::GameWinRate
            | Criterion::OpponentsGameWinRate
    )
}

#[cfg(test)]
mod tests {
    use super::words;
    use tiltyard_bracket::standings::Criterion;

    #[test]
    fn every_criterion_is_explained() {
        for criterion in Criterion::ALL {
            let (short, meaning) = words(criterion);
            assert!(short != "Other" && short.chars().count() <= 10, "{criterion}");
            assert!(meaning.ends_with('.'), "{criterion}");
        }
    }
}
