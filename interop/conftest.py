"""Fixtures: a server on each engine, a person, and what they need."""

import os

import pytest
from harness import ENGINES, running

# The server is on loopback, where plain http is right; oauthlib wants to be told.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"


@pytest.fixture(scope="session", params=ENGINES)
def server(request, tmp_path_factory):
    with running(request.param, tmp_path_factory.mktemp(request.param)) as server:
        yield server


@pytest.fixture
def person(server):
    return server.new_person()
