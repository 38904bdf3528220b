"""The drawn bracket: a fitting view of every format, and what its script adds to it."""

import pytest
import requests
from challonge import Api
from conftest import DESKTOP, PHONE, until
from playwright.sync_api import expect
from test_pages import LOOKS, judge

RIDERS = [f"Rider {n}" for n in range(1, 15)]
FORMATS = ("single elimination", "round robin", "swiss", "free for all")
THEMES = ("light", "dark", "contrast", "colour-blind")


@pytest.fixture(scope="session")
def api(demo):
    person = demo.new_person()
    return Api(demo.url, requests.Session(), {"Authorization": demo.new_key(person)})


def places(api, tournament, match):
    """Reports a match of many: its sides in the order in which they stand there."""
    sides = [side["participant_id"] for side in match["points_by_participant"]]
    listed = [
        {"participant_id": side, "score_set": str(9 - place), "rank": place}
        for place, side in enumerate(sides, 1)
    ]
    path = f"tournaments/{tournament}/matches/{match['id']}"
    api.call("PUT", path, "Match", 200, match=listed)


@pytest.fixture(scope="session")
def lists(api):
    """A double elimination of fourteen, some of it played."""
    tournament = api.new_tournament(RIDERS, url="drawn")
    for _ in range(3):
        match = next(m for m in api.matches(tournament) if m["state"] == "open")
        api.report(tournament, match, 0)
    return tournament


@pytest.fixture(scope="session")
def formats(api, lists):
    """Addresses of one tournament of each format, and of one with groups."""
    paths = ["/drawn"]
    for kind in FORMATS:
        path = f"drawn_{kind.replace(' ', '_')}"
        api.new_tournament(RIDERS[:7], kind, url=path)
        paths.append(f"/{path}")
    created = api.call(
        "POST", "tournaments", "tournaments", 201, name="Groups", url="drawn_groups",
        tournament_type="single elimination", group_stage_enabled=True,
    )  # fmt: skip
    path = f"tournaments/{created['data']['id']}"
    listed = [{"name": name} for name in RIDERS[:8]]
    api.call("POST", f"{path}/participants/bulk_add", "Participants", 200, participants=listed)
    api.change_state(created["data"]["id"], "start_group_stage")
    return [*paths, "/drawn_groups", "/drawn_groups?stage=3"]


@pytest.mark.parametrize("look", LOOKS)
def test_every_format(demo, formats, visit, look):
    viewport, scheme = LOOKS[look]
    page = visit(viewport, scheme)
    wrong = []
    for path in formats:
        page.set_viewport_size(viewport)
        page.goto(demo.url + path)
        assert page.locator("#live [data-match]").count() > 0, path
        wrong += judge(page, viewport["width"], scheme)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_every_theme(demo, lists, visit, theme, scheme):
    page = visit(scheme=scheme)
    page.goto(f"{demo.url}/drawn")
    page.get_by_label("Colours", exact=True).select_option(theme)
    wrong = [one for one in judge(page, DESKTOP["width"], scheme) if "contrast" in one]
    # The choice holds on every page of the site, from the first moment on.
    for path in ("/drawn", "/drawn/standings", "/", "/tournaments", "/login"):
        page.goto(demo.url + path, wait_until="commit")
        until(page, "document.body")
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        expect(page.get_by_label("Colours", exact=True)).to_have_value(theme)
        wrong += [one for one in judge(page, DESKTOP["width"], scheme) if "contrast" in one]
    assert not wrong, "\n".join(wrong)
    page.get_by_label("Colours", exact=True).select_option("")
    assert page.evaluate("document.documentElement.dataset.theme") is None


def test_who_wants_more_contrast_has_it(demo, lists, visit):
    page = visit()
    wire = page.context.new_cdp_session(page)
    more = [{"name": "prefers-contrast", "value": "more"}]
    wire.send("Emulation.setEmulatedMedia", {"features": more})
    page.goto(f"{demo.url}/drawn")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    # What was chosen goes before.
    page.get_by_label("Colours", exact=True).select_option("light")
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(0, 0, 0)"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_every_match_opens_its_page(demo, formats, visit, javascript):
    page = visit(javascript=javascript)
    for path, card in [
        ("/drawn", "svg a[data-identifier=B]"),
        ("/drawn_single_elimination", "svg a[data-identifier=B]"),
        ("/drawn_free_for_all", "svg a[data-identifier=A]"),
        ("/drawn_swiss", "a.bout[data-identifier=B]"),
        ("/drawn_round_robin", "a.bout[data-identifier=B]"),
        ("/drawn_round_robin", "td.cell a >> nth=0"),
        ("/drawn_groups", "[data-stage='1'] td.cell a >> nth=0"),
    ]:
        page.goto(demo.url + path)
        link = page.locator(card)
        address = link.get_attribute("href")
        assert address.startswith(f"{path}/matches/")
        link.click()
        page.wait_for_url(demo.url + address)
        expect(page.locator("main h2").first).to_contain_text("Match ")
    # What is a preview only has no pages yet.
    page.goto(f"{demo.url}/drawn_groups?stage=3")
    assert page.locator("[data-match]").count() > 0
    assert page.locator("a[data-match]").count() == 0


def test_a_phone_opens_matches_from_its_rounds(demo, lists, visit):
    page = visit(PHONE)
    page.goto(f"{demo.url}/drawn")
    page.locator(".snap a.bout:visible").first.click()
    page.wait_for_url("**/drawn/matches/*")


def test_a_drag_opens_nothing(demo, lists, visit):
    page = visit({"width": 760, "height": 800})
    page.goto(f"{demo.url}/drawn")
    frame = page.locator(".bracket-scroll")
    page.locator("svg a[data-identifier=Q]").scroll_into_view_if_needed()
    frame.evaluate("it => { it.scrollLeft = 0; }")
    box = page.locator("svg a[data-identifier=Q]").bounding_box()
    x, y = box["x"] + 100, box["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x - 30 * step, y)
    page.mouse.up()
    assert frame.evaluate("it => it.scrollLeft") > 100
    assert page.url.endswith("/drawn")
    # The next click is one.
    page.locator("svg a[data-identifier=Q]").click()
    page.wait_for_url("**/drawn/matches/Q")


def test_a_mouse_that_rests_shows_a_path(demo, lists, visit):
    page = visit()
    page.goto(f"{demo.url}/drawn")
    page.locator("svg a[data-identifier=B] .b-name").first.hover()
    page.wait_for_selector("svg .on-path[data-match]", state="attached")
    assert page.locator("svg.has-path").count() == 0
    page.locator("h1").hover()
    page.wait_for_selector("svg .on-path[data-match]", state="detached")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("kind", ["single elimination", "free for all"])
def test_it_opens_on_what_is_played_now(demo, api, visit, viewport, kind):
    slug = f"drawn_now_{kind.split()[0]}_{viewport['width']}"
    names = [f"Rider {n}" for n in range(1, 65)]
    tournament = api.new_tournament(names, kind, url=slug)
    for _ in range(2 if kind == "single elimination" else 1):
        for match in [m for m in api.matches(tournament) if m["state"] == "open"]:
            if kind == "single elimination":
                api.report(tournament, match, 0)
            else:
                places(api, tournament, match)
    page = visit(viewport)
    page.goto(f"{demo.url}/{slug}")
    card = ".snap .bout-open >> nth=0" if viewport is PHONE else "svg .b-open >> nth=0"
    page.wait_for_selector(".tools")
    box = page.locator(card).bounding_box()
    assert 0 <= box["x"] < viewport["width"] / 2
    assert page.evaluate("scrollY") == 0
    if kind == "single elimination":
        scrolled = ".snap" if viewport is PHONE else ".bracket-scroll"
        assert page.locator(scrolled).evaluate("it => it.scrollLeft") > (200 if viewport is PHONE else 100)
        # What led there is seen, too.
        if viewport is DESKTOP:
            frame = page.locator(scrolled).bounding_box()
            assert abs(box["x"] - frame["x"] - 0.3 * frame["width"]) < 40


def test_stages_have_tabs_without_scripts(demo, formats, visit):
    page = visit(javascript=False)
    page.goto(f"{demo.url}/drawn_groups")
    expect(page.locator("section.stage")).to_have_count(2)
    expect(page.locator("table.cross")).to_have_count(2)
    page.get_by_role("link", name="Final stage").click()
    expect(page.locator("svg.bracket")).to_have_count(1)
    expect(page.locator(".phases [aria-current]")).to_have_text("Final stage")


def test_a_player_is_found_with_what_is_possible(demo, lists, visit):
    page = visit()
    page.goto(f"{demo.url}/drawn")
    search = page.get_by_label("Find a player")
    search.fill("rider 7")
    search.press("Enter")
    expect(page.locator(".tools output")).to_contain_text("Rider 7: guaranteed at least")
    own = page.locator("svg .on-path[data-match]")
    assert own.count() > 0
    for label in own.evaluate_all("all => all.map(card => card.ariaLabel)"):
        assert "Rider 7" in label
    assert page.locator("svg .may-path[data-match]").count() > 1
    # Their matches stand beside the search, and lead to their pages.
    steps = page.locator(".tools-road .road-step")
    expect(steps.first).to_contain_text("Rider 7")
    assert steps.first.get_by_role("link").get_attribute("href").startswith("/drawn/matches/")
    expect(page.locator("tr.chosen")).to_contain_text("Rider 7")
    until(page, "(({ top, bottom }) => top >= 0 && bottom <= innerHeight)"
                "(document.querySelector('svg .found').getBoundingClientRect())")  # fmt: skip
    page.get_by_label("Show nobody's path").click()
    assert page.locator(".on-path").count() == 0
    expect(steps).to_have_count(0)
    search.fill("nobody at all")
    search.press("Enter")
    expect(page.locator(".tools output")).to_have_text("Nobody of that name")


def test_names_lead_to_their_matches(demo, lists, visit):
    page = visit(javascript=False)
    page.goto(f"{demo.url}/drawn")
    page.locator(".standings").get_by_role("link", name="Rider 7", exact=True).click()
    expect(page.locator("#road-h")).to_have_text("Matches of Rider 7")
    steps = page.locator(".road [role=img]")
    assert "Rider 7" in steps.first.get_attribute("aria-label")
    assert page.locator(".road-round .tag").count() > 1
    # A script shows the path on this page instead.
    page = visit()
    page.goto(f"{demo.url}/drawn")
    page.locator(".standings").get_by_role("link", name="Rider 7", exact=True).click()
    expect(page.locator(".tools output")).to_contain_text("Rider 7")
    assert page.url.endswith("/drawn")
    assert page.locator("svg .on-path[data-match]").count() > 0


def test_zoom(demo, lists, visit):
    page = visit()
    page.goto(f"{demo.url}/drawn")
    picture = page.locator("svg.bracket")
    whole = picture.bounding_box()["width"]
    page.focus(".bracket-scroll")
    page.keyboard.press("+")
    assert picture.bounding_box()["width"] == pytest.approx(whole * 1.25, abs=2)
    page.keyboard.press("0")
    assert picture.bounding_box()["width"] == pytest.approx(whole, abs=2)
    page.get_by_label("Whole width").click()
    frame = page.locator(".bracket-scroll").bounding_box()["width"]
    assert picture.bounding_box()["width"] <= frame + 2
    box = picture.bounding_box()
    page.mouse.move(box["x"] + 300, max(box["y"], 0) + 200)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    until(page, f"document.querySelector('svg.bracket').getBoundingClientRect().width > {frame}")
    # Without the key the wheel scrolls the page.
    before = picture.bounding_box()["width"]
    page.mouse.wheel(0, 200)
    until(page, "scrollY > 0")
    assert picture.bounding_box()["width"] == before


def test_arrows_walk_along_the_links(demo, lists, visit):
    page = visit()
    page.goto(f"{demo.url}/drawn")
    at = "document.activeElement.dataset"
    # Tab comes to the first match that is not over.
    page.focus(".bracket-scroll")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{at}.sides")
    while page.evaluate(f"{at}.round") != "1":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    follows = page.evaluate(f"{at}.winnerTo")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(f"{at}.match") == follows
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(f"{at}.round") == "1"
    page.keyboard.press("Space")
    assert page.locator("svg .on-path").count() > 0
    page.keyboard.press("Escape")
    assert page.locator("svg .on-path").count() == 0
    # Tab comes to one card only, and Enter opens it.
    assert page.locator("svg [tabindex='0']").count() == 1
    name = page.evaluate(f"{at}.identifier")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/drawn/matches/{name}")


def test_what_one_looks_at_stays_when_something_changes(demo, api, visit):
    tournament = api.new_tournament(RIDERS, url="drawn_live")
    page = visit()
    page.goto(f"{demo.url}/drawn_live")
    page.wait_for_selector("[data-live-state][data-on='1']")
    page.get_by_label("Find a player").fill("Rider 14")
    page.keyboard.press("Enter")
    page.get_by_label("Larger").click()
    page.focus(".bracket-scroll")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    at = "document.activeElement.dataset.identifier"
    focused = page.evaluate(at)
    assert focused
    page.evaluate("""() => {
        window.shifted = 0;
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) window.shifted += entry.value;
        }).observe({ type: "layout-shift" });
    }""")
    width = page.locator("svg.bracket").bounding_box()["width"]
    match = next(m for m in api.matches(tournament) if m["state"] == "open")
    api.report(tournament, match, 0, ("41", "7"))
    label = f"document.querySelector('#live [data-identifier={match['identifier']}]').ariaLabel"
    until(page, f"{label}.includes('41')")
    assert page.locator("svg .on-path").count() > 0
    assert page.locator("svg.bracket").bounding_box()["width"] == width
    assert page.evaluate(at) == focused
    page.wait_for_timeout(300)
    assert page.evaluate("window.shifted") == 0


def test_rounds_stay_as_they_were_opened(demo, api, visit):
    tournament = api.new_tournament(RIDERS, "round robin", url="drawn_table")
    page = visit(PHONE)
    page.goto(f"{demo.url}/drawn_table")
    page.wait_for_selector("[data-live-state][data-on='1']")
    page.locator("summary", has_text="How places are decided").click()
    page.locator("summary", has_text="Round 13").click()
    opened = "[...document.querySelectorAll('details')].map(one => one.open).join()"
    before = page.evaluate(opened)
    match = next(m for m in api.matches(tournament) if m["state"] == "open")
    api.report(tournament, match, 0, ("42", "7"))
    page.wait_for_selector("td.cell >> text=42–7", timeout=5_000)
    assert page.evaluate(opened) == before


def test_a_big_bracket_is_folded(demo, api, visit):
    api.new_tournament([f"Rider {n}" for n in range(1, 601)], url="drawn_big")
    page = visit(javascript=False)
    page.goto(f"{demo.url}/drawn_big")
    assert page.locator("#live [data-match]").count() < 500
    expect(page.locator(".standings tbody tr")).to_have_count(256)
    page.locator("details", has_text="Round 2").first.locator("summary").click()
    page.get_by_role("link", name="List the").first.click()
    assert page.locator("details[open] [data-match]").count() > 64
    # Somebody who is on no list of the page is found all the same.
    page.goto(f"{demo.url}/drawn_big")
    page.get_by_label("Player’s name").fill("rider 599")
    page.keyboard.press("Enter")
    expect(page.locator("#road-h")).to_have_text("Matches of Rider 599")
    labels = page.locator(".road [role=img]").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert "Rider 599" in labels[0]
    assert len(labels) > 10
    page.get_by_label("Player’s name").fill("no such rider")
    page.keyboard.press("Enter")
    expect(page.locator("#road-h")).to_have_text("Nobody of that name")
    scripted = visit()
    scripted.goto(f"{demo.url}/drawn_big")
    scripted.get_by_label("Find a player").fill("Rider 598")
    scripted.keyboard.press("Enter")
    # A script lists them on this page.
    expect(scripted.locator(".tools output")).to_contain_text("Rider 598")
    expect(scripted.locator(".tools-road .road-step").first).to_contain_text("Rider 598")
    assert scripted.url.endswith("/drawn_big")
    scripted.get_by_label("Find a player").fill("no such rider")
    scripted.keyboard.press("Enter")
    expect(scripted.locator(".tools output")).to_have_text("Nobody of that name")
    picture = requests.get(f"{demo.url}/drawn_big.svg?stage=1&theme=dark").text
    assert picture.count(" data-match=") > 1_000
    assert 'data-theme="dark"' in picture
