"""People predict by hand: with a script later rounds follow at once, without one by saving."""

import pytest
import requests
from challonge import Api
from playwright.sync_api import expect
from test_pages import LOOKS, judge

NAMES = ["Rook", "Castle", "Queen", "King"]


def opened(server, **more):
    """A tournament whose predictions are open: the way to it, and its id."""
    key = server.new_key(server.new_person())
    api = Api(server.url, requests.Session(), {"Authorization": key})
    options = {"prediction_method": 1, **more.pop("predicted", {})}
    names = more.pop("names", NAMES)
    kind = more.pop("kind", "single elimination")
    made = api.call(
        "POST", "tournaments", "tournaments", 201,
        name="Ballot", url="ballot", tournament_type=kind, prediction_options=options, **more,
    )  # fmt: skip
    own = made["data"]["id"]
    listed = [{"name": name} for name in names]
    api.call("POST", f"tournaments/{own}/participants/bulk_add", "Participants", 200, participants=listed)
    api.change_state(own, "open_predictions")
    return api, own


def arrive(server, page):
    """Signs in on the way to the page, and comes back to it."""
    person = server.new_person()
    page.goto(f"{server.url}/ballot/predictions")
    page.click("text=Sign in to predict")
    page.fill("[name=username]", person["username"])
    page.fill("[name=password]", person["password"])
    page.click("main button[type=submit]")
    page.wait_for_url("**/ballot/predictions")


def box(page, letter):
    return page.get_by_role("group", name=f"Match {letter}", exact=True)


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_predicts_a_bracket(server, visit, scripts):
    api, own = opened(server)
    page = visit(javascript=scripts)
    arrive(server, page)
    save = page.get_by_role("button", name="Save picks")
    # Rook against King, Castle against Queen.
    box(page, "A").get_by_label("Rook").check()
    box(page, "B").get_by_label("Castle").check()
    if not scripts:
        expect(box(page, "C").get_by_role("radio").first).to_be_disabled()
        save.click()
    box(page, "C").get_by_label("Castle").check()
    if scripts:
        expect(page.locator(".ballot .found")).to_contain_text("3 of 3 matches picked, with what is not saved yet", use_inner_text=True)
    save.click()
    expect(page.locator("main .notice-ok")).to_contain_text("Your picks are saved")
    expect(page.locator(".ballot .found")).to_contain_text("3 of 3 matches picked.", use_inner_text=True)
    # Who changes a pick takes back what rested on it.
    box(page, "B").get_by_label("Queen").check()
    if scripts:
        expect(page.locator("[data-ballot-say]")).to_contain_text("One later pick did not follow")
        expect(box(page, "C").get_by_label("Castle")).to_have_count(0)
        box(page, "C").get_by_label("Queen").check()
        save.click()
        expect(page.locator(".ballot .found")).to_contain_text("3 of 3 matches picked")
    else:
        save.click()
        expect(page.locator("main .notice-ok")).to_contain_text("One pick did not follow")
        expect(page.locator(".ballot .found")).to_contain_text("2 of 3 matches picked")
    # What became of it.
    api.change_state(own, "start")
    for match in [m for m in api.matches(own) if m["state"] == "open"]:
        api.report(own, match, 0)
    page.goto(f"{server.url}/ballot/predictions")
    expect(page.locator(".picked li").first).to_contain_text("Rook ✓ right")
    expect(page.locator(".picked .mark-wrong").first).to_contain_text("wrong")


def test_it_can_be_taken_back(server, visit):
    opened(server)
    page = visit(javascript=False)
    arrive(server, page)
    box(page, "A").get_by_label("Rook").check()
    page.get_by_role("button", name="Save picks").click()
    page.click("text=Begin anew")
    page.get_by_role("button", name="Take my prediction back").click()
    expect(page.locator("main .notice-ok")).to_contain_text("taken back")
    expect(page.locator(".ballot .found")).to_contain_text("0 of 3 matches picked")


def test_a_large_bracket_comes_in_parts(server, visit):
    names = [f"Rider {number}" for number in range(1, 301)]
    opened(server, names=names, kind="double elimination", predicted={"predict_the_losers_bracket": False})
    page = visit()
    arrive(server, page)
    parts = page.get_by_role("navigation", name="Parts of the bracket").get_by_role("link")
    assert parts.count() > 1
    assert page.locator(".pick").count() <= 128
    page.locator(".pick input:enabled").first.check()
    page.get_by_role("button", name="Save picks").click()
    # The next part is there at once.
    expect(parts.nth(1)).to_have_attribute("aria-current", "page")
    # Who comes out of a bracket that is not predicted can be anybody.
    anybody = 0
    for number in range(1, parts.count() + 1):
        page.goto(f"{server.url}/ballot/predictions?sheet={number}")
        anybody = max(anybody, page.locator(".pick select option").count())
    assert anybody == 301


@pytest.mark.parametrize("look", LOOKS)
def test_it_is_for_everybody(server, visit, look):
    viewport, scheme = LOOKS[look]
    api, _ = opened(server)
    api.new_tournament(NAMES, url="unpredicted")
    page = visit(viewport, scheme, expect=["404"])
    wrong = []
    for slug in ("ballot", "unpredicted"):
        page.goto(f"{server.url}/{slug}/predictions")
        wrong += judge(page, viewport["width"], scheme)
    arrive(server, page)
    wrong += judge(page, viewport["width"], scheme)
    assert not wrong, wrong
