"""The restoration page in a real browser: journeys of a person, each within its clicks."""

import io
import json
import threading
import time

import numpy as np
import pytest
from live_page import read_png, sent_in_a_drag
from photos import soft
from PIL import Image
from playwright.sync_api import expect
from restore_stage import restoring
from restoring import SIDE, Digits, Mosaic
from served import Served

from autoencoders.digits import prepare_digit
from autoencoders.placement import Placement, crop
from autoencoders.ui.noises import MOST, field

NOISY = '[data-testid="noisy-image"]'
DENOISED = '[data-testid="decoded-image"][data-slot="denoise"]'
NLM = '[data-testid="nlm-image"]'


@pytest.fixture(scope="module")
def photos():
    with Served(Mosaic()).running() as running:
        yield running


@pytest.fixture(scope="module")
def digits():
    with Served(Digits()).running() as running:
        yield running


@pytest.fixture(scope="module")
def page(chromium, photos):
    """A page on which a person has added a photo."""
    with restoring(chromium, photos) as opened:
        add(opened)
        yield opened


PHOTO = soft(200, 150, seed=4, sigma=9)


def add(opened, image=PHOTO, name="holiday.png"):
    """Add a picture: one click, on the button that opens the browser's own dialogue."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    with opened.page.expect_file_chooser() as chooser:
        opened.find("add-picture").click()
    chooser.value.set_files({"name": name, "mimeType": "image/png", "buffer": buffer.getvalue()})
    expect(opened.find("source-name")).to_have_text(name)
    opened.wait("rebuilt", "shown")


def pixels(opened, selector):
    return read_png(opened.page.locator(selector).evaluate("c => c.toDataURL()"))


def middle():
    box = PHOTO.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=(25, 0, 175, 150))
    return np.asarray(box)


def slide(opened, start, end, *, steps):
    """Drag the noise slider from one share of its way to another."""
    box = opened.find("denoise-slider").bounding_box()
    x, y = box["x"] + 8, box["y"] + box["height"] / 2
    way = box["width"] - 16
    opened.page.mouse.move(x + start * way, y)
    opened.page.mouse.down()
    opened.page.mouse.move(x + end * way, y, steps=steps)


def test_a_person_can_denoise_a_photo(chromium, photos):
    """Clicks from a cold app: the page, its model, the picture, the drag. The last two are here."""
    with restoring(chromium, photos) as opened:
        add(opened)
        opened.wait("noise", "ready")
        opened.wait("decoded-image", "exact")
        opened.watch(NOISY, DENOISED, NLM)
        slide(opened, 0.45, 0.9, steps=40)
        seen = opened.watched
        assert len(seen["moves"]) >= 40
        # A slow machine may join some moves into one frame, and rest between two.
        assert min(seen["pictures"].values()) >= 10, seen["pictures"]
        # What the slider has felt: a pointer's move may reach it a frame later.
        assert sent_in_a_drag(seen, "slid") == []
        assert len(seen["slid"]) >= 10
        opened.page.mouse.up()
        opened.page.wait_for_selector(f'{DENOISED}[data-state="exact"]')
        level = float(opened.page.locator(DENOISED).get_attribute("data-t")) * MOST
        noisy = field("gaussian", (SIDE, SIDE, 3)).put_on(middle(), level)
        shown = pixels(opened, NOISY).astype(int)
        assert np.abs(shown - noisy).max() <= 2  # data-t has four digits
        expected = photos.engine.reconstruct(noisy[None])[0]
        assert np.abs(pixels(opened, DENOISED).astype(int) - expected).max() <= 2
        expect(opened.find("denoised-measure")).to_contain_text("dB · SSIM")
        expect(opened.find("nlm-measure")).to_contain_text("dB · SSIM")


def test_what_is_shown_as_noisy_while_dragging_is_what_the_model_is_given(page):
    page.wait("noise", "ready")
    for kind in ("salt_and_pepper", "masking", "gaussian"):
        page.find(f"noise-{kind}").click()
        page.page.wait_for_function(
            f"document.querySelector('[data-testid=noise-{kind}]').ariaChecked === 'true'"
            " && document.querySelector('[data-testid=noise]').dataset.state === 'ready'"
        )
        page.served.engine.gate = gate = threading.Event()  # no exact picture comes meanwhile
        found = page.page.evaluate(
            """async () => {
                const slider = document.querySelector('[data-testid=denoise-slider]');
                slider.value = 0.7;
                slider.dispatchEvent(new Event('input'));
                await new Promise(requestAnimationFrame);
                await new Promise(requestAnimationFrame);
                const c = document.querySelector('[data-testid=noisy-image]');
                const main = document.querySelector('[data-slot=denoise]');
                return { state: main.dataset.state, png: c.toDataURL() };
            }"""
        )
        page.served.engine.gate = None
        gate.set()
        assert found["state"] == "blend"
        expected = field(kind, (SIDE, SIDE, 3)).put_on(middle(), 0.7 * MOST)
        assert (read_png(found["png"]) == expected).all(), kind


def test_a_person_can_move_the_crop_and_put_the_result_back(page):
    page.wait("rebuilt", "shown")
    box = page.find("crop-box")
    where = box.bounding_box()
    x, y = where["x"] + where["width"] / 2, where["y"] + where["height"] / 2
    asked = page.asked("/restorations")
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 20, y + 10, steps=10)
    assert page.asked("/restorations") == asked, "something was sent during the drag"
    page.page.mouse.up()
    expect(page.find("crop-back")).to_be_visible()
    page.wait("rebuilt", "shown")
    place = Placement(*json.loads(box.get_attribute("data-place")), 200, 150)
    assert place.x > 105
    shown = pixels(page, '[data-testid="original-image"]').astype(int)
    assert np.abs(shown - crop(PHOTO, place, side=SIDE)).max() <= 1
    page.find("paste").click()
    expect(page.find("pasted")).to_be_visible()
    assert page.find("pasted").locator("img").evaluate("i => i.naturalWidth || i.decode()") == 200
    page.find("undo").click()
    expect(page.find("crop-back")).to_be_hidden()


def test_a_person_whose_picture_is_noisy_already_adds_none(page):
    page.find("noisy-already").check()
    page.wait("noise", "ready")
    expect(page.find("denoise-slider")).to_be_hidden()
    expect(page.find("clean-image")).to_be_hidden()
    page.wait("decoded-image", "exact")
    given = pixels(page, '[data-testid="original-image"]')
    deadline = time.monotonic() + 15  # the states of before may stand for a moment
    while not (same := (pixels(page, NOISY) == given).all()) and time.monotonic() < deadline:
        page.page.wait_for_timeout(100)
    assert same
    page.find("noisy-already").uncheck()
    expect(page.find("denoise-slider")).to_be_visible()


def draw_ring(opened):
    box = opened.find("sketch-paper").bounding_box()
    for step in range(25):
        angle = 2 * np.pi * step / 24
        x = box["x"] + box["width"] * (0.5 + 0.25 * np.cos(angle))
        y = box["y"] + box["height"] * (0.5 + 0.32 * np.sin(angle))
        opened.page.mouse.move(x, y)
        if step == 0:
            opened.page.mouse.down()
        opened.page.wait_for_timeout(25)
    opened.page.mouse.up()


def test_a_person_can_draw_a_digit_and_see_it_land(chromium, digits):
    """Clicks: the page, "Draw a digit", and the drawing itself. The last two are here."""
    with restoring(chromium, digits) as opened:
        opened.find("open-sketch").click()
        start = time.monotonic()
        draw_ring(opened)
        while_drawing = opened.asked("/sketches")
        most = 2 + (time.monotonic() - start) / 0.12
        assert 2 <= while_drawing <= most, "it is looked at while it is drawn, 8 times a second"
        opened.page.wait_for_selector("[data-testid=live-root][data-landed]")
        opened.page.wait_for_timeout(1500)
        landed = json.loads(opened.find("live-root").get_attribute("data-landed"))
        paper = pixels(opened, '[data-testid="sketch-paper"]')
        prepared = prepare_digit(Image.fromarray(paper)).pixels
        assert landed == pytest.approx(digits.engine.encode(prepared[None])[0].tolist(), abs=1e-5)
        shown = pixels(opened, '[data-testid="original-image"]')[..., :1]
        assert (shown == prepared).all()
        opened.find("sketch-keep").click()
        expect(opened.find("source-name")).to_have_text("your drawing")
        expect(opened.find("sketch")).to_be_hidden()
        kept = opened.page.locator('[data-testid="tray-item"][data-kind="upload"]')
        expect(kept).to_have_count(1)


def test_a_digit_can_be_drawn_with_the_keyboard(chromium, digits):
    with restoring(chromium, digits) as opened:
        opened.find("open-sketch").press("Enter")
        paper = opened.find("sketch-paper")
        expect(paper).to_be_focused()
        paper.press("Space")
        for _ in range(12):
            paper.press("ArrowDown")
        opened.page.wait_for_selector("[data-testid=live-root][data-landed]")
        ink = pixels(opened, '[data-testid="sketch-paper"]')[..., 0] < 128
        rows, columns = np.nonzero(ink)
        assert np.ptp(rows) > 120 > 30 > np.ptp(columns)


def test_a_refused_camera_gets_one_clear_sentence(chromium, photos):
    with restoring(chromium, photos) as opened:
        said = opened.find("page-status")
        opened.page.evaluate(
            """() => Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia:
                async () => { throw new DOMException("no", "NotAllowedError"); } } })"""
        )
        opened.find("open-camera").click()
        expect(said).to_contain_text("The camera was refused: allow it")
        opened.page.evaluate(
            "() => (navigator.mediaDevices.getUserMedia = async () => {"
            ' throw new DOMException("no", "NotFoundError"); })'
        )
        opened.find("open-camera").click()
        expect(said).to_contain_text("No camera was found")
        expect(opened.find("camera")).to_be_hidden()


def test_what_is_no_picture_gets_one_clear_sentence_and_the_page_stays(chromium, photos):
    with restoring(chromium, photos) as opened:
        name = opened.find("source-name").text_content()
        fish = {"name": "fish.txt", "mimeType": "text/plain", "buffer": b"fish"}
        opened.find("tray-input").set_input_files(fish)
        expect(opened.find("page-status")).to_contain_text("is a text file")
        expect(opened.find("source-name")).to_have_text(name)
