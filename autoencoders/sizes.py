"""Models of one kind with codes of several sizes: error against code size, PCA's beside.

How much is lost at each size is the autoencoder's curve of rate and distortion, read at the sizes
that were trained; PCA's is the best that a linear one can do (Baldi and Hornik, 1989).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from autoencoders import checkpoint
from autoencoders.listing import ModelEntry, list_models

TITLE = "Error against code size"
_NAME = re.compile(r"(?P<stem>.+)-(?P<size>[1-9][0-9]{0,4})")


@dataclass(frozen=True)
class Dial:
    """Models that differ in their code's size.

    Attributes:
        stem: what their names begin with, like "digits-conv".
        entries: two or more, by size.
    """

    stem: str
    entries: tuple[ModelEntry, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers in their codes, growing."""
        return tuple(entry.code_size for entry in self.entries)


class Rate(NamedTuple):
    """Mean squared errors (0..1) at one code size, of a model and of PCA."""

    size: int
    mse: float
    pca_mse: float


def stem_of(entry: ModelEntry) -> str | None:
    """Return a model's name without its code's size; None where the name does not end in it."""
    found = _NAME.fullmatch(entry.name)
    if found is None or int(found["size"]) != entry.code_size:
        return None
    return found["stem"]


def dials(entries: Sequence[ModelEntry]) -> dict[str, Dial]:
    """Return by its stem every group of two or more models that differ in their code's size.

    Args:
        entries: the registry; what cannot be used is passed over.
    """
    groups: dict[tuple[Any, ...], list[ModelEntry]] = {}
    for entry in entries:
        stem, described = stem_of(entry), entry.description
        if stem is not None and described is not None and entry.problem is None:
            kind = (stem, described.training.dataset, described.model.image_shape)
            groups.setdefault(kind, []).append(entry)
    found = {}
    for (stem, *_), members in groups.items():
        if len(members) > 1:
            ordered = sorted(members, key=lambda entry: entry.code_size)
            found[stem] = Dial(stem, tuple(ordered))
    return found


def rates(dial: Dial) -> list[Rate]:
    """Return the errors on test pictures that the models' folders tell, by size.

    Models that were not measured on any are left out.
    """
    found = []
    for entry in dial.entries:
        measured = entry.description.metrics.get("test", {}) if entry.description else {}
        if {"mse", "pca_mse"} <= measured.keys():
            found.append(Rate(entry.code_size, measured["mse"], measured["pca_mse"]))
    return found


def as_markdown(stem: str, curve: Iterable[Rate], *, size: int) -> str:
    """Return a table for a card, the row of the card's own size in bold."""
    rows = [
        f"| **{rate.size}** | **{rate.mse:.5f}** | **{rate.pca_mse:.5f}** |"
        if rate.size == size
        else f"| {rate.size} | {rate.mse:.5f} | {rate.pca_mse:.5f} |"
        for rate in curve
    ]
    return "\n".join(
        [
            f"Mean squared error on test pictures of {stem} with codes of several sizes, and of "
            "PCA with as many numbers:",
            "",
            f"| numbers | {stem} | PCA |",
            "|---|---|---|",
            *rows,
        ]
    )


def renew_cards(root: Path) -> list[str]:
    """Write the curve on the card of every model below ``root`` that comes in several sizes there.

    Returns:
        the names of the models whose cards changed.

    Raises:
        OSError: where a card cannot be written.
    """
    entries = [entry for entry in list_models([root]) if entry.folder.parent == root]
    renewed = []
    for dial in dials(entries).values():
        curve = rates(dial)
        for entry in dial.entries:
            before = checkpoint.card(entry.folder)
            text = as_markdown(dial.stem, curve, size=entry.code_size)
            after = with_section(before, TITLE, text)
            if after != before:
                checkpoint.replace_card(entry.folder, after)
                renewed.append(entry.name)
    return renewed


def with_section(card: str, title: str, text: str) -> str:
    """Return a card with this section before its network's, in place of an older one."""
    heading = f"\n## {title}\n"
    if heading in card:
        before, _, rest = card.partition(heading)
        following = rest.find("\n## ")
        card = before + (rest[following:] if following >= 0 else "")
    before, network, rest = card.partition("\n## Network\n")
    return f"{before}{heading}\n{text}\n{network}{rest}"
