"""Real pointer events along a fixed curve, sent without waiting for what they set off."""

import asyncio
import math
from collections.abc import Callable

from playwright.async_api import CDPSession

RATE = 125.0
"""Events a second, as an ordinary mouse sends them: more than there are frames."""
MIDDLE = 0.6
"""Share of the box's width and height that the curve fills."""

Box = tuple[float, float, float, float]
Place = tuple[float, float]


def lissajous(share: float, box: Box) -> Place:
    """Return the place (x, y) on a closed 3:2 Lissajous curve through the middle of a box.

    Nowhere does it stand still: where one coordinate turns round, the other one moves.

    Args:
        share: of the way round, 0..1.
        box: left, top, width and height.
    """
    left, top, width, height = box
    angle = 2.0 * math.pi * share
    x = math.sin(3.0 * angle)
    y = math.sin(2.0 * angle + math.pi / 4.0)
    return left + width * (0.5 + MIDDLE / 2 * x), top + height * (0.5 + MIDDLE / 2 * y)


def to_and_fro(share: float, box: Box) -> Place:
    """Return the place on the way along the middle of a box, three times there and back.

    At an even pace: a slider's picture has to change on every frame.

    Args:
        share: of the way round, 0..1.
        box: left, top, width and height.
    """
    left, top, width, height = box
    across = abs(2.0 * ((3.0 * share) % 1.0) - 1.0)
    return left + width * (0.5 + MIDDLE * (across - 0.5)), top + height / 2.0


async def move(
    session: CDPSession,
    curve: Callable[[float], Place],
    *,
    seconds: float,
    round_trip: float,
    pressed: bool = False,
) -> int:
    """Move the pointer along ``curve`` and return how many events were sent.

    Args:
        session: of the page.
        curve: share of the way round -> place in CSS pixels.
        seconds: how long.
        round_trip: seconds once round.
        pressed: with the left button held.
    """
    loop = asyncio.get_running_loop()
    begun = loop.time()
    sent: list[asyncio.Task[object]] = []
    button = {"button": "left", "buttons": 1} if pressed else {"button": "none", "buttons": 0}
    while (passed := loop.time() - begun) < seconds:
        x, y = curve(passed / round_trip)
        event = {"type": "mouseMoved", "x": x, "y": y, **button}
        sent.append(asyncio.create_task(session.send("Input.dispatchMouseEvent", event)))
        due = (math.floor(passed * RATE) + 1) / RATE
        await asyncio.sleep(max(0.0, due - (loop.time() - begun)))
    await asyncio.gather(*sent)
    return len(sent)
