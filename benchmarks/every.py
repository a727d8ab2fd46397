"""Every live part of every page, held to what the map has to reach, and a change of page."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page
from playwright.async_api import Error as BrowserError

from benchmarks import stage
from benchmarks.drag import LEAD, ROUND_TRIP, count, empty_page, motion_figures, press
from benchmarks.pointer import Box, lissajous, to_and_fro
from benchmarks.report import Figure, Report

CHANGES = 12
"""How often the page is changed, here and between empty pages."""
TIMES = 2.0
"""So many times an empty page's change a warm one may take."""
SETTLED = 4.0
"""Seconds without a request after which a page has all that it asked for as it opened."""
READY = '[data-testid="live-root"][data-ready="true"]'

Say = Callable[[str], None]


async def _as_it_is(page: Page) -> None:
    """Leave a page as it opens."""


async def _turn_to_the_dial(page: Page) -> None:
    await page.get_by_test_id("mode-dial").click()
    await page.locator('[data-testid="dial"][data-state="shown"]').wait_for()


async def _fill_the_square(page: Page) -> None:
    await page.get_by_test_id("mode-square").click()
    for k in range(2, 4):
        await page.get_by_test_id("tray-item").nth(k).click()
        await page.get_by_test_id("slot").nth(k).wait_for()


@dataclass(frozen=True)
class Part:
    """Something that is dragged.

    Attributes:
        key: its name in JSON.
        name: its name for people.
        path: address of its page.
        slot: of its picture.
        target: what is dragged or hovered over, by its test id.
        slider: it is a slider, dragged along; otherwise a plane.
        there: is on the page as soon as it can be dragged.
        prepare: what a person does first.
    """

    key: str
    name: str
    path: str
    slot: str
    target: str
    slider: bool = False
    there: str = READY
    prepare: Callable[[Page], Awaitable[None]] = _as_it_is


def _slider(key: str, name: str, path: str, slot: str, target: str, **more: Any) -> Part:
    return Part(key, name, path, slot, target, slider=True, **more)


PARTS = (
    Part("map", "map of digits", "?model=digits-conv-2", "map", "latent-map"),
    Part("faces", "map of faces", "?model=faces-stacked-2", "map", "latent-map"),
    Part("plane", "plane of 128 numbers", "?model=faces-conv-128", "map", "latent-map"),
    _slider("movie", "training movie", "?model=digits-conv-2", "movie", "movie-slider"),
    _slider("training", "training, large", "training?model=digits-conv-2", "movie", "movie-slider"),
    _slider("morph", "morph", "interpolate?model=faces-conv-128", "morph", "morph-slider"),
    Part(
        "square",
        "square of four",
        "interpolate?model=faces-conv-128",
        "square",
        "square",
        prepare=_fill_the_square,
    ),
    _slider(
        "smile",
        "smile",
        "attributes?model=faces-conv-128",
        "attributes",
        "slider-smiling",
        there='[data-slot="attributes"][data-strips~="smiling"]',
    ),
    _slider("noise", "noise", "restore?model=faces-denoising-512", "denoise", "denoise-slider"),
    _slider(
        "temperature",
        "temperature",
        "generate?model=digits-conv-2",
        "plain",
        "temperature",
        there='[data-slot="plain"][data-state="exact"]',
    ),
    Part(
        "game",
        "hit the code",
        "game?model=digits-conv-2&game=hit",
        "guess",
        "latent-map",
    ),
    _slider(
        "photo",
        "noise on a photo",
        "restore?model=photos-denoising-256",
        "denoise",
        "denoise-slider",
    ),
    _slider("through", "layers", "through?model=digits-conv-2", "through", "through-slider"),
    Part(
        "compare",
        "two models",
        "compare?model=digits-conv-2&against=digits-vae-2",
        "b",
        "latent-map",
    ),
    _slider(
        "dial",
        "dial",
        "compare?model=faces-conv-2",
        "dial",
        "dial-slider",
        there='[data-slot="dial"][data-state]:not([data-state="empty"])',
        prepare=_turn_to_the_dial,
    ),
)

CHANGED = """async ([title, there]) => {
    const links = [...document.querySelectorAll('[data-testid="stPageLink-NavLink"]')];
    const link = links.find((one) => one.textContent.trim().toLowerCase() === title);
    const gone = document.querySelector(there);
    const begun = performance.now();
    link.click();
    while (true) {
        await new Promise(requestAnimationFrame);
        const found = document.querySelector(there);
        if (found && found !== gone) return performance.now() - begun;
        if (performance.now() - begun > 60000) return null;
    }
}"""


def measure(
    *, seconds: float, port: int, models: Sequence[Path], say: Say, parts: Sequence[Part] = PARTS
) -> Report:
    """Measure all parts.

    Raises:
        ValueError: for an impossible number of seconds.
        RuntimeError: if app or browser do not do their part.
    """
    if not 1.0 <= seconds <= 600.0:
        raise ValueError(f"The pointer cannot move for {seconds:g} seconds; choose 1 to 600.")
    try:
        return asyncio.run(_measure(parts, seconds=seconds, port=port, models=models, say=say))
    except BrowserError as error:
        raise RuntimeError(f"The browser failed: {error.message.splitlines()[0]}") from error


async def _measure(
    parts: Sequence[Part], *, seconds: float, port: int, models: Sequence[Path], say: Say
) -> Report:
    figures: list[Figure] = []
    async with stage.chromium() as browser:
        machine = stage.machine(browser)
        say("Empty pages …")
        with stage.served(Path(__file__).with_name("empty_pages.py"), port=port) as url:
            bare = await _changes(
                browser, url, links=("second", "first"), there=_empty_there, wait="page-first"
            )
        with stage.served(stage.CHECKOUT / "app.py", port=port, models=models) as url:
            for part in parts:
                say(f"{part.name} …")
                # Beside each part: a machine does not stay as fast as it was.
                empty = await empty_page(browser, seconds)
                found = await _part(browser, url, part, seconds)
                figures += [
                    Figure(one.key, f"{part.name}: {one.name.strip()}", *_rest(one))
                    for one in motion_figures(found, empty, key=f"{part.key}_")
                ]
            say("A change of page …")
            ours = await _changes(
                browser, url, links=("interpolate", "map"), there=_live_there, wait="live-root"
            )
    return Report(
        f"every live part, the pointer moving for {seconds:g} s",
        (*figures, *_change_figures(ours, bare)),
        machine,
    )


def _rest(figure: Figure) -> tuple[Any, str, str, bool]:
    return figure.value, figure.text, figure.target, figure.reached


class _Requests:
    """Knows when a page has no request on its way any more.

    A server that is still making the finest sheet of a model seen for the first time shares two
    cores with the browser: what such a page draws meanwhile says little of the page.
    """

    def __init__(self, page: Page) -> None:
        self._on_their_way = 0
        self._last = time.monotonic()
        page.on("request", lambda _: self._count(1))
        page.on("requestfinished", lambda _: self._count(-1))
        page.on("requestfailed", lambda _: self._count(-1))

    def _count(self, change: int) -> None:
        self._on_their_way += change
        self._last = time.monotonic()

    async def rest(self) -> None:
        """Wait until nothing has been asked and answered for ``SETTLED`` seconds."""
        end = time.monotonic() + stage.PATIENCE
        while self._on_their_way or time.monotonic() - self._last < SETTLED:
            if time.monotonic() > end:
                raise RuntimeError("The page does not come to rest: it goes on asking the server.")
            await asyncio.sleep(0.1)


async def _part(browser: Browser, url: str, part: Part, seconds: float) -> dict[str, Any]:
    async with stage.visitor(browser) as page:
        page.set_default_timeout(1000 * stage.PATIENCE)
        requests = _Requests(page)
        await page.goto(f"{url}/{part.path}")
        await page.locator(READY).wait_for()
        await part.prepare(page)
        await page.locator(part.there).first.wait_for()
        # Some of a page is asked for only when it is seen.
        await page.get_by_test_id(part.target).first.scroll_into_view_if_needed()
        drawn = f'[data-slot="{part.slot}"][data-state]:not([data-state="empty"])'
        await page.locator(drawn).first.wait_for(state="attached")
        await requests.rest()  # finer sheets, and what they set in motion
        await page.evaluate("slot => hourglassProbe.look(slot)", part.slot)
        box = await _box(page, part.target)
        session = await page.context.new_cdp_session(page)
        curve = partial(to_and_fro if part.slider else lissajous, box=box)
        if part.slider:
            await press(session, curve(0.0), "mousePressed")
        found, traffic = await count(page, session, curve, seconds, pressed=part.slider)
        if part.slider:
            await press(session, curve((seconds + 2 * LEAD) / ROUND_TRIP), "mouseReleased")
    return found | {"requests": traffic.requests, "websocket_bytes": traffic.websocket_bytes}


async def _box(page: Page, target: str) -> Box:
    found = page.get_by_test_id(target).first
    await found.scroll_into_view_if_needed()
    box = await found.bounding_box()
    if box is None:
        raise RuntimeError(f"The part {target} is not to be seen.")
    return box["x"], box["y"], box["width"], box["height"]


# a change of page -------------------------------------------------------------------------------


def _empty_there(name: str) -> str:
    return f'[data-testid="page-{name}"]'


def _live_there(name: str) -> str:
    of_map = ".hg-map"
    return f"{READY}:has({of_map})" if name == "map" else f"{READY}:not(:has({of_map}))"


async def _changes(
    browser: Browser, url: str, *, links: Sequence[str], there: Callable[[str], str], wait: str
) -> list[float]:
    """Go to and fro between two pages; milliseconds of each change but the first of each."""
    times = []
    async with stage.visitor(browser) as page:
        await page.goto(f"{url}/")
        await page.get_by_test_id(wait).first.wait_for(timeout=1000 * stage.PATIENCE)
        await page.locator(there(links[1])).first.wait_for(timeout=1000 * stage.PATIENCE)
        for turn in range(CHANGES + 2):
            name = links[turn % 2]
            took = await page.evaluate(CHANGED, [name, there(name)])
            if took is None:
                raise RuntimeError(f"The page {name} did not come within a minute.")
            if turn >= 2:
                times.append(float(took))
            await asyncio.sleep(0.5)
    return times


def _change_figures(ours: Sequence[float], bare: Sequence[float]) -> list[Figure]:
    here, there = statistics.median(ours), statistics.median(bare)
    return [
        Figure("empty_change", "change between empty pages, median", there, f"{there:.0f} ms"),
        Figure("change", "change of page, warm, median", here, f"{here:.0f} ms"),
        Figure(
            "change_times",
            "  times an empty page's",
            here / there,
            f"{here / there:.2f}",
            f"at most {TIMES:g}",
            here <= TIMES * there,
        ),
    ]
