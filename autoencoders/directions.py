"""Attribute directions: an edit for each attribute, how to score a code, and how far to trust it.

How an edit is found is ``contrast``'s business.
"""

import math
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autoencoders.contrast import (
    METHODS,
    RIDGE,
    TOO_FEW,
    Codes,
    CodeSpace,
    Examples,
    Floats,
    Method,
    check_enough,
    find_direction,
    find_edit,
    own_space,
    people_with_both,
)


@dataclass(frozen=True)
class Area:
    """Area under the ROC curve on people held out, with a 95% interval."""

    value: float
    low: float
    high: float

    @property
    def says_something(self) -> bool:
        """Whether chance, 0.5, lies below the interval."""
        return self.low > 0.5


@dataclass(frozen=True, eq=False)
class Direction:
    """What to add to a code for an attribute, how to score a code for it, and what is known of it.

    Attributes:
        name, method: the attribute, and how its direction was found.
        vector: float32 ``(D,)``; add ``strength * vector``. Strength 1 is as long (Euclidean) as
            the difference of the two groups' mean codes.
        axis: float32 ``(D,)``, unit: what scores a code, differs from ``vector`` where a code's
            numbers do not change the picture equally.
        offset, scale: along ``axis``, the midpoint of the groups' means and their distance.
        count_yes, count_no: examples it was found from.
        area: 5-fold over people; None where people are too few to hold some out.
        effects: by name of another attribute, the change of its score for strength 1.
    """

    name: str
    vector: Codes
    axis: Codes
    offset: float
    scale: float
    method: Method
    count_yes: int
    count_no: int
    area: Area | None = None
    effects: Mapping[str, float] = field(default_factory=dict)

    def score(self, codes: ArrayLike) -> Floats:
        """How far codes ``(N, D)`` are on the yes side: the groups' means score +0.5 and -0.5."""
        along = np.asarray(codes, np.float64) @ self.axis.astype(np.float64)
        return np.asarray((along - self.offset) / self.scale)

    @property
    def trust(self) -> str:
        """The AUC in words, or that there are too few examples to say."""
        if self.area is None or not self.area.says_something:
            return "too few to say"
        return f"AUC {self.area.value:.2f} ({self.area.low:.2f} to {self.area.high:.2f})"


def fit_direction(
    name: str,
    examples: Examples,
    *,
    method: Method = "discriminant",
    space: CodeSpace | None = None,
    ridge: float = RIDGE,
    seed: int = 0,
) -> Direction:
    """Find a direction, how to score with it, and its AUC; arguments as in ``find_direction``."""
    vector = find_direction(examples, method=method, space=space, ridge=ridge)
    axis, offset, scale = _scorer(vector, examples, space or own_space(examples))
    area = cross_validated_auc(examples, method=method, space=space, ridge=ridge, seed=seed)
    yes = int(examples.labels.sum())
    no = len(examples.labels) - yes
    return Direction(name, vector, axis.astype(np.float32), offset, scale, method, yes, no, area)


def cross_validated_auc(
    examples: Examples,
    *,
    method: Method = "discriminant",
    space: CodeSpace | None = None,
    ridge: float = RIDGE,
    folds: int = 5,
    seed: int = 0,
    resamples: int = 1000,
) -> Area | None:
    """AUC of scores on people held out, none in two folds; the interval is a bootstrap over people.

    ``space`` has seen no labels, so it may come from all training codes. Returns None where fewer
    than ``folds`` people have the attribute on a picture, or lack it on one.
    """
    people, person = np.unique(examples.groups, return_inverse=True)
    fold = _folds(person, examples.labels, folds, seed)
    if fold is None:
        return None
    scores = np.zeros(len(person))
    for held in range(folds):
        training = examples.take(fold != held)
        inside = space or own_space(training)
        vector = find_edit(training, method, inside, ridge)
        axis, offset, scale = _scorer(vector, training, inside)
        scores[fold == held] = (examples.codes[fold == held] @ axis - offset) / scale
    random = np.random.default_rng(seed)
    even = np.full(len(people), 1 / len(people))
    drawn = random.multinomial(len(people), even, size=resamples)
    areas = [auroc(scores, examples.labels, weights[person]) for weights in drawn]
    low, high = np.nanpercentile(areas, [2.5, 97.5])
    return Area(auroc(scores, examples.labels), float(low), float(high))


def choose_method(
    training: Examples,
    validation: Examples,
    *,
    methods: Sequence[Method] = METHODS,
    space: CodeSpace | None = None,
    ridge: float = RIDGE,
) -> tuple[Method, dict[Method, float]]:
    """The method whose scores part validation people best, and every method's AUC there.

    ``pairs`` is left out where too few people have both. An edit is better chosen by what it does
    to pictures; this is for attributes that no one can judge on them.

    Raises:
        ValueError: for a person in both splits, fewer than five a side in either.
    """
    both = np.intersect1d(training.groups, validation.groups)
    if len(both):
        raise ValueError(
            f"{len(both)} people, {both[0]!s} for one, are in training and in validation; a person "
            "belongs to one split."
        )
    check_enough(validation)
    areas: dict[Method, float] = {}
    for method in methods:
        if method == "pairs" and people_with_both(training) < TOO_FEW:
            continue
        vector = find_direction(training, method=method, space=space, ridge=ridge)
        axis = _scorer(vector, training, space or own_space(training))[0]
        areas[method] = auroc(validation.codes @ axis, validation.labels)
    return max(areas, key=areas.__getitem__), areas


def small_groups(
    examples: Examples,
    *,
    per_side: int = 20,
    draws: int = 20,
    seed: int = 0,
    method: Method = "discriminant",
    space: CodeSpace | None = None,
    ridge: float = RIDGE,
) -> Codes:
    """Edits of strength 1 from a few examples, drawn again and again: float32 ``(draws, D)``.

    The textbook's experiment: ``per_side`` pictures with the attribute, as many without it.

    Raises:
        ValueError: where there are not as many to draw from, and as ``find_direction``.
    """
    random = np.random.default_rng(seed)
    sides = [np.flatnonzero(examples.labels), np.flatnonzero(~examples.labels)]
    if per_side > min(map(len, sides)):
        raise ValueError(
            f"{per_side} a side cannot be drawn from {len(sides[0])} with the attribute and "
            f"{len(sides[1])} without it; draw fewer."
        )
    vectors = []
    for _ in range(draws):
        rows = np.concatenate([random.choice(side, per_side, replace=False) for side in sides])
        drawn = examples.take(rows)
        vectors.append(find_direction(drawn, method=method, space=space, ridge=ridge))
    return np.stack(vectors)


def with_effects(directions: Sequence[Direction]) -> list[Direction]:
    """The same directions, each knowing what it does to the scores of all the others."""
    return [
        replace(
            one,
            effects={
                other.name: float(one.vector @ other.axis) / other.scale
                for other in directions
                if other is not one
            },
        )
        for one in directions
    ]


def angles(directions: Sequence[Direction]) -> Floats:
    """Angles between edits in degrees, float64 ``(K, K)``, 0 to 180."""
    units = np.stack([one.vector / np.linalg.norm(one.vector) for one in directions]).astype(float)
    return np.asarray(np.degrees(np.arccos(np.clip(units @ units.T, -1.0, 1.0))))


def orthogonal_part(vector: ArrayLike, others: ArrayLike) -> Codes:
    """What of ``vector`` ``(D,)`` is no mixture of ``others`` ``(K, D)``, float32 ``(D,)``.

    Raises:
        ValueError: where nothing is left: a code of D numbers has D independent directions.
    """
    edit, rest = np.asarray(vector, np.float64), np.asarray(others, np.float64)
    left = edit - rest.T @ np.linalg.lstsq(rest.T, edit)[0]
    if np.linalg.norm(left) <= 1e-5 * np.linalg.norm(edit):
        raise ValueError(
            f"This direction is a mixture of the {len(rest)} others: a code of {len(edit)} numbers "
            f"has {len(edit)} independent directions. Hold fewer fixed."
        )
    return left.astype(np.float32)


def to_bytes(directions: Sequence[Direction]) -> bytes:
    """Write the model folder's ``directions.npz``: compressed arrays, no pickle."""
    names = [one.name for one in directions]
    areas = [one.area or Area(math.nan, math.nan, math.nan) for one in directions]
    stream = BytesIO()
    np.savez_compressed(
        stream,
        allow_pickle=False,
        name=np.array(names),
        method=np.array([one.method for one in directions]),
        vector=np.stack([one.vector for one in directions]),
        axis=np.stack([one.axis for one in directions]),
        offset_scale=np.array([(one.offset, one.scale) for one in directions]),
        counts=np.array([(one.count_yes, one.count_no) for one in directions]),
        area=np.array([(area.value, area.low, area.high) for area in areas]),
        effects=np.array([[one.effects.get(n, math.nan) for n in names] for one in directions]),
    )
    return stream.getvalue()


def from_bytes(data: bytes) -> list[Direction]:
    """Read what ``to_bytes`` wrote.

    Raises:
        ValueError: for anything else.
    """
    try:
        with np.load(BytesIO(data), allow_pickle=False) as stored:
            table = {key: stored[key] for key in stored.files}
        names = table["name"].tolist()
        return [_row(table, names, index) for index in range(len(names))]
    except (
        ValueError,
        KeyError,
        IndexError,
        OSError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise ValueError(f"These are no directions of a model folder ({error}).") from error


def _row(table: Mapping[str, NDArray[np.generic]], names: list[str], index: int) -> Direction:
    """The direction of one row of the stored arrays."""
    row = {key: values[index].tolist() for key, values in table.items()}
    effects = zip(names, row["effects"], strict=True)
    return Direction(
        name=row["name"],
        vector=table["vector"][index].astype(np.float32),
        axis=table["axis"][index].astype(np.float32),
        offset=row["offset_scale"][0],
        scale=row["offset_scale"][1],
        method=row["method"],
        count_yes=row["counts"][0],
        count_no=row["counts"][1],
        area=None if math.isnan(row["area"][0]) else Area(*row["area"]),
        effects={name: effect for name, effect in effects if not math.isnan(effect)},
    )


def _scorer(vector: Codes, examples: Examples, space: CodeSpace) -> tuple[Floats, float, float]:
    """Unit axis ``(D,)`` whose product with a code grows with the edit; midpoint and distance."""
    axis = space.axes @ (space.axes.T @ vector)
    axis /= np.linalg.norm(axis)
    along = examples.codes @ axis
    yes, no = float(along[examples.labels].mean()), float(along[~examples.labels].mean())
    return axis, (yes + no) / 2, abs(yes - no) or 1.0


def _folds(
    person: NDArray[np.intp], labels: NDArray[np.bool_], folds: int, seed: int
) -> NDArray[np.intp] | None:
    """A fold for each example, people whole; those with and without the attribute spread evenly."""
    yes, no = np.bincount(person, labels) > 0, np.bincount(person, ~labels) > 0
    if min(yes.sum(), no.sum()) < folds:
        return None
    shuffled = np.random.default_rng(seed).permutation(len(yes))
    dealt = shuffled[np.argsort((yes * 2 + no)[shuffled], kind="stable")]
    fold = np.empty(len(yes), np.intp)
    fold[dealt] = np.arange(len(yes)) % folds
    return fold[person]


def auroc(scores: Floats, labels: NDArray[np.bool_], weights: ArrayLike = 1.0) -> float:
    """Share of (yes, no) pairs that ``scores`` ``(N,)`` rank rightly, ties by half; NaN: none."""
    values, place = np.unique(scores, return_inverse=True)
    weights = np.broadcast_to(np.asarray(weights, np.float64), scores.shape)
    yes = np.bincount(place, weights * labels, minlength=len(values))
    no = np.bincount(place, weights * ~labels, minlength=len(values))
    pairs = yes.sum() * no.sum()
    return float(yes @ (np.cumsum(no) - no / 2) / pairs) if pairs else math.nan
