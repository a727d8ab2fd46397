"""How sharp a map is between two people: the stacked one with its individuals, and a plain one.

Half way between a photograph and its nearest other person there is nobody. A plain model of two
numbers draws the average of the neighbourhood there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoencoders.dataset import Dataset
from autoencoders.inference import Engine
from autoencoders.metrics import sharpness
from benchmarks.report import Figure

Codes = NDArray[np.float32]

PAIRS, SEED = 500, 0
SHARPER, WORSE = 1.5, 1.03


@dataclass(frozen=True)
class Pairs:
    """Photographs and the nearest other person of each: rows ``(B,)`` of one dataset."""

    ones: NDArray[np.intp]
    others: NDArray[np.intp]


def nearest_others(
    codes: Codes, groups: NDArray[np.int64], *, count: int = PAIRS, seed: int = SEED
) -> Pairs:
    """Draw photographs, each with the nearest one (Euclidean) of another person.

    Args:
        codes: ``(N, D)``.
        groups: ``(N,)``, photographs of one person share a number.
        count: how many; all of them where there are no more.
        seed: of the draw, in which no photograph is drawn twice.

    Raises:
        ValueError: where there is one person only.
    """
    if len(np.unique(groups)) < 2:
        raise ValueError("Between one person and another takes two people; there is one.")
    drawn = np.random.default_rng(seed).permutation(len(codes))[:count]
    others = np.empty(len(drawn), np.intp)
    for place, row in enumerate(drawn):
        distances = np.square(codes - codes[row], dtype=np.float64).sum(axis=1)
        distances[groups == groups[row]] = np.inf
        others[place] = distances.argmin()
    return Pairs(drawn, others)


def sharpness_between(
    engine: Engine, codes: Codes, pairs: Pairs, *, detail: float = 0.0
) -> NDArray[np.float32]:
    """Sharpness, float32 ``(B,)``, of what a model draws half way, in its own code.

    Args:
        engine: the model.
        codes: its codes ``(N, D)`` of the photographs.
        pairs: between which.
        detail: see ``Engine.to_base``.
    """
    middles = (codes[pairs.ones] + codes[pairs.others]) / 2
    return sharpness(engine.decode_base(engine.to_base(middles, detail=detail)))


def measure(stacked: Engine, plain: Engine | None, data: Dataset) -> list[Figure]:
    """Measure both models on the same pairs; without the plain one, only the stacked one.

    Raises:
        ValueError: for a model without individuals, or a dataset without people.
    """
    if not stacked.has_detail:
        raise ValueError(f"{stacked.name} has no individuals to people its map with.")
    if data.groups is None:
        raise ValueError(f"{data.name} does not say who is on its pictures.")
    codes = stacked.encode(data.images)
    pairs = nearest_others(codes, data.groups)
    peopled = _mean(sharpness_between(stacked, codes, pairs, detail=1.0))
    average = _mean(sharpness_between(stacked, codes, pairs))
    error = _mean(stacked.score(data.images).mse)
    seen = _mean(sharpness(data.images[pairs.ones]))
    figures = [
        Figure("pairs", "pairs of test photographs", len(pairs.ones), f"{len(pairs.ones)}"),
        _laplacian("sharpness_photographs", "  sharpness, the photographs", seen),
        _laplacian("sharpness_1", f"  half way, {stacked.name}, detail 1", peopled),
        _laplacian("sharpness_0", f"  half way, {stacked.name}, detail 0", average),
        Figure("mse_0", f"error of {stacked.name}, detail 0", error, f"{error:.5f}"),
    ]
    if plain is None:
        return figures
    other = _mean(sharpness_between(plain, plain.encode(data.images), pairs))
    worse = _mean(plain.score(data.images).mse)
    ratio, errors = peopled / other, error / worse
    return [
        *figures,
        _laplacian("sharpness_plain", f"  half way, {plain.name}", other),
        Figure("mse_plain", f"error of {plain.name}", worse, f"{worse:.5f}"),
        Figure(
            "sharper", f"half way, times as sharp as {plain.name}", ratio, f"{ratio:.2f}",
            f"at least {SHARPER:g}", ratio >= SHARPER,
        ),
        Figure(
            "error", f"error at detail 0, of {plain.name}'s", errors, f"{errors:.3f}",
            f"at most {WORSE:g}", errors <= WORSE,
        ),
    ]  # fmt: skip


def _mean(values: NDArray[np.float32]) -> float:
    return float(values.mean(dtype=float))


def _laplacian(key: str, name: str, value: float) -> Figure:
    return Figure(key, name, value, f"{value:.5f}")
