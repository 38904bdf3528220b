"""J: the implicit grant, for the applications that an operator switches it on for."""

from cases.case import case, require
from cases.flow import Flow, fragment, granted, is_refused, query
from cases.inside import api, lives, own_app, page_of, words_of
from cases.pages import Reader

# A request for a token has no use for PKCE.
TOKEN = {"response_type": "token", "code_challenge": None, "code_challenge_method": None}


def token_of(answer):
    """The parameters of a right answer."""
    found = fragment(answer)
    require("access_token" in found, f"no token came back: {answer}: {found or answer.location}")
    return found


def advertised(world):
    """Whether the metadata lists the grant; its two lists must agree."""
    metadata = world.discover()
    types = "token" in metadata["response_types_supported"]
    grants = "implicit" in metadata.get("grant_types_supported", ["authorization_code", "implicit"])
    require(types == grants, "response types and grants disagree")
    return types


def either(answer):
    """The parameters of a refusal, wherever it put them."""
    return query(answer) | fragment(answer)


@case("J01")
def switched(world):
    """Only an application with the switch has it, and the metadata lists it while there is one."""
    app = world.app("implicit")
    token_of(Flow(world, app).allow(**TOKEN))
    require(advertised(world), "it is not advertised")
    for role in ("web", "public"):
        flow = Flow(world, role)
        answer = flow.allow(**TOKEN)
        errors = ("unauthorized_client", "unsupported_response_type")
        is_refused(world, answer, flow.app, *errors, state=flow.state, where=either)
    world.operate("switch_off", client_id=app.client_id, switch="implicit")
    try:
        world.eventually(lambda: not advertised(world), "it is advertised, and nobody has it")
        answer = Flow(world, app).allow(**TOKEN)
        is_refused(
            world, answer, app, "unauthorized_client", "unsupported_response_type", where=either
        )
    finally:
        world.operate("switch_on", client_id=app.client_id, switch="implicit")
    world.eventually(lambda: advertised(world), "it is not advertised again")
    token_of(Flow(world, app).allow(**TOKEN))


@case("J02")
def in_the_fragment(world):
    """The token comes in the fragment with token_type, expires_in, scope, state and iss; nothing
    of it is in the query, and there is no code."""
    flow = Flow(world, "implicit")
    answer = flow.allow(**TOKEN)
    found = token_of(answer)
    require(found.get("token_type", "").lower() == "bearer", f"{found.get('token_type')!r}")
    require(found.get("expires_in", "").isdigit(), f"expires_in is {found.get('expires_in')!r}")
    require(set(found.get("scope", "").split()) == set(flow.app.scope.split()), f"{found}")
    require(found.get("state") == flow.state, f"state is {found.get('state')!r}")
    require(found.get("iss") == world.issuer, f"iss is {found.get('iss')!r}")
    require("code" not in found and "code" not in query(answer), "there is a code, too")
    sent = answer.location.split("#")[0]
    require(sent == flow.app.redirect_uri, f"before the fragment there is {sent}")
    require("no-store" in answer.header("cache-control", ""), "the redirect may be stored")
    lives(world, found["access_token"], "it was just given")
    in_query = Flow(world, "implicit").allow(response_mode="query", **TOKEN)
    where = in_query.location or ""
    require("access_token" not in where, "a token came although the query was asked for")


@case("J03")
def short_and_alone(world):
    """Such a token lives for as long as stated at most, also where the application's others live
    for longer, and no refresh token comes with it."""
    bound = world.stated("implicit_seconds")
    for role in ("implicit", "lenient"):
        app = world.app(role)
        world.operate("switch_on", client_id=app.client_id, switch="implicit")
        try:
            found = token_of(Flow(world, app).allow(**TOKEN))
        finally:
            if role != "implicit":
                world.operate("switch_off", client_id=app.client_id, switch="implicit")
        require(0 < int(found["expires_in"]) <= bound, f"it lives for {found['expires_in']} s")
        if found["access_token"].count(".") == 2:
            claims = world.claims(found["access_token"])
            life = claims["exp"] - claims["iat"]
            require(life <= bound, f"it says {found['expires_in']} s, and lives for {life}")
        require("refresh_token" not in found, f"{role}: there is a refresh token")
        longer = Flow(world, app).tokens()
        if role == "lenient":
            require(longer["expires_in"] > bound, "the application's other tokens are as short")


@case("J04")
def on_the_page(world):
    """The application's page warns of the grant, and says when it was last used."""
    app = own_app(world, "confidential")
    world.operate("switch_on", client_id=app.client_id, switch="implicit")

    def page():
        return Reader(page_of(world, "alice", "application", client_id=app.client_id)[1].text).text

    require(words_of(world, "risky") in page(), "the page does not warn")
    used = words_of(world, "grant_used")
    require(used not in page(), f"the page says {used!r} of an application that nobody used")
    token_of(Flow(world, app).allow(**TOKEN))
    world.eventually(lambda: used in page(), "the page does not say that it was used")


@case("J05")
def writing_forbidden(world):
    """An operator can forbid the grant the scopes that write: then they are invalid_scope, and
    those that read go on."""
    strict = world.other("implicit_reads")
    app = strict.app("implicit")
    read, write = strict.scope("read"), strict.scope("write")
    for scope in (write, f"{read} {write}"):
        flow = Flow(strict, app)
        answer = flow.allow(scope=scope, **TOKEN)
        is_refused(strict, answer, app, "invalid_scope", state=flow.state, where=fragment)
    found = token_of(Flow(strict, app).allow(scope=read, **TOKEN))
    require(found.get("scope", read) == read, f"the scope is {found.get('scope')!r}")
    lives(strict, found["access_token"], "it was just given")
    # By a code it may write.
    code = Flow(strict, app)
    tokens = granted(code.exchange(code.code(scope=f"{read} {write}")))
    require(write in tokens.get("scope", f"{read} {write}").split(), f"{tokens.get('scope')}")
    # Where it is not forbidden, a token may write.
    here = own_app(world, scope=f"{read} {write}")
    world.operate("switch_on", client_id=here.client_id, switch="implicit")
    token = token_of(Flow(world, here).allow(**TOKEN))["access_token"]
    what = world.values.get("resource", {}).get("create")
    if what is not None:
        answer = api(world, token, what.get("method", "POST"), what["path"], what["document"])
        require(answer.status in (200, 201), f"{answer}: {answer.text[:200]}")
