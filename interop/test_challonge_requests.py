"""Requests exactly as published clients of Challonge send them, answers as the strictest of them
read them. Short names such as BET are those clients' names in the list of sources."""

import pytest
import requests
from browsing import Person, query_of
from challonge import HEADERS
from grants import DEVICE, signed_in

CALLBACK = "http://localhost:4000/oauth/callback"
SCOPE = "me tournaments:read tournaments:write matches:read participants:read"


def strict_token(answer, scope, refresh=True):
    """JV2 insists on both tokens as texts, a whole number and the scope; BET adds `expires_in` to
    `created_at`."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    token = answer.json()
    fields = {"access_token", "token_type", "expires_in", "scope", "created_at"}
    assert set(token) == fields | ({"refresh_token"} if refresh else set())
    for name in ("access_token", "scope", *(["refresh_token"] if refresh else [])):
        assert isinstance(token[name], str) and token[name]
    assert token["token_type"] == "Bearer"
    assert (type(token["expires_in"]), token["expires_in"]) == (int, 604_800)
    assert type(token["created_at"]) is int
    assert 1_000_000_000 < token["created_at"] < 100_000_000_000, "Unix seconds"
    assert sorted(token["scope"].split(" ")) == sorted(scope.split())
    return token


def strict_error(answer, error, status=400):
    """NCV and BET read these two."""
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert told["error"] == error
    assert isinstance(told["error_description"], str) and told["error_description"]


@pytest.fixture
def application(server, person):
    return server.new_application(person, "challonge", CALLBACK)


def code_of(server, account, application, scope=SCOPE, **more):
    """The authorization request without PKCE."""
    query = {
        "response_type": "code",
        "client_id": application["client_id"],
        "redirect_uri": CALLBACK,
        "scope": scope,
    } | more
    link = requests.Request("GET", f"{server.url}/oauth/authorize", params=query).prepare().url
    back = Person(account, server.url).authorize(link)
    assert back.startswith(f"{CALLBACK}?")
    assert query_of(back).get("state") == more.get("state")
    return query_of(back)["code"]


def ask(server, way="data", **fields):
    """A token request in one of the ways that clients have."""
    return requests.post(f"{server.url}/oauth/token", **{way: fields})


def exchange(server, application, code, way="data", **changes):
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": application["client_id"],
        "client_secret": application["client_secret"],
        "redirect_uri": CALLBACK,
    } | changes
    return ask(server, way, **{name: value for name, value in fields.items() if value})


def get(server, path, authorization, kind="v2", **more):
    headers = HEADERS | {"Authorization": authorization, "Authorization-Type": kind}
    return requests.get(f"{server.url}/v2.1/{path}", headers=headers, **more)


# JV2 and CDT send a form, BET the query, another JSON.
@pytest.mark.parametrize("way", ["data", "params", "json"])
def test_a_person_signs_in(server, person, application, way):
    code = code_of(server, person, application, state="af0ifjsldkj")
    token = strict_token(exchange(server, application, code, way), SCOPE)
    # GAL, G5, SLP: with both headers; others leave the suffix out.
    for path in ("me.json", "me"):
        me = get(server, path, f"Bearer {token['access_token']}")
        assert me.status_code == 200, me.text
        data = me.json()["data"]
        assert (data["id"], data["type"]) == (str(person["id"]), "user")
        assert data["attributes"]["username"] == person["username"]
    strict_error(exchange(server, application, code, way), "invalid_grant")


def test_without_a_secret_and_with_a_community(server, person, application):
    # BET: the public client, whose request names a community and has no state.
    code = code_of(server, person, application, community_id="lists")
    strict_token(exchange(server, application, code, "params", client_secret=None), SCOPE)


def test_refresh_tokens_are_replaced(server, person, application):
    code = code_of(server, person, application)
    first = strict_token(exchange(server, application, code), SCOPE)
    # JV2, BET: the redirect URI comes along, the secret does not.
    fields = {
        "grant_type": "refresh_token",
        "client_id": application["client_id"],
        "redirect_uri": CALLBACK,
    }
    second = strict_token(
        ask(server, **fields, refresh_token=first["refresh_token"]), SCOPE
    )
    assert second["refresh_token"] != first["refresh_token"]
    third = ask(server, "params", **fields, refresh_token=second["refresh_token"])
    assert get(server, "me.json", f"Bearer {strict_token(third, SCOPE)['access_token']}").ok
    strict_error(ask(server, **fields, refresh_token="garbage"), "invalid_grant")


@pytest.mark.parametrize("way", ["data", "json"])
def test_an_application_acts_for_itself(server, application, way):
    # CDT.
    fields = {name: application[name] for name in ("client_id", "client_secret")}
    fields["grant_type"] = "client_credentials"
    token = ask(server, way, **fields, scope="application:manage")
    token = strict_token(token, "application:manage", refresh=False)
    listed = get(server, "application/tournaments.json", f"Bearer {token['access_token']}")
    assert listed.status_code == 200, listed.text
    assert (listed.json()["data"], listed.json()["meta"]["count"]) == ([], 0)
    # There is nobody whose details these would be.
    assert get(server, "me.json", f"Bearer {token['access_token']}").status_code in (401, 403)
    # The secret is never optional here.
    for secret in (None, "wrong"):
        wrong = fields | {"client_secret": secret}
        wrong = {name: value for name, value in wrong.items() if value}
        strict_error(ask(server, way, **wrong), "invalid_client", 401)


# BET sends the query, others a form; the prose of the documents shortens the grant's name.
# Cases I01, I07
@pytest.mark.parametrize("way", ["data", "params"])
@pytest.mark.parametrize("grant", [DEVICE, "device_code"], ids=["in full", "short"])
def test_a_device(server, person, application, way, grant):
    fields = {"client_id": application["client_id"], "scope": "me tournaments:read"}
    begun = requests.post(f"{server.url}/oauth/authorize_device", **{way: fields})
    assert begun.status_code == 200, begun.text
    device = begun.json()
    assert set(device) == {
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "expires_in",
        "interval",
    }
    assert type(device["expires_in"]) is type(device["interval"]) is int
    assert device["user_code"] in device["verification_uri_complete"]
    poll = {
        "grant_type": grant,
        "device_code": device["device_code"],
        "client_id": application["client_id"],
    }
    strict_error(ask(server, way, **poll), "authorization_pending")
    # BET asks more often than it is told to, and then waits longer.
    strict_error(ask(server, way, **poll), "slow_down")
    browser = signed_in(server, person)
    page = browser.open(device["verification_uri_complete"])
    browser.submit(page, "decision", decision="allow")
    token = strict_token(ask(server, way, **poll), "me tournaments:read")
    assert get(server, "me.json", f"Bearer {token['access_token']}").ok
    strict_error(ask(server, way, **poll), "invalid_grant")


def test_a_device_is_refused(server, person, application):
    fields = {"client_id": application["client_id"], "scope": "me"}
    device = requests.post(f"{server.url}/oauth/authorize_device", data=fields).json()
    browser = signed_in(server, person)
    page = browser.open(device["verification_uri_complete"])
    browser.submit(page, "decision", decision="deny")
    poll = {"grant_type": DEVICE, "client_id": application["client_id"]}
    strict_error(ask(server, **poll, device_code=device["device_code"]), "access_denied")
    strict_error(ask(server, **poll, device_code="garbage"), "invalid_grant")
    unknown = requests.post(f"{server.url}/oauth/authorize_device", data={"client_id": "nobody"})
    strict_error(unknown, "invalid_client", 401)


def test_keys_of_version_1(server, person):
    key = server.new_key(person)
    me = get(server, "me.json", key, "v1")
    assert me.json()["data"]["id"] == str(person["id"])
    # G5 reads lists until a page is short.
    listed = get(server, "tournaments.json", key, "v1", params={"page": 1, "per_page": 25})
    assert (listed.json()["data"], listed.json()["meta"]["count"]) == ([], 0)


@pytest.mark.parametrize("kind", ["v1", "v2"])
@pytest.mark.parametrize("credential", ["", "garbage", "Bearer garbage"])
def test_what_is_wrong_is_told(server, kind, credential):
    answer = get(server, "me.json", credential, kind)
    assert answer.status_code == 401, answer.text
    assert answer.json()["errors"]


def test_a_scope_that_was_not_given(server, person, application):
    code = code_of(server, person, application, "me")
    token = strict_token(exchange(server, application, code), "me")
    answer = get(server, "tournaments.json", f"Bearer {token['access_token']}")
    assert answer.status_code == 403, answer.text
    assert answer.json()["errors"]
    strict_error(exchange(server, application, "garbage"), "invalid_grant")
    strict_error(exchange(server, application, code, grant_type="magic"), "unsupported_grant_type")
