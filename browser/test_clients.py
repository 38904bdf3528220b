"""Published clients, and a person who signs in and consents for them in a real browser."""

import os

import pytest
import requests
from conftest import PHONE
from playwright.sync_api import expect

# The server is on loopback, where plain http is right; oauthlib wants to be told.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import test_authlib
import test_openid_client
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from challonge import Api
from requests_oauthlib import OAuth2Session
from talking import Refused
from test_oauth2_crate import connect  # noqa: F401, the fixture
from test_openid_client import node  # noqa: F401, the fixture

SCOPE = "me tournaments:read"


@pytest.fixture
def person(server):
    return server.new_person()


class Reader:
    """Somebody with Chromium, who comes from an application and goes back to it."""

    def __init__(self, page, account, got):
        self.page = page
        self.account = account
        self.got = got

    def sign_in(self):
        self.page.get_by_label("User name or e-mail").fill(self.account["username"])
        self.page.get_by_label("Password").fill(self.account["password"])
        self.page.get_by_role("button", name="Sign in").click()

    def authorize(self, link, name, callback, decision="Allow"):
        """The address at which the application gets its answer."""
        self.page.goto(link)
        expect(self.page.locator("main")).to_contain_text(f"to continue to {name}")
        self.sign_in()
        expect(self.page.locator("h1")).to_contain_text(f"{name} wants to act for you")
        self.page.get_by_role("button", name=decision).click()
        expect(self.page.locator("h1")).to_have_text("Welcome back")
        return callback.removesuffix("/callback") + self.got.pop()


@pytest.fixture
def reader(visit, person, callback):
    return Reader(visit(), person, callback[1])


def test_authlib_signs_a_person_in(server, person, reader, callback):
    callback, _ = callback
    application = server.new_application(person, "standard", callback, name="By Authlib")
    found = test_authlib.metadata(server)
    client = AuthlibSession(
        application["client_id"],
        application["client_secret"],
        scope=SCOPE,
        redirect_uri=callback,
        code_challenge_method="S256",
    )
    link, _ = client.create_authorization_url(
        found["authorization_endpoint"], code_verifier="v" * 64
    )
    back = reader.authorize(link, "By Authlib", callback)
    client.fetch_token(
        found["token_endpoint"], authorization_response=back, code_verifier="v" * 64
    )
    assert client.token["scope"] == SCOPE
    assert Api(server.url, client).get("me")["data"]["id"] == str(person["id"])


def test_requests_oauthlib_signs_a_person_in(server, person, reader, callback):
    callback, _ = callback
    application = server.new_application(person, "challonge", callback, name="By oauthlib")
    oauth = OAuth2Session(
        application["client_id"], redirect_uri=callback, scope=SCOPE.split(), pkce="S256"
    )
    link, _ = oauth.authorization_url(f"{server.url}/oauth/authorize")
    back = reader.authorize(link, "By oauthlib", callback)
    oauth.fetch_token(
        f"{server.url}/oauth/token",
        authorization_response=back,
        client_secret=application["client_secret"],
        include_client_id=True,
    )
    assert Api(server.url, oauth).get("me")["data"]["id"] == str(person["id"])


@pytest.mark.parametrize("decision", ["Allow", "Deny"])
def test_openid_client_signs_a_person_in(  # noqa: F811
    node, server, person, reader, callback, decision
):
    callback, _ = callback
    application = server.new_application(person, "standard", callback, name="By openid-client")
    test_openid_client.discover(node, server, application, algorithm="oidc")
    asked = {"redirect_uri": callback, "scope": f"openid {SCOPE}"}
    link = node.authorizationUrl(parameters=asked)["url"]
    back = reader.authorize(link, "By openid-client", callback, decision)
    if decision == "Allow":
        # The library has checked signature, issuer, audience and nonce.
        assert node.callback(url=back)["claims"]["sub"] == person["uuid"]
    else:
        with pytest.raises(Refused) as refused:
            node.callback(url=back)
        assert refused.value.error == "access_denied"


def test_the_crate_oauth2_signs_a_person_in_at_a_device(connect, server, person, visit):  # noqa: F811
    client = connect(server.new_application(person, "device", name="By oauth2"))
    device = client.device(scope="me")
    phone = Reader(visit(PHONE), person, [])
    phone.page.goto(device["verification_uri"])
    phone.sign_in()
    phone.page.get_by_label("Code").fill(device["user_code"].lower().replace("-", " "))
    phone.page.get_by_role("button", name="Continue").click()
    expect(phone.page.locator("main")).to_contain_text(device["user_code"])
    phone.page.get_by_role("button", name="Allow").click()
    expect(phone.page.locator("h1")).to_have_text("By oauth2 is connected")
    tokens = client.poll(device=device)
    assert (tokens["refresh_token"] is not None, tokens["scope"]) == (True, "me")
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    me = Api(server.url, requests.Session(), bearer).get("me")
    assert me["data"]["id"] == str(person["id"])
