"""The points of a map in a real browser: painted by ourselves, by Plotly where they are many."""

import re

import numpy as np
import pytest
import stand_in
from conftest import REPOSITORY
from live_page import alone, inked, live
from playwright.sync_api import expect
from served import Served

from autoencoders.latents import Latents

MANY = 30_001
SOURCE = (REPOSITORY / "autoencoders" / "ui" / "live" / "palette.js").read_text()
COLOURS = [
    tuple(bytes.fromhex(found))
    for found in re.findall("#([0-9a-f]{6})", SOURCE[SOURCE.index("LIGHT") :])[:10]
]


def served_with(latents):
    return Served(stand_in.StandIn(latents=latents)).running()


@pytest.fixture(scope="module")
def few(chromium):
    with served_with(stand_in.latents(300)) as served, live(chromium, served) as opened:
        yield opened


PAPER = (60, 60)
"""A pixel that no point reaches."""


@pytest.fixture(autouse=True)
def faded_back(few):
    yield
    few.find("fade").fill("0.42")


def test_each_point_is_painted_in_the_colour_of_its_label(few):
    latents = few.engine.latents
    lonely = alone(latents.codes, apart=0.1)
    assert lonely.sum() > 50
    ground = few.points_only()
    expected = inked(COLOURS, ground[PAPER])[latents.labels[lonely]]
    # Names, ticks and the toolbar's corner lie over some of them.
    seen = few.painted(latents.codes[lonely], ground)
    assert (np.abs(seen - expected).max(axis=1) <= 3).mean() > 0.9


def test_a_label_that_is_hidden_is_not_painted(few):
    latents = few.engine.latents
    chosen = latents.codes[alone(latents.codes, apart=0.1) & (latents.labels == 3)]
    few.find("legend-3").click()
    ground = few.points_only()
    gone = np.abs(few.painted(chosen, ground) - ground[PAPER]).max(axis=1) <= 3
    assert gone.mean() > 0.9
    few.find("legend-3").click()
    ground = few.points_only()
    back = np.abs(few.painted(chosen, ground) - ground[PAPER]).max(axis=1) > 40
    assert back.mean() > 0.9


def test_few_points_do_not_wait_for_plotly(few):
    assert any("/points" in url for url in few.requests)
    assert not any("plotly" in url for url in few.requests)


def test_the_later_point_lies_on_top_whatever_its_label(chromium):
    one = stand_in.latents(300)
    above = (one.labels + np.tile([3, 7], 150)) % 10
    both = Latents(
        codes=one.codes.repeat(2, axis=0),
        mse=one.mse.repeat(2),
        labels=np.stack([one.labels, above], axis=1).ravel(),
        ids=np.arange(600),
        split="test",
    )
    with served_with(both) as served, live(chromium, served) as map:
        ground = map.points_only()
        lonely = alone(one.codes, apart=0.1)
        seen = map.painted(one.codes[lonely], ground)
    below = inked(COLOURS, ground[PAPER])[one.labels[lonely]]
    expected = inked(np.array(COLOURS)[above[lonely]], below)
    assert (np.abs(seen - expected).max(axis=1) <= 4).mean() > 0.9


def test_plotly_draws_many_points_in_webgl(chromium):
    with served_with(stand_in.latents(MANY)) as served, live(chromium, served) as map:
        drawn = map.page.evaluate(
            """() => document.querySelector('.hg-scatter')._fullData
                .map(({type, name, x}) => [type, name, x.length])"""
        )
        labels = map.engine.latents.labels
    assert drawn == [["scattergl", str(k), int((labels == k).sum())] for k in range(10)]


def test_without_webgl_many_points_are_drawn_and_a_sentence_says_so(chromium):
    script = """const get = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.startsWith("webgl") ? null : get.call(this, kind, ...rest);
        };"""
    with (
        served_with(stand_in.latents(MANY)) as served,
        live(chromium, served, script=script) as map,
    ):
        expect(map.find("map-status")).to_contain_text("without WebGL")
        ground = map.points_only()[60:-60, 60:-60]
        paper = np.median(ground.reshape(-1, 3), axis=0)
        assert (np.abs(ground - paper).max(axis=-1) > 60).mean() > 0.005
        map.move(0.4, 0.4)
        map.rest()
