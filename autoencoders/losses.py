"""What training minimises. Every error is per pixel, on pictures whose values run from 0 to 1."""

from collections.abc import Callable

import torch.nn.functional as functional
from torch import Tensor

from autoencoders.config import LossName

Loss = Callable[[Tensor, Tensor], Tensor]


def mean_squared_error(output: Tensor, target: Tensor) -> Tensor:
    """Mean over the batch, the channels and the pixels; both ``(B, C, H, W)``, 0..1."""
    return functional.mse_loss(output.float(), target.float())


def squared_error_per_image(output: Tensor, target: Tensor) -> Tensor:
    """Mean squared error of each picture, ``(B,)``; both ``(B, C, H, W)``, 0..1."""
    return (output.float() - target.float()).square().flatten(1).mean(1)


LOSSES: dict[LossName, Loss] = {"mse": mean_squared_error}
