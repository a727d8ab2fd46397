"""From labelled pictures to a model's attribute directions, one for each column of attributes."""

import numpy as np
from numpy.typing import NDArray

from autoencoders.contrast import TOO_FEW, CodeSpace, Examples, Method
from autoencoders.dataset import Dataset
from autoencoders.directions import Direction, choose_method, fit_direction, with_effects
from autoencoders.inference import Engine

MANY = 30
"""Examples a side, in training and in validation, that it takes to choose a method by."""
PICTURES = 2000
"""Training pictures whose decodings say how far a picture changes along each direction."""


def find_directions(
    engine: Engine, train: Dataset, validation: Dataset
) -> tuple[tuple[Direction, ...], tuple[str, ...]]:
    """Find a direction in the base code for every attribute that has enough examples.

    The method of each is chosen by its AUC on validation people where there are enough of them;
    then the direction is found, and its AUC measured over people, on the training and the
    validation pictures together.

    Args:
        engine: the model.
        train, validation: with attributes.

    Returns:
        the directions, and a sentence for each attribute that has none.
    """
    if train.attributes is None or validation.attributes is None:
        return (), ()
    codes = {part.split: in_both_ways(engine, part) for part in (train, validation)}
    space = code_space(engine, codes["train"][0])
    found, problems = [], []
    for column, name in enumerate(train.attribute_names):
        sides = [
            [int(np.nansum(part.attributes[:, column] == answer)) for answer in (1, 0)]
            for part in (train, validation)
            if part.attributes is not None
        ]
        fewest = int(np.sum(sides, axis=0).min())
        if fewest < TOO_FEW:
            problems.append(
                f"{name} has {fewest} examples on one side; a direction needs at least {TOO_FEW}."
            )
            continue
        parts = [
            examples_of(part, codes[part.split], column)
            for part, counts in zip((train, validation), sides, strict=True)
            if sum(counts)
        ]
        method: Method = "discriminant"
        if np.min(sides) >= MANY:
            method = choose_method(parts[0], parts[1], space=space)[0]
        together = _joined(parts)
        found.append(fit_direction(name, together, method=method, space=space))
    return tuple(with_effects(found)), tuple(problems)


def code_space(engine: Engine, codes: NDArray[np.float32]) -> CodeSpace | None:
    """What a model's codes are like: of base codes ``(N, K)``; None where they are too few."""
    shown = engine.decode_base(codes[:PICTURES])
    return CodeSpace.fit(codes, pictures=shown) if len(shown) > engine.base_size else None


def in_both_ways(engine: Engine, part: Dataset) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Base codes of the pictures and of their mirror images, both float32 ``(N, K)``."""
    mirrored = np.ascontiguousarray(part.images[:, :, ::-1])
    return engine.encode_base(part.images), engine.encode_base(mirrored)


def examples_of(
    part: Dataset, codes: tuple[NDArray[np.float32], NDArray[np.float32]], column: int
) -> Examples:
    """The pictures for which an attribute is known.

    Args:
        part: with attributes.
        codes: of all its pictures and of their mirror images, as ``in_both_ways`` gives them.
        column: which attribute.
    """
    assert part.attributes is not None  # noqa: S101  # the caller has looked
    values = part.attributes[:, column]
    known = ~np.isnan(values)
    # Without people each picture stands for itself, and none of one split is one of another.
    alone = np.array([f"{part.split} {number}" for number in range(len(part))])
    groups = part.groups if part.groups is not None else alone
    return Examples(
        codes=codes[0][known].astype(np.float64),
        labels=values[known] > 0.5,
        groups=groups[known],
        mirrored=codes[1][known].astype(np.float64),
    )


def _joined(parts: list[Examples]) -> Examples:
    mirrored = [part.mirrored for part in parts if part.mirrored is not None]
    return Examples(
        codes=np.concatenate([part.codes for part in parts]),
        labels=np.concatenate([part.labels for part in parts]),
        groups=np.concatenate([part.groups for part in parts]),
        mirrored=np.concatenate(mirrored),
    )
