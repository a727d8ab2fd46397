"""How every shipped model is built and trained: a name, a network, a training run."""

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


def recipe(name: str) -> Recipe:
    """Return a recipe by its name.

    Raises:
        ConfigError: if there is none of that name; lists those there are.
    """
    if name not in RECIPES:
        raise ConfigError(f"There is no recipe called {name!r}; there is {', '.join(RECIPES)}.")
    return RECIPES[name]
