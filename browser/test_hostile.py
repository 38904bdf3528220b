"""A page around the embed that means harm: what it may not do, whatever it tries."""

import re

import pytest
from conftest import DESKTOP, ROOT, sign_in, until
from test_embed import AROUND, api, around, ask, elsewhere, heard  # noqa: F401, the fixtures

GUIDE = (ROOT / "docs/guides/embedding.md").read_text().split("## Bracket JSAPI")[1]

# Pages that may stand in nobody's frame; the last are shown in a browser that is signed in.
UNFRAMED = [
    "/",
    "/tournaments",
    "/framed",
    "/framed/overlay",
    "/docs/embed?tournament=framed",
    "/login",
    "/signup",
    "/nothing_here",
    "/framed/manage",
    "/framed/manage/results",
    "/framed/manage/delete",
    "/tournaments/new",
    "/account",
    "/apps/new",
    "/activate",
    "/device",
    "/oauth/authorize?response_type=code&client_id=nobody",
]

# Each may be anything but heard as one of the actions, and leaves the frame as it is.
SHAPES = [
    "new Map([['action', 'setZoomScale']])",
    "new Set(['setZoomScale'])",
    "new Date()",
    "new ArrayBuffer(1 << 20)",
    "new Blob(['{\"action\":\"setZoomScale\"}'])",
    "['setZoomScale', { zoomScale: 3 }]",
    "'{\"action\":\"setZoomScale\",\"parameters\":{\"zoomScale\":3}}'",
    "{ action: ['setZoomScale'], parameters: { zoomScale: 3 } }",
    "{ action: { toString: 'setZoomScale' } }",
    "{ Action: 'setZoomScale', parameters: { zoomScale: 3 } }",
    "{ action: 'setzoomscale', parameters: { zoomScale: 3 } }",
    "{ action: 'setZoomScale ', parameters: { zoomScale: 3 } }",
    "{ action: 'setZoomScale', parameters: { zoomScale: '3' } }",
    "{ action: 'setZoomScale', parameters: { zoomScale: [3] } }",
    "{ action: 'setZoomScale', parameters: { zoomScale: 3n } }",
    "{ action: 'setZoomScale', parameters: new Map([['zoomScale', 3]]) }",
    "{ action: 'setZoomScale', parameters: { zoomScale: 3, animationDuration: 'long' } }",
    "{ action: 'zoomToMatchIdentifier', parameters: { matchIdentifier: 'A'.repeat(5e6) } }",
    "{ action: 'zoomToMatchIdentifier', parameters: { matchIdentifier: { toString: 1 } } }",
    "{ action: 'loadTheme', parameters: { themeName: 'x'.repeat(5e6) } }",
    "{ action: 'x'.repeat(5e6) }",
    "{ action: 'filterRounds', parameters: { rounds: Array(1e6).fill(1) } }",
    "{ action: 'filterRounds', parameters: { rounds: [1.5] } }",
    "{ action: 'filterRounds', parameters: { rounds: [[1]] } }",
    "{ action: 'loadIntegrationData', parameters: { data: { matches: Object.fromEntries("
    "Array.from({ length: 1e4 }, (_, n) => [n, 'x'])) } } }",
    "{ action: 'loadIntegrationData', parameters: { data: { matches: { A: deep(500) } } } }",
    "{ action: 'setBracketSettings', parameters: { settings: { showVoting: 'yes' } } }",
    "{ action: 'setBracketSettings', parameters: { settings: ['tab', '//evil.example'] } }",
    "JSON.parse('{\"__proto__\": {\"action\": \"setZoomScale\"}}')",
    "JSON.parse('{\"action\": \"setBracketSettings\", \"parameters\":"
    ' {"settings": {"__proto__": {"polluted": 1}}}}\')',
    "JSON.parse('{\"action\": \"setBracketSettings\", \"parameters\":"
    ' {"settings": {"constructor": {"prototype": {"polluted": 1}}}}}\')',
    "JSON.parse('{\"action\": \"hasOwnProperty\", \"parameters\": {}}')",
    "JSON.parse('{\"action\": \"__defineGetter__\", \"parameters\": {}}')",
]
DEEP = """window.deep = (depth) => {
    let it = { label: 1 };
    for (let n = 0; n < depth; n += 1) it = { label: it };
    return it;
}"""


def table(heading):
    """The words in the first column of the guide's table of that heading."""
    rows = GUIDE.split(f"| {heading} |")[1].split("\n\n")[0].splitlines()[2:]
    return [word for row in rows for word in re.findall(r"`(\w+)`", row.split("|")[1])]


def test_no_other_page_goes_into_a_frame(server, api, visit, elsewhere):  # noqa: F811
    """Neither by frame nor by object, and whoever is signed in there is no better prey."""
    url, pages, _ = elsewhere
    person = server.new_person()
    api.new_tournament(["Ada", "Grace", "Jean"], url="framed")
    page = visit(expect=["frame-ancestors", "X-Frame-Options", "ERR_BLOCKED", r"\b40[014]\b"])
    sign_in(page, server.url, person["username"], person["password"])
    for path in UNFRAMED:
        answer = page.request.get(server.url + path, max_redirects=0)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-frame-options"] == "DENY", path
        src = (server.url + path).replace("&", "&amp;")
        pages["/"] = f"""<!doctype html><title>Prize</title><link rel="icon" href="data:,">
            <iframe title="x" src="{src}"></iframe><object title="y" data="{src}"></object>
            <embed title="z" src="{src}">"""
        page.goto(f"{url}/")
        page.wait_for_load_state("load")
        assert not [it for it in page.frames if it.url.startswith(server.url)], path
        frame = page.query_selector("iframe").content_frame()
        shown = frame.evaluate("document.documentElement.textContent")
        assert "Tiltyard" not in shown and "Grace" not in shown, path


def test_the_frame_knows_nobody(server, api, visit, elsewhere):  # noqa: F811
    """Who is signed in sees in it what everybody sees, and no request of it says who they are."""
    url, pages, _ = elsewhere
    owner = server.new_person()
    api.new_tournament(["Ada", "Grace", "Jean"], url="framed")
    page = visit()
    sign_in(page, server.url, owner["username"], owner["password"])
    address = f"{server.url}/framed/module"
    [mine, everybodys] = [who.request.get(address) for who in (page, visit())]
    assert mine.text() == everybodys.text()
    assert "set-cookie" not in mine.headers
    assert owner["username"] not in mine.text()
    assert "csrf" not in mine.text()
    asked = []
    page.on("request", lambda request: asked.append(request))
    for theme in ("light", "dark"):
        pages["/"] = AROUND.format(src=f"{address}?theme={theme}")
        page.goto(f"{url}/")
        until(page, "got.some((it) => it.event === 'loaded')")
        ask(page, "setBracketSettings", settings={"showStandings": True})
    ours = [it for it in asked if it.url.startswith(server.url)]
    assert len([it for it in ours if "/module" in it.url]) >= 4
    for request in ours:
        assert "cookie" not in request.all_headers(), request.url
    frame = page.frames[1]
    assert frame.evaluate("document.cookie") == ""
    # What the page around is told is what is public.
    assert owner["username"] not in page.evaluate("JSON.stringify(got)")


def test_shapes_that_nobody_expects(around):  # noqa: F811
    _, page, frame = around()
    frame.wait_for_selector("[data-live-state][data-on='1']", state="attached")
    page.evaluate(DEEP)
    before = frame.evaluate("document.documentElement.outerHTML")
    for number, shape in enumerate(SHAPES, 1):
        page.evaluate(f"post({shape})")
        until(page, f"got.filter((it) => it.event === 'error').length >= {number}")
    errors = [it["data"] for it in heard(page, "error")]
    assert len(errors) == len(SHAPES)
    # An answer is short, whatever was sent, and repeats nothing of it.
    assert all(len(it["message"]) < 200 for it in errors), errors
    codes = {it["code"] for it in errors}
    assert codes == {"malformed", "unknown_action", "invalid_parameter", "unknown_match"}
    assert not [it for it in heard(page, "viewChanged") if "id" in it]
    assert frame.evaluate("document.documentElement.outerHTML") == before
    clean = "[({}).polluted, ({}).action, Object.keys(Object.prototype).length]"
    assert frame.evaluate(clean) == [None, None, 0]
    assert ask(page, "setZoomScale", zoomScale=1)["event"] == "viewChanged"


def test_texts_stay_texts(server, around):  # noqa: F811
    """Nothing that is given to the frame becomes an element, an address or a window."""
    _, page, frame = around()
    opened = []
    page.context.on("page", lambda page: opened.append(page))
    top = page.url
    evil = "<img src=x onerror=top.location='/gone'><a href=javascript:alert(1)>A</a>"
    named = {"A": evil, "__proto__": "B", "constructor": "C", "']": "D", "B": "javascript:x()"}
    elements = "document.querySelectorAll('a, img, script, iframe, form, object, embed').length"
    before = frame.evaluate(elements)
    assert ask(page, "loadIntegrationData", data={"matches": named})["event"] == "viewChanged"
    described = "[...document.querySelectorAll('[aria-description]')].map((it) => it.ariaDescription)"
    assert frame.evaluate(described) == [evil, "javascript:x()"]
    # What is too long for its match is cut.
    cut, whole = frame.locator(".b-extra").all_text_contents()
    assert cut.endswith("…") and evil.startswith(cut[:-1]) and whole == "javascript:x()"
    settings = {"tab": "javascript:alert(1)", "showTournamentName": True}
    ask(page, "setBracketSettings", settings=settings)
    ask(page, "setBracketSettings", settings={"tab": "../../account?x=#"})
    assert frame.evaluate(elements) == before
    assert frame.evaluate("({}).label") is None
    assert frame.url.split("?")[0] == f"{server.url}/framed/module"
    assert page.url == top and not opened
    # A link of the frame opens a page that knows nothing of where it came from.
    ask(page, "setBracketSettings", settings={"tab": None})
    with page.context.expect_page() as popup:
        frame.locator("h1 a").click()
    popup.value.wait_for_load_state()
    assert popup.value.url == f"{server.url}/framed"
    assert popup.value.evaluate("window.opener") is None
    assert page.url == top


def test_a_flood_reaches_nobody_else(server, around):  # noqa: F811
    """Thousands of messages: most are refused, few become requests, and then all is as before."""
    _, page, frame = around()
    # Its own first question is behind it then.
    frame.wait_for_selector("[data-live-state][data-on='1']", state="attached")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("""() => {
        for (let n = 0; n < 3000; n += 1) {
            const settings = { showStandings: n % 2 === 0 };
            post({ action: "setBracketSettings", parameters: { settings }, id: n });
        }
    }""")
    answered = "got.filter((it) => typeof it.id === 'number')"
    until(page, f"{answered}.length === 3000")
    refused = f"{answered}.filter((it) => it.data.code === 'too_many').length"
    done = 3000 - page.evaluate(refused)
    assert len([it for it in asked if "/module/live" in it]) <= done
    assert done < 300
    answer = ask(page, "setBracketSettings", settings={"showStandings": None})
    assert answer["event"] == "viewChanged"
    assert frame.locator("svg.bracket").count() == 1


def test_windows_that_are_not_around_it(server, around, elsewhere):  # noqa: F811
    """A window that opened it, and the page around the page around: neither is heard or told."""
    url, pages, _ = elsewhere
    _, page, _ = around()
    message = "{ action: 'setZoomScale', parameters: { zoomScale: 3 }, id: 'stolen' }"
    with page.context.expect_page() as popup:
        page.evaluate("(src) => { window.other = open(src); }", f"{server.url}/framed/module")
    popup.value.wait_for_selector("[data-live-state][data-on='1']", state="attached")
    page.evaluate(f"other.postMessage({message}, '*')")
    pages["/outer"] = f"""<!doctype html><html lang="en"><title>Outer</title>
        <link rel="icon" href="data:,"><iframe title="o" src="{url}/"></iframe><script>
        window.got = [];
        window.addEventListener("message", ({{ data }}) => got.push(data));</script>"""
    page.goto(f"{url}/outer")
    inner = page.frames[1]
    until(inner, "window.got?.some((it) => it.event === 'loaded')")
    page.evaluate(f"frames[0].frames[0].postMessage({message}, '*')")
    # What is asked for later is answered later.
    assert inner.evaluate("ask('scrollToCoordinates', { x: 0, y: 0 })")["data"]["zoomScale"] == 1
    assert page.evaluate("got") == []
    assert not [it for it in inner.evaluate("got") if it.get("id") == "stolen"]
    width = "document.querySelector('svg.bracket').getBoundingClientRect().width"
    assert popup.value.evaluate(width) == page.frames[2].evaluate(width)


def test_the_module_for_other_sites_believes_the_frame_alone(  # noqa: F811
    server, api, visit, elsewhere
):
    """A frame beside it cannot speak for it."""
    url, pages, _ = elsewhere
    api.new_tournament(["Ada", "Grace", "Jean"], url="framed")
    pages["/liar"] = """<!doctype html><html lang="en"><title>Liar</title><script>
        for (const event of ["loaded", "matchUpdated", "viewChanged", "error"])
            for (const id of [undefined, 1, "1", "t1"])
                parent.postMessage({ version: "1.0", event, data: { label: "a lie" }, id }, "*");
        parent.postMessage({ done: true }, "*");</script>"""
    pages["/"] = f"""<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>P</title>
        <body><script type="module">
        import {{ Bracket }} from "{server.url}/assets/tiltyard-embed.js";
        const heard = [];
        window.addEventListener("message", ({{ data }}) => {{ window.lied ||= data.done; }});
        const of = {{ server: "{server.url}", tournament: "framed" }};
        const bracket = Bracket.create(document.body, of);
        bracket.on("*", (data) => heard.push(data));
        const liar = document.createElement("iframe");
        document.body.append(Object.assign(liar, {{ src: "/liar", title: "l" }}));
        const loaded = await bracket.loaded;
        const view = await bracket.setZoomScale(2);
        window.result = {{ loaded, view, heard }};
    </script></body></html>"""
    page = visit(DESKTOP)
    page.goto(f"{url}/")
    result = until(page, "window.lied && window.result")
    assert result["loaded"]["tournament"]["slug"] == "framed"
    assert result["view"]["zoomScale"] == 2
    assert "a lie" not in str(result)


def test_the_guide_names_all_there_is(around):  # noqa: F811
    """Its tables of actions, settings and errors are what the frame knows."""
    _, page, frame = around(expect=["503"])
    [loaded] = heard(page, "loaded")
    assert table("action") == loaded["data"]["actions"]
    settings = re.search(r"`settings`: (.*?);", GUIDE, re.DOTALL)[1]
    for name in re.findall(r"`(\w+)`", settings):
        value = {"multiplier": 1.5, "matchWidthMultiplier": 1.5, "tab": "final"}.get(name, True)
        for given in (value, None):
            answer = ask(page, "setBracketSettings", settings={name: given})
            assert answer["event"] == "viewChanged", (name, answer)
    themes = re.search(r"`themeName`: (.*?) \|", GUIDE)[1]
    for name in re.findall(r"`([\w-]+)`", themes):
        assert ask(page, "loadTheme", themeName=name)["data"]["theme"] == name
    codes = re.findall(r"`(\w+)`", re.search(r"`code` \((.*?)\)", GUIDE)[1])
    page.evaluate("post(0)")
    ask(page, "noSuchThing")
    ask(page, "setZoomScale", zoomScale="2")
    ask(page, "scrollToMatchIdentifier", matchIdentifier="ZZZ")
    ask(page, "filterRounds", rounds=[77])
    page.evaluate("""() => {
        const slow = { zoomScale: 1, animationDuration: 30 };
        window.flood = Promise.all(Array.from({ length: 100 }, () => ask("setZoomScale", slow)));
    }""")
    page.evaluate("flood.then(() => true)")
    page.route("**/framed/module/live*", lambda route: route.fulfill(status=503, body=""))
    ask(page, "setBracketSettings", settings={"multiplier": 2})
    assert {it["data"]["code"] for it in heard(page, "error")} == set(codes)
    assert frame.locator("svg.bracket").count() == 1


@pytest.mark.parametrize("policy", ["allow-scripts", "allow-scripts allow-popups"])
def test_a_sandbox_without_an_origin_shows_nothing(  # noqa: F811
    server, api, visit, elsewhere, policy
):
    url, pages, _ = elsewhere
    api.new_tournament(["Ada", "Grace", "Jean"], url="framed")
    pages["/"] = f"""<!doctype html><html lang="en"><title>S</title><link rel="icon" href="data:,">
        <iframe title="s" sandbox="{policy}" srcdoc="<iframe src='{server.url}/framed/module'>
        </iframe>"></iframe>"""
    page = visit(expect=["frame-ancestors", "ERR_BLOCKED"])
    page.goto(f"{url}/")
    page.wait_for_load_state("load")
    assert not [it for it in page.frames if it.url.startswith(server.url)]
