//! Password hashing: argon2id at OWASP's parameters, a bounded number at a time, never on the
//! threads that serve requests.

use std::{sync::Arc, thread};

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version,
};
use tokio::sync::oneshot;

use crate::{Error, entropy::Entropy, error::Result};

/// Memory of one hash in KiB (OWASP password storage cheat sheet, first choice: 19 MiB).
const MEMORY_KIB: u32 = 19_456;
/// Passes.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// So many callers may wait; more are told to come back.
const QUEUE: usize = 64;

type Job = Box<dyn FnOnce(&Argon2<'static>) + Send>;

/// Hashes and checks passwords on threads of its own.
#[derive(Clone)]
pub struct Passwords {
    jobs: flume::Sender<Job>,
    entropy: Arc<dyn Entropy>,
    /// What an unknown person's password is checked against, so that it takes as long.
    decoy: Arc<std::sync::OnceLock<String>>,
}

impl Passwords {
    /// Starts `threads` hashing threads (at least one).
    pub fn start(threads: usize, entropy: Arc<dyn Entropy>) -> Result<Self> {
        let (jobs, queue) = flume::bounded::<Job>(QUEUE);
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
        for number in 0..threads.max(1) {
            let queue = queue.clone();
            let params = params.clone();
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || {
                    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                    while let Ok(job) = queue.recv() {
                        job(&argon2);
                    }
                })
                .map_err(Error::internal)?;
        }
        Ok(Self { jobs, entropy, decoy: Arc::default() })
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T> {
        let (answer, result) = oneshot::channel();
        let job: Job = Box::new(move |argon2| {
            // The caller may have gone away; then nobody wants the answer.
            let _ = answer.send(job(argon2));
        });
        self.jobs
            .try_send(job)
            .map_err(|_| Error::Busy("too many people are signing in; try again in a moment"))?;
        result.await.map_err(|_| Error::internal("the password thread is gone"))
    }

    /// The password's hash in PHC form.
    pub async fn hash(&self, password: String) -> Result<String> {
        let mut salt = [0; 16];
        self.entropy.fill(&mut salt)?;
        self.run(move |argon2| {
            argon2
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(Error::internal)
        })
        .await?
    }

    /// Whether the hash was made with other parameters than today's; then it is replaced when its
    /// password is next known.
    pub fn is_outdated(hash: &str) -> bool {
        let today = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
        !hash.starts_with(&today)
    }

    /// Whether the password belongs to the hash. Without a hash (an unknown person) it takes just
    /// as long and says no.
    pub async fn check(&self, password: String, hash: Option<String>) -> Result<bool> {
        let decoy = Arc::clone(&self.decoy);
        self.run(move |argon2| {
            let known = hash.is_some();
            let hash = match hash {
                Some(hash) => hash,
                None => decoy
                    .get_or_init(|| {
                        argon2
                            .hash_password_with_salt(b"nobody", &[7; 16])
                            .map(|hash| hash.to_string())
                            .unwrap_or_default()
                    })
                    .clone(),
            };
            let parsed = PasswordHash::new(&hash).map_err(Error::internal)?;
            Ok(argon2.verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await?
    }
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passwords").field("waiting", &self.jobs.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    /// Case R08.
    #[tokio::test]
    async fn a_password_is_checked_exactly_as_typed() {
        let passwords = Passwords::start(1, Arc::new(SystemEntropy::default())).unwrap();
        let hash = passwords.hash(" längeres Wort 🏇 ".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let right = passwords.check(" längeres Wort 🏇 ".to_owned(), Some(hash.clone()));
        assert!(right.await.unwrap());
        assert!(!Passwords::is_outdated(&hash));
        assert!(Passwords::is_outdated("$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$aGFzaA"));
        let trimmed = passwords.check("längeres Wort 🏇".to_owned(), Some(hash));
        assert!(!trimmed.await.unwrap());
        assert!(!passwords.check("nobody".to_owned(), None).await.unwrap());
    }
}
