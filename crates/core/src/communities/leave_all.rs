//! Leaving every community, with the account.

use tiltyard_store::{Tx, repo::communities};

use super::{Role, lock};
use crate::{clock::Millis, error::Result};

/// Takes the person out of every community. Where they were the only owner, the organizer who came
/// first takes over, or else the member who did. Where nobody is left, the community stays as it is, for
/// an operator to give to somebody or to remove. Says of how many they were a member.
pub(crate) fn leave_all(tx: &mut Tx<'_>, person: i64, now: Millis) -> Result<usize> {
    let all = communities::of_person(tx, person)?;
    for (row, _) in &all {
        tx.lock(lock(row.id))?;
        let Some(role) = communities::role(tx, row.id, person)? else { continue };
        communities::delete_member(tx, row.id, person)?;
        if Role::parse(&role) == Some(Role::Owner) {
            settle_owner(tx, row.id, person, now)?;
        }
    }
    Ok(all.len())
}

/// Sees to it that the community has an owner, and that its row names one, after `gone` is none any
/// more.
pub(super) fn settle_owner(tx: &mut Tx<'_>, community: i64, gone: i64, now: Millis) -> Result<()> {
    let Some(mut row) = communities::get(tx, community)? else { return Ok(()) };
    for role in Role::ALL {
        let (first, _) = communities::members(tx, community, role.name(), 1, 0)?;
        let Some(first) = first.first() else { continue };
        if role != Role::Owner {
            communities::set_role(tx, community, first.person_id, Role::Owner.name())?;
        }
        if row.owner_id == gone {
            row.owner_id = first.person_id;
            row.updated_at = now;
            communities::update(tx, &row)?;
        }
        break;
    }
    Ok(())
}
