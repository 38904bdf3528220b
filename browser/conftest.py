"""Fixtures: Chromium, servers, and pages that fail their test on any error of their own."""

import contextlib
import http.server
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "interop"))

from harness import BINARY, ENGINES, ENVIRONMENT, Server, running, serving  # noqa: E402

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}

# How long a page may take on a busy machine; what must be faster says so itself.
PATIENCE_MS = 15_000


@contextlib.contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser):
    """Makes a visitor: a page in a browser of its own. What goes wrong there fails the test. More
    can be said of the browser, such as that it is touched."""
    contexts, problems = [], []

    def visit(viewport=DESKTOP, scheme="light", javascript=True, expect=(), **more):
        context = browser.new_context(
            viewport=viewport,
            color_scheme=scheme,
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/Paris",
            **more,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()

        def note(kind, text):
            if not any(re.search(pattern, text) for pattern in expect):
                problems.append(f"{page.url}: {kind}: {text}")

        # Violations of the content security policy are errors on the console, too.
        page.on(
            "console",
            lambda line: note("console", line.text) if line.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: note("script", str(error)))
        page.on(
            "response",
            lambda answer: (
                note("answer", f"{answer.status} {answer.url}") if answer.status >= 400 else None
            ),
        )
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture(params=ENGINES)
def server(request, tmp_path):
    """A server of the test's own on each engine; nobody has an account there yet."""
    with running(request.param, tmp_path) as server:
        yield server


class Demo(Server):
    """A server on what `tiltyard demo` made, with what that printed."""

    def __init__(self, folder):
        # Many people of many tests come from one address.
        options = ("--set", "limits.user_codes=1000 + 1000/minute")
        super().__init__(folder / "data", options=options)
        command = [BINARY, "demo", "--data", str(self.data)]
        made = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=True)
        self.accounts = dict(re.findall(r"^  (marshal|ysolde) +(\S+)", made.stdout, re.MULTILINE))
        self.client_id = re.search(r"client id +(\S+)", made.stdout)[1]


# What is made in it once is a fixture of the session, too: a worker may come back to a file after others.
@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    with serving(Demo(tmp_path_factory.mktemp("demo"))) as server:
        yield server


@pytest.fixture
def callback():
    """The application that people are sent back to: its address, and the requests it got."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.startswith("/callback"):
                got.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><link rel=icon href=data:,><h1>Welcome back</h1>")

        def log_message(self, *_):
            pass

    got = []
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listener.server_port}/callback", got
    listener.shutdown()
    listener.server_close()


def until(page, expression, patience_ms=PATIENCE_MS):
    """Asks the page again and again until the expression is true, and gives what it came to.

    Playwright's own way of waiting evaluates text within the page, which the policy forbids.
    """
    end = time.monotonic() + patience_ms / 1_000
    while True:
        value = page.evaluate(expression)
        if value:
            return value
        assert time.monotonic() < end, f"not within {patience_ms} ms: {expression}"
        page.wait_for_timeout(20)


def sign_in(page, base, username, password):
    """Signs in by the page, and is home afterwards."""
    page.goto(f"{base}/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{base}/")
