"""The README's first OAuth flow, run as it stands there: only the browser is played."""

import pathlib
import re
import subprocess

import pytest
import requests
from browsing import Person, query_of
from harness import (
    BINARY,
    ENGINES,
    ENVIRONMENT,
    PATIENCE_SECONDS,
    ROOT,
    Server,
    fresh_database,
    serving,
)

README = (ROOT / "README.md").read_text()
BASE = "http://127.0.0.1:7110"


def blocks():
    """The shell blocks of the section, in order."""
    [section] = re.findall(r"^## A first OAuth flow\n(.*?)^## ", README, re.DOTALL | re.MULTILINE)
    return re.findall(r"^```sh\n(.*?)^```", section, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_flow_works_as_written(engine, tmp_path):
    # The folder of the README: the data beside the build.
    release = tmp_path / "target/release"
    release.mkdir(parents=True)
    (release / "tiltyard").symlink_to(pathlib.Path(BINARY).resolve())
    with fresh_database(engine) as database:
        with serving(Server(tmp_path / "tiltyard-data", database), unclaimed=True) as server:
            flow(server, tmp_path)


def flow(server, folder):
    script = "\n".join(["set -eu", *blocks()])
    assert script.count(BASE) == 1, "the address is set in one place"
    database = {"TILTYARD_DATABASE_URL": server.database} if server.database else {}
    shell = subprocess.Popen(
        ["bash", "-c", script.replace(BASE, server.url)],
        cwd=folder,
        env=ENVIRONMENT | database,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    made, link = shell.stdout.readline(), shell.stdout.readline().strip()
    assert made.startswith("made the account ada (id ")
    ada = Person({"username": "ada", "password": "correct horse battery"}, server.url)
    code = query_of(ada.authorize(link))["code"]
    printed, _ = shell.communicate(f"{code}\n", PATIENCE_SECONDS)
    assert shell.returncode == 0, printed
    assert re.search(r'"username": "ada"', printed)
    rest = printed[printed.index("}\n") + 2 :].splitlines()
    assert rest == [
        f'"{server.url}/first_cup"',
        "4",
        '"underway"',
        '"2 - 1"',
        '"ada"',
        '"tournaments:read"',
    ]
    page = requests.get(f"{server.url}/first_cup")
    assert page.status_code == 200
    assert "First Cup" in page.text
    # What the README shows of it on other pages is there, too.
    shown = re.findall(rf"{BASE}(/first_cup[/.]\w+)", README)
    assert set(shown) == {"/first_cup/module", "/first_cup.svg", "/first_cup/overlay"}
    assert {path: requests.get(server.url + path).status_code for path in shown} == dict.fromkeys(shown, 200)


def test_its_links_lead_somewhere():
    targets = re.findall(r'\]\(([^)#:]+)\)|(?:src|srcset)="([^":]+)"', README)
    missing = [one or two for one, two in targets if not (ROOT / (one or two)).exists()]
    assert missing == []
