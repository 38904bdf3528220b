"""B: everything of the authorization request that is not the client or its address."""

import re
import secrets
import time
from urllib.parse import urlsplit

from cases.case import case, require, skip
from cases.flow import (
    Flow,
    fragment,
    granted,
    is_own_page,
    is_refused,
    query,
    require_no_store,
)
from cases.pages import find, origin
from cases.wire import encoded


def goes_on(world, answer, what="the request"):
    """The request is right: the person is asked, or a code came back."""
    asked = world.asks_for_consent(answer)
    require(asked or "code" in query(answer), f"{what}: {answer} {answer.location or ''}")


def refused(world, flow, *errors, **changes):
    """The request goes back to the application with one of these errors."""
    answer = flow.open(**changes)
    return is_refused(world, answer, flow.app, *errors, state=changes.get("state", flow.state))


@case("B01")
def get_and_post(world):
    """The request works by GET and, the same, by POST with a form body, from another site too."""
    flow = Flow(world)
    goes_on(world, flow.open(), "by GET")
    goes_on(world, flow.open(post=True), "by POST")
    foreign = {"Origin": "https://client.example", "Sec-Fetch-Site": "cross-site"}
    address = world.endpoint("authorization")
    answer = flow.browser.send("POST", address, headers=foreign, form=flow.parameters())
    goes_on(world, answer, "by POST from the application's site")
    answer = world.browser().send("POST", address, headers=foreign, form=flow.parameters())
    require(world.asks_to_sign_in(answer), f"a visitor is not asked to sign in: {answer}")
    is_refused(world, flow.open(post=True, scope="no-such-scope"), flow.app, "invalid_scope")


@case("B02")
def repeated_parameter(world):
    """A parameter that stands twice makes the request invalid; only resource may repeat."""
    flow = Flow(world)
    for name, value in flow.parameters() + [("nonce", "n"), ("prompt", "consent"), ("x", "1")]:
        extra = [(name, value)] if name not in ("nonce", "prompt", "x") else [(name, value)] * 2
        answer = flow.open(extra=extra)
        if name in ("client_id", "redirect_uri"):
            is_own_page(answer, f"{name} twice")
            continue
        found = is_refused(world, answer, flow.app, "invalid_request")
        require(name != "state" or "state" not in found, "one of two states was chosen")
    resources = [("resource", f"{world.issuer}/{path}") for path in "ab"]
    answer = flow.open(extra=resources)
    require(query(answer).get("error") != "invalid_request", "two resources are refused as such")


@case("B03")
def unknown_parameter(world):
    """A parameter that the server does not know has no effect."""
    flow = Flow(world)
    extra = [("x", "1"), ("utm_source", "mail"), ("constructor", "y"), ("\u00e4", "\u00f6")]
    goes_on(world, flow.open(extra=extra))


@case("B04")
def empty_parameter(world):
    """A parameter without a value counts as left out."""
    flow = Flow(world)
    empty = ["nonce", "prompt", "login_hint", "max_age", "response_mode", "request", "request_uri"]
    goes_on(world, flow.open(extra=[(name, "") for name in empty]))
    answer = flow.open(extra=[("state", "")])
    goes_on(world, answer, "state with and without a value")
    refused(world, flow, "invalid_request", response_type="")


@case("B05")
def no_response_type(world):
    """Without response_type the request is invalid."""
    refused(world, Flow(world), "invalid_request", response_type=None)


@case("B06")
def response_type_not_allowed(world):
    """A response type that the application may not use is unauthorized_client."""
    refused(world, Flow(world, "codeless"), "unauthorized_client")


@case("B07")
def unknown_response_type(world):
    """A response type that does not exist is unsupported_response_type."""
    for kind in ("nonsense", "code nonsense", "Code", "code,token"):
        refused(world, Flow(world), "unsupported_response_type", response_type=kind)


@case("B08")
def implicit_is_off(world):
    """response_type=token is refused for an application that is not switched to it, and is not
    advertised where none is."""
    errors = ("unauthorized_client", "unsupported_response_type")
    for role in ("web", "public"):
        flow = Flow(world, role)
        answer = flow.open(response_type="token", code_challenge=None, code_challenge_method=None)
        where = fragment if "error=" in urlsplit(answer.location or "").fragment else query
        is_refused(world, answer, flow.app, *errors, state=flow.state, where=where)
    if "implicit" not in world.values["applications"]:
        offered = " ".join(world.metadata.get("response_types_supported", []))
        require("token" not in offered.split(), f"it is advertised: {offered}")
        require("implicit" not in world.metadata.get("grant_types_supported", []), "advertised")


@case("B09")
def order_of_response_types(world):
    """response_type is a set: another order means the same."""
    for role in ("web", "implicit") if "implicit" in world.values["applications"] else ("web",):
        errors = []
        for kind in ("token code", "code token"):
            answer = Flow(world, role).open(response_type=kind)
            require(answer.location is not None, f"{kind}: {answer}")
            found = query(answer) | fragment(answer)
            require("access_token" not in found, f"{kind} gave a token")
            errors.append(found.get("error"))
        require(errors[0] == errors[1], f"the order makes {errors[0]} into {errors[1]}")
        require(errors[0] in ("unsupported_response_type", "unauthorized_client"), str(errors))


@case("B10")
def unknown_scope(world):
    """An unknown scope is invalid_scope; it is not dropped in silence."""
    flow = Flow(world)
    for scope in ("no-such-scope", f"{flow.app.scope} no-such-scope"):
        refused(world, flow, "invalid_scope", scope=scope)


@case("B11")
def unregistered_scope(world):
    """A scope that exists, but not for this application, is invalid_scope."""
    flow = Flow(world)
    refused(world, flow, "invalid_scope", scope=world.scope("foreign"))
    refused(world, flow, "invalid_scope", scope=f"{flow.app.scope} {world.scope('foreign')}")


@case("B12")
def default_scope(world):
    """Without scope the application's default is taken, and the token answer says what it is."""
    flow = Flow(world)
    for left_out in (None, ""):
        found = flow.tokens(scope=left_out)
        require(found.get("scope"), "the token answer does not say which scope was granted")
        require(world.scope("write") not in found["scope"].split(), "the default can write")


@case("B13")
def scope_that_is_no_text(world):
    """scope as an array, a map or JSON is refused, and breaks nothing."""
    flow = Flow(world)
    right = [pair for pair in flow.parameters() if pair[0] != "scope"]
    for name, value in [
        ("scope[]", "me"),
        ("scope[a]", "b"),
        ("scope[a][b]", "c"),
        ("scope", '{"a": 1}'),
        ("scope", '["me"]'),
        ("scope", "null,true"),
    ]:
        for post in (False, True):
            address = world.endpoint("authorization")
            pairs = [*right, (name, value)]
            if post:
                answer = flow.browser.send("POST", address, form=pairs)
            else:
                answer = flow.browser.open(world.url("authorization", pairs))
            if answer.location is None:
                is_own_page(answer, f"{name}={value}")
            else:
                is_refused(world, answer, flow.app, "invalid_scope", "invalid_request")


@case("B14")
def plus_in_a_form(world):
    """In a form body a plus sign is a space, and %2B is a plus sign."""
    flow = Flow(world)
    scopes = (flow.app.scope or "").split()
    require(len(scopes) >= 2, "the application web needs two scopes")
    rest = encoded([pair for pair in flow.parameters() if pair[0] != "scope"])
    address = world.endpoint("authorization")
    two = f"{rest}&scope={'+'.join(encoded({'': it})[1:] for it in scopes[:2])}"
    answer = flow.browser.send("POST", address, form=two)
    goes_on(world, answer, "two scopes")
    one = f"{rest}&scope={'%2B'.join(encoded({'': it})[1:] for it in scopes[:2])}"
    answer = flow.browser.send("POST", address, form=one)
    is_refused(world, answer, flow.app, "invalid_scope")


@case("B15")
def characters_of_scope(world):
    """A scope with a character that RFC 6749 §3.3 does not allow is invalid_scope."""
    flow = Flow(world)
    for character in ('"', "\\", "\t", "\x7f", "\u00e9", "\u200b", "\x01", "\n"):
        for scope in (f"{flow.app.scope} a{character}b", f"{flow.app.scope}{character}"):
            refused(world, flow, "invalid_scope", scope=scope)


@case("B16")
def write_alone(world):
    """Permission to write does not bring permission to read along."""
    app = world.register(
        "https://client.example/cb", scope=f"{world.scope('read')} {world.scope('write')}"
    )
    require(app is not None, f"hook register: {world.hook_error}")
    found = Flow(world, app).tokens(scope=world.scope("write"))
    if "scope" in found:
        require(found["scope"] == world.scope("write"), f"it gives {found['scope']!r}")
    answer = world.resource(found["access_token"])
    require(answer.status in (401, 403), f"a token to write reads: {answer}")


@case("B17")
def length_of_state(world):
    """A state of up to the stated length comes back unchanged; a longer one is refused."""
    bound = world.stated("state_bytes")
    for length in sorted({1, 64, 512, bound}):
        state = (secrets.token_urlsafe(length))[:length]
        answer = Flow(world).allow(state=state)
        require(query(answer).get("state") == state, f"a state of {length} bytes: {answer}")
        require("code" in query(answer), f"a state of {length} bytes: {answer.location}")
    flow = Flow(world)
    found = is_refused(world, flow.open(state="s" * (bound + 1)), flow.app, "invalid_request")
    require(len(found.get("state", "")) <= bound, "what was too long came back")


@case("B18")
def characters_of_state(world):
    """A state with markup or line ends comes back encoded: no header, no markup of its own."""
    state = "\"'<script>alert(1)</script>&x=1;\r\nSet-Cookie: own=1\r\n\r\n\u00e4 #+%41"
    for change in ({}, {"scope": "no-such-scope"}):
        answer = Flow(world).allow(state=state, **change)
        require(query(answer).get("state") == state, f"it came back as {query(answer)}")
        clean = re.fullmatch(r"[!#-;=?-Z\[\]_a-z~%]+", answer.location)
        require(clean, f"it is not encoded: {answer.location}")
        require(not any("own=1" in line for line in answer.all("set-cookie")), "a header came in")
    for person in ("carol", None):
        page = Flow(world, "public", person).open(state=state)
        require("<script>alert" not in page.text, f"markup came in: {page}")
    page = Flow(world, "web", None).open(client_id="<script>alert(1)</script>", state=state)
    require("<script>alert" not in page.text, f"markup came in: {page}")


@case("B19")
def issuer_comes_back(world):
    """A redirect with a code names the issuer, exactly as the metadata does."""
    for role in ("web", "public"):
        found = query(Flow(world, role).allow())
        require(found.get("iss") == world.metadata.get("issuer"), f"iss is {found.get('iss')!r}")


@case("B21")
def issuer_is_announced(world):
    """The metadata says that iss is in every answer."""
    name = "authorization_response_iss_parameter_supported"
    require(world.metadata.get(name) is True, f"{name} is {world.metadata.get(name)!r}")


@case("B22")
def token_never_in_query(world):
    """A token cannot be asked for in the query, whoever asks."""
    for role in ("web", "implicit"):
        if role not in world.values["applications"]:
            continue
        flow = Flow(world, role)
        answer = flow.allow(
            response_type="token",
            response_mode="query",
            code_challenge=None,
            code_challenge_method=None,
        )
        require(answer.location is not None, f"{answer}")
        require("access_token" not in answer.location, f"it went to {answer.location}")
        require("error" in (query(answer) | fragment(answer)), f"no error: {answer.location}")


@case("B23")
def form_post(world):
    """With response_mode=form_post the answer is a form: not stored, under a policy that lets no
    script in but its own, every value encoded."""
    if "form_post" not in world.metadata.get("response_modes_supported", []):
        skip("the server does not offer form_post")
    flow = Flow(world)
    state = 'a"><script>alert(1)</script>&b'
    page = flow.allow(response_mode="form_post", state=state)
    require(page.status == 200 and page.location is None, f"{page}")
    form = find(page, has="code")
    fields = dict(form.fields)
    require(form.method == "POST" and form.action == flow.app.redirect_uri, form.action)
    require(fields["state"] == state, f"state is {fields['state']!r}")
    require(fields.get("iss") == world.issuer, f"iss is {fields.get('iss')!r}")
    require("<script>alert" not in page.text, "the state is not encoded")
    require_no_store(page)
    policy = page.header("content-security-policy", "")
    require("unsafe-inline" not in policy and "script-src" in policy, f"the policy is {policy!r}")
    if re.search(r"<script(?![^>]*\bsrc=)", page.text):
        require("'nonce-" in policy, f"a script without a nonce: {policy!r}")
    granted(flow.exchange(fields["code"]))
    failed = find(flow.open(response_mode="form_post", scope="no-such-scope"), has="error")
    require(dict(failed.fields)["error"] == "invalid_scope", f"{failed.fields}")


@case("B24")
def response_mode_not_allowed(world):
    """A response mode that is not offered is refused."""
    offered = world.metadata.get("response_modes_supported", ["query", "fragment"])
    for mode in ("nonsense", "web_message", "query.jwt", "jwt", "fragment"):
        if mode in offered and mode != "fragment":
            continue
        answer = Flow(world).open(response_mode=mode)
        found = query(answer) | fragment(answer)
        right = found.get("error") in ("invalid_request", "unsupported_response_mode")
        require(right or answer.status == 400, f"{mode}: {answer} {answer.location}")
        require("code" not in found, f"{mode} gave a code")


@case("B25")
def see_other(world):
    """A redirect after a POST says 303, so that no form is sent on to the application."""
    flow = Flow(world, "public")
    page = flow.open()
    answer = world.decide(flow.browser, page, follow=False)
    require(answer.status == 303, f"after the decision: {answer}")
    require(answer.location is not None and "code=" in answer.location, f"{answer.location}")
    answer = flow.open(post=True, scope="no-such-scope")
    require(answer.status == 303, f"for an error: {answer}")
    answer = world.sign_in(world.browser(), world.person(), follow=False)
    require(answer.status == 303, f"after signing in: {answer}")


@case("B26")
def redirect_headers(world):
    """A redirect to the application is not stored, and no Referer follows from it."""
    flow = Flow(world)
    for answer in (flow.allow(), flow.open(), flow.open(scope="no-such-scope")):
        require(answer.location is not None, f"{answer}")
        require_no_store(answer)
        policy = answer.header("referrer-policy", "")
        require(policy == "no-referrer", f"Referrer-Policy is {policy!r}")


@case("B27")
def code_in_query(world):
    """The code is in the query and nowhere else; no token is in any query."""
    answer = Flow(world).allow()
    require("code" in query(answer), f"{answer.location}")
    require("code=" not in urlsplit(answer.location).fragment, "the code is in the fragment")
    for name in ("access_token", "id_token", "refresh_token"):
        require(name not in query(answer), f"{name} is in the query")


@case("B28")
def fragment_is_cut(world):
    """A redirect ends in a fragment of its own, so that the browser carries no other one over."""
    flow = Flow(world)
    for answer in (flow.allow(), flow.open(scope="no-such-scope")):
        require("#" in (answer.location or ""), f"there is no fragment: {answer.location}")


@case("B29")
def no_sharing_of_authorization(world):
    """The authorization endpoint lets no script of another site read it."""
    flow = Flow(world, "public")
    own = origin(flow.app.redirect_uri)
    for asker in (own, "https://evil.example", "null"):
        answer = flow.browser.open(
            world.url("authorization", flow.parameters()), headers={"Origin": asker}
        )
        unshared(answer, asker)
        wanted = {"Origin": asker, "Access-Control-Request-Method": "GET"}
        unshared(world.wire.request("OPTIONS", world.endpoint("authorization"), wanted), asker)


def unshared(answer, asker):
    shared = answer.header("access-control-allow-origin")
    require(shared is None, f"{answer} for {asker}: it allows {shared}")


def preflight(world, address, asker):
    wanted = {
        "Origin": asker,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return world.wire.request("OPTIONS", address, wanted)


@case("B30")
def preflights(world):
    """The endpoints that scripts call allow the origin of a registered browser application, and no
    other; never the opaque origin."""
    own = origin(world.app("public").redirect_uri)
    listed = [f"{it}_endpoint" for it in ("token", "revocation", "introspection")]
    listed.append("device_authorization_endpoint")
    addresses = [world.metadata[name] for name in listed if name in world.metadata]
    addresses.append(f"{world.base}/.well-known/oauth-authorization-server")
    for address in addresses:
        answer = preflight(world, address, own)
        shared = answer.header("access-control-allow-origin")
        require(answer.status in (200, 204), f"{answer}")
        require(shared == own, f"{answer} for {own}: it allows {shared}")
        require("origin" in answer.header("vary", "").lower(), f"{answer}: no Vary: Origin")
        require(answer.header("access-control-allow-credentials") is None, "with credentials")
        for asker in ("https://evil.example", "null", f"{own}.evil.example", f"{own}:8443"):
            unshared(preflight(world, address, asker), asker)
    simple = world.wire.post(addresses[0], {"grant_type": "x"}, {"Origin": own})
    require(simple.header("access-control-allow-origin") == own, f"{simple}: not readable")
    unshared(world.wire.post(addresses[0], {"grant_type": "x"}, {"Origin": "null"}), "null")


@case("B31")
def unsupported_requests(world):
    """request, a foreign request_uri and registration are refused by name where the server does
    not support them."""
    flow = Flow(world)
    answer = flow.open(extra=[("request", "eyJhbGciOiJub25lIn0.e30.")])
    is_refused(world, answer, flow.app, "request_not_supported", state=flow.state)
    answer = flow.open(extra=[("request_uri", "https://client.example/request.jwt")])
    is_refused(world, answer, flow.app, "request_uri_not_supported", state=flow.state)
    answer = flow.open(extra=[("registration", "{}")])
    is_refused(world, answer, flow.app, "registration_not_supported", state=flow.state)


@case("B32")
def silent_without_session(world):
    """prompt=none with nobody signed in goes back with login_required."""
    flow = Flow(world, "web", None)
    is_refused(world, flow.open(prompt="none"), flow.app, "login_required", state=flow.state)


@case("B33")
def silent_without_consent(world):
    """prompt=none without earlier consent goes back with consent_required or
    interaction_required."""
    for role in ("web", "public"):
        flow = Flow(world, role, "carol")
        answer = flow.open(prompt="none")
        errors = ("consent_required", "interaction_required")
        is_refused(world, answer, flow.app, *errors, state=flow.state)


@case("B34")
def silent_and_not(world):
    """prompt=none beside another value is invalid_request."""
    for prompt in ("none login", "login none", "none consent"):
        refused(world, Flow(world), "invalid_request", prompt=prompt)


@case("B35")
def sign_in_again(world):
    """prompt=login asks for the credentials again; where id_token_hint names somebody, another
    person gets no code."""
    # A browser of its own: signing in again ends the session before.
    flow = Flow(world, fresh=True)
    flow.allow()
    answer = flow.open(prompt="login")
    require(world.asks_to_sign_in(answer), f"nobody is asked: {answer} {answer.location or ''}")
    again = world.sign_in(flow.browser, world.person(), answer)
    goes_on(world, again, "after signing in again")
    if "openid" not in world.metadata.get("scopes_supported", []):
        return
    app = world.register("https://client.example/cb", scope=f"openid {world.scope('read')}")
    require(app is not None, f"hook register: {world.hook_error}")
    scope = f"openid {world.scope('read')}"
    hint = Flow(world, app).tokens(scope=scope).get("id_token")
    require(hint, "there is no id_token")
    other = Flow(world, app, None)
    answer = other.open(scope=scope, prompt="login", id_token_hint=hint)
    require(world.asks_to_sign_in(answer), f"nobody is asked: {answer}")
    answer = world.sign_in(other.browser, world.person("bob"), answer)
    if world.asks_for_consent(answer):
        answer = world.decide(other.browser, answer)
    require("code" not in query(answer), "another account than the named one got a code")


@case("B36")
def sign_in_too_old(world):
    """max_age asks again when the sign-in is older, and auth_time is that of the new one."""
    world.wait_for(3)
    openid = "openid" in world.metadata.get("scopes_supported", [])
    scope = f"openid {world.scope('read')}" if openid else world.scope("read")
    app = world.register("https://client.example/cb", scope=scope)
    require(app is not None, f"hook register: {world.hook_error}")
    flow = Flow(world, app, fresh=True)
    before = int(time.time())
    time.sleep(2.1)
    answer = flow.open(scope=scope, max_age="1")
    require(world.asks_to_sign_in(answer), f"nobody is asked: {answer} {answer.location or ''}")
    answer = world.sign_in(flow.browser, world.person(), answer)
    if world.asks_for_consent(answer):
        answer = world.decide(flow.browser, answer)
    require("code" in query(answer), f"{answer} {answer.location or ''}")
    found = granted(flow.exchange(query(answer)["code"]))
    if openid:
        claims = world.claims(found["id_token"])
        require(claims.get("auth_time", 0) > before + 1, f"auth_time is {claims.get('auth_time')}")


@case("B37")
def too_much(world):
    """A query of 1 MiB or 10,000 parameters is refused, and the server goes on."""
    flow = Flow(world)
    right = encoded(flow.parameters())
    address = world.endpoint("authorization")
    many = "&".join(f"p{index}=1" for index in range(10_000))
    for text in (f"{right}&x={'x' * 1_048_576}", f"{right}&{many}"):
        answer = flow.browser.open(f"{address}?{text}", timeout=10)
        require(400 <= answer.status < 500, f"in the query: {answer}")
        answer = flow.browser.send("POST", address, form=text, timeout=10)
        require(400 <= answer.status < 500, f"in the body: {answer}")
    goes_on(world, flow.open(), "after that")
