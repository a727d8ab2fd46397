"""Where a plane has left the data: distances worked out by hand, and what holds for all codes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoencoders.emptiness import (
    LEVEL,
    crowding,
    levels_by_density,
    levels_by_return,
    lonely,
    over_plane,
)
from autoencoders.latent import grid_codes, plane_extent

LINE = np.arange(10.0)[:, None]
"""Codes at 0, 1, ..., 9: the second nearest other is 1 away for all but the two ends, 2 away."""


def test_a_code_is_not_its_own_neighbour():
    assert lonely(LINE, neighbours=2).tolist() == [2, 1, 1, 1, 1, 1, 1, 1, 1, 2]


def test_twice_as_far_is_a_quarter_as_dense():
    found = crowding(LINE, neighbours=2)
    assert found.dtype == np.float32
    assert found.tolist() == [0.25, 1, 1, 1, 1, 1, 1, 1, 1, 0.25]


def test_levels_by_density_of_a_worked_example():
    # The border is the 0.99 quantile of (1 x 8, 2 x 2), which is 2. The second nearest of 4.5 is
    # 0.5 away, of 11 it is 3, of 14 it is 6.
    found = levels_by_density([[4.5], [11], [14]], LINE, neighbours=2)
    assert found.dtype == np.float32
    assert found.tolist() == [0.25, 1.5, 3]


def test_levels_by_return_of_a_worked_example():
    # Every code comes back at half of itself, so as far away as half of it: 0, 0.5, ..., 5.
    codes = np.arange(11, dtype=np.float32)[:, None] * np.float32([1, 0])
    places = np.array([[0, 0], [4.95, 0], [0, 9.9], [-19.8, 0]], np.float32)
    found = levels_by_return(places, codes, again=lambda z: z / 2)
    # The 0.99 quantile lies 0.9 of the way from 4.5 to 5.
    np.testing.assert_allclose(found, [0, 2.475 / 4.95, 1, 2], rtol=1e-6)


def test_the_way_back_is_measured_on_a_sample_only():
    asked = []

    def again(codes):
        asked.append(codes.copy())
        return codes * np.float32(0.9)

    codes = np.random.default_rng(0).normal(size=(500, 2)).astype(np.float32)
    one = levels_by_return(codes[:7], codes, again=again, sample=40, seed=3)
    assert sorted(map(len, asked)) == [7, 40]
    assert len(np.unique(max(asked, key=len), axis=0)) == 40
    assert np.array_equal(one, levels_by_return(codes[:7], codes, again=again, sample=40, seed=3))
    other = levels_by_return(codes[:7], codes, again=again, sample=40, seed=4)
    assert not np.array_equal(one, other)


def ring(count=2_000):
    random = np.random.default_rng(1)
    angle = random.uniform(0, 2 * np.pi, count)
    radius = random.uniform(0.7, 1, count)
    return (np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius[:, None]).astype(np.float32)


def test_a_hole_and_the_corners_are_found():
    codes = ring()
    extent = plane_extent(codes)
    side = 41
    levels = over_plane(lambda places: levels_by_density(places, codes), extent, side)
    assert levels.dtype == np.uint8 and levels.shape == (side, side)
    empty = levels > LEVEL
    far = np.linalg.norm(grid_codes(extent, side, side), axis=1).reshape(side, side)
    assert empty[far < 0.5].all()
    assert empty[far > 1.2].all()
    assert not empty[(far > 0.75) & (far < 0.95)].any()


def test_a_grid_of_levels_begins_at_the_top_left():
    levels = over_plane(lambda places: places[:, 0] + 10 * places[:, 1], (0.0, 0.2, 0.0, 0.1), 3)
    assert levels.tolist() == [[100, 110, 120], [50, 60, 70], [0, 10, 20]]


def test_a_level_beyond_what_a_byte_holds_is_as_high_as_can_be():
    levels = over_plane(lambda places: np.full(len(places), np.inf, np.float32), (0, 1, 0, 1), 2)
    assert (levels == 255).all()


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(1, 300), size=st.integers(1, 3), spread=st.floats(1e-3, 1e3),
    seed=st.integers(0, 2**16), neighbours=st.integers(1, 12),
)  # fmt: skip
def test_at_most_one_code_in_a_hundred_lies_outside(count, size, spread, seed, neighbours):
    codes = spread * np.random.default_rng(seed).standard_t(2, (count, size))
    # At a code itself one of the neighbours is the code: it cannot look emptier than it is.
    levels = levels_by_density(codes, codes, neighbours=neighbours)
    assert (levels > 1).sum() <= np.ceil(0.01 * count)
    own = lonely(codes, neighbours=neighbours)
    assert (own > np.quantile(own, 0.99)).sum() <= np.ceil(0.01 * count)
    dense = crowding(codes, neighbours=neighbours)
    # Of an even number, two lie around 1, and their mean need not be near it.
    assert (dense > 0).all()
    assert np.mean(dense >= 1) >= 0.5 and np.mean(dense <= 1) >= 0.5


def test_levels_do_not_know_the_unit_of_codes():
    codes = ring(300)
    places = np.random.default_rng(2).uniform(-2, 2, (50, 2))
    np.testing.assert_allclose(
        levels_by_density(places, codes), levels_by_density(places * 64, codes * 64), rtol=1e-5
    )


@pytest.mark.parametrize("codes", [[[1, 2]], [[1, 2]] * 30])
def test_a_single_code_and_copies_of_it_work(codes):
    assert levels_by_density([[1, 2], [0, 0]], codes).tolist() == [0, np.inf]
    assert crowding(codes).tolist() == [1] * len(codes)
    same = np.array(codes, np.float32)
    found = levels_by_return(np.float32([[1, 2], [0, 0]]), same, again=lambda z: z * 0 + same[0])
    assert found.tolist() == [0, np.inf]


def test_copies_among_others_are_dense_but_not_infinitely():
    dense = crowding([[0, 0]] * 20 + [[k, 5] for k in range(40)])
    assert np.isfinite(dense).all() and dense[0] == dense.max() > 100


@pytest.mark.parametrize("codes", [np.zeros((0, 2)), np.zeros(3), np.full((5, 2), np.nan)])
def test_bad_codes_are_one_sentence(codes):
    place = np.zeros((1, 2), np.float32)
    calls = (
        lonely,
        crowding,
        lambda codes: levels_by_density(place, codes),
        lambda codes: levels_by_return(place, codes, again=lambda z: z),
    )
    for call in calls:
        with pytest.raises(ValueError, match=r"\.$"):
            call(codes)


def test_no_neighbours_are_too_few():
    with pytest.raises(ValueError, match="neighbours is 0"):
        lonely(LINE, neighbours=0)
