"""The live map of codes of more than two numbers, in a real browser."""

import io
import json
import threading

import numpy as np
import pytest
import stand_in
from live_page import Live, close_to, live, read_png, serve_page
from PIL import Image, ImageDraw
from playwright.sync_api import expect
from served import Served

from autoencoders import neighbour_map
from autoencoders.ui import charts
from autoencoders.ui import map as map_page


@pytest.fixture(scope="module")
def served():
    with Served(stand_in.Wide()).running() as running:
        yield running


@pytest.fixture(scope="module")
def chart(served):
    return charts.plane_chart(served.engine)


@pytest.fixture(scope="module")
def shared(chromium, served):
    with live(chromium, served) as opened:
        yield opened


@pytest.fixture
def map(shared):
    """The map as a person finds it."""
    shared.page.mouse.move(5, 5)
    shared.map.press("Escape")
    shared.map.press("0")
    shared.pins()
    shared.page.evaluate("reports.length = 0")
    return shared


@pytest.fixture
def umap(chromium, served, monkeypatch):
    """The map that UMAP lays out: here, by the first two numbers of the code."""
    codes = served.engine.latents.codes
    places = neighbour_map.fitted(codes[:, :2])
    monkeypatch.setattr(neighbour_map, "available", lambda: True)
    monkeypatch.setattr(neighbour_map, "layout", lambda codes, *, seed: places)
    with live(chromium, served, kind="umap") as opened:
        opened.places = places
        yield opened


def drawn() -> dict:
    image = Image.new("L", (120, 90), 255)
    ImageDraw.Draw(image).ellipse((35, 15, 80, 75), outline=0, width=9)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return {"name": "ring.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


def on_the_plane(map, chart, place):
    return map.decoded(chart.codes(np.array([place], np.float32))[0])


def kept(map):
    return json.loads(map.page.evaluate("sessionStorage.getItem('hourglass-tray')"))


def empty_place(map, points):
    """A place in view, as shares of the map, with no test picture near it."""
    for across in np.linspace(0.05, 0.95, 19):
        place = np.array(map.code_at(across, 0.9))
        if np.linalg.norm(points - place, axis=1).min() > 0.05 * (
            map.extent()[1] - map.extent()[0]
        ):
            return across, 0.9
    raise AssertionError("the lower edge is full of points")


def test_every_place_blends_and_then_decodes_exactly(map, chart):
    assert close_to(map.extent(), chart.extent, within=1e-4)
    # Under the address that the server makes ready in advance.
    (points,) = [url for url in map.requests if "/points" in url and ".js" not in url]
    assert points.endswith("/points")
    map.move(0.41, 0.37)
    assert close_to(map.code(), map.code_at(0.41, 0.37), within=1e-4)
    map.rest()
    assert (map.pixels() == on_the_plane(map, chart, map.code())).all()


def test_a_blend_is_close_to_the_picture_of_its_place(map, chart):
    map.engine.gate = gate = threading.Event()  # no exact picture comes
    try:
        map.move(0.5, 0.5)
        map.move(0.33, 0.61)
        look = map.look()
    finally:
        gate.set()
        map.engine.gate = None
    assert look.state == "blend"
    error = look.pixels.astype(float) - on_the_plane(map, chart, look.code)
    assert 10 * np.log10(255**2 / np.mean(error**2)) > 30


def test_a_pin_is_a_place_on_the_plane(map, chart):
    map.click(0.6, 0.3)
    assert close_to(map.pins()[-1], map.code_at(0.6, 0.3), within=1e-4)
    map.map.press("ArrowRight")
    assert map.pins()[-1][0] > map.code_at(0.6, 0.3)[0]
    map.page.evaluate("show({pin: [0.5, 0.25]})")
    map.rest()
    assert (map.pixels() == on_the_plane(map, chart, (0.5, 0.25))).all()


def test_on_a_point_it_is_said_what_the_plane_leaves_out(map, chart):
    shares = chart.plane.shown(map.engine.latents.codes)
    map.find("jump").fill("7")
    map.find("jump").press("Enter")
    expect(map.find("point-index")).to_have_text("#7")
    assert close_to(map.pins()[-1], chart.points[7], within=1e-4)
    left = 100 - round(100 * float(shares[7]))
    expect(map.find("point-share")).to_have_text(
        f"The plane leaves out {left} % of what sets this picture apart."
    )
    map.page.wait_for_function(
        """() => !document.querySelector('[data-testid=point-reconstruction]')
                  .closest('figure').classList.contains('hg-empty')"""
    )
    shown = read_png(map.find("point-reconstruction").evaluate("c => c.toDataURL()"))
    own = map.engine.decode(map.engine.latents.codes[[7]])[0]
    assert (shown[..., :1] == own).all(), "the picture's own code is decoded, not its place"


def test_what_is_kept_of_an_empty_place_is_its_whole_code(map, chart):
    map.click(*empty_place(map, chart.points))
    map.rest()
    place = map.code()
    map.find("keep").click()
    (item,) = kept(map)
    assert (item["kind"], item["model"]) == ("code", "wide-8")
    expected = chart.codes(np.array([place], np.float32))[0]
    np.testing.assert_allclose(item["code"], expected, atol=1e-5)
    map.click(0.5, 0.5)
    picked = map.page.locator(".hg-tray-own")
    picked.get_by_test_id("tray-item").click()
    map.rest()
    assert close_to(map.code(), place, within=1e-3)
    map.page.get_by_role("button", name="out of the tray").click()
    expect(picked).to_have_count(0)


def test_the_gallery_shows_test_pictures_as_they_are(map, chart):
    map.find("toolbar-box").click()
    map.drag((0.3, 0.3), (0.7, 0.7))
    map.find("toolbar-probe").click()
    gallery = map.find("gallery")
    expect(gallery).to_have_attribute("data-state", "exact")
    title = gallery.locator("button.hg-tile").first.get_attribute("title")
    first = int(title.partition("#")[2])
    shown = read_png(gallery.locator("canvas").first.evaluate("c => c.toDataURL()"))
    assert (shown[..., :1] == map.decoded(map.engine.latents.codes[first])).all()
    map.find("gallery-clear").click()


def test_an_upload_lands_at_its_shadow_and_says_what_that_leaves_out(chromium, served, chart):
    with live(chromium, served) as map:
        map.find("upload-input").set_input_files([drawn()])
        expect(map.find("star")).to_have_count(1)
        code = json.loads(map.find("star").get_attribute("data-code"))
        assert len(code) == 2
        landing = map.find("upload-landing").inner_text()
        assert landing.startswith("The plane leaves out ")
        answers = map.page.evaluate(
            "async () => (await fetch('/hourglass/pictures?model=wide-8')).json()"
        )
        (answer,) = answers
        assert close_to(code, chart.places(np.array([answer["code"]], np.float32))[0], within=1e-4)
        map.rest()
        assert (map.pixels() == on_the_plane(map, chart, map.code())).all()
        map.page.reload()
        expect(map.find("star")).to_have_attribute(
            "data-code", json.dumps(code, separators=(",", ":"))
        )


def test_umap_shows_the_nearest_test_picture_and_paints_nothing(umap):
    assert umap.page.locator("[data-testid=fade]").count() == 0
    place = umap.code_at(0.52, 0.47)
    nearest = int(np.linalg.norm(umap.places - np.array(place), axis=1).argmin())
    own = umap.decoded(umap.engine.latents.codes[nearest])
    umap.engine.gate = gate = threading.Event()  # no exact picture comes
    try:
        umap.move(0.5, 0.5)
        umap.move(0.52, 0.47)
        expect(umap.find("exact-badge")).to_have_text("nearest of 500 test pictures")
        look = umap.look()
    finally:
        gate.set()
        umap.engine.gate = None
    error = look.pixels.astype(float) - own
    assert 10 * np.log10(255**2 / np.mean(error**2)) > 30
    umap.rest()
    assert (umap.pixels() == own).all()
    expect(umap.find("point-index")).to_have_text(f"#{nearest}")
    umap.find("keep").click()
    assert kept(umap) == [{"kind": "point", "model": "wide-8", "number": nearest}]


def test_umap_shows_what_the_legend_shows(umap):
    labels = umap.engine.latents.labels
    umap.find("legend-3").dblclick()
    place = np.array(umap.code_at(0.52, 0.47))
    distance = np.linalg.norm(umap.places - place, axis=1)
    nearest = int(np.where(labels == 3, distance, np.inf).argmin())
    own = umap.decoded(umap.engine.latents.codes[nearest])
    umap.engine.gate = gate = threading.Event()  # no exact picture comes
    try:
        umap.move(0.52, 0.47)
        error = umap.look().pixels.astype(float) - own
    finally:
        gate.set()
        umap.engine.gate = None
    assert 10 * np.log10(255**2 / np.mean(error**2)) > 30
    umap.rest()
    expect(umap.find("point-index")).to_have_text(f"#{nearest}")
    assert (umap.pixels() == own).all()


def test_a_layout_that_fails_is_said_on_the_map(chromium, served, monkeypatch):
    def fail(codes, *, seed):
        raise neighbour_map.LayoutError("The UMAP layout could not be made.")

    monkeypatch.setattr(neighbour_map, "available", lambda: True)
    monkeypatch.setattr(neighbour_map, "layout", fail)
    with Served(stand_in.Wide(name="other-8")).running() as other:
        context = chromium.new_context()
        serve_page(other, map_page.live_data(other.engine, address=other.prefix, kind="umap"))
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{other.port}/page")
        expect(Live(page, other, "umap").find("map-status")).to_have_text(
            "The points did not arrive: The UMAP layout could not be made."
        )
        context.close()


def test_large_pictures_are_made_small_for_the_paint(map):
    """Means of squares of pixels: 130 columns give 43 of three, the last column is left out."""
    random = np.random.default_rng(0)
    nodes = random.integers(0, 256, (2, 6, 130, 3), dtype=np.uint8)
    reduced = map.page.evaluate(
        """async (nodes) => {
            const base = document.querySelector('link[href*="live.css"]').href;
            const { reduced } = await import(new URL("reduced.js", base).href);
            const { Sheet } = await import(new URL("sheet.js", base).href);
            const header = { tile: [6, 130, 3], rows: 1, cols: 2 };
            const small = reduced(new Sheet(header, Uint8Array.from(nodes)));
            return { tile: small.header.tile, nodes: [...small.nodes] };
        }""",
        nodes.reshape(-1).tolist(),
    )
    assert reduced["tile"] == [2, 43, 3]
    means = nodes[:, :, :129].reshape(2, 2, 3, 43, 3, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(reduced["nodes"], means.reshape(-1), atol=0.51)


def test_huge_pictures_blend_between_four_nodes(map):
    blended = map.page.evaluate(
        """async () => {
            const base = document.querySelector('link[href*="live.css"]').href;
            const { Sheet } = await import(new URL("sheet.js", base).href);
            const header = { tile: [256, 257, 1], rows: 4, cols: 4, extent: [0, 3, 0, 3] };
            const size = 256 * 257;
            const nodes = new Uint8Array(16 * size);
            for (let k = 0; k < 16; k++) nodes.fill(k * k, k * size, (k + 1) * size);
            return new Sheet(header, nodes).blendAt(1.25, 1.5)[7];
        }"""
    )
    # y counts upwards: halfway between the rows of nodes 5, 6 and 9, 10.
    assert blended == pytest.approx((0.75 * (25 + 81) + 0.25 * (36 + 100)) / 2)
