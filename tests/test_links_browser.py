"""Links in a real browser: what one person sees, another one sees who opens the address."""

import io
import json

import numpy as np
import pytest
from live_page import read_png
from PIL import Image, ImageDraw
from playwright.sync_api import expect

import autoencoders

SLOW = 60_000


class Page:
    """A page of the running app."""

    def __init__(self, chromium, url):
        self.context = chromium.new_context(viewport={"width": 1280, "height": 1000})
        self.page = self.context.new_page()
        self.page.set_default_timeout(SLOW)
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(url)
        self.page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')

    def find(self, name):
        return self.page.get_by_test_id(name)

    def picture(self, slot):
        return self.page.locator(f'[data-testid="decoded-image"][data-slot="{slot}"]')

    def exact(self, slot):
        expect(self.picture(slot)).to_have_attribute("data-state", "exact", timeout=SLOW)
        return self.picture(slot).evaluate("c => c.toDataURL()")

    def wait_for_address(self, *texts):
        self.page.wait_for_function(
            "texts => texts.every((text) => decodeURIComponent(location.search).includes(text))",
            arg=list(texts),
        )
        return self.page.url


@pytest.fixture
def opened(chromium, app_url):
    pages = []

    def open(address):
        pages.append(Page(chromium, address if "://" in address else f"{app_url}/{address}"))
        return pages[-1]

    yield open
    for page in pages:
        assert page.errors == []
        page.context.close()


def ring():
    image = Image.new("RGB", (200, 160), "white")
    ImageDraw.Draw(image).ellipse((60, 30, 140, 130), outline="black", width=14)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return {"name": "ring.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


def test_an_edit_is_opened_by_its_link(opened):
    mine = opened("attributes?model=faces-conv-128")
    mine.find("slider-smiling").press("End")
    mine.find("hold-older").click()
    link = mine.wait_for_address("strengths=smiling:2", "keep=older", "subject=point:")
    theirs = opened(link)
    expect(theirs.find("slider-smiling")).to_have_value("2", timeout=SLOW)
    expect(theirs.find("hold-older")).to_have_attribute("aria-pressed", "true")
    assert theirs.exact("attributes") == mine.exact("attributes")
    theirs.wait_for_address("strengths=smiling:2", "keep=older")


def test_a_step_back_in_the_browser_brings_the_edit_back(opened):
    mine = opened("attributes?model=faces-conv-128")
    mine.wait_for_address("subject=point:")
    mine.find("slider-smiling").press("End")
    mine.wait_for_address("strengths=smiling:2")
    mine.find("slider-smiling").press("Home")
    mine.wait_for_address("strengths=smiling:-2")
    mine.page.go_back()
    expect(mine.find("slider-smiling")).to_have_value("2", timeout=SLOW)
    mine.page.wait_for_timeout(1500)  # a report that would move the address on again
    assert "smiling%3A2" in mine.page.url
    mine.page.go_forward()
    expect(mine.find("slider-smiling")).to_have_value("-2", timeout=SLOW)


def test_a_link_leaves_an_upload_out_says_so_and_keeps_the_sliders(opened):
    mine = opened("attributes?model=drawn-conv-2")
    expect(mine.find("subject-name")).to_contain_text("picture", timeout=SLOW)
    mine.find("tray-input").set_input_files(ring())
    expect(mine.find("subject-name")).to_have_text("ring.png", timeout=SLOW)
    name = autoencoders.load("drawn-conv-2").directions[0].name
    mine.find(f"slider-{name}").press("End")
    link = mine.wait_for_address(f"{name}:2", "left_out=1")
    assert "subject=" not in link and "z=" not in link and "codes=" not in link
    theirs = opened(link)
    alert = theirs.page.get_by_text("The link leaves out 1 picture of this scene")
    expect(alert).to_be_visible(timeout=SLOW)
    expect(theirs.find(f"slider-{name}")).to_have_value("2", timeout=SLOW)
    theirs.wait_for_address(f"{name}:2", "subject=point:")
    expect(alert).to_be_visible()


def test_a_restoration_is_opened_by_its_link(opened):
    mine = opened("restore?model=faces-denoising-512")
    mine.exact("denoise")
    mine.find("noise-masking").click()
    mine.find("denoise-slider").press("Shift+ArrowRight")
    mine.find("denoise-slider").press("Shift+ArrowRight")
    link = mine.wait_for_address("noise=masking:0.4225", "subject=")
    shown = mine.exact("denoise")
    theirs = opened(link)
    expect(theirs.find("noise-masking")).to_have_attribute("aria-checked", "true", timeout=SLOW)
    theirs.page.wait_for_selector('[data-testid="noise"][data-state="ready"]')
    assert theirs.exact("denoise") == shown


def test_a_restoration_without_noise_comes_back_without(opened):
    mine = opened("restore?model=faces-denoising-512&subject=point:3")
    expect(mine.find("noisy-already")).to_be_checked(timeout=SLOW)
    expect(mine.find("source-name")).to_have_text("test picture 3")


def test_a_square_and_the_place_on_it_are_opened_by_their_link(opened):
    mine = opened("interpolate?model=digits-conv-2")
    mine.find("mode-square").click()
    for number in (5, 7):
        mine.find("tray-item").nth(number).click()
    mine.exact("square")
    mine.find("square").press("Shift+ArrowRight")
    mine.find("square").press("Shift+ArrowUp")
    mine.exact("square")
    link = mine.wait_for_address("arrangement=square", "place=0.6,0.4")
    theirs = opened(link)
    expect(theirs.find("mode-square")).to_have_attribute("aria-checked", "true", timeout=SLOW)
    one, other = (
        np.float32(page.picture("square").get_attribute("data-z").strip("[]").split(","))
        for page in (mine, theirs)
        if page.exact("square")
    )
    np.testing.assert_allclose(one, other, atol=2e-4)  # a link holds five digits


def test_an_analogy_is_opened_by_its_link(opened):
    mine = opened("interpolate?model=digits-conv-2")
    mine.find("mode-analogy").click()
    mine.find("tray-item").nth(6).click()
    mine.exact("morph")
    theirs = opened(mine.wait_for_address("arrangement=analogy", ";"))
    expect(theirs.find("slot").first).to_contain_text("A: ", timeout=SLOW)
    expect(theirs.find("slot")).to_have_count(3)


def test_a_damaged_link_is_said_and_the_page_stands(opened):
    theirs = opened(
        "attributes?model=faces-conv-128&strengths=smiling:99&subject=fish:3&pixels=x&keep=older"
    )
    for said in ("use a number from -5 to 5", "use one of point, drawn", "'x' is no number"):
        expect(theirs.page.get_by_text(said)).to_be_visible()
    expect(theirs.find("hold-older")).to_have_attribute("aria-pressed", "true", timeout=SLOW)
    theirs.exact("attributes")


def test_a_link_to_a_picture_that_is_not_there_opens_with_another(opened):
    theirs = opened("attributes?model=faces-conv-128&strengths=smiling:1&subject=point:2000000")
    expect(theirs.find("slider-smiling")).to_have_value("1", timeout=SLOW)
    theirs.exact("attributes")
    expect(theirs.find("page-status")).to_contain_text("There is no such picture")


def test_another_model_leaves_the_scene_behind(opened):
    mine = opened("attributes?model=faces-conv-128&strengths=smiling:1")
    mine.exact("attributes")
    mine.page.evaluate(
        "() => { window.addresses = []; const push = history.pushState.bind(history);"
        " history.pushState = (...all) => { push(...all); addresses.push(location.search); }; }"
    )
    mine.page.get_by_test_id("stSelectbox").locator("input").click()
    mine.page.keyboard.type("drawn")  # the list shows but a few models at a time
    mine.page.get_by_role("option", name="drawn-conv-2").click()
    mine.page.wait_for_function("!location.search.includes('strengths')")
    mine.wait_for_address("model=drawn-conv-2")
    expect(mine.picture("attributes")).to_have_attribute("data-state", "exact", timeout=SLOW)
    written = [text for text in mine.page.evaluate("addresses") if "model=drawn-conv-2" in text]
    assert written and not any("strengths" in text for text in written), "not for a moment"


def test_a_place_among_individuals_is_opened_by_its_link(opened):
    theirs = opened("?model=faces-stacked-2&z=0.2,0.1&detail=0.5")
    expect(theirs.find("detail")).to_have_value("0.5", timeout=SLOW)
    shown = theirs.exact("map")
    engine = autoencoders.load("faces-stacked-2")
    code = np.float32([json.loads(theirs.picture("map").get_attribute("data-z"))])
    np.testing.assert_allclose(code, [[0.2, 0.1]], atol=1e-5)
    drawn = engine.decode_base(engine.to_base(code, detail=0.5))[0].astype(int)
    assert np.abs(read_png(shown) - drawn).max() <= 1
