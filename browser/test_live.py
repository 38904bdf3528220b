"""A report through the API is on every open page within a second, and nothing else moves."""

import time

import pytest
import requests
from challonge import Api
from conftest import DESKTOP, PHONE, until

# The promise of the page, from the API's answer on.
FRESH_WITHIN_MS = 1_000

# Notes in the page when a match's label first holds a text: no page can be asked at every moment.
WATCH = """([match, text]) => {
    window.sameDocument = true;
    const look = () => {
        const node = document.querySelector(`#live [data-identifier="${match}"]`);
        if (node.getAttribute("aria-label").includes(text)) window.seenAt ??= Date.now();
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}"""


@pytest.fixture
def api(server):
    person = server.new_person()
    return Api(server.url, requests.Session(), {"Authorization": server.new_key(person)})


def test_every_open_page_follows(server, api, visit):
    tournament = api.new_tournament([f"Rider {n}" for n in range(1, 15)], url="live_lists")
    readers = [visit(DESKTOP), visit(PHONE, scheme="dark")]
    # A wide screen shows the picture, a narrow one a round at a time.
    aside = {}
    for page, frame in zip(readers, (".bracket-scroll", ".snap"), strict=True):
        page.goto(f"{server.url}/live_lists")
        page.wait_for_selector("[data-live-state][data-on='1']")
        # Somebody reads the standings, with the bracket pushed aside.
        page.evaluate(f"document.querySelector('{frame}').scrollLeft = 300")
        page.wait_for_timeout(200)
        left = f"document.querySelector('{frame}').scrollLeft"
        aside[page] = left, page.evaluate(left)
        assert aside[page][1] > 0
        page.evaluate("window.scrollTo(0, 400)")
    took = []
    for number in range(4):
        match = next(m for m in api.matches(tournament) if m["state"] == "open")
        for page in readers:
            page.evaluate("window.seenAt = undefined")
            page.evaluate(WATCH, [match["identifier"], f"{number + 57}"])
        api.report(tournament, match, 0, (f"{number + 57},4", "1,0"))
        answered = time.time() * 1_000
        for page in readers:
            took.append(until(page, "window.seenAt", FRESH_WITHIN_MS) - answered)
    print(f"seen after {min(took):.0f} to {max(took):.0f} ms")
    assert max(took) < FRESH_WITHIN_MS
    for page in readers:
        assert page.evaluate("window.sameDocument"), "the page was loaded again"
        assert page.evaluate("window.scrollY") == 400
        left, was = aside[page]
        assert page.evaluate(left) == was
        # Those who listen hear it, too.
        assert "Rider" in page.locator("[data-live-say]").text_content()


def test_it_goes_on_to_the_end(server, api, visit):
    tournament = api.new_tournament(["Ada", "Grace", "Jean"], "single elimination", url="short")
    page = visit()
    page.goto(f"{server.url}/short")
    page.wait_for_selector("[data-live-state][data-on='1']")
    for _ in range(2):
        match = next(m for m in api.matches(tournament) if m["state"] == "open")
        api.report(tournament, match, 0)
    api.change_state(tournament, "finalize")
    # The podium may be there before the tournament is finalized.
    page.wait_for_selector(".badge >> text=Complete", timeout=FRESH_WITHIN_MS)
    assert "Ada" in page.locator("ol.podium").inner_text()


def test_a_page_opened_after_the_end_follows(server, api, visit):
    tournament = api.new_tournament(["Ada", "Grace"], "single elimination", url="undone")
    [final] = api.matches(tournament)
    api.report(tournament, final, 0)
    api.change_state(tournament, "finalize")
    page = visit()
    page.goto(f"{server.url}/undone")
    page.wait_for_selector("[data-live-state][data-on='1']", state="attached")
    assert page.locator(".badge").first.inner_text() == "Complete"
    api.change_state(tournament, "reset")
    page.wait_for_selector(".badge >> text=Not started", timeout=FRESH_WITHIN_MS)


def test_it_reads_well_without_scripts(server, api, visit):
    tournament = api.new_tournament(["Ada", "Grace"], "single elimination", url="plain")
    page = visit(PHONE, javascript=False)
    page.goto(f"{server.url}/plain")
    assert page.locator("svg [data-identifier=A]").count() == 1
    [final] = api.matches(tournament)
    api.report(tournament, final, 1, ("3,29", "1,0"))
    page.reload()
    assert "29" in page.locator("svg [data-identifier=A]").get_attribute("aria-label")
    picture = requests.get(f"{server.url}/plain.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert "Grace" in picture.text


def test_a_page_finds_back_after_a_restart(server, api, visit):
    api.new_tournament(["Ada", "Grace"], "single elimination", url="again")
    page = visit(expect=["ERR_", "Failed to load"])
    page.goto(f"{server.url}/again")
    page.wait_for_selector("[data-live-state][data-on='1']")
    server.address = server.url.removeprefix("http://")
    server.stop()
    page.wait_for_selector("[data-live-state][data-on='0']")
    server.start()
    page.wait_for_selector("[data-live-state][data-on='1']")
    [final] = api.matches("again")
    api.report("again", final, 0, ("88", "1"))
    label = "document.querySelector('#live [data-identifier=A]').getAttribute('aria-label')"
    until(page, f"{label}.includes('88')", FRESH_WITHIN_MS)


def test_a_lost_answer_is_asked_for_again(server, api, visit):
    api.new_tournament(["Ada", "Grace"], "single elimination", url="lossy")
    page = visit(expect=["ERR_FAILED"])
    page.goto(f"{server.url}/lossy")
    page.wait_for_selector("[data-live-state][data-on='1']")
    page.route("**/lossy/live", lambda route: route.abort(), times=1)
    [final] = api.matches("lossy")
    api.report("lossy", final, 0, ("77", "1"))
    page.wait_for_selector("[data-live-state][data-on='0']")
    label = "document.querySelector('#live [data-identifier=A]').getAttribute('aria-label')"
    until(page, f"{label}.includes('77')")
    page.wait_for_selector("[data-live-state][data-on='1']")


def test_whoever_watches_goes_along_to_another_address(server, api, visit):
    tournament = api.new_tournament(["Ada", "Grace"], "single elimination", url="before")
    page = visit()
    page.goto(f"{server.url}/before")
    page.wait_for_selector("[data-live-state][data-on='1']")
    api.call("PUT", f"tournaments/{tournament}", "tournaments", 200, url="after", name="Another name")
    page.wait_for_selector("h1 >> text=Another name", timeout=FRESH_WITHIN_MS)
    api.report(tournament, api.matches(tournament)[0], 0, ("61,4", "1,0"))
    page.wait_for_selector("text=61", timeout=FRESH_WITHIN_MS)
    # What is linked is where it is now, and so is whoever follows an old link.
    assert page.locator("a[href='/after/matches']").count() == 1
    page.goto(f"{server.url}/before/matches")
    assert page.url == f"{server.url}/after/matches"
