"""What stands on the interpolation page: a way through pictures, or a square between four."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autoencoders.latent import grid_codes
from autoencoders.scene import Scene
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.items import Item, Look, Looker, read_items
from autoencoders.ui.morphs import SQUARE, WHOLE, between_corners, find_way, square_sheet
from autoencoders.ui.reels import Reel
from autoencoders.ui.standalone import square_page

if TYPE_CHECKING:
    from autoencoders.inference import Engine


def read_share(asked: object, name: str = "at") -> float:
    """Check a place on a slider, 0..1.

    Raises:
        RefusedError: 422 with one sentence.
    """
    good = isinstance(asked, int | float) and not isinstance(asked, bool) and 0 <= asked <= 1
    if not good or not math.isfinite(float(asked)):  # type: ignore[arg-type]
        raise RefusedError(422, f'"{name}" must be a number from 0 to 1.')
    return float(asked)  # type: ignore[arg-type]


def morph_scene(engine: "Engine", items: list[Item], looks: list[Look], **parts: Any) -> Scene:
    """Return the scene of some pictures, the person's own marked as such."""
    return Scene(
        model=engine.name,
        digest=engine.digest,
        page="interpolate",
        codes=tuple(tuple(map(float, look.base)) for look in looks),
        uploaded=tuple(i for i, item in enumerate(items) if item.kind == "upload"),
        **parts,
    )


def morph_reel(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> Reel:
    """Return a way through pictures in a row, or of an analogy.

    Raises:
        RefusedError: 422 with one sentence.
    """
    at = read_share(asked.get("at", 0.5))
    way = find_way(engine, looker, asked)
    analogy = bool(asked.get("analogy"))
    scene = morph_scene(
        engine,
        way.items,
        way.looks,
        arrangement="analogy" if analogy else "row",
        path=way.kind,
        even=asked.get("even") is True,
        at=at,
    )
    return Reel(
        scene=scene,
        picture=engine.decode_base(way.at(at))[0],
        shown=way.at(at),
        track=way.track,
        draw=lambda steps: engine.decode_base(way.track[steps]),
        stops=tuple(way.stops.tolist()),
        at=at,
        title=" to ".join(look.name for look in way.looks),
    )


def square_reel(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> Reel:
    """Return a square between four pictures; its table is that of its sheet.

    Raises:
        RefusedError: 422 with one sentence.
    """
    asked_place = asked.get("place", [0.5, 0.5])
    if not isinstance(asked_place, list) or len(asked_place) != 2:
        raise RefusedError(422, '"place" must be two numbers: x from the left, y from the top.')
    x, y = (read_share(number, "place") for number in asked_place)
    items = read_items(asked.get("items"), least=4, most=4)
    looks = [looker.look(item, engine) for item in items]
    corners = np.stack([look.base for look in looks])
    scene = morph_scene(engine, items, looks, arrangement="square", place=(x, y))
    shown = between_corners(corners, np.array([[x, 1 - y]], np.float32))
    sheet = square_sheet(engine, corners)
    title = "Between " + ", ".join(look.name for look in looks)
    return Reel(
        scene=scene,
        picture=engine.decode_base(shown)[0],
        shown=shown,
        track=between_corners(corners, grid_codes(WHOLE, SQUARE, SQUARE)),
        title=title,
        page=lambda: square_page(sheet, at=(x, y), title=title, model=engine.name),
    )
