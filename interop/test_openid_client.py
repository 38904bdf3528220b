"""openid-client, the certified client of the JavaScript world, as an OAuth client: code with PKCE,
refresh, client credentials, devices, introspection, revocation."""

import os
import pathlib
from urllib.parse import urlsplit

import pytest
from browsing import Person
from harness import ROOT
from talking import Refused, talking

CALLBACK = "http://127.0.0.1:8765/callback"
SCOPE = "me tournaments:read"
# `cargo xtask interop` installs the packages there.
MODULES = pathlib.Path(os.environ.get("INTEROP_NODE", ROOT / "target/node"))


@pytest.fixture
def node():
    script = MODULES / "client.mjs"
    with talking(os.environ.get("INTEROP_NODE_PROGRAM", "node"), str(script)) as talker:
        yield talker


def discover(node, server, application, auth="ClientSecretBasic", algorithm="oauth2"):
    return node.discover(
        issuer=server.url,
        clientId=application["client_id"],
        secret=application["client_secret"],
        auth=auth,
        algorithm=algorithm,
    )


def link(node):
    return node.authorizationUrl(parameters={"redirect_uri": CALLBACK, "scope": SCOPE})["url"]


# Case O01
def test_discovery(node, server, person):
    application = server.new_application(person, "standard", CALLBACK)
    found = discover(node, server, application)
    assert found["issuer"] == server.url
    assert found["code_challenge_methods_supported"] == ["S256"]


@pytest.mark.parametrize("auth", ["ClientSecretBasic", "ClientSecretPost"])
def test_code_refresh_and_the_api(node, server, person, auth):
    discover(node, server, server.new_application(person, "standard", CALLBACK), auth)
    tokens = node.callback(url=Person(person, server.url).authorize(link(node)))
    assert tokens["scope"] == SCOPE
    renewed = node.refresh(token=tokens["refresh_token"])
    assert renewed["refresh_token"] != tokens["refresh_token"]
    me = node.api(token=renewed["access_token"], url=f"{server.url}/v2.1/me.json")
    assert (me["status"], me["body"]["data"]["id"]) == (200, str(person["id"]))
    # Case G11
    narrowed = node.refresh(token=renewed["refresh_token"], parameters={"scope": "me"})
    assert narrowed["scope"] == "me"


def test_a_public_client(node, server, person):
    discover(node, server, server.new_application(person, "browser", CALLBACK), "None")
    tokens = node.callback(url=Person(person, server.url).authorize(link(node)))
    assert node.refresh(token=tokens["refresh_token"])["access_token"]


# Case S06
def test_a_person_says_no(node, server, person):
    discover(node, server, server.new_application(person, "standard", CALLBACK))
    back = Person(person, server.url).authorize(link(node), "deny")
    with pytest.raises(Refused) as refused:
        node.callback(url=back)
    assert refused.value.error == "access_denied"


# Cases D01, D02
def test_a_code_twice(node, server, person):
    discover(node, server, server.new_application(person, "standard", CALLBACK))
    back = Person(person, server.url).authorize(link(node))
    tokens = node.callback(url=back)
    with pytest.raises(Refused) as refused:
        node.callback(url=back)
    assert refused.value.error == "invalid_grant"
    with pytest.raises(Refused):
        node.refresh(token=tokens["refresh_token"])


def test_client_credentials(node, server, person):
    discover(node, server, server.new_application(person, "machine"))
    tokens = node.clientCredentials(parameters={"scope": "tournaments:read"})
    assert (tokens["scope"], "refresh_token" in tokens) == ("tournaments:read", False)
    listed = node.api(token=tokens["access_token"], url=f"{server.url}/v2.1/tournaments.json")
    assert (listed["status"], listed["body"]["data"]) == (200, [])
    with pytest.raises(Refused) as refused:
        node.clientCredentials(parameters={"scope": "no:such"})
    assert refused.value.error == "invalid_scope"


# Cases N01, N08, N09
def test_introspection_and_revocation(node, server, person):
    application = server.new_application(person, "standard", CALLBACK)
    discover(node, server, application)
    tokens = node.callback(url=Person(person, server.url).authorize(link(node)))
    told = node.introspect(token=tokens["access_token"])
    assert told["active"] is True
    assert (told["client_id"], told["sub"]) == (application["client_id"], person["uuid"])
    assert (told["iss"], set(told["scope"].split())) == (server.url, set(SCOPE.split()))
    assert told["exp"] > told["iat"]
    assert node.introspect(token=tokens["refresh_token"])["active"] is True
    # Case N05: a hint that is wrong.
    node.revoke(token=tokens["refresh_token"], parameters={"token_type_hint": "access_token"})
    for name in ("access_token", "refresh_token"):
        assert node.introspect(token=tokens[name]) == {"active": False}
    with pytest.raises(Refused) as refused:
        node.refresh(token=tokens["refresh_token"])
    assert refused.value.error == "invalid_grant"


# Cases N04, N10
def test_tokens_of_others_are_unknown(node, server, person):
    discover(node, server, server.new_application(person, "standard", CALLBACK))
    theirs = node.callback(url=Person(person, server.url).authorize(link(node)))
    discover(node, server, server.new_application(person, "standard", CALLBACK))
    assert node.introspect(token=theirs["access_token"]) == {"active": False}
    assert node.introspect(token="garbage") == {"active": False}
    node.revoke(token="garbage")


# Cases I02, I07, I14
def test_a_device(node, server, person):
    application = server.new_application(person, "device")
    found = discover(node, server, application, "None")
    assert found["device_authorization_endpoint"]
    device = node.device(parameters={"scope": "me"})
    browser = Person(person, server.url)
    page = browser.open(device["verification_uri_complete"])
    if urlsplit(page.url).path == "/login":
        page = browser.submit(
            page, "password", username=person["username"], password=person["password"]
        )
    browser.submit(page, "decision", decision="allow")
    tokens = node.poll(device=device, seconds=60)
    me = node.api(token=tokens["access_token"], url=f"{server.url}/v2.1/me.json")
    assert me["body"]["data"]["id"] == str(person["id"])
    with pytest.raises(Refused) as refused:
        node.poll(device=device, seconds=60)
    assert refused.value.error == "invalid_grant"
