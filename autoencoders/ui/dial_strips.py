"""The dial's pictures: a row of them drawn with ever more numbers, by autoencoders and by PCA."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders import sheets
from autoencoders.sizes import Dial, dials
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.asked import named
from autoencoders.ui.items import Item, Looker, read_items
from autoencoders.ui.readings import codes_by_pca
from autoencoders.ui.same_picture import Seen, common_rows, seen_by

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Pixels = NDArray[np.uint8]

ACROSS = 8
"""Pictures in the row."""

LOSSLESS = sheets.Encoding(codec="png")
"""At a mark of the dial its picture is the exact one, so nothing may be lost."""


def strips(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    """Pack the dial's strips: one frame a size, each a row of pictures.

    ``asked``: "stem" says which dial, "items" which pictures, none for some to begin with.

    Raises:
        RefusedError: 404 where there is no such dial, 422 for pictures that cannot be used.
    """
    dial = _dial_asked(looker, asked.get("stem"))
    engines = [named(looker.store, entry.name) for entry in dial.entries]
    items = asked.get("items")
    row = read_items(items, least=1, most=ACROSS) if items else starters([engine, *engines])
    seen = [[seen_by(item, one, looker) for item in row] for one in engines]
    drawn = [beside([look.drawn for look in looks]) for looks in seen]
    arrays: dict[str, NDArray[Any]] = {}
    headers: dict[str, Any] = {}
    _add("own", drawn, arrays, headers)
    originals = [_original(column) for column in zip(*seen, strict=True)]
    principal, sentence = by_pca(engines, seen, originals)
    if principal is not None:
        _add("pca", [beside(pictures) for pictures in principal], arrays, headers)
    if all(one is not None for one in originals):
        arrays["originals"] = beside([one for one in originals if one is not None])
    return sheets.pack_arrays(
        arrays,
        **headers,
        items=[_plain(item) for item in row],
        names=[look.name for look in seen[0]],
        sentence=sentence,
        device=engines[0].device,
        precision=engines[0].precision,
    )


def starters(engines: "Sequence[Engine]") -> list[Item]:
    """Return pictures to begin with that all models know: of as many labels as there is room for.

    They are named as the first model's.

    Raises:
        RefusedError: 422 where the models have no test picture in common.
    """
    first = engines[0]
    rows = common_rows(list(engines))[:, 0]
    if not len(rows):
        raise RefusedError(
            422,
            "These models were not measured on the same test pictures; choose pictures for the "
            "dial from the tray.",
        )
    labels = first.latents.labels
    if labels is None:
        chosen = rows[np.linspace(0, len(rows) - 1, min(ACROSS, len(rows))).round().astype(int)]
    else:
        each = [rows[labels[rows] == label][0] for label in np.unique(labels[rows])]
        places = np.linspace(0, len(each) - 1, min(ACROSS, len(each))).round().astype(int)
        chosen = np.array(each)[places]
    return [Item("point", model=first.name, number=int(row)) for row in chosen]


def by_pca(
    engines: "Sequence[Engine]", seen: Sequence[Sequence[Seen]], originals: Sequence[Pixels | None]
) -> tuple[list[list[Pixels]] | None, str]:
    """Draw the row by PCA with as many numbers as each model has.

    Args:
        engines: M models, by size.
        seen: the row as each of them sees it.
        originals: the pictures themselves, as far as they are known.

    Returns:
        the rows, None where they are missing, and then a sentence that says why.
    """
    rows = []
    for one in engines:
        # Its own where the folder has them, else the first components of a larger one's.
        holder = next((it for it in (one, *engines) if _has_axes(it, one.code_size)), None)
        if holder is None or holder.principal is None:
            return None, (
                f"PCA’s row is missing: {one.name} keeps no principal components of its pictures."
            )
        principal, looks = holder.principal, seen[list(engines).index(holder)]
        found = [
            codes_by_pca(principal, look, original)
            for look, original in zip(looks, originals, strict=True)
        ]
        known = [codes for codes in found if codes is not None]
        if len(known) < len(found):
            return None, (
                "PCA’s row is missing: one of the pictures is known by a model’s code alone; go "
                "back to the first pictures to see PCA."
            )
        rows.append(list(principal.decode(np.concatenate(known)[:, : one.code_size])))
    return rows, ""


def _has_axes(engine: "Engine", count: int) -> bool:
    return engine.principal is not None and engine.principal.size >= count


def beside(pictures: Sequence[Pixels]) -> Pixels:
    """Set pictures ``(H, W, C)`` beside each other: uint8 ``(H, N * W, C)``."""
    return np.concatenate(list(pictures), axis=1)


def _dial_asked(looker: Looker, stem: object) -> Dial:
    there = dials(looker.store.entries())
    if not isinstance(stem, str) or stem not in there:
        names = ", ".join(sorted(there)) or "none"
        raise RefusedError(404, f"There is no dial {str(stem)[:40]!r}; there is {names}.")
    return there[stem]


def _original(column: Sequence[Seen]) -> Pixels | None:
    return next((look.pixels for look in column if look.pixels is not None), None)


def _add(
    name: str, frames: list[Pixels], arrays: dict[str, NDArray[Any]], headers: dict[str, Any]
) -> None:
    sheet = sheets.strip(np.stack(frames), encoding=LOSSLESS)
    arrays[name] = np.frombuffer(sheet.payload, np.uint8)
    headers[f"{name}_strip"] = sheet.header()


def _plain(item: Item) -> dict[str, Any]:
    """Return an item as the browser's tray holds it."""
    if item.kind == "point":
        return {"kind": item.kind, "model": item.model, "number": item.number}
    if item.kind == "upload":
        return {"kind": item.kind, "id": item.id}
    if item.kind == "drawn":
        return {"kind": item.kind, "number": item.number}
    return {"kind": item.kind, "model": item.model, "code": list(item.code)}
