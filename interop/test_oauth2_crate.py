"""The Rust crate `oauth2`: code with PKCE, refresh, client credentials, devices,
introspection."""

import os
import pathlib
from urllib.parse import urlsplit

import pytest
import requests
from browsing import Person, query_of
from harness import ROOT
from talking import Refused, talking

CALLBACK = "http://127.0.0.1:8765/callback"
# `cargo xtask interop` builds it there.
PROGRAM = os.environ.get(
    "INTEROP_OAUTH2_CLIENT", str(pathlib.Path(ROOT) / "target/interop-rust/debug/interop-oauth2")
)


@pytest.fixture
def connect(server):
    """Starts the client for an application."""
    found = requests.get(f"{server.url}/.well-known/oauth-authorization-server").json()
    endpoints = {
        "authorization": found["authorization_endpoint"],
        "token": found["token_endpoint"],
        "device": found["device_authorization_endpoint"],
        "introspection": found["introspection_endpoint"],
    }
    with talking(PROGRAM) as talker:

        def connect(application, in_body=False):
            talker.configure(
                clientId=application["client_id"],
                secret=application["client_secret"],
                redirectUri=CALLBACK,
                inBody=in_body,
                **endpoints,
            )
            return talker

        yield connect


@pytest.mark.parametrize("in_body", [False, True])
def test_code_and_refresh(connect, server, person, in_body):
    client = connect(server.new_application(person, "standard", CALLBACK), in_body)
    link = client.authorizationUrl(scope="me tournaments:read")
    back = query_of(Person(person, server.url).authorize(link["url"]))
    assert back["state"] == link["state"]
    tokens = client.exchange(code=back["code"])
    assert (tokens["token_type"].lower(), tokens["expires_in"]) == ("bearer", 3_600)
    renewed = client.refresh(token=tokens["refresh_token"])
    assert renewed["refresh_token"] != tokens["refresh_token"]
    told = client.introspect(token=renewed["access_token"])
    assert (told["active"], told["all"]["sub"]) == (True, person["uuid"])
    # Case D01: a code is good once.
    with pytest.raises(Refused) as refused:
        client.exchange(code=back["code"])
    assert refused.value.error == "invalid_grant"
    assert client.introspect(token=renewed["access_token"])["active"] is False


def test_client_credentials(connect, server, person):
    client = connect(server.new_application(person, "machine"))
    tokens = client.clientCredentials(scope="tournaments:read")
    assert (tokens["scope"], "refresh_token" in tokens) == ("tournaments:read", False)
    with pytest.raises(Refused) as refused:
        client.clientCredentials(scope="no:such")
    assert refused.value.error == "invalid_scope"


# Cases I02, I07, I12
@pytest.mark.parametrize("decision", ["allow", "deny"])
def test_a_device(connect, server, person, decision):
    client = connect(server.new_application(person, "device"))
    device = client.device(scope="me")
    browser = Person(person, server.url)
    page = browser.open(device["verification_uri_complete"])
    if urlsplit(page.url).path == "/login":
        name, password = person["username"], person["password"]
        page = browser.submit(page, "password", username=name, password=password)
    browser.submit(page, "decision", decision=decision)
    if decision == "allow":
        assert client.poll(device=device)["refresh_token"]
    else:
        with pytest.raises(Refused) as refused:
            client.poll(device=device)
        assert refused.value.error == "access_denied"
