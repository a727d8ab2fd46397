"""Anomalies of which it is known where they are: a block of random texture on a picture.

A model draws what it has learned; what it has not learned comes back badly, and the place of the
largest error says where it is (Baur et al., 2021, compare such models on brain scans).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from autoencoders.directions import auroc
from autoencoders.images import Pixels

SEED = 0
SMALLEST, LARGEST = 12, 20
"""Sides of a block, in pixels."""
WINDOW = 9
"""Side of the window over which an error is averaged: about the smallest feature of a face."""


@dataclass(frozen=True)
class Blocks:
    """How well blocks are found on pictures.

    Attributes:
        auroc: of telling pictures with a block from the same without, by the largest value of the
            error averaged over a window.
        peak: share of the blocks that hold that largest value.
    """

    auroc: float
    peak: float


def find_blocks(
    reconstruct: Callable[[Pixels], Pixels], images: Pixels, *, seed: int = SEED
) -> Blocks:
    """Put a block on each picture and look for it where the reconstruction differs.

    Args:
        reconstruct: gives back what it was given as the model draws it, uint8 ``(B, H, W, C)``.
        images: uint8 ``(B, H, W, C)``, each side at least ``LARGEST``.
        seed: of the blocks.
    """
    dirty, boxes = blocked(images, seed=seed)
    maps = [error_maps(each, reconstruct(each)) for each in (images, dirty)]
    scores = np.concatenate([each.max(axis=(1, 2)) for each in maps])
    return Blocks(
        auroc=auroc(scores, np.repeat([False, True], len(images))),
        peak=float(hits(maps[1], boxes).mean()),
    )


def blocked(images: Pixels, *, seed: int = SEED) -> tuple[Pixels, NDArray[np.intp]]:
    """Put a square of random texture on each picture.

    Args:
        images: uint8 ``(B, H, W, C)``, each side at least ``LARGEST``.
        seed: of sides, places and textures.

    Returns:
        The pictures, and ``(B, 3)``: each block's top, left and side in pixels.
    """
    random = np.random.default_rng(seed)
    found, boxes = images.copy(), np.zeros((len(images), 3), np.intp)
    height, width, channels = images.shape[1:]
    for picture, box in zip(found, boxes, strict=True):
        side = int(random.integers(SMALLEST, LARGEST + 1))
        top = int(random.integers(0, height - side + 1))
        left = int(random.integers(0, width - side + 1))
        grain = int(random.integers(1, 5))  # pixels that each grain of the texture is wide
        grains = -(-side // grain)
        texture = random.integers(0, 256, (grains, grains, channels), dtype=np.uint8)
        block = texture.repeat(grain, axis=0).repeat(grain, axis=1)[:side, :side]
        picture[top : top + side, left : left + side] = block
        box[:] = top, left, side
    return found, boxes


def error_maps(images: Pixels, rebuilt: Pixels) -> NDArray[np.float64]:
    """Squared errors ``(B, H, W)`` on 0..1, each a mean over the window around its pixel."""
    errors = np.square((images.astype(np.float64) - rebuilt) / 255.0).mean(axis=3)
    return np.asarray(uniform_filter(errors, size=(0, WINDOW, WINDOW), mode="constant"))


def hits(maps: NDArray[np.float64], boxes: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each map's largest value lies inside its block, ``(B,)``."""
    peaks = maps.reshape(len(maps), -1).argmax(axis=1)
    down, across = np.divmod(peaks, maps.shape[2])
    top, left, side = boxes.T
    return np.asarray(
        (top <= down) & (down < top + side) & (left <= across) & (across < left + side)
    )
