"""The commands of docs/moving.md, run as they stand there: only the browser is played."""

import pathlib
import re
import subprocess

import pytest
from browsing import Person, query_of
from harness import BINARY, ENVIRONMENT, PATIENCE_SECONDS, ROOT, Server, serving

MOVING = (ROOT / "docs/moving.md").read_text()
BASE = "http://127.0.0.1:7110"
# What the commands of each section print after the link.
PRINTED = {
    "Challonge": ['"ada"', '"array"', '"{url}/activate"'],
    "Toornament": ['"ada"', '"organizer:view organizer:admin"'],
    "Trackmania": ['"ada"', '["ada"]', '"Bearer"'],
    "mtgbracket": ['"ada"', "4"],
}


def block(title):
    """The first shell block behind a heading."""
    [_, rest] = MOVING.split(title, 1)
    return re.search(r"^```sh\n(.*?)^```", rest, re.DOTALL | re.MULTILINE)[1]


def test_every_block_is_run():
    assert MOVING.count("```sh") == 1 + len(PRINTED)


@pytest.mark.parametrize("platform", PRINTED)
def test_the_commands_work_as_written(platform, tmp_path):
    (tmp_path / "tiltyard").symlink_to(pathlib.Path(BINARY).resolve())
    # The data beside the commands, where they look for it without being told.
    with serving(Server(tmp_path / "tiltyard-data", None), unclaimed=True) as server:
        create = ["./tiltyard", "user", "create", "--username", "ada", "--password-stdin"]
        subprocess.run(
            [*create, "--email", "ada@example.org"],
            cwd=tmp_path,
            env=ENVIRONMENT,
            input="correct horse battery",
            text=True,
            check=True,
        )
        script = ["set -eu", block("# Moving a client here"), block(f"## From {platform}")]
        printed = run("\n".join(script), server, tmp_path)
        assert printed == [line.replace("{url}", server.url) for line in PRINTED[platform]]


def run(script, server, folder):
    assert script.count(BASE) == 1, "the address is set in one place"
    shell = subprocess.Popen(
        ["bash", "-c", script.replace(BASE, server.url)],
        cwd=folder,
        env=ENVIRONMENT | {"PATH": f"{folder}:{ENVIRONMENT['PATH']}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    ada = Person({"username": "ada", "password": "correct horse battery"}, server.url)
    code = query_of(ada.authorize(shell.stdout.readline().strip()))["code"]
    printed, _ = shell.communicate(f"{code}\n", PATIENCE_SECONDS)
    assert shell.returncode == 0, printed
    return printed.splitlines()


def test_its_links_lead_somewhere():
    targets = re.findall(r"\]\(([^)#:]+)", MOVING)
    assert [one for one in targets if not (ROOT / "docs" / one).exists()] == []
