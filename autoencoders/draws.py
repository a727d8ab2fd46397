"""Codes drawn by chance: of a model with a prior from that, of a plain autoencoder from the best
that stands in for one.  One set of standard normal numbers serves every model.

A plain autoencoder was never told where its codes should be.  What stands in for a prior is the
Gaussian that fits its codes or, where they are squashed into a square (``code_range`` "unit"), the
whole square: its two numbers were standardised and put through the error function, which spreads a
Gaussian evenly.  Neither knows of the holes between the codes.

This differs from ``Engine.sample_codes`` in three ways.  The numbers of each picture are a stream
of their own, so that codes of two sizes begin with the same ones; a Gaussian is spread by the
symmetric root of its covariance, so that the first number still moves mostly the first axis; and a
square is filled evenly, where that draws from a Gaussian that reaches beyond it.
"""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

Codes = NDArray[np.float32]
Kind = Literal["prior", "gaussian", "square"]


def standard_normals(count: int, size: int, *, seed: int) -> NDArray[np.float64]:
    """Draw standard normal numbers, float64 ``(count, size)``.

    Each row begins with the same numbers whatever the size, and the first rows are the same
    whatever the count.

    Raises:
        ValueError: for a negative count, size or seed.
    """
    if min(count, size, seed) < 0:
        raise ValueError(f"{count} codes of {size} numbers by seed {seed} cannot be drawn.")
    rows = [np.random.default_rng([seed, row]).standard_normal(size) for row in range(count)]
    return np.array(rows, np.float64).reshape(count, size)


@dataclass(frozen=True)
class Source:
    """Where codes are drawn from.

    Attributes:
        kind: "prior": the standard Gaussian, which a variational model was trained to fill;
            "gaussian": the one that fits the codes; "square": evenly over -1..1.
        mean: float64 ``(D,)``, where a temperature of 0 leads.
        root: float64 ``(D, D)``, the symmetric root of the covariance; of a square the identity.
    """

    kind: Kind
    mean: NDArray[np.float64]
    root: NDArray[np.float64]

    @classmethod
    def of(cls, codes: ArrayLike, *, family: str, code_range: str = "free") -> Self:
        """Find where the codes of a model are to be drawn from.

        Args:
            codes: of its test pictures, ``(N, D)``, finite, N and D of at least 1.
            family, code_range: of its ``ModelConfig``.
        """
        points = np.asarray(codes, np.float64)
        size = points.shape[1]
        if family == "variational":
            return cls("prior", np.zeros(size), np.eye(size))
        if code_range == "unit":
            return cls("square", np.zeros(size), np.eye(size))
        spread = np.atleast_2d(np.cov(points, rowvar=False, bias=True))
        variances, axes = np.linalg.eigh(spread)
        root = (axes * np.sqrt(variances.clip(0))) @ axes.T
        return cls("gaussian", points.mean(axis=0), root)

    def codes(self, normals: ArrayLike, *, temperature: float = 1.0) -> Codes:
        """Turn standard normal numbers ``(B, D)`` into codes, float32 ``(B, D)``.

        Args:
            normals: the numbers.
            temperature: so many times the spread: 0 is the middle for all of them, 1 draws as it
                should be drawn.

        Raises:
            ValueError: for a temperature below 0.
        """
        if not temperature >= 0:
            raise ValueError(f"temperature is {temperature}; use 0 or more.")
        spread = temperature * np.asarray(normals, np.float64)
        if self.kind == "square":
            return np.asarray(2 * ndtr(spread) - 1, np.float32)
        return np.asarray(self.mean + spread @ self.root, np.float32)

    def quantiles(self, side: int) -> Codes:
        """Codes of a grid with as much probability between one and the next, ``(side**2, 2)``.

        Of a Gaussian by the inverse of its cumulative distribution (Kingma and Welling, 2014,
        figure 4), of a square evenly.  Float32, row by row, the largest second number first.

        Raises:
            ValueError: for fewer than 1 a side, or codes of another size than two.
        """
        if side < 1 or len(self.mean) != 2:
            raise ValueError(
                f"A grid of {side} x {side} codes of {len(self.mean)} numbers is impossible; use 1 "
                "or more a side and codes of 2 numbers."
            )
        steps = ndtri((np.arange(side) + 0.5) / side)
        x, y = np.meshgrid(steps, steps[::-1])
        return self.codes(np.stack([x.ravel(), y.ravel()], axis=1))
