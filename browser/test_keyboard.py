"""What people do by the keyboard alone: every stop of Tab is seen, and in reading order."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from conftest import DESKTOP, PHONE
from grants import Client
from keyboard import Keyboard
from playwright.sync_api import expect

SCOPE = "openid me tournaments:read tournaments:write"


@pytest.fixture
def keyboard(visit):
    return Keyboard(visit(expect=["401", "422"]))


def button(page, name, **more):
    return page.get_by_role("button", name=name, **more)


def link(page, name, **more):
    return page.get_by_role("link", name=name, **more)


def signed_in(keys, base, account):
    """Signs in at a form, whose first field has the focus by itself."""
    page = keys.page
    page.goto(f"{base}/login")
    fill_sign_in(keys, account)
    page.wait_for_url(f"{base}/")


def fill_sign_in(keys, account):
    expect(keys.page.get_by_label("User name or e-mail")).to_be_focused()
    keys.stop = None
    keys.type(account["username"])
    keys.to(keys.page.get_by_label("Password"))
    keys.type(account["password"])
    keys.send()


# Case S09
def test_sign_up_and_sign_in(demo, keyboard):
    page = keyboard.page
    page.goto(demo.url)
    keyboard.choose(link(page, "Create an account"))
    expect(page.locator("h1")).to_have_text("Create an account")
    # A mistake is told beside its field, and what was typed stays.
    keyboard.fill(page.get_by_label("User name"), "kay_board")
    keyboard.fill(page.get_by_label("E-mail"), "kay@example.org")
    keyboard.fill(page.get_by_label("Password"), "short")
    keyboard.choose(button(page, "Create account"), "Space")
    expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    wrong = page.get_by_label("Password").get_attribute("aria-describedby").split()[0]
    expect(page.locator(f"#{wrong}")).to_be_visible()
    expect(page.get_by_label("User name")).to_have_value("kay_board")
    keyboard.fill(page.get_by_label("Password"), "a long pass for kay")
    keyboard.send()
    page.wait_for_url(f"{demo.url}/")
    expect(page.locator("header")).to_contain_text("kay_board")

    keyboard.choose(button(page, "Sign out"), "Space")
    keyboard.choose(link(page.locator("header"), "Sign in"))
    expect(page.get_by_label("User name or e-mail")).to_be_focused()
    keyboard.type("kay_board")
    keyboard.to(page.get_by_label("Password"))
    keyboard.type("not the pass")
    # Back to look at the name, and on again.
    keyboard.to(page.get_by_label("User name"), back=True)
    keyboard.to(page.get_by_label("Password"))
    keyboard.to(button(page.locator("main"), "Sign in"))
    keyboard.send()
    expect(page.get_by_role("alert")).to_have_text("User name or password is wrong.")
    # The name is there already, so the focus is where one types again.
    expect(page.get_by_label("Password")).to_be_focused()
    keyboard.type("a long pass for kay")
    keyboard.send()
    page.wait_for_url(f"{demo.url}/")


def authorization(base, application, callback, **more):
    query = {
        "response_type": "code",
        "client_id": application["client_id"],
        "redirect_uri": callback,
        "scope": SCOPE,
        "state": "k",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    return f"{base}/oauth/authorize?{urlencode(query | more)}"


# Case S09
def test_consent(demo, keyboard, callback):
    callback, got = callback
    page = keyboard.page
    person = demo.new_person()
    application = demo.new_application(
        {"username": "marshal"}, "standard", callback, name="Overlay", scope=SCOPE
    )
    page.goto(authorization(demo.url, application, callback))
    expect(page.locator("main")).to_contain_text("to continue to Overlay")
    fill_sign_in(keyboard, person)
    expect(page.locator("h1")).to_contain_text("Overlay wants to act for you")
    # What a screen reader reads, in its order: who asks, what for, where that leads, the choice.
    expect(page.locator("main")).to_match_aria_snapshot(
        """
        - heading "Overlay wants to act for you" [level=1]
        - paragraph: An application by marshal
        - heading "Read only" [level=2]
        - list:
          - listitem: Know who you are on this site
          - listitem:
            - checkbox "See your account details" [checked]
          - listitem:
            - checkbox "See your tournaments, private ones too" [checked]
        - heading "Make changes" [level=2]
        - list:
          - listitem:
            - checkbox "Create, change and delete your tournaments" [checked]
        - term: Sends you to
        - definition:
          - code: /127\\.0\\.0\\.1:\\d+/
        - button "Allow"
        - button "Deny"
        """
    )
    stops = keyboard.walk()
    allow, deny = ("".join(it) for it in ('value="allow"', 'value="deny"'))
    order = [n for n, what in enumerate(stops) if 'name="scope"' in what]
    order += [n for sought in (allow, deny) for n, what in enumerate(stops) if sought in what]
    assert len(order) == 5
    assert order == list(range(order[0], order[0] + 5)), "nothing between what is asked and Allow"

    keyboard.to(page.get_by_label("Create, change and delete your tournaments"))
    keyboard.press("Space")
    expect(page.get_by_label("Create, change and delete your tournaments")).not_to_be_checked()
    keyboard.choose(button(page, "Allow"))
    expect(page.locator("h1")).to_have_text("Welcome back")
    answer = parse_qs(urlsplit(got.pop()).query)
    client = Client(demo.url, application, callback)
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    tokens = client.exchange(answer["code"][0], verifier).json()
    assert sorted(tokens["scope"].split()) == ["me", "openid", "tournaments:read"]

    page.goto(authorization(demo.url, application, callback))
    expect(page.locator("main")).to_contain_text("3 permissions you gave before")
    keyboard.stop = None
    keyboard.to(page.get_by_text("3 permissions you gave before"))
    keyboard.press("Enter")
    expect(page.get_by_text("See your account details")).to_be_visible()
    keyboard.choose(button(page, "Deny"), "Space")
    expect(page.locator("h1")).to_have_text("Welcome back")
    assert parse_qs(urlsplit(got.pop()).query)["error"] == ["access_denied"]


# Case S09
@pytest.mark.parametrize("decision", ["Allow", "Deny"])
def test_a_device_is_connected(demo, keyboard, decision):
    page = keyboard.page
    kiosk = demo.new_application({"username": "marshal"}, "device", name="Kiosk")
    client = Client(demo.url, kiosk)
    device = client.device("me tournaments:read").json()
    person = demo.new_person()
    signed_in(keyboard, demo.url, person)
    page.goto(f"{demo.url}/account")
    keyboard.choose(link(page, "Type it here"))
    page.wait_for_url("**/activate")
    expect(page.get_by_label("Code")).to_be_focused()
    keyboard.type("whatever")
    keyboard.send()
    expect(page.get_by_label("Code")).to_have_attribute("aria-invalid", "true")
    # Small letters, spaces for the hyphen and around.
    expect(page.get_by_label("Code")).to_be_focused()
    keyboard.press("Control+A")
    keyboard.type(f" {device['user_code'].lower().replace('-', '  ')} ")
    keyboard.send()
    expect(page.locator("h1")).to_contain_text("Kiosk wants to act for you")
    expect(page.locator(".device-code")).to_contain_text(device["user_code"])
    keyboard.stop = None
    keyboard.to(page.get_by_label("See your tournaments, private ones too"))
    keyboard.press("Space")
    keyboard.choose(button(page, decision))
    polled = client.poll(device["device_code"]).json()
    if decision == "Allow":
        expect(page.locator("h1")).to_have_text("Kiosk is connected")
        assert polled["scope"] == "me"
    else:
        expect(page.locator("h1")).to_have_text("Nothing was connected")
        assert polled["error"] == "access_denied"
    keyboard.choose(link(page, "Your account"))
    page.wait_for_url("**/account")


# Case S09
def test_the_manager(demo, keyboard):
    page = keyboard.page
    signed_in(keyboard, demo.url, demo.new_person())
    keyboard.choose(link(page, "Applications"))
    keyboard.choose(link(page, "New application"))
    # The first choice is made already; arrows go through the others.
    keyboard.to(page.get_by_role("radio", name="Web application"))
    seen = [page.locator("[name=preset]:checked").get_attribute("value")]
    while seen[-1] != "challonge":
        keyboard.press("ArrowDown")
        seen.append(page.locator("[name=preset]:checked").get_attribute("value"))
        assert page.evaluate("document.activeElement.value") == seen[-1]
        assert len(seen) < 10, seen
    keyboard.to(page.get_by_label("Name", exact=True))
    keyboard.type("Key Overlay")
    keyboard.to(page.get_by_label("Redirect URIs"))
    keyboard.type("https://client.example/one")
    keyboard.choose(button(page, "Create application"))
    expect(page.locator("h1")).to_have_text("Key Overlay is ready")
    first = page.locator(".secret-once code").first.inner_text()
    # What was made can be copied, and the example scrolls.
    keyboard.to(page.get_by_label("Example request"))
    keyboard.stop = None
    keyboard.choose(link(page, "Go to the application"))
    there = page.url

    def save():
        keyboard.choose(button(page, "Save changes"))
        expect(page.get_by_role("status")).to_have_text("The application was saved.")

    addresses = page.get_by_role("textbox", name="Redirect URIs")
    keyboard.to(addresses)
    keyboard.press("Control+End", "Enter")
    keyboard.type("https://client.example/two")
    save()
    expect(addresses).to_have_value("https://client.example/one\nhttps://client.example/two")
    keyboard.to(addresses)
    keyboard.press("Control+End", "Shift+Home", "Backspace", "Backspace")
    save()
    expect(addresses).to_have_value("https://client.example/one")

    # Scopes are behind a heading that opens.
    keyboard.to(page.locator("summary", has_text="Toornament"))
    keyboard.press("Enter")
    keyboard.to(page.locator("input[value='organizer:view']"))
    keyboard.press("Space")
    save()
    expect(page.locator("input[value='organizer:view']")).to_be_checked()

    switch = page.locator("input[name=switch][value=cors]")
    keyboard.to(switch)
    keyboard.press("Space")
    save()
    expect(switch).to_be_checked()

    keyboard.choose(button(page, "Rotate secret"), "Space")
    expect(page.locator("h1")).to_have_text("A new secret for Key Overlay")
    assert page.locator(".secret-once code").inner_text() != first
    keyboard.choose(link(page, "Go to the application"))
    page.wait_for_url(there)

    keyboard.choose(link(page, "Security log"))
    expect(page.locator("main")).to_contain_text("application.rotate_secret")
    keyboard.walk()
    keyboard.stop = None
    keyboard.choose(link(page, "Application", exact=True))
    keyboard.to(page.get_by_label("Yes, delete Key Overlay"))
    keyboard.press("Space")
    keyboard.choose(button(page, "Delete application"))
    page.wait_for_url(f"{demo.url}/apps")
    expect(page.locator("main")).to_contain_text("No applications yet")


# Case S09
def test_the_account(demo, visit, keyboard, callback):
    page = keyboard.page
    callback, _ = callback
    person = demo.new_person()
    application = demo.new_application({"username": "marshal"}, "standard", callback)
    other = visit()
    for keys in (Keyboard(other), keyboard):
        signed_in(keys, demo.url, person)
    page.goto(authorization(demo.url, application, callback, scope="me"))
    keyboard.choose(button(page, "Allow"))
    expect(page.locator("h1")).to_have_text("Welcome back")
    page.goto(f"{demo.url}/account")
    keyboard.stop = None
    keyboard.choose(button(page, "Disconnect Interop"))
    expect(page.locator("main")).to_contain_text("No application may act for you")

    keyboard.choose(button(page, "End session Chrome on Linux"))
    expect(button(page, "End session")).to_have_count(0)
    other.goto(f"{demo.url}/account")
    other.wait_for_url("**/login?next=%2Faccount")

    keyboard.to(page.get_by_label("Name of a new key"))
    keyboard.type("By keys")
    keyboard.to(page.get_by_label("Stops working after so many days"))
    keyboard.type("30")
    keyboard.to(page.locator("summary", has_text="Challonge"))
    keyboard.press("Space")
    keyboard.to(page.get_by_label("See your account details"))
    keyboard.press("Space")
    keyboard.choose(button(page, "Make a key"))
    expect(page.locator("h1")).to_have_text("The key By keys is ready")
    keyboard.choose(link(page, "Back to your account"))
    keyboard.choose(button(page, "Delete By keys"))
    expect(page.locator("main")).not_to_contain_text("By keys")

    keyboard.choose(link(page, "Security log"))
    expect(page.locator("h1")).to_have_text("Security log")
    for happened in ("consent.withdraw", "api_key.delete", "session.end"):
        expect(page.locator("main")).to_contain_text(re.compile(re.escape(happened)))
    keyboard.choose(link(page, "Account", exact=True))
    page.wait_for_url("**/account")


# Case S09
def test_the_log_of_the_installation(demo, keyboard):
    page = keyboard.page
    signed_in(keyboard, demo.url, {"username": "marshal", "password": demo.accounts["marshal"]})
    keyboard.choose(link(page, "Account of marshal"))
    keyboard.choose(link(page, "Log of the installation"))
    page.wait_for_url("**/admin/log")
    keyboard.to(page.get_by_label("Event"))
    keyboard.type("application.create")
    keyboard.choose(button(page, "Show"))
    expect(page.get_by_label("Event")).to_have_value("application.create")
    assert set(page.locator("main code").all_inner_texts()) == {"application.create"}
    keyboard.stop = None
    keyboard.choose(link(page, "Account", exact=True))
    page.wait_for_url("**/account")


# Case S09
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_there_and_back_again(demo, visit, viewport):
    """All stops of the pages with the most of them."""
    keyboard = Keyboard(visit(viewport))
    page = keyboard.page
    for path in ("/", "/login", "/signup", "/tournaments"):
        page.goto(demo.url + path)
        assert len(keyboard.walk()) >= 3
    signed_in(keyboard, demo.url, {"username": "marshal", "password": demo.accounts["marshal"]})
    for path in ("/account", "/apps", "/apps/new", f"/apps/{demo.client_id}", "/admin/log"):
        page.goto(demo.url + path)
        assert len(keyboard.walk()) >= 5
