"""Takes pictures of every kind of page at three widths, in light and dark, and makes a sheet of them.

    cargo build -p tiltyard && target/python/bin/python browser/screenshots.py [FOLDER] [WORD]

FOLDER is target/screenshots where none is named; with WORD only pages whose name has it. `--docs`
takes the pictures of the documents instead.
"""

import argparse
import html
import pathlib
import tempfile

from conftest import ROOT, Demo, chromium, serving, sign_in
from test_pages import asking
from world import World

WIDTHS = {360: 740, 768: 1024, 1440: 900}
SCHEMES = ("light", "dark")
# What is below that of a long page says nothing new.
TALLEST = 2_400

NOBODY = {
    "home": "/",
    "tournaments": "/tournaments",
    "communities": "/communities",
    "community": "/communities/marches",
    "search": "/search?q=open",
    "sign-in": "/login",
    "sign-up": "/signup",
    "documents": "/docs/api",
    "documents-part": "/docs/api/challonge-v2-1",
    "embeds": "/docs/embed?tournament=single_live",
    "not-found": "/nothing_here",
    "double-underway": "/lists_open",
    "single-complete": "/heralds_cup",
    **{
        f"{kind}-{state}": f"/{kind}_{state}"
        for kind in ("single", "double", "robin", "swiss", "melee")
        for state in ("soon", "live", "over")
    },
    "groups": "/league_live",
    "groups-complete": "/league_over",
    "groups-looked-back-at": "/league_over?stage=1",
    "checking-in": "/checking_in",
    "predicted": "/predicted",
    "empty": "/empty",
    "big": "/big",
    "matches": "/lists_open/matches",
    "participants": "/lists_open/participants",
    "standings": "/lists_open/standings",
    "log": "/lists_open/log",
    "module": "/lists_open/module?show_tournament_name=1&show_live_status=1",
    "module-contrast": "/robin_live/module?theme=contrast&show_standings=1",
    "overlay-match": "/lists_open/overlay",
    "overlay-scoreboard": "/lists_open/overlay?show=scoreboard",
}
PLAYER = {"player-home": "/", "player-consent": "{consent}", "player-account": "/account"}
OPERATOR = {
    "own-home": "/",
    "own-tournaments": "/tournaments?show=yours",
    "new": "/tournaments/new?players=16&type=double+elimination",
    "manage-soon": "/single_soon/manage",
    "manage-groups": "/league_live/manage",
    "manage-live": "/lists_open/manage",
    "manage-complete": "/heralds_cup/manage",
    "manage-empty": "/empty/manage",
    "people-empty": "/empty/manage/participants",
    "people": "/single_soon/manage/participants",
    "people-live": "/lists_open/manage/participants",
    "people-checking-in": "/checking_in/manage/participants",
    "person": "{person}",
    "desk": "/lists_open/manage/results",
    "desk-sets": "/double_live/manage/results?sets=3",
    "desk-of-many": "/melee_live/manage/results",
    "desk-groups": "/league_live/manage/results",
    "match": "{match}",
    "reopen": "{match}/reopen",
    "settings": "/single_soon/manage/settings",
    "settings-live": "/lists_open/manage/settings",
    "reset": "/league_live/manage/reset",
    "delete": "/lists_open/manage/delete",
    "remove-all": "/single_soon/manage/participants/clear",
    "applications": "/apps",
    "application": "/apps/{client_id}",
    "application-new": "/apps/new",
    "activate": "/activate",
    "device": "/device",
    "security-log": "/admin/log",
}


def places(world):
    """What the addresses above name."""
    people = world.api.participants("single_soon")
    done = [one for one in world.api.matches("lists_open") if one["state"] == "complete"]
    return {
        "client_id": world.demo.client_id,
        "consent": asking(world.demo.client_id),
        "person": f"/single_soon/manage/participants/{next(iter(people))}",
        "match": f"/lists_open/manage/matches/{done[0]['id']}",
    }


def take(page, path, width, scheme):
    """One picture, from the top of the page down, as on a screen that is as tall."""
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    page.emulate_media(color_scheme=scheme)
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(tall, TALLEST)})
    page.screenshot(path=path, animations="disabled")


def everything(browser, world, folder, word):
    """All pages that this release has; the names of those."""
    taken = []
    named = places(world)
    for who, pages in [(None, NOBODY), (world.player, PLAYER), (world.owner, OPERATOR)]:
        context = browser.new_context(locale="en-GB", timezone_id="Europe/Paris")
        page = context.new_page()
        if who:
            sign_in(page, world.demo.url, *who.values())
        for name, address in pages.items():
            address = address.format(**named)
            if word not in name:
                continue
            if page.goto(world.demo.url + address).status != 200 and name != "not-found":
                print(f"{name}: there is no {address}")
                continue
            for width, height in WIDTHS.items():
                # What a page does when it opens, it does at this width.
                page.set_viewport_size({"width": width, "height": height})
                page.reload()
                page.wait_for_load_state("networkidle") if "/docs/embed" in address else None
                for scheme in SCHEMES:
                    take(page, folder / f"{name}-{width}-{scheme}.png", width, scheme)
            taken.append((name, address))
        context.close()
    return taken


def sheet(folder, taken):
    """A page with all of them, small, each a link to itself."""
    rows = []
    for name, address in taken:
        files = [f"{name}-{width}-{scheme}.png" for scheme in SCHEMES for width in WIDTHS]
        shown = "".join(f'<a href="{it}"><img loading="lazy" src="{it}" alt=""></a>' for it in files)
        rows.append(f"<h2>{name} <code>{html.escape(address)}</code></h2><p>{shown}</p>")
    style = "p{display:flex;gap:8px;align-items:start}img{max-height:420px;max-width:100%}"
    style += "a{flex:1}body{font:15px sans-serif;background:#888}"
    text = f"<!doctype html><title>Pages</title><style>{style}</style>{''.join(rows)}"
    (folder / "index.html").write_text(text)


# Pictures of the documents: name, who looks, address, size.
DOCUMENTS = [
    ("live-bracket", None, "/lists_open", (1240, 1080)),
    ("results-desk", "owner", "/double_live/manage/results", (1240, 860)),
]


def documents(browser, world):
    """Those, in light and dark, legible at the width of a page of text."""
    folder = ROOT / "docs/pictures"
    for name, who, address, (width, height) in DOCUMENTS:
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                device_scale_factor=1.5,
                locale="en-GB",
            )
            page = context.new_page()
            if who:
                sign_in(page, world.demo.url, *world.owner.values())
            page.goto(world.demo.url + address)
            if "manage" not in address:
                page.wait_for_selector("[data-live-state][data-on='1']")
            dark = "-dark" if scheme == "dark" else ""
            page.screenshot(path=folder / f"{name}{dark}.png")
            context.close()


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT / "target/screenshots")
    asked.add_argument("word", nargs="?", default="")
    asked.add_argument("--docs", action="store_true")
    asked = asked.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        chromium() as browser,
        serving(Demo(pathlib.Path(data))) as demo,
    ):
        world = World(demo)
        world.play("lists_open", 1)
        world.underway("lists_open")
        if asked.docs:
            documents(browser, world)
            return
        taken = everything(browser, world, asked.folder, asked.word)
    sheet(asked.folder, taken)
    print(f"{len(taken)} pages: {asked.folder / 'index.html'}")


if __name__ == "__main__":
    main()
