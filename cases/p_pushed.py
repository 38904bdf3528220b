"""P: pushed authorization requests (RFC 9126) and resource indicators (RFC 8707)."""

from cases.case import case, require, skip
from cases.flow import (
    Flow,
    at_once,
    granted,
    is_error,
    is_own_page,
    is_refused,
    query,
    require_no_store,
)
from cases.inside import limited, own_app
from cases.world import basic

PUSHED = "pushed_authorization_request"

# Two applications in one request: it is wrong, or its credentials are, as in F03.
NOT_ONE_CLIENT = ("invalid_request", "invalid_client")


def push(world, flow, extra=(), **changes):
    """Sends a request beforehand."""
    return world.post(PUSHED, flow.parameters(extra, **changes), flow.app)


def pushed(world, flow, extra=(), **changes):
    """The reference to a request that was sent beforehand."""
    answer = push(world, flow, extra, **changes)
    require(answer.status == 201, f"{answer}: {answer.text[:300]}")
    require_no_store(answer)
    found = answer.json()
    require(type(found.get("expires_in")) is int and found["expires_in"] > 0, f"{found}")
    require(isinstance(found.get("request_uri"), str), f"request_uri: {found}")
    return found["request_uri"]


def arrive(world, app, uri, browser, extra=()):
    """The browser comes with the reference."""
    pairs = [("client_id", app.client_id), ("request_uri", uri), *extra]
    return browser.open(world.url("authorization", pairs))


def decided(world, browser, page):
    """The redirect after a page was allowed, or the one that needed no question."""
    if world.asks_for_consent(page):
        page = world.decide(browser, page)
    require("code" in query(page), f"no code: {page}: {page.text[:200]!r}")
    return page


@case("P02")
def reference_inside(world):
    """A pushed request that itself refers to one is refused."""
    flow = Flow(world)
    uri = pushed(world, flow)
    for inside in (uri, "urn:ietf:params:oauth:request_uri:x", "https://client.example/request"):
        is_error(push(world, flow, request_uri=inside), "invalid_request", status=400)
    answer = world.post(PUSHED, {"client_id": flow.app.client_id, "request_uri": uri}, flow.app)
    is_error(answer, "invalid_request", status=400)
    # What would be refused later is refused at once, and nobody pushes for another.
    wrong = push(world, flow, redirect_uri="https://evil.example/cb")
    is_error(wrong, "invalid_request", status=400)
    is_error(push(world, flow, scope="no-such"), "invalid_scope", status=400)
    is_error(push(world, flow, client_id=world.app("second").client_id), *NOT_ONE_CLIENT)
    answer = world.post(PUSHED, flow.parameters())
    is_error(answer, "invalid_client", status=401)


@case("P03")
def methods_and_bounds(world):
    """GET is 405, a body above the bound 413, more than an application may leave unused 429."""
    where = world.endpoint(PUSHED)
    app = own_app(world)
    flow = Flow(world, app)
    headers = {"Authorization": basic(app.client_id, app.secret)}
    answer = world.wire.get(world.url(PUSHED, flow.parameters()), headers)
    require(answer.status == 405, f"{answer}")
    require("POST" in answer.header("allow", ""), f"Allow is {answer.header('allow')!r}")
    large = push(world, flow, more="x" * (world.stated("body_bytes") + 1))
    require(large.status == 413, f"{large}")
    pushed(world, flow)
    form = flow.parameters()
    for _ in range(100):
        answers = at_once(10, lambda _: world.wire.post(where, form, headers))
        stopped = [answer for answer in answers if answer.status == 429]
        for answer in answers:
            require(answer.status in (201, 429), f"{answer}: {answer.text[:200]}")
        if stopped:
            break
    require(stopped, "a thousand requests that nobody used, and no limit")
    limited(stopped[0])
    pushed(world, Flow(world))


@case("P04")
def used_once(world):
    """A reference is good for one answer, in the hands of the application that pushed it."""
    flow = Flow(world, own_app(world))
    browser = flow.browser
    uri = pushed(world, flow)
    for other in ("second", "public"):
        is_own_page(arrive(world, world.app(other), uri, browser), f"{other} with the reference")
    answer = decided(world, browser, arrive(world, flow.app, uri, browser))
    require(query(answer).get("state") == flow.state, "state is not the one that was pushed")
    granted(flow.exchange(query(answer)["code"]))
    is_own_page(arrive(world, flow.app, uri, browser), "a reference that was used")
    # The same where nobody has to be asked.
    again = pushed(world, flow)
    require("code" in query(arrive(world, flow.app, again, browser)), "one is asked again")
    is_own_page(arrive(world, flow.app, again, browser), "a reference that was used")
    for wrong in (uri[:-1], "urn:ietf:params:oauth:request_uri:nothing"):
        is_own_page(arrive(world, flow.app, wrong, browser), "a reference to nothing")


@case("P05")
def reloaded(world):
    """Until there is an answer a page can be reloaded: before and after signing in."""
    flow = Flow(world, own_app(world))
    browser = world.browser()
    uri = pushed(world, flow)
    for _ in range(2):
        page = arrive(world, flow.app, uri, browser)
        require(world.asks_to_sign_in(page), f"nobody is asked to sign in: {page}")
    page = world.sign_in(browser, world.person(), page)
    require(world.asks_for_consent(page), f"nobody is asked: {page}: {page.text[:200]!r}")
    for _ in range(2):
        page = arrive(world, flow.app, uri, browser)
        require(world.asks_for_consent(page), f"after reloading nobody is asked: {page}")
    answer = decided(world, browser, page)
    granted(flow.exchange(query(answer)["code"]))


@case("P06")
def beside_the_reference(world):
    """Parameters that stand beside the reference do not count."""
    read = world.scope("read")
    flow = Flow(world, own_app(world))
    uri = pushed(world, flow, scope=read)
    beside = [
        ("redirect_uri", "https://evil.example/cb"),
        ("scope", flow.app.scope),
        ("state", "another"),
        ("response_type", "token"),
        ("code_challenge", "x" * 43),
        ("prompt", "none"),
    ]
    answer = decided(world, flow.browser, arrive(world, flow.app, uri, flow.browser, beside))
    require(answer.location.startswith(flow.app.redirect_uri), f"it went to {answer.location}")
    found = query(answer)
    require(found.get("state") == flow.state, f"state is {found.get('state')!r}")
    tokens = granted(flow.exchange(found["code"]))
    require(tokens.get("scope", read) == read, f"the scope is {tokens.get('scope')!r}")


@case("P07")
def has_to_push(world):
    """Of an application that has to push, a plain request is refused; what comes without the
    authorization endpoint is none of its business."""
    app = world.app("pushes")
    flow = Flow(world, app)
    is_refused(world, flow.open(), app, "invalid_request", state=flow.state)
    is_refused(world, flow.open(post=True), app, "invalid_request", state=flow.state)
    answer = decided(
        world, flow.browser, arrive(world, app, pushed(world, flow), flow.browser)
    )
    tokens = granted(flow.exchange(query(answer)["code"]))
    granted(flow.refresh(tokens["refresh_token"]))
    if "device_authorization_endpoint" in world.metadata:
        answer = world.post("device_authorization", {"scope": world.scope("read")}, app)
        require(answer.status == 200, f"a device is refused: {answer}: {answer.text[:200]}")


def wrong_resources(world):
    """What is no resource of this server, or cannot be one."""
    known = world.values.get("resources") or skip("needs resources")
    return [
        f"{known[0]}#part",
        "https://elsewhere.example/api",
        "/relative",
        "no-address-at-all",
        f"{known[0]}/below",
        known[0].replace("://", "://user@"),
    ]


@case("P17")
def wrong_resource(world):
    """A resource with a fragment, a relative one and one that is not ours are invalid_target,
    wherever they are asked for."""
    right = (world.values.get("resources") or skip("needs resources"))[0]
    machine, form = world.app("machine"), {"grant_type": "client_credentials"}
    form["scope"] = world.scope("read")
    flow = Flow(world)
    tokens = flow.tokens()
    for wrong in wrong_resources(world):
        asked = Flow(world)
        answer = asked.open(resource=wrong)
        is_refused(world, answer, asked.app, "invalid_target", state=asked.state)
        answer = asked.open(extra=[("resource", right), ("resource", wrong)])
        is_refused(world, answer, asked.app, "invalid_target", state=asked.state)
        is_error(world.token(form | {"resource": wrong}, machine), "invalid_target", status=400)
        refused = flow.refresh(tokens["refresh_token"], resource=wrong)
        is_error(refused, "invalid_target", status=400)
        if f"{PUSHED}_endpoint" in world.metadata:
            is_error(push(world, asked, resource=wrong), "invalid_target", status=400)
    granted(world.token(form | {"resource": right}, machine))
    require("code" in query(Flow(world).allow(resource=right)), "the right one is refused, too")
    granted(flow.refresh(tokens["refresh_token"]))


@case("P18")
def inside_the_grant(world):
    """A refresh may ask for a resource of the grant, which narrows the access token alone; one
    outside is invalid_target, and changes nothing."""
    resources = world.values.get("resources") or []
    if len(resources) < 3:
        skip("needs three resources")
    one, other, outside = resources[:3]
    flow = Flow(world)
    code = flow.code(extra=[("resource", one), ("resource", other)])
    is_error(flow.exchange(code, resource=outside), "invalid_target", status=400)
    tokens = granted(flow.exchange(code, resource=one))

    def audience(tokens):
        found = world.claims(tokens["access_token"])["aud"]
        return {found} if isinstance(found, str) else set(found)

    require(audience(tokens) == {one}, f"aud is {audience(tokens)}")
    for wrong in (outside, world.issuer):
        refused = flow.refresh(tokens["refresh_token"], resource=wrong)
        is_error(refused, "invalid_target", status=400)
    whole = granted(flow.refresh(tokens["refresh_token"]))
    require(audience(whole) == {one, other}, f"aud of the next is {audience(whole)}")
    narrow = granted(flow.refresh(whole["refresh_token"], resource=other))
    require(audience(narrow) == {other}, f"aud of the narrowed is {audience(narrow)}")
    again = granted(flow.refresh(narrow["refresh_token"]))
    require(audience(again) == {one, other}, f"narrowing narrowed the grant: {audience(again)}")
