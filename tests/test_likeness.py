"""The quick measures are the project's own, only quicker."""

import numpy as np
import pytest
from photos import soft

from autoencoders.metrics import mean_squared_errors, ssim
from autoencoders.ui.likeness import likeness
from autoencoders.ui.noises import field


@pytest.mark.parametrize("channels", [1, 3])
def test_they_are_those_of_the_metrics(channels):
    picture = np.ascontiguousarray(np.asarray(soft(40, 33))[..., :channels])
    noise = field("gaussian", picture.shape)
    pictures = np.stack([noise.put_on(picture, level) for level in (0.0, 0.02, 0.1, 0.5)])
    against = np.broadcast_to(picture, pictures.shape)
    found = likeness(pictures, picture)
    assert found.ssim == pytest.approx(ssim(pictures, against), abs=2e-4)
    assert found.mse == pytest.approx(mean_squared_errors(pictures, against))
    assert found.ssim[0] == pytest.approx(1.0)
