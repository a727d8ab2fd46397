"""The drawn faces as a dataset: nothing to download, and every attribute is exactly known."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from autoencoders import drawn
from autoencoders.dataset import Dataset, Source, Split, id_of

COUNTS: dict[Split, int] = {"train": 12_000, "validation": 1_000, "test": 2_000}
_SEEDS: dict[Split, int] = {"train": 0, "validation": 1, "test": 2}
# One studio: what lies around a face would take up a small code before the face does.
STUDIO = {"backdrop": 0.35, "backdrop_light": 0.5, "shirt": 0.3, "across": 0.0, "down": 0.0}
# And one family: two numbers have room for a few things. Of faces that differ in everything they
# keep an average, with half a pair of glasses, and of what differs a head's turn takes up most.
SPREAD = {"smiling": 1.0, "eyeglasses": 1.0, "pose": 0.35}
ALIKE = 0.03
"""How far all but those in ``SPREAD`` vary, of what they could."""


def read(root: Path, split: Split, *, progress: bool) -> Dataset:
    """Draw one split; it takes some ten seconds for the training faces."""
    del root, progress
    return first(COUNTS[split], split)


def numbers(count: int, split: Split) -> tuple[drawn.Floats, drawn.Floats]:
    """Return what the first faces of a split would be, if all varied as far as they can.

    Returns:
        parameters and attributes, as ``drawn.sample``.
    """
    return drawn.sample(count, seed=_SEEDS[split])


def first(count: int, split: Split, *, spread: Mapping[str, float] = SPREAD) -> Dataset:
    """Draw the first faces of a split: the same ones, however many.

    Args:
        count: how many, at least 1.
        split: which.
        spread: by name of a parameter, how far it varies, of what it could; all others ``ALIKE``.
    """
    parameters, attributes = numbers(count, split)
    wide = np.array([spread.get(name, ALIKE) for name in drawn.NAMES], np.float32)
    images = drawn.draw(drawn.changed(wide * parameters, **STUDIO))
    return Dataset(
        name="drawn",
        split=split,
        images=images,
        labels=None,
        label_names=(),
        ids=np.array([id_of(image.tobytes()) for image in images], np.str_),
        attributes=drawn.labels(attributes).astype(np.float32),
        attribute_names=drawn.ATTRIBUTES,
    )


SOURCE = Source(
    title="Drawn faces",
    folder="",
    origin="drawn by Hourglass itself (autoencoders/drawn.py)",
    terms="as Hourglass: Apache-2.0",
    split_rule="each split is drawn from a seed of its own: train 0, validation 1, test 2",
    seen="drawings of faces, a family in one style before one backdrop",
    draws="such a face",
    noun="drawings",
    counts=COUNTS,
    read=read,
    count=lambda root, split: COUNTS[split],  # noqa: ARG005
)
