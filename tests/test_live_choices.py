"""What the map shows, chosen in a real browser: colours by attribute, averages or individuals."""

import dataclasses

import numpy as np
import pytest
import stand_in
from live_page import close_to, live
from playwright.sync_api import expect
from served import Served

from autoencoders.directions import Direction


def faces() -> stand_in.StandIn:
    """Points of which a third is labelled "smiling" or not, and all of them "older" or not."""
    known = stand_in.latents(900)
    smiling = (known.codes[:, 0] > 0).astype(np.float32)
    smiling[np.arange(900) % 3 > 0] = np.nan
    older = (known.codes[:, 1] > 0).astype(np.float32)
    axis = np.array([1, 0], np.float32)
    return stand_in.StandIn(
        latents=dataclasses.replace(
            known, labels=None, attributes=np.stack([smiling, older], axis=1)
        ),
        label_names=(),
        attribute_names=("smiling", "older"),
        directions=(Direction("smiling", axis, axis, 0.0, 1.0, "means", 9, 9),),
        has_detail=True,
        history=None,
    )


@pytest.fixture(scope="module")
def map(chromium):
    with Served(faces()).running() as running, live(chromium, running) as opened:
        yield opened


def legend(map) -> list[str]:
    return map.page.locator(".hg-legend .hg-chip:not(.hg-all)").all_inner_texts()


def test_a_person_can_colour_the_points_by_an_attribute(map):
    scored = ["smiling, by its score", "not smiling, by its score"]
    assert legend(map) == ["smiling", "not smiling", *scored]
    assert sum(count for _, count in map.legend_counts()) == 900
    before = map.ground()
    map.find("colour-by").select_option("older")
    assert legend(map) == ["older", "younger"]
    codes = map.engine.latents.codes
    older = int((codes[:, 1] > 0).sum())
    assert map.legend_counts() == [("older", older), ("younger", 900 - older)]
    map.page.wait_for_timeout(300)
    assert np.abs(map.ground().astype(int) - before).max() > 60
    map.find("colour-by").select_option("smiling")
    assert len(legend(map)) == 4


def test_estimates_are_paler_than_labels(map):
    map.find("colour-by").select_option("smiling")
    colours = map.page.evaluate(
        """() => [...document.querySelectorAll('.hg-legend .hg-swatch')]
            .map((swatch) => getComputedStyle(swatch).backgroundColor)"""
    )
    values = [np.array([float(v) for v in c[4:-1].split(",")]) for c in colours]
    paper = np.array([255, 255, 255])
    for known, estimated in ((0, 2), (1, 3)):
        share = np.linalg.norm(values[estimated] - paper) / np.linalg.norm(values[known] - paper)
        assert 0.3 < share < 0.6


def test_a_hidden_label_does_not_hide_another_attributes(map):
    map.find("colour-by").select_option("smiling")
    map.find("legend-smiling").click()
    expect(map.find("legend-smiling")).to_have_attribute("aria-pressed", "false")
    map.find("colour-by").select_option("older")
    expect(map.find("legend-older")).to_have_attribute("aria-pressed", "true")
    map.find("colour-by").select_option("smiling")


def exact(map, at) -> np.ndarray:
    map.move(0.05, 0.05)
    map.move(*at)
    map.rest()
    return map.pixels()


def test_a_person_can_go_from_individuals_to_averages(map):
    at = (0.4, 0.6)
    code = np.array([map.code_at(*at)], np.float32)
    individual, average = (stand_in.draw(code + np.float32([d, 0]))[0] for d in (0.5, 0.0))
    assert close_to(exact(map, at).astype(int), individual, within=2)
    with map.page.expect_response(lambda answer: answer.url.endswith("/sheets/64")):
        map.find("detail").fill("0")
    map.page.wait_for_timeout(400)
    assert close_to(exact(map, at).astype(int), average, within=2)
    # The blends come from the new sheet, too.
    map.move(0.5, 0.5)
    map.move(*at)
    blend = map.look()
    wrong = blend.pixels.astype(float) - stand_in.draw(np.array([blend.code], np.float32))[0]
    assert 10 * np.log10(255**2 / np.mean(wrong**2)) > 33
    with map.page.expect_response(lambda answer: "/sheets/64?detail=1" in answer.url):
        map.find("detail").fill("1")


def test_a_model_of_digits_has_no_attributes_and_no_individuals(chromium):
    with Served().running() as served, live(chromium, served) as opened:
        expect(opened.find("colour-by").locator("option")).to_have_text(
            ["label", "error", "density"]
        )
        expect(opened.find("detail")).to_have_count(0)
