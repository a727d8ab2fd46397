"""Pins A and B in a real browser: remembered, gone back to, flicked between, let go."""

import json

import numpy as np
import pytest
import stand_in
import tiny
from live_page import close_to, live, serve_page
from playwright.sync_api import expect
from served import Served

from autoencoders.inference import Engine
from autoencoders.ui import attributes, interpolate


@pytest.fixture(scope="module")
def served():
    with Served(stand_in.StandIn(latents=stand_in.latents(300))).running() as running:
        yield running


@pytest.fixture
def opened(chromium):
    contexts = []

    def open(served, told):
        serve_page(served, told(served.engine, address=served.prefix))
        context = chromium.new_context(viewport={"width": 1280, "height": 1000})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{served.port}/page")
        page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        return page

    yield open
    for context in contexts:
        context.close()


def code(page, slot):
    picture = page.locator(f'[data-testid="decoded-image"][data-slot="{slot}"]')
    return picture.get_attribute("data-z")


def rest(page, slot, *, after=None):
    """The exact picture, of another code than the one shown before: that may stand a moment."""
    picture = page.locator(f'[data-testid="decoded-image"][data-slot="{slot}"]')
    if after is not None:
        expect(picture).not_to_have_attribute("data-z", after, timeout=15_000)
    expect(picture).to_have_attribute("data-state", "exact", timeout=15_000)
    return picture.evaluate("c => c.toDataURL()")


def test_a_person_flicks_between_two_morphs(opened, served):
    page = opened(served, interpolate.page_data)
    first, at_first = rest(page, "morph"), code(page, "morph")
    page.get_by_test_id("pin-A").click()
    expect(page.get_by_test_id("pin-A")).to_have_attribute("aria-label", "Go back to A (key A)")
    page.get_by_test_id("tray-item").nth(5).click()
    expect(page.get_by_test_id("slot")).to_have_count(3)
    second, at_second = rest(page, "morph", after=at_first), code(page, "morph")
    page.keyboard.press("b")
    for _ in range(2):
        page.keyboard.press("x")
        expect(page.get_by_test_id("slot")).to_have_count(2)
        assert rest(page, "morph", after=at_second) == first
        page.keyboard.press("x")
        expect(page.get_by_test_id("slot")).to_have_count(3)
        assert rest(page, "morph", after=at_first) == second
    page.keyboard.press("Control+z")  # going to a pin is a step like any other
    expect(page.get_by_test_id("slot")).to_have_count(2)


def test_a_pin_is_let_go_and_set_anew(opened, served):
    page = opened(served, interpolate.page_data)
    rest(page, "morph")
    page.keyboard.press("a")
    page.get_by_test_id("morph-slider").press("Shift+ArrowRight")
    page.get_by_test_id("unpin-A").click()
    expect(page.get_by_test_id("pin-A")).to_have_attribute(
        "aria-label", "Remember this as A (key A)"
    )
    expect(page.get_by_test_id("flick")).to_be_disabled()
    page.get_by_test_id("pin-A").press("Enter")
    page.get_by_test_id("pin-A").press("Escape")
    expect(page.get_by_test_id("pin-A")).to_have_attribute("data-pinned", "false")


def test_letters_typed_into_a_field_are_letters(opened, tmp_path):
    engine = Engine(tiny.save_family(tmp_path / "tiny", "convolutional"))
    with Served(engine).running() as served:
        page = opened(served, attributes.page_data)
        page.get_by_test_id("own").locator("summary").click()
        page.get_by_test_id("own-name").fill("")
        page.get_by_test_id("own-name").press_sequentially("abx")
        expect(page.get_by_test_id("own-name")).to_have_value("abx")
        expect(page.get_by_test_id("pin-A")).to_have_attribute("data-pinned", "false")


def test_a_person_flicks_between_two_edits(opened, tmp_path):
    engine = Engine(tiny.save_family(tmp_path / "tiny", "convolutional"))
    with Served(engine).running() as served:
        page = opened(served, attributes.page_data)
        before = rest(page, "attributes")
        page.keyboard.press("a")
        page.get_by_test_id("slider-high").press("End")
        expect(page.get_by_test_id("slider-high")).to_have_value("2")
        after = rest(page, "attributes")
        page.keyboard.press("b")
        page.keyboard.press("x")
        expect(page.get_by_test_id("slider-high")).to_have_value("0")
        assert rest(page, "attributes") == before
        page.keyboard.press("B")
        expect(page.get_by_test_id("slider-high")).to_have_value("2")
        assert rest(page, "attributes") == after != before


def test_on_the_map_pins_are_places_with_their_letters(chromium, served):
    with live(chromium, served) as map:
        map.move(0.3, 0.4)
        map.rest()
        first = map.code()
        map.page.keyboard.press("a")
        map.move(0.7, 0.6)
        map.rest()
        second = map.code()
        map.page.keyboard.press("b")
        for letter, code in (("A", first), ("B", second)):
            box = map.find(f"letter-{letter}").locator("b").bounding_box()
            x, y = map.place(*map.place_of(*code))
            assert close_to(
                (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), (x, y), within=2
            )
        map.page.keyboard.press("x")
        map.rest()
        assert close_to(map.code(), first, within=1e-4)
        np.testing.assert_allclose(map.pixels(), map.decoded(map.code()), atol=1)
        map.page.keyboard.press("x")
        map.rest()
        assert close_to(map.code(), second, within=1e-4)
        map.find("unpin-A").click()
        expect(map.find("letter-A")).to_have_count(0)
        assert json.loads(map.picture.get_attribute("data-z"))
