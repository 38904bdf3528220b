"""R: signing in, sessions, and one's own account."""

import re
import secrets
import time
from urllib.parse import urljoin, urlsplit

from cases.case import case, require, skip
from cases.flow import Flow, at_once
from cases.inside import (
    dies,
    elsewhere,
    forms,
    limited,
    lives,
    own_app,
    own_person,
    page_of,
    press,
    username,
)
from cases.pages import Browser, Reader


def attempt(world, name, password, browser=None, headers=None):
    """A sign-in of that name with that password, however it ends."""
    browser = browser or world.browser()
    if headers:
        browser.headers = browser.headers | headers
    page = browser.open(world.forms["login"])
    fields = {world.forms["username"]: name, world.forms["password"]: password}
    return browser.submit(page, has=world.forms["password"], follow=False, **fields)


def worked(answer):
    return answer.status in (302, 303) and answer.all("set-cookie") != []


def is_signed_in(world, browser):
    """Whether the account page opens."""
    answer = page_of(world, None, "account", browser)[1]
    return answer.status == 200 and not world.asks_to_sign_in(answer)


def replayed(world, cookies):
    """Another browser with these cookies."""
    browser = world.browser()
    browser.cookies = dict(cookies)
    return browser


def without_secrets(answer, *names):
    """What can be seen of an answer, but for what is new on every page."""
    text = re.sub(r"value=\"[\w.=+/-]{16,}\"", "value", answer.text)
    for name in names:
        text = text.replace(name, "NAME")
    return answer.status, answer.fields_but("set-cookie", "content-length"), text


@case("R01")
def unknown_and_wrong(world):
    """An unknown person and a wrong password are answered alike."""
    known = username(world, own_person(world))
    unknown = f"q{secrets.token_hex(6)}"
    answers = [attempt(world, name, "wrong all the same") for name in (known, unknown)]
    require(not worked(answers[0]) and not worked(answers[1]), "a wrong password is taken")
    one, other = (without_secrets(answer, known, unknown) for answer in answers)
    require(one == other, f"the answers differ: {one[0]} and {other[0]}")


def until_limited(world, send, most=150):
    """Sends until it is limited; gives that answer."""
    for count in range(most):
        answer = send(count)
        require(not worked(answer), "a wrong password is taken")
        if answer.status == 429:
            return answer
    require(False, f"{most} wrong passwords in a row, and no limit")


@case("R03")
def guessing(world):
    """Wrong passwords slow down who sends them, for that person and in all; the person can still
    sign in from elsewhere."""
    person = world.person(own_person(world))
    wire = elsewhere(world, 31)
    name, password = person["username"], person["password"]
    send = lambda count: attempt(world, name, f"wrong {count}", Browser(wire, world.base))
    limited(until_limited(world, send))
    # The right password does not help out of it: it could be the next guess.
    answer = attempt(world, name, password, Browser(wire, world.base))
    require(answer.status == 429, f"the limit is no limit: {answer}")
    require(worked(attempt(world, name, password)), "a stranger locked the person out")
    # Another address guesses at many people.
    wire = elsewhere(world, 32)
    send = lambda count: attempt(world, f"p{count}x", "wrong", Browser(wire, world.base))
    limited(until_limited(world, send, 400))
    require(worked(attempt(world, name, password)), "the limit holds for other addresses")


@case("R05")
def forwarded(world):
    """An address in a header of a stranger is not believed: guesses under many addresses are
    guesses of one."""
    person = world.person(own_person(world))
    wire = elsewhere(world, 33)
    names = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP")

    def send(count):
        address = f"203.0.113.{count % 250 + 1}"
        headers = {name: address for name in names} | {"Forwarded": f"for={address}"}
        browser = Browser(wire, world.base, headers)
        return attempt(world, person["username"], f"wrong {count}", browser)

    limited(until_limited(world, send))


@case("R06")
def many_sign_ins(world):
    """Two hundred sign-ins at once: each is answered, by a session or by 503 with Retry-After, and
    the server goes on."""
    person = world.person(own_person(world))
    browsers = [world.browser() for _ in range(200)]
    pages = [browser.open(world.forms["login"]) for browser in browsers[:1]]
    fields = {
        world.forms["username"]: person["username"],
        world.forms["password"]: person["password"],
    }
    for browser in browsers:
        browser.cookies = dict(browsers[0].cookies)
    answers = at_once(
        200,
        lambda index: browsers[index].submit(
            pages[0], has=world.forms["password"], follow=False, **fields
        ),
    )
    counts = {}
    for answer in answers:
        counts[answer.status] = counts.get(answer.status, 0) + 1
        if answer.status in (429, 503):
            require(answer.header("retry-after"), f"{answer} without Retry-After")
        else:
            require(worked(answer), f"{answer}")
    require(any(worked(answer) for answer in answers), f"nobody came in: {counts}")
    require(worked(attempt(world, person["username"], person["password"])), "nobody comes in now")


@case("R08")
def password_as_typed(world):
    """A password is checked exactly as it is typed: spaces around it, signs beyond ASCII, length."""
    long = "Lang " + "\u00e4\U0001f3c7x" * 30
    for password in ("  spaces around  ", "\U0001f3c7\U0001f6e1\ufe0f horse and shield", long):
        name = f"q{secrets.token_hex(6)}"
        email = f"{name}@example.org"
        world.operate("create_person", username=name, email=email, password=password)
        require(worked(attempt(world, name, password)), f"{password!r} is refused")
        require(worked(attempt(world, email, password)), "the e-mail address is refused")
        bent = {password.strip(), password.swapcase(), password[:-1], password[:64]}
        bent |= {password.encode()[:72].decode("utf-8", "ignore"), password + " "}
        for other in bent - {password}:
            require(not worked(attempt(world, name, other)), f"{other!r} is taken, too")


def sign_up(world, browser=None, **fields):
    name = f"q{secrets.token_hex(6)}"
    values = {"username": name, "email": f"{name}@example.org", "password": f"word of {name}"}
    return press(world, "sign_up", browser or world.browser(), **(values | fields))


@case("R02")
def known_addresses(world):
    """Signing up with an e-mail address that has an account is answered as with any other, and
    opens nothing of that account."""
    person = world.person(own_person(world))
    known = person["email"]
    answers = []
    for email in (known, known.upper(), None):
        name = f"q{secrets.token_hex(6)}"
        email = email or f"{name}@example.org"
        password = "a horse, a lance"
        browser = world.browser()
        answer = sign_up(world, browser, username=name, email=email, password=password)
        require(is_signed_in(world, browser), f"{email}: no account was made: {answer}")
        answers.append(without_secrets(answer, name, email))
        require(worked(attempt(world, name, password)), f"{email}: nobody can sign in to it")
        if email.lower() == known:
            require(not worked(attempt(world, known, password)), "it stands for the known account")
    require(answers[0] == answers[1] == answers[2], "the answers differ")
    require(worked(attempt(world, known, person["password"])), "the known account is locked out")


@case("R09")
def common_passwords(world):
    """A password that everybody tries first, or made of the site's or one's own name, is refused at
    sign-up."""
    answer = sign_up(world)
    require(answer.status < 400, f"sign-up does not work: {answer}")
    common = ["password", "12345678", "qwertyuiop", "iloveyou1", "password1", "football1"]
    common += ["Password1", "1q2w3e4r5t", "sunshine1", "princess1", "trustno1", "baseball"]
    common += world.values.get("own_words", [])
    for password in common:
        answer = sign_up(world, password=password)
        require(400 <= answer.status < 500, f"{password!r} is taken: {answer}")
    name = f"q{secrets.token_hex(6)}"
    for password in (name, f"{name}@example.org", name.upper()):
        answer = sign_up(world, username=name, email=f"{name}@example.org", password=password)
        require(400 <= answer.status < 500, f"one's own name is taken as password: {answer}")


@case("R10")
def new_session(world):
    """Signing in makes a new session and ends the old one; what a browser brought along is not
    taken for a session."""
    role = own_person(world)
    person = world.person(role)
    browser = world.browser(role, fresh=True)
    old = dict(browser.cookies)
    require(is_signed_in(world, replayed(world, old)), "the session does not work")
    answer = attempt(world, person["username"], person["password"], browser)
    require(worked(answer), f"a second sign-in: {answer}")
    changed = {name for name in old if browser.cookies.get(name) != old[name]}
    require(changed, "the session is the same after signing in again")
    require(is_signed_in(world, browser), "the new session does not work")
    require(not is_signed_in(world, replayed(world, old)), "the old session lives on")
    planted = replayed(world, {name: old[name][:-4] + "AAAA" for name in old})
    before = dict(planted.cookies)
    # The page may bring its own cookie for the form; the planted session must not be kept.
    answer = attempt(world, person["username"], person["password"], planted)
    require(worked(answer), f"{answer}")
    for name in changed:
        require(planted.cookies[name] != before[name], "a planted session was taken over")


@case("R11")
def cookie_flags(world):
    """The session cookie is bound to the host, out of reach of scripts and not sent along from
    other sites; on https it is secure."""
    person = world.person()
    answer = attempt(world, person["username"], person["password"])
    secure = urlsplit(world.issuer).scheme == "https"
    lines = answer.all("set-cookie")
    require(lines, f"{answer} sets no cookie")
    for line in lines:
        pair, *attributes = [part.strip() for part in line.split(";")]
        found = {part.split("=")[0].lower(): part.partition("=")[2] for part in attributes}
        name = pair.split("=")[0]
        require("httponly" in found, f"{name}: no HttpOnly")
        require(found.get("samesite", "").lower() in ("lax", "strict"), f"{name}: no SameSite")
        require(found.get("path") == "/" and "domain" not in found, f"{name}: {attributes}")
        require(("secure" in found) == secure, f"{name}: {attributes}")
        require(name.startswith("__Host-") == secure, f"the cookie is named {name}")
    hsts = answer.header("strict-transport-security")
    require((hsts is not None) == secure, f"Strict-Transport-Security is {hsts}")


@case("R12")
def signed_out(world):
    """After signing out the cookie is dead, also in another hand."""
    browser = world.browser(own_person(world), fresh=True)
    cookies = dict(browser.cookies)
    require(is_signed_in(world, replayed(world, cookies)), "the session does not work")
    answer = press(world, "sign_out", browser)
    require(answer.status < 400, f"{answer}")
    require(not is_signed_in(world, browser), "one is still signed in")
    require(not is_signed_in(world, replayed(world, cookies)), "the cookie is still alive")


@case("R13")
def session_bounds(world):
    """A session that nobody uses ends at its bound."""
    seconds = world.stated("session_idle_seconds")
    world.wait_for(seconds + 1)
    browser = world.browser(own_person(world), fresh=True)
    time.sleep(seconds + 1)
    require(not is_signed_in(world, browser), "the session is still alive")


@case("R14")
def new_password(world):
    """Changing the password offers to end all other sessions; a reset ends them all."""
    role = own_person(world)
    old = world.person(role)["password"]
    browser, other = world.browser(role, fresh=True), world.browser(role, fresh=True)
    answer = press(world, "change_password", browser, old="wrong", new="another long word")
    require(answer.status in (400, 401, 403, 422), f"with a wrong password: {answer}")
    require(is_signed_in(world, other), "a change that failed ended a session")
    answer = press(world, "change_password", browser, old=old, new="another long word")
    require(answer.status < 400, f"{answer}: {answer.text[:200]}")
    require(is_signed_in(world, browser), "one's own session ended")
    require(not is_signed_in(world, other), "the other session lives on although it was offered")
    name = username(world, role)
    require(not worked(attempt(world, name, old)), "the old password still works")
    require(worked(attempt(world, name, "another long word")), "the new password does not work")
    world.operate("set_password", username=name, password="one by the operator")
    world.eventually(lambda: not is_signed_in(world, browser), "a session outlives the reset")
    require(worked(attempt(world, name, "one by the operator")), "the reset has no effect")


def key_headers(world, key):
    headers = world.values.get("key", {}).get("headers") or skip("needs key.headers")
    return {name: value.format(key=key) for name, value in headers.items()}


@case("R15")
def account_page(world):
    """The account page shows sessions, applications and keys, and each can be ended there."""
    role = own_person(world)
    browser, other = world.browser(role, fresh=True), world.browser(role, fresh=True)
    app = own_app(world, name="Joust Watch")
    tokens = Flow(world, app, role).tokens()
    key = world.operate("create_key", username=username(world, role), name="Key of R15")["api_key"]
    page = page_of(world, role, "account", browser)[1]
    text = Reader(page.text).text
    for shown in ("Joust Watch", "Key of R15", world.person(app.owner)["username"]):
        require(shown in text, f"the account page does not show {shown}")
    require(key not in page.text, "the account page shows the key")
    count = len(forms(page, world.values["actions"]["end_session"]["action"]))
    # Browsers of the flow included.
    require(count >= 2, f"the account page shows {count} sessions")
    lives(world, tokens["access_token"], "nothing has ended yet")
    press(world, "delete_key", browser)
    where = urljoin(world.base, world.values["key"]["path"])
    answer = world.wire.get(where, key_headers(world, key))
    require(answer.status == 401, f"the key still works: {answer}")
    world.act(role, "disconnect", client_id=app.client_id, username=username(world, role))
    dies(world, tokens["access_token"], "after disconnecting the application")
    press(world, "end_other_sessions", browser)
    require(is_signed_in(world, browser), "one's own session ended")
    require(not is_signed_in(world, other), "another session lives on")
    third = world.browser(role, fresh=True)
    page = page_of(world, role, "account", browser)[1]
    for which in range(len(forms(page, world.values["actions"]["end_session"]["action"]))):
        # The first is one's own, or the last; either way each can be ended by itself.
        if is_signed_in(world, third) and is_signed_in(world, browser):
            press(world, "end_session", browser, which=len(forms(page, "*")) and which and -1)
    require(
        not (is_signed_in(world, third) and is_signed_in(world, browser)), "no session was ended"
    )


def every_form(world, role):
    """The forms that change something, on every page named in the file."""
    browser = world.browser(role, fresh=True)
    for name in world.values.get("pages", {}) or skip("needs pages"):
        path = world.values["pages"][name].format(client_id=world.app("web").client_id)
        page = browser.open(path)
        for form in Reader(page.text).forms:
            if form.method == "POST":
                yield browser, page, form


@case("R26")
def forged_forms(world):
    """A form without our token, with one of another session, or from another site is 403."""
    token = world.forms.get("csrf", "csrf")
    foreign = {}
    for role, seen in (("bob", None), ("alice", foreign)):
        for browser, page, form in every_form(world, role):
            pairs = dict(form.fields)
            if seen is None:
                foreign.setdefault("token", pairs.get(token))
                continue
            require(token in pairs, f"{form.action} has no {token}")
            url = urljoin(page.url, form.action)
            bent = [
                {key: value for key, value in pairs.items() if key != token},
                pairs | {token: ""},
                pairs | {token: pairs[token][:-1]},
                pairs | {token: foreign["token"]},
            ]
            for wrong in bent:
                answer = browser.send("POST", url, follow=False, form=wrong)
                require(answer.status == 403, f"{answer} with a wrong token")
            for site in ("cross-site", "same-site"):
                headers = {"Sec-Fetch-Site": site}
                if site == "cross-site":
                    headers["Origin"] = "https://evil.example"
                answer = browser.send("POST", url, follow=False, form=pairs, headers=headers)
                require(answer.status == 403, f"{answer} from {site}")
            answer = browser.send("POST", url, follow=False, document=pairs)
            require(answer.status in (403, 415), f"{answer} as JSON")
    require(is_signed_in(world, browser), "a forged form signed out")
    # The same for the decision on a consent page.
    flow = Flow(world, own_app(world))
    page = flow.open()
    form = next(form for form in Reader(page.text).forms if world.forms["decision"] in form.names())
    allow = [(world.forms["decision"], world.forms["allow"])]
    for wrong in (
        [pair for pair in form.fields if pair[0] != token] + allow,
        [(key, foreign["token"] if key == token else value) for key, value in form.fields] + allow,
    ):
        answer = flow.browser.send("POST", urljoin(page.url, form.action), form=wrong)
        require(answer.status == 403, f"{answer} for a consent with a wrong token")
    answer = world.decide(flow.browser, page)
    require("code=" in (answer.location or ""), f"the right one does not work afterwards: {answer}")


def is_safe(world, answer):
    policy = answer.header("content-security-policy", "")
    require("frame-ancestors 'none'" in policy, f"{answer}: the policy is {policy!r}")
    require("default-src" in policy and "unsafe-inline" not in policy, f"{answer}: {policy!r}")
    require("unsafe-eval" not in policy, f"{answer}: {policy!r}")
    require(answer.header("x-frame-options", "").upper() == "DENY", f"{answer}: no X-Frame-Options")
    require(answer.header("x-content-type-options") == "nosniff", f"{answer}: no nosniff")
    if urlsplit(world.issuer).scheme == "https":
        require(answer.header("strict-transport-security"), f"{answer}: no HSTS")


@case("R27")
def page_headers(world):
    """Every page has a policy, cannot be framed and is not sniffed."""
    for role in (None, "alice"):
        browser = world.browser(role)
        for name in world.values.get("pages", {}) or skip("needs pages"):
            path = world.values["pages"][name].format(client_id=world.app("web").client_id)
            answer = browser.open(path)
            require(answer.kind == "text/html", f"{answer} is {answer.kind}")
            is_safe(world, answer)
    flow = Flow(world, own_app(world))
    is_safe(world, flow.open())
    is_safe(world, flow.open(client_id="unknown"))
    is_safe(world, attempt(world, "nobody", "wrong"))


@case("R30")
def account_deleted(world):
    """With an account go its sessions, tokens, keys and consents; nobody can sign in to it."""
    role = own_person(world)
    person = world.person(role)
    name = person["username"]
    browser = world.browser(role, fresh=True)
    flow = Flow(world, "web", role)
    tokens = flow.tokens()
    key = world.operate("create_key", username=name, name="x")["api_key"]
    where = urljoin(world.base, world.values["key"]["path"])
    answer = world.wire.get(where, key_headers(world, key))
    require(answer.status == 200, f"the key does not work: {answer}")
    world.operate("delete_person", username=name)
    world.eventually(lambda: not is_signed_in(world, browser), "the session is still alive")
    dies(world, tokens["access_token"], "after the account was deleted")
    require(flow.refresh(tokens["refresh_token"]).status == 400, "a refresh token still works")
    world.eventually(
        lambda: world.wire.get(where, key_headers(world, key)).status == 401,
        "a key still works after the account was deleted",
    )
    require(not worked(attempt(world, name, person["password"])), "one can still sign in")
