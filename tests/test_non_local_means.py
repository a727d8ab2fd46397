"""Non-local means: it takes noise off, and the noise is measured."""

import numpy as np
import pytest
from photos import soft

from autoencoders.metrics import psnr
from autoencoders.ui.noises import field
from autoencoders.ui.non_local_means import clean, deviation_of

PHOTO = np.asarray(soft(96, 96))


@pytest.mark.parametrize("kind", ["gaussian", "salt_and_pepper", "masking"])
def test_noise_is_taken_off(kind):
    noisy = field(kind, PHOTO.shape).put_on(PHOTO, 0.15)
    deviation = float(np.sqrt(np.mean((noisy / 255 - PHOTO / 255) ** 2)))
    cleaned = clean(noisy, deviation=deviation, kind=kind)
    assert cleaned.dtype == np.uint8
    before, after = (psnr(each[None], PHOTO[None])[0] for each in (noisy, cleaned))
    assert after > before + 5


def test_grey_pictures_stay_grey_and_keep_their_shape():
    grey = np.ascontiguousarray(PHOTO[..., :1])
    assert clean(grey, deviation=0.1, kind="gaussian").shape == (96, 96, 1)


def test_without_noise_nothing_is_taken_off():
    assert (clean(PHOTO, deviation=0.0, kind="gaussian") == PHOTO).all()


@pytest.mark.parametrize("deviation", [0.02, 0.05, 0.1])
def test_the_noise_on_a_picture_is_measured(deviation):
    noisy = field("gaussian", PHOTO.shape).put_on(PHOTO, deviation)
    assert deviation_of(noisy) == pytest.approx(deviation, rel=0.1)
    assert deviation_of(PHOTO) < 0.005
