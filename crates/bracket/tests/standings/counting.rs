//! What counts, and what is refused.

use tiltyard_bracket::history::{History, Round, Unpaired};
use tiltyard_bracket::standings::{
    Criterion, Extra, NoStandings, Points, Ranking, Scoring, standings,
};
use tiltyard_bracket::{Entrant, Outcome};

use crate::helpers::{
    FORFEIT, by, eight_in_five_rounds, history, order, pairing, table, values, won,
};

#[test]
fn challonge_set_statistics() {
    let three = pairing(1, 2, Some(Outcome::win(0)), &[[6, 1], [6, 3], [4, 6]]);
    let history = history(2, vec![vec![three]]);
    assert_eq!(values(&history, Criterion::GameWins), ["2", "1"]);
    assert_eq!(values(&history, Criterion::GameDifference), ["1", "-1"]);
    assert_eq!(values(&history, Criterion::GameWinPercentage), ["2/3", "1/3"]);
    assert_eq!(values(&history, Criterion::PointsScored), ["16", "10"]);
    assert_eq!(values(&history, Criterion::PointsDifference), ["6", "-6"]);
    let custom = Scoring {
        match_win: Points::whole(2),
        match_tie: Points::ONE,
        game_win: Points::ONE,
        ..Scoring::default()
    };
    let table =
        table(&history, &Ranking { scoring: custom, ..Ranking::challonge(Criterion::Points) });
    assert_eq!(table.rows.iter().map(|row| row.points.to_string()).collect::<Vec<_>>(), ["4", "1"]);
}

#[test]
fn forfeits_byes_and_open_pairings() {
    let mut history = history(
        8,
        vec![vec![
            pairing(1, 2, Some(FORFEIT), &[[3, 1]]),
            pairing(3, 4, Some(Outcome::DoubleForfeit), &[]),
            pairing(5, 6, None, &[[9, 0]]),
        ]],
    );
    history.rounds[0].unpaired = vec![(Entrant(7), Unpaired::FullPoint)];
    let scoring = Scoring {
        match_win: Points::whole(3),
        forfeit_win: Points::whole(2),
        forfeit_loss: Points::whole(-1),
        walkover_games: 2,
        ..Scoring::default()
    };
    let criteria = [
        Criterion::Points,
        Criterion::MatchWins,
        Criterion::MatchLosses,
        Criterion::Wins,
        Criterion::WinsPlayed,
        Criterion::GameWins,
        Criterion::PointsScored,
    ];
    let table = table(&history, &Ranking { scoring, ..by(&criteria) });
    let row = |entrant| {
        let row = table.row(Entrant(entrant)).unwrap();
        let values: Vec<_> = row.values.iter().map(|v| v.as_ref().unwrap().to_string()).collect();
        values.join(" ")
    };
    assert_eq!(row(1), "2 1 0 1 0 1 3");
    assert_eq!(row(2), "-1 0 1 0 0 0 1");
    assert_eq!(row(3), "-1 0 1 0 0 0 0");
    assert_eq!(row(5), "0 0 0 0 0 0 0");
    assert_eq!(row(7), "3 0 0 1 0 2 0");
    assert_eq!(row(8), "0 0 0 0 0 0 0");
    assert_eq!(order(&table), [7, 1, 5, 6, 8, 2, 3, 4]);
    assert_eq!(table.row(Entrant(4)).unwrap().lost, 1);
    assert_eq!(table.row(Entrant(7)).unwrap().byes, 1);
}

#[test]
fn a_drop_moves_nobody() {
    for ranking in [Ranking::magic(), Ranking::challonge_swiss(), Ranking::league()] {
        let mut history = eight_in_five_rounds();
        let before = table(&history, &ranking);
        // A sixth round without anybody: absences are no rounds played.
        history.rounds.push(Round::default());
        assert_eq!(table(&history, &ranking), before);
        assert_eq!(before.rows.len(), 8);
    }
}

#[test]
fn fewer_losses_are_better() {
    let history = history(3, vec![vec![won(1, 2)], vec![won(3, 2)], vec![won(3, 1)]]);
    assert_eq!(table(&history, &by(&[Criterion::MatchLosses])).ranks(), [2, 3, 1]);
}

#[test]
fn lots_and_seeds_decide_last() {
    let history = History::new(4);
    assert_eq!(order(&table(&history, &by(&[Criterion::Seed]))), [1, 2, 3, 4]);
    let lots = [3, 2, 3].map(Entrant).to_vec();
    let extra = Extra { lots, ..Extra::default() };
    let table = standings(&history, &by(&[Criterion::Lots]), &extra).unwrap();
    assert_eq!(order(&table), [3, 2, 1, 4]);
    assert_eq!(table.ranks(), [3, 2, 1, 3]);
}

#[test]
fn every_preset_and_criterion_orders_everybody() {
    let presets = [
        Ranking::challonge(Criterion::MatchWins),
        Ranking::challonge_swiss(),
        Ranking::magic(),
        Ranking::fide_swiss(),
        Ranking::fide_round_robin(),
        Ranking::league(),
        by(&Criterion::ALL),
    ];
    for ranking in presets {
        let json = serde_json::to_string(&ranking).unwrap();
        assert_eq!(serde_json::from_str::<Ranking>(&json).unwrap(), ranking);
        let table = table(&eight_in_five_rounds(), &ranking);
        let mut all = order(&table);
        all.sort_unstable();
        assert_eq!(all, (1..=8).collect::<Vec<_>>());
    }
    let names: std::collections::HashSet<_> = Criterion::ALL.map(|c| c.to_string()).into();
    assert_eq!(names.len(), Criterion::ALL.len());
    let words = r#""median_buchholz""#;
    assert_eq!(serde_json::from_str::<Criterion>(words).unwrap(), Criterion::BuchholzMedian);
}

#[test]
fn what_is_no_history_is_refused() {
    let of = |history: &History| standings(history, &Ranking::default(), &Extra::default());
    let twice = history(2, vec![vec![won(1, 1)]]);
    assert_eq!(of(&twice), Err(NoStandings::Misplaced { round: 1, entrant: Entrant(1) }));
    let outside = history(2, vec![vec![won(1, 2)], vec![won(1, 3)]]);
    assert_eq!(of(&outside), Err(NoStandings::Misplaced { round: 2, entrant: Entrant(3) }));
    let third = history(2, vec![vec![pairing(2, 1, Some(Outcome::win(2)), &[])]]);
    assert_eq!(of(&third), Err(NoStandings::NoSuchSide { round: 1, entrant: Entrant(2) }));
    let given = u32::MAX;
    assert_eq!(of(&History::new(given)), Err(NoStandings::TooManyEntrants { given }));
    let rounds = vec![Vec::new(); 65_536];
    let refused = Err(NoStandings::TooManyRounds { given: 65_536 });
    assert_eq!(of(&history(1, rounds)), refused);
    assert_eq!(of(&History::new(0)).unwrap().rows, []);
}
