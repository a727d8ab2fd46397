"""What the card of a family shows of its inside: components, active units, errors by stage."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from torch import nn

from autoencoders.config import TrainConfig
from autoencoders.greedy import stage_errors
from autoencoders.images import Pixels
from autoencoders.inference import Engine
from autoencoders.metrics import PCA
from autoencoders.sheets import arrange, encode_png, to_image

SHOWN = 64
"""Units of a sparse code that are drawn, the most used first."""
ENLARGED = 2
"""Pixels of a card's picture for each of a component's."""

Signed = NDArray[np.float64]


@dataclass(frozen=True)
class Inside:
    """A section of a card and the pictures that it names, as PNG files by their names."""

    text: str = ""
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def inside_of(engine: Engine, training: TrainConfig, images: Pixels, *, pca: PCA) -> Inside:
    """Return what the card of a linear, sparse or layer-by-layer model shows besides.

    Args:
        engine: the model.
        training: how it was trained.
        images: test pictures, uint8 ``(N, H, W, C)``.
        pca: of as many components as the code has numbers.
    """
    if engine.config.family == "linear":
        return _components(engine, pca)
    if engine.config.family == "sparse":
        return _units(engine, images)
    if training.greedy and engine.history is not None:
        losses = engine.history.validation_loss
        return Inside(_stages(stage_errors(engine.config, training, [float(x) for x in losses])))
    return Inside()


def principal_angles(one: Signed, other: Signed) -> Signed:
    """Angles in degrees between two subspaces, the smallest first (Bjorck and Golub, 1973).

    Args:
        one, other: ``(K, P)``, rows that span them.
    """
    ends = [np.linalg.qr(rows.T)[0] for rows in (one, other)]
    cosines = np.linalg.svd(ends[0].T @ ends[1], compute_uv=False)
    return np.asarray(np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0))))


def drawn_by(engine: Engine) -> Signed:
    """What one more of each number of a linear model's code adds to a picture, ``(K, P)``."""
    height, width, channels = engine.image_shape
    layer = engine.network.decoder[0]
    assert isinstance(layer, nn.Linear)  # noqa: S101  # the only layer of a linear decoder
    weights = layer.weight.detach().cpu().numpy().astype(np.float64)
    # The network's pictures have their channels first.
    pictures = weights.T.reshape(engine.code_size, channels, height, width)
    return pictures.transpose(0, 2, 3, 1).reshape(engine.code_size, -1)


def active(codes: NDArray[np.float32], *, above: float) -> NDArray[np.int64]:
    """How many numbers of each code ``(B, D)`` are above a threshold."""
    return np.asarray((codes > above).sum(axis=1), np.int64)


def _components(engine: Engine, pca: PCA) -> Inside:
    found = drawn_by(engine)
    angles = principal_angles(found, pca.components)
    pictures = np.concatenate([found, pca.components]).reshape(-1, *engine.image_shape)
    listed = ", ".join(f"{angle:.1f}" for angle in angles)
    text = (
        "What one more of each number adds to a picture, and below it PCA's components: bright "
        "adds ink, dark takes it away. The model is free to choose any two directions in the same "
        f"plane; the angles between the plane it found and PCA's are {listed} degrees.\n\n"
        "![The model's components above PCA's](components.png)"
    )
    return Inside(text, {"components.png": _signed(pictures, across=len(found))})


def _units(engine: Engine, images: Pixels) -> Inside:
    codes = engine.encode(images)
    # A sigmoid never is 0; a unit that is less than half on is taken to be off.
    above, words = (0.5, "0.5") if engine.config.code_range == "logistic" else (0.0, "0")
    counts = active(codes, above=above)
    low, high = np.percentile(counts, [5, 95])
    used = (codes > above).mean(axis=0)
    chosen = np.argsort(-used)[:SHOWN]
    alone = np.zeros((len(chosen), engine.code_size), np.float32)
    for row, unit in enumerate(chosen):
        values = codes[codes[:, unit] > above, unit]
        alone[row, unit] = np.percentile(values, 90) if len(values) else 0.0
    nothing = engine.decode(np.zeros((1, engine.code_size), np.float32)).astype(float)
    drawn = (engine.decode(alone).astype(float) - nothing) / 255.0
    text = (
        f"Of the {engine.code_size} numbers {np.median(counts):.0f} are above {words} on a test "
        f"picture, in nine out of ten pictures between {low:.0f} and {high:.0f}; "
        f"{int((used == 0).sum())} are never used. What each of the {len(chosen)} most used ones "
        "draws alone, the most used first: bright adds ink, dark takes it away.\n\n"
        "![What the most used units draw](units.png)"
    )
    return Inside(text, {"units.png": _signed(drawn, across=round(len(chosen) ** 0.5))})


def _stages(errors: list[tuple[str, float]]) -> str:
    rows = [f"| {name} | {error:.5f} |" for name, error in errors]
    return "\n".join(
        [
            "Trained layer by layer, each pair to rebuild what the one before it gives. The error "
            "of validation pictures that go through the pairs that there are:",
            "",
            "| stage | mean squared error |",
            "|---|---|",
            *rows,
        ]
    )


def _signed(pictures: Signed, *, across: int) -> bytes:
    """Draw signed pictures ``(B, H, W, C)`` in rows: 0 is grey, each as strong as it can be."""
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    grey = 127.5 + 127.5 * pictures / np.maximum(largest, 1e-12)
    tiles = np.rint(grey).astype(np.uint8).repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2)
    down = -(-len(tiles) // across)
    blank = np.full((down * across - len(tiles), *tiles.shape[1:]), 128, np.uint8)
    return encode_png(
        to_image(arrange(np.concatenate([tiles, blank]), down, across, layout="tiles"))
    )
