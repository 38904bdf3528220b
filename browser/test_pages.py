"""Every page: accessible by axe's rules, on a phone, in light and dark, without an error."""

import re
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, PHONE, sign_in
from grants import Client
from playwright.sync_api import expect

# What anybody sees, and what somebody who is signed in sees.
PUBLIC = ["/", "/tournaments", "/lists_open", "/heralds_cup", "/login", "/signup", "{consent}"]
PUBLIC += ["/docs/api", "/docs/api?q=token", "/docs/api/challonge-v2-1", "/docs/api/authorization"]
OWN = [
    "/",
    "/account",
    "/account/log",
    "/admin/log",
    "/admin/log?event=person.create",
    "/admin/log?event=nothing.of_that_kind",
    "/apps",
    "/apps/new",
    "/apps/{client_id}",
    "/apps/{client_id}/log",
    "/tournaments/new",
    "/tournaments/new?players=64&type=double+elimination",
    "/tournaments?show=yours",
    "/lists_open/manage",
    "/lists_open/manage/participants",
    "/lists_open/manage/results",
    "/lists_open/manage/settings",
    "/heralds_cup/manage",
    "/heralds_cup/manage/results",
    "/device",
    "/activate",
    "{consent}",
    "{wide}",
    "{nothing}",
    "{fixed}",
    # Signed in, but asked to prove it again.
    "{consent}&prompt=login",
]
ABSENT = [
    "/nothing_here",
    "/apps/nothing",
    "/setup?token=used",
    "/oauth/authorize",
    "/oauth/authorize?response_type=code&client_id=nobody",
    "{consent}&redirect_uri=https%3A%2F%2Felsewhere.example%2F",
    "{elsewhere}",
    # A mistake of the application, told to somebody who has seen nothing of this site yet.
    "{mistaken}",
]

LOOKS = {
    "desktop-light": (DESKTOP, "light"),
    "desktop-dark": (DESKTOP, "dark"),
    "phone-light": (PHONE, "light"),
    "phone-dark": (PHONE, "dark"),
}


CALLBACK = "http://127.0.0.1:8765/callback"
# Everything that an application of this preset may ask people for.
WIDE = (
    "openid profile email me tournaments:read tournaments:write matches:read"
    " matches:write participants:read participants:write attachments:read attachments:write"
    " communities:manage application:organizer application:player"
)
LONG = "An overlay whose makers gave it a name as long as they could, " + "W" * 17


def asking(client_id, **changes):
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "scope": "me tournaments:read tournaments:write matches:read",
        "state": "x",
    }
    return "/oauth/authorize?" + urlencode(query | changes)


@pytest.fixture(scope="session")
def addresses(demo):
    """Addresses that the templates above name."""
    owner = {"username": "marshal"}
    wide = demo.new_application(owner, "challonge", CALLBACK, name=LONG, scope=WIDE)["client_id"]
    fixed = demo.new_application(owner, "mtgbracket", CALLBACK, name="Decks")["client_id"]
    return {
        "client_id": demo.client_id,
        "consent": asking(demo.client_id),
        "wide": asking(wide, scope=WIDE),
        "nothing": asking(wide, scope="openid"),
        "fixed": asking(fixed, scope="USER_READ DECK_WRITE"),
        "elsewhere": asking(demo.client_id, redirect_uri="https://elsewhere.example/"),
        "mistaken": asking(demo.client_id, scope="no:such"),
    }


def judge(page, width, scheme):
    """What is wrong with how the page stands there."""
    wrong = []
    # From the narrowest that people zoom to (WCAG 2.2, 1.4.10) on.
    height = page.viewport_size["height"]
    for narrow in [320, 390, width] if width < 700 else [width]:
        page.set_viewport_size({"width": narrow, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > narrow:
            wrong.append(f"{wide} pixels wide on {narrow}")
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


# Case S09
@pytest.mark.parametrize("look", LOOKS)
def test_every_page(demo, addresses, visit, look):
    viewport, scheme = LOOKS[look]
    wrong = []

    def see(page, templates):
        for template in templates:
            page.goto(demo.url + template.format(**addresses))
            wrong.extend(judge(page, viewport["width"], scheme))

    page = visit(viewport, scheme)
    see(page, PUBLIC)
    see(visit(viewport, scheme, expect=["40[014]"]), ABSENT)
    sign_in(page, demo.url, "marshal", demo.accounts["marshal"])
    see(page, OWN)
    assert not wrong, "\n".join(wrong)


# Case S09
@pytest.mark.parametrize("look", LOOKS)
def test_codes_of_devices(demo, visit, look):
    """Each step of the page, and each refusal."""
    viewport, scheme = LOOKS[look]
    page = visit(viewport, scheme, expect=["42[29]"])
    wrong = []
    kiosk = demo.new_application({"username": "marshal"}, "device", name=LONG)
    client = Client(demo.url, kiosk)
    codes = [client.device("me matches:read matches:write").json() for _ in range(2)]

    def type_code(code, title):
        page.goto(f"{demo.url}/activate")
        page.fill("[name=user_code]", code)
        page.click("main button[type=submit]")
        expect(page.locator("h1")).to_contain_text(title)
        wrong.extend(judge(page, viewport["width"], scheme))

    person = demo.new_person()
    sign_in(page, demo.url, person["username"], person["password"])
    type_code("such a code is none", "Connect a device")
    type_code("BCDF-GHJK", "Connect a device")
    for code, decision in zip(codes, ("allow", "deny"), strict=True):
        type_code(code["user_code"], "wants to act for you")
        page.click(f"[name=decision][value={decision}]")
        wrong.extend(judge(page, viewport["width"], scheme))
        type_code(code["user_code"], "Connect a device")
        expect(page.locator("#user_code-error")).to_contain_text("already used")
    # One person guesses on until they have to wait.
    for _ in range(20):
        page.goto(f"{demo.url}/activate?user_code=BCDF-GHJK")
        if page.locator("h1").inner_text() == "Too many attempts":
            break
    expect(page.locator("h1")).to_have_text("Too many attempts")
    wrong.extend(judge(page, viewport["width"], scheme))
    assert not wrong, "\n".join(wrong)


# Case S09
@pytest.mark.parametrize("look", ["desktop-light", "phone-dark"])
def test_the_way_back_by_form(demo, visit, look):
    """The page that brings the answer, kept from going on by itself."""
    viewport, scheme = LOOKS[look]
    page = visit(viewport, scheme)
    # Nothing to show: the browser stays where it is.
    page.route("**/callback", lambda route: route.fulfill(status=204))
    application = demo.new_application({"username": "marshal"}, "standard", CALLBACK)
    sign_in(page, demo.url, "ysolde", demo.accounts["ysolde"])
    challenge = {"code_challenge": "E" * 43, "code_challenge_method": "S256"}
    page.goto(
        demo.url + asking(application["client_id"], response_mode="form_post", **challenge),
    )
    page.click("[name=decision][value=allow]")
    expect(page.locator("main")).to_contain_text("You are on the way back to 127.0.0.1:8765.")
    wrong = judge(page, viewport["width"], scheme)
    assert not wrong, "\n".join(wrong)


# Case S09
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


def test_links_lead_somewhere(demo, addresses, visit):
    """Every link of every page."""
    page = visit()
    page.goto(demo.url)
    sign_in(page, demo.url, "marshal", demo.accounts["marshal"])
    links = set()
    for template in PUBLIC + OWN:
        page.goto(demo.url + template.format(**addresses))
        links |= set(page.eval_on_selector_all("a[href]", "all => all.map(a => new URL(a.getAttribute('href'), a.baseURI).href)"))
    for link in sorted(link.split("#")[0] for link in links):
        assert link.startswith(demo.url), link
        assert page.request.get(link).status == 200, link
