//! Groups of unequal size beside each other.

use serde::Serialize;

use super::criterion::Across;
use super::{Criterion, NoStandings, Row, Standings, Value};
use crate::model::Entrant;

/// One who is compared with those on the same place of other groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WildCard {
    /// The group's position in the list, from 0.
    pub group: usize,
    /// Who, by the group's numbers.
    pub entrant: Entrant,
    /// The place among those compared, from 1; shared by equals.
    pub rank: u32,
    /// The criteria that can be compared, each with its value: sums divided by the matches played
    /// (byes that gave points included), shares and means as they are.
    pub values: Vec<(Criterion, Value)>,
    /// The criterion that puts this one below the one above.
    pub decided_by: Option<Criterion>,
}

/// Ranks those on a place (from 1) of several groups against each other, per match, as groups may
/// differ in size. Groups without such a place are left out.
///
/// Criteria that say nothing outside a group (those made among the tied, Buchholz and its kin,
/// progressive points, seed and lots) are left out; whoever is equal in the others shares a rank.
///
/// # Errors
///
/// The place is shared in a group, or a group is ordered by other criteria.
pub fn wild_cards(groups: &[Standings], place: u32) -> Result<Vec<WildCard>, NoStandings> {
    let mut cards = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        if groups.first().is_some_and(|first| first.criteria != group.criteria) {
            return Err(NoStandings::Unlike { group: index + 1 });
        }
        let above = (place as usize).checked_sub(1);
        let Some(row) = above.and_then(|above| group.rows.get(above)) else { continue };
        let entrants = group.sharing(row.rank);
        if entrants.len() > 1 {
            return Err(NoStandings::Shared { group: index + 1, place, entrants });
        }
        let values = values(group, row);
        let entrant = row.entrant;
        cards.push(WildCard { group: index, entrant, rank: 1, values, decided_by: None });
    }
    cards.sort_by(|one, two| compare(one, two).0);
    let mut above: Option<WildCard> = None;
    for (place, card) in (1..).zip(&mut cards) {
        card.rank = place;
        if let Some(above) = &above {
            let (_, decided_by) = compare(above, card);
            card.decided_by = decided_by;
            if decided_by.is_none() {
                card.rank = above.rank;
            }
        }
        above = Some(card.clone());
    }
    Ok(cards)
}

fn values(group: &Standings, row: &Row) -> Vec<(Criterion, Value)> {
    let matches = u64::from(row.played) + u64::from(row.byes);
    let values = group.criteria.iter().zip(&row.values);
    let comparable = values.filter_map(|(criterion, value)| {
        let value = value.as_ref()?;
        match criterion.across() {
            Across::PerMatch => Some((*criterion, value.divided(matches))),
            Across::AsIs => Some((*criterion, value.clone())),
            Across::LeftOut => None,
        }
    });
    comparable.collect()
}

/// The better one first, and what decides.
fn compare(one: &WildCard, two: &WildCard) -> (std::cmp::Ordering, Option<Criterion>) {
    let pairs = one.values.iter().zip(&two.values);
    for ((criterion, ours), (_, theirs)) in pairs {
        let ordering =
            if criterion.lower_is_better() { ours.cmp(theirs) } else { theirs.cmp(ours) };
        if ordering.is_ne() {
            return (ordering, Some(*criterion));
        }
    }
    (std::cmp::Ordering::Equal, None)
}
