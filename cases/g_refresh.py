"""G: refresh tokens, their rotation, and what ends them."""

import time

from cases.case import case, require, skip
from cases.flow import Flow, at_once, fragment, granted, is_error
from cases.inside import dies, lives, own_app, own_person, username
from cases.world import basic


def refreshed(flow, token, **changes):
    """The pair that a refresh gives; it must have a refresh token."""
    found = granted(flow.refresh(token, **changes))
    require("refresh_token" in found, "a refresh gave no refresh token")
    return found


def rotates(flow, tokens):
    """Skips where refresh tokens stay the same, which is right for confidential applications."""
    found = refreshed(flow, tokens["refresh_token"])
    if found["refresh_token"] == tokens["refresh_token"]:
        skip("refresh tokens do not rotate")
    return found


def second_chance(world):
    """Seconds in which a retired token whose successor is unused still works; None for no end."""
    if "refresh_grace_seconds" not in world.values.get("stated", {}):
        skip("needs stated refresh_grace_seconds")
    return world.values["stated"]["refresh_grace_seconds"]


@case("G02")
def reuse(world):
    """A retired token whose successor was used is invalid_grant, and ends the family: the newest
    refresh token and every access token, too."""
    flow = Flow(world, "public")
    first = flow.tokens()
    second = rotates(flow, first)
    third = refreshed(flow, second["refresh_token"])
    lives(world, third["access_token"], "nothing has happened yet")
    is_error(flow.refresh(first["refresh_token"]), "invalid_grant")
    is_error(flow.refresh(third["refresh_token"]), "invalid_grant")
    for tokens in (first, second, third):
        dies(world, tokens["access_token"], "after the reuse of a refresh token")


@case("G03")
def many_at_once(world):
    """Many refreshes with one token inside the second chance: every caller gets a working pair, and
    the same successor, so that the family is not forked."""
    if second_chance(world) == 0:
        skip("there is no second chance")
    for role in ("web", "public"):
        flow = Flow(world, role)
        token = flow.tokens()["refresh_token"]
        for _ in range(3):
            answers = at_once(20, lambda _: flow.refresh(token))
            pairs = [granted(answer) for answer in answers]
            successors = {pair["refresh_token"] for pair in pairs}
            require(len(successors) == 1, f"the family has {len(successors)} branches")
            for pair in pairs:
                lives(world, pair["access_token"], "many refreshed at once")
            token = successors.pop()


@case("G05")
def predecessor(world):
    """Once the successor was used its predecessor is refused, inside the second chance too, and
    also where the answer had to be given twice."""
    flow = Flow(world, "public")
    first = flow.tokens()
    second = rotates(flow, first)
    if second_chance(world) != 0:
        again = refreshed(flow, first["refresh_token"])
        require(again["refresh_token"] == second["refresh_token"], "the family is forked")
    refreshed(flow, second["refresh_token"])
    is_error(flow.refresh(first["refresh_token"]), "invalid_grant")


@case("G06")
def answer_lost(world):
    """A client that never got the answer asks again with the old token: it works, or fails
    without ending another family."""
    flow, other = Flow(world, "public"), Flow(world, "public")
    lost, kept = flow.tokens(), other.tokens()
    rotates(flow, lost)
    answer = flow.refresh(lost["refresh_token"])
    if answer.status == 200:
        pair = granted(answer)
        lives(world, pair["access_token"], "it was just given")
        granted(flow.refresh(pair["refresh_token"]))
    else:
        is_error(answer, "invalid_grant")
    lives(world, kept["access_token"], "of another family")
    granted(other.refresh(kept["refresh_token"]))


@case("G07")
def families_apart(world):
    """Reuse in one sign-in does not end another sign-in of the same person in the same
    application."""
    tab, other = Flow(world, "public"), Flow(world, "public", fresh=True)
    first, kept = tab.tokens(), other.tokens()
    second = rotates(tab, first)
    refreshed(tab, second["refresh_token"])
    is_error(tab.refresh(first["refresh_token"]), "invalid_grant")
    is_error(tab.refresh(second["refresh_token"]), "invalid_grant")
    time.sleep(0.5)
    lives(world, kept["access_token"], "of another sign-in")
    granted(other.refresh(kept["refresh_token"]))


@case("G08")
def many_without_a_second_chance(world):
    """Without a second chance exactly one of many refreshes at once works."""
    if second_chance(world) != 0:
        skip("the server gives a second chance")
    flow = Flow(world, "public")
    token = flow.tokens()["refresh_token"]
    answers = at_once(20, lambda _: flow.refresh(token))
    worked = [answer for answer in answers if answer.status == 200]
    require(len(worked) == 1, f"{len(worked)} of 20 refreshes worked")
    for answer in answers:
        if answer not in worked:
            is_error(answer, "invalid_grant")


def ended_during_refreshes(world, flow, end):
    """`end()` runs beside refreshes; nothing that they got works afterwards."""
    first = flow.tokens()
    token = first["refresh_token"]

    def work(index):
        if index == 5:
            return end(token)
        return flow.refresh(token)

    answers = at_once(12, work)
    pairs = [first]
    for index, answer in enumerate(answers):
        if index == 5:
            continue
        if answer.status == 200:
            pairs.append(granted(answer))
        else:
            is_error(answer, "invalid_grant")
    for pair in pairs:
        dies(world, pair["access_token"], "after the grant ended")
        is_error(flow.refresh(pair["refresh_token"]), "invalid_grant")


@case("G09")
def refresh_beside_revocation(world):
    """A refresh and a revocation at the same time: after the revocation nothing works, whoever was
    first."""
    app = own_app(world)
    name = username(world, "alice")
    flow = Flow(world, app)

    def withdraw(_):
        return world.act("alice", "disconnect", client_id=app.client_id, username=name)

    def revoke(token):
        answer = world.post("revocation", {"token": token}, app)
        require(answer.status == 200, f"{answer}: {answer.text[:200]}")
        return answer

    for _ in range(2):
        ended_during_refreshes(world, flow, withdraw)
    if "revocation_endpoint" in world.metadata:
        for _ in range(3):
            ended_during_refreshes(world, flow, revoke)


@case("G10")
def token_of_another(world):
    """A refresh token in the hands of another application is invalid_grant; nothing ends."""
    flow = Flow(world, "web")
    tokens = flow.tokens()
    token = tokens["refresh_token"]
    is_error(flow.refresh(token, world.app("second")), "invalid_grant")
    is_error(flow.refresh(token, world.app("public"), "none"), "invalid_grant")
    # Nor can a retired one, which would end the family in the hands of its own application.
    second = refreshed(flow, token)
    third = refreshed(flow, second["refresh_token"])
    is_error(flow.refresh(token, world.app("second")), "invalid_grant")
    time.sleep(0.5)
    lives(world, third["access_token"], "another application showed a retired token")
    granted(flow.refresh(third["refresh_token"]))


@case("G11")
def scopes(world):
    """More scope than was granted is invalid_scope; less narrows the access token only, and the
    next refresh gives everything again."""
    flow = Flow(world)
    read = world.scope("read")
    everything = set(flow.app.scope.split())
    require(everything > {read}, "the application web needs more scopes than read")
    tokens = flow.tokens()
    for scope in (f"{flow.app.scope} {world.scope('write')}", world.scope("foreign"), "no-such"):
        is_error(flow.refresh(tokens["refresh_token"], scope=scope), "invalid_scope")
    narrow = refreshed(flow, tokens["refresh_token"], scope=read)
    require(narrow.get("scope") == read, f"the scope is {narrow.get('scope')!r}")
    lives(world, narrow["access_token"], "its scope reads")
    person = world.values["resource"].get("person")
    if person is not None:
        answer = world.wire.get(
            world.base + person,
            world.values["resource"].get("headers", {})
            | {"Authorization": f"Bearer {narrow['access_token']}"},
        )
        require(answer.status == 403, f"the narrowed token still opens {person}: {answer}")
    whole = refreshed(flow, narrow["refresh_token"])
    said = set(whole.get("scope", flow.app.scope).split())
    require(said == everything, f"the next refresh grants {sorted(said)}")


@case("G12")
def person_ended(world):
    """Once the person is locked, deleted or has a new password by reset, their refresh tokens are
    invalid_grant; locked or deleted, their access tokens end, too."""
    for hook, whole in (("lock_person", True), ("set_password", False), ("delete_person", True)):
        role = own_person(world)
        flow = Flow(world, "web", role)
        tokens = flow.tokens()
        tokens = refreshed(flow, tokens["refresh_token"])
        name = username(world, role)
        world.operate(hook, username=name, password="another long word")
        # A second process may hear of it a moment later.
        world.eventually(
            lambda: flow.refresh(tokens["refresh_token"]).status != 200,
            f"a refresh works after {hook}",
        )
        is_error(flow.refresh(tokens["refresh_token"]), "invalid_grant")
        if whole:
            dies(world, tokens["access_token"], f"after {hook}")


@case("G13")
def consent_ended(world):
    """Once consent was withdrawn a refresh token is invalid_grant, and so it stays after a new
    consent; of a deleted application nothing works."""
    app = own_app(world)
    flow = Flow(world, app)
    tokens = flow.tokens()
    name = username(world, "alice")
    world.act("alice", "disconnect", client_id=app.client_id, username=name)
    is_error(flow.refresh(tokens["refresh_token"]), "invalid_grant")
    dies(world, tokens["access_token"], "after the consent was withdrawn")
    later = flow.tokens()
    is_error(flow.refresh(tokens["refresh_token"]), "invalid_grant")
    require(not world.alive(tokens["access_token"]), "a new consent brought an old token back")
    world.operate("disable_application", client_id=app.client_id)
    answer = flow.refresh(later["refresh_token"])
    is_error(answer, "invalid_client", "invalid_grant")
    dies(world, later["access_token"], "after the application was deleted")


@case("G14")
def too_old(world):
    """A refresh token unused for longer than the idle bound is invalid_grant."""
    seconds = world.stated("refresh_idle_seconds")
    world.wait_for(seconds + 1)
    flow = Flow(world)
    token = flow.tokens()["refresh_token"]
    time.sleep(seconds + 1)
    is_error(flow.refresh(token), "invalid_grant")


@case("G15")
def kinds_of_tokens(world):
    """An access token is no refresh token, a refresh token no access token, a code neither."""
    flow = Flow(world)
    code = flow.code()
    is_error(flow.refresh(code), "invalid_grant")
    tokens = granted(flow.exchange(code))
    is_error(flow.refresh(tokens["access_token"]), "invalid_grant")
    is_error(flow.exchange(tokens["refresh_token"]), "invalid_grant")
    is_error(flow.exchange(tokens["access_token"]), "invalid_grant")
    for wrong in (tokens["refresh_token"], code):
        answer = world.resource(wrong)
        require(answer.status == 401, f"it opens the resource: {answer}")
    for nothing in ("", "x", "null", tokens["refresh_token"][:-1], tokens["refresh_token"] + "0"):
        is_error(flow.refresh(nothing), "invalid_grant", "invalid_request")
    lives(world, tokens["access_token"], "nothing has happened to it")
    granted(flow.refresh(tokens["refresh_token"]))


@case("G16")
def access_token_before(world):
    """A refresh leaves the access token before it alive until it expires."""
    flow = Flow(world)
    tokens = flow.tokens()
    for _ in range(3):
        later = refreshed(flow, tokens["refresh_token"])
        lives(world, tokens["access_token"], "a refresh ended it")
        tokens = later


@case("G18")
def implicit(world):
    """The implicit grant gives no refresh token, also to an application that may refresh."""
    flow = Flow(world, "implicit")
    answer = flow.allow(response_type="token", code_challenge=None, code_challenge_method=None)
    found = fragment(answer)
    require("access_token" in found, f"no token came back: {answer}: {found}")
    require("refresh_token" not in found, "there is a refresh token")


@case("G24")
def token_in_the_address(world):
    """A refresh token in the address is refused."""
    flow = Flow(world)
    token = flow.tokens()["refresh_token"]
    app = flow.app
    headers = {"Authorization": basic(app.client_id, app.secret)}
    pairs = {"grant_type": "refresh_token", "refresh_token": token}
    for method, form in (("POST", {}), ("POST", {"grant_type": "refresh_token"}), ("GET", None)):
        answer = world.wire.request(method, world.url("token", pairs), headers, form=form)
        refused = answer.status in (400, 401, 405, 415)
        require(refused and "access_token" not in answer.text, f"it is taken: {answer}")
    granted(flow.refresh(token))
