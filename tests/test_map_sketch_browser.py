"""A digit drawn by hand on the map: it lands, becomes a star, and the star can be dragged."""

import dataclasses
import re

import pytest
import stand_in
from live_page import close_to, live
from playwright.sync_api import expect
from served import Served

from autoencoders.ui import map as map_page


@pytest.fixture
def map(chromium):
    with Served().running() as served, live(chromium, served) as opened:
        yield opened


def stroke(map, *places):
    """Draw through places of the paper, given as shares of it."""
    box = map.find("sketch-paper").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    map.page.mouse.move(*at[0])
    map.page.mouse.down()
    for place in at[1:]:
        map.page.mouse.move(*place, steps=5)
    map.page.mouse.up()


def stars(map):
    return map.page.locator('[data-testid="upload-card"][data-state="done"]')


def test_a_person_can_draw_a_digit_and_drag_it_elsewhere(map):
    map.find("open-sketch").click()
    stroke(map, (0.5, 0.2), (0.5, 0.8))
    expect(stars(map)).to_have_count(1, timeout=15_000)
    (code,) = map.page.evaluate(
        """async () => {
            const base = new URL('/hourglass/', location.origin).href;
            const kept = await (await fetch(`${base}pictures?model=stand-in-2`)).json();
            return kept.map(({ code }) => code);
        }"""
    )
    expect(map.page.locator(".hg-tray-own")).to_have_count(1, timeout=15_000)
    map.rest()
    assert close_to(map.code(), code, within=1e-3), "the picture is that of where it landed"
    start = map.place_of(*code)
    before = len(map.requests)
    map.drag(start, (0.7, 0.3))
    assert close_to(map.code(), map.code_at(0.7, 0.3), within=0.05)
    # A rest on the way may ask for the exact picture and for the one of the nearest point.
    asked = [url for url in map.requests[before:] if not re.search("/decode|/pictures/", url)]
    assert asked == []
    map.rest()
    assert (map.pixels() == map.decoded(map.code())).all()


def test_what_is_drawn_on_moves_the_one_star(map):
    map.find("open-sketch").click()
    stroke(map, (0.5, 0.2), (0.5, 0.8))
    expect(stars(map)).to_have_count(1, timeout=15_000)
    first = stars(map).get_attribute("data-id")
    stroke(map, (0.2, 0.5), (0.8, 0.5))
    expect(map.page.locator(f'[data-id="{first}"]')).to_have_count(0, timeout=15_000)
    expect(stars(map)).to_have_count(1)
    map.find("sketch-clear").click()
    stroke(map, (0.3, 0.2), (0.7, 0.8))
    expect(stars(map)).to_have_count(2, timeout=15_000)  # another drawing, another star


def test_the_paper_goes_away_again(map):
    panel = map.page.locator(".hg-panel")
    expect(panel).to_be_visible()
    map.find("open-sketch").click()
    expect(panel).to_be_hidden()
    map.page.get_by_role("button", name="Done").click()
    expect(map.find("sketch")).to_be_hidden()
    expect(panel).to_be_visible()
    expect(map.find("open-sketch")).to_be_focused()


def test_only_a_model_of_digits_offers_paper():
    faces = dataclasses.replace(stand_in.StandIn(), dataset="lfw")
    assert map_page.live_data(stand_in.StandIn(), address="")["model"]["adding"]["draws"] is True
    assert map_page.live_data(faces, address="")["model"]["adding"]["draws"] is False
