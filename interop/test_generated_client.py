"""A client that a public generator makes of our own document plays a tournament with it."""

import json
import os
import subprocess
import sys

import requests
from harness import ENVIRONMENT, ROOT

# `cargo xtask interop` installs the generator there.
CLIENTS = os.environ.get("INTEROP_CLIENTS", str(ROOT / "target/interop-clients"))


def test_a_generated_client_plays_a_tournament(server, person, tmp_path):
    document = tmp_path / "openapi.json"
    described = requests.get(f"{server.url}/openapi.json").json()
    # The generator writes no XML; each of these bodies can be sent as JSON as well.
    for operation in (it for path in described["paths"].values() for it in path.values()):
        if isinstance(operation, dict):
            operation.get("requestBody", {}).get("content", {}).pop("application/xml", None)
    document.write_text(json.dumps(described))
    folder = f"{CLIENTS}/generator"
    path = os.pathsep.join([f"{folder}/bin", os.environ.get("PATH", "")])
    environment = ENVIRONMENT | {"PYTHONPATH": folder, "PYTHONNOUSERSITE": "1", "PATH": path}
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(document), "--meta", "none"]
        + ["--output-path", str(tmp_path / "generated"), "--fail-on-warning"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    # What it cannot put into code it leaves out with a warning.
    assert made.returncode == 0, made.stdout + made.stderr
    application = server.new_application(person, "challonge")
    scope = "tournaments:read tournaments:write matches:read matches:write participants:read participants:write"
    asked = {"grant_type": "client_credentials", "scope": scope}
    credential = (application["client_id"], application["client_secret"])
    tokens = requests.post(f"{server.url}/oauth/token", data=asked, auth=credential).json()
    environment |= {"INTEROP_URL": server.url, "INTEROP_TOKEN": tokens["access_token"]}
    program = [sys.executable, str(ROOT / "interop/clients/generated.py"), str(tmp_path)]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and done.stdout.endswith("played\n"), done.stdout + done.stderr
