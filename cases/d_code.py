"""D: the authorization code, good for one exchange by the application it was made for."""

import time

from cases.case import case, require
from cases.flow import Flow, at_once, granted, is_error, require_no_store

# How many use one code at the same moment.
MANY = 50


def dead(world, tokens, why):
    """Neither token works any more."""
    access = tokens["access_token"]
    world.eventually(lambda: not world.alive(access), f"the access token works {why}")


@case("D01")
def used_twice(world):
    """A code can be used once; the second use is invalid_grant."""
    for role in ("web", "public"):
        flow = Flow(world, role)
        code = flow.code()
        granted(flow.exchange(code))
        is_error(flow.exchange(code), "invalid_grant")
        is_error(flow.exchange(code), "invalid_grant")


@case("D02")
def second_use_revokes(world):
    """The second use of a code ends every token that came of the first."""
    flow = Flow(world)
    code = flow.code()
    first = granted(flow.exchange(code))
    second = granted(flow.refresh(first["refresh_token"]))
    require(world.alive(second["access_token"]), "the token does not work at all")
    is_error(flow.exchange(code), "invalid_grant")
    dead(world, first, "after the code came again")
    dead(world, second, "after the code came again")
    is_error(flow.refresh(second["refresh_token"]), "invalid_grant")


def one_of_many(world, nodes):
    flow = Flow(world)
    code = flow.code()
    answers = at_once(MANY, lambda index: flow.exchange(code, node=nodes[index % len(nodes)]))
    won = [answer for answer in answers if answer.status == 200]
    require(len(won) == 1, f"{len(won)} of {MANY} exchanges of one code worked")
    for answer in answers:
        if answer.status != 200:
            is_error(answer, "invalid_grant")


@case("D03")
def at_the_same_time(world):
    """Of many exchanges of one code at the same time exactly one works."""
    for _ in range(3):
        one_of_many(world, [None])


@case("D04")
def at_the_same_time_on_two_nodes(world):
    """Of many exchanges of one code at two processes on one store exactly one works."""
    for _ in range(3):
        one_of_many(world, [None, world.second_node()])


@case("D05")
def second_use_and_other_grants(world):
    """The second use of one code does not touch what another grant of the same person to the same
    application gave."""
    flow, other = Flow(world), Flow(world)
    kept = other.tokens()
    code = flow.code()
    lost = granted(flow.exchange(code))
    later = other.tokens()
    is_error(flow.exchange(code), "invalid_grant")
    dead(world, lost, "after its code came again")
    for tokens in (kept, later):
        require(world.alive(tokens["access_token"]), "a token of another grant died")
        granted(other.refresh(tokens["refresh_token"]))


@case("D06")
def code_of_another(world):
    """A code in the hands of another, properly authenticated application is invalid_grant, and
    that application can end nothing with it."""
    flow, other = Flow(world), world.app("second")
    code = flow.code()
    answer = flow.exchange(code, other)
    is_error(answer, "invalid_grant")
    is_error(flow.exchange(code, other, redirect_uri=other.redirect_uri), "invalid_grant")
    # Its owner can still use it,
    tokens = granted(flow.exchange(code))
    # and, once it is used, the other one cannot end what it gave.
    is_error(flow.exchange(code, other), "invalid_grant")
    is_error(flow.exchange(code, world.app("public"), "none"), "invalid_grant")
    time.sleep(0.5)
    require(world.alive(tokens["access_token"]), "another application ended the tokens")
    granted(flow.refresh(tokens["refresh_token"]))


@case("D07")
def another_address(world):
    """The exchange must name the address of the request."""
    flow = Flow(world, "many")
    other = flow.app.redirect_uris[1]
    for uri in (other, f"{flow.app.redirect_uri}/", "https://evil.example/cb"):
        is_error(flow.exchange(redirect_uri=uri), "invalid_grant")
    granted(flow.exchange())


@case("D08")
def address_left_out(world):
    """An exchange without the address is invalid_grant where the request named it."""
    for role in ("web", "public", "many"):
        is_error(Flow(world, role).exchange(redirect_uri=None), "invalid_grant")


@case("D09")
def too_old(world):
    """A code that is older than its stated life, ten minutes at most, is invalid_grant."""
    seconds = world.stated("code_seconds")
    require(seconds <= 600, f"codes live for {seconds} s")
    world.wait_for(seconds + 1)
    flow = Flow(world)
    code = flow.code()
    time.sleep(seconds + 1)
    is_error(flow.exchange(code), "invalid_grant")


@case("D12")
def scope_at_the_exchange(world):
    """A scope at the exchange changes nothing: what was allowed is granted, and said."""
    flow = Flow(world)
    for scope in (f"{flow.app.scope} {world.scope('write')}", world.scope("read"), "no-such-scope"):
        found = granted(flow.exchange(more=[("scope", scope)]))
        said = set(found.get("scope", flow.app.scope).split())
        require(said == set(flow.app.scope.split()), f"with {scope!r} it grants {sorted(said)}")


def own(world):
    app = world.register("https://client.example/cb", scope=world.app("web").scope or "")
    require(app is not None, f"hook register: {world.hook_error}")
    return app


@case("D15")
def changed_before_the_exchange(world):
    """Between consent and exchange the application is disabled, its address taken away or its
    grant switched off: there are no tokens."""
    moved = own(world)
    flow = Flow(world, moved)
    code = flow.code()
    uri = "https://client.example/moved"
    world.operate("set_redirect_uri", client_id=moved.client_id, redirect_uri=uri)
    is_error(flow.exchange(code), "invalid_grant")

    forbidden = own(world)
    flow = Flow(world, forbidden)
    code = flow.code()
    world.operate("grant_off", client_id=forbidden.client_id, grant="authorization_code")
    is_error(flow.exchange(code), "unauthorized_client", "invalid_grant")

    gone = own(world)
    flow = Flow(world, gone)
    code = flow.code()
    world.operate("disable_application", client_id=gone.client_id)
    is_error(flow.exchange(code), "invalid_client", "invalid_grant")


@case("D16")
def consent_withdrawn(world):
    """Consent that is withdrawn takes the code along."""
    app = own(world)
    flow = Flow(world, app)
    code = flow.code()
    world.act("alice", "disconnect", client_id=app.client_id, username=world.person()["username"])
    is_error(flow.exchange(code), "invalid_grant")
    granted(flow.exchange())


@case("D17")
def token_answer(world):
    """A token answer has access_token, token_type, expires_in, the scope where it differs from the
    one asked, and is not stored."""
    flow = Flow(world)
    answer = flow.exchange()
    found = granted(answer)
    require_no_store(answer)
    require(isinstance(found["access_token"], str), "access_token is no text")
    require(found.get("token_type", "").lower() in ("bearer", "dpop"), f"{found.get('token_type')}")
    seconds = found.get("expires_in")
    require(isinstance(seconds, int) and seconds > 0, f"expires_in is {seconds!r}")
    said = set(found.get("scope", flow.app.scope).split())
    require(said == set(flow.app.scope.split()), f"scope is {found.get('scope')!r}")
    defaulted = flow.tokens(scope=None)
    require("scope" in defaulted, "scope is missing where the request had none")
