"""The live component on a bare page in a real browser, with hands to use it, for tests."""

import base64
import contextlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from served import Served
from starlette.responses import HTMLResponse
from starlette.routing import Route

from autoencoders.ui import charts
from autoencoders.ui import map as map_page

PAGE = """<!doctype html><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<style>
  body { margin: 0; padding: 12px; background: var(--st-background-color); }
  .light { --st-background-color: #ffffff; --st-text-color: #20242c; }
  .dark { --st-background-color: #14181e; --st-text-color: #ece8e0; }
</style>
<body class="light"><div id="here"></div>
<script type="module">
  const told = DATA;
  const base = new URL(`${told.base}/`, location.origin).href;
  const { mount } = await import(`${base}live/${told.version}/main.js`);
  window.reports = [];
  window.told_model = () => told.model;
  window.show = (change = {}, id = "here") => mount({
    parent: document.getElementById(id),
    data: { ...told, ...change, key: told.page },
    base,
    setStateValue: (name, value) => reports.push([name, value]),
  });
  await show();
</script>"""


@dataclass(frozen=True)
class Look:
    state: str
    code: tuple[float, float]
    pixels: np.ndarray


def read_png(url: str) -> np.ndarray:
    """Pixels of a canvas's data URL: uint8 (H, W, 3)."""
    image = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert image.mode == "RGB" or image.getextrema()[3] == (255, 255), "not opaque"
    return np.asarray(image.convert("RGB"))


class Live:
    """A page with the component on it; places are shares of the map, from its top left."""

    def __init__(self, page: Page, served: Served, kind: charts.Kind | None = None):
        self.page, self.served, self.kind = page, served, kind
        self.engine = served.engine
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self) -> "Live":
        self.page.goto(f"http://127.0.0.1:{self.served.port}/page")
        sheets = map_page.live_data(self.engine, address="", kind=self.kind)["model"]["sheets"]
        ready = '[data-ready="true"]' + (f'[data-sheet="{sheets[-1]}"]' if sheets else "")
        self.page.wait_for_selector(f'[data-testid="live-root"]{ready}')
        self.page.wait_for_timeout(300)
        return self

    def find(self, name: str):
        return self.page.get_by_test_id(name)

    @property
    def map(self):
        return self.find("latent-map")

    @property
    def picture(self):
        return self.page.locator('[data-testid="decoded-image"][data-slot="map"]')

    def place(self, across: float, down: float) -> tuple[float, float]:
        """Window coordinates of a place on the map, whole ones as a mouse reports them."""
        box = self.map.bounding_box()
        x, y = box["x"] + across * box["width"], box["y"] + down * box["height"]
        return float(round(x)), float(round(y))

    def extent(self) -> list[float]:
        return json.loads(self.map.get_attribute("data-extent"))

    def code_at(self, across: float, down: float) -> tuple[float, float]:
        """The code under a place, worked out from the map's box and extent alone."""
        box, (x0, x1, y0, y1) = self.map.bounding_box(), self.extent()
        x, y = self.place(across, down)
        return (
            x0 + (x - box["x"]) / box["width"] * (x1 - x0),
            y1 - (y - box["y"]) / box["height"] * (y1 - y0),
        )

    def place_of(self, x: float, y: float) -> tuple[float, float]:
        """The place on the map of a code."""
        x0, x1, y0, y1 = self.extent()
        return (x - x0) / (x1 - x0), (y1 - y) / (y1 - y0)

    def move(self, across: float, down: float) -> None:
        self.page.mouse.move(*self.place(across, down))

    def click(self, across: float, down: float) -> None:
        self.page.mouse.click(*self.place(across, down))

    def drag(self, *places: tuple[float, float], button="left", steps: int = 4) -> None:
        self.move(*places[0])
        self.page.mouse.down(button=button)
        for place in places[1:]:
            self.page.mouse.move(*self.place(*place), steps=steps)
        self.page.mouse.up(button=button)

    def code(self) -> tuple[float, float]:
        return tuple(json.loads(self.picture.get_attribute("data-z")))

    def look(self) -> "Look":
        """What the picture shows, all read in one moment."""
        found = self.picture.evaluate(
            "c => ({state: c.dataset.state, code: c.dataset.z, png: c.toDataURL()})"
        )
        return Look(
            found["state"], tuple(json.loads(found["code"])), read_png(found["png"])[..., :1]
        )

    def pixels(self) -> np.ndarray:
        return self.look().pixels

    def ground(self) -> np.ndarray:
        """The map without its markers, as now drawn: uint8 (H, W, 3)."""
        return read_png(self.page.locator(".hg-ground").evaluate("c => c.toDataURL()"))

    def points_only(self) -> np.ndarray:
        """The map with its points and nothing painted behind them: int64 (H, W, 3)."""
        self.page.mouse.move(5, 5)
        self.find("fade").fill("0")
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        return self.ground().astype(int)

    def painted(self, codes, ground=None) -> np.ndarray:
        """Colours of the map where these codes lie, of its points only: int64 (N, 3)."""
        ground = self.points_only() if ground is None else ground
        places = np.array([self.place_of(*code) for code in codes])
        at = np.floor(places * [ground.shape[1], ground.shape[0]]).astype(int)
        return ground[at[:, 1], at[:, 0]]

    def legend_colours(self) -> np.ndarray:
        """Colours of the legend, in its order: int64 (labels, 3)."""
        said = self.page.locator(".hg-legend .hg-swatch").evaluate_all(
            "all => all.map((one) => getComputedStyle(one).backgroundColor)"
        )
        return np.array([[int(value) for value in re.findall(r"\d+", text)[:3]] for text in said])

    def legend_counts(self) -> list[tuple[str, int]]:
        """What the legend names, and how many points it says there are of each."""
        chips = self.page.locator(".hg-legend .hg-chip:not(.hg-all)")
        said = chips.evaluate_all("all => all.map((one) => one.title)")
        found = [re.match(r"(.*): (\d+) pictures", text) for text in said]
        return [(match[1], int(match[2])) for match in found]

    def decoded(self, code) -> np.ndarray:
        """What the engine itself makes of a code: uint8 (H, W, C)."""
        return self.engine.decode(np.array([code], np.float32))[0]

    def rest(self) -> None:
        """Wait for the exact picture."""
        expect(self.picture).to_have_attribute("data-state", "exact", timeout=15_000)

    def pins(self) -> list:
        """What Python was told about the pin, after its moment's delay."""
        self.page.wait_for_timeout(450)
        return [value for name, value in self.page.evaluate("reports") if name == "pin"]


def inked(colours, paper) -> np.ndarray:
    """What points of these colours look like, alone on this paper."""
    return 0.85 * np.asarray(colours) + 0.15 * np.asarray(paper)


def alone(codes, *, apart: float) -> np.ndarray:
    """Which codes have no other so near."""
    distance = np.hypot(*(codes[:, None] - codes[None]).transpose(2, 0, 1))
    np.fill_diagonal(distance, np.inf)
    return distance.min(axis=1) > apart


def sent_in_a_drag(seen: dict, felt: str = "moves") -> list[float]:
    """Moments at which something was asked for while the page felt a hand move; there are none.

    On a busy machine a hand may rest between two movements, and what was asked before the first
    belongs to the rest before it. ``felt``: where the moments of the movements stand.
    """
    return [
        asked
        for asked in seen["asked"]
        if asked - max((move for move in seen[felt] if move < asked), default=-np.inf) <= 80
    ]


def close_to(one, other, *, within: float) -> bool:
    return bool(np.abs(np.subtract(one, other)).max() <= within)


def serve_page(served: Served, told: dict) -> None:
    """Serve a bare page at /page with the component on it, which is told ``told``."""
    page_text = PAGE.replace("DATA", json.dumps(told))
    routes = [route for route in served.app.router.routes if getattr(route, "path", "") != "/page"]
    served.app.router.routes[:] = [Route("/page", lambda _: HTMLResponse(page_text)), *routes]


@contextlib.contextmanager
def live(
    chromium: Browser,
    served: Served,
    *,
    script: str = "",
    kind: charts.Kind | None = None,
    **options,
) -> Iterator[Live]:
    """Open the component; ``options`` are the context's, ``script`` runs before the page."""
    serve_page(served, map_page.live_data(served.engine, address=served.prefix, kind=kind))
    options.setdefault("viewport", {"width": 1280, "height": 900})
    options.setdefault("reduced_motion", "reduce")
    context = chromium.new_context(**options)
    if script:
        context.add_init_script(script)
    try:
        opened = Live(context.new_page(), served, kind).open()
        yield opened
        assert opened.errors == []
    finally:
        context.close()
