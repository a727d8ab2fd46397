"""What tells two groups of codes apart, and what to add to a code to go from one to the other.

Everything is computed in NumPy from codes, yes/no labels and the people shown; no network.

The mean difference of two groups also holds what merely goes along with the attribute (pose, light,
who smiles). Its opposite, the discriminant *filter* ``inverse(S) @ d``, is no *pattern* to add
(Haufe et al., "On the interpretation of weight vectors of linear models", NeuroImage 2014): it
amplifies what hardly varies. What lies between is added here, ``inverse(S + ridge * mean variance)
@ d``: axes that vary much for other reasons are held back, the others keep the pattern. All of it
happens in coordinates in which length is change of the picture, where a space knows them.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal, Self, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit

Floats = NDArray[np.float64]
Codes = NDArray[np.float32]
Method = Literal["means", "discriminant", "pairs", "neighbours", "logistic"]

METHODS: tuple[Method, ...] = get_args(Method)
TOO_FEW = 5
"""With fewer examples a side there is no direction; with fewer people a side, no AUC."""
RIDGE = 0.3
CAUTION = 1.5
"""How many times its expected noise a block of axes must hold before it counts."""
NEIGHBOURS = 5


@dataclass(frozen=True, eq=False)
class Examples:
    """Codes with a yes or no each, and who is on them.

    Attributes:
        codes: float ``(N, D)``, finite.
        labels: bool ``(N,)``, True: has the attribute.
        groups: ``(N,)`` ids of the people, integers or text.
        mirrored: float ``(N, D)``, codes of the same pictures mirrored, or None. With them, left
            and right cancel: pose and light from one side are no part of any direction.

    Raises:
        ValueError: for other shapes, codes that are not finite, labels that are not bool.
    """

    codes: Floats
    labels: NDArray[np.bool_]
    groups: NDArray[np.generic]
    mirrored: Floats | None = None

    def __post_init__(self) -> None:
        codes = _finite_codes(self.codes)
        labels, groups = np.asarray(self.labels), np.asarray(self.groups)
        if labels.dtype != np.bool_ or labels.shape != codes.shape[:1]:
            raise ValueError(
                f"{len(codes)} codes need as many labels, True or False; "
                f"got {labels.dtype} of shape {labels.shape}. Leave out what has no label."
            )
        if groups.shape != labels.shape:
            raise ValueError(f"{len(codes)} codes need a person each, got shape {groups.shape}.")
        mirrored = None if self.mirrored is None else _finite_codes(self.mirrored)
        if mirrored is not None and mirrored.shape != codes.shape:
            raise ValueError(
                f"Codes of mirrored pictures have shape {mirrored.shape}, not {codes.shape}."
            )
        for name, value in zip(
            self.__annotations__, (codes, labels, groups, mirrored), strict=True
        ):
            object.__setattr__(self, name, value)

    def take(self, rows: ArrayLike) -> Self:
        """Those of the given rows, indices or a bool mask."""
        at = np.asarray(rows)
        mirrored = None if self.mirrored is None else self.mirrored[at]
        return replace(
            self,
            codes=self.codes[at],
            labels=self.labels[at],
            groups=self.groups[at],
            mirrored=mirrored,
        )


@dataclass(frozen=True, eq=False)
class CodeSpace:
    """How codes vary, and how much of a picture each of their directions changes.

    Attributes:
        axes: float64 ``(D, D)``; ``codes @ axes`` are coordinates along principal axes, the widest
            first, in which Euclidean length is change of the decoded picture.
        variances: float64 ``(D,)`` of codes along them, shrunk (Ledoit and Wolf, 2004).
    """

    axes: Floats
    variances: Floats

    @classmethod
    def fit(cls, codes: ArrayLike, *, pictures: NDArray[np.generic] | None = None) -> Self:
        """Learn it from unlabelled codes, best those of all training pictures.

        Args:
            codes: ``(N, D)``, finite, N >= 2.
            pictures: ``(M, ...)`` decoded from the first M codes, any range, M > D. They say how
                far a picture changes along each direction; None: as far along all.

        Raises:
            ValueError: for too few codes or pictures.
        """
        rows = _finite_codes(codes)
        if len(rows) < 2 or (
            pictures is not None and not rows.shape[1] < len(pictures) <= len(rows)
        ):
            raise ValueError(
                "A code space needs at least 2 codes and, where there are pictures, more of them "
                f"than a code has numbers; got {len(rows)} codes of {rows.shape[1]} numbers"
                + ("." if pictures is None else f" and {len(pictures)} pictures.")
            )
        root = np.eye(rows.shape[1]) if pictures is None else picture_root(rows, pictures)
        inner = (rows - rows.mean(axis=0)) @ root
        covariance = inner.T @ inner / len(inner)
        even = np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
        spread = np.square(covariance - even).sum()
        noise = np.square(inner).sum(axis=1) @ np.square(inner).sum(axis=1) / len(inner)
        noise = (noise - np.square(covariance).sum()) / len(inner)
        share = min(1.0, noise / spread) if spread > 0 else 1.0
        variances, vectors = np.linalg.eigh((1 - share) * covariance + share * even)
        return cls(root @ vectors[:, ::-1], np.maximum(variances[::-1], 0.0))


def find_direction(
    examples: Examples,
    *,
    method: Method = "discriminant",
    space: CodeSpace | None = None,
    ridge: float = RIDGE,
) -> Codes:
    """The edit of strength 1, float32 ``(D,)``: as long as the difference of the groups' means.

    Args:
        examples: at least five a side.
        method: ``means``: the plain difference. The others: a difference, its noise taken off
            (James-Stein by octaves of axes), then the ridge of this module's head.
            ``discriminant``: of the groups' means; ``pairs``: within each person who has both;
            ``neighbours``: between each yes and the five most similar no. ``logistic``: regression
            with that ridge.
        space: from all training codes; None: from the examples, within the two groups.
        ridge: as a share of the mean variance; 0: the pure filter.

    Raises:
        ValueError: for fewer than five a side, groups of equal means, fewer than five people with
            both (``pairs``), an unknown method or a negative ridge.
    """
    check_enough(examples)
    if method not in METHODS:
        raise ValueError(f"There is no method {method!r}; there is {', '.join(METHODS)}.")
    if not (ridge >= 0 and math.isfinite(ridge)):
        raise ValueError(f"The ridge is a number of at least 0, got {ridge}.")
    if method == "pairs" and people_with_both(examples) < TOO_FEW:
        raise ValueError(
            f"The method 'pairs' needs at least {TOO_FEW} people with pictures of both kinds; "
            "take another method."
        )
    return find_edit(examples, method, space or own_space(examples), ridge)


def _finite_codes(codes: ArrayLike) -> Floats:
    rows = np.asarray(codes, np.float64)
    if rows.ndim != 2 or 0 in rows.shape:
        raise ValueError(f"Expected codes of shape (N, D), got {rows.shape}.")
    if not np.isfinite(rows).all():
        raise ValueError("Expected finite codes; some of these are NaN or infinite.")
    return rows


def check_enough(examples: Examples) -> None:
    """Raise ValueError where a side has too few examples."""
    yes, no = int(examples.labels.sum()), int((~examples.labels).sum())
    if min(yes, no) < TOO_FEW:
        raise ValueError(
            f"A direction needs at least {TOO_FEW} examples a side; there are {yes} with the "
            f"attribute and {no} without it. Label more pictures."
        )


def people_with_both(examples: Examples) -> int:
    """Count the people who have pictures of both kinds."""
    yes, no = examples.groups[examples.labels], examples.groups[~examples.labels]
    return len(np.intersect1d(yes, no))


def picture_root(codes: Floats, pictures: NDArray[np.generic]) -> Floats:
    """Symmetric root ``(D, D)`` of the mean metric that pictures ``(M, ...)`` give the codes."""
    pixels = pictures.reshape(len(pictures), -1).astype(np.float32)
    used = codes[: len(pixels)]
    # The decoder as a linear map: least squares from codes to pixels.
    inverse = np.linalg.pinv(used - used.mean(axis=0)).astype(np.float32)
    linear = (inverse @ (pixels - pixels.mean(axis=0))).astype(np.float64)
    values, vectors = np.linalg.eigh(linear @ linear.T)
    if not values.mean() > 0:
        raise ValueError("The pictures do not differ; decode the codes to get others.")
    # No direction counts as free: along one that changes nothing an edit would be endless.
    values = np.maximum(values / values.mean(), 1e-3)
    return np.asarray(vectors * np.sqrt(values) @ vectors.T)


def own_space(examples: Examples) -> CodeSpace:
    """The space of the examples' codes within the two groups."""
    labels, codes = examples.labels, examples.codes
    if examples.mirrored is not None:
        labels, codes = np.tile(labels, 2), np.concatenate([codes, examples.mirrored])
    centres = np.where(labels[:, None], codes[labels].mean(axis=0), codes[~labels].mean(axis=0))
    return CodeSpace.fit(codes - centres)


def find_edit(examples: Examples, method: Method, space: CodeSpace, ridge: float) -> Codes:
    """``find_direction`` without its checks: folds may be smaller than what is asked of a user."""
    labels, codes = examples.labels, examples.codes
    length = np.linalg.norm(codes[labels].mean(axis=0) - codes[~labels].mean(axis=0))
    if not length > 0:
        raise ValueError("The two groups have the same mean code: there is no direction.")
    if examples.mirrored is not None:
        codes = (codes + examples.mirrored) / 2
    inner = codes @ space.axes
    mean = float(space.variances.mean()) or 1.0
    held_back = np.maximum(space.variances + ridge * mean, 1e-9 * mean)
    if method == "means":
        edit = inner[labels].mean(axis=0) - inner[~labels].mean(axis=0)
    elif method == "logistic":
        edit = _logistic(inner, labels, held_back, ridge * mean / held_back)
    else:
        if method == "pairs":
            difference, noise = _within_people(inner, labels, examples.groups)
        elif method == "neighbours":
            difference, noise = _to_neighbours(inner, labels, space.variances + RIDGE * mean)
        else:
            difference, noise = _between_means(inner, labels)
        edit = _denoised(difference, noise, space) / held_back
    vector = np.linalg.solve(space.axes.T, edit)
    return np.asarray(vector * (length / np.linalg.norm(vector)), np.float32)


def _between_means(inner: Floats, labels: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Difference of the groups' means ``(D,)`` and its variance ``(D,)``."""
    yes, no = inner[labels], inner[~labels]
    noise = yes.var(axis=0, ddof=1) / len(yes) + no.var(axis=0, ddof=1) / len(no)
    return yes.mean(axis=0) - no.mean(axis=0), noise


def _within_people(
    inner: Floats, labels: NDArray[np.bool_], groups: NDArray[np.generic]
) -> tuple[Floats, Floats]:
    """The same within each person who has both, averaged by how much each person's pair tells."""
    people, person = np.unique(groups, return_inverse=True)
    counts = [np.bincount(person[side], minlength=len(people)) for side in (labels, ~labels)]
    both = np.flatnonzero((counts[0] > 0) & (counts[1] > 0))
    weights = 1 / (1 / counts[0][both] + 1 / counts[1][both])
    weights /= weights.sum()
    sums = np.zeros((2, len(people), inner.shape[1]))
    np.add.at(sums, ((~labels).astype(int), person), inner)
    pairs = sums[0, both] / counts[0][both, None] - sums[1, both] / counts[1][both, None]
    difference = weights @ pairs
    return difference, np.square(weights) @ np.square(pairs - difference)


def _to_neighbours(
    inner: Floats, labels: NDArray[np.bool_], widths: Floats
) -> tuple[Floats, Floats]:
    """The same between each yes and its nearest no, compared across the discriminant."""
    yes, no = inner[labels], inner[~labels]
    # Across the filter, not across the difference, whose greater part may be what goes along.
    unit = (yes.mean(axis=0) - no.mean(axis=0)) / widths
    unit /= np.linalg.norm(unit)
    flat_yes, flat_no = (side - np.outer(side @ unit, unit) for side in (yes, no))
    squares, nearest = np.square(flat_no).sum(axis=1), min(NEIGHBOURS, len(no))
    matched = np.empty_like(yes)
    for start in range(0, len(yes), 1000):
        distances = squares - 2 * flat_yes[start : start + 1000] @ flat_no.T
        found = np.argpartition(distances, nearest - 1, axis=1)[:, :nearest]
        matched[start : start + 1000] = no[found].mean(axis=1)
    pairs = yes - matched
    return pairs.mean(axis=0), pairs.var(axis=0, ddof=1) / len(pairs)


def _denoised(difference: Floats, noise: Floats, space: CodeSpace) -> Floats:
    """Block James-Stein shrinkage of axes 0-3, 4-7, 8-15, 16-31 and so on (Cai, 1999)."""
    floor = 0.01 * space.variances * noise.sum() / (space.variances.sum() or 1.0)
    signal = np.square(difference) / np.maximum(np.maximum(noise, floor), 1e-30)
    kept = np.ones(len(difference))
    start, end = 0, 4
    while start < len(kept):
        block = signal[start:end]
        if len(block) > 2:
            kept[start:end] = max(0.0, 1 - CAUTION * len(block) / max(float(block.sum()), 1e-30))
        start, end = end, 2 * end
    # Nothing but noise: then the noisy difference, and an AUC that says so.
    return difference * kept if (difference * kept).any() else difference


def _logistic(inner: Floats, labels: NDArray[np.bool_], widths: Floats, penalty: Floats) -> Floats:
    """Weights ``(D,)`` of a logistic regression; ``penalty`` ``(D,)`` in units of ``widths``."""
    wide = np.sqrt(widths)
    rows = np.column_stack([(inner - inner.mean(axis=0)) / wide, np.ones(len(inner))])
    signs = np.where(labels, 1.0, -1.0)
    # As the discriminant's ridge: near zero the loss curves like share * (1 - share) * variance.
    strength = np.append(penalty * labels.mean() * (1 - labels.mean()), 0.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        margins = signs * (rows @ weights)
        value = np.logaddexp(0, -margins).mean() + (strength * weights) @ weights / 2
        return float(value), strength * weights - rows.T @ (signs * expit(-margins)) / len(rows)

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x[:-1] / wide)
