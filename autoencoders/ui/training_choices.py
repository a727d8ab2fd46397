"""What the form of a small training offers, and what each choice means, in a sentence."""

from typing import Any

from autoencoders.data import find_root, source_of
from autoencoders.small_runs import (
    CODE_SIZES,
    FEWEST_PICTURES,
    LARGEST_SEED,
    MOST_EPOCHS,
    MOST_LAYERS,
    MOST_PICTURES,
    SIDES,
    Choices,
    Data,
    SmallFamily,
)

MISSING = (
    "Digits need MNIST, which is not on this disk: get it with "
    "“python -m autoencoders data --download mnist” and reload this page."
)
RATE = 2e-3

FAMILIES: dict[SmallFamily, tuple[str, str, float]] = {
    "linear": ("Linear", "One layer down, one up: it can learn what PCA knows, no more.", 1e-2),
    "dense": ("Dense", "Every pixel is joined to every unit of the first layer.", RATE),
    "convolutional": (
        "Convolutional",
        "Small filters run over the picture; each layer after the first halves it.",
        RATE,
    ),
    "denoising": (
        "Denoising",
        "It is given noisy pictures and learns to draw the clean ones.",
        RATE,
    ),
    "variational": (
        "Variational",
        "Each picture becomes a small cloud, and all clouds fill one round hill to draw from.",
        RATE,
    ),
}

MEANINGS = {
    1: "All pictures on a line.",
    2: "The map is the whole code.",
    4: "Sharper; the map shows its two main axes.",
    8: "Sharper; the map shows its two main axes.",
    16: "Sharper still; the map shows its two main axes.",
    32: "The sharpest; the map shows its two main axes.",
}


def choices_told() -> dict[str, Any]:
    """Return what the page's component is told, plain JSON values."""
    return {
        "data": [
            _data(
                "drawn", "Drawn faces", "Hourglass draws them itself: hair, skin, glasses, smiles."
            ),
            _data("mnist", "Digits (MNIST)", "Handwritten digits of many people."),
        ],
        "families": [
            {"value": family, "title": title, "about": about, "rate": rate}
            for family, (title, about, rate) in FAMILIES.items()
        ],
        "sizes": list(CODE_SIZES),
        "meanings": MEANINGS,
        "bounds": {
            "layers": [1, MOST_LAYERS],
            "epochs": [1, MOST_EPOCHS],
            "pictures": [FEWEST_PICTURES, MOST_PICTURES],
            "seed": [0, LARGEST_SEED],
        },
        "start": Choices().to_dict(),
    }


def _data(name: Data, title: str, about: str) -> dict[str, Any]:
    height, width, channels = SIDES[name]
    kind = "in grey" if channels == 1 else "in colour"
    return {
        "value": name,
        "title": title,
        "about": f"{about} {height}×{width} pixels, {kind}.",
        "missing": "" if name == "drawn" or _is_there(name) else MISSING,
    }


def _is_there(name: Data) -> bool:
    root = find_root()
    return root is not None and (root / source_of(name).folder).is_dir()
