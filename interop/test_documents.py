"""What the documents claim, compared with the running server."""

import re
import subprocess

import pytest
import requests
from harness import BINARY, ENVIRONMENT, ROOT

OPERATIONS = (ROOT / "docs/operations.md").read_text()
COVERAGE = (ROOT / "docs/api-coverage.md").read_text()


def rows():
    """Operations of the tables: method, path, state."""
    found = re.findall(r"^\| [^|]+ \| ([A-Z, ]+) \| `(/[^`]+)` \| (works|later) \|", COVERAGE, re.M)
    return [
        (method, re.sub(r"\{[^}]+\}", "10000001", path), state)
        for methods, path, state in found
        for method in methods.split(", ")
    ]


def test_the_tables_of_operations_are_right(server):
    table = rows()
    assert len(table) > 200
    wrong = []
    for method, path, state in table:
        answer = requests.request(method, server.url + path, allow_redirects=False)
        # What exists asks who is there; what does not, does not exist.
        missing = answer.status_code in (404, 405)
        if missing == (state == "works"):
            wrong.append(f"{method} {path}: {answer.status_code}, though it {state}")
        if path.startswith("/v2.1/"):
            assert answer.status_code in (401, 404, 405)
            assert answer.json()["errors"]
    assert wrong == []


@pytest.mark.parametrize("number", range(OPERATIONS.count("```toml")))
def test_configurations_of_the_guide_are_accepted(tmp_path, number):
    text = re.findall(r"^```toml\n(.*?)^```", OPERATIONS, re.M | re.S)[number]
    # Files that the examples name.
    for name in re.findall(r'"(/etc/tiltyard/[^"]+)"', text):
        stand_in = tmp_path / name.rsplit("/")[-1]
        stand_in.write_text("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n")
        text = text.replace(name, str(stand_in))
    file = tmp_path / "tiltyard.toml"
    file.write_text(text)
    command = [BINARY, "config", "--config", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert ":password@" not in done.stdout
