"""What training minimises. Every error is per pixel, on pictures whose values run from 0 to 1."""

from collections.abc import Callable

import torch
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


def binary_cross_entropy(output: Tensor, target: Tensor) -> Tensor:
    """Mean cross-entropy of each pixel as a probability, in nats; both ``(B, C, H, W)``, 0..1."""
    # float32, and off the ends: the logarithm of a rounded 0 is what makes a loss infinite.
    return functional.binary_cross_entropy(output.float().clamp(1e-6, 1 - 1e-6), target.float())


def code_error(output: Tensor, target: Tensor) -> Tensor:
    """Mean squared Euclidean distance of codes, both ``(B, D)``."""
    return (output.float() - target.float()).square().sum(dim=1).mean()


def edge_error(output: Tensor, target: Tensor) -> Tensor:
    """Mean squared error of the differences between neighbouring pixels, across and down."""
    error = output.float() - target.float()
    return error.diff(dim=3).square().mean() + error.diff(dim=2).square().mean()


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Kullback-Leibler divergence of each code's Gaussian from the standard one, in nats, ``(B,)``.

    Kingma and Welling (2014), appendix B.

    Args:
        mean, log_variance: ``(B, D)``.
    """
    mean, log_variance = mean.float(), log_variance.float()
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).sum(dim=1)


def activity(codes: Tensor) -> Tensor:
    """Sum of the absolute numbers of each code ``(B, D)``, a mean over the batch.

    The penalty that leaves most numbers of a code at 0 (Olshausen and Field, 1996).
    """
    return codes.float().abs().sum(dim=1).mean()


def activity_divergence(codes: Tensor, *, activity: float) -> Tensor:
    """How far each unit's mean activity is from the wanted one: divergences in nats, their sum.

    Each unit is taken for a coin that is to fall on one side in so large a share of the pictures
    (Lee, Ekanadham and Ng, 2008).  Unlike a penalty on every activity it leaves no unit without
    work.

    Args:
        codes: ``(B, D)``, 0..1.
        activity: the share, above 0 and below 1.
    """
    # Off the ends, where the logarithm is infinite.
    mean = codes.float().mean(dim=0).clamp(1e-6, 1.0 - 1e-6)
    on = activity * (activity / mean).log()
    off = (1.0 - activity) * ((1.0 - activity) / (1.0 - mean)).log()
    return (on + off).sum()


def attraction(codes: Tensor) -> Tensor:
    """How much farther neighbours are from each other than from everybody else.

    The contrastive loss with the Cauchy kernel of t-SNE instead of an exponential one, which suits
    a code of few numbers (Böhm, Berens and Kobak, 2023): that of a picture's neighbour among all
    others of the batch.

    Args:
        codes: ``(2 B, D)``, a neighbour of each of the first B behind all of them.
    """
    codes = codes.float()
    half = len(codes) // 2
    near = (codes[:half] - codes[half:]).square().sum(dim=1)
    squares = codes.square().sum(dim=1)
    distances = (squares[:, None] + squares[None, :] - 2.0 * codes @ codes.T).clamp(min=0.0)
    kernel = 1.0 / (1.0 + distances)
    others = kernel.sum(dim=1) - kernel.diagonal()
    return others.log().mean() + (1.0 + near).log().mean()


LOSSES: dict[LossName, Loss] = {"mse": mean_squared_error, "bce": binary_cross_entropy}


def reconstruction_loss(output: Tensor, target: Tensor, *, loss: LossName, edges: float) -> Tensor:
    """What ``loss`` says of the pictures ``(B, C, H, W)``, and ``edges`` times their edge error."""
    value = LOSSES[loss](output, target)
    return value + edges * edge_error(output, target) if edges else value


def draw_code(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Draw a code of each Gaussian, ``(B, D)``, so that gradients pass: reparameterised.

    Kingma and Welling (2014).  Draws from torch's global generator, which the trainer seeds.
    """
    return mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
