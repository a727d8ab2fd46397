"""The plane of two principal components."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoders.projection import PrincipalPlane, pile


def _cloud(*, count: int = 200, spread: tuple[float, ...] = (0.1, 3.0, 0.2, 1.0)) -> np.ndarray:
    random = np.random.default_rng(0)
    return random.standard_normal((count, len(spread))) * spread + [1.0, 2.0, 3.0, 4.0]


def test_the_axes_are_those_of_the_largest_spreads():
    plane = PrincipalPlane.of(_cloud())
    np.testing.assert_allclose(np.abs(plane.axes), [[0, 1, 0, 0], [0, 0, 0, 1]], atol=0.06)
    assert (plane.axes.max(axis=1) > 0.99).all()


def test_the_share_of_the_variance_is_that_of_its_two_axes():
    cloud = _cloud()
    singular = np.linalg.svd(cloud - cloud.mean(axis=0), compute_uv=False) ** 2
    assert PrincipalPlane.of(cloud).share == pytest.approx(singular[:2].sum() / singular.sum())


def test_the_mean_lies_at_the_origin():
    cloud = _cloud()
    places = PrincipalPlane.of(cloud).places(cloud)
    assert places.dtype == np.float32
    np.testing.assert_allclose(places.mean(axis=0), 0, atol=1e-5)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=5))
def test_a_place_is_where_its_code_lies(places):
    plane = PrincipalPlane.of(_cloud())
    codes = plane.codes(places)
    assert codes.dtype == np.float32
    np.testing.assert_allclose(plane.places(codes), places, atol=1e-4)


def test_codes_that_are_all_alike_have_a_plane_too():
    plane = PrincipalPlane.of(np.ones((3, 4)))
    assert plane.share == 1.0
    np.testing.assert_allclose(plane.codes([[0, 0]]), [[1, 1, 1, 1]])


@pytest.mark.parametrize("codes", [np.ones((1, 4)), np.ones((4, 1)), np.ones(4)])
def test_fewer_than_two_codes_or_numbers_have_no_plane(codes):
    with pytest.raises(ValueError, match="at least two codes of two numbers"):
        PrincipalPlane.of(codes)


def test_codes_that_are_not_finite_have_no_plane():
    with pytest.raises(ValueError, match="finite"):
        PrincipalPlane.of([[0.0, np.nan], [1.0, 2.0]])


def test_what_a_plane_shows_of_a_code_is_its_share_of_the_squared_distance():
    plane = PrincipalPlane(np.array([1.0, 1.0, 1.0]), np.eye(3)[:2], 1.0)
    codes = [[4, 5, 1], [1, 1, 9], [4, 1, 5], [1, 1, 1]]
    np.testing.assert_allclose(plane.shown(codes), [1, 0, 9 / 25, 1])
    assert plane.shown(codes).dtype == np.float32


def test_what_a_plane_shows_of_all_codes_together_is_its_share():
    cloud = _cloud()
    plane = PrincipalPlane.of(cloud)
    weight = np.square(cloud - cloud.mean(axis=0)).sum(axis=1)
    assert np.average(plane.shown(cloud), weights=weight) == pytest.approx(plane.share)


def test_points_stand_on_each_other_in_the_order_asked_for():
    numbers = [0.0, 0.1, 10.0, 0.2, 5.0, 0.05]
    order = [2, 0, 0, 1, 0, 0]
    # The first bin holds four: by order, then as they came, 1 and 5, 3, 0.
    heights = pile(numbers, order, bins=10)
    assert heights.tolist() == pytest.approx([3.5 / 4, 0.5 / 4, 0.5 / 4, 2.5 / 4, 0.5 / 4, 1.5 / 4])


def test_one_place_alone_is_one_pile():
    assert pile([3.0, 3.0], [1, 0]).tolist() == pytest.approx([0.75, 0.25])


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=60))
def test_piles_are_as_high_as_there_are_points_in_them(numbers):
    heights = pile(numbers, np.zeros(len(numbers)), bins=7)
    edges = np.linspace(min(numbers), max(numbers), 8)
    largest = np.histogram(numbers, edges if np.ptp(numbers) > 1e-3 else 1)[0].max()
    assert heights.min() > 0 and heights.max() < 1
    if (
        np.ptp(numbers) > 1e-3
        and np.abs(np.subtract.outer(numbers, edges)).min(axis=0)[1:-1].min(initial=1) > 1e-6
    ):
        assert heights.max() == pytest.approx((largest - 0.5) / largest)
