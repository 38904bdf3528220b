//! Check-in (reference/challonge §4.5): its window opens by itself some minutes before the announced
//! beginning. Whoever has not said by its end that they are here is put aside, and those of the
//! waiting list who are here get the places.
//!
//! Nobody has to be awake for the window to open: a tournament that is stored as pending *is*
//! checking in from that moment on, wherever it is read. A little later the platform also writes it
//! down, so that watchers hear of it.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tiltyard_store::repo::tournaments;

use super::{
    By, Options, ParticipantRow, State, Tournament, TournamentRow,
    change::Draft,
    participants::{arrange, move_up_in, places_left, settle},
};
use crate::{
    Actor, Core, Error, Problems,
    clock::{MINUTE, Millis},
    error::Result,
    permissions::{self, Permission},
};

/// How often the platform looks for check-ins whose time has come.
const LOOK: Duration = Duration::from_secs(1);
/// How long it rests when it could not.
const REST: Duration = Duration::from_secs(30);

/// When the check-in opens: so many minutes before the beginning.
pub(super) fn opens_at(starts_at: Option<Millis>, options: &Options) -> Option<Millis> {
    let minutes = options.registration_options.check_in_duration.filter(|minutes| *minutes > 0)?;
    Some(starts_at?.saturating_sub(i64::from(minutes) * MINUTE))
}

/// The state of a tournament that is made now.
pub(super) fn state_of_new(check_in_at: Option<Millis>, now: Millis) -> State {
    if check_in_at.is_some_and(|at| at <= now) { State::CheckingIn } else { State::Pending }
}

/// When its check-in opened; `None` if it did not, or was aborted.
pub fn started_at(row: &TournamentRow) -> Option<Millis> {
    match State::parse(&row.state)? {
        State::Pending => None,
        State::CheckingIn | State::CheckedIn => row.check_in_at,
        _ => {
            // Whichever came first ended it.
            let ended = row.predictions_opened_at.or(row.started_at);
            row.check_in_at.filter(|at| ended.is_none_or(|ended| *at <= ended))
        }
    }
}

/// Brings the row's state up to this time.
pub(crate) fn row_as_of(row: &mut TournamentRow, now: Millis) {
    let opened = row.check_in_at.is_some_and(|at| at <= now);
    if opened && row.state == State::Pending.name() {
        State::CheckingIn.name().clone_into(&mut row.state);
        // Documents that are kept by revision are others from now on.
        row.revision ^= 1;
    }
}

/// The tournament as it is at this time.
pub(super) fn as_of(tournament: Arc<Tournament>, now: Millis) -> Arc<Tournament> {
    let opened = tournament.row.check_in_at.is_some_and(|at| at <= now);
    if !opened || tournament.state != State::Pending {
        return tournament;
    }
    let mut tournament = Tournament::clone(&tournament);
    row_as_of(&mut tournament.row, now);
    tournament.state = State::CheckingIn;
    Arc::new(tournament)
}

/// Moves the window after a change of the tournament. While there is one, neither end of it moves.
pub(super) fn follow(
    before: &Tournament,
    t: &mut Tournament,
    now: Millis,
    problems: &mut Problems,
) {
    let duration = |t: &Tournament| t.options.registration_options.check_in_duration;
    let (moved, resized) =
        (before.row.starts_at != t.row.starts_at, duration(before) != duration(t));
    match t.state {
        State::Pending if moved || resized => {
            t.row.check_in_at = opens_at(t.row.starts_at, &t.options);
            t.state = state_of_new(t.row.check_in_at, now);
        }
        State::CheckingIn | State::CheckedIn => {
            let locked = "cannot change while people check in; abort the check-in first";
            if moved {
                problems.add("starts_at", locked);
            }
            if resized {
                problems.add("registration_options.check_in_duration", locked);
            }
        }
        _ => {}
    }
}

/// Fails while it is open who takes part.
pub(super) fn settled(t: &Tournament) -> Result<()> {
    if t.state == State::CheckingIn {
        return Err(Error::conflict(
            "people are checking in: process the check-in or abort it before the start",
        ));
    }
    Ok(())
}

/// Takes a participant back who was put aside, and forgets that they were here. Whether that
/// changed anything.
pub(super) const fn forget(participant: &mut ParticipantRow) -> bool {
    let changed = !participant.active || participant.checked_in_at.is_some();
    participant.active = true;
    participant.checked_in_at = None;
    changed
}

/// The window of a tournament that has been thrown back to its beginning: one that has passed does
/// not open again.
pub(super) fn rearm(t: &mut Tournament, now: Millis) {
    t.row.check_in_at = opens_at(t.row.starts_at, &t.options).filter(|at| *at > now);
}

/// Why nobody can check in now.
fn closed(t: &Tournament) -> Error {
    Error::conflict(match t.state {
        State::Pending if t.row.check_in_at.is_some() => {
            "the check-in has not opened yet: it does so `check_in_duration` minutes before `starts_at`"
        }
        State::Pending => {
            "there is no check-in: set `starts_at` and `registration_options.check_in_duration` first"
        }
        State::CheckingIn => "the check-in is open",
        State::CheckedIn => "the check-in has been processed",
        State::AcceptingPredictions => {
            "predictions are open, so who takes part is fixed; reset the tournament first"
        }
        _ => "the tournament has already been started",
    })
}

/// Notes that a participant is here, or is not.
pub(super) fn mark(
    draft: &mut Draft<'_, '_>,
    participant: i64,
    here: bool,
    organizes: bool,
) -> Result<()> {
    let mut rows = Vec::clone(&draft.tournament.participants);
    let index =
        rows.iter().position(|row| row.id == participant).ok_or(Error::NotFound("participant"))?;
    let late = draft.tournament.state == State::CheckedIn;
    if rows[index].checked_in_at.is_some() == here {
        return Ok(());
    }
    match draft.tournament.state {
        State::CheckingIn => {}
        State::CheckedIn if organizes => {}
        _ => return Err(closed(&draft.tournament)),
    }
    if late && here && !rows[index].on_waiting_list {
        if !rows[index].active && places_left(&draft.tournament.options, &rows) == 0 {
            return Err(Error::conflict(
                "every place is taken by now: raise `signup_cap` or remove somebody first",
            ));
        }
        rows[index].active = true;
    }
    if late && !here && !rows[index].on_waiting_list {
        rows[index].active = false;
    }
    let row = &mut rows[index];
    row.checked_in_at = here.then_some(draft.now);
    let body = json!({"id": row.id, "name": row.name});
    draft.event(if here { "participant.checked_in" } else { "participant.not_checked_in" }, body);
    if late {
        move_up_in(draft, &mut rows);
        arrange(&mut rows);
    }
    settle(draft, rows)
}

pub(super) fn process(draft: &mut Draft<'_, '_>) -> Result<()> {
    if draft.tournament.state != State::CheckingIn {
        return Err(closed(&draft.tournament));
    }
    let mut rows = Vec::clone(&draft.tournament.participants);
    for row in rows.iter_mut().filter(|row| !row.on_waiting_list) {
        row.active = row.checked_in_at.is_some();
    }
    let absent: Vec<i64> = rows.iter().filter(|row| !row.active).map(|row| row.id).collect();
    draft.tournament.state = State::CheckedIn;
    draft.event("check_in.processed", json!({"absent": absent}));
    move_up_in(draft, &mut rows);
    arrange(&mut rows);
    settle(draft, rows)
}

pub(super) fn abort(draft: &mut Draft<'_, '_>) -> Result<()> {
    if !matches!(draft.tournament.state, State::CheckingIn | State::CheckedIn) {
        return Err(closed(&draft.tournament));
    }
    let mut rows = Vec::clone(&draft.tournament.participants);
    for row in &mut rows {
        forget(row);
    }
    draft.tournament.state = State::Pending;
    draft.tournament.row.check_in_at = None;
    draft.event("check_in.aborted", json!({}));
    settle(draft, rows)
}

impl Core {
    /// Ends the check-in: whoever is not here becomes inactive and goes below all others, in their
    /// old order, and people of the waiting list who are here move up to the free places.
    pub async fn process_check_in(&self, actor: &Actor, by: By) -> Result<Arc<Tournament>> {
        Ok(self.change_tournament(actor, by, Permission::WriteTournaments, process).await?.0)
    }

    /// Gives the check-in up: everybody is active again, nobody is checked in, and the window does
    /// not open again before it is moved.
    pub async fn abort_check_in(&self, actor: &Actor, by: By) -> Result<Arc<Tournament>> {
        Ok(self.change_tournament(actor, by, Permission::WriteTournaments, abort).await?.0)
    }

    /// Checks a participant in: the organizer does, or whoever takes part for themselves. Once the
    /// check-in is processed only the organizer does; who had been put aside is active again.
    pub async fn check_in_participant(
        &self,
        actor: &Actor,
        by: By,
        participant: i64,
    ) -> Result<Arc<Tournament>> {
        self.mark_participant(actor, by, participant, true).await
    }

    /// Takes that back. Once the check-in is processed they become inactive.
    pub async fn undo_check_in(
        &self,
        actor: &Actor,
        by: By,
        participant: i64,
    ) -> Result<Arc<Tournament>> {
        self.mark_participant(actor, by, participant, false).await
    }

    async fn mark_participant(
        &self,
        actor: &Actor,
        by: By,
        participant: i64,
        here: bool,
    ) -> Result<Arc<Tournament>> {
        permissions::require_one(actor, &[Permission::WriteParticipants, Permission::RegisterMe])?;
        let asking = actor.clone();
        let (tournament, ()) = self
            .change_if_allowed(actor, by, move |draft| {
                let rows = &draft.tournament.participants;
                let person =
                    rows.iter().find(|row| row.id == participant).and_then(|row| row.person_id);
                let organizes = permissions::to_check_in(&asking, draft.facts, person)?;
                mark(draft, participant, here, organizes)
            })
            .await?;
        Ok(tournament)
    }

    /// Writes down which check-ins have opened.
    async fn open_check_ins(&self) -> Result<()> {
        let now = self.now();
        let due = self.0.store.read(move |rx| -> Result<_> { Ok(tournaments::opening(rx, now)?) });
        for id in due.await? {
            let opened = self.change_if_allowed(&Actor::Platform, By::Id(id), move |draft| {
                // Another node may have been first.
                let stored = tournaments::get(draft.tx, id)?;
                if stored.is_some_and(|row| row.state == State::Pending.name())
                    && draft.tournament.state == State::CheckingIn
                {
                    draft.event("check_in.opened", json!({}));
                }
                Ok(())
            });
            match opened.await {
                Ok(_) | Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Opens check-ins in time, for as long as the platform lives.
pub(crate) fn open_in_time(core: &Core) {
    let weak = Arc::downgrade(&core.0);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(LOOK).await;
            let Some(core) = weak.upgrade().map(Core) else { return };
            if let Err(error) = core.open_check_ins().await {
                if error.is_the_end() {
                    return;
                }
                tracing::warn!(?error, "check-ins could not be opened; it will be tried again");
                drop(core);
                tokio::time::sleep(REST).await;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(Some(3_600_000), Some(30), Some(1_800_000))]
    #[case(Some(3_600_000), Some(0), None)]
    #[case(Some(3_600_000), None, None)]
    #[case(None, Some(30), None)]
    #[case(Some(i64::MIN), Some(u32::MAX), Some(i64::MIN))]
    fn the_window_opens_so_many_minutes_before_the_beginning(
        #[case] starts_at: Option<Millis>,
        #[case] minutes: Option<u32>,
        #[case] opens: Option<Millis>,
    ) {
        let mut options = Options::default();
        options.registration_options.check_in_duration = minutes;
        assert_eq!(opens_at(starts_at, &options), opens);
    }
}
