//! The `tiltyard` binary: command line, configuration, wiring.

mod commands;
mod config;
mod installation;
mod secret_key;

use std::process::ExitCode;

use clap::Parser as _;

/// glibc's keeps the 19 MiB of every thread that hashed a password.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let line = commands::Line::parse();
    if let Err(error) = install_crypto() {
        eprintln!("tiltyard: {error}");
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("tiltyard: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(commands::run(line)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The chain, one cause a line, so that the first says what to do and the last why.
            eprintln!("tiltyard: {error}");
            for cause in error.chain().skip(1) {
                eprintln!("  because: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}

/// More than one path leads to a cryptography provider; say which is meant.
fn install_crypto() -> anyhow::Result<()> {
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("the cryptography provider was installed twice"))
}
