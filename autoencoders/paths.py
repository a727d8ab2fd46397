"""Ways from code to code, in NumPy alone: straight, about a centre, over a square, by analogy.

Here are the ways that need the waypoints alone; ``density`` has the one that follows the data and
``geodesics`` the one that changes the picture least.  All have the same frames: the waypoints
stand at ``waypoint_frames`` and every leg between two of them has the same number of steps, or
one more.  ``pacing`` spaces the frames of any of them anew.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Codes = NDArray[np.float32]
Points = NDArray[np.float64]
Leg = Callable[[int, Points], Points]
"""Gives the points ``(n, D)`` of leg number k at shares ``(n,)`` of it, 0 its start, 1 its end."""

Kind = Literal["straight", "spherical", "density", "geodesic"]
"""How a path goes from waypoint to waypoint."""

FEWEST_WAYPOINTS, MOST_WAYPOINTS = 2, 8
MOST_FRAMES = 4096
_PARALLEL = 1e-6
"""Sine of an angle that counts as none."""


def straight(waypoints: ArrayLike, frames: int) -> Codes:
    """Go along straight lines, at an even speed on each.

    Args:
        waypoints: ``(K, D)``, K from 2 to 8, finite; two equal ones in a row are a rest.
        frames: codes of the path, K to 4096.

    Returns:
        float32 ``(frames, D)``; the waypoints stand at ``waypoint_frames``, exactly.

    Raises:
        ValueError: for other waypoints or another number of frames.
    """
    points = check_waypoints(waypoints)

    def leg(k: int, share: Points) -> Points:
        return np.asarray((1 - share)[:, None] * points[k] + share[:, None] * points[k + 1])

    return assemble(points, frames, leg)


def spherical(waypoints: ArrayLike, frames: int, *, centre: ArrayLike | None = None) -> Codes:
    """Turn about a centre at an even angular speed: slerp (Shoemake, 1985), leg by leg.

    The distance from the centre, constant there, changes linearly here.  It suits codes that lie
    on a shell around the centre, as those of a Gaussian prior with many numbers do.

    Where two waypoints have no angle between them, or one is the centre itself, the leg is the
    straight line.  Between opposite waypoints every half circle is as short; the one chosen leaves
    the first towards the coordinate axis that is nearest to a right angle to it (the first such
    axis, its positive side).  Codes of one number have no such axis: the straight line.

    Args:
        waypoints, frames: as for ``straight``.
        centre: ``(D,)``, finite; default: the origin.

    Returns:
        float32 ``(frames, D)``, as ``straight``.

    Raises:
        ValueError: as ``straight``, or for a centre of another shape or not finite.
    """
    points = check_waypoints(waypoints)
    middle = np.zeros(points.shape[1]) if centre is None else np.asarray(centre, np.float64)
    if middle.shape != points.shape[1:] or not np.isfinite(middle).all():
        raise ValueError(
            f"The centre must be {points.shape[1]} finite numbers, as the waypoints are; "
            f"its shape is {middle.shape}."
        )
    arms = points - middle

    def leg(k: int, share: Points) -> Points:
        t = share[:, None]
        turned = _turn(arms[k], arms[k + 1], t)
        if turned is None:
            return np.asarray((1 - t) * points[k] + t * points[k + 1])
        radius = (1 - t) * np.linalg.norm(arms[k]) + t * np.linalg.norm(arms[k + 1])
        return np.asarray(middle + radius * turned)

    return assemble(points, frames, leg)


def _turn(start: Points, end: Points, share: Points) -> Points | None:
    """Unit vectors ``(n, D)`` from one direction to another; None where the straight line goes."""
    lengths = np.linalg.norm(start), np.linalg.norm(end)
    if min(lengths) <= _PARALLEL * max(lengths):
        return None
    first, last = start / lengths[0], end / lengths[1]
    along = float(first @ last)
    across = last - along * first
    sine = float(np.linalg.norm(across))
    if sine < _PARALLEL:
        if along > 0 or len(start) == 1:
            return None
        axis = int(np.argmin(np.round(np.abs(first), 6)))
        across = np.eye(len(start))[axis] - first[axis] * first
        sine = 0.0
    across /= np.linalg.norm(across)
    angle = np.arctan2(sine, along) * share
    return np.asarray(np.cos(angle) * first + np.sin(angle) * across)


def analogy(a: ArrayLike, b: ArrayLike, c: ArrayLike) -> Codes:
    """Answer "a is to b as c is to what": ``c + (b - a)``, float32 of the shape of ``a``.

    Mikolov et al. (2013) did so with words.

    Args:
        a, b, c: ``(D,)`` or ``(N, D)``, one shape, finite.

    Raises:
        ValueError: for different shapes, or numbers that are not finite.
    """
    first, second, third = (np.asarray(code, np.float64) for code in (a, b, c))
    if not first.shape == second.shape == third.shape or first.ndim not in (1, 2):
        raise ValueError(
            "An analogy needs three codes of one shape, (D,) or (N, D); these have "
            f"{first.shape}, {second.shape} and {third.shape}."
        )
    answer = third + (second - first)
    if not np.isfinite(answer).all():
        raise ValueError("An analogy needs finite codes; some of these are NaN or infinite.")
    return answer.astype(np.float32)


def corners(four: ArrayLike, rows: int, cols: int) -> Codes:
    """Fill a square whose corners are four codes, bilinearly.

    Args:
        four: ``(4, D)``, finite: top left, top right, bottom left, bottom right.
        rows, cols: nodes down and across, at least 2 each, 4096 in all at most.

    Returns:
        float32 ``(rows * cols, D)``, row by row from the top as ``latent.grid_codes``; the corners
        are exact.

    Raises:
        ValueError: for another shape, codes that are not finite, or another number of nodes.
    """
    codes = np.asarray(four, np.float64)
    if codes.ndim != 2 or len(codes) != 4 or codes.shape[1] == 0:
        raise ValueError(f"A square needs four codes, (4, D); these have shape {codes.shape}.")
    if not np.isfinite(codes).all():
        raise ValueError("A square needs finite codes; some of these are NaN or infinite.")
    if min(rows, cols) < 2 or rows * cols > MOST_FRAMES:
        raise ValueError(
            f"A square needs at least 2 rows and 2 columns and at most {MOST_FRAMES} nodes, got "
            f"{rows} x {cols}."
        )
    down, across = np.linspace(0, 1, rows)[:, None], np.linspace(0, 1, cols)[None, :, None]
    left = (1 - down) * codes[0] + down * codes[2]
    right = (1 - down) * codes[1] + down * codes[3]
    square = (1 - across) * left[:, None] + across * right[:, None]  # (rows, cols, D)
    return np.asarray(square.reshape(rows * cols, -1), np.float32)


def waypoint_frames(count: int, frames: int) -> NDArray[np.int64]:
    """Which frame each of ``count`` waypoints is, int64 ``(count,)``: the first, ..., the last.

    Raises:
        ValueError: for fewer frames than waypoints.
    """
    check_frames(frames, least=count)
    legs = count - 1
    return (np.arange(count) * (frames - 1) + legs // 2) // legs


def assemble(points: Points, frames: int, leg: Leg) -> Codes:
    """Put the legs of a path together, float32 ``(frames, D)``, the waypoints exactly.

    Raises:
        ValueError: for fewer frames than waypoints.
    """
    places = waypoint_frames(len(points), frames)
    path = np.empty((frames, points.shape[1]))
    for k, (start, end) in enumerate(pairwise(places)):
        path[start : end + 1] = leg(k, np.linspace(0, 1, end - start + 1))
    path[places] = points
    return path.astype(np.float32)


def along(curve: Points, share: Points) -> Points:
    """Points ``(n, D)`` at shares ``(n,)``, 0 to 1, of the length of a polyline ``(M, D)``."""
    way = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    if way[-1] == 0:
        return np.repeat(curve[:1], len(share), axis=0)
    at = np.interp(share * way[-1], way, np.arange(len(way)))
    before = np.minimum(at.astype(np.int64), len(curve) - 2)
    part = (at - before)[:, None]
    return np.asarray((1 - part) * curve[before] + part * curve[before + 1])


def check_waypoints(waypoints: ArrayLike) -> Points:
    """Return waypoints as float64 ``(K, D)``.

    Raises:
        ValueError: for fewer than 2 or more than 8, another shape, or numbers that are not finite.
    """
    points = check_codes(waypoints, what="waypoints")
    if not FEWEST_WAYPOINTS <= len(points) <= MOST_WAYPOINTS:
        raise ValueError(
            f"A path has {FEWEST_WAYPOINTS} to {MOST_WAYPOINTS} waypoints, got {len(points)}."
        )
    return points


def check_codes(codes: ArrayLike, *, what: str = "codes") -> Points:
    """Return codes as float64 ``(N, D)``.

    Raises:
        ValueError: for no code, another shape, or numbers that are not finite in float32.
    """
    points = np.asarray(codes, np.float64)
    if points.ndim != 2 or points.size == 0:
        raise ValueError(
            f"The {what} must have shape (N, D) with N and D of at least 1, got {points.shape}."
        )
    if not (np.abs(points) <= np.finfo(np.float32).max).all():
        raise ValueError(f"The {what} must be finite; some are NaN, infinite or beyond float32.")
    return points


def check_frames(frames: int, *, least: int) -> None:
    """Refuse a number of frames below ``least`` or above 4096.

    Raises:
        ValueError: for one.
    """
    if not least <= frames <= MOST_FRAMES:
        raise ValueError(f"This path has {least} to {MOST_FRAMES} frames, not {frames}.")
