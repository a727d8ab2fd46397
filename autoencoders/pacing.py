"""How fast the picture changes along a path of codes, and a slider on which it changes evenly."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autoencoders.paths import Codes, Points, check_frames

RESOLVED = 2 / 255
"""Smaller root mean square changes of uint8 pictures are mostly their rounding."""


@dataclass(frozen=True)
class Paced:
    """A path whose equal steps change the picture equally.

    Attributes:
        codes: float32 ``(frames, D)``; both ends are those of the path.
        marks: float64, where the marked codes now stand on the slider, 0 its start, 1 its end.
    """

    codes: Codes
    marks: Points


def even(
    path: ArrayLike, pictures: NDArray[Any], frames: int, *, marked: ArrayLike | None = None
) -> Paced:
    """Space a path anew, so that equal steps of a slider are equal changes of the picture.

    The measure is the length of the way that the picture goes (``change``).  Of uint8 pictures,
    those are skipped that differ from the one before by less than ``RESOLVED``: the sum of so
    small steps would be that of their rounding.  Where the picture does not change the slider does
    not dwell.

    Args:
        path: ``(M, D)``, M from 2, finite; four times as dense as ``frames`` is dense enough.
        pictures: ``(M, ...)``, what each code decodes to, as for ``change``.
        frames: codes of the new path, 2 to 4096.
        marked: indices into ``path``, in ascending order, for instance of the waypoints; default:
            both ends.

    Raises:
        ValueError: for other shapes, codes that are not finite, or indices outside the path.
    """
    points = np.asarray(path, np.float64)
    if points.ndim != 2 or len(points) < 2 or not np.isfinite(points).all():
        raise ValueError(
            f"A path is at least two finite codes, (M, D); this has shape {points.shape}."
        )
    if len(pictures) != len(points):
        raise ValueError(f"{len(points)} codes need as many pictures, got {len(pictures)}.")
    check_frames(frames, least=2)
    marks = np.asarray([0, len(points) - 1] if marked is None else marked)
    if marks.dtype.kind not in "iu" or not ((marks >= 0) & (marks < len(points))).all():
        raise ValueError(f"Marks are indices of the path's {len(points)} codes, from 0.")
    way = _way(pictures)
    if way[-1] == 0:  # Nothing changes at all: any spacing is even, so the path keeps its own.
        way = np.arange(len(points), dtype=np.float64)
    wanted = np.linspace(0, way[-1], frames)
    # The step that reaches the wanted length: it ends beyond it and begins before it, so it is
    # never one of the steps without a change.
    after = np.clip(np.searchsorted(way, wanted, side="left"), 1, len(way) - 1)
    step = way[after] - way[after - 1]
    share = np.divide(wanted - way[after - 1], step, out=np.zeros(frames), where=step > 0)[:, None]
    codes = (1 - share) * points[after - 1] + share * points[after]
    codes[0], codes[-1] = points[0], points[-1]
    return Paced(codes.astype(np.float32), way[marks] / way[-1])


def change(pictures: NDArray[Any]) -> NDArray[np.float32]:
    """Root mean square difference of each picture to the next, float32 ``(M - 1,)``.

    Args:
        pictures: ``(M, ...)``; uint8 0..255 are measured on 0..1, floats as they are.

    Raises:
        ValueError: for no picture at all or values that are no numbers.
    """
    shots = _check_pictures(pictures)
    steps = [_difference(before, after) for before, after in pairwise(shots)]
    return np.asarray(steps, np.float32)


def length(pictures: NDArray[Any]) -> float:
    """How far the picture goes in all: the sum of ``change``.

    The many small steps of a dense sequence of uint8 pictures are mostly rounding, which adds up;
    compare lengths only of sequences with equally many pictures.

    Raises:
        ValueError: as ``change``.
    """
    return float(change(pictures).sum(dtype=np.float64))


def _way(pictures: NDArray[Any]) -> Points:
    """Length of the way up to each picture, float64 ``(M,)``, ascending from 0."""
    shots = _check_pictures(pictures)
    resolved = RESOLVED if shots.dtype == np.uint8 else 0.0
    places, lengths = [0], [0.0]
    for place in range(1, len(shots)):
        step = _difference(shots[places[-1]], shots[place])
        if step >= resolved or place == len(shots) - 1:
            places.append(place)
            lengths.append(lengths[-1] + step)
    return np.interp(np.arange(len(shots)), places, lengths)


def _difference(picture: NDArray[Any], other: NDArray[Any]) -> float:
    scale = 255.0 if picture.dtype == np.uint8 else 1.0
    apart = picture.astype(np.float32) - other.astype(np.float32)
    return float(np.sqrt(np.square(apart).mean(dtype=np.float64))) / scale


def _check_pictures(pictures: NDArray[Any]) -> NDArray[Any]:
    shots = np.asarray(pictures)
    if (
        shots.ndim < 2
        or shots.size == 0
        or not (shots.dtype == np.uint8 or shots.dtype.kind == "f")
    ):
        raise ValueError(
            "Pictures are uint8 or floats, (M, H, W, C) or (M, P) with M of at least 1; these are "
            f"{shots.dtype} of shape {shots.shape}."
        )
    if shots.dtype.kind == "f" and not np.isfinite(shots).all():
        raise ValueError("Pictures must be finite; some of these are NaN or infinite.")
    return shots
