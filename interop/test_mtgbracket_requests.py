"""Requests as the documents of mtgbracket show them (no client of others is known), and as the
vendor's own services make them."""

from urllib.parse import urlencode

import pytest
import requests
from browsing import Person, query_of

CALLBACK = "https://client.example/mtgbracket"
TOKEN = "/oauth/access_token"


@pytest.fixture
def application(server, person):
    return server.new_application(person, "mtgbracket", CALLBACK)


def authorized(server, account, application, **more):
    query = {
        "response_type": "code",
        "client_id": application["client_id"],
        "redirect_uri": CALLBACK,
    } | more
    link = f"{server.url}/oauth/authorize?{urlencode(query)}"
    return query_of(Person(account, server.url).authorize(link))


def exchanged(server, application, code, **changes):
    """The example of the Authentication page: a JSON object."""
    body = {
        "grant_type": "authorization_code",
        "client_id": application["client_id"],
        "client_secret": application["client_secret"],
        "redirect_uri": CALLBACK,
        "code": code,
    } | changes
    return requests.post(server.url + TOKEN, json=body)


def strict_token(answer):
    assert answer.status_code == 200, answer.text
    token = answer.json()
    assert set(token) == {"token_type", "expires_in", "access_token", "refresh_token"}
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3_600)
    # Opaque, as in the example.
    assert token["access_token"].count(".") == 0
    return token


def test_the_response_code_grant(server, person, application):
    back = authorized(server, person, application)
    # The documents call it response_code, and so does nobody else: it has both names.
    assert back["response_code"] == back["code"]
    assert "state" not in back
    token = strict_token(exchanged(server, application, back["response_code"]))
    me = requests.get(
        f"{server.url}/users/me", headers={"Authorization": f"Bearer {token['access_token']}"}
    )
    assert me.status_code == 200, me.text
    assert me.json()["id"] == person["id"]
    assert me.json()["email"] == person["email"]


def test_state_is_returned_where_it_is_sent(server, person, application):
    assert authorized(server, person, application, state="a b")["state"] == "a b"


def test_a_form_will_do(server, person, application):
    code = authorized(server, person, application)["code"]
    body = {
        "grant_type": "authorization_code",
        "client_id": application["client_id"],
        "client_secret": application["client_secret"],
        "redirect_uri": CALLBACK,
        "code": code,
    }
    strict_token(requests.post(server.url + TOKEN, data=body))


def test_refresh_as_it_must_be_meant(server, person, application):
    first = strict_token(
        exchanged(server, application, authorized(server, person, application)["code"])
    )
    body = {
        "grant_type": "refresh_token",
        "client_id": application["client_id"],
        "client_secret": application["client_secret"],
        "refresh_token": first["refresh_token"],
    }
    second = strict_token(requests.post(server.url + TOKEN, json=body))
    assert second["refresh_token"] != first["refresh_token"]


def test_the_check_of_the_vendors_services(server, person, application):
    token = strict_token(
        exchanged(server, application, authorized(server, person, application)["code"])
    )
    url = f"{server.url}/oauth/validate"
    good = requests.get(url, headers={"Authorization": f"Bearer {token['access_token']}"})
    assert good.status_code in (200, 202, 204), good.text
    # Which they turn into names such as EVENT_WRITE.
    names = {
        f"{scope['oauth_permission']['resource'].upper()}_{what.upper()}"
        for scope in good.json()["scopes"]
        for what in ("read", "write")
        if scope[f"has_{what}"] is True
    }
    resources = ("USER", "DECK", "EVENT", "ORGANIZATION")
    assert names == {f"{name}_{what}" for name in resources for what in ("READ", "WRITE")}
    bad = requests.get(url, headers={"Authorization": "Bearer wrong"})
    assert bad.status_code == 403, bad.text


# Case D01
def test_errors_of_the_token_endpoint_are_the_standards(server, person, application):
    code = authorized(server, person, application)["code"]
    for changes, error, status in (
        ({"code": "wrong"}, "invalid_grant", 400),
        ({"client_secret": "wrong"}, "invalid_client", 401),
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({}, None, 200),
        ({}, "invalid_grant", 400),
    ):
        answer = exchanged(server, application, changes.pop("code", code), **changes)
        assert answer.status_code == status, answer.text
        assert answer.json().get("error") == error


def test_errors_of_the_api_have_an_envelope(server):
    answer = requests.get(f"{server.url}/users/me")
    assert answer.status_code == 401, answer.text
    error = answer.json()["error"]
    assert error["status_code"] == 401
    assert isinstance(error["message"], str)
    # An empty list where there is nothing to say, an object otherwise.
    assert error["data"] == [] or isinstance(error["data"], dict)
    assert error["debug"] is None
