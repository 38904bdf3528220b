//! `tiltyard doctor`.

use clap::Args;
use tiltyard_core::{Actor, Core};

use super::Common;
use crate::installation;

/// Flags of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// End all tokens, grants, sessions and consents, because a backup was put back by other means
    /// than `tiltyard restore`: what was revoked since it was made must not come to life again
    #[arg(long)]
    after_restore: bool,
}

/// Ends what a restore brought back, and says what to look after by hand.
pub(super) async fn after_restore(core: &Core) -> anyhow::Result<()> {
    let ended = core.end_all_after_restore(&Actor::Operator).await?;
    println!(
        "ended {} grants, {} sessions and {} consents, with every token so far, so that nothing \
         that was revoked since the backup comes back",
        ended.grants, ended.sessions, ended.consents
    );
    println!(
        "passwords, client secrets and personal keys are those of the backup: change what was \
         changed since"
    );
    Ok(())
}

/// Checks the installation and says what to mend.
pub(super) async fn run(common: &Common, flags: &Flags) -> anyhow::Result<()> {
    let config = common.load(Vec::new())?;
    println!("ok    the configuration is complete and consistent");
    let mut bad = 0;
    if let Some((cert, key)) = config.tls() {
        for (name, path) in [("tls.cert", cert), ("tls.key", key)] {
            match std::fs::read(path) {
                Ok(_) => println!("ok    {name} can be read"),
                Err(error) => {
                    bad += 1;
                    println!("mend  {name} ({}) cannot be read: {error}", path.display());
                }
            }
        }
    }
    let core = installation::open_for_command(&config).await?;
    println!("ok    the database opens, and its schema is up to date");
    core.store().ping().await?;
    println!("ok    the database answers");
    if flags.after_restore {
        after_restore(&core).await?;
    }
    let keys = core.signing_keys(&Actor::Operator).await?;
    let signing = keys.iter().filter(|key| key.accepted_until.is_none()).count();
    println!("ok    {signing} signing key(s) can be opened with the installation's secret");
    if core.has_no_operator().await? {
        println!(
            "note  nobody operates this installation yet: start the server and open the link it prints"
        );
    }
    if !config.is_https() {
        println!("note  this is plain http on loopback, for a first look; see docs/operations.md");
    }
    anyhow::ensure!(bad == 0, "{bad} thing(s) to mend");
    Ok(())
}
