"""Q: how applications come to be, who manages them, and how they end."""

import re
from urllib.parse import urljoin, urlsplit

from cases.case import case, require, skip
from cases.flow import Flow, granted, is_refused, query
from cases.inside import dies, forms, lives, own_app, page_of, press, username
from cases.o_metadata import UNANNOUNCED, document
from cases.pages import Reader


@case("Q01")
def registration_off(world):
    """While anybody's registration is off it is not listed, and nothing answers to it."""
    found = document(world)
    if "registration_endpoint" in found:
        skip("registration is open to anybody")
    wanted = {"redirect_uris": ["https://client.example/cb"], "client_name": "x"}
    for path in UNANNOUNCED["registration_endpoint"]:
        answer = world.wire.request("POST", urljoin(world.base, path), document=wanted)
        require(answer.status in (401, 404), f"{answer}")
        require("client_id" not in answer.text, f"{answer} speaks of a client_id")


def changes(world):
    """What an owner does to an application: the action's name and its address."""
    actions = world.values.get("actions", {})
    names = ("change_application", "rotate_secret", "delete_application")
    found = {name: actions[name]["action"] for name in names if name in actions}
    return found or skip("needs actions on applications")


@case("Q08")
def application_of_another(world):
    """Nobody can look at, change, rotate or delete another person's application, and its
    page is like that of one that does not exist."""
    theirs = own_app(world)
    mine = own_app(world, owner="bob")
    browser, page = page_of(world, "bob", "application", client_id=theirs.client_id)
    require(page.status in (403, 404), f"{page}")
    require(theirs.redirect_uri not in page.text, "the page shows its redirect URI")
    guess = theirs.client_id[:-2] + ("xx" if theirs.client_id[-2:] != "xx" else "yy")
    nothing = page_of(world, "bob", "application", browser, client_id=guess)[1]
    require(nothing.status == page.status, f"{page}, but {nothing} where there is none")
    for name, action in changes(world).items():
        own = page_of(world, "bob", "application", browser, client_id=mine.client_id)[1]
        found = forms(own, action.format(client_id=mine.client_id))
        require(found, f"{own}: there is no form for {name}")
        fields = world.values["actions"][name].get("fields", {})
        fields = {key: text.format(name="Stolen") for key, text in fields.items()}
        pairs = [pair for pair in found[0].fields if pair[0] not in fields]
        target = urljoin(world.base, action.format(client_id=theirs.client_id))
        answer = browser.send("POST", target, form=pairs + list(fields.items()))
        require(answer.status in (403, 404), f"{name} of another person's application: {answer}")
    flow = Flow(world, theirs)
    lives(world, flow.tokens()["access_token"], "somebody else tried to end its application")
    _, page = page_of(world, "alice", "application", client_id=theirs.client_id)
    require(page.status == 200 and "Stolen" not in page.text, "somebody else changed it")
    # Somebody who is not signed in sees nothing either.
    answer = page_of(world, None, "application", world.browser(), client_id=theirs.client_id)[1]
    require(theirs.redirect_uri not in answer.text, "its page is shown to anybody")


@case("Q09")
def deletion(world):
    """Deleting an application ends all its tokens and consents, and says how many."""
    app = own_app(world)
    flows = [Flow(world, app, role) for role in ("alice", "bob")]
    tokens = [flow.tokens() for flow in flows]
    browser = world.browser("alice")
    answer = press(
        world, "delete_application", browser, client_id=app.client_id, name="x", redirect_uri="x"
    )
    require(answer.status == 200, f"{answer}: {answer.text[:300]}")
    text = Reader(answer.text).text
    require(re.search(r"\b(2|two)\b", text, re.I), f"it does not say how many: {text[:300]!r}")
    for pair, flow in zip(tokens, flows):
        dies(world, pair["access_token"], "after the application was deleted")
        require(flow.refresh(pair["refresh_token"]).status in (400, 401), "a refresh works")
    _, page = page_of(world, "bob", "account")
    name = app.values.get("name")
    require(app.client_id not in page.text, f"the account page still shows {name}")


def fresh_application(world):
    """Makes an application on the page for it, leaving everything as proposed; gives its
    client_id and the page that followed."""
    browser = world.browser("alice")
    uri = "https://client.example/fresh"
    before = {link for link in Reader(page_of(world, "alice", "applications", browser)[1].text).links}
    answer = press(world, "create_application", browser, name="Fresh", redirect_uri=uri)
    require(answer.status == 200, f"{answer}: {answer.text[:300]}")
    start = world.values["pages"]["application"].format(client_id="")
    page = page_of(world, "alice", "applications", browser)[1]
    new = [
        urlsplit(link).path.removeprefix(start)
        for link in Reader(page.text).links
        if link not in before and urlsplit(link).path.startswith(start)
    ]
    require(len(set(new)) == 1, f"the list of applications has {len(new)} new ones")
    return new[0], uri, answer


@case("Q10")
def defaults(world):
    """A new application has the code grant with PKCE by S256 and refresh tokens that rotate; no
    implicit grant, no device grant, nothing of its own; it asks for little unless told."""
    client_id, uri, answer = fresh_application(world)
    text = Reader(answer.text).text
    require(client_id in text, "the page does not say the client_id")
    values = {"client_id": client_id, "redirect_uris": [uri], "owner": "alice"}
    found = re.search(world.values["secret_pattern"], text)
    secret = found and found[0]
    app = type(world.app("web"))("fresh", values | {"client_secret": secret})
    flow = Flow(world, app)
    flow.app.scope = world.scope("read")
    is_refused(
        world, flow.open(code_challenge=None, code_challenge_method=None), app, "invalid_request"
    )
    for kind in ("token", "id_token", "code token"):
        answer = flow.open(response_type=kind)
        location = answer.location or ""
        require("error=" in location and "access_token=" not in location, f"{kind}: {answer}")
    tokens = flow.tokens()
    second = granted(flow.refresh(tokens["refresh_token"]))
    require(second["refresh_token"] != tokens["refresh_token"], "refresh tokens do not rotate")
    for form in (
        {"grant_type": "client_credentials"},
        {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"},
        {"grant_type": "password", "username": "x", "password": "x"},
    ):
        answer = world.token(form, app)
        wanted = ("unauthorized_client", "unsupported_grant_type")
        require(answer.json().get("error") in wanted, f"{form['grant_type']}: {answer.text[:200]}")
    unsaid = Flow(world, app).tokens(scope=None)["scope"].split()
    require(world.scope("write") not in unsaid, f"without a scope it gets {unsaid}")
    require(username(world, "alice") and "code" in query(flow.allow()), "it works no longer")
