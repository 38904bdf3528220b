"""Sign-in by OpenID Connect as ordinary libraries do it: openid-client and Authlib check ID tokens."""

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from browsing import Person, query_of
from joserfc import jwt
from joserfc.jwk import KeySet
from test_openid_client import CALLBACK, discover, node  # noqa: F401, the fixture

SCOPE = "openid profile email me tournaments:read"


def signed_in(node, server, person, pushed=False, **parameters):
    """The whole code flow; the tokens as openid-client checked them."""
    asked = {"redirect_uri": CALLBACK, "scope": SCOPE} | parameters
    link = node.authorizationUrl(parameters=asked, pushed=pushed)["url"]
    return node.callback(url=Person(person, server.url).authorize(link))


# Case O07
@pytest.mark.parametrize("auth", ["ClientSecretBasic", "ClientSecretPost"])
def test_sign_in_and_userinfo_by_openid_client(node, server, person, auth):  # noqa: F811
    application = server.new_application(person, "standard", CALLBACK)
    found = discover(node, server, application, auth, algorithm="oidc")
    assert found["userinfo_endpoint"] == f"{server.url}/oauth/userinfo"
    tokens = signed_in(node, server, person, max_age="600")
    # The library has checked signature, issuer, audience, nonce and auth_time.
    assert tokens["claims"]["sub"] == person["uuid"]
    assert tokens["claims"]["aud"] == application["client_id"]
    told = node.userinfo(token=tokens["access_token"], subject=person["uuid"])
    assert told["sub"] == person["uuid"]
    assert told["preferred_username"] == person["username"]
    assert told["email"] == person["email"]
    renewed = node.refresh(token=tokens["refresh_token"])
    assert renewed["refresh_token"] != tokens["refresh_token"]


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_sign_in_by_authlib(server, person, algorithm):
    application = server.new_application(person, "standard", CALLBACK)
    server.cli("app", "set", application["client_id"], "--id-token-alg", algorithm)
    found = requests.get(f"{server.url}/.well-known/openid-configuration").json()
    assert algorithm in found["id_token_signing_alg_values_supported"]
    client = OAuth2Session(
        application["client_id"],
        application["client_secret"],
        scope="openid profile email",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
    )
    link, state = client.create_authorization_url(
        found["authorization_endpoint"], code_verifier="v" * 64, nonce="n-0S6"
    )
    back = Person(person, server.url).authorize(link)
    assert query_of(back)["state"] == state
    tokens = client.fetch_token(
        found["token_endpoint"], authorization_response=back, code_verifier="v" * 64
    )
    keys = KeySet.import_key_set(requests.get(found["jwks_uri"]).json())
    token = jwt.decode(tokens["id_token"], keys, algorithms=[algorithm])
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": found["issuer"]},
        aud={"essential": True, "value": application["client_id"]},
        nonce={"essential": True, "value": "n-0S6"},
        exp={"essential": True},
    )
    rules.validate(token.claims)
    assert token.claims["sub"] == person["uuid"]
    told = client.get(found["userinfo_endpoint"]).json()
    assert (told["sub"], told["email"]) == (person["uuid"], person["email"])


# Cases P04, P05
def test_pushed_requests_by_openid_client(node, server, person):  # noqa: F811
    application = server.new_application(person, "standard", CALLBACK)
    found = discover(node, server, application, algorithm="oidc")
    assert found["pushed_authorization_request_endpoint"] == f"{server.url}/oauth/par"
    asked = {"redirect_uri": CALLBACK, "scope": SCOPE}
    link = node.authorizationUrl(parameters=asked, pushed=True)["url"]
    assert sorted(query_of(link)) == ["client_id", "request_uri"]
    tokens = node.callback(url=Person(person, server.url).authorize(link))
    assert tokens["claims"]["sub"] == person["uuid"]
