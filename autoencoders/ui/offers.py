"""Which other models a page should point to: what this one cannot do, another may."""

from collections.abc import Sequence
from dataclasses import dataclass

DIGITS = "mnist"
PHOTOS = "lfw-photos"


@dataclass(frozen=True)
class Known:
    """What is to be known of a model: its name, its family, the dataset it learned from."""

    name: str
    family: str
    dataset: str


@dataclass(frozen=True)
class Offer:
    """A sentence that ends in the names of other models."""

    sentence: str
    models: tuple[str, ...]


def offers(this: Known, others: Sequence[Known]) -> list[Offer]:
    """Return what to say beside the restoration page of a model.

    Args:
        this: the model that the page shows.
        others: those that can be used.
    """
    others = [other for other in others if other.name != this.name]
    denoising = [other for other in others if other.family == "denoising"]
    said = []
    if this.family != "denoising":
        same = [other.name for other in denoising if other.dataset == this.dataset]
        any_photo = [other.name for other in denoising if other.dataset == PHOTOS]
        wanted = tuple(dict.fromkeys(same + any_photo))
        if wanted:
            said.append(
                Offer(
                    f"{this.name} redraws pictures; it never learned to take noise off. "
                    f"{'These' if len(wanted) > 1 else 'This one'} did:",
                    wanted,
                )
            )
    else:
        plain = [
            other.name
            for other in others
            if other.family not in ("denoising", "stacked") and _alike(this, other)
        ]
        also = [other.name for other in denoising if other.dataset != DIGITS]
        if plain:
            said.append(Offer("To see how closely a clean picture comes back:", (plain[0],)))
        if also and this.dataset != DIGITS:
            said.append(Offer("Also takes noise off photos:", tuple(also)))
    if this.dataset != DIGITS:
        drawn_on = [other.name for other in others if other.dataset == DIGITS]
        if drawn_on:
            said.append(Offer("To draw a digit:", (drawn_on[0],)))
    return said


def _alike(this: Known, other: Known) -> bool:
    faces = ("lfw", PHOTOS)
    return this.dataset == other.dataset or (this.dataset in faces and other.dataset in faces)
