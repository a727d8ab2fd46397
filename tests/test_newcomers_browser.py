"""Two sentences for a newcomer, in a real browser: they go, stay away, and come back when asked."""

import contextlib
import json

import pytest
import stand_in
from live_page import PAGE
from playwright.sync_api import expect
from restoring import Digits
from served import Served
from starlette.responses import HTMLResponse
from starlette.routing import Route

from autoencoders.ui import interpolate
from autoencoders.ui import map as map_page
from autoencoders.ui.newcomers import heading, style, welcome

SLOW = 90_000
"""Milliseconds that a busy machine may take."""

expect.set_options(timeout=SLOW)

TOLD = {"map": map_page.live_data, "interpolate": interpolate.page_data}
NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })"
)


@pytest.fixture(scope="module")
def served():
    with Served(Digits(latents=stand_in.latents(90))).running() as running:
        yield running


@contextlib.contextmanager
def window(chromium, script="", **options):
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
    context.add_init_script(script)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    assert errors == []
    context.close()


def opened(context, served, name):
    """A page with its header, and the component below it."""
    told = json.dumps(TOLD[name](served.engine, address=served.prefix))
    above = f"<style>{style()}</style>{heading(name)}{welcome(name)}"
    text = PAGE.replace("DATA", told).replace('<div id="here">', above + '<div id="here">')
    routes = [route for route in served.app.router.routes if getattr(route, "path", "") != "/page"]
    served.app.router.routes[:] = [Route("/page", lambda _: HTMLResponse(text)), *routes]
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.goto(f"http://127.0.0.1:{served.port}/page")
    page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
    return page


def told(page):
    return page.locator(".hourglass-told")


def ask(page):
    return page.get_by_role("button", name="What is this?")


def middle_of(page, name):
    box = page.get_by_test_id(name).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_they_are_closed_for_good_and_come_back_when_asked_for(chromium, served):
    with window(chromium) as context:
        page = opened(context, served, "interpolate")
        expect(told(page)).to_be_visible()
        expect(ask(page)).to_have_attribute("aria-expanded", "true")
        page.get_by_role("button", name="Hide this").press("Enter")
        expect(told(page)).to_be_hidden()
        expect(ask(page)).to_be_focused()
        expect(ask(page)).to_have_attribute("aria-expanded", "false")
        page.close()
        page = opened(context, served, "interpolate")  # another day
        expect(told(page)).to_be_hidden()
        ask(page).click()
        expect(told(page)).to_be_visible()
        expect(ask(page)).to_have_attribute("aria-expanded", "true")
        page.close()
        expect(told(opened(context, served, "map"))).to_be_visible()  # each page has its own


@pytest.mark.parametrize(("name", "what"), [("interpolate", "morph-slider"), ("map", "latent-map")])
def test_the_first_drag_ends_them_and_moves_nothing(chromium, served, name, what):
    with window(chromium) as context:
        page = opened(context, served, name)
        before = page.get_by_test_id(what).bounding_box()
        x, y = middle_of(page, what)
        page.mouse.move(x, y)
        expect(told(page)).to_be_visible()  # to look is not to drag
        page.mouse.down()
        page.mouse.move(x + 30, y, steps=4)
        expect(told(page)).to_be_visible()
        page.mouse.up()
        expect(told(page)).to_be_hidden()
        assert page.get_by_test_id(what).bounding_box() == before
        page.evaluate("show()")  # a rerun of the script
        assert page.get_by_test_id(what).bounding_box() == before
        page.reload()
        page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        assert page.get_by_test_id(what).bounding_box()["y"] < before["y"]


def test_keys_end_them_too(chromium, served):
    with window(chromium) as context:
        page = opened(context, served, "interpolate")
        page.get_by_test_id("morph-slider").press("ArrowRight")
        expect(told(page)).to_be_hidden()


def test_a_browser_that_keeps_nothing_forgets_with_the_window(chromium, served):
    with window(chromium, NO_STORAGE) as context:
        page = opened(context, served, "interpolate")
        page.get_by_role("button", name="Hide this").click()
        expect(told(page)).to_be_hidden()
        page.reload()
        expect(told(page)).to_be_visible()


def test_what_lies_in_the_storage_may_be_nonsense(chromium, served):
    nonsense = """localStorage.setItem("hourglass-known", '{"map": 1}')"""
    script = f"if (location.protocol === 'http:') {nonsense}"
    with window(chromium, script) as context:
        expect(told(opened(context, served, "map"))).to_be_visible()


def test_in_the_app_they_stay_away_from_page_to_page(chromium, app_url):
    with window(chromium, viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.set_default_timeout(SLOW)
        page.goto(f"{app_url}/?model=digits-conv-2")
        page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        expect(told(page)).to_be_visible()
        box = page.get_by_test_id("latent-map").bounding_box()
        assert box["y"] + box["height"] <= 844, "the live part is on the first screen"
        page.get_by_role("button", name="Hide this").click()
        expect(told(page)).to_be_hidden()
        page.get_by_role("link", name="Restore").click()
        page.wait_for_url("**/restore?*")
        page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        expect(told(page)).to_be_visible()
        expect(told(page)).to_contain_text("a few numbers")
        page.get_by_role("link", name="Map").click()
        page.wait_for_url(lambda url: "restore" not in url)
        page.get_by_test_id("latent-map").wait_for()
        expect(told(page)).to_be_hidden()
        ask(page).click()
        expect(told(page)).to_be_visible()
