"""Every page: accessible by axe's rules, on a phone, in light and dark, without an error."""

import re
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, PHONE, sign_in

# What anybody sees, and what somebody who is signed in sees.
PUBLIC = ["/", "/tournaments", "/lists_open", "/heralds_cup", "/login", "/signup"]
OWN = ["/", "/account", "/apps", "/apps/new", "/apps/{client_id}", "/device", "{consent}"]
ABSENT = ["/nothing_here", "/apps/nothing", "/setup?token=used"]

LOOKS = {
    "desktop-light": (DESKTOP, "light"),
    "desktop-dark": (DESKTOP, "dark"),
    "phone-light": (PHONE, "light"),
    "phone-dark": (PHONE, "dark"),
}


def paths(demo, templates):
    consent = "/oauth/authorize?" + urlencode(
        {
            "response_type": "code",
            "client_id": demo.client_id,
            "redirect_uri": "http://127.0.0.1:8765/callback",
            "scope": "me tournaments:read tournaments:write matches:read",
            "state": "x",
        }
    )
    return [one.format(client_id=demo.client_id, consent=consent) for one in templates]


def judge(page, width, scheme):
    """What is wrong with how the page stands there."""
    wrong = []
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        wrong.append(f"{wide} pixels wide on {width}")
    light = page.evaluate(
        """() => {
            const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g);
            return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
        }"""
    )
    if (light < 0.5) != (scheme == "dark"):
        wrong.append(f"{scheme}, but its ground has a luminance of {light:.2f}")
    found = Axe().run(page).response["violations"]
    for rule in found:
        nodes = [node["html"] for node in rule["nodes"][:3]]
        wrong.append(f"{rule['impact']}: {rule['id']}: {rule['help']}: {nodes}")
    return [f"{page.url}: {one}" for one in wrong]


@pytest.mark.parametrize("look", LOOKS)
def test_every_page(demo, visit, look):
    viewport, scheme = LOOKS[look]
    wrong = []

    def see(page, templates):
        for path in paths(demo, templates):
            page.goto(demo.url + path)
            wrong.extend(judge(page, viewport["width"], scheme))

    page = visit(viewport, scheme)
    see(page, PUBLIC)
    see(visit(viewport, scheme, expect=["40[14]"]), ABSENT)
    sign_in(page, demo.url, "marshal", demo.accounts["marshal"])
    see(page, OWN)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("look", ["desktop-light", "phone-dark"])
def test_pages_that_forms_lead_to(demo, visit, look):
    viewport, scheme = LOOKS[look]
    page = visit(viewport, scheme, expect=["401", "422"])
    wrong = []

    def submit(button="main button[type=submit]"):
        page.click(button)
        wrong.extend(judge(page, viewport["width"], scheme))

    page.goto(f"{demo.url}/login")
    page.fill("[name=username]", "nobody")
    page.fill("[name=password]", "wrong")
    submit()
    page.goto(f"{demo.url}/signup")
    page.fill("[name=username]", "marshal")
    page.fill("[name=email]", "somebody@example.org")
    page.fill("[name=password]", "short")
    submit()
    sign_in(page, demo.url, "marshal", demo.accounts["marshal"])
    page.goto(f"{demo.url}/apps/new")
    page.fill("[name=name]", "A name as long as somebody may want it to be, " + "x" * 30)
    page.fill("[name=redirect_uris]", "http://plain.example/" + "x" * 80)
    submit("text=Create application")
    page.check("input[name=preset][value=challonge]")
    page.fill("[name=redirect_uris]", "https://client.example/callback/" + "x" * 80)
    submit("text=Create application")
    assert re.search(r"tly_cs_\w+", page.content())
    page.click("text=Go to the application")
    wrong.extend(judge(page, viewport["width"], scheme))
    submit("text=Save")
    page.goto(f"{demo.url}/account")
    page.fill("form[action='/account/keys'] [name=name]", f"Key of {look}")
    submit("text=Make a key")
    page.goto(f"{demo.url}/account")
    wrong.extend(judge(page, viewport["width"], scheme))
    assert not wrong, "\n".join(wrong)


def test_links_lead_somewhere(demo, visit):
    """Every link of every page."""
    page = visit()
    page.goto(demo.url)
    sign_in(page, demo.url, "marshal", demo.accounts["marshal"])
    links = set()
    for path in paths(demo, PUBLIC + OWN):
        page.goto(demo.url + path)
        links |= set(page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"))
    for link in sorted(link.split("#")[0] for link in links):
        assert link.startswith(demo.url), link
        assert page.request.get(link).status == 200, link
