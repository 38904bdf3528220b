"""A person's browser without JavaScript: cookies, forms as they are written, redirects on the site.

A redirect that leaves the site is never followed: it is what most cases look at.
"""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from cases.wire import BadAnswer


class Form:
    """A form of a page: where it goes, its fields as they stand, its buttons."""

    def __init__(self, attributes):
        self.action = attributes.get("action") or ""
        self.method = (attributes.get("method") or "get").upper()
        self.fields = []
        self.buttons = []

    def names(self):
        return {name for name, _ in self.fields + self.buttons}


class Reader(HTMLParser):
    """Collects the forms of a page, the text, and the addresses that it loads or links."""

    def __init__(self, page):
        super().__init__()
        self.forms = []
        self.links = []
        self.words = []
        self.choice = None
        self.feed(page)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.links += [attributes[name] for name in ("href", "src", "action") if name in attributes]
        if tag == "form":
            self.forms.append(Form(attributes))
        if not self.forms:
            return
        form, name = self.forms[-1], attributes.get("name")
        if tag == "option":
            if self.choice and ("selected" in attributes or self.choice not in form.names()):
                form.fields = [field for field in form.fields if field[0] != self.choice]
                form.fields.append((self.choice, attributes.get("value") or ""))
        if not name or "disabled" in attributes:
            return
        if tag == "select":
            self.choice = name
        elif tag == "button" or attributes.get("type") == "submit":
            form.buttons.append((name, attributes.get("value") or ""))
        elif tag == "textarea":
            form.fields.append((name, ""))
        elif tag == "input":
            boxed = attributes.get("type") in ("checkbox", "radio")
            if not boxed or "checked" in attributes:
                form.fields.append((name, attributes.get("value") or ("on" if boxed else "")))

    def handle_endtag(self, tag):
        if tag == "select":
            self.choice = None

    def handle_data(self, data):
        self.words.append(data)


class Browser:
    """Cookies, and where the person is."""

    def __init__(self, wire, base, headers=None):
        self.wire = wire
        self.base = base
        self.headers = headers or {}
        self.cookies = {}

    def copy(self):
        """Another window of the same browser, its cookies as they are now."""
        other = Browser(self.wire, self.base, self.headers)
        other.cookies = dict(self.cookies)
        return other

    def send(self, method, url, follow=True, headers=None, **more):
        """One request with the cookies; redirects within the site are followed if wanted."""
        url = urljoin(self.base, url)
        sent = {"Accept": "text/html", **self.headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            sent.setdefault("Origin", origin(url))
        answer = self.wire.request(method, url, sent, **more)
        self.keep(answer)
        hops = 0
        while follow and answer.location is not None and 300 <= answer.status < 400:
            target = urljoin(answer.url, answer.location)
            if origin(target) != origin(self.base):
                return answer
            hops += 1
            if hops > 10:
                raise BadAnswer(f"{answer}: redirects do not end")
            answer = self.send("GET", target, follow=False)
        return answer

    def open(self, url, **more):
        return self.send("GET", url, **more)

    def keep(self, answer):
        for line in answer.all("set-cookie"):
            pair, *attributes = [part.strip() for part in line.split(";")]
            name, _, value = pair.partition("=")
            gone = any(
                attribute.lower() in ("max-age=0", "expires=thu, 01 jan 1970 00:00:00 gmt")
                for attribute in attributes
            )
            if gone or not value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value

    def submit(self, page, has=None, action=None, follow=True, button=None, **values):
        """Fills the form that has a control of that name (or that action), and sends it.

        A value of None takes the field away."""
        form = find(page, has, action)
        pairs = [pair for pair in form.fields if pair[0] not in values]
        pairs += [(name, value) for name, value in values.items() if value is not None]
        if button is not None:
            pairs.append(button)
        url = urljoin(page.url, form.action)
        return self.send(form.method, url, follow=follow, form=pairs)


def find(page, has=None, action=None):
    """A form of a page: by the name of a control or by where it goes."""
    for form in Reader(page.text).forms:
        if has is not None and has not in form.names():
            continue
        if action is not None and urlsplit(form.action).path != action:
            continue
        return form
    sought = f"a control {has!r}" if has is not None else f"the action {action!r}"
    raise BadAnswer(f"{page}: it has no form with {sought}")


def origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
