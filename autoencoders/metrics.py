"""Measures of reconstructions and of codes, and the PCA that stands beside every model."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from autoencoders.images import Pixels

Floats = NDArray[np.float32]

GREY = np.array([0.299, 0.587, 0.114], np.float32)
"""How much red, green and blue count in a grey level (ITU-R BT.601)."""
WHOLE = 2000
"""Up to so many pixels PCA takes the whole covariance apart; beyond, it looks for its axes."""


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


def ssim(images: Pixels, others: Pixels) -> Floats:
    """Structural similarity of each pair, float32 ``(B,)``, at most 1 (Wang et al., 2004).

    Their Gaussian window (standard deviation 1.5, 11 pixels wide), K1 = 0.01, K2 = 0.03; the mean
    over the places where the whole window fits, and over the channels.

    Args:
        images, others: uint8 ``(B, H, W, C)`` of at least 11 pixels a side.

    Raises:
        ValueError: if the shapes differ or the pictures are too small.
    """
    if images.shape != others.shape or min(images.shape[1:3]) < 11:
        raise ValueError(
            f"Pictures of shape {images.shape} and {others.shape} cannot be compared; both must "
            "have one shape, 11 pixels a side or more."
        )

    def blur(values: NDArray[np.floating]) -> Floats:
        blurred = ndimage.gaussian_filter(values, (0, 1.5, 1.5, 0), truncate=3.4)
        return np.asarray(blurred, np.float32)

    results = []
    for start in range(0, len(images), 256):
        one = images[start : start + 256].astype(np.float32) / 255
        other = others[start : start + 256].astype(np.float32) / 255
        mean, other_mean = blur(one), blur(other)
        variance = blur(one * one) - mean**2
        other_variance = blur(other * other) - other_mean**2
        together = blur(one * other) - mean * other_mean
        light = (2 * mean * other_mean + 0.01**2) / (mean**2 + other_mean**2 + 0.01**2)
        shape = (2 * together + 0.03**2) / (variance + other_variance + 0.03**2)
        results.append((light * shape)[:, 5:-5, 5:-5].mean(axis=(1, 2, 3)))
    return np.concatenate(results) if results else np.empty(0, np.float32)


def sharpness(images: Pixels) -> Floats:
    """Variance of each picture's Laplacian, float32 ``(B,)``; grey levels on 0..1.

    Pech-Pacheco et al. (2000).  The Laplacian is the five-point one; the outermost pixels, whose
    neighbours are missing, do not count.

    Args:
        images: uint8 ``(B, H, W, C)``.
    """
    colours = images.astype(np.float32) / 255
    grey = colours[..., 0] if images.shape[3] == 1 else colours @ GREY
    inner = grey[:, 1:-1, 1:-1]
    around = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    return np.asarray((around - 4 * inner).var(axis=(1, 2)), np.float32)


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
        """Find the first components of uint8 pictures ``(N, H, W, C)``.

        Of large pictures by randomised subspace iteration (Halko, Martinsson and Tropp, 2011, with
        a fixed seed), exact to about a thousandth of the error that is left.

        Raises:
            ValueError: for more components than pictures or pixels.
        """
        pixels = int(np.prod(images.shape[1:]))
        if components > min(pixels, len(images)):
            raise ValueError(
                f"{len(images)} pictures of {pixels} numbers have no {components} components."
            )
        if pixels > WHOLE:
            return cls._search(images, components)
        total, product = np.zeros(pixels), np.zeros((pixels, pixels))
        for start in range(0, len(images), 5000):
            block = images[start : start + 5000].reshape(-1, pixels) / 255.0
            total += block.sum(axis=0)
            product += block.T @ block
        mean = total / len(images)
        covariance = product / len(images) - np.outer(mean, mean)
        vectors = np.linalg.eigh(covariance)[1]
        return cls(mean, np.ascontiguousarray(vectors[:, ::-1][:, :components].T))

    @classmethod
    def _search(cls, images: Pixels, components: int, *, rounds: int = 6) -> Self:
        flat = images.reshape(len(images), -1)
        mean = flat.mean(axis=0, dtype=np.float64) / 255.0

        def centred(start: int) -> Floats:
            block = flat[start : start + 1024].astype(np.float32)
            block /= np.float32(255.0)
            block -= mean.astype(np.float32)
            return block

        starts = range(0, len(flat), 1024)
        wide = min(components + 16, *flat.shape)
        axes = np.random.default_rng(0).standard_normal((flat.shape[1], wide)).astype(np.float32)
        for _ in range(rounds):
            seen = np.zeros((flat.shape[1], wide))
            for start in starts:
                block = centred(start)
                seen += block.T @ (block @ axes)
            axes = np.linalg.qr(seen.astype(np.float32))[0]
        # The subspace is found; inside it the components are those of the covariance.
        kept = np.concatenate([centred(start) @ axes for start in starts])
        turn = np.linalg.svd(kept.astype(np.float64), full_matrices=False)[2][:components]
        # QR once more: in double precision the components are orthonormal to the last digits.
        whole = np.linalg.qr(axes.astype(np.float64) @ turn.T)
        return cls(mean, np.ascontiguousarray((whole[0] * np.sign(np.diag(whole[1]))).T))

    def decode(self, codes: Floats, *, shape: tuple[int, int, int]) -> Pixels:
        """Pictures, uint8 ``(B, H, W, C)``, of codes ``(B, K)``, clipped and rounded."""
        flat = codes @ self.components + self.mean
        pixels = np.clip(np.rint(flat * 255), 0, 255).astype(np.uint8)
        return np.asarray(pixels.reshape(len(codes), *shape))

    def encode(self, images: Pixels) -> Floats:
        """Codes, float32 ``(B, K)``, of uint8 pictures ``(B, H, W, C)``."""
        codes = [flat @ self.components.T for flat in self._centred(images)]
        return np.concatenate(codes).astype(np.float32)

    def errors(self, images: Pixels) -> Floats:
        """Mean squared error of each reconstruction, float32 ``(B,)``, on 0..1, unrounded."""
        left = [
            np.square(flat).sum(axis=1) - np.square(flat @ self.components.T).sum(axis=1)
            for flat in self._centred(images)
        ]
        return (np.concatenate(left) / len(self.mean)).astype(np.float32)

    def _centred(self, images: Pixels) -> Iterator[NDArray[np.float64]]:
        """Pictures as rows without the mean, in parts: a photograph as numbers is large."""
        for part in np.array_split(images, max(1, len(images) // 256)):
            yield part.reshape(len(part), -1) / 255.0 - self.mean
