"""The restoration page's component on a bare page in a real browser, for tests."""

import contextlib
import json
from collections.abc import Iterator

from live_page import PAGE
from playwright.sync_api import Browser, Page, expect
from served import Served
from starlette.responses import HTMLResponse
from starlette.routing import Route

from autoencoders.ui import restore

PATIENCE = 90_000
"""Milliseconds that a busy machine may take."""

expect.set_options(timeout=PATIENCE)

WATCH = """(names) => {
    const seen = (window.watched = { asked: [], moves: [], slid: [], pictures: {} });
    const fetched = window.fetch;
    window.fetch = (...all) => (seen.asked.push(performance.now()), fetched(...all));
    addEventListener("pointermove", () => seen.moves.push(performance.now()), true);
    addEventListener("input", () => seen.slid.push(performance.now()), true);
    const last = {};
    const look = () => {
        for (const name of names) {
            const picture = document.querySelector(name).toDataURL();
            if (last[name] !== picture) seen.pictures[name] = (seen.pictures[name] ?? 0) + 1;
            last[name] = picture;
        }
        requestAnimationFrame(look);
    };
    look();
}"""


class Restoring:
    """A page with the component on it."""

    def __init__(self, page: Page, served: Served):
        self.page, self.served = page, served
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(PATIENCE)

    def open(self) -> "Restoring":
        self.page.goto(f"http://127.0.0.1:{self.served.port}/page")
        self.page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        return self

    def find(self, name: str):
        return self.page.get_by_test_id(name)

    def wait(self, name: str, state: str) -> None:
        self.page.wait_for_selector(f'[data-testid="{name}"][data-state="{state}"]')

    def watch(self, *names: str) -> None:
        self.page.evaluate(WATCH, list(names))

    @property
    def watched(self):
        return self.page.evaluate("watched")

    def asked(self, path: str) -> int:
        return sum(url.partition("?")[0].endswith(path) for url in self.requests)


@contextlib.contextmanager
def restoring(chromium: Browser, served: Served, **options) -> Iterator[Restoring]:
    """Open the page; ``options`` are the browser context's."""
    told = restore.page_data(served.engine, address=served.prefix)
    text = PAGE.replace("DATA", json.dumps(told)).replace('key: "map"', 'key: "restore"')
    routes = [route for route in served.app.router.routes if getattr(route, "path", "") != "/page"]
    served.app.router.routes[:] = [Route("/page", lambda _: HTMLResponse(text)), *routes]
    options.setdefault("viewport", {"width": 1280, "height": 1400})
    options.setdefault("reduced_motion", "reduce")
    context = chromium.new_context(**options)
    try:
        opened = Restoring(context.new_page(), served).open()
        yield opened
        assert opened.errors == []
    finally:
        context.close()
