"""Two groups chosen on the map, from which another page makes a direction."""

import json
import re

import numpy as np
import pytest
import stand_in
from live_page import live
from playwright.sync_api import expect
from served import Served


@pytest.fixture
def map(chromium):
    with (
        Served(stand_in.StandIn(latents=stand_in.latents(2_000))).running() as served,
        live(chromium, served) as opened,
    ):
        yield opened


def lasso(map, left, top, right, bottom):
    """Draw around a part of the map, given as shares of it; the points inside are chosen."""
    map.find("toolbar-lasso").click()
    map.drag((left, top), (right, top), (right, bottom), (left, bottom))


def said(map):
    return map.find("groups")


def counts(map):
    """How many points are in each group, as the map says."""
    found = re.match(r"(\d+) shows it · (\d+) does not", said(map).inner_text())
    return tuple(int(count) for count in found.groups())


def test_two_lassos_are_two_groups_and_go_along_to_the_page_that_uses_them(map):
    expect(map.find("group-yes")).to_be_hidden()
    lasso(map, 0.12, 0.05, 0.45, 0.95)
    chosen = int(re.match(r"\d+", map.find("chosen-count").inner_text())[0])
    map.find("group-yes").click()
    expect(said(map)).to_contain_text(f"{chosen} shows it · 0 does not")
    expect(said(map)).to_contain_text("Now choose points that do not show it.")
    expect(map.find("group-direction")).to_be_hidden()
    lasso(map, 0.6, 0.05, 0.95, 0.95)
    map.find("group-no").click()
    left, right = counts(map)
    assert left == chosen > 100
    assert right > 100
    map.page.route("**/attributes?model=stand-in-2", lambda route: route.fulfill(body="there"))
    map.find("group-direction").click()
    map.page.wait_for_url("**/attributes?model=stand-in-2")
    kept = json.loads(map.page.evaluate("sessionStorage.getItem('hourglass-groups')"))
    assert kept["model"] == "stand-in-2"
    codes = map.engine.latents.codes
    middle = codes[:, 0].mean()
    for side, sign in (("yes", -1), ("no", 1)):
        numbers = kept[side]
        assert len(set(numbers)) == len(numbers) == 100
        assert (sign * (codes[numbers, 0] - middle) > -0.5).all()


def test_a_point_on_both_sides_counts_for_the_last_one(map):
    lasso(map, 0.12, 0.05, 0.6, 0.95)
    map.find("group-yes").click()
    first = counts(map)[0]
    lasso(map, 0.4, 0.05, 0.95, 0.95)
    map.find("group-no").click()
    yes, no = counts(map)
    assert yes < first
    assert no > 0
    expect(said(map)).to_contain_text(f"{first - yes} lay in both: they count for the last one.")


def test_a_group_of_a_few_points_is_told_how_many_it_takes(map):
    codes = map.engine.latents.codes
    away = np.sort(np.linalg.norm(codes[:, None] - codes[None], axis=2), axis=1)
    places = [map.place_of(x, y) for x, y in codes]
    # The loneliest, so that few others are near; not under the toolbar.
    across, down = next(places[k] for k in np.argsort(-away[:, 4]) if places[k][0] > 0.15)
    lasso(map, 0.12, 0.05, 0.95, 0.95)
    map.find("group-yes").click()
    lasso(map, across - 0.012, down - 0.012, across + 0.012, down + 0.012)
    few = int(re.match(r"\d+", map.find("chosen-count").inner_text())[0])
    assert 1 <= few < 5
    map.find("group-no").click()
    expect(said(map)).to_contain_text(
        f"A direction needs at least 5 points a side; one side has {few}."
    )
    expect(map.find("group-direction")).to_be_hidden()


def test_groups_are_forgotten_with_their_outline(map):
    lasso(map, 0.12, 0.05, 0.95, 0.95)
    map.find("group-yes").click()
    map.page.get_by_role("button", name="Forget the groups").click()
    expect(said(map)).to_be_hidden()
    expect(map.find("gallery")).to_be_hidden()


def test_a_choice_that_is_cleared_leaves_the_groups(map):
    lasso(map, 0.12, 0.05, 0.45, 0.95)
    map.find("group-yes").click()
    lasso(map, 0.6, 0.05, 0.95, 0.95)
    map.map.press("Escape")
    expect(map.find("group-no")).to_be_hidden()
    expect(said(map)).to_contain_text("shows it · 0 does not")
