"""Anomaly detection: what a model has not learned comes back badly.

Digits: a small model learns one digit alone, and the other nine are what it has never seen.  Faces:
a block of random texture lies on half of the test pictures.
"""

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from autoencoders.cli.output import Output
from autoencoders.config import ModelConfig, TrainConfig
from autoencoders.dataset import Dataset, Split
from autoencoders.images import Pixels, to_network
from autoencoders.inference import Engine
from autoencoders.training import fit
from benchmarks.judge import area_under_curve
from benchmarks.report import Figure

SEED = 0
SMALLEST, LARGEST = 12, 20
"""Sides of a block, in pixels."""
WINDOW = 9
"""Side of the window over which a face's error is averaged: about the smallest of its features."""

MODEL = ModelConfig(
    family="convolutional",
    height=28,
    width=28,
    channels=1,
    code_size=16,
    encoder_channels=(16, 32, 64),
    encoder_hidden=(128,),
    decoder_hidden=(128,),
    decoder_channels=(64, 32, 16),
    decoder_norm=True,
    activation="silu",
)
TRAINING = TrainConfig(
    dataset="mnist",
    epochs=20,
    batch_size=64,
    learning_rate=2e-3,
    weight_decay=1e-3,
    rotate=8.0,
    shift=0.6,
    scale=0.06,
    precision="bfloat16",
    snapshots=1,
)

Read = Callable[[Split], Dataset]


# Faces with a block on --------------------------------------------------------------------------


def blocked(images: Pixels, *, seed: int = SEED) -> tuple[Pixels, NDArray[np.intp]]:
    """Put a square of random texture on each picture.

    Args:
        images: uint8 ``(B, H, W, C)``, each side above ``LARGEST``.
        seed: of sides, places and textures.

    Returns:
        The pictures, and ``(B, 3)``: each block's top, left and side in pixels.
    """
    random = np.random.default_rng(seed)
    found, boxes = images.copy(), np.zeros((len(images), 3), np.intp)
    height, width, channels = images.shape[1:]
    for picture, box in zip(found, boxes, strict=True):
        side = int(random.integers(SMALLEST, LARGEST + 1))
        top = int(random.integers(0, height - side + 1))
        left = int(random.integers(0, width - side + 1))
        grain = int(random.integers(1, 5))  # pixels that each grain of the texture is wide
        grains = -(-side // grain)
        texture = random.integers(0, 256, (grains, grains, channels), dtype=np.uint8)
        block = texture.repeat(grain, axis=0).repeat(grain, axis=1)[:side, :side]
        picture[top : top + side, left : left + side] = block
        box[:] = top, left, side
    return found, boxes


def error_maps(images: Pixels, rebuilt: Pixels) -> NDArray[np.float64]:
    """Squared errors ``(B, H, W)`` on 0..1, each a mean over the window around its pixel."""
    errors = np.square((images.astype(np.float64) - rebuilt) / 255.0).mean(axis=3)
    return np.asarray(uniform_filter(errors, size=(0, WINDOW, WINDOW), mode="constant"))


def hits(maps: NDArray[np.float64], boxes: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each map's largest value lies inside its block, ``(B,)``."""
    peaks = maps.reshape(len(maps), -1).argmax(axis=1)
    down, across = np.divmod(peaks, maps.shape[2])
    top, left, side = boxes.T
    return np.asarray(
        (top <= down) & (down < top + side) & (left <= across) & (across < left + side)
    )


def measure_faces(engine: Engine, read: Read) -> list[Figure]:
    """Tell test faces with a block from those without, by the peak of the error's map."""
    clean = read("test").images
    dirty, boxes = blocked(clean)
    maps = [error_maps(each, engine.reconstruct(each)) for each in (clean, dirty)]
    scores = np.concatenate([each.max(axis=(1, 2)) for each in maps])
    answers = np.repeat([False, True], len(clean))
    area = area_under_curve(scores, answers)
    share = float(hits(maps[1], boxes).mean())
    return [
        Figure(
            "block_auroc", f"{engine.name}: with a block or without, AUROC", area, f"{area:.3f}",
            "at least 0.95", area >= 0.95,
        ),
        Figure(
            "block_peak", "  the error's peak inside the block", share, f"{share:.1%}",
            "at least 90%", share >= 0.9,
        ),
    ]  # fmt: skip


# One digit against nine -------------------------------------------------------------------------


def measure_digits(read: Read, out: Output) -> list[Figure]:
    """Train a model of each digit and tell that digit from the nine others."""
    train, validation, test = read("train"), read("validation"), read("test")
    areas = []
    with out.bar(total=10, unit="digit") as bar:
        for digit in range(10):
            bar.set_description(f"only {digit}s")
            areas.append(area_of(digit, train=train, validation=validation, test=test))
            bar.update()
    mean = float(np.mean(areas))
    return [
        Figure(
            "one_digit_auroc", "one digit against nine, AUROC, mean of ten", mean, f"{mean:.4f}",
            "at least 0.93, aim 0.955", mean >= 0.93,
        ),
        *(
            Figure(f"only_{digit}", f"  only {digit}s", area, f"{area:.4f}")
            for digit, area in enumerate(areas)
        ),
    ]  # fmt: skip


def area_of(
    digit: int,
    *,
    train: Dataset,
    validation: Dataset,
    test: Dataset,
    model: ModelConfig = MODEL,
    training: TrainConfig = TRAINING,
) -> float:
    """Train on one digit; AUROC of the errors of the test pictures, outliers all others."""
    assert test.labels is not None  # digits have labels
    with tempfile.TemporaryDirectory() as run:
        result = fit(
            model,
            training,
            train=only(train, digit),
            validation=only(validation, digit),
            run=Path(run),
            device="cpu",
            progress="silent",
        )
    scores = outlier_scores(result.network, test.images)
    return area_under_curve(scores, test.labels != digit)


def only(data: Dataset, digit: int) -> Dataset:
    """The pictures of one label."""
    assert data.labels is not None  # digits have labels
    rows = np.flatnonzero(data.labels == digit)
    return dataclasses.replace(
        data, images=data.images[rows], labels=data.labels[rows], ids=data.ids[rows]
    )


@torch.inference_mode()
def outlier_scores(network: torch.nn.Module, images: Pixels) -> NDArray[np.float64]:
    """How badly each picture comes back: its squared error over its own ink, ``(B,)``.

    Over its ink: a picture that is nearly empty cannot have a large error.
    """
    network.eval()
    scores = []
    for start in range(0, len(images), 500):
        batch = to_network(images[start : start + 500])
        errors = (network(batch) - batch).square().flatten(1).sum(1)
        scores.append((errors / batch.square().flatten(1).sum(1).clamp(min=1.0)).numpy())
    return np.concatenate(scores).astype(np.float64)
