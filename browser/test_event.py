"""A whole event of two stages: two organisers run it by hand, each at pages of their own, and five
people watch all of it without ever loading their page again."""

import json
import re

import pytest
import requests
from challonge import Api
from conftest import DESKTOP, PHONE, sign_in, until
from keyboard import Keyboard
from playwright.sync_api import expect
from test_embed import AROUND, elsewhere  # noqa: F401, the fixture
from test_organize import button, link

# The better one wins where nothing else is said.
PLAYERS = ["Isolde", "Gawain", "Yvain", "Lunete", "Percival", "Enide", "Morholt", "Laudine"]
NAME = "Harvest Lists"
SLUG = "harvest_lists"

# Sums up what moves on a page without anybody's doing.
SHIFTS = """() => {
    window.sameDocument = true;
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
            // The tools grow by what they say of whoever was asked for, and a longer score begins
            // further left.
            const own = ({ node }) => node?.parentElement?.closest(".tools, [class*=score], .bout");
            if (entry.hadRecentInput || entry.sources.every(own)) continue;
            const nodes = entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 90) ?? "gone");
            window.shifts.push([entry.value, ...nodes]);
        }
    }).observe({ type: "layout-shift" });
}"""

# All that the page says of the tournament; whether it is followed is something else.
SHOWN = """() => {
    const all = document.querySelector("#live").cloneNode(true);
    all.querySelector(".pulse").remove();
    return all.textContent;
}"""

# Place and name of everybody in the last table of the page.
STANDINGS = """() => [...[...document.querySelectorAll("#live table")].at(-1).tBodies[0].rows].map(
    (row) => [row.cells[0].textContent, row.querySelector("th bdi").textContent])"""


class Viewer:
    """Somebody who watches; `where` is the page, or the frame in it."""

    def __init__(self, name, page, where=None):
        self.name = name
        self.page = page
        self.where = where or page
        self.where.wait_for_selector("[data-live-state][data-on='1']", state="attached")
        self.where.evaluate(SHIFTS)

    def sees(self, expression):
        """Waits until that is so, in the same document all the while."""
        until(self.where, expression)
        assert self.where.evaluate("window.sameDocument"), f"{self.name} has another document"

    def shifted(self):
        """What moved since it was last asked."""
        shifts = self.where.evaluate("shifts.splice(0)")

        # What grows pushes down the end of the page, which is not what is read.
        def end(node):
            return str(node).startswith(('<div class="wrap page-end"', '<footer class="foot"'))

        return [shift for shift in shifts if not all(end(node) for node in shift[1:])]

    def standings(self):
        places = self.where.evaluate(STANDINGS)
        return sorted((int(re.search(r"\d+", place)[0]), name) for place, name in places)


def match_says(*texts):
    """Whether some match says all of this."""
    return f"""[...document.querySelectorAll("#live [data-match]")].some((it) =>
        {json.dumps(texts)}.every((text) => it.getAttribute("aria-label")?.includes(text)))"""


def page_says(*texts):
    return f"""{json.dumps(texts)}.every((text) =>
        document.querySelector("#live").textContent.includes(text))"""


class Organizer:
    """Somebody who runs the event at the pages that are there for it."""

    def __init__(self, page, base):
        self.page = page
        self.base = f"{base}/{SLUG}/manage"

    def go(self, part=""):
        self.page.goto(self.base + part)

    def press(self, name, **more):
        button(self.page, name, **more).first.click()

    def overview(self, name):
        """Presses a button of the overview."""
        self.go()
        # Some say after it what they are about.
        self.press(re.compile(rf"^{name}( ?: |$)"))
        expect(self.page.get_by_role("status").first).to_be_visible()

    def first_match(self):
        """The form of the match that the desk has first, and who plays it."""
        form = self.page.locator(".desk-match").first
        return form, form.locator(".desk-name bdi").all_text_contents()

    def fill(self, form, sides, winner, scores):
        """Types the scores, the winner's first; gives what a match says then."""
        shown = [scores[0] if side == winner else scores[1] for side in sides]
        fields = form.get_by_role("textbox")
        for field, score in enumerate(shown):
            fields.nth(field).fill(str(score))
        return f"{sides[0]} {shown[0]} – {shown[1]} {sides[1]}, {winner} won"

    def report(self, scores, wrongly=False):
        """Reports the first match of the desk; gives what it says then, and who won and lost."""
        self.go("/results")
        form, sides = self.first_match()
        winner, loser = sorted(sides, key=PLAYERS.index, reverse=wrongly)
        says = self.fill(form, sides, winner, scores)
        button(form, "Report", exact=True).click()
        self.says_beat(winner, loser, scores)
        return says, winner, loser

    def says_beat(self, winner, loser, scores):
        said = f"{winner} beat {loser} {scores[0]}–{scores[1]}"
        expect(self.page.get_by_role("status").first).to_contain_text(said)


@pytest.fixture
def event(server, visit):
    """Two organisers of a community, each signed in: the browser of each, and the API."""
    owner, helper = server.new_person(), server.new_person()
    api = Api(server.url, requests.Session(), {"Authorization": server.new_key(owner)})
    api.call("POST", "communities", "Community", 201, name="The Marches", permalink="marches")
    role = {"username": helper["username"], "role": "organizer"}
    api.call("POST", "communities/marches/members", "CommunityMember", 201, **role)
    organizers = []
    for person in (owner, helper):
        # A form that comes too late is refused, as it is to be.
        page = visit(expect=["409"])
        sign_in(page, server.url, person["username"], person["password"])
        organizers.append(Organizer(page, server.url))
    return *organizers, api


@pytest.fixture
def viewers(server, visit, elsewhere):  # noqa: F811
    """Opens the event for five people, each in a way of their own."""

    def by_mouse():
        page = visit(DESKTOP)
        page.goto(f"{server.url}/tournaments")
        link(page, NAME).click()
        return Viewer("desktop", page)

    def by_keyboard():
        keys = Keyboard(visit(DESKTOP))
        keys.page.goto(server.url)
        keys.choose(link(keys.page, NAME).first)
        viewer = Viewer("keyboard", keys.page)
        viewer.keys = keys
        return viewer

    def by_thumb():
        page = visit(PHONE, has_touch=True, is_mobile=True)
        page.goto(f"{server.url}/tournaments")
        link(page, NAME).tap()
        return Viewer("phone", page)

    def from_elsewhere():
        url, pages, _ = elsewhere
        query = "show_final_results=1&show_standings=1&show_tournament_name=1&show_live_status=1"
        pages["/"] = AROUND.format(src=f"{server.url}/{SLUG}/module?{query}")
        page = visit(DESKTOP)
        page.goto(f"{url}/")
        until(page, "got.some((it) => it.event === 'loaded')")
        return Viewer("embed", page, page.frames[1])

    def signed_in():
        person = server.new_person()
        page = visit(DESKTOP, "dark", reduced_motion="reduce", contrast="more")
        sign_in(page, server.url, person["username"], person["password"])
        page.goto(f"{server.url}/{SLUG}")
        viewer = Viewer("spectator", page)
        page.get_by_label("Colours", exact=True).select_option("contrast")
        return viewer

    return by_mouse, from_elsewhere, by_keyboard, by_thumb, signed_in


def make(one, base, community=None):
    """From the form to the field of names."""
    page = one.page
    page.goto(base)
    link(page, "New tournament").first.click()
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("Address", exact=True).fill(SLUG)
    if community:
        page.get_by_label("For", exact=True).select_option(label=community)
    page.get_by_role("radio", name="Single Elimination").check()
    page.get_by_label("Groups first").check()
    page.get_by_label("Players in a group").fill("4")
    page.get_by_label("Go on from a group").fill("2")
    page.get_by_label("Expected players").fill(str(len(PLAYERS)))
    button(page, "Work it out for these settings").click()
    expect(page.locator("#outlook")).to_contain_text("2 groups: 12 matches in 3 rounds.")
    expect(page.locator("#outlook")).to_contain_text("Final stage: 3 matches in 2 rounds.")
    button(page, "Create tournament").click()
    expect(page.locator("h1")).to_contain_text(NAME)


def test_a_whole_event(server, event, viewers):
    one, two, api = event
    make(one, server.url, "The Marches")
    watching = []

    def all_see(*expressions, moved=False):
        """Waits until everybody sees that. Results move nothing; another state may, by what is
        there from then on."""
        for viewer in watching:
            for expression in expressions:
                viewer.sees(expression)
        shifts = {viewer.name: viewer.shifted() for viewer in watching}
        assert moved or not any(shifts.values()), shifts

    # Names: one, a list, and then the order by hand. Who has come to an empty page is there, too.
    one.page.get_by_label("Names", exact=True).fill(PLAYERS[1])
    one.press("Add", exact=True)
    expect(one.page.locator("#list-h")).to_have_text("1 participant")
    watching = [come() for come in viewers[:2]]
    one.page.get_by_label("Names", exact=True).fill("\n".join([PLAYERS[0], *PLAYERS[2:]]))
    one.press("Add", exact=True)
    expect(one.page.locator("#list-h")).to_have_text("8 participants")
    # A list that grows pushes the end of the page on.
    all_see(page_says(NAME, "Not started"), moved=True)
    watching += [come() for come in viewers[2:]]
    _, embed, keyboard, phone, spectator = watching
    two.go("/participants")
    two.press(f"Move {PLAYERS[0]} up")
    expect(two.page.locator(".person-name a").first).to_have_text(PLAYERS[0])
    link(two.page, PLAYERS[7]).click()
    two.page.get_by_label("Seed").fill("3")
    two.press("Save")
    expect(two.page.locator(".person-name a").nth(2)).to_have_text(PLAYERS[7])
    # As seeded now they would meet.
    all_see(match_says(PLAYERS[0], PLAYERS[6]), match_says(PLAYERS[1], PLAYERS[5]))

    # The groups: each reports in turn.
    two.overview("Start the groups")
    all_see(match_says("ready to play"), page_says("Live"), moved=True)
    opened = "document.querySelector('details.explain').open"
    explained = keyboard.page.locator("details.explain summary").first
    keyboard.keys.to(explained)
    keyboard.keys.press("Enter")
    phone.page.locator("details.explain summary").first.tap()
    for turn in range(3):
        says, _, _ = (one, two)[turn % 2].report((20 + turn, turn))
        all_see(match_says(says))
    expect(explained).to_be_focused()
    keyboard.sees(opened)
    phone.sees(opened)

    # Both report the same match: the first counts, and the second is told.
    for organizer in (one, two):
        organizer.go("/results")
    form, sides = one.first_match()
    winner, loser = sorted(sides, key=PLAYERS.index)
    says = one.fill(form, sides, winner, (31, 4))
    other = two.fill(two.first_match()[0], sides, loser, (32, 5))
    button(form, "Report", exact=True).click()
    one.says_beat(winner, loser, (31, 4))
    expect(two.page.locator("[data-desk-events]")).to_be_visible()
    button(two.first_match()[0], "Report", exact=True).click()
    expect(two.page.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    expect(two.page.locator("main")).to_contain_text(f"{winner} beat {loser} 31–4")
    all_see(match_says(says), f"!({match_says(other)})")

    # Taken back at once, by the other one; and then as it was.
    says, winner, loser = one.report((41, 6), wrongly=True)
    all_see(match_says(says))
    two.overview("Undo")
    all_see(f"!({match_says(says)})")
    says, _, _ = two.report((42, 7))
    all_see(match_says(says))

    # A wrong one that is found later: changed, or opened again.
    says, winner, loser = two.report((43, 8), wrongly=True)
    all_see(match_says(says))
    one.go("/results")
    mistaken = one.page.locator(".done-match", has_text=f"{winner} beat {loser}")
    link(mistaken, re.compile("^Change")).click()
    form = one.page.locator(".desk-form")
    sides = form.locator(".desk-name bdi").all_text_contents()
    says = one.fill(form, sides, loser, (44, 9))
    button(form, "Report", exact=True).click()
    one.says_beat(loser, winner, (44, 9))
    all_see(match_says(says))
    two.go("/results")
    right = two.page.locator(".done-match", has_text=f"{loser} beat {winner}")
    link(right, re.compile("^Reopen")).click()
    expect(two.page.locator("main")).to_contain_text("No other result is lost.")
    two.press("Reopen")
    all_see(f"!({match_says(says)})")
    for turn in range(7):
        says, _, _ = (one, two)[turn % 2].report((50 + turn, 10 + turn))
        all_see(match_says(says))
    one.go("/results")
    expect(one.page.locator(".desk-match")).to_have_count(0)

    # The best two of each group go on.
    one.overview("Close the groups")
    two.overview("Start the final stage")
    all_see(match_says("Winner of A"), moved=True)
    walks_to_the_final(keyboard)
    phone.page.locator("a[data-player]", has_text=PLAYERS[0]).first.tap()
    phone.sees("document.querySelector('.bout.on-path') !== null")

    # A wrong winner takes everything with it that rests on it, and who corrects it sees what.
    wrong, winner, loser = one.report((60, 1), wrongly=True)
    all_see(match_says(wrong))
    says, _, _ = two.report((61, 2))
    all_see(match_says(says))
    last, champion, second = one.report((62, 3))
    all_see(match_says(last), page_says("All played"), moved=True)
    two.go("/results")
    mistaken = two.page.locator(".done-match", has_text=f"{winner} beat {loser}")
    link(mistaken, re.compile("^Reopen")).click()
    expect(two.page.locator("main")).to_contain_text("This match rests on it and loses its result")
    expect(two.page.locator(".lost li")).to_have_text([f"Final stage · C: {champion} beat {second} 62–3"])
    two.press("Reopen")
    all_see(f"!({match_says(last)})", f"!({match_says(wrong)})", match_says(says), moved=True)
    all_see(page_says("Live"), moved=True)
    for turn, organizer in enumerate((two, one)):
        says, winner, loser = organizer.report((70 + turn, 20 + turn))
        all_see(match_says(says), moved=turn == 1)
    assert (winner, loser) == (PLAYERS[0], PLAYERS[1])
    # Who looks at something goes on to look at it.
    keyboard.sees("document.activeElement.dataset.identifier === 'C'")
    phone.sees("document.querySelector('.bout.on-path') !== null")
    spectator.sees("document.querySelector('[data-theme]').dataset.theme === 'contrast'")

    two.overview("Finalize")
    expect(two.page.locator("main")).to_contain_text(f"{winner} has won.")
    all_see(page_says("Complete"), moved=True)
    ended_everywhere(watching, embed, api)


def walks_to_the_final(viewer):
    """From the semi-final to which Tab leads, by the arrows alone."""
    viewer.keys.stop = None
    viewer.keys.to(viewer.page.locator("svg [data-match][tabindex='0']"))
    viewer.keys.press("ArrowRight")
    viewer.sees("document.activeElement.dataset.identifier === 'C'")


def ended_everywhere(watching, embed, api):
    """Everybody sees the same places, programs too, and no page knows less than a new one."""
    listed = api.participants(SLUG).values()
    standings = sorted((one["final_rank"], one["name"]) for one in listed)
    assert [place for place, _ in standings] == [1, 2, 3, 3, 5, 5, 7, 7]
    embed.page.evaluate("ask('setBracketSettings', { settings: { tab: 'standings' } })")
    for viewer in watching:
        assert viewer.standings() == standings, viewer.name
        if viewer is not embed:
            before = viewer.where.evaluate(SHOWN)
            viewer.page.reload()
            until(viewer.page, f"({SHOWN})() === {json.dumps(before)}")
    told = embed.page.evaluate("got.map(({ event, data }) => [event, data.state, data.identifier])")
    states = [state for event, state, _ in told if event == "tournamentStateChanged"]
    assert states == ["underway", "awaiting_review", "underway", "awaiting_review", "complete"]
    assert ["matchUpdated", "complete", "C"] in told
    assert not [event for event, _, _ in told if event == "error"]
