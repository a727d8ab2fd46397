"""Reading folders of picture files: the bad ones are named, counted and passed over."""

import functools
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from autoencoders.dataset import DataError, Dataset, Source, Split, id_of, split_of
from autoencoders.placement import cut_centre
from autoencoders.uploads import PictureError, open_picture

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".heic", ".heif", ".avif"}
    | {".gif", ".bmp", ".tif", ".tiff"}
)
"""What a picture's name ends in."""
NAMED = 5
"""So many bad files are named; the others are counted."""
FEWEST = 2
"""Pictures that a folder must hold to be a dataset."""

Prepare = Callable[[Image.Image], NDArray[np.uint8]]


class PictureFile(NamedTuple):
    """A picture, its name below the dataset's folder, and who or what it shows."""

    path: Path
    name: str
    subject: str


class Pictures(NamedTuple):
    """Pictures that were read, in the order of their files.

    Attributes:
        images: uint8 ``(N, H, W, C)``.
        ids: ``(N,)``, 16 hex digits each.
        files: what was read.
        problems: sentences on what was passed over.
    """

    images: NDArray[np.uint8]
    ids: NDArray[np.str_]
    files: tuple[PictureFile, ...]
    problems: tuple[str, ...]


def picture_paths(folder: Path, *, refuse: Callable[[OSError], None]) -> Iterator[Path]:
    """Find the pictures in ``folder`` and its subfolders: by name, a folder's own first.

    Hidden files and folders, and files that do not end like a picture, are passed over.  A folder
    that two ways lead to (links) is entered once.

    Args:
        folder: where.
        refuse: is told of each folder that cannot be read.
    """
    entered: set[str] = set()
    for here, subfolders, names in os.walk(folder, onerror=refuse, followlinks=True):
        if (place := os.path.realpath(here)) in entered:
            subfolders.clear()
            continue
        entered.add(place)
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            path = Path(here) / name
            if not name.startswith(".") and path.suffix.lower() in SUFFIXES:
                yield path


def picture_files(folder: Path) -> list[PictureFile]:
    """List the pictures in ``folder`` and its subfolders, sorted by name; hidden ones are left out.

    The subject of a picture is the first subfolder it lies in, else its own name.

    Raises:
        DataError: when the folder is missing, cannot be read or holds no pictures.
    """

    def refuse(error: OSError) -> None:
        raise DataError(
            f"The folder {error.filename} cannot be read ({error.strerror}); check its name and "
            "rights."
        ) from error

    found = []
    for path in picture_paths(folder, refuse=refuse):
        below = path.relative_to(folder)
        found.append(PictureFile(path, below.as_posix(), below.parts[0]))
    if not found:
        raise DataError(f"There are no pictures in {folder}; they end in .png, .jpg and the like.")
    return sorted(found, key=lambda file: file.name)


def read_pictures(
    files: Iterable[PictureFile], prepare: Prepare, *, progress: bool, title: str
) -> Pictures:
    """Open and prepare the pictures; what cannot be used is named, counted and passed over.

    Args:
        files: which.
        prepare: upright, opaque picture to uint8 ``(H, W, C)``; raises ValueError with the reason
            why one cannot be used.
        progress: draw a bar on standard error.
        title: what the bar says.
    """
    chosen = list(files)
    images, ids, kept, bad = [], [], [], []
    for file in tqdm(chosen, desc=title, unit="picture", disable=not progress, leave=False):
        try:
            data = file.path.read_bytes()
            images.append(prepare(open_picture(data, name=file.name).image))
        except OSError as error:
            bad.append((file.name, f"cannot be read ({error.strerror})"))
        except (PictureError, ValueError) as error:
            bad.append((file.name, str(error)))
        else:
            ids.append(id_of(data))
            kept.append(file)
    problems = [f"{name} was passed over: {reason}" for name, reason in bad[:NAMED]]
    if bad:
        problems.append(f"{len(bad)} of {len(chosen)} pictures were passed over.")
    stacked = np.stack(images) if images else np.empty((0, 0, 0, 0), np.uint8)
    return Pictures(stacked, np.array(ids, np.str_), tuple(kept), tuple(problems))


def groups_of(files: Iterable[PictureFile]) -> NDArray[np.int64]:
    """Return a number for each file's subject, the same in every split and on every machine."""
    digests = (hashlib.sha256(file.subject.encode("utf-8", "surrogateescape")) for file in files)
    return np.array([int.from_bytes(digest.digest()[:7]) for digest in digests], np.int64)


def read_folder(
    folder: Path, split: Split, *, shape: tuple[int, int, int], progress: bool = False
) -> Dataset:
    """Read one split of anyone's pictures, each cut to a centred square and scaled.

    A subfolder's pictures stay together; without subfolders each picture stands for itself.  The
    split is ``split_of`` the subfolder's or the file's name.

    Args:
        folder: holds pictures, or subfolders of pictures.
        split: which part.
        shape: height, width and channels of the pictures wanted.
        progress: draw a bar on standard error.

    Raises:
        DataError: for a folder that is missing, unreadable or holds too few pictures.
    """
    files = picture_files(folder)
    if len(files) < FEWEST:
        raise DataError(
            f"There is one picture in {folder}; training needs many, some hundred at least."
        )
    chosen = [file for file in files if split_of(file.subject) == split]
    read = read_pictures(
        chosen,
        functools.partial(cut_centre, shape=shape),
        progress=progress,
        title=f"reading {split} pictures",
    )
    if not len(read.images):
        what = "could be read" if chosen else f"fell into the {split} split, a tenth of the names"
        raise DataError(
            f"Of the {len(files)} pictures in {folder} none {what}; add more pictures or "
            "subfolders."
        )
    return Dataset(
        name="folder",
        split=split,
        images=read.images,
        labels=None,
        label_names=(),
        ids=read.ids,
        groups=groups_of(read.files),
        problems=read.problems,
    )


def folder_source(folder: Path) -> Source:
    """Say what is known of a person's own pictures: nothing but how they are split."""

    def read(root: Path, split: Split, *, progress: bool) -> Dataset:
        raise DataError(f"The pictures in {root} are read by the size of a model; name it.")

    return Source(
        title=f"the pictures in {folder.resolve().name}",
        folder="",
        origin="the person who trained this model",
        terms="theirs",
        split_rule=(
            "by subfolder, or by file name without subfolders, with h the SHA-256 of the name "
            "modulo 10: test h = 1, validation h = 2, the rest trains"
        ),
        seen=f"the pictures in {folder.resolve().name}",
        draws="something like them",
        noun="pictures",
        counts={},
        read=read,
    )
