"""What of the map a link holds beside its pin, in a real browser: reported at rest, shown again."""

import json

import numpy as np
import pytest
import stand_in
from live_page import close_to, live
from playwright.sync_api import expect
from served import Served

from autoencoders.scene_parts import PIN_DEFAULTS


@pytest.fixture(scope="module")
def served():
    engine = stand_in.StandIn(latents=stand_in.latents(300), history=None)
    with Served(engine).running() as running:
        yield running


@pytest.fixture
def map(chromium, served):
    with live(chromium, served) as opened:
        yield opened


def scenes(map, *, after=0):
    """What Python was told, once no more comes."""
    map.page.wait_for_timeout(900)
    return [value for name, value in map.page.evaluate("reports") if name == "scene"][after:]


NOTHING = {"view": None, "colour": "", "fade": None, "detail": None, "pins": {}}


def tell(map, number=1, **parts):
    """A link was followed."""
    told = {**NOTHING, **parts, "number": number}
    map.page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    map.page.evaluate("scene => show({ scene })", told)


def test_an_open_map_and_moves_over_it_tell_nothing(map):
    for step in range(8):
        map.move(0.2 + 0.05 * step, 0.5)
    map.click(0.4, 0.4)
    assert scenes(map) == []


def test_a_view_is_told_once_it_rests(map):
    x, y = map.place(0.25, 0.5)
    map.map.evaluate(
        """async (map, [clientX, clientY]) => {
            for (let k = 0; k < 6; k++) {
                const wheel = { deltaY: -60, clientX, clientY, bubbles: true, cancelable: true };
                map.dispatchEvent(new WheelEvent("wheel", wheel));
                await new Promise((done) => setTimeout(done, 50));
            }
        }""",
        [x, y],
    )
    (told,) = scenes(map)
    assert close_to(told["view"], map.extent(), within=1e-3)
    assert told | {"view": None} == NOTHING
    map.map.press("0")
    assert scenes(map, after=1) == [NOTHING]


def test_a_gliding_view_is_told_where_it_comes_to_rest(chromium, served):
    with live(chromium, served, reduced_motion="no-preference") as map:
        # A slow machine: the view glides for longer than reports wait.
        map.page.evaluate(
            "() => { const now = performance.now.bind(performance); const from = now();"
            " performance.now = () => from + (now() - from) / 8;"
            " const frame = requestAnimationFrame;"
            " window.requestAnimationFrame = (run) => frame((t) => run(from + (t - from) / 8)); }"
        )
        map.find("toolbar-zoom-in").click()
        map.page.wait_for_timeout(1500)
        told = scenes(map)
        assert [one["view"] for one in told] == [pytest.approx(map.extent(), abs=1e-3)]


def test_colouring_paint_and_pins_are_told(map):
    map.find("colour-by").select_option("density")
    map.find("fade").fill("0.9")
    map.move(0.3, 0.4)
    map.rest()
    map.page.keyboard.press("a")
    told = scenes(map)[-1]
    assert (told["colour"], told["fade"]) == ("density", 0.9)
    assert close_to(told["pins"]["A"]["codes"][0], map.code_at(0.3, 0.4), within=1e-4)
    map.find("unpin-A").click()
    map.find("fade").fill("0.42")
    map.find("colour-by").select_option("label")
    assert scenes(map)[-1] == NOTHING


def test_a_link_is_shown(map):
    pin = {**PIN_DEFAULTS, "codes": [[0.5, -1.0]]}
    tell(map, view=[-1, 1, -1.5, 0.5], colour="error", fade=0.7, pins={"B": pin})
    assert map.extent() == [-1, 1, -1.5, 0.5]
    expect(map.find("colour-by")).to_have_value("error")
    expect(map.find("fade")).to_have_value("0.7")
    expect(map.find("pin-A")).to_have_attribute("data-pinned", "false")
    expect(map.find("pin-B")).to_have_attribute("data-pinned", "true")
    expect(map.find("letter-B")).to_have_count(1)
    map.page.keyboard.press("b")
    map.rest()
    assert close_to(map.code(), (0.5, -1.0), within=1e-4)
    assert scenes(map)[-1]["pins"] == {"B": json.loads(json.dumps(pin))}
    tell(map, number=2)
    expect(map.find("colour-by")).to_have_value("label")
    expect(map.find("fade")).to_have_value("0.42")
    expect(map.find("letter-B")).to_have_count(0)
    assert map.extent() == pytest.approx(map.page.evaluate("told_model().extent"), rel=1e-6)


def test_a_pin_of_a_link_has_its_picture(map):
    pixels = "pin => { const c = pin.querySelector('canvas');"
    pixels += " return [...c.getContext('2d').getImageData(0, 0, 64, 64).data]; }"
    tell(map, pins={"A": {**PIN_DEFAULTS, "codes": [[2.0, 0.0]]}})
    map.page.wait_for_function(
        "() => document.querySelector('[data-testid=pin-A] canvas').getContext('2d')"
        ".getImageData(32, 32, 1, 1).data[3] > 0"
    )
    shown = np.reshape(map.find("pin-A").evaluate(pixels), (64, 64, 4))[..., 0]
    expected = map.decoded((2.0, 0.0))[..., 0]
    small = shown[4::8, 4::8].ravel()
    wanted = expected[np.ix_(*[(np.arange(4, 64, 8) * 28 // 64)] * 2)].ravel()
    assert np.corrcoef(small, wanted)[0, 1] > 0.9


def test_a_colouring_that_is_not_there_is_said(map):
    tell(map, colour="moustache")
    expect(map.find("map-status")).to_contain_text("“moustache”, which this model does not know")
    expect(map.find("colour-by")).to_have_value("label")


def test_an_old_scene_that_comes_late_changes_nothing(map):
    map.page.evaluate("scene => show({ scene })", {**NOTHING, "number": 3, "fade": 0.9})
    map.page.wait_for_timeout(300)
    expect(map.find("fade")).to_have_value("0.42")
