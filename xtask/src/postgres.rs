//! A private PostgreSQL cluster for the length of a command.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    run::{Repo, on_path},
    system,
};

/// The variable by which tests learn of it.
pub(crate) const VARIABLE: &str = "TILTYARD_TEST_POSTGRES";

/// Starts the cluster, says `ready`, and stops and removes it when its standard input ends. The
/// kernel closes that pipe however we end (an error, Ctrl-C, a kill), so nothing is left behind.
const SUPERVISOR: &str = r#"
set -eu
trap '' INT HUP TERM
bin=$1 port=$2
dir=$(mktemp -d "$3/tiltyard-pg-XXXXXX")
cd "$dir"
stop() {
    "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
    cd / && rm -rf "$dir"
}
trap stop EXIT
quietly() { "$@" >>"$dir/log" 2>&1 </dev/null || { cat "$dir/log" >&2; exit 1; }; }
quietly "$bin/initdb" -D "$dir/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync
quietly "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 \
    -o "-p $port -c listen_addresses=127.0.0.1 -c max_connections=500 -c fsync=off -k $dir" start
echo ready
cat >/dev/null || true
"#;

/// A running cluster; dropping it stops and removes it.
pub(crate) struct Cluster {
    supervisor: Child,
    port: u16,
}

impl Cluster {
    /// Installs PostgreSQL where it is missing, and starts a cluster on a free loopback port with
    /// `fsync` off: what the tests crash is Tiltyard, never the database. It trusts every local
    /// connection, and holds nothing but test data.
    pub(crate) fn start(repo: &Repo) -> Result<Self> {
        let bin = programs()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        // The server refuses to run as root.
        let (mut command, folder) = if system::is_root()? {
            let mut runuser = Command::new("runuser");
            runuser.args(["-u", "postgres", "--", "sh"]);
            (runuser, PathBuf::from("/tmp"))
        } else {
            (Command::new("sh"), std::env::temp_dir())
        };
        command.args(["-c", SUPERVISOR, "sh"]).arg(&bin).arg(port.to_string()).arg(folder);
        // A group of its own: Ctrl-C in the terminal must not reach it before its input ends.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.current_dir("/").env_remove("PGDATA").env_remove("PGPORT");
        let mut supervisor = command.spawn().context("PostgreSQL cannot be started")?;
        let mut line = String::new();
        if let Some(stdout) = supervisor.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let mut cluster = Self { supervisor, port };
        if line.trim() != "ready" {
            let status = cluster.supervisor.wait()?;
            bail!("PostgreSQL from {} did not start ({status}); see above", bin.display());
        }
        eprintln!("PostgreSQL from {} on port {port} for {}", bin.display(), repo.root.display());
        Ok(cluster)
    }

    /// The address of its maintenance database, as a user who may create others.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        if let Err(error) = self.supervisor.wait() {
            eprintln!("PostgreSQL's supervisor cannot be waited for: {error}");
        }
    }
}

/// The folder with `initdb` and `pg_ctl`, installed where needed.
fn programs() -> Result<PathBuf> {
    if let Some(found) = installed() {
        return Ok(found);
    }
    system::install(&["postgresql"])?;
    installed().context("there is no initdb although the package postgresql is installed")
}

/// Debian keeps each major version's programs in a folder of its own; the newest is taken.
fn installed() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path())))
        .map(|(version, path)| (version, path.join("bin")))
        .filter(|(_, bin)| bin.join("initdb").is_file() && bin.join("pg_ctl").is_file())
        .max();
    newest.map(|(_, bin)| bin).or_else(|| {
        let initdb = on_path("initdb")?.canonicalize().ok()?;
        Some(initdb.parent()?.to_owned())
    })
}
