"""The embed from a page of another origin: what it may ask for, what it is told, and nothing else."""

import http.server
import threading

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from challonge import Api
from conftest import DESKTOP, PHONE, until
from playwright.sync_api import expect

# The page around: it keeps every message, and asks for what a test wants.
AROUND = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Around</title>
<link rel="icon" href="data:,"></head><body><h1>Around</h1>
<iframe title="Bracket" width="900" height="500" src="{src}"></iframe>
<script>
window.got = [];
window.addEventListener("message", (event) => got.push({{ origin: event.origin, ...event.data }}));
window.last = 0;
window.ask = (action, parameters) => new Promise((done) => {{
  const id = `q${{last += 1}}`;
  window.addEventListener("message", function hear({{ data }}) {{
    if (data.id !== id) return;
    window.removeEventListener("message", hear);
    done(data);
  }});
  document.querySelector("iframe").contentWindow.postMessage({{ action, parameters, id }}, "*");
}});
window.post = (message) => document.querySelector("iframe").contentWindow.postMessage(message, "*");
</script></body></html>"""


@pytest.fixture
def elsewhere():
    """Another origin: serves what a test puts there."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = pages.get(self.path.split("?")[0])
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_):
            pass

    pages, headers = {}, {}
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    # Another host by name, too: another site, and not only another port.
    yield f"http://localhost:{listener.server_port}", pages, headers
    listener.shutdown()
    listener.server_close()


@pytest.fixture
def api(server):
    person = server.new_person()
    return Api(server.url, requests.Session(), {"Authorization": server.new_key(person)})


@pytest.fixture
def around(server, api, visit, elsewhere):
    """A tournament in a frame on another site: its id, the page around, the frame."""
    url, pages, _ = elsewhere

    def show(slug="framed", query="", people=8, viewport=DESKTOP, expect=(), make=None, **attributes):
        names = [f"Rider {n}" for n in range(1, people + 1)]
        tournament = make(slug) if make else api.new_tournament(names, url=slug, **attributes)
        pages["/"] = AROUND.format(src=f"{server.url}/{slug}/module{query}")
        page = visit(viewport, expect=expect)
        page.goto(f"{url}/")
        until(page, "got.some((it) => it.event === 'loaded')")
        return tournament, page, page.frames[1]

    return show


def heard(page, event):
    return page.evaluate("(event) => got.filter((it) => it.event === event)", event)


def ask(page, action, **parameters):
    return page.evaluate("([action, parameters]) => ask(action, parameters)", [action, parameters])


def test_it_says_what_is_there(server, around):
    _, page, _ = around()
    [loaded] = heard(page, "loaded")
    assert loaded["version"] == "1.0"
    assert loaded["origin"] == server.url
    data = loaded["data"]
    assert data["tournament"] == {"slug": "framed", "name": "Interop Open", "state": "underway"}
    assert len(data["actions"]) == 9
    first = data["matches"][0]
    assert first["identifier"] == "A"
    assert first["state"] == "open"
    assert [player["name"] for player in first["players"]] == ["Rider 1", "Rider 8"]
    assert data["view"]["zoomScale"] == 1


def test_every_action(around):
    _, page, frame = around()

    def done(action, **parameters):
        answer = ask(page, action, **parameters)
        assert answer["event"] == "viewChanged", answer
        assert answer["version"] == "1.0"
        assert answer["data"]["action"] == action
        return answer["data"]

    width = "document.querySelector('svg.bracket').getBoundingClientRect().width"
    natural = frame.evaluate(width)
    view = done("setZoomScale", zoomScale=2)
    assert view["zoomScale"] == 2
    assert frame.evaluate(width) == pytest.approx(2 * natural, rel=0.01)
    view = done("scrollToCoordinates", x=250, y=90)
    assert (view["x"], view["y"]) == (250, 90)
    view = done("scrollToCoordinates", coordinates={"x": 100, "y": 40}, animationDuration=200)
    assert (view["x"], view["y"]) == (100, 40)
    view = done("zoomToCoordinate", x=500, y=300, zoomScale=3, animationDuration=100)
    assert view["zoomScale"] == 3
    assert view["x"] + view["width"] / 2 == pytest.approx(500, abs=2)
    assert view["y"] + view["height"] / 2 == pytest.approx(300, abs=2)

    seen = """(name) => {
        const all = [...document.querySelectorAll(".b-match")];
        const node = all.find((it) => (it.dataset.identifier ?? it.dataset.match) === name);
        const a = node.getBoundingClientRect();
        const b = node.closest(".bracket-scroll").getBoundingClientRect();
        const within = a.left >= b.left && a.right <= b.right && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
        return within && node.classList.contains("found");
    }"""
    done("scrollToMatchIdentifier", matchIdentifier="D")
    assert frame.evaluate(seen, "D")
    view = done("zoomToMatchIdentifier", matchIdentifier="g", zoomScale=1.5)
    assert view["zoomScale"] == 1.5
    assert frame.evaluate(seen, "G")

    ground = "getComputedStyle(document.body).backgroundColor"
    light = frame.evaluate(ground)
    assert done("loadTheme", themeName="dark")["theme"] == "dark"
    assert frame.evaluate(ground) != light
    assert done("loadTheme", themeName="auto")["theme"] == "auto"
    assert frame.evaluate(ground) == light

    shown = "[...document.querySelectorAll('.b-match')].filter((it) => it.getClientRects().length).length"
    everything = frame.evaluate(shown)
    assert done("filterRounds", rounds=[1])["rounds"] == [1]
    assert frame.evaluate(shown) == 4
    assert done("filterRounds", rounds=[])["rounds"] == []
    assert frame.evaluate(shown) == everything

    done("loadIntegrationData", data={"matches": {"A": "<b>Stream 1</b>", "B": {"label": "Stream 2"}}})
    assert frame.locator(".b-extra").all_text_contents() == ["<b>Stream 1</b>", "Stream 2"]
    assert frame.locator(".b-extra b").count() == 0
    assert frame.locator("[aria-description]").count() == 2
    # What is too long is cut where the match ends.
    done("loadIntegrationData", data={"matches": {"A": "On the main stage, with commentary in four languages"}})
    [shown] = frame.locator(".b-extra").all_text_contents()
    assert shown.startswith("On the main") and shown.endswith("…")
    edges = "['.b-extra', '.b-card'].map((it) => document.querySelector(`[data-identifier=A] ${it}`).getBoundingClientRect().right)"
    text, card = frame.evaluate(edges)
    assert text <= card + 1
    done("loadIntegrationData", data={"matches": {"A": "<b>Stream 1</b>", "B": {"label": "Stream 2"}}})

    header = frame.locator("header.embed-head")
    assert "visually-hidden" in header.get_attribute("class")
    view = done("setBracketSettings", settings={"showTournamentName": True, "multiplier": 0.5})
    assert "visually-hidden" not in frame.locator("header.embed-head").get_attribute("class")
    assert frame.evaluate(width) == pytest.approx(natural / 2, rel=0.01)
    assert frame.locator(".b-extra").count() == 2, "labels stay"
    done("setBracketSettings", settings={"showTournamentName": None, "multiplier": None})
    assert frame.evaluate(width) == pytest.approx(natural, rel=0.01)
    assert not heard(page, "error")


def test_every_event(api, around):
    tournament, page, frame = around(people=4)
    match = next(m for m in api.matches(tournament) if m["identifier"] == "A")
    api.report(tournament, match, 0, ("3", "1"))
    until(page, "got.some((it) => it.event === 'matchUpdated')")
    update = next(it["data"] for it in heard(page, "matchUpdated") if it["data"]["identifier"] == "A")
    assert update["state"] == "complete"
    assert [p["score"] for p in update["players"]] == ["3", "1"]
    assert [p["winner"] for p in update["players"]] == [True, False]
    match = next(m for m in api.matches(tournament) if m["identifier"] == "B")
    api.report(tournament, match, 0)
    until(page, "got.some((it) => it.event === 'matchOpened')")
    assert "C" in [it["data"]["identifier"] for it in heard(page, "matchOpened")]

    frame.locator(".b-match").nth(1).click()
    until(page, "got.some((it) => it.event === 'matchClicked')")
    assert heard(page, "matchClicked")[0]["data"]["identifier"] == "B"

    before = len(heard(page, "viewChanged"))
    ask(page, "setZoomScale", zoomScale=2)
    frame.evaluate("document.querySelector('.bracket-scroll').scrollTo(50, 20)")
    until(page, f"got.filter((it) => it.event === 'viewChanged' && !it.id).length > 0 && got.length > {before}")

    while opened := [m for m in api.matches(tournament) if m["state"] == "open"]:
        api.report(tournament, opened[0], 0)
    api.change_state(tournament, "finalize")
    until(page, "got.some((it) => it.event === 'tournamentStateChanged' && it.data.state === 'complete')")
    states = [it["data"] for it in heard(page, "tournamentStateChanged")]
    assert states[0]["previous"] == "underway"

    page.evaluate("post({ action: 'noSuchThing', id: 'x1' })")
    until(page, "got.some((it) => it.event === 'error')")
    [error] = heard(page, "error")
    assert (error["id"], error["data"]["code"]) == ("x1", "unknown_action")


# What a hostile page may try. None of it does anything but an error, and none of it breaks the frame.
MALFORMED = [
    "null",
    "'text'",
    "42",
    "[]",
    "{}",
    "{ action: 7 }",
    "{ action: 'loadTheme', id: {} }",
    "{ action: 'loadTheme', id: 'x'.repeat(10000) }",
    "{ action: 'loadTheme', parameters: null }",
    "{ action: 'loadTheme', parameters: [] }",
    "{ action: 'loadTheme', parameters: { themeName: '\\\"><script>alert(1)</script>' } }",
    "{ action: 'constructor' }",
    "{ action: '__proto__' }",
    "{ action: 'toString' }",
    "{ action: 'setZoomScale', parameters: { zoomScale: 'big' } }",
    "{ action: 'setZoomScale', parameters: { zoomScale: NaN } }",
    "{ action: 'scrollToCoordinates', parameters: { x: Infinity, y: 0 } }",
    "{ action: 'scrollToMatchIdentifier', parameters: { matchIdentifier: '] , body' } }",
    "{ action: 'filterRounds', parameters: { rounds: 'all' } }",
    "{ action: 'filterRounds', parameters: { rounds: [99] } }",
    "{ action: 'filterRounds', parameters: { rounds: Array(1000).fill(1) } }",
    "{ action: 'loadIntegrationData', parameters: { data: { matches: { A: 'x'.repeat(1000) } } } }",
    "{ action: 'loadIntegrationData', parameters: { data: 'x' } }",
    "{ action: 'setBracketSettings', parameters: { settings: { subdomain: 'x' } } }",
    "{ action: 'setBracketSettings', parameters: { settings: { fragmentUrl: 'https://evil' } } }",
    "{ action: 'setBracketSettings', parameters: { settings: { tab: 1 } } }",
    "{ action: 'setBracketSettings', parameters: { settings: { openMatches: 'no' } } }",
    "{ action: 'setBracketSettings', parameters: { settings: { openMatches: false, other: true } } }",
    "{ action: 'setBracketSettings', parameters: { settings: { constructor: true } } }",
]


def test_a_hostile_page_gets_errors_only(around):
    _, page, frame = around()
    frame.wait_for_selector("[data-live-state][data-on='1']", state="attached")
    before = frame.evaluate("document.body.innerHTML")
    for number, message in enumerate(MALFORMED, 1):
        page.evaluate(f"post({message})")
        until(page, f"got.filter((it) => it.event === 'error').length >= {number}")
    assert len(heard(page, "error")) == len(MALFORMED)
    assert not [it for it in heard(page, "viewChanged") if it.get("id")]
    assert frame.evaluate("document.body.innerHTML") == before
    # Extremes are brought into range.
    assert ask(page, "setZoomScale", zoomScale=1e9)["data"]["zoomScale"] == 5
    assert ask(page, "setZoomScale", zoomScale=-3)["data"]["zoomScale"] == 0.1
    # A flood is held up, and the frame still answers.
    page.evaluate("for (let n = 0; n < 500; n += 1) post({ action: 'setZoomScale', parameters: { zoomScale: 1, animationDuration: 30 } })")
    until(page, "got.some((it) => it.event === 'error' && it.data.code === 'too_many')")
    assert ask(page, "setZoomScale", zoomScale=1)["event"] in ("viewChanged", "error")
    # The browser keeps the rest from it.
    reached = page.evaluate(
        """() => {
            const frame = document.querySelector("iframe");
            const tries = [() => frame.contentDocument && frame.contentDocument.body,
                () => frame.contentWindow.document, () => frame.contentWindow.localStorage];
            return tries.map((it) => { try { return Boolean(it()); } catch { return false; } });
        }"""
    )
    assert reached == [False, False, False]


def test_a_click_opens_the_match_unless_the_page_around_sees_to_it(server, around):
    _, page, frame = around()
    assert page.evaluate("got.length") > 0
    match = frame.locator(".b-match[data-identifier=A]")
    with page.context.expect_page() as opened:
        match.click()
    opened.value.wait_for_url(f"{server.url}/framed/matches/A")
    until(page, "got.some((it) => it.event === 'matchClicked')")
    assert heard(page, "matchClicked")[0]["data"]["url"] == f"{server.url}/framed/matches/A"
    # Steered, it still opens; not any more when it is told so.
    for settings, more in [({"multiplier": 0.75}, 1), ({"openMatches": False}, 0), ({"openMatches": None}, 1)]:
        assert ask(page, "setBracketSettings", settings=settings)["event"] == "viewChanged"
        page.evaluate("void got.splice(0)")
        before = len(page.context.pages)
        match.click()
        until(page, "got.some((it) => it.event === 'matchClicked')")
        page.wait_for_timeout(500)
        assert len(page.context.pages) == before + more


def test_only_the_page_around_is_heard(server, around, elsewhere):
    url, pages, _ = elsewhere
    _, page, _ = around()
    # A frame beside it asks, by way of the page's frames.
    pages["/beside"] = """<!doctype html><title>Beside</title><script>
        window.got = [];
        window.addEventListener("message", ({ data }) => got.push(data));
        parent.frames[0].postMessage({ action: "setZoomScale", parameters: { zoomScale: 3 }, id: "stolen" }, "*");
    </script>"""
    page.evaluate(
        """(src) => { const frame = document.createElement("iframe"); frame.src = src; frame.title = "x";
            document.body.append(frame); }""",
        f"{url}/beside",
    )
    until(page, "frames.length === 2")
    page.wait_for_timeout(500)
    assert ask(page, "scrollToCoordinates", x=0, y=0)["data"]["zoomScale"] == 1
    assert page.frames[2].evaluate("got") == []
    # No other page of the site goes into a frame.
    pages["/thief"] = f'<!doctype html><title>T</title><iframe title="x" src="{server.url}/framed"></iframe>'
    thief = page.context.new_page()
    thief.goto(f"{url}/thief")
    assert "Rider" not in thief.frames[1].evaluate("document.documentElement.textContent")


def test_who_is_not_known_hears_nothing(server, api, visit, elsewhere):
    url, pages, headers = elsewhere
    headers["Referrer-Policy"] = "no-referrer"
    api.new_tournament(["Ada", "Grace"], url="secret", private=True)
    pages["/"] = AROUND.format(src=f"{server.url}/secret/module")
    # A page around without an origin of its own is no origin that may show it in a frame.
    pages["/outer"] = f"""<!doctype html><title>O</title><link rel="icon" href="data:,">
        <iframe title="o" sandbox="allow-scripts" src="{url}/"></iframe>"""
    page = visit(expect=["frame-ancestors"])
    page.goto(f"{url}/outer")
    until(page, "frames.length === 1")
    inner = next(it for it in page.frames if it.url == f"{url}/")
    page.wait_for_timeout(1000)
    inner.evaluate("post({ action: 'setZoomScale', parameters: { zoomScale: 2 } })")
    page.wait_for_timeout(500)
    assert inner.evaluate("got") == []
    # Who does not say where it comes from hears nothing until it asks.
    page.goto(f"{url}/")
    page.wait_for_timeout(500)
    assert page.evaluate("got") == []
    assert ask(page, "setZoomScale", zoomScale=2)["event"] == "viewChanged"
    assert heard(page, "loaded")


def test_the_module_for_other_sites(server, api, visit, elsewhere):
    url, pages, _ = elsewhere
    api.new_tournament(["Ada", "Grace", "Jean", "Joan"], "single elimination", url="packed")
    pages["/"] = f"""<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>P</title><body><script type="module">
        import {{ Bracket, BracketError }} from "{server.url}/assets/tiltyard-embed.js";
        const bracket = Bracket.create(document.body, {{ server: "{server.url}", tournament: "packed", theme: "dark" }});
        const events = [];
        bracket.on("*", (_, message) => events.push(message.event));
        const loaded = await bracket.loaded;
        const view = await bracket.zoomToMatchIdentifier("B", {{ zoomScale: 2 }});
        const refused = await bracket.loadTheme("pink").catch((error) => [error instanceof BracketError, error.code]);
        const clicks = [];
        const end = bracket.on("matchClicked", (match) => (clicks.push(match.url), end()));
        window.result = {{ matches: loaded.matches.length, view, refused, events, clicks }};
    </script></body></html>"""
    page = visit()
    page.goto(f"{url}/")
    result = until(page, "window.result")
    assert result["matches"] == 3
    assert result["view"]["zoomScale"] == 2
    assert result["view"]["theme"] == "dark"
    assert result["refused"] == [True, "invalid_parameter"]
    assert result["events"][0] == "loaded"
    # Whoever listens sees to clicks; afterwards they open the match again.
    match = page.frames[1].locator(".b-match[data-identifier=B]")
    match.click()
    until(page, "result.clicks.length")
    with page.context.expect_page() as opened:
        page.wait_for_timeout(300)
        assert len(page.context.pages) == 1
        match.click()
    opened.value.wait_for_url(f"{server.url}/packed/matches/B")
    assert page.evaluate("result.clicks") == [f"{server.url}/packed/matches/B"]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("query", ["", "?theme=dark&show_tournament_name=1&show_live_status=1&show_standings=1&scale_to_fit=1", "?theme=contrast&tab=standings", "?theme=colour-blind&multiplier=0.5"])
def test_axe_finds_nothing(server, api, visit, viewport, query):
    api.new_tournament([f"Rider {n}" for n in range(1, 9)], url="checked")
    page = visit(viewport)
    for path in [f"/checked/module{query}", f"/checked/overlay{query}", "/docs/embed?tournament=checked"]:
        page.goto(server.url + path)
        found = Axe().run(page).response["violations"]
        assert not found, [(path, rule["id"], [node["html"] for node in rule["nodes"][:3]]) for rule in found]


def test_it_is_complete_without_scripts(server, api, visit):
    api.new_tournament([f"Rider {n}" for n in range(1, 9)], url="plain")
    page = visit(javascript=False)
    page.goto(f"{server.url}/plain/module?multiplier=0.5")
    small = page.locator("svg.bracket").bounding_box()["width"]
    page.goto(f"{server.url}/plain/module?multiplier=1&theme=dark")
    assert page.locator("svg.bracket").bounding_box()["width"] == pytest.approx(2 * small, abs=2)
    page.goto(f"{server.url}/plain/module?scale_to_fit=1")
    assert page.locator("svg.bracket").bounding_box()["width"] <= DESKTOP["width"]


def in_groups(api, slug):
    """Eight in two groups, and a final stage after them."""
    created = api.call(
        "POST", "tournaments", "tournaments", 201,
        name="Parts", url=slug, tournament_type="single elimination", group_stage_enabled=True,
    )  # fmt: skip
    own = created["data"]["id"]
    listed = [{"name": f"Rider {n}"} for n in range(1, 9)]
    api.call("POST", f"tournaments/{own}/participants/bulk_add", "Participants", 200, participants=listed)
    api.change_state(own, "start_group_stage")
    return own


def test_matches_of_the_same_letters_are_told_apart(api, around):
    _, page, frame = around(make=lambda slug: in_groups(api, slug))
    found = "(({ dataset }) => [dataset.identifier, Number(dataset.stage) + 1])(document.querySelector('.found'))"
    for name, stage in [("A", 1), ("2-a", 2), ("1-A", 1)]:
        assert ask(page, "zoomToMatchIdentifier", matchIdentifier=name)["event"] == "viewChanged"
        assert frame.evaluate(found) == ["A", stage]
    assert ask(page, "zoomToMatchIdentifier", matchIdentifier="9-A")["data"]["code"] == "unknown_match"
    several = len(frame.locator(".b-match[data-identifier=B]").all())
    assert several > 1
    data = {"matches": {"2-A": "Stream 1", "B": "Stream 2"}}
    assert ask(page, "loadIntegrationData", data=data)["event"] == "viewChanged"
    assert frame.locator(".b-extra").all_text_contents().count("Stream 1") == 1
    assert frame.locator(".b-extra").all_text_contents().count("Stream 2") == several


def test_a_tab_for_each_part(server, api, visit):
    own = in_groups(api, "parts")
    page = visit()
    page.goto(f"{server.url}/parts/module")
    current = page.locator(".embed-tabs [aria-current]")
    for tab, label, pictures in [("groups", "Groups", 2), ("final", "Final stage", 1), ("standings", "Standings", 0)]:
        # By the address, and by the tab of the page that was open before.
        page.locator(".embed-tabs").get_by_role("link", name=label).click()
        for _ in range(2):
            expect(current).to_have_text(label)
            expect(page.locator("svg.bracket")).to_have_count(pictures)
            page.goto(f"{server.url}/parts/module?tab={tab}&theme=dark")
        assert not Axe().run(page).response["violations"]
    assert page.locator("table.standings").count() == 2
    # Each follows what is played there.
    page.goto(f"{server.url}/parts/module?tab=groups")
    page.wait_for_selector("[data-live-state][data-on='1']", state="attached")
    match = next(m for m in api.matches(own) if m["state"] == "open")
    api.report(own, match, 0, ("43", "7"))
    until(page, "[...document.querySelectorAll('svg [data-match]')].some((it) => it.ariaLabel.includes('43'))")


def test_it_walks_and_shows_paths(around):
    _, _, frame = around()
    frame.locator(".b-match").first.click(position={"x": 60, "y": 12})
    assert frame.locator(".b-match.on-path").count() > 0
    assert frame.locator(".b-match.may-path").count() > 0
    frame.locator(".bracket-scroll").press("Escape")
    assert frame.locator(".on-path").count() == 0
    # Escape counts for a mouse that came to rest a moment before, too.
    frame.evaluate(
        """() => {
          const card = document.querySelector("[data-match]");
          const { left, top } = card.getBoundingClientRect();
          const over = { bubbles: true, pointerType: "mouse", clientX: left + 5, clientY: top + 5 };
          card.dispatchEvent(new PointerEvent("pointerover", over));
          card.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, key: "Escape" }));
        }"""
    )
    frame.page.wait_for_timeout(300)
    assert frame.locator(".on-path").count() == 0
    frame.locator(".bracket-scroll").focus()
    at = "document.activeElement.dataset"
    frame.locator(".bracket-scroll").press("Tab")
    to = frame.evaluate(f"{at}.winnerTo")
    frame.locator(":focus").press("ArrowRight")
    assert frame.evaluate(f"{at}.match") == to
    width = "document.querySelector('svg.bracket').getBoundingClientRect().width"
    natural = frame.evaluate(width)
    frame.locator(":focus").press("+")
    assert frame.evaluate(width) == pytest.approx(natural * 1.25, rel=0.01)


def test_overlays_are_transparent_and_live(server, api, visit):
    tournament = api.new_tournament(["Ada", "Grace", "Jean", "Joan"], "single elimination", url="aired")
    page = visit()
    for show in ["match", "bracket", "scoreboard"]:
        page.goto(f"{server.url}/aired/overlay?show={show}")
        grounds = page.evaluate("[document.documentElement, document.body].map((it) => getComputedStyle(it).backgroundColor)")
        assert grounds == ["rgba(0, 0, 0, 0)"] * 2
    page.goto(f"{server.url}/aired/overlay")
    label = "document.querySelector('.over-match').getAttribute('aria-label')"
    assert "Ada" in page.evaluate(label)
    match = next(m for m in api.matches(tournament) if m["identifier"] == "A")
    api.report(tournament, match, 0)
    until(page, f"{label}.startsWith('Match B')", 2_000)


def test_the_playground_sends_each_action(server, api, visit):
    api.new_tournament([f"Rider {n}" for n in range(1, 9)], url="tried")
    page = visit()
    page.goto(f"{server.url}/docs/embed?tournament=tried")
    page.wait_for_selector(".play-log li >> text=loaded")
    buttons = page.locator(".play-forms button")
    assert buttons.count() == 9
    for number in range(9):
        buttons.nth(number).click()
        page.locator(".play-log li.heard", has_text=f'"id":"t{number + 1}"').wait_for()
    assert page.locator(".play-log li.error").count() == 0
