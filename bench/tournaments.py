#!/usr/bin/env python3
"""Measures the tournaments' API against bare axum and a bare transaction; see bench/README.md.

Needs cargo, wrk, Python's standard library, and psql for --postgres.
"""

import argparse
import json
import random
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from run import (
    HERE, JSON_API, ROOT, THREADS, Api, Engine, Server, body, create, free_port, fsync_us, machine,
    on_fresh_database, play, quiet, sh, sides, target_directory, write_reports, wrk, REOPEN,
)

FORM = "application/x-www-form-urlencoded"
SCOPES = (
    "tournaments:read tournaments:write matches:read matches:write participants:read participants:write"
)
KINDS = ["single elimination", "double elimination", "round robin", "swiss"]
STATES = ["pending", "underway", "awaiting_review", "complete"]


def milliseconds(work):
    started = time.perf_counter()
    result = work()
    return (time.perf_counter() - started) * 1000, result


class Tournaments(Engine):
    """One run on one database."""

    def token(self, application):
        asked = (
            f"grant_type=client_credentials&client_id={application['client_id']}"
            f"&client_secret={application['client_secret']}&scope={SCOPES.replace(' ', '+')}"
        )
        return json.loads(Api(self.port).raw("POST", "/oauth/token", asked, FORM))["access_token"]

    def run(self):
        with self.serve():
            pass
        application = self.application()
        result = {"rounds": []}
        with self.serve() as self.server:
            self.bearer = self.token(application)
            self.moves = play(Api(self.port, self.bearer), create(Api(self.port, self.bearer), "Sample"))
            shown = self.shown()
            for number in range(self.options.rounds):
                row = {"load_before": quiet(self.options.load, self.options.patience)}
                row["read"] = self.read(shown)
                row["reports"] = self.reports(number)
                row["one"] = self.reports_of_one(number)
                row["large"] = self.large(number)
                result["rounds"].append(row)
                print(" ", json.dumps(row), flush=True)
        for kind in ("read", "reports", "one", "large"):
            result[kind] = medians([row[kind] for row in result["rounds"]])
        return result

    def bracket(self, api, name, players):
        """A double elimination of this size under way: its id and its matches that are open."""
        new = {"name": name, "tournament_type": "double elimination"}
        own = api.call("POST", "/v2.1/tournaments.json", new)["data"]["id"]
        path = f"/v2.1/tournaments/{own}"
        riders = [{"name": f"Rider {number}", "seed": number} for number in range(1, players + 1)]
        add = json.dumps({"data": {"type": "Participants", "attributes": {"participants": riders}}})
        took = {"add_ms": milliseconds(lambda: api.raw("POST", f"{path}/participants/bulk_add.json", add))[0]}
        start = json.dumps({"data": {"type": "TournamentState", "attributes": {"state": "start"}}})
        took["start_ms"], document = milliseconds(lambda: api.raw("PUT", f"{path}/change_state.json", start))
        took["start_bytes"] = len(document)
        return own, took

    def open_matches(self, api, own, most):
        path = f"/v2.1/tournaments/{own}/matches.json?state=open&per_page={most}"
        return api.call("GET", path)["data"]

    def shown(self):
        """A tournament of 128 with half of its matches of the first round played."""
        api = Api(self.port, self.bearer)
        own, _ = self.bracket(api, "Open of the Lists", 128)
        for match in self.open_matches(api, own, 32):
            path = f"/v2.1/tournaments/{own}/matches/{match['id']}.json"
            api.raw("PUT", path, body(sides(match), 0))
        return f"/v2.1/tournaments/{own}.json"

    def read(self, path):
        """A document with all matches and participants, beside as many bytes from memory."""
        size = len(Api(self.port, self.bearer).raw("GET", path))
        port = free_port()
        command = [str(self.binaries["bench-bare"]), "http", f"127.0.0.1:{port}", str(size), "1", "1"]
        seconds, connections = self.options.seconds, self.options.connections
        with Server(command, port) as bare:
            def yard():
                half = max(1, seconds // 2)
                return wrk(bare, f"http://127.0.0.1:{port}/bare", half, connections, header=self.bearer)
            before = yard()
            row = wrk(self.server, f"http://127.0.0.1:{self.port}{path}", seconds, connections, header=self.bearer)
            after = yard()
        each = (before["per_second"] + after["per_second"]) / 2
        cost = (before["cpu_us"] + after["cpu_us"]) / 2
        return dict(row, body_bytes=size, bare_per_second=round(each), bare_cpu_us=round(cost, 1),
                    ratio=round(row["per_second"] / each, 3))

    def played(self, file):
        updates = self.updated_matches()
        row = wrk(self.server, f"http://127.0.0.1:{self.port}", self.options.seconds, self.options.connections,
                  "report.lua", TOKEN=self.bearer, REPORTS=str(file), THREADS=str(THREADS))
        if self.database:
            time.sleep(1.5)
            row["matches_each"] = round((self.updated_matches() - updates) / max(1, row["succeeded"]), 2)
        return row

    def reports(self, number):
        """Matches of many tournaments, reported in their order."""
        api = Api(self.port, self.bearer)
        many = [create(api, f"Tilt {number} {n}") for n in range(self.options.tournaments)]
        file = self.directory / "reports.txt"
        write_reports(file, many, self.moves)
        row = self.played(file)
        if self.database:
            row.update(self.transactions({"report": {"ours": row}}, row["matches_each"]))
        return row

    def reports_of_one(self, number):
        """The first matches of one large tournament: reported and reopened, again and again."""
        api = Api(self.port, self.bearer)
        own, _ = self.bracket(api, f"One {number}", self.options.entrants_of_one)
        file = self.directory / "one.txt"
        matches = self.open_matches(api, own, 1000)
        with open(file, "w") as out:
            for action, text in (("", None), ("/change_state", REOPEN)):
                for match in matches:
                    sent = text or body(sides(match), 0)
                    out.write(f"/v2.1/tournaments/{own}/matches/{match['id']}{action}.json\t{sent}\n")
        return dict(self.played(file), entrants=self.options.entrants_of_one)

    def large(self, number):
        """Ten thousand participants in one request, and the start of their double elimination."""
        api = Api(self.port, self.bearer)
        own, took = self.bracket(api, f"Large {number}", self.options.large)
        api.raw("DELETE", f"/v2.1/tournaments/{own}.json")
        return {key: round(value, 1) for key, value in took.items()}


class Lists(Tournaments):
    """Lists over so many tournaments: half of them of one person, the others of a thousand people."""

    def __init__(self, options, binaries, database, count):
        super().__init__(options, binaries, database)
        self.count = count

    def prepare(self):
        with self.serve():
            pass
        self.app = self.application()
        started = time.perf_counter()
        self.fill()
        print(f"  {self.count} tournaments made in {time.perf_counter() - started:.0f} s", flush=True)

    def select(self, tables):
        """The rows: ids from 20,000,001 on, states and formats mixed, some private."""
        kind = "CASE n % 4 " + " ".join(f"WHEN {i} THEN '{kind}'" for i, kind in enumerate(KINDS)) + " END"
        state = "CASE (n / 4) % 20 " + " ".join(f"WHEN {i} THEN '{state}'" for i, state in enumerate(STATES[:3])) + " ELSE 'complete' END"
        options = self.sample_options().replace("'", "''")
        when = "1700000000000 + n * CAST(60000 AS BIGINT)"
        return (
            f"SELECT 20000000 + n, 'x' || n, 'x' || n, CASE n % 2 WHEN 0 THEN me.id ELSE 1 + n % 1000 END, "
            f"NULL, 'Tournament ' || n, {kind}, 'Joust Royale', '', n % 10 = 9, {state}, '{options}', 16, 0, "
            f"{when}, {when}, 1, n FROM {tables}"
        )

    COLUMNS = (
        "(id, slug, slug_key, owner_id, application_id, name, kind, game_name, description, private, state, "
        "options, participants_count, progress, created_at, updated_at, journal_number, revision)"
    )
    PEOPLE = (
        "INSERT INTO people (id, uuid, username, username_key, email, email_key, password, operator, token_epoch, "
        "created_at, updated_at) SELECT n, 'u' || n, 'u' || n, 'u' || n, 'u' || n, 'u' || n, '', FALSE, 0, 1, 1 FROM "
    )

    def sample_options(self):
        with self.serve() as self.server:
            api = Api(self.port, self.token(self.app))
            api.call("POST", "/v2.1/tournaments.json", {"name": "Sample", "tournament_type": "swiss"})
        return self.ask("SELECT options FROM tournaments LIMIT 1")

    def ask(self, text):
        if self.database:
            return self.query(text)
        with sqlite3.connect(self.directory / "tiltyard.db") as base:
            return str(base.execute(text).fetchone()[0])

    def fill(self):
        me = self.ask("SELECT id FROM people WHERE username_key = 'marshal'")
        if self.database:
            script = (
                f"{self.PEOPLE} generate_series(1, 1000) AS n;"
                "ALTER TABLE tournaments DISABLE TRIGGER USER;"
                f"INSERT INTO tournaments {self.COLUMNS} "
                + self.select(f"generate_series(1, {self.count}) AS n, (SELECT {me} AS id) AS me") + ";"
                "ALTER TABLE tournaments ENABLE TRIGGER USER;"
                "DELETE FROM tournament_counts;"
                "INSERT INTO tournament_counts (list, whose, through, level, block, state, kind, n) "
                "SELECT l.list, l.whose, l.through, l.level, l.block, l.state, l.kind, COUNT(*) "
                "FROM tournaments AS t CROSS JOIN LATERAL tournament_listings(t) AS l GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7;"
            )
            sh("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", self.database, input=script)
            sh("psql", "-XAtq", self.database, "-c", "VACUUM ANALYZE")
            return
        row = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < {})"
        with sqlite3.connect(self.directory / "tiltyard.db") as base:
            base.execute(f"{row.format(1000)} {self.PEOPLE} r")
            triggers = base.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'tournament%'"
            ).fetchall()
            for name, _ in triggers:
                base.execute(f"DROP TRIGGER {name}")
            base.execute(
                f"{row.format(self.count)} INSERT INTO tournaments {self.COLUMNS} "
                + self.select(f"r, (SELECT {me} AS id) AS me")
            )
            base.execute("DELETE FROM tournament_counts")
            base.execute(
                "INSERT INTO tournament_counts (list, whose, through, level, block, state, kind, n) "
                "SELECT list, whose, through, level, block, state, kind, COUNT(*) FROM tournament_listings "
                "GROUP BY 1, 2, 3, 4, 5, 6, 7"
            )
            for _, sql in triggers:
                base.execute(sql)

    # What is asked, with the last page that there is in place of {last}.
    PAGES = {
        "own, first page": "/v2.1/tournaments.json",
        "own, last page": "/v2.1/tournaments.json?page={last}",
        "own, middle": "/v2.1/tournaments.json?page={middle}",
        "own, in progress": "/v2.1/tournaments.json?state=in_progress",
        "own, in progress, last page": "/v2.1/tournaments.json?state=in_progress&page={last}",
        "own, one format, last page": "/v2.1/tournaments.json?type=single_elimination&page={last}",
        "own, ended, one format": "/v2.1/tournaments.json?state=ended&type=single_elimination&page={middle}",
        "own, made within an hour": "/v2.1/tournaments.json?created_after={from}&created_before={to}",
        "all public": "/tournaments",
        "all public, last page": "/tournaments?page={public}",
        "all public, pending": "/tournaments?show=upcoming",
    }

    def addresses(self):
        """The paths to ask, with pages that exist here."""
        api = Api(self.port, self.bearer)
        # The last page that is full, so that as much is written everywhere.
        def last(path, per=25):
            return max(1, api.call("GET", path)["meta"]["count"] // per)
        out = {}
        for name, path in self.PAGES.items():
            whole = last(path.split("&page=")[0].split("?page=")[0]) if path.startswith("/v2.1") and "{last}" in path or "{middle}" in path else 1
            when = 1700000000 + self.count * 60 // 2
            day = lambda at: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
            public = max(1, int(self.count * 0.9) // 24 - 1)
            out[name] = path.format_map({
                "last": whole, "middle": whole // 2 + 1, "public": public,
                "from": day(when), "to": day(when + 50 * 60),
            })
        return out

    def __enter__(self):
        self.running = self.serve()
        self.server = self.running.__enter__()
        self.bearer = self.token(self.app)
        self.asked = self.addresses()
        self.line = Api(self.port, self.bearer)
        self.line.headers["Accept"] = "*/*"
        return self

    def __exit__(self, *error):
        self.running.__exit__(*error)


def flat(small, large, times):
    """Milliseconds of each page on both, asked by turns, and how much longer the large one takes."""
    rows = {}
    for name in small.asked:
        took = {engine.count: [] for engine in (small, large)}
        for turn in range(times + 20):
            for engine in random.sample((small, large), 2):
                each, _ = milliseconds(lambda: engine.line.raw("GET", engine.asked[name]))
                if turn >= 20:
                    took[engine.count].append(each)
        # Others on the machine make some slower, never faster: the lower quarter is what it takes.
        quarter = {count: statistics.quantiles(all, n=4)[0] for count, all in took.items()}
        rows[name] = {
            "small_ms": round(quarter[small.count], 3),
            "large_ms": round(quarter[large.count], 3),
            "ratio": round(quarter[large.count] / quarter[small.count], 3),
        }
        print(f"  {name}: {json.dumps(rows[name])}", flush=True)
    return rows


def medians(rows):
    out = {}
    for key, first in rows[0].items():
        values = [row[key] for row in rows]
        out[key] = sum(values) if key == "failed" else round(statistics.median(values), 3)
        if key in ("ratio", "per_second", "add_ms", "start_ms"):
            out[f"each_{key}"] = values
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="also measure on this PostgreSQL server")
    parser.add_argument("--only-postgres", action="store_true")
    parser.add_argument("--only-lists", action="store_true")
    parser.add_argument("--no-lists", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="each measurement")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--tournaments", type=int, default=300, help="tournaments that are played at once")
    parser.add_argument("--entrants-of-one", type=int, default=1024, help="of the one that is played alone")
    parser.add_argument("--large", type=int, default=10_000, help="participants in one request")
    parser.add_argument("--few", type=int, default=1_000, help="tournaments in the small lists")
    parser.add_argument("--many", type=int, default=1_000_000, help="tournaments in the large lists")
    parser.add_argument("--times", type=int, default=200, help="requests for each page of a list")
    parser.add_argument("--writers", type=int, default=16, help="connections of the bare transactions")
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

    def lists(small, large):
        engines = [Lists(options, binaries, small, options.few), Lists(options, binaries, large, options.many)]
        try:
            for engine in engines:
                engine.prepare()
            with engines[0] as one, engines[1] as other:
                return flat(one, other, options.times)
        finally:
            for engine in engines:
                engine.close()

    def measure(name, database, further=None):
        print(f"{name}:", flush=True)
        result = {"engine": name, "machine": dict(machine(), fdatasync_us=fsync_us(options.scratch))}
        result.update(connections=options.connections, seconds=options.seconds, tournaments=options.tournaments)
        file = HERE / "results" / f"tournaments-{name}.json"
        if not options.only_lists:
            engine = Tournaments(options, binaries, database)
            try:
                result.update(engine.run())
            finally:
                engine.close()
        if not options.no_lists:
            if database:
                def first(few):
                    on_fresh_database(options.postgres, lambda many: result.update(lists=lists(few, many)))
                on_fresh_database(options.postgres, first)
            else:
                result["lists"] = lists(None, None)
            result.update(few=options.few, many=options.many)
        if not options.keep:
            before = json.loads(file.read_text()) if file.exists() else {}
            file.write_text(json.dumps({**before, **result}, indent=2) + "\n")

    if not options.only_postgres:
        measure("sqlite", None)
    if options.postgres:
        on_fresh_database(options.postgres, lambda url: measure("postgres", url))
    if not options.keep:
        from table import update
        update(HERE)


if __name__ == "__main__":
    main()
