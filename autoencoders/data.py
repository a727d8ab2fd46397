"""Every dataset by its name. The data itself is never shipped: it is read where it lies."""

import functools
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autoencoders import drawn_dataset, lfw, mnist
from autoencoders.dataset import SPLITS, DataError, Dataset, Source, Split

__all__ = [
    "DATASETS",
    "SPLITS",
    "DataError",
    "Dataset",
    "Source",
    "Split",
    "count_pictures",
    "find_root",
    "load_dataset",
    "originals",
    "source_of",
]

DATASETS: dict[str, Source] = {
    "mnist": mnist.SOURCE,
    "lfw": lfw.FACES,
    "lfw-photos": lfw.PHOTOS,
    "drawn": drawn_dataset.SOURCE,
}


def find_root(root: Path | str | None = None) -> Path | None:
    """Return the folder that holds the datasets, or None where there is none.

    ``root`` if given, else the folder named by HOURGLASS_DATA, else ``data`` in the working
    folder.
    """
    chosen = Path(root or os.environ.get("HOURGLASS_DATA") or "data")
    return chosen if chosen.is_dir() else None


def source_of(name: str) -> Source:
    """Return what is known of a dataset.

    Raises:
        DataError: for an unknown name; lists the known ones.
    """
    if name not in DATASETS:
        raise DataError(
            f"There is no dataset called {name!r}; there is {', '.join(sorted(DATASETS))}."
        )
    return DATASETS[name]


def load_dataset(
    name: str, split: Split, *, root: Path | str | None = None, progress: bool = False
) -> Dataset:
    """Read one split of a dataset from disk.

    Args:
        name: in ``DATASETS``.
        split: which part.
        root: the folder that holds the datasets; see ``find_root``.
        progress: draw a bar on standard error where it takes its time.

    Raises:
        DataError: for an unknown name, or data that is missing or damaged.
    """
    source = source_of(name)
    found = find_root(root)
    if not source.folder:
        return source.read(found or Path(), split, progress=progress)
    if found is None or not (found / source.folder).is_dir():
        place = found or Path(root or os.environ.get("HOURGLASS_DATA") or "data")
        way = (
            f"fetch it with 'python -m autoencoders data --download {name}'"
            if source.fetch
            else "see 'python -m autoencoders data' for where to get it"
        )
        raise DataError(
            f"{source.title} was not found in {place / source.folder}; name the folder that holds "
            f"it with --data-root or HOURGLASS_DATA, or {way}."
        )
    return source.read(found, split, progress=progress)


def count_pictures(name: str, split: Split, *, root: Path | str | None = None) -> int:
    """Count the pictures of a split that are on this disk.

    Raises:
        DataError: as ``load_dataset``.
    """
    found = find_root(root)
    source = source_of(name)
    if source.count is not None and not source.folder:
        return source.count(Path(), split)
    if source.count is None or found is None or not (found / source.folder).is_dir():
        return len(load_dataset(name, split, root=root))
    return source.count(found, split)


@functools.lru_cache(maxsize=4)
def _pictures(name: str, split: Split, root: Path) -> Dataset | None:
    try:
        dataset = load_dataset(name, split, root=root)
    except DataError:
        return None
    dataset.images.setflags(write=False)
    return dataset


def originals(
    name: str, split: Split, ids: NDArray[np.generic], *, root: Path | str | None = None
) -> NDArray[np.uint8] | None:
    """Pictures of a split by their ids, uint8 ``(N, H, W, C)``.

    Args:
        name, split: which dataset.
        ids: ``(N,)``, as ``Dataset.ids`` has them.
        root: see ``find_root``.

    Returns:
        as many pictures as ids; None where the data, or one of them, is not on this disk.
    """
    found = find_root(root)
    dataset = _pictures(name, split, found.resolve()) if found else None
    if dataset is None or dataset.ids.dtype.kind != ids.dtype.kind:
        return None
    order = np.argsort(dataset.ids)
    places = np.searchsorted(dataset.ids, ids, sorter=order).clip(0, len(order) - 1)
    chosen = order[places]
    if not np.array_equal(dataset.ids[chosen], ids):
        return None
    if np.array_equal(chosen, np.arange(len(chosen))):  # no copy: photographs are hundreds of MB
        return np.asarray(dataset.images[: len(chosen)])
    return np.asarray(dataset.images[chosen])
