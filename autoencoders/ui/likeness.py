"""How alike a row of pictures is to one: squared error and structural similarity, quickly.

The same measures as ``metrics.mean_squared_errors`` and ``metrics.ssim``, for many pictures against
one and by OpenCV's filters: a strip of large pictures would take seconds otherwise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoencoders.metrics import mean_squared_errors

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Likeness:
    """Measures of pictures against one.

    Attributes:
        mse: float32 ``(N,)``, mean squared error on 0..1.
        ssim: float32 ``(N,)``, at most 1.
    """

    mse: Floats
    ssim: Floats


def likeness(pictures: Pixels, picture: Pixels) -> Likeness:
    """Measure pictures, uint8 ``(N, H, W, C)`` of 11 pixels a side or more, against one."""
    against = np.broadcast_to(picture, pictures.shape)
    return Likeness(mean_squared_errors(pictures, against), _ssim(pictures, picture))


def _ssim(pictures: Pixels, picture: Pixels) -> Floats:
    other = _unit(picture)
    other_mean = _blur(other)
    other_variance = _blur(other * other) - other_mean**2
    found = []
    for each in pictures:
        one = _unit(each)
        mean = _blur(one)
        variance = _blur(one * one) - mean**2
        together = _blur(one * other) - mean * other_mean
        light = (2 * mean * other_mean + 0.01**2) / (mean**2 + other_mean**2 + 0.01**2)
        shape = (2 * together + 0.03**2) / (variance + other_variance + 0.03**2)
        found.append((light * shape)[5:-5, 5:-5].mean())
    return np.array(found, np.float32)


def _unit(picture: Pixels) -> Floats:
    return np.asarray(picture.astype(np.float32) / np.float32(255), np.float32)


def _blur(values: Floats) -> Floats:
    """Gaussian window of Wang et al. (2004) over ``(H, W, C)``: deviation 1.5, 11 pixels wide."""
    import cv2

    blurred = cv2.GaussianBlur(values, (11, 11), 1.5)
    return np.asarray(blurred, np.float32).reshape(values.shape)
