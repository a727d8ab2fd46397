"""Measures of reconstructions and of codes, and the PCA that stands beside every model."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from autoencoders.images import Pixels

Floats = NDArray[np.float32]


def mean_squared_errors(images: Pixels, others: Pixels) -> Floats:
    """Mean squared error of each pair on the 0..1 scale, float32 ``(B,)``; uint8 ``(B, H, W, C)``.

    Raises:
        ValueError: if the shapes differ.
    """
    if images.shape != others.shape:
        raise ValueError(f"Pictures of shape {images.shape} and {others.shape} cannot be compared.")
    difference = images.astype(np.float32) - others.astype(np.float32)
    axes = tuple(range(1, difference.ndim))
    return np.asarray(np.square(difference / 255.0).mean(axis=axes), np.float32)


def psnr(images: Pixels, others: Pixels) -> Floats:
    """Peak signal-to-noise ratio of each pair in dB, float32 ``(B,)``; infinite where equal."""
    with np.errstate(divide="ignore"):
        return np.asarray(-10.0 * np.log10(mean_squared_errors(images, others)), np.float32)


def percentiles(errors: Floats, *, among: Floats) -> Floats:
    """Share of ``among``, in percent 0..100, that lies below each of ``errors``."""
    ordered = np.sort(among)
    return np.asarray(np.searchsorted(ordered, errors) * (100.0 / len(ordered)), np.float32)


def neighbour_accuracy(
    codes: Floats, labels: NDArray[np.int64], *, neighbours: int = 15, chunk: int = 1000
) -> float:
    """Share of codes whose label is the most frequent one among their nearest other codes.

    Leave-one-out k-nearest neighbours, Euclidean; of labels that tie the smallest wins.

    Args:
        codes: ``(N, D)`` with more than ``neighbours`` rows.
        labels: ``(N,)``, from 0.
    """
    if len(codes) <= neighbours:
        raise ValueError(f"{len(codes)} codes are too few for {neighbours} neighbours.")
    classes = int(labels.max()) + 1
    squares = np.square(codes).sum(axis=1)
    hits = 0
    for start in range(0, len(codes), chunk):
        part = codes[start : start + chunk]
        distances = squares[None, :] - 2.0 * part @ codes.T
        rows = np.arange(len(part))
        distances[rows, start + rows] = np.inf
        nearest = np.argpartition(distances, neighbours, axis=1)[:, :neighbours]
        votes = np.zeros((len(part), classes), np.int64)
        np.add.at(votes, (rows[:, None], labels[nearest]), 1)
        hits += int((votes.argmax(axis=1) == labels[start : start + chunk]).sum())
    return hits / len(codes)


@dataclass(frozen=True)
class PCA:
    """Principal component analysis of pictures (Pearson, 1901).

    Attributes:
        mean: float64 ``(P,)``, P = H * W * C pixels on 0..1.
        components: float64 ``(K, P)``, orthonormal, the largest variance first.
    """

    mean: NDArray[np.float64]
    components: NDArray[np.float64]

    @classmethod
    def fit(cls, images: Pixels, *, components: int) -> Self:
        """Find the first components of uint8 pictures ``(N, H, W, C)``."""
        pixels = int(np.prod(images.shape[1:]))
        total, product = np.zeros(pixels), np.zeros((pixels, pixels))
        for start in range(0, len(images), 5000):
            block = images[start : start + 5000].reshape(-1, pixels) / 255.0
            total += block.sum(axis=0)
            product += block.T @ block
        mean = total / len(images)
        covariance = product / len(images) - np.outer(mean, mean)
        vectors = np.linalg.eigh(covariance)[1]
        return cls(mean, np.ascontiguousarray(vectors[:, ::-1][:, :components].T))

    def encode(self, images: Pixels) -> Floats:
        """Codes, float32 ``(B, K)``, of uint8 pictures ``(B, H, W, C)``."""
        flat = images.reshape(len(images), -1) / 255.0 - self.mean
        return np.asarray(flat @ self.components.T, np.float32)

    def errors(self, images: Pixels) -> Floats:
        """Mean squared error of each reconstruction, float32 ``(B,)``, on 0..1, unrounded."""
        flat = images.reshape(len(images), -1) / 255.0 - self.mean
        kept = flat @ self.components.T
        return np.asarray(
            (np.square(flat).sum(axis=1) - np.square(kept).sum(axis=1)) / flat.shape[1], np.float32
        )
