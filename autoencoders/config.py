"""What describes a model and a training run: frozen, and strict about unknown keys."""

from dataclasses import dataclass
from typing import Literal

from autoencoders.stages import check_stages
from autoencoders.strict_config import StrictConfig, demand

Activation = Literal["relu", "leaky_relu", "gelu", "silu"]
Family = Literal[
    "linear",
    "dense",
    "deep",
    "convolutional",
    "sparse",
    "denoising",
    "variational",
    "stacked",
    "map",
]
CodeRange = Literal["free", "unit", "activated", "logistic"]
Padding = Literal["same", "valid"]
Output = Literal["sigmoid", "linear"]
LossName = Literal["mse", "bce", "code"]
Noise = Literal["gaussian", "salt_and_pepper", "masking"]
Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True, kw_only=True)
class ModelConfig(StrictConfig):
    """A network, whole: everything ``models.build`` needs.

    Attributes:
        family: the kind of autoencoder.
        height, width, channels: the pictures it takes and gives, in pixels; 1 (grey) or 3 (colour).
        code_size: numbers in the bottleneck.
        patch: blocks of so many pixels a side are folded into channels before the first stage and
            unfolded behind the last one, so that no layer works at the picture's full size.
        encoder_channels: feature maps of each encoder stage; the first stage keeps the side, each
            later one halves it.  Empty: the encoder is dense from the first layer.
        padding: "same": a convolution puts a border around what it is given.  "valid": none does,
            3x3 takes one pixel off each edge, and nothing is normalised: the textbook's network.
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
            square that the data fills evenly.  "activated": the activation comes behind the
            bottleneck's layer as behind every other, so that a code may hold zeros.  "logistic": a
            sigmoid stands there, whose numbers are units that are more or less active, 0..1.
        code_gain: the decoder multiplies the code by this first.  A network learns slow changes of
            its input long before quick ones (Rahaman et al., 2019); on a plane of side 2 a gain
            above 1 lets the pictures change more quickly from place to place.
        proposals: the encoder proposes so many codes for a picture, and the one that the decoder
            draws it best from is taken (multiple choice learning; Guzman-Rivera and others, 2012).
            On a map of few numbers alike pictures lie in several regions, and a network that has
            to answer with one place draws a poor border between them; the decoder knows.
        base: the model whose code a stacked one encodes.  Empty for the others, and for one whose
            own layers are trained one upon another (see ``TrainConfig.greedy``).
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
    padding: Padding = "same"
    patch: int = 1
    decoder_norm: bool = False
    linear_path: bool = False
    linear_shrink: int = 1
    output: Output = "sigmoid"
    proposals: int = 1
    base: str = ""

    def __post_init__(self) -> None:
        demand(self.channels in (1, 3), f"channels is {self.channels}; it must be 1 or 3.")
        demand(
            4 <= self.height <= 1024 and 4 <= self.width <= 1024,
            f"The picture size {self.height}x{self.width} is impossible; each side must be 4 to "
            "1024 pixels.",
        )
        pixels = self.height * self.width * self.channels
        demand(
            1 <= self.code_size <= pixels,
            f"code_size is {self.code_size}; it must be 1 to {pixels}, the numbers in one picture.",
        )
        for name in ("encoder_channels", "encoder_hidden", "decoder_hidden", "decoder_channels"):
            widths = getattr(self, name)
            demand(
                all(1 <= width <= 65536 for width in widths),
                f"{name} is {list(widths)}; each width must be 1 to 65536.",
            )
        demand(self.code_gain > 0, f"code_gain is {self.code_gain}; use more than 0.")
        demand(self.patch >= 1, f"patch is {self.patch}; use 1 or more pixels.")
        demand(
            self.linear_shrink >= 1
            and self.height % self.linear_shrink == 0
            and self.width % self.linear_shrink == 0,
            f"linear_shrink is {self.linear_shrink}; use a whole number that divides both sides of "
            f"{self.height}x{self.width}.",
        )
        demand(
            self.linear_shrink == 1 or self.linear_path,
            f"linear_shrink is {self.linear_shrink} without a linear_path; use 1.",
        )
        demand(
            not self.base or self.family == "stacked",
            f"base is {self.base!r} and family {self.family!r}; only a stacked model has a base.",
        )
        demand(
            self.family != "variational" or self.code_range == "free",
            f"code_range is {self.code_range!r} and family 'variational'; the prior keeps a "
            "variational code in bounds, use 'free'.",
        )
        demand(1 <= self.proposals <= 64, f"proposals is {self.proposals}; use 1 to 64.")
        plain = self.family in ("dense", "deep", "convolutional", "sparse")
        demand(
            self.proposals == 1 or (plain and not self.linear_path),
            f"proposals is {self.proposals} and family {self.family!r}"
            f"{' with a linear_path' if self.linear_path else ''}; only a dense, deep, "
            "convolutional or sparse model without a linear_path chooses among proposals, use 1.",
        )
        demand(
            self.family != "stacked" or not (self.encoder_channels or self.decoder_channels),
            "A stacked model encodes numbers, not pictures; leave its encoder_channels and "
            "decoder_channels empty.",
        )
        for name in ("encoder_channels", "decoder_channels"):
            check_stages(
                name,
                stages=len(getattr(self, name)),
                sides=(self.height, self.width),
                patch=self.patch,
                padding=self.padding,
            )

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of one picture."""
        return self.height, self.width, self.channels


@dataclass(frozen=True, kw_only=True)
class TrainConfig(StrictConfig):
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
        sparsity: weight of what a code holds, a pixel; of sparse models.  Without ``activity`` the
            sum of its absolute numbers (L1).
        activity: how active each unit of a "logistic" code is wanted to be on the mean, above 0 to
            below 1; what counts is the divergence from that (Lee, Ekanadham and Ng, 2008).
        explore: of a model with several proposals, so large a share of the pictures is decoded from
            any of them instead of the best, fewer and fewer until none is at 80% of the run: none
            of the proposals is left untrained.
        neighbours: beside each picture one of its so many nearest training pictures is encoded, and
            the two are drawn together; of map models (0: none).
        attraction: how strongly, at first; it falls to a tenth over the first 70% of the run.
        greedy: so many epochs of the run are spent on each pair of layers alone, the outermost
            first, each learning to rebuild what the layer before it gives; the rest trains all of
            them end to end (Bengio and others, 2007).  Of stacked models without a base.
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
    sparsity: float = 0.0
    activity: float = 0.0
    explore: float = 0.0
    neighbours: int = 0
    attraction: float = 0.0
    greedy: int = 0
    noise: tuple[Noise, ...] = ()
    noise_level: float = 0.0
    precision: Precision = "float32"
    seed: int = 0
    snapshots: int = 40
    limit: int = 0

    def __post_init__(self) -> None:
        demand(self.epochs >= 1, f"epochs is {self.epochs}; train for at least 1.")
        demand(
            self.batch_size >= 2,
            f"batch_size is {self.batch_size}; use at least 2, since pictures are normalised over "
            "a batch.",
        )
        demand(self.learning_rate > 0, f"learning_rate is {self.learning_rate}; use more than 0.")
        demand(self.weight_decay >= 0, f"weight_decay is {self.weight_decay}; use 0 or more.")
        demand(0 <= self.warmup < 1, f"warmup is {self.warmup}; use a share from 0 to below 1.")
        demand(0 <= self.average < 1, f"average is {self.average}; use 0 to below 1.")
        demand(0 <= self.rotate <= 180, f"rotate is {self.rotate}; use 0 to 180 degrees.")
        demand(self.shift >= 0, f"shift is {self.shift}; use 0 or more pixels.")
        demand(0 <= self.scale < 1, f"scale is {self.scale}; use a share from 0 to below 1.")
        demand(0 <= self.fade <= 1, f"fade is {self.fade}; use a share from 0 to 1.")
        demand(self.edges >= 0, f"edges is {self.edges}; use 0 or more.")
        demand(
            not (self.edges and self.loss == "code"),
            f"edges is {self.edges} and loss 'code'; a code has no edges, use 0.",
        )
        demand(self.beta >= 0, f"beta is {self.beta}; use 0 or more.")
        demand(
            0 <= self.beta_warmup <= 1, f"beta_warmup is {self.beta_warmup}; use a share, 0 to 1."
        )
        demand(self.sparsity >= 0, f"sparsity is {self.sparsity}; use 0 or more.")
        demand(0 <= self.activity < 1, f"activity is {self.activity}; use 0 (none) to below 1.")
        demand(
            not self.activity or self.sparsity > 0,
            f"activity is {self.activity} and sparsity 0; give it a weight, or use activity 0.",
        )
        demand(0 <= self.explore <= 1, f"explore is {self.explore}; use a share from 0 to 1.")
        demand(self.neighbours >= 0, f"neighbours is {self.neighbours}; use 0 or more.")
        demand(
            self.attraction >= 0 and bool(self.neighbours) == (self.attraction > 0),
            f"neighbours is {self.neighbours} and attraction {self.attraction:g}; use more than 0 "
            "of both, or of neither.",
        )
        demand(
            0 <= self.greedy < self.epochs,
            f"greedy is {self.greedy} of {self.epochs} epochs; use 0, or so few that some are left "
            "to train all layers together.",
        )
        demand(0 <= self.noise_level <= 1, f"noise_level is {self.noise_level}; use 0 to 1.")
        demand(
            bool(self.noise) == (self.noise_level > 0),
            f"noise is {list(self.noise)} and noise_level {self.noise_level}; name kinds of noise "
            "and a level above 0, or neither.",
        )
        demand(self.seed >= 0, f"seed is {self.seed}; use 0 or more.")
        demand(1 <= self.snapshots <= 40, f"snapshots is {self.snapshots}; keep 1 to 40.")
        demand(self.limit >= 0, f"limit is {self.limit}; use 0 (all) or more.")


@dataclass(frozen=True)
class Recipe:
    """A shipped model's network and training, and what its card says it is for."""

    title: str
    summary: str
    model: ModelConfig
    training: TrainConfig
