"""How live the map is: pictures a second and their delay while a real pointer moves over it.

Beside it, in the same run: an empty page, which shows what this machine's browser can do at all,
and the same model behind Streamlit's own sliders.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from playwright.async_api import Browser, CDPSession, Page
from playwright.async_api import Error as BrowserError

from autoencoders.checkpoint import describe
from autoencoders.registry import find_model
from autoencoders.sheets import atlas_plans, grids
from benchmarks import stage
from benchmarks.pointer import Box, lissajous, move
from benchmarks.report import Figure, Report

ROUND_TRIP = 5.0
"""Seconds the pointer takes once round the curve."""
LEAD = 0.3
"""Seconds that the pointer moves before counting begins and after it ends."""
RESTS = 20
"""How often the pointer comes to rest to time the exact decode."""
RELEASES = 10
"""How often the slider is let go to time the picture that follows."""
SHARE = 0.95
SLACK = 5.0
SLIDER = '[data-testid="stSlider"] [style*="left:"]:has(input[type="range"])'
SLIDER_IMAGE = '[data-testid="stImage"] img'

Say = Callable[[str], None]


@dataclass
class Traffic:
    """What a page sent while somebody listened: requests by URL, and websocket bytes."""

    requests: list[str] = field(default_factory=list)
    websocket_bytes: int = 0


def measure(*, model: str, seconds: float, port: int, models: Sequence[Path], say: Say) -> Report:
    """Measure the app with one model.

    Raises:
        ValueError: for an unknown model or an impossible number of seconds.
        RuntimeError: if app or browser do not do their part.
    """
    if not 1.0 <= seconds <= 600.0:
        raise ValueError(f"The pointer cannot move for {seconds:g} seconds; choose 1 to 600.")
    folder = find_model(model, extra=models)
    try:
        return asyncio.run(_measure(folder, seconds=seconds, port=port, models=models, say=say))
    except BrowserError as error:
        raise RuntimeError(f"The browser failed: {error.message.splitlines()[0]}") from error


async def _measure(
    folder: Path, *, seconds: float, port: int, models: Sequence[Path], say: Say
) -> Report:
    async with stage.chromium() as browser:
        machine = stage.machine(browser)
        say("An empty page …")
        empty = await empty_page(browser, seconds)
        say("The map …")
        with stage.served(stage.CHECKOUT / "app.py", port=port, models=[folder, *models]) as url:
            live = await _live(browser, url, folder, seconds)
        say("The same model behind sliders …")
        script = Path(__file__).with_name("slider_page.py")
        with stage.served(script, str(folder), port=port) as url:
            slider = await _slider(browser, url, seconds)
    title = f"{folder.name}, the pointer moving for {seconds:g} s"
    return Report(title, (*_live_figures(live, empty), *_slider_figures(slider)), machine)


async def empty_page(browser: Browser, seconds: float) -> dict[str, Any]:
    """Count the animation frames of a page with nothing on it, the pointer moving as elsewhere."""
    async with stage.visitor(browser) as page:
        await page.goto("data:text/html,<title>empty</title>")
        session = await page.context.new_cdp_session(page)
        box = (200.0, 100.0, 600.0, 600.0)
        found, _ = await count(page, session, partial(lissajous, box=box), seconds)
        return found


async def count(
    page: Page,
    session: CDPSession,
    curve: Callable[[float], tuple[float, float]],
    seconds: float,
    *,
    image: str | None = None,
    pressed: bool = False,
) -> tuple[dict[str, Any], Traffic]:
    """Move the pointer and count meanwhile: what the probe found, and what the page sent."""
    # The first events of all take their time; what is counted begins when they have arrived.
    await move(session, curve, seconds=LEAD, round_trip=ROUND_TRIP, pressed=pressed)
    moving = asyncio.create_task(
        move(session, curve, seconds=seconds + 2 * LEAD, round_trip=ROUND_TRIP, pressed=pressed)
    )
    await asyncio.sleep(LEAD)
    async with listening(page, session) as traffic:
        found: dict[str, Any] = await page.evaluate(
            "([seconds, image]) => hourglassProbe.run(seconds, image)", [seconds, image]
        )
    found["sent"] = await moving
    return found, traffic


@asynccontextmanager
async def listening(page: Page, session: CDPSession) -> AsyncIterator[Traffic]:
    """Note every request and every websocket frame that the page sends inside the block."""
    traffic = Traffic()

    def request(asked: Any) -> None:
        traffic.requests.append(asked.url)

    def frame(event: dict[str, Any]) -> None:
        response = event["response"]
        data: str = response["payloadData"]
        binary = response["opcode"] != 1
        traffic.websocket_bytes += len(base64.b64decode(data) if binary else data.encode())

    await session.send("Network.enable")
    page.on("request", request)
    session.on("Network.webSocketFrameSent", frame)
    try:
        yield traffic
    finally:
        page.remove_listener("request", request)
        session.remove_listener("Network.webSocketFrameSent", frame)


# the map ----------------------------------------------------------------------------------------


async def _live(browser: Browser, url: str, folder: Path, seconds: float) -> dict[str, Any]:
    """Measure the map: opened twice (server cold, then warm), moved over, brought to rest."""
    model = folder.name
    sheet = grids(atlas_plans(describe(folder).model.image_shape))[-1]
    async with stage.visitor(browser) as page:
        await stage.open_map(page, url, model=model, sheet=sheet)
        cold = await page.evaluate("hourglassProbe.firstPicture")
    async with stage.visitor(browser) as page:
        await stage.open_map(page, url, model=model, sheet=sheet)
        warm = await page.evaluate("hourglassProbe.firstPicture")
        session = await page.context.new_cdp_session(page)
        box = await box_of_map(page)
        found, traffic = await count(page, session, partial(lissajous, box=box), seconds)
        exact = await _rest(page, session, box)
    return found | {
        "requests": traffic.requests,
        "websocket_bytes": traffic.websocket_bytes,
        "cold": cold,
        "warm": warm,
        "exact": exact,
    }


async def box_of_map(page: Page) -> Box:
    """Return where the map stands in the window: left, top, width and height."""
    plane = page.locator('[data-testid="latent-map"]').first
    await plane.scroll_into_view_if_needed()
    box = await plane.bounding_box()
    if box is None:
        raise RuntimeError("The map is not to be seen.")
    return box["x"], box["y"], box["width"], box["height"]


async def _rest(page: Page, session: CDPSession, box: Box) -> list[float]:
    """Let the pointer rest in some places; return the milliseconds of each exact decode."""
    before = len(await page.evaluate("hourglassProbe.exactTimes()"))
    for index in range(RESTS):
        x, y = lissajous((index + 0.5) / RESTS, box)
        seen = await page.evaluate("hourglassProbe.exactAt.length")
        event = {"type": "mouseMoved", "x": x, "y": y}
        await session.send("Input.dispatchMouseEvent", event)
        for _ in range(200):
            await asyncio.sleep(0.05)
            if await page.evaluate("hourglassProbe.exactAt.length") > seen:
                break
    times: list[float] = (await page.evaluate("hourglassProbe.exactTimes()"))[before:]
    if not times:
        raise RuntimeError("No exact picture followed when the pointer came to rest.")
    return times


# the slider -------------------------------------------------------------------------------------


async def _slider(browser: Browser, url: str, seconds: float) -> dict[str, Any]:
    """Measure the baseline: its slider dragged to and fro, then let go several times."""
    async with stage.visitor(browser) as page:
        await page.goto(url)
        await page.locator(SLIDER_IMAGE).wait_for(timeout=1000 * stage.PATIENCE)
        await asyncio.sleep(1.0)
        await page.evaluate("selector => hourglassProbe.watchImage(selector)", SLIDER_IMAGE)
        await asyncio.sleep(0.2)
        session = await page.context.new_cdp_session(page)
        box, height = await _track(page)

        def curve(share: float) -> tuple[float, float]:
            return lissajous(share, box)[0], height

        await press(session, await _thumb(page), "mousePressed")
        found, traffic = await count(
            page, session, curve, seconds, image=SLIDER_IMAGE, pressed=True
        )
        await press(session, curve((seconds + 2 * LEAD) / ROUND_TRIP), "mouseReleased")
        await asyncio.sleep(1.0)
        found["released"] = await _releases(page, session, curve)
    return found | {
        "requests": traffic.requests,
        "websocket_bytes": traffic.websocket_bytes,
    }


async def _track(page: Page) -> tuple[Box, float]:
    """Return the first slider's box and the height of its thumb's middle."""
    box = await page.locator('[data-testid="stSlider"]').first.bounding_box()
    if box is None:
        raise RuntimeError("The slider is not to be seen.")
    return (box["x"], box["y"], box["width"], box["height"]), (await _thumb(page))[1]


async def _thumb(page: Page) -> tuple[float, float]:
    box = await page.locator(SLIDER).first.bounding_box()
    if box is None:
        raise RuntimeError("The slider's thumb is not to be seen.")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def press(session: CDPSession, place: tuple[float, float], kind: str) -> None:
    """Press or release the left button."""
    buttons = 1 if kind == "mousePressed" else 0
    event = {"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1}
    await session.send("Input.dispatchMouseEvent", event | {"buttons": buttons})


async def _releases(
    page: Page, session: CDPSession, curve: Callable[[float], tuple[float, float]]
) -> list[float]:
    """Drag the slider somewhere and let go; milliseconds until another picture is seen."""
    delays = []
    for index in range(RELEASES):
        place = curve((index + 0.5) / RELEASES)
        await press(session, await _thumb(page), "mousePressed")
        await move(session, lambda _, to=place: to, seconds=0.1, round_trip=1.0, pressed=True)  # type: ignore[misc]
        await press(session, place, "mouseReleased")
        await asyncio.sleep(1.0)
        released, changed = await page.evaluate(
            "[hourglassProbe.releasedAt.at(-1), hourglassProbe.changedAt.at(-1) ?? 0]"
        )
        if changed > released:
            delays.append(changed - released)
    return delays


# figures ----------------------------------------------------------------------------------------


def percentiles(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Median and 95th percentile, or two None where there is nothing."""
    if not values:
        return None, None
    return float(np.percentile(values, 50)), float(np.percentile(values, 95))


def milliseconds(value: float | None) -> str:
    """As it is shown; there may be nothing to show."""
    return "none" if value is None else f"{value:.1f} ms"


def motion_figures(live: dict[str, Any], empty: dict[str, Any], *, key: str = "") -> list[Figure]:
    """Return what every live part has to reach while the pointer moves, held against a page with
    nothing on it.

    Args:
        live: what was counted: ``pictures`` in ``seconds``, ``delays``, ``requests`` and
            ``websocket_bytes``.
        empty: ``frames`` in ``seconds``.
        key: stands before the figures' keys.
    """
    rate = live["pictures"] / live["seconds"]
    frames = empty["frames"] / empty["seconds"]
    frame = 1000.0 / frames
    p50, p95 = percentiles(live["delays"])
    requests, sent = len(live["requests"]), live["websocket_bytes"]
    return [
        Figure(f"{key}pictures", "new pictures a second", rate, f"{rate:.1f}"),
        Figure(
            f"{key}share",
            "  share of the empty page's frames",
            rate / frames,
            f"{rate / frames:.3f}",
            f"at least {SHARE}",
            rate / frames >= SHARE,
        ),
        Figure(f"{key}delay_p50", "pointer to picture, median", p50, milliseconds(p50)),
        Figure(
            f"{key}delay_p95",
            "pointer to picture, p95",
            p95,
            milliseconds(p95),
            f"at most {frame + SLACK:.1f} ms",
            p95 is not None and p95 <= frame + SLACK,
        ),
        Figure(
            f"{key}requests", "requests while moving", requests, f"{requests}", "0", requests == 0
        ),
        Figure(
            f"{key}sent_bytes", "websocket bytes sent while moving", sent, f"{sent}", "0", sent == 0
        ),
    ]


def _live_figures(live: dict[str, Any], empty: dict[str, Any]) -> list[Figure]:
    """Return what the map achieved, held against the empty page."""
    frames, shown = empty["frames"] / empty["seconds"], live["frames"] / live["seconds"]
    exact50, exact95 = percentiles(live["exact"])
    cost = 1000.0 * live["cost"] / max(1, live["callbacks"])
    return [
        Figure("empty_frames", "frames a second, empty page", frames, f"{frames:.1f}"),
        *motion_figures(live, empty),
        Figure("map_frames", "frames a second, map", shown, f"{shown:.1f}"),
        Figure(
            "first_picture",
            "page opened to first live picture",
            live["warm"],
            milliseconds(live["warm"]),
        ),
        Figure(
            "first_picture_cold",
            "  the server's first visitor",
            live["cold"],
            milliseconds(live["cold"]),
        ),
        Figure("exact_p50", "exact decode at rest, median", exact50, milliseconds(exact50)),
        Figure("exact_p95", "exact decode at rest, p95", exact95, milliseconds(exact95)),
        Figure("events_sent", "pointer events sent", live["sent"], f"{live['sent']}"),
        Figure("events_seen", "  seen by the page", live["events"], f"{live['events']}"),
        Figure("probe_cost", "measuring, per frame callback", cost, f"{cost:.0f} µs"),
    ]


def _slider_figures(slider: dict[str, Any]) -> list[Figure]:
    """Return what the sliders achieved."""
    rate = slider["pictures"] / slider["seconds"]
    p50, p95 = percentiles(slider["released"])
    sent = slider["websocket_bytes"]
    return [
        Figure("slider_pictures", "st.slider: new pictures a second", rate, f"{rate:.1f}"),
        Figure("slider_p50", "st.slider: let go to picture, median", p50, milliseconds(p50)),
        Figure("slider_p95", "st.slider: let go to picture, p95", p95, milliseconds(p95)),
        Figure("slider_sent_bytes", "st.slider: websocket bytes sent", sent, f"{sent}"),
    ]
