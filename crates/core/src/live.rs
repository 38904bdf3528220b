//! Who watches which tournament, and how news reaches them: the store's events wake the watchers,
//! the journal tells them what happened.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tiltyard_store::{Event, repo::tournaments};
use tokio::sync::{broadcast::error::RecvError, watch};

use crate::{Core, Error, error::Result};

/// The topic under which changes of a tournament are published.
pub(crate) fn topic(tournament: i64) -> String {
    format!("t:{tournament}")
}

/// The topic under which revocations are published.
pub(crate) const REVOCATIONS: &str = "revocations";
/// The topic under which changes of the signing keys are published.
pub(crate) const KEYS: &str = "keys";

/// Revocations are read again after so long without any news, whatever became of them on the way.
const SAFETY_NET: Duration = Duration::from_secs(30);

/// Where a tournament stands: changes whenever anything about it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// The revision of its state.
    pub revision: i64,
    /// Number of the latest journal entry.
    pub journal_number: i64,
    /// True once the tournament is deleted.
    pub gone: bool,
}

/// The watched tournaments.
#[derive(Debug, Default)]
pub(crate) struct Hub(Mutex<HashMap<i64, watch::Sender<Position>>>);

impl Hub {
    fn watched(&self) -> std::sync::MutexGuard<'_, HashMap<i64, watch::Sender<Position>>> {
        // The map is left whole by every holder of the lock, so a poisoned lock is still good.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn all(&self) -> Vec<i64> {
        let mut watched = self.watched();
        watched.retain(|_, sender| sender.receiver_count() > 0);
        watched.keys().copied().collect()
    }

    fn is_watched(&self, tournament: i64) -> bool {
        let mut watched = self.watched();
        match watched.get(&tournament) {
            Some(sender) if sender.receiver_count() > 0 => true,
            Some(_) => {
                watched.remove(&tournament);
                false
            }
            None => false,
        }
    }

    fn tell(&self, tournament: i64, position: Position) {
        if let Some(sender) = self.watched().get(&tournament) {
            sender.send_if_modified(|now| {
                // A slower reader may come with older news.
                let news = position.gone || position.journal_number >= now.journal_number;
                let changed = news && *now != position;
                if changed {
                    *now = position;
                }
                changed
            });
        }
    }
}

impl Core {
    /// Watches a tournament: the receiver's value changes with every write to it, on whatever node
    /// the write happened.
    pub async fn watch(&self, tournament: i64) -> Result<watch::Receiver<Position>> {
        let receiver = {
            let mut watched = self.0.hub.watched();
            watched
                .entry(tournament)
                .or_insert_with(|| watch::Sender::new(Position::default()))
                .subscribe()
        };
        // Read after subscribing, so that no change falls between.
        let position = self.position(tournament).await?;
        if position.gone {
            return Err(Error::NotFound("tournament"));
        }
        self.0.hub.tell(tournament, position);
        Ok(receiver)
    }

    /// How many watch a tournament on this node.
    pub fn watching(&self, tournament: i64) -> usize {
        self.0.hub.watched().get(&tournament).map_or(0, watch::Sender::receiver_count)
    }

    pub(crate) async fn position(&self, tournament: i64) -> Result<Position> {
        let found: Option<(i64, i64)> = self
            .0
            .store
            .read(move |rx| -> Result<_> { Ok(tournaments::revision(rx, tournament)?) })
            .await?;
        Ok(found.map_or(Position { gone: true, ..Position::default() }, |(revision, number)| {
            Position { revision, journal_number: number, gone: false }
        }))
    }

    async fn tell_followers(&self, tournaments: Vec<i64>) {
        for tournament in tournaments {
            if let Err(error) = self.read_news(tournament).await {
                tracing::warn!(?error, tournament, "cannot read what happened to a tournament");
            }
        }
    }

    async fn refresh_watchers(&self, tournaments: Vec<i64>) {
        for tournament in tournaments {
            match self.position(tournament).await {
                Ok(position) => self.0.hub.tell(tournament, position),
                Err(error) => {
                    tracing::warn!(?error, tournament, "cannot read where a tournament stands");
                }
            }
        }
    }
}

/// Follows the store's events for as long as the platform lives.
pub(crate) fn follow(core: &Core) {
    let mut events = core.0.store.subscribe();
    let weak = Arc::downgrade(&core.0);
    tokio::spawn(async move {
        loop {
            let event = tokio::time::timeout(SAFETY_NET, events.recv()).await;
            let Some(core) = weak.upgrade().map(Core) else { return };
            let Ok(event) = event else {
                core.reload_all_revocations().await;
                continue;
            };
            match event {
                Ok(Event::Topic(topic)) => {
                    if let Some(id) = topic.strip_prefix("t:").and_then(|id| id.parse().ok()) {
                        if core.0.hub.is_watched(id) {
                            core.refresh_watchers(vec![id]).await;
                        }
                        core.tell_followers(vec![id]).await;
                    } else if &*topic == REVOCATIONS {
                        core.reload_revocations().await;
                    } else if &*topic == KEYS {
                        core.reload_keys().await;
                    }
                }
                // Something changed, and we do not know what: another process wrote, or we lagged.
                Ok(Event::Everything) | Err(RecvError::Lagged(_)) => {
                    core.reload_all_revocations().await;
                    core.reload_keys().await;
                    let watched = core.0.hub.all();
                    core.refresh_watchers(watched).await;
                    core.tell_followers(core.0.feeds.all()).await;
                }
                Err(RecvError::Closed) => return,
            }
        }
    });
}
