"""The cases of `cases/` against the real binary, on each engine; two nodes on PostgreSQL.

What is skipped must be expected: `expected_skips.txt` says which, on which engine, and why.
"""

import json
import pathlib
import subprocess
import sys

import pytest
from harness import ENGINES, ROOT

sys.path.insert(0, str(ROOT))

from cases import tiltyard  # noqa: E402 (found by the line above)

EXPECTED = pathlib.Path(__file__).with_name("expected_skips.txt")


def expected(engine):
    """The numbers that may be skipped on that engine."""
    found = set()
    for line in EXPECTED.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            number, where, reason = line.split(maxsplit=2)
            assert where in ("both", "sqlite", "postgresql") and reason, line
            if where in ("both", engine):
                found.add(number)
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_every_case(engine, tmp_path):
    with tiltyard.installation(engine, tmp_path) as config:
        command = [sys.executable, "-m", "cases", str(config), "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout, done.stderr
    results = json.loads(done.stdout)
    for it in results:
        print(it["case"], it["result"], it["why"])
    failed = [f"{it['case']}: {it['why']}" for it in results if it["result"] == "FAIL"]
    assert not failed, "\n".join(failed)
    skipped = {it["case"]: it["why"] for it in results if it["result"] == "skip"}
    allowed = expected(engine)
    assert skipped.keys() <= allowed, {k: v for k, v in skipped.items() if k not in allowed}
    assert allowed <= skipped.keys(), f"no longer skipped: {sorted(allowed - skipped.keys())}"
