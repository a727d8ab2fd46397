"""Noise that grows: of the kinds that the models learned from, and the same at every level."""

import itertools

import numpy as np
import pytest
import torch

from autoencoders.corruption import corrupt
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.noises import MOST, field, read_kind, read_level

SHAPE = (64, 64, 3)
GREY = np.full(SHAPE, 128, np.uint8)


def learned_from(kind, level):
    """Grey with noise as training puts it on: float (H, W, C)."""
    given = torch.full((1, 3, 64, 64), 128 / 255)
    noisy = corrupt(given, kind, level, generator=torch.Generator().manual_seed(1))
    return 255 * noisy[0].permute(1, 2, 0).numpy()


@pytest.mark.parametrize("kind", ["gaussian", "salt_and_pepper", "masking"])
@pytest.mark.parametrize("level", [0.1, 0.5])
def test_it_is_noise_as_the_models_learned_from(kind, level):
    mine = field(kind, SHAPE).put_on(GREY, level).astype(float)
    theirs = learned_from(kind, level)
    for share in (0.02, 0.2, 0.5, 0.8, 0.98):
        assert abs(np.quantile(mine, share) - np.quantile(theirs, share)) < 12
    changed, expected = (mine != 128).mean(), (abs(theirs - 128) > 0.5).mean()
    assert changed == pytest.approx(expected, abs=0.03)
    whole = (mine != 128).all(axis=2) | (mine == 128).all(axis=2)
    assert whole.all() == (kind != "gaussian")


@pytest.mark.parametrize("kind", ["gaussian", "salt_and_pepper", "masking"])
def test_a_picture_without_noise_is_the_picture(kind):
    picture = np.random.default_rng(0).integers(0, 256, SHAPE, dtype=np.uint8)
    assert (field(kind, SHAPE).put_on(picture, 0.0) == picture).all()


def test_a_pixel_that_was_struck_stays_struck_as_noise_grows():
    noise = field("salt_and_pepper", SHAPE)
    frames = [noise.put_on(GREY, level) for level in np.linspace(0, MOST, 9)]
    for before, after in itertools.pairwise(frames):
        struck = before != 128
        assert (after[struck] == before[struck]).all()
        assert (after != 128).sum() > struck.sum()


def test_gaussian_noise_grows_in_proportion():
    noise = field("gaussian", SHAPE)
    one, two = (noise.put_on(GREY, level).astype(int) - 128 for level in (0.03, 0.06))
    assert np.abs(two - 2 * one).max() <= 2  # rounding; nothing is clipped


def test_it_is_the_same_every_time_and_nobody_can_change_it():
    again = field.__wrapped__("gaussian", SHAPE)
    assert (again.values == field("gaussian", SHAPE).values).all()
    with pytest.raises(ValueError, match="read-only"):
        again.values[0] = 0


@pytest.mark.parametrize("asked", [None, "", "rain", 3, ["gaussian"]])
def test_another_kind_is_refused(asked):
    with pytest.raises(RefusedError, match='"kind" must be one of gaussian, salt_and_pepper'):
        read_kind(asked)


@pytest.mark.parametrize("asked", [None, "0.3", True, False, -0.01, 0.66, float("nan"), [0.1]])
def test_another_level_is_refused(asked):
    with pytest.raises(RefusedError, match=r'"level" must be a number from 0 to 0\.65'):
        read_level(asked)
    assert read_level(0) == 0.0
    assert read_level(MOST) == MOST
