"""A: which application asks, and where the browser is sent back to."""

import re
from urllib.parse import parse_qsl, urldefrag, urlsplit

from cases.case import case, require
from cases.flow import Flow, is_own_page


def refuses(world, app, *uris):
    """These addresses, sent as `redirect_uri`, get a page: with somebody signed in and without."""
    for person in ("alice", None):
        flow = Flow(world, app, person)
        for uri in uris:
            is_own_page(flow.open(redirect_uri=uri), repr(uri))


def accepts(world, app, *uris):
    """These addresses, sent as `redirect_uri`, lead to the person's decision or back."""
    flow = Flow(world, app)
    for uri in uris:
        answer = flow.open(redirect_uri=uri)
        goes_on = world.asks_for_consent(answer) or answer.location is not None
        require(goes_on, f"{uri!r} is refused: {answer}")
        if answer.location is not None:
            require(answer.location.startswith(uri), f"{uri!r} went to {answer.location}")


def refuses_to_register(world, *uris, kind="confidential"):
    """No application with such a redirect URI can be registered."""
    right = world.register("https://client.example/cb", kind=kind)
    require(right is not None, f"the hook register does not work: {world.hook_error}")
    for uri in uris:
        made = world.register(uri, kind=kind)
        require(made is None, f"{uri!r} was registered for a {kind} application")


@case("A01")
def unknown_client(world):
    """An unknown client_id gets a page of the server's own and no redirect."""
    for person in ("alice", None):
        for name in ("no-such-client", "0", "a" * 300, "%00", "\u202e"):
            flow = Flow(world, "web", person)
            is_own_page(flow.open(client_id=name), f"client_id {name[:20]!r}")


@case("A02")
def no_client(world):
    """Without a client_id there is a page of the server's own and no redirect."""
    for person in ("alice", None):
        flow = Flow(world, "web", person)
        is_own_page(flow.open(client_id=None), "no client_id")
        is_own_page(flow.open(client_id=""), "an empty client_id")


@case("A03")
def disabled_client(world):
    """A disabled or deleted application is answered byte for byte like an unknown one."""
    deleted = world.app("deleted")
    flow = Flow(world, deleted, None)
    uri = deleted.redirect_uri or "https://client.example/cb"
    unknown = "x" * len(deleted.client_id)
    pages = []
    for client_id in (deleted.client_id, unknown):
        answer = flow.open(world.browser(), client_id=client_id, redirect_uri=uri)
        is_own_page(answer)
        fields = answer.fields_but("set-cookie")
        pages.append(masked(f"{answer.status} {fields} {answer.text}".replace(client_id, "ID")))
    require(pages[0] == pages[1], "the pages differ: " + first_difference(*pages))


def masked(text):
    """Without what is new on every page: nonces and tokens of forms."""
    text = re.sub(r"nonce(-|=[\"'])[^\"'\s]+", "nonce", text)
    return re.sub(r"value=\"[\w.=+/-]{16,}\"", "value", text)


def first_difference(one, other):
    at = next(
        (i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(map(len, (one, other)))
    )
    return f"{one[max(0, at - 20) : at + 40]!r} against {other[max(0, at - 20) : at + 40]!r}"


@case("A04")
def unregistered_address(world):
    """A redirect_uri that is not registered gets a page and no redirect."""
    refuses(world, "web", "https://evil.example/cb", "https://evil.example/", "x")
    is_own_page(
        Flow(world).open(redirect_uri="https://evil.example/cb", prompt="none"), "with prompt=none"
    )


@case("A05")
def trailing_slash(world):
    """A slash at the end makes another address."""
    uri = world.app("web").redirect_uri
    refuses(world, "web", uri.rstrip("/") if uri.endswith("/") else f"{uri}/")


@case("A06")
def letter_case(world):
    """Another letter case of the path makes another address."""
    parts = urlsplit(world.app("web").redirect_uri)
    path = parts.path.swapcase()
    require(path != parts.path, "the application web needs a redirect URI with letters in its path")
    refuses(world, "web", parts._replace(path=path).geturl())


@case("A07")
def query_added(world):
    """A parameter added to a registered address makes another address."""
    uri = world.app("web").redirect_uri
    refuses(world, "web", f"{uri}?x=1", f"{uri}?", f"{uri}?state=mine")
    uri = world.app("query").redirect_uri
    refuses(world, "query", f"{uri}&x=1")


@case("A08")
def query_changed(world):
    """Another query than the registered one makes another address."""
    app = world.app("query")
    parts = urlsplit(app.redirect_uri)
    (name, value), *rest = parse_qsl(parts.query)
    require(rest, "the application query needs a redirect URI with two parameters")
    turned = "&".join(reversed(parts.query.split("&")))
    for query in (f"{name}={value}x", "", turned, parts.query.upper(), f"{name}={value}"):
        refuses(world, "query", parts._replace(query=query).geturl())


@case("A09")
def registered_query(world):
    """A registered query is kept, and the answer's parameters are added to it."""
    flow = Flow(world, "query")
    answer = flow.allow()
    require(answer.location is not None, f"it is refused: {answer}")
    require(
        answer.location.startswith(f"{flow.app.redirect_uri}&"),
        f"the query is not kept: {answer.location}",
    )
    found = parse_qsl(urlsplit(answer.location).query)
    names = [name for name, _ in found]
    for name in ("code", "state", "iss"):
        require(names.count(name) == 1, f"{name} stands {names.count(name)} times")


@case("A10")
def clashing_query(world):
    """A registered query with state= or code= of its own: each parameter comes back once, with the
    server's value."""
    flow = Flow(world, "clash")
    own = [name for name, _ in parse_qsl(urlsplit(flow.app.redirect_uri).query)]
    require({"state", "code"} & set(own), "the application clash needs state= or code= in its URI")
    answer = flow.allow()
    require(answer.location is not None, f"it is refused: {answer}")
    found = parse_qsl(urlsplit(urldefrag(answer.location).url).query)
    for name in ("state", "code"):
        values = [value for key, value in found if key == name]
        require(len(values) == 1, f"{name} stands {len(values)} times")
        old = dict(parse_qsl(urlsplit(flow.app.redirect_uri).query)).get(name)
        require(values[0] != old, f"{name} is the registered one")
    require(dict(found)["state"] == flow.state, "state is not the one of the request")


@case("A11")
def path_confusion(world):
    """Dots, encoded dots, matrix parameters and doubled slashes in the path make another
    address, whatever they would come to."""
    uri = world.app("web").redirect_uri
    parts = urlsplit(uri)
    bent = [
        f"/x/%2e%2e{parts.path}",
        f"/x/..{parts.path}",
        f"/..;{parts.path}",
        f"/.{parts.path}",
        f"/{parts.path}",
        f"{parts.path}/..;/evil",
        f"{parts.path}/%2e%2e/evil",
        f"{parts.path}/../evil",
        f"{parts.path}/.",
        f"{parts.path};x",
        f"{parts.path}%2f",
        "/%63b" if parts.path == "/cb" else f"/%{ord(parts.path[1]):02x}{parts.path[2:]}",
    ]
    origin = f"{parts.scheme}://{parts.netloc}"
    refuses(world, "web", *[origin + path for path in bent])


@case("A12")
def userinfo(world):
    """The registered host as user name of another host is another address."""
    parts = urlsplit(world.app("web").redirect_uri)
    rest = parts.path
    refuses(
        world,
        "web",
        f"https://{parts.netloc}@evil.example{rest}",
        f"https://{parts.netloc}:443@evil.example{rest}",
        f"https://user@{parts.netloc}{rest}",
        f"https://user:password@{parts.netloc}{rest}",
        f"https://@{parts.netloc}{rest}",
    )


@case("A13")
def strange_authority(world):
    """Several @, an encoded one, a backslash, a tab or a line end in the authority are refused."""
    parts = urlsplit(world.app("web").redirect_uri)
    host, rest = parts.netloc, parts.path
    refuses(
        world,
        "web",
        f"https://{host}@{host}@evil.example{rest}",
        f"https://evil.example%25@{host}{rest}",
        f"https://evil.example%40{host}{rest}",
        f"https://evil.example\\@{host}{rest}",
        f"https://{host}\\@evil.example{rest}",
        f"https:\\\\{host}{rest}",
        f"https://{host}\t{rest}",
        f"https://{host}\n{rest}",
        f"https://{host}\r\n{rest}",
        f" https://{host}{rest}",
        f"https://{host}{rest} ",
        f"https://{host}.{rest}",
        f"https://{host}:443{rest}",
        f"https://{host}#@evil.example{rest}",
    )


@case("A14")
def missing_slashes(world):
    """Addresses that only a browser would complete to the registered one are refused."""
    parts = urlsplit(world.app("web").redirect_uri)
    host, rest = parts.netloc, parts.path
    refuses(
        world,
        "web",
        f"https:{host}{rest}",
        f"https:/{host}{rest}",
        f"https:///{host}{rest}",
        f"//{host}{rest}",
        f"///{host}{rest}",
        f"HTTPS://{host}{rest}",
        f"http://{host}{rest}",
        f"{host}{rest}",
        rest,
    )


@case("A15")
def unicode_host(world):
    """A host in Unicode is not the registered A-label: bytes are compared, nothing is
    normalised."""
    app = world.app("idn")
    parts = urlsplit(app.redirect_uri)
    name = parts.hostname.encode().decode("idna")
    require(name != parts.hostname, "the application idn needs an A-label in its redirect URI")
    rest = parts.path
    refuses(world, "idn", f"https://{name}{rest}", f"https://{parts.hostname.upper()}{rest}")
    accepts(world, "idn", app.redirect_uri)


@case("A16")
def address_with_fragment(world):
    """A redirect URI with a fragment is refused at registration and in a request."""
    uri = world.app("web").redirect_uri
    refuses(world, "web", f"{uri}#x", f"{uri}#", f"{uri}#_")
    refuses_to_register(world, "https://client.example/cb#x", "https://client.example/cb#")


@case("A17")
def address_pattern(world):
    """A wildcard, a pattern or a bare host cannot be registered as redirect URI."""
    refuses_to_register(
        world,
        "https://*.client.example/cb",
        "https://client.example/*",
        "https://client.example/.*",
        "*",
        "^https://client\\.example/cb$",
        "client.example",
        "client.example/cb",
        "//client.example/cb",
        "/cb",
    )


@case("A18")
def script_addresses(world):
    """Schemes that run or read something in the browser cannot be registered."""
    for kind in ("confidential", "public"):
        refuses_to_register(
            world,
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://client.example/x",
            "about:blank",
            "view-source:https://client.example/",
            kind=kind,
        )


def with_port(uri, port):
    parts = urlsplit(uri)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts._replace(netloc=f"{host}:{port}").geturl()


@case("A20")
def loopback_port(world):
    """A native application on 127.0.0.1 may use any port; nothing else may differ."""
    uri = world.app("native").redirect_uri
    accepts(world, "native", with_port(uri, 51_004), with_port(uri, 1), with_port(uri, 65_535))
    other = with_port(uri, 51_004)
    refuses(
        world,
        "native",
        f"{other}/",
        f"{other}?x=1",
        other.replace("http:", "https:"),
        other.replace("127.0.0.1", "127.0.0.2"),
        with_port(uri, "65536"),
        with_port(uri, "-1"),
        with_port(uri, "051004x"),
        with_port(uri, " 1"),
    )


@case("A21")
def loopback_six(world):
    """A native application on [::1] may use any port."""
    uri = world.app("native6").redirect_uri
    accepts(world, "native6", with_port(uri, 51_004), with_port(uri, 8_080))
    other = with_port(uri, 51_004)
    refuses(
        world,
        "native6",
        f"{other}/",
        other.replace("[::1]", "[0:0:0:0:0:0:0:1]"),
        other.replace("[::1]", "[::2]"),
        other.replace("[::1]", "127.0.0.1"),
    )


@case("A22")
def loopback_userinfo(world):
    """User names in a loopback address are refused although any port is right."""
    parts = urlsplit(world.app("native").redirect_uri)
    refuses(
        world,
        "native",
        f"http://user@127.0.0.1:5000{parts.path}",
        f"http://user:password@127.0.0.1{parts.path}",
        f"http://@127.0.0.1:5000{parts.path}",
        f"http://127.0.0.1:5000@evil.example{parts.path}",
        f"http://127.0.0.1@evil.example{parts.path}",
    )


@case("A23")
def loopback_lookalikes(world):
    """What merely looks like 127.0.0.1, or is another writing of it, is refused."""
    path = urlsplit(world.app("native").redirect_uri).path
    hosts = [
        "127.0.0.1.evil.example",
        "127.1",
        "0x7f000001",
        "0x7f.0.0.1",
        "2130706433",
        "0177.0.0.1",
        "127.0.0.1.",
        "127.000.000.001",
        "127.0.0.1%2eevil.example",
        "[::ffff:127.0.0.1]",
        "127.0.0.\u0661",
    ]
    refuses(world, "native", *[f"http://{host}:5000{path}" for host in hosts])
    refuses(world, "native", *[f"http://{host}{path}" for host in hosts])


@case("A24")
def localhost(world):
    """localhost is not 127.0.0.1: it has to be registered by that name."""
    path = urlsplit(world.app("native").redirect_uri).path
    refuses(world, "native", f"http://localhost:5000{path}", f"http://localhost{path}")


@case("A26")
def private_scheme(world):
    """A private-use scheme is for applications on a device, not for a confidential web
    application."""
    refuses_to_register(world, "com.example.app:/cb", "org.example.game:/oauth")
    made = world.register("com.example.app:/cb", kind="public")
    require(made is not None, f"a public application cannot have it either: {world.hook_error}")
    refuses_to_register(world, "app:/cb", "app://cb", kind="public")


@case("A27")
def address_left_out(world):
    """An application with one address must name it, unless a compatibility switch of its own
    says otherwise."""
    for person in ("alice", None):
        is_own_page(Flow(world, "web", person).open(redirect_uri=None), "no redirect_uri")
        is_own_page(Flow(world, "web", person).open(redirect_uri=""), "an empty redirect_uri")
    if "lenient" in world.values["applications"]:
        flow = Flow(world, "lenient")
        answer = flow.allow(redirect_uri=None)
        went = answer.location or ""
        require(went.startswith(flow.app.redirect_uri), f"the switch has no effect: {answer}")


@case("A28")
def one_of_many_left_out(world):
    """With two registered addresses a request must always say which, whatever the switches."""
    require(len(world.app("many").redirect_uris) > 1, "the application many needs two addresses")
    for role in ("many", "many_lenient"):
        if role in world.values["applications"]:
            for person in ("alice", None):
                is_own_page(Flow(world, role, person).open(redirect_uri=None), f"for {role}")
    accepts(world, "many", *world.app("many").redirect_uris)


@case("A29")
def no_address_at_all(world):
    """An application without a registered address gets every browser grant refused, with an
    answer."""
    for person in ("alice", None):
        flow = Flow(world, "nowhere", person)
        for uri in (None, "", "https://client.example/cb", "http://127.0.0.1/cb"):
            for kind in ("code", "token"):
                is_own_page(flow.open(redirect_uri=uri, response_type=kind), f"{kind} to {uri!r}")


@case("A31")
def unseen_redirect(world):
    """A wrong request does not bounce a visitor who has not seen this site yet."""
    for change in (
        {"scope": "no-such-scope"},
        {"response_type": "nonsense"},
        {"code_challenge_method": "plain"},
        {"response_mode": "nonsense"},
    ):
        answer = Flow(world, "web", None).open(**change)
        require(answer.location is None, f"with {change} it went straight to {answer.location}")
        require(answer.status < 500, f"{answer}")
