"""What stands on the Attributes page: one picture, edited, and the slider that moved last."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders.scene import Scene, SceneError
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.asked import read_codes
from autoencoders.ui.items import Look, Looker, read_items
from autoencoders.ui.morph_reels import read_share
from autoencoders.ui.reels import Floats, Pixels, Reel
from autoencoders.ui.subject_scenes import subject_parts

if TYPE_CHECKING:
    from autoencoders.inference import Engine

FRAMES = 33
"""Pictures over the whole of a slider."""

ADDED = (
    "On the page some of what the model does not draw was added to this picture; these lines, "
    "which hold codes only, leave it out."
)


def edit_reel(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> Reel:
    """Return one picture as it is edited.

    Asked: ``item``; ``base``, its base code with the slider that moved last at 0, ``vector``, what
    1 of that slider adds to it, ``span``, its ends, and ``value``, where it stands; ``before``, the
    base code before the model's own directions; ``strengths`` and ``keep`` of those; ``person`` and
    ``pixels``, how much of the two residuals is kept; ``title`` of the slider.

    Raises:
        RefusedError: 422 with one sentence.
    """
    item = read_items([asked.get("item")], least=1, most=1)[0]
    look = looker.look(item, engine)
    base, vector, before = (
        read_codes([asked.get(name)], size=engine.base_size)
        for name in ("base", "vector", "before")
    )
    low, high, value = read_codes([_joined(asked)], size=3)[0]
    if not low < high or not low <= value <= high:
        raise RefusedError(422, '"span" must be two numbers, the smaller first, around "value".')
    pixels = read_share(asked.get("pixels", 0), "pixels")
    steps = np.linspace(low, high, FRAMES, dtype=np.float32)[:, None]
    with np.errstate(over="ignore", invalid="ignore"):
        track, edited = base + steps * vector, base + value * vector
    if not (np.isfinite(track).all() and np.isfinite(edited).all()):
        raise RefusedError(422, "That edit leads beyond all numbers; use a shorter vector.")
    rest = _rest(engine, look) * np.float32(pixels)

    def draw(codes: Floats) -> Pixels:
        drawn = engine.decode_base(codes).astype(np.float32) + rest
        return np.clip(np.rint(drawn), 0, 255).astype(np.uint8)

    try:
        picture = draw(edited)[0]
        scene = _scene(engine, subject_parts(item, look, model=engine.name), asked, pixels)
    except (SceneError, ValueError) as error:
        raise RefusedError(422, str(error)) from error
    return Reel(
        scene=scene,
        picture=picture,
        shown=before,
        track=track,
        draw=lambda frames: draw(track[frames]),
        stops=(float(-low / (high - low)),) if low < 0 < high else (),
        at=float((value - low) / (high - low)),
        title=f"{look.name}: {str(asked.get('title', ''))[:80]}",
        remarks=(ADDED,) if np.any(rest) else (),
    )


def _joined(asked: Mapping[str, Any]) -> list[Any]:
    span = asked.get("span")
    return [*(span if isinstance(span, list) else ()), asked.get("value")]


def _scene(
    engine: "Engine", subject: dict[str, Any], asked: dict[str, Any], pixels: float
) -> Scene:
    return Scene(
        model=engine.name,
        digest=engine.digest,
        page="attributes",
        strengths=asked.get("strengths", {}),
        keep=asked.get("keep", []),
        person=asked.get("person", 1.0),
        pixels=pixels,
        **subject,
    )


def _rest(engine: "Engine", look: Look) -> NDArray[np.float32]:
    """What the model does not draw of a picture, float32 ``(H, W, C)``, -255..255."""
    if look.pixels is None:
        return np.zeros(engine.image_shape, np.float32)
    drawn = engine.decode_base(look.base[None])[0]
    return np.asarray(look.pixels, np.float32) - np.asarray(drawn, np.float32)
