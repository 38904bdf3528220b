"""S: what a person is asked, and what their answer does."""

from urllib.parse import urlsplit

from cases.case import case, require
from cases.flow import Flow, is_refused, query
from cases.inside import own_app, own_person, words_of
from cases.pages import Reader


def asked(world, flow, **changes):
    """The consent page."""
    page = flow.open(**changes)
    require(world.asks_for_consent(page), f"nobody is asked: {page}: {page.text[:200]!r}")
    return page


@case("S01")
def what_is_shown(world):
    """The consent page shows the application, its owner, where it leads, each scope in words with
    reading and writing apart, and for how long."""
    read, write = world.scope("read"), world.scope("write")
    uri = "https://lists.client.example/cb"
    app = own_app(world, uri=uri, name="Tilt & <b>Barrier</b>", scope=f"{read} {write}")
    page = asked(world, Flow(world, app, "bob"))
    text = Reader(page.text).text
    shown = ["Tilt & <b>Barrier</b>", world.person(app.owner)["username"], urlsplit(uri).netloc]
    shown += [words_of(world, kind) for kind in ("read", "write")]
    shown += [words_of(world, kind) for kind in ("reads", "writes", "lasts")]
    for what in shown:
        require(what in text, f"the page does not show {what!r}: {text[:800]}")
    order = [text.index(words_of(world, kind)) for kind in ("reads", "read", "writes", "write")]
    require(order in (sorted(order), order[2:] + order[:2]), "reading and writing are mixed")
    require("<b>Barrier" not in page.text, "a name is taken for markup")
    page = asked(world, Flow(world, app, "bob"), scope=read)
    text = Reader(page.text).text
    require(words_of(world, "write") not in text, "it shows what was not asked for")
    require(words_of(world, "writes") not in text, "it speaks of writing, which nobody asked for")


@case("S02")
def public_is_asked_again(world):
    """Of a public application everybody is asked every time; of a confidential one once."""
    for kind, uri in (
        ("public", "http://127.0.0.1/cb"),
        ("public", "com.example.joust:/cb"),
        ("public", "https://spa.example/cb"),
    ):
        app = own_app(world, kind, uri)
        for _ in range(3):
            flow = Flow(world, app)
            answer = world.decide(flow.browser, asked(world, flow))
            require("code" in query(answer), f"{answer}: {answer.text[:200]}")
        none = Flow(world, app).open(prompt="none")
        is_refused(world, none, app, "consent_required", "interaction_required")
    app = own_app(world)
    require("code" in query(Flow(world, app).allow()), "a confidential application gets no code")
    answer = Flow(world, app).open()
    require("code" in query(answer), f"a confidential application is asked for again: {answer}")


@case("S03")
def added_scope(world):
    """When a scope is added one is asked for that, and shown what was given before; what was
    given before alone needs no question."""
    read, write = world.scope("read"), world.scope("write")
    app = own_app(world, scope=f"{read} {write}")
    require("code" in query(Flow(world, app).allow(scope=read)), "there is no code")
    require("code" in query(Flow(world, app).open(scope=read)), "one is asked again")
    page = asked(world, Flow(world, app), scope=f"{read} {write}")
    text = Reader(page.text).text
    for kind in ("read", "write", "before"):
        words = words_of(world, kind)
        require(words in text, f"the page does not show {words!r}: {text[:800]}")
    # Denying the addition leaves what was given.
    flow = Flow(world, app)
    answer = world.decide(flow.browser, asked(world, flow, scope=f"{read} {write}"), "deny")
    is_refused(world, answer, app, "access_denied", state=flow.state)
    require("code" in query(Flow(world, app).open(scope=read)), "the first consent is gone")
    flow = Flow(world, app)
    answer = world.decide(flow.browser, asked(world, flow, scope=f"{read} {write}"))
    require("code" in query(answer), f"{answer}")
    require("code" in query(Flow(world, app).open(scope=f"{read} {write}")), "one is asked again")


@case("S04")
def answered_once(world):
    """A decision counts once, and in the session that saw the question."""
    app = own_app(world)
    flow = Flow(world, app)
    page = asked(world, flow)
    # Another person sends the form that this one saw: as it stands, and with a token of theirs.
    other = Flow(world, app, "bob")
    own = asked(world, other)
    answer = world.decide(other.browser, page)
    require(answer.status in (400, 403, 409) and answer.location is None, f"bob answered: {answer}")
    token = world.forms.get("csrf", "csrf")
    fields = [dict(form.fields) for form in Reader(own.text).forms]
    theirs = next(pairs[token] for pairs in fields if token in pairs)
    answer = world.decide(other.browser, page, **{token: theirs})
    require(400 <= answer.status < 500 and answer.location is None, f"bob answered: {answer}")
    # So does another session of the same person.
    fresh = world.browser("alice", fresh=True)
    answer = world.decide(fresh, page)
    require(400 <= answer.status < 500 and answer.location is None, f"another session: {answer}")
    nobody = world.decide(world.browser(), page)
    require("code" not in query(nobody), f"nobody answered, and got {nobody.location}")
    answer = world.decide(flow.browser, page)
    require("code" in query(answer), f"the right answer does not count: {answer}")
    for decision in ("allow", "deny"):
        again = world.decide(flow.browser, page, decision)
        require(400 <= again.status < 500 and again.location is None, f"a second time: {again}")
    flow.tokens()


@case("S05")
def two_tabs(world):
    """Two questions in two tabs: each answer goes to its own application with its own state."""
    one = own_app(world, uri="https://one.example/cb")
    other = own_app(world, uri="https://other.example/cb")
    flows = [Flow(world, one), Flow(world, other), Flow(world, one)]
    browser = flows[0].browser
    pages = []
    for flow in flows:
        flow.browser = browser
        pages.append(asked(world, flow))
    for flow, page in list(zip(flows, pages))[::-1]:
        answer = world.decide(browser, page)
        found = query(answer)
        went = (answer.location or "").split("?")[0]
        require(went == flow.app.redirect_uri, f"it went to {answer.location}")
        require(found.get("state") == flow.state, f"state is {found.get('state')!r}")
        require("access_token" in flow.exchange(found["code"]).json(), "the code is not its own")


@case("S06")
def denied(world):
    """Saying no leads back with access_denied, state and iss; nothing is remembered of it."""
    app = own_app(world)
    for _ in range(2):
        flow = Flow(world, app, own_person(world))
        answer = world.decide(flow.browser, asked(world, flow), "deny")
        is_refused(world, answer, app, "access_denied", state=flow.state)
        asked(world, flow)
    flow = Flow(world, app)
    page = asked(world, flow)
    button = (world.forms["decision"], "perhaps")
    answer = flow.browser.submit(page, has=button[0], button=button)
    require("code" not in query(answer), "an answer that is neither yes nor no counts as yes")


@case("S10")
def not_in_a_frame(world):
    """The consent page cannot be shown in a frame."""
    page = asked(world, Flow(world, own_app(world)))
    policy = page.header("content-security-policy", "")
    require("frame-ancestors 'none'" in policy, f"the policy is {policy!r}")
    require(page.header("x-frame-options", "").upper() == "DENY", "X-Frame-Options is missing")
