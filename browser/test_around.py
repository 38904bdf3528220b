"""The pages around a bracket, search and communities: by axe's rules, on a phone, without scripts."""

import pytest
import requests
from challonge import Api
from conftest import sign_in, until
from playwright.sync_api import expect
from test_pages import LOOKS, judge

AROUND = [
    "/{t}/matches",
    "/{t}/matches?state=complete&find=a",
    "/{t}/matches?find=nobody+is+called+that",
    "/{t}/participants",
    "/{t}/participants?find=e",
    "/{t}/standings",
    "/{t}/log",
]
ONE = ["/lists_open/matches/A", "/heralds_cup/matches/A"]
FOUND = ["/search", "/search?q=cup", "/search?q=nothing+is+called+that", "/communities"]
PUBLIC = [path.format(t=t) for t in ("lists_open", "heralds_cup") for path in AROUND] + ONE + FOUND


@pytest.fixture(scope="session")
def community(demo, browser):
    """A community made by its forms, with a tournament in it, by somebody without scripts."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, demo.url, "marshal", demo.accounts["marshal"])
    page.goto(f"{demo.url}/communities")
    page.click("text=New community")
    page.fill("[name=name]", "The Order of the Long Name, Which Meets Every June " + "W" * 20)
    page.fill("[name=permalink]", "long-order")
    page.fill("[name=description]", "Every **June**.\n\n- tents\n- [rules](https://rules.example)")
    page.click("text=Make the community")
    expect(page.locator("main .notice")).to_contain_text("The community is made")
    page.fill("[name=username]", "ysolde")
    page.select_option("#role", "organizer")
    page.click("main form:last-of-type button:has-text('Add')")
    expect(page.locator("main .notice")).to_contain_text("Added")
    page.goto(f"{demo.url}/tournaments/new")
    page.fill("[name=name]", "June open")
    page.fill("[name=url]", "june_open")
    page.select_option("[name=community]", "long-order")
    page.click("text=Create tournament")
    page.wait_for_url("**/june_open/manage/**")
    context.close()
    return "long-order"


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_around(demo, community, visit, look):
    viewport, scheme = LOOKS[look]
    page = visit(viewport, scheme, expect=["40[34]"])
    wrong = []

    def see(paths):
        for path in paths:
            page.goto(demo.url + path)
            wrong.extend(judge(page, viewport["width"], scheme))

    see([*PUBLIC, f"/communities/{community}", "/june_open", "/lists_open/matches/none"])
    sign_in(page, demo.url, "marshal", demo.accounts["marshal"])
    own = ["/communities", "/communities/new", f"/communities/{community}"]
    see([*own, f"/communities/{community}/edit", "/lists_open/matches", "/lists_open/log"])
    assert not wrong, "\n".join(wrong)


def test_without_scripts(demo, visit):
    """From the start page to a match and those who play it, by links and forms alone."""
    page = visit(javascript=False)
    page.goto(demo.url)
    page.fill("header [name=q]", "lists")
    page.press("header [name=q]", "Enter")
    page.click("main a[href='/lists_open']")
    page.click("nav[aria-label=Tournament] >> text=Matches")
    expect(page.locator("nav[aria-label=Tournament] [aria-current=page]")).to_have_text("Matches")
    page.select_option("[name=state]", "complete")
    page.click("main form button:has-text('Show')")
    assert "state=complete" in page.url
    page.click(".game h3 a >> nth=0")
    expect(page.locator("h2").first).to_contain_text("Match")
    page.click(".score tbody a >> nth=0")
    expect(page.locator("h2").first).to_contain_text("Matches of")
    for tab in ("Participants", "Standings", "Log", "Bracket"):
        page.click(f"nav[aria-label=Tournament] >> text={tab}")
        current = page.locator("nav[aria-label=Tournament] [aria-current=page]")
        expect(current).to_have_text(tab)
    page.click("text=Share or embed")
    expect(page.locator("#share-embed")).to_contain_text("/lists_open/module")


def test_matches_follow_what_is_played(server, visit):
    """The list of matches shows a result without being loaded again, and keeps what is typed."""
    key = server.new_key(server.new_person())
    api = Api(server.url, requests.Session(), {"Authorization": key})
    tournament = api.new_tournament(["Rook", "Castle"], url="small_cup")
    page = visit()
    page.goto(f"{server.url}/small_cup/matches")
    page.fill("#find", "half a na")
    until(page, "document.querySelector('.pulse').dataset.on === '1'")
    api.report(tournament, api.matches(tournament)[0], 0, ("3,1", "1,0"))
    until(page, "document.querySelector('.game-complete')")
    expect(page.locator("#find")).to_have_value("half a na")
