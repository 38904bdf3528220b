"""The real binary, started for a test: its data, its command line, its log.

`TILTYARD_BIN` names the binary and `TILTYARD_TEST_POSTGRES` a PostgreSQL that may be filled with
databases; `cargo xtask interop` and `cargo xtask browser` set both.
"""

import contextlib
import json
import os
import pathlib
import queue
import secrets
import signal
import subprocess
import threading
import time
import uuid
from urllib.parse import urlsplit, urlunsplit

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("TILTYARD_BIN", str(ROOT / "target/debug/tiltyard"))
POSTGRES = os.environ.get("TILTYARD_TEST_POSTGRES")

# Both engines where there is a PostgreSQL, as for the Rust tests.
ENGINES = ["sqlite"] + (["postgresql"] if POSTGRES else [])

# How long the server may take to start or stop, on a busy machine.
PATIENCE_SECONDS = 60

# Settings must come from the test alone.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("TILTYARD_")}


@contextlib.contextmanager
def fresh_database(engine):
    """The address of an empty PostgreSQL database, removed afterwards; None for SQLite."""
    if engine == "sqlite":
        yield None
        return
    # What needs no PostgreSQL needs no library for it.
    import psycopg

    name = f"tiltyard_{secrets.token_hex(8)}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(POSTGRES)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Server:
    """A running `tiltyard serve` on a free port of loopback."""

    def __init__(self, data, database=None, address="127.0.0.1:0", options=()):
        self.data = pathlib.Path(data)
        self.database = database
        self.address = address
        self.options = options
        self.log = self.data.parent / f"{self.data.name}.log"
        self.process = None
        self.url = None
        self.setup_link = None

    def start(self, unclaimed=False):
        """Starts it, and reads the address that it prints; with nobody's account in the store,
        the one-time link, too."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", *self._where(), "--listen", self.address, *self.options],
                stdout=subprocess.PIPE,
                stderr=log,
                env=ENVIRONMENT,
                cwd=self.data.parent,
                text=True,
            )
        printed = queue.Queue()
        threading.Thread(target=self._read, args=(printed,), daemon=True).start()
        end = time.monotonic() + PATIENCE_SECONDS
        self.url = self.setup_link = None
        while self.url is None or (unclaimed and self.setup_link is None):
            line = printed.get(timeout=max(0.1, end - time.monotonic()))
            assert line is not None, f"the server ended:\n{self.log.read_text()}"
            if line.startswith("listening on "):
                self.url = line.removeprefix("listening on ")
            elif "/setup?token=" in line:
                self.setup_link = line.strip()
        return self

    def _read(self, printed):
        for line in self.process.stdout:
            printed.put(line.rstrip("\n"))
        printed.put(None)

    def stop(self):
        """Stops it as an operator would; it must end well, and its log must hold no failure."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE_SECONDS)
        log = self.log.read_text()
        assert code == 0, f"it ended with {code}:\n{log}"
        bad = [line for line in log.splitlines() if "panicked" in line or " ERROR " in line]
        assert not bad, "\n".join(bad)

    def kill(self):
        """Ends it as a power cut would."""
        self.process.kill()
        self.process.wait(PATIENCE_SECONDS)

    def _where(self):
        database = ["--database", self.database] if self.database else []
        return ["--data", str(self.data), *database]

    def cli(self, *arguments, stdin=None):
        """What a command prints with `--json`, run beside the server."""
        done = subprocess.run(
            [BINARY, *arguments, "--json", *self._where()],
            input=stdin,
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def new_person(self, operator=False):
        """Makes an account by the command line: user name, e-mail address, password, ids."""
        name = f"p{uuid.uuid4().hex[:12]}"
        person = {"username": name, "email": f"{name}@example.org", "password": f"pass {name}"}
        arguments = ["--username", name, "--email", person["email"], "--password-stdin"]
        if operator:
            arguments.append("--operator")
        return person | self.cli("user", "create", *arguments, stdin=person["password"])

    def new_application(self, owner, preset, *redirect_uris, name="Interop", scope=None):
        """Registers an application by the command line."""
        arguments = ["--owner", owner["username"], "--name", name, "--preset", preset]
        for uri in redirect_uris:
            arguments += ["--redirect-uri", uri]
        if scope is not None:
            arguments += ["--scope", scope]
        return self.cli("app", "create", *arguments)

    def new_key(self, owner):
        """A personal key of the person."""
        return self.cli("api-key", "create", "--owner", owner["username"])["api_key"]


@contextlib.contextmanager
def serving(server, unclaimed=False):
    """Starts the server, and ends it with the block: by force where that fails."""
    try:
        yield server.start(unclaimed)
        server.stop()
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()


@contextlib.contextmanager
def running(engine, folder):
    """A server on an empty store of that engine."""
    with fresh_database(engine) as database:
        with serving(Server(folder / "data", database), unclaimed=True) as server:
            yield server
