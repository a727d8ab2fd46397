"""What describes a model and a training run: frozen, and strict about unknown keys."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args, get_origin, get_type_hints

Activation = Literal["relu", "leaky_relu", "gelu", "silu"]
Family = Literal["linear", "convolutional", "denoising", "variational", "stacked"]
CodeRange = Literal["free", "unit"]
Output = Literal["sigmoid", "linear"]
LossName = Literal["mse", "bce", "code"]
Noise = Literal["gaussian", "salt_and_pepper", "masking"]
Precision = Literal["float32", "bfloat16"]


class ConfigError(ValueError):
    """A configuration that names something unknown or impossible; the message says what fits."""


@dataclass(frozen=True, kw_only=True)
class _Config:
    """Reading and writing as plain JSON values, shared by the configurations below."""

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from plain JSON values (lists for tuples).

        Raises:
            ConfigError: for an unknown key, a missing key or a value of the wrong kind.
        """
        fields = {field.name: field for field in dataclasses.fields(cls)}
        unknown = sorted(set(values) - set(fields))
        if unknown:
            raise ConfigError(
                f"{cls.__name__} does not know {', '.join(map(repr, unknown))}; "
                f"it knows {', '.join(sorted(fields))}."
            )
        missing = sorted(
            name
            for name, field in fields.items()
            if name not in values
            and field.default is dataclasses.MISSING
            and field.default_factory is dataclasses.MISSING
        )
        if missing:
            raise ConfigError(f"{cls.__name__} needs {', '.join(map(repr, missing))} as well.")
        hints = get_type_hints(cls)
        return cls(**{key: _read(key, value, hints[key]) for key, value in values.items()})

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values (tuples become lists)."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in dataclasses.asdict(self).items()
        }


def _read(key: str, value: Any, hint: Any) -> Any:
    """Check one JSON value against its type hint and return it as that type."""
    if get_origin(hint) is Literal:
        allowed = get_args(hint)
        if value not in allowed:
            raise ConfigError(f"{key} is {value!r}; it must be one of {', '.join(allowed)}.")
        return value
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{key} is {value!r}; it must be a list of {_named(item)}.")
        return tuple(_read(key, entry, item) for entry in value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise ConfigError(f"{key} is {value!r}; it must be of type {hint.__name__}.")
    return value


def _named(hint: Any) -> str:
    return " or ".join(get_args(hint)) if get_origin(hint) is Literal else str(hint.__name__)


def _demand(condition: object, sentence: str) -> None:
    if not condition:
        raise ConfigError(sentence)


@dataclass(frozen=True, kw_only=True)
class ModelConfig(_Config):
    """A network, whole: everything ``models.build`` needs.

    Attributes:
        family: the kind of autoencoder.
        height, width, channels: the pictures it takes and gives, in pixels; 1 (grey) or 3 (colour).
        code_size: numbers in the bottleneck.
        patch: blocks of so many pixels a side are folded into channels before the first stage and
            unfolded behind the last one, so that no layer works at the picture's full size.
        encoder_channels: feature maps of each encoder stage; the first stage keeps the side, each
            later one halves it.  Empty: the encoder is dense from the first layer.
        encoder_hidden: widths of the dense layers between the last feature maps and the code.
        decoder_hidden: widths of the dense layers behind the code.
        decoder_channels: feature maps of each decoder stage, mirrored: each but the first doubles
            the side.  Empty: the decoder is dense to the last layer.
        decoder_norm: the decoder's feature maps are batch-normalised, as the encoder's always are.
        linear_path: a linear layer from the picture to the code, and one from the code to the
            picture, run beside the others and are added to them.  They learn what PCA knows within
            a few epochs and leave the rest to the layers.
        linear_shrink: the linear path sees and draws the picture so many times smaller: most of
            its weights would be spent on the finest detail, which a short code leaves out.
        activation: the nonlinearity everywhere but at the output.
        output: the last step; "linear" is for the linear family, whose pictures are clipped.
        code_range: "free": the code is what the last linear layer gives.  "unit": its numbers are
            standardised over the training data and squashed into -1..1, so that the map is a
            square that the data fills evenly.
        code_gain: the decoder multiplies the code by this first.  A network learns slow changes of
            its input long before quick ones (Rahaman et al., 2019); on a plane of side 2 a gain
            above 1 lets the pictures change more quickly from place to place.
        base: the model whose code a stacked one encodes; empty for the others.
    """

    family: Family
    height: int
    width: int
    channels: int
    code_size: int
    encoder_channels: tuple[int, ...] = (32, 64, 128)
    encoder_hidden: tuple[int, ...] = (256,)
    decoder_hidden: tuple[int, ...] = (256, 512)
    decoder_channels: tuple[int, ...] = (64, 32)
    activation: Activation = "gelu"
    code_range: CodeRange = "free"
    code_gain: float = 1.0
    patch: int = 1
    decoder_norm: bool = False
    linear_path: bool = False
    linear_shrink: int = 1
    output: Output = "sigmoid"
    base: str = ""

    def __post_init__(self) -> None:
        _demand(self.channels in (1, 3), f"channels is {self.channels}; it must be 1 or 3.")
        _demand(
            4 <= self.height <= 1024 and 4 <= self.width <= 1024,
            f"The picture size {self.height}x{self.width} is impossible; each side must be 4 to "
            "1024 pixels.",
        )
        pixels = self.height * self.width * self.channels
        _demand(
            1 <= self.code_size <= pixels,
            f"code_size is {self.code_size}; it must be 1 to {pixels}, the numbers in one picture.",
        )
        for name in ("encoder_channels", "encoder_hidden", "decoder_hidden", "decoder_channels"):
            widths = getattr(self, name)
            _demand(
                all(1 <= width <= 65536 for width in widths),
                f"{name} is {list(widths)}; each width must be 1 to 65536.",
            )
        _demand(self.code_gain > 0, f"code_gain is {self.code_gain}; use more than 0.")
        _demand(self.patch >= 1, f"patch is {self.patch}; use 1 or more pixels.")
        _demand(
            self.linear_shrink >= 1
            and self.height % self.linear_shrink == 0
            and self.width % self.linear_shrink == 0,
            f"linear_shrink is {self.linear_shrink}; use a whole number that divides both sides of "
            f"{self.height}x{self.width}.",
        )
        _demand(
            self.linear_shrink == 1 or self.linear_path,
            f"linear_shrink is {self.linear_shrink} without a linear_path; use 1.",
        )
        _demand(
            bool(self.base) == (self.family == "stacked"),
            f"base is {self.base!r} and family {self.family!r}; a stacked model names its base, "
            "and no other does.",
        )
        _demand(
            self.family != "variational" or self.code_range == "free",
            "code_range is 'unit' and family 'variational'; the prior keeps a variational code in "
            "bounds, use 'free'.",
        )
        _demand(
            self.family != "stacked" or not (self.encoder_channels or self.decoder_channels),
            "A stacked model encodes numbers, not pictures; leave its encoder_channels and "
            "decoder_channels empty.",
        )
        for name in ("encoder_channels", "decoder_channels"):
            widths = getattr(self, name)
            smallest = self.patch * 2 ** max(len(widths) - 1, 0) if widths else 1
            _demand(
                self.height % smallest == 0 and self.width % smallest == 0,
                f"{name} and patch {self.patch} make {self.height}x{self.width} smaller by "
                f"{smallest}, which does not come out even; use fewer stages, a smaller patch or "
                "another picture size.",
            )

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of one picture."""
        return self.height, self.width, self.channels


@dataclass(frozen=True, kw_only=True)
class TrainConfig(_Config):
    """A training run, whole: with a ModelConfig and the data it fixes the result.

    Attributes:
        dataset: name of the dataset (see ``data.DATASETS``).
        epochs: passes over the training pictures.
        batch_size: pictures a step.
        learning_rate: the peak; a short linear warm-up leads to it, a cosine leads away from it.
        weight_decay: decoupled (AdamW; Loshchilov and Hutter, 2019).
        warmup: share of all steps spent on the linear warm-up.
        average: decay of the running average of the weights (Polyak and Juditsky, 1992) that is
            saved as the model; 0 saves the last weights.
        rotate, shift, scale: the training pictures are rotated by up to so many degrees, moved by
            up to so many pixels and scaled by up to this share, drawn anew each epoch.
        mirror: every other training picture, drawn anew each epoch, is seen in a mirror.
        fade: over this last share of the run those changes fade to nothing; 0: they stay.
        loss: what is minimised: the mean squared error, the cross-entropy of each pixel taken as a
            probability, or, of a stacked model, the squared error in its base's code, put in units
            of the picture.  The last needs no picture decoded: several times as many steps an hour.
        edges: adds the squared error of the differences between neighbouring pixels, so many times.
        beta: weight of a variational code's divergence from the prior, in nats a pixel.  With
            squared errors whose variance is s, the evidence bound has beta = 2 s.
        beta_warmup: over this first share of the run beta grows from nothing to its value.
        noise: kinds of noise put on the input of a denoising model, one drawn for each picture; a
            kind named twice is drawn twice as often.
        noise_level: the most of it: the standard deviation of the Gaussian, the share of pixels
            that the others strike; how much each picture gets is drawn evenly from 0 to this.
        precision: of the forward and backward pass; weights stay float32.
        seed: decides initial weights, order of pictures and augmentation.
        snapshots: how many epochs are kept for the training movie, at most 40.
        limit: use only so many training pictures (0: all).
    """

    dataset: str
    epochs: int
    batch_size: int = 256
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    warmup: float = 0.05
    average: float = 0.999
    rotate: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    mirror: bool = False
    fade: float = 0.0
    loss: LossName = "mse"
    edges: float = 0.0
    beta: float = 0.0
    beta_warmup: float = 0.2
    noise: tuple[Noise, ...] = ()
    noise_level: float = 0.0
    precision: Precision = "float32"
    seed: int = 0
    snapshots: int = 40
    limit: int = 0

    def __post_init__(self) -> None:
        _demand(self.epochs >= 1, f"epochs is {self.epochs}; train for at least 1.")
        _demand(
            self.batch_size >= 2,
            f"batch_size is {self.batch_size}; use at least 2, since pictures are normalised over "
            "a batch.",
        )
        _demand(self.learning_rate > 0, f"learning_rate is {self.learning_rate}; use more than 0.")
        _demand(self.weight_decay >= 0, f"weight_decay is {self.weight_decay}; use 0 or more.")
        _demand(0 <= self.warmup < 1, f"warmup is {self.warmup}; use a share from 0 to below 1.")
        _demand(0 <= self.average < 1, f"average is {self.average}; use 0 to below 1.")
        _demand(0 <= self.rotate <= 180, f"rotate is {self.rotate}; use 0 to 180 degrees.")
        _demand(self.shift >= 0, f"shift is {self.shift}; use 0 or more pixels.")
        _demand(0 <= self.scale < 1, f"scale is {self.scale}; use a share from 0 to below 1.")
        _demand(0 <= self.fade <= 1, f"fade is {self.fade}; use a share from 0 to 1.")
        _demand(self.edges >= 0, f"edges is {self.edges}; use 0 or more.")
        _demand(
            not (self.edges and self.loss == "code"),
            f"edges is {self.edges} and loss 'code'; a code has no edges, use 0.",
        )
        _demand(self.beta >= 0, f"beta is {self.beta}; use 0 or more.")
        _demand(
            0 <= self.beta_warmup <= 1, f"beta_warmup is {self.beta_warmup}; use a share, 0 to 1."
        )
        _demand(0 <= self.noise_level <= 1, f"noise_level is {self.noise_level}; use 0 to 1.")
        _demand(
            bool(self.noise) == (self.noise_level > 0),
            f"noise is {list(self.noise)} and noise_level {self.noise_level}; name kinds of noise "
            "and a level above 0, or neither.",
        )
        _demand(self.seed >= 0, f"seed is {self.seed}; use 0 or more.")
        _demand(1 <= self.snapshots <= 40, f"snapshots is {self.snapshots}; keep 1 to 40.")
        _demand(self.limit >= 0, f"limit is {self.limit}; use 0 (all) or more.")
