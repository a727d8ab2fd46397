"""Codes in, codes out: the geometry of a latent space, in NumPy alone.

A plane is described by its extent ``(x0, x1, y0, y1)`` in code units, x to the right and y up.
"""

import math
import re

import numpy as np
from numpy.typing import ArrayLike, NDArray

Codes = NDArray[np.float32]
Extent = tuple[float, float, float, float]

MARGIN = 0.06
"""Room left around the outermost codes, as a share of their spread."""

LONGEST_CODE_TEXT = 20_000
"""Characters of text that ``parse_code`` looks at: enough for any code that fits into a URL."""

# float32 overflows here; a code beyond it would reach the network as infinity.
LARGEST = float(np.finfo(np.float32).max)


def plane_extent(codes: ArrayLike) -> Extent:
    """Return the square box that holds all codes, with a margin on every side.

    Args:
        codes: ``(N, 2)``, any number type, finite, N >= 1.

    Returns:
        ``(x0, x1, y0, y1)`` with ``x1 - x0 == y1 - y0`` (up to rounding) and more than 0.

    Raises:
        ValueError: for another shape, no codes at all or a code that is not finite.
    """
    points = np.asarray(codes, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        raise ValueError(
            f"A plane needs codes of shape (N, 2) with N of at least 1, got {points.shape}."
        )
    if not np.isfinite(points).all():
        raise ValueError("A plane needs finite codes; some of these are NaN or infinite.")
    low, high = points.min(axis=0), points.max(axis=0)
    centre = (low + high) / 2
    half = float((high - low).max()) / 2 * (1 + 2 * MARGIN)
    # One code alone, or codes so close together that the box would vanish in rounding.
    smallest = max(1.0, float(np.abs(centre).max())) * 1e-6
    if half < smallest:
        half = max(1.0, smallest)
    return (
        float(centre[0] - half),
        float(centre[0] + half),
        float(centre[1] - half),
        float(centre[1] + half),
    )


def grid_codes(extent: Extent, rows: int, cols: int) -> Codes:
    """Return the nodes of a regular grid over a plane.

    Args:
        extent: ``(x0, x1, y0, y1)``, finite, ``x0 < x1`` and ``y0 < y1``.
        rows, cols: nodes along y and x, at least 2 each; the outermost stand on the box's edges.

    Returns:
        float32 ``(rows * cols, 2)``, row by row: row 0 is the top (y1), column 0 the left (x0).

    Raises:
        ValueError: for fewer than 2 rows or columns or an empty box.
    """
    if rows < 2 or cols < 2:
        raise ValueError(f"A grid needs at least 2 rows and 2 columns, got {rows} x {cols}.")
    x0, x1, y0, y1 = extent
    if not (all(map(math.isfinite, extent)) and x0 < x1 and y0 < y1):
        raise ValueError(f"A grid needs a finite box with x0 < x1 and y0 < y1, got {extent}.")
    x = np.linspace(x0, x1, cols)
    y = np.linspace(y1, y0, rows)
    nodes = np.stack(np.meshgrid(x, y, indexing="xy"), axis=-1)  # (rows, cols, 2)
    return nodes.reshape(rows * cols, 2).astype(np.float32)


def parse_code(text: str, size: int, *, of: str = "A code of this model") -> tuple[float, ...]:
    """Read a code that was written as text, as in a URL or on the command line.

    Args:
        text: ``size`` decimal numbers separated by commas or spaces, in brackets or not.
        size: how many numbers the code has.
        of: what it is, for the sentences of errors.

    Returns:
        That many finite numbers, each within float32's range.

    Raises:
        ValueError: with one sentence that quotes the damaged part.
    """
    wanted = f"{size} number{'' if size == 1 else 's'} separated by commas"
    if len(text) > LONGEST_CODE_TEXT:
        raise ValueError(f"A code is {wanted}; this text has {len(text):,} characters.")
    parts = [part for part in re.split(r"[,\s]+", text.strip().strip("[]()")) if part]
    if len(parts) != size:
        raise ValueError(f"{of} is {wanted}, got {len(parts)}.")
    return tuple(_parse_number(part) for part in parts)


def _parse_number(part: str) -> float:
    shown = repr(part if len(part) <= 24 else part[:21] + "...")
    # float() alone would also take "nan", "1_000" and digits of other scripts.
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", part):
        raise ValueError(f"{shown} in the code is not a number; write it like 0.5 or -1.25.")
    value = float(part)
    if not abs(value) <= LARGEST:
        raise ValueError(f"{shown} in the code is too large; a number must be below 3.4e38.")
    return value


def format_code(code: ArrayLike, *, digits: int = 5) -> str:
    """Write a code as text that ``parse_code`` reads, each number to ``digits`` significant places.

    Args:
        code: ``(D,)`` finite numbers.
    """
    return ",".join(f"{float(value):.{digits}g}" for value in np.asarray(code).reshape(-1))


def check_codes(codes: object, *, size: int, name: str) -> Codes:
    """Return ``codes`` as float32 ``(B, size)``.

    Args:
        codes: what somebody gave.
        size: numbers in a code.
        name: of the model that is to decode them, for the sentence.

    Raises:
        ValueError: for another shape, another kind of number, NaN or infinity.
    """
    wanted = f"finite numbers of shape (B, {size})"
    if not isinstance(codes, np.ndarray) or codes.dtype.kind not in "fiu":
        kind = codes.dtype if isinstance(codes, np.ndarray) else type(codes).__name__
        raise ValueError(f"{name} decodes {wanted}; it was given {kind}.")
    if codes.ndim != 2 or codes.shape[1] != size:
        raise ValueError(f"{name} decodes {wanted}; it was given shape {codes.shape}.")
    with np.errstate(over="ignore"):
        checked = codes.astype(np.float32)
    if not np.isfinite(checked).all():
        bad = int(np.argmin(np.isfinite(checked).all(axis=1)))
        raise ValueError(
            f"{name} decodes {wanted}; code {bad} holds NaN, infinity or a number too large for "
            "float32."
        )
    return checked
