"""O: what the server says of itself."""

import re
from urllib.parse import urljoin, urlsplit

from cases.case import case, require, skip
from cases.flow import Flow, granted, is_error

# What answers where no token is sent, or nothing right is: anything but "there is no such address".
MISSING = (404, 410, 501)


def well_known(world, name, issuer=None):
    """The metadata document of an identifier: its path comes after the well-known one (RFC 8414 §3,
    RFC 9728 §3)."""
    parts = urlsplit(issuer or world.issuer)
    path = parts.path.rstrip("/")
    return world.wire.get(urljoin(world.base, f"/.well-known/{name}{path}"))


def document(world):
    answer = well_known(world, "oauth-authorization-server")
    require(answer.status == 200, f"{answer}")
    return answer.json()


@case("O01")
def authorization_server(world):
    """The metadata of the authorization server are JSON, say the issuer exactly, and name its
    endpoints under it."""
    answer = well_known(world, "oauth-authorization-server")
    require(answer.status == 200, f"{answer}")
    require(answer.kind == "application/json", f"it comes as {answer.kind!r}")
    found = answer.json()
    require(found.get("issuer") == world.issuer, f"issuer is {found.get('issuer')!r}")
    require("response_types_supported" in found, "response_types_supported is missing")
    require("#" not in found["issuer"] and "?" not in found["issuer"], "the issuer has a query")
    for name, value in found.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            parts = urlsplit(value)
            require(parts.scheme and parts.netloc and not parts.fragment, f"{name} is {value!r}")
            if urlsplit(world.issuer).scheme == "https":
                require(parts.scheme == "https", f"{name} is {value!r}")
        if isinstance(value, list):
            require(len(set(value)) == len(value), f"{name} says something twice: {value}")
            require(value or name == "response_types_supported", f"{name} is empty")
    # Another issuer's metadata are not here.
    other = world.wire.get(urljoin(world.base, "/.well-known/oauth-authorization-server/elsewhere"))
    require(other.status == 404, f"{other}")


def answers(world, name, method, address, form=None):
    answer = world.wire.request(method, address, {"Accept": "*/*"}, form=form)
    require(answer.status not in MISSING and answer.status < 500, f"{name}: {answer}")
    return answer


# What an endpoint that is not announced would be called.
UNANNOUNCED = {
    "registration_endpoint": ["/register", "/oauth/register", "/oauth2/register", "/connect/register"],
    "device_authorization_endpoint": ["/oauth/device_authorization", "/oauth/device/code"],
    "introspection_endpoint": ["/oauth/introspect", "/oauth2/introspect"],
    "revocation_endpoint": ["/oauth/revoke", "/oauth2/revoke"],
    "pushed_authorization_request_endpoint": ["/oauth/par", "/par", "/as/par"],
    "userinfo_endpoint": ["/userinfo", "/oauth/userinfo"],
    "backchannel_authentication_endpoint": ["/bc-authorize", "/oauth/bc-authorize"],
}


@case("O03")
def listed_and_not_listed(world):
    """Every endpoint that is listed answers; grants, response types and endpoints that are not
    listed are off, and what needs them is not listed either."""
    found = document(world)
    for name, address in found.items():
        if not (name.endswith("_endpoint") or name == "jwks_uri"):
            continue
        reading = name in ("authorization_endpoint", "jwks_uri", "userinfo_endpoint")
        if reading or name == "end_session_endpoint":
            answers(world, name, "GET", address)
        else:
            answers(world, name, "POST", address, {})
    for name, paths in UNANNOUNCED.items():
        for path in [] if name in found else paths:
            answer = world.wire.post(urljoin(world.base, path), {})
            gone = answer.status in (401, 403, 404, 405)
            require(gone, f"there is no {name}, but {answer}")
    grants = found.get("grant_types_supported", ["authorization_code", "implicit"])
    app = world.app("web")
    for grant in (
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:openid:params:grant-type:ciba",
        "urn:ietf:params:oauth:grant-type:device_code",
        "password",
    ):
        if grant not in grants:
            answer = world.token({"grant_type": grant, "username": "x", "assertion": "x"}, app)
            is_error(answer, "unsupported_grant_type")
    types = [set(kind.split()) for kind in found["response_types_supported"]]
    for kind in ("token", "id_token", "code token", "code id_token", "none"):
        if set(kind.split()) not in types:
            flow = Flow(world)
            answer = flow.open(response_type=kind)
            location = answer.location or ""
            require("error=" in location, f"response_type {kind} is not refused: {answer}")
            require("access_token=" not in location, f"response_type {kind} gives a token")
    proofs = found.get("dpop_signing_alg_values_supported")
    if not proofs:
        header = {"DPoP": "x.y.z"}
        answer = world.token(
            {"grant_type": "client_credentials", "scope": world.scope("read")},
            world.app("machine"),
            headers=header,
        )
        if answer.status == 200:
            require(answer.json()["token_type"].lower() == "bearer", "it pretends to bind tokens")
    for name in ("token", "revocation", "introspection"):
        methods = found.get(f"{name}_endpoint_auth_methods_supported", [])
        for method in ("private_key_jwt", "client_secret_jwt", "tls_client_auth"):
            if method in methods:
                needs = f"{name}_endpoint_auth_signing_alg_values_supported"
                require(method == "tls_client_auth" or needs in found, f"{needs} is missing")
    if "registration_endpoint" not in found:
        for name in ("client_id_metadata_document_supported", "require_signed_request_object"):
            require(not found.get(name), f"{name} is true")


@case("O04")
def challenge_methods(world):
    """S256 is the one method of PKCE."""
    found = document(world).get("code_challenge_methods_supported")
    require(found == ["S256"], f"code_challenge_methods_supported is {found}")


@case("O05")
def protected_resource(world):
    """The metadata of the protected resource name it, the issuer, its scopes and that tokens come
    in the header."""
    answer = well_known(world, "oauth-protected-resource", world.base)
    require(answer.status == 200, f"{answer}")
    require(answer.kind == "application/json", f"it comes as {answer.kind!r}")
    found = answer.json()
    require("resource" in found, "there is no resource")
    servers = found.get("authorization_servers")
    require(servers == [world.issuer], f"authorization_servers is {servers}")
    require(found.get("bearer_methods_supported") == ["header"], "tokens come in the header")
    require(world.scope("read") in found.get("scopes_supported", []), "scopes_supported")
    require(found["resource"].startswith(world.base), f"resource is {found['resource']!r}")
    for resource in world.values.get("resources", []):
        answer = well_known(world, "oauth-protected-resource", resource)
        if answer.status == 404:
            continue
        require(answer.status == 200, f"{answer}")
        require(answer.json()["resource"] == resource, f"resource is {answer.json()['resource']}")


@case("O06")
def named_by_challenges(world):
    """The challenge of a 401 names the metadata of the resource; they lead to a token that works."""
    for token in (None, "wrong"):
        answer = world.resource(token)
        require(answer.status == 401, f"{answer}")
        challenge = answer.header("www-authenticate", "")
        named = re.search(r'resource_metadata="([^"]+)"', challenge)
        require(named is not None, f"there is no resource_metadata in {challenge!r}")
        parts = urlsplit(named[1])
        require("/.well-known/oauth-protected-resource" in parts.path, f"it is {named[1]}")
        answer = world.wire.get(urljoin(world.base, parts.path))
        require(answer.status == 200, f"{answer}")
        resource = answer.json()["resource"]
        expected = parts.path.split("/.well-known/oauth-protected-resource")[1]
        require(urlsplit(resource).path.rstrip("/") == expected.rstrip("/"), f"it is of {resource}")
    flow = Flow(world)
    code = flow.code(extra=[("resource", resource)])
    token = granted(flow.exchange(code))["access_token"]
    require(world.alive(token), "a token for that resource does not open it")


@case("O07")
def openid_agrees(world):
    """openid-configuration, where there is one, agrees with the metadata of OAuth."""
    path = urlsplit(world.issuer).path.rstrip("/")
    answer = world.wire.get(urljoin(world.base, f"{path}/.well-known/openid-configuration"))
    if answer.status == 404:
        require("openid" not in document(world).get("scopes_supported", []), "openid is a scope")
        skip("there is no OpenID Connect")
    require(answer.status == 200 and answer.kind == "application/json", f"{answer}")
    found, other = answer.json(), document(world)
    for name in found.keys() & other.keys():
        require(found[name] == other[name], f"{name} differs: {found[name]} and {other[name]}")
    for name in (
        "issuer",
        "authorization_endpoint",
        "jwks_uri",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
    ):
        require(name in found, f"{name} is missing")
    require("none" not in found["id_token_signing_alg_values_supported"], "ID tokens unsigned")
    require("openid" in found.get("scopes_supported", ["openid"]), "openid is no scope")
