"""An engine without a network, for tests of what stands on the engine: the engine is a seam.

It draws a ring whose size and tilt change smoothly over the plane, so that pictures differ from
place to place as a decoder's do.
"""

import dataclasses
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from autoencoders.checkpoint import Latents
from autoencoders.digits import prepare_digit
from autoencoders.directions import Direction
from autoencoders.inference import FAR_PERCENTILE, Scores
from autoencoders.listing import ModelEntry
from autoencoders.metrics import percentiles
from autoencoders.prepared import Prepared
from autoencoders.principal import Principal
from autoencoders.snapshots import History

SIDE = 28
_AXIS = np.linspace(-1, 1, SIDE, dtype=np.float32)


def draw(codes: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Rings for codes ``(B, 2)``: uint8 ``(B, 28, 28, 1)``."""
    x = codes[:, 0, None, None]
    y = codes[:, 1, None, None]
    across, down = _AXIS[None, None, :], _AXIS[None, :, None]
    turned = across * np.cos(x) + down * np.sin(x)
    other = down * np.cos(x) - across * np.sin(x)
    radius = np.sqrt((turned * (1.4 + np.tanh(y / 2))) ** 2 + other**2)
    bar = np.exp(-((turned / 0.12) ** 2)) * (np.tanh(x) + 1) / 2
    ring = np.exp(-(((radius - 0.6) / 0.16) ** 2))
    ink = np.clip(ring + bar * (np.abs(other) < 0.6), 0, 1)
    return np.round(255 * ink).astype(np.uint8)[..., None]


def latents(count: int = 500, *, seed: int = 0) -> Latents:
    """Ten clusters on a circle."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, count)
    angle = labels * 2 * np.pi / 10
    centres = np.stack([np.cos(angle), np.sin(angle)], axis=1) * 2
    codes = centres + random.normal(0, 0.35, (count, 2))
    return Latents(
        codes=codes.astype(np.float32),
        mse=random.gamma(4, 0.008, count).astype(np.float32),
        labels=labels.astype(np.int64),
        ids=np.arange(count),
        split="test",
    )


def history(*, snapshots: int = 12, codes: int = 200) -> History:
    """Clusters that move apart and rings that grow."""
    final = latents(codes, seed=1)
    growth = np.linspace(0, 1, snapshots, dtype=np.float32)[:, None, None]
    moving = final.codes[None] * growth
    pictures = np.stack([draw(step[:64]) for step in moving])
    loss = np.exp(-np.linspace(0, 3, 30)).astype(np.float32) * 0.1
    return History(
        epochs=np.linspace(0, 30, snapshots).astype(np.int64),
        codes=moving.astype(np.float32),
        labels=final.labels,
        reconstructions=pictures,
        train_loss=loss,
        validation_loss=loss * 1.1,
    )


@dataclass
class StandIn:
    """The Engine's methods and attributes, in NumPy."""

    name: str = "stand-in-2"
    digest: str = "0123456789abcdef"
    dataset: str = "mnist"
    device: str = "cpu"
    precision: str = "float32"
    card: str = "# stand-in-2\n\nRings, drawn."
    code_size: int = 2
    image_shape: tuple[int, int, int] = (SIDE, SIDE, 1)
    label_names: tuple[str, ...] = tuple("0123456789")
    attribute_names: tuple[str, ...] = ()
    directions: tuple[Direction, ...] = ()
    principal: Principal | None = None
    has_detail: bool = False
    folder: Path = Path("stand-in-2")
    latents: Latents = field(default_factory=latents)
    history: History | None = field(default_factory=history)
    decoded: int = 0
    gate: threading.Event | None = None
    base_size: int = 0
    base_name: str = ""

    def __post_init__(self) -> None:
        self.base_size = self.base_size or self.code_size
        self.base_name = self.base_name or self.name

    def prepare(self, image: Image.Image) -> NDArray[np.uint8]:
        return self.prepare_shown(image).pixels[None]

    def prepare_shown(self, image: Image.Image) -> Prepared:
        return prepare_digit(image)

    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        ink = images.reshape(len(images), -1).astype(np.float32) / 255
        return np.stack([ink.mean(axis=1) * 4, ink.std(axis=1) * 4], axis=1)

    def decode(self, codes: NDArray[np.float32]) -> NDArray[np.uint8]:
        if self.gate is not None:
            self.gate.wait(10)
        self.decoded += len(codes)
        return draw(codes)

    def to_base(self, codes: NDArray[np.float32], *, detail: float = 0.0) -> NDArray[np.float32]:
        """Individuals look as averages do a little to the right."""
        return codes + np.float32([detail / 2, 0])

    def from_base(self, codes: NDArray[np.float32]) -> NDArray[np.float32]:
        return codes

    def encode_base(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self.encode(images)

    def decode_base(self, codes: NDArray[np.float32]) -> NDArray[np.uint8]:
        return self.decode(codes)

    def edit(
        self, codes: NDArray[np.float32], strengths: Mapping[str, float]
    ) -> NDArray[np.float32]:
        vectors = {one.name: one.vector for one in self.directions}
        return codes + sum(np.float32(by) * vectors[name] for name, by in strengths.items())

    def reconstruct(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return draw(self.encode(images))

    def score(self, images: NDArray[np.uint8]) -> Scores:
        wrong = (images.astype(np.float32) - self.reconstruct(images)) / 255
        mse = np.mean(wrong**2, axis=(1, 2, 3), dtype=np.float32)
        percentile = percentiles(mse, among=self.latents.mse)
        return Scores(mse, percentile, percentile >= FAR_PERCENTILE)


def entry(engine: StandIn, *, problem: str | None = None) -> ModelEntry:
    """Its line in the registry."""
    return ModelEntry(engine.name, engine.folder, problem, "Rings, drawn, not learned.")


_BASIS = np.linalg.qr(np.random.default_rng(3).standard_normal((8, 8)))[0].astype(np.float32)


def wide_latents(count: int = 500) -> Latents:
    """The ten clusters on a slanted plane of a space of eight numbers, and some noise around it."""
    flat = latents(count)
    noise = np.random.default_rng(4).normal(0, 0.3, (count, 6)).astype(np.float32)
    codes = np.hstack([flat.codes * [1.5, 1], noise]) @ _BASIS + 0.5
    return dataclasses.replace(flat, codes=codes.astype(np.float32))


@dataclass
class Wide(StandIn):
    """A stand-in whose codes have eight numbers, all of which change its picture."""

    name: str = "wide-8"
    code_size: int = 8
    latents: Latents = field(default_factory=wide_latents)

    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        rows = images.reshape(len(images), 8, -1).mean(axis=2).astype(np.float32)
        return rows / 64

    def decode(self, codes: NDArray[np.float32]) -> NDArray[np.uint8]:
        mixed = (codes @ _BASIS.T)[:, :2] + np.square(codes).sum(axis=1, keepdims=True) / 40
        return super().decode(mixed.astype(np.float32))

    def reconstruct(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return self.decode(self.encode(images))


@dataclass
class Narrow(StandIn):
    """A stand-in whose codes are a single number: how far a ring is turned."""

    name: str = "narrow-1"
    code_size: int = 1
    latents: Latents = field(
        default_factory=lambda: dataclasses.replace(latents(), codes=latents().codes[:, :1])
    )

    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return super().encode(images)[:, :1]

    def decode(self, codes: NDArray[np.float32]) -> NDArray[np.uint8]:
        return super().decode(np.hstack([codes, np.zeros_like(codes)]))

    def reconstruct(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return self.decode(self.encode(images))
