"""Small random changes of the training pictures, so that a network cannot learn them by heart."""

import math

import torch
import torch.nn.functional as functional
from torch import Tensor

from autoencoders.config import TrainConfig


def strength(config: TrainConfig, *, through: float) -> float:
    """Return how much of the changes is left at a point of the run: 1 at first, 0 at its end.

    Resampled pictures are a little softer than real ones, and turned further than the data is; the
    last epochs see the pictures as they are, at a learning rate too small to learn them by heart.

    Args:
        config: ``fade`` is the share of the run over which the changes fade.
        through: 0 (start) to 1 (end).
    """
    return min(1.0, (1.0 - through) / config.fade) if config.fade else 1.0


def augment(
    images: Tensor, config: TrainConfig, *, generator: torch.Generator, share: float = 1.0
) -> Tensor:
    """Mirror, rotate, move and scale each picture, by amounts drawn from ``generator``.

    Args:
        images: ``(B, C, H, W)``, 0..1; what comes in from outside repeats the edge.
        config: how much: ``rotate`` in degrees, ``shift`` in pixels, ``scale`` as a share;
            ``mirror`` flips every other picture left to right.
        generator: on the CPU, so that the same seed gives the same pictures on every device.
        share: 0..1, how much of those amounts; mirrored are as many at any share.
    """
    if config.mirror:
        seen = torch.rand(len(images), generator=generator) < 0.5
        images = torch.where(seen.to(images.device)[:, None, None, None], images.flip(3), images)
    if not (config.rotate or config.shift or config.scale) or share <= 0.0:
        return images
    height, width = images.shape[2:]
    drawn = (torch.rand(len(images), 4, generator=generator) * 2 - 1) * share
    angle = drawn[:, 0] * math.radians(config.rotate)
    size = 1 + drawn[:, 1] * config.scale
    cosine, sine = torch.cos(angle) / size, torch.sin(angle) / size
    # affine_grid measures shifts in half pictures: 2 is the whole side.
    across, down = drawn[:, 2] * 2 * config.shift / width, drawn[:, 3] * 2 * config.shift / height
    rows = (
        torch.stack([cosine, -sine * height / width, across], dim=1),
        torch.stack([sine * width / height, cosine, down], dim=1),
    )
    transform = torch.stack(rows, dim=1).to(images.device, images.dtype)
    grid = functional.affine_grid(transform, list(images.shape), align_corners=False)
    # Bicubic: what bilinear resampling blurs, the network would learn to blur.
    resampled = functional.grid_sample(
        images, grid, mode="bicubic", padding_mode="border", align_corners=False
    )
    return resampled.clamp_(0.0, 1.0)
