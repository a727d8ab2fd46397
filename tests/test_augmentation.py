import dataclasses

import pytest
import torch

from autoencoders.augmentation import augment, strength
from tests import tiny

STILL = dataclasses.replace(tiny.TRAINING, rotate=0.0, shift=0.0, scale=0.0)


def blob(height=21, width=21, *, down=10, across=10):
    image = torch.zeros(1, 1, height, width)
    image[0, 0, down - 1 : down + 2, across - 1 : across + 2] = 1.0
    return image


def centre(image):
    down, across = torch.meshgrid(
        torch.arange(image.shape[2]), torch.arange(image.shape[3]), indexing="ij"
    )
    mass = image[0, 0] / image.sum()
    return float((mass * down).sum()), float((mass * across).sum())


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_no_change_is_the_very_picture():
    image = blob()
    assert augment(image, STILL, generator=seeded()) is image


def test_the_same_seed_gives_the_same_pictures():
    images = torch.rand(4, 1, 9, 9)
    first = augment(images, tiny.TRAINING, generator=seeded(3))
    assert torch.equal(first, augment(images, tiny.TRAINING, generator=seeded(3)))
    assert not torch.equal(first, augment(images, tiny.TRAINING, generator=seeded(4)))


@pytest.mark.parametrize(("height", "width"), [(21, 21), (21, 41)])
def test_a_shift_moves_by_so_many_pixels(height, width):
    config = dataclasses.replace(STILL, shift=3.0)
    down, across = height // 2, width // 2
    moves = []
    for seed in range(40):
        image = blob(height, width, down=down, across=across)
        moved = augment(image, config, generator=seeded(seed))
        at = centre(moved)
        moves += [abs(at[0] - down), abs(at[1] - across)]
    assert 2.0 < max(moves) <= 3.001


@pytest.mark.parametrize(("height", "width"), [(21, 21), (21, 41)])
def test_a_rotation_keeps_the_distance_from_the_centre(height, width):
    config = dataclasses.replace(STILL, rotate=90.0)
    middle = (height - 1) / 2, (width - 1) / 2
    turned = set()
    for seed in range(10):
        image = blob(height, width, down=int(middle[0]), across=int(middle[1]) + 6)
        at = centre(augment(image, config, generator=seeded(seed)))
        distance = ((at[0] - middle[0]) ** 2 + (at[1] - middle[1]) ** 2) ** 0.5
        assert distance == pytest.approx(6.0, abs=0.15)
        turned.add(round(at[0]))
    assert len(turned) > 3


def test_a_scale_grows_or_shrinks_by_at_most_its_share():
    config = dataclasses.replace(STILL, scale=0.2)
    image = torch.zeros(1, 1, 41, 41)
    image[..., 10:31, 10:31] = 1.0
    sides = [
        float(augment(image, config, generator=seeded(seed)).sum()) ** 0.5 for seed in range(40)
    ]
    assert 21 * 0.79 < min(sides) < 21 * 0.9
    assert 21 * 1.1 < max(sides) < 21 * 1.26


def test_the_share_makes_the_changes_smaller():
    config = dataclasses.replace(STILL, shift=3.0)
    image = blob()
    whole = centre(augment(image, config, generator=seeded(1)))
    half = centre(augment(image, config, generator=seeded(1), share=0.5))
    assert half[0] - 10 == pytest.approx((whole[0] - 10) / 2, abs=0.05)
    assert augment(image, config, generator=seeded(1), share=0.0) is image


def test_changes_fade_over_the_last_share_of_the_run():
    config = dataclasses.replace(tiny.TRAINING, fade=0.4)
    left = [strength(config, through=through) for through in (0.0, 0.6, 0.8, 0.9, 1.0)]
    assert left == pytest.approx([1.0, 1.0, 0.5, 0.25, 0.0])
    assert strength(STILL, through=1.0) == 1.0


def test_a_changed_picture_stays_in_range_and_sharp():
    config = dataclasses.replace(STILL, shift=0.5)
    image = blob()
    contrast = []
    for seed in range(20):
        moved = augment(image, config, generator=seeded(seed))
        assert moved.min() >= 0.0 and moved.max() <= 1.0
        contrast.append(float(moved.square().sum() / image.square().sum()))
    # Bilinear resampling by up to half a pixel keeps 0.78 of it on average.
    assert sum(contrast) / len(contrast) > 0.8


def test_every_other_picture_is_seen_in_a_mirror():
    config = dataclasses.replace(STILL, mirror=True)
    images = torch.rand(400, 1, 3, 5)
    seen = augment(images, config, generator=seeded())
    flipped = torch.tensor([torch.equal(a, b.flip(2)) for a, b in zip(seen, images, strict=True)])
    left = torch.tensor([torch.equal(a, b) for a, b in zip(seen, images, strict=True)])
    assert bool((flipped ^ left).all())
    assert 160 < int(flipped.sum()) < 240
    assert torch.equal(seen, augment(images, config, generator=seeded(), share=0.0))


def test_what_comes_in_from_outside_repeats_the_edge():
    image = torch.full((1, 1, 9, 9), 0.7)
    for seed in range(5):
        moved = augment(image, dataclasses.replace(STILL, shift=3.0), generator=seeded(seed))
        assert torch.allclose(moved, image, atol=1e-5)
