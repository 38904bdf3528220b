#!/usr/bin/env python3
"""Measures the authorization server against bare axum, bare argon2id and a bare transaction; see
bench/README.md.

Needs cargo, wrk and Python's standard library only.
"""

import argparse
import base64
import hashlib
import http.client
import json
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

from run import (
    HERE, ROOT, THREADS, Engine, Server, free_port, fsync_us, machine, on_fresh_database, quiet, sh,
    target_directory, wrk,
)

FORM = "application/x-www-form-urlencoded"
VERIFIER = "a" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CALLBACK = "https://client.example/cb"
PASSWORD = "lance-herald-tilt-4"
SCOPE = "me tournaments:read"


def basic(application):
    pair = f"{application['client_id']}:{application['client_secret']}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


class Browser:
    """A connection with cookies that reads forms."""

    def __init__(self, port):
        self.line, self.cookies = http.client.HTTPConnection("127.0.0.1", port), {}

    def ask(self, method, path, fields=None):
        headers = {"Cookie": self.cookie()} if self.cookies else {}
        body = fields and urllib.parse.urlencode(fields)
        if body:
            headers["Content-Type"] = FORM
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer, text

    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def form(self, path):
        """The hidden fields of the page's form that is not the frame's."""
        _, text = self.ask("GET", path)
        return {
            name: re.search(rf'name="{name}" value="([^"]*)"', text).group(1)
            for name in ("csrf", "request")
            if f'name="{name}"' in text
        }

    def sign_in(self, name):
        fields = dict(self.form("/login"), username=name, password=PASSWORD)
        answer, _ = self.ask("POST", "/login", fields)
        assert answer.status == 303, answer.status


class Authorization(Engine):
    """One run on one database."""

    def person(self):
        new = ["user", "create", "--username", "marshal", "--email", "marshal@example.org"]
        sh(*self.command(*new, "--password-stdin"), input=PASSWORD + "\n")
        made = ["app", "create", "--owner", "marshal", "--name", "Bench", "--preset", "standard"]
        made += ["--redirect-uri", CALLBACK]
        application = json.loads(sh(*self.command(*made, "--json")))
        sh(*self.command("app", "set", application["client_id"], "--grant", "client_credentials=on"))
        return application

    def asked(self, application):
        return "/oauth/authorize?" + urllib.parse.urlencode({
            "response_type": "code",
            "client_id": application["client_id"],
            "redirect_uri": CALLBACK,
            "scope": SCOPE,
            "state": "s",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        })

    def consent(self, browser, application):
        fields = browser.form(self.asked(application))
        scopes = [("scope", scope) for scope in SCOPE.split()]
        answer, _ = browser.ask("POST", "/oauth/authorize", [*fields.items(), ("decision", "allow"), *scopes])
        assert answer.status == 303, answer.status

    def wrk(self, path, script, seconds=None, connections=None, **environment):
        seconds = seconds or self.options.seconds
        connections = connections or self.options.connections
        url = f"http://127.0.0.1:{self.port}{path}"
        environment = {"THREADS": str(THREADS), **environment}
        return wrk(self.server, url, seconds, connections, script, **environment)

    def file(self, name, lines):
        path = self.directory / name
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    def codes(self, seconds):
        """As many codes as the server makes in that time; they live a minute."""
        out = self.directory / "codes"
        row = self.wrk(self.asked(self.application), "authorize.lua", seconds,
                       CODES=str(out), COOKIE=self.browser.cookie())
        codes = []
        for number in range(THREADS):
            codes += Path(f"{out}.{number}").read_text().split()
        return row, codes

    def exchanges(self, codes, seconds):
        """Exchanges them; those over are exchanged by nobody."""
        bodies = [
            f"grant_type=authorization_code&code={code}&code_verifier={VERIFIER}"
            f"&redirect_uri={urllib.parse.quote(CALLBACK, safe='')}"
            for code in codes
        ]
        return self.wrk("/oauth/token", "lines.lua", seconds, METHOD="POST", TYPE=FORM, ONCE="1",
                        ASKED="/oauth/token", AUTHORIZATION=basic(self.application),
                        REQUESTS=self.file("exchanges.txt", bodies))

    def token(self, body):
        line = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"Content-Type": FORM, "Authorization": basic(self.application)}
        line.request("POST", "/oauth/token", body, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, text
        return json.loads(text)

    def grants(self, count):
        """So many grants of the person: their token answers."""
        _, codes = self.codes(2)
        assert len(codes) >= count, f"only {len(codes)} codes were made"
        return [self.token(
            f"grant_type=authorization_code&code={code}&code_verifier={VERIFIER}"
            f"&redirect_uri={urllib.parse.quote(CALLBACK, safe='')}"
        ) for code in codes[:count]]

    def access_tokens(self, count):
        """Different access tokens of the person, from grants of some and refreshes of each."""
        tokens = []
        grants = self.grants(50)
        while len(tokens) < count:
            for at, grant in enumerate(grants):
                tokens.append(grant["access_token"])
                body = f"grant_type=refresh_token&refresh_token={grant['refresh_token']}"
                grants[at] = self.token(body)
        return tokens[:count]

    def starts(self):
        """From starting the process to the answer to its first token request."""
        body = f"grant_type=client_credentials&scope=tournaments:read"
        times = []
        for _ in range(self.options.starts):
            started = time.perf_counter()
            with self.serve():
                self.token(body)
                times.append(round((time.perf_counter() - started) * 1000, 1))
        return {"to_first_token_ms": statistics.median(times), "each_ms": times}

    def run(self):
        result = {"rounds": []}
        with self.serve() as server:
            first = server.first_answer_ms
        self.application = self.person()
        result["starts"] = dict(self.starts(), first_start_ms=first)
        with self.serve() as self.server:
            time.sleep(2)
            result["memory"] = {"at_rest": self.server.memory()}
            self.browser = Browser(self.port)
            self.browser.sign_in("marshal")
            self.consent(self.browser, self.application)
            tokens = self.access_tokens(self.options.tokens)
            for number in range(self.options.rounds):
                row = self.round(tokens, number)
                result["rounds"].append(row)
                print(" ", json.dumps(row), flush=True)
            result["memory"]["after_load"] = self.server.memory()
        self.many_grants(result)
        for kind in result["rounds"][0]:
            rows = [row[kind] for row in result["rounds"]]
            result[kind] = rows[0] if not isinstance(rows[0], dict) else self.medians(rows)
        return result

    def many_grants(self, result):
        """Memory with so many live grants: after a start, and after some of them were used."""
        wanted, made = self.options.grants, 0
        with self.serve() as self.server:
            while made < wanted:
                _, codes = self.codes(8)
                row = self.exchanges(codes, max(4, len(codes) // 4000))
                made += row["succeeded"]
                print(f"  {made} grants", flush=True)
        with self.serve() as self.server:
            time.sleep(2)
            rest = self.server.memory()
            # Tokens used here and there, as a day would.
            self.wrk("/oauth/token", "lines.lua", METHOD="POST", TYPE=FORM, ASKED="/oauth/token",
                     AUTHORIZATION=basic(self.application),
                     REQUESTS=self.file("machine.txt", ["grant_type=client_credentials"] * 10))
            result["memory"]["many_grants"] = {"grants": made, "at_rest": rest, "used": self.server.memory()}

    def round(self, tokens, number):
        options, seconds = self.options, self.options.seconds
        row = {"load_before": quiet(options.load, options.patience)}
        machine_body = "grant_type=client_credentials&scope=tournaments:read"
        answer_bytes = len(json.dumps(self.token(machine_body)))
        bare_port = free_port()
        command = [str(self.binaries["bench-bare"]), "http", f"127.0.0.1:{bare_port}", "150", str(answer_bytes), "250"]
        with Server(command, bare_port) as bare:
            def bare_route(body, method="POST"):
                form = {"script": "send.lua", "METHOD": method, "TYPE": FORM, "BODY": body}
                return wrk(bare, f"http://127.0.0.1:{bare_port}/bare", max(1, seconds // 2), options.connections, **form)
            def beside(kind, ours, body, method="POST"):
                before = bare_route(body, method)
                done = ours()
                after = bare_route(body, method)
                each = (before["per_second"] + after["per_second"]) / 2
                row[kind] = dict(done, bare_per_second=round(each), ratio=round(done["per_second"] / each, 3),
                                 bare_cpu_us=round((before["cpu_us"] + after["cpu_us"]) / 2, 1))
            beside("introspect", lambda: self.wrk(
                "/oauth/introspect", "lines.lua", METHOD="POST", TYPE=FORM, ASKED="/oauth/introspect",
                AUTHORIZATION=basic(self.application),
                REQUESTS=self.file("introspect.txt", [f"token={token}" for token in tokens]),
            ), f"token={tokens[0]}", "PUT")
            beside("own_route", lambda: self.wrk(
                "/v2.1/me.json", "lines.lua", METHOD="GET", TYPE=FORM, ASKED="/v2.1/me.json",
                REQUESTS=self.file("me.txt", [f"\t{token}" for token in tokens]),
            ), "", "GET")
            beside("client_credentials", lambda: self.wrk(
                "/oauth/token", "lines.lua", METHOD="POST", TYPE=FORM, ASKED="/oauth/token",
                AUTHORIZATION=basic(self.application),
                REQUESTS=self.file("machine.txt", [machine_body] * 10),
            ), machine_body)
            chains = [grant["refresh_token"] for grant in self.grants(4 * options.connections)]
            beside("refresh", lambda: self.wrk(
                "/oauth/token", "refresh.lua", AUTHORIZATION=basic(self.application),
                TOKENS=self.file("refresh.txt", chains),
            ), "grant_type=refresh_token&refresh_token=" + chains[0])
            def exchange():
                row["authorize"], codes = self.codes(seconds)
                # As many as are left over cannot be sent: the rate comes from those that succeeded.
                done = self.exchanges(codes, max(1, seconds // 2))
                return done
            beside("code", exchange, machine_body)
        row["sign_in"] = self.sign_ins()
        if self.database:
            row["refresh"]["transaction"] = self.transactions(row["refresh"]["per_second"], "refresh")
            row["code"]["transaction"] = self.transactions(row["code"]["per_second"], "code")
        return row

    def sign_ins(self):
        """Sign-ins against the raw rate of the same argon2id on as many threads."""
        seconds = self.options.seconds
        browser = Browser(self.port)
        fields = dict(browser.form("/login"), username="marshal", password=PASSWORD)
        def raw():
            return float(sh(str(self.binaries["bench-bare"]), "argon2id", str(seconds), str(THREADS)))
        before = raw()
        row = self.wrk("/login", "lines.lua", seconds, 8, METHOD="POST", TYPE=FORM, ASKED="/login",
                       COOKIE=browser.cookie(), REQUESTS=self.file("login.txt", [urllib.parse.urlencode(fields)] * 4))
        each = (before + raw()) / 2
        return dict(row, raw_per_second=round(each, 1), ratio=round(row["per_second"] / each, 3))

    def transactions(self, rate, kind):
        command = [str(self.binaries["bench-bare"]), kind, self.database]
        command += [str(self.options.writers), str(self.options.seconds)]
        bare = float(sh(*command))
        return {"bare_per_second": round(bare), "ratio": round(rate / bare, 3)}

    def medians(self, rows):
        out = {}
        for key in rows[0]:
            values = [row[key] for row in rows]
            if isinstance(values[0], dict):
                out[key] = self.medians(values)
            elif key == "failed":
                out[key] = sum(values)
            else:
                out[key] = round(statistics.median(values), 3)
        return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="also measure on this PostgreSQL server")
    parser.add_argument("--only-postgres", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="each measurement")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--tokens", type=int, default=10_000, help="different access tokens, repeating")
    parser.add_argument("--grants", type=int, default=100_000, help="live grants, for memory")
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
        engine = Authorization(options, binaries, database)
        try:
            result = engine.run()
        finally:
            engine.close()
        facts = dict(machine(), fdatasync_us=fsync_us(options.scratch))
        shape = {"engine": name, "machine": facts, "connections": options.connections}
        result = {**shape, "seconds": options.seconds, "tokens": options.tokens, **result}
        print(json.dumps({key: value for key, value in result.items() if key != "rounds"}, indent=1))
        if not options.keep:
            file = HERE / "results" / f"authorization-{name}.json"
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
