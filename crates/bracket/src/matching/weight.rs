//! Numbers to weigh by.

use std::ops::{Add, AddAssign, Sub, SubAssign};

/// What the method asks of a number. The default is zero.
pub(crate) trait Weight:
    Copy + Ord + Default + Add<Output = Self> + Sub<Output = Self> + AddAssign + SubAssign
{
    /// From words, the weightiest first; missing ones are zero, and those too many left out.
    fn from_words(words: &[i128]) -> Self;

    /// From one word alone.
    fn from_word(place: usize, value: i128) -> Self;

    fn twice(self) -> Self {
        self + self
    }

    /// Half of a number that is even in every word.
    fn half(self) -> Self;
}

impl Weight for i128 {
    fn from_words(words: &[i128]) -> Self {
        words.first().copied().unwrap_or_default()
    }

    fn from_word(_: usize, value: i128) -> Self {
        value
    }

    fn half(self) -> Self {
        self / 2
    }
}

/// Several words in lexicographic order. They add, subtract and compare as integers do, which is all
/// that the method asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wide<const N: usize>([i128; N]);

impl<const N: usize> Wide<N> {
    fn zip(self, other: Self, join: impl Fn(i128, i128) -> i128) -> Self {
        let mut words = self.0;
        words.iter_mut().zip(other.0).for_each(|(word, other)| *word = join(*word, other));
        Self(words)
    }
}

impl<const N: usize> Default for Wide<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> Add for Wide<N> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.zip(other, |one, other| one + other)
    }
}

impl<const N: usize> Sub for Wide<N> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.zip(other, |one, other| one - other)
    }
}

impl<const N: usize> AddAssign for Wide<N> {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<const N: usize> SubAssign for Wide<N> {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl<const N: usize> Weight for Wide<N> {
    fn from_words(words: &[i128]) -> Self {
        let mut wide = Self::default();
        wide.0.iter_mut().zip(words).for_each(|(word, given)| *word = *given);
        wide
    }

    fn from_word(place: usize, value: i128) -> Self {
        let mut wide = Self::default();
        if let Some(word) = wide.0.get_mut(place) {
            *word = value;
        }
        wide
    }

    fn half(self) -> Self {
        self.zip(self, |word, _| word / 2)
    }
}
