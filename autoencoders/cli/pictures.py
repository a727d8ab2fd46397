"""Finding and opening the pictures that a command names, the bad ones put aside with a reason."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from autoencoders.cli.output import CommandError, Output
from autoencoders.folders import SUFFIXES

if TYPE_CHECKING:
    from autoencoders.inference import Engine
    from autoencoders.prepared import Prepared

BATCH = 256
"""Pictures in memory at a time."""


@dataclass(frozen=True)
class PictureFile:
    """A picture file and what it is called: its path below the folder named, or its name."""

    path: Path
    name: str


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

    for here, subfolders, names in os.walk(folder, onerror=refuse):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            path = Path(here) / name
            if not name.startswith(".") and path.suffix.lower() in SUFFIXES:
                findings.files.append(PictureFile(path, str(path.relative_to(folder))))


def batches(
    findings: Findings, engine: "Engine", out: Output
) -> Iterator[tuple[list[PictureFile], NDArray[np.uint8]]]:
    """Open and prepare the pictures, so many at a time; the bad are said and kept in ``findings``.

    Yields:
        files, and uint8 pictures ``(B, H, W, C)`` of the engine's size, as many.
    """
    for name, reason in findings.bad:
        out.warn(_line(name, reason))
    with out.bar(total=len(findings.files), unit="picture") as bar:
        for start in range(0, len(findings.files), BATCH):
            files: list[PictureFile] = []
            pictures: list[NDArray[np.uint8]] = []
            for file in findings.files[start : start + BATCH]:
                try:
                    ready = _prepared(file, engine)
                    pictures.append(ready.pixels[None])
                    files.append(file)
                    if ready.foreign:
                        findings.foreign[file.name] = ready.foreign
                except CommandError as error:
                    findings.bad.append((file.name, str(error)))
                    out.warn(_line(file.name, str(error)))
                bar.update()
            if files:
                yield files, np.concatenate(pictures)


def _prepared(file: PictureFile, engine: "Engine") -> "Prepared":
    from autoencoders.uploads import MAX_BYTES, open_picture

    try:
        if not file.path.is_file():
            raise CommandError("It is no file.")
        with file.path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        return engine.prepare_shown(open_picture(data).image)
    except OSError as error:
        raise CommandError(f"It cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise CommandError(str(error)) from error


def _line(name: str, reason: str) -> str:
    return " ".join(f"{name}: {reason}".split())


def close(findings: Findings, out: Output, *, done: int) -> int:
    """Say how many could not be used; return the exit code: 0, or 1 if not one could."""
    if findings.bad:
        out.warn(f"{len(findings.bad)} of {done + len(findings.bad)} could not be used.")
    return 0 if done else 1
