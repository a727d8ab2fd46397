"""What every bench needs: the app in a process of its own, a real Chromium, the machine's name."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from benchmarks.machine import machine as about_machine

CHECKOUT = Path(__file__).resolve().parent.parent
PROBE = Path(__file__).with_name("probe.js")
WINDOW = {"width": 1280, "height": 900}
PATIENCE = 180.0
"""Seconds to wait for something that takes a few on an idle machine."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# WebGL without a graphics card, and nothing that a browser does by itself meanwhile.  Not
# "--use-angle=swiftshader": it makes Chromium put the whole page together on an emulated graphics
# card, several times slower than what it does by itself where there is none (chrome://gpu says
# which), so that the emulation would be measured in place of the page.
BROWSER_OPTIONS = (
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


@contextmanager
def served(
    script: Path, *arguments: str, port: int = 0, models: Sequence[Path] = ()
) -> Iterator[str]:
    """Run a Streamlit script until the block ends; yields its address, without a slash.

    Args:
        script: inside the checkout.
        arguments: for the script.
        port: 0 takes a free one.
        models: further folders of models.

    Raises:
        RuntimeError: if it does not start.
    """
    port = port or _free_port()
    places = [*map(str, models), *filter(None, [os.environ.get("HOURGLASS_MODELS")])]
    environment = os.environ | {
        "HOURGLASS_MODELS": os.pathsep.join(places),
        "PYTHONPATH": str(CHECKOUT),
    }
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port), "--", *arguments]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_healthy(process, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(process: "subprocess.Popen[bytes]", port: int, log: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    log.seek(0)
    said = log.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
    raise RuntimeError(f"The app did not start on port {port}: {said[-1]}")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the Chromium on PATH, headless.

    Raises:
        RuntimeError: if there is none.
    """
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        raise RuntimeError("There is no Chromium on PATH; on Debian: apt-get install chromium.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=list(BROWSER_OPTIONS)
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visitor(browser: Browser) -> AsyncIterator[Page]:
    """Open a page as somebody who was never here: nothing in the cache, the probe in place."""
    context: BrowserContext = await browser.new_context(viewport=WINDOW)  # type: ignore[arg-type]
    await context.add_init_script(path=PROBE)
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def open_map(page: Page, url: str, *, model: str, sheet: int) -> None:
    """Open the map and wait until it is drawn and blends from the sheet of that size.

    Raises:
        RuntimeError: if that does not happen.
    """
    await page.goto(f"{url}/?model={model}")
    root = f'[data-testid="live-root"][data-sheet="{sheet}"][data-ready="true"]'
    if not await _appears(page, root):
        raise RuntimeError(
            f"The map of {model} did not show its sheet of {sheet}x{sheet} within "
            f"{PATIENCE:.0f} seconds."
        )
    await page.wait_for_function(
        "hourglassProbe.firstPicture > 0", timeout=1000 * PATIENCE, polling=50
    )
    await asyncio.sleep(1.0)  # what the last sheet set in motion comes to rest


async def _appears(page: Page, selector: str) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if await page.locator(selector).count():
            return True
        await asyncio.sleep(0.05)
    return False


def machine(browser: Browser) -> dict[str, Any]:
    """Say on what was measured."""
    return about_machine("torch", "streamlit", "playwright") | {"chromium": browser.version}
