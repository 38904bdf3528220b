"""A person with a keyboard alone: where Tab leads, in which order, and whether that can be seen."""

import time

from conftest import PATIENCE_MS
from playwright.sync_api import Error

# What the page can say of where the focus is; nothing where it is on the page as a whole.
STOP = """() => {
    const at = document.activeElement;
    if (!at || at === document.body || at === document.documentElement) return null;
    const drawn = (node) => {
        const style = getComputedStyle(node);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    };
    const box = at.getBoundingClientRect();
    // A card that holds a radio button is outlined in the button's place.
    const shows = drawn(at) || drawn(at.closest(".preset") ?? at);
    return {
        what: at.outerHTML.slice(0, 160),
        visible: at.matches(":focus-visible") && shows,
        within: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
            && box.width > 0 && box.height > 0,
        box: [box.left, box.top + scrollY, box.right, box.bottom + scrollY],
        first: at.matches(".skip"),
    };
}"""

# More stops than any page has.
MOST = 150


class Keyboard:
    """Presses keys. Every stop of Tab must be seen, and must come after the one before on the
    page as it is read: down, and to the right."""

    def __init__(self, page):
        self.page = page
        self.stop = None

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text)

    def tab(self, back=False):
        """The next stop, or None where the focus leaves the page."""
        self.press("Shift+Tab" if back else "Tab")
        before, self.stop = self.stop, self.page.evaluate(STOP)
        if self.stop is None:
            return None
        stop = self.stop
        assert stop["visible"], f"the focus cannot be seen: {stop['what']}"
        assert stop["within"], f"the focus is out of sight: {stop['what']}"
        # After the last comes the first again.
        round = before is not None and (before if back else stop)["first"]
        if before is not None and not round:
            earlier, later = (stop, before) if back else (before, stop)
            assert reads_on(earlier["box"], later["box"]), (
                f"{later['what']} stands before {earlier['what']}"
            )
        return stop

    def to(self, locator, back=False):
        """Tabs on until the element has the focus."""
        locator.wait_for(state="attached")
        for _ in range(MOST):
            stop = self.tab(back)
            if stop and locator.evaluate("node => node === document.activeElement"):
                return
        raise AssertionError(f"Tab does not lead to {locator}")

    def fill(self, locator, text):
        """Tabs to a field and types in place of what stands there."""
        self.to(locator)
        self.press("Control+A")
        self.type(text)

    def choose(self, locator, key="Enter"):
        """Tabs to a link or button and presses it, which leads to another page."""
        self.to(locator)
        self.send(key)

    def send(self, key="Enter"):
        """Presses a key that leads to another page, and is there."""
        self.page.evaluate("window.left = false")
        self.stop = None
        self.press(key)
        end = time.monotonic() + PATIENCE_MS / 1_000
        while True:
            try:
                if self.page.evaluate("window.left ?? document.readyState !== 'loading'"):
                    return
            except Error:
                # The page went away under the question.
                pass
            assert time.monotonic() < end, f"{key} leads nowhere from {self.page.url}"
            self.page.wait_for_timeout(20)

    def walk(self):
        """Every stop of the page, to its end and back again."""
        there, back = [], []
        self.page.evaluate("document.activeElement?.blur()")
        self.stop = None
        while (stop := self.tab()) is not None and not (there and stop["first"]):
            assert len(there) < MOST, "Tab comes to no end"
            there.append(stop["what"])
        self.stop = None
        # Between the first stop and the last may be one that is the browser's own.
        for _ in range(MOST):
            if len(back) == len(there):
                break
            stop = self.tab(back=True)
            assert stop or not back, f"Shift+Tab ends after {len(back)} of {len(there)} stops"
            back += [stop["what"]] if stop else []
        odd = [(one, other) for one, other in zip(there, back[::-1]) if one != other]
        assert not odd, f"{odd[0]} and {len(odd) - 1} more on {self.page.url}"
        return there


def reads_on(before, after):
    """Whether a box is read after another: below it, or further right. What has columns goes on at
    the top of the next."""
    left, top, right, bottom = before
    further_down = after[1] >= bottom - 1 or after[1] > top + 1
    further_right = after[0] >= left - 1 and (after[1] + after[3]) / 2 > top - 1
    next_column = after[0] >= right - 1
    return further_down or further_right or next_column
