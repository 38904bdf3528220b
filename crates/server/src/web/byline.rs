//! Under whose names a tournament stands on its pages. They change without its revision: where a page that
//! is kept shows them, they are part of what it is kept under.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use quick_cache::sync::Cache;
use tiltyard_core::{
    Actor, Core, Error,
    clock::{Millis, SECOND},
    tournaments::Tournament,
};
use tiltyard_pages::Link;

/// How long what was read counts, on every node, where nothing tells that it changed.
const HELD: Millis = 2 * SECOND;

/// Which of the spans of [`HELD`] it is.
pub(super) fn span(core: &Core) -> Millis {
    core.now().div_euclid(HELD)
}

/// The names, as whoever is not signed in sees them.
#[derive(Debug)]
pub(crate) struct Byline {
    /// Who made the tournament.
    pub(crate) organizer: String,
    /// The community that it belongs to, where everybody may see that.
    pub(crate) community: Option<Link>,
    /// Another one for other names.
    pub(crate) print: u64,
}

/// Bylines by person, community and span.
#[derive(Debug)]
pub(crate) struct Bylines(Cache<(i64, Option<i64>, Millis), Arc<Byline>>);

impl Default for Bylines {
    fn default() -> Self {
        Self(Cache::new(1_000))
    }
}

impl Bylines {
    /// Of the tournament: read once a span, however many ask.
    pub(crate) async fn of(
        &self,
        core: &Core,
        tournament: &Tournament,
    ) -> Result<Arc<Byline>, Error> {
        let (owner, community) = (tournament.row.owner_id, tournament.row.community_id);
        let read = async {
            let organizer = core.username(owner).await?.unwrap_or_default();
            let community = match community {
                Some(id) => core.community_of(&Actor::Anonymous, id).await?,
                None => None,
            };
            let mut print = DefaultHasher::new();
            let names = community.as_ref().map(|it| (&it.name, &it.permalink));
            (&organizer, names).hash(&mut print);
            let community =
                community.map(|it| Link::new(it.name, format!("/communities/{}", it.permalink)));
            Ok(Arc::new(Byline { organizer, community, print: print.finish() }))
        };
        self.0.get_or_insert_async(&(owner, community, span(core)), read).await
    }
}
