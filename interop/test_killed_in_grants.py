"""The server is killed in the middle of grants: what was acknowledged holds afterwards, what was
revoked stays dead, and no code is burnt without its tokens."""

import contextlib
import itertools
import queue
import socket
import sqlite3
import threading

import psycopg
import pytest
from grants import CALLBACK, Client, Gone, is_refused, signed_in
from harness import ENGINES, Server, fresh_database, serving

# Acknowledged grants and revocations before each cut.
CUTS = [250, 350, 400]
# What must hold of the store whatever happened.
BURNT_CODES = """
    SELECT count(*) FROM authorization_codes WHERE used_at IS NOT NULL AND (family_id IS NULL
    OR NOT EXISTS (SELECT 1 FROM token_families WHERE token_families.id = family_id))
"""
BURNT_DEVICES = """
    SELECT count(*) FROM device_requests WHERE status = 'redeemed' AND (family_id IS NULL
    OR NOT EXISTS (SELECT 1 FROM token_families WHERE token_families.id = family_id))
"""


class Books:
    """What clients know: every answer they got, and the request that was cut off."""

    def __init__(self, enough):
        self.lock = threading.Lock()
        self.left = enough
        self.enough = threading.Event()
        self.failures = []
        self.granted, self.chains, self.revoked, self.devices = [], [], [], []
        self.lost_codes, self.lost_devices = [], []
        self.to_revoke = queue.Queue()

    def note(self, where, what):
        with self.lock:
            where.append(what)
            self.left -= 1
            if self.left <= 0:
                self.enough.set()

    def work(self, work, *arguments):
        """A thread that works until nobody answers."""

        def run():
            try:
                with contextlib.suppress(Gone):
                    work(self, *arguments)
            except Exception as failure:  # told to the test
                self.failures.append(failure)
                self.enough.set()

        thread = threading.Thread(target=run)
        thread.start()
        return thread


def tokens_of(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def exchange_codes(books, client, person):
    for number in itertools.count():
        try:
            code = client.code(person)
        except (Gone, OSError):
            return
        try:
            tokens = tokens_of(client.exchange(*code))
        except Gone:
            books.lost_codes.append(code)
            raise
        # Every third is revoked soon.
        if number % 3 == 0:
            books.to_revoke.put((code, tokens))
        else:
            books.note(books.granted, (code, tokens))


def refresh_a_chain(books, client, first):
    chain = {"tokens": first}
    books.chains.append(chain)
    while True:
        tokens = tokens_of(client.refresh(chain["tokens"]["refresh_token"]))
        chain["tokens"] = tokens
        books.note([], None)


def end_grants(books, client):
    """By turns: the client revokes its token, or its code comes a second time."""
    while not books.enough.is_set() or not books.to_revoke.empty():
        with contextlib.suppress(queue.Empty):
            code, tokens = books.to_revoke.get(timeout=0.2)
            if len(books.revoked) % 2:
                assert is_refused(client.exchange(*code))
            else:
                answer = client.revoke(tokens["refresh_token"])
                assert answer.status_code == 200, answer.text
            books.note(books.revoked, tokens)


def approve_devices(books, client, person):
    while True:
        device = tokens_of(client.device())
        try:
            page = person.open(device["verification_uri_complete"])
            assert person.submit(page, "decision", decision="allow").status_code == 200
        except OSError:
            return
        code = device["device_code"]
        try:
            tokens = tokens_of(client.poll(code))
        except Gone:
            books.lost_devices.append(code)
            raise
        books.note(books.devices, (code, tokens))


def counted(server, query):
    """A number straight from the store."""
    if server.database:
        with psycopg.connect(server.database) as store:
            return store.execute(query).fetchone()[0]
    [file] = server.data.glob("*.db")
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        return store.execute(query).fetchone()[0]


def check(books, client, device_client):
    """Every promise, after the restart."""
    for tokens in books.revoked:
        assert not client.works(tokens["access_token"]), "a revoked token lives again"
        assert is_refused(client.refresh(tokens["refresh_token"]))
    for code, tokens in books.granted:
        assert client.works(tokens["access_token"]), "an acknowledged token is lost"
        successor = tokens_of(client.refresh(tokens["refresh_token"]))
        # Used once already.
        assert is_refused(client.exchange(*code)), "a code is good a second time"
        assert not client.works(successor["access_token"])
    for code, tokens in books.devices:
        assert device_client.works(tokens["access_token"]), "an acknowledged token is lost"
        tokens_of(device_client.refresh(tokens["refresh_token"]))
        assert is_refused(device_client.poll(code)), "a device code is good a second time"
    for chain in books.chains:
        assert client.works(chain["tokens"]["access_token"])
        tokens_of(client.refresh(chain["tokens"]["refresh_token"]))
    for code in books.lost_codes:
        # Unused, or used with an answer that got lost; then it is replayed now.
        answer = client.exchange(*code)
        assert answer.status_code == 200 or is_refused(answer), answer.text
    for code in books.lost_devices:
        answer = device_client.poll(code)
        assert answer.status_code == 200 or is_refused(answer), answer.text


# Cases D18, I14
@pytest.mark.parametrize("engine", ENGINES)
def test_a_thousand_grants_and_three_kills(engine, tmp_path):
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(fresh_database(engine))
        # Tokens name their issuer, so the address stays the same.
        with socket.create_server(("127.0.0.1", 0)) as probe:
            address = "{}:{}".format(*probe.getsockname())
        server = Server(tmp_path / "data", database, address)
        stack.enter_context(serving(server))
        account = server.new_person()
        application = server.new_application(account, "standard", CALLBACK)
        device = server.new_application(account, "device")
        browsers = [signed_in(server, account) for _ in range(4)]

        def client(application=application):
            return Client(server.url, application)

        client().code(browsers[0])
        for enough in CUTS:
            books = Books(enough)
            chains = [tokens_of(client().exchange(*client().code(browsers[0]))) for _ in range(3)]
            threads = [
                *(books.work(exchange_codes, client(), person) for person in browsers[:3]),
                *(books.work(refresh_a_chain, client(), first) for first in chains),
                books.work(approve_devices, client(device), browsers[3]),
                *(books.work(end_grants, client()) for _ in range(2)),
            ]
            assert books.enough.wait(120), "too slow to mean anything"
            server.kill()
            for thread in threads:
                thread.join()
            assert not books.failures, books.failures
            assert books.granted and books.revoked and books.devices
            server.start()
            assert (counted(server, BURNT_CODES), counted(server, BURNT_DEVICES)) == (0, 0)
            check(books, client(), client(device))
            assert (counted(server, BURNT_CODES), counted(server, BURNT_DEVICES)) == (0, 0)
