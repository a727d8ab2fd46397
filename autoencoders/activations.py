"""One picture on its way through a network: what leaves each stage, from the picture to its copy.

The layers are walked one after the other, as ``nn.Sequential`` does, instead of being hooked: hooks
belong to the network, which all threads share, and would see other people's pictures.

A stage is a layer that computes (a convolution, a dense layer) together with what only changes how
its numbers are written: normalisation, activation, another arrangement.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from autoencoders.models import Autoencoder, Gain, LinearPath, Proposals, UnitRange

Part = Literal["picture", "encoder", "code", "decoder", "reconstruction"]
Kind = Literal["given", "convolution", "transposed convolution", "dense"]
Step = Literal[
    "blocks",
    "scaled",
    "standardised",
    "normalised",
    "relu",
    "leaky_relu",
    "gelu",
    "silu",
    "shortcut",
    "unit",
    "proposed",
    "sigmoid",
    "clipped",
    "mean",
]
"""What a stage does besides its layer.

"blocks": blocks of pixels are stacked into maps before it, or laid out again behind it; "scaled":
its input is multiplied by a fixed number; "standardised": its input is brought to mean 0 and spread
1; "normalised": its maps are; the activations by their names; "shortcut": what a linear layer makes
of the first input of this half of the network is added; "unit": each number is squashed into -1..1;
"proposed": of several codes that it gives the one that the decoder draws best from goes on;
"sigmoid": into 0..1; "clipped": cut off at 0 and 1; "mean": for each number it gives a mean and a
spread, and the mean goes on.
"""

BASE_CODE = "base's code"
"""What a stage is called that gives a code of the base of a stacked network."""

STEPS: tuple[Step, ...] = get_args(Step)

_KINDS: dict[type[nn.Module], Kind] = {
    nn.Conv2d: "convolution",
    nn.ConvTranspose2d: "transposed convolution",
    nn.Linear: "dense",
}
_STEPS: dict[type[nn.Module], Step] = {
    nn.PixelUnshuffle: "blocks",
    nn.PixelShuffle: "blocks",
    Gain: "scaled",
    nn.BatchNorm1d: "standardised",
    nn.BatchNorm2d: "normalised",
    nn.ReLU: "relu",
    nn.LeakyReLU: "leaky_relu",
    nn.GELU: "gelu",
    nn.SiLU: "silu",
    LinearPath: "shortcut",
    UnitRange: "unit",
    Proposals: "proposed",
    nn.Sigmoid: "sigmoid",
}


@dataclass(frozen=True)
class Stage:
    """What leaves one stage of a network.

    Attributes:
        part: where it lies.  The code and the reconstruction are what the last layers of encoder
            and decoder give.
        kind: its layer; "given" for the picture itself.
        name: what it is, in plain words: "convolution, 3x3, 32 maps, halves the side".
        values: float32, maps ``(C, H, W)`` or a row of numbers ``(N,)``; picture and reconstruction
            on 0..1.
        parameters: how many numbers of it were trained.
        kernel: side of the window that a convolution looks through, in numbers; else 0.
        steps: what it does besides, see ``Step``.
        of_base: it belongs to the base that a stacked network stands on.
    """

    part: Part
    kind: Kind
    name: str
    values: NDArray[np.float32]
    parameters: int = 0
    kernel: int = 0
    steps: frozenset[Step] = frozenset()
    of_base: bool = False

    @property
    def count(self) -> int:
        """How many numbers it gives."""
        return int(self.values.size)


def stages_of(network: Autoencoder, picture: Tensor) -> tuple[Stage, ...]:
    """Return every stage of a network for one picture, in order, from the picture to its copy.

    Args:
        network: in evaluation mode.
        picture: floating point ``(1, C, H, W)``, 0..1, on the network's device.
    """
    walk = _Walk(picture)
    walk.encode(network, of_base=False)
    walk.decode(network, of_base=False)
    return tuple(walk.stages)


class _Walk:
    """The stages so far, and what the last one gave."""

    def __init__(self, picture: Tensor) -> None:
        self.values = picture
        self.stages = [Stage("picture", "given", "the picture", _numbers(picture))]

    def encode(self, network: Autoencoder, *, of_base: bool) -> None:
        """Go down to the code, of a stacked network through its base's encoder first."""
        if network.base is not None:
            self.encode(network.base, of_base=True)
        given = self.values
        groups = list(_grouped(network.encoder, given))
        for group in groups[:-1]:
            self._add("encoder", group, of_base=of_base)
        last = groups[-1]
        if network.config.proposals > 1:
            last.values = last.values[:, int(network.best_of(last.values, given))]
        if network.config.family == "variational":
            last.values = last.values[:, : network.config.code_size]
            last.steps.add("mean")
        last.title = BASE_CODE if of_base else ""
        self._add("encoder" if of_base else "code", last, of_base=of_base)

    def decode(self, network: Autoencoder, *, of_base: bool) -> None:
        """Go up to the reconstruction, of a stacked network through its base's decoder."""
        # Every decode of the engine begins with a code in float32, whatever it computes in.
        groups = list(_grouped(network.decoder, self.values.float()))
        for group in groups[:-1]:
            self._add("decoder", group, of_base=of_base)
        last = groups[-1]
        if network.base is not None:
            last.title = BASE_CODE
            self._add("decoder", last, of_base=of_base)
            return self.decode(network.base, of_base=True)
        if network.config.output == "linear":
            last.values = network.within_range(last.values)
            last.steps.add("clipped")
        return self._add("reconstruction", last, of_base=of_base)

    def _add(self, part: Part, group: "_Group", *, of_base: bool) -> None:
        self.stages.append(group.stage(part, given=self.values, of_base=of_base))
        self.values = group.values


class _Group:
    """Layers of one stage, as they are met; ``values`` is what the last of them gave."""

    def __init__(self) -> None:
        self.kind: Kind | None = None
        self.kernel = 0
        self.title = ""
        self.steps: set[Step] = set()
        self.parameters = 0
        self.values: Tensor

    def take(self, module: nn.Module, values: Tensor) -> None:
        """Take the next layer and what it gave."""
        if type(module) in _KINDS:
            self.kind = _KINDS[type(module)]
            self.kernel = int(getattr(module, "kernel_size", (0,))[0])
        elif type(module) in _STEPS:
            self.steps.add(_STEPS[type(module)])
            if isinstance(module, Proposals):
                self.steps |= {_STEPS[type(inner)] for inner in module.bounds}
        # A linear path's other layers were met before it.
        own = module.linear if isinstance(module, LinearPath) else module
        self.parameters += sum(parameter.numel() for parameter in own.parameters())
        self.values = values

    def stage(self, part: Part, *, given: Tensor, of_base: bool) -> Stage:
        """Return the stage, which was ``given`` what the one before it gave."""
        values = _numbers(self.values)
        kind: Kind = self.kind or "given"
        words = _words(kind, self.kernel, values, given)
        if self.title or part in ("code", "reconstruction"):
            words = f"the {self.title or part}: {words}"
        return Stage(
            part, kind, words, values, self.parameters, self.kernel, frozenset(self.steps), of_base
        )


def _leaves(module: nn.Module, values: Tensor) -> Iterator[tuple[nn.Module, Tensor]]:
    """Run layer by layer; yields each with what it gives, a linear path after what it runs beside.

    That gives the same as ``module(values)``.
    """
    reached = values
    if isinstance(module, nn.Sequential):
        for child in module:
            for leaf, reached in _leaves(child, reached):  # noqa: B020  # each begins where one ended
                yield leaf, reached
    elif isinstance(module, LinearPath):
        for leaf, reached in _leaves(module.layers, values):
            yield leaf, reached
        yield module, module.add_linear(reached, values)
    else:
        yield module, module(values)


def _grouped(layers: nn.Module, values: Tensor) -> Iterator[_Group]:
    """Run layer by layer; yields the groups that are stages."""
    group = _Group()
    for module, given in _leaves(layers, values):
        # Maps are written as a row for the dense layer behind: they leave their stage as maps.
        begins = isinstance(module, nn.Flatten) or type(module) in _KINDS
        if begins and group.kind is not None:
            yield group
            group = _Group()
        group.take(module, given)
    yield group


def _words(kind: Kind, kernel: int, values: NDArray[np.float32], given: Tensor) -> str:
    """Say in plain words what a layer is and gives."""
    if kind == "dense":
        if values.ndim == 1:
            many = "1 number" if values.size == 1 else f"{values.size:,} numbers"
            return f"dense layer, {many}"
        return f"dense layer, {_maps(values)} of {values.shape[2]}x{values.shape[1]}"
    before, after = given.shape[-1], values.shape[-1]
    side = f"side {before} to {after}"
    if after == before:
        side = "keeps the side"
    elif 2 * after == before:
        side = "halves the side"
    elif after == 2 * before:
        side = "doubles the side"
    return f"{kind}, {kernel}x{kernel}, {_maps(values)}, {side}"


def _maps(values: NDArray[np.float32]) -> str:
    return "1 map" if len(values) == 1 else f"{len(values)} maps"


def _numbers(values: Tensor) -> NDArray[np.float32]:
    """Copy what is there of one picture, ``(1, ...)``, to float32 ``(...)``."""
    return np.array(values[0].detach().float().cpu().numpy(), np.float32)
