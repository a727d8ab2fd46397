"""The dial: models of one kind that differ in the size of their code, and which size is right.

Twice the numbers are worth it while they take away at least ``WORTH`` of the error.  The right size
is the last one that was; smaller ones are too small, larger ones too large.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

from autoencoders.listing import ModelEntry
from autoencoders.sizes import Dial, dials, stem_of
from autoencoders.ui.partners import measured, number

Verdict = Literal["too small", "right", "too large"]

WORTH = 2 / 5
"""The share of the error that twice the numbers have to take away to be worth it."""

RULE = (
    "Twice the numbers are worth it while they take away at least two fifths of the error. "
    "The right size is the last one that was."
)


def dial_beside(name: str, entries: Sequence[ModelEntry]) -> tuple[Dial | None, str]:
    """Return the dial that a model's page shows, and a sentence where it is not the model's own.

    Args:
        name: the model; where it comes in one size only, the longest dial of the same pictures.
        entries: the registry.
    """
    this = next((entry for entry in entries if entry.name == name), None)
    if this is None or this.description is None:
        return None, f"Nothing is known of {name} that other sizes could share."
    there = dials(entries)
    own = there.get(stem_of(this) or "")
    if own is not None and this in own.entries:
        return own, ""
    same = [dial for dial in there.values() if _alike(this, dial.entries[0])]
    single = f"{name} comes in this one size only"
    if not same:
        return None, (
            f"{single}, and a dial needs two: train a second one with "
            f"`python -m autoencoders train {_another(this)}`, or choose another model above."
        )
    longest = max(same, key=lambda dial: (len(dial.entries), dial.stem))
    return longest, f"{single}: this dial turns {longest.stem}, of the same pictures."


def verdicts(sizes: Sequence[int], errors: Sequence[float | None]) -> list[Verdict | None]:
    """Judge each size by the errors alone.

    Args:
        sizes: numbers in the codes, growing.
        errors: test error at each; None where it was not measured.

    Returns:
        a verdict for each, None for all where an error is missing.
    """
    known = [error for error in errors if error is not None and error > 0]
    if len(known) < len(sizes) or not known:
        return [None] * len(sizes)
    paid = [
        index
        for index, ((smaller, before), (larger, after)) in enumerate(
            pairwise(zip(sizes, known, strict=True)), start=1
        )
        if saved(before, after, smaller, larger) >= WORTH
    ]
    right = paid[-1] if paid else 0
    return [
        "too small" if index < right else "right" if index == right else "too large"
        for index in range(len(sizes))
    ]


def saved(before: float, after: float, smaller: int, larger: int) -> float:
    """Return the share of the error that twice the numbers take away, between two sizes.

    Sizes further apart than twice are taken as so many steps that each take away the same share.
    """
    return float(1 - (after / before) ** (1 / math.log2(larger / smaller)))


def told_of(dial: Dial | None, sentence: str) -> dict[str, Any]:
    """Return what the page's component is told of the dial, plain JSON values.

    Each of its "steps" has a name and a size, test errors of its own and of PCA with as many
    numbers, the share of the error that twice the numbers took away, and a verdict; None for what
    is not known.
    """
    if dial is None:
        return {"stem": "", "steps": [], "sentence": sentence, "rule": RULE, "worth": WORTH}
    errors = [number(measured(entry).get("mse")) for entry in dial.entries]
    judged = verdicts(dial.sizes, errors)
    shares = [None, *(_saved(a, b) for a, b in pairwise(zip(dial.sizes, errors, strict=True)))]
    steps = [
        {
            "name": entry.name,
            "size": entry.code_size,
            "mse": error,
            "pca": number(measured(entry).get("pca_mse")),
            "saved": share,
            "verdict": verdict,
        }
        for entry, error, share, verdict in zip(dial.entries, errors, shares, judged, strict=True)
    ]
    return {"stem": dial.stem, "steps": steps, "sentence": sentence, "rule": RULE, "worth": WORTH}


def _saved(smaller: tuple[int, float | None], larger: tuple[int, float | None]) -> float | None:
    (few, before), (many, after) = smaller, larger
    return saved(before, after, few, many) if before and after else None


def _alike(this: ModelEntry, other: ModelEntry) -> bool:
    one, two = this.description, other.description
    return (
        one is not None
        and two is not None
        and one.training.dataset == two.training.dataset
        and one.model.image_shape == two.model.image_shape
    )


def _another(entry: ModelEntry) -> str:
    """Name a model of another size that training would make."""
    stem = stem_of(entry)
    return f"{stem}-{8 if entry.code_size != 8 else 16}" if stem else "digits-conv-8"
