"""Every network. A variant is a value in ``ModelConfig``, not another class.

``build(config)`` gives an ``Autoencoder`` with an ``encoder`` (picture to code) and a ``decoder``
(code to picture) that work on their own too.
"""

import itertools
import math
from typing import Self

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from autoencoders.config import Activation, ModelConfig
from autoencoders.stages import sides_of

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


class LinearPath(nn.Module):
    """Layers with a linear layer beside them; the two results are added.

    Args:
        layers: what it runs beside.
        inputs, outputs: numbers it takes and gives, for each picture of a batch.
        centre: is taken from its input first.
        spread: standard deviation of its first weights: small, so that it begins as a nudge.
        shrink: pictures are made so many times smaller before the linear layer, by means of
            blocks, and larger behind it, bilinearly.
    """

    def __init__(
        self,
        layers: nn.Module,
        *,
        inputs: int,
        outputs: int,
        centre: float,
        spread: float,
        shrink: int = 1,
    ) -> None:
        super().__init__()
        self.layers = layers
        self.linear = nn.Linear(inputs, outputs)
        self.centre = centre
        self.shrink = shrink
        nn.init.normal_(self.linear.weight, std=spread)
        nn.init.zeros_(self.linear.bias)

    def forward(self, values: Tensor) -> Tensor:
        """``(B, ...)`` of ``inputs`` numbers, once shrunk, to what ``layers`` gives."""
        beside: Tensor = self.layers(values)
        return self.add_linear(beside, values)

    def add_linear(self, beside: Tensor, values: Tensor) -> Tensor:
        """Add what the linear layer makes of ``values`` to ``beside``, which ``layers`` gave."""
        if self.shrink > 1 and values.dim() == 4:
            values = functional.avg_pool2d(values, self.shrink)
        linear: Tensor = self.linear((values - self.centre).flatten(1))
        if self.shrink > 1 and beside.dim() == 4:
            count, channels, height, width = beside.shape
            small = linear.view(count, channels, height // self.shrink, width // self.shrink)
            linear = functional.interpolate(small, size=(height, width), mode="bilinear")
        return beside + linear.view(beside.shape)


class Proposals(nn.Module):
    """Takes several codes of each picture apart: ``(B, K * D)`` to ``(B, K, D)``.

    Args:
        code_size: D.
        bounds: what each code goes through, such as ``UnitRange``.
    """

    def __init__(self, code_size: int, bounds: nn.Sequential) -> None:
        super().__init__()
        self.code_size = code_size
        self.bounds = bounds

    def forward(self, values: Tensor) -> Tensor:
        """``(B, K * D)`` to codes ``(B, K, D)``."""
        codes: Tensor = self.bounds(values.reshape(-1, self.code_size))
        return codes.reshape(len(values), -1, self.code_size)


def _pixels(config: ModelConfig) -> int:
    return config.height * config.width * config.channels


def _smallest(config: ModelConfig, stages: int) -> tuple[int, int]:
    """Height and width of the last stage's feature maps."""
    height, width = (
        sides_of(side, stages=stages, patch=config.patch, padding=config.padding)[-1]
        for side in (config.height, config.width)
    )
    return height, width


def _encoder(config: ModelConfig, inputs: int) -> nn.Sequential:
    """Layers from ``inputs`` numbers a picture, or from a base's code, to the code."""
    activation = _ACTIVATIONS[config.activation]
    widths = config.encoder_channels
    layers: list[nn.Module] = []
    if config.base:
        layers.append(nn.BatchNorm1d(inputs, affine=False))
    if widths and config.patch > 1:
        layers.append(nn.PixelUnshuffle(config.patch))
    previous = config.channels * config.patch**2
    for stage, width in enumerate(widths):
        stride = 1 if stage == 0 else 2
        if config.padding == "valid":
            layers += [nn.Conv2d(previous, width, 3, stride=stride), activation()]
        else:
            layers += [
                nn.Conv2d(previous, width, 3, stride=stride, padding=1, bias=False),
                nn.BatchNorm2d(width),
                activation(),
            ]
        previous = width
    flat = previous * math.prod(_smallest(config, len(widths))) if widths else inputs
    sizes = (flat, *config.encoder_hidden)
    given = config.code_size * (2 if config.family == "variational" else config.proposals)
    layers += [nn.Flatten(), *_dense(sizes, activation), nn.Linear(sizes[-1], given)]
    if config.linear_path:
        # Centred pictures, so that its first codes do not stand for the mean picture.
        beside = LinearPath(
            nn.Sequential(*layers),
            inputs=inputs // config.linear_shrink**2,
            outputs=given,
            centre=0.5,
            spread=0.002,
            shrink=config.linear_shrink,
        )
        layers = [beside]
    bounds: list[nn.Module] = []
    if config.code_range == "unit":
        bounds.append(UnitRange(config.code_size))
    elif config.code_range == "activated":
        bounds.append(activation())
    elif config.code_range == "logistic":
        bounds.append(nn.Sigmoid())
    if config.proposals > 1:
        bounds = [Proposals(config.code_size, nn.Sequential(*bounds))]
    return nn.Sequential(*layers, *bounds)


def _decoder(config: ModelConfig, outputs: int) -> nn.Sequential:
    """Layers from the code to a picture of ``outputs`` numbers, or to a base's code."""
    activation = _ACTIVATIONS[config.activation]
    gain = [Gain(config.code_gain)] if config.code_gain != 1.0 else []
    if config.base:
        sizes = (config.code_size, *config.decoder_hidden)
        return nn.Sequential(*gain, *_dense(sizes, activation), nn.Linear(sizes[-1], outputs))
    layers = _decoder_layers(config, activation)
    if config.linear_path:
        layers = [
            LinearPath(
                nn.Sequential(*layers),
                inputs=config.code_size,
                outputs=outputs // config.linear_shrink**2,
                centre=0.0,
                spread=0.02,
                shrink=config.linear_shrink,
            )
        ]
    end = [nn.Sigmoid()] if config.output == "sigmoid" else []
    return nn.Sequential(*gain, *layers, *end)


def _decoder_layers(config: ModelConfig, activation: type[nn.Module]) -> list[nn.Module]:
    """Everything between the code and the output's last step."""
    sizes = (config.code_size, *config.decoder_hidden)
    layers = _dense(sizes, activation)
    widths = config.decoder_channels
    if not widths:
        shape = (config.channels, config.height, config.width)
        return [*layers, nn.Linear(sizes[-1], _pixels(config)), nn.Unflatten(1, shape)]
    shape = (widths[0], *_smallest(config, len(widths)))
    layers += [nn.Linear(sizes[-1], math.prod(shape)), nn.Unflatten(1, shape)]
    layers += [nn.BatchNorm2d(widths[0])] if config.decoder_norm else []
    layers.append(activation())
    if config.padding == "valid":
        for size_in, size_out in itertools.pairwise(widths):
            layers += [nn.ConvTranspose2d(size_in, size_out, 4, stride=2), activation()]
        layers.append(nn.ConvTranspose2d(widths[-1], config.channels * config.patch**2, 3))
        return [*layers, nn.PixelShuffle(config.patch)] if config.patch > 1 else layers
    for size_in, size_out in itertools.pairwise(widths):
        bias = not config.decoder_norm
        layers.append(nn.ConvTranspose2d(size_in, size_out, 4, stride=2, padding=1, bias=bias))
        layers += [nn.BatchNorm2d(size_out)] if config.decoder_norm else []
        layers.append(activation())
    layers.append(nn.Conv2d(widths[-1], config.channels * config.patch**2, 3, padding=1))
    return [*layers, nn.PixelShuffle(config.patch)] if config.patch > 1 else layers


class Autoencoder(nn.Module):
    """An encoder and a decoder around a bottleneck of ``config.code_size`` numbers.

    Takes and gives pictures ``(B, C, H, W)``, floating point, 0..1; codes are ``(B, D)``.

    A stacked one stands on a ``base``, whose weights it leaves as they are: its own encoder and
    decoder lie between the base's code ``(B, K)`` and its code ``(B, D)``.
    """

    def __init__(self, config: ModelConfig, base: "Autoencoder | None" = None) -> None:
        super().__init__()
        if (base is not None) != bool(config.base):
            raise ValueError(
                "A network is built on its base's, where its configuration names one; this one "
                f"names {config.base or 'none'} and comes {'with' if base else 'without'} a base."
            )
        self.config = config
        ends = _pixels(config) if base is None else base.config.code_size
        self.encoder = _encoder(config, ends)
        self.decoder = _decoder(config, ends)
        self.base = base
        if base is not None:
            base.requires_grad_(requires_grad=False).eval()

    def train(self, mode: bool = True) -> Self:  # noqa: FBT001, FBT002  # torch's own signature
        """Switch between training and use; a base is in use always."""
        super().train(mode)
        if self.base is not None:
            self.base.eval()
        return self

    def encode(self, images: Tensor) -> Tensor:
        """Pictures ``(B, C, H, W)`` to codes ``(B, D)``; of a variational code its mean."""
        if self.config.proposals > 1:
            proposed = self.proposed(images)
            rows = torch.arange(len(images), device=images.device)
            return proposed[rows, self.best_of(proposed, images)]
        return self.from_base(images if self.base is None else self.base.encode(images))

    def decode(self, codes: Tensor) -> Tensor:
        """Codes ``(B, D)`` to pictures ``(B, C, H, W)``, 0..1."""
        if self.base is not None:
            return self.base.decode(self.to_base(codes))
        return self.within_range(self.decoder(codes))

    def within_range(self, images: Tensor) -> Tensor:
        """Pictures as ``decoder`` gives them, cut off at 0 and 1 where they may lie outside."""
        # A linear output may leave the range of a picture; what is shown and measured does not.
        clipped = self.config.output == "linear" and not self.training
        return images.clamp(0.0, 1.0) if clipped else images

    def from_base(self, codes: Tensor) -> Tensor:
        """What a stacked model encodes, its base's codes ``(B, K)``, to its codes ``(B, D)``."""
        code: Tensor = self.encoder(codes)
        return code[:, : self.config.code_size]

    def to_base(self, codes: Tensor) -> Tensor:
        """A stacked model's codes ``(B, D)`` to its base's ``(B, K)``."""
        base_codes: Tensor = self.decoder(codes)
        return base_codes

    def proposed(self, images: Tensor) -> Tensor:
        """Pictures ``(B, C, H, W)`` to the codes that the encoder proposes, ``(B, K, D)``."""
        codes: Tensor = self.encoder(images)
        return codes if self.config.proposals > 1 else codes[:, None, : self.config.code_size]

    @torch.no_grad()
    def best_of(self, proposed: Tensor, images: Tensor) -> Tensor:
        """Which of the proposed codes ``(B, K, D)`` draws each picture best, ``(B,)``, from 0."""
        drawn = self.decode(proposed.flatten(0, 1)).float().unflatten(0, proposed.shape[:2])
        errors: Tensor = (drawn - images.float()[:, None]).square().flatten(2).mean(dim=2)
        return errors.argmin(dim=1)

    def posterior(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and logarithm of the variance of each picture's code, both ``(B, D)``.

        Raises:
            ValueError: if the model is not variational.
        """
        if self.config.family != "variational":
            raise ValueError(
                f"Only a variational model has a posterior; this one is {self.config.family}."
            )
        mean, log_variance = self.encoder(images).float().chunk(2, dim=1)
        # Far outside these bounds the exponential is 0 or infinite, and the loss no number.
        return mean, log_variance.clamp(-20.0, 10.0)

    def forward(self, images: Tensor) -> Tensor:
        """Pictures ``(B, C, H, W)`` to their reconstructions."""
        return self.decode(self.encode(images))


def build(config: ModelConfig, *, seed: int = 0, base: Autoencoder | None = None) -> Autoencoder:
    """Build the network with initial weights that depend on ``seed`` alone.

    Args:
        config: the network.
        seed: of its initial weights.
        base: what a stacked network stands on.

    Raises:
        ValueError: for a stacked network without its base, or another with one.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Autoencoder(config, base)


def count_parameters(network: nn.Module) -> int:
    """Number of trained numbers; those of a base are not counted."""
    return sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)
