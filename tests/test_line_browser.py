"""The map of a code of one number, in a real browser."""

import numpy as np
import pytest
import stand_in
from live_page import live
from playwright.sync_api import expect
from served import Served


@pytest.fixture(scope="module")
def served():
    with Served(stand_in.Narrow()).running() as running:
        yield running


def test_a_person_can_roam_a_line(chromium, served):
    with live(chromium, served) as line:
        line.move(0.3, 0.5)
        line.rest()
        x, _ = line.code()
        assert x == pytest.approx(line.code_at(0.3, 0.5)[0], abs=1e-4)
        expected = served.engine.decode(np.array([[x]], np.float32))[0]
        assert np.abs(line.pixels().astype(int) - expected).max() <= 1
        expect(line.find("code-x")).to_be_visible()
        expect(line.find("code-y")).to_be_hidden()
        # How high the pointer is means nothing.
        line.move(0.3, 0.95)
        line.rest()
        assert line.code()[0] == pytest.approx(x, abs=1e-4)
        assert np.abs(line.pixels().astype(int) - expected).max() <= 1


def test_pictures_are_painted_in_the_strip_alone(chromium, served):
    with live(chromium, served) as line:
        line.find("fade").evaluate(
            "slider => { slider.value = 1; slider.dispatchEvent(new Event('input')); }"
        )
        line.page.wait_for_timeout(500)
        ground = line.ground().astype(int)
        height = len(ground)
        # Away from the frame; the faint lines of the ticks are all there is above.
        above = ground[height // 3 : height // 2, 8:40]
        strip = ground[int(0.9 * height) : int(0.97 * height)]
        assert np.ptp(above.reshape(-1, 3), axis=0).max() < 30
        assert np.ptp(strip.reshape(-1, 3), axis=0).max() > 60


def test_a_pin_on_a_line_is_a_place(chromium, served):
    with live(chromium, served) as line:
        line.click(0.6, 0.4)
        line.rest()
        (pin, *_) = reversed(line.pins())
        assert pin == pytest.approx(line.code_at(0.6, 0.4), abs=1e-3)
