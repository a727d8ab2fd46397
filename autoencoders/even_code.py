"""Turning a finished network's code so that distance in it is change of the picture.

A free code's units are an accident of training: a step along one axis may change the picture ten
times as much as along another.  Edits, distances and neighbours then mean little.  Any invertible
matrix may be put between encoder and decoder, its inverse behind it, without changing a single
reconstruction; this one makes a step's Euclidean length the change of the picture it causes.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from autoencoders.config import ModelConfig
from autoencoders.models import Autoencoder, LinearPath

STRONGEST = 1e4
"""The matrix stretches no axis so many times more than another: beyond lies rounding."""


def can_be_evened(config: ModelConfig) -> bool:
    """Whether a linear layer ends the encoder and begins the decoder, and nothing bounds the code.

    A variational code has its prior's units, a code of the unit range its square.
    """
    return (
        config.family in ("convolutional", "denoising", "linear")
        and config.code_range == "free"
        and config.code_gain == 1.0
        and config.proposals == 1
    )


@torch.inference_mode()
def even_out(network: Autoencoder, codes: NDArray[np.floating]) -> None:
    """Change a network's code in place; what it makes of a picture stays the same.

    The change of a picture is taken to be linear in the code, as found by regression over
    ``codes`` (the decoder's mean Jacobian); the overall size of codes stays what it was.

    Args:
        network: in float32, on the CPU; see ``can_be_evened``.
        codes: float ``(N, D)``, its codes of training pictures, N > D.

    Raises:
        ValueError: for a network whose code cannot be changed so, or too few codes.
    """
    size = network.config.code_size
    if not can_be_evened(network.config) or len(codes) <= size:
        raise ValueError(
            f"A code of {size} numbers is evened out with more than {size} codes ({len(codes)} "
            "given), where linear layers end the encoder and begin the decoder."
        )
    root = torch.from_numpy(_root(network, codes))
    back = torch.linalg.inv(root)
    for layer in _last_layers(network.encoder):
        layer.weight.copy_((root @ layer.weight.double()).float())
        layer.bias.copy_((root @ layer.bias.double()).float())
    for layer in _first_layers(network.decoder):
        layer.weight.copy_((layer.weight.double() @ back).float())


def _root(network: Autoencoder, codes: NDArray[np.floating]) -> NDArray[np.float64]:
    """The symmetric matrix ``(D, D)`` by which codes are multiplied."""
    rows = np.asarray(codes, np.float64)
    rows = rows - rows.mean(axis=0)
    network.eval()
    parts = [
        network.decode(torch.from_numpy(np.asarray(part, np.float32))).flatten(1)
        for part in np.array_split(np.asarray(codes), math.ceil(len(codes) / 128))
    ]
    pictures = torch.cat(parts).double().numpy()
    jacobian = np.linalg.lstsq(rows, pictures - pictures.mean(axis=0))[0]
    values, vectors = np.linalg.eigh(jacobian @ jacobian.T)
    stretched = np.sqrt(np.maximum(values, values.max() / STRONGEST**2))
    root = (vectors * stretched) @ vectors.T
    # The same spread of codes in all as before.
    return np.asarray(root * math.sqrt(np.square(rows).sum() / np.square(rows @ root).sum()))


def _last_layers(encoder: nn.Module) -> list[nn.Linear]:
    """The linear layers whose outputs are the code, or are added to it."""
    last = list(encoder.children())[-1]
    if isinstance(last, LinearPath):
        return [*_last_layers(last.layers), last.linear]
    assert isinstance(last, nn.Linear)  # noqa: S101  # can_be_evened has looked
    return [last]


def _first_layers(decoder: nn.Module) -> list[nn.Linear]:
    """The linear layers that take the code."""
    first = next(iter(decoder.children()))
    if isinstance(first, LinearPath):
        return [*_first_layers(first.layers), first.linear]
    assert isinstance(first, nn.Linear)  # noqa: S101
    return [first]


def codes_of(network: Autoencoder, images: Tensor) -> NDArray[np.float32]:
    """Codes, float32 ``(N, D)``, of pictures ``(N, C, H, W)`` on 0..1."""
    with torch.inference_mode():
        return np.concatenate([network.eval().encode(part).numpy() for part in images.split(128)])
