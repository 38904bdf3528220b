//! An installation in a directory of its own, and the binary at work on it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;
use tiltyard_store::{Engine, testing::TestDatabase};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "a horse and a lance";

/// A data directory, and a database where it is not within.
pub(crate) struct Installation {
    data: TempDir,
    database: Option<TestDatabase>,
}

impl Installation {
    pub(crate) fn new(engine: Engine) -> Self {
        // More than one path leads to a provider; the HTTP client wants to know which is meant. An
        // error means that another test was first.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let database = (engine == Engine::Postgres).then(TestDatabase::postgres);
        Self { data: tempfile::tempdir().unwrap(), database }
    }

    /// The data directory.
    pub(crate) fn path(&self) -> &Path {
        self.data.path()
    }

    /// The binary with these arguments on this installation, and nothing else from outside.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tiltyard"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TILTYARD_")) {
            command.env_remove(name);
        }
        command.current_dir(self.path()).args(arguments).arg("--data").arg(self.path());
        if let Some(database) = &self.database {
            command.arg("--database").arg(database.url());
        }
        command
    }

    /// Runs a command to its end.
    pub(crate) fn output(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must succeed; its standard output.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.run_with(arguments, "")
    }

    /// Runs a command with this standard input, which must succeed.
    #[track_caller]
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> String {
        let output = self.output(arguments, input);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command with `--json`: its one object.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let text = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(text.lines().count(), 1, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Runs a command that must fail; what it says.
    #[track_caller]
    pub(crate) fn fails(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments, "");
        assert!(!output.status.success(), "{arguments:?} succeeded");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(!errors.contains("panicked"), "{errors}");
        errors
    }

    /// Makes a person by the command line.
    pub(crate) fn person(&self, username: &str) -> Value {
        let email = format!("{username}@example.org");
        let arguments = [
            "user",
            "create",
            "--username",
            username,
            "--email",
            &email,
            "--password-stdin",
            "--json",
        ];
        let text = self.run_with(&arguments, &format!("{PASSWORD}\n"));
        serde_json::from_str(&text).unwrap()
    }

    /// A personal key of the person.
    pub(crate) fn key(&self, owner: &str) -> String {
        let made = self.json(&["api-key", "create", "--owner", owner]);
        made["api_key"].as_str().unwrap().to_owned()
    }

    /// Starts the server and waits until it listens.
    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// Starts the server with further arguments.
    pub(crate) fn serve_with(&self, arguments: &[&str]) -> Server {
        let all = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut command = self.command(&all);
        command.stderr(Stdio::null());
        Self::started(command)
    }

    /// Starts the server so that it logs everything into this file.
    pub(crate) fn serve_logging(&self, log: &Path) -> Server {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--set", "log.filter=trace"];
        let mut command = self.command(&arguments);
        command.stderr(std::fs::File::create(log).unwrap());
        Self::started(command)
    }

    /// Starts the server so that it outlives files that may not grow (`ulimit -f`).
    #[cfg(target_os = "linux")]
    pub(crate) fn serve_bounded(&self) -> Server {
        self.serve_after("trap '' XFSZ")
    }

    /// Starts the server after a command of the shell that starts it.
    #[cfg(target_os = "linux")]
    pub(crate) fn serve_after(&self, before: &str) -> Server {
        let inner = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{before}; exec \"$0\" \"$@\"")).arg(inner.get_program());
        command.args(inner.get_args()).current_dir(self.path());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stderr(Stdio::null());
        Self::started(command)
    }

    fn started(mut command: Command) -> Server {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = loop {
            let line = lines.next().unwrap().unwrap();
            if let Some(url) = line.strip_prefix("listening on ") {
                break url.to_owned();
            }
        };
        // The rest must be read, so that the server never waits for a reader.
        let rest = std::thread::spawn(move || lines.map_while(Result::ok).collect());
        Server { child, url, rest: Some(rest) }
    }
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    rest: Option<std::thread::JoinHandle<Vec<String>>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Server {
    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no word, no clean-up.
    pub(crate) fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM: it ends by itself, and well. What it printed after its address.
    pub(crate) fn stop(mut self) -> Vec<String> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        self.rest.take().unwrap().join().unwrap()
    }
}
