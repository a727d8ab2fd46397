"""Datasets and their fixed splits. The data itself is never shipped: it is read where it lies."""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from autoencoders.images import Pixels
from autoencoders.torchvision_shim import load_torchvision

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

MNIST_VALIDATION = 5_000
"""The last so many of MNIST's 60,000 training digits are its validation split."""


class DataError(ValueError):
    """Data that is missing or damaged; the message says which, where from and what to do."""


@dataclass(frozen=True)
class Dataset:
    """One split of a dataset, whole and in memory.

    Attributes:
        name: the dataset's name in ``DATASETS``.
        split: which part of it.
        images: uint8 ``(N, H, W, C)``, 0..255.
        labels: int64 ``(N,)``, an index into ``label_names``; None where there are no classes.
        label_names: what each label means.
        ids: ``(N,)``, what tells a picture from the others in its split: for MNIST its index.
    """

    name: str
    split: Split
    images: Pixels
    labels: NDArray[np.int64] | None
    label_names: tuple[str, ...]
    ids: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True)
class Source:
    """What a dataset is, where it comes from and on what terms.

    Attributes:
        title: its name in words.
        folder: where it lies below the data root.
        origin: who made it and where it is published.
        terms: what it may be used for.
        split_rule: how its splits are drawn, in one sentence.
        counts: pictures per split.
        read: reads one split from the data root.
        fetch: downloads it into the data root.
    """

    title: str
    folder: str
    origin: str
    terms: str
    split_rule: str
    counts: dict[Split, int]
    read: Callable[[Path, Split], Dataset]
    fetch: Callable[[Path], None]


def find_root(root: Path | str | None = None) -> Path | None:
    """Return the folder that holds the datasets, or None where there is none.

    ``root`` if given, else the folder named by HOURGLASS_DATA, else ``data`` in the working
    folder.
    """
    chosen = Path(root or os.environ.get("HOURGLASS_DATA") or "data")
    return chosen if chosen.is_dir() else None


def load_dataset(name: str, split: Split, *, root: Path | str | None = None) -> Dataset:
    """Read one split of a dataset from disk.

    Raises:
        DataError: for an unknown name, or data that is missing or damaged.
    """
    source = _source(name)
    found = find_root(root)
    if found is None or not (found / source.folder).is_dir():
        place = found or Path(root or os.environ.get("HOURGLASS_DATA") or "data")
        raise DataError(
            f"{source.title} was not found in {place / source.folder}; name the folder that holds "
            f"it with --data-root or HOURGLASS_DATA, or fetch it with "
            f"'python -m autoencoders data --download {name}'."
        )
    return source.read(found, split)


@functools.lru_cache(maxsize=4)
def _originals(name: str, split: Split, root: Path) -> Pixels | None:
    try:
        images = load_dataset(name, split, root=root).images
    except DataError:
        return None
    images.setflags(write=False)
    return images


def originals(name: str, split: Split, *, root: Path | str | None = None) -> Pixels | None:
    """Pictures of a split, uint8 ``(N, H, W, C)``, or None where the data is not on this disk."""
    found = find_root(root)
    return _originals(name, split, found.resolve()) if found else None


def _source(name: str) -> Source:
    if name not in DATASETS:
        raise DataError(
            f"There is no dataset called {name!r}; there is {', '.join(sorted(DATASETS))}."
        )
    return DATASETS[name]


def _read_mnist(root: Path, split: Split) -> Dataset:
    torchvision = load_torchvision()
    try:
        source = torchvision.datasets.MNIST(root=root, train=split != "test", download=False)
        pixels, labels = source.data.numpy(), source.targets.numpy().astype(np.int64)
    except (RuntimeError, ValueError, OSError, AssertionError, IndexError, EOFError) as error:
        raise DataError(
            f"The MNIST files in {root / 'MNIST' / 'raw'} are missing or damaged ({error}); fetch "
            "them again with 'python -m autoencoders data --download mnist'."
        ) from error
    ids = np.arange(len(pixels), dtype=np.int64)
    part = {
        "train": slice(None, -MNIST_VALIDATION),
        "validation": slice(-MNIST_VALIDATION, None),
        "test": slice(None),
    }[split]
    return Dataset(
        name="mnist",
        split=split,
        images=pixels[part, :, :, None],
        labels=labels[part],
        label_names=tuple("0123456789"),
        ids=ids[part],
    )


def _fetch_mnist(root: Path) -> None:
    torchvision = load_torchvision()
    try:
        torchvision.datasets.MNIST(root=root, download=True)
    except (RuntimeError, OSError) as error:
        raise DataError(
            f"MNIST could not be downloaded ({error}); check the connection, or copy its four "
            f"files into {root / 'MNIST' / 'raw'}."
        ) from error


DATASETS: dict[str, Source] = {
    "mnist": Source(
        title="MNIST, handwritten digits",
        folder="MNIST",
        origin="Y. LeCun, C. Cortes and C. Burges, 1998, from NIST's digits; read by torchvision",
        terms="free to use",
        split_rule=(
            "test: its own 10,000 test digits; validation: the last 5,000 of the 60,000 training "
            "digits; train: the other 55,000"
        ),
        counts={"train": 55_000, "validation": 5_000, "test": 10_000},
        read=_read_mnist,
        fetch=_fetch_mnist,
    ),
}
