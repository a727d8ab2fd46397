"""Ways from code to code that need the waypoints alone."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autoencoders.paths import (
    along,
    analogy,
    corners,
    spherical,
    straight,
    waypoint_frames,
)

numbers = st.floats(-1e3, 1e3, width=32)
waypoints = arrays(np.float32, st.tuples(st.integers(2, 8), st.integers(1, 5)), elements=numbers)


def test_straight_of_a_worked_example():
    path = straight([[0, 0], [2, 4], [2, 0]], 5)
    assert path.dtype == np.float32
    assert path.tolist() == [[0, 0], [1, 2], [2, 4], [2, 2], [2, 0]]


@pytest.mark.parametrize("way", [straight, spherical])
@settings(deadline=None, max_examples=60)
@given(points=waypoints, more=st.integers(0, 40))
def test_every_waypoint_is_passed_exactly(way, points, more):
    frames = len(points) + more
    path = way(points, frames)
    assert path.shape == (frames, points.shape[1]) and path.dtype == np.float32
    assert np.isfinite(path).all()
    np.testing.assert_array_equal(path[waypoint_frames(len(points), frames)], points)


@settings(deadline=None)
@given(st.integers(2, 8), st.integers(0, 400))
def test_legs_have_the_same_number_of_steps_or_one_more(count, more):
    places = waypoint_frames(count, count + more)
    steps = np.diff(places)
    assert (places[0], places[-1], len(places)) == (0, count + more - 1, count)
    assert steps.min() >= 1 and steps.max() - steps.min() <= 1


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=2, max_size=5),
    st.floats(0, 6.3),
)
def test_straight_turns_and_moves_with_the_codes(points, angle):
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    moved = straight(np.array(points) @ turn + [3, -4], 20)
    np.testing.assert_allclose(moved, straight(points, 20) @ turn + [3, -4], atol=1e-5)


def test_equal_waypoints_are_a_rest():
    for way in (straight, spherical):
        path = way([[1, 2], [1, 2], [3, 4]], 9)
        assert (path[:5] == [1, 2]).all()
        assert (path[-1] == [3, 4]).all()


def test_spherical_follows_the_quarter_circle():
    path = spherical([[2, 0], [0, 2]], 7)
    angle = np.radians(np.arange(0, 91, 15))
    np.testing.assert_allclose(path, 2 * np.stack([np.cos(angle), np.sin(angle)], 1), atol=1e-6)


def test_spherical_lengths_change_linearly_about_the_centre():
    path = spherical([[11, 5], [10, 9]], 5, centre=[10, 5])  # arms of 1 and 4 at a right angle
    arms = path - np.float32([10, 5])
    np.testing.assert_allclose(np.hypot(*arms.T), [1, 1.75, 2.5, 3.25, 4], rtol=1e-6)
    angles = np.degrees(np.arctan2(arms[:, 1], arms[:, 0]))
    np.testing.assert_allclose(angles, [0, 22.5, 45, 67.5, 90], atol=1e-4)


def test_spherical_without_an_angle_is_straight():
    for ends in ([[1, 1], [3, 3]], [[0, 0], [3, 1]], [[-2], [2]]):
        np.testing.assert_array_equal(spherical(ends, 8), straight(ends, 8))


def test_opposite_waypoints_turn_towards_the_first_axis_beside_them():
    # Nearest to a right angle to (0, 1, 0) are x and z; x is the first: over (1, 0, 0).
    path = spherical([[0, 1, 0], [0, -1, 0]], 3)
    np.testing.assert_allclose(path[1], [1, 0, 0], atol=1e-6)
    # Nearly opposite is not opposite: the shorter way, over (0, 0, -1).
    path = spherical([[0, 1, 0], [0, -1, -1e-3]], 3)
    np.testing.assert_allclose(path[1], [0, 0, -1], atol=1e-3)


@settings(deadline=None, max_examples=60)
@given(arrays(np.float32, (2, 3), elements=st.floats(-5, 5, width=32)))
def test_spherical_stays_between_the_two_lengths(ends):
    lengths = np.linalg.norm(ends, axis=1)
    if lengths.min() < 1e-2 or np.linalg.norm(np.cross(*ends)) < 1e-3 * lengths.prod():
        return
    found = np.linalg.norm(spherical(ends, 20), axis=1)
    assert found.min() >= lengths.min() * (1 - 1e-5)
    assert found.max() <= lengths.max() * (1 + 1e-5)


@pytest.mark.parametrize("way", [straight, spherical])
@pytest.mark.parametrize(
    ("points", "frames", "part"),
    [
        ([[0, 0]], 9, "2 to 8 waypoints, got 1"),
        (np.zeros((9, 2)), 9, "2 to 8 waypoints, got 9"),
        ([0, 1], 9, "(2,)"),
        (np.zeros((2, 0)), 9, "(2, 0)"),
        ([[0, math.nan], [1, 1]], 9, "NaN"),
        ([[0, math.inf], [1, 1]], 9, "infinite"),
        ([[0, 1e39], [1, 1]], 9, "beyond float32"),
        (np.zeros((2, 2)), 1, "2 to 4096 frames, not 1"),
        (np.zeros((2, 2)), 4097, "not 4097"),
        (np.zeros((5, 2)), 4, "5 to 4096 frames, not 4"),
    ],
)
def test_bad_paths_are_refused_in_one_sentence(way, points, frames, part):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        way(points, frames)
    assert part in str(caught.value)


@pytest.mark.parametrize("centre", [[0, 0, 0], [0, math.nan], 1.0])
def test_a_centre_is_one_finite_code(centre):
    with pytest.raises(ValueError, match="centre must be 2 finite numbers"):
        spherical([[0, 1], [1, 0]], 9, centre=centre)


def test_along_measures_by_length():
    curve = np.array([[0.0, 0], [3, 0], [3, 0], [3, 1]])
    np.testing.assert_allclose(
        along(curve, np.array([0, 0.5, 0.75, 1])), [[0, 0], [2, 0], [3, 0], [3, 1]]
    )


def test_corners_of_a_worked_example():
    square = corners([[0, 0], [4, 0], [0, 2], [4, 10]], 3, 3)
    assert square.dtype == np.float32
    assert square.tolist() == [
        [0, 0], [2, 0], [4, 0],
        [0, 1], [2, 3], [4, 5],
        [0, 2], [2, 6], [4, 10],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("four", "rows", "cols", "part"),
    [
        (np.zeros((3, 2)), 4, 4, "(3, 2)"),
        (np.zeros(4), 4, 4, "(4,)"),
        (np.full((4, 2), np.nan), 4, 4, "NaN"),
        (np.zeros((4, 2)), 1, 4, "1 x 4"),
        (np.zeros((4, 2)), 65, 64, "65 x 64"),
    ],
)
def test_a_square_of_something_else_is_refused(four, rows, cols, part):
    with pytest.raises(ValueError, match="A square needs") as caught:
        corners(four, rows, cols)
    assert part in str(caught.value)


def test_an_analogy_is_a_parallelogram():
    answer = analogy([1, 1], [4, 3], [0, 5])
    assert answer.dtype == np.float32
    assert answer.tolist() == [3, 7]
    assert analogy(np.zeros((3, 2)), np.ones((3, 2)), np.ones((3, 2))).tolist() == [[2, 2]] * 3
    with pytest.raises(ValueError, match="three codes of one shape"):
        analogy([1], [1, 2], [1])
    with pytest.raises(ValueError, match="finite"):
        analogy([1.0], [math.inf], [1.0])
