"""Shoots the running app for the documentation: ``python -m docs.capture``.

Writes ``docs/screenshots/*.webp`` (every page at two widths, light and dark) and
``docs/drag.webp``, the moving picture of the README.
"""

import argparse
import asyncio
import io
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page

from benchmarks import stage

DOCS = Path(__file__).resolve().parent
MODEL = "digits-conv-2"
FINEST = 64
SHOTS = ((1280, 860, "light"), (1280, 860, "dark"), (390, 844, "light"), (390, 844, "dark"))
PLACE = (0.6, 0.36)
"""Where the pointer rests on a map's screenshot, as shares of the map's width and height."""
QUALITY = 80
FRAMES, FRAME_MS, CLIP_WIDTH = 80, 70, 900


async def point(page: Page, across: float, down: float) -> None:
    """Move the pointer to a place on the map given as shares of its sides."""
    box = await page.get_by_test_id("latent-map").first.bounding_box()
    if box is None:
        raise RuntimeError("The map is not on the page.")
    await page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])


async def _on_the_map(page: Page) -> None:
    await point(page, *PLACE)


async def _half_way(page: Page) -> None:
    await page.get_by_role("slider").first.focus()


async def _smile(page: Page) -> None:
    slider = page.get_by_test_id("slider-smiling")
    await slider.focus()
    for _ in range(6):
        await page.keyboard.press("PageUp")


async def _guessed(page: Page) -> None:
    await point(page, *PLACE)
    await page.mouse.down()
    await page.mouse.up()


@dataclass(frozen=True)
class Scene:
    """One page as it is shot.

    Attributes:
        name: of its pictures.
        path: its address, with the model.
        pose: what a person does before the picture is taken.
    """

    name: str
    path: str
    pose: Callable[[Page], Awaitable[None]]


async def _as_it_opens(page: Page) -> None:
    await page.mouse.move(1, 1)


SCENES = (
    Scene("map", f"?model={MODEL}", _on_the_map),
    Scene("map-faces", "?model=faces-stacked-2", _on_the_map),
    Scene("interpolate", "interpolate?model=faces-conv-128", _half_way),
    Scene("attributes", "attributes?model=faces-conv-128", _smile),
    Scene("restore", "restore?model=faces-denoising-512", _as_it_opens),
    Scene("training", "training?model=digits-conv-2", _as_it_opens),
    Scene("compare", "compare?model=digits-conv-2&against=digits-vae-2", _on_the_map),
    Scene("dial", "compare?model=digits-conv-2&others=1,2,3,4,18,11&at=0.5", _as_it_opens),
    Scene("generate", "generate?model=digits-conv-2", _as_it_opens),
    Scene("generate-faces", "generate?model=faces-vae-128", _as_it_opens),
    Scene("game", "game?model=digits-conv-2", _guessed),
    Scene("restore-photo", "restore?model=photos-denoising-256", _as_it_opens),
    Scene("through", "through?model=digits-conv-2&at=0.2", _as_it_opens),
)


async def open_page(
    browser: Browser, url: str, path: str, *, width: int, height: int, scheme: str
) -> Page:
    """Open a page, as a person with this window and colour scheme sees it, fully loaded."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    await context.add_init_script(path=stage.PROBE)  # tells when the map is drawn
    page = await context.new_page()
    await page.goto(f"{url}/{path}")
    root = page.locator('[data-testid="live-root"][data-ready="true"]')
    await root.wait_for(timeout=1000 * stage.PATIENCE)
    return page


async def shoot(browser: Browser, url: str, folder: Path, only: str) -> None:
    """Take the screenshots, each of the whole page."""
    for scene in SCENES:
        if only not in scene.name:
            continue
        for width, height, scheme in SHOTS:
            page = await open_page(
                browser, url, scene.path, width=width, height=height, scheme=scheme
            )
            for _ in range(2):  # a higher window makes the map larger, and the page with it
                whole = await page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
                await page.set_viewport_size({"width": width, "height": max(height, whole)})
                await asyncio.sleep(3.0)
            await scene.pose(page)
            await asyncio.sleep(2.0)
            target = folder / f"{scene.name}-{width}-{scheme}.webp"
            picture = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
            picture.save(target, quality=QUALITY, method=6)
            print(target)
            await page.context.close()


async def film(browser: Browser, url: str, target: Path) -> None:
    """Take the moving picture: the pointer goes once around a figure of eight."""
    page = await open_page(browser, url, f"?model={MODEL}", width=1180, height=800, scheme="dark")
    box = await page.get_by_test_id("live-root").bounding_box()
    if box is None:
        raise RuntimeError("The map is not on the page.")
    clip = {"x": box["x"], "y": box["y"], "width": box["width"], "height": 0.0}
    clip["height"] = min(800 - box["y"], 0.72 * box["width"])
    frames = []
    for frame in range(FRAMES):
        turn = 2 * math.pi * frame / FRAMES
        await point(page, 0.5 + 0.38 * math.sin(turn), 0.45 + 0.34 * math.sin(2 * turn))
        await page.evaluate("() => new Promise(done => requestAnimationFrame(() => done()))")
        shot = await page.screenshot(clip=clip)  # type: ignore[arg-type]
        picture = Image.open(io.BytesIO(shot)).convert("RGB")
        height = round(picture.height * CLIP_WIDTH / picture.width)
        frames.append(picture.resize((CLIP_WIDTH, height), Image.Resampling.LANCZOS))
    frames[0].save(
        target,
        save_all=True,
        append_images=frames[1:],
        duration=FRAME_MS,
        loop=0,
        quality=60,
        method=4,
    )
    await page.context.close()
    print(target.relative_to(DOCS.parent))


async def capture(what: str, models: list[Path], *, only: str, folder: Path) -> None:
    """Start the app and a browser and shoot."""
    folder.mkdir(parents=True, exist_ok=True)
    with stage.served(stage.CHECKOUT / "app.py", models=models) as url:
        async with stage.chromium() as browser:
            if what in ("all", "screenshots"):
                await shoot(browser, url, folder, only)
            if what in ("all", "film"):
                await film(browser, url, DOCS / "drag.webp")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=["all", "screenshots", "film"])
    parser.add_argument("--models", action="append", default=[], type=Path)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--folder", default=DOCS / "screenshots", type=Path)
    arguments = parser.parse_args()
    asyncio.run(
        capture(arguments.what, arguments.models, only=arguments.only, folder=arguments.folder)
    )
