"""A picture to restore: its pixels as a model takes it, and where in its photo they lie."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from autoencoders import uploads
from autoencoders.placement import Placement, crop
from autoencoders.preparation import can_be_placed
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.items import Item, Looker

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Pixels = NDArray[np.uint8]

LARGEST = 1e9
"""No number of a crop is larger; a whole number of hundreds of digits is no float."""

GONE = "That picture is no longer here: it was removed or forgotten; add it again."


@dataclass(frozen=True)
class Subject:
    """What is to be restored.

    Attributes:
        pixels: as the model takes it, uint8 ``(H, W, C)``.
        name: what to call it.
        notes: what was done to the picture, one sentence each.
        foreign: a clause that says why it cannot be what the model knows, or None.
        photo: the whole photo, where there is one and it was asked for.
        placement: where the pixels lie in the photo; None: nobody can tell.
    """

    pixels: Pixels
    name: str
    notes: tuple[str, ...] = ()
    foreign: str | None = None
    photo: Image.Image | None = field(default=None, repr=False)
    placement: Placement | None = None


def subject_of(
    item: Item,
    engine: "Engine",
    looker: Looker,
    *,
    browser: str,
    cut: Mapping[str, Any] | None = None,
    whole: bool = False,
) -> Subject:
    """Return a picture as a model takes it.

    Args:
        item: where it comes from.
        engine: the model.
        looker: looks at items for this browser.
        browser: whose uploads may be looked at.
        cut: of an upload the crop that its owner wants, as ``read_cut`` takes it; None: the one
            that the preparation finds.
        whole: also find photo, placement and what speaks against the picture.

    Raises:
        RefusedError: with one sentence, for an item that is not there or cannot be used.
    """
    if item.kind == "upload" and (cut is not None or whole):
        upload = looker.store.private.find(browser=browser, id=item.id)
        if upload is None:
            raise RefusedError(422, GONE)
        name = str(upload.answer.get("name", "your picture"))
        return from_file(upload.source, engine, name=name, cut=cut)
    look = looker.look(item, engine)
    if look.pixels is not None:
        # A copy: what comes from a dataset may not be written to, and torch warns of such arrays.
        return Subject(look.pixels.copy(), look.name, look.notes)
    note = (
        "The picture itself is not on this disk: what the model draws of it is taken for it."
        if item.kind == "point"
        else "It never was a picture: what the model draws at its place is taken for one."
    )
    return Subject(engine.decode_base(look.base[None])[0], look.name, (*look.notes, note))


def from_file(
    body: bytes, engine: "Engine", *, name: str, cut: Mapping[str, Any] | None = None
) -> Subject:
    """Open a picture file and bring it into the form that a model takes.

    Raises:
        RefusedError: 422 with one sentence.
    """
    try:
        opened = uploads.open_picture(body, name=name)
        photo = opened.image
        if cut is not None:
            place = read_cut(cut, engine, photo)
            pixels = _cut_out(photo, place, engine.image_shape)
            return Subject(pixels, name, opened.notes, None, photo, place)
        ready = engine.prepare_shown(photo)
    except ValueError as error:  # a PictureError, or nothing on it
        raise RefusedError(422, str(error)) from error
    notes = (*opened.notes, *ready.notes)
    return Subject(ready.pixels, name, notes, ready.foreign, photo, ready.placement)


def read_cut(asked: object, engine: "Engine", photo: Image.Image) -> Placement:
    """Check a crop that came as JSON.

    Args:
        asked: an object with "x", "y", "side" and "angle", in pixels of the photo and degrees.
        engine: the model it is for.
        photo: what it is cut from.

    Raises:
        RefusedError: 422 with one sentence.
    """
    if not can_be_placed(engine.dataset, engine.image_shape):
        raise RefusedError(
            422, f"What {engine.name} is given is no square cut of a photo; leave the crop out."
        )
    given = asked if isinstance(asked, Mapping) else {}
    numbers = [
        float(number) if abs(number) < LARGEST else math.inf
        for number in (given.get(key) for key in ("x", "y", "side", "angle"))
        if isinstance(number, int | float) and not isinstance(number, bool)
    ]
    if len(numbers) != 4:
        raise RefusedError(422, 'A crop is an object of four numbers: "x", "y", "side", "angle".')
    x, y, side, angle = numbers
    try:
        return Placement(x, y, side, angle, *photo.size)
    except ValueError as error:
        raise RefusedError(422, str(error)) from error


def _cut_out(photo: Image.Image, place: Placement, shape: tuple[int, int, int]) -> Pixels:
    pixels = crop(photo, place, side=shape[0])
    if shape[2] == 3:
        return pixels
    return np.array(Image.fromarray(pixels).convert("L"), np.uint8)[..., None]
