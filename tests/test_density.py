"""A path that stays where the data is, and how far others leave it."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from autoencoders.density import Neighbourhood, density_following, leaves_the_data, nearest
from autoencoders.paths import straight, waypoint_frames


def ring(count=600, *, noise=0.03, seed=0):
    """Codes around a circle of radius 1."""
    random = np.random.default_rng(seed)
    angle = random.uniform(0, 2 * np.pi, count)
    return np.stack([np.cos(angle), np.sin(angle)], 1) + random.normal(0, noise, (count, 2))


def half_moons(count=400, seed=0):
    """Two arcs that reach into each other: about (0, 0), upwards, and about (1, 0.5), downwards."""
    random = np.random.default_rng(seed)
    angle = random.uniform(0, np.pi, (2, count))
    upper = np.stack([np.cos(angle[0]), np.sin(angle[0])], 1)
    lower = np.stack([1 - np.cos(angle[1]), 0.5 - np.sin(angle[1])], 1)
    return np.concatenate([upper, lower]) + random.normal(0, 0.03, (2 * count, 2))


def test_the_path_goes_around_the_hole_of_a_ring():
    codes, ends = ring(), [[-1, 0], [1, 0]]
    radius = np.hypot(*density_following(ends, 64, codes).T)
    assert radius.min() > 0.9 and radius.max() < 1.1
    assert np.hypot(*straight(ends, 64).T).min() < 0.02
    assert leaves_the_data(density_following(ends, 64, codes), codes).max() < 3
    assert leaves_the_data(straight(ends, 64), codes).max() > 10


def test_the_path_follows_a_half_moon():
    # From one tip of the upper moon to the other; the chord crosses the lower moon's tip.
    path = density_following([[-1, 0], [1, 0]], 100, half_moons())
    assert path[:, 1].max() > 0.9
    np.testing.assert_allclose(np.hypot(*path.T), 1, atol=0.1)


def test_the_power_decides_between_a_short_and_a_dense_way():
    # Across 2 units of void in one step, or around over 60 codes 0.1 apart: at power p the detour
    # costs 60 * 0.1 ** p against 2 ** p, so it is taken from p = ln 60 / ln 20 = 1.37 on.
    left, top = np.linspace(0, 2, 21), np.linspace(0, 2, 21)
    frame = [(0, y) for y in left] + [(x, 2) for x in top] + [(2, y) for y in left]
    codes, ends = np.array(frame, float), [[0, 0], [2, 0]]
    near = density_following(ends, 50, Neighbourhood.of(codes, neighbours=2), power=1.2)
    far = density_following(ends, 50, Neighbourhood.of(codes, neighbours=2), power=1.6)
    assert near[:, 1].max() == 0
    assert far[:, 1].max() > 1.9


def test_smoothing_takes_the_zigzag_away():
    def bends(path):
        steps = np.diff(path.astype(float), axis=0)
        angle = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
        return np.abs(np.diff(angle)).sum()

    rough, smooth = (
        density_following([[-1, 0], [1, 0]], 300, ring(), smoothing=amount) for amount in (0, 0.5)
    )
    assert bends(smooth) < bends(rough) / 5
    assert np.abs(np.hypot(*smooth.T) - 1).max() < 0.1


def test_frames_stand_evenly_along_a_leg():
    path = density_following([[-1, 0], [1, 0]], 200, ring()).astype(float)
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert steps.max() < 1.1 * steps.min()


def test_islands_are_joined_by_their_nearest_pairs():
    # Three islands of 12 in a row; nearest pairs are those across the gaps.
    island = np.stack([np.linspace(0, 1, 12), np.zeros(12)], axis=1)
    codes = np.concatenate([island + np.array([x, 0]) for x in (0, 5, 20)])
    around = Neighbourhood.of(codes, neighbours=3)
    graph = coo_array((around.lengths, around.edges.T), shape=(36, 36))
    assert connected_components(graph, directed=False)[0] == 1
    across = around.lengths > 2
    np.testing.assert_allclose(sorted(around.lengths[across]), [4, 14])
    path = density_following([[0, 0], [21, 0]], 30, around)
    assert np.isfinite(path).all()
    assert (np.diff(path[:, 0]) > 0).all()


clouds = arrays(
    np.float32,
    st.tuples(st.integers(1, 30), st.just(3)),
    elements=st.floats(-8, 8, width=16),
)


@settings(deadline=None, max_examples=60)
@given(clouds, st.integers(2, 8), st.integers(0, 30), st.integers(0, 99))
def test_any_codes_give_a_path_through_every_waypoint(codes, count, more, seed):
    points = np.random.default_rng(seed).integers(-3, 4, (count, 3)).astype(np.float32)
    frames = count + more
    path = density_following(points, frames, codes)
    assert path.shape == (frames, 3) and path.dtype == np.float32
    assert np.isfinite(path).all()
    np.testing.assert_array_equal(path[waypoint_frames(count, frames)], points)


@settings(deadline=None, max_examples=15)
@given(st.floats(0, 6.3), st.floats(-9, 9))
def test_the_path_turns_and_moves_with_the_codes(angle, shift):
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    codes, ends = ring(200), np.array([[-1.0, 0.1], [1, 0]])
    moved = density_following(ends @ turn + shift, 40, codes @ turn + shift)
    np.testing.assert_allclose(moved, density_following(ends, 40, codes) @ turn + shift, atol=1e-4)


def test_equal_waypoints_are_a_rest():
    path = density_following([[-1, 0], [-1, 0], [1, 0]], 21, ring(100))
    assert (path[:11] == [-1, 0]).all()


def test_a_neighbourhood_serves_as_its_codes_do():
    codes, ends = ring(100), [[-1, 0], [1, 0]]
    around = Neighbourhood.of(codes)
    np.testing.assert_array_equal(
        density_following(ends, 20, around), density_following(ends, 20, codes)
    )
    np.testing.assert_array_equal(leaves_the_data(ends, around), leaves_the_data(ends, codes))


@pytest.mark.parametrize("size", [2, 40])
def test_nearest_are_those_of_all_distances(size):
    random = np.random.default_rng(0)
    points, codes = random.normal(7, 1, (50, size)), random.normal(7, 1, (300, size))
    every = np.linalg.norm(points[:, None] - codes, axis=2)
    far, near = nearest(points, codes, 6)
    np.testing.assert_allclose(far, np.sort(every, axis=1)[:, :6], rtol=1e-12)
    np.testing.assert_array_equal(near, np.argsort(every, axis=1)[:, :6])


def test_emptiness_of_a_worked_example():
    # Codes at 0, 1, ..., 9: the second nearest other is 1 away for all but the two ends (2 away).
    codes = np.arange(10.0)[:, None]
    found = leaves_the_data([[4.5], [4.75], [14.0]], codes, neighbours=2)
    # Second nearest of all: of 4.5 it is 0.5 away, of 4.75 it is 4 (0.75), of 14 it is 8.
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [0.5, 0.75, 6])


def test_a_single_code_and_copies_of_it_work():
    for codes in ([[1, 2]], [[1, 2]] * 30):
        path = density_following([[0, 0], [2, 2]], 5, codes)
        assert np.isfinite(path).all()
        assert leaves_the_data([[1, 2], [0, 0]], codes).tolist() == [0, math.inf]
    assert np.isfinite(leaves_the_data([[5, 5]], [[0, 0]] * 20 + [[3, 4]])).all()


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"data": np.zeros((0, 2))}, "(0, 2)"),
        ({"data": np.zeros(3)}, "(3,)"),
        ({"data": np.full((5, 2), np.nan)}, "NaN"),
        ({"data": np.zeros((5, 3))}, "of 2 numbers, the data of 3"),
        ({"waypoints": [[0, 0]]}, "2 to 8 waypoints"),
        ({"waypoints": [[0, math.nan], [1, 1]]}, "NaN"),
        ({"frames": 1}, "2 to 4096 frames"),
        ({"power": 1.0}, "power is 1.0"),
        ({"power": math.nan}, "power is nan"),
        ({"smoothing": -1.0}, "smoothing is -1.0"),
    ],
)
def test_bad_input_is_one_sentence(change, part):
    given = {"waypoints": [[0, 0], [1, 1]], "frames": 9, "data": ring(20)} | change
    with pytest.raises(ValueError, match=r"\.$") as caught:
        density_following(**given)
    assert part in str(caught.value)


def test_bad_input_of_the_rest_is_one_sentence():
    with pytest.raises(ValueError, match="neighbours is 0"):
        Neighbourhood.of(ring(20), neighbours=0)
    with pytest.raises(ValueError, match="codes of the path must be finite"):
        leaves_the_data([[math.nan, 0]], ring(20))
    with pytest.raises(ValueError, match="of 3 numbers, the data of 2"):
        leaves_the_data([[0, 0, 0]], ring(20))


@pytest.mark.parametrize(("count", "size"), [(10_000, 2), (4_000, 128)])
def test_a_large_model_s_codes_take_seconds_at_most(count, size):
    # Measured at 0.2 and 0.6 s; the rest is for machines that are busy or slow.
    codes = np.random.default_rng(0).standard_normal((count, size)).astype(np.float32)
    start = time.process_time()
    density_following(codes[:4], 64, codes)
    assert time.process_time() - start < 4
