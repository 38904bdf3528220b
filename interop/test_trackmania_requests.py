"""Requests exactly as published clients of the Trackmania API send them, answers as the strictest
of them read them. Names such as S4 are those clients' numbers in the list of sources."""

import base64
import json
import uuid
from urllib.parse import urlencode

import pytest
import requests
from browsing import Person, query_of

CALLBACK = "http://localhost:3000/auth/callback"
TOKEN = "/api/access_token"


@pytest.fixture
def application(server, person):
    return server.new_application(person, "trackmania", CALLBACK)


def credentials(application):
    return {name: application[name] for name in ("client_id", "client_secret")}


def claims_of(token):
    """As S4 decodes it: between the first and the last dot."""
    first, last = token.index("."), token.rindex(".")
    payload = token[first + 1 : last]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def strict_token(answer, refresh):
    assert answer.status_code == 200, answer.text
    token = answer.json()
    fields = {"token_type", "expires_in", "access_token"}
    assert set(token) == fields | ({"refresh_token"} if refresh else set())
    assert token["token_type"].lower() == "bearer"
    assert (type(token["expires_in"]), token["expires_in"]) == (int, 3_600)
    claims = claims_of(token["access_token"])
    # S4 reads each of these, with these types.
    for name in ("jti", "aud", "sub"):
        assert isinstance(claims[name], str), (name, claims)
    for name in ("iat", "nbf", "exp"):
        assert isinstance(claims[name], (int, float)), (name, claims)
    assert all(isinstance(scope, str) for scope in claims["scopes"])
    return token


def strict_error(answer, error, status=400):
    """S4: `message` is required, `error` and `error_description` are read."""
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert told["error"] == error
    for name in ("message", "error_description"):
        assert isinstance(told[name], str) and told[name]


def authorized(server, account, application, **scope):
    query = {
        "response_type": "code",
        "client_id": application["client_id"],
        "redirect_uri": CALLBACK,
        "state": "e0c8",
    } | scope
    link = f"{server.url}/oauth/authorize?{urlencode(query)}"
    back = Person(account, server.url).authorize(link)
    assert query_of(back)["state"] == "e0c8"
    return query_of(back)["code"]


def exchanged(server, application, code, **changes):
    body = {
        "grant_type": "authorization_code",
        **credentials(application),
        "code": code,
        "redirect_uri": CALLBACK,
    } | changes
    return requests.post(server.url + TOKEN, data=body)


def user(server, authorization):
    return requests.get(f"{server.url}/api/user", headers={"Authorization": authorization})


# S5 has an empty scope, S10 none, S11 one that is empty text; S4 sends what it needs.
@pytest.mark.parametrize("scope", [{}, {"scope": ""}, {"scope": "clubs read_favorite"}])
def test_sign_in(server, person, application, scope):
    code = authorized(server, person, application, **scope)
    token = strict_token(exchanged(server, application, code), refresh=True)
    claims = claims_of(token["access_token"])
    if scope.get("scope"):
        assert sorted(claims["scopes"]) == sorted(scope["scope"].split())
    # S4's package for ASP.NET and S7 copy token_type; S6 sends the token alone.
    for authorization in (
        f"{token['token_type']} {token['access_token']}",
        f"bearer {token['access_token']}",
        token["access_token"],
    ):
        answer = user(server, authorization)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        # S4 parses a UUID, lower case; names come and go.
        assert told["accountId"] == str(uuid.UUID(told["accountId"])) == person["uuid"]
        assert told["displayName"] == person["username"]


def test_refresh(server, person, application):
    code = authorized(server, person, application, scope="read_favorite")
    first = strict_token(exchanged(server, application, code), refresh=True)
    body = {
        "grant_type": "refresh_token",
        **credentials(application),
        "refresh_token": first["refresh_token"],
    }
    second = strict_token(requests.post(server.url + TOKEN, data=body), refresh=True)
    assert second["refresh_token"] != first["refresh_token"]
    assert user(server, f"Bearer {second['access_token']}").status_code == 200


@pytest.mark.parametrize(
    "scope", [{}, {"scope": ""}, {"scope": "clubs%20read_favorite"}, {"scope": "nonsense"}]
)
def test_client_credentials_whatever_the_scope(server, application, scope):
    # S4 joins scopes by the three characters %20 and encodes them once more.
    body = {"grant_type": "client_credentials", **credentials(application)} | scope
    strict_token(requests.post(server.url + TOKEN, data=body), refresh=False)


def test_client_credentials_as_json(server, application):
    # S12, an app of Nextcloud.
    body = {"grant_type": "client_credentials", **credentials(application)}
    strict_token(requests.post(server.url + TOKEN, json=body), refresh=False)


def test_a_token_without_a_person(server, application):
    body = {"grant_type": "client_credentials", **credentials(application)}
    token = strict_token(requests.post(server.url + TOKEN, data=body), refresh=False)
    answer = user(server, f"Bearer {token['access_token']}")
    assert answer.status_code in (401, 403), answer.text
    assert isinstance(answer.json()["message"], str)


def test_errors(server, person, application):
    code = authorized(server, person, application)
    strict_error(exchanged(server, application, "def502"), "invalid_grant")
    strict_error(exchanged(server, application, code, client_secret="x"), "invalid_client", 401)
    strict_error(
        exchanged(server, application, code, grant_type="password"), "unsupported_grant_type"
    )
    # S6: 401 means that the token is to be fetched anew; so it is not 400 or 403.
    for authorization in ("Bearer x", "x.y.z", "Bearer x.y.z"):
        answer = user(server, authorization)
        assert answer.status_code == 401, answer.text
        assert isinstance(answer.json()["message"], str)
