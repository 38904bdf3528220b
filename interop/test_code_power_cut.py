"""The exchange of a code under bad conditions: a power cut, a store that does not answer."""

import contextlib
import sqlite3
import sys
import threading

import pytest
from harness import ENGINES, ROOT, Server, fresh_database, serving

sys.path.insert(0, str(ROOT))

from cases import tiltyard  # noqa: E402 (found by the line above)
from cases.flow import Flow, granted, is_error  # noqa: E402
from cases.wire import BadAnswer  # noqa: E402
from cases.world import World  # noqa: E402

# Codes that are ready, exchanges that are acknowledged before the cut, and who makes them.
CODES = 160
BEFORE = 40
WRITERS = 4


@contextlib.contextmanager
def installation(engine, folder):
    """A server at an address that it keeps, what describes it, and its database."""
    with fresh_database(engine) as database:
        address = f"127.0.0.1:{tiltyard.free_port()}"
        server = Server(folder / "data", database, address)
        with serving(server):
            yield server, World(tiltyard.described(server)), database


@contextlib.contextmanager
def store(server, database):
    """A connection to the store beside the server."""
    if database is None:
        connection = sqlite3.connect(server.data / "tiltyard.db", timeout=30, isolation_level=None)
    else:
        import psycopg

        connection = psycopg.connect(database, autocommit=True)
    with contextlib.closing(connection):
        yield connection


def exchange_all(flow, codes, gained, enough):
    """Exchanges codes until there are none or nobody answers."""
    while codes:
        code = codes.pop()
        try:
            gained[code] = granted(flow.exchange(code))
        except BadAnswer:
            gained[code] = None
            return
        if sum(tokens is not None for tokens in gained.values()) >= BEFORE:
            enough.set()


@pytest.mark.parametrize("engine", ENGINES)
def test_no_code_is_burnt_without_tokens(engine, tmp_path):
    # Case D18.
    with installation(engine, tmp_path) as (server, world, database):
        flow = Flow(world)
        codes, gained, enough = [flow.code() for _ in range(CODES)], {}, threading.Event()
        every = list(codes)
        arguments = (flow, codes, gained, enough)
        writers = [threading.Thread(target=exchange_all, args=arguments) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        assert enough.wait(60)
        server.kill()
        for writer in writers:
            writer.join()
        server.start()
        with store(server, database) as connection:
            burnt = connection.execute(
                "SELECT count(*) FROM authorization_codes AS c WHERE c.used_at IS NOT NULL"
                " AND NOT EXISTS (SELECT 1 FROM token_families AS f WHERE f.id = c.family_id)"
            ).fetchone()
            used = connection.execute(
                "SELECT count(*) FROM authorization_codes WHERE used_at IS NOT NULL"
            ).fetchone()
        assert burnt[0] == 0
        acknowledged = {code: tokens for code, tokens in gained.items() if tokens is not None}
        assert len(acknowledged) >= BEFORE
        # Used are those that were acknowledged, and at most what was under way at the cut.
        assert len(acknowledged) <= used[0] <= len(acknowledged) + WRITERS
        for tokens in acknowledged.values():
            granted(flow.refresh(tokens["refresh_token"]))
        untouched = [code for code in every if code not in gained]
        assert untouched, "the cut came too late"
        for code in untouched:
            granted(flow.exchange(code))


@contextlib.contextmanager
def nobody_writes(connection, database):
    """Holds what every writer needs, for as long as the block lasts."""
    if database is None:
        connection.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
        return
    # Codes can be looked at, but not used: it fails in the middle of the transaction.
    connection.execute(
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = '53100'; END $$"
    )
    connection.execute(
        "CREATE TRIGGER broken BEFORE INSERT ON token_families"
        " FOR EACH ROW EXECUTE FUNCTION broken()"
    )
    try:
        yield
    finally:
        connection.execute("DROP FUNCTION broken CASCADE")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_failure_of_ours_is_told_and_undone(engine, tmp_path):
    # Case E11.
    with installation(engine, tmp_path) as (server, world, database):
        flow = Flow(world)
        code = flow.code()
        with store(server, database) as connection, nobody_writes(connection, database):
            answer = flow.exchange(code)
            is_error(answer, "server_error", "temporarily_unavailable", status=503)
            assert answer.header("retry-after", "").isdigit(), answer.fields
            assert "disk" not in answer.text, "what went wrong is ours to know"
        granted(flow.exchange(code))
        # The operator reads it in the log; one who ends well leaves none there.
        assert " ERROR " in server.log.read_text()
        server.log.write_text("")
