"""A page plays a device, another is the phone; with and without JavaScript."""

import json
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PHONE, sign_in
from harness import BINARY, ENVIRONMENT
from playwright.sync_api import expect


@pytest.fixture(scope="session")
def kiosk(demo):
    """The client id of an application for devices."""
    command = [BINARY, "app", "create", "--data", str(demo.data), "--json"]
    command += ["--owner", "marshal", "--name", "Arena Kiosk", "--preset", "device"]
    made = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=True)
    return json.loads(made.stdout)["client_id"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_device_is_played(demo, visit, kiosk, scheme, javascript):
    device = visit(PHONE, scheme, javascript=javascript)
    sign_in(device, demo.url, "marshal", demo.accounts["marshal"])

    def judge():
        if javascript:
            assert not Axe().run(device).response["violations"]
            assert device.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    device.goto(f"{demo.url}/apps/{kiosk}")
    device.click("text=Try it as a device")
    expect(device.get_by_label("Arena Kiosk")).to_be_checked()
    judge()
    device.get_by_role("button", name="Switch it on").press("Enter")
    picture = device.get_by_role("img", name="QR code of")
    expect(picture).to_be_visible()
    assert picture.bounding_box()["width"] == picture.bounding_box()["height"] == 200
    judge()

    phone = visit(PHONE, scheme)
    sign_in(phone, demo.url, "ysolde", demo.accounts["ysolde"])
    phone.goto(device.get_by_text("Open it here").get_attribute("href"))
    phone.get_by_role("button", name="Allow").click()
    expect(phone.locator("h1")).to_have_text("Arena Kiosk is connected")
    # By itself, within the interval.
    expect(device.locator("h1")).to_have_text("Hello, ysolde!", timeout=15_000)
    judge()
    device.click("text=Another application")
    expect(device.locator("h1")).to_have_text("Play a device")
