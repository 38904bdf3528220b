"""C: PKCE, so that a stolen code is of no use."""

import secrets

from cases.case import case, require
from cases.flow import Flow, challenge_of, granted, is_error, is_refused, query


def refuses(world, *roles, **changes):
    """A request with these parameters goes back with invalid_request, and without a code."""
    for role in roles:
        flow = Flow(world, role)
        answer = flow.open(**changes)
        is_refused(world, answer, flow.app, "invalid_request", state=flow.state)


@case("C01")
def public_without_challenge(world):
    """A public application must send a challenge."""
    refuses(world, "public", "native", code_challenge=None, code_challenge_method=None)
    refuses(world, "public", code_challenge="", code_challenge_method="")


@case("C02")
def confidential_without_challenge(world):
    """A confidential application must send a challenge, unless a switch of its own says
    otherwise."""
    refuses(world, "web", "second", code_challenge=None, code_challenge_method=None)


@case("C03")
def no_method(world):
    """A challenge without its method is refused: it would mean plain."""
    refuses(world, "web", "public", code_challenge_method=None)
    if "lenient" in world.values["applications"]:
        refuses(world, "lenient", code_challenge_method=None)


@case("C04")
def plain(world):
    """The method plain is refused and not advertised."""
    verifier = secrets.token_urlsafe(32)
    refuses(world, "web", "public", code_challenge=verifier, code_challenge_method="plain")
    for method in ("PLAIN", "s256", "S512", "none", "S256 plain"):
        refuses(world, "web", code_challenge_method=method)
    offered = world.metadata.get("code_challenge_methods_supported")
    require(offered == ["S256"], f"offered: {offered}")
    if "lenient" in world.values["applications"]:
        refuses(world, "lenient", code_challenge=verifier, code_challenge_method="plain")


@case("C05")
def method_alone(world):
    """A method without a challenge is refused."""
    refuses(world, "web", "public", code_challenge=None)
    if "lenient" in world.values["applications"]:
        refuses(world, "lenient", code_challenge=None)


@case("C06")
def shape_of_challenge(world):
    """An S256 challenge is 43 characters of base64url, and nothing else passes."""
    right = challenge_of(secrets.token_urlsafe(32))
    for bent in (
        right[:-1],
        right + "A",
        right + "=",
        right[:-1] + "=",
        right[:-1] + "+",
        right[:-1] + "/",
        right[:-1] + " ",
        right[:-1] + "\u00e9",
        right[:20],
        "A" * 128,
    ):
        refuses(world, "web", "public", code_challenge=bent)


@case("C07")
def right_verifier(world):
    """The right verifier gets tokens."""
    for role in ("web", "public"):
        require(Flow(world, role).tokens()["access_token"], "no token")
    # The bounds of RFC 7636 §4.1.
    for length in (43, 128):
        flow = Flow(world)
        flow.verifier = (secrets.token_urlsafe(96) + "-._~")[-length:].rjust(length, "a")
        granted(flow.exchange())


@case("C08")
def wrong_verifier(world):
    """A wrong verifier is invalid_grant."""
    for role in ("web", "public"):
        flow = Flow(world, role)
        wrong = flow.verifier[:-1] + ("A" if flow.verifier[-1] != "A" else "B")
        for verifier in (wrong, secrets.token_urlsafe(32), flow.verifier + "a"):
            is_error(flow.exchange(code_verifier=verifier), "invalid_grant")
    # A verifier that can be none by its shape may be called an invalid request.
    flow = Flow(world)
    for verifier in ("a" * 42, "a" * 129, flow.verifier[:-1] + "\u00e9"):
        is_error(flow.exchange(code_verifier=verifier), "invalid_grant", "invalid_request")


@case("C09")
def no_verifier(world):
    """A code that was asked for with a challenge is worth nothing without the verifier."""
    for role in ("web", "public"):
        is_error(Flow(world, role).exchange(code_verifier=None), "invalid_grant")
        is_error(Flow(world, role).exchange(code_verifier=""), "invalid_grant")
    if "lenient" in world.values["applications"]:
        is_error(Flow(world, "lenient").exchange(code_verifier=None), "invalid_grant")


@case("C10")
def verifier_without_challenge(world):
    """A verifier for a code that was asked for without a challenge is refused: somebody took the
    challenge out."""
    flow = Flow(world, "lenient")
    code = flow.code(code_challenge=None, code_challenge_method=None)
    is_error(flow.exchange(code), "invalid_grant", "invalid_request")
    without = flow.code(code_challenge=None, code_challenge_method=None)
    granted(flow.exchange(without, code_verifier=None))


@case("C11")
def challenge_as_verifier(world):
    """The challenge itself is no verifier."""
    for role in ("web", "public"):
        flow = Flow(world, role)
        answer = flow.exchange(code_verifier=challenge_of(flow.verifier))
        is_error(answer, "invalid_grant")
        answer = flow.exchange(
            code_verifier=challenge_of(flow.verifier), more=[("code_challenge_method", "plain")]
        )
        is_error(answer, "invalid_grant", "invalid_request")


@case("C13")
def guessing_verifiers(world):
    """After five wrong verifiers the code is used up: the right one comes too late."""
    flow = Flow(world, "public")
    code = flow.code()
    for _ in range(5):
        is_error(flow.exchange(code, code_verifier=secrets.token_urlsafe(32)), "invalid_grant")
    is_error(flow.exchange(code), "invalid_grant")


@case("C14")
def challenge_dropped(world):
    """A request whose challenge got lost on the way fails at once, because the application has to
    send one, whatever becomes of the code."""
    for role in ("web", "public"):
        flow = Flow(world, role)
        flow.allow()
        answer = flow.allow(code_challenge=None, code_challenge_method=None)
        require("code" not in query(answer), f"{role} got a code without a challenge")
        is_refused(world, answer, flow.app, "invalid_request", state=flow.state)
