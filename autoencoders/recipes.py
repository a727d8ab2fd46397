"""How every shipped model is built and trained: a name, a network, a training run."""

import dataclasses
from dataclasses import dataclass

from autoencoders.config import ConfigError, ModelConfig, TrainConfig


@dataclass(frozen=True)
class Recipe:
    """A shipped model's network and training, and what its card says it is for."""

    title: str
    summary: str
    model: ModelConfig
    training: TrainConfig


RECIPES: dict[str, Recipe] = {
    "digits-conv-2": Recipe(
        title="Digits, convolutional, 2 numbers",
        summary=(
            "A convolutional autoencoder that squeezes a handwritten digit of 28x28 pixels into "
            "two numbers between -1 and 1, and draws it again from those two alone. With a code "
            "this small the scatter plot is the whole latent space."
        ),
        model=ModelConfig(
            family="convolutional",
            height=28,
            width=28,
            channels=1,
            code_size=2,
            encoder_channels=(16, 32, 64),
            encoder_hidden=(256,),
            decoder_hidden=(512, 512, 512, 1024),
            decoder_channels=(),
            code_range="unit",
            code_gain=4.0,
        ),
        training=TrainConfig(
            dataset="mnist",
            epochs=110,
            batch_size=256,
            learning_rate=2e-3,
            weight_decay=1e-3,
            rotate=8.0,
            shift=0.6,
            scale=0.06,
            fade=0.4,
            precision="bfloat16",
        ),
    ),
}

_FACES = TrainConfig(
    dataset="lfw",
    epochs=90,
    batch_size=64,
    learning_rate=2e-3,
    weight_decay=0.02,
    rotate=3.0,
    shift=1.5,
    scale=0.04,
    mirror=True,
    fade=0.1,
    precision="bfloat16",
    snapshots=24,
)

RECIPES["faces-conv-128"] = Recipe(
    title="Faces, convolutional, 128 numbers",
    summary=(
        "A convolutional autoencoder that squeezes a photograph of a face, 64x64 pixels in colour, "
        "into 128 numbers, sharp enough to smile."
    ),
    model=ModelConfig(
        family="convolutional",
        height=64,
        width=64,
        channels=3,
        code_size=128,
        patch=2,
        encoder_channels=(64, 128, 256, 512),
        encoder_hidden=(),
        decoder_hidden=(),
        decoder_channels=(512, 256, 128, 64),
        decoder_norm=True,
        linear_path=True,
        activation="silu",
    ),
    training=_FACES,
)

RECIPES["faces-conv-2"] = Recipe(
    title="Faces, convolutional, 2 numbers",
    summary=(
        "A convolutional autoencoder that squeezes a photograph of a face into two numbers between "
        "-1 and 1: a map on which every place is a face, averaged over all that two numbers cannot "
        "tell apart."
    ),
    model=ModelConfig(
        family="convolutional",
        height=64,
        width=64,
        channels=3,
        code_size=2,
        patch=2,
        encoder_channels=(32, 64, 128, 256),
        encoder_hidden=(256,),
        decoder_hidden=(512, 512),
        decoder_channels=(256, 128, 64, 32),
        decoder_norm=True,
        activation="silu",
        code_range="unit",
        code_gain=4.0,
    ),
    training=dataclasses.replace(_FACES, epochs=50, fade=0.4),
)

RECIPES["drawn-conv-2"] = Recipe(
    title="Drawn faces, convolutional, 2 numbers",
    summary=(
        "A convolutional autoencoder that squeezes a drawn face into two numbers between -1 and 1. "
        "The drawings are Hourglass's own, so everything about them is known exactly."
    ),
    model=dataclasses.replace(
        RECIPES["faces-conv-2"].model,
        encoder_channels=(32, 64, 128),
        decoder_channels=(128, 64, 32),
        patch=4,
    ),
    training=TrainConfig(
        dataset="drawn",
        epochs=30,
        batch_size=64,
        learning_rate=2e-3,
        weight_decay=0.01,
        precision="bfloat16",
        snapshots=24,
    ),
)

RECIPES["faces-stacked-2"] = Recipe(
    title="Faces, stacked: 2 numbers of 128",
    summary=(
        "A small autoencoder of another one's codes: two numbers between -1 and 1 stand for the "
        "128 numbers of faces-conv-128, whose decoder draws them. Alone they decode to the average "
        "face of their place; with the residuals of the faces around it the map is peopled with "
        "individuals."
    ),
    model=ModelConfig(
        family="stacked",
        height=64,
        width=64,
        channels=3,
        code_size=2,
        base="faces-conv-128",
        encoder_channels=(),
        encoder_hidden=(256, 256),
        decoder_hidden=(256, 512),
        decoder_channels=(),
        activation="silu",
        code_range="unit",
        code_gain=4.0,
    ),
    training=TrainConfig(
        dataset="lfw",
        epochs=12,
        batch_size=64,
        learning_rate=2e-3,
        weight_decay=0.02,
        mirror=True,
        precision="bfloat16",
        snapshots=13,
    ),
)


def recipe(name: str) -> Recipe:
    """Return a recipe by its name.

    Raises:
        ConfigError: if there is none of that name; lists those there are.
    """
    if name not in RECIPES:
        raise ConfigError(f"There is no recipe called {name!r}; there is {', '.join(RECIPES)}.")
    return RECIPES[name]
