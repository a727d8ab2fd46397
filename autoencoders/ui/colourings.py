"""What the points of a map can be coloured by: label, attribute, error, density."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders.emptiness import crowding

if TYPE_CHECKING:
    from autoencoders.inference import Engine

WORDS: dict[str, tuple[str, str]] = {
    "smiling": ("smiling", "not smiling"),
    "eyeglasses": ("eyeglasses", "no eyeglasses"),
    "facial_hair": ("facial hair", "no facial hair"),
    "female": ("female", "male"),
    "hat": ("hat", "no hat"),
    "older": ("older", "younger"),
}
"""What yes and no of an attribute are called; of others "name" and "not name"."""

YES, NO = 4, 1
"""Their places among the theme's ten colours, far apart also for the colour-blind."""

STEPS = 5
"""Classes of a measured number, each with as many points, and colours of the ramp."""


@dataclass(frozen=True)
class Colouring:
    """One way to colour the points.

    Attributes:
        title: by what.
        names: what each value means.
        tones: place of each value among the theme's colours, or in the ramp.
        faint: whether a value is an estimate and drawn paler.
        values: int32 ``(N,)``, an index into the three above for each point.
        ends: what the first and the last value mean, where the values are steps of a measured
            number and the colours a ramp from low to high.
    """

    title: str
    names: tuple[str, ...]
    tones: tuple[int, ...]
    faint: tuple[bool, ...]
    values: NDArray[np.int32]
    ends: tuple[str, str] | None = None

    def header(self) -> dict[str, Any]:
        """All but the values, as plain JSON values."""
        return {
            "title": self.title,
            "names": list(self.names),
            "tones": list(self.tones),
            "faint": list(self.faint),
        } | ({} if self.ends is None else {"ends": list(self.ends)})


def colourings(engine: "Engine") -> list[Colouring]:
    """Return every way to colour a model's points, the one to begin with first."""
    latents = engine.latents
    return [
        *_by_kind(engine),
        _in_steps("error", latents.mse, ends=("rebuilt best", "rebuilt worst")),
        _in_steps("density", crowding(latents.codes), ends=("few around", "many around"), unit="×"),
    ]


def _by_kind(engine: "Engine") -> list[Colouring]:
    """By label and attribute, or all alike.

    An attribute is the label where it is known.  Elsewhere it is the side on which the score of
    its direction falls, told apart by its name and a paler colour; without a direction those
    points are "not known".
    """
    latents = engine.latents
    found = []
    if latents.labels is not None:
        count = max(len(engine.label_names), int(latents.labels.max()) + 1)
        names = [*engine.label_names, *map(str, range(len(engine.label_names), count))]
        found.append(
            Colouring(
                "label", tuple(names), tuple(range(count)), (False,) * count,
                latents.labels.astype(np.int32),
            )
        )  # fmt: skip
    if latents.attributes is not None:
        columns = zip(engine.attribute_names, latents.attributes.T, strict=True)
        found += [_by_attribute(engine, name, values) for name, values in columns]
    if not found:
        nothing = np.zeros(len(latents.codes), np.int32)
        found.append(Colouring("nothing", ("test picture",), (NO,), (False,), nothing))
    return found


def _by_attribute(engine: "Engine", name: str, known: NDArray[np.float32]) -> Colouring:
    yes, no = WORDS.get(name, (name.replace("_", " "), f"not {name.replace('_', ' ')}"))
    latents = engine.latents
    unknown = np.isnan(known)
    values = np.where(known > 0.5, 0, 1).astype(np.int32)
    direction = next((one for one in engine.directions if one.name == name), None)
    if direction is None:
        values[unknown] = 2
        return Colouring(yes, (yes, no, "not known"), (YES, NO, 9), (False, False, True), values)
    codes = latents.codes if latents.base is None else latents.base
    scores = direction.score(codes[unknown])
    values[unknown] = np.where(scores > 0, 2, 3)
    names = (yes, no, f"{yes}, by its score", f"{no}, by its score")
    return Colouring(yes, names, (YES, NO, YES, NO), (False, False, True, True), values)


def _in_steps(
    title: str, numbers: NDArray[np.float32], *, ends: tuple[str, str], unit: str = ""
) -> Colouring:
    """By a measured number: classes with as many points each, named by their range."""
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, STEPS + 1)))
    texts = _told_apart(edges)
    count = max(len(edges) - 1, 1)
    names = [f"{low} – {high}{unit}" for low, high in pairwise(texts)]
    values = np.searchsorted(edges[1:-1], numbers, side="right").astype(np.int32)
    tones = tuple(round(k * (STEPS - 1) / max(count - 1, 1)) for k in range(count))
    return Colouring(
        title, tuple(names) or (texts[0] + unit,), tones, (False,) * count, values, ends
    )


def _told_apart(numbers: NDArray[np.floating]) -> list[str]:
    """Numbers as text, with as few significant places, from two up, as tell them apart."""
    texts: list[str] = []
    for places in range(2, 9):
        texts = [
            np.format_float_positional(number, places, unique=False, fractional=False, trim="-")
            for number in numbers
        ]
        if len(set(texts)) == len(texts):
            break
    return texts
