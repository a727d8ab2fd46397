"""The bench of every live part: what is dragged, what has to be reached, and a run on the app."""

import asyncio

import numpy as np
import pytest
import tiny

from benchmarks import every, stage
from benchmarks.pointer import to_and_fro

BOX = (100.0, 50.0, 600.0, 20.0)


def test_a_slider_is_dragged_at_an_even_pace_and_never_to_its_ends():
    places = np.array([to_and_fro(share, BOX) for share in np.linspace(0, 1, 601)])
    assert (places[:, 1] == 60.0).all()
    assert (places[:, 0].min(), places[:, 0].max()) == (220.0, 580.0)
    steps = np.abs(np.diff(places[:, 0]))
    assert steps.max() == pytest.approx(3 * 2 * 360 / 600)
    assert (steps < steps.max() - 1e-6).sum() == 0, "nowhere does it stand still"


def test_every_part_has_a_name_of_its_own_and_a_page():
    assert len({part.key for part in every.PARTS}) == len(every.PARTS)
    pages = {part.path.split("?")[0] for part in every.PARTS}
    named = {"interpolate", "attributes", "restore", "compare", "generate", "through", "training"}
    assert pages == named | {"", "game"}


@pytest.mark.parametrize(("ours", "reached"), [([190, 200, 900], True), ([190, 201, 900], False)])
def test_a_change_of_page_is_held_against_an_empty_one(ours, reached):
    *_, times = every._change_figures(ours, [90, 100, 110])
    assert (times.key, times.reached) == ("change_times", reached)
    assert times.value == pytest.approx(sorted(ours)[1] / 100)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny.save_family(tmp_path_factory.mktemp("m") / "tiny-2", "convolutional")


def test_parts_are_measured_on_the_real_app(model, monkeypatch):
    monkeypatch.setattr(every, "CHANGES", 2)
    monkeypatch.setattr(every, "SETTLED", 0.5)
    parts = (
        every.Part("map", "map", "?model=tiny-2", "map", "latent-map"),
        every.Part(
            "morph", "morph", "interpolate?model=tiny-2", "morph", "morph-slider", slider=True
        ),
    )
    said = []
    report = every.measure(seconds=1.0, port=0, models=[model], say=said.append, parts=parts)
    figures = report.to_dict()["figures"]
    assert figures["map_pictures"] > 0
    assert figures["morph_pictures"] > 0
    assert figures["morph_delay_p95"] > 0
    assert figures["change_times"] == figures["change"] / figures["empty_change"]
    assert said[0] == "Empty pages …"


def test_seconds_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="choose 1 to 600"):
        every.measure(seconds=0.0, port=0, models=[], say=print)


def test_a_page_that_does_not_come_is_noticed():
    async def run():
        async with stage.chromium() as browser:
            page = "data:text/html,<a data-testid=stPageLink-NavLink>first</a>"
            async with stage.visitor(browser) as visitor:
                await visitor.goto(page)
                return await visitor.evaluate(
                    every.CHANGED.replace("60000", "50"), ["first", "#never"]
                )

    assert asyncio.run(run()) is None
