import dataclasses

import pytest
import torch

from autoencoders.corruption import corrupt, corrupt_for_training
from tests import tiny

KINDS = ("gaussian", "salt_and_pepper", "masking")


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def grey(count=4, channels=3):
    return torch.full((count, channels, 40, 40), 0.5)


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_what_a_saved_picture_can_hold(kind):
    noisy = corrupt(torch.rand(3, 3, 20, 20), kind, 0.7, generator=seeded())
    assert noisy.min() >= 0 and noisy.max() <= 1
    assert torch.equal(noisy, (noisy * 255).round() / 255)


@pytest.mark.parametrize("kind", KINDS)
def test_no_noise_only_rounds_and_the_seed_decides_the_rest(kind):
    images = torch.rand(3, 3, 20, 20)
    assert torch.equal(corrupt(images, kind, 0.0, generator=seeded()), (images * 255).round() / 255)
    one = corrupt(images, kind, 0.5, generator=seeded(1))
    assert torch.equal(one, corrupt(images, kind, 0.5, generator=seeded(1)))
    assert not torch.equal(one, corrupt(images, kind, 0.5, generator=seeded(2)))


def test_gaussian_noise_has_its_standard_deviation():
    noisy = corrupt(grey(8), "gaussian", 0.1, generator=seeded())
    assert float(noisy.std()) == pytest.approx(0.1, rel=0.03)
    assert float(noisy.mean()) == pytest.approx(0.5, abs=0.005)


def test_salt_and_pepper_strike_whole_pixels_evenly():
    noisy = corrupt(grey(8), "salt_and_pepper", 0.3, generator=seeded())
    struck = (noisy - 0.5).abs() > 0.1
    assert torch.equal(struck.all(dim=1), struck.any(dim=1))
    assert float(struck.float().mean()) == pytest.approx(0.3, abs=0.02)
    assert float(noisy[struck].mean()) == pytest.approx(0.5, abs=0.03)


def test_masking_makes_black():
    noisy = corrupt(grey(8), "masking", 0.3, generator=seeded())
    assert float((noisy == 0).float().mean()) == pytest.approx(0.3, abs=0.02)
    assert set(torch.unique((noisy * 255).round()).tolist()) == {0.0, 128.0}


def test_each_picture_can_have_its_own_level():
    level = torch.tensor([0.0, 1.0])
    noisy = corrupt(grey(2), "masking", level, generator=seeded())
    assert float(noisy[0].min()) > 0.4 and float(noisy[1].max()) == 0


def test_training_draws_kinds_and_levels():
    config = dataclasses.replace(tiny.TRAINING, noise=KINDS, noise_level=0.6)
    images = grey(200)
    noisy = corrupt_for_training(images, config, generator=seeded())
    assert torch.equal(noisy, corrupt_for_training(images, config, generator=seeded()))
    assert torch.equal(images, grey(200))
    error = (noisy - images).square().flatten(1).mean(1).sqrt()
    assert error.min() < 0.05 and error.max() > 0.3
    black = (noisy == 0).all(dim=1).flatten(1).float().mean(1)
    white = (noisy == 1).all(dim=1).flatten(1).float().mean(1)
    only_masked = (black > 0.05) & (white == 0)
    assert 40 < int(only_masked.sum()) < 80


def test_a_kind_named_twice_is_drawn_twice_as_often():
    kinds = ("gaussian", "gaussian", "gaussian", "masking")
    config = dataclasses.replace(tiny.TRAINING, noise=kinds, noise_level=0.6)
    noisy = corrupt_for_training(grey(400), config, generator=seeded())
    # Masking leaves two values, Gaussian noise many.
    masked = sum(len(torch.unique(picture)) <= 2 for picture in noisy)
    assert 75 < masked < 130


def test_without_noise_the_pictures_are_left_alone():
    images = grey()
    assert corrupt_for_training(images, tiny.TRAINING, generator=seeded()) is images
