"""I: the device grant (RFC 8628)."""

import secrets
import time

from cases.case import case, require
from cases.flow import at_once, granted, is_error, require_no_store
from cases.inside import elsewhere, limited, lives, own_app, own_person, username, words_of
from cases.pages import Browser, Reader

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def device_app(world, **variables):
    return own_app(world, "device", **variables)


def ask(world, app, **changes):
    """A device's request."""
    form = {"scope": app.scope or world.scope("read")} | changes
    return world.post("device_authorization", form, app)


def codes(world, app, **changes):
    """The codes that a device gets."""
    answer = ask(world, app, **changes)
    require(answer.status == 200, f"{answer}: {answer.text[:300]}")
    return answer.json()


def poll(world, app, found, node=None):
    """A device asks whether the person has decided."""
    form = {"grant_type": GRANT, "device_code": found["device_code"]}
    return world.token(form, app, node=node)


def typed(world, browser, code):
    """The page after a person typed the code."""
    page = browser.open(world.forms["activate"])
    return browser.submit(page, has=world.forms["user_code"], **{world.forms["user_code"]: code})


def confirmed(world, browser, found, decision="allow"):
    """A person types the code and decides."""
    page = typed(world, browser, found["user_code"])
    require(world.asks_for_consent(page), f"nobody is asked: {page}: {page.text[:300]!r}")
    answer = world.decide(browser, page, decision)
    require(answer.status < 400, f"{answer}: {answer.text[:300]}")
    return answer


def letters(text):
    return "".join(letter for letter in text if letter.isalnum())


@case("I01")
def without_the_grant(world):
    """An application without the device grant is answered with unauthorized_client, at its request
    and at the token endpoint; with the grant, with codes."""
    for role in ("web", "public", "machine"):
        app = world.app(role)
        is_error(ask(world, app, scope=world.scope("read")), "unauthorized_client")
        refused = poll(world, app, {"device_code": "nothing"})
        is_error(refused, "unauthorized_client")
    require(ask(world, device_app(world)).status == 200, "a device gets no codes either")


@case("I02")
def members(world):
    """The answer has both codes, the address with and without the code, how long the codes live
    and how often to ask; it is not stored, and the next is another."""
    app = device_app(world)
    answer = ask(world, app)
    require(answer.status == 200, f"{answer}: {answer.text[:300]}")
    require(answer.kind == "application/json", f"it comes as {answer.kind!r}")
    require_no_store(answer)
    found = answer.json()
    for name in ("device_code", "user_code", "verification_uri", "verification_uri_complete"):
        require(isinstance(found.get(name), str) and found[name], f"{name} is {found.get(name)!r}")
    for name in ("expires_in", "interval"):
        value = found.get(name)
        require(type(value) is int and value > 0, f"{name} is {value!r}")
    uri, complete = found["verification_uri"], found["verification_uri_complete"]
    require(uri.startswith(world.issuer.rstrip("/") + "/"), f"the address is {uri}")
    require(complete.startswith(uri) and found["user_code"] in complete, f"{complete}")
    require(found["device_code"] not in complete, "the address has the device's own code")
    again = codes(world, app)
    for name in ("device_code", "user_code"):
        require(again[name] != found[name], f"{name} is the same for two requests")


@case("I04")
def spellings(world):
    """A person may write the code in small letters, with spaces, without the dash."""
    found = codes(world, device_app(world))
    code = found["user_code"]
    bare = letters(code)
    browser = world.browser("bob")
    half = len(bare) // 2
    ways = [code, code.lower(), bare, bare.lower(), f"  {code} ", f"{bare[:half]} {bare[half:]}"]
    for way in ways:
        page = typed(world, browser, way)
        require(world.asks_for_consent(page), f"{way!r} is refused: {page}")
        require(code in Reader(page.text).text, f"after {way!r} the page does not show {code}")
    wrong = typed(world, browser, bare[::-1] if bare != bare[::-1] else bare[:-1])
    require(not world.asks_for_consent(wrong), "another code opens it, too")


@case("I05")
def impossible_codes(world):
    """What cannot be a code is refused, and not looked up: it is no guess, so that however many do
    not use up a person's guesses."""
    found = codes(world, device_app(world))
    bare = letters(found["user_code"])
    browser = world.browser(own_person(world), fresh=True)
    for wrong in ("x", "0", bare[:-1], bare + bare[0], "A" * len(bare), "<script>", "é" * 8, "1'"):
        for _ in range(4):
            page = typed(world, browser, wrong)
            require(400 <= page.status < 500, f"{wrong!r}: {page}")
            require(page.status != 429, f"{wrong!r} counts as a guess")
            require(not world.asks_for_consent(page), f"{wrong!r} is a code")
            require("<script>" not in page.text, "what was typed becomes markup")
    page = typed(world, browser, found["user_code"])
    require(world.asks_for_consent(page), f"the right code is refused afterwards: {page}")


def guesses(world, alphabet, length, browser, most):
    """Types codes at random until it is too much; gives how many were wrong."""
    for count in range(most + 1):
        page = typed(world, browser, "".join(secrets.choice(alphabet) for _ in range(length)))
        if page.status == 429:
            limited(page)
            return count
        require(400 <= page.status < 500, f"a wrong code: {page}")
    require(False, f"{most + 1} wrong codes, and no limit")


@case("I06")
def guessing(world):
    """Wrong codes are few: a person's, from wherever, and an address's, of whichever person. Then
    the right code is not told from the others; who guessed nothing is not held up."""
    bound = world.stated("wrong_user_codes")
    app = device_app(world)
    several = [codes(world, app)["user_code"] for _ in range(6)]
    alphabet = sorted(set(letters("".join(several))))
    length = len(letters(several[0]))
    wire = elsewhere(world, 41)

    def person():
        role = own_person(world)
        browser = Browser(wire, world.base)
        answer = world.sign_in(browser, world.person(role))
        require(answer.status < 400, f"{answer}")
        return role, browser

    guesser, browser = person()
    count = guesses(world, alphabet, length, browser, bound)
    require(count <= bound, f"one person had {count} guesses")
    answer = typed(world, browser, several[0])
    require(answer.status == 429, f"a right code is told from a wrong one: {answer}")
    moved = world.browser(guesser, fresh=True)
    answer = typed(world, moved, several[0])
    require(answer.status == 429, f"from another address the person guesses on: {answer}")
    total = count
    while count and total <= world.stated("wrong_user_codes_of_an_address"):
        _, browser = person()
        count = guesses(world, alphabet, length, browser, bound)
        total += count
    require(count == 0, f"{total} guesses from one address")
    page = typed(world, world.browser(own_person(world), fresh=True), several[0])
    require(world.asks_for_consent(page), f"somebody who guessed nothing is held up: {page}")


@case("I07")
def undecided(world):
    """Before the person has decided, a poll is answered with authorization_pending."""
    app = device_app(world)
    found = codes(world, app)
    is_error(poll(world, app, found), "authorization_pending", status=400)
    confirmed(world, world.browser("alice"), found)
    granted(poll(world, app, found))


@case("I08", "I09")
def too_early(world):
    """A poll long before the interval is answered with slow_down, and five seconds are added; who
    then waits for so long gets on."""
    app = device_app(world)
    found = codes(world, app)
    longer = found["interval"] + 5
    world.wait_for(2 * longer)
    is_error(poll(world, app, found), "authorization_pending", status=400)
    is_error(poll(world, app, found), "slow_down", status=400)
    time.sleep(longer + 0.5)
    is_error(poll(world, app, found), "authorization_pending", status=400)
    confirmed(world, world.browser("alice"), found)
    time.sleep(longer + 0.5)
    granted(poll(world, app, found))


@case("I12")
def refused(world):
    """When the person says no the device gets access_denied, and however often it asks; nobody can
    allow it afterwards."""
    app = device_app(world)
    found = codes(world, app)
    browser = world.browser("alice")
    page = typed(world, browser, found["user_code"])
    confirmed(world, browser, found, "deny")
    for _ in range(2):
        is_error(poll(world, app, found), "access_denied", status=400)
    late = world.decide(browser, page)
    require(400 <= late.status < 500, f"a decision after the decision: {late}")
    again = typed(world, world.browser("bob"), found["user_code"])
    require(not world.asks_for_consent(again), "somebody else is asked")
    is_error(poll(world, app, found), "access_denied", status=400)


@case("I14")
def used_twice(world):
    """A device code gives tokens once; then it is invalid_grant, and the tokens live on."""
    app = device_app(world)
    found = codes(world, app)
    confirmed(world, world.browser("alice"), found)
    tokens = granted(poll(world, app, found))
    for _ in range(2):
        is_error(poll(world, app, found), "invalid_grant", status=400)
    lives(world, tokens["access_token"], "the device asked once more")


@case("I15")
def many_polls(world):
    """Of fifty polls at once, at every process, exactly one gets tokens."""
    app = device_app(world)
    found = codes(world, app)
    confirmed(world, world.browser("alice"), found)
    nodes = [None, *(world.values.get("nodes") or [])]
    answers = at_once(50, lambda turn: poll(world, app, found, nodes[turn % len(nodes)]))
    worked = [answer for answer in answers if answer.status == 200]
    require(len(worked) == 1, f"{len(worked)} of 50 polls got tokens")
    lives(world, granted(worked[0])["access_token"], "the others came too late")
    for answer in answers:
        if answer is not worked[0]:
            is_error(answer, "invalid_grant", "slow_down", status=400)


@case("I16")
def another_application(world):
    """A device code in the hands of another application is invalid_grant, and nothing ends."""
    app, other = device_app(world), device_app(world)
    found = codes(world, app)
    is_error(poll(world, other, found), "invalid_grant", status=400)
    confirmed(world, world.browser("alice"), found)
    is_error(poll(world, other, found), "invalid_grant", status=400)
    is_error(world.token({"grant_type": GRANT, "device_code": "x"}, app), "invalid_grant")
    without = world.token({"grant_type": GRANT}, app)
    is_error(without, "invalid_request", status=400)
    granted(poll(world, app, found))


@case("I17")
def complete_address(world):
    """The address with the code still shows the code, the application and the scopes, and asks;
    opening it decides nothing."""
    app = device_app(world, name="Tilt <i>Box</i>", scope=world.scope("read"))
    found = codes(world, app)
    browser = world.browser("bob")
    page = browser.open(found["verification_uri_complete"])
    require(world.asks_for_consent(page), f"nobody is asked: {page}")
    text = Reader(page.text).text
    for shown in (found["user_code"], "Tilt <i>Box</i>", words_of(world, "read")):
        require(shown in text, f"the page does not show {shown!r}")
    require("<i>Box" not in page.text, "a name is taken for markup")
    is_error(poll(world, app, found), "authorization_pending", status=400)
    answer = world.decide(browser, page)
    require(answer.status < 400, f"{answer}")
    granted(poll(world, app, found))


@case("I20")
def locked(world):
    """A device gets access_denied where the person was locked after they allowed it."""
    app = device_app(world)
    found = codes(world, app)
    role = own_person(world)
    confirmed(world, world.browser(role, fresh=True), found)
    world.operate("lock_person", username=username(world, role))
    for _ in range(2):
        is_error(poll(world, app, found), "access_denied", status=400)


@case("I21")
def unfinished(world):
    """Requests that nobody decides on are limited by application and address; elsewhere the
    application goes on."""
    app = device_app(world)
    wire = elsewhere(world, 42)
    where = world.endpoint("device_authorization")
    form = {"client_id": app.client_id, "scope": app.scope}
    for _ in range(1_000):
        answer = wire.post(where, form)
        if answer.status == 429:
            break
        require(answer.status == 200, f"{answer}: {answer.text[:300]}")
    limited(answer)
    require(answer.json().get("error"), f"the answer names no error: {answer.text[:300]}")
    require(ask(world, app).status == 200, "another address is held up")


@case("I22")
def decided_before(world):
    """A code that was allowed is said to be used, without telling by whom, and decides nothing."""
    app = device_app(world)
    found = codes(world, app)
    role = own_person(world)
    confirmed(world, world.browser(role, fresh=True), found)
    name = username(world, role)
    for who in ("bob", role):
        page = typed(world, world.browser(who), found["user_code"])
        require(400 <= page.status < 500, f"{page}")
        require(not world.asks_for_consent(page), "one is asked again")
        require(words_of(world, "used") in Reader(page.text).text, "it is not said to be used")
        if who == "bob":
            require(name not in page.text, "the page says who allowed it")
    tokens = granted(poll(world, app, found))
    lives(world, tokens["access_token"], "its code was typed again")


@case("I24")
def refresh_tokens_rotate(world):
    """The refresh tokens of a device without a secret rotate: the old one, once its successor was
    used, ends the family."""
    app = device_app(world)
    found = codes(world, app)
    confirmed(world, world.browser("alice"), found)
    first = granted(poll(world, app, found))

    def refresh(tokens):
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        return world.token(form, app)

    second = granted(refresh(first))
    require(second["refresh_token"] != first["refresh_token"], "it does not rotate")
    third = granted(refresh(second))
    is_error(refresh(first), "invalid_grant")
    is_error(refresh(third), "invalid_grant")
