"""Which models can stand beside one: those that learned from the same pictures of the same size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autoencoders.listing import ModelEntry

FIRST_PARTNERS: Mapping[str, str] = {
    "digits-conv-2": "digits-vae-2",
    "digits-vae-2": "digits-conv-2",
    "faces-conv-2": "faces-stacked-2",
    "faces-stacked-2": "faces-conv-2",
}
"""Whom the page opens with beside these models, where it is there."""


@dataclass(frozen=True)
class Partners:
    """Who may stand beside a model.

    Attributes:
        names: those that may, in their usual order.
        first: the one to begin with, None where there is nobody.
        alone: why there is nobody, one sentence; "" where there is somebody.
    """

    names: tuple[str, ...]
    first: str | None
    alone: str = ""


def partners_of(name: str, entries: Sequence[ModelEntry]) -> Partners:
    """Return who may stand beside a model.

    Args:
        name: the model.
        entries: the registry.
    """
    this = next((entry for entry in entries if entry.name == name), None)
    if this is None or this.description is None or this.problem is not None:
        return Partners((), None, f"Nothing is known of {name} that a second model could share.")
    fitting = [other for other in entries if misfit(this, other) is None]
    if not fitting:
        height, width, _ = this.description.model.image_shape
        return Partners(
            (),
            None,
            f"{name} is the only model here that draws pictures of {_what(this)} of "
            f"{height}×{width}; train a second one, or choose another model above.",
        )
    first = min(fitting, key=lambda other: _rank(this, other))
    return Partners(tuple(other.name for other in fitting), first.name)


def comparable(entries: Sequence[ModelEntry], *, most: int = 6) -> list[str]:
    """Return names of models that have a partner, those that are named for one first.

    Args:
        entries: the registry.
        most: how many at most.
    """
    names = [entry.name for entry in entries if partners_of(entry.name, entries).first]
    return sorted(names, key=lambda name: (name not in FIRST_PARTNERS, name))[:most]


def misfit(this: ModelEntry, other: ModelEntry) -> str | None:
    """Say why a model cannot stand beside ``this``, None where it can; ends without a full stop."""
    one, two = this.description, other.description
    if other.name == this.name:
        return "is the very model that is open"
    if other.problem is not None or one is None or two is None:
        return f"cannot be used ({(other.problem or 'nothing is known of it').rstrip('.')})"
    if one.training.dataset != two.training.dataset:
        return f"learned from other pictures ({two.training.dataset}, not {one.training.dataset})"
    if one.model.image_shape != two.model.image_shape:
        return f"draws pictures of another size than {this.name}"
    return None


def left_out(asked: str, name: str, chosen: str | None, entries: Sequence[ModelEntry]) -> str:
    """Say in one sentence why a link's second model is not the one that is shown.

    Args:
        asked: the model that the link wants to compare with.
        name: the model that is open.
        chosen: the one that is shown beside it instead.
        entries: the registry.
    """
    this = next((entry for entry in entries if entry.name == name), None)
    other = next((entry for entry in entries if entry.name == asked), None)
    why = "is not here" if other is None or this is None else misfit(this, other)
    instead = f"; this is {chosen} instead" if chosen else ""
    return f"The link compares {name} with {asked[:80]!r}, which {why}{instead}."


def measured(entry: ModelEntry) -> Mapping[str, Any]:
    """Return what was measured of a model on its test pictures; empty where nothing was."""
    metrics = {} if entry.description is None else entry.description.metrics
    found = metrics.get("test", next(iter(metrics.values()), {}))
    return found if isinstance(found, Mapping) else {}


def number(value: object) -> float | None:
    """Return a measured number as one; None where it is none."""
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain else None  # type: ignore[arg-type]


def _rank(this: ModelEntry, other: ModelEntry) -> tuple[bool, bool, bool, float, str]:
    """Sort the second model to begin with first: of another family, with as many numbers."""
    one, two = this.description, other.description
    if one is None or two is None:
        return True, True, True, 0.0, other.name
    error = number(measured(other).get("mse"))
    return (
        FIRST_PARTNERS.get(this.name) != other.name,
        one.model.code_size != two.model.code_size,
        one.model.family == two.model.family,
        float("inf") if error is None else error,
        other.name,
    )


def _what(entry: ModelEntry) -> str:
    return entry.name.partition("-")[0]
