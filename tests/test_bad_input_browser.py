"""What people do by mistake, in a real browser: one clear sentence, and nothing is lost."""

import io
import re

import numpy as np
import pytest
import stand_in
from conftest import REPOSITORY
from live_page import live, serve_page
from PIL import Image
from playwright.sync_api import expect
from served import Served

from autoencoders.ui import interpolate
from autoencoders.ui.private import PER_BROWSER

SLOW = 60_000
SENTENCE = (
    f"100 pictures are more than can be kept: the first {PER_BROWSER} were taken; "
    "remove some to add others."
)


def digit(seed: int) -> bytes:
    """A picture of a bar, each another one."""
    pixels = np.full((28, 28), 255, np.uint8)
    pixels[4 + seed % 8 : 22, 9 + seed % 7 : 13 + seed % 5 + seed % 7] = 0
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def hundred():
    return [{"name": f"{k}.png", "mimeType": "image/png", "buffer": digit(k)} for k in range(100)]


def test_as_many_are_taken_at_once_as_are_kept():
    source = (REPOSITORY / "autoencoders" / "ui" / "live" / "at_once.js").read_text()
    assert int(re.search(r"AT_ONCE = (\d+)", source)[1]) == PER_BROWSER


def test_a_hundred_pictures_on_the_map(chromium):
    with Served().running() as served, live(chromium, served) as map:
        map.find("upload-input").set_input_files(hundred())
        expect(map.find("map-status")).to_have_text(SENTENCE, timeout=SLOW)
        done = map.page.locator('[data-testid="upload-card"][data-state="done"]')
        expect(done).to_have_count(PER_BROWSER)


def test_a_hundred_pictures_for_the_tray(chromium):
    with Served(stand_in.StandIn(latents=stand_in.latents(300))).running() as served:
        serve_page(served, interpolate.page_data(served.engine, address=served.prefix))
        context = chromium.new_context(viewport={"width": 1280, "height": 1000})
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{served.port}/page")
        page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        page.get_by_test_id("tray-input").set_input_files(hundred())
        expect(page.get_by_text(SENTENCE)).to_be_visible(timeout=SLOW)
        own = page.locator('[data-testid="tray-item"][data-kind="upload"]')
        expect(own).to_have_count(PER_BROWSER)
        expect(page.get_by_test_id("slot")).to_have_count(8)
        context.close()


MODELS = ("digits-conv-2", "photos-denoising-256", "faces-linear-2")
PAGES = ("", "interpolate", "attributes", "restore", "through", "generate")
OPENED = [
    *((page, model) for page in PAGES[:4] for model in MODELS),
    *((page, MODELS[1]) for page in PAGES[4:]),
    ("compare", "digits-conv-2"),  # the photos have nobody beside them
    ("compare", "faces-linear-2"),
]


@pytest.fixture(scope="module")
def visitor(chromium):
    """Somebody who keeps nothing; each test opens a tab of its own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def tab(visitor):
    page = visitor.new_page()
    yield page
    page.close()


@pytest.mark.parametrize(("page", "model"), OPENED)
def test_every_page_opens_first_with_any_model_and_an_empty_tray(tab, app_url, page, model):
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{app_url}/{page}?model={model}")
    tab.wait_for_selector('[data-testid="live-root"][data-ready="true"]', timeout=SLOW)
    picture = tab.locator('[data-testid="decoded-image"]:not([data-slot="movie"])').first
    expect(picture).to_have_attribute("data-state", re.compile("blend|exact"), timeout=SLOW)
    assert tab.get_by_test_id("stException").count() == 0
    assert errors == []


LINKS = {
    "nobody": "compare?model=digits-conv-2&against=..%2F..&subject=point:99999999&z=1,2,3",
    "damaged": "interpolate?model=digits-conv-2&z=1,fish&more=;;&at=9e9&path=sideways",
    "huge": "interpolate?model=digits-conv-2&z=" + "1," * 900 + "1",
    "game": "game?model=digits-conv-2&game=chess&seed=fish",
    "beside": "generate?model=digits-conv-2&seed=-1&temperature=hot&against=faces-vae-2",
    "training": "training?model=digits-conv-2&at=never",
    "foreign": "attributes?utm_source=x&model=%3Cb%3Ehi%3C/b%3E&strengths=rm%20-rf",
}


@pytest.mark.parametrize("kind", LINKS)
def test_a_link_that_makes_no_sense_opens_the_page_and_says_so(tab, app_url, kind):
    tab.goto(f"{app_url}/{LINKS[kind]}")
    tab.wait_for_selector('[data-testid="live-root"][data-ready="true"]', timeout=SLOW)
    said = tab.get_by_test_id("stAlert")
    expect(said.first).to_be_visible()
    text = " ".join(said.all_inner_texts())
    assert "Traceback" not in text
    assert len(text) < 1000
    assert tab.get_by_test_id("stException").count() == 0
