"""L: access tokens, and the resource that takes them."""

import http.server
import json
import threading
import time
from urllib.parse import urljoin

from cases.case import case, require, skip
from cases.flow import Flow, granted
from cases.forge import Key, decoded, encoded, header, public_texts, signed_hs256
from cases.inside import api, described, lives, made, own_app


def refused(world, token, why):
    """Refused as a token that is no good: 401 and `invalid_token`."""
    answer = world.resource(token)
    require(answer.status == 401, f"{why}: {answer}: {answer.text[:200]}")
    return answer


def jwt(world, flow=None):
    """A right access token, which is a JWT."""
    token = (flow or Flow(world)).tokens()["access_token"]
    if token.count(".") != 2:
        skip("access tokens are no JWT")
    lives(world, token, "it is new")
    return token


@case("L01")
def no_token(world):
    """Without a token the answer is 401 with a challenge for Bearer, a realm, and no error."""
    answer = world.resource(None)
    require(answer.status == 401, f"{answer}")
    asked = answer.header("www-authenticate", "")
    require(asked.lower().startswith("bearer"), f"WWW-Authenticate is {asked!r}")
    require("realm=" in asked, f"there is no realm in {asked!r}")
    require("error" not in asked, f"there is an error in {asked!r}")
    wrong = refused(world, "wrong", "garbage").header("www-authenticate", "")
    require('error="invalid_token"' in wrong, f"for a wrong token it is {wrong!r}")


@case("L04")
def two_ways_at_once(world):
    """A token in the header and in the body at once is 400 invalid_request."""
    token = Flow(world).tokens()["access_token"]
    what = described(world, "create")
    headers = world.values["resource"].get("headers", {}) | {"Authorization": f"Bearer {token}"}
    url = urljoin(world.base, what["path"])
    answer = world.wire.post(url, {"access_token": token}, headers)
    require(answer.status == 400, f"{answer}: {answer.text[:200]}")
    challenge = answer.header("www-authenticate", "")
    said = "invalid_request" in challenge or "invalid_request" in answer.text
    require(said, f"it does not say invalid_request: {challenge!r} {answer.text[:200]}")
    # Two headers are two ways as well.
    path = world.values["resource"]["path"]
    lines = [f"GET {path} HTTP/1.1", "Host: x", "Connection: close"]
    lines += [f"{key}: {value}" for key, value in headers.items()]
    lines.append(f"Authorization: Bearer {token}")
    data = "\r\n".join(lines).encode() + b"\r\n\r\n"
    answer = world.wire.raw(urljoin(world.base, path), data, "GET")
    require(answer.status in (400, 401), f"two Authorization fields: {answer}")


@case("L05")
def in_the_address(world):
    """A token in the address is not taken."""
    token = Flow(world).tokens()["access_token"]
    path = world.values["resource"]["path"]
    for name in ("access_token", "token", "bearer_token", "oauth_token"):
        answer = api(world, None, "GET", f"{path}?{name}={token}")
        require(answer.status in (400, 401), f"{name} in the address: {answer}")
    # Beside a right one in the header it is at least not used.
    answer = api(world, "wrong", "GET", f"{path}?access_token={token}")
    require(answer.status in (400, 401), f"beside a wrong header: {answer}")
    lives(world, token, "nothing has happened to it")


@case("L06")
def letter_case(world):
    """The scheme Bearer may be written in any letter case."""
    token = Flow(world).tokens()["access_token"]
    for scheme in ("Bearer", "bearer", "BEARER", "bEARER"):
        answer = world.resource(token, scheme)
        require(answer.status == 200, f"{scheme}: {answer}")
    for scheme in ("Basic", "Token", "Bear", "BearerX", "DPoP", "MAC"):
        answer = world.resource(token, scheme)
        require(answer.status in (400, 401), f"{scheme}: {answer}")


@case("L07")
def form_of_a_jwt(world):
    """The header of a JWT access token says at+jwt and which key; its claims are those of RFC 9068."""
    flow = Flow(world)
    token = jwt(world, flow)
    head, claims = header(token), world.claims(token)
    require(head.get("typ", "").lower() in ("at+jwt", "application/at+jwt"), f"typ: {head}")
    require(head.get("alg") not in (None, "none") and not head["alg"].startswith("HS"), f"{head}")
    keys = world.wire.get(world.endpoint("jwks_uri")).json()["keys"]
    require(head.get("kid") in [key["kid"] for key in keys], f"kid {head.get('kid')} is in no key")
    for name in ("iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope"):
        require(name in claims, f"there is no {name} in {sorted(claims)}")
    require(claims["iss"] == world.issuer, f"iss is {claims['iss']!r}")
    require(claims["client_id"] == flow.app.client_id, f"client_id is {claims['client_id']!r}")
    require(claims["sub"] == world.person()["sub"], f"sub is {claims['sub']!r}")
    require(set(claims["scope"].split()) == set(flow.app.scope.split()), f"{claims['scope']!r}")
    now = time.time()
    require(abs(claims["iat"] - now) < 120 and claims["exp"] > now, "the times are not of now")
    other = world.claims(jwt(world, flow))
    require(other["jti"] != claims["jti"], "two tokens have one jti")


@case("L08")
def id_token(world):
    """An ID token is no access token."""
    if "openid" not in world.metadata.get("scopes_supported", []):
        skip("there are no ID tokens")
    app = own_app(world, scope=f"openid {world.scope('read')}")
    tokens = Flow(world, app).tokens()
    if "id_token" not in tokens:
        skip("there are no ID tokens")
    lives(world, tokens["access_token"], "it is new")
    refused(world, tokens["id_token"], "an ID token opens the resource")


def visited():
    """A server that notes whether anybody comes; gives its address and the list."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}/keys", seen


@case("L09")
def forged(world):
    """Nobody believes alg none, HS256 with the public key, an unknown key, a key that the token
    brings along or points to, or an extension that is critical."""
    token = jwt(world)
    start, body, signature = token.split(".")
    head, claims = header(token), world.claims(token)
    keys = {key["kid"]: key for key in world.wire.get(world.endpoint("jwks_uri")).json()["keys"]}
    own = Key()
    for name in ("none", "None", "NONE", "nOnE", "", None):
        for end in ("", signature):
            forged = f"{encoded(head | {'alg': name})}.{body}.{end}"
            refused(world, forged, f"alg {name!r} is believed")
    for secret in public_texts(keys[head["kid"]]):
        for more in ({}, {"kid": None}):
            wanted = {k: v for k, v in (head | {"alg": "HS256"} | more).items() if v is not None}
            refused(world, signed_hs256(wanted, claims, secret), "HS256 by the public key")
    server, address, seen = visited()
    try:
        for more in (
            {},
            {"kid": "unknown"},
            {"kid": "../../../../dev/null"},
            {"kid": ""},
            {"kid": 1},
            {"kid": ["x"]},
            {"jwk": own.jwk()},
            {"jwk": own.jwk(kid=head["kid"], alg="ES256", use="sig")},
            {"jwk": own.jwk(), "kid": "unknown"},
            {"jku": address},
            {"jku": address, "kid": "unknown"},
            {"x5u": address, "kid": "unknown"},
            {"x5c": [encoded(b"x")]},
            {"crit": ["exp"]},
            {"crit": ["b64"], "b64": True},
            {"alg": "ES384"},
            {"alg": "RS256"},
            {"alg": "ES256K"},
            {"typ": "JWT"},
        ):
            refused(world, own.sign(head | more, claims), f"a foreign key with {more} is believed")
            # The server's own signature does not hold for another header.
            changed = encoded(head | more)
            if changed != start and more:
                refused(world, f"{changed}.{body}.{signature}", f"{more} is believed")
        time.sleep(0.2)
        require(not seen, f"the server fetched {seen}")
    finally:
        server.shutdown()
    for changed in ({"sub": "x"}, {"scope": f"{claims['scope']} x"}, {"exp": claims["exp"] + 1}):
        refused(world, f"{start}.{encoded(claims | changed)}.{signature}", f"with {changed}")
    for end in ("", "A" * len(signature), encoded(bytes(64)), encoded(b"\xff" * 64), "!"):
        refused(world, f"{start}.{body}.{end}", "with another signature")
    raw = decoded(signature)
    if len(raw) == 64:
        # The other solution of the same signature, and the same one in DER, are not it.
        r, s = raw[:32], raw[32:]
        der = b"\x02\x21\x00" + r + b"\x02\x21\x00" + s
        der = b"\x30" + bytes([len(der)]) + der
        refused(world, f"{start}.{body}.{encoded(der)}", "a signature in DER")
    lives(world, token, "forgeries must not harm it")


@case("L10")
def foreign_audience(world):
    """A token that another issuer made, or that is meant for others, is refused."""
    token = jwt(world)
    head, claims = header(token), world.claims(token)
    own = Key()
    for changed in ({"iss": "https://evil.example"}, {"aud": "https://other.example"}, {"aud": []}):
        refused(world, own.sign(head, claims | changed), f"with {changed}")
    if len(world.values.get("resources", [])) > 1:
        flow = Flow(world)
        code = flow.code(extra=[("resource", world.values["resources"][1])])
        refused(world, granted(flow.exchange(code))["access_token"], "meant for others")
    lives(world, token, "it is for this resource")


@case("L11")
def expired(world):
    """An expired token is refused, with a minute of leeway at most."""
    flow = Flow(world)
    found = flow.tokens()
    seconds = found["expires_in"] + 60
    world.wait_for(seconds)
    time.sleep(seconds)
    refused(world, found["access_token"], "an expired token opens the resource")


@case("L13")
def strange_json(world):
    """Claims that stand twice, deep nests and huge numbers are refused, and nothing breaks."""
    token = jwt(world)
    start, body, signature = token.split(".")
    head, claims = header(token), world.claims(token)
    own = Key()
    text = json.dumps(claims)
    nests = ["[" * 4_000 + "]" * 4_000, '{"a":' * 3_000 + "1" + "}" * 3_000, "[" * 8_000]
    bodies = [
        text[:-1] + ',"sub":"other"}',
        text[:-1] + ',"exp":99999999999}',
        *[text[:-1] + f',"x":{nest}}}' for nest in nests],
        *nests,
        text[:-1] + ',"exp":1e400}',
        text.replace(str(claims["exp"]), "1" * 400),
        text + "{}",
        "null",
        "[]",
        '"x"',
        "",
        "\ufeff" + text,
        text.encode("utf-16"),
        b"\xff" + text.encode(),
    ]
    for claims_text in bodies:
        refused(world, own.sign(head, claims_text), f"claims {claims_text[:40]!r}")
        refused(world, f"{start}.{encoded(claims_text)}.{signature}", f"{claims_text[:40]!r}")
    heads = [
        json.dumps(head)[:-1] + ',"alg":"none"}',
        '{"alg":' * 2_000 + "1" + "}" * 2_000,
        "[" * 5_000,
        "null",
    ]
    for text in heads:
        refused(world, f"{encoded(text)}.{body}.{signature}", f"header {text[:40]!r}")
    lives(world, token, "strange ones must not harm it")


@case("L14")
def long_token(world):
    """A token of 64 KiB is refused."""
    right = Flow(world).tokens()["access_token"]
    for token in ("A" * 65_536, f"{right.split('.')[0]}.{'A' * 65_536}.x", right + "A" * 65_536):
        answer = world.resource(token)
        require(answer.status in (400, 401, 431), f"{len(token)} bytes: {answer}")
    lives(world, right, "long ones must not harm it")


@case("L15")
def garbage(world):
    """What is no token is refused: another length, another letter, another kind, nothing at all."""
    token = Flow(world).tokens()["access_token"]
    last = "A" if token[-1] != "A" else "B"
    for wrong in (
        "x",
        "null",
        "undefined",
        token[:-1],
        token[:-1] + last,
        token + "A",
        token[1:],
        token.swapcase(),
        token.replace(".", ""),
        f"{token}.{token}",
        f"{token},{token}",
        f'"{token}"',
        "..",
        ".",
        "a.b.c",
        "\u00e4\u00f6\u00fc",
        "%00",
        "' or 1=1 --",
    ):
        answer = world.resource(wrong)
        require(answer.status in (400, 401), f"{wrong[:30]!r}: {answer}")
    for value in ("Bearer", "Bearer ", "Bearer  ", f"Bearer{token}", f"Bearer {token} x"):
        sent = world.values["resource"].get("headers", {}) | {"Authorization": value}
        path = world.values["resource"]["path"]
        answer = world.wire.get(urljoin(world.base, path), sent)
        require(answer.status in (400, 401), f"{value[:12]!r}: {answer}")
    lives(world, token, "garbage must not harm it")


@case("L17")
def private_things(world):
    """No route gives, changes or lists what another person keeps private."""
    app = own_app(world, scope=f"{described(world, 'all_reads')} {described(world, 'all_writes')}")
    owner = Flow(world, app, "alice").tokens()["access_token"]
    other = Flow(world, app, "bob").tokens()["access_token"]
    private = made(world, owner, "create_private")
    public = made(world, owner)
    for route in described(world, "reading") + described(world, "routes"):
        if "{id}" not in route["path"]:
            continue
        path = route["path"].format(id=private, part=1)
        answer = api(world, other, route["method"], path, route.get("document"))
        require(answer.status == 404, f"a stranger and a private one: {answer}")
        gone = api(world, other, route["method"], path.replace(str(private), "1"))
        if "document" not in route:
            same = answer.text.replace(str(private), "1") == gone.text
            require(same, f"{answer} differs from that for one that does not exist")
        if route["method"] != "GET":
            path = route["path"].format(id=public, part=1)
            answer = api(world, other, route["method"], path, route.get("document"))
            require(answer.status in (403, 404), f"a stranger may change it: {answer}")
    answer = api(world, other, "GET", world.values["resource"]["path"])
    require(str(private) not in answer.text, "a list shows what another person keeps private")
    for route in described(world, "reading"):
        path = route["path"].format(id=private, part=1)
        if "{part}" not in route["path"]:
            answer = api(world, owner, route["method"], path)
            require(answer.status == 200, f"its owner: {answer}")


@case("L18")
def for_another_resource(world):
    """A token that was asked for one resource is refused at another."""
    there, elsewhere = (world.values.get("resources") or skip("needs resources"))[:2]
    flow = Flow(world)
    code = flow.code(extra=[("resource", there)])
    token = granted(flow.exchange(code))["access_token"]
    lives(world, token, "it is for this resource")
    code = flow.code(extra=[("resource", elsewhere)])
    token = granted(flow.exchange(code))["access_token"]
    answer = world.resource(token)
    require(answer.status in (401, 403), f"a token for {elsewhere} opens the resource: {answer}")
