"""From the one-time link to an application that acts for somebody, with and without JavaScript."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from conftest import PHONE, sign_in, until
from playwright.sync_api import expect

CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def fill_account(page, name):
    page.fill("[name=username]", name)
    page.fill("[name=email]", f"{name}@example.org")
    page.fill("[name=password]", f"a long pass for {name}")
    page.click("main button[type=submit]")


def authorize_url(base, client_id, callback, state):
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": callback,
        "scope": "me tournaments:read tournaments:write",
        "state": state,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"{base}/oauth/authorize?{urlencode(query)}"


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_first_steps(server, visit, callback, javascript):
    base, (callback, got) = server.url, callback

    # The first person opens the link that the server printed, and is the operator.
    first = visit(javascript=javascript)
    first.goto(server.setup_link)
    fill_account(first, "grace")
    first.wait_for_url(f"{base}/")
    expect(first.locator("header")).to_contain_text("grace")
    expect(first.locator("header")).to_contain_text("operator")
    # It worked once.
    late = visit(expect=["404"])
    assert late.goto(server.setup_link).status == 404

    # The operator registers an application in the manager.
    first.goto(f"{base}/apps")
    first.click("text=New application")
    first.check("input[name=preset][value=standard]")
    first.fill("[name=name]", "Overlay & Bot")
    first.fill("[name=redirect_uris]", callback)
    first.click("text=Create application")
    expect(first.locator("h1")).to_have_text("Overlay & Bot is ready")
    client_id, secret = first.locator("dl.secrets code").all_inner_texts()
    assert re.fullmatch(r"tly_cs_\w+", secret)
    first.click("text=Go to the application")
    first.wait_for_url(f"{base}/apps/{client_id}")
    assert secret not in first.content()

    # Somebody else signs up on the way to allowing it.
    player = visit(viewport=PHONE, javascript=javascript)
    player.goto(authorize_url(base, client_id, callback, "s1"))
    player.click("text=Create an account")
    fill_account(player, "linus")
    expect(player.locator("h1")).to_contain_text("Overlay & Bot wants to act for you")
    expect(player.locator("main")).to_contain_text("An application by grace")
    expect(player.locator("main")).to_contain_text(urlsplit(callback).netloc)
    player.click("button[name=decision][value=deny]")
    expect(player.locator("h1")).to_have_text("Welcome back")
    denied = parse_qs(urlsplit(got.pop()).query)
    assert denied["error"] == ["access_denied"]
    assert (denied["state"], denied["iss"]) == (["s1"], [base])
    assert "code" not in denied

    # Then allows it after all.
    player.goto(authorize_url(base, client_id, callback, "s2"))
    player.click("button[name=decision][value=allow]")
    expect(player.locator("h1")).to_have_text("Welcome back")
    allowed = parse_qs(urlsplit(got.pop()).query)
    assert allowed["state"] == ["s2"]
    answer = requests.post(
        f"{base}/oauth/token",
        auth=(client_id, secret),
        data={
            "grant_type": "authorization_code",
            "code": allowed["code"],
            "redirect_uri": callback,
            "code_verifier": VERIFIER,
        },
    )
    assert answer.status_code == 200, answer.text
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    me = requests.get(f"{base}/v2.1/me.json", headers=bearer)
    assert me.json()["data"]["attributes"]["username"] == "linus"

    # The same again needs no question.
    player.goto(authorize_url(base, client_id, callback, "s3"))
    expect(player.locator("h1")).to_have_text("Welcome back")
    assert parse_qs(urlsplit(got.pop()).query)["state"] == ["s3"]

    # The account page takes it back, and its token stops.
    player.goto(f"{base}/account")
    expect(player.locator("main")).to_contain_text("Overlay & Bot")
    player.click("text=Disconnect")
    expect(player.locator("main")).to_contain_text("No application may act for you")
    assert requests.get(f"{base}/v2.1/me.json", headers=bearer).status_code == 401

    # A key from the account page works too.
    player.fill("form[action='/account/keys'] [name=name]", "My laptop")
    player.click("text=Make a key")
    key = player.locator("dl.secrets .secret-once code").inner_text()
    me = requests.get(f"{base}/v2.1/me.json", headers={"Authorization": key})
    assert me.json()["data"]["attributes"]["username"] == "linus"

    # Out, and in again; a wrong password says so.
    player.click("text=Sign out")
    again = visit(javascript=javascript, expect=["401"])
    again.goto(f"{base}/login")
    again.fill("[name=username]", "linus@example.org")
    again.fill("[name=password]", "not the pass")
    again.click("main button[type=submit]")
    expect(again.locator("[role=alert]")).to_have_text("User name or password is wrong.")
    expect(again.locator("[name=username]")).to_have_value("linus@example.org")
    again.fill("[name=password]", "a long pass for linus")
    again.click("main button[type=submit]")
    again.wait_for_url(f"{base}/")
    expect(again.locator("header")).to_contain_text("linus")


def test_the_keyboard_is_enough(demo, visit):
    page = visit()
    page.goto(demo.url)
    focused = "document.activeElement.matches(':focus-visible') && document.activeElement.innerText"

    def tab_to(text, most=12):
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate(focused) == text:
                return
        raise AssertionError(f"Tab did not lead to {text!r}")

    # The first stop skips what is the same on every page.
    tab_to("Skip to content", most=1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(demo.url)
    tab_to("Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")
    # The field gets the focus by itself, at latest soon after the page has loaded.
    until(page, "document.activeElement.id === 'username'")
    page.keyboard.type("marshal")
    page.keyboard.press("Tab")
    page.keyboard.type(demo.accounts["marshal"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{demo.url}/")
    tab_to("Applications")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apps")
    tab_to("Stream Overlay", most=60)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/apps/{demo.client_id}")
    # The bracket scrolls by the arrow keys.
    page.goto(f"{demo.url}/lists_open")
    page.focus(".bracket-scroll")
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('.bracket-scroll').scrollLeft > 0")


def test_signing_out_everywhere(demo, visit):
    one, other = visit(), visit()
    for page in (one, other):
        sign_in(page, demo.url, "ysolde", demo.accounts["ysolde"])
    one.goto(f"{demo.url}/account")
    expect(one.locator("main")).to_contain_text("Chrome on Linux")
    end_others = one.get_by_role("button", name="End all other sessions")
    end_others.click()
    expect(end_others).to_have_count(0)
    other.goto(f"{demo.url}/account")
    other.wait_for_url("**/login?next=%2Faccount")
