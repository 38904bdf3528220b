#!/usr/bin/env python3
"""Measures the pages of tournaments and those who watch them; see bench/README.md.

Needs cargo, wrk, Python's standard library, and psql for --postgres.
"""

import argparse
import gzip
import http.client
import json
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

from run import (
    HERE, ROOT, THREADS, Api, Server, body, cpu_seconds, free_port, fsync_us, machine, on_fresh_database, quiet, sh,
    sides, target_directory,
)
from tournaments import Tournaments

GZIP = "Accept-Encoding: gzip, deflate, br"
LOADED = re.compile(r'(?:href|src)="(/assets/[^"]+)"')


class Pages(Tournaments):
    """One run on one database."""

    def serve(self):
        self.metrics = free_port()
        settings = ["--set", f"metrics.listen=127.0.0.1:{self.metrics}"]
        listen = ["serve", "--listen", f"127.0.0.1:{self.port}"]
        return Server(self.command(*listen, *settings), self.port)

    def run(self):
        with self.serve():
            pass
        application = self.application()
        result = {"rounds": []}
        with self.serve() as self.server:
            self.bearer = self.token(application)
            api = Api(self.port, self.bearer)
            own, slug = self.under_way(api, 128)
            result["first_load"] = self.first_load(f"/{slug}")
            _, largest = self.under_way(api, 1_024)
            result["picture"] = self.pictures(largest)
            for _ in range(self.options.rounds):
                row = {"load_before": quiet(self.options.load, self.options.patience)}
                row["page"] = self.rate(f"/{slug}")
                row["part"] = self.rate(f"/{slug}/live")
                row["picture"] = self.rate(f"/{largest}.svg")
                result["rounds"].append(row)
                print(" ", json.dumps(row), flush=True)
        # In a process of its own, so that memory is that of watchers alone.
        with self.serve() as self.server:
            row = {"load_before": quiet(self.options.load, self.options.patience)}
            result["watchers"] = dict(row, **self.watchers(own, slug))
            print(" ", json.dumps(result["watchers"]), flush=True)
        for kind in ("page", "part", "picture"):
            rows = [row[kind] for row in result["rounds"]]
            result["rate_of_" + kind] = {
                "per_second": round(statistics.median(row["per_second"] for row in rows)),
                "each": [row["per_second"] for row in rows],
                "p99_ms": statistics.median(row["p99_ms"] for row in rows),
                "cpu_us": statistics.median(row["cpu_us"] for row in rows),
                "failed": sum(row["failed"] for row in rows),
            }
        return result

    def under_way(self, api, players):
        """A double elimination with 32 matches played: its id and its address."""
        own, _ = self.bracket(api, f"Open of {players}", players)
        slug = api.call("GET", f"/v2.1/tournaments/{own}.json")["data"]["attributes"]["url"]
        for match in self.open_matches(api, own, 32):
            api.raw("PUT", f"/v2.1/tournaments/{own}/matches/{match['id']}.json", body(sides(match), 0))
        return own, slug

    def fetch(self, path, compressed=True):
        """The body as it comes, and how many bytes its head has."""
        line = http.client.HTTPConnection("127.0.0.1", self.port)
        line.request("GET", path, headers={"Accept-Encoding": "gzip"} if compressed else {})
        answer = line.getresponse()
        assert answer.status == 200, (path, answer.status)
        coded = answer.getheader("Content-Encoding") == "gzip"
        raw = answer.read()
        return raw, gzip.decompress(raw) if coded else raw, len(str(answer.headers))

    def first_load(self, path):
        """Bytes of the page and all that it loads, heads included."""
        raw, page, head = self.fetch(path)
        loaded = {"page": len(raw) + head}
        for asset in sorted(set(LOADED.findall(page.decode()))):
            of_asset, _, head = self.fetch(asset.replace("&amp;", "&"))
            loaded[asset.split("?")[0]] = len(of_asset) + head
        total = {"bytes": sum(loaded.values()), "plain_page_bytes": len(page), "each": loaded}
        print("  first load:", json.dumps(total), flush=True)
        return total

    def pictures(self, slug):
        """Milliseconds from the request to the whole picture, drawn anew."""
        times = []
        for theme in ("light", "dark", "contrast", "colour-blind") * 3:
            started = time.perf_counter()
            raw, _, _ = self.fetch(f"/{slug}.svg?theme={theme}")
            times.append((time.perf_counter() - started) * 1000)
        return {"first_ms": round(statistics.median(times[:4]), 2), "kept_ms": round(statistics.median(times[4:]), 2),
                "bytes": len(raw)}

    def rate(self, path):
        before = cpu_seconds(self.server.process.pid)
        text = sh("wrk", f"-t{THREADS}", f"-c{self.options.connections}", f"-d{self.options.seconds}s", "--latency",
                  "-H", GZIP, f"http://127.0.0.1:{self.port}{path}")
        spent = cpu_seconds(self.server.process.pid) - before
        count = int(re.search(r"(\d+) requests in", text).group(1))
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
        return {
            "per_second": round(float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))),
            "p99_ms": round(float(p99.group(1)) * {"us": 0.001, "ms": 1, "s": 1000}[p99.group(2)], 2),
            "cpu_us": round(spent / count * 1e6, 1),
            "failed": int(bad.group(1)) if bad else 0,
        }

    def reads(self):
        """Reading transactions that the server has begun."""
        line = http.client.HTTPConnection("127.0.0.1", self.metrics)
        line.request("GET", "/metrics")
        text = line.getresponse().read().decode()
        return int(re.search(r"store_reads_total (\d+)", text).group(1))

    def watchers(self, own, slug):
        """Memory and queries of many watchers, and how long news are on their way."""
        count, api = self.options.watchers, Api(self.port, self.bearer)
        matches = self.open_matches(api, own, self.options.changes)
        Api(self.port).raw("GET", f"/{slug}")
        time.sleep(1)
        memory, reads = self.server.memory(), self.reads()
        command = [str(self.binaries["bench-bare"]), "watchers", f"127.0.0.1:{self.port}", f"/{slug}/events", str(count)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as clients:
            assert clients.stdout.readline() == "ready\n"
            time.sleep(1)
            with_them, asked = self.server.memory(), self.reads()
            row = {
                "watchers": count,
                "rss_before_mb": memory["rss_mb"],
                "rss_with_mb": with_them["rss_mb"],
                "kb_each": round((with_them["rss_mb"] - memory["rss_mb"]) * 1000 / count, 2),
                "queries_for_all": asked - reads,
                "changes": [],
            }
            for match in matches:
                print("count", file=clients.stdin, flush=True)
                before = self.reads()
                began = time.time() * 1000
                api.raw("PUT", f"/v2.1/tournaments/{own}/matches/{match['id']}.json", body(sides(match), 0))
                times = json.loads(clients.stdout.readline())
                each = {name: round(at / 1000 - began, 1) for name, at in times.items()}
                row["changes"].append(dict(each, queries=self.reads() - before))
                time.sleep(0.5)
            clients.stdin.close()
            row["rss_after_mb"] = self.server.memory()["rss_mb"]
            clients.terminate()
        for name in ("p50", "p99", "last", "queries"):
            row[name] = statistics.median(each[name] for each in row["changes"])
        return row


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="also measure on this PostgreSQL server")
    parser.add_argument("--only-postgres", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="each measurement")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--watchers", type=int, default=10_000, help="of one tournament")
    parser.add_argument("--changes", type=int, default=10, help="reports that they hear of")
    parser.add_argument("--load", type=float, default=1.5, help="wait for a load below this")
    parser.add_argument("--patience", type=float, default=120, help="seconds to wait for it")
    parser.add_argument("--scratch", default=None, help="where data directories are made")
    parser.add_argument("--keep", action="store_true", help="do not touch results and README.md")
    parser.add_argument("--no-build", action="store_true")
    options = parser.parse_args()
    options.scratch = options.scratch or tempfile.gettempdir()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: apt-get install wrk")
    # One file each for whoever watches, on both sides; the server raises its own limit.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if not options.no_build:
        crates = ["-p", "tiltyard", "-p", "bench-bare"]
        subprocess.run(["cargo", "build", "--release", "--locked", *crates], check=True, cwd=ROOT)
    release = target_directory() / "release"
    binaries = {name: release / name for name in ("tiltyard", "bench-bare")}

    def measure(name, database):
        print(f"{name}:", flush=True)
        engine = Pages(options, binaries, database)
        try:
            measured = engine.run()
        finally:
            engine.close()
        result = {"engine": name, "machine": dict(machine(), fdatasync_us=fsync_us(options.scratch))}
        result.update(connections=options.connections, seconds=options.seconds, **measured)
        if not options.keep:
            (HERE / "results" / f"pages-{name}.json").write_text(json.dumps(result, indent=2) + "\n")

    if not options.only_postgres:
        measure("sqlite", None)
    if options.postgres:
        on_fresh_database(options.postgres, lambda url: measure("postgres", url))
    if not options.keep:
        from table import update
        update(HERE)


if __name__ == "__main__":
    main()
