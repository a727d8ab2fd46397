"""What a training run minimises on one batch, whatever the family."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from autoencoders.config import TrainConfig
from autoencoders.greedy import Pairs
from autoencoders.images import Pixels, to_network
from autoencoders.losses import (
    activity,
    activity_divergence,
    attraction,
    code_error,
    divergence,
    draw_code,
    reconstruction_loss,
)
from autoencoders.metrics import PCA
from autoencoders.models import Autoencoder

EXPLORED = 0.8
"""Over this first share of a run proposals are drawn by chance now and then, fewer and fewer."""
ATTRACTED = 0.7
"""Over this first share of a run the attraction of neighbours falls to its last value ..."""
LAST_ATTRACTION = 0.1
"""... which is so large a part of its first."""


class Objective:
    """The loss of a run, with a gradient.

    Args:
        network: what is trained.
        config: the run.
        images: training pictures, uint8 ``(N, H, W, C)``, that units are measured on.
        device: where the network lies.
    """

    def __init__(
        self, network: Autoencoder, config: TrainConfig, *, images: Pixels, device: torch.device
    ) -> None:
        self.network = network
        self.config = config
        self.device = device
        self.unit = self._picture_of_code(images) if config.loss == "code" else 1.0

    @torch.no_grad()
    def _picture_of_code(self, images: Pixels) -> float:
        """How large a pixel's squared error is for a squared distance of 1 in the base's code.

        From the spread of some training pictures, decoded, over that of their codes; a base whose
        code was evened out (``even_code``) has one such number for all directions.
        """
        base = self.network.base
        assert base is not None  # noqa: S101  # the run has looked
        codes = base.encode(to_network(images[:256], device=self.device))
        pictures = base.decode(codes).flatten(1)
        spread = code_error(codes, codes.mean(dim=0))
        return float(pictures.var(dim=0, correction=0).mean() / spread)

    def __call__(
        self, given: Tensor, target: Tensor, *, through: float, pair: int | None = None
    ) -> Tensor:
        """What is minimised on one batch, a scalar.

        Args:
            given: pictures ``(B, C, H, W)`` that are encoded; of a run with neighbours
                ``(2 B, C, H, W)``, a neighbour of each behind all of them.
            target: pictures ``(B, C, H, W)`` that are to be rebuilt.
            through: how far the run has come, 0..1.
            pair: of layers, that is trained alone; None: all of them.
        """
        if pair is not None:
            with self._autocast():
                return Pairs(self.network).loss(given, target, pair=pair)
        if self.config.loss == "code":
            return self._of_codes(given, target)
        if self.network.config.family == "variational":
            return self._variational(given, target, through=through)
        if self.config.neighbours:
            return self._of_neighbours(given, target, through=through)
        with self._autocast():
            code = self._code(given, through=through)
            output = self.network.decode(code)
        value = self._error(output, target)
        if self.config.sparsity:
            value = value + self.config.sparsity * self._held(code) / target[0].numel()
        return value

    def _held(self, code: Tensor) -> Tensor:
        """What a sparse code ``(B, D)`` holds beyond what it may."""
        wanted = self.config.activity
        return activity_divergence(code, activity=wanted) if wanted else activity(code)

    def _autocast(self) -> Any:
        enabled = self.config.precision == "bfloat16"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=enabled)

    def _error(self, output: Tensor, target: Tensor) -> Tensor:
        return reconstruction_loss(output, target, loss=self.config.loss, edges=self.config.edges)

    def _code(self, given: Tensor, *, through: float) -> Tensor:
        """Codes ``(B, D)``; of several proposals the best, or now and then any."""
        if self.network.config.proposals == 1:
            return self.network.encode(given)
        proposed = self.network.proposed(given)
        best = self.network.best_of(proposed, given)
        share = self.config.explore * max(0.0, 1.0 - through / EXPLORED)
        if share:
            count = len(given)
            other = torch.randint(self.network.config.proposals, (count,)).to(best.device)
            best = torch.where(torch.rand(count).to(best.device) < share, other, best)
        chosen: Tensor = proposed[torch.arange(len(best), device=best.device), best]
        return chosen

    def _of_codes(self, given: Tensor, target: Tensor) -> Tensor:
        network = self.network
        assert network.base is not None  # noqa: S101  # the run has looked
        with self._autocast():
            with torch.no_grad():
                wanted = network.base.encode(target)
                seen = wanted if given is target else network.base.encode(given)
            code = network.to_base(network.from_base(seen))
        return self.unit * code_error(code, wanted)

    def _variational(self, given: Tensor, target: Tensor, *, through: float) -> Tensor:
        config = self.config
        with self._autocast():
            mean, log_variance = self.network.posterior(given)
            output = self.network.decode(draw_code(mean, log_variance))
        warm = min(1.0, through / config.beta_warmup) if config.beta_warmup else 1.0
        nats = divergence(mean, log_variance).mean() / target[0].numel()
        return self._error(output, target) + warm * config.beta * nats

    def _of_neighbours(self, given: Tensor, target: Tensor, *, through: float) -> Tensor:
        """The error of the first half, and how far neighbours are from each other."""
        with self._autocast():
            codes = self.network.encode(given)
            output = self.network.decode(codes[: len(target)])
        weight: float = self.config.attraction * LAST_ATTRACTION ** min(1.0, through / ATTRACTED)
        return self._error(output, target) + weight * attraction(codes)


def nearest_pictures(images: Pixels, *, count: int, components: int = 60) -> np.ndarray:
    """Return which pictures are nearest to each, int64 ``(N, count)``, itself not among them.

    Euclidean, in the first principal components: what is left beyond them is mostly noise.

    Args:
        images: uint8 ``(N, H, W, C)``, N > count.
        count: how many.
        components: at most so many.
    """
    from sklearn.neighbors import NearestNeighbors

    most = min(components, len(images), int(np.prod(images.shape[1:])))
    codes = np.asarray(PCA.fit(images, components=most).encode(images), np.float32)
    index = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(codes)
    return np.asarray(index.kneighbors(return_distance=False), np.int64)
