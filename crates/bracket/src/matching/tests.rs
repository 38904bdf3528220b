//! Against every matching, against the dense solver, and by duality.

use integer_blossom::min_weight_perfect_matching;
use proptest::prelude::*;

use super::{Edge, Optimum, least};

/// The slack, as the module says.
fn slack(optimum: &Optimum<i128>, edge: &Edge<i128>) -> i128 {
    let around = |vertex: usize| {
        let first = optimum.nest_of[vertex];
        std::iter::successors(first, |nest| optimum.nests[*nest].around).collect::<Vec<_>>()
    };
    let [one, other] = edge.ends;
    let (nests, others) = (around(one), around(other));
    let common = nests.iter().filter(|nest| others.contains(nest));
    let common: i128 = common.map(|nest| optimum.nests[*nest].price).sum();
    4 * edge.weight - optimum.prices[one] - optimum.prices[other] + common
}

/// That the prices prove the matching to be of least weight.
fn assert_proved(size: usize, edges: &[Edge<i128>], optimum: &Optimum<i128>) {
    assert!(edges.iter().all(|edge| slack(optimum, edge) >= 0));
    for (vertex, &mate) in optimum.mates.iter().enumerate() {
        assert_eq!(optimum.mates[mate], vertex);
        let tight = |edge: &&Edge<i128>| edge.ends.contains(&vertex) && edge.ends.contains(&mate);
        assert!(edges.iter().filter(tight).any(|edge| slack(optimum, edge) == 0));
    }
    for (number, nest) in optimum.nests.iter().enumerate().filter(|(_, nest)| nest.price != 0) {
        assert!(nest.price > 0);
        let inside: Vec<_> = (0..size)
            .filter(|vertex| {
                let first = optimum.nest_of[*vertex];
                let mut around = std::iter::successors(first, |nest| optimum.nests[*nest].around);
                around.any(|nest| nest == number)
            })
            .collect();
        assert_eq!(inside.len() % 2, 1);
        let out = inside.iter().filter(|vertex| !inside.contains(&optimum.mates[**vertex]));
        assert_eq!(out.count(), 1);
    }
}

fn total(weight: &[i128], size: usize, mates: &[usize]) -> i128 {
    mates.iter().enumerate().filter(|(v, m)| v < *m).map(|(v, m)| weight[v * size + m]).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_matching_weighs_less(
        half in 1..13_usize,
        weights in prop::collection::vec(0..40_i128, 26 * 26),
        lost in 0..8_i128,
        small in any::<bool>(),
    ) {
        let size = 2 * half;
        // Edges of a weight class are left out, so some graphs have no perfect matching.
        let missing = 1_i128 << 40;
        let mut dense = vec![0; size * size];
        let mut edges = Vec::new();
        for one in 0..size {
            for other in one + 1..size {
                let weight = weights[one * 26 + other];
                let absent = weight % 8 < lost;
                let weight = if small { weight / 13 } else { weight * weight };
                dense[one * size + other] = if absent { missing } else { weight };
                if !absent {
                    edges.push(Edge { ends: [one, other], weight });
                }
            }
        }
        let expected = min_weight_perfect_matching(&dense, size);
        let expected = total(&dense, size, &expected);
        match least(size, &edges) {
            Some(optimum) => {
                assert_proved(size, &edges, &optimum);
                prop_assert_eq!(total(&dense, size, &optimum.mates), expected);
            }
            None => prop_assert!(expected >= missing),
        }
    }
}
