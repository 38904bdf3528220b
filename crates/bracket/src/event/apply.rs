//! Operations on an event.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::operation::{ContestUndo, EventChanges, EventOperation, StageChange};
use super::places::Memory;
use super::record::identity;
use super::{Contest, Event, EventRefusal, EventState, Running, StageKey};
use crate::model::{Content, Entrant, MAX_ENTRANTS, Seed};
use crate::operation::{Changes, Operation};
use crate::race::{RaceMark, RaceOperation};

impl Event {
    /// Applies an operation and says what it changed, in other stages too.
    ///
    /// # Errors
    /// A refused operation changes nothing.
    pub fn apply(&mut self, operation: &EventOperation) -> Result<EventChanges, EventRefusal> {
        match operation {
            EventOperation::Play { stage, operation } => self.play(*stage, operation),
            EventOperation::Race { stage, operation } => self.race_on(*stage, *operation),
            EventOperation::Finalize { stage } => self.end(*stage, true),
            EventOperation::Resume { stage } => self.end(*stage, false),
            EventOperation::Seed { order } => self.seed(order),
            EventOperation::Arrange { stage, order } => self.arrange_stage(*stage, order),
            EventOperation::Settle { stage, order } => self.settle(*stage, order),
            EventOperation::Start { stage } => self.start(*stage),
            EventOperation::Reset { stage } => self.reset(*stage),
            EventOperation::Drop { entrant } => self.drop_entrant(*entrant),
            EventOperation::Reinstate { entrant } => self.reinstate(*entrant),
            EventOperation::AddLate { stage } => self.add_late(*stage),
        }
    }

    /// Says what [`Event::apply`] would change.
    ///
    /// # Errors
    /// Those of `apply`.
    pub fn preview(&self, operation: &EventOperation) -> Result<EventChanges, EventRefusal> {
        self.clone().apply(operation)
    }

    fn play(&mut self, key: StageKey, operation: &Operation) -> Result<EventChanges, EventRefusal> {
        match operation {
            Operation::Report { .. }
            | Operation::Rank { .. }
            | Operation::Reopen { .. }
            | Operation::Forfeit { .. }
            | Operation::AddRound(_)
            | Operation::RemoveRound
            | Operation::TieBreak { .. } => {}
            _ => return Err(EventRefusal::OfTheEvent),
        }
        let mut work = Work::new(self);
        let played = work.in_stage(key, operation)?;
        work.follow(key, played)?;
        Ok(work.finish())
    }

    fn race_on(
        &mut self,
        key: StageKey,
        operation: RaceOperation,
    ) -> Result<EventChanges, EventRefusal> {
        let seed = |entrant: Entrant| {
            let seed = self.contest(key).and_then(|contest| contest.seed_of(entrant));
            seed.map(|seed| Entrant(seed.0)).ok_or(EventRefusal::UnknownEntrant { entrant })
        };
        let operation = match operation {
            RaceOperation::Mark { round, entrant, mark } => {
                RaceOperation::Mark { round, entrant: seed(entrant)?, mark }
            }
            RaceOperation::StartRound { .. }
            | RaceOperation::FinishRound { .. }
            | RaceOperation::ReopenRound { .. }
            | RaceOperation::ResetRound { .. } => operation,
            _ => return Err(EventRefusal::OfTheEvent),
        };
        let mut work = Work::new(self);
        let over = |work: &Work<'_>| work.event.contest(key).is_some_and(Contest::is_over);
        let was_over = over(&work);
        match operation {
            RaceOperation::Mark { round, entrant, mark } => {
                work.mark(key, round, entrant, mark)?;
            }
            _ => work.in_race(key, operation)?,
        }
        let played = was_over || over(&work);
        work.follow(key, played)?;
        Ok(work.finish())
    }

    fn end(&mut self, key: StageKey, ends: bool) -> Result<EventChanges, EventRefusal> {
        let mut work = Work::new(self);
        if matches!(work.event.contest(key), Some(Contest::Race { .. })) {
            let operation = if ends { RaceOperation::End } else { RaceOperation::Resume };
            work.in_race(key, operation)?;
        } else {
            let operation = if ends { Operation::Finalize } else { Operation::Resume };
            work.touch(key);
            work.in_stage(key, &operation)?;
            // Who withdrew while it was ended.
            if !ends {
                work.withdraw_all(key)?;
            }
        }
        work.follow(key, true)?;
        Ok(work.finish())
    }

    fn seed(&mut self, order: &[Entrant]) -> Result<EventChanges, EventRefusal> {
        let named: BTreeSet<_> = order.iter().collect();
        let all = named.len() == order.len() && order.len() == self.entrants as usize;
        if !all || order.iter().any(|entrant| self.check_entrant(*entrant).is_err()) {
            return Err(EventRefusal::WrongOrder);
        }
        let mut work = Work::new(self);
        work.keep_state();
        work.event.order = identity(&work.event.late_last(order));
        work.reseat_from(work.event.keys().collect(), None)?;
        Ok(work.finish())
    }

    fn arrange_stage(
        &mut self,
        key: StageKey,
        order: &[Entrant],
    ) -> Result<EventChanges, EventRefusal> {
        let mut work = Work::new(self);
        work.touch(key);
        if let Some(running) = work.event.running.get_mut(key.index()) {
            running.state.arranged = Vec::new();
        }
        let late: BTreeSet<_> = work.event.known(key)?.state.late.iter().copied().collect();
        let seats = work.event.seats(key)?;
        let mut seated: Vec<_> = seats.iter().filter_map(|seat| seat.entrant()).collect();
        seated.retain(|entrant| !late.contains(entrant));
        seated.sort_unstable();
        let mut named = order.to_vec();
        named.sort_unstable();
        if !order.is_empty() && (named != seated || seats.contains(&Content::Undecided)) {
            return Err(work.refuse(EventRefusal::WrongOrder));
        }
        if let Some(running) = work.event.running.get_mut(key.index()) {
            running.state.arranged = order.to_vec();
        }
        work.reseat_from(BTreeSet::from([key]), None)?;
        Ok(work.finish())
    }

    fn settle(&mut self, key: StageKey, order: &[Entrant]) -> Result<EventChanges, EventRefusal> {
        self.known(key)?;
        order.iter().try_for_each(|entrant| self.check_entrant(*entrant))?;
        if order.iter().collect::<BTreeSet<_>>().len() != order.len() {
            return Err(EventRefusal::WrongOrder);
        }
        let mut work = Work::new(self);
        work.touch(key);
        if let Some(running) = work.event.running.get_mut(key.index()) {
            running.state.settled = order.to_vec();
        }
        let mut keys: BTreeSet<_> = work.event.fed_by(key).collect();
        keys.extend(work.event.links.judged_by(key));
        work.reseat_from(keys, None)?;
        Ok(work.finish())
    }

    fn start(&mut self, key: StageKey) -> Result<EventChanges, EventRefusal> {
        if self.known(key)?.contest.is_some() {
            return Err(EventRefusal::Started { stage: key });
        }
        let open = self.seats(key)?.iter().position(|seat| *seat == Content::Undecided);
        if let Some(place) = open {
            let seed = Seed(u32::try_from(place + 1).unwrap_or(u32::MAX));
            return Err(EventRefusal::NotDecided { stage: key, seed });
        }
        let contest = self.build(key)?;
        let absent = self.absent(key, &self.known(key)?.state).to_vec();
        let mut work = Work::new(self);
        work.touch(key);
        if let Some(running) = work.event.running.get_mut(key.index()) {
            running.state.absent = absent;
            running.contest = Some(contest);
        }
        if work.event.stage(key).is_some() {
            work.withdraw_all(key)?;
        }
        Ok(work.finish())
    }

    fn reset(&mut self, key: StageKey) -> Result<EventChanges, EventRefusal> {
        if self.known(key)?.contest.is_none() {
            return Err(EventRefusal::NotStarted { stage: key });
        }
        let mut work = Work::new(self);
        let mut queue = BTreeSet::from([key]);
        while let Some(key) = queue.pop_first() {
            queue.extend(work.event.fed_by(key));
            work.touch(key);
            if let Some(running) = work.event.running.get_mut(key.index()) {
                running.contest = None;
                running.state.absent.clear();
                running.state.settled.clear();
            }
        }
        Ok(work.finish())
    }

    fn drop_entrant(&mut self, entrant: Entrant) -> Result<EventChanges, EventRefusal> {
        self.check_entrant(entrant)?;
        if self.withdrawn.contains(&entrant) {
            return Err(EventRefusal::AlreadyWithdrawn { entrant });
        }
        let mut work = Work::new(self);
        work.keep_state();
        work.event.withdrawn.push(entrant);
        for key in work.event.keys() {
            if work.withdraw(key, entrant)? {
                work.follow(key, true)?;
            }
        }
        Ok(work.finish())
    }

    fn reinstate(&mut self, entrant: Entrant) -> Result<EventChanges, EventRefusal> {
        if !self.withdrawn.contains(&entrant) {
            return Err(EventRefusal::NotWithdrawn { entrant });
        }
        let mut work = Work::new(self);
        work.keep_state();
        work.event.withdrawn.retain(|other| *other != entrant);
        for key in work.event.keys() {
            let returned = match work.event.contest(key) {
                // What has ended stays as it ended.
                Some(Contest::Matches(stage))
                    if !stage.is_finalized() && stage.withdrawn().contains(&entrant) =>
                {
                    work.touch(key);
                    work.in_stage(key, &Operation::Reinstate { entrant })?;
                    true
                }
                Some(contest @ Contest::Race { .. }) => match contest.seed_of(entrant) {
                    Some(seed) => {
                        let operation = RaceOperation::Reinstate { entrant: Entrant(seed.0) };
                        work.in_race(key, operation)?;
                        true
                    }
                    None => false,
                },
                _ => false,
            };
            if returned {
                work.follow(key, true)?;
            }
        }
        Ok(work.finish())
    }

    fn add_late(&mut self, key: StageKey) -> Result<EventChanges, EventRefusal> {
        let entrant = Entrant(self.entrants + 1);
        if entrant.0 > MAX_ENTRANTS {
            return Err(EventRefusal::TooManyEntrants { given: entrant.0 });
        }
        let race = match self.known(key)?.contest {
            None => return Err(EventRefusal::NotStarted { stage: key }),
            Some(Contest::Race { .. }) => true,
            Some(Contest::Matches(_)) => false,
        };
        let mut work = Work::new(self);
        work.keep_state();
        work.touch(key);
        if race {
            work.in_race(key, RaceOperation::Add)?;
        } else {
            work.in_stage(key, &Operation::AddLate { entrant })?;
        }
        work.event.entrants = entrant.0;
        work.event.order =
            work.event.order.take().map(|order| order.iter().copied().chain([entrant]).collect());
        if let Some(running) = work.event.running.get_mut(key.index()) {
            running.state.late.push(entrant);
            if let Some(Contest::Race { field, .. }) = &mut running.contest {
                field.push(Content::Entrant(entrant));
            }
        }
        work.follow(key, true)?;
        Ok(work.finish())
    }

    /// Who came late has a seat already, and takes nobody else's.
    fn late_last(&self, order: &[Entrant]) -> Vec<Entrant> {
        let late = self.running.iter().flat_map(|running| &running.state.late);
        let late: BTreeSet<_> = late.copied().collect();
        let first = order.iter().copied().filter(|entrant| !late.contains(entrant));
        first.chain(late.iter().copied()).collect()
    }

    /// The stages that a stage feeds and that have started.
    fn fed_by(&self, key: StageKey) -> impl Iterator<Item = StageKey> {
        let feeds = self.links.from(key).into_iter().flat_map(|link| &link.feeds).copied();
        feeds.filter(|next| self.contest(*next).is_some())
    }
}

/// One operation at work. If it fails, [`Work::refuse`] puts everything back.
struct Work<'a> {
    event: &'a mut Event,
    /// The event's own state as it was, without that of its stages, if it changes.
    kept: Option<Kept>,
    /// Stages as they were, with their state, if they change in more than one step.
    before: BTreeMap<StageKey, Running>,
    /// Stages that changed in one step.
    changes: BTreeMap<StageKey, (StageChange, ContestUndo)>,
}

/// What an event knows beside its stages.
#[derive(PartialEq)]
struct Kept {
    entrants: u32,
    order: Option<Arc<[Entrant]>>,
    withdrawn: Vec<Entrant>,
}

impl Kept {
    fn of(event: &Event) -> Self {
        let Event { entrants, order, withdrawn, .. } = event;
        Self { entrants: *entrants, order: order.clone(), withdrawn: withdrawn.clone() }
    }
}

impl<'a> Work<'a> {
    fn new(event: &'a mut Event) -> Self {
        Self { event, kept: None, before: BTreeMap::new(), changes: BTreeMap::new() }
    }

    fn keep_state(&mut self) {
        self.kept = Some(Kept::of(self.event));
    }

    /// Keeps a stage as it is now, unless that was done before.
    fn touch(&mut self, key: StageKey) {
        if let Some(running) = self.event.running.get(key.index()) {
            self.before.entry(key).or_insert_with(|| running.clone());
        }
    }

    /// Puts everything back.
    fn refuse(&mut self, refusal: EventRefusal) -> EventRefusal {
        for (key, running) in std::mem::take(&mut self.before) {
            if let Some(place) = self.event.running.get_mut(key.index()) {
                *place = running;
            }
        }
        for (key, (_, undo)) in std::mem::take(&mut self.changes) {
            let running = self.event.running.get_mut(key.index());
            match (running.and_then(|running| running.contest.as_mut()), undo) {
                (Some(Contest::Matches(stage)), ContestUndo::Matches(undo)) => {
                    // The undo of the last thing that happened fits.
                    let _ = stage.undo(&undo);
                }
                (Some(Contest::Race { race, .. }), ContestUndo::Race { marks, .. }) => {
                    for (round, entrant, mark) in marks {
                        let _ = race.apply(&RaceOperation::Mark { round, entrant, mark });
                    }
                }
                _ => {}
            }
        }
        if let Some(Kept { entrants, order, withdrawn }) = self.kept.take() {
            (self.event.entrants, self.event.order) = (entrants, order);
            self.event.withdrawn = withdrawn;
        }
        refusal
    }

    /// Applies an operation of a stage; says whether everything in it was, or is, played.
    fn in_stage(&mut self, key: StageKey, operation: &Operation) -> Result<bool, EventRefusal> {
        let touched = self.before.contains_key(&key);
        let contest = match self.event.running.get_mut(key.index()) {
            None => return Err(self.refuse(EventRefusal::UnknownStage { stage: key })),
            Some(running) => running.contest.as_mut(),
        };
        let result = match contest {
            None => Err(EventRefusal::NotStarted { stage: key }),
            Some(Contest::Race { .. }) => Err(EventRefusal::NoMatches { stage: key }),
            Some(Contest::Matches(stage)) => {
                let played = stage.is_played();
                let applied = stage.apply(operation);
                applied
                    .map(|changes| (changes, played || stage.is_played()))
                    .map_err(|refusal| EventRefusal::Stage { stage: key, refusal })
            }
        };
        match result {
            Err(refusal) => Err(self.refuse(refusal)),
            Ok((changes, played)) => {
                if !touched && changes != Changes::default() {
                    let undo = ContestUndo::Matches(changes.undo.clone());
                    let change = StageChange { matches: changes, ..StageChange::default() };
                    self.changes.insert(key, (change, undo));
                }
                Ok(played)
            }
        }
    }

    fn in_race(&mut self, key: StageKey, operation: RaceOperation) -> Result<(), EventRefusal> {
        self.touch(key);
        let contest = match self.event.running.get_mut(key.index()) {
            None => return Err(self.refuse(EventRefusal::UnknownStage { stage: key })),
            Some(running) => running.contest.as_mut(),
        };
        let result = match contest {
            None => Err(EventRefusal::NotStarted { stage: key }),
            Some(Contest::Matches(_)) => Err(EventRefusal::NoRace { stage: key }),
            Some(Contest::Race { race, .. }) => {
                let applied = race.apply(&operation).map(|_| ());
                applied.map_err(|refusal| EventRefusal::Race { stage: key, refusal })
            }
        };
        result.map_err(|refusal| self.refuse(refusal))
    }

    /// Writes down how one seed of a race did. Of all that happens in races this happens most, so
    /// it costs nothing for the others.
    fn mark(
        &mut self,
        key: StageKey,
        round: u32,
        entrant: Entrant,
        mark: Option<RaceMark>,
    ) -> Result<(), EventRefusal> {
        let contest = self.event.running.get_mut(key.index()).and_then(|one| one.contest.as_mut());
        let Some(Contest::Race { race, .. }) = contest else {
            return Err(self.refuse(EventRefusal::NoRace { stage: key }));
        };
        let before = race.mark(round, entrant);
        let changes = race
            .apply(&RaceOperation::Mark { round, entrant, mark })
            .map_err(|refusal| EventRefusal::Race { stage: key, refusal })?;
        if !changes.marks.is_empty() {
            let undo = ContestUndo::Race { header: None, marks: vec![(round, entrant, before)] };
            let change = StageChange { race: changes, ..StageChange::default() };
            self.changes.insert(key, (change, undo));
        }
        Ok(())
    }

    /// Withdraws an entrant from a stage, if they are in it and it has not ended; says whether
    /// anything changed. Whoever has nothing left to play forfeits what opens again.
    fn withdraw(&mut self, key: StageKey, entrant: Entrant) -> Result<bool, EventRefusal> {
        let Some(contest) = self.event.contest(key) else { return Ok(false) };
        let Some(seed) = contest.seed_of(entrant) else { return Ok(false) };
        match contest {
            Contest::Race { .. } => {
                self.in_race(key, RaceOperation::Withdraw { entrant: Entrant(seed.0) })?;
                Ok(true)
            }
            Contest::Matches(stage) => {
                if stage.is_finalized() || stage.withdrawn().contains(&entrant) {
                    return Ok(false);
                }
                self.touch(key);
                let Some(Contest::Matches(stage)) =
                    self.event.running.get_mut(key.index()).and_then(|one| one.contest.as_mut())
                else {
                    return Ok(false);
                };
                stage.withdraw_anyway(entrant);
                Ok(true)
            }
        }
    }

    /// Withdraws from a stage of matches whoever withdrew from the event and is in it.
    fn withdraw_all(&mut self, key: StageKey) -> Result<(), EventRefusal> {
        for entrant in self.event.withdrawn.clone() {
            self.withdraw(key, entrant)?;
        }
        Ok(())
    }

    /// Follows a change of a stage into those that it feeds. They look at it only when everything
    /// in it is played, or was, unless its matches feed them one by one.
    fn follow(&mut self, key: StageKey, played: bool) -> Result<(), EventRefusal> {
        let one_by_one = self.event.links.from(key).is_some_and(|link| link.by_match);
        if !played && !one_by_one {
            return Ok(());
        }
        let keys = self.event.fed_by(key).collect();
        self.reseat_from(keys, Some(BTreeSet::from([key])))
    }

    /// Brings stages up to date with those that feed them, and so on: with those that have
    /// changed, or with all.
    fn reseat_from(
        &mut self,
        mut queue: BTreeSet<StageKey>,
        mut changed: Option<BTreeSet<StageKey>>,
    ) -> Result<(), EventRefusal> {
        // Stages only feed later ones: whatever is remembered of one, it does not change any more.
        let mut memory = Memory::default();
        while let Some(key) = queue.pop_first() {
            if self.reseat(key, changed.as_ref(), &mut memory)? {
                queue.extend(self.event.fed_by(key));
                if let Some(changed) = &mut changed {
                    changed.insert(key);
                }
            }
        }
        Ok(())
    }

    fn reseat(
        &mut self,
        key: StageKey,
        changed: Option<&BTreeSet<StageKey>>,
        memory: &mut Memory,
    ) -> Result<bool, EventRefusal> {
        let Some(contest) = self.event.contest(key) else { return Ok(false) };
        let field = contest.field();
        let seats = match changed {
            Some(changed) => self.event.seats_after(key, changed, field.clone(), memory)?,
            None => self.event.seats_by(key, memory)?,
        };
        if field == seats {
            return Ok(false);
        }
        self.touch(key);
        let seated: BTreeSet<_> = seats.iter().filter_map(|seat| seat.entrant()).collect();
        let mut withdrawn = self.event.withdrawn.clone();
        withdrawn.retain(|entrant| seated.contains(entrant));
        let Some(contest) =
            self.event.running.get_mut(key.index()).and_then(|one| one.contest.as_mut())
        else {
            return Ok(false);
        };
        match contest {
            Contest::Race { race, field } => {
                let result = super::record::reseat_race(race, field, seats, &withdrawn);
                result
                    .map_err(|refusal| self.refuse(EventRefusal::Race { stage: key, refusal }))?;
            }
            Contest::Matches(stage) => {
                let mut steps = Vec::new();
                if stage.is_finalized() {
                    steps.push(Operation::Resume);
                }
                steps.push(Operation::Seed { order: seats });
                let result = steps.iter().try_for_each(|step| stage.apply(step).map(|_| ()));
                if let Err(refusal) = result {
                    return Err(self.refuse(EventRefusal::Stage { stage: key, refusal }));
                }
                self.withdraw_all(key)?;
            }
        }
        Ok(true)
    }

    fn finish(mut self) -> EventChanges {
        let mut changes = EventChanges::default();
        if let Some(state) = self.state_before() {
            changes.state = true;
            changes.undo.state = Some(Box::new(state));
        }
        for (key, before) in std::mem::take(&mut self.before) {
            let Some(after) = self.event.running.get(key.index()) else { continue };
            if let Some(change) =
                super::record::difference(before.contest.as_ref(), after.contest.as_ref())
            {
                self.changes.insert(key, change);
            }
        }
        for (key, (change, undo)) in self.changes {
            changes.stages.push((key, change));
            changes.undo.stages.push((key, undo));
        }
        changes
    }

    /// The event's own state of before, if it differs.
    fn state_before(&self) -> Option<EventState> {
        let is = |key: &StageKey| self.event.running.get(key.index()).map(|running| &running.state);
        let differs = self.kept.as_ref().is_some_and(|kept| *kept != Kept::of(self.event))
            || self.before.iter().any(|(key, running)| Some(&running.state) != is(key));
        if !differs {
            return None;
        }
        let mut state = self.event.state();
        if let Some(Kept { entrants, order, withdrawn }) = &self.kept {
            state.entrants = *entrants;
            state.order = order.as_deref().map(<[Entrant]>::to_vec);
            state.withdrawn.clone_from(withdrawn);
        }
        for (key, running) in &self.before {
            if let Some(place) = state.stages.get_mut(key.index()) {
                place.clone_from(&running.state);
            }
        }
        Some(state)
    }
}
