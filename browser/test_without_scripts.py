"""Walks through everything that people do, in a browser that runs no script."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from challonge import Api
from conftest import DESKTOP, PHONE, sign_in
from grants import Client
from playwright.sync_api import expect
from test_event import NAME, PLAYERS, SLUG, Organizer, make
from test_organize import button, link

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
SCOPE = "openid me tournaments:read tournaments:write"


@pytest.fixture
def page(visit):
    return visit(PHONE, javascript=False, expect=["401", "422"])


def press(page, name):
    page.get_by_role("button", name=name).click()


def asking(base, application, callback, **more):
    query = {
        "response_type": "code",
        "client_id": application["client_id"],
        "redirect_uri": callback,
        "scope": SCOPE,
        "state": "w",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    return f"{base}/oauth/authorize?{urlencode(query | more)}"


def test_nothing_needs_a_script(server, visit, page, callback):
    base, (callback, got) = server.url, callback
    owner = server.new_person()
    application = server.new_application(owner, "standard", callback, name="Overlay", scope=SCOPE)
    kiosk = server.new_application(owner, "device", name="Kiosk")
    heading = page.locator("h1")

    # Signs up on the way to an application, and leaves a scope out.
    page.goto(asking(base, application, callback))
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("User name").fill("noscript")
    page.get_by_label("E-mail").fill("noscript@example.org")
    page.get_by_label("Password").fill("short")
    press(page, "Create account")
    expect(page.locator("#password-error")).to_be_visible()
    page.get_by_label("Password").fill("a long pass for noscript")
    press(page, "Create account")
    expect(heading).to_contain_text("Overlay wants to act for you")
    page.get_by_label("Create, change and delete your tournaments").uncheck()
    press(page, "Allow")
    expect(heading).to_have_text("Welcome back")
    code = parse_qs(urlsplit(got.pop()).query)["code"][0]
    tokens = Client(base, application, callback).exchange(code, VERIFIER).json()
    assert "tournaments:write" not in tokens["scope"].split()

    # The answer by form waits for a click.
    page.goto(asking(base, application, callback, scope="me", response_mode="form_post"))
    expect(heading).to_have_text("One more step")
    expect(page.locator("main [name=code]")).to_have_attribute("value", re.compile("^tly_"))

    # Says who it is again where an application insists.
    page.goto(asking(base, application, callback, scope="me", prompt="login"))
    expect(page.locator("main")).to_contain_text("asked to prove again that it is you")
    page.get_by_label("User name or e-mail").fill("noscript")
    page.get_by_label("Password").fill("a long pass for noscript")
    press(page.locator("main"), "Sign in")
    expect(heading).to_have_text("Welcome back")

    # Connects a device.
    device = Client(base, kiosk).device("me").json()
    page.goto(f"{base}/activate")
    page.get_by_label("Code").fill(device["user_code"].replace("-", " ").lower())
    press(page, "Continue")
    expect(page.locator("main")).to_contain_text(device["user_code"])
    press(page, "Allow")
    expect(heading).to_have_text("Kiosk is connected")
    assert Client(base, kiosk).poll(device["device_code"]).json()["access_token"]

    # Makes an application, changes it, and deletes it.
    page.goto(f"{base}/apps")
    page.get_by_role("link", name="New application").click()
    page.check("[name=preset][value=standard]")
    page.get_by_label("Name", exact=True).fill("Own overlay")
    page.get_by_label("Redirect URIs").fill(callback)
    press(page, "Create application")
    expect(heading).to_have_text("Own overlay is ready")
    # What only a script can do is not offered.
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.get_by_role("link", name="Go to the application").click()
    page.get_by_role("textbox", name="Redirect URIs").fill(f"{callback}\nhttps://client.example/b")
    page.check("[name=switch][value=cors]")
    press(page, "Save changes")
    expect(page.get_by_role("status")).to_have_text("The application was saved.")
    expect(page.locator("[name=switch][value=cors]")).to_be_checked()
    press(page, "Rotate secret")
    expect(heading).to_have_text("A new secret for Own overlay")
    page.get_by_role("link", name="Go to the application").click()
    page.get_by_role("link", name="Security log").click()
    expect(page.locator("main")).to_contain_text("Application's secret replaced")
    page.get_by_role("link", name="Application", exact=True).click()
    page.get_by_label("Yes, delete Own overlay").check()
    press(page, "Delete application")
    expect(page.locator("main")).to_contain_text("No applications yet")

    # Keeps house on the account page.
    other = visit(javascript=False)
    other.goto(f"{base}/login")
    other.get_by_label("User name or e-mail").fill("noscript")
    other.get_by_label("Password").fill("a long pass for noscript")
    press(other.locator("main"), "Sign in")
    other.wait_for_url(f"{base}/")
    page.goto(f"{base}/account")
    press(page, "Disconnect Overlay")
    press(page, "Disconnect Kiosk")
    expect(page.locator("main")).to_contain_text("No application may act for you")
    press(page, "End all other sessions")
    other.goto(f"{base}/account")
    other.wait_for_url("**/login?next=%2Faccount")
    page.get_by_label("Name of a new key").fill("Laptop")
    page.locator("summary", has_text="Challonge").click()
    page.get_by_label("See your account details").check()
    press(page, "Make a key")
    expect(heading).to_have_text("The key Laptop is ready")
    page.get_by_role("link", name="Back to your account").click()
    press(page, "Delete Laptop")
    page.get_by_role("link", name="Security log").click()
    for happened in ("Personal key deleted", "Application disconnected", "Application allowed: Kiosk"):
        expect(page.locator("main")).to_contain_text(happened)
    press(page, "Sign out")
    page.goto(f"{base}/account")
    page.wait_for_url("**/login?next=%2Faccount")


def match(page, says):
    return page.locator(f'[data-match][aria-label*="{says}"]:visible')


def test_an_event_needs_no_script(demo, visit):
    """Run, watched and shown elsewhere: all but what comes by itself."""
    owner = demo.new_person()
    api = Api(demo.url, requests.Session(), {"Authorization": demo.new_key(owner)})
    one, two = (
        Organizer(visit(viewport, javascript=False, expect=["409"]), demo.url)
        for viewport in (PHONE, DESKTOP)
    )
    for organizer in (one, two):
        sign_in(organizer.page, demo.url, owner["username"], owner["password"])
    make(one, demo.url)
    one.page.get_by_label("Names", exact=True).fill("\n".join(PLAYERS))
    one.press("Add", exact=True)
    expect(one.page.locator("#list-h")).to_have_text("8 participants")
    one.press("Move Gawain up")
    one.press("Move Isolde up")

    viewer = visit(DESKTOP, javascript=False)
    viewer.goto(f"{demo.url}/tournaments")
    link(viewer, NAME).click()
    expect(viewer.locator("main")).to_contain_text("Not started")
    # What cannot be kept is not promised.
    expect(viewer.get_by_text("updates by itself")).to_be_hidden()
    expect(viewer.locator(".tools")).to_have_count(0)
    one.overview("Start the groups")
    viewer.reload()
    expect(match(viewer, "ready to play").first).to_be_visible()

    # Both report the same match: the first counts.
    one.go("/results")
    two.go("/results")
    form, sides = one.first_match()
    winner, loser = sorted(sides, key=PLAYERS.index)
    says = one.fill(form, sides, winner, (5, 3))
    button(form, "Report", exact=True).click()
    one.says_beat(winner, loser, (5, 3))
    button(two.first_match()[0], f"{loser} wins").click()
    expect(two.page.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    viewer.reload()
    expect(match(viewer, says).first).to_be_visible()
    says, winner, loser = two.report((6, 4), wrongly=True)
    reopen(one, winner, loser, "No other result is lost.")
    two.overview("Undo")
    reopen(one, winner, loser, "No other result is lost.")
    for turn in range(11):
        (one, two)[turn % 2].report((10 + turn, turn))
    one.overview("Start the final stage")
    viewer.reload()
    expect(match(viewer, "Winner of A").first).to_be_visible()
    link(viewer, "Groups").click()
    expect(viewer.locator("table.cross")).to_have_count(2)
    link(viewer, "Final stage").click()

    _, winner, loser = one.report((30, 1), wrongly=True)
    two.report((31, 2))
    last, _, _ = one.report((32, 3))
    viewer.reload()
    expect(match(viewer, last).first).to_be_visible()
    reopen(two, winner, loser, "This match rests on it and loses its result")
    one.report((33, 4))
    last, _, _ = two.report((34, 5))
    one.overview("Finalize")
    expect(one.page.locator("main")).to_contain_text("Isolde has won.")

    # The places are those of the API, on the page and where it is shown elsewhere.
    listed = api.participants(SLUG).values()
    standings = sorted((one["final_rank"], one["name"]) for one in listed)
    viewer.reload()
    assert match(viewer, last).count() == 1
    assert places(viewer) == standings
    viewer.goto(f"{demo.url}/{SLUG}/module?show_final_results=1")
    expect(viewer.get_by_label("Final results")).to_contain_text("Isolde")
    expect(match(viewer, last)).to_be_visible()
    link(viewer, "Standings").click()
    assert places(viewer) == standings
    link(viewer, "Groups").click()
    expect(viewer.locator("svg.bracket")).to_have_count(2)
    viewer.goto(f"{demo.url}/{SLUG}/overlay?show=scoreboard")
    expect(match(viewer, last)).to_be_visible()
    viewer.goto(f"{demo.url}/docs/embed?tournament={SLUG}")
    frame = viewer.frame_locator("iframe[title=Bracket]")
    expect(frame.locator("svg.bracket").first).to_be_visible()


def reopen(organizer, winner, loser, warning):
    """Opens a result again, once it is said what goes with it."""
    organizer.go("/results")
    result = organizer.page.locator(".done-match", has_text=f"{winner} beat {loser}")
    link(result, re.compile("^Reopen")).click()
    expect(organizer.page.locator("main")).to_contain_text(warning)
    organizer.press("Reopen")
    expect(organizer.page.get_by_role("status").first).to_be_visible()


def places(page):
    """Place and name of everybody in the last table."""
    rows = page.locator("#live table").last.locator("tbody tr").all()
    place = [int(re.search(r"\d+", row.locator("td").first.inner_text())[0]) for row in rows]
    return sorted(zip(place, (row.locator("th bdi").inner_text() for row in rows), strict=True))
