//! Who watches which tournament, and how news reaches them: the store's events wake the watchers,
//! the journal tells them what happened.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tiltyard_store::{Event, repo::tournaments};
use tokio::sync::{broadcast::error::RecvError, watch};

use crate::{Core, Error, error::Result, tournaments::By};

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
    /// How many watched it on this node when that was told.
    pub watchers: usize,
}

/// The watched tournaments.
#[derive(Debug, Default)]
pub(crate) struct Hub(Mutex<Watched>);

#[derive(Debug, Default)]
struct Watched {
    tournaments: HashMap<i64, watch::Sender<Position>>,
    /// By slug in lower case: which it was at what revision.
    slugs: HashMap<String, (i64, i64)>,
}

impl Watched {
    /// Where it stands, if somebody watches: what happens is told from the first watcher to the last.
    fn get(&self, tournament: i64) -> Option<&watch::Sender<Position>> {
        self.tournaments.get(&tournament).filter(|sender| sender.receiver_count() > 0)
    }

    /// Forgets what nobody watches, and the slugs that may have been given up since.
    fn tidy(&mut self) {
        self.tournaments.retain(|_, sender| sender.receiver_count() > 0);
        let tournaments = &self.tournaments;
        self.slugs.retain(|_, (tournament, revision)| {
            tournaments.get(tournament).is_some_and(|it| it.borrow().revision == *revision)
        });
    }
}

impl Hub {
    fn watched(&self) -> std::sync::MutexGuard<'_, Watched> {
        // The maps are left whole by every holder of the lock, so a poisoned lock is still good.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn all(&self) -> Vec<i64> {
        let mut watched = self.watched();
        watched.tidy();
        watched.tournaments.keys().copied().collect()
    }

    fn is_watched(&self, tournament: i64) -> bool {
        let mut watched = self.watched();
        let is_watched = watched.get(tournament).is_some();
        if !is_watched {
            watched.tournaments.remove(&tournament);
        }
        is_watched
    }

    /// Watches a tournament that others watch, if it is still as it was when this slug led to it.
    fn join(&self, slug: &str) -> Option<watch::Receiver<Position>> {
        let watched = self.watched();
        let (tournament, revision) = *watched.slugs.get(slug)?;
        let sender = watched.get(tournament)?;
        let position = *sender.borrow();
        (position.revision == revision && !position.gone).then(|| sender.subscribe())
    }

    /// Remembers that at this revision the slug leads to the tournament.
    fn name(&self, slug: String, tournament: i64, revision: i64) {
        let mut watched = self.watched();
        if watched.slugs.len() > 2 * watched.tournaments.len() + 16 {
            watched.tidy();
        }
        watched.slugs.insert(slug, (tournament, revision));
    }

    fn tell(&self, tournament: i64, position: Position) {
        if let Some(sender) = self.watched().tournaments.get(&tournament) {
            let watchers = sender.receiver_count();
            sender.send_if_modified(|now| {
                // A slower reader may come with older news.
                let news = position.gone || position.journal_number >= now.journal_number;
                let changed = news && *now != Position { watchers: now.watchers, ..position };
                if changed {
                    *now = Position { watchers, ..position };
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
                .tournaments
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

    /// Watches the tournament at a page's address, as [`Self::watch`] does. While somebody watches it
    /// already and nothing changes, one more costs no query: its position is here, and with the revision
    /// the slug is the same.
    pub async fn watch_page(&self, slug: &str) -> Result<watch::Receiver<Position>> {
        let By::Slug(slug) = By::parse(slug) else {
            // Others go by more than the tournament itself.
            return self.watch(self.tournament_page(slug).await?.row.id).await;
        };
        if let Some(receiver) = self.0.hub.join(&slug) {
            return Ok(receiver);
        }
        let key = slug.clone();
        let found: Option<(i64, i64)> = self
            .0
            .store
            .read(move |rx| -> Result<_> { Ok(tournaments::id_and_revision(rx, &key)?) })
            .await?;
        let (tournament, revision) = found.ok_or(Error::NotFound("tournament"))?;
        let receiver = self.watch(tournament).await?;
        self.0.hub.name(slug, tournament, revision);
        Ok(receiver)
    }

    pub(crate) async fn position(&self, tournament: i64) -> Result<Position> {
        let found: Option<(i64, i64)> = self
            .0
            .store
            .read(move |rx| -> Result<_> { Ok(tournaments::revision(rx, tournament)?) })
            .await?;
        Ok(found.map_or(Position { gone: true, ..Position::default() }, |(revision, number)| {
            Position { revision, journal_number: number, ..Position::default() }
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
