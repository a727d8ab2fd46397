"""Blocks of texture on pictures, and how well the error of a reconstruction finds them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoders import blocks


def faces(count=12):
    random = np.random.default_rng(0)
    return random.integers(100, 110, (count, 40, 48, 3), dtype=np.uint8)


@given(st.integers(0, 2**20))
def test_a_block_lies_on_its_picture_and_nothing_else_changes(seed):
    images = faces(4)
    found, boxes = blocks.blocked(images, seed=seed)
    again, _ = blocks.blocked(images, seed=seed)
    assert np.array_equal(found, again)
    for before, after, (top, left, side) in zip(images, found, boxes, strict=True):
        assert 12 <= side <= 20
        assert 0 <= top <= 40 - side and 0 <= left <= 48 - side
        outside = np.ones((40, 48), bool)
        outside[top : top + side, left : left + side] = False
        assert np.array_equal(before[outside], after[outside])
        assert after[~outside].std() > 30  # texture


def test_an_error_is_spread_over_the_window_around_it():
    images, rebuilt = np.zeros((1, 30, 30, 1), np.uint8), np.zeros((1, 30, 30, 1), np.uint8)
    rebuilt[0, 10, 20] = 255
    (found,) = blocks.error_maps(images, rebuilt)
    expected = np.zeros((30, 30))
    expected[6:15, 16:25] = 1 / 81
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_peak_inside_its_block_is_a_hit():
    maps = np.zeros((3, 20, 30))
    maps[0, 5, 7] = maps[1, 5, 8] = maps[2, 17, 7] = 1.0
    boxes = np.array([[5, 7, 12], [5, 9, 12], [5, 7, 12]])
    assert blocks.hits(maps, boxes).tolist() == [True, False, False]


def test_a_model_that_does_not_draw_them_finds_them_and_one_that_does_finds_nothing():
    images = faces()
    assert blocks.find_blocks(lambda given: images, images) == blocks.Blocks(1.0, 1.0)
    found = blocks.find_blocks(lambda given: given, images)
    assert found.auroc == 0.5
    assert found.peak < 0.5


def test_a_model_that_draws_half_of_them_finds_half_of_them():
    images = faces(40)
    calls = []

    def reconstruct(given):
        calls.append(given)
        drawn = images.copy()
        drawn[::2] = given[::2]
        return drawn

    # Half of the pairs are told apart, the other half have no error at all: 1/2 + 1/2 * 1/2.
    assert blocks.find_blocks(reconstruct, images).auroc == pytest.approx(0.75)
    assert len(calls) == 2
