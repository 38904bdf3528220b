"""A person with a browser that has no JavaScript: follows forms and redirects as written."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import requests


class Form(HTMLParser):
    """A form of a page: where it goes, its fields as they stand, its buttons."""

    def __init__(self, page, has):
        """Reads the first form with a control of this name."""
        super().__init__()
        self.forms = []
        self.feed(page)
        [self.action, self.fields, self.buttons] = next(
            form for form in self.forms if has in form[1] or has in [name for name, _ in form[2]]
        )

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append([attrs.get("action", ""), {}, []])
        elif self.forms and attrs.get("name"):
            _, fields, buttons = self.forms[-1]
            if tag == "button":
                buttons.append((attrs["name"], attrs["value"]))
            elif tag in ("input", "textarea"):
                boxed = attrs.get("type") in ("checkbox", "radio") and "checked" not in attrs
                # Boxes share a name; each that is ticked is sent.
                values = fields.setdefault(attrs["name"], [])
                if not boxed:
                    values.append(attrs.get("value") or "")


class Person:
    """Somebody who clicks through pages."""

    def __init__(self, account, base):
        self.account = account
        self.base = base
        self.session = requests.Session()

    def open(self, url):
        """Opens an address; redirects within the site are followed, one that leaves it is not."""
        return self._follow(self.session.get(urljoin(self.base, url), allow_redirects=False))

    def submit(self, answer, has, **values):
        """Fills the form that has that control, and sends it."""
        form = Form(answer.text, has)
        sent = form.fields | values
        url = urljoin(answer.url, form.action)
        return self._follow(self.session.post(url, data=sent, allow_redirects=False))

    def _follow(self, answer):
        while answer.is_redirect:
            target = urljoin(answer.url, answer.headers["Location"])
            if urlsplit(target).netloc != urlsplit(self.base).netloc:
                return answer
            answer = self.session.get(target, allow_redirects=False)
        return answer

    def authorize(self, url, decision="allow"):
        """Goes from an application's link to the redirect back to it: signs in, decides."""
        answer = self.open(url)
        if urlsplit(answer.url).path == "/login":
            name, password = self.account["username"], self.account["password"]
            answer = self.submit(answer, "password", username=name, password=password)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        answer = self.submit(answer, "decision", decision=decision)
        assert answer.is_redirect, answer.text
        # The fragment (which keeps browsers from carrying another one along) is not sent on.
        return urldefrag(answer.headers["Location"]).url


def query_of(url):
    """The parameters of a redirect."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
