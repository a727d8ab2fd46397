"""Directions as a file: a model folder's ``directions.npz``, and whose codes they add to."""

import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np

from autoencoders import sheets
from autoencoders.directions import Direction, from_bytes, to_bytes
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.edits import MOST_DIRECTIONS, described

if TYPE_CHECKING:
    from autoencoders.inference import Engine

NAME_LENGTH = 40

FILE_BYTES, UNPACKED_BYTES = 2**20, 2**23
"""Limits of a file of directions, as it comes and unpacked."""

CODES_OF = "codes_of"
"""What the file holds beside a model folder's directions: whose codes they add to."""


def read_name(asked: object) -> str:
    """Check what a direction is to be called.

    Raises:
        RefusedError: 422 with one sentence.
    """
    name = asked.strip() if isinstance(asked, str) else ""
    if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
        raise RefusedError(422, f"Give the direction a name of 1 to {NAME_LENGTH} letters.")
    return name


def codes_of(engine: "Engine") -> str:
    """Name the codes that directions add to: the base's name and sixteen digits of its weights."""
    about = engine.description
    base = engine.config.base
    weights = str(about.about.get("base_digest")) if base else about.digest_of_weights
    return f"{base or engine.name} {weights[:16]}"


def write_file(found: list[Direction], engine: "Engine") -> bytes:
    """Return a file: as a model folder's ``directions.npz``, and whose codes they add to."""
    with np.load(io.BytesIO(to_bytes(found)), allow_pickle=False) as stored:
        table = dict(stored)
    stream = io.BytesIO()
    owner = np.array([codes_of(engine)] * len(found))
    np.savez_compressed(stream, allow_pickle=False, **table, **{CODES_OF: owner})
    return stream.getvalue()


def read_file(data: bytes, engine: "Engine") -> list[Direction]:
    """Read a file of directions for a model: its own, or a model folder's.

    Raises:
        RefusedError: 422 with one sentence, for anything else or another model's.
    """
    refusal = RefusedError(
        422, "This file holds no directions; drop in one that this page or a model folder saved."
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_BYTES:
                raise refusal
        found = from_bytes(data)
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            owners = set(stored[CODES_OF].tolist()) if CODES_OF in stored.files else None
        _check(found)
    except (ValueError, TypeError, AttributeError, KeyError, OSError, OverflowError) as error:
        raise refusal from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, MemoryError) as error:
        raise refusal from error
    here = codes_of(engine)
    if owners is not None and owners != {here}:
        other = " or ".join(sorted(str(owner)[:80].split(" ")[0] for owner in owners))
        raise RefusedError(
            422,
            f"These directions were found in the codes of {other}, and those of {engine.name} "
            "are others; choose that model, or build the direction here.",
        )
    length = len(found[0].vector)
    if length != engine.base_size:
        raise RefusedError(
            422,
            f"These directions have {length} numbers, the codes of {engine.name} have "
            f"{engine.base_size}; choose the model that they were made with.",
        )
    return found


def _check(found: list[Direction]) -> None:
    """Raise ValueError for directions that cannot be added to a code."""
    if not 1 <= len(found) <= MOST_DIRECTIONS:
        raise ValueError(f"There are {len(found)} directions.")
    for one in found:
        read_name_of(one)
        sizes = {one.vector.shape, one.axis.shape, found[0].vector.shape}
        if len(sizes) > 1 or one.vector.ndim != 1:
            raise ValueError(f"{one.name} is no list of numbers.")
        numbers = [*one.vector, *one.axis, one.offset, one.scale, *one.effects.values()]
        if one.area is not None:
            numbers += [one.area.value, one.area.low, one.area.high]
        if not np.isfinite(numbers).all() or one.scale <= 0 or not one.vector.any():
            raise ValueError(f"{one.name} is no direction.")


def read_name_of(one: Direction) -> None:
    """Raise ValueError for a name that cannot be shown."""
    try:
        read_name(one.name)
    except RefusedError as refusal:
        raise ValueError(refusal.sentence) from refusal


def opened(data: bytes, engine: "Engine") -> bytes:
    """Answer with the directions of a file: ``vectors``, ``axes``, and each as ``described``."""
    found = read_file(data, engine)
    return sheets.pack_arrays(
        {
            "vectors": np.stack([one.vector for one in found]),
            "axes": np.stack([one.axis for one in found]),
        },
        directions=[described(one) for one in found],
    )
