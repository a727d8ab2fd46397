"""Which models stand beside each other to be drawn from: plain ones and variational ones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Side = Literal["plain", "variational"]

_FACES = ("lfw", "lfw-photos")
_FIRST = ("convolutional", "deep", "dense", "stacked", "linear", "sparse", "denoising")
"""Plain families, the one that differs least from a variational model first."""


@dataclass(frozen=True)
class Drawable:
    """What is to be known of a model to find its partner, and for the page to show it."""

    name: str
    digest: str
    family: str
    dataset: str
    code_size: int
    image: tuple[int, int, int]

    @property
    def side(self) -> Side:
        """On which side of the page it stands."""
        return "variational" if self.family == "variational" else "plain"


def partners(this: Drawable, others: Sequence[Drawable]) -> list[Drawable]:
    """Return the models that can stand beside one, the best first.

    They learned from the same pictures and stand on the other side; the nearer their codes are in
    size the better.
    """
    there = [one for one in others if one.side != this.side and _alike(one, this)]

    def order(one: Drawable) -> tuple[bool, bool, float, int, str]:
        apart = abs(math.log(one.code_size / this.code_size))
        family = _FIRST.index(one.family) if one.family in _FIRST else 0
        return one.dataset != this.dataset, one.family == "denoising", apart, family, one.name

    return sorted(there, key=order)


def _alike(one: Drawable, other: Drawable) -> bool:
    both_faces = one.dataset in _FACES and other.dataset in _FACES
    return one.dataset == other.dataset or both_faces
