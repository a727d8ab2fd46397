"""How the models of handwritten digits are built and trained: one of every family."""

import dataclasses

from autoencoders.config import ModelConfig, Recipe, TrainConfig

_CONV_2 = ModelConfig(
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
)

# The same idea quicker and better: pixels folded two by two, and four proposals for a place.
_MAP = ModelConfig(
    family="convolutional",
    height=28,
    width=28,
    channels=1,
    code_size=2,
    patch=2,
    encoder_channels=(32, 64),
    encoder_hidden=(256,),
    decoder_hidden=(512, 512, 1024),
    decoder_channels=(),
    activation="silu",
    code_range="unit",
    code_gain=4.0,
    proposals=4,
)

_TRAINING = TrainConfig(
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
)

NOISE = TrainConfig(
    dataset="lfw",
    epochs=1,
    # Twice Gaussian: the noise that a camera makes in the dark is met most.
    noise=("gaussian", "gaussian", "salt_and_pepper", "masking"),
    noise_level=0.65,
    precision="bfloat16",
    snapshots=16,
)
"""The noise that denoising models learn to take off."""

DIGITS: dict[str, Recipe] = {
    "digits-conv-2": Recipe(
        title="Digits, convolutional, 2 numbers",
        summary=(
            "A convolutional autoencoder that squeezes a handwritten digit of 28x28 pixels into "
            "two numbers between -1 and 1, and draws it again from those two alone. With a code "
            "this small the scatter plot is the whole latent space. The encoder proposes four "
            "codes; the one that is drawn best is taken."
        ),
        model=_MAP,
        training=dataclasses.replace(_TRAINING, epochs=36, explore=0.2),
    ),
    "digits-denoising-32": Recipe(
        title="Digits, denoising, 32 numbers",
        summary=(
            "A convolutional autoencoder that is given noisy digits and learns to draw the clean "
            "ones, through 32 numbers that have no room for the noise."
        ),
        model=ModelConfig(
            family="denoising",
            height=28,
            width=28,
            channels=1,
            code_size=32,
            encoder_channels=(32, 64, 128),
            encoder_hidden=(128,),
            decoder_hidden=(256,),
            decoder_channels=(64, 64, 32),
            decoder_norm=True,
            activation="silu",
        ),
        training=dataclasses.replace(
            NOISE,
            dataset="mnist",
            epochs=24,
            batch_size=128,
            learning_rate=2e-3,
            weight_decay=1e-3,
            rotate=8.0,
            shift=0.6,
            scale=0.06,
            fade=0.2,
        ),
    ),
    "digits-vae-2": Recipe(
        title="Digits, variational, 2 numbers",
        summary=(
            "A variational autoencoder of handwritten digits: every digit is a small cloud on the "
            "plane, and all clouds together are a Gaussian around its middle."
        ),
        model=dataclasses.replace(
            _CONV_2,
            family="variational",
            decoder_hidden=(256, 512),
            code_range="free",
            code_gain=1.0,
        ),
        training=dataclasses.replace(_TRAINING, epochs=30, beta=0.3, snapshots=24),
    ),
}

# Dense networks: no convolution anywhere. A few changes of the digits keep them from learning the
# training set by heart; the linear one and the textbook's are given the pictures as they are.
_DENSE = ModelConfig(
    family="dense",
    height=28,
    width=28,
    channels=1,
    code_size=32,
    encoder_channels=(),
    encoder_hidden=(),
    decoder_hidden=(),
    decoder_channels=(),
    activation="leaky_relu",
)
_PLAIN = dataclasses.replace(
    _TRAINING, epochs=40, rotate=0.0, shift=0.0, scale=0.0, fade=0.0, weight_decay=0.0, snapshots=24
)

DIGITS["digits-linear-2"] = Recipe(
    title="Digits, linear, 2 numbers",
    summary=(
        "A linear autoencoder: one linear layer to two numbers and one back. It can do no more "
        "than principal component analysis does, and learns to do as much."
    ),
    model=dataclasses.replace(_DENSE, family="linear", code_size=2, output="linear"),
    training=dataclasses.replace(
        _PLAIN, epochs=100, batch_size=128, learning_rate=1e-2, precision="float32"
    ),
)

DIGITS["digits-dense-32"] = Recipe(
    title="Digits, dense, 32 numbers",
    summary=(
        "The autoencoder of the textbooks: one dense layer from 784 pixels to 32 numbers behind a "
        "leaky ReLU, and one back behind a sigmoid."
    ),
    model=dataclasses.replace(_DENSE, code_range="activated"),
    training=_PLAIN,
)

DIGITS["digits-dense-2"] = Recipe(
    title="Digits, dense, 2 numbers",
    summary=(
        "The smallest nonlinear autoencoder: one dense layer to two numbers between -1 and 1, and "
        "one back. With so little between picture and code it has little that principal "
        "component analysis has not."
    ),
    model=dataclasses.replace(_DENSE, code_size=2, code_range="unit"),
    training=dataclasses.replace(_PLAIN, epochs=100, batch_size=128),
)

_DEEP = dataclasses.replace(
    _DENSE,
    family="deep",
    code_size=2,
    encoder_hidden=(512, 256, 64),
    decoder_hidden=(64, 256, 512),
    activation="gelu",
    code_range="unit",
    code_gain=4.0,
)
DIGITS["digits-deep-2"] = Recipe(
    title="Digits, deep, 2 numbers",
    summary=(
        "Four dense layers down to two numbers between -1 and 1 and four up again: what depth "
        "alone adds to the dense autoencoder, without a convolution."
    ),
    model=_DEEP,
    training=dataclasses.replace(_TRAINING, epochs=60, snapshots=24),
)

DIGITS["digits-stacked-2"] = Recipe(
    title="Digits, stacked layer by layer, 2 numbers",
    summary=(
        "Four pairs of dense layers, trained one upon another, each to rebuild what the pair "
        "before it gives, and then all together: how deep autoencoders were first trained."
    ),
    model=dataclasses.replace(_DEEP, family="stacked"),
    training=dataclasses.replace(_TRAINING, epochs=60, greedy=5, snapshots=24),
)

DIGITS["digits-textbook-32"] = Recipe(
    title="Digits, the textbook's convolutions, 32 numbers",
    summary=(
        "The convolutional autoencoder of the textbooks: three 3x3 convolutions without a border "
        "to 32, 64 and 64 feature maps, a dense layer to 32 numbers, and transpose convolutions "
        "back."
    ),
    model=dataclasses.replace(
        _DENSE,
        family="convolutional",
        encoder_channels=(32, 64, 64),
        decoder_channels=(64, 64, 32),
        padding="valid",
    ),
    # Nothing in it is normalised: with squared errors it draws black within some steps, where a
    # sigmoid passes no gradient, and stays there.  The cross-entropy always passes one.
    training=dataclasses.replace(_PLAIN, epochs=12, batch_size=128, loss="bce"),
)

DIGITS["digits-sparse-256"] = Recipe(
    title="Digits, sparse, 256 numbers",
    summary=(
        "A wide code of 256 units, each held to be active on one digit in twenty: a digit is the "
        "sum of what its few active units draw."
    ),
    model=dataclasses.replace(
        _DENSE,
        family="sparse",
        code_size=256,
        code_range="logistic",
    ),
    # A penalty on every activity (L1) left 232 units without work and the others always on.
    training=dataclasses.replace(_PLAIN, sparsity=0.5, activity=0.05),
)

# The dial: one network, and nothing but the size of its code turned.
_DIAL = dataclasses.replace(
    _MAP, decoder_hidden=(512, 1024), code_range="free", code_gain=1.0, proposals=1
)
_SIZES = {4: "four", 8: "eight", 16: "sixteen", 32: "thirty-two", 64: "sixty-four"}
for _size, _word in _SIZES.items():
    DIGITS[f"digits-conv-{_size}"] = Recipe(
        title=f"Digits, convolutional, {_size} numbers",
        summary=(
            f"A convolutional autoencoder of handwritten digits with {_word} numbers in its "
            "bottleneck: one position of the dial from 1 to 64."
        ),
        model=dataclasses.replace(_DIAL, code_size=_size),
        training=dataclasses.replace(_TRAINING, epochs=14, snapshots=15),
    )

DIGITS["digits-conv-1"] = Recipe(
    title="Digits, convolutional, 1 number",
    summary=(
        "All handwritten digits on a line: a convolutional autoencoder with a single number "
        "between -1 and 1 in its bottleneck."
    ),
    model=dataclasses.replace(_MAP, code_size=1, code_gain=8.0, proposals=8),
    training=dataclasses.replace(_TRAINING, epochs=20, explore=0.2, snapshots=21),
)

DIGITS["digits-map-2"] = Recipe(
    title="Digits, a map of neighbours, 2 numbers",
    summary=(
        "A convolutional autoencoder whose two numbers also keep neighbours together: digits that "
        "look alike are drawn to one another, without anybody saying which digit they are."
    ),
    model=dataclasses.replace(_MAP, family="map", code_range="free", code_gain=1.0, proposals=1),
    training=dataclasses.replace(
        _TRAINING, epochs=20, batch_size=512, neighbours=15, attraction=0.02, snapshots=21
    ),
)
