"""How true the blended pictures are to exact decodes, and how large the sheets are.

The pictures are read back from the page's own canvas in Chromium, in the frame in which they were
blended, after the pointer was moved to each code.
"""

import asyncio
import base64
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Error as BrowserError
from playwright.async_api import Page

from autoencoders.inference import Engine
from autoencoders.latent import plane_extent
from autoencoders.metrics import psnr
from autoencoders.registry import find_model
from autoencoders.sheets import atlas_plans, grids
from benchmarks import stage
from benchmarks.drag import box_of_map
from benchmarks.report import Figure, Report

SEED = 0
JITTER = 0.02
"""Standard deviation of what is added to each test code, as a share of the plane's side."""
MEAN_PSNR = 38.0
FIRST_BYTES = 200 * 1024
ALL_BYTES = 2 * 1024 * 1024

_SHEET_SIZES = """() => Object.fromEntries(
  performance.getEntriesByType("resource")
    .map(({ name, encodedBodySize: bytes }) => [new URL(name).pathname.split("/sheets/")[1], bytes])
    .filter(([grid]) => grid))"""


def measure(
    *, model: str, codes: int, port: int, models: Sequence[Path], say: Callable[[str], None]
) -> Report:
    """Measure the sheets of one model.

    Raises:
        ValueError: for an unknown model or an impossible number of codes.
        RuntimeError: if app or browser do not do their part.
    """
    if not 1 <= codes <= 100_000:
        raise ValueError(f"{codes} codes cannot be compared; choose 1 to 100,000.")
    engine = Engine(find_model(model, extra=models))
    # A few more: on a busy machine a picture can come too late to be a blend.
    spare = 10 + codes // 20
    chosen = jittered(engine.latents.codes, count=codes + spare)
    try:
        return asyncio.run(_measure(engine, chosen, count=codes, port=port, models=models, say=say))
    except BrowserError as error:
        raise RuntimeError(f"The browser failed: {error.message.splitlines()[0]}") from error


def jittered(codes: NDArray[np.float32], *, count: int) -> NDArray[np.float32]:
    """Choose codes and move each a little; float32 ``(count, 2)``, inside the plane.

    Args:
        codes: test codes, float32 ``(N, 2)``.
        count: how many; each is chosen at most once while there are enough.
    """
    random = np.random.default_rng(SEED)
    x0, x1, y0, y1 = plane_extent(codes)
    chosen = codes[random.choice(len(codes), count, replace=count > len(codes))]
    moved = chosen + random.normal(0.0, JITTER * (x1 - x0), chosen.shape)
    edge = 0.001 * (x1 - x0)
    low, high = (x0 + edge, y0 + edge), (x1 - edge, y1 - edge)
    return np.clip(moved, low, high).astype(np.float32)


async def _measure(
    engine: Engine,
    codes: NDArray[np.float32],
    *,
    count: int,
    port: int,
    models: Sequence[Path],
    say: Callable[[str], None],
) -> Report:
    script = stage.CHECKOUT / "app.py"
    finest = grids(atlas_plans(engine.image_shape))[-1]
    async with stage.chromium() as browser:
        machine = stage.machine(browser)
        say("Waiting for the finest sheet …")
        with stage.served(script, port=port, models=[engine.folder, *models]) as url:
            async with stage.visitor(browser) as page:
                await stage.open_map(page, url, model=engine.name, sheet=finest)
                say(f"Moving to {count:,} codes …")
                captured = await _capture(page, codes, count=count)
                sizes = await page.evaluate(_SHEET_SIZES)
    shown, pictures = _read(captured, engine.image_shape)
    # Where a plane can be peopled with individuals, the map shows them at first.
    detail = 1.0 if engine.has_detail else 0.0
    exact = engine.decode_base(engine.to_base(shown, detail=detail))
    values = psnr(exact, pictures)
    # Where not one pixel differs there is no finite figure: as if one pixel were one level off.
    values = np.minimum(values, 10.0 * math.log10(255.0**2 * math.prod(engine.image_shape)))
    title = f"{engine.name}, {len(shown):,} codes, sheets {', '.join(sizes)}"
    return Report(title, tuple(_figures(values, shown, sizes)), machine)


async def _capture(page: Page, codes: NDArray[np.float32], *, count: int) -> list[dict[str, Any]]:
    """Move the pointer to one code after the other until ``count`` pictures were blended.

    Raises:
        RuntimeError: if there are not so many.
    """
    session = await page.context.new_cdp_session(page)
    left, top, width, height = await box_of_map(page)
    plane = page.locator('[data-testid="latent-map"]').first
    x0, x1, y0, y1 = await plane.evaluate("plane => JSON.parse(plane.dataset.extent)")
    # The first move enters the map; it is not one of those compared.
    middle = {"type": "mouseMoved", "x": left + width / 2, "y": top + height / 2}
    await session.send("Input.dispatchMouseEvent", middle)
    await asyncio.sleep(0.5)
    await page.evaluate("hourglassProbe.capture()")
    done = 0
    for x, y in codes:
        place = {
            "x": left + width * (float(x) - x0) / (x1 - x0),
            "y": top + height * (y1 - float(y)) / (y1 - y0),
        }
        await session.send("Input.dispatchMouseEvent", {"type": "mouseMoved", **place})
        before = done
        for _ in range(100):
            done = await page.evaluate("hourglassProbe.captured.length")
            if done > before:
                break
            await asyncio.sleep(0.01)
        if done >= count:
            break
    if done < count:
        raise RuntimeError(f"Only {done} of {len(codes)} moves of the pointer showed a new blend.")
    captured: list[dict[str, Any]] = await page.evaluate("hourglassProbe.captured")
    return captured[:count]


def _read(
    captured: list[dict[str, Any]], shape: tuple[int, int, int]
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return the codes shown, float32 ``(B, 2)``, and their pictures, uint8 ``(B, H, W, C)``."""
    height, width, channels = shape
    codes = np.array([entry["z"] for entry in captured], np.float32)
    raw = b"".join(base64.b64decode(entry["rgba"]) for entry in captured)
    rgba = np.frombuffer(raw, np.uint8).reshape(len(captured), height, width, 4)
    return codes, rgba[..., :channels]


def _figures(
    values: NDArray[np.float32], codes: NDArray[np.float32], sizes: dict[str, int]
) -> list[Figure]:
    mean, low, worst = float(values.mean()), float(np.percentile(values, 5)), int(values.argmin())
    x, y = (float(value) for value in codes[worst])
    first, total = sizes[min(sizes, key=int)], sum(sizes.values())
    kib = f"{first / 1024:.0f} KiB"
    return [
        Figure(
            "psnr_mean",
            "blend against exact, mean",
            mean,
            f"{mean:.2f} dB",
            f"at least {MEAN_PSNR:g} dB",
            mean >= MEAN_PSNR,
        ),
        Figure("psnr_p5", "blend against exact, p5", low, f"{low:.2f} dB"),
        Figure(
            "psnr_worst", "blend against exact, worst", float(values[worst]),
            f"{values[worst]:.2f} dB",
        ),
        Figure("worst_code", "  at the code", [x, y], f"{x:.4f}, {y:.4f}"),
        Figure(
            "first_bytes", "first sheet", first, kib,
            f"at most {FIRST_BYTES // 1024} KiB", first <= FIRST_BYTES,
        ),
        Figure(
            "all_bytes", "all sheets", total, f"{total / 1024:.0f} KiB",
            f"at most {ALL_BYTES // 1024} KiB", total <= ALL_BYTES,
        ),
    ]  # fmt: skip
