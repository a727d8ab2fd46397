"""Codes drawn by chance: the same numbers for every model, and what a temperature does to them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from autoencoders.draws import Source, standard_normals

CODES = np.random.default_rng(5).normal([3, -1], [2, 0.5], (2000, 2)) @ [[1, 0.4], [0, 1]]


def plain() -> Source:
    return Source.of(CODES, family="convolutional")


@given(st.integers(0, 2**31 - 1), st.integers(1, 6), st.integers(1, 9))
def test_longer_codes_and_more_pictures_begin_with_the_same_numbers(seed, size, count):
    all_of_them = standard_normals(count + 3, size + 5, seed=seed)
    assert (standard_normals(count, size, seed=seed) == all_of_them[:count, :size]).all()


def test_the_numbers_are_standard_normal_and_another_seed_draws_others():
    drawn = standard_normals(400, 20, seed=1).ravel()
    assert stats.kstest(drawn, "norm").pvalue > 0.01
    assert (standard_normals(4, 3, seed=1) != standard_normals(4, 3, seed=2)).all()


@pytest.mark.parametrize("wrong", [(-1, 2, 0), (2, -1, 0), (2, 2, -1)])
def test_what_cannot_be_drawn_is_said(wrong):
    with pytest.raises(ValueError, match="cannot be drawn"):
        standard_normals(wrong[0], wrong[1], seed=wrong[2])


def test_a_variational_model_draws_from_its_prior_whatever_its_codes_are():
    source = Source.of(CODES, family="variational")
    normals = standard_normals(5, 2, seed=3)
    assert source.kind == "prior"
    np.testing.assert_allclose(source.codes(normals), normals, rtol=1e-6)
    np.testing.assert_allclose(source.codes(normals, temperature=0.5), normals / 2, rtol=1e-6)


def test_a_plain_model_draws_from_the_gaussian_that_fits_its_codes():
    drawn = plain().codes(standard_normals(40_000, 2, seed=1))
    np.testing.assert_allclose(drawn.mean(axis=0), CODES.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(CODES.T), rtol=0.06)


def test_the_first_number_moves_mostly_the_first_axis():
    apart = np.random.default_rng(0).normal(0, [3, 1], (5000, 2))
    moved = Source.of(apart, family="dense").codes(np.eye(2)) - apart.mean(axis=0)
    np.testing.assert_allclose(moved, [[3, 0], [0, 1]], atol=0.1)


def test_a_square_is_filled_evenly_and_never_left():
    source = Source.of(CODES, family="deep", code_range="unit")
    drawn = source.codes(standard_normals(2000, 2, seed=4))
    assert source.kind == "square"
    assert stats.kstest(drawn[:, 0], "uniform", (-1, 2)).pvalue > 0.01
    assert stats.kstest(drawn[:, 1], "uniform", (-1, 2)).pvalue > 0.01
    hot = source.codes(standard_normals(2000, 2, seed=4), temperature=2)
    assert np.abs(hot).max() <= 1
    assert np.abs(hot).mean() > np.abs(drawn).mean() + 0.1


@pytest.mark.parametrize("source", [plain(), Source.of(CODES, family="deep", code_range="unit")])
def test_at_temperature_nothing_all_are_in_the_middle(source):
    drawn = source.codes(standard_normals(3, 2, seed=0), temperature=0)
    np.testing.assert_allclose(drawn, np.tile(source.mean, (3, 1)), rtol=1e-6)
    with pytest.raises(ValueError, match="temperature"):
        source.codes(standard_normals(3, 2, seed=0), temperature=-0.1)


def test_a_code_of_one_number_is_drawn_too():
    source = Source.of(CODES[:, :1], family="convolutional")
    drawn = source.codes(standard_normals(20_000, 1, seed=2))
    assert drawn.std() == pytest.approx(CODES[:, 0].std(), rel=0.03)


def test_quantiles_hold_as_much_of_the_prior_between_one_and_the_next():
    """Kingma and Welling's figure: the standard Gaussian's quantiles, the largest y on top."""
    source = Source.of(CODES, family="variational")
    grid = source.quantiles(4).reshape(4, 4, 2)
    np.testing.assert_allclose(stats.norm.cdf(grid[0, :, 0]), [0.125, 0.375, 0.625, 0.875])
    assert (grid[0, :, 1] > grid[1, :, 1]).all()
    assert (grid[:, 0, 0] == grid[0, 0, 0]).all()
    square = Source.of(CODES, family="deep", code_range="unit").quantiles(4)[:4, 0]
    np.testing.assert_allclose(square, [-0.75, -0.25, 0.25, 0.75], atol=1e-6)


def test_quantiles_are_of_two_numbers():
    source = Source.of(np.zeros((4, 3)), family="variational")
    with pytest.raises(ValueError, match="2 numbers"):
        source.quantiles(5)
