"""What is secret stands in no row of the store and in no line of the log."""

import contextlib
import json
import re
import sys

import pytest
from harness import ENGINES, ROOT, Server, fresh_database, serving

sys.path.insert(0, str(ROOT))

from cases import i_device, j_implicit, p_pushed, tiltyard  # noqa: E402 (found by the line above)
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
    return found | secrets_without_a_code(world, server, found)


def secrets_without_a_code(world, server, known):
    """Devices, pushed requests, tokens in the address bar, introspection, revocation, keys."""
    found = {}
    app = world.app("device")
    for decision in ("allow", "deny"):
        device = i_device.codes(world, app)
        browser = world.browser("alice")
        i_device.poll(world, app, device)
        # By the link with the code in it, too.
        browser.open(device["verification_uri_complete"])
        i_device.confirmed(world, browser, device, decision)
        answer = i_device.poll(world, app, device)
        found[f"{decision} device code"] = device["device_code"]
        found[f"{decision} user code"] = device["user_code"]
        if decision == "allow":
            tokens = granted(answer)
            found["device access_token"] = tokens["access_token"]
            found["device refresh_token"] = tokens["refresh_token"]
    waiting = i_device.codes(world, app)
    found["waiting device code"] = waiting["device_code"]
    found["waiting user code"] = waiting["user_code"]
    # Signing in comes first, and carries the code along.
    world.browser().open(waiting["verification_uri_complete"])
    wrong = i_device.typed(world, world.browser("bob"), f"{waiting['user_code']}X")
    assert wrong.status == 422

    flow = Flow(world)
    used, unused = (p_pushed.pushed(world, flow) for _ in range(2))
    p_pushed.arrive(world, flow.app, used, flow.browser)
    found |= {"pushed": used, "pushed, unused": unused, "pushed verifier": flow.verifier}

    flow = Flow(world, "implicit")
    token = j_implicit.token_of(flow.allow(**j_implicit.TOKEN))["access_token"]
    found["implicit access_token"] = token
    world.alive(token)

    # Told and asked about, by their own application and by another.
    web = world.app("web")
    for text in (token, found["device refresh_token"], known["web second refresh_token"]):
        for teller in (web, world.app("second")):
            world.post("introspection", {"token": text}, teller)
            world.post("revocation", {"token": text}, teller)
    world.post("introspection", {"token": f"{token}x"}, web, auth="post")

    # Keys of people: made on the page, with scopes and an end, shown there once; and put in
    # every place where clients put them.
    browser = world.browser("alice")
    page = browser.open("/account")
    page = browser.submit(page, has="expires", name="Secret", expires="30", scope="me")
    [found["key of the page"]] = re.findall(r"<code id=\"value-1\">(tly_\w+)</code>", page.text)
    key = found["key of the page"]
    me = f"{world.base}/v2.1/me.json"
    for headers in (
        {"Authorization": key, "Authorization-Type": "v1"},
        {"Authorization": key, "Authorization-Type": "v2"},
        {"Authorization": f"Bearer {key}"},
        {"X-Api-Key": key},
        {"Authorization": f"{key}x"},
    ):
        world.wire.request("GET", me, headers)
    toornament = world.app("toornament")
    found["application's key"] = toornament.values["api_key"]
    world.wire.request(
        "GET",
        f"{world.base}/account/v2/me/info",
        {"X-Api-Key": found["application's key"], "Authorization": f"Bearer {token}"},
    )
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_no_secret_is_kept_or_told(engine, tmp_path):
    # Cases D11, F11, F17, G20, L16: of codes, secrets, tokens, keys, references, cookies and
    # verifiers the store has at most hashes, and the log nothing, at its most talkative level.
    with fresh_database(engine) as database, contextlib.ExitStack() as stack:
        options = ["--set", "log.filter=trace"]
        server = Server(tmp_path / "data", database, options=options)
        stack.enter_context(serving(server))
        world = World(tiltyard.described(server))
        secrets = secrets_of_a_day(world, server)
        # Long enough to be nowhere by chance; a user code has eight letters and a hyphen.
        assert all(len(value) >= 9 for value in secrets.values())
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
    # A reference to a pushed request is a name that ends in one of ours.
    value = value.rsplit(":", 1)[-1]
    if value.startswith("tly_"):
        return value.split("_")[2]
    return value.rsplit(".", 1)[-1]
