"""The engine: NumPy in, NumPy out, on any device, from any number of threads at once."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from autoencoders import checkpoint
from autoencoders.activations import Stage, stages_of
from autoencoders.computing import Computing
from autoencoders.config import ModelConfig
from autoencoders.crowd import Crowd
from autoencoders.devices import select_device
from autoencoders.images import Pixels, check_images, to_network, to_pixels
from autoencoders.latent import check_codes
from autoencoders.losses import squared_error_per_image
from autoencoders.metrics import percentiles
from autoencoders.models import Autoencoder
from autoencoders.preparation import prepare
from autoencoders.prepared import Prepared

Precision = Literal["auto", "float32", "bfloat16"]
FAR_PERCENTILE = 95.0
"""A picture with a larger error than this share of the test pictures is far from the data."""


@dataclass(frozen=True)
class Scores:
    """How well pictures came back.

    Attributes:
        mse: float32 ``(B,)``, mean squared error on 0..1.
        percentile: float32 ``(B,)``, 0..100: share of the test pictures with a smaller error.
        far: bool ``(B,)``: the error is larger than that of ``FAR_PERCENTILE`` of them.
    """

    mse: NDArray[np.float32]
    percentile: NDArray[np.float32]
    far: NDArray[np.bool_]


class Engine:
    """A pretrained autoencoder.

    It holds no user's data: one object serves every session, from any thread.

    Attributes:
        name, digest: the model's name, and sixteen hex digits that change with any of its files.
        folder: where it lies.
        device, precision: where and in what it computes, for instance "cpu" and "float32".
        latents, history: what the folder keeps of the test pictures and of the training.
        principal: PCA of the same size; None where the folder has none.
        directions: what its attributes look like in the base code; empty where there are none.
        card: the model card, Markdown.
    """

    def __init__(
        self, folder: Path, *, device: str = "auto", precision: Precision = "auto"
    ) -> None:
        network, description = checkpoint.load_network(folder)
        self._device = select_device(device)
        self._network = network.to(self._device)
        # bfloat16 is asked for, not chosen: its decodes differ by up to a grey level or two.
        self.precision: str = "float32" if precision == "auto" else precision
        self._description = description
        height, width, channels = description.model.image_shape
        self._computing = Computing(
            self._device,
            bfloat16=self.precision == "bfloat16",
            numbers=height * width * channels,
        )
        self.folder = folder
        self.name = description.name
        self.digest = description.digest
        self.device = str(self._device)
        self.latents = checkpoint.load_latents(folder)
        self.history = checkpoint.load_history(folder)
        self.directions = checkpoint.load_directions(folder)
        self.principal = checkpoint.load_principal(folder)
        self.card = checkpoint.card(folder)

    @property
    def config(self) -> ModelConfig:
        """The network's description."""
        return self._description.model

    @property
    def network(self) -> Autoencoder:
        """The network itself, for whom the methods below are not enough."""
        return self._network

    @property
    def description(self) -> checkpoint.Description:
        """Everything that config.json says."""
        return self._description

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the pictures it takes and gives."""
        return self.config.image_shape

    @property
    def code_size(self) -> int:
        """Numbers in a code."""
        return self.config.code_size

    @property
    def dataset(self) -> str:
        """Name of the dataset it was trained on."""
        return self._description.training.dataset

    @property
    def attribute_names(self) -> tuple[str, ...]:
        """What each column of the attributes in ``latents`` means."""
        return self._description.attribute_names

    @property
    def has_detail(self) -> bool:
        """Whether ``to_base`` can people the plane with individuals."""
        return self.latents.anchors is not None

    @property
    def label_names(self) -> tuple[str, ...]:
        """What each label of ``latents`` means."""
        return self._description.label_names

    def prepare(self, image: Image.Image) -> Pixels:
        """Turn any picture into what the model takes, uint8 ``(1, H, W, C)``.

        See ``preparation.prepare``.

        Raises:
            ValueError: for a picture with nothing on it.
        """
        return self.prepare_shown(image).pixels[None]

    def prepare_shown(self, image: Image.Image) -> Prepared:
        """Prepare a picture as ``prepare`` does, and keep the steps and a word on each.

        Raises:
            ValueError: for a picture with nothing on it.
        """
        return prepare(image, dataset=self.dataset, shape=self.image_shape)

    def encode(self, images: Pixels) -> NDArray[np.float32]:
        """Codes, float32 ``(B, D)``, of uint8 pictures ``(B, H, W, C)``; deterministic.

        Raises:
            ValueError: for another shape or dtype.
        """
        checked = check_images(images, shape=self.image_shape)
        empty = np.empty((0, self.code_size), np.float32)
        return self._computing.in_parts(self._encode, checked, empty)

    def decode(self, codes: NDArray[np.floating]) -> Pixels:
        """Pictures, uint8 ``(B, H, W, C)``, of codes ``(B, D)``.

        Raises:
            ValueError: for another width, another kind of number, NaN or infinity.
        """
        checked = self.check_codes(codes)
        return self._computing.in_parts(
            self._decode, checked, np.empty((0, *self.image_shape), np.uint8)
        )

    def reconstruct(self, images: Pixels) -> Pixels:
        """Encode and decode: uint8 ``(B, H, W, C)`` to the same.

        Raises:
            ValueError: as ``encode``.
        """
        return self.decode(self.encode(images))

    def activations(self, images: Pixels) -> tuple[Stage, ...]:
        """What each stage of the network makes of one picture, uint8 ``(1, H, W, C)``.

        Raises:
            ValueError: as ``encode``, or for another number of pictures.
        """
        checked = check_images(images, shape=self.image_shape)
        if len(checked) != 1:
            raise ValueError(f"One picture goes through the network at a time, not {len(checked)}.")
        return self._computing.at_once(
            lambda: stages_of(self._network, to_network(checked, device=self._device))
        )

    @property
    def base_size(self) -> int:
        """Numbers in a base code: of a stacked model those of its base, else its own."""
        base = self._network.base
        return self.code_size if base is None else base.config.code_size

    @property
    def base_name(self) -> str:
        """Whose code the base code is: models of one base, and the base itself, share it."""
        return self.config.base or self.name

    def encode_base(self, images: Pixels) -> NDArray[np.float32]:
        """Base codes, float32 ``(B, K)``, of uint8 pictures; directions and edits live in these.

        Of a model that is not stacked these are its codes.

        Raises:
            ValueError: as ``encode``.
        """
        base = self._network.base
        if base is None:
            return self.encode(images)
        checked = check_images(images, shape=self.image_shape)
        empty = np.empty((0, self.base_size), np.float32)
        return self._computing.in_parts(lambda part: self._run(base.encode, part), checked, empty)

    def decode_base(self, codes: NDArray[np.floating]) -> Pixels:
        """Pictures, uint8 ``(B, H, W, C)``, of base codes ``(B, K)``.

        Raises:
            ValueError: as ``decode``.
        """
        base = self._network.base
        if base is None:
            return self.decode(codes)
        checked = self.check_codes(codes, size=self.base_size)

        def job(part: NDArray[np.float32]) -> Pixels:
            return to_pixels(base.decode(torch.from_numpy(part).to(self._device)))

        return self._computing.in_parts(job, checked, np.empty((0, *self.image_shape), np.uint8))

    def from_base(self, codes: NDArray[np.floating]) -> NDArray[np.float32]:
        """Codes ``(B, D)`` of base codes ``(B, K)``.

        Raises:
            ValueError: as ``decode``.
        """
        if self._network.base is None:
            return self.check_codes(codes)
        checked = self.check_codes(codes, size=self.base_size)
        return self._half_way(self._network.from_base, checked, self.code_size)

    def to_base(self, codes: NDArray[np.floating], *, detail: float = 0.0) -> NDArray[np.float32]:
        """Base codes ``(B, K)`` of codes ``(B, D)``.

        Args:
            codes: where.
            detail: 0 gives the average of the place; 1 adds the residuals of the samples around
                it, blended, so that the plane is peopled with individuals.

        Raises:
            ValueError: as ``decode``, or for a detail outside 0..1.
        """
        if not 0.0 <= detail <= 1.0:
            raise ValueError(f"detail is {detail}; use 0 (averages) to 1 (individuals).")
        checked = self.check_codes(codes)
        if self._network.base is None:
            return checked
        average = self._half_way(self._network.to_base, checked, self.base_size)
        crowd = self._crowd
        return average if crowd is None or not detail else average + detail * crowd.at(checked)

    def _half_way(
        self, part_of_network: Callable[[Tensor], Tensor], codes: NDArray[np.float32], width: int
    ) -> NDArray[np.float32]:
        def job(part: NDArray[np.float32]) -> NDArray[np.float32]:
            given = torch.from_numpy(part).to(self._device)
            return np.asarray(part_of_network(given).float().cpu().numpy(), np.float32)

        return self._computing.in_parts(job, codes, np.empty((0, width), np.float32))

    @functools.cached_property
    def _crowd(self) -> Crowd | None:
        """The residuals of the anchors: what the average of their places leaves out."""
        places, bases = self.latents.anchors, self.latents.anchor_bases
        if places is None or bases is None:
            return None
        average = self._half_way(self._network.to_base, places, self.base_size)
        return Crowd(places, bases - average)

    def edit(
        self, codes: NDArray[np.floating], strengths: Mapping[str, float]
    ) -> NDArray[np.float32]:
        """Base codes ``(B, K)`` moved along attribute directions.

        Args:
            codes: base codes ``(B, K)``.
            strengths: how much of each attribute; 1 is as far as the means of those with and
                without it are apart.

        Raises:
            ValueError: for codes as ``decode``, an attribute that the model has no direction for,
                or a strength that is no finite number.
        """
        moved = self.check_codes(codes, size=self.base_size).copy()
        known = {direction.name: direction for direction in self.directions}
        for name, strength in strengths.items():
            if name not in known:
                there = ", ".join(known) or "none"
                raise ValueError(f"{self.name} has no direction for {name[:80]!r}; it has {there}.")
            if not np.isfinite(strength):
                raise ValueError(f"The strength of {name} is {strength}; use a finite number.")
            moved += np.float32(strength) * known[name].vector
        return moved

    def denoise(self, images: Pixels) -> Pixels:
        """Clean pictures, uint8 ``(B, H, W, C)``, of noisy ones.

        Raises:
            ValueError: as ``encode``, or if the model was not trained to do this.
        """
        if self.config.family != "denoising":
            raise ValueError(f"{self.name} was not trained to denoise; choose a denoising model.")
        return self.reconstruct(images)

    def sample(self, count: int, *, seed: int) -> Pixels:
        """Draw ``count`` pictures, uint8 ``(count, H, W, C)``, by codes from ``sample_codes``.

        Raises:
            ValueError: for a negative count.
        """
        return self.decode(self.sample_codes(count, seed=seed))

    def sample_codes(self, count: int, *, seed: int) -> NDArray[np.float32]:
        """Draw codes, float32 ``(count, D)``.

        A variational model draws from its prior, the standard Gaussian.  Others have none: theirs
        is the Gaussian with the mean and covariance of the test pictures' codes, which does not
        know the holes between them.

        Raises:
            ValueError: for a negative count.
        """
        if count < 0:
            raise ValueError(f"{count} pictures cannot be drawn; ask for 0 or more.")
        random = np.random.default_rng(seed)
        if self.config.family == "variational":
            return random.standard_normal((count, self.code_size), np.float32)
        codes = self.latents.codes.astype(np.float64)
        spread = np.atleast_2d(np.cov(codes, rowvar=False, bias=True))
        drawn = random.multivariate_normal(codes.mean(axis=0), spread, count, method="eigh")
        return np.asarray(drawn, np.float32)

    def draw_codes(self, images: Pixels, *, seed: int) -> NDArray[np.float32]:
        """Draw one code of each picture's posterior, float32 ``(B, D)``; ``encode`` is its mean.

        Raises:
            ValueError: as ``encode``, or if the model is not variational.
        """
        checked = check_images(images, shape=self.image_shape)
        noise = np.random.default_rng(seed).standard_normal((len(checked), self.code_size))

        def job(part: Pixels) -> NDArray[np.float32]:
            mean, log_variance = self._network.posterior(to_network(part, device=self._device))
            both = torch.stack([mean, (0.5 * log_variance).exp()])
            return np.asarray(both.float().cpu().numpy().transpose(1, 2, 0), np.float32)

        mean_and_spread = self._computing.in_parts(
            job, checked, np.empty((0, self.code_size, 2), np.float32)
        )
        mean, spread = mean_and_spread[..., 0], mean_and_spread[..., 1]
        return np.asarray(mean + noise * spread, np.float32)

    def score(self, images: Pixels) -> Scores:
        """Error of each picture's reconstruction and where it stands among the test pictures.

        Raises:
            ValueError: as ``encode``.
        """
        checked = check_images(images, shape=self.image_shape)
        errors = self._computing.in_parts(self._errors, checked, np.empty(0, np.float32))
        percentile = percentiles(errors, among=self.latents.mse)
        return Scores(errors, percentile, percentile >= FAR_PERCENTILE)

    def check_codes(self, codes: object, *, size: int | None = None) -> NDArray[np.float32]:
        """Return ``codes`` as float32 ``(B, D)``, or of another ``size`` than the model's own.

        Raises:
            ValueError: for another shape, another kind of number, NaN or infinity.
        """
        return check_codes(codes, size=size or self.code_size, name=self.name)

    def _encode(self, images: Pixels) -> NDArray[np.float32]:
        return self._run(self._network.encode, images)

    def _run(self, encode: Callable[[Tensor], Tensor], images: Pixels) -> NDArray[np.float32]:
        codes = encode(to_network(images, device=self._device))
        return np.asarray(codes.float().cpu().numpy(), np.float32)

    def _decode(self, codes: NDArray[np.float32]) -> Pixels:
        return to_pixels(self._network.decode(torch.from_numpy(codes).to(self._device)))

    def _errors(self, images: Pixels) -> NDArray[np.float32]:
        tensor = to_network(images, device=self._device)
        output: Tensor = self._network(tensor)
        return np.asarray(squared_error_per_image(output, tensor).cpu().numpy(), np.float32)
