"""The registry as a list: every model folder with the first words of its card, or its problem."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autoencoders.checkpoint import Description, ModelFolderError, card, model_folders, verify


@dataclass(frozen=True)
class ModelEntry:
    """One folder of the registry.

    Attributes:
        name, folder: the folder's name, which is the model's, and where it lies.
        problem: why it cannot be used, or None.
        summary: the first lines of its card.
        code_size, description: numbers in its code, its config.json; 0 and None where it cannot
            be used.
    """

    name: str
    folder: Path
    problem: str | None
    summary: str
    code_size: int = 0
    description: Description | None = None


def summary_of(card_text: str) -> str:
    """The card's first paragraph under its heading, as one line."""
    lines: list[str] = []
    for line in card_text.splitlines():
        if line.startswith(("#", "!")) or not line.strip():
            if lines:
                break
            continue
        lines.append(line.strip())
    return " ".join(lines)


def list_models(extra: Sequence[Path] = ()) -> list[ModelEntry]:
    """List every folder of the registry, broken ones with the reason.

    What has not changed on disk is not read again: a page asks several times whenever it is drawn.
    """
    folders = tuple(model_folders(extra))
    stamps = tuple(map(_stamp, folders))
    listed = _listed.get(folders)
    if listed is None or listed[0] != stamps:
        # A stacked model's entry depends on its base's folder, so all are read anew.
        listed = _listed[folders] = (stamps, tuple(map(_entry, folders)))
    return list(listed[1])


_Stamp = tuple[tuple[str, int, int], ...]
_listed: dict[tuple[Path, ...], tuple[tuple[_Stamp, ...], tuple[ModelEntry, ...]]] = {}


def _stamp(folder: Path) -> _Stamp:
    """Name, time of change and size of each file."""
    with os.scandir(folder) as files:
        found = [(file.name, file.stat()) for file in files]
    return tuple(sorted((name, stat.st_mtime_ns, stat.st_size) for name, stat in found))


def _entry(folder: Path) -> ModelEntry:
    summary = summary_of(card(folder))
    try:
        found = verify(folder)
    except ModelFolderError as error:
        return ModelEntry(folder.name, folder, str(error), summary)
    return ModelEntry(folder.name, folder, None, summary, found.model.code_size, found)
