"""Engines for tests of the restoration page: what they make of a picture can be worked out."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import stand_in
from numpy.typing import NDArray
from PIL import Image

from autoencoders.checkpoint import Latents
from autoencoders.preparation import prepare
from autoencoders.prepared import Prepared

SIDE, BLOCK = 32, 8
CELLS = SIDE // BLOCK


def block_means(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Means of squares of 8 pixels a side, float32 (B, 48), 0..1."""
    cells = images.reshape(len(images), CELLS, BLOCK, CELLS, BLOCK, 3)
    return (cells.mean(axis=(2, 4)).reshape(len(images), -1) / 255).astype(np.float32)


def squares(codes: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Even squares of those means: uint8 (B, 32, 32, 3)."""
    cells = np.rint(np.clip(codes, 0, 1) * 255).astype(np.uint8).reshape(-1, CELLS, CELLS, 3)
    return cells.repeat(BLOCK, axis=1).repeat(BLOCK, axis=2)


def random_latents(count: int = 60) -> Latents:
    random = np.random.default_rng(3)
    return Latents(
        codes=random.random((count, 3 * CELLS**2), np.float32),
        mse=random.gamma(4, 0.001, count).astype(np.float32),
        labels=None,
        ids=np.arange(count),
        split="test",
    )


@dataclass
class Mosaic(stand_in.StandIn):
    """Keeps of a photo the means of 16 squares: a denoiser of sorts."""

    name: str = "mosaic-48"
    dataset: str = "lfw-photos"
    code_size: int = 48
    base_size: int = 48
    image_shape: tuple[int, int, int] = (SIDE, SIDE, 3)
    label_names: tuple[str, ...] = ()
    config: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(family="denoising", base="")
    )
    latents: Latents = field(default_factory=random_latents)

    def prepare_shown(self, image: Image.Image) -> Prepared:
        return prepare(image, dataset=self.dataset, shape=self.image_shape)

    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return block_means(images)

    def encode_base(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return block_means(images)

    def to_base(self, codes: NDArray[np.float32], *, detail: float = 0.0) -> NDArray[np.float32]:
        return codes

    def from_base(self, codes: NDArray[np.float32]) -> NDArray[np.float32]:
        return codes

    def decode(self, codes: NDArray[np.float32]) -> NDArray[np.uint8]:
        if self.gate is not None:
            self.gate.wait(10)
        return squares(codes)

    def reconstruct(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return squares(block_means(images))


@dataclass
class Digits(stand_in.StandIn):
    """Rings and bars, for drawings by hand; it does not denoise."""

    base_size: int = 2
    config: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(family="convolutional", base="")
    )

    def encode_base(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self.encode(images)

    def from_base(self, codes: NDArray[np.float32]) -> NDArray[np.float32]:
        return codes
