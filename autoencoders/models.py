"""Every network. A variant is a value in ``ModelConfig``, not another class.

``build(config)`` gives an ``Autoencoder`` with an ``encoder`` (picture to code) and a ``decoder``
(code to picture) that work on their own too.
"""

import itertools

import torch
from torch import Tensor, nn

from autoencoders.config import Activation, ModelConfig

_ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
}


class UnitRange(nn.Module):
    """Standardises each number of the code over the data, then squashes it into -1..1.

    With the error function as the squash, a code whose numbers are spread like a Gaussian fills
    the square evenly (the probability integral transform), which is what a map wants.

    Takes and gives ``(B, D)``.
    """

    def __init__(self, code_size: int) -> None:
        super().__init__()
        self.standardise = nn.BatchNorm1d(code_size, affine=False)

    def forward(self, code: Tensor) -> Tensor:
        """Codes ``(B, D)`` to codes on -1..1."""
        # float32 even under autocast: the code is where rounding would show.
        standard: Tensor = self.standardise(code.float())
        return torch.erf(standard / 2.0**0.5)


class Gain(nn.Module):
    """Multiplies by a fixed number."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, code: Tensor) -> Tensor:
        """Codes ``(B, D)`` to codes, each times the factor."""
        return code * self.factor


def _dense(sizes: tuple[int, ...], activation: type[nn.Module]) -> list[nn.Module]:
    """Dense layers of the given sizes, each followed by the activation."""
    layers: list[nn.Module] = []
    for size_in, size_out in itertools.pairwise(sizes):
        layers += [nn.Linear(size_in, size_out), activation()]
    return layers


def _encoder(config: ModelConfig) -> nn.Sequential:
    activation = _ACTIVATIONS[config.activation]
    widths = config.encoder_channels
    layers: list[nn.Module] = []
    previous = config.channels
    for stage, width in enumerate(widths):
        stride = 1 if stage == 0 else 2
        layers += [
            nn.Conv2d(previous, width, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(width),
            activation(),
        ]
        previous = width
    shrink = 2 ** (len(widths) - 1)
    flat = previous * (config.height // shrink) * (config.width // shrink)
    sizes = (flat, *config.encoder_hidden)
    layers += [nn.Flatten(), *_dense(sizes, activation), nn.Linear(sizes[-1], config.code_size)]
    if config.code_range == "unit":
        layers.append(UnitRange(config.code_size))
    return nn.Sequential(*layers)


def _decoder(config: ModelConfig) -> nn.Sequential:
    activation = _ACTIVATIONS[config.activation]
    sizes = (config.code_size, *config.decoder_hidden)
    gain = [Gain(config.code_gain)] if config.code_gain != 1.0 else []
    layers = [*gain, *_dense(sizes, activation)]
    widths = config.decoder_channels
    if not widths:
        pixels = config.height * config.width * config.channels
        shape = (config.channels, config.height, config.width)
        layers += [nn.Linear(sizes[-1], pixels), nn.Unflatten(1, shape)]
        return nn.Sequential(*layers, nn.Sigmoid())
    grow = 2 ** (len(widths) - 1)
    height, width = config.height // grow, config.width // grow
    layers += [
        nn.Linear(sizes[-1], widths[0] * height * width),
        activation(),
        nn.Unflatten(1, (widths[0], height, width)),
    ]
    for size_in, size_out in itertools.pairwise(widths):
        layers += [
            nn.ConvTranspose2d(size_in, size_out, 4, stride=2, padding=1),
            activation(),
        ]
    layers.append(nn.Conv2d(widths[-1], config.channels, 3, padding=1))
    return nn.Sequential(*layers, nn.Sigmoid())


class Autoencoder(nn.Module):
    """An encoder and a decoder around a bottleneck of ``config.code_size`` numbers.

    Takes and gives pictures ``(B, C, H, W)``, floating point, 0..1; codes are ``(B, D)``.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = _encoder(config)
        self.decoder = _decoder(config)

    def encode(self, images: Tensor) -> Tensor:
        """Pictures ``(B, C, H, W)`` to codes ``(B, D)``."""
        code: Tensor = self.encoder(images)
        return code

    def decode(self, codes: Tensor) -> Tensor:
        """Codes ``(B, D)`` to pictures ``(B, C, H, W)``, 0..1."""
        images: Tensor = self.decoder(codes)
        return images

    def forward(self, images: Tensor) -> Tensor:
        """Pictures ``(B, C, H, W)`` to their reconstructions."""
        return self.decode(self.encode(images))


def build(config: ModelConfig, *, seed: int = 0) -> Autoencoder:
    """Build the network with initial weights that depend on ``seed`` alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Autoencoder(config)


def count_parameters(network: nn.Module) -> int:
    """Number of trained numbers."""
    return sum(parameter.numel() for parameter in network.parameters())
