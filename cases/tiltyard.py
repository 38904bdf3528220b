"""Runs the cases against Tiltyard: starts it, fills it by its command line, writes the JSON file.

    python3 -m cases.tiltyard [--engine sqlite] [--keep FOLDER] [arguments of the runner]

`TILTYARD_BIN` names the binary, `TILTYARD_TEST_POSTGRES` a PostgreSQL that may be filled.
"""

import argparse
import contextlib
import json
import pathlib
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "interop"))

import harness  # noqa: E402 (found by the line above)

from cases import tiltyard_more  # noqa: E402 (found by the package's folder)

CALLBACK = "https://client.example/cb"

# Every scope of the strict presets that the cases use; `openid` makes ID tokens.
READ = "tournaments:read"
SCOPE = f"me {READ}"

# What requests to the protected resource say.
RESOURCE_HEADERS = {"Authorization-Type": "v2", "Accept": "application/json"}

# Role: preset, addresses, settings after creation.
APPLICATIONS = {
    "web": ("standard", [CALLBACK]),
    "second": ("standard", ["https://second.example/cb"]),
    "public": ("browser", ["https://spa.example/cb"]),
    "many": ("standard", ["https://client.example/one", "https://client.example/two"]),
    "query": ("standard", [f"{CALLBACK}?tenant=7&mode=a"]),
    "clash": ("standard", [f"{CALLBACK}?state=old&code=old&x=1"]),
    "idn": ("standard", ["https://xn--mnchen-3ya.example/cb"]),
    "native": ("browser", ["http://127.0.0.1/cb"]),
    "native6": ("browser", ["http://[::1]/cb"]),
    "lenient": ("challonge", [CALLBACK]),
    "many_lenient": ("challonge", ["https://client.example/one", "https://client.example/two"]),
    "nowhere": ("machine", [], "--grant", "authorization_code=on"),
    "codeless": ("standard", [CALLBACK], "--grant", "authorization_code=off"),
    "machine": ("machine", []),
    "device": ("device", []),
    "implicit": ("standard", ["https://implicit.example/cb"], "--switch", "implicit=on"),
    "pushes": (
        "standard",
        ["https://pushes.example/cb"],
        "--switch",
        "require-pushed-requests=on",
        "--grant",
        "device_code=on",
    ),
    "resource_server": ("machine", [], "--switch", "introspect-all=on"),
    "deleted": ("standard", [CALLBACK]),
    "challonge": ("challonge", ["https://challonge.example/cb"]),
    "toornament": ("toornament", ["https://toornament.example/cb"]),
    "trackmania": ("trackmania", ["https://trackmania.example/cb"]),
    "mtgbracket": ("mtgbracket", ["https://mtgbracket.example/cb"]),
}

# Roles whose scope is that of their preset.
PLATFORMS = ("toornament", "trackmania", "mtgbracket")


def free_port():
    """A port of loopback that was free just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def application(server, owner, role, preset, uris, *settings):
    """Registers an application and gives what the JSON file says of it."""
    scope = None if preset in PLATFORMS else SCOPE
    if preset == "machine":
        scope = f"{READ} tournaments:write"
    made = server.new_application(owner, preset, *uris, name=f"Case {role}")
    if settings:
        server.cli("app", "set", made["client_id"], *settings)
    if role == "deleted":
        server.cli("app", "delete", made["client_id"])
    return made | {"redirect_uris": uris, "scope": scope, "owner": owner["role"]}


def commands(server):
    """The operator's hooks, as shell commands."""
    program = shlex.join([harness.BINARY])
    app = f"{program} app"
    where = shlex.join(["--json", *server._where()])
    created = shlex.join([sys.executable, str(ROOT / "cases/tiltyard_register.py")])
    return {
        "register": f"{created} {program} {where}",
        "disable_application": f'{app} delete "$CLIENT_ID" {where}',
        "set_redirect_uri": f'{app} set "$CLIENT_ID" --redirect-uri "$REDIRECT_URI" {where}',
        "grant_off": f'{app} set "$CLIENT_ID" --grant "$GRANT=off" {where}',
        "grant_on": f'{app} set "$CLIENT_ID" --grant "$GRANT=on" {where}',
        "switch_on": f'{app} set "$CLIENT_ID" --switch "$SWITCH=on" {where}',
        "switch_off": f'{app} set "$CLIENT_ID" --switch "$SWITCH=off" {where}',
        "set_scope": f'{app} set "$CLIENT_ID" --scope "$SCOPE" {where}',
        "rotate_secret": f'{app} rotate-secret "$CLIENT_ID" {where}',
        "rotate_secret_leaked": f'{app} rotate-secret "$CLIENT_ID" --leaked {where}',
        "rotate_keys": f"{program} keys rotate {where}",
        "rotate_keys_emergency": f"{program} keys rotate --emergency {where}",
    }


def described(server, nodes=()):
    """The JSON file of a running server."""
    people = {}
    for role in ("alice", "bob", "carol", "operator"):
        made = server.new_person(operator=role == "operator")
        people[role] = made | {"sub": made["uuid"], "role": role}
    owners = {"second": people["bob"]}
    return {
        "issuer": server.url,
        "nodes": list(nodes),
        "people": people,
        "applications": {
            role: application(server, owners.get(role, people["alice"]), role, *how)
            for role, how in APPLICATIONS.items()
        },
        "scopes": {
            "read": READ,
            "write": "tournaments:write",
            "person": "me",
            "foreign": "organizer:view",
        },
        "resource": {
            "path": "/v2.1/tournaments.json",
            "headers": RESOURCE_HEADERS,
            "person": "/v2.1/me.json",
        },
        "actions": {
            "disconnect": {
                "page": "/account",
                "action": "/account/connections/{client_id}/disconnect",
            },
        },
        "stated": {
            "state_bytes": 2048,
            "body_bytes": 16 * 1024,
            "body_seconds": 30,
            "code_seconds": 60,
            "wrong_secrets": 20,
        },
        "other_address": "127.0.0.2",
        "hooks": commands(server),
    }


def strictness(folder):
    """The options of an installation whose operator forbids the implicit grant to write."""
    file = folder / "strict.toml"
    file.write_text('[tokens]\nimplicit_scopes = "reading"\n')
    return ["--config", str(file)]


def strictly_described(server):
    """What J05 needs to know of that installation."""
    alice = server.new_person() | {"role": "alice"}
    role = "implicit"
    return {
        "issuer": server.url,
        "people": {"alice": alice},
        "applications": {role: application(server, alice, role, *APPLICATIONS[role])},
        "scopes": {"read": READ, "write": "tournaments:write"},
        "resource": {"path": "/v2.1/tournaments.json", "headers": RESOURCE_HEADERS},
    }


@contextlib.contextmanager
def installation(engine, folder):
    """A server with everything that the file describes; two nodes on PostgreSQL."""
    folder = pathlib.Path(folder)
    with harness.fresh_database(engine) as database, contextlib.ExitStack() as stack:
        address = f"127.0.0.1:{free_port()}"
        first = harness.Server(folder / "data", database, address)
        stack.enter_context(harness.serving(first))
        nodes, servers = [], [first]
        if database is not None:
            # The same key and the same issuer, as every node of one installation has them.
            (folder / "second").mkdir()
            shutil.copy(folder / "data/secret.key", folder / "second")
            options = ["--public-url", first.url]
            second = harness.Server(folder / "second", database, options=options)
            nodes.append(stack.enter_context(harness.serving(second)).url)
            servers.append(second)
        config = folder / "config.json"
        program, where = shlex.quote(harness.BINARY), shlex.join(["--json", *first._where()])
        whole = tiltyard_more.more(described(first, nodes), program, where)
        whole["logs"] = [str(server.log) for server in servers]
        strict = harness.Server(folder / "strict", options=strictness(folder))
        stack.enter_context(harness.serving(strict))
        whole["others"] = {"implicit_reads": strictly_described(strict)}
        config.write_text(json.dumps(whole, indent=2))
        yield config


def main():
    parser = argparse.ArgumentParser(prog="python3 -m cases.tiltyard", description=__doc__)
    parser.add_argument("--engine", choices=harness.ENGINES, default="sqlite")
    options, rest = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder, installation(options.engine, folder) as config:
        command = [sys.executable, "-m", "cases", str(config), *rest]
        return subprocess.run(command, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
