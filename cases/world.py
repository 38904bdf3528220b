"""The server under test, as its JSON file describes it (README.md, "The file")."""

import base64
import json
import os
import secrets
import subprocess
import time
from urllib.parse import quote_plus, urljoin, urlsplit

from cases.case import Failed, require, skip
from cases.pages import Browser
from cases.wire import Wire, encoded

# How long a hook may take, in seconds.
HOOK_SECONDS = 60

# What the file may leave out.
FORMS = {
    "login": "/login",
    "username": "username",
    "password": "password",
    "decision": "decision",
    "allow": "allow",
    "deny": "deny",
    "activate": "/activate",
    "user_code": "user_code",
}


class Application:
    """A registered client: `client_id`, `client_secret`, `redirect_uris`, `scope`, `owner`."""

    def __init__(self, role, values):
        self.role = role
        self.client_id = values["client_id"]
        self.secret = values.get("client_secret")
        self.redirect_uris = values.get("redirect_uris") or []
        self.scope = values.get("scope")
        self.owner = values.get("owner")
        self.values = values

    @property
    def redirect_uri(self):
        return self.redirect_uris[0] if self.redirect_uris else None


class World:
    """Addresses, people, applications and hooks, and the requests that every section makes."""

    def __init__(self, values):
        self.values = values
        self.issuer = values["issuer"]
        self.base = values.get("base", self.issuer)
        self.wire = Wire(values.get("ca_file"), values.get("timeout_seconds", 30))
        self.longest_wait = values.get("longest_wait_seconds", 5)
        self.forms = FORMS | values.get("forms", {})
        self.metadata = self.discover()
        self.sessions = {}
        self.hook_error = ""

    # What the file says

    def discover(self):
        parts = urlsplit(self.issuer)
        path = parts.path.rstrip("/")
        found = {}
        for name in ("oauth-authorization-server", "openid-configuration"):
            where = f"/.well-known/{name}{path}"
            if name == "openid-configuration":
                where = f"{path}/.well-known/{name}"
            answer = self.wire.get(urljoin(self.base, where))
            if answer.status == 200 and not found:
                found = answer.json()
        return found | self.values.get("endpoints", {})

    def endpoint(self, name, node=None):
        """The address of an endpoint, such as `token`; on another node if one is given."""
        key = name if name.endswith("_uri") else f"{name}_endpoint"
        if key not in self.metadata:
            skip(f"the server offers no {key}")
        address = self.metadata[key]
        if node is not None:
            parts = urlsplit(address)
            address = urljoin(node, parts.path + (f"?{parts.query}" if parts.query else ""))
        return address

    def app(self, role):
        """The application of that role."""
        values = self.values.get("applications", {}).get(role)
        if values is None:
            skip(f"needs application {role}")
        return Application(role, values)

    def person(self, role="alice"):
        people = self.values.get("people", {})
        # The owner of an application is named by id.
        values = people.get(role) or next(
            (one for one in people.values() if str(one.get("id")) == str(role)), None
        )
        if values is None:
            skip(f"needs person {role}")
        return values

    def scope(self, kind):
        """The scope for a purpose: `read`, `write`, `person`, `foreign` …"""
        found = self.values.get("scopes", {}).get(kind)
        if found is None:
            skip(f"needs scope {kind}")
        return found

    def stated(self, name):
        """A bound that the server's documentation states, such as `code_seconds`."""
        found = self.values.get("stated", {}).get(name)
        if found is None:
            skip(f"needs stated {name}")
        return found

    def wait_for(self, seconds):
        """Refuses the case where it would have to wait for longer than the file allows."""
        if seconds > self.longest_wait:
            skip(f"needs a wait of {seconds} s; longest_wait_seconds is {self.longest_wait}")

    def eventually(self, condition, why, seconds=5):
        """Waits until the condition holds, as long as news may take to reach every process."""
        end = time.monotonic() + seconds
        while not condition():
            require(time.monotonic() < end, why)
            time.sleep(0.05)

    def second_node(self):
        """The address of another process on the same store."""
        nodes = self.values.get("nodes") or []
        if not nodes:
            skip("needs a second node")
        return nodes[0]

    def other(self, name):
        """Another installation, whose operator chose otherwise (`others` of the file)."""
        values = self.values.get("others", {}).get(name)
        if values is None:
            skip(f"needs others.{name}")
        return World(values)

    def has_hook(self, name):
        return name in self.values.get("hooks", {})

    def hook(self, name, /, **variables):
        """Runs the operator's command of that name: variables in its environment, in capitals;
        gives what it prints, read as JSON. A command that fails gives None."""
        command = self.values.get("hooks", {}).get(name)
        if command is None:
            skip(f"needs hook {name}")
        environment = {key.upper(): str(value) for key, value in variables.items()}
        done = subprocess.run(
            ["sh", "-c", command],
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=HOOK_SECONDS,
        )
        if done.returncode != 0:
            self.hook_error = done.stderr.strip()
            return None
        try:
            return json.loads(done.stdout or "{}")
        except ValueError as error:
            raise Failed(f"hook {name} printed no JSON: {done.stdout[:200]!r}") from error

    def operate(self, name, /, **variables):
        """A hook that has to work."""
        done = self.hook(name, **variables)
        if done is None:
            raise Failed(f"hook {name} failed: {self.hook_error}")
        return done

    def register(self, redirect_uri=None, **variables):
        """Registers an application of its own for one case (hook `register`): variables `name`,
        `kind` (`confidential`, `public`, `machine`, `device`), `redirect_uri` (may be several,
        one a line), `owner` (a role). Gives it, or None where the server refused."""
        kind = variables.setdefault("kind", "confidential")
        owner = variables.pop("owner", "alice")
        variables["owner"] = self.person(owner)["username"]
        variables.setdefault("name", f"Case {secrets.token_hex(3)}")
        variables["redirect_uri"] = redirect_uri or ""
        made = self.hook("register", **variables)
        if made is None:
            return None
        made.setdefault("redirect_uris", (redirect_uri or "").splitlines())
        made.setdefault("owner", owner)
        return Application(kind, made)

    def own(self, role):
        """An application like that of the role, for cases that guess its secret: wrong guesses
        may be counted. The one of the role itself where none can be registered."""
        app = self.app(role)
        if not self.has_hook("register"):
            return app
        kind = "machine" if role == "machine" else "confidential"
        scope = self.scope("read") if role == "machine" else app.scope or ""
        made = self.register("\n".join(app.redirect_uris), kind=kind, scope=scope)
        require(made is not None, f"hook register: {self.hook_error}")
        return made

    # Who uses a browser

    def browser(self, role=None, fresh=False):
        """A browser: nobody's, or one in which that person is signed in."""
        if role is None:
            return Browser(self.wire, self.base)
        if fresh:
            return self.signed_in(role)
        if role not in self.sessions:
            self.sessions[role] = self.signed_in(role)
        return self.sessions[role].copy()

    def signed_in(self, role):
        browser = Browser(self.wire, self.base)
        answer = self.sign_in(browser, self.person(role))
        require(answer.status < 400, f"{role} cannot sign in: {answer}")
        return browser

    def sign_in(self, browser, person, page=None, follow=True):
        """Fills the sign-in form, of a page that shows it or of the sign-in address."""
        page = page or browser.open(self.forms["login"])
        filled = {
            self.forms["username"]: person["username"],
            self.forms["password"]: person["password"],
        }
        return browser.submit(page, has=self.forms["password"], follow=follow, **filled)

    def asks_to_sign_in(self, answer):
        return answer.status == 200 and self.has_control(answer, self.forms["password"])

    def asks_for_consent(self, answer):
        return answer.status == 200 and self.has_control(answer, self.forms["decision"])

    def has_control(self, answer, name):
        return f'name="{name}"' in answer.text or f"name={name}" in answer.text

    def decide(self, browser, page, decision="allow", follow=True, **values):
        """Answers a consent page."""
        button = (self.forms["decision"], self.forms[decision])
        return browser.submit(page, has=button[0], follow=follow, button=button, **values)

    def act(self, role, name, /, **variables):
        """Something a person does on a page of theirs: a form named in `forms.actions`, else the
        hook of that name."""
        action = self.values.get("actions", {}).get(name)
        if action is None:
            return self.operate(name, **variables)
        browser = self.browser(role)
        page = browser.open(action["page"].format(**variables))
        where = action["action"].format(**variables)
        fields = {key: text.format(**variables) for key, text in action.get("fields", {}).items()}
        answer = browser.submit(page, action=where, **fields)
        require(answer.status < 400, f"{name} on {action['page']}: {answer}")
        return answer

    # What applications send

    def post(self, endpoint, form, app=None, auth="basic", headers=None, node=None, **more):
        """A request of an application to one of its endpoints: `auth` is `basic`, `post` or
        `none` (the client identifier alone)."""
        headers = dict(headers or {})
        pairs = list(form.items() if isinstance(form, dict) else form)
        if app is not None:
            if app.secret is None and auth == "basic":
                auth = "none"
            if auth == "basic":
                headers["Authorization"] = basic(app.client_id, app.secret)
            else:
                pairs.append(("client_id", app.client_id))
            if auth == "post":
                pairs.append(("client_secret", app.secret))
        return self.wire.post(self.endpoint(endpoint, node), pairs, headers, **more)

    def token(self, form, app=None, auth="basic", **more):
        """A token request."""
        return self.post("token", form, app, auth, **more)

    def resource(self, token, scheme="Bearer", headers=None, **more):
        """A request to the protected resource, as the file's `resource` describes it."""
        described = self.values.get("resource") or skip("needs resource")
        sent = described.get("headers", {}) | (headers or {})
        if token is not None:
            sent["Authorization"] = f"{scheme} {token}"
        method = described.get("method", "GET")
        return self.wire.request(method, urljoin(self.base, described["path"]), sent, **more)

    def alive(self, token):
        """Whether an access token still opens the protected resource."""
        answer = self.resource(token)
        if answer.status == 401:
            return False
        require(answer.status in (200, 403), f"{answer}: {answer.text[:200]}")
        return True

    def claims(self, token):
        """The claims of a JWT, its signature not looked at."""
        parts = token.split(".")
        require(len(parts) == 3, "this is no JWT")
        return json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))

    def machine(self, role="machine"):
        """An access token of an application of its own."""
        form = {"grant_type": "client_credentials", "scope": self.scope("read")}
        answer = self.token(form, self.app(role))
        require(answer.status == 200, f"{answer}: {answer.text[:200]}")
        return answer.json()

    def url(self, endpoint, pairs, node=None):
        """The address of an endpoint with parameters."""
        address = self.endpoint(endpoint, node)
        return f"{address}{'&' if '?' in address else '?'}{encoded(pairs)}"


def basic(client_id, secret):
    """HTTP Basic as RFC 6749 §2.3.1 has it: both parts form-url-encoded first."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
