"""Takes the pictures of the documents from `tiltyard demo`, in light and dark.

    cargo build -p tiltyard && target/python/bin/python browser/pictures.py
"""

import pathlib
import tempfile

import requests
from conftest import ROOT, Demo, chromium, serving

# conftest put interop/ on the path.
from challonge import Api  # isort: skip

PICTURES = ROOT / "docs/pictures"
# Legible at the width of a page of text, and sharp on dense screens.
VIEW = {"width": 1240, "height": 860}
SCALE = 1.5


def play_on(demo):
    """Some more results, and matches being played, so that there is every state to see."""
    key = demo.new_key({"username": "marshal"})
    api = Api(demo.url, requests.Session(), {"Authorization": key})
    opened = [m for m in api.matches("lists_open") if m["state"] == "open"]
    for match in opened[:1]:
        api.report("lists_open", match, 0, ("3,2,3", "1,3,2"))
    for match in opened[1:2]:
        path = f"tournaments/lists_open/matches/{match['id']}/change_state"
        api.call("PUT", path, "MatchState", 200, state="mark_as_underway")


def main():
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        serving(Demo(pathlib.Path(folder))) as demo,
    ):
        play_on(demo)
        for scheme, name in [("light", "live-bracket"), ("dark", "live-bracket-dark")]:
            context = browser.new_context(
                viewport=VIEW, color_scheme=scheme, device_scale_factor=SCALE, locale="en-GB"
            )
            page = context.new_page()
            page.goto(f"{demo.url}/lists_open")
            page.wait_for_selector("[data-live-state][data-on='1']")
            page.screenshot(path=PICTURES / f"{name}.png")
            context.close()


if __name__ == "__main__":
    main()
