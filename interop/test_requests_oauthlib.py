"""requests-oauthlib: code with PKCE, refresh, client credentials, devices, revocation."""

import pytest
from browsing import Person, query_of
from challonge import HEADERS
from grants import signed_in
from oauthlib.oauth2 import (
    BackendApplicationClient,
    DeviceClient,
    InvalidGrantError,
    OAuth2Error,
)
from requests_oauthlib import OAuth2Session

CALLBACK = "https://client.example/callback?tenant=7"
SCOPES = ["me", "tournaments:read", "tournaments:write"]


def connected(server, application, account, decision="allow"):
    """A session after the whole flow, its token in `token`."""
    oauth = OAuth2Session(
        application["client_id"], redirect_uri=CALLBACK, scope=SCOPES, pkce="S256"
    )
    link, state = oauth.authorization_url(f"{server.url}/oauth/authorize")
    back = Person(account, server.url).authorize(link, decision)
    assert back.startswith(f"{CALLBACK}&")
    assert query_of(back)["state"] == state
    assert query_of(back)["iss"] == server.url
    oauth.fetch_token(
        f"{server.url}/oauth/token",
        authorization_response=back,
        client_secret=application["client_secret"],
        include_client_id=True,
    )
    return oauth


def refreshed(server, application, token):
    oauth = OAuth2Session(application["client_id"], token={"refresh_token": token})
    secret = {"client_id": application["client_id"], "client_secret": application["client_secret"]}
    return oauth.refresh_token(f"{server.url}/oauth/token", **secret)


def me(server, token):
    headers = HEADERS | {"Authorization-Type": "v2"}
    oauth = OAuth2Session(token={"access_token": token, "token_type": "Bearer"})
    return oauth.get(f"{server.url}/v2.1/me.json", headers=headers)


@pytest.mark.parametrize("preset", ["standard", "challonge"])
def test_a_person_connects_an_application(server, person, preset):
    application = server.new_application(person, preset, CALLBACK)
    oauth = connected(server, application, person)
    assert oauth.token["token_type"] == "Bearer"
    assert oauth.token["expires_in"] == {"standard": 3_600, "challonge": 604_800}[preset]
    assert sorted(oauth.token["scope"]) == sorted(SCOPES)
    answer = me(server, oauth.token["access_token"])
    assert answer.status_code == 200
    assert answer.json()["data"]["id"] == str(person["id"])
    assert answer.json()["data"]["type"] == "user"
    assert answer.json()["data"]["attributes"]["username"] == person["username"]


def test_refresh_tokens_rotate_and_a_stolen_one_ends_the_grant(server, person):
    application = server.new_application(person, "standard", CALLBACK)
    first = connected(server, application, person).token
    second = refreshed(server, application, first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert me(server, second["access_token"]).status_code == 200
    # The answer may have been lost: until its successor is used, it is given again.
    again = refreshed(server, application, first["refresh_token"])
    assert again["refresh_token"] == second["refresh_token"]
    third = refreshed(server, application, second["refresh_token"])
    # Now somebody has a token that was used twice over: everything of this grant ends.
    with pytest.raises(InvalidGrantError):
        refreshed(server, application, first["refresh_token"])
    with pytest.raises(InvalidGrantError):
        refreshed(server, application, third["refresh_token"])
    assert me(server, third["access_token"]).status_code == 401


def test_a_person_who_denies_is_taken_at_their_word(server, person):
    application = server.new_application(person, "standard", CALLBACK)
    oauth = OAuth2Session(
        application["client_id"], redirect_uri=CALLBACK, scope=SCOPES, pkce="S256"
    )
    link, state = oauth.authorization_url(f"{server.url}/oauth/authorize")
    back = query_of(Person(person, server.url).authorize(link, "deny"))
    assert (back["error"], back["state"]) == ("access_denied", state)
    assert "code" not in back


def test_a_code_without_its_verifier_buys_nothing(server, person):
    application = server.new_application(person, "standard", CALLBACK)
    oauth = OAuth2Session(
        application["client_id"], redirect_uri=CALLBACK, scope=SCOPES, pkce="S256"
    )
    link, _ = oauth.authorization_url(f"{server.url}/oauth/authorize")
    back = Person(person, server.url).authorize(link)
    thief = OAuth2Session(application["client_id"], redirect_uri=CALLBACK, scope=SCOPES)
    with pytest.raises(InvalidGrantError):
        thief.fetch_token(
            f"{server.url}/oauth/token",
            code=query_of(back)["code"],
            client_secret=application["client_secret"],
            include_client_id=True,
            code_verifier="g" * 43,
        )


def test_an_application_acts_for_itself(server, person):
    application = server.new_application(person, "machine")
    client = BackendApplicationClient(application["client_id"], scope=["tournaments:read"])
    oauth = OAuth2Session(client=client)
    token = oauth.fetch_token(
        f"{server.url}/oauth/token", client_secret=application["client_secret"]
    )
    assert token["scope"] == ["tournaments:read"]
    assert "refresh_token" not in token
    listed = oauth.get(f"{server.url}/v2.1/tournaments.json", headers=HEADERS)
    assert (listed.status_code, listed.json()["data"]) == (200, [])


# Cases I01, I12
@pytest.mark.parametrize("decision", ["allow", "deny"])
def test_a_device(server, person, decision):
    application = server.new_application(person, "device")
    asked = {"client_id": application["client_id"], "scope": "me"}
    oauth = OAuth2Session(client=DeviceClient(application["client_id"]))
    device = oauth.post(f"{server.url}/oauth/device_authorization", data=asked, withhold_token=True)
    device = device.json()

    def poll():
        return oauth.fetch_token(
            f"{server.url}/oauth/token",
            device_code=device["device_code"],
            include_client_id=True,
        )

    with pytest.raises(OAuth2Error) as pending:
        poll()
    assert pending.value.error == "authorization_pending"
    browser = signed_in(server, person)
    page = browser.open(device["verification_uri_complete"])
    browser.submit(page, "decision", decision=decision)
    if decision == "deny":
        with pytest.raises(OAuth2Error) as denied:
            poll()
        assert denied.value.error == "access_denied"
        return
    token = poll()
    assert token["scope"] == ["me"]
    assert me(server, token["access_token"]).json()["data"]["id"] == str(person["id"])
    with pytest.raises(InvalidGrantError):
        poll()


# Cases N01, N04
@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_tokens_are_revoked(server, person, kind):
    application = server.new_application(person, "standard", CALLBACK)
    oauth = connected(server, application, person)
    url, headers, body = oauth._client.prepare_token_revocation_request(
        f"{server.url}/oauth/revoke", oauth.token[kind], token_type_hint=kind
    )
    secret = (application["client_id"], application["client_secret"])

    def revoke():
        return oauth.post(url, data=body, headers=headers, auth=secret, withhold_token=True)

    assert revoke().status_code == 200
    assert me(server, oauth.token["access_token"]).status_code == 401
    # What is revoked may be revoked again.
    assert revoke().status_code == 200
    if kind == "refresh_token":
        with pytest.raises(InvalidGrantError):
            refreshed(server, application, oauth.token["refresh_token"])
