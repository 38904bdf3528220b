"""T: what an installation must not show."""

from urllib.parse import urljoin

from cases.case import case, require

# Where administration, measurements and inspection of servers usually are.
INNER = """/metrics /metrics/ /admin /admin/ /_admin /internal /debug /debug/pprof/ /debug/vars
/actuator /actuator/env /status /server-status /stats /varz /env /config /.env /.git/config /console
/api/admin /prometheus /heapdump /phpinfo.php /dump""".split()


@case("T09")
def inner_routes(world):
    """Administration and metrics do not answer on the public address."""
    for path in INNER:
        for method in ("GET", "POST"):
            answer = world.wire.request(method, urljoin(world.base, path))
            text = answer.text
            hidden = answer.status in (401, 403, 404, 405)
            require(hidden, f"{answer}")
            require("# TYPE" not in text and "# HELP" not in text, f"{answer} shows metrics")
    for method in ("TRACE", "CONNECT", "TRACK"):
        answer = world.wire.request(method, urljoin(world.base, "/"), {"X-Secret": "mirror"})
        require(answer.status >= 400 and "mirror" not in answer.text, f"{answer}")
    for path in ("/", "/no-such-page-at-all", world.endpoint("token")):
        answer = world.wire.get(urljoin(world.base, path))
        shown = answer.header("server", "") + answer.header("x-powered-by", "")
        require(not any(letter.isdigit() for letter in shown), f"{answer} shows {shown!r}")
