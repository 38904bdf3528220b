//! What brackets look like to clients: tables of what was observed on Challonge (reference/challonge
//! §8), for every dialect's tests.

/// Identifier, round, suggested play order, sides; tables are in the order in which matches are
/// listed. `WA` is the winner of match A, `LB` the loser of match B, a number a seed.
pub(crate) type Row = (&'static str, i64, i64, &'static str);

/// Double elimination of fourteen (§8.2, §8.3): byes for seeds 1 and 2, losers who drop from above in
/// reverse order and in order. The last match is the second grand final: optional, and gone from the
/// list when the winners' finalist has won the first.
pub(crate) const DOUBLE_OF_FOURTEEN: [Row; 27] = [
    ("A", 1, 1, "8 v 9"),
    ("B", 1, 2, "4 v 13"),
    ("C", 1, 3, "5 v 12"),
    ("D", 1, 4, "7 v 10"),
    ("E", 1, 5, "3 v 14"),
    ("F", 1, 6, "6 v 11"),
    ("G", 2, 9, "1 v WA"),
    ("H", 2, 10, "WB v WC"),
    ("I", 2, 11, "2 v WD"),
    ("J", 2, 12, "WE v WF"),
    ("K", 3, 19, "WG v WH"),
    ("L", 3, 20, "WI v WJ"),
    ("M", 4, 24, "WK v WL"),
    ("P", -1, 7, "LB v LC"),
    ("Q", -1, 8, "LE v LF"),
    ("R", -2, 16, "LJ v LA"),
    ("S", -2, 15, "LI v WP"),
    ("T", -2, 14, "LH v LD"),
    ("U", -2, 13, "LG v WQ"),
    ("V", -3, 18, "WR v WS"),
    ("W", -3, 17, "WT v WU"),
    ("X", -4, 21, "LK v WV"),
    ("Y", -4, 22, "LL v WW"),
    ("Z", -5, 23, "WX v WY"),
    ("AA", -6, 25, "LM v WZ"),
    ("N", 5, 26, "WM v WAA"),
    ("O", 5, 27, "WN v LN"),
];

/// The final ranks of these fourteen by seed, where the better seed wins every match (§8.7).
pub(crate) const RANKS_OF_FOURTEEN: [i64; 14] = [1, 2, 3, 4, 5, 5, 7, 7, 9, 9, 9, 9, 13, 13];

/// Double elimination of four (§8.2, §8.3).
pub(crate) const DOUBLE_OF_FOUR: [Row; 7] = [
    ("A", 1, 1, "1 v 4"),
    ("B", 1, 2, "2 v 3"),
    ("C", 2, 4, "WA v WB"),
    ("F", -1, 3, "LA v LB"),
    ("G", -2, 5, "LC v WF"),
    ("D", 3, 6, "WC v WG"),
    ("E", 3, 7, "WD v LD"),
];

/// Single elimination of three (§8.1): a bye is no match.
pub(crate) const SINGLE_OF_THREE: [Row; 2] = [("A", 1, 1, "2 v 3"), ("B", 2, 2, "1 v WA")];

/// Single elimination of four.
pub(crate) const SINGLE_OF_FOUR: [Row; 3] =
    [("A", 1, 1, "1 v 4"), ("B", 1, 2, "2 v 3"), ("C", 2, 3, "WA v WB")];

/// Single elimination of eight (§8.1).
pub(crate) const SINGLE_OF_EIGHT: [Row; 7] = [
    ("A", 1, 1, "1 v 8"),
    ("B", 1, 2, "4 v 5"),
    ("C", 1, 3, "2 v 7"),
    ("D", 1, 4, "3 v 6"),
    ("E", 2, 5, "WA v WB"),
    ("F", 2, 6, "WC v WD"),
    ("G", 3, 7, "WE v WF"),
];

/// The first round of sixteen from top to bottom (§8.1).
pub(crate) const FIRST_OF_SIXTEEN: [&str; 8] =
    ["1 v 16", "8 v 9", "4 v 13", "5 v 12", "2 v 15", "7 v 10", "3 v 14", "6 v 11"];

/// Who meets whom in a round robin of eight, round by round, player 1 first (§8.4). The matches are
/// listed, named (`A` to `AB`) and played in this order, all of them open from the start.
pub(crate) const ROUND_ROBIN_OF_EIGHT: [[[i64; 2]; 4]; 7] = [
    [[8, 1], [2, 7], [3, 6], [4, 5]],
    [[6, 4], [5, 8], [7, 3], [1, 2]],
    [[4, 7], [3, 1], [8, 2], [5, 6]],
    [[2, 3], [7, 5], [1, 4], [6, 8]],
    [[6, 7], [4, 2], [5, 1], [8, 3]],
    [[2, 5], [1, 6], [7, 8], [3, 4]],
    [[5, 3], [8, 4], [6, 2], [7, 1]],
];

/// The match's name by its place in the order of names: `A` to `Z`, `AA`, `AB` and so on (§8.2).
pub(crate) fn identifier(mut place: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(place % 26).unwrap()));
        match (place / 26).checked_sub(1) {
            Some(rest) => place = rest,
            None => return letters.into_iter().rev().collect(),
        }
    }
}

/// Who plays each match of a table, by seed, where these are the winners of some; none where that is
/// not known yet. `winner` says who wins a match of two seeds, if it has been played.
pub(crate) fn players(
    table: &[Row],
    winner: impl Fn(&str, [i64; 2]) -> Option<i64>,
) -> Vec<[Option<i64>; 2]> {
    let mut known = vec![[None; 2]; table.len()];
    // Tables are not in the order of play: as often as there are matches is often enough.
    for _ in table {
        for at in 0..table.len() {
            let (one, two) = table[at].3.split_once(" v ").unwrap();
            known[at] = [one, two].map(|side| {
                let Some(of) = side.strip_prefix(['W', 'L']) else { return side.parse().ok() };
                let from = table.iter().position(|row| row.0 == of).unwrap();
                let [Some(first), Some(second)] = known[from] else { return None };
                let won = winner(of, [first, second])?;
                Some(if side.starts_with('W') == (won == first) { first } else { second })
            });
        }
    }
    known
}
