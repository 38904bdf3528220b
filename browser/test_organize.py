"""The organiser's pages: a two-stage event from its making to its end, by keyboard only, by thumb
on a phone, and without scripts."""

import re

import pytest
from conftest import DESKTOP, PHONE, sign_in
from keyboard import Keyboard
from playwright.sync_api import expect
from test_pages import judge

NAMES = ["Anna", "Bert", "Carla of the Western Marches", "Dora", "Emil", "李小龙"]
LONG = "A tournament with a name as long as anybody could want " + "W" * 40


def button(page, name, **more):
    return page.get_by_role("button", name=name, **more)


def link(page, name, **more):
    return page.get_by_role("link", name=name, **more)


def first_match(page):
    return page.locator(".desk-match").first


def test_by_keyboard(demo, visit):
    keys = Keyboard(visit(expect=["409", "422"]))
    page = keys.page
    person = demo.new_person()
    sign_in(page, demo.url, person["username"], person["password"])
    slug = f"keys_{person['username']}"
    keys.choose(link(page, "New tournament"))
    keys.fill(page.get_by_label("Name", exact=True), "By keyboard")
    keys.fill(page.get_by_label("Address", exact=True), "no-hyphens")
    # The format is one stop; the arrows choose.
    keys.to(page.get_by_role("radio", name="Single Elimination"))
    keys.press("ArrowDown", "ArrowUp")
    expect(page.get_by_role("radio", name="Single Elimination")).to_be_checked()
    keys.to(page.get_by_label("Groups first"))
    keys.press("Space")
    keys.fill(page.get_by_label("Players in a group"), "3")
    keys.fill(page.get_by_label("Go on from a group"), "1")
    # Past the field of the start, whose parts are stops of the browser's own.
    page.get_by_label("Expected players").focus()
    keys.stop = None
    keys.press("Control+A")
    keys.type("6")
    keys.choose(button(page, "Work it out for these settings"))
    expect(page.locator("#outlook")).to_contain_text("2 groups: 6 matches in 3 rounds.")
    expect(page.locator("#outlook")).to_contain_text("Final stage: 1 match in 1 round.")
    # A mistake stands beside its field, and Enter in a field makes the tournament.
    page.evaluate("scrollTo(0, 0)")
    keys.stop = None
    page.get_by_label("Name", exact=True).focus()
    keys.send()
    expect(page.get_by_label("Address", exact=True)).to_have_attribute("aria-invalid", "true")
    keys.fill(page.get_by_label("Address", exact=True), slug)
    keys.send()
    expect(page.locator("h1")).to_contain_text("By keyboard")

    expect(page.get_by_label("Names", exact=True)).to_be_focused()
    keys.type("\n".join(NAMES))
    keys.choose(button(page, "Add"))
    expect(page.locator("#list-h")).to_have_text("6 participants")
    keys.choose(button(page, "Move Bert up"))
    expect(page.locator(".person-name a").first).to_have_text("Bert")
    keys.choose(link(page.get_by_label("Manage"), "Overview"))
    keys.choose(button(page, "Start the groups"))
    keys.choose(link(page, "To the results desk"))
    # The whole result in one field.
    keys.to(first_match(page).get_by_role("textbox").first)
    keys.type("2-0, 1-2, 2-1")
    keys.send()
    expect(page.get_by_role("status")).to_contain_text("2–0, 1–2, 2–1")
    # From then on the hands stay where they are: score, Enter, score, Enter.
    for _ in range(5):
        expect(first_match(page).get_by_role("textbox").first).to_be_focused()
        before = page.locator(".done-match").count()
        keys.type("2")
        for _ in range(2):
            keys.press("Tab")
        keys.press("Shift+Tab", "Shift+Tab")
        fields = first_match(page).locator(".desk-scores input").count()
        keys.press("Enter")
        for place in range(1, fields):
            keys.type("1" if place >= fields / 2 else "3")
            if place < fields - 1:
                keys.press("Enter")
        keys.send()
        expect(page.locator(".done-match")).to_have_count(before + 1)
    expect(page.locator(".desk-match")).to_have_count(0)
    # A wrong one is mended: what rests on it is shown before.
    keys.stop = None
    keys.choose(link(page, re.compile("^Reopen")).first)
    expect(page.locator("main")).to_contain_text("No other result is lost.")
    keys.choose(button(page, "Reopen"))
    expect(first_match(page).get_by_role("textbox").first).to_be_focused()
    keys.choose(button(first_match(page), re.compile("wins$")).first)
    keys.stop = None
    keys.choose(link(page.get_by_label("Manage"), "Overview"))
    keys.choose(button(page, "Start the final stage"))
    keys.choose(link(page, "To the results desk"))
    keys.choose(button(first_match(page), re.compile("wins$")).first)
    keys.stop = None
    keys.choose(link(page.get_by_label("Manage"), "Overview"))
    keys.choose(button(page, "Finalize", exact=True))
    expect(page.locator("main")).to_contain_text("has won.")
    keys.walk()


@pytest.mark.parametrize("look", ["phone", "phone-dark", "desktop", "without-scripts"])
def test_a_whole_event(demo, visit, look):
    """The same by thumb or mouse, each page judged on its way."""
    viewport = DESKTOP if look == "desktop" else PHONE
    scheme = "dark" if look == "phone-dark" else "light"
    scripts = look != "without-scripts"
    page = visit(viewport, scheme, javascript=scripts, expect=["409", "422"])
    wrong = []

    def see():
        # Without scripts nothing can be asked of the page.
        if scripts:
            page.wait_for_load_state("load")
            wrong.extend(judge(page, viewport["width"], scheme))
            page.set_viewport_size(viewport)

    def press(name, **more):
        button(page, name, **more).first.click()
        see()

    person = demo.new_person()
    sign_in(page, demo.url, person["username"], person["password"])
    see()
    base = f"{demo.url}/hand_{person['username']}/manage"
    link(page, "New tournament").click()
    see()
    # Every format with its own fields, and mistakes.
    for kind in ["Double Elimination", "Round Robin", "Swiss", "Free for All"]:
        page.get_by_role("radio", name=kind).check()
        see()
    press("Work it out for these settings")
    page.get_by_label("Name", exact=True).fill("x")
    page.get_by_label("Address", exact=True).fill("no-hyphens")
    press("Create tournament")
    expect(page.get_by_label("Address", exact=True)).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Name", exact=True).fill(LONG)
    page.get_by_label("Address", exact=True).fill(f"hand_{person['username']}")
    page.get_by_role("radio", name="Single Elimination").check()
    page.get_by_label("Groups first").check()
    page.get_by_label("Players in a group").fill("3")
    page.get_by_label("Go on from a group").fill("1")
    press("Create tournament")
    press("Add")
    expect(page.locator("#names-error")).to_contain_text("at least one")
    page.get_by_label("Names", exact=True).fill("\n".join(NAMES))
    press("Add", exact=True)
    press("Move Dora up")
    link(page, "Anna").click()
    see()
    page.get_by_label("Note", exact=True).fill("pays later")
    press("Save")
    for path in ["", "/settings", "/participants/clear", "/delete", "/results"]:
        page.goto(base + path)
        see()
    page.goto(base)
    press("Start the groups")
    for path in ["/participants", "/settings", "/results"]:
        page.goto(base + path)
        see()
    fields = first_match(page).get_by_role("textbox")
    fields.nth(0).fill("1")
    fields.nth(1).fill("1")
    press("Report")
    expect(first_match(page).get_by_role("alert")).to_contain_text("level")
    page.goto(f"{base}/results?sets=5")
    see()
    page.goto(f"{base}/results")
    press("Underway")
    for turn in range(6):
        if turn % 2:
            fields = first_match(page).get_by_role("textbox")
            fields.nth(0).fill("0")
            fields.nth(1).fill("2")
            button(first_match(page), "Report").click()
        else:
            button(first_match(page), re.compile("wins$")).first.click()
    see()
    link(page, re.compile("^Change")).first.click()
    see()
    page.goto(base)
    press("Start the final stage")
    page.goto(f"{base}/results")
    press(re.compile("wins$"))
    link(page, re.compile("^Reopen")).last.click()
    see()
    for path in ["/reset", "/reset?what=final"]:
        page.goto(base + path)
        see()
    page.goto(base)
    press("Finalize", exact=True)
    expect(page.locator("main")).to_contain_text("has won.")
    press("Undo")
    press("Finalize", exact=True)
    page.goto(f"{base}/delete")
    page.get_by_label("I want to delete it.").check()
    button(page, "Delete").click()
    expect(page.locator("h1")).to_have_text("Tournaments")
    assert not wrong, "\n".join(wrong)


def started(demo, page, slug, names, kind="Single Elimination"):
    """A tournament of somebody new that has started; the desk's address."""
    person = demo.new_person()
    slug = f"{slug}_{person['username']}"
    sign_in(page, demo.url, person["username"], person["password"])
    page.goto(f"{demo.url}/tournaments/new")
    page.get_by_label("Name", exact=True).fill(slug)
    page.get_by_label("Address", exact=True).fill(slug)
    page.get_by_role("radio", name=kind).check()
    button(page, "Create tournament").click()
    page.get_by_label("Names", exact=True).fill("\n".join(names))
    button(page, "Add").click()
    page.goto(f"{demo.url}/{slug}/manage")
    button(page, "Start the tournament").click()
    return f"{demo.url}/{slug}/manage/results"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without-scripts"])
def test_a_wrong_entry_stays_at_the_desk(demo, visit, scripts):
    page = visit(javascript=scripts, expect=["422"])
    desk = started(demo, page, "wrong", ["Anna", "Bert", "Carla", "Dora"])
    page.goto(f"{desk}?find=dora&sets=3")
    fields = first_match(page).get_by_role("textbox")
    fields.nth(0).fill("3")
    fields.nth(1).fill("x")
    button(first_match(page), "Report").click()
    expect(page.get_by_label("Find a player or a match")).to_have_value("dora")
    expect(page.locator(".desk-match")).to_have_count(1)
    expect(fields.nth(0)).to_have_value("3")
    expect(fields.nth(1)).to_have_value("x")
    expect(fields.nth(1)).to_be_focused()
    expect(fields.nth(1)).to_have_attribute("aria-invalid", "true")
    told = first_match(page).get_by_role("alert")
    expect(told).to_contain_text("Score of Dora, set 1 must be a whole number")
    described = fields.nth(1).get_attribute("aria-describedby")
    expect(told.locator(f"#{described}")).to_have_count(1)
    fields.nth(1).fill("1")
    button(first_match(page), "Report").click()
    expect(page.get_by_role("status").first).to_contain_text("Anna beat Dora 3–1")


def test_tab_goes_set_by_set(demo, visit):
    page = visit()
    desk = started(demo, page, "tab", ["Anna", "Bert"])
    page.goto(f"{desk}?sets=3")
    first_match(page).get_by_role("textbox").first.focus()
    order = []
    for _ in range(6):
        order.append(page.evaluate("document.activeElement.labels[0].textContent"))
        page.keyboard.press("Tab")
    whose = [(name, number) for number in (1, 2, 3) for name in ("Anna", "Bert")]
    assert order == [f"Score of {name}, set {number}" for name, number in whose]
    # Each field stands beside the name that it is for, on a phone, too.
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for name in ("Anna", "Bert"):
            line = page.locator(".desk-name", has_text=name).bounding_box()
            for field in page.get_by_label(re.compile(f"Score of {name}")).all():
                box = field.bounding_box()
                gap = line["y"] + line["height"] / 2 - box["y"] - box["height"] / 2
                assert abs(gap) < 4, f"{name} at {width}: {gap}"


def test_a_correction_asks_once(demo, visit):
    page = visit()
    desk = started(demo, page, "correct", ["Anna", "Bert", "Carla", "Dora"])
    page.goto(desk)
    for _ in range(2):
        button(first_match(page), re.compile("wins$")).first.click()
    fields = first_match(page).get_by_role("textbox")
    fields.nth(0).fill("1")
    fields.nth(1).fill("0")
    button(first_match(page), "Save score").click()
    link(page, "Change match A").click()
    button(page, "Dora wins").click()
    expect(page.locator("h1")).to_have_text("Change the result of match A?")
    expect(page.get_by_label("What is lost")).to_contain_text("C: Anna against Bert: 1–0 so far")
    button(page, "Change the result").click()
    expect(page.get_by_role("status").first).to_contain_text("A: Dora beat Anna")
    link(page.get_by_label("Manage"), "Overview").click()
    button(page, re.compile("^Undo ?: result of match A")).click()
    expect(page.locator("main")).to_contain_text("Undo: score of match C, Anna against Bert 1–0")


def test_one_hears_of_the_other(demo, visit):
    """Two desks: what one reports is announced at the other, whose own late report is refused."""
    person = demo.new_person()
    one, two = visit(), visit(expect=["409"])
    slug = f"two_{person['username']}"
    for page in (one, two):
        sign_in(page, demo.url, person["username"], person["password"])
    one.goto(f"{demo.url}/tournaments/new")
    one.get_by_label("Name", exact=True).fill("Two desks")
    one.get_by_label("Address", exact=True).fill(slug)
    button(one, "Create tournament").click()
    one.get_by_label("Names", exact=True).fill("Anna\nBert\nCarla\nDora")
    button(one, "Add").click()
    one.goto(f"{demo.url}/{slug}/manage")
    button(one, "Start the tournament").click()
    for page in (one, two):
        page.goto(f"{demo.url}/{slug}/manage/results")
    expect(two.locator("[data-desk-events]")).to_be_hidden()
    button(first_match(one), "Anna wins").click()
    expect(two.locator("[data-desk-events]")).to_be_visible()
    button(first_match(two), "Dora wins").click()
    expect(two.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    expect(two.locator(".desk-tools")).to_be_visible()
    expect(link(two, "Change match A")).to_be_focused()
    expect(two.locator("main")).to_contain_text("Anna beat Dora 1–0")
    two.goto(f"{demo.url}/{slug}/manage/results")
    button(first_match(two), "Carla wins").click()
    expect(two.get_by_role("status").first).to_contain_text("Carla beat Bert 1–0")
