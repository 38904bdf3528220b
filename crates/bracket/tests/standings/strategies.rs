//! Histories and rankings of all kinds.

use proptest::prelude::*;
use tiltyard_bracket::history::{History, Pairing, Round, Unpaired};
use tiltyard_bracket::standings::{Criterion, Points, Ranking, Scoring, UnplayedRounds};
use tiltyard_bracket::{Entrant, Outcome};

pub(crate) fn outcomes() -> impl Strategy<Value = Option<Outcome>> {
    prop_oneof![
        1 => Just(None),
        8 => (0u8..2, prop::bool::weighted(0.15))
            .prop_map(|(slot, forfeit)| Some(Outcome::Winner { slot, forfeit })),
        3 => Just(Some(Outcome::Draw)),
        1 => Just(Some(Outcome::DoubleForfeit)),
    ]
}

fn unpaired() -> impl Strategy<Value = Option<Unpaired>> {
    prop_oneof![
        Just(None),
        Just(Some(Unpaired::Bye)),
        Just(Some(Unpaired::FullPoint)),
        Just(Some(Unpaired::HalfPoint)),
        Just(Some(Unpaired::ZeroPoint)),
    ]
}

fn round(entrants: u32) -> impl Strategy<Value = Round> {
    let order: Vec<_> = (1..=entrants).map(Entrant).collect();
    let half = order.len() / 2;
    let sets = prop::collection::vec(prop::array::uniform2(-2i64..4), 0..4);
    let boards = prop::collection::vec((outcomes(), sets), half);
    (
        Just(order).prop_shuffle(),
        boards,
        prop::collection::vec(unpaired(), entrants as usize),
        ..=half,
    )
        .prop_map(|(order, boards, kinds, paired)| {
            let (seated, rest) = order.split_at(paired * 2);
            let (seated, _) = seated.as_chunks::<2>();
            let pairings = seated.iter().zip(boards);
            let pairings =
                pairings.map(|(sides, (outcome, sets))| Pairing { sides: *sides, outcome, sets });
            let unpaired = rest.iter().zip(kinds).filter_map(|(e, kind)| Some((*e, kind?)));
            Round { pairings: pairings.collect(), unpaired: unpaired.collect() }
        })
}

pub(crate) fn histories(
    entrants: std::ops::Range<u32>,
    rounds: std::ops::Range<usize>,
) -> impl Strategy<Value = History> {
    (entrants, rounds).prop_flat_map(|(entrants, rounds)| {
        prop::collection::vec(round(entrants), rounds)
            .prop_map(move |rounds| History { entrants, rounds })
    })
}

pub(crate) fn rankings() -> impl Strategy<Value = Ranking> {
    let points = || (-2i64..6, 1i64..4).prop_map(|(n, d)| Points::new(n, d).unwrap());
    let scoring = prop::array::uniform9(points()).prop_map(|[a, b, c, d, e, f, g, h, i]| Scoring {
        match_win: a,
        match_tie: b,
        match_loss: c,
        forfeit_win: d,
        forfeit_loss: e,
        bye: f,
        half_point_bye: g,
        game_win: h,
        game_tie: i,
        walkover_games: 1,
    });
    let scoring = prop_oneof![Just(Scoring::default()), Just(Scoring::of(3, 1)), scoring];
    let criteria = prop::sample::subsequence(Criterion::ALL.to_vec(), 0..8).prop_shuffle();
    let unplayed = prop::sample::select(vec![
        UnplayedRounds::Skip,
        UnplayedRounds::OwnPoints,
        UnplayedRounds::Fide2023,
        UnplayedRounds::Fide2026,
    ]);
    (scoring, criteria, unplayed, (0i64..2).prop_map(|n| Points::new(n, 3).unwrap())).prop_map(
        |(scoring, criteria, unplayed, rate_floor)| Ranking {
            scoring,
            criteria,
            unplayed,
            rate_floor,
        },
    )
}
