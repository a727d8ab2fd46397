"""Codes as features for another task: how well labels are read from them, and from other things.

Four descriptions of the same pictures are compared: the model's codes, PCA's codes of the same
size, the pixels themselves, and the model's codes with one more number beside them, the mean ink.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoencoders.dataset import Dataset
from autoencoders.images import Pixels
from autoencoders.inference import Engine
from autoencoders.metrics import PCA, Floats, neighbour_accuracy

FITTED = 10_000
"""Training pictures that a regression is fitted on: of more it knows no better to a percent."""


@dataclass(frozen=True)
class Feature:
    """How well labels are read from one description of pictures.

    Attributes:
        name: of the description.
        numbers: in it, for each picture.
        neighbour_accuracy: of 15 nearest neighbours, leave-one-out among the measured pictures.
        regression_accuracy: of a logistic regression fitted on training pictures.
    """

    name: str
    numbers: int
    neighbour_accuracy: float
    regression_accuracy: float


def mean_ink(images: Pixels) -> NDArray[np.float32]:
    """Return the mean of each picture's numbers on 0..1, float32 ``(B, 1)``; uint8 ``(B, ...)``."""
    flat = images.reshape(len(images), -1)
    means = flat.mean(axis=1, dtype=np.float64) / 255.0
    return np.asarray(means, np.float32)[:, None]


def regression_accuracy(
    known: Floats, labels: NDArray[np.int64], asked: Floats, truth: NDArray[np.int64]
) -> float:
    """Share of labels that a multinomial logistic regression tells rightly.

    Args:
        known: ``(N, D)``, what it is fitted on; each number is standardised by its spread there.
        labels: ``(N,)``, of at least two kinds.
        asked: ``(M, D)``.
        truth: ``(M,)``.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    model.fit(known, labels)
    return float(model.score(asked, truth))


def compare_features(
    engine: Engine, *, train: Dataset, test: Dataset, pca: PCA
) -> tuple[Feature, ...]:
    """Measure the four descriptions of ``test``.

    Args:
        engine: the model.
        train: what regressions are fitted on, its first ``FITTED`` pictures.
        test: what is measured, with labels.
        pca: of as many components as the code has numbers.

    Raises:
        ValueError: for pictures without labels.
    """
    if train.labels is None or test.labels is None:
        raise ValueError(
            f"The pictures of {test.name} have no labels, so nothing can be read from their codes; "
            "use a dataset with labels."
        )
    some = train.images[:FITTED]
    codes = engine.encode(some), engine.encode(test.images)
    # As widely spread as a number of the code, or neighbours would not see it, or nothing else.
    spread = float(codes[0].std(axis=0).mean() / max(float(mean_ink(some).std()), 1e-6))
    described = {
        "codes": codes,
        "PCA's codes": (pca.encode(some), pca.encode(test.images)),
        "pixels": (_pixels(some), _pixels(test.images)),
        "codes and mean ink": (
            _with_ink(codes[0], some, scale=spread),
            _with_ink(codes[1], test.images, scale=spread),
        ),
    }
    return tuple(
        Feature(
            name,
            asked.shape[1],
            neighbour_accuracy(asked, test.labels),
            regression_accuracy(known, train.labels[: len(some)], asked, test.labels),
        )
        for name, (known, asked) in described.items()
    )


def _pixels(images: Pixels) -> Floats:
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255.0)


def _with_ink(codes: Floats, images: Pixels, *, scale: float) -> Floats:
    """Codes ``(B, D)`` with the mean ink beside them, ``scale`` times."""
    return np.concatenate([codes, np.float32(scale) * mean_ink(images)], axis=1)
