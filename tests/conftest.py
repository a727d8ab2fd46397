"""What tests of several files share: a real browser, the running app, the data sets, the GPU."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from benchmarks.stage import BROWSER_OPTIONS, BROWSERS

# What the tests compute is tiny: sharing it among threads only makes each wait for the others. Set
# before torch is imported, and for every process that a test starts.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A busy machine is slow at times; what an example finds does not depend on it.
hypothesis.settings.register_profile("hourglass", deadline=None)
hypothesis.settings.load_profile("hourglass")

# Its fixtures are asked for by test files that also import from it: it has to be known by then.
pytest.register_assert_rewrite("tests.commands")

REPOSITORY = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that need a browser come first: they take long, and two workers end together then."""
    slow = {item.path for item in items if "chromium" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.path not in slow)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("gpu") is not None:
        import torch

        if not torch.cuda.is_available():
            pytest.skip("needs a CUDA device")


def browser_path() -> str:
    """Where Chromium is; a test that needs it fails, never skips, where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail(
            "No Chromium on PATH: install it (on Debian: apt-get install chromium) and run again.",
            pytrace=False,
        )
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium that draws WebGL in software.

    A module's and not the session's: while Playwright runs, asyncio.run() fails in this thread.
    """
    executable = browser_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(BROWSER_OPTIONS))
        yield browser
        browser.close()


@contextmanager
def serve(*options: str, log: Path, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run the app as `make run` starts it, on a free port; yields its address without a slash.

    Args:
        options: further options of `streamlit run`.
        log: file for what the server prints.
        environment: variables on top of this process's own.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *options],
            cwd=REPOSITORY,
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=output,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url, process, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the running app, one for all tests that leave it as it was."""
    with serve(log=tmp_path_factory.mktemp("app") / "streamlit.log") as url:
        yield url


def _wait_until_healthy(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"The app ended while starting:\n{log.read_text()}", pytrace=False)
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"The app did not answer within two minutes:\n{log.read_text()}", pytrace=False)


@pytest.fixture(scope="session")
def data_root() -> Path:
    """The folder of real data sets (`MNIST/raw/` and so on); skips where there is none."""
    named = os.environ.get("HOURGLASS_DATA")
    places = [Path(named)] if named else []
    places += [REPOSITORY / "data", REPOSITORY.parent / "shared" / "data"]
    for place in places:
        if (place / "MNIST" / "raw").is_dir():
            return place
    pytest.skip("no real data: neither HOURGLASS_DATA nor ./data holds MNIST/raw")
