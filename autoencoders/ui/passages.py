"""A picture's way through a network, packed for the browser: every stage with its numbers.

Maps go as bytes, on a scale that the header states; rows of numbers as they are.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders import sheets
from autoencoders.activations import Stage
from autoencoders.ui.stage_words import besides, sentence
from autoencoders.ui.subjects import Subject

if TYPE_CHECKING:
    from autoencoders.inference import Engine

BRIGHTEST = 99.5
"""Of a stage's numbers, by their size, so many percent are shown in full; the rest as bright."""
FEW = 256
"""A row of at most so many numbers is shown as bars: up to the largest of them."""

MOST_NUMBERS = 2**18
"""Numbers of one stage that are sent as maps; of more maps, those that vary most."""

Floats = NDArray[np.float32]


def passage(engine: "Engine", subject: Subject) -> bytes:
    """Answer with every stage of a picture's way through a network.

    The header's ``stages`` say of each stage what it is; its maps or numbers are the arrays
    ``maps-K`` uint8 ``(M, H, W)`` (0 stands for ``low``, 255 for ``high``, both in the header) or
    ``values-K`` float32 ``(N,)``; of maps, ``channels-K`` int32 ``(M,)`` says which they are and
    ``measures-K`` float32 ``(M, 5)`` holds least, mean, greatest, mean size and spread of each.
    """
    stages = engine.activations(subject.pixels[None])
    arrays: dict[str, NDArray[Any]] = {}
    for index, stage in enumerate(stages):
        arrays |= {f"{name}-{index}": array for name, array in _arrays(stage).items()}
    described = [
        _described(stage, before)
        for before, stage in zip((None, *stages[:-1]), stages, strict=True)
    ]
    # What a link names an upload by; of a stacked model it is not among the stages' own numbers.
    arrays["base"] = engine.encode_base(subject.pixels[None])[0]
    return sheets.pack_arrays(
        arrays, stages=described, name=subject.name, notes=list(subject.notes)
    )


def _described(stage: Stage, before: Stage | None) -> dict[str, Any]:
    low, high = scale_of(stage)
    return {
        "part": stage.part,
        "kind": stage.kind,
        "name": stage.name,
        "shape": list(stage.values.shape),
        "count": stage.count,
        "parameters": stage.parameters,
        "base": stage.of_base,
        "sentence": sentence(stage, before),
        "besides": besides(stage),
        "low": low,
        "high": high,
    }


def scale_of(stage: Stage) -> tuple[float, float]:
    """Return the numbers of a stage that are shown darkest and brightest; 0 is always among them.

    Picture and reconstruction are shown on 0..1.
    """
    if stage.part in ("picture", "reconstruction"):
        return 0.0, 1.0
    size = np.abs(stage.values)
    largest = float(size.max()) or 1.0
    bars = stage.values.ndim == 1 and stage.count <= FEW
    bound = largest if bars else float(np.percentile(size, BRIGHTEST)) or largest
    low, high = float(stage.values.min()), float(stage.values.max())
    if low == high == 0.0:
        return 0.0, 1.0
    return max(min(low, 0.0), -bound), min(max(high, 0.0), bound)


def _arrays(stage: Stage) -> dict[str, NDArray[Any]]:
    if stage.values.ndim == 1:
        return {"values": stage.values}
    chosen = most_varied(stage.values, MOST_NUMBERS)
    maps = stage.values[chosen]
    low, high = scale_of(stage)
    levels = np.rint((np.clip(maps, low, high) - low) * (255.0 / (high - low)))
    return {
        "maps": levels.astype(np.uint8),
        "channels": chosen.astype(np.int32),
        "measures": measures(maps),
    }


def most_varied(maps: Floats, numbers: int) -> NDArray[np.intp]:
    """Return which of ``maps`` ``(C, H, W)`` to send, in order: all, or those of largest spread.

    Args:
        maps: the maps.
        numbers: at most so many are sent, but one map at least.
    """
    most = max(1, numbers // maps[0].size)
    spread = maps.reshape(len(maps), -1).std(axis=1)
    return np.sort(np.argsort(-spread, kind="stable")[:most])


def measures(maps: Floats) -> Floats:
    """Return least, mean, greatest, mean size and spread of each of ``maps``, ``(C, 5)``."""
    rows = maps.reshape(len(maps), -1)
    columns = (
        rows.min(axis=1),
        rows.mean(axis=1),
        rows.max(axis=1),
        np.abs(rows).mean(axis=1),
        rows.std(axis=1),
    )
    return np.stack(columns, axis=1).astype(np.float32)
