"""Anomaly detection: what a model has not learned comes back badly.

Digits: a small model learns one digit alone, and the other nine are what it has never seen.  Faces:
each test picture is scored without and with a block of random texture.
"""

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from autoencoders.blocks import find_blocks
from autoencoders.cli.output import Output
from autoencoders.config import ModelConfig, TrainConfig
from autoencoders.dataset import Dataset, Split
from autoencoders.images import Pixels, to_network
from autoencoders.inference import Engine
from autoencoders.training import fit
from benchmarks.judge import area_under_curve
from benchmarks.report import Figure

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


def measure_faces(engine: Engine, read: Read) -> list[Figure]:
    """Tell test faces with a block from those without, by the peak of the error's map."""
    found = find_blocks(engine.reconstruct, read("test").images)
    area, share = found.auroc, found.peak
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
