"""Curves of codes made shorter in picture space, by a decoder that gives no derivatives."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoencoders.paths import Codes, Points

Decode = Callable[[Codes], NDArray[Any]]
"""From float32 codes ``(B, D)`` to pictures ``(B, ...)``, uint8 or floats."""
Floats = NDArray[np.float32]

KNOTS = 16
"""Straight pieces of a curve while it is relaxed."""
ROUNDS = 3
"""How often the derivatives are measured anew at most."""
FEW = 8
"""Numbers of a code up to which every knot has derivatives of its own, else three stand for all."""
WORTHWHILE = {"few": 0.01, "many": 0.1}
"""A round that lowers the energy by a smaller share is the last; of many numbers each is dear."""
MOST_DIRECTIONS = 128
"""Directions in which a curve may move in one round."""
DAMPING = 1e-2
"""Added to the curvature in every direction, as a share of the mean one."""
MOST_NUMBERS = 2048
"""Of larger pictures so many numbers, evenly drawn, stand for all."""


class CountingDecoder:
    """Decodes, counts, and knows when the budget is spent; pictures as rows of floats on 0..1."""

    def __init__(self, decode: Decode, budget: int) -> None:
        self._decode = decode
        self.budget = budget
        self.decoded = 0
        self._kept: NDArray[np.int64] | None = None

    def left(self) -> int:
        """How many more pictures may be decoded."""
        return self.budget - self.decoded

    def pictures(self, codes: Points) -> NDArray[Any]:
        """Whole pictures as they come."""
        self.decoded += len(codes)
        pictures = np.asarray(self._decode(codes.astype(np.float32)))
        if len(pictures) != len(codes) or pictures.ndim < 2:
            raise ValueError(
                f"decode must give one picture for each code, ({len(codes)}, ...); it gave "
                f"{pictures.shape}."
            )
        return pictures

    def numbers(self, codes: Points) -> Floats:
        """Rows ``(B, P)`` of some of the pictures' numbers, P at most ``MOST_NUMBERS``."""
        return self.rows(self.pictures(codes))

    def rows(self, pictures: NDArray[Any]) -> Floats:
        """Rows of decoded pictures."""
        flat = pictures.reshape(len(pictures), -1)
        if self._kept is None:
            # A fixed draw and not every n-th number, which might be one colour or one column.
            every = np.random.default_rng(0).permutation(flat.shape[1])
            self._kept = np.sort(every[:MOST_NUMBERS])
        scale = np.float32(255 if flat.dtype == np.uint8 else 1)
        rows = flat[:, self._kept].astype(np.float32) / scale
        if not np.isfinite(rows).all():
            raise ValueError("decode must give finite pictures; some of these are NaN or infinite.")
        return rows


def relax(
    curve: Points, decoder: CountingDecoder, budget: int, random: np.random.Generator
) -> Points:
    """Lower the energy of a leg ``(KNOTS + 1, D)`` with at most ``budget`` decodes; ends stay."""
    step = float(np.linalg.norm(np.diff(curve, axis=0), axis=1).mean())
    size, inner = curve.shape[1], KNOTS - 1
    stop = decoder.decoded + budget
    if step == 0 or budget < 4 * KNOTS:
        return curve
    shown = decoder.numbers(curve)
    places = np.arange(1, KNOTS) if size <= FEW else np.array([1, KNOTS // 2, KNOTS - 1])
    for rounds_left in range(ROUNDS, 0, -1):
        affordable = ((stop - decoder.decoded) // rounds_left - 3 * inner) // len(places)
        if affordable < 1:
            break
        axes = _axes(size, min(size, affordable, MOST_DIRECTIONS), random)
        slopes = _slopes(curve, shown, places, axes, step, decoder)
        moves = _gauss_newton(shown, slopes) @ axes
        moved = _first_better(curve, shown, moves, decoder)
        if moved is None:
            break
        gain = 1 - _energy(moved[1]) / _energy(shown)
        curve, shown = moved
        if gain < WORTHWHILE["few" if size <= FEW else "many"]:
            break
    return curve


def _axes(size: int, count: int, random: np.random.Generator) -> Points:
    """Orthonormal directions ``(count, size)``: all of them, or random ones."""
    if count == size:
        return np.eye(size)
    return np.ascontiguousarray(np.linalg.qr(random.standard_normal((size, count)))[0].T)


def _slopes(
    curve: Points,
    shown: Floats,
    places: NDArray[np.int64],
    axes: Points,
    step: float,
    decoder: CountingDecoder,
) -> Floats:
    """Change of the picture per unit along each axis at each inner knot, ``(KNOTS - 1, R, P)``.

    Secants of the length of a piece: shorter ones would drown in the rounding of uint8 pictures.
    """
    beside = (curve[places][:, None] + step * axes[None]).reshape(-1, curve.shape[1])
    changed = decoder.numbers(beside).reshape(len(places), len(axes), -1)
    slopes = (changed - shown[places][:, None]) / np.float32(step)
    knots = np.arange(1, KNOTS)
    if len(places) == len(knots):
        return np.asarray(slopes, np.float32)
    at = np.interp(knots, places, np.arange(len(places)))
    below = np.minimum(at.astype(np.int64), len(places) - 2)
    part = (at - below).astype(np.float32)[:, None, None]
    return np.asarray((1 - part) * slopes[below] + part * slopes[below + 1], np.float32)


def _gauss_newton(shown: Floats, slopes: Floats) -> Points:
    """Moves ``(KNOTS - 1, R)`` that make the linearised curve's energy least, a little damped."""
    inner, count = slopes.shape[:2]
    across = slopes.transpose(0, 2, 1)
    jumps = np.diff(shown, axis=0)  # (KNOTS, P)
    pull = (slopes @ (jumps[1:] - jumps[:-1])[:, :, None]).astype(np.float64)
    own = 2.0 * (slopes @ across).astype(np.float64)
    stiffness = float(np.trace(own, axis1=1, axis2=2).mean()) / count
    if stiffness == 0.0:  # Nothing that could move changes any picture.
        return np.zeros((inner, count))
    own += DAMPING * stiffness * np.eye(count)
    following = -(slopes[:-1] @ across[1:]).astype(np.float64)
    # Knots touch only their neighbours: elimination forwards, substitution backwards.
    for k in range(inner - 1):
        factor = np.linalg.solve(own[k], following[k]).T
        own[k + 1] -= factor @ following[k]
        pull[k + 1] -= factor @ pull[k]
    moves = np.zeros((inner, count, 1))
    for k in reversed(range(inner)):
        beyond = following[k] @ moves[k + 1] if k + 1 < inner else 0.0
        moves[k] = np.linalg.solve(own[k], pull[k] - beyond)
    return moves[:, :, 0]


def _first_better(
    curve: Points, shown: Floats, moves: Points, decoder: CountingDecoder
) -> tuple[Points, Floats] | None:
    """The curve moved wholly, half or a quarter as far, if that lowers its energy."""
    for share in (1.0, 0.5, 0.25):
        moved = curve.copy()
        moved[1:-1] += share * moves
        pictures = shown.copy()
        pictures[1:-1] = decoder.numbers(moved[1:-1])
        if _energy(pictures) < _energy(shown):
            return moved, pictures
    return None


def _energy(shown: Floats) -> float:
    """Sum of squared changes from knot to knot; least where they are few and all as large."""
    return float(np.square(np.diff(shown, axis=0)).sum(dtype=np.float64))
