"""Non-local means: taking noise off a picture without a network, to stand beside a model.

Buades, Coll and Morel (2005), as OpenCV computes it.  Each pixel becomes a mean of those around it
whose own surroundings look alike; how much alike is measured against the strength of the noise,
which the method has to be told.
"""

import numpy as np
from numpy.typing import NDArray

from autoencoders.config import Noise

Pixels = NDArray[np.uint8]

PATCH, REACH = 3, 11
"""Pixels a side of the surroundings compared, and of the square that is searched.

Measured on test pictures, at deviations of 0.1 to 0.6: patches of 3 in squares of 11 gave a higher
PSNR than 5 in 11, 5 in 15 and 7 in 21, digits and faces alike, in a third of the time of the last;
on all channels together 0.5 to 2 dB more than OpenCV's variant for colour.
"""

STRENGTHS: dict[Noise, float] = {"gaussian": 1.1, "salt_and_pepper": 1.4, "masking": 1.1}
"""Times the noise's deviation: the strength that gave the highest PSNR there."""

_LAPLACIAN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def clean(noisy: Pixels, *, deviation: float, kind: Noise) -> Pixels:
    """Take noise off a picture, uint8 ``(H, W, 1 or 3)`` to the same.

    Args:
        noisy: the picture.
        deviation: of the noise as it is on the picture, on 0..1.
        kind: of noise.
    """
    import cv2

    strength = 255 * deviation * STRENGTHS[kind]
    if strength < 0.5:  # less than half a grey level: nothing to take off
        return noisy.copy()
    given = np.ascontiguousarray(noisy[..., 0] if noisy.shape[2] == 1 else noisy)
    found = cv2.fastNlMeansDenoising(given, None, strength, PATCH, REACH)
    return np.asarray(found, np.uint8).reshape(noisy.shape)


def deviation_of(picture: Pixels) -> float:
    """Estimate the deviation of the noise on a picture, on 0..1.

    By the second differences of Immerkaer (1996), which what is smooth in a picture does not touch;
    their median instead of their mean, so that edges count little.

    Args:
        picture: uint8 ``(H, W, C)``.
    """
    import cv2

    values = cv2.filter2D(picture.astype(np.float32), cv2.CV_32F, _LAPLACIAN)
    inner = values.reshape(picture.shape)[1:-1, 1:-1]
    # Six is the root of the sum of the filter's squares, 0.6745 the median of a Gaussian's size.
    return float(np.median(np.abs(inner)) / 0.6745 / 6 / 255)
