#!/usr/bin/env python3
"""Measures Tiltyard against bare axum and a bare transaction; see bench/README.md.

Needs cargo, wrk and Python's standard library only.
"""

import argparse
import http.client
import json
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
THREADS = 2  # of wrk
PLAYERS = 14
JSON_API = "application/vnd.api+json"


def sh(*command, **options):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def target_directory():
    facts = json.loads(sh("cargo", "metadata", "--format-version=1", "--no-deps", cwd=ROOT))
    return Path(facts["target_directory"])


def quiet(most, patience):
    """Waits until others leave the machine alone, for a while."""
    until = time.time() + patience
    while os.getloadavg()[0] > most and time.time() < until:
        time.sleep(2)
    return round(os.getloadavg()[0], 2)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory(pid):
    """Resident memory in MB (10^6 bytes): now, and of that what belongs to no file."""
    status = Path(f"/proc/{pid}/status").read_text()
    def line(name):
        return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.M).group(1)) * 1024 / 1e6
    return {"rss_mb": round(line("VmRSS"), 1), "anonymous_mb": round(line("RssAnon"), 1)}


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Server:
    """A process that listens; used as `with`."""

    def __init__(self, command, port):
        self.command, self.port = command, port

    def __enter__(self):
        started = time.perf_counter()
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=self.log)
        while True:
            if self.process.poll() is not None:
                self.log.seek(0)
                raise SystemExit(f"{self.command} ended:\n{self.log.read().decode()}")
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                    line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    if line.recv(100).startswith(b"HTTP/1.1 "):
                        break
            except OSError:
                pass
            time.sleep(0.0005)
        self.first_answer_ms = round((time.perf_counter() - started) * 1000, 1)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.log.seek(0)
        for line in self.log.read().decode().splitlines():
            if "ERROR" in line or "panicked" in line:
                print("  log:", line, file=sys.stderr)

    def memory(self):
        return memory(self.process.pid)


class Api:
    """A connection that speaks JSON."""

    def __init__(self, port, token=None):
        self.line = http.client.HTTPConnection("127.0.0.1", port)
        self.headers = {"Accept": "application/json"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def raw(self, method, path, body=None, kind=JSON_API):
        headers = dict(self.headers, **({"Content-Type": kind} if body else {}))
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode()}")
        return text

    def call(self, method, path, attributes=None, kind="tournament"):
        body = attributes and json.dumps({"data": {"type": kind, "attributes": attributes}})
        return json.loads(self.raw(method, path, body))


def wrk(server, url, seconds, connections, script=None, **environment):
    """Requests a second, how many answers were no success, and what each cost the server's
    processor (which neighbours on the machine hardly change)."""
    command = ["wrk", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "--latency"]
    if script:
        command += ["-s", str(HERE / script)]
    token = environment.pop("header", None)
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    before = cpu_seconds(server.process.pid)
    text = sh(*command, url, env=dict(os.environ, **environment))
    spent = cpu_seconds(server.process.pid) - before
    count = int(re.search(r"(\d+) requests in", text).group(1))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    bad = int(bad.group(1)) if bad else 0
    broken = re.search(r"Socket errors: (.*)", text)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    scale = {"us": 0.001, "ms": 1, "s": 1000}[p99.group(2)]
    if broken:
        print("  wrk:", broken.group(0), file=sys.stderr)
    return {
        "per_second": round(rate),
        "cpu_us": round(spent / count * 1e6, 1),
        "p99_ms": round(float(p99.group(1)) * scale, 2),
        "failed": bad,
        "succeeded": count - bad,
    }


def body(players, winner):
    """A report of two or three sets: the winner is the side at index `winner`."""
    sets = {True: "3,1,3", False: "2,3,0"} if int(players[0]) % 3 else {True: "3,3", False: "1,2"}
    sides = [
        {"participant_id": str(player), "score_set": sets[slot == winner], "advancing": slot == winner}
        for slot, player in enumerate(players)
    ]
    return json.dumps({"data": {"type": "Match", "attributes": {"match": sides, "tie": False}}})


REOPEN = json.dumps({"data": {"type": "MatchState", "attributes": {"state": "reopen"}}})


def create(api, name):
    """A double elimination under way: its id, participants and matches."""
    new = {"name": name, "tournament_type": "double elimination", "game_name": "Joust Royale"}
    own = api.call("POST", "/v2.1/tournaments.json", new)["data"]["id"]
    players = [{"name": f"Rider {number}", "seed": number} for number in range(1, PLAYERS + 1)]
    path = f"/v2.1/tournaments/{own}"
    added = api.call("POST", f"{path}/participants/bulk_add.json", {"participants": players})
    api.call("PUT", f"{path}/change_state.json", {"state": "start"}, "TournamentState")
    matches = api.call("GET", f"{path}/matches.json?per_page=100")["data"]
    return own, [one["id"] for one in added["data"]], matches


def sides(match):
    relations = match["relationships"]
    return [(relations[side]["data"] or {}).get("id") for side in ("player1", "player2")]


def play(api, tournament):
    """Plays one tournament to its end: (index of match, indexes of players, winner's slot)."""
    own, players, matches = tournament
    order, moves = {one["id"]: at for at, one in enumerate(matches)}, []
    while True:
        matches = api.call("GET", f"/v2.1/tournaments/{own}/matches.json?per_page=100")["data"]
        ready = [one for one in matches if one["attributes"]["state"] == "open"]
        if not ready:
            return moves
        one = min(ready, key=lambda one: one["attributes"]["suggested_play_order"])
        pair = sides(one)
        seeds = [players.index(player) for player in pair]
        winner = int(seeds[0] > seeds[1]) ^ int(len(moves) % 5 == 3)
        # The winner of the winners' bracket wins, so that there is no reset.
        if len(moves) >= 2 * PLAYERS - 3:
            winner = 0
        api.raw("PUT", f"/v2.1/tournaments/{own}/matches/{one['id']}.json", body(pair, winner))
        moves.append((order[one["id"]], seeds, winner))


def write_reports(file, tournaments, moves):
    """One request a line: every match of every tournament, then the first matches reopened, which
    takes everything back; then it can begin again."""
    with open(file, "w") as out:
        def line(tournament, match, action, text):
            own, _, matches = tournament
            path = f"/v2.1/tournaments/{own}/matches/{matches[match]['id']}{action}.json"
            out.write(f"{path}\t{text}\n")
        for match, seeds, winner in moves:
            for tournament in tournaments:
                pair = [tournament[1][seed] for seed in seeds]
                line(tournament, match, "", body(pair, winner))
        opening = [match for match, _, _ in moves if None not in sides(tournaments[0][2][match])]
        for match in opening:
            for tournament in tournaments:
                line(tournament, match, "/change_state", REOPEN)


class Engine:
    """One run on one database."""

    def __init__(self, options, binaries, database):
        self.options, self.binaries, self.database = options, binaries, database
        self.directory = Path(tempfile.mkdtemp(prefix="tiltyard-bench-", dir=options.scratch))
        self.port = free_port()

    def command(self, *arguments):
        database = ["--database", self.database] if self.database else []
        return [str(self.binaries["tiltyard"]), *arguments, "--data", str(self.directory), *database]

    def serve(self):
        return Server(self.command("serve", "--listen", f"127.0.0.1:{self.port}"), self.port)

    def starts(self):
        with self.serve() as server:
            first = server.first_answer_ms
        later = []
        for _ in range(self.options.starts):
            with self.serve() as server:
                later.append(server.first_answer_ms)
        return {"first_ms": first, "later_ms": statistics.median(later), "later_each_ms": later}

    def application(self):
        person = ["user", "create", "--username", "marshal", "--email", "marshal@example.org"]
        sh(*self.command(*person, "--operator", "--password-stdin"), input="lance-herald-tilt-4\n")
        # `matches:write` and the like, so that the application organizes by itself.
        made = ["app", "create", "--owner", "marshal", "--name", "Bench", "--preset", "challonge"]
        return json.loads(sh(*self.command(*made, "--json")))

    def run(self):
        result = {"starts": self.starts()}
        application = self.application()
        asked = (
            f"grant_type=client_credentials&client_id={application['client_id']}"
            f"&client_secret={application['client_secret']}"
        )
        form = "application/x-www-form-urlencoded"
        with self.serve() as server:
            time.sleep(2)
            result["memory"] = {"at_rest": server.memory()}
            api = Api(self.port)
            scopes = (
                "tournaments:read tournaments:write matches:read matches:write "
                "participants:read participants:write"
            )
            wanted = f"{asked}&scope={scopes.replace(' ', '+')}"
            answer = api.raw("POST", "/oauth/token", wanted, form)
            token = json.loads(answer)["access_token"]
            api = Api(self.port, token)
            sample = create(api, "Sample")
            moves = play(api, sample)
            shown = create(api, "Open of the Lists")
            self.half_played(api, shown, moves)
            document = api.raw("GET", f"/v2.1/tournaments/{shown[0]}.json")
            one = api.raw(
                "GET", f"/v2.1/tournaments/{sample[0]}/matches/{sample[2][0]['id']}.json"
            )
            api.raw("GET", "/")
            result["memory"]["after_first_requests"] = server.memory()
            sizes = {"read": len(document), "token": len(answer), "report": len(one)}
            result["body_bytes"] = sizes
            addresses = {
                "read": f"/v2.1/tournaments/{shown[0]}.json",
                "token": "/oauth/token",
            }
            self.rounds(result, server, token, wanted, addresses, moves)
            result["memory"]["after_load"] = server.memory()
        return result

    def half_played(self, api, tournament, moves):
        own, players, matches = tournament
        for match, seeds, winner in moves[: len(moves) // 2]:
            path = f"/v2.1/tournaments/{own}/matches/{matches[match]['id']}.json"
            api.raw("PUT", path, body([players[seed] for seed in seeds], winner))

    def rounds(self, result, server, token, asked, addresses, moves):
        options = self.options
        seconds = options.seconds
        sizes = result["body_bytes"]
        bare_port = free_port()
        bare = [str(self.binaries["bench-bare"]), "http", f"127.0.0.1:{bare_port}"]
        bare += [str(sizes[kind]) for kind in ("read", "token", "report")]
        ours = f"http://127.0.0.1:{self.port}"
        yard = f"http://127.0.0.1:{bare_port}/bare"
        form = {"METHOD": "POST", "TYPE": "application/x-www-form-urlencoded", "BODY": asked}
        put = {"METHOD": "PUT", "TYPE": JSON_API, "TOKEN": token, "BODY": body([1, 2], 0)}
        result["rounds"] = []
        with Server(bare, bare_port) as bare:
            yard = (bare, yard)
            for number in range(options.rounds):
                load = quiet(options.load, options.patience)
                # The server has closed a connection that said nothing during the last round.
                api = Api(self.port, token)
                tournaments = [create(api, f"Tilt {number} {n}") for n in range(options.tournaments)]
                reports = self.directory / "reports.txt"
                write_reports(reports, tournaments, moves)
                time.sleep(1)
                updates = self.updated_matches()
                row = {"load_before": load}
                reading = {"header": token}
                row["read"] = self.pair(yard, reading, server, ours + addresses["read"], reading)
                asking = dict(form, script="send.lua")
                row["token"] = self.pair(yard, asking, server, ours + addresses["token"], asking)
                playing = {
                    "script": "report.lua",
                    "TOKEN": token,
                    "REPORTS": str(reports),
                    "THREADS": str(THREADS),
                }
                row["report"] = self.pair(yard, dict(put, script="send.lua"), server, ours, playing)
                if self.database:
                    done = row["report"]["ours"]["per_second"] * seconds
                    time.sleep(1.5)
                    each = (self.updated_matches() - updates) / done
                    row["transaction"] = self.transactions(row, each)
                result["rounds"].append(row)
                print(" ", json.dumps(row), flush=True)
        for kind in ("read", "token", "report"):
            result[kind] = self.middle([row[kind] for row in result["rounds"]])
        if self.database:
            result["transaction"] = {
                key: round(statistics.median(row["transaction"][key] for row in result["rounds"]), 3)
                for key in ("bare_per_second", "ratio", "matches_each")
            }

    def pair(self, yard, bare, server, url, ours):
        """The yardstick, Tiltyard, the yardstick: so a drift of the machine cancels out."""
        connections, seconds = self.options.connections, self.options.seconds
        half = max(1, seconds // 2)
        before = wrk(*yard, half, connections, **bare)
        result = wrk(server, url, seconds, connections, **ours)
        after = wrk(*yard, half, connections, **bare)
        cost = round((before["cpu_us"] + after["cpu_us"]) / 2, 1)
        bare = (before["per_second"] + after["per_second"]) / 2
        ratio = round(result["per_second"] / bare, 3)
        return {"bare": {"per_second": round(bare), "cpu_us": cost}, "ours": result, "ratio": ratio}

    def middle(self, rows):
        def of(*path):
            values = []
            for row in rows:
                for key in path:
                    row = row[key]
                values.append(row)
            return values
        return {
            "bare_per_second": statistics.median(of("bare", "per_second")),
            "per_second": statistics.median(of("ours", "per_second")),
            "best_per_second": max(of("ours", "per_second")),
            "p99_ms": statistics.median(of("ours", "p99_ms")),
            "cpu_us": statistics.median(of("ours", "cpu_us")),
            "bare_cpu_us": statistics.median(of("bare", "cpu_us")),
            "failed": sum(of("ours", "failed")),
            "ratio": statistics.median(of("ratio")),
            "ratios": of("ratio"),
        }

    def query(self, text):
        return sh("psql", "-XAtq", self.database, "-c", text).strip()

    def updated_matches(self):
        if not self.database:
            return 0
        text = "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'matches'"
        return int(self.query(text))

    def transactions(self, row, each):
        command = [str(self.binaries["bench-bare"]), "transaction", self.database]
        command += [str(self.options.writers), str(self.options.seconds), f"{each:.3f}"]
        bare = float(sh(*command))
        ratio = row["report"]["ours"]["per_second"] / bare
        return {"bare_per_second": round(bare), "ratio": round(ratio, 3), "matches_each": round(each, 2)}

    def close(self):
        shutil.rmtree(self.directory, ignore_errors=True)


def machine():
    cpu = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    memory_kb = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text()).group(1))
    return {
        "cpu": cpu.group(1) if cpu else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory_kb * 1024 / 1e9),
        "kernel": platform.release(),
        "rustc": sh("rustc", "--version").strip(),
        "commit": sh("git", "rev-parse", "--short", "HEAD", cwd=ROOT).strip(),
        "date": time.strftime("%Y-%m-%d"),
    }


def fsync_us(directory):
    """The median time of making 4 KiB durable, which bounds what a single writer can do."""
    times = []
    with tempfile.NamedTemporaryFile(dir=directory) as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - started) * 1e6)
    return round(statistics.median(times))


def on_fresh_database(server_url, run):
    """Runs with a database of its own on the PostgreSQL server, and drops it."""
    name = f"tiltyard_bench_{os.getpid()}_{time.time_ns()}"
    base, _, query = server_url.partition("?")
    sh("psql", "-XAtq", server_url, "-c", f"CREATE DATABASE {name}")
    try:
        return run(f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else ""))
    finally:
        sh("psql", "-XAtq", server_url, "-c", f"DROP DATABASE {name} WITH (FORCE)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="also measure on this PostgreSQL server")
    parser.add_argument("--only-postgres", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="each measurement")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--tournaments", type=int, default=600, help="for reports, each round")
    parser.add_argument("--writers", type=int, default=16, help="connections of the bare transactions")
    parser.add_argument("--starts", type=int, default=9)
    parser.add_argument("--load", type=float, default=1.5, help="wait for a load below this")
    parser.add_argument("--patience", type=float, default=120, help="seconds to wait for it")
    parser.add_argument("--scratch", default=None, help="where data directories are made")
    parser.add_argument("--keep", action="store_true", help="do not touch results and README.md")
    parser.add_argument("--no-build", action="store_true")
    options = parser.parse_args()
    options.scratch = options.scratch or tempfile.gettempdir()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: apt-get install wrk")
    if not options.no_build:
        crates = ["-p", "tiltyard", "-p", "bench-bare"]
        subprocess.run(["cargo", "build", "--release", "--locked", *crates], check=True, cwd=ROOT)
    release = target_directory() / "release"
    binaries = {name: release / name for name in ("tiltyard", "bench-bare")}

    def measure(name, database):
        print(f"{name}:", flush=True)
        engine = Engine(options, binaries, database)
        try:
            result = engine.run()
        finally:
            engine.close()
        result = {
            "engine": name,
            "machine": dict(machine(), fdatasync_us=fsync_us(options.scratch)),
            "connections": options.connections,
            "seconds": options.seconds,
            **result,
        }
        summary = {key: result[key] for key in ("starts", "memory", "read", "token", "report")}
        print(json.dumps(dict(summary, transaction=result.get("transaction")), indent=1))
        if not options.keep:
            file = HERE / "results" / f"{name}.json"
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(result, indent=2) + "\n")

    if not options.only_postgres:
        measure("sqlite", None)
    if options.postgres:
        on_fresh_database(options.postgres, lambda url: measure("postgres", url))
    if not options.keep:
        from table import update
        update(HERE)


if __name__ == "__main__":
    main()
