"""What a training leaves after each epoch, as its browser draws it: where the codes lie, pictures.

A code of many numbers is shown on its epoch's two main axes.  They are turned so that they lie as
near to those of the epoch before as they can, or the map would jump from epoch to epoch; so what
was sent once stays as it is.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoencoders import sheets
from autoencoders.ui.training_run import GIVEN, RUN, TrainingRun

SIDE = 8
"""The frames are mosaics of so many pictures a side."""


def pack_frames(run: TrainingRun, start: int) -> bytes:
    """Pack the snapshots from the one of number ``start`` on: epochs, places and a strip.

    Raises:
        IndexError: when there is none.
    """
    with run.reading:
        epochs = run.snapshots()
        if not 0 <= start < len(epochs):
            raise IndexError(start)
        places, frames = [], []
        for number, epoch in enumerate(epochs):
            if start > number and number < len(run.axes):
                continue
            with np.load(run.folder / RUN / f"snapshot-{epoch:05d}.npz") as snapshot:
                codes, pictures = snapshot["codes"], snapshot["reconstructions"]
            if number == len(run.axes):
                run.axes.append(axes_of(codes, run.axes[-1] if run.axes else None))
            if number >= start:
                places.append(places_of(codes, run.axes[number]))
                frames.append(sheets.mosaic(pictures, side=SIDE))
    sheet = sheets.strip(np.stack(frames), encoding=sheets.MOVIE_ENCODING)
    return sheets.pack_arrays(
        {
            "epochs": np.array(epochs[start:], np.int32),
            "codes": np.stack(places),
            "sheet": np.frombuffer(sheet.payload, np.uint8),
        },
        strip=sheet.header(),
    )


def pack_given(run: TrainingRun) -> bytes:
    """Pack what the network is given: a mosaic of the pictures, and what the points are.

    Raises:
        OSError: before the job has drawn or read them.
    """
    with np.load(run.folder / GIVEN) as given:
        mosaic = sheets.mosaic(given["images"], side=SIDE)
        labels = given["labels"].astype(np.int32)
    return sheets.pack_arrays({"labels": labels, "images": mosaic})


def axes_of(codes: NDArray[Any], before: NDArray[Any] | None) -> NDArray[np.float64]:
    """Return the axes ``(D, 2)`` that codes ``(V, D)`` are shown on; ``before``, the ones before.

    The turn is the one that brings them nearest (orthogonal Procrustes, Schönemann 1966).
    """
    size = codes.shape[1]
    if size <= 2:
        return np.eye(size, 2)
    centred = codes.astype(np.float64) - codes.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2].T
    if before is None:
        return axes
    left, _, right = np.linalg.svd(axes.T @ before)
    return np.asarray(axes @ (left @ right))


def places_of(codes: NDArray[Any], axes: NDArray[Any]) -> NDArray[np.float32]:
    """Return where codes ``(V, D)`` lie, float32 ``(V, 2)``: around their mean for D > 2."""
    values = codes.astype(np.float64)
    if codes.shape[1] > 2:
        values -= values.mean(axis=0)
    return np.asarray(values @ axes, np.float32)
