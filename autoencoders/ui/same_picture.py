"""One picture as several models see it: each model's own code of it, found by the picture's id."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders.ui.items import Item, Looker
from autoencoders.ui.state import UnusableModelError

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Seen:
    """A picture as one model sees it.

    Attributes:
        code: the model's code, float32 ``(D,)``.
        drawn: what it draws from that, uint8 ``(H, W, C)``.
        pixels: the picture itself as the model takes it; None where there is only a code.
        error: mean squared error on 0..1; None where it is not known.
        row: its place among the model's test pictures; None where it is none of them.
        name: what to call it.
        notes: what was done to the picture, one sentence each.
    """

    code: Floats
    drawn: Pixels
    pixels: Pixels | None
    error: float | None
    row: int | None
    name: str
    notes: tuple[str, ...] = ()


def seen_by(item: Item, engine: "Engine", looker: Looker) -> Seen:
    """Return a picture as a model sees it.

    A test picture that the model was measured on, too, is not encoded anew: its code is kept, also
    where the picture is not on this disk.

    Raises:
        RefusedError: as ``Looker.look``.
    """
    row = row_in(item, engine, looker)
    if row is None:
        look = looker.look(item, engine)
        code = engine.from_base(look.base[None])[0]
        drawn = engine.decode(code[None])[0]
        error = None if look.pixels is None else squared_error(look.pixels, drawn)
        return Seen(code, drawn, look.pixels, error, None, look.name, look.notes)
    code = np.asarray(engine.latents.codes[row], np.float32)
    there = looker.originals(engine)
    return Seen(
        code,
        engine.decode(code[None])[0],
        None if there is None else there[row],
        float(engine.latents.mse[row]),
        row,
        named(engine, row),
    )


def row_in(item: Item, engine: "Engine", looker: Looker) -> int | None:
    """Return where a picture stands among a model's test pictures; None where it does not."""
    if item.kind != "point":
        return None
    if item.model == engine.name:
        return item.number if item.number < len(engine.latents.ids) else None
    try:
        source = looker.store.engine(item.model)
    except (UnusableModelError, ValueError):
        return None  # looking at it will say so
    ids = source.latents.ids
    if item.number >= len(ids) or not same_set(source, engine):
        return None
    return rows_by_id(engine, looker).get(ids[item.number].item())


def same_set(one: "Engine", two: "Engine") -> bool:
    """Whether an id means the same picture to both models."""
    return one.dataset == two.dataset and one.latents.split == two.latents.split


def rows_by_id(engine: "Engine", looker: Looker) -> dict[Any, int]:
    """Return each test picture's place by its id, made once for a model."""
    return looker.store.made(engine, _rows_by_id)


def _rows_by_id(engine: "Engine") -> dict[Any, int]:
    return {one: row for row, one in enumerate(engine.latents.ids.tolist())}


def common_rows(engines: "list[Engine]") -> NDArray[np.int32]:
    """Return the test pictures that all models know, int32 ``(N, M)``: a row a picture, by model.

    Args:
        engines: M of them; where their sets differ, nothing is common.
    """
    first = engines[0]
    tables = [_rows_by_id(engine) for engine in engines]
    if not all(same_set(first, engine) for engine in engines):
        return np.empty((0, len(engines)), np.int32)
    rows = [
        [table[one] for table in tables]
        for one in first.latents.ids.tolist()
        if all(one in table for table in tables)
    ]
    return np.array(rows, np.int32).reshape(-1, len(engines))


def named(engine: "Engine", row: int) -> str:
    """Return what to call a test picture: by its label where it has one that says more."""
    labels = engine.latents.labels
    if labels is None or not 0 <= labels[row] < len(engine.label_names):
        return f"test picture {row}"
    return f"test picture {row}, a {engine.label_names[labels[row]]}"


def squared_error(picture: Pixels, drawn: Pixels) -> float:
    """Mean squared error on 0..1 between two pictures of one shape, uint8."""
    return float(np.square((picture.astype(np.float64) - drawn) / 255).mean())
