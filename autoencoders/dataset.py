"""What a dataset is: pictures in memory, what is known of each, and the fixed splits."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

TENTHS: dict[int, Split] = {1: "test", 2: "validation"}
"""Which tenth of the names is kept out of training, and for what."""


class DataError(ValueError):
    """Data that is missing or damaged; the message says which, where from and what to do."""


@dataclass(frozen=True)
class Dataset:
    """One split of a dataset, whole and in memory.

    Attributes:
        name: the dataset's name in ``data.DATASETS``.
        split: which part of it.
        images: uint8 ``(N, H, W, C)``, 0..255.
        labels: int64 ``(N,)``, an index into ``label_names``; None where there are no classes.
        label_names: what each label means.
        ids: ``(N,)``, what tells a picture from the others in its split: for MNIST its index
            (int64), otherwise the first 16 hex digits of the SHA-256 of the file's bytes.
        attributes: float32 ``(N, A)``: 1 yes, 0 no, NaN unknown; None where nothing is known.
        attribute_names: what each column means.
        groups: int64 ``(N,)``, pictures of one person share a number; None where each picture
            stands for itself.
        problems: one sentence for everything that was passed over.
    """

    name: str
    split: Split
    images: NDArray[np.uint8]
    labels: NDArray[np.int64] | None
    label_names: tuple[str, ...]
    ids: NDArray[Any]
    attributes: NDArray[np.float32] | None = None
    attribute_names: tuple[str, ...] = ()
    groups: NDArray[np.int64] | None = None
    problems: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.images)


class Read(Protocol):
    """Reads one split from the data root; ``progress`` draws a bar where it takes its time."""

    def __call__(self, root: Path, split: Split, *, progress: bool) -> Dataset:
        """Raises DataError for data that is missing or damaged."""


@dataclass(frozen=True)
class Source:
    """What a dataset is, where it comes from and on what terms.

    Attributes:
        title: its name in words.
        folder: where it lies below the data root; empty: it needs no data.
        origin: who made it and where it is published.
        terms: what it may be used for.
        split_rule: how its splits are drawn, in one sentence.
        crop: what of a file the networks see, in a few words; empty: all of it.
        seen: what a network trained on it has seen, for "It has seen ... and nothing else".
        draws: what such a network draws, whatever it is given.
        caution: what a model trained on it must not be used for; empty: nothing to say.
        noun: its pictures, in the plural: "digits".
        counts: pictures per split; empty where copies differ.
        count: counts the pictures of a split without reading them; None: reading is quick.
        read: reads one split from the data root.
        fetch: downloads it into the data root; None: it has to be put there by hand.
    """

    title: str
    folder: str
    origin: str
    terms: str
    split_rule: str
    seen: str
    draws: str
    noun: str
    read: Read
    counts: dict[Split, int]
    count: Callable[[Path, Split], int] | None = None
    crop: str = ""
    caution: str = ""
    fetch: Callable[[Path], None] | None = None


def split_of(name: str) -> Split:
    """Return the split of a person's folder, or of a file that stands for itself, by its name.

    With h the SHA-256 of the name in UTF-8 as a number, modulo 10: test is h == 1, validation
    h == 2, the rest trains.  The rule needs no list, and a picture more moves no other.
    """
    tenth = int(hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest(), 16) % 10
    return TENTHS.get(tenth, "train")


def id_of(data: bytes) -> str:
    """Return what a picture file is known by: 16 hex digits of the SHA-256 of its bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


def check_apart(datasets: Sequence[Dataset]) -> None:
    """Make sure that no picture and no person is in two splits.

    Raises:
        DataError: naming the splits and how many they share.
    """
    for index, one in enumerate(datasets):
        for other in datasets[index + 1 :]:
            if one.ids.dtype.kind == "U" and other.ids.dtype.kind == "U":
                _refuse_shared(np.intersect1d(one.ids, other.ids), "picture", one, other)
            if one.groups is not None and other.groups is not None:
                _refuse_shared(np.intersect1d(one.groups, other.groups), "person", one, other)


def _refuse_shared(shared: NDArray[Any], what: str, one: Dataset, other: Dataset) -> None:
    if len(shared):
        some = {"picture": "pictures are", "person": "people are"}[what]
        many = f"{len(shared)} {some}" if len(shared) > 1 else f"One {what} is"
        raise DataError(
            f"{many} in both the {one.split} and the {other.split} split of {one.name}, so that "
            "its measures would flatter; give each a place in one folder only."
        )
