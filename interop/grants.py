"""Grants without a client library: every request as RFC 6749 writes it, for many at once."""

import base64
import hashlib
import secrets

import requests
from browsing import Person, query_of

CALLBACK = "http://127.0.0.1:8765/callback"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


class Gone(Exception):
    """Nobody answers any more."""


class Client:
    """An application with its credentials in the body, on whichever node it is pointed at."""

    def __init__(self, url, application, callback=CALLBACK):
        self.url = url
        self.application = application
        self.callback = callback
        self.http = requests.Session()

    def post(self, path, **fields):
        """A request of the client; the answer, or `Gone`."""
        fields = {name: value for name, value in fields.items() if value is not None}
        fields.setdefault("client_id", self.application["client_id"])
        if self.application.get("client_secret"):
            fields.setdefault("client_secret", self.application["client_secret"])
        try:
            answer = self.http.post(f"{self.url}{path}", data=fields, timeout=30)
        except requests.RequestException as cut:
            raise Gone from cut
        assert answer.status_code < 500, answer.text
        return answer

    def code(self, person, scope="me"):
        """A code with its verifier, allowed by a person with a browser."""
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.application["client_id"],
            "redirect_uri": self.callback,
            "scope": scope,
            "state": secrets.token_urlsafe(8),
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        link = requests.Request("GET", f"{self.url}/oauth/authorize", params=query).prepare().url
        answer = person.open(link)
        if not answer.is_redirect:
            return query_of(person.authorize(link))["code"], verifier
        # Allowed before, so nothing is asked.
        return query_of(answer.headers["Location"].split("#")[0])["code"], verifier

    def exchange(self, code, verifier):
        return self.post(
            "/oauth/token",
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.callback,
            code_verifier=verifier,
        )

    def refresh(self, token):
        return self.post("/oauth/token", grant_type="refresh_token", refresh_token=token)

    def revoke(self, token):
        return self.post("/oauth/revoke", token=token)

    def device(self, scope="me"):
        return self.post("/oauth/authorize_device", scope=scope)

    def poll(self, device_code):
        return self.post("/oauth/token", grant_type=DEVICE, device_code=device_code)

    def works(self, access_token):
        """Whether the API takes the token."""
        headers = {"Authorization": f"Bearer {access_token}", "Authorization-Type": "v2"}
        answer = self.http.get(f"{self.url}/v2.1/me.json", headers=headers, timeout=30)
        assert answer.status_code in (200, 401), answer.text
        return answer.status_code == 200


def signed_in(server, account):
    """A person whose browser is signed in."""
    person = Person(account, server.url)
    page = person.open("/login")
    person.submit(page, "password", username=account["username"], password=account["password"])
    return person


def is_refused(answer):
    return answer.status_code == 400 and answer.json()["error"] == "invalid_grant"
