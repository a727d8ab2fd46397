"""Reading Labeled Faces in the Wild: aligned photographs of people, with a few attributes."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from autoencoders.dataset import DataError, Dataset, Read, Source, Split, split_of
from autoencoders.folders import Pictures, groups_of, picture_files, read_pictures

SIDE = 250
"""The photographs' height and width in pixels."""
CROP = (58, 55, 192, 189)
"""The face, forehead to chin and ear to ear, in Pillow's order: left, top, right, bottom."""
FACE_SIDE, PHOTO_SIDE = 64, 256


def face(image: Image.Image) -> NDArray[np.uint8]:
    """Cut the face from a photograph: uint8 ``(64, 64, 3)``.

    Raises:
        ValueError: for a picture of another size, whose face lies elsewhere.
    """
    _check_size(image)
    small = image.convert("RGB").crop(CROP).resize((FACE_SIDE, FACE_SIDE), Image.Resampling.BICUBIC)
    return np.asarray(small, np.uint8)


def photo(image: Image.Image) -> NDArray[np.uint8]:
    """Scale the whole photograph: uint8 ``(256, 256, 3)``.

    Raises:
        ValueError: for a picture of another size.
    """
    _check_size(image)
    large = image.convert("RGB").resize((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.BICUBIC)
    return np.asarray(large, np.uint8)


def _check_size(image: Image.Image) -> None:
    if image.size != (SIDE, SIDE):
        raise ValueError(
            f"it is {image.width}x{image.height} pixels; these photographs are {SIDE}x{SIDE}."
        )


def reader(name: str) -> Read:
    """Return what reads the faces ("lfw") or the whole photographs ("lfw-photos")."""
    prepare = {"lfw": face, "lfw-photos": photo}[name]

    def read(root: Path, split: Split, *, progress: bool) -> Dataset:
        folder = root / "lfw" / "lfw-deepfunneled"
        files = [file for file in picture_files(folder) if split_of(file.subject) == split]
        pictures = read_pictures(
            files, prepare, progress=progress, title=f"reading {split} photographs"
        )
        if not len(pictures.images):
            raise DataError(
                f"No photograph of the {split} split could be read from {folder}; put the folders "
                "of people from the deep-funneled archive there."
            )
        names, attributes, problems = _attributes(root / "lfw" / "attributes.csv", pictures, folder)
        return Dataset(
            name=name,
            split=split,
            images=pictures.images,
            labels=None,
            label_names=(),
            ids=pictures.ids,
            attributes=attributes,
            attribute_names=names,
            groups=groups_of(pictures.files),
            problems=pictures.problems + problems,
        )

    return read


def count(root: Path, split: Split) -> int:
    """Count the photographs of a split by their names.

    Raises:
        DataError: when there are none.
    """
    files = picture_files(root / "lfw" / "lfw-deepfunneled")
    return sum(split_of(file.subject) == split for file in files)


def _attributes(
    file: Path, pictures: Pictures, folder: Path
) -> tuple[tuple[str, ...], NDArray[np.float32] | None, tuple[str, ...]]:
    """Read attributes.csv: a row a picture, "image" first, then 1, 0 or nothing in each column.

    Returns:
        names, values float32 ``(N, A)`` with NaN for unknown, and what was passed over.

    Raises:
        DataError: for a table that cannot be read.
    """
    if not file.exists():
        return (), None, ()
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            heading, *rows = [row for row in csv.reader(stream) if row]
        names = tuple(heading[1:])
        known = {row[0]: [float(value) if value else np.nan for value in row[1:]] for row in rows}
        if any(len(values) != len(names) for values in known.values()):
            raise ValueError("a row is shorter or longer than the heading")
        given = {value for values in known.values() for value in values if not np.isnan(value)}
        if not given <= {0.0, 1.0}:
            raise ValueError("a value is neither 1, 0 nor empty")
    except (OSError, ValueError) as error:
        raise DataError(
            f"The table {file} cannot be read ({error}); it holds a heading that begins with "
            "'image', then a row for each picture, with 1, 0 or nothing in each column."
        ) from error
    nothing = [np.nan] * len(names)
    values = [known.get(picture.name, nothing) for picture in pictures.files]
    lost = [name for name in known if not (folder / name).exists()]
    problems = (
        (f"{len(lost)} labels are of pictures that are not there, {lost[0]} the first.",)
        if lost
        else ()
    )
    return names, np.array(values, np.float32).reshape(len(values), len(names)), problems


_ORIGIN = (
    "G. B. Huang et al., 2007, deep-funneled by Huang et al., 2012; its site offers no automatic "
    "download any more: put the people's folders of the deep-funneled archive into "
    "lfw/lfw-deepfunneled"
)
_RULE = (
    "by person, with h the SHA-256 of the folder's name modulo 10: test h = 1, validation h = 2, "
    "the rest trains"
)
_CAUTION = (
    "A model of faces must not be used to recognise, watch, judge or sort people, or to pass an "
    "edited picture off as real. Its faces are mostly public figures of about 2005, more men than "
    "women and few dark-skinned, young or old people: it draws worst those it saw least."
)

FACES = Source(
    title="Labeled Faces in the Wild, faces",
    folder="lfw",
    origin=_ORIGIN,
    terms="for research",
    split_rule=_RULE,
    crop="box (58, 55, 192, 189) of the 250x250 photograph, resized to 64x64 (bicubic)",
    seen="upright, tightly cropped colour photographs of faces",
    draws="a face",
    noun="photographs",
    caution=_CAUTION,
    counts={},
    count=count,
    read=reader("lfw"),
)
PHOTOS = Source(
    title="Labeled Faces in the Wild, whole photographs",
    folder="lfw",
    origin=_ORIGIN,
    terms="for research",
    split_rule=_RULE,
    crop="the whole 250x250 photograph, resized to 256x256 (bicubic)",
    seen="portrait photographs with a face in the middle",
    draws="something like a portrait",
    noun="photographs",
    caution=_CAUTION,
    counts={},
    count=count,
    read=reader("lfw-photos"),
)
