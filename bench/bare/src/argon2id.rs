//! What the processor does of argon2id at Tiltyard's parameters, with nothing around it.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use argon2::{Algorithm, Argon2, Params, Version};

/// Hashes on so many threads for so many seconds and prints how many hashes there were a second.
pub(crate) fn run(seconds: f64, threads: usize) -> anyhow::Result<()> {
    let until = Duration::from_secs_f64(seconds);
    let started = Instant::now();
    let workers: Vec<_> = (0..threads).map(|_| std::thread::spawn(move || hash(until))).collect();
    let mut done = 0;
    for worker in workers {
        done += worker.join().ok().context("a thread panicked")??;
    }
    println!("{:.1}", f64::from(done) / started.elapsed().as_secs_f64());
    Ok(())
}

fn hash(until: Duration) -> anyhow::Result<u32> {
    let params = Params::new(19_456, 2, 1, None).map_err(|error| anyhow::anyhow!("{error}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let started = Instant::now();
    let (mut out, mut done) = ([0; 32], 0);
    while started.elapsed() < until {
        argon2
            .hash_password_into(b"lance-herald-tilt-4", b"0123456789abcdef", &mut out)
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        done += 1;
    }
    Ok(done)
}
