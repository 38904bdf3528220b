"""F: how an application proves who it is."""

import base64

from cases.case import case, require, skip
from cases.flow import Flow, granted, is_error
from cases.wire import Wire, encoded
from cases.world import basic

# Endpoints at which a confidential application has to prove itself, and what to send there.
PROVING = {
    "token": {"grant_type": "client_credentials"},
    "revocation": {"token": "nonsense"},
    "introspection": {"token": "nonsense"},
    "pushed_authorization_request": {"response_type": "code"},
}


def form(world):
    return {"grant_type": "client_credentials", "scope": world.scope("read")}


def with_header(world, value):
    return world.token(form(world), headers={"Authorization": value})


def encoded_pair(text):
    return base64.b64encode(text.encode()).decode()


@case("F01")
def basic_is_form_encoded(world):
    """In Basic both parts are form-url-encoded, and are decoded before they are compared."""
    app = world.own("machine")
    every = [
        "".join(f"%{byte:02X}" for byte in text.encode()) for text in (app.client_id, app.secret)
    ]
    granted(with_header(world, "Basic " + encoded_pair(":".join(every))))
    granted(with_header(world, "Basic " + encoded_pair(":".join(every).lower())))
    granted(with_header(world, basic(app.client_id, app.secret)))
    granted(with_header(world, basic(app.client_id, app.secret).replace("Basic", "basic")))
    for text in (f"{every[0]}:{every[1]}%20", f"{every[0]}:{every[1]}%", f"%zz:{every[1]}"):
        is_error(with_header(world, "Basic " + encoded_pair(text)), "invalid_client")


@case("F02")
def bent_basic(world):
    """A header that is no correct Basic is invalid_client."""
    app = world.own("machine")
    right = encoded_pair(f"{app.client_id}:{app.secret}")
    granted(with_header(world, f"Basic {right}"))
    # One whose last character carries bits that stand for nothing.
    padded = f"{app.client_id}:{app.secret}"
    for value in (
        f"Basic {right}!",
        f"Basic {right[:10]} {right[10:]}",
        f"Basic {right[:10]}\t{right[10:]}",
        f"Basic {right}====",
        f"Basic {right.rstrip('=')[:-1]}",
        f"Basic {encoded_pair(app.client_id + app.secret)}",
        f"Basic {encoded_pair(':' + app.secret)}",
        f"Basic {encoded_pair(padded + ':x')}",
        f"Basic {encoded_pair(padded + chr(10))}",
        "Basic",
        "Basic ",
        f"Bearer {right}",
        f"Digest {right}",
        f"Basic{right}",
        right,
        f"Basic {right}, Basic {right}",
        "Basic " + "A" * 6_000,
    ):
        is_error(with_header(world, value), "invalid_client")


@case("F03")
def two_names(world):
    """Basic for one application and client_id for another is refused."""
    app, other = world.app("machine"), world.app("web")
    pairs = form(world) | {"client_id": other.client_id}
    is_error(world.token(pairs, app), "invalid_request", "invalid_client")
    granted(world.token(form(world) | {"client_id": app.client_id}, app))
    flow = Flow(world)
    answer = flow.exchange(more=[("client_id", other.client_id + "x")])
    is_error(answer, "invalid_request", "invalid_client")


@case("F04")
def two_proofs(world):
    """Basic and client_secret at once are invalid_request, although both are right."""
    app = world.app("machine")
    pairs = form(world) | {"client_secret": app.secret}
    is_error(world.token(pairs, app), "invalid_request")
    is_error(world.token(pairs | {"client_id": app.client_id}, app), "invalid_request")


@case("F05")
def challenge(world):
    """A Basic that fails is answered with 401 and a challenge for Basic."""
    app = world.own("machine")
    for value in (basic(app.client_id, "wrong"), basic("unknown", "wrong"), "Basic nonsense"):
        answer = with_header(world, value)
        is_error(answer, "invalid_client")
        require(answer.status == 401, f"{answer}")
        asked = answer.header("www-authenticate", "")
        require(asked.lower().startswith("basic"), f"WWW-Authenticate is {asked!r}")


@case("F06")
def public_with_a_secret(world):
    """A public application that sends a secret is refused."""
    flow = Flow(world, "public")
    code = flow.code()
    client_id = flow.app.client_id
    answer = flow.exchange(code, more=[("client_secret", "x")])
    is_error(answer, "invalid_client", "invalid_request")
    pairs = {"grant_type": "authorization_code", "code": code, "code_verifier": flow.verifier}
    pairs["redirect_uri"] = flow.app.redirect_uri
    answer = world.token(pairs, headers={"Authorization": basic(client_id, "x")})
    is_error(answer, "invalid_client", "invalid_request")
    granted(flow.exchange(code))


@case("F07")
def no_secret(world):
    """A confidential application without its secret is invalid_client wherever something is
    issued, revoked or introspected."""
    flow = Flow(world)
    code = flow.code()
    is_error(flow.exchange(code, auth="none"), "invalid_client")
    refresh = granted(flow.exchange(code))["refresh_token"]
    is_error(flow.refresh(refresh, auth="none"), "invalid_client")
    granted(flow.refresh(refresh))
    for endpoint, sent in PROVING.items():
        if f"{endpoint}_endpoint" not in world.metadata:
            continue
        machine, web = world.own("machine"), world.own("web")
        for secret in (None, "", "wrong"):
            for app in (machine, web):
                pairs = sent | {"client_id": app.client_id, "client_secret": secret}
                is_error(world.post(endpoint, pairs), "invalid_client")
                value = basic(app.client_id, secret or "")
                answer = world.post(endpoint, sent, headers={"Authorization": value})
                is_error(answer, "invalid_client")


@case("F08")
def methods(world):
    """An application is taken by the methods that it is registered for: by all that the metadata
    lists where it is registered for none in particular."""
    listed = world.metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    names = {"client_secret_basic": "basic", "client_secret_post": "post"}
    for role in ("machine", "post_only", "basic_only"):
        if role not in world.values["applications"]:
            continue
        app = world.app(role)
        registered = app.values.get("auth_methods", listed)
        for name, auth in names.items():
            answer = world.token(form(world), app, auth)
            if name in registered:
                granted(answer)
            else:
                is_error(answer, "invalid_client", "unauthorized_client")


@case("F09")
def unknown_or_wrong(world):
    """An unknown application and a wrong secret get the same answer."""
    app = world.own("machine")
    unknown = "x" * len(app.client_id)
    ways = [
        lambda name, secret: with_header(world, basic(name, secret)),
        lambda name, secret: world.token(
            form(world) | {"client_id": name, "client_secret": secret}
        ),
    ]
    for way in ways:
        seen = set()
        for name in (app.client_id, unknown, world.app("public").client_id):
            for secret in ("wrong", "y" * len(app.secret)):
                answer = way(name, secret)
                is_error(answer, "invalid_client")
                seen.add((answer.status, tuple(answer.fields_but()), answer.body))
        require(len(seen) == 1, f"{len(seen)} different answers: {[it[2] for it in seen]}")


@case("F13")
def two_secrets(world):
    """While a secret is rotated the old and the new one both work."""
    app = world.register(kind="machine", scope=world.scope("read"))
    require(app is not None, f"hook register: {world.hook_error}")
    old = app.secret
    granted(world.token(form(world), app))
    made = world.operate("rotate_secret", client_id=app.client_id)
    app.secret = made.get("client_secret")
    require(app.secret and app.secret != old, "the hook rotate_secret printed no new secret")
    granted(world.token(form(world), app))
    app.secret = old
    granted(world.token(form(world), app))


@case("F14")
def expired_secret(world):
    """A secret that has expired is invalid_client."""
    app = world.register(kind="machine", scope=world.scope("read"))
    require(app is not None, f"hook register: {world.hook_error}")
    granted(world.token(form(world), app))
    world.operate("expire_secret", client_id=app.client_id)
    is_error(world.token(form(world), app), "invalid_client")


@case("F15")
def leaked_secret(world):
    """A rotation because of a leak ends the old secret at once, and the application's tokens."""
    app = world.register(kind="machine", scope=world.scope("read"))
    require(app is not None, f"hook register: {world.hook_error}")
    old = app.secret
    token = granted(world.token(form(world), app))["access_token"]
    require(world.alive(token), "the token does not work at all")
    app.secret = world.operate("rotate_secret_leaked", client_id=app.client_id)["client_secret"]
    granted(world.token(form(world), app))
    app.secret = old

    def refused():
        return world.token(form(world), app).status == 401

    world.eventually(refused, "the old secret works on")
    is_error(world.token(form(world), app), "invalid_client")
    world.eventually(lambda: not world.alive(token), "a token from before works on")


@case("F24")
def guessing_secrets(world):
    """After wrong secrets from one address that address is slowed down for that application; from
    elsewhere the application goes on."""
    other = world.values.get("other_address")
    if other is None:
        skip("needs other_address")
    bound = world.stated("wrong_secrets")
    app = world.register(kind="machine", scope=world.scope("read"))
    require(app is not None, f"hook register: {world.hook_error}")
    guesser = Wire(world.values.get("ca_file"), source=other)
    address = world.endpoint("token")

    def guess(application, secret):
        pairs = form(world) | {"client_id": application.client_id, "client_secret": secret}
        return guesser.post(address, encoded(pairs))

    answers = [guess(app, f"wrong{index}") for index in range(bound + 5)]
    slowed = [answer for answer in answers if answer.status == 429]
    require(slowed, f"{len(answers)} wrong secrets were all judged: {answers[-1]}")
    require(slowed[0].header("retry-after", "").isdigit(), "there is no Retry-After")
    # The application itself, from elsewhere, and another application from there.
    granted(world.token(form(world), app))
    granted(guess(world.app("machine"), world.app("machine").secret))


@case("F25")
def names_of_applications(world):
    """No application has the name of a person: nobody can choose a client_id that is a sub."""
    subs = {person.get("sub") for person in world.values.get("people", {}).values()} - {None}
    if not subs:
        skip("needs people with sub")
    for sub in subs:
        made = world.register("https://client.example/cb", name=sub, client_id=sub)
        require(made is None or made.client_id not in subs, f"an application is called {sub}")
    names = {values["client_id"] for values in world.values["applications"].values()}
    require(not names & subs, f"{names & subs} is a person and an application")
