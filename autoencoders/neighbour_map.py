"""A map on which neighbours stay neighbours: UMAP (McInnes, Healy and Melville, 2018).

Its package, ``umap-learn``, is not required: where it is absent ``available`` says so.  This file
is also the program that the layout runs as, a process of its own, because the package's compiled
loops hold the interpreter for seconds and would stop the server meanwhile.
"""

import importlib
import importlib.util
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PACKAGE = "umap"
LONGEST_S = 900
"""Seconds that a layout may take; the first one of a computer compiles the package's loops."""

Floats = NDArray[np.float32]


class LayoutError(ValueError):
    """The layout could not be made; the message says so in one sentence."""


def available() -> bool:
    """Whether the package is there."""
    return importlib.util.find_spec(PACKAGE) is not None


def layout(codes: Floats, *, seed: int) -> Floats:
    """Lay codes out so that near ones lie near each other; the same seed gives the same map.

    Args:
        codes: float32 ``(N, D)``, finite.
        seed: of the random starts and steps.

    Returns:
        float32 ``(N, 2)``, within -1..1, the middle of its box at the origin. Distances and axes
        mean nothing in themselves.

    Raises:
        LayoutError: where the package fails or takes longer than ``LONGEST_S``.
    """
    given = io.BytesIO()
    np.save(given, codes, allow_pickle=False)
    # -P: the folder of this file holds names that other packages might mean.
    command = [sys.executable, "-P", str(Path(__file__).resolve()), str(seed)]
    try:
        done = subprocess.run(
            command, input=given.getvalue(), capture_output=True, timeout=LONGEST_S, check=True
        )
        return fitted(np.load(io.BytesIO(done.stdout), allow_pickle=False))
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise LayoutError(
            "The UMAP layout could not be made; choose the principal plane, or install "
            "umap-learn again."
        ) from error


def fitted(places: NDArray[np.floating]) -> Floats:
    """Shift and scale places ``(N, 2)``, by the same factor along x and y, to fill -1..1.

    Raises:
        ValueError: where they are not finite or not of two numbers each.
    """
    if places.ndim != 2 or places.shape[1] != 2 or not np.isfinite(places).all():
        raise ValueError(f"A layout has finite places of shape (N, 2), got {places.shape}.")
    low, high = places.min(axis=0), places.max(axis=0)
    half = float((high - low).max()) / 2 or 1.0
    return np.asarray((places - (low + high) / 2) / half, np.float32)


def _main() -> None:
    """Read codes as .npy from the standard input, write their places to the standard output."""
    codes = np.load(io.BytesIO(sys.stdin.buffer.read()), allow_pickle=False)
    neighbours = min(15, len(codes) - 1)
    maker = importlib.import_module(PACKAGE).UMAP(
        n_neighbors=neighbours, random_state=int(sys.argv[1]), n_jobs=1
    )
    places = np.asarray(maker.fit_transform(codes), np.float32)
    np.save(sys.stdout.buffer, places, allow_pickle=False)


if __name__ == "__main__":
    _main()
