"""Small random changes of the training pictures, so that a network cannot learn them by heart."""

import math

import torch
import torch.nn.functional as functional
from torch import Tensor

from autoencoders.config import TrainConfig


def augment(images: Tensor, config: TrainConfig, *, generator: torch.Generator) -> Tensor:
    """Rotate, move and scale each picture a little, by amounts drawn from ``generator``.

    Args:
        images: ``(B, C, H, W)``, 0..1; what comes in from outside is 0.
        config: how much: ``rotate`` in degrees, ``shift`` in pixels, ``scale`` as a share.
        generator: on the CPU, so that the same seed gives the same pictures on every device.
    """
    if not (config.rotate or config.shift or config.scale):
        return images
    height, width = images.shape[2:]
    drawn = torch.rand(len(images), 4, generator=generator) * 2 - 1
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
    return functional.grid_sample(images, grid, align_corners=False)
