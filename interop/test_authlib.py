"""Authlib: code with PKCE, refresh, client credentials, tokens checked by the published keys."""

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6750 import InsufficientScopeError, InvalidTokenError
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from browsing import Person, query_of
from challonge import Api
from joserfc.jwk import KeySet

CALLBACK = "http://127.0.0.1:8765/callback"
SCOPE = "me tournaments:read"


def metadata(server):
    return requests.get(f"{server.url}/.well-known/oauth-authorization-server").json()


class Validator(JWTBearerTokenValidator):
    """What a resource server of somebody else's would do, knowing the issuer alone."""

    def __init__(self, server):
        super().__init__(issuer=server.url, resource_server=server.url)
        self.jwks_uri = metadata(server)["jwks_uri"]

    def get_jwks(self):
        return KeySet.import_key_set(requests.get(self.jwks_uri).json())

    def claims(self, token, scope):
        found = self.authenticate_token(token)
        self.validate_token(found, [scope], None)
        return found


def session(server, application, method):
    return OAuth2Session(
        application["client_id"],
        application["client_secret"],
        token_endpoint_auth_method=method,
        token_endpoint=metadata(server)["token_endpoint"],
        scope=SCOPE,
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
    )


METHODS = pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])


@METHODS
def test_code_refresh_and_the_api(server, person, method):
    found = metadata(server)
    assert method in found["token_endpoint_auth_methods_supported"]
    application = server.new_application(person, "standard", CALLBACK)
    client = session(server, application, method)
    verifier = "v" * 64
    link, state = client.create_authorization_url(
        found["authorization_endpoint"], code_verifier=verifier
    )
    back = Person(person, server.url).authorize(link)
    assert query_of(back)["state"] == state
    first = client.fetch_token(authorization_response=back, code_verifier=verifier)
    assert first["scope"] == SCOPE
    api = Api(server.url, client)
    assert api.get("me")["data"]["attributes"]["email"] == person["email"]
    second = client.refresh_token(found["token_endpoint"])
    assert second["refresh_token"] != first["refresh_token"]
    assert api.get("me")["data"]["id"] == str(person["id"])
    claims = Validator(server).claims(second["access_token"], "me")
    assert (claims["sub"], claims["client_id"]) == (person["uuid"], application["client_id"])


@METHODS
def test_client_credentials(server, person, method):
    application = server.new_application(person, "machine")
    client = session(server, application, method)
    token = client.fetch_token(grant_type="client_credentials", scope="tournaments:read")
    assert (token["token_type"], token["scope"]) == ("Bearer", "tournaments:read")
    assert Api(server.url, client).get("tournaments")["meta"] == {"count": 0}
    claims = Validator(server).claims(token["access_token"], "tournaments:read")
    assert claims["sub"] == claims["client_id"] == application["client_id"]


def test_a_browser_application_has_no_secret(server, person):
    application = server.new_application(person, "browser", CALLBACK)
    assert application["client_secret"] is None
    client = session(server, application, "none")
    verifier = "w" * 43
    link, _ = client.create_authorization_url(
        metadata(server)["authorization_endpoint"], code_verifier=verifier
    )
    back = Person(person, server.url).authorize(link)
    first = client.fetch_token(authorization_response=back, code_verifier=verifier)
    second = client.refresh_token(metadata(server)["token_endpoint"])
    assert second["refresh_token"] != first["refresh_token"]
    assert Api(server.url, client).get("me")["data"]["id"] == str(person["id"])


def test_tokens_are_judged_by_the_published_keys(server, person):
    application = server.new_application(person, "machine")
    client = session(server, application, "client_secret_basic")
    token = client.fetch_token(grant_type="client_credentials", scope="tournaments:read")
    validator = Validator(server)
    header, payload, signature = token["access_token"].split(".")
    with pytest.raises(InsufficientScopeError):
        validator.claims(token["access_token"], "tournaments:write")
    forged = "A" if signature[0] != "A" else "B"
    with pytest.raises(InvalidTokenError):
        validator.claims(f"{header}.{payload}.{forged}{signature[1:]}", "tournaments:read")
    # A new key is published before it signs, so old and new tokens pass side by side.
    before = requests.get(validator.jwks_uri).json()["keys"]
    server.cli("keys", "rotate")
    after = requests.get(validator.jwks_uri).json()["keys"]
    assert before[0]["kid"] in [key["kid"] for key in after]
    assert not [key for key in after if "d" in key], "private keys stay at home"
    validator.claims(token["access_token"], "tournaments:read")
