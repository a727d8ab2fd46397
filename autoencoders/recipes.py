"""How every shipped model is built and trained: a name, a network, a training run."""

import dataclasses

from autoencoders.config import ModelConfig, Recipe, TrainConfig
from autoencoders.digit_recipes import DIGITS, NOISE
from autoencoders.strict_config import ConfigError

RECIPES: dict[str, Recipe] = dict(DIGITS)

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
        encoder_channels=(64, 128, 256, 384),
        encoder_hidden=(),
        decoder_hidden=(),
        decoder_channels=(384, 256, 128, 64),
        decoder_norm=True,
        linear_path=True,
        linear_shrink=2,
        activation="silu",
    ),
    # A little noise on its input keeps it from learning the training people by heart.
    training=dataclasses.replace(_FACES, epochs=60, noise=("gaussian",), noise_level=0.1),
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
        epochs=24,
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
        encoder_hidden=(512, 512),
        decoder_hidden=(512, 512, 512),
        decoder_channels=(),
        activation="silu",
        code_range="unit",
        code_gain=4.0,
    ),
    training=dataclasses.replace(
        _FACES, epochs=100, batch_size=128, fade=0.3, loss="code", snapshots=16
    ),
)

RECIPES["faces-denoising-512"] = Recipe(
    title="Faces, denoising, 512 numbers",
    summary=(
        "A convolutional autoencoder that is given noisy photographs of faces and learns to draw "
        "the clean ones, through 512 numbers."
    ),
    model=dataclasses.replace(
        RECIPES["faces-conv-128"].model,
        family="denoising",
        code_size=512,
        encoder_channels=(64, 128, 256, 256),
        decoder_channels=(256, 256, 128, 64),
        linear_shrink=2,
    ),
    training=dataclasses.replace(
        _FACES, epochs=45, noise=NOISE.noise, noise_level=NOISE.noise_level, snapshots=16
    ),
)

RECIPES["photos-denoising-256"] = Recipe(
    title="Photographs, denoising, 256 numbers",
    summary=(
        "A convolutional autoencoder that is given noisy portraits of 256x256 pixels, 196,608 "
        "numbers each, and draws clean ones through exactly 256 numbers."
    ),
    model=dataclasses.replace(
        RECIPES["faces-conv-128"].model,
        family="denoising",
        height=256,
        width=256,
        code_size=256,
        patch=4,
        encoder_channels=(32, 64, 128, 256, 320),
        decoder_channels=(320, 256, 128, 64, 32),
        linear_shrink=8,
    ),
    training=dataclasses.replace(
        _FACES,
        dataset="lfw-photos",
        epochs=20,
        batch_size=32,
        shift=6.0,
        noise=NOISE.noise,
        noise_level=NOISE.noise_level,
        snapshots=8,
    ),
)

RECIPES["faces-linear-2"] = Recipe(
    title="Faces, linear, 2 numbers",
    summary=(
        "A linear autoencoder: one linear layer to two numbers and one back. It can do no more "
        "than principal component analysis does, and learns to do as much."
    ),
    model=ModelConfig(
        family="linear",
        height=64,
        width=64,
        channels=3,
        code_size=2,
        encoder_channels=(),
        encoder_hidden=(),
        decoder_hidden=(),
        decoder_channels=(),
        output="linear",
    ),
    training=TrainConfig(
        dataset="lfw",
        epochs=60,
        batch_size=128,
        learning_rate=1e-2,
        weight_decay=0.0,
        mirror=True,
        snapshots=16,
    ),
)

# As an evidence bound beta would be twice the squared error that is left (Rybkin et al., 2021).
# That takes each pixel's error for independent; what is left of a face is smooth, and the code
# strayed far beyond its prior (docs/training.md). So more.
RECIPES["faces-vae-128"] = Recipe(
    title="Faces, variational, 128 numbers",
    summary=(
        "A variational autoencoder: a photograph of a face becomes a small cloud in 128 numbers, "
        "and all clouds together fill a Gaussian, so that a number drawn from it is a new face."
    ),
    model=dataclasses.replace(
        RECIPES["faces-conv-128"].model,
        family="variational",
        encoder_channels=(32, 64, 128, 192),
        decoder_channels=(192, 128, 64, 32),
        linear_shrink=2,
    ),
    training=dataclasses.replace(_FACES, epochs=25, beta=0.5, snapshots=16),
)

RECIPES["faces-vae-2"] = Recipe(
    title="Faces, variational, 2 numbers",
    summary=(
        "A variational autoencoder of two numbers: every face is a small cloud on the plane, and "
        "all clouds together are a Gaussian around its middle."
    ),
    model=dataclasses.replace(
        RECIPES["faces-conv-2"].model,
        family="variational",
        encoder_channels=(32, 64, 128, 128),
        decoder_hidden=(256, 512),
        decoder_channels=(128, 64, 32, 32),
        code_range="free",
        code_gain=1.0,
    ),
    training=dataclasses.replace(_FACES, epochs=45, beta=0.5, fade=0.3, snapshots=16),
)


def recipe(name: str) -> Recipe:
    """Return a recipe by its name.

    Raises:
        ConfigError: if there is none of that name; lists those there are.
    """
    if name not in RECIPES:
        raise ConfigError(f"There is no recipe called {name!r}; there is {', '.join(RECIPES)}.")
    return RECIPES[name]
