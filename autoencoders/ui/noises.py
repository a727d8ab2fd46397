"""Noise that grows on one picture: always the same noise, so that its levels can be blended.

The browser is given the noise itself and puts it on the picture by the same rule, so that what it
shows is exactly what the model was given, at every level and not only at those of a strip.
"""

import functools
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from autoencoders.config import Noise
from autoencoders.ui.answers import RefusedError

Pixels = NDArray[np.uint8]

MOST = 0.65
"""The highest level: what the denoising models were trained with."""

SEED = 5
UNIT = 4096
ZERO = 32768


@dataclass(frozen=True)
class Field:
    """Noise for pictures of one shape, at every level.

    Attributes:
        kind: of noise, as ``corruption.corrupt`` knows them.
        values: uint16.  Gaussian: ``(H, W, C)``, ``ZERO`` plus ``UNIT`` times the deviation of each
            number.  The others: ``(H, W, 1)``, a pixel is struck where its value lies below
            65,536 times the level; salt and pepper makes it white where the value is odd.
    """

    kind: Noise
    values: NDArray[np.uint16]

    def put_on(self, picture: Pixels, level: float) -> Pixels:
        """Return a picture, uint8 ``(H, W, C)``, with the noise on it, clipped and rounded.

        Args:
            picture: uint8 ``(H, W, C)``.
            level: deviation on 0..1, or share of the pixels, 0..1.
        """
        if self.kind == "gaussian":
            added = (self.values.astype(np.float64) - ZERO) * (255 * level / UNIT)
            return np.clip(np.rint(picture + added), 0, 255).astype(np.uint8)
        struck = self.values < 65536 * level
        colour = (self.values & 1) * 255 if self.kind == "salt_and_pepper" else 0
        return np.where(struck, colour, picture).astype(np.uint8)


@functools.lru_cache(maxsize=16)
def field(kind: Noise, shape: tuple[int, int, int]) -> Field:
    """Draw the noise for pictures ``(H, W, C)``, the same each time."""
    random = np.random.default_rng(SEED)
    if kind == "gaussian":
        values = np.clip(np.rint(ZERO + UNIT * random.standard_normal(shape)), 0, 65535)
    else:
        values = random.integers(0, 65536, (*shape[:2], 1))
    drawn = values.astype(np.uint16)
    drawn.setflags(write=False)
    return Field(kind, drawn)


def read_kind(asked: object) -> Noise:
    """Check the kind of noise.

    Raises:
        RefusedError: 422 with one sentence.
    """
    kinds = get_args(Noise)
    if asked not in kinds:
        raise RefusedError(422, f'"kind" must be one of {", ".join(kinds)}.')
    return asked  # type: ignore[return-value]


def read_level(asked: object) -> float:
    """Check a level of noise.

    Raises:
        RefusedError: 422 with one sentence.
    """
    if not isinstance(asked, int | float) or isinstance(asked, bool) or not 0 <= asked <= MOST:
        raise RefusedError(422, f'"level" must be a number from 0 to {MOST:g}.')
    return float(asked)
