"""What is secret stands in no row of the store and in no line of the log."""

import contextlib
import json
import sys

import pytest
from harness import ENGINES, ROOT, Server, fresh_database, serving

sys.path.insert(0, str(ROOT))

from cases import tiltyard  # noqa: E402 (found by the line above)
from cases.flow import Flow, granted, query  # noqa: E402
from cases.world import World  # noqa: E402


def stored(server, database):
    """Everything in the store, as bytes."""
    if database is None:
        files = [file for file in server.data.rglob("*") if file.is_file()]
        return b"".join(file.read_bytes() for file in files if file.name != "secret.key")
    import psycopg

    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "SELECT quote_ident(table_name) FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        ).fetchall()
        rows = [
            str(row) for (table,) in tables for row in connection.execute(f"SELECT * FROM {table}")
        ]
    return "\n".join(rows).encode()


def secrets_of_a_day(world, server):
    """Uses everything that has a secret, rightly and wrongly; gives the secrets by name."""
    found = {"password": world.person()["password"]}
    flow = Flow(world, fresh=True)
    found["session"] = max(flow.browser.cookies.values(), key=len)
    for role in ("web", "mtgbracket"):
        flow = Flow(world, role)
        changes = {} if role == "web" else {"scope": None}
        code = flow.code(**changes)
        first = granted(flow.exchange(code))
        second = granted(flow.refresh(first["refresh_token"]))
        world.alive(second["access_token"])
        flow.exchange(code)
        unused = flow.code(**changes)
        flow.exchange(unused, code_verifier="w" * 43)
        found |= {
            f"{role} verifier": flow.verifier,
            f"{role} secret": flow.app.secret,
            f"{role} code": code,
            f"{role} unused code": unused,
        }
        for name, tokens in (("first", first), ("second", second)):
            for kind in ("access_token", "refresh_token"):
                found[f"{role} {name} {kind}"] = tokens[kind]
    found["machine access_token"] = world.machine()["access_token"]
    found["key"] = server.new_key(world.person())
    world.resource(found["key"], "")
    # What is sent where it does not belong.
    address = world.endpoint("token")
    lost = {"client_id": flow.app.client_id, "client_secret": found["web secret"]}
    lost |= {"refresh_token": found["web second refresh_token"], "code": found["web code"]}
    world.wire.get(world.url("token", lost))
    world.wire.post(world.url("token", lost), lost)
    world.wire.request("POST", address, {"Content-Type": "application/json"}, json.dumps([lost]))
    world.wire.get(world.url("authorization", lost))
    world.wire.get(f"{world.base}/v2.1/me.json?access_token={found['web second access_token']}")
    world.wire.get(f"{world.base}/v2.1/me.json?api_key={found['key']}")
    world.sign_in(world.browser(), dict(world.person(), username=found["password"]))
    silent = query(Flow(world).open(prompt="none"))
    if "code" in silent:
        found["silent code"] = silent["code"]
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_no_secret_is_kept_or_told(engine, tmp_path):
    # Cases D11, F11, F17, G20, L16: of codes, secrets, tokens, keys, cookies and verifiers the
    # store has at most hashes, and the log nothing, at its most talkative level.
    with fresh_database(engine) as database, contextlib.ExitStack() as stack:
        options = ["--set", "log.filter=trace"]
        server = Server(tmp_path / "data", database, options=options)
        stack.enter_context(serving(server))
        world = World(tiltyard.described(server))
        secrets = secrets_of_a_day(world, server)
        assert all(len(value) >= 16 for value in secrets.values()), "long enough to be found"
        store, log = stored(server, database), server.log.read_bytes()
    # The search finds what is there: a name in the store, and what happened in the log.
    assert world.person()["username"].encode() in store
    assert b"its grant was revoked" in log, log[:1_000]
    for place, text in (("store", store), ("log", log)):
        held = [name for name, value in secrets.items() if value.encode() in text]
        assert not held, f"the {place} holds {held}"
        # The part of a token that proves it, cut out of its frame.
        parts = [name for name, value in secrets.items() if proof(value).encode() in text]
        assert not parts, f"the {place} holds the heart of {parts}"


def proof(value):
    """The random part of a token: the signature of a JWT, the middle of our own."""
    if value.startswith("tly_"):
        return value.split("_")[2]
    return value.rsplit(".", 1)[-1]
