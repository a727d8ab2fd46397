"""Training a deep network layer by layer, before all of it is trained end to end.

Each pair of layers, an encoder's and the decoder's that undoes it, first learns alone to rebuild
what the pairs around it give (Hinton and Salakhutdinov, 2006; Bengio and others, 2007).
"""

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from autoencoders.config import ModelConfig, TrainConfig
from autoencoders.losses import mean_squared_error
from autoencoders.models import Autoencoder
from autoencoders.strict_config import ConfigError


class Pairs:
    """A dense network's layers in pairs, the outermost first.

    Args:
        network: its encoder and decoder have as many linear layers, of mirrored widths.

    Raises:
        ConfigError: for a network that has no such pairs.
    """

    def __init__(self, network: Autoencoder) -> None:
        check_mirrored(network.config)
        self.encoders = _cut(network.encoder)
        self.decoders = _cut(network.decoder)[::-1]

    def __len__(self) -> int:
        return len(self.encoders)

    def loss(self, given: Tensor, target: Tensor, *, pair: int) -> Tensor:
        """Mean squared error of one pair on what the pairs before it give.

        Args:
            given: pictures ``(B, C, H, W)`` that are encoded.
            target: the pictures that the first pair is to rebuild.
            pair: which, from 0.
        """
        with torch.no_grad():
            for encoder in self.encoders[:pair]:
                given = encoder(given)
        rebuilt = self.decoders[pair](self.encoders[pair](given))
        return mean_squared_error(rebuilt, given if pair else target)

    def through(self, images: Tensor, *, pairs: int) -> Tensor:
        """Reconstructions ``(B, C, H, W)`` by the outermost ``pairs`` alone."""
        values = images
        for encoder in self.encoders[:pairs]:
            values = encoder(values)
        for decoder in self.decoders[pairs - 1 :: -1]:
            values = decoder(values)
        return values


class Outermost(nn.Module):
    """The outermost pairs of a network, as a network of their own."""

    def __init__(self, network: Autoencoder, *, pairs: int) -> None:
        super().__init__()
        self.network = network
        self.pairs = pairs

    def forward(self, images: Tensor) -> Tensor:
        """Pictures ``(B, C, H, W)`` to their reconstructions."""
        return Pairs(self.network).through(images, pairs=self.pairs)


def pair_of(model: ModelConfig, training: TrainConfig, epoch: int) -> int | None:
    """Return the pair that an epoch, from 0, trains; None: all of them."""
    if not training.greedy:
        return None
    pair = epoch // training.greedy
    return pair if pair <= len(model.encoder_hidden) else None


def phase_of(model: ModelConfig, training: TrainConfig, epoch: int) -> tuple[int, int]:
    """Return the epoch at which an epoch's phase begins, and the one at which it ends."""
    pair = pair_of(model, training, epoch)
    if pair is not None:
        return pair * training.greedy, (pair + 1) * training.greedy
    greedy = training.greedy * (len(model.encoder_hidden) + 1) if training.greedy else 0
    return greedy, training.epochs


def stage_errors(
    model: ModelConfig, training: TrainConfig, validation_loss: Sequence[float]
) -> list[tuple[str, float]]:
    """Return the validation error after each stage of a run, with what was trained in it.

    Args:
        model, training: the run's.
        validation_loss: after each epoch; while pairs are trained, of those there are.
    """
    widths = (model.height * model.width * model.channels, *model.encoder_hidden, model.code_size)
    ends = [
        (f"{wide} to {narrow} and back", (pair + 1) * training.greedy)
        for pair, (wide, narrow) in enumerate(itertools.pairwise(widths))
    ]
    return [
        (name, float(validation_loss[end - 1]))
        for name, end in [*ends, ("all layers, end to end", training.epochs)]
    ]


def check_mirrored(model: ModelConfig) -> None:
    """Refuse a network that has no pairs of layers.

    Raises:
        ConfigError: with one sentence.
    """
    dense = not model.encoder_channels and not model.decoder_channels and not model.base
    if not dense or model.encoder_hidden != model.decoder_hidden[::-1] or model.linear_path:
        raise ConfigError(
            "Only a dense network whose decoder mirrors its encoder is trained layer by layer; "
            f"use decoder_hidden {list(model.encoder_hidden[::-1])}, no channels, no base and no "
            "linear_path, or greedy 0."
        )


def check_length(model: ModelConfig, training: TrainConfig) -> None:
    """Refuse a run that ends before its layers are trained together.

    Raises:
        ConfigError: with one sentence.
    """
    pairs = len(model.encoder_hidden) + 1
    if training.greedy * pairs >= training.epochs:
        raise ConfigError(
            f"{pairs} pairs of layers take {pairs} times {training.greedy} epochs, and the run has "
            f"{training.epochs}; use at least {pairs * training.greedy + 1} epochs."
        )


def _cut(layers: nn.Sequential) -> list[nn.Sequential]:
    """Cut layers into pieces of one linear layer each and what follows it."""
    pieces: list[list[nn.Module]] = [[]]
    for layer in layers:
        if isinstance(layer, nn.Linear) and any(isinstance(one, nn.Linear) for one in pieces[-1]):
            pieces.append([])
        pieces[-1].append(layer)
    return [nn.Sequential(*piece) for piece in pieces]
