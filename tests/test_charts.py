"""Maps of codes of any size: places to codes and back."""

import numpy as np
import pytest
import stand_in
from hypothesis import given
from hypothesis import strategies as st

from autoencoders import neighbour_map
from autoencoders.ui import charts
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.state import Store

WIDE = stand_in.Wide()
PLANE = charts.plane_chart(WIDE)


def store():
    return Store(list_models=list, load=lambda folder: WIDE)


def two_axes(codes):
    """Mean, two principal axes and their share, by another way than the module's."""
    centred = codes.astype(float) - codes.mean(axis=0, dtype=float)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    return centred, axes[:2], np.square(sizes[:2]).sum() / np.square(sizes).sum()


@pytest.fixture
def laid_out(monkeypatch):
    """UMAP is there, and lays codes out by their last two numbers; counts how often."""
    calls = []

    def layout(codes, *, seed):
        calls.append(seed)
        return codes[:, -2:].copy()

    monkeypatch.setattr(neighbour_map, "available", lambda: True)
    monkeypatch.setattr(neighbour_map, "layout", layout)
    return calls


def test_a_code_of_two_numbers_is_its_own_place():
    engine = stand_in.StandIn()
    chart = charts.code_chart(engine)
    asked = np.array([[0.5, -2], [3, 4]], np.float32)
    np.testing.assert_array_equal(chart.points, engine.latents.codes)
    np.testing.assert_array_equal(chart.places(asked), asked)
    np.testing.assert_array_equal(chart.codes(asked), asked)
    assert chart.painted
    assert chart.landing(asked) == ["", ""]


def test_the_points_of_a_plane_are_the_codes_shadows_on_it():
    centred, axes, _ = two_axes(WIDE.latents.codes)
    shadows = centred @ axes.T
    # A principal axis may point either way.
    turned = shadows * np.sign((shadows * PLANE.points).sum(axis=0))
    np.testing.assert_allclose(PLANE.points, turned, atol=1e-4)
    x0, x1, y0, y1 = PLANE.extent
    assert (PLANE.points > [x0, y0]).all() and (PLANE.points < [x1, y1]).all()


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=4))
def test_every_place_of_a_plane_has_a_code_that_lies_there(places):
    codes = PLANE.codes(np.array(places, np.float32))
    assert codes.shape == (len(places), 8)
    np.testing.assert_allclose(PLANE.places(codes), places, atol=1e-4)


def test_what_a_plane_leaves_out_of_a_picture_is_said():
    plane = PLANE.plane
    across = np.linalg.svd(plane.axes)[2][2]  # at right angles to both axes
    inside = plane.centre + 3 * plane.axes[0]
    said = PLANE.landing(np.array([inside, inside + 4 * across], np.float32))
    assert "leaves out 0% of what sets" in said[0]
    assert "leaves out 64% of what sets" in said[1]


def test_the_words_of_a_plane_name_its_share():
    _, _, share = two_axes(WIDE.latents.codes)
    words = charts.words_of(store(), WIDE, "plane")
    assert f"shows {100 * share:.0f}% of" in words
    assert "wide-8's 8 numbers" in words


def test_umap_shows_the_nearest_test_picture(laid_out):
    chart = charts.umap_chart(WIDE)
    codes = WIDE.latents.codes
    assert not chart.painted
    np.testing.assert_array_equal(chart.points, codes[:, -2:])
    np.testing.assert_array_equal(chart.places(codes[[7, 3]]), codes[[7, 3], -2:])
    asked = codes[[5]] + np.float32(1e-4)
    np.testing.assert_array_equal(chart.codes(asked[:, -2:]), codes[[5]])
    assert chart.landing(asked) == ["Its star stands at the test picture with the nearest code."]
    assert "Places do not decode" in charts.words_of(store(), WIDE, "umap")


def test_a_layout_is_made_once_and_with_one_seed(laid_out):
    shared = store()
    assert charts.chart_of(shared, WIDE, "umap") is charts.chart_of(shared, WIDE, "umap")
    assert laid_out == [charts.UMAP_SEED]


def test_which_maps_there_are(monkeypatch):
    monkeypatch.setattr(neighbour_map, "available", lambda: False)
    sizes = [stand_in.StandIn(code_size=size) for size in (1, 2, 8)]
    assert [charts.kinds_of(engine) for engine in sizes] == [("line",), ("code",), ("plane",)]
    monkeypatch.setattr(neighbour_map, "available", lambda: True)
    assert charts.kinds_of(WIDE) == ("plane", "umap")
    assert charts.kinds_of(stand_in.StandIn()) == ("code",)
    assert charts.chart_of(store(), WIDE).kind == "plane"


@pytest.mark.parametrize("kind", ["code", "nonsense", 7, ["plane"]])
def test_a_map_that_a_model_does_not_have_is_refused(kind):
    with pytest.raises(RefusedError, match="wide-8 has no map") as refused:
        charts.chart_of(store(), WIDE, kind)
    assert refused.value.status == 404


def test_a_code_of_one_number_is_a_line_below_its_piles():
    engine = stand_in.Narrow()
    chart = charts.chart_of(store(), engine)
    x0, x1, y0, y1 = chart.extent
    assert (charts.kinds_of(engine), chart.kind) == (("line",), "line")
    np.testing.assert_array_equal(chart.points[:, 0], engine.latents.codes[:, 0])
    assert y1 - y0 == pytest.approx(x1 - x0)
    assert chart.points[:, 1].min() > 0 and chart.points[:, 1].max() < 0.75 * (x1 - x0) < y1
    asked = np.array([[-1.5], [2.0]], np.float32)
    places = chart.places(asked)
    assert (y0 < places[:, 1]).all() and (places[:, 1] < 0).all()
    np.testing.assert_array_equal(chart.codes(places), asked)
    np.testing.assert_array_equal(chart.codes(np.array([[0.5, 9.0]], np.float32)), [[0.5]])
    assert chart.landing(asked) == ["", ""]
    assert "piled up" in charts.words_of(store(), engine, "line")


def test_a_layout_that_fails_is_said_and_tried_again(laid_out, monkeypatch):
    def fail(codes, *, seed):
        raise neighbour_map.LayoutError("It could not be made.")

    shared, layout = store(), neighbour_map.layout
    monkeypatch.setattr(neighbour_map, "layout", fail)
    with pytest.raises(RefusedError, match=r"It could not be made\.") as refused:
        charts.chart_of(shared, WIDE, "umap")
    assert refused.value.status == 422
    monkeypatch.setattr(neighbour_map, "layout", layout)
    assert charts.chart_of(shared, WIDE, "umap").kind == "umap"
