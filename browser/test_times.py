"""Times are typed in the time of whoever types them, and kept in UTC."""

import pytest
from conftest import sign_in
from playwright.sync_api import expect


@pytest.mark.parametrize("scripts", [True, False])
def test_the_start_is_typed_in_ones_own_time(demo, visit, scripts):
    person = demo.new_person()
    page = visit(javascript=scripts)
    sign_in(page, demo.url, person["username"], person["password"])
    slug = f"times_{person['username']}"
    page.goto(f"{demo.url}/tournaments/new")
    zone, winter, summer = ("Europe/Paris", "19:30", "20:30") if scripts else ("UTC", "18:30", "18:30")
    field = page.get_by_label(f"Starts at ({zone})", exact=True)
    page.get_by_label("Name", exact=True).fill("Times")
    page.get_by_label("Address", exact=True).fill(slug)
    field.fill(f"2030-01-15T{winter}")
    page.get_by_role("button", name="Create tournament").click()
    page.goto(f"{demo.url}/{slug}")
    begins = page.locator("time").first
    assert begins.get_attribute("datetime") == "2030-01-15T18:30:00Z"
    # It is there as it was typed, also where summer is another time.
    page.goto(f"{demo.url}/{slug}/manage/settings")
    expect(field).to_have_value(f"2030-01-15T{winter}")
    field.fill(f"2030-07-15T{summer}")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{demo.url}/{slug}/manage/settings")
    expect(field).to_have_value(f"2030-07-15T{summer}")
    page.goto(f"{demo.url}/{slug}")
    assert begins.get_attribute("datetime") == "2030-07-15T18:30:00Z"
    # None is none.
    page.goto(f"{demo.url}/{slug}/manage/settings")
    field.fill("")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{demo.url}/{slug}/manage/settings")
    expect(field).to_have_value("")
