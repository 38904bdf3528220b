"""Clients in other languages: a process that takes a command a line and answers with a line."""

import contextlib
import json
import subprocess

from harness import ENVIRONMENT


class Refused(Exception):
    """What the client library made of a refusal."""

    def __init__(self, answer):
        super().__init__(json.dumps(answer))
        self.error = answer.get("error")
        self.code = answer.get("code")
        self.answer = answer


class Talker:
    """A client at work. `talker.refresh(token=…)` sends the command `refresh`."""

    def __init__(self, process):
        self.process = process

    def __getattr__(self, name):
        def send(**argument):
            self.process.stdin.write(json.dumps([name, argument]) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            assert line, f"the client ended in {name}"
            answer = json.loads(line)
            if "failure" in answer:
                raise Refused(answer)
            return answer

        return send


@contextlib.contextmanager
def talking(*command, **options):
    """Starts a client, and ends it with the block."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        **options,
    )
    try:
        yield Talker(process)
    finally:
        process.stdin.close()
        if process.wait(30) != 0:
            raise AssertionError(f"the client ended with {process.returncode}")
