"""One way to add pictures on every page, in a real browser: camera, drawing, gallery, refusals."""

import contextlib
import json

import pytest
import stand_in
from live_page import PAGE
from playwright.sync_api import expect
from restoring import Digits, Mosaic
from served import Served
from starlette.responses import HTMLResponse
from starlette.routing import Route

from autoencoders.ui import attributes, interpolate, restore
from autoencoders.ui import map as map_page

SLOW = 90_000

expect.set_options(timeout=SLOW)
TOLD = {
    "map": map_page.live_data,
    "interpolate": interpolate.page_data,
    "attributes": attributes.page_data,
    "restore": restore.page_data,
}
WAYS = ["add-picture", "open-camera", "open-sketch", "open-gallery"]

# A camera that shows a grey picture, without a camera: frames of a canvas.
FAKE_CAMERA = """() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 240];
    const context = canvas.getContext("2d");
    window.tracks = [];
    setInterval(() => {
        context.fillStyle = "#ddd"; context.fillRect(0, 0, 320, 240);
        context.fillStyle = "#111"; context.fillRect(150, 60, 20, 120);
    }, 40);
    Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async (asked) => {
        window.askedCamera = asked;
        const stream = canvas.captureStream(25);
        tracks.push(...stream.getTracks());
        return stream;
    } } });
}"""


@contextlib.contextmanager
def opened(chromium, served, page, script=""):
    """A page with the component on it."""
    told = TOLD[page](served.engine, address=served.prefix)
    text = PAGE.replace("DATA", json.dumps(told))
    routes = [route for route in served.app.router.routes if getattr(route, "path", "") != "/page"]
    served.app.router.routes[:] = [Route("/page", lambda _: HTMLResponse(text)), *routes]
    viewport = {"width": 1280, "height": 1000}
    context = chromium.new_context(viewport=viewport, reduced_motion="reduce")
    context.add_init_script(script)
    found = context.new_page()
    found.set_default_timeout(SLOW)
    errors: list[str] = []
    found.on("pageerror", lambda error: errors.append(str(error)))
    try:
        found.goto(f"http://127.0.0.1:{served.port}/page")
        found.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        found.get_by_test_id("tray-item").first.wait_for()
        yield found
        assert errors == []
    finally:
        context.close()


@pytest.fixture(scope="module")
def digits():
    with Served(Digits(latents=stand_in.latents(90))).running() as running:
        yield running


@pytest.fixture(scope="module")
def photos():
    with Served(Mosaic()).running() as running:
        yield running


def own(page):
    return page.locator('[data-testid="tray-item"][data-kind="upload"]')


def stroke(page):
    box = page.get_by_test_id("sketch-paper").bounding_box()
    x, y, side = box["x"], box["y"], box["width"]
    page.mouse.move(x + 0.5 * side, y + 0.2 * side)
    page.mouse.down()
    page.mouse.move(x + 0.5 * side, y + 0.8 * side, steps=6)
    page.mouse.up()


@pytest.mark.parametrize("name", TOLD)
def test_every_page_of_a_model_of_digits_has_the_same_row(chromium, digits, name):
    with opened(chromium, digits, name) as page:
        row = page.get_by_test_id("tray").get_by_role("group", name="Add pictures to the tray")
        assert (
            row.get_by_role("button").evaluate_all("all => all.map(b => b.dataset.testid)") == WAYS
        )
        expect(page.get_by_test_id("adding-absent")).to_have_count(0)


def test_a_model_of_photos_has_no_paper_and_says_so(chromium, photos):
    with opened(chromium, photos, "restore") as page:
        expect(page.get_by_test_id("open-sketch")).to_have_count(0)
        expect(page.get_by_test_id("adding-absent")).to_have_text(
            "Drawing is for models of digits."
        )


def test_where_no_camera_can_be_had_a_sentence_stands_in_its_place(chromium, photos):
    hide = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"
    with opened(chromium, photos, "restore", script=hide) as page:
        expect(page.get_by_test_id("open-camera")).to_have_count(0)
        expect(page.get_by_test_id("adding-absent")).to_contain_text("only over https")


@pytest.mark.parametrize("name", TOLD)
def test_a_test_picture_of_the_gallery_joins_the_tray(chromium, digits, name):
    with opened(chromium, digits, name) as page:
        gallery = page.get_by_test_id("open-gallery")
        gallery.click()
        tiles = page.get_by_test_id("test-picture")
        expect(tiles).to_have_count(30)  # 90 pictures, spread over three screens
        page.get_by_test_id("gallery-right").click()
        expect(page.get_by_test_id("test-pictures")).to_contain_text("2 of 3")
        expect(tiles.nth(1)).to_have_attribute("title", "test picture 4")
        tiles.nth(1).click()
        kept = page.evaluate("() => JSON.parse(sessionStorage.getItem('hourglass-tray'))")
        assert kept == [{"kind": "point", "model": digits.engine.name, "number": 4}]
        expect(tiles.nth(1)).to_have_attribute("data-inside", "true")
        expect(page.locator(".hg-tray-own")).to_have_count(1)
        gallery.click()
        expect(page.get_by_test_id("test-pictures")).to_be_hidden()


@pytest.mark.parametrize("name", TOLD)
def test_a_digit_can_be_drawn_on_every_page(chromium, digits, name):
    with opened(chromium, digits, name) as page:
        page.get_by_test_id("open-sketch").click()
        expect(page.get_by_test_id("open-sketch")).to_have_attribute("aria-expanded", "true")
        stroke(page)
        if name in ("interpolate", "attributes"):
            expect(page.get_by_test_id("drawn-image")).to_be_visible()
        if name != "map":  # where it stays by itself, as a star
            page.get_by_test_id("sketch-keep").click()
            expect(page.get_by_test_id("sketch")).to_be_hidden()
        expect(own(page)).to_have_count(1)
        if name == "map":
            page.get_by_role("button", name="Done").click()
        expect(page.get_by_test_id("open-sketch")).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("name", TOLD)
def test_a_photograph_joins_the_tray_and_the_light_goes_out(chromium, digits, name):
    with opened(chromium, digits, name) as page:
        page.evaluate(FAKE_CAMERA)
        page.get_by_test_id("open-camera").click()
        page.wait_for_function("document.querySelector('.hg-camera-view').videoWidth > 0")
        assert page.evaluate("askedCamera.video.facingMode") == "environment"  # paper, not a face
        page.wait_for_timeout(150)  # frames with the bar on them
        page.get_by_test_id("camera-take").click()
        expect(own(page)).to_have_count(1)
        expect(page.get_by_test_id("camera")).to_be_hidden()
        assert page.evaluate("tracks.every((track) => track.readyState === 'ended')")


@pytest.mark.parametrize("name", TOLD)
def test_a_refused_camera_gets_one_sentence_on_every_page(chromium, digits, name):
    with opened(chromium, digits, name) as page:
        page.evaluate(
            """() => Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia:
                async () => { throw new DOMException("no", "NotAllowedError"); } } })"""
        )
        page.get_by_test_id("open-camera").click()
        said = page.get_by_test_id("map-status" if name == "map" else "page-status")
        expect(said).to_contain_text("The camera was refused: allow it")
        expect(page.get_by_test_id("open-camera")).to_have_attribute("aria-expanded", "false")


def test_one_way_is_open_at_a_time(chromium, digits):
    with opened(chromium, digits, "interpolate") as page:
        page.get_by_test_id("open-gallery").click()
        page.get_by_test_id("open-sketch").click()
        expect(page.get_by_test_id("test-pictures")).to_be_hidden()
        expect(page.get_by_test_id("sketch")).to_be_visible()
        expect(page.get_by_test_id("open-gallery")).to_have_attribute("aria-expanded", "false")


def test_leaving_a_page_lets_go_of_the_camera(chromium, digits):
    with opened(chromium, digits, "attributes") as page:
        page.evaluate(FAKE_CAMERA)
        page.evaluate("async () => (window.leave = await show())")
        page.get_by_test_id("open-camera").click()
        page.wait_for_function("document.querySelector('.hg-camera-view').videoWidth > 0")
        page.evaluate("leave()")
        assert page.evaluate("tracks.every((track) => track.readyState === 'ended')")


@pytest.mark.parametrize("name", TOLD)
def test_a_picture_can_be_pasted_on_every_page(chromium, digits, name):
    with opened(chromium, digits, name) as page:
        page.evaluate(
            """async () => {
                const paper = document.createElement("canvas");
                paper.width = paper.height = 100;
                const context = paper.getContext("2d");
                context.fillStyle = "#fff"; context.fillRect(0, 0, 100, 100);
                context.fillStyle = "#000"; context.fillRect(45, 20, 10, 60);
                const blob = await new Promise((resolve) => paper.toBlob(resolve));
                const data = new DataTransfer();
                data.items.add(new File([blob], "bar.png", { type: "image/png" }));
                dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
            }"""
        )
        expect(own(page)).to_have_count(1)
