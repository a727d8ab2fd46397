"""The interpolation page in a real browser: what a person can do on it."""

import io
import json

import numpy as np
import pytest
import stand_in
from live_page import read_png, sent_in_a_drag, serve_page
from PIL import Image, ImageDraw
from playwright.sync_api import expect
from served import Served

from autoencoders.ui import interpolate


class Table:
    """The page with its pictures, and hands to use it."""

    def __init__(self, page, served):
        self.page, self.engine = page, served.engine
        self.requests, self.errors = [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"http://127.0.0.1:{served.port}/page")
        page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')

    def find(self, name):
        return self.page.get_by_test_id(name)

    def picture(self, slot="morph"):
        return self.page.locator(f'[data-testid="decoded-image"][data-slot="{slot}"]')

    def rest(self, slot="morph"):
        expect(self.picture(slot)).to_have_attribute("data-state", "exact", timeout=15_000)

    def shown(self, slot="morph"):
        """The code and the picture now shown."""
        found = self.picture(slot).evaluate("c => [c.dataset.z, c.toDataURL()]")
        return json.loads(found[0]), read_png(found[1])[..., :1]

    def drawn(self, code):
        return self.engine.decode(np.array([code], np.float32))[0]


@pytest.fixture(scope="module")
def served():
    with Served(stand_in.StandIn(latents=stand_in.latents(300))).running() as running:
        serve_page(running, interpolate.page_data(running.engine, address=running.prefix))
        yield running


@pytest.fixture
def table(chromium, served):
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    table = Table(context.new_page(), served)
    yield table
    assert table.errors == []
    context.close()


# Notes when the slider moves, when something is asked, and what every frame shows.
WATCH = """() => {
  const canvas = document.querySelector('[data-slot="morph"]');
  window.watched = { moves: [], asked: [], codes: [] };
  const slider = document.querySelector('[data-testid="morph-slider"]');
  slider.addEventListener("input", () => watched.moves.push(performance.now()), true);
  const fetched = window.fetch;
  window.fetch = (...all) => { watched.asked.push(performance.now()); return fetched(...all); };
  const look = () => { watched.codes.push(canvas.dataset.z); requestAnimationFrame(look); };
  look();
}"""


def test_a_person_finds_two_pictures_and_the_way_between_them(table):
    assert table.find("slot").count() == 2
    table.rest()
    code, picture = table.shown()
    np.testing.assert_allclose(picture, table.drawn(code), atol=1)


def test_a_person_can_drag_through_the_morph_and_nothing_is_sent(table):
    table.rest()
    for kind in ("straight", "spherical", "density", "geodesic"):
        expect(table.find(f"path-{kind}")).to_be_visible()
    box = table.find("morph-slider").bounding_box()
    y = box["y"] + box["height"] / 2
    table.page.mouse.move(box["x"] + box["width"] / 2, y)
    table.page.mouse.down()
    table.rest()
    table.page.evaluate(WATCH)
    for share in np.linspace(0.5, 0.9, 30):
        table.page.mouse.move(box["x"] + share * box["width"], y)
    table.page.mouse.up()
    table.rest()
    seen = table.page.evaluate("watched")
    assert len(seen["moves"]) >= 15
    # A slow machine may join some moves into one frame.
    assert len(set(seen["codes"])) >= 10
    assert sent_in_a_drag(seen) == []  # only at rest, for the exact picture
    assert seen["asked"], "the exact picture was never asked for"


def test_a_person_can_choose_another_way(table):
    table.rest()
    table.find("path-spherical").click()
    expect(table.find("live-root")).to_have_attribute("data-strip", "spherical")
    assert table.find("path-spherical").get_attribute("aria-checked") == "true"


def test_a_person_can_add_a_third_picture_and_take_the_step_back(table):
    table.rest()
    table.find("tray-item").nth(5).click()
    expect(table.find("slot")).to_have_count(3)
    table.page.keyboard.press("Control+z")
    expect(table.find("slot")).to_have_count(2)
    table.page.keyboard.press("Control+Shift+Z")
    expect(table.find("slot")).to_have_count(3)


def test_a_person_can_morph_their_own_picture(table):
    image = Image.new("RGB", (200, 160), "white")
    ImageDraw.Draw(image).ellipse((60, 30, 140, 130), outline="black", width=14)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    file = {"name": "ring.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    table.find("tray-input").set_input_files(file)
    expect(table.find("slot")).to_have_count(3)
    expect(table.find("slot").last).to_contain_text("ring.png")
    expect(table.page.locator('[data-testid="tray-item"][data-kind="upload"]')).to_have_count(1)


def test_what_is_no_picture_is_said_and_nothing_is_lost(table):
    file = {"name": "song.mp3", "mimeType": "audio/mpeg", "buffer": b"ID3 no picture"}
    table.find("tray-input").set_input_files(file)
    expect(table.find("page-status")).to_contain_text("song.mp3")
    assert table.find("slot").count() == 2


def test_a_person_who_takes_a_picture_out_is_told_what_is_missing(table):
    table.page.get_by_role("button", name="Take test picture").first.click()
    expect(table.find("page-status")).to_have_text("Choose one more picture from the tray.")


def test_a_person_can_drag_over_the_square_between_four(table):
    table.find("mode-square").click()
    expect(table.find("page-status")).to_have_text("Choose 2 more pictures from the tray.")
    for number in (5, 7):
        table.find("tray-item").nth(number).click()
    table.rest("square")
    box = table.find("square").bounding_box()
    table.page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.75 * box["height"])
    table.page.wait_for_timeout(50)
    table.rest("square")
    code, picture = table.shown("square")
    np.testing.assert_allclose(picture, table.drawn(code), atol=1)


def test_a_person_can_ask_for_an_analogy(table):
    table.find("mode-analogy").click()
    table.find("tray-item").nth(6).click()
    expect(table.find("slot").first).to_contain_text("A: ")
    table.rest()


def test_a_person_can_use_the_slider_by_keys(table):
    table.rest()
    before, _ = table.shown()
    table.find("morph-slider").focus()
    table.page.keyboard.press("Shift+ArrowRight")
    table.page.wait_for_timeout(100)
    after, _ = table.shown()
    assert after != before
