"""The authorization code flow of one application and one person, each step to be bent at will."""

import base64
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, urldefrag, urlsplit

from cases.case import require


def challenge_of(verifier):
    """The S256 challenge (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Flow:
    """`parameters()` → `open()` → `allow()` → `code()` → `exchange()` → `tokens()`: each does what
    comes before it."""

    def __init__(self, world, app="web", person="alice", fresh=False):
        self.world = world
        self.app = world.app(app) if isinstance(app, str) else app
        self.browser = world.browser(person, fresh)
        self.verifier = secrets.token_urlsafe(32)
        self.state = secrets.token_urlsafe(9)

    def parameters(self, extra=(), **changes):
        """A right request; `changes` sets parameters (None takes away), `extra` adds pairs."""
        parameters = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": self.app.redirect_uri,
            "scope": self.app.scope or self.world.scope("read"),
            "state": self.state,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
        }
        parameters |= changes
        return [pair for pair in parameters.items() if pair[1] is not None] + list(extra)

    def open(self, browser=None, post=False, extra=(), **changes):
        """Sends the request; gives the page, or the redirect that leaves the site."""
        pairs = self.parameters(extra, **changes)
        browser = browser or self.browser
        if post:
            return browser.send("POST", self.world.endpoint("authorization"), form=pairs)
        return browser.open(self.world.url("authorization", pairs))

    def allow(self, decision="allow", **changes):
        """Goes to the redirect back to the application: signs in and decides where asked."""
        answer = self.open(**changes)
        if self.world.asks_to_sign_in(answer):
            answer = self.world.sign_in(self.browser, self.world.person(), answer)
        if self.world.asks_for_consent(answer):
            answer = self.world.decide(self.browser, answer, decision)
        return answer

    def code(self, **changes):
        """An authorization code."""
        answer = self.allow(**changes)
        found = query(answer)
        require("code" in found, f"no code came back: {answer}, {found or answer.text[:300]!r}")
        return found["code"]

    def exchange(self, code=None, app=None, auth="basic", node=None, more=(), **changes):
        """Sends a code to the token endpoint."""
        form = {
            "grant_type": "authorization_code",
            "code": code or self.code(),
            "redirect_uri": self.app.redirect_uri,
            "code_verifier": self.verifier,
        }
        form |= changes
        pairs = [pair for pair in form.items() if pair[1] is not None] + list(more)
        return self.world.token(pairs, app or self.app, auth, node=node)

    def tokens(self, **changes):
        """What a right exchange gives."""
        return granted(self.exchange(self.code(**changes)))

    def refresh(self, token, app=None, auth="basic", **changes):
        """Sends a refresh token to the token endpoint."""
        form = {"grant_type": "refresh_token", "refresh_token": token} | changes
        return self.world.token(form, app or self.app, auth)


def query(answer):
    """The parameters in the query of a redirect that left the site."""
    if answer.location is None:
        return {}
    parts = urlsplit(urldefrag(answer.location).url)
    return dict(parse_qsl(parts.query, keep_blank_values=True))


def fragment(answer):
    """The parameters in the fragment of a redirect."""
    location = answer.location or ""
    return dict(parse_qsl(urlsplit(location).fragment, keep_blank_values=True))


def at_once(count, work):
    """The results of `count` calls of `work(index)` at the same time."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


# What answers have to look like


def granted(answer):
    """The JSON of a token answer that is right (RFC 6749 §5.1)."""
    require(answer.status == 200, f"no tokens: {answer}: {answer.text[:300]}")
    require(answer.kind == "application/json", f"tokens come as {answer.kind!r}")
    found = answer.json()
    require("access_token" in found, f"there is no access_token in {sorted(found)}")
    return found


def is_error(answer, *errors, status=None):
    """The JSON error of RFC 6749 §5.2."""
    text = f"{answer}: {answer.text[:300]}"
    require(answer.status in (400, 401) or answer.status == status, text)
    require(answer.kind == "application/json", f"the error comes as {answer.kind!r}")
    error = answer.json().get("error")
    require(error in errors, f"the error is {error!r}, not {' or '.join(errors)}")
    if status is None:
        status = 401 if error == "invalid_client" else 400
    allowed = (400, 401) if error == "invalid_client" else (status,)
    require(answer.status in allowed, f"{error} comes with status {answer.status}")
    require_no_store(answer)
    return answer.json()


def require_no_store(answer):
    found = answer.header("cache-control", "")
    require("no-store" in found, f"{answer}: Cache-Control is {found!r}")


def is_own_page(answer, what="the request"):
    """Refused on a page of the server's own: status 400, no redirect."""
    require(answer.location is None, f"{what} was redirected to {answer.location}")
    require(answer.status == 400, f"{what} was answered with {answer.status}, not 400")
    require(answer.kind == "text/html", f"{what} was refused with {answer.kind!r}, not a page")


def is_refused(world, answer, app, *errors, state=None, uri=None, where=query):
    """Refused by a redirect to the application: `error`, `state`, `iss`, no code, no token."""
    uri = uri or app.redirect_uri
    require(answer.location is not None, f"no redirect: {answer}: {answer.text[:300]!r}")
    goes = urldefrag(answer.location).url
    require(goes.split("?")[0] == uri.split("?")[0], f"it went to {goes}, not to {uri}")
    found = where(answer)
    require(found.get("error") in errors, f"the error is {found.get('error')!r}, not {errors}")
    require("code" not in found and "access_token" not in found, "an error came with a grant")
    if state is not None:
        require(found.get("state") == state, f"state came back as {found.get('state')!r}")
    require(found.get("iss") == world.issuer, f"iss is {found.get('iss')!r}")
    return found
