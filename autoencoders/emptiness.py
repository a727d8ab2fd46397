"""Where a plane of codes has left the data: by the density of codes, and by a picture's way back.

A place has left the data when it lies farther from the test pictures' codes than all but one in a
hundred of these lie from each other, or when its picture, encoded again, comes back farther away
than all but one in a hundred of the test pictures' own do. Either is enough: a hole that decodes to
something and back is a hole all the same, and a seam between two clusters, where codes are near but
the decoder jumps, gives pictures like no other. The two are brought to one scale by the test codes
themselves, and the larger counts. So at most two in a hundred of these are called empty.

Everything here is a **level**: 0 or more, 1 at that border. On the wire it is uint8, see ``LEVEL``.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autoencoders.density import NEIGHBOURS, nearest
from autoencoders.latent import Codes, Extent, grid_codes
from autoencoders.paths import Points, check_codes

USUAL = 0.99
"""Share of the test codes that lie within the data, by each of the two measures."""
LEVEL = 100
"""What level 1 is as uint8; levels above 2.55 are all 255."""
SAMPLE = 256
"""Test codes whose way back is measured, each a decode and an encode. With these 0.8%
(faces-stacked-2), 1.8% (digits-conv-2) and 2.6% (drawn-conv-2) of the codes are called empty."""


def lonely(codes: ArrayLike, *, neighbours: int = NEIGHBOURS) -> NDArray[np.float64]:
    """Distance of each code to the last of its nearest ``neighbours`` others, float64 ``(N,)``.

    Args:
        codes: ``(N, D)``, finite, N of at least 1; a copy of a code is another one.
        neighbours: at least 1; all others where there are fewer.

    Returns:
        0 or more; 0 for a single code.

    Raises:
        ValueError: for no codes, another shape, NaN or infinity.
    """
    points = check_codes(codes)
    return nearest(points, points, _as_many(points, neighbours) + 1)[0][:, -1]


def crowding(codes: ArrayLike, *, neighbours: int = NEIGHBOURS) -> NDArray[np.float32]:
    """How densely codes lie around each code, float32 ``(N,)``; 1 at the median distance.

    The density by nearest neighbours (Loftsgaarden and Quesenberry, 1965) as of a plane: four times
    as dense where neighbours are half as far.  Of larger codes too, where the true power of the
    distance would know nothing but 0 and infinity.

    Args:
        codes, neighbours: as for ``lonely``.

    Returns:
        above 0; among copies of one code at most 1e6.
    """
    far = lonely(codes, neighbours=neighbours)
    typical = float(np.median(far))
    if typical == 0.0:
        return np.ones(len(far), np.float32)
    return np.square(typical / np.maximum(far, typical / 1000)).astype(np.float32)


def levels_by_density(
    places: ArrayLike, codes: ArrayLike, *, neighbours: int = NEIGHBOURS
) -> NDArray[np.float32]:
    """How far places lie from the codes, float32 ``(P,)`` levels.

    The distance to the nearest codes, the last of ``neighbours`` of them, over the ``USUAL``
    quantile of the codes' own to their nearest others: no code counts as its own neighbour.

    Args:
        places: ``(P, D)``, finite.
        codes, neighbours: as for ``lonely``.

    Raises:
        ValueError: as ``lonely``.
    """
    points = check_codes(codes)
    far = nearest(check_codes(places), points, max(1, _as_many(points, neighbours)))[0][:, -1]
    return _over(far, lonely(points, neighbours=neighbours))


def levels_by_return(
    places: Codes,
    codes: Codes,
    *,
    again: Callable[[Codes], Codes],
    sample: int = SAMPLE,
    seed: int = 0,
) -> NDArray[np.float32]:
    """How far a place is from where its own picture is encoded, float32 ``(P,)`` levels.

    ``|again(z) - z|`` over the ``USUAL`` quantile of what the test codes have.

    Args:
        places: float32 ``(P, D)``.
        codes: float32 ``(N, D)``, the test pictures', N of at least 1.
        again: codes ``(B, D)`` -> the codes of the pictures that they decode to; of averages,
            without individuals.
        sample: how many of the codes are decoded; all where there are no more.
        seed: which of them.

    Raises:
        ValueError: as ``lonely``.
    """
    count = len(check_codes(codes))
    own = np.asarray(codes, np.float32)[np.random.default_rng(seed).permutation(count)[:sample]]

    def away(starts: Codes) -> Points:
        return np.asarray(np.linalg.norm(again(starts).astype(np.float64) - starts, axis=1))

    return _over(away(np.asarray(places, np.float32)), away(own))


def over_plane(
    levels: Callable[[Codes], NDArray[np.float32]], extent: Extent, side: int
) -> NDArray[np.uint8]:
    """Levels at the nodes of a grid over a plane, uint8 ``(side, side)``, see ``LEVEL``.

    Args:
        levels: places float32 ``(P, 2)`` -> levels ``(P,)``.
        extent, side: as for ``latent.grid_codes``; row 0 is the top.
    """
    found = np.minimum(levels(grid_codes(extent, side, side)), 255 / LEVEL)
    return np.asarray(np.rint(LEVEL * found), np.uint8).reshape(side, side)


def _as_many(points: Points, neighbours: int) -> int:
    if neighbours < 1:
        raise ValueError(f"neighbours is {neighbours}; use 1 or more.")
    return min(neighbours, len(points) - 1)


def _over(values: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.float32]:
    """Values as levels; where the codes' own are all 0, everything above 0 is infinitely empty."""
    border = float(np.quantile(own, USUAL))
    if border == 0.0:
        return np.where(values > 0, np.inf, 0.0).astype(np.float32)
    return np.asarray(values / border, np.float32)
