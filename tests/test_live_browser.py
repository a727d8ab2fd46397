"""The live map in a real browser: gestures, the picture, points, panel, gallery."""

import json
import re
import threading

import numpy as np
import pytest
import stand_in
from live_page import close_to, live, read_png, sent_in_a_drag
from playwright.sync_api import expect
from served import Served


@pytest.fixture(scope="module")
def served():
    with Served(stand_in.StandIn(latents=stand_in.latents(2_000))).running() as running:
        yield running


@pytest.fixture(scope="module")
def shared(chromium, served):
    with live(chromium, served) as opened:
        yield opened


@pytest.fixture
def map(shared):
    """The map as a person finds it: nothing pinned, chosen or hidden, everything in view."""
    shared.page.mouse.move(5, 5)
    shared.find("toolbar-probe").click()
    for _ in range(2):
        shared.map.press("Escape")
    shared.map.press("0")
    shared.pins()
    shared.page.evaluate("reports.length = 0")
    return shared


@pytest.fixture
def held(map):
    """No exact picture comes: the engine holds its answers back."""
    map.engine.gate = gate = threading.Event()
    yield
    gate.set()
    map.engine.gate = None


def inside(codes, polygon) -> np.ndarray:
    """Which codes lie in a polygon: winding numbers, another rule than the browser's."""
    corners = np.array(polygon, float) - np.asarray(codes, float)[:, None, :]
    angles = np.arctan2(corners[..., 1], corners[..., 0])
    turns = (np.roll(angles, -1, axis=1) - angles + np.pi) % (2 * np.pi) - np.pi
    return np.abs(turns.sum(axis=1)) > np.pi


# ---------------------------------------------------------------- the picture


def test_the_plane_is_what_it_says(map):
    box = map.map.bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=1)
    x0, x1, y0, y1 = map.extent()
    codes = map.engine.latents.codes
    assert x0 < codes[:, 0].min() and codes[:, 0].max() < x1
    assert y0 < codes[:, 1].min() and codes[:, 1].max() < y1


WATCH = """() => {
    const canvas = document.querySelector('[data-testid="decoded-image"][data-slot="map"]');
    const seen = (window.watched = { moves: [], asked: [], pictures: [], codes: [] });
    addEventListener("pointermove", () => seen.moves.push(performance.now()), true);
    const fetched = window.fetch;
    window.fetch = (...all) => (seen.asked.push(performance.now()), fetched(...all));
    new MutationObserver(() => {
        seen.codes.push(canvas.dataset.z);
        seen.pictures.push(canvas.toDataURL());
    }).observe(canvas, { attributeFilter: ["data-z"] });
}"""


def test_the_picture_follows_the_pointer_and_nothing_is_sent(map):
    map.page.evaluate(WATCH)
    places = [(0.3 + 0.01 * k, 0.35 + 0.008 * k) for k in range(40)]
    for place in places:
        map.move(*place)
    map.rest()
    assert close_to(map.look().code, map.code_at(*places[-1]), within=1e-4)
    seen = map.page.evaluate("watched")
    assert len(seen["moves"]) == 40
    # A slow machine may join some moves into one frame.
    assert len(set(seen["codes"])) >= 15
    assert len(set(seen["pictures"])) == len(set(seen["codes"])) == len(seen["codes"])
    assert sent_in_a_drag(seen) == []
    assert seen["asked"], "the exact picture was never asked for"


@pytest.mark.parametrize("place", [(0.31, 0.42), (0.66, 0.71), (0.02, 0.97), (0.985, 0.01)])
def test_a_blend_is_close_to_the_exact_picture(map, held, place):
    map.move(0.5, 0.5)
    map.move(*place)
    look = map.look()
    assert look.state == "blend"
    assert close_to(look.code, map.code_at(*place), within=1e-4)
    error = look.pixels.astype(float) - stand_in.draw(np.array([look.code]))[0]
    assert 10 * np.log10(255**2 / np.mean(error**2)) > 33


def test_at_rest_the_exact_picture_replaces_the_blend(map):
    map.move(0.41, 0.37)
    expect(map.find("exact-badge")).to_contain_text("live blend")
    map.rest()
    assert (map.pixels() == map.decoded(map.code())).all()
    expect(map.find("exact-badge")).to_have_text(
        re.compile(r"^exact · \d+\.\d ms · cpu · float32$")
    )


def test_an_answer_that_comes_too_late_is_not_shown(map):
    map.engine.gate = gate = threading.Event()
    try:
        map.move(0.3, 0.3)
        map.page.wait_for_timeout(200)
        map.move(0.7, 0.6)
    finally:
        gate.set()
        map.engine.gate = None
    map.rest()
    assert close_to(map.code(), map.code_at(0.7, 0.6), within=1e-4)
    assert (map.pixels() == map.decoded(map.code())).all()


# ---------------------------------------------------------------- pin and view


def test_a_click_pins_and_escape_frees(map):
    map.click(0.6, 0.3)
    assert close_to(map.pins()[-1], map.code_at(0.6, 0.3), within=1e-4)
    expect(map.page.locator(".hg-pin svg")).to_be_visible()
    map.map.press("Escape")
    assert map.pins()[-1] is None
    expect(map.page.locator(".hg-pin svg")).to_be_hidden()


def test_the_picture_returns_to_the_pin_when_the_pointer_leaves(map):
    map.click(0.6, 0.3)
    pinned = map.code()
    map.move(0.3, 0.6)
    assert not close_to(map.code(), pinned, within=1e-2)
    map.page.mouse.move(5, 5)
    assert close_to(map.code(), pinned, within=1e-4)


def test_dragging_a_pin_moves_it(map):
    map.click(0.5, 0.5)
    map.drag((0.5, 0.49), (0.7, 0.62))
    assert close_to(map.pins()[-1], map.code_at(0.7, 0.62), within=1e-4)


def test_the_wheel_zooms_about_the_pointer(map):
    under, before = map.code_at(0.7, 0.4), map.extent()
    map.move(0.7, 0.4)
    for _ in range(4):
        map.page.mouse.wheel(0, -200)
        map.page.wait_for_timeout(50)
    assert map.extent()[1] - map.extent()[0] < 0.5 * (before[1] - before[0])
    assert close_to(map.code_at(0.7, 0.4), under, within=1e-3)
    map.page.mouse.dblclick(*map.place(0.5, 0.5))
    assert close_to(map.extent(), before, within=1e-6)


def test_a_double_click_leaves_no_pin(map):
    map.page.mouse.dblclick(*map.place(0.4, 0.4))
    assert [pin for pin in map.pins() if pin is not None] == []
    expect(map.page.locator(".hg-pin svg")).to_be_hidden()


@pytest.mark.parametrize("how", ["space", "middle", "tool"])
def test_panning_takes_the_plane_along(map, how):
    map.find("toolbar-zoom-in").click()
    held, before = map.code_at(0.4, 0.4), map.extent()
    map.move(0.4, 0.4)
    if how == "space":
        map.page.keyboard.down("Space")
    if how == "tool":
        map.find("toolbar-pan").click()
    map.drag((0.4, 0.4), (0.55, 0.6), button="middle" if how == "middle" else "left")
    map.page.keyboard.up("Space")
    assert close_to(map.code_at(0.55, 0.6), held, within=2e-2)
    assert map.extent()[1] - map.extent()[0] == pytest.approx(before[1] - before[0])
    assert [pin for pin in map.pins() if pin is not None] == []


def test_the_view_never_leaves_the_sheet(map):
    x0, x1, y0, y1 = map.extent()
    map.find("toolbar-zoom-in").click()
    map.find("toolbar-pan").click()
    for _ in range(3):
        map.drag((0.1, 0.1), (0.95, 0.95))
    now = map.extent()
    assert now[0] >= x0 - 1e-6 and now[3] <= y1 + 1e-6
    map.find("toolbar-zoom-out").click()
    map.find("toolbar-zoom-out").click()
    assert close_to(map.extent(), [x0, x1, y0, y1], within=1e-6)


def test_arrows_nudge_and_enter_pins(map):
    map.click(0.5, 0.5)
    x, y = map.code()
    map.map.press("ArrowRight")
    step = map.code()[0] - x
    assert step > 0
    map.map.press("Shift+ArrowUp")
    assert map.code()[1] - y == pytest.approx(10 * step, rel=1e-2)
    assert close_to(map.pins()[-1], map.code(), within=1e-4)
    map.map.press("Escape")
    map.map.press("ArrowLeft")
    map.map.press("Enter")
    assert close_to(map.pins()[-1], map.code(), within=1e-4)


def test_who_uses_keys_sees_where_they_are(map):
    ring = "map => getComputedStyle(map).boxShadow"
    map.click(0.5, 0.5)
    assert map.map.evaluate(ring) == "none"
    map.map.press("ArrowRight")
    assert "inset" in map.map.evaluate(ring)
    map.find("toolbar-probe").click()
    assert map.map.evaluate(ring) == "none"
    map.find("code-y").focus()
    map.page.keyboard.press("Tab")
    map.map.focus()
    assert "inset" in map.map.evaluate(ring)


def test_numbers_can_be_typed(map):
    map.find("code-x").fill("0.25")
    map.find("code-y").fill("-1.5")
    map.find("code-y").press("Enter")
    assert map.pins()[-1] == [0.25, -1.5]
    map.rest()
    assert (map.pixels() == map.decoded((0.25, -1.5))).all()


@pytest.mark.parametrize("text", ["NaN", "Infinity", "", "one", "1e999", "1,2,3"])
def test_what_is_no_number_is_marked_and_changes_nothing(map, text):
    before = map.code()
    map.find("code-x").fill(text)
    map.find("code-x").press("Enter")
    expect(map.find("code-x")).to_have_attribute("aria-invalid", "true")
    assert map.code() == before
    assert map.pins() == []
    map.find("code-x").fill(str(before[0]))
    map.find("code-x").press("Enter")
    expect(map.find("code-x")).not_to_have_attribute("aria-invalid", "true")


# ---------------------------------------------------------------- points


def test_on_a_point_its_facts_are_shown(map):
    codes = map.engine.latents.codes
    lonely = int(np.argmax(np.sort(np.linalg.norm(codes[:, None] - codes, axis=2), axis=1)[:, 1]))
    map.move(*map.place_of(*codes[lonely]))
    map.rest()
    expect(map.find("point-label")).to_have_text(str(map.engine.latents.labels[lonely]))
    expect(map.find("point-index")).to_have_text(f"#{lonely}")
    expect(map.find("point-error")).to_contain_text(f"{map.engine.latents.mse[lonely]:.4f}")
    expect(map.find("point-panel")).to_contain_text("originals are not on this disk")


def test_the_legend_hides_and_isolates(map):
    codes, labels = map.engine.latents.codes, map.engine.latents.labels
    three = int(np.flatnonzero(labels == 3)[0])
    map.find("legend-3").click()
    expect(map.find("legend-3")).to_have_attribute("aria-pressed", "false")
    map.move(*map.place_of(*codes[three]))
    map.rest()
    expect(map.find("point-label")).not_to_have_text("3")
    map.find("legend-3").dblclick()
    pressed = map.page.locator('.hg-chip[aria-pressed="true"]')
    expect(pressed).to_have_count(1)
    expect(map.find("legend-3")).to_have_attribute("aria-pressed", "true")
    map.find("legend-all").click()
    expect(pressed).to_have_count(10)


@pytest.mark.parametrize("how", ["lasso", "shift", "box"])
def test_a_drawn_shape_fills_the_gallery(map, how):
    corners = [(0.2, 0.2), (0.75, 0.2), (0.75, 0.8), (0.2, 0.8)]
    path = [corners[0], corners[2]] if how == "box" else corners
    polygon = [map.code_at(*corner) for corner in corners]
    if how == "shift":
        map.page.keyboard.down("Shift")
    else:
        map.find(f"toolbar-{how}").click()
    map.drag(*path)
    map.page.keyboard.up("Shift")
    chosen = inside(map.engine.latents.codes, polygon)
    labels = map.engine.latents.labels
    assert 64 < chosen.sum() < len(chosen)
    gallery = map.find("gallery")
    expect(gallery).to_contain_text(f"{chosen.sum()} points chosen")
    expect(gallery).to_contain_text(f"64 of {chosen.sum()}")
    expect(gallery.locator("canvas")).to_have_count(64)
    for label in np.unique(labels[chosen]):
        count = str((labels[chosen] == label).sum())
        expect(map.find(f"count-{label}").locator("b")).to_have_text(count)
    expect(gallery).to_have_attribute("data-state", "exact")
    first = int(np.flatnonzero(chosen)[0])
    shown = read_png(gallery.locator("canvas").first.evaluate("c => c.toDataURL()"))
    assert (shown[..., :1] == map.decoded(map.engine.latents.codes[first])).all()
    gallery.locator("button.hg-tile").first.click()
    assert close_to(map.pins()[-1], map.engine.latents.codes[first], within=1e-4)
    map.find("gallery-clear").click()
    expect(gallery).to_be_hidden()


def test_jump_and_surprise(map):
    map.find("jump").fill("1234")
    map.find("jump").press("Enter")
    expect(map.find("point-index")).to_have_text("#1234")
    assert close_to(map.pins()[-1], map.engine.latents.codes[1234], within=1e-4)
    map.find("surprise").click()
    map.rest()
    shown = np.array(map.code(), np.float32)
    assert np.abs(map.engine.latents.codes - shown).max(axis=1).min() < 1e-4
    map.find("jump").fill("99999")
    map.find("jump").press("Enter")
    expect(map.page.get_by_text("There is no test picture “99999”")).to_be_visible()


def test_the_slider_fades_points_against_paint(map):
    """All points are gone at one end, all paint at the other."""
    seen = {}
    for value in ("0", "0.5", "1"):
        map.find("fade").fill(value)
        map.page.wait_for_timeout(700)
        seen[value] = map.ground()[60:-60, 60:-60].astype(int)
    ground = np.median(seen["0"].reshape(-1, 3), axis=0)
    points, paint = (np.abs(seen[end] - ground).max(axis=-1) > 40 for end in ("0", "1"))
    assert 0.01 < points.mean() < 0.4
    assert paint.mean() > 0.15
    both = np.abs(seen["0.5"] - ground).max(axis=-1) > 40
    assert (both >= points).mean() > 0.99
    assert both.sum() > paint.sum()
    map.find("fade").fill("0.42")


def test_a_rerun_with_the_same_data_builds_nothing_anew(map):
    before = len(map.requests)
    map.page.evaluate("window.root = document.querySelector('[data-testid=live-root]')")
    map.page.evaluate("show({problem: 'The address held no code.'})")
    assert map.page.evaluate("root === document.querySelector('[data-testid=live-root]')")
    expect(map.find("map-status")).to_have_text("The address held no code.")
    map.page.evaluate("show({pin: [0.5, 0.25]})")
    assert close_to(map.code(), (0.5, 0.25), within=1e-6)
    assert map.pins() == [], "a pin that Python set is no news to Python"
    map.rest()
    assert all(url.endswith("/decode") or "/pictures/" in url for url in map.requests[before:])
    assert json.loads(map.map.get_attribute("data-extent")) == map.extent()


# ---------------------------------------------------------------- the tray


def test_a_person_can_put_a_place_into_the_tray_and_come_back_to_it(map):
    kept = map.page.locator(".hg-tray-own")
    expect(kept).to_have_count(0)
    map.click(0.31, 0.42)
    map.rest()
    there = map.code()
    map.find("keep").click()
    expect(kept).to_have_count(1)
    map.click(0.66, 0.71)
    kept.get_by_test_id("tray-item").click()
    map.rest()
    assert close_to(map.code(), there, within=1e-4)
    map.page.get_by_role("button", name="out of the tray").click()
    expect(kept).to_have_count(0)
