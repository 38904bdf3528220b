"""What a tournament's page may cost whoever watches: bytes, long tasks, shifts of layout, policy.

    cargo build -p tiltyard && target/python/bin/python browser/budgets.py

Prints a table, and ends with 1 where a budget is not kept. Long tasks are of this machine: measure
when nothing else runs on it. The rest holds everywhere, and test_budgets.py asserts it.
"""

import argparse
import contextlib
import pathlib
import statistics
import sys
import tempfile

import requests
from conftest import DESKTOP, PHONE, chromium, serving, until

# conftest put interop/ on the path.
from challonge import Api  # isort: skip
from harness import Server  # isort: skip

# Everything that the first visit of a page loads, as it comes over the wire.
BYTES = 100_000
# What a browser calls a long task, in milliseconds; here the longest one may be.
LONGEST_TASK_MS = 50
# Nothing that is read moves when something changes.
SHIFT = 0

RIDERS = 128
MANY = 1_024
# Groups of eight.
FORMATS = ("single elimination", "double elimination", "swiss", "round robin")

WATCH = """
window.tasks = [];
window.shifts = [];
new PerformanceObserver((list) => {
    for (const task of list.getEntries()) tasks.push(task.duration);
}).observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
        const moved = sources.map(({ node }) => node?.nodeName + "." + node?.getAttribute?.("class"));
        shifts.push({ value, moved: moved.join(" ") });
    }
}).observe({ type: "layout-shift", buffered: true });
"""


def names(count):
    return [f"Rider {number}" for number in range(1, count + 1)]


def groups(api, slug, count):
    """A round robin of that many in groups of eight, under way."""
    created = api.call(
        "POST", "tournaments", "tournaments", 201,
        name="Groups", url=slug, tournament_type="single elimination", group_stage_enabled=True,
        group_stage_options={"stage_type": "round robin", "group_size": 8},
    )  # fmt: skip
    own = created["data"]["id"]
    listed = [{"name": name} for name in names(count)]
    path = f"tournaments/{own}/participants/bulk_add"
    api.call("POST", path, "Participants", 200, participants=listed)
    api.change_state(own, "start_group_stage")
    return own


def make(api, kind, slug, count):
    if kind == "round robin":
        return groups(api, slug, count)
    return api.new_tournament(names(count), kind, url=slug)


@contextlib.contextmanager
def visitor(browser, viewport=DESKTOP):
    """A page in a browser of its own with an empty cache; what the policy forbids is collected."""
    context = browser.new_context(viewport=viewport)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.complaints = []
    page.on(
        "console",
        lambda line: page.complaints.append(line.text) if line.type in ("error", "warning") else 0,
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def live(page, address):
    answer = page.goto(address)
    page.wait_for_selector("[data-live-state][data-on='1']")
    page.wait_for_timeout(300)
    return answer


def weigh(browser, address):
    """Bytes over the wire by address, of a first visit."""
    with visitor(browser) as page:
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        of, took = {}, {}
        wire.on("Network.responseReceived", lambda it: of.update({it["requestId"]: it["response"]}))
        for event in ("Network.dataReceived", "Network.loadingFinished"):
            wire.on(event, lambda it: took.update(
                {it["requestId"]: max(took.get(it["requestId"], 0), it["encodedDataLength"])}))  # fmt: skip
        live(page, address)
        # Streams do not finish: what has come of them are their headers.
        return {
            answer["url"]: max(took.get(request, 0), answer.get("encodedDataLength", 0))
            for request, answer in of.items()
        }


def policy(browser, address):
    """What is wrong with the policy of a page, or what it forbids there."""
    with visitor(browser) as page:
        answer = live(page, address)
        said = answer.headers.get("content-security-policy", "")
        wrong = [] if "script-src 'self'" in said else [f"policy: {said}"]
        if "unsafe" in said:
            wrong.append(f"loose: {said}")
        return wrong + page.complaints


def opened(api, tournament):
    return [match for match in api.matches(tournament) if match["state"] == "open"]


def play(api, tournament, most=None):
    """Reports open matches until there are none, and yields after each."""
    played = 0
    while matches := opened(api, tournament):
        api.report(tournament, matches[played % len(matches)], played % 2)
        played += 1
        yield played
        if played == most:
            return


def followed(page, api, slug):
    """Waits until the page shows the tournament as it stands."""
    part = requests.get(f"{page.url.split('?')[0]}/live").text
    revision = part.split('data-revision="')[1].split('"')[0]
    until(page, f"document.querySelector('#live').dataset.revision === '{revision}'")
    page.wait_for_timeout(60)


def shifts(browser, api, base, slug, tournament, viewport, down=0):
    """Shifts of layout while a tournament is played to its end before somebody's eyes."""
    with visitor(browser, viewport) as page:
        live(page, f"{base}/{slug}")
        page.evaluate("(down) => scrollTo(0, down)", down)
        page.wait_for_timeout(300)
        page.evaluate("void shifts.splice(0)")
        for _ in play(api, tournament):
            followed(page, api, slug)
        api.change_state(tournament, "finalize")
        followed(page, api, slug)
        page.wait_for_timeout(300)
        assert not page.complaints, page.complaints
        return page.evaluate("shifts")


def read(shifts):
    """Those of what is read: another round pushes down the end of the page, which is not."""
    def end(moved):
        return not moved.replace("FOOTER.foot", "").replace("DIV.wrap page-end", "").strip()

    return [one for one in shifts if not end(one["moved"])]


def tasks(browser, api, base, slug):
    """The longest task in milliseconds of each thing one does with a page."""
    with visitor(browser) as page:
        took = {}

        def done(what):
            page.wait_for_timeout(400)
            took[what] = max(page.evaluate("tasks.splice(0)"), default=0)

        live(page, f"{base}/{slug}")
        done("load")
        # Tables have nothing to zoom.
        if page.get_by_label("Larger").first.is_visible():
            for label in ("Larger", "Larger", "Smaller", "Smaller", "Smaller", "Whole width"):
                page.get_by_label(label).click()
            frame = page.locator(".bracket-scroll").first
            frame.scroll_into_view_if_needed()
            box = frame.bounding_box()
            x, y = box["x"] + box["width"] / 2, max(box["y"], 0) + 200
            page.mouse.move(x, y)
            page.keyboard.down("Control")
            for turn in (-120, -120, -120, 120, 120):
                page.mouse.wheel(0, turn)
            page.keyboard.up("Control")
            done("zoom")
            page.mouse.down()
            for step in range(12):
                page.mouse.move(x - 30 * step, y - 10 * step)
            page.mouse.up()
            done("pan")
        search = page.get_by_label("Find a player", exact=True)
        search.click()
        search.fill("Rider 9")
        search.press("Enter")
        page.wait_for_timeout(800)
        done("search and path")
        for _ in play(api, slug, 3):
            followed(page, api, slug)
        done("live")
        assert not page.complaints, page.complaints
        return took


class Report:
    """Lines of the table, and whether all is kept."""

    def __init__(self):
        self.kept = True

    def line(self, what, value, budget, unit, more=""):
        good = value <= budget
        self.kept &= good
        mark = "kept" if good else "BROKEN"
        print(f"{what:<52} {value:>9.10g} {unit:<5} of {budget:>7} {mark} {more}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5, help="times that tasks are measured")
    options = parser.parse_args()
    report = Report()
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        serving(Server(pathlib.Path(folder) / "data")) as server,
    ):
        key = server.new_key(server.new_person())
        api = Api(server.url, requests.Session(), {"Authorization": key})
        for kind in FORMATS:
            slug = f"heavy_{kind.replace(' ', '_')}"
            make(api, kind, slug, RIDERS)
            parts = weigh(browser, f"{server.url}/{slug}")
            report.line(f"first load, {kind}, {RIDERS} players", sum(parts.values()), BYTES, "bytes")
            wrong = policy(browser, f"{server.url}/{slug}")
            report.line(f"policy, {kind}", len(wrong), 0, "", "; ".join(wrong))
        for kind in FORMATS:
            for name, viewport in (("wide", DESKTOP), ("phone", PHONE)):
                slug = f"shifting_{name}_{kind.replace(' ', '_')}"
                own = api.new_tournament(names(6), kind, url=slug)
                moved = shifts(browser, api, server.url, slug, own, viewport)
                moved = read(moved)
                total = round(sum(one["value"] for one in moved), 4)
                who = "; ".join({one["moved"] for one in moved})
                report.line(f"shift over a live {kind}, {name}", total, SHIFT, "", who)
        for kind in FORMATS:
            slug = f"long_{kind.replace(' ', '_')}"
            make(api, kind, slug, MANY)
            runs = [tasks(browser, api, server.url, slug) for _ in range(options.repeat)]
            for what in runs[0]:
                median = statistics.median(run[what] for run in runs)
                report.line(f"longest task, {kind}, {MANY}: {what}", median, LONGEST_TASK_MS, "ms")
    return 0 if report.kept else 1


if __name__ == "__main__":
    sys.exit(main())
