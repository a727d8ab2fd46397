"""Maps of codes with more than two numbers: the plane that shows most of their spread."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Codes = NDArray[np.float32]


@dataclass(frozen=True)
class PrincipalPlane:
    """The plane through the mean of some codes along their two principal axes (Pearson, 1901).

    Attributes:
        centre: float64 ``(D,)``, the mean.
        axes: float64 ``(2, D)``, orthonormal, the larger spread first; the largest number of each
            is positive, so that the same codes give the same map.
        share: how much of the codes' variance the plane shows, 0..1.
    """

    centre: NDArray[np.float64]
    axes: NDArray[np.float64]
    share: float

    @classmethod
    def of(cls, codes: ArrayLike) -> Self:
        """Find the plane of codes ``(N, D)``, N and D at least 2.

        Raises:
            ValueError: for fewer codes or numbers, or a code that is not finite.
        """
        points = np.asarray(codes, np.float64)
        if points.ndim != 2 or min(points.shape) < 2:
            raise ValueError(
                f"A plane needs at least two codes of two numbers or more, got {points.shape}."
            )
        if not np.isfinite(points).all():
            raise ValueError("A plane needs finite codes; some of these are NaN or infinite.")
        centre = points.mean(axis=0)
        variances, vectors = np.linalg.eigh(np.cov(points - centre, rowvar=False, bias=True))
        axes = vectors[:, ::-1][:, :2].T
        largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
        total = float(variances.sum())
        share = float(variances[-2:].sum()) / total if total > 0 else 1.0
        return cls(centre, axes * np.where(largest < 0, -1.0, 1.0), share)

    def places(self, codes: ArrayLike) -> Codes:
        """Where codes ``(N, D)`` lie on the plane, float32 ``(N, 2)``: their orthogonal shadows."""
        return np.asarray((np.asarray(codes, np.float64) - self.centre) @ self.axes.T, np.float32)

    def codes(self, places: ArrayLike) -> Codes:
        """Codes, float32 ``(N, D)``, of places ``(N, 2)`` on the plane."""
        return np.asarray(np.asarray(places, np.float64) @ self.axes + self.centre, np.float32)

    def shown(self, codes: ArrayLike) -> Codes:
        """How much of what sets each code ``(N, D)`` apart from the centre the plane shows.

        Returns:
            float32 ``(N,)``: the share, 0..1, of its squared distance from the centre that lies in
            the plane; 1 for the centre itself, which lies in it.
        """
        away = np.asarray(codes, np.float64) - self.centre
        whole = np.square(away).sum(axis=1)
        inside = np.square(away @ self.axes.T).sum(axis=1)
        share = np.divide(inside, whole, out=np.ones_like(whole), where=whole > 0)
        return np.asarray(share.clip(0, 1), np.float32)


def pile(numbers: ArrayLike, order: ArrayLike, *, bins: int = 128) -> Codes:
    """Heights at which points on a line stand, piled so that the pile shows their density.

    A dot plot (Wilkinson, 1999) over bins of equal width: in each bin the points stand on each
    other, and the highest pile of all reaches 1.

    Args:
        numbers: ``(N,)``, where each point is on the line, N >= 1.
        order: ``(N,)``, small ones at the bottom; points that tie stay in their order.
        bins: piles, from the smallest number to the largest.

    Returns:
        float32 ``(N,)``, above 0 and below 1: the middle of each point's place in its pile.
    """
    along, order = np.asarray(numbers, np.float64), np.asarray(order)
    span = float(np.ptp(along)) or 1.0
    pile_of = np.minimum(((along - along.min()) / span * bins).astype(int), bins - 1)
    rank = np.empty(len(along), int)
    sequence = np.lexsort((order, pile_of))
    first = np.searchsorted(pile_of[sequence], pile_of[sequence])
    rank[sequence] = np.arange(len(along)) - first
    return np.asarray((rank + 0.5) / np.bincount(pile_of).max(), np.float32)
