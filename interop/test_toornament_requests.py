"""Requests exactly as published clients of Toornament send them, answers as the strictest of them
read them. Names such as S10 are those clients' numbers in the list of sources."""

import base64
import json
import time
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
import requests
from browsing import Person, query_of

CALLBACK = "http://localhost:8000/oauth/callback"
TOKEN = "/oauth/v2/token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def strict_token(answer, scope, refresh):
    """S3 (develop) passes the answer on as keyword arguments and fails on any that it does not
    know; S10 wants all five of a code exchange; S9 and S11 file tokens by `scope`."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    token = answer.json()
    fields = {"access_token", "expires_in", "token_type", "scope"}
    assert set(token) == fields | ({"refresh_token"} if refresh else set())
    assert token["token_type"].lower() == "bearer"
    assert (type(token["expires_in"]), token["expires_in"]) == (int, 90_000)
    assert sorted(token["scope"].split(" ")) == sorted(scope.split())
    # A JSON Web Token.
    header, payload, signature = token["access_token"].split(".")
    padded = payload + "=" * (-len(payload) % 4)
    assert json.loads(base64.urlsafe_b64decode(padded))["exp"] > 0
    return token


def strict_error(answer, error, status=400):
    """S10 and S6 read three texts; generic clients one more."""
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert told["error"] == error
    for name in ("message", "hint", "error_description"):
        assert isinstance(told[name], str) and told[name]


@pytest.fixture
def application(server, person):
    return server.new_application(person, "toornament", CALLBACK)


def credentials(application):
    return {name: application[name] for name in ("client_id", "client_secret")}


def authorized(server, account, application, scope, path="/oauth2/authorize", **more):
    """S8, S10, S13: the authorization request, without PKCE."""
    query = {
        "response_type": "code",
        "client_id": application["client_id"],
        "redirect_uri": CALLBACK,
        "scope": scope,
        "state": "1f0c7d",
    } | more
    link = f"{server.url}{path}?{urlencode(query, quote_via=quote)}"
    back = Person(account, server.url).authorize(link)
    assert back.startswith(f"{CALLBACK}?")
    assert query_of(back)["state"] == "1f0c7d"
    return query_of(back)["code"]


def exchanged(server, application, code, **changes):
    body = {
        "grant_type": "authorization_code",
        **credentials(application),
        "redirect_uri": CALLBACK,
        "code": code,
    } | changes
    return requests.post(server.url + TOKEN, data=body)


def test_the_documented_client_credentials_request(server, application):
    body = {"grant_type": "client_credentials", **credentials(application)}
    body["scope"] = "organizer:view organizer:result"
    answer = requests.post(server.url + TOKEN, data=body)
    strict_token(answer, "organizer:view organizer:result", refresh=False)


@pytest.mark.parametrize("key", [True, False])
def test_the_api_key_at_the_token_endpoint_changes_nothing(server, application, key):
    # S5 and S13 send it, S6, S7 and S9 do not.
    headers = {"X-Api-Key": application["api_key"]} if key else {}
    assert application["api_key"]
    body = {"grant_type": "client_credentials", **credentials(application)}
    answer = requests.post(
        server.url + TOKEN, data=body | {"scope": "organizer:view"}, headers=headers
    )
    strict_token(answer, "organizer:view", refresh=False)


def test_the_request_by_get(server, application):
    # S6, its sibling in Go, S7: everything in the query.
    query = {"grant_type": "client_credentials", **credentials(application)}
    query["scope"] = "organizer:view organizer:admin"
    answer = requests.get(server.url + TOKEN, params=query)
    strict_token(answer, "organizer:view organizer:admin", refresh=False)
    wrong = requests.get(server.url + TOKEN, params=query | {"client_secret": "wrong"})
    strict_error(wrong, "invalid_client", 401)


def test_the_request_as_json(server, application):
    body = {"grant_type": "client_credentials", **credentials(application)}
    answer = requests.post(server.url + TOKEN, json=body | {"scope": "organizer:view"})
    strict_token(answer, "organizer:view", refresh=False)


@pytest.mark.parametrize(
    "written",
    [
        "organizer:view organizer:result",  # a class in JavaScript: the space as it is
        "organizer:view%20organizer:result",
        "organizer:view+organizer:result",
        "organizer:view%20organizer:result%20",  # S4: one too many
        "organizer%3Aview+organizer%3Aresult",
    ],
)
def test_spaces_between_scopes(server, application, written):
    pairs = "&".join(f"{name}={value}" for name, value in credentials(application).items())
    body = f"grant_type=client_credentials&{pairs}&scope={written}"
    answer = requests.post(server.url + TOKEN, data=body, headers=FORM)
    strict_token(answer, "organizer:view organizer:result", refresh=False)


def test_no_scope_at_all(server, application):
    # S14, and an older client in PHP.
    body = {"grant_type": "client_credentials", **credentials(application)}
    answer = requests.post(server.url + TOKEN, data=body)
    token = answer.json()
    strict_token(answer, token["scope"], refresh=False)
    assert "organizer:view" in token["scope"].split()


def test_a_wrong_scope(server, application):
    body = {"grant_type": "client_credentials", **credentials(application)}
    answer = requests.post(server.url + TOKEN, data=body | {"scope": "organizer:everything"})
    strict_error(answer, "invalid_scope")


@pytest.mark.parametrize("path", ["/oauth2/authorize", "/oauth/authorize"])
def test_sign_in_with_toornament(server, person, application, path):
    # S8, S13: the code flow, then who it was.
    code = authorized(server, person, application, "user:info", path)
    token = strict_token(exchanged(server, application, code), "user:info", refresh=True)
    headers = {
        "x-api-key": application["api_key"],
        "Authorization": f"Bearer {token['access_token']}",
    }
    me = requests.get(f"{server.url}/account/v2/me/info", headers=headers)
    assert me.status_code == 200, me.text
    assert me.json()["id"] == str(person["id"])
    assert int(me.json()["id"]) < 2**63
    assert me.json()["name"] == person["username"]
    # S11: the token alone, without the word Bearer.
    bare = requests.get(
        f"{server.url}/account/v2/me/info",
        headers={"X-API-KEY": application["api_key"], "Authorization": token["access_token"]},
    )
    assert bare.json() == me.json()


def test_refresh_as_laratoor_does(server, person, application):
    scope = "participant:manage_registrations user:info"
    code = authorized(server, person, application, scope)
    first = strict_token(exchanged(server, application, code), scope, refresh=True)
    body = {
        "grant_type": "refresh_token",
        **credentials(application),
        "refresh_token": first["refresh_token"],
    }
    second = strict_token(requests.post(server.url + TOKEN, data=body), scope, refresh=True)
    # S8 puts the new one in the place of the old.
    assert second["refresh_token"] != first["refresh_token"]


# Case D01
def test_errors_that_s10_parses(server, person, application):
    code = authorized(server, person, application, "user:info")
    strict_error(exchanged(server, application, "garbage"), "invalid_grant")
    strict_error(exchanged(server, application, code, client_secret="x"), "invalid_client", 401)
    strict_error(exchanged(server, application, code, grant_type="magic"), "unsupported_grant_type")
    strict_token(exchanged(server, application, code), "user:info", refresh=True)
    strict_error(exchanged(server, application, code), "invalid_grant")


# Case B30
def test_a_browser_application_may_ask_across_origins(server, application):
    # S5: preflight of the API with the three headers it sends.
    server.cli("app", "set", application["client_id"], "--switch", "cors=on")
    # The server hears of what a command did within a second.
    end = time.monotonic() + 1
    while True:
        answer = requests.options(
            f"{server.url}/account/v2/me/info",
            headers={
                "Origin": "http://localhost:8000",
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "authorization,range,x-api-key",
            },
        )
        if answer.status_code != 403 or time.monotonic() > end:
            break
        time.sleep(0.02)
    assert answer.status_code in (200, 204), answer.text
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    for name in ("authorization", "range", "x-api-key"):
        assert name in allowed
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8000"


def test_without_or_with_a_bad_key_or_token(server, application):
    url = f"{server.url}/account/v2/me/info"
    for headers in (
        {},
        {"X-Api-Key": "wrong"},
        {"X-Api-Key": application["api_key"], "Authorization": "Bearer wrong"},
    ):
        answer = requests.get(url, headers=headers)
        assert answer.status_code == 401, answer.text
        [told] = answer.json()["errors"]
        assert isinstance(told["message"], str) and told["message"]
        assert isinstance(told["scope"], str)


def test_the_addresses_have_no_query_of_ours(server, person, application):
    # A redirect URI with a port and a path comes back as it was registered.
    code = authorized(server, person, application, "user:info")
    assert parse_qs(urlsplit(CALLBACK).query) == {}
    strict_error(
        exchanged(server, application, code, redirect_uri="http://localhost:8000/"), "invalid_grant"
    )
