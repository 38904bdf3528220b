//! Where randomness comes from. Everything else gets it as an argument.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};

use crate::Error;

/// A source of random bytes fit for secrets.
pub trait Entropy: Send + Sync + 'static {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), Error>;
}

/// The system's generator.
#[derive(Debug, Default)]
pub struct SystemEntropy(SystemRandom);

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), Error> {
        self.0.fill(buffer).map_err(|_| Error::internal("the system's random generator failed"))
    }
}

/// `N` random bytes.
pub fn bytes<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], Error> {
    let mut buffer = [0; N];
    entropy.fill(&mut buffer)?;
    Ok(buffer)
}

/// A random number that is positive and below 2^63, for revisions.
pub fn positive(entropy: &dyn Entropy) -> Result<i64, Error> {
    Ok(i64::from_be_bytes(bytes(entropy)?) & i64::MAX)
}
