"""One walk through everything that people do, in a browser that runs no script."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from conftest import PHONE
from grants import Client
from playwright.sync_api import expect

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
