//! Requests that a client gave a key (`Idempotency-Key`, draft-ietf-httpapi-idempotency-key-header):
//! each is carried out once, however often it comes, on whichever node, and whatever stops in between.
//!
//! A key is claimed by a row before anything else. The transaction that makes the request's change also
//! notes at the key that it was made (`Core::write`), and commits only while the claim is its own.
//! Afterwards the answer is kept. So where a node stops
//!
//! - before that commit, nothing was changed. The claim counts for another minute; then whoever repeats
//!   the request gets it, and the first attempt, should it still be on its way, cannot commit any more.
//! - between the commit and the keeping of the answer, the change stands and the answer is lost: a
//!   repetition is told so, and never carried out.

use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use tiltyard_store::{
    Tx,
    repo::idempotency::{self, KeyName, Progress},
};

use crate::{
    Actor, Core, Error,
    clock::{MINUTE, Millis},
    entropy,
    error::Result,
};

pub use tiltyard_store::repo::idempotency::AnswerRow as Answer;

/// How long an attempt of which nothing is heard keeps others off. No request takes longer that is
/// still going to be answered.
pub const LEASE: Millis = MINUTE;

/// Longest key in bytes.
pub const KEY_MAX: usize = 255;

/// Longest body of an answer that is kept, in bytes.
pub const BODY_MAX: usize = 64 * 1024;

/// About so many keys of one actor are remembered; the oldest make room.
const KEYS_MAX: i64 = 2_000;

/// One of so many claims looks whether the oldest have to make room.
const TIDY: i64 = 32;

tokio::task_local! {
    /// The claim under which the task carries a request out.
    static CLAIM: Claim;
}

/// An attempt that may carry a request out.
#[derive(Debug, Clone)]
pub struct Claim {
    name: Arc<KeyName>,
    number: i64,
}

/// What became of the wish to carry a request out.
#[derive(Debug, Clone)]
pub enum Claimed {
    /// Carry it out.
    Mine(Claim),
    /// It was; this was the answer.
    Answered(Answer),
    /// It was, and its answer is not kept.
    Done,
    /// Somebody is at it.
    Running,
    /// The key was used for another request.
    Other,
}

/// The hash of several parts, none of which runs into the next.
fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

impl Claim {
    /// Notes that what the request changes is part of this transaction.
    fn fulfil(&self, tx: &mut Tx<'_>) -> Result<()> {
        if idempotency::done(tx, &self.name, self.number)? {
            return Ok(());
        }
        Err(Error::conflict(
            "this request took so long that a repetition of it went ahead; nothing was changed by this \
             one",
        ))
    }
}

impl Core {
    /// Claims an actor's key for a request, which is known by its parts (method, address, body).
    /// `None` for an actor who acts for nobody, and so changes nothing.
    pub async fn claim_key(
        &self,
        actor: &Actor,
        key: &str,
        request: &[&[u8]],
    ) -> Result<Option<Claimed>> {
        let Some(person) = actor.person_id() else { return Ok(None) };
        let name = KeyName { actor: actor.describe(), hash: hash(&[key.as_bytes()]) };
        let claim =
            Claim { name: Arc::new(name), number: entropy::positive(self.0.entropy.as_ref())? };
        let fingerprint = hash(request);
        let now = self.now();
        let times = (now, now.saturating_add(self.settings().idempotency_lifetime));
        let claimed = self.0.store.write(move |tx| -> Result<Claimed> {
            let Claim { name, number } = &claim;
            if idempotency::claim(tx, name, person, fingerprint, *number, times)? {
                if number % TIDY == 0 {
                    idempotency::forget_oldest(tx, &name.actor, KEYS_MAX)?;
                }
                return Ok(Claimed::Mine(claim.clone()));
            }
            // Gone again in between: whoever had it has just let it go.
            let Some(known) = idempotency::get(tx, name)? else { return Ok(Claimed::Running) };
            let expired = known.expires_at <= now;
            if known.fingerprint != fingerprint && !expired {
                return Ok(Claimed::Other);
            }
            let abandoned = known.progress == Progress::Claimed && known.claimed_at + LEASE <= now;
            if expired || abandoned {
                let mine =
                    idempotency::take_over(tx, name, known.claim, *number, fingerprint, times)?;
                return Ok(if mine { Claimed::Mine(claim.clone()) } else { Claimed::Running });
            }
            Ok(match (known.progress, known.answer) {
                (Progress::Claimed, _) => Claimed::Running,
                (Progress::Done, _) if known.claimed_at + LEASE > now => Claimed::Running,
                (_, Some(answer)) => Claimed::Answered(answer),
                (Progress::Done | Progress::Answered, None) => Claimed::Done,
            })
        });
        claimed.await.map(Some)
    }

    /// Runs what carries the request out, so that its writes go with the claim.
    pub async fn under_claim<F: Future>(claim: Claim, work: F) -> F::Output {
        CLAIM.scope(claim, work).await
    }

    /// Keeps the answer of a request that was carried out. `None` where it is too large to be kept.
    pub async fn keep_answer(&self, claim: &Claim, answer: Option<Answer>) -> Result<()> {
        let claim = claim.clone();
        self.0
            .store
            .write(move |tx| {
                match &answer {
                    Some(answer) => idempotency::keep(tx, &claim.name, claim.number, answer)?,
                    None => idempotency::keep_none(tx, &claim.name, claim.number)?,
                }
                Ok(())
            })
            .await
    }

    /// Lets the key go, if nothing was changed under the claim.
    pub async fn release_key(&self, claim: &Claim) -> Result<()> {
        let claim = claim.clone();
        self.0.store.write(move |tx| Ok(idempotency::release(tx, &claim.name, claim.number)?)).await
    }

    /// A use case's transaction. Under a claim it is noted at the claim's key that the change was made,
    /// and there is no change where the claim was lost.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        change: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let claim = CLAIM.try_with(Claim::clone).ok();
        self.0
            .store
            .write(move |tx| {
                if let Some(claim) = &claim {
                    claim.fulfil(tx)?;
                }
                change(tx)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_eq!(hash(&[b"POST", b"/a"]), hash(&[b"POST", b"/a"]));
        assert_ne!(hash(&[b"POST", b"/a"]), hash(&[b"POST/", b"a"]));
        assert_ne!(hash(&[b"POST"]), hash(&[b"POST", b""]));
    }
}
