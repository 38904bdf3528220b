//! Brackets as they were observed on Challonge, for every dialect that shows them.

/// Identifier, round, suggested play order, sides.
pub(crate) type Row = (&'static str, i64, i64, &'static str);

/// Double elimination of fourteen, in list order. `WA` is the winner of match A,
/// `LB` the loser of match B.
pub(crate) const FOURTEEN: [Row; 27] = [
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

/// Double elimination of four, in list order.
pub(crate) const FOUR: [Row; 7] = [
    ("A", 1, 1, "1 v 4"),
    ("B", 1, 2, "2 v 3"),
    ("C", 2, 4, "WA v WB"),
    ("F", -1, 3, "LA v LB"),
    ("G", -2, 5, "LC v WF"),
    ("D", 3, 6, "WC v WG"),
    ("E", 3, 7, "WD v LD"),
];

/// Round robin: who meets whom with eight players, round by round, as observed.
pub(crate) const EIGHT: [[[i64; 2]; 4]; 7] = [
    [[8, 1], [2, 7], [3, 6], [4, 5]],
    [[6, 4], [5, 8], [7, 3], [1, 2]],
    [[4, 7], [3, 1], [8, 2], [5, 6]],
    [[2, 3], [7, 5], [1, 4], [6, 8]],
    [[6, 7], [4, 2], [5, 1], [8, 3]],
    [[2, 5], [1, 6], [7, 8], [3, 4]],
    [[5, 3], [8, 4], [6, 2], [7, 1]],
];
