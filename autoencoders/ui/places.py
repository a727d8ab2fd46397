"""The plane on which a page draws paths and trails, whatever the size of a model's code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from autoencoders.projection import PrincipalPlane

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class PlaceFinder:
    """Where base codes lie on a plane.

    Attributes:
        places: base codes ``(N, K)`` to places, float32 ``(N, 2)``.
        words: what the plane is, in one sentence.
    """

    places: Callable[[Floats], Floats]
    words: str


def place_finder(engine: "Engine") -> PlaceFinder:
    """Return a model's plane: its own code where that has two numbers, else the principal one."""
    if engine.code_size == 2:
        words = f"The code of {engine.name}: grey dots are test pictures."
        return PlaceFinder(engine.from_base, words)
    bases = bases_of(engine)
    if engine.base_size == 1:
        return PlaceFinder(_on_a_line, f"The one number of {engine.name}, from left to right.")
    plane = PrincipalPlane.of(bases)
    words = (
        f"The two principal axes of {engine.name}'s {engine.base_size} numbers, which show "
        f"{100 * plane.share:.0f}% of their spread; grey dots are test pictures."
    )
    return PlaceFinder(plane.places, words)


def _on_a_line(codes: Floats) -> Floats:
    return np.hstack([codes, np.zeros_like(codes)])


def bases_of(engine: "Engine") -> Floats:
    """Return the base codes of the test pictures, float32 ``(N, K)``."""
    latents = engine.latents
    return np.asarray(latents.codes if latents.base is None else latents.base, np.float32)
