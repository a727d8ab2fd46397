"""People for a map of averages: what single samples have beyond the average of their place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Crowd:
    """Samples on a plane and their residuals, blended smoothly in between.

    The blend is a normalised Gaussian kernel (Nadaraya, 1964; Watson, 1964), as narrow at each
    place as its samples are dense: a share of the distance to the nearest one but one.  It passes
    through the samples all but exactly and morphs from each into its neighbours.

    Attributes:
        places: float32 ``(M, D)``, at least three.
        residuals: float32 ``(M, K)``.
        narrow: the kernel's width as a share of the distance to the second nearest sample.
    """

    places: Floats
    residuals: Floats
    narrow: float = 0.33

    def at(self, codes: Floats) -> Floats:
        """Blended residuals, float32 ``(B, K)``, at codes ``(B, D)``."""
        blended = np.empty((len(codes), self.residuals.shape[1]), np.float32)
        for start in range(0, len(codes), 1024):
            part = codes[start : start + 1024, None].astype(np.float64)
            squares = np.square(part - self.places).sum(axis=2)
            first, second = np.partition(squares, 1, axis=1)[:, :2].T
            width = self.narrow**2 * np.maximum(second, 1e-12)
            # Less the nearest one's square: the same weights, and no underflow far from all.
            weights = np.exp(-(squares - first[:, None]) / (2 * width[:, None]))
            weights /= weights.sum(axis=1, keepdims=True)
            blended[start : start + 1024] = weights @ self.residuals
        return blended


def spread_out(places: Floats, *, count: int) -> NDArray[np.intp]:
    """Choose samples that cover a plane evenly: each next one is the farthest from all before.

    Gonzalez (1985).

    Args:
        places: ``(N, D)``.
        count: how many; all if there are no more.

    Returns:
        indices ``(min(count, N),)``, in the order they were chosen, the one nearest to the middle
        first.
    """
    middle = np.square(places - places.mean(axis=0)).sum(axis=1)
    chosen = [int(middle.argmin())]
    away = np.square(places - places[chosen[0]]).sum(axis=1)
    while len(chosen) < min(count, len(places)):
        chosen.append(int(away.argmax()))
        away = np.minimum(away, np.square(places - places[chosen[-1]]).sum(axis=1))
    return np.array(chosen, np.intp)
