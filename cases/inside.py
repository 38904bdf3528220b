"""What several sections need: people and applications of a case's own, forms of pages, tokens that
are dead."""

import secrets
from fnmatch import fnmatchcase
from urllib.parse import urljoin, urlsplit

from cases.case import require, skip
from cases.pages import Reader
from cases.wire import Wire
from cases.world import Application


def own_app(world, kind="confidential", uri="https://client.example/cb", **variables):
    """An application that only this case uses."""
    if kind in ("machine", "device"):
        uri = None
    variables.setdefault("scope", world.app("web").scope or "")
    app = world.register(uri, kind=kind, **variables)
    require(app is not None, f"hook register: {world.hook_error}")
    app.scope = variables["scope"] or None
    return app


def own_person(world):
    """A person that only this case uses; gives the role, as `world.person` takes it."""
    name = f"q{secrets.token_hex(6)}"
    person = {"username": name, "email": f"{name}@example.org", "password": f"word of {name}"}
    made = world.operate("create_person", **person)
    role = f"own {name}"
    world.values["people"][role] = person | made | {"role": role}
    return role


def username(world, role):
    return world.person(role)["username"]


def page_of(world, role, name, /, browser=None, **variables):
    """A page that a person sees (`pages` of the file), and the browser."""
    path = world.values.get("pages", {}).get(name)
    if path is None:
        skip(f"needs pages.{name}")
    browser = browser or world.browser(role)
    return browser, browser.open(path.format(**variables))


def forms(page, pattern):
    """The forms of a page whose action fits a pattern such as `/keys/*/delete`."""
    found = Reader(page.text).forms
    return [form for form in found if fnmatchcase(urlsplit(form.action).path, pattern)]


def press(world, form, browser, which=0, more=(), **variables):
    """Sends a form named in `actions` of the file; its action may be a pattern."""
    action = world.values.get("actions", {}).get(form)
    if action is None:
        skip(f"needs actions.{form}")
    page = browser.open(action["page"].format(**variables))
    found = forms(page, action["action"].format(**variables))
    require(len(found) > which, f"{page}: there is no form for {form}")
    fields = {key: text.format(**variables) for key, text in action.get("fields", {}).items()}
    pairs = [pair for pair in found[which].fields if pair[0] not in fields]
    pairs += list(fields.items()) + list(more)
    return browser.send(found[which].method, urljoin(page.url, found[which].action), form=pairs)


def dies(world, token, when):
    """An access token is refused, as soon as every process has heard of it."""
    world.eventually(lambda: not world.alive(token), f"the access token still works {when}")


def lives(world, token, why):
    require(world.alive(token), f"the access token died: {why}")


def elsewhere(world, number):
    """A wire with another address of this machine, so that limits on addresses tell them apart.
    Only for a server on loopback, where every 127.… is an address of one's own."""
    host = urlsplit(world.base).hostname
    if host not in ("127.0.0.1", "localhost"):
        skip("needs a server on loopback")
    return Wire(timeout=world.wire.timeout, source=f"127.0.0.{number}")


def limited(answer):
    """Refused because it was too much: 429 with a Retry-After."""
    require(answer.status == 429, f"{answer}")
    require(answer.header("retry-after") is not None, f"{answer} comes without Retry-After")


def api(world, token, method, path, document=None, headers=None):
    """A request to any route of the protected resource."""
    described = world.values.get("resource") or skip("needs resource")
    sent = described.get("headers", {}) | (headers or {})
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    if document is not None:
        sent.setdefault("Content-Type", described.get("content_type", "application/json"))
    return world.wire.request(method, urljoin(world.base, path), sent, document=document)


def described(world, name):
    """A part of `resource` in the file."""
    found = world.values.get("resource", {}).get(name)
    if found is None:
        skip(f"needs resource.{name}")
    return found


def words_of(world, kind):
    """What pages say: of a scope (`read`, `write`), of a kind of scopes, of anything in `words`."""
    found = world.values.get("words", {}).get(kind)
    if found is None:
        skip(f"needs words.{kind}")
    return found


def made(world, token, how="create"):
    """Makes something by the protected resource; gives its id."""
    what = described(world, how)
    answer = api(world, token, what.get("method", "POST"), what["path"], what["document"])
    require(answer.status in (200, 201), f"{answer}: {answer.text[:300]}")
    found = answer.json()
    for key in what["id"]:
        found = found[key]
    return found


def renamed(app, role):
    """The same application under another role."""
    return Application(role, app.values)
