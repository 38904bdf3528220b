"""Published clients of Challonge's API, each in a process of its own, unmodified: they ask
`https://api.challonge.com`, and the front leads them here."""

import os
import subprocess
import sys
import uuid

import pytest
from front import Front
from harness import ENVIRONMENT, ROOT

# `cargo xtask interop` installs them there, one folder each.
CLIENTS = os.environ.get("INTEROP_CLIENTS", str(ROOT / "target/interop-clients"))

RUST = os.environ.get("INTEROP_CHALLONGE_CLIENT", str(ROOT / "target/interop-rust/debug/interop-challonge"))


@pytest.fixture(scope="module")
def front(server, tmp_path_factory):
    front = Front(server.url, tmp_path_factory.mktemp("front"))
    yield front
    front.close()


@pytest.fixture
def surroundings(server, person, front):
    """A person with a key, and the way to the server."""
    return ENVIRONMENT | front.environment() | {
        "INTEROP_URL": server.url,
        "INTEROP_USER": person["username"],
        "INTEROP_KEY": server.new_key(person),
        "INTEROP_MARK": uuid.uuid4().hex[:10],
    }


def played(command, environment):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and done.stdout.endswith("played\n"), done.stdout + done.stderr


@pytest.mark.parametrize(
    "name, arguments",
    [("pychallonge", []), ("powerchallonge", ["json"]), ("powerchallonge", ["xml"]), ("achallonge", [])],
    ids=["pychallonge", "powerchallonge-json", "powerchallonge-xml", "achallonge"],
)
def test_a_python_client_plays_a_tournament(surroundings, front, name, arguments):
    environment = surroundings | {"PYTHONPATH": f"{CLIENTS}/{name}", "PYTHONNOUSERSITE": "1"}
    played([sys.executable, str(ROOT / f"interop/clients/{name}.py"), *arguments], environment)
    assert front.refused == []


def test_the_rust_client_plays_tournaments(surroundings, front):
    played([RUST], surroundings)
    assert front.refused == []
