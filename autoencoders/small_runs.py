"""The few choices of a small training run, and the network and training that they stand for.

For whoever trains while they watch: everything that is not asked for has a value that suits a run
of a minute on two cores.
"""

import dataclasses
from dataclasses import dataclass
from typing import Literal

from autoencoders.config import ModelConfig, Recipe, TrainConfig
from autoencoders.stages import sides_of
from autoencoders.strict_config import StrictConfig, demand

Data = Literal["drawn", "mnist"]
SmallFamily = Literal["linear", "dense", "convolutional", "denoising", "variational"]

SIDES: dict[Data, tuple[int, int, int]] = {"drawn": (32, 32, 3), "mnist": (28, 28, 1)}
"""Height, width and channels of the pictures; drawn faces are halved, which makes a run quick."""
CODE_SIZES = (1, 2, 4, 8, 16, 32)
MOST_LAYERS = 6
MOST_EPOCHS = 100
FEWEST_PICTURES = 200
MOST_PICTURES = 12_000
LARGEST_SEED = 2**31 - 1
BATCH = 64
SNAPSHOTS = 40

_WIDTHS = (256, 128, 96, 64, 48, 32)
"""Of dense layers, from the picture inwards."""
_CHANNELS = (16, 32, 64, 96, 128, 128)
"""Feature maps of convolutional stages, from the picture inwards."""
_BETA: dict[Data, float] = {"drawn": 0.02, "mnist": 0.3}
_PATCH: dict[Data, int] = {"drawn": 2, "mnist": 1}
_IN_WORDS: dict[Data, str] = {"drawn": "Drawn faces", "mnist": "Digits"}
_SHORT: dict[SmallFamily, str] = {"convolutional": "conv", "variational": "vae"}


@dataclass(frozen=True, kw_only=True)
class Choices(StrictConfig):
    """What a person chooses.

    Attributes:
        data: "drawn", faces that Hourglass draws itself, or "mnist", which has to be on the disk.
        family: the kind of autoencoder.
        code_size: numbers in the bottleneck.
        layers: hidden layers of a dense network on either side, stages of a convolutional one; a
            linear network has none, whatever is said.
        epochs: passes over the pictures.
        pictures: how many it learns from.
        learning_rate: its peak.
        seed: of whatever is drawn by chance.

    Raises:
        ConfigError: for a choice that is not offered; one sentence says what is.
    """

    data: Data = "drawn"
    family: SmallFamily = "convolutional"
    code_size: int = 2
    layers: int = 3
    epochs: int = 20
    pictures: int = 2_000
    learning_rate: float = 2e-3
    seed: int = 0

    def __post_init__(self) -> None:
        sizes = ", ".join(map(str, CODE_SIZES[:-1]))
        _within("Numbers in the code", self.code_size, f"{sizes} or {CODE_SIZES[-1]}", CODE_SIZES)
        _within("Layers", self.layers, f"1 to {MOST_LAYERS}", range(1, MOST_LAYERS + 1))
        _within("Epochs", self.epochs, f"1 to {MOST_EPOCHS}", range(1, MOST_EPOCHS + 1))
        _within(
            "Pictures",
            self.pictures,
            f"{FEWEST_PICTURES} to {MOST_PICTURES:,}",
            range(FEWEST_PICTURES, MOST_PICTURES + 1),
        )
        demand(
            0 < self.learning_rate <= 1,
            f"The learning rate is {self.learning_rate:g}; use more than 0, at most 1.",
        )
        _within("The seed", self.seed, f"0 to {LARGEST_SEED:,}", range(LARGEST_SEED + 1))

    @property
    def name(self) -> str:
        """What a model folder of it is called; no shipped model's name begins like this."""
        data = {"drawn": "drawn", "mnist": "digits"}[self.data]
        return f"own-{data}-{_SHORT.get(self.family, self.family)}-{self.code_size}"

    @property
    def title(self) -> str:
        """It in a few words."""
        numbers = "1 number" if self.code_size == 1 else f"{self.code_size} numbers"
        return f"{_IN_WORDS[self.data]}, {self.family}, {numbers}"


def _within(what: str, value: int, allowed: str, there: "range | tuple[int, ...]") -> None:
    is_are = "are" if what in ("Layers", "Epochs", "Pictures", "Numbers in the code") else "is"
    demand(value in there, f"{what} {is_are} {value}; use {allowed}.")


def small_recipe(choices: Choices) -> Recipe:
    """Return the network and the training that choices stand for.

    Raises:
        ConfigError: for a network that is impossible; one sentence says what would fit.
    """
    return Recipe(
        title=choices.title,
        summary=(
            f"A small {choices.family} autoencoder, trained on {choices.pictures:,} pictures while "
            "somebody watched."
        ),
        model=_model(choices),
        training=_training(choices),
    )


def _model(choices: Choices) -> ModelConfig:
    height, width, channels = SIDES[choices.data]
    # Bounded, where it can be: the points then fill a square that one sheet covers.
    bounded = choices.code_size <= 2 and choices.family not in ("linear", "variational")
    network = ModelConfig(
        family=choices.family,
        height=height,
        width=width,
        channels=channels,
        code_size=choices.code_size,
        encoder_channels=(),
        encoder_hidden=(),
        decoder_hidden=(),
        decoder_channels=(),
        activation="silu",
        code_range="unit" if bounded else "free",
        code_gain=4.0 if bounded else 1.0,
    )
    if choices.family == "linear":
        return dataclasses.replace(network, output="linear")
    if choices.family == "dense":
        widths = _WIDTHS[: choices.layers]
        return dataclasses.replace(network, encoder_hidden=widths, decoder_hidden=widths[::-1])
    most = most_stages(choices.data)
    demand(
        choices.layers <= most,
        f"{choices.layers} layers would halve pictures of {height}x{width} until they no longer "
        f"come out even; use at most {most} layers, or a dense network.",
    )
    return dataclasses.replace(
        network,
        patch=_PATCH[choices.data],
        encoder_channels=_CHANNELS[: choices.layers],
        encoder_hidden=(128,),
        # Of pictures this small dense layers draw better in a minute than convolutions do.
        decoder_hidden=(128, 256),
    )


def most_stages(data: Data) -> int:
    """Return how many convolutional stages fit the pictures."""
    for stages in range(1, MOST_LAYERS + 1):
        try:
            for side in SIDES[data][:2]:
                sides_of(side, stages=stages, patch=_PATCH[data])
        except ValueError:
            return stages - 1
    return MOST_LAYERS


def _training(choices: Choices) -> TrainConfig:
    noisy = choices.family == "denoising"
    return TrainConfig(
        dataset=choices.data,
        epochs=choices.epochs,
        batch_size=BATCH,
        learning_rate=choices.learning_rate,
        average=0.99,
        beta=_BETA[choices.data] if choices.family == "variational" else 0.0,
        noise=("gaussian",) if noisy else (),
        noise_level=0.5 if noisy else 0.0,
        seed=choices.seed,
        snapshots=SNAPSHOTS,
        limit=choices.pictures,
    )
