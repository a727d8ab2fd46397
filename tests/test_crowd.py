import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoders.crowd import Crowd, spread_out


def crowd(count=40, *, seed=0, narrow=0.33):
    random = np.random.default_rng(seed)
    places = random.uniform(-1, 1, (count, 2)).astype(np.float32)
    return Crowd(places, random.normal(0, 1, (count, 5)).astype(np.float32), narrow)


def test_it_passes_through_its_samples():
    people = crowd(narrow=0.2)
    assert people.at(people.places) == pytest.approx(people.residuals, abs=1e-3)


def test_it_stays_among_its_samples_everywhere():
    people = crowd()
    far = np.array([[1e6, -1e6], [0, 0], [3, 3]], np.float32)
    blended = people.at(far)
    assert np.isfinite(blended).all()
    assert (blended <= people.residuals.max(axis=0) + 1e-5).all()
    assert (blended >= people.residuals.min(axis=0) - 1e-5).all()


def test_halfway_between_two_lies_their_mean():
    places = np.array([[0, 0], [1, 0], [50, 0]], np.float32)
    people = Crowd(places, np.array([[2.0], [4.0], [9.0]], np.float32))
    assert people.at(np.array([[0.5, 0]], np.float32)) == pytest.approx(3.0)


def test_a_quarter_of_the_way_by_numbers():
    places = np.array([[0, 0], [1, 0], [50, 0]], np.float32)
    people = Crowd(places, np.array([[2.0], [4.0], [9.0]], np.float32))
    # Squares 1/16 and 9/16; the second gives the width: exp(-(8/16) / (2 * 0.33^2 * 9/16)).
    other = np.exp(-0.5 / (2 * 0.33**2 * 0.5625))
    expected = (2 + 4 * other) / (1 + other)
    assert people.at(np.array([[0.25, 0]], np.float32)) == pytest.approx(expected, abs=1e-5)


def test_two_samples_in_one_place_are_blended():
    places = np.array([[0, 0], [0, 0], [1, 0]], np.float32)
    people = Crowd(places, np.array([[2.0], [4.0], [9.0]], np.float32))
    assert people.at(places[:1]) == pytest.approx(3.0)


@given(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9))
def test_a_small_step_is_a_small_change(x, y):
    people = crowd()
    here, there = people.at(np.array([[x, y], [x + 1e-4, y]], np.float32))
    assert np.abs(here - there).max() < 0.05


def test_codes_are_taken_in_parts_of_any_size():
    people = crowd()
    codes = np.random.default_rng(1).uniform(-1, 1, (2050, 2)).astype(np.float32)
    whole = people.at(codes)
    assert whole[1030] == pytest.approx(people.at(codes[1030:1031])[0], abs=1e-6)
    assert people.at(codes[:0]).shape == (0, 5)


def test_spreading_out_takes_the_corners_before_the_crowd():
    random = np.random.default_rng(0)
    places = np.concatenate([random.normal(0, 0.01, (50, 2)), [[1, 1], [-1, 1], [1, -1], [-1, -1]]])
    chosen = spread_out(places, count=5)
    assert chosen[0] < 50
    assert set(chosen[1:]) == {50, 51, 52, 53}
    assert sorted(spread_out(places, count=100)) == list(range(54))
