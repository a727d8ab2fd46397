import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoders.crowd import Crowd, spread_out


def crowd(count=40, *, seed=0):
    random = np.random.default_rng(seed)
    places = random.uniform(-1, 1, (count, 2)).astype(np.float32)
    return Crowd(places, random.normal(0, 1, (count, 5)).astype(np.float32))


def test_it_passes_through_its_samples():
    people = crowd()
    assert people.at(people.places) == pytest.approx(people.residuals, abs=1e-4)


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_what_changes_evenly_is_blended_evenly(x, y):
    places = crowd().places
    people = Crowd(places, (places @ [[2.0], [-3.0]] + 0.5).astype(np.float32))
    assert people.at(np.array([[x, y]], np.float32)) == pytest.approx(2 * x - 3 * y + 0.5, abs=1e-4)


def test_in_the_middle_of_four_lies_their_mean():
    places = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)
    people = Crowd(places, np.array([[2.0], [4.0], [9.0], [1.0]], np.float32))
    assert people.at(np.array([[0.5, 0.5]], np.float32)) == pytest.approx(4.0)


def test_a_spline_by_numbers():
    # By hand: weights w of r^2 log r around the four corners and the middle, and a plane, so that
    # the middle is 1, the corners 0, the weights sum to 0. By symmetry each corner's is -w/4 and
    # the plane is flat: f(corner) = w s - (w/4) (2 a) + c = 0, f(middle) = -w s + c = 1, where
    # s = (1/2) log sqrt(1/2) over the half diagonal, a = 2 log sqrt(2) over a whole one.
    places = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]], np.float32)
    people = Crowd(places, np.array([[0.0], [0.0], [0.0], [0.0], [1.0]], np.float32))
    half, whole = 0.5 * np.log(np.sqrt(0.5)), 2 * np.log(np.sqrt(2))
    # corners: w half - w/4 whole + c = 0 (the sides' log 1 is 0); middle: - w half + c = 1
    weight = -1 / (2 * half - whole / 4)
    constant = 1 + weight * half
    side = 0.25 * np.log(0.5)  # from the middle of a side to the middle, and to its two corners
    far = 1.25 * np.log(np.sqrt(1.25))
    expected = weight * side - weight / 4 * (2 * side + 2 * far) + constant
    assert people.at(np.array([[0.5, 0.0]], np.float32)) == pytest.approx(expected, abs=1e-5)


def test_beyond_its_samples_it_is_as_at_their_edge():
    people = crowd()
    low, high = people.places.min(axis=0), people.places.max(axis=0)
    far = people.at(np.array([[1e6, -1e6], [-3, 0]], np.float32))
    edge = people.at(np.array([[high[0], low[1]], [low[0], 0]], np.float32))
    assert np.array_equal(far, edge)


def test_samples_in_one_place_count_by_their_mean():
    places = np.array([[0, 0], [0, 0], [1, 0], [0, 1]], np.float32)
    people = Crowd(places, np.array([[2.0], [4.0], [9.0], [1.0]], np.float32))
    assert people.at(places[:1]) == pytest.approx(3.0, abs=1e-5)


@pytest.mark.parametrize("places", [[[0, 0], [1, 1], [2, 2]], [[1, 2]], [[3, 3], [3, 3]]])
def test_samples_on_one_line_or_in_one_place_will_do(places):
    places = np.array(places, np.float32)
    people = Crowd(places, places[:, :1] * 2)
    assert people.at(places) == pytest.approx(places[:, :1] * 2, abs=1e-5)


@given(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9))
def test_a_small_step_is_a_small_change(x, y):
    people = crowd()
    here, there = people.at(np.array([[x, y], [x + 1e-4, y]], np.float32))
    assert np.abs(here - there).max() < 0.05


def test_any_number_of_codes_is_taken():
    people = crowd()
    codes = np.random.default_rng(1).uniform(-1, 1, (2050, 2)).astype(np.float32)
    whole = people.at(codes)
    assert whole.dtype == np.float32
    assert whole[1030] == pytest.approx(people.at(codes[1030:1031])[0], abs=1e-5)
    assert people.at(codes[:0]).shape == (0, 5)


def test_spreading_out_takes_the_corners_before_the_crowd():
    random = np.random.default_rng(0)
    places = np.concatenate([random.normal(0, 0.01, (50, 2)), [[1, 1], [-1, 1], [1, -1], [-1, -1]]])
    chosen = spread_out(places, count=5)
    assert chosen[0] < 50
    assert set(chosen[1:]) == {50, 51, 52, 53}
    assert sorted(spread_out(places, count=100)) == list(range(54))
