"""The one picture that a page works on, as it stands in a scene."""

from typing import Any

from autoencoders.scene_parts import Subject
from autoencoders.ui.items import Item, Look


def subject_parts(item: Item, look: Look, *, model: str) -> dict[str, Any]:
    """Return the parts of a ``Scene`` that say which picture it is.

    A test picture and a drawn face are named; of anything else there is the base code, which is
    marked where the picture is the person's own, so that it stays here.

    Args:
        item: where the picture comes from.
        look: what the scene's model makes of it.
        model: the scene's.
    """
    if item.kind in ("point", "drawn"):
        of = "" if item.kind == "drawn" or item.model == model else item.model
        subject: Subject = ("point" if item.kind == "point" else "drawn", item.number, of)
        return {"subject": subject}
    own = item.kind == "upload"
    return {"codes": (tuple(map(float, look.base)),), "uploaded": (0,) if own else ()}
