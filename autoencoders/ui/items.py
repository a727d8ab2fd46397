"""Pictures that a person has picked: what each one is, and what a model makes of it.

The tray holds items; every page may ask what its model sees in them.  An item says where a picture
comes from and never holds one: an upload stays in the private store.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from autoencoders import drawn, sheets, uploads
from autoencoders.latents import Latents
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.asked import read_codes, read_detail
from autoencoders.ui.state import Store, UnusableModelError

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Kind = Literal["upload", "point", "code", "drawn"]

MOST_ITEMS = 64
"""Items in one request."""

LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True)
class Item:
    """Where a picture comes from.

    Attributes:
        kind: "upload": one of this browser's own pictures; "point": a test picture of a model;
            "code": what a model decodes a code to; "drawn": a face that Hourglass draws itself.
        id: of an upload.
        model: of a point or a code.
        number: of a point its place among the test pictures; of a drawn face its seed.
        code: a code, or a base code, of ``model``.
        detail: how much of the individuals a code of a stacked model is decoded with, 0..1.
    """

    kind: Kind
    id: str = ""
    model: str = ""
    number: int = 0
    code: tuple[float, ...] = ()
    detail: float = 0.0


@dataclass(frozen=True)
class Look:
    """What a model makes of an item.

    Attributes:
        base: base code, float32 ``(K,)``.
        pixels: the picture as the model takes it, uint8 ``(H, W, C)``; None where there is only a
            code.
        name: what to call it.
        notes: what was done to the picture, one sentence each.
    """

    base: NDArray[np.float32]
    pixels: NDArray[np.uint8] | None
    name: str
    notes: tuple[str, ...] = ()


def read_items(asked: object, *, least: int, most: int = MOST_ITEMS) -> list[Item]:
    """Check items that came as JSON.

    Args:
        asked: a list of objects.
        least, most: how many there may be.

    Raises:
        RefusedError: 422 with one sentence.
    """
    if not isinstance(asked, list) or not least <= len(asked) <= most:
        raise RefusedError(422, f'"items" must be a list of {least} to {most} pictures.')
    return [_read_item(each) for each in asked]


def _read_item(asked: object) -> Item:
    if not isinstance(asked, dict) or asked.get("kind") not in get_args(Kind):
        kinds = ", ".join(get_args(Kind))
        raise RefusedError(422, f'Every picture is an object whose "kind" is one of {kinds}.')
    kind: Kind = asked["kind"]
    if kind == "upload":
        return Item(kind, id=_text(asked, "id"))
    if kind == "drawn":
        return Item(kind, number=_number(asked))
    if kind == "point":
        return Item(kind, model=_text(asked, "model"), number=_number(asked))
    code = asked.get("code")
    size = len(code) if isinstance(code, list) else 0
    checked = read_codes([code], size=size)[0]
    detail = read_detail(asked.get("detail", 0), step=0.0)
    return Item(kind, model=_text(asked, "model"), code=tuple(checked.tolist()), detail=detail)


def _text(asked: Mapping[str, Any], key: str) -> str:
    value = asked.get(key)
    if not isinstance(value, str) or not 1 <= len(value) <= 200:
        raise RefusedError(422, f'A picture of kind {asked["kind"]!r} names its "{key}".')
    return value


def _number(asked: Mapping[str, Any]) -> int:
    value = asked.get("number")
    if type(value) is not int or not 0 <= value <= LARGEST_NUMBER:
        raise RefusedError(422, f'"number" must be a whole number from 0 to {LARGEST_NUMBER}.')
    return value


Originals = Callable[["Engine"], NDArray[np.uint8] | None]


class Looker:
    """Finds out what a model makes of items, for one browser.

    Args:
        store: engines and private pictures.
        browser: whose pictures may be looked at.
        originals: engine -> the pictures its codes are of, None where they are not on this disk.
    """

    def __init__(self, store: Store, *, browser: str, originals: Originals) -> None:
        self.store = store
        self.browser = browser
        self.originals = originals

    def look(self, item: Item, engine: "Engine") -> Look:
        """Return what ``engine`` makes of an item.

        Raises:
            RefusedError: with one sentence, for an item that is not there or cannot be used.
        """
        try:
            if item.kind == "upload":
                return self._upload(item, engine)
            if item.kind == "drawn":
                return self._drawn(item, engine)
            source = engine if item.model == engine.name else self.store.engine(item.model)
        except (uploads.PictureError, UnusableModelError) as error:
            raise RefusedError(422, str(error)) from error
        look = self._point(item, source) if item.kind == "point" else self._code(item, source)
        return look if source is engine else self._taken_over(look, source, engine)

    def _upload(self, item: Item, engine: "Engine") -> Look:
        upload = self.store.private.find(browser=self.browser, id=item.id)
        if upload is None:
            raise RefusedError(
                422, "That picture is no longer here: it was removed or forgotten; add it again."
            )
        name = str(upload.answer.get("name", "your picture"))

        def prepare() -> tuple[NDArray[np.uint8], tuple[str, ...]]:
            opened = uploads.open_picture(upload.source, name=name)
            ready = engine.prepare_shown(opened.image)
            return ready.pixels, (*opened.notes, *ready.notes)

        pixels, notes = upload.prepared_for(engine.digest, prepare)
        return Look(engine.encode_base(pixels[None])[0], pixels, name, notes)

    def _drawn(self, item: Item, engine: "Engine") -> Look:
        pixels = fitted(drawn.draw(drawn.sample(1, seed=item.number)[0])[0], engine)
        return Look(engine.encode_base(pixels[None])[0], pixels, f"drawn face {item.number}")

    def _point(self, item: Item, engine: "Engine") -> Look:
        latents = engine.latents
        if item.number >= len(latents.codes):
            raise RefusedError(
                422, f"There is no such picture; {engine.name} has 0 to {len(latents.codes) - 1}."
            )
        there = self.originals(engine)
        pixels = None if there is None else there[item.number]
        return Look(base_of(latents, item.number), pixels, f"test picture {item.number}")

    def _code(self, item: Item, engine: "Engine") -> Look:
        code = np.array([item.code], np.float32)
        if code.shape[1] not in (engine.code_size, engine.base_size):
            sizes = " or ".join(str(size) for size in sorted({engine.code_size, engine.base_size}))
            raise RefusedError(
                422, f"A code of {engine.name} has {sizes} numbers, this one {code.shape[1]}."
            )
        stacked = engine.base_size != engine.code_size
        if stacked and code.shape[1] == engine.code_size:
            code = engine.to_base(code, detail=item.detail if engine.has_detail else 0.0)
        return Look(code[0], None, f"a place of {engine.name}")

    def _taken_over(self, look: Look, source: "Engine", engine: "Engine") -> Look:
        """Look with ``engine`` at what is known, or decoded, by another model."""
        if source.base_name == engine.base_name:
            return look  # a stacked model and its base, or two of one base, share the base code
        pixels = source.decode_base(look.base[None])[0] if look.pixels is None else look.pixels
        pixels = fitted(pixels, engine)
        return Look(engine.encode_base(pixels[None])[0], pixels, look.name, look.notes)


def base_of(latents: Latents, number: int) -> NDArray[np.float32]:
    """Return the base code of a test picture, float32 ``(K,)``."""
    bases = latents.codes if latents.base is None else latents.base
    return np.asarray(bases[number], np.float32)


def fitted(pixels: NDArray[np.uint8], engine: "Engine") -> NDArray[np.uint8]:
    """Return a picture, uint8 ``(H, W, C)``, as another model takes it.

    A picture of the right size is taken as it is: it was framed by a model before.
    """
    if pixels.shape == engine.image_shape:
        return pixels
    return np.asarray(engine.prepare(sheets.to_image(pixels))[0])
