"""K: keys of people and of applications."""

import pathlib
import re
from urllib.parse import urljoin

from cases.case import case, require, skip
from cases.flow import Flow, is_error
from cases.inside import api, described, forms, made, own_person, page_of, press, username, words_of
from cases.pages import Reader
from cases.world import basic


def key_of(world, name):
    """A part of `key` in the file."""
    found = world.values.get("key", {}).get(name)
    if found is None:
        skip(f"needs key.{name}")
    return found


def new_key(world, role, name="Key of a case"):
    """A key that may do everything that its owner may."""
    return world.operate("create_key", username=username(world, role), name=name)["api_key"]


def chosen_key(world, role, browser=None, scope="", days="", name="Chosen"):
    """A key with scopes and an end, made on the person's page."""
    browser = browser or world.browser(role, fresh=True)
    page = press(world, "make_key", browser, name=name, scope=scope, days=days)
    require(page.status < 400, f"{page}: {page.text[:300]}")
    found = re.search(key_of(world, "pattern"), page.text)
    require(found is not None, "the page does not show the key")
    return found[0]


def by_key(world, key, method="GET", path=None, document=None, **headers):
    """A request with a key."""
    sent = {name: value.format(key=key) for name, value in key_of(world, "headers").items()}
    sent |= headers
    if document is not None:
        sent.setdefault("Content-Type", described(world, "content_type"))
    url = urljoin(world.base, path or key_of(world, "path"))
    return world.wire.request(method, url, sent, document=document)


def refused(answer, status=401):
    require(answer.status == status, f"{answer}: {answer.text[:200]}")
    if status == 401:
        require(answer.header("www-authenticate"), f"{answer} without a challenge")


@case("K01")
def what_keys_open(world):
    """A personal key acts for its owner, with the scopes that the owner chose and never more. A key
    that names an application opens public data, and nothing else."""
    role = own_person(world)
    key = new_key(world, role)
    person = key_of(world, "person")
    answer = by_key(world, key, path=person)
    require(answer.status == 200, f"{answer}: {answer.text[:200]}")
    require(username(world, role) in answer.text, "the key acts for somebody else")
    create = described(world, "create")
    method = create.get("method", "POST")
    answer = by_key(world, key, method, create["path"], create["document"])
    require(answer.status in (200, 201), f"{answer}: {answer.text[:200]}")
    reader = chosen_key(world, role, scope=world.scope("read"))
    require(by_key(world, reader).status == 200, "a key that may read does not read")
    refused(by_key(world, reader, path=person), 403)
    refused(by_key(world, reader, method, create["path"], create["document"]), 403)

    named = world.values.get("application_key") or skip("needs application_key")
    scope = f"{world.scope('read')} {world.scope('write')}"
    app = world.register("https://client.example/cb", scope=scope)
    token = Flow(world, app).tokens(scope=scope)["access_token"]
    public, private = made(world, token), made(world, token, "create_private")
    key = world.app(named["role"]).values[named["member"]]

    def get(path, **more):
        headers = {name: value.format(key=key) for name, value in named["headers"].items()}
        return api(world, None, more.pop("method", "GET"), path, headers=headers, **more)

    answer = get(described(world, "one").format(id=public))
    require(answer.status == 200, f"public data: {answer}: {answer.text[:200]}")
    answer = get(described(world, "one").format(id=private))
    require(answer.status in (401, 403, 404), f"private data: {answer}")
    require(get(person).status in (401, 403), "it acts for a person")
    answer = get(create["path"], method=method, document=create["document"])
    require(answer.status in (401, 403), f"it makes something: {answer}")


@case("K02")
def in_the_address(world):
    """A personal key in the address is refused at every door that is not made for it, and is in
    no log."""
    key = new_key(world, own_person(world))
    require(by_key(world, key).status == 200, "the key does not work at all")
    for path in key_of(world, "no_query"):
        for name in key_of(world, "query"):
            url = urljoin(world.base, f"{path}?{name}={key}")
            for headers in ({}, described(world, "headers")):
                answer = world.wire.get(url, headers)
                require(answer.status in (400, 401), f"{name} at {path}: {answer}")
    for log in world.values.get("logs", []):
        text = pathlib.Path(log).read_text()
        require(text and key not in text, f"{log} has the key")
        middle = key[len(key) // 4 : -len(key) // 4]
        require(middle not in text, f"{log} has the key but for its ends")


@case("K04")
def wrong_checksum(world):
    """A key with a wrong checksum is refused like any that is none."""
    key = new_key(world, own_person(world))
    refused(by_key(world, key[:-1] + ("1" if key[-1] != "1" else "2")))
    middle = len(key) // 2
    swapped = key[:middle] + ("1" if key[middle] != "1" else "2") + key[middle + 1 :]
    for wrong in (swapped, key[:-1], key + "0", key.swapcase(), "x" * len(key)):
        refused(by_key(world, wrong))
    require(by_key(world, key).status == 200, "the right one does not work")


@case("K05")
def beside_a_token(world):
    """A personal key beside an access token is refused with 400, whichever comes first; a key that
    names the application goes with its token."""
    role = own_person(world)
    key = new_key(world, role)
    token = Flow(world, "web", role).tokens()["access_token"]
    require(world.resource(token).status == 200, "the token does not work")
    kinds = described(world, "headers")
    beside = key_of(world, "beside")
    answer = world.resource(token, headers={beside: key})
    require(answer.status == 400, f"the key in {beside} beside a token: {answer}")
    bearer = f"Bearer {token}"
    url = urljoin(world.base, world.values["resource"]["path"])
    for first, second in ((bearer, key), (key, bearer)):
        # Header names differ in case alone, so that both are sent.
        sent = kinds | {"Authorization": first, "authorization": second}
        answer = world.wire.get(url, sent)
        require(answer.status == 400, f"two credentials in one header: {answer}")
    named = world.values.get("application_key") or skip("needs application_key")
    app = world.app(named["role"])
    form = {"grant_type": "client_credentials"}
    own = world.token(form, app).json()["access_token"]
    headers = {
        name: value.format(key=app.values[named["member"]])
        for name, value in named["headers"].items()
    }
    answer = api(world, own, "GET", named["path"], headers=headers)
    require(answer.status == 200, f"an application's key beside its token: {answer}")


@case("K06")
def page_of_keys(world):
    """The page shows of each key its name, its scopes, when it was made and used and from where,
    and when it ends; a key that is deleted there is dead at once."""
    role = own_person(world)
    browser = world.browser(role, fresh=True)
    read = world.scope("read")
    key = chosen_key(world, role, browser, scope=read, days="7", name="Scores <b>bot</b>")

    def text():
        page = page_of(world, role, "account", browser)[1]
        require(key not in page.text, "the page shows the key again")
        return Reader(page.text).text

    shown = text()
    for what in ("Scores <b>bot</b>", read):
        require(what in shown, f"the page does not show {what!r}")
    for kind in ("key_made", "key_unused", "key_ends"):
        word = words_of(world, kind)
        require(word in shown, f"the page does not say {word!r}")
    require(by_key(world, key).status == 200, "the key does not work")
    address = key_of(world, "address")
    world.eventually(lambda: address in text(), "the page does not say where it was used from")
    answer = press(world, "delete_key", browser)
    require(answer.status < 400, f"{answer}")
    refused(by_key(world, key))
    found = forms(page_of(world, role, "account", browser)[1], "/account/keys/*/delete")
    require(not found, "it is still on the page")


@case("K07")
def owner_gone(world):
    """A key dies with its owner: while they are locked, and for good once they are deleted."""
    role = own_person(world)
    name, key = username(world, role), new_key(world, role)
    require(by_key(world, key).status == 200, "the key does not work")
    world.operate("lock_person", username=name)
    world.eventually(lambda: by_key(world, key).status == 401, "it works for a locked person")
    world.operate("unlock_person", username=name)
    world.eventually(lambda: by_key(world, key).status == 200, "it is dead for an unlocked person")
    world.operate("delete_person", username=name)
    world.eventually(lambda: by_key(world, key).status == 401, "it outlives its owner")
    refused(by_key(world, key))


@case("K08")
def not_at_oauth_endpoints(world):
    """A key proves nothing at the OAuth endpoints: it is no secret, no token, no session."""
    role = own_person(world)
    key, app = new_key(world, role), world.own("machine")
    require(by_key(world, key).status == 200, "the key does not work at all")
    kinds = [
        {"Authorization": f"Bearer {key}"},
        {"Authorization": key, "Authorization-Type": "v1"},
        {"Authorization": basic(username(world, role), key)},
        {"Authorization": basic(app.client_id, key)},
        {"X-Api-Key": key},
    ]
    grant = {"grant_type": "client_credentials", "scope": world.scope("read")}
    for headers in kinds:
        answer = world.token(grant, headers=headers)
        require(answer.status in (400, 401), f"it gives tokens: {answer}")
        require("access_token" not in answer.text, f"it gives tokens: {answer}")
        for endpoint in ("introspection", "revocation", "pushed_authorization_request"):
            if f"{endpoint}_endpoint" in world.metadata:
                answer = world.post(endpoint, {"token": "x"}, headers=headers)
                require(answer.status in (400, 401), f"{endpoint}: {answer}")
        flow = Flow(world, "second")
        browser = world.browser()
        browser.headers = headers
        page = flow.open(browser)
        require(world.asks_to_sign_in(page), f"the key signs in: {page}")
        for name in ("account", "applications"):
            page = page_of(world, None, name, browser)[1]
            require(world.asks_to_sign_in(page), f"the key opens {name}: {page}")
        if "userinfo_endpoint" in world.metadata:
            answer = world.wire.get(world.metadata["userinfo_endpoint"], headers)
            require(answer.status in (400, 401), f"userinfo: {answer}")
    # As a secret, as a refresh token, as a code, as what is asked about.
    wrong = world.token(grant | {"client_id": app.client_id, "client_secret": key})
    is_error(wrong, "invalid_client")
    web = world.app("web")
    refresh = world.token({"grant_type": "refresh_token", "refresh_token": key}, web)
    is_error(refresh, "invalid_grant")
    if "introspection_endpoint" in world.metadata:
        answer = world.post("introspection", {"token": key}, web)
        require(answer.json() == {"active": False}, f"{answer}: {answer.text[:200]}")
    if "revocation_endpoint" in world.metadata:
        world.post("revocation", {"token": key}, web)
        require(by_key(world, key).status == 200, "an application revoked a key")
