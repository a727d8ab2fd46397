"""Finding and opening the pictures that a command names, the bad ones put aside with a reason."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from autoencoders.cli.output import CommandError, Output
from autoencoders.folders import picture_paths

if TYPE_CHECKING:
    from autoencoders.inference import Engine
    from autoencoders.placement import Placement

BATCH = 256
"""Pictures in memory at a time."""


@dataclass(frozen=True)
class PictureFile:
    """A picture file and what it is called: its path below the folder named, or its name."""

    path: Path
    name: str


@dataclass(frozen=True)
class ReadyPicture:
    """A picture that was opened and prepared for a model.

    Attributes:
        file: which.
        pixels: uint8 ``(H, W, C)``, as the model takes it.
        notes: a sentence for everything worth knowing on the way there.
        placement: where in ``photo`` the pixels lie; None: that cannot be told.
        photo: the whole picture, upright and opaque; None where it was not asked for.
    """

    file: PictureFile
    pixels: NDArray[np.uint8]
    notes: tuple[str, ...]
    placement: "Placement | None"
    photo: Image.Image | None


@dataclass
class Findings:
    """What the named files and folders hold.

    Attributes:
        files: pictures to try, in order.
        bad: name and reason of what cannot be used; opening adds to it.
        foreign: by name, why a picture cannot be what the model was trained on; opening adds to it.
    """

    files: list[PictureFile] = field(default_factory=list)
    bad: list[tuple[str, str]] = field(default_factory=list)
    foreign: dict[str, str] = field(default_factory=dict)

    def listed(self) -> list[dict[str, str]]:
        """``bad`` as JSON values."""
        return [{"file": name, "reason": reason} for name, reason in self.bad]


def find_pictures(places: Sequence[Path]) -> Findings:
    """Find the pictures in files and, with all their subfolders, folders.

    Hidden files and files that do not end like a picture are passed over in folders.

    Raises:
        CommandError: for a place that is not there or cannot be read, or without any picture.
    """
    findings = Findings()
    for place in places:
        if place.is_dir():
            _search(place, findings)
        elif place.exists():
            findings.files.append(PictureFile(place, place.name))
        else:
            raise CommandError(f"There is no picture or folder {place}; check the path.")
    if not findings.files and not findings.bad:
        named = ", ".join(map(str, places))
        raise CommandError(
            f"There are no pictures in {named}; they end in .png, .jpg and the like."
        )
    return findings


def _search(folder: Path, findings: Findings) -> None:
    def refuse(error: OSError) -> None:
        where = Path(error.filename)
        if where == folder:
            raise CommandError(f"The folder {folder} cannot be read ({error.strerror}).") from error
        findings.bad.append((str(where.relative_to(folder)), f"cannot be read ({error.strerror})"))

    for path in picture_paths(folder, refuse=refuse):
        findings.files.append(PictureFile(path, str(path.relative_to(folder))))


def ready_pictures(
    findings: Findings, engine: "Engine", out: Output, *, with_photos: bool = False
) -> Iterator[ReadyPicture]:
    """Open and prepare the pictures one by one; the bad are said and kept in ``findings``.

    Args:
        findings: what to open.
        engine: for whom.
        out: where the bad ones and the progress are shown.
        with_photos: keep the whole pictures; each may take 12 MB.
    """
    for name, reason in findings.bad:
        out.warn(line_on(name, reason))
    with out.bar(total=len(findings.files), unit="picture") as bar:
        for file in findings.files:
            try:
                ready = _ready(file, engine, findings, with_photo=with_photos)
            except CommandError as error:
                findings.bad.append((file.name, str(error)))
                out.warn(line_on(file.name, str(error)))
            else:
                yield ready
            bar.update()


def in_groups(pictures: Iterable[ReadyPicture], size: int) -> Iterator[list[ReadyPicture]]:
    """Yield so many at a time; the last group may be smaller."""
    remaining = iter(pictures)
    while group := list(itertools.islice(remaining, size)):
        yield group


def batches(
    findings: Findings, engine: "Engine", out: Output
) -> Iterator[tuple[list[PictureFile], NDArray[np.uint8]]]:
    """Open and prepare the pictures, so many at a time; the bad are said and kept in ``findings``.

    Yields:
        files, and uint8 pictures ``(B, H, W, C)`` of the engine's size, as many.
    """
    for group in in_groups(ready_pictures(findings, engine, out), BATCH):
        yield [one.file for one in group], np.stack([one.pixels for one in group])


def _ready(
    file: PictureFile, engine: "Engine", findings: Findings, *, with_photo: bool
) -> ReadyPicture:
    from autoencoders.uploads import MAX_BYTES, open_picture

    try:
        if not file.path.is_file():
            raise CommandError("It is no file.")
        with file.path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        opened = open_picture(data)
        prepared = engine.prepare_shown(opened.image)
    except OSError as error:
        raise CommandError(f"It cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise CommandError(str(error)) from error
    if prepared.foreign:
        findings.foreign[file.name] = prepared.foreign
    return ReadyPicture(
        file,
        prepared.pixels,
        opened.notes + prepared.notes,
        prepared.placement,
        opened.image if with_photo else None,
    )


def line_on(name: str, reason: str) -> str:
    """What is said about a picture, on one line."""
    return " ".join(f"{name}: {reason}".split())


def close(findings: Findings, out: Output, *, done: int) -> int:
    """Say how many could not be used; return the exit code: 0, or 1 if not one could."""
    if findings.bad:
        out.warn(f"{len(findings.bad)} of {done + len(findings.bad)} could not be used.")
    return 0 if done else 1
