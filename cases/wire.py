"""A small strict HTTP/1.1 client: one connection a request, no redirect followed, bytes as given.

It is made for tests: an answer that is not well-formed raises `BadAnswer`, and what is sent can be
anything, also what a real client would never send.
"""

import contextlib
import json
import socket
import ssl
import time
from urllib.parse import quote_plus, urlsplit

# An answer longer than this is no answer of an authorization server.
LONGEST_ANSWER = 8 * 1024 * 1024


class BadAnswer(Exception):
    """What came back is no HTTP answer, or none in time."""


class Answer:
    """A status, header fields in the order sent, a body."""

    def __init__(self, method, url, status, fields, body):
        self.method = method
        self.url = url
        self.status = status
        self.fields = fields
        self.body = body

    def all(self, name):
        """Every value of that header field."""
        return [value for key, value in self.fields if key == name.lower()]

    def header(self, name, default=None):
        """The value of a header field; several are joined, as RFC 9110 §5.3 allows."""
        values = self.all(name)
        return ", ".join(values) if values else default

    def fields_but(self, *names):
        """The header fields in their order, without these and those that are new on every answer
        whatever it says."""
        left_out = {"date", "x-request-id", *names}
        return [field for field in self.fields if field[0] not in left_out]

    @property
    def location(self):
        """Where the answer sends the browser; None where it does not."""
        return self.header("location")

    @property
    def kind(self):
        """The media type without its parameters."""
        return self.header("content-type", "").split(";")[0].strip().lower()

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise BadAnswer(f"{self}: the body is no JSON: {self.text[:200]!r}") from error

    def __str__(self):
        return f"{self.method} {urlsplit(self.url).path} answered {self.status}"


def encoded(pairs):
    """Pairs (or a dictionary) as `application/x-www-form-urlencoded`; None values are left out."""
    if isinstance(pairs, dict):
        pairs = pairs.items()
    return "&".join(
        f"{quote_plus(str(name))}={quote_plus(str(value), safe='')}"
        for name, value in pairs
        if value is not None
    )


class Wire:
    """Sends requests."""

    def __init__(self, ca_file=None, timeout=30, source=None):
        """`source` is the address of this machine that requests come from."""
        self.timeout = timeout
        self.source = (source, 0) if source else None
        self.tls = ssl.create_default_context(cafile=ca_file)

    def connect(self, url, timeout=None):
        """An open connection to the host of that address."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            target = (parts.hostname, port)
            plain = socket.create_connection(target, timeout or self.timeout, self.source)
        except OSError as error:
            raise BadAnswer(f"no connection to {parts.netloc}: {error}") from error
        if parts.scheme != "https":
            return plain
        return self.tls.wrap_socket(plain, server_hostname=parts.hostname)

    def request(self, method, url, headers=None, body=b"", form=None, document=None, timeout=None):
        """One request. `form` (pairs or a dictionary) and `document` (JSON) set body and type."""
        headers = dict(headers or {})
        if form is not None:
            body = form if isinstance(form, str) else encoded(form)
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        if document is not None:
            body = json.dumps(document)
            headers.setdefault("Content-Type", "application/json")
        body = body.encode() if isinstance(body, str) else body
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if "?" in url.split("#")[0] else "")
        lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
        if body or method not in ("GET", "HEAD", "OPTIONS"):
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n"
        return self.raw(url, head + body, method, timeout)

    def get(self, url, headers=None, **more):
        return self.request("GET", url, headers, **more)

    def post(self, url, form=None, headers=None, **more):
        return self.request("POST", url, headers, form=form, **more)

    def raw(self, url, data, method="POST", timeout=None):
        """Sends exactly these bytes, and reads the answer."""
        with self.connect(url, timeout) as connection:
            # A server may answer and close before it has read everything: that is its right.
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                connection.sendall(data)
            return read(connection, method, url)


def read(connection, method, url):
    """Reads one answer from a connection on which the request was sent."""
    received = bytearray()
    started = time.monotonic()
    while True:
        try:
            part = connection.recv(65_536)
        except TimeoutError as error:
            waited = time.monotonic() - started
            raise BadAnswer(f"{method} {url[:200]}: no answer in {waited:.0f} s") from error
        except ConnectionError as error:
            if received:
                break
            raise BadAnswer(f"{method} {url[:200]}: {error}") from error
        received += part
        if not part or complete(received, method):
            break
        if len(received) > LONGEST_ANSWER:
            raise BadAnswer(f"{method} {url[:200]}: the answer does not end")
    return parsed(bytes(received), method, url)


def split_head(received):
    head, found, rest = bytes(received).partition(b"\r\n\r\n")
    return (head, rest) if found else (None, b"")


def fields_of(head):
    lines = head.decode("latin-1").split("\r\n")
    pairs = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or name != name.strip() or not name:
            raise BadAnswer(f"a bad header line: {line!r}")
        pairs.append((name.lower(), value.strip()))
    return lines[0], pairs


def complete(received, method):
    """Whether everything is here, so that waiting for the end of the connection is needless."""
    head, rest = split_head(received)
    if head is None:
        return False
    _, pairs = fields_of(head)
    fields = dict(pairs)
    if method == "HEAD":
        return True
    if "content-length" in fields:
        return len(rest) >= int(fields["content-length"])
    return "transfer-encoding" in fields and rest.endswith(b"0\r\n\r\n")


def parsed(received, method, url):
    head, rest = split_head(received)
    if head is None:
        raise BadAnswer(f"{method} {url[:200]}: no HTTP answer: {received[:80]!r}")
    first, pairs = fields_of(head)
    words = first.split(" ", 2)
    if len(words) < 2 or words[0] not in ("HTTP/1.0", "HTTP/1.1") or not words[1].isdigit():
        raise BadAnswer(f"{method} {url[:200]}: a bad status line: {first!r}")
    fields = dict(pairs)
    if fields.get("transfer-encoding", "").lower() == "chunked":
        rest = unchunked(rest)
    elif "content-length" in fields and method != "HEAD":
        length = int(fields["content-length"])
        if len(rest) < length:
            raise BadAnswer(f"{method} {url[:200]}: the body is cut off")
        rest = rest[:length]
    return Answer(method, url, int(words[1]), pairs, rest)


def unchunked(rest):
    body = bytearray()
    while True:
        size, found, rest = rest.partition(b"\r\n")
        if not found:
            raise BadAnswer("a chunked body is cut off")
        length = int(size.split(b";")[0], 16)
        if length == 0:
            return bytes(body)
        if rest[length : length + 2] != b"\r\n":
            raise BadAnswer("a chunk is cut off")
        body += rest[:length]
        rest = rest[length + 2 :]
