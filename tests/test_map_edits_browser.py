"""Undo and redo on the map, in a real browser: every way to move what is pinned is one step."""

import io

import pytest
import stand_in
from live_page import close_to, live
from PIL import Image, ImageDraw
from playwright.sync_api import expect
from served import Served


@pytest.fixture(scope="module")
def served():
    engine = stand_in.StandIn(latents=stand_in.latents(300), history=None)
    with Served(engine).running() as running:
        yield running


@pytest.fixture
def map(chromium, served):
    with live(chromium, served) as opened:
        yield opened


def pin(map):
    """Where the pin stands, by its place in the window; None where there is none."""
    marker = map.page.locator(".hg-pin")
    if marker.get_attribute("hidden") is not None:
        return None
    x, y = marker.evaluate(
        "m => { const t = new DOMMatrix(getComputedStyle(m).transform); return [t.e, t.f]; }"
    )
    box = map.map.bounding_box()
    return x / box["width"], y / box["height"]


def stands(map, *place):
    return close_to(pin(map), place, within=4e-3)


def ring():
    image = Image.new("L", (160, 160), 255)
    ImageDraw.Draw(image).ellipse((45, 25, 115, 135), outline=0, width=14)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return {"name": "ring.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


def undo(map):
    map.page.keyboard.press("Control+z")


def redo(map):
    map.page.keyboard.press("Control+Shift+Z")


def test_pins_are_undone_and_redone_by_keys_and_by_buttons(map):
    expect(map.find("undo")).to_be_disabled()
    expect(map.find("redo")).to_be_disabled()
    map.click(0.3, 0.4)
    map.click(0.7, 0.6)
    undo(map)
    assert stands(map, 0.3, 0.4)
    undo(map)
    assert pin(map) is None
    expect(map.find("undo")).to_be_disabled()
    redo(map)
    assert stands(map, 0.3, 0.4)
    map.find("redo").click()
    assert stands(map, 0.7, 0.6)
    expect(map.find("redo")).to_be_disabled()
    map.rest()
    assert close_to(map.code(), map.code_at(0.7, 0.6), within=1e-4)
    map.find("undo").click()
    assert close_to(map.pins()[-1], map.code_at(0.3, 0.4), within=1e-4), "Python hears of it"


def test_what_comes_after_an_undone_step_replaces_it(map):
    map.click(0.3, 0.4)
    map.click(0.7, 0.6)
    undo(map)
    map.click(0.5, 0.2)
    expect(map.find("redo")).to_be_disabled()
    undo(map)
    assert stands(map, 0.3, 0.4)


def test_a_drag_is_one_step(map):
    map.click(0.3, 0.4)
    x, y = map.place(0.3, 0.4)
    map.page.mouse.move(x, y - 15)
    map.page.mouse.down()
    for place in ((0.4, 0.5), (0.6, 0.5), (0.7, 0.3)):
        map.page.mouse.move(*map.place(*place), steps=5)
    map.page.mouse.up()
    assert close_to(pin(map), (0.7, 0.3), within=0.04)
    undo(map)
    assert stands(map, 0.3, 0.4)
    undo(map)
    assert pin(map) is None


def test_arrows_that_follow_each_other_are_one_step(map):
    map.click(0.3, 0.4)
    for _ in range(4):
        map.page.keyboard.press("ArrowRight")
    assert stands(map, 0.32, 0.4)
    map.page.wait_for_timeout(800)
    map.page.keyboard.press("Shift+ArrowDown")
    assert stands(map, 0.32, 0.45)
    undo(map)
    assert stands(map, 0.32, 0.4)
    undo(map)
    assert stands(map, 0.3, 0.4)
    map.page.keyboard.press("ArrowLeft")
    undo(map)
    assert stands(map, 0.3, 0.4), "after an undo, an arrow begins a step of its own"


def test_a_double_click_leaves_no_step_and_what_can_be_redone(map):
    map.click(0.3, 0.4)
    map.click(0.7, 0.6)
    undo(map)
    map.page.mouse.dblclick(*map.place(0.5, 0.8))
    assert stands(map, 0.3, 0.4)
    redo(map)
    assert stands(map, 0.7, 0.6)
    undo(map)
    undo(map)
    assert pin(map) is None


def test_a_double_click_on_the_pin_leaves_it(map):
    map.click(0.3, 0.4)
    map.page.wait_for_timeout(600)
    x, y = map.place(0.3, 0.4)
    map.page.mouse.dblclick(x, y - 15)
    map.page.wait_for_timeout(600)
    map.page.mouse.dblclick(x, y - 15)
    assert stands(map, 0.3, 0.4)
    expect(map.find("undo")).to_be_enabled()


def test_typing_enter_a_picture_a_pin_let_go_are_steps(map):
    map.find("code-x").fill("0.5")
    map.find("code-y").fill("-1")
    map.find("code-y").press("Enter")
    typed = pin(map)
    map.find("surprise").click()
    surprised = pin(map)
    assert surprised != typed
    map.find("free-pin").click()
    assert pin(map) is None
    map.map.focus()
    map.page.keyboard.press("ArrowRight")
    map.page.keyboard.press("Enter")
    entered = pin(map)
    assert entered is not None
    map.page.keyboard.press("Escape")
    for expected in (entered, None, surprised, typed):
        undo(map)
        assert pin(map) == (expected and pytest.approx(expected, abs=1e-3))


def test_pins_a_and_b_are_gone_to_in_steps(map):
    map.click(0.3, 0.4)
    map.page.keyboard.press("a")
    map.click(0.7, 0.6)
    map.page.keyboard.press("a")
    assert stands(map, 0.3, 0.4)
    undo(map)
    assert stands(map, 0.7, 0.6)


def test_a_star_that_was_dragged_goes_back(map):
    map.find("upload-input").set_input_files(ring())
    expect(map.find("star")).to_have_count(1)
    star = map.find("star")
    map.rest()
    fell = star.get_attribute("data-code")
    box = star.bounding_box()
    map.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 28 / 44)
    map.page.mouse.down()
    map.page.mouse.move(*map.place(0.5, 0.5), steps=6)
    map.page.mouse.up()
    moved = star.get_attribute("data-code")
    assert moved != fell
    map.click(0.2, 0.2)
    undo(map)
    assert pin(map) is None
    assert star.get_attribute("data-code") == moved
    undo(map)
    assert star.get_attribute("data-code") == fell
    redo(map)
    assert star.get_attribute("data-code") == moved
    map.find("star-back").click()
    assert star.get_attribute("data-code") == fell
    undo(map)
    assert star.get_attribute("data-code") == moved


def test_a_star_whose_picture_was_removed_stays_away(map):
    map.find("upload-input").set_input_files(ring())
    expect(map.find("star")).to_have_count(1)
    map.find("star").focus()
    map.page.keyboard.press("Shift+ArrowRight")
    map.page.get_by_role("button", name="Remove", exact=False).first.click()
    expect(map.find("star")).to_have_count(0)
    undo(map)
    redo(map)
    expect(map.find("star")).to_have_count(0)


def test_letters_taken_back_in_a_field_are_the_fields(map):
    map.click(0.3, 0.4)
    map.find("jump").press_sequentially("12")
    map.find("jump").press("Control+z")
    assert stands(map, 0.3, 0.4)


def test_a_pin_that_python_sets_is_a_step(map):
    map.page.evaluate("show({ pin: [0.5, -0.5] })")
    map.page.evaluate("show({ pin: [0.5, 0.5] })")
    assert close_to(map.place_of(0.5, 0.5), pin(map), within=4e-3)
    undo(map)
    assert close_to(map.place_of(0.5, -0.5), pin(map), within=4e-3)
    map.page.evaluate("show({ pin: [0.5, 0.5] })")  # every rerun tells it again
    assert close_to(map.place_of(0.5, -0.5), pin(map), within=4e-3)
