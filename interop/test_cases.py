"""The cases of `cases/` against the real binary, on each engine; two nodes on PostgreSQL.

What is skipped must be expected: `expected_skips.txt` says which, on which engine, and why. What
fails must be mended; `cases/failing.txt` names what is being mended, and only shrinks.
"""

import json
import pathlib
import subprocess
import sys

import pytest
from harness import ENGINES, ROOT

sys.path.insert(0, str(ROOT))

from cases import tiltyard  # noqa: E402 (found by the line above)

FAILING = ROOT / "cases/failing.txt"
EXPECTED = pathlib.Path(__file__).with_name("expected_skips.txt")


def expected(file, engine):
    """The numbers that a list names for that engine."""
    found = set()
    for line in file.read_text().splitlines() if file.exists() else []:
        if line.strip() and not line.startswith("#"):
            number, where, reason = line.split(maxsplit=2)
            assert where in ("both", "sqlite", "postgresql") and reason, line
            if where in ("both", engine):
                found.add(number)
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_every_case(engine, tmp_path):
    # Case T12: the configuration is the default one.
    with tiltyard.installation(engine, tmp_path) as config:
        command = [sys.executable, "-m", "cases", str(config), "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout, done.stderr
    results = json.loads(done.stdout)
    for it in results:
        print(it["case"], it["result"], it["why"])
    failed = {it["case"]: it["why"] for it in results if it["result"] == "FAIL"}
    mending = expected(FAILING, engine)
    assert failed.keys() <= mending, {k: v for k, v in failed.items() if k not in mending}
    assert mending <= failed.keys(), f"no longer failing: {sorted(mending - failed.keys())}"
    skipped = {it["case"]: it["why"] for it in results if it["result"] == "skip"}
    allowed = expected(EXPECTED, engine)
    assert skipped.keys() <= allowed, {k: v for k, v in skipped.items() if k not in allowed}
    assert allowed <= skipped.keys(), f"no longer skipped: {sorted(allowed - skipped.keys())}"
