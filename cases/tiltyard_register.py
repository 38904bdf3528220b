"""The hook `register` for Tiltyard: `tiltyard_register.py BINARY OPTION…`; the rest is in the
environment."""

import os
import subprocess
import sys

PRESETS = {
    "confidential": "standard",
    "public": "browser",
    "machine": "machine",
    "device": "device",
}


def main():
    binary, *options = sys.argv[1:]
    preset = os.environ.get("PRESET") or PRESETS[os.environ["KIND"]]
    command = [binary, "app", "create", "--owner", os.environ["OWNER"], "--preset", preset]
    command += ["--name", os.environ["NAME"]]
    for uri in os.environ["REDIRECT_URI"].split("\n"):
        command += [f"--redirect-uri={uri}"] if uri else []
    if os.environ.get("SCOPE"):
        command += ["--scope", os.environ["SCOPE"]]
    return subprocess.run([*command, *options]).returncode


if __name__ == "__main__":
    sys.exit(main())
