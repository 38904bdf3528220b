"""E: the token endpoint, whatever the grant."""

import time
from urllib.parse import urlsplit

from cases.case import case, require
from cases.flow import Flow, granted, is_error, require_no_store
from cases.wire import encoded, read
from cases.world import basic


def machine_form(world):
    return {"grant_type": "client_credentials", "scope": world.scope("read")}


@case("E02")
def kinds_of_body(world):
    """A body that is no form (nor JSON, where the server reads it) is invalid_request."""
    app = world.app("machine")
    credentials = {"Authorization": basic(app.client_id, app.secret)}
    form = encoded(machine_form(world))
    address = world.endpoint("token")
    xml = "<grant_type>client_credentials</grant_type>"
    head = 'Content-Disposition: form-data; name="grant_type"'
    part = f"--x\r\n{head}\r\n\r\nclient_credentials\r\n--x--"
    for kind, body in [
        ("text/plain", form),
        ("application/xml", xml),
        ("multipart/form-data; boundary=x", part),
        ("application/octet-stream", form),
        ("application/jsonx", '{"grant_type": "client_credentials"}'),
        ("nonsense", form),
        ("application/json", form),
        ("application/json", '["grant_type"]'),
        ("application/json", '{"grant_type": {"a": 1}}'),
        ("application/json", '{"grant_type": "client_credentials"'),
        ("application/json", "[" * 5_000),
        ("application/x-www-form-urlencoded", "grant_type=client%zzcredentials"),
        ("application/x-www-form-urlencoded", b"grant_type=\xff\xfe"),
        ("application/x-www-form-urlencoded", '{"grant_type": "client_credentials"}'),
    ]:
        answer = world.wire.request("POST", address, credentials | {"Content-Type": kind}, body)
        is_error(answer, "invalid_request")
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    granted(world.wire.request("POST", address, credentials | kind, form))


@case("E03")
def query_of_the_address(world):
    """Credentials and tokens in the address are refused."""
    app = world.app("machine")
    address = world.endpoint("token")
    form = machine_form(world)
    secret = {"client_id": app.client_id, "client_secret": app.secret}
    answer = world.wire.post(f"{address}?{encoded(secret)}", form)
    is_error(answer, "invalid_request", "invalid_client")
    answer = world.wire.post(f"{address}?{encoded(secret | form)}", "")
    is_error(answer, "invalid_request", "invalid_client")
    answer = world.wire.get(f"{address}?{encoded(secret | form)}")
    require(answer.status in (400, 401, 405), f"{answer}")
    require("access_token" not in answer.text, "GET gives tokens")
    flow = Flow(world)
    token = flow.tokens()["refresh_token"]
    headers = {"Authorization": basic(flow.app.client_id, flow.app.secret)}
    query = encoded({"refresh_token": token})
    answer = world.wire.post(f"{address}?{query}", {"grant_type": "refresh_token"}, headers)
    is_error(answer, "invalid_request")
    granted(flow.refresh(token))


@case("E04")
def repeated_parameter(world):
    """A parameter that stands twice is invalid_request."""
    app = world.app("machine")
    for name, value in machine_form(world).items():
        pairs = [*machine_form(world).items(), (name, value)]
        is_error(world.token(pairs, app), "invalid_request")
    pairs = [*machine_form(world).items(), ("x", "1"), ("x", "2")]
    is_error(world.token(pairs, app), "invalid_request")
    for name, value in (("client_id", app.client_id), ("client_secret", app.secret)):
        pairs = [*machine_form(world).items(), (name, value)]
        is_error(world.token(pairs, app, "post"), "invalid_request")
    flow = Flow(world)
    code = flow.code()
    for name, value in (("code", code), ("code_verifier", flow.verifier)):
        is_error(flow.exchange(code, more=[(name, value)]), "invalid_request")
    twice = [("resource", world.issuer)] * 2
    answer = world.token([*machine_form(world).items(), *twice], app)
    require(answer.status == 200 or answer.json()["error"] == "invalid_target", f"{answer}")


@case("E05")
def grants(world):
    """An unknown grant is unsupported_grant_type; one that the application may not use is
    unauthorized_client; none at all is invalid_request."""
    web = world.app("web")
    for grant in ("nonsense", "Client_Credentials", "authorization_code ", "urn:example:x"):
        is_error(world.token({"grant_type": grant}, web), "unsupported_grant_type")
    is_error(world.token(machine_form(world), web), "unauthorized_client")
    is_error(world.token({"scope": world.scope("read")}, web), "invalid_request")
    is_error(world.token({"grant_type": ""}, web), "invalid_request")
    machine = world.app("machine")
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    is_error(world.token(form, machine), "unauthorized_client")


@case("E06")
def password_grant(world):
    """There is no password grant, for nobody."""
    person = world.person()
    form = {"grant_type": "password", "scope": world.scope("read")}
    form |= {"username": person["username"], "password": person["password"]}
    for role in ("web", "public", "machine", "lenient", "device"):
        if role in world.values["applications"]:
            is_error(world.token(form, world.app(role)), "unsupported_grant_type")
    require("password" not in world.metadata.get("grant_types_supported", []), "it is advertised")


@case("E07")
def not_stored(world):
    """No answer of the token endpoint is stored."""
    flow = Flow(world)
    first = flow.exchange()
    answers = [
        first,
        flow.refresh(first.json()["refresh_token"]),
        flow.refresh("nonsense"),
        world.token(machine_form(world), world.app("machine")),
        world.token({}),
        world.token({"grant_type": "nonsense"}, flow.app),
        world.wire.get(world.endpoint("token")),
        world.wire.request("POST", world.endpoint("token"), {"Content-Type": "x/y"}, "x"),
    ]
    for answer in answers:
        require_no_store(answer)


@case("E09")
def too_large(world):
    """A body over the stated bound is answered with 413 before it has been sent whole."""
    bound = world.stated("body_bytes")
    app = world.app("machine")
    address = world.endpoint("token")
    filler = f"{encoded(machine_form(world))}&x="
    fits = filler + "x" * (bound - len(filler))
    headers = {"Authorization": basic(app.client_id, app.secret)}
    granted(world.wire.post(address, fits, headers))
    answer = world.wire.post(address, fits + "x", headers)
    require(answer.status == 413, f"one byte too many: {answer}")
    # What was announced is enough to refuse, and so is what has come without an end.
    for announced in ("Content-Length: 1000000000", "Transfer-Encoding: chunked"):
        head = request_head(world, address, app, announced)
        body = (
            "x" * (bound + 1) if "Length" in announced else f"{bound + 1:x}\r\n" + "x" * (bound + 1)
        )
        with world.wire.connect(address, 10) as connection:
            connection.sendall(head + body.encode())
            answer = read(connection, "POST", address)
        require(answer.status == 413, f"{announced}: {answer}")
    granted(world.token(machine_form(world), app))


def request_head(world, address, app, announced):
    parts = urlsplit(address)
    return (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n"
        f"Authorization: {basic(app.client_id, app.secret)}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\n{announced}\r\n\r\n"
    ).encode()


@case("E10")
def slow_body(world):
    """A body that trickles in is cut off after the stated time, and holds up nobody."""
    seconds = world.stated("body_seconds")
    app = world.app("machine")
    address = world.endpoint("token")
    head = request_head(world, address, app, "Content-Length: 10000")
    slow = [world.wire.connect(address, seconds + 10) for _ in range(20)]
    for connection in slow:
        connection.sendall(head)
    granted(world.token(machine_form(world), app))
    world.wait_for(seconds + 5)
    end = time.monotonic() + seconds + 5
    while slow and time.monotonic() < end:
        time.sleep(1)
        slow = [connection for connection in slow if trickle(connection)]
        granted(world.token(machine_form(world), app))
    require(not slow, f"{len(slow)} bodies trickle on after {seconds + 5} s")


def trickle(connection):
    """Sends one more byte; False once the server has had enough."""
    try:
        connection.sendall(b"x")
        connection.settimeout(0.01)
        connection.recv(1)
    except TimeoutError:
        return True
    except OSError:
        pass
    connection.close()
    return False


@case("E12")
def token_type(world):
    """token_type is Bearer or DPoP, and the resource takes it in any letter case."""
    found = world.machine()
    require(found["token_type"].lower() in ("bearer", "dpop"), f"{found['token_type']!r}")
    for scheme in ("Bearer", "bearer", "BEARER", "bEaReR"):
        answer = world.resource(found["access_token"], scheme)
        require(answer.status == 200, f"with {scheme}: {answer}")
