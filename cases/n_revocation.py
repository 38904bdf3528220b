"""N: tokens given back (RFC 7009) and asked about (RFC 7662)."""

import time

from cases.case import case, require
from cases.flow import Flow, at_once, granted, is_error, require_no_store
from cases.inside import dies, elsewhere, limited, lives, own_app
from cases.world import basic

GARBAGE = ("x", "a.b.c", "tly_rt_x", "0" * 43, "x" * 4_000, "\u2603")


def revoke(world, token, app, **more):
    """Gives a token back; the answer must be an empty 200."""
    answer = world.post("revocation", {"token": token} | more, app)
    require(answer.status == 200, f"{answer}: {answer.text[:200]}")
    return answer


def introspect(world, token, app, **more):
    """What is told of a token."""
    answer = world.post("introspection", {"token": token} | more, app)
    require(answer.status == 200, f"{answer}: {answer.text[:200]}")
    require(answer.kind == "application/json", f"it comes as {answer.kind!r}")
    require_no_store(answer)
    return answer.json()


def is_dead(world, token, app):
    """Whether it is told to be dead, and then nothing else."""
    found = introspect(world, token, app)
    require(isinstance(found.get("active"), bool), f"active is {found.get('active')!r}")
    if not found["active"]:
        require(found == {"active": False}, f"more is told of a dead token: {sorted(found)}")
    return not found["active"]


@case("N01")
def refresh_token(world):
    """A refresh token that is revoked takes with it every token of its grant, and no other."""
    for role in ("web", "public"):
        flow = Flow(world, role)
        first, other = flow.tokens(), Flow(world, role).tokens()
        second = granted(flow.refresh(first["refresh_token"]))
        answer = revoke(world, second["refresh_token"], flow.app)
        require_no_store(answer)
        for tokens in (first, second):
            dies(world, tokens["access_token"], "after its refresh token was revoked")
            is_error(flow.refresh(tokens["refresh_token"]), "invalid_grant")
        lives(world, other["access_token"], "another grant was revoked")
        granted(flow.refresh(other["refresh_token"]))
        # Once more is no fault.
        revoke(world, second["refresh_token"], flow.app)


@case("N02")
def access_token(world):
    """An access token that is revoked ends; other access tokens of the grant go on, and its refresh
    token as documented."""
    flow = Flow(world)
    first = flow.tokens()
    second = granted(flow.refresh(first["refresh_token"]))
    lives(world, first["access_token"], "nothing has ended yet")
    revoke(world, first["access_token"], flow.app)
    dies(world, first["access_token"], "after it was revoked")
    lives(world, second["access_token"], "another of the grant was revoked")
    if world.stated("revoked_access_token_ends_grant"):
        is_error(flow.refresh(second["refresh_token"]), "invalid_grant")
    else:
        granted(flow.refresh(second["refresh_token"]))
    # Of the application itself, too.
    app = world.own("machine")
    form = {"grant_type": "client_credentials", "scope": world.scope("read")}
    token = granted(world.token(form, app))["access_token"]
    lives(world, token, "it was just given")
    revoke(world, token, app)
    dies(world, token, "after it was revoked")


@case("N04")
def of_another(world):
    """A token of another application is not revoked; a public application is answered as for any
    garbage."""
    flow = Flow(world)
    tokens = flow.tokens()
    public, second = world.app("public"), world.app("second")
    nothing = revoke(world, "no-such-token", public)
    for name in ("access_token", "refresh_token"):
        answer = revoke(world, tokens[name], public)
        same = (answer.text, answer.kind) == (nothing.text, nothing.kind)
        require(same, f"a public application is told: {answer.text[:200]!r}")
        answer = world.post("revocation", {"token": tokens[name]}, second)
        require(answer.status in (200, 400), f"{answer}: {answer.text[:200]}")
        # Neither does its own application, without its secret or with a wrong one.
        answer = world.post("revocation", {"token": tokens[name]}, flow.app, "none")
        is_error(answer, "invalid_client", status=401)
        headers = {"Authorization": basic(flow.app.client_id, "wrong")}
        answer = world.post("revocation", {"token": tokens[name]}, headers=headers)
        is_error(answer, "invalid_client", status=401)
    time.sleep(0.5)
    lives(world, tokens["access_token"], "another application revoked it")
    granted(flow.refresh(tokens["refresh_token"]))


@case("N05")
def wrong_hint(world):
    """A token is found whatever the hint says of it; what is no token at all is no fault."""
    hints = ("access_token", "refresh_token", "id_token", "no-such-kind", "")
    for hint in hints:
        flow = Flow(world)
        tokens = flow.tokens()
        revoke(world, tokens["refresh_token"], flow.app, token_type_hint=hint)
        dies(world, tokens["access_token"], f"after a revocation with the hint {hint!r}")
        is_error(flow.refresh(tokens["refresh_token"]), "invalid_grant")
        tokens = flow.tokens()
        for name in ("access_token", "refresh_token"):
            if "introspection_endpoint" in world.metadata:
                found = introspect(world, tokens[name], flow.app, token_type_hint=hint)
                require(found["active"], f"{name} is not found with the hint {hint!r}")
        revoke(world, tokens["access_token"], flow.app, token_type_hint=hint)
        dies(world, tokens["access_token"], f"after a revocation with the hint {hint!r}")
    for garbage in GARBAGE:
        revoke(world, garbage, world.app("web"))
    is_error(world.post("revocation", {}, world.app("web")), "invalid_request", status=400)


@case("N07")
def without_credentials(world):
    """Introspection is for who has proven an application: everybody else is answered with 401,
    whether the token lives or not."""
    web = Flow(world)
    token = web.tokens()["access_token"]
    app = world.own("web")
    tries = [
        {},
        {"client_id": app.client_id},
        {"client_id": app.client_id, "client_secret": "wrong"},
        {"client_id": "no-such-application", "client_secret": "x"},
        {"client_id": world.app("public").client_id},
        {"client_id": world.app("device").client_id},
    ]
    for asked in (token, "garbage"):
        for form in tries:
            answer = world.post("introspection", form | {"token": asked})
            require(answer.status == 401, f"{answer} for {sorted(form)}")
            is_error(answer, "invalid_client")
            require(answer.header("www-authenticate"), "there is no challenge")
        bearer = {"Authorization": f"Bearer {token}"}
        answer = world.post("introspection", {"token": asked}, headers=bearer)
        require(answer.status == 401, f"{answer} for an access token as credential")
    require(not is_dead(world, token, web.app), "its own application is not told")


@case("N08")
def dead_tokens(world):
    """Of a dead, foreign or impossible token it is told that it is not active, and nothing else."""
    flow = Flow(world)
    tokens = flow.tokens()
    second = world.app("second")
    texts = set()
    for name in ("access_token", "refresh_token"):
        require(is_dead(world, tokens[name], second), f"another application is told of {name}")
        require(not is_dead(world, tokens[name], flow.app), f"{name} is dead from the start")
        bent = tokens[name][:-1] + ("A" if tokens[name][-1] != "A" else "B")
        if name == "refresh_token":
            require(is_dead(world, bent, flow.app), f"a bent {name} is alive")
    for garbage in GARBAGE:
        require(is_dead(world, garbage, flow.app), f"{garbage[:20]!r} is alive")
        texts.add(world.post("introspection", {"token": garbage}, flow.app).text)
    texts.add(world.post("introspection", {"token": tokens["access_token"]}, second).text)
    revoke(world, tokens["access_token"], flow.app)
    world.eventually(lambda: is_dead(world, tokens["access_token"], flow.app), "it is not revoked")
    texts.add(world.post("introspection", {"token": tokens["access_token"]}, flow.app).text)
    require(len(texts) == 1, f"there are several ways to say it: {texts}")
    require(not is_dead(world, tokens["refresh_token"], flow.app), "asking revoked something")


@case("N09")
def live_tokens(world):
    """Of a live access token is told: active, scope, client_id, sub, aud, iss, exp, iat and
    token_type, as they are."""
    flow = Flow(world)
    tokens = flow.tokens()
    found = introspect(world, tokens["access_token"], flow.app)
    expected = {
        "active": True,
        "client_id": flow.app.client_id,
        "iss": world.issuer,
        "sub": world.person()["sub"],
    }
    for name, value in expected.items():
        require(found.get(name) == value, f"{name} is {found.get(name)!r}")
    require(found.get("aud"), "aud is missing")
    require(set(found["scope"].split()) == set(flow.app.scope.split()), f"{found['scope']!r}")
    require(found.get("token_type", "").lower() == "bearer", f"{found.get('token_type')!r}")
    for name in ("exp", "iat"):
        require(type(found.get(name)) is int, f"{name} is {found.get(name)!r}")
    require(found["exp"] - found["iat"] == tokens["expires_in"], "exp and expires_in disagree")
    require(abs(found["iat"] - time.time()) < 300, "iat is not now")
    if tokens["access_token"].count(".") == 2:
        claims = world.claims(tokens["access_token"])
        for name in ("sub", "aud", "iss", "exp", "iat", "client_id", "jti"):
            require(claims.get(name) == found.get(name), f"{name} is not that of the token")
    narrow = granted(flow.refresh(tokens["refresh_token"], scope=world.scope("read")))
    found = introspect(world, narrow["access_token"], flow.app)
    require(found["scope"] == world.scope("read"), f"a narrowed token: {found['scope']!r}")
    own = world.machine()["access_token"]
    found = introspect(world, own, world.app("machine"))
    require(found["sub"] == world.app("machine").client_id, f"sub is {found['sub']!r}")


@case("N10")
def resource_servers(world):
    """An application is told of its own tokens, whoever owns both; one that an operator lets is
    told of all access tokens, and of no refresh token."""
    flow = Flow(world)
    tokens = flow.tokens()
    resource, same_owner = world.app("resource_server"), world.app("many")
    require(is_dead(world, tokens["access_token"], same_owner), "one of the same owner is told")
    found = introspect(world, tokens["access_token"], resource)
    require(found["active"], "who may ask about everything is told nothing")
    require(found["client_id"] == flow.app.client_id, f"client_id is {found['client_id']!r}")
    require(is_dead(world, tokens["refresh_token"], resource), "it is told of a refresh token")
    # The permission is the operator's to give, not the owner's.
    revoke(world, tokens["refresh_token"], resource)
    revoke(world, tokens["access_token"], resource)
    lives(world, tokens["access_token"], "who may ask about everything revoked it")


@case("N11")
def by_get(world):
    """A token in the address is refused at introspection, also with right credentials."""
    flow = Flow(world)
    token = flow.tokens()["access_token"]
    headers = {"Authorization": basic(flow.app.client_id, flow.app.secret)}
    where = world.url("introspection", {"token": token})
    answer = world.wire.get(where, headers)
    require(answer.status == 405, f"{answer}")
    require("active" not in answer.text, "it is answered all the same")
    answer = world.wire.post(where, {}, headers)
    require(answer.status in (400, 401), f"{answer}")
    require('"active"' not in answer.text, "it is answered all the same")
    answer = world.wire.post(where, {"token": token}, headers)
    is_error(answer, "invalid_request", status=400)
    require(introspect(world, token, flow.app)["active"], "the right way does not work")


@case("N12")
def fishing(world):
    """Who asks about a thousand tokens that are none is limited; asking about live ones and other
    applications are not."""
    app, other = own_app(world), own_app(world)
    wire = elsewhere(world, 51)
    where = world.endpoint("introspection")
    headers = {"Authorization": basic(app.client_id, app.secret)}
    token = Flow(world, app).tokens()["access_token"]
    for _ in range(50):
        answer = wire.post(where, {"token": token}, headers)
        require(answer.status == 200 and answer.json()["active"], f"a live token: {answer}")
    for turn in range(50):
        answers = at_once(20, lambda at: wire.post(where, {"token": f"x{turn}x{at}"}, headers))
        stopped = [answer for answer in answers if answer.status == 429]
        for answer in answers:
            if answer.status != 429:
                require(answer.json() == {"active": False}, f"{answer}: {answer.text[:200]}")
        if stopped:
            break
    require(stopped, "a thousand guesses, and no limit")
    limited(stopped[0])
    headers = {"Authorization": basic(other.client_id, other.secret)}
    answer = wire.post(where, {"token": "x"}, headers)
    require(answer.status == 200, f"another application is held up: {answer}")
    require(is_dead(world, "x", app), "another address is held up")


@case("N13")
def rotated(world):
    """A refresh token is not active any more once its successor was used; the newest is."""
    flow = Flow(world, "web")
    first = flow.tokens()
    second = granted(flow.refresh(first["refresh_token"]))
    if second["refresh_token"] != first["refresh_token"]:
        third = granted(flow.refresh(second["refresh_token"]))
        require(is_dead(world, first["refresh_token"], flow.app), "a retired token is active")
        second = third
    require(not is_dead(world, second["refresh_token"], flow.app), "the newest is not active")
    # Asking about a retired one is no use of it: the family goes on.
    granted(flow.refresh(second["refresh_token"]))
