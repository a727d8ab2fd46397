"""The Compare page's component on a bare page in a real browser, with hands to use it."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator

import numpy as np
from comparing import Models
from live_page import read_png, serve_page
from playwright.sync_api import Browser, Page, expect

from autoencoders.ui import compare

PATIENCE = 60_000
"""Milliseconds that a busy machine may take."""

# Notes when the pointer moves, when something is asked, and what every frame shows of some slots.
WATCH = """(slots) => {
    const seen = (window.watched = { moves: [], asked: [], shown: {}, marks: [] });
    const fetched = window.fetch;
    window.fetch = (...all) => (seen.asked.push(performance.now()), fetched(...all));
    for (const name of ["pointermove", "input"])
        addEventListener(name, () => seen.moves.push(performance.now()), true);
    const look = () => {
        for (const slot of slots) {
            const canvas = document.querySelector(`[data-slot="${slot}"].hg-picture`);
            (seen.shown[slot] ??= new Set()).add(canvas.toDataURL());
        }
        const mark = document.querySelector('.hg-surface[data-slot="b"] .hg-crosshair');
        if (mark) seen.marks.push(mark.style.transform);
        requestAnimationFrame(look);
    };
    look();
}"""

COUNTED = """() => ({
    moves: watched.moves,
    asked: watched.asked,
    shown: Object.fromEntries(Object.entries(watched.shown).map(([slot, set]) => [slot, set.size])),
    marks: new Set(watched.marks).size,
})"""


class Comparing:
    """A page with the component on it."""

    def __init__(self, page: Page, served: Models):
        self.page, self.served = page, served
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(PATIENCE)
        page.goto(f"http://127.0.0.1:{served.port}/page")
        page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')

    def find(self, name: str):
        return self.page.get_by_test_id(name)

    def picture(self, slot: str):
        return self.page.locator(f'[data-testid="decoded-image"][data-slot="{slot}"]')

    def map(self, slot: str):
        return self.page.locator(f'[data-testid="latent-map"][data-slot="{slot}"]')

    def place(self, slot: str, x: float, y: float) -> tuple[float, float]:
        """Window coordinates of a place of a map."""
        x0, x1, y0, y1 = json.loads(self.map(slot).get_attribute("data-extent"))
        box = self.map(slot).bounding_box()
        across, down = (x - x0) / (x1 - x0), (y1 - y) / (y1 - y0)
        return round(box["x"] + across * box["width"]), round(box["y"] + down * box["height"])

    def move(self, slot: str, x: float, y: float) -> None:
        self.page.mouse.move(*self.place(slot, x, y))

    def click(self, slot: str, x: float, y: float) -> None:
        self.page.mouse.click(*self.place(slot, x, y))

    def rest(self, *slots: str) -> None:
        for slot in slots or ("a", "b"):
            expect(self.picture(slot)).to_have_attribute("data-state", "exact", timeout=PATIENCE)

    def shown(self, slot: str) -> tuple[list[float], np.ndarray]:
        """The code and the picture now shown, read in one moment."""
        found = self.picture(slot).evaluate("c => [c.dataset.z, c.toDataURL()]")
        return json.loads(found[0]), read_png(found[1])[..., :1].astype(int)

    def marker(self, slot: str, name: str) -> tuple[float, float] | None:
        """The place of a map at which a marker stands; None where it is hidden."""
        return self.page.evaluate(
            """([slot, name]) => {
                const surface = document.querySelector(`.hg-surface[data-slot="${slot}"]`);
                const node = surface.querySelector(`:scope > .hg-${name}`);
                if (!node || node.hidden) return null;
                const [x, y] = node.style.transform.match(/[-\\d.]+(?=px)/g).map(Number);
                const [x0, x1, y0, y1] = JSON.parse(surface.dataset.extent);
                const [across, down] = [x / surface.clientWidth, y / surface.clientHeight];
                return [x0 + across * (x1 - x0), y1 - down * (y1 - y0)];
            }""",
            [slot, name],
        )

    def watch(self, *slots: str) -> None:
        self.page.evaluate(WATCH, list(slots))

    @property
    def watched(self):
        return self.page.evaluate(COUNTED)

    def scene(self, fits: Callable[[dict], object]) -> dict:
        """Wait until what is reported of the scene fits; return it."""
        end = time.monotonic() + PATIENCE / 1000
        reported: dict = {}
        while time.monotonic() < end:
            said = [value for name, value in self.page.evaluate("reports") if name == "scene"]
            reported = said[-1] if said else {}
            if said and fits(reported):
                return reported
            self.page.wait_for_timeout(50)
        raise AssertionError(reported)


def page_told(served: Models, other: str | None, scene: dict | None = None) -> dict:
    """What the component is told, beside the model ``other`` or beside nobody."""
    return compare.page_data(
        served.store,
        served.engine,
        served.named(other) if other else None,
        address=served.prefix,
        alone="" if other else "There is nobody.",
        scene=scene,
    )


@contextlib.contextmanager
def comparing(
    chromium: Browser, served: Models, *, other="bands-vae-2", scene=None, **options
) -> Iterator[Comparing]:
    """Open the page; ``options`` are the browser context's."""
    serve_page(served, page_told(served, other, scene))
    options.setdefault("viewport", {"width": 1280, "height": 1200})
    options.setdefault("reduced_motion", "reduce")
    context = chromium.new_context(**options)
    try:
        opened = Comparing(context.new_page(), served)
        yield opened
        assert opened.errors == []
    finally:
        context.close()
