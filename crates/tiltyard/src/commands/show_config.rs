//! `tiltyard config`.

use clap::Args;

use super::Common;
use crate::config::show;

/// Flags of `config`.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// Print the description of every key instead (docs/configuration.md)
    #[arg(long)]
    reference: bool,
}

/// Prints the effective configuration.
pub(super) fn run(common: &Common, flags: &Flags) -> anyhow::Result<()> {
    if flags.reference {
        print!("{}", show::reference_markdown());
    } else {
        print!("{}", common.load(Vec::new())?.effective());
    }
    Ok(())
}
