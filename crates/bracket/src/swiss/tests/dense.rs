//! The optimum once more, in the plainest way: the whole matrix of costs, every criterion in full, and a
//! solver that looks at every pair. What the sparse way is compared with.

use std::ops::{Add, AddAssign, Sub, SubAssign};

use integer_blossom::{Weight, min_weight_perfect_matching};

use crate::swiss::table::Table;
use crate::swiss::{Pairs, Term};

/// A cost of several words, compared word by word. Vectors in lexicographic order add, subtract and
/// compare as integers do, which is all that the algorithm asks for; the halves it takes are of
/// numbers that are even in every word, since all weights are doubled first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Words<const N: usize>([i64; N]);

impl<const N: usize> Words<N> {
    fn zip(self, other: Self, join: impl Fn(i64, i64) -> i64) -> Self {
        let mut words = self.0;
        words.iter_mut().zip(other.0).for_each(|(word, other)| *word = join(*word, other));
        Self(words)
    }

    fn unit(first: bool, value: i64) -> Self {
        let mut words = [0; N];
        let place = if first { words.first_mut() } else { words.last_mut() };
        if let Some(word) = place {
            *word = value;
        }
        Self(words)
    }
}

impl<const N: usize> Add for Words<N> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.zip(other, |one, other| one + other)
    }
}

impl<const N: usize> Sub for Words<N> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.zip(other, |one, other| one - other)
    }
}

impl<const N: usize> AddAssign for Words<N> {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<const N: usize> SubAssign for Words<N> {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl<const N: usize> Weight for Words<N> {
    const ZERO: Self = Self([0; N]);
    const ONE: Self = {
        let mut words = [0; N];
        words[N - 1] = 1;
        Self(words)
    };
    fn inf() -> Self {
        Self::unit(true, i64::MAX / 4)
    }
    fn double(self) -> Self {
        self.zip(self, |one, other| one + other)
    }
    fn half(self) -> Self {
        self.zip(self, |word, _| word / 2)
    }
}

/// A whole round's worst total in one word. The algorithm's own numbers stay within a small
/// multiple of it, so there is room to spare.
const WORD: i64 = 1 << 50;

/// Steps that share a word, each with its multiplier: more than all lighter ones of the word can
/// come to in a whole round, so that they cannot outweigh it.
type Layout = Vec<Vec<(Term, i64)>>;

fn layout(table: &Table) -> Layout {
    let size = table.len();
    let pairs = i64::try_from(size / 2).unwrap_or(i64::MAX);
    let worst = |term: Term| {
        let of = |first| (first + 1..size).map(move |second| table.cost(term, first, second));
        match term {
            Term::ByeScore | Term::ByeUnplayed | Term::Order => {
                (0..size).flat_map(of).max().unwrap_or(0)
            }
            // These count.
            Term::Illegal
            | Term::Rematch
            | Term::Avoided
            | Term::Difference(_)
            | Term::Exchanges => 1,
        }
    };
    let mut words: Layout = vec![Vec::new()];
    let mut reached: i64 = 1;
    let terms: Vec<_> = table.terms().collect();
    for term in terms.into_iter().rev() {
        let base = worst(term).saturating_mul(pairs).saturating_add(1);
        let mut next = reached.saturating_mul(base);
        if next > WORD && reached > 1 {
            words.push(Vec::new());
            (reached, next) = (1, base);
        }
        if let Some(word) = words.last_mut() {
            word.push((term, reached));
        }
        reached = next;
    }
    words.reverse();
    words
}

fn matching<const N: usize>(table: &Table, layout: &Layout) -> Vec<usize> {
    let size = table.len();
    let mut costs = vec![Words([0; N]); size * size];
    for (first, row) in costs.chunks_exact_mut(size).enumerate() {
        for (second, cost) in row.iter_mut().enumerate().skip(first + 1) {
            // The layout may be shorter: leading words stay 0.
            let words = cost.0.iter_mut().rev().zip(layout.iter().rev());
            for (word, terms) in words {
                *word = terms.iter().map(|(term, by)| table.cost(*term, first, second) * by).sum();
            }
        }
    }
    min_weight_perfect_matching(&costs, size)
}

/// The pairs of least cost, or `None` if every round breaks a hard rule.
pub(super) fn optimum(table: &Table) -> Option<Pairs> {
    let layout = layout(table);
    let mates = match layout.len() {
        0..=1 => matching::<1>(table, &layout),
        2 => matching::<2>(table, &layout),
        3..=4 => matching::<4>(table, &layout),
        5..=8 => matching::<8>(table, &layout),
        9..=16 => matching::<16>(table, &layout),
        17..=64 => matching::<64>(table, &layout),
        words => panic!("{words} words"),
    };
    let pairs: Pairs = (0..).zip(mates).filter(|(seat, mate)| seat < mate).collect();
    pairs.iter().all(|&(one, other)| table.is_legal(one, other)).then_some(pairs)
}
