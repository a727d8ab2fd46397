"""Engines without networks whose pictures hold their codes in plain sight, for tests of Compare.

A picture is four upright bands; the tone of each is a number.  A model of k numbers keeps the first
k tones, perhaps turned by a quarter and stretched, and draws the other bands grey.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import stand_in
from numpy.typing import NDArray
from served import Served

from autoencoders.checkpoint import Description, Latents
from autoencoders.config import ModelConfig, TrainConfig
from autoencoders.listing import ModelEntry
from autoencoders.ui.state import Store

BANDS = 4
GREY = 127
STEP = 30
COUNT = 80


def values(count: int = COUNT) -> NDArray[np.float32]:
    """What the pictures of the test set hold: float32 (count, 4), within -3..3."""
    return np.random.default_rng(7).uniform(-3, 3, (count, BANDS)).astype(np.float32)


def bands(numbers: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Pictures of up to four numbers each, (B, K) -> uint8 (B, 28, 28, 1)."""
    tones = np.full((len(numbers), BANDS), GREY, np.float32)
    tones[:, : numbers.shape[1]] += STEP * numbers
    clipped = np.clip(np.rint(tones), 0, 255).astype(np.uint8)
    return np.broadcast_to(
        np.repeat(clipped, 7, axis=1)[:, None, :, None], (len(numbers), 28, 28, 1)
    ).copy()


def numbers_in(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The numbers that pictures hold, (B, 28, 28, 1) -> float32 (B, 4)."""
    tones = pictures[:, 0, 3::7, 0].astype(np.float32)
    return (tones - GREY) / STEP


def measured_latents(engine: "Bands", count: int = COUNT) -> Latents:
    true = values(count)
    kept = np.zeros_like(true)
    kept[:, : engine.code_size] = true[:, : engine.code_size]
    wrong = np.square(bands(true).astype(float) - bands(kept)) / 255**2
    return Latents(
        codes=engine.coded(true[:, : engine.code_size]),
        mse=wrong.mean(axis=(1, 2, 3)).astype(np.float32),
        labels=(np.arange(count) % 10).astype(np.int64),
        ids=np.arange(count) + 1000,
        split="test",
    )


@dataclass
class Bands(stand_in.StandIn):
    """Keeps the first ``code_size`` tones; ``turned``: by a quarter, and twice as large."""

    name: str = "bands-conv-2"
    turned: bool = False
    latents: Latents = field(default=None)
    principal: "Axes | None" = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.folder = Path(self.name)
        if self.latents is None:
            self.latents = measured_latents(self)

    def coded(self, numbers):
        if not self.turned:
            return numbers.astype(np.float32)
        return np.stack([-2 * numbers[:, 1], 2 * numbers[:, 0]], axis=1).astype(np.float32)

    def encode(self, images):
        return self.coded(numbers_in(images)[:, : self.code_size])

    def decode(self, codes):
        self.decoded += len(codes)
        if self.gate is not None:
            self.gate.wait(10)
        if self.turned:
            codes = np.stack([codes[:, 1], -codes[:, 0]], axis=1) / 2
        return bands(codes)

    def reconstruct(self, images):
        return self.decode(self.encode(images))


@dataclass
class Axes:
    """Principal components that are the bands themselves; what PCA draws is half as bright."""

    size: int = BANDS

    @property
    def codes(self):
        return values()[:, : self.size]

    def encode(self, images):
        return numbers_in(images)[:, : self.size]

    def decode(self, codes):
        assert codes.shape[1] <= self.size
        return bands(codes) // 2


def entry(
    engine, *, family="convolutional", mse=0.03, pca=0.05, problem=None, dataset=""
) -> ModelEntry:
    """A model's line in the registry, described."""
    height, width, channels = engine.image_shape
    model = ModelConfig(
        family=family, height=height, width=width, channels=channels, code_size=engine.code_size
    )
    described = Description(
        name=engine.name,
        model=model,
        training=TrainConfig(dataset=dataset or engine.dataset, epochs=1),
        label_names=engine.label_names,
        attribute_names=(),
        files={},
        metrics={"test": {"mse": mse, "pca_mse": pca, "neighbour_accuracy": 0.8}},
        about={},
    )
    return ModelEntry(
        engine.name,
        Path(engine.name),
        problem,
        f"About {engine.name}.",
        engine.code_size,
        described,
    )


ERRORS = {1: 0.06, 2: 0.03, 4: 0.028}
FAMILY = tuple(ERRORS)


def models() -> list[Bands]:
    """bands-conv-2 to begin with, -1 and -4, and bands-vae-2, which is turned."""
    sizes = [Bands(name=f"bands-conv-{size}", code_size=size) for size in (2, 1, 4)]
    return [*sizes, Bands(name="bands-vae-2", turned=True)]


def entries(engines: Sequence[Bands]) -> list[ModelEntry]:
    return [
        entry(
            engine,
            family="variational" if "vae" in engine.name else "convolutional",
            mse=ERRORS[engine.code_size],
        )
        for engine in engines
    ]


def store_of(engines: Sequence[Bands], listed: Sequence[ModelEntry] | None = None) -> Store:
    by_name = {engine.name: engine for engine in engines}
    listed = entries(engines) if listed is None else listed
    return Store(list_models=lambda: listed, load=lambda folder: by_name[folder.name])


class Models(Served):
    """A server with several models; its first is ``engine``."""

    def __init__(self, engines: Sequence[Bands] | None = None, **options):
        self.engines = list(engines or models())
        super().__init__(self.engines[0], **options)
        self.store = store_of(self.engines)

    def named(self, name: str) -> Bands:
        return next(engine for engine in self.engines if engine.name == name)


def sized(name: str, size: int, *, mse: float = 0.03, **more) -> ModelEntry:
    """The same with a code of this size."""
    return entry(Bands(name=name, code_size=size), mse=mse, **more)


def some_sizes() -> list[ModelEntry]:
    """One model in three sizes, unordered, and one that comes in a single one."""
    return [
        sized("digits-conv-16", 16, mse=0.004),
        sized("digits-conv-2", 2, mse=0.034),
        sized("digits-vae-2", 2),
        sized("digits-conv-4", 4, mse=0.02),
    ]
