"""H: client credentials, and what an application may do by itself."""

from cases.case import case, require, skip
from cases.flow import Flow, granted, is_error
from cases.inside import api, described, made, own_app, own_person, username


def asks(world, app, auth="basic", **changes):
    form = {"grant_type": "client_credentials", "scope": world.scope("read")} | changes
    return world.token({key: value for key, value in form.items() if value is not None}, app, auth)


@case("H01")
def public(world):
    """A public application cannot have tokens of its own: unauthorized_client."""
    for role in ("public", "native", "device"):
        is_error(asks(world, world.app(role), "none"), "unauthorized_client")
    app = own_app(world, "public")
    if world.has_hook("grant_on"):
        world.hook("grant_on", client_id=app.client_id, grant="client_credentials")
        is_error(asks(world, app, "none"), "unauthorized_client")
    granted(asks(world, world.app("machine")))


@case("H02")
def subject(world):
    """The subject of such a token is the application, and never looks like a person's."""
    app = world.app("machine")
    token = world.machine()["access_token"]
    people = {person["sub"] for person in world.values["people"].values() if person.get("sub")}
    subjects = set()
    if token.count(".") == 2:
        subjects.add(world.claims(token)["sub"])
    if "introspection_endpoint" in world.metadata:
        found = world.post("introspection", {"token": token}, app).json()
        subjects.add(found.get("sub", app.client_id))
    if not subjects:
        skip("the token is opaque and there is no introspection")
    require(subjects == {app.client_id}, f"sub is {subjects}")
    require(not subjects & people, "sub is that of a person")
    path = world.values.get("resource", {}).get("person")
    if path is not None:
        answer = api(world, token, "GET", path)
        require(answer.status in (401, 403, 404), f"{path} answered an application: {answer}")


def own_tokens(world, app):
    """A token of the application itself for what was made through it."""
    found = asks(world, app, scope=described(world, "own")["scope"])
    return granted(found)["access_token"]


def listed(world, token):
    own = described(world, "own")
    answer = api(world, token, "GET", own["path"])
    require(answer.status == 200, f"{answer}: {answer.text[:300]}")
    found = answer.json()
    for key in own["list"]:
        found = found[key]
    return {str(item[own["id"]]) for item in found}


def organizing(world):
    """An application that may do everything that the cases of this section need."""
    own = described(world, "own")
    scope = f"{world.scope('read')} {world.scope('write')} {own['scope']}"
    app = own_app(world, scope=scope)
    world.operate("grant_on", client_id=app.client_id, grant="client_credentials")
    return app


@case("H04")
def own_routes(world):
    """Routes for what was made through the application show that alone, although its owner
    and the person have more elsewhere."""
    app, other = organizing(world), organizing(world)
    through = made(world, Flow(world, app, "alice").tokens(scope=both(world))["access_token"])
    by_bob = made(world, Flow(world, app, "bob").tokens(scope=both(world))["access_token"])
    beside = made(world, Flow(world, other, "alice").tokens(scope=both(world))["access_token"])
    found = listed(world, own_tokens(world, app))
    require(str(beside) not in found, "it shows what another application made")
    require(found <= {str(through), str(by_bob)}, f"it shows {found}")
    require(str(through) in found, "it does not show what was made through it")
    one = described(world, "own").get("one")
    if one is not None:
        token = own_tokens(world, app)
        answer = api(world, token, "GET", one.format(id=beside))
        require(answer.status in (403, 404), f"it opens what another application made: {answer}")


def both(world):
    return f"{world.scope('read')} {world.scope('write')}"


@case("H07")
def disconnected(world):
    """What a person made through an application vanishes from its routes, or can be read only,
    once the person has disconnected it."""
    app = organizing(world)
    role = own_person(world)
    flow = Flow(world, app, role)
    through = made(world, flow.tokens(scope=both(world))["access_token"])
    token = own_tokens(world, app)
    require(str(through) in listed(world, token), "it was not there before")
    world.act(role, "disconnect", client_id=app.client_id, username=username(world, role))
    token = own_tokens(world, app)
    if str(through) not in listed(world, token):
        return
    change = described(world, "own")["change"]
    path = change["path"].format(id=through)
    answer = api(world, token, change["method"], path, change.get("document"))
    require(answer.status in (403, 404), f"it still changes it: {answer}")


@case("H09")
def scopes_about_a_person(world):
    """A scope about a person is invalid_scope for an application by itself, also one that is
    registered for it."""
    person = world.scope("person")
    app = world.register(None, kind="machine", scope=f"{person} {world.scope('read')}")
    if app is None:
        # Then it cannot even be registered, which is as good.
        app = world.app("machine")
    is_error(asks(world, app, scope=person), "invalid_scope")
    is_error(asks(world, app, scope=f"{person} {world.scope('read')}"), "invalid_scope")
    granted(asks(world, app))
    unsaid = granted(asks(world, app, scope=None))
    require(person not in unsaid.get("scope", "").split(), "by default it gets it all the same")


@case("H10")
def reading_writes_nothing(world):
    """A token whose scopes read is answered with 403 by every writing verb of every resource; the
    same person with the scopes that write is let through."""
    reads, writes = described(world, "all_reads"), described(world, "all_writes")
    app = own_app(world, scope=f"{reads} {writes}")
    flow = Flow(world, app)
    able = flow.tokens(scope=f"{reads} {writes}")["access_token"]
    thing = made(world, able)
    unable = flow.tokens(scope=reads)["access_token"]
    for route in described(world, "routes"):
        path = route["path"].format(id=thing, part=1)
        answer = api(world, unable, route["method"], path, route.get("document"))
        require(answer.status == 403, f"{answer} with scopes that read: {answer.text[:200]}")
        answer = api(world, able, route["method"], path, route.get("document"))
        require(answer.status not in (401, 403, 500), f"{answer} with scopes that write")
        if answer.status in (200, 204) and route.get("ends"):
            thing = made(world, able)


@case("H11")
def no_scope_opens_nothing(world):
    """A token whose scopes open nothing is answered with 403 by every protected route."""
    reads, writes = described(world, "all_reads"), described(world, "all_writes")
    person = world.scope("person")
    app = own_app(world, scope=f"{person} {reads} {writes}")
    flow = Flow(world, app)
    thing = made(world, flow.tokens(scope=f"{reads} {writes}")["access_token"])
    unable = flow.tokens(scope=person)["access_token"]
    routes = described(world, "routes") + described(world, "reading")
    for route in routes:
        path = route["path"].format(id=thing, part=1)
        answer = api(world, unable, route["method"], path, route.get("document"))
        require(answer.status == 403, f"{answer} with {person} alone: {answer.text[:200]}")
