"""What preparing a picture for a model gives: the pixels, and what to tell its owner about them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from autoencoders.placement import Placement


@dataclass(frozen=True)
class Step:
    """One stage of the preparation, to be shown: ``image`` is grey (mode "L") or colour ("RGB")."""

    title: str
    note: str
    image: Image.Image


@dataclass(frozen=True)
class Prepared:
    """A picture as a model takes it.

    Attributes:
        pixels: uint8 ``(H, W, C)``, 0..255.
        steps: how it came to be, in order; at most six.
        notes: one short sentence for everything worth knowing beside the steps.
        foreign: a clause that says why it cannot be what the model was trained on ("it looks
            like a photograph ..."), found without the model; None: nothing speaks against it.
        placement: where the pixels lie in the picture, to put a result back; None: it cannot be.
    """

    pixels: NDArray[np.uint8]
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    foreign: str | None = None
    placement: Placement | None = None
