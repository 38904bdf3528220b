"""Every kind of page there is, found by following links and forms from the start page: as somebody
without an account, a player, an organiser and the operator. A new page is taken in by itself."""

import collections
import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, PHONE, sign_in
from test_pages import asking
from world import World

# What no link leads to, or only from other sites. What a release lacks is left out.
SEEDS = [
    "/",
    "/search",
    "/communities",
    "/docs/api",
    "/docs/embed?tournament=single_live",
    "/login",
    "/signup",
    "/activate",
    "/device",
    "/tournaments/new?players=64&type=swiss",
    "/nothing_here",
    "/apps/nothing",
    "/setup?token=used",
    "/oauth/authorize",
    "/lists_open/manage",
    "/{consent}",
    "/{consent}&prompt=login",
    "/league_live/manage/reset",
    "/league_over/manage/reset?what=final",
    "/single_soon/manage/participants/clear",
    "/single_live/manage/delete",
]
THEMES = ["light", "dark", "contrast", "colour-blind"]
SHOWN_ELSEWHERE = ["single_live", "double_over", "robin_live", "melee_live", "league_live", "empty"]
for slug in SHOWN_ELSEWHERE:
    SEEDS += [f"/{slug}/module?theme={theme}" for theme in THEMES]
    SEEDS += [f"/{slug}/overlay?show={show}" for show in ("match", "bracket", "scoreboard")]
for tab in ("groups", "final", "standings"):
    SEEDS.append(f"/league_over/module?tab={tab}&show_tournament_name=1&show_live_status=1")
SEEDS.append("/single_over/module?show_final_results=1&show_standings=1&scale_to_fit=1")
SEEDS.append("/predicted/module?show_voting=1")

# No more addresses of a pattern are asked for than this.
MOST = 12

# Of pages with more elements, one look is enough: the test of the documents has the others.
LONG = 4_000
# How many tests share what is to be judged.
SHARES = 3


class Reader(HTMLParser):
    """What a page is made of, and where it leads."""

    TYPED = {"text", "password", "email", "number", "search", "datetime-local"}

    def __init__(self, text):
        super().__init__()
        self.made_of = set()
        self.links = []
        self.questions = []
        # Addresses of forms in which something is typed and sent.
        self.typed = []
        self.theme = ""
        # What stands around is the same on all of somebody's pages.
        self.within = True
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "html":
            self.theme = attrs.get("data-theme", "")
        self.within |= tag == "main"
        kinds = [attrs.get(name) for name in ("class", "type", "role", "aria-current")]
        if self.within:
            self.made_of.add((self.theme, tag, *kinds))
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        elif tag == "form":
            self.form = attrs.get("action", ""), attrs.get("method", "get"), {}
            if self.form[1] == "get":
                self.questions.append(self.form)
        elif tag == "textarea" or attrs.get("type") in self.TYPED:
            action, method, fields = self.form
            if method == "get":
                fields[attrs["name"]] = attrs.get("value") or "an"
            elif action not in self.typed and "delete" not in action:
                self.typed.append(action)

    def handle_endtag(self, tag):
        self.within &= tag not in ("head", "main")

    def leads(self):
        asked = [f"{action}?{urlencode(fields)}" for action, _, fields in self.questions]
        return self.links + asked


SEND = """(action) => {
    const form = [...document.forms].find((it) => it.getAttribute("action") === action);
    for (const field of form.querySelectorAll("textarea, input:not([type=hidden])")) {
        if (["checkbox", "radio"].includes(field.type)) continue;
        field.value = "";
    }
    form.noValidate = true;
    form.requestSubmit();
}"""

# What every page has, whatever else it is.
BONES = """() => {
    // The documents have hundreds, all alike.
    for (const it of [...document.querySelectorAll("details")].slice(0, 12)) it.open = true;
    const wrong = [];
    const count = document.querySelectorAll("h1").length;
    if (count !== 1) wrong.push(`${count} h1`);
    if (!document.title.trim()) wrong.push("no title");
    if (!document.documentElement.lang) wrong.push("no lang");
    return wrong;
}"""
RULES = """(rules) => axe.run({
    resultTypes: ["violations"],
    ...(rules && { runOnly: { type: "rule", values: rules } }),
}).then(({ violations }) => violations.map((it) =>
    `${it.impact}: ${it.id}: ${it.nodes.slice(0, 3).map((node) => node.html).join(" | ")}`))"""
# What depends on colours alone is asked for again in the dark.
COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="session")
def world(demo):
    return World(demo, big=33)


class Crawl:
    """Walks of people, one after the other. Judged are pages that have in them what no page of
    their pattern of addresses had before, whoever sees them."""

    def __init__(self, world, share):
        self.base = world.demo.url
        self.slugs = set(world.slugs)
        self.share = share
        self.seen = {}
        self.sent = set()
        self.wrong = []
        self.found = 0

    def pattern(self, address):
        parts = urlsplit(address)
        # The parts of the documents are made alike.
        path = re.sub("^(/docs/api)/.+", r"\1/{part}", parts.path).split("/")
        path = [self._place(part) for part in path]
        keys = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
        return "/".join(path) + "?" + "&".join(keys)

    def _place(self, part):
        if part in self.slugs:
            return "{slug}"
        if re.fullmatch(r"(\d+-)?[A-Z]{1,3}", part):
            return "{match}"
        return "{id}" if re.fullmatch(r"\d+|tly_\w+|[0-9a-f-]{20,}", part) else part

    def walk(self, page, addresses):
        """Goes wherever somebody comes to from there; gives how many addresses that are."""
        ahead = [self.base + address for address in addresses]
        asked, count = set(), collections.Counter()
        while ahead:
            address = urldefrag(ahead.pop(0)).url
            pattern = self.pattern(address)
            most = MOST if pattern != "/{slug}?" else len(self.slugs)
            if not address.startswith(self.base) or address in asked or count[pattern] >= most:
                continue
            asked.add(address)
            count[pattern] += 1
            answer = page.request.get(address)
            # Pictures, documents and files are no pages.
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            read = Reader(answer.text())
            self.look(page, answer.url, self.pattern(answer.url), read)
            ahead += [urljoin(answer.url, link) for link in read.leads()]
        return len(asked)

    def look(self, page, address, pattern, read):
        """Judges the page where it is new, and what becomes of its forms with nothing in them."""
        seen = self.seen.setdefault(pattern.split("?")[0], set())
        if not read.made_of <= seen and self.is_mine():
            page.goto(address)
            self.judge(page)
        seen |= read.made_of
        for action in read.typed:
            form = self.pattern(urljoin(self.base, action))
            if form in self.sent:
                continue
            self.sent.add(form)
            if self.is_mine():
                page.goto(address)
                with page.expect_navigation():
                    page.evaluate(SEND, action)
                self.judge(page)

    def is_mine(self):
        self.found += 1
        return self.found % SHARES == self.share

    def judge(self, page):
        page.wait_for_load_state("load")
        wrong = page.evaluate(BONES)
        page.evaluate(Axe().axe_script)
        # Of the longest ones, each part is like the others.
        long = page.evaluate("document.body.querySelectorAll('*').length") > LONG
        for viewport, name in [(DESKTOP, "desktop"), (PHONE, "phone")]:
            page.set_viewport_size(viewport)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                rules = COLOURS if scheme == "dark" else None
                if long and (viewport, scheme) != (DESKTOP, "light"):
                    continue
                wrong += [f"{name}, {scheme}: {one}" for one in page.evaluate(RULES, rules)]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > viewport["width"]:
                wrong.append(f"{name}: {wide} pixels wide")
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        self.wrong += [f"{page.url}: {one}" for one in wrong]


# Case S09
@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_there_is(world, visit, share):
    crawl = Crawl(world, share)
    consent = asking(world.demo.client_id).lstrip("/")
    seeds = [seed.format(consent=consent) for seed in SEEDS]
    for who in (None, world.player, world.organizer, world.owner):
        page = visit(DESKTOP, expect=[r"4\d\d"])
        if who:
            sign_in(page, world.demo.url, *who.values())
        been = crawl.walk(page, seeds)
        print(f"{who and who['username']}: {been} addresses, {crawl.found} to judge so far")
        # It has been everywhere that somebody like that comes to.
        assert been > (80 if who is None else 100)
    assert not crawl.wrong, "\n".join(dict.fromkeys(crawl.wrong))
