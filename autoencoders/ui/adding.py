"""How a person adds pictures to the tray: what suits a model, and why something does not."""

from typing import TYPE_CHECKING, Any

from autoencoders.ui.offers import DIGITS

if TYPE_CHECKING:
    from autoencoders.inference import Engine

NO_DRAWING = "Drawing is for models of digits."


def ways_to_add(engine: "Engine") -> dict[str, Any]:
    """Return what a page's component is told, plain JSON values.

    "draws": whether what a person draws is for this model; "camera": what it photographs, "paper"
    with a digit on it or a "person"; "count": how many test pictures there are to choose from;
    "detail": how much of the individuals they are shown with; "absent": a sentence about the way
    that is not there, empty where none is missing.
    """
    digits = engine.dataset == DIGITS
    return {
        "draws": digits,
        "camera": "paper" if digits else "person",
        "count": len(engine.latents.codes),
        "detail": 1 if engine.has_detail else 0,
        "absent": "" if digits else NO_DRAWING,
    }
