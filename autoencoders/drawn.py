"""Faces that the program draws itself: exact attributes, no photograph, nothing to download.

A face is a row of numbers, one for each of ``PARAMETERS``, all on -1..1. Each shape is painted with
the share of every pixel that it covers, read from the pixel's distance to the shape's outline, so
edges are anti-aliased and the picture changes smoothly with every number.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autoencoders.portrait import SIDE, Portrait

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Pixels = NDArray[np.uint8]
CHUNK = 32  # faces drawn together: few enough for the processor's cache


@dataclass(frozen=True)
class Parameter:
    """One number of a face, and what -1 (``low``) and +1 (``high``) look like."""

    name: str
    low: str
    high: str


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("smiling", "a frown", "a broad smile"),
    Parameter("eyeglasses", "none", "glasses; between the two they fade in"),
    Parameter("hair", "bald", "long hair; in the middle it is short"),
    Parameter("pose", "turned to the picture's left", "turned to the picture's right"),
    Parameter("older", "young", "old: wrinkles, grey hair"),
    Parameter("light", "lit from the picture's left", "lit from the picture's right"),
    Parameter("skin", "light skin", "dark skin"),
    Parameter("undertone", "rosy skin", "golden skin"),
    Parameter("hair_tone", "black hair", "blond hair, by way of brown and red"),
    Parameter("fringe", "a high forehead", "a deep fringe"),
    Parameter("parting", "parted on the picture's left", "parted on the picture's right"),
    Parameter("curls", "straight hair; so up to 0", "curly hair"),
    Parameter("volume", "flat hair", "full hair"),
    Parameter("face_width", "a narrow face", "a wide face"),
    Parameter("jaw", "a pointed chin", "a square jaw"),
    Parameter("eye_distance", "eyes close together", "eyes far apart"),
    Parameter("eye_size", "small eyes", "large eyes"),
    Parameter("eye_slant", "outer corners low", "outer corners high"),
    Parameter("eye_tone", "brown eyes", "blue eyes, by way of green"),
    Parameter("gaze", "looks to the picture's left", "looks to the picture's right"),
    Parameter("brow_height", "low brows", "high brows"),
    Parameter("brow_weight", "thin brows", "thick brows"),
    Parameter("nose_length", "a short nose", "a long nose"),
    Parameter("nose_width", "a narrow nose", "a wide nose"),
    Parameter("mouth_width", "a narrow mouth", "a wide mouth"),
    Parameter("lips", "thin lips", "full lips"),
    Parameter("lip_tone", "pale lips", "red lips"),
    Parameter("teeth", "smiles with closed lips", "smiles with open lips"),
    Parameter("beard", "none; so up to 0.4", "a full beard"),
    Parameter("frame_shape", "round glasses", "angular glasses"),
    Parameter("frame_tone", "dark frames", "golden frames"),
    Parameter("backdrop", "a red ground; on round the colour circle", "the same red again"),
    Parameter("backdrop_light", "a dark ground", "a light ground"),
    Parameter("shirt", "a red shirt; on round the colour circle", "the same red again"),
    Parameter("across", "a pixel to the left", "a pixel to the right"),
    Parameter("down", "a pixel up", "a pixel down"),
)
NAMES = tuple(parameter.name for parameter in PARAMETERS)

ATTRIBUTES: tuple[str, ...] = NAMES[:6]
"""The parameters that a person would name; the others only make faces differ.

The answer yes or no to each is whether it is above 0. Sampled eyeglasses are -1 or 1.
"""


def sample(count: int, *, seed: int) -> tuple[Floats, Floats]:
    """Draw the numbers of faces, each independently of all others, evenly on -1..1.

    Face i depends on the seed and on i, not on ``count``.

    Args:
        count: how many faces, at least 1.
        seed: 0 or more; other faces for another seed.

    Returns:
        parameters float32 ``(N, P)``, columns as in ``PARAMETERS``, and attributes float32
        ``(N, A)``, columns as in ``ATTRIBUTES``; both -1..1.

    Raises:
        ValueError: for a count below 1 or a negative seed.
    """
    if count < 1:
        raise ValueError(f"{count} faces cannot be drawn; ask for 1 or more.")
    if seed < 0:
        raise ValueError(f"{seed} is no seed; a seed is a whole number from 0.")
    # The bits of PCG64 stay the same in every version of NumPy, those of a Generator need not.
    bits = np.random.PCG64(seed).random_raw((count, len(NAMES))) >> np.uint64(40)
    parameters = bits.astype(np.float32) / np.float32(2**23) - np.float32(1)
    glasses = parameters[:, NAMES.index("eyeglasses")]
    glasses[:] = np.where(glasses > 0, 1, -1)
    return parameters, parameters[:, : len(ATTRIBUTES)].copy()


def labels(attributes: ArrayLike) -> Flags:
    """Yes or no to each attribute, bool, of the shape given: yes where it is above 0."""
    return np.asarray(attributes) > 0


def changed(parameters: ArrayLike, **values: ArrayLike) -> Floats:
    """Copy faces with some of their numbers replaced.

    Args:
        parameters: ``(N, P)``, or one face, ``(P,)``.
        values: by name, one number or ``(N,)``; of one face there will be N.

    Returns:
        float32 ``(N, P)``.

    Raises:
        ValueError: for an unknown name, lengths that differ, or numbers that are no faces.
    """
    columns = dict(zip(NAMES, _check(np.atleast_2d(np.asarray(parameters))).T, strict=True))
    for name, value in values.items():
        if name not in columns:
            raise ValueError(f"A face has no {name!r}; it has {', '.join(NAMES)}.")
        columns[name] = np.atleast_1d(np.asarray(value, np.float32))
    lengths = {column.shape for column in columns.values()} - {(1,)}
    if len(lengths) > 1:
        raise ValueError(f"Give one number for all faces or one for each, got {sorted(lengths)}.")
    return _check(np.stack(np.broadcast_arrays(*columns.values()), axis=-1))


def draw(parameters: ArrayLike) -> Pixels:
    """Draw faces.

    Args:
        parameters: ``(N, P)``, N of at least 1, columns as in ``PARAMETERS``, all on -1..1.

    Returns:
        uint8 ``(N, 64, 64, 3)``, red green blue, 0..255.

    Raises:
        ValueError: for another shape, or a number that is not finite or not on -1..1.
    """
    faces = _check(parameters)
    pictures = np.empty((len(faces), SIDE, SIDE, 3), np.uint8)
    for start in range(0, len(faces), CHUNK):
        part = faces[start : start + CHUNK, :, None, None]
        canvas = Portrait({name: part[:, i] for i, name in enumerate(NAMES)}).paint()
        scaled = np.clip(canvas, 0, 1) * np.float32(255) + np.float32(0.5)
        pictures[start : start + CHUNK] = scaled.astype(np.uint8).transpose(0, 2, 3, 1)
    return pictures


def _check(parameters: ArrayLike) -> Floats:
    faces = np.asarray(parameters, np.float32)
    if faces.ndim != 2 or faces.shape[1] != len(NAMES) or len(faces) == 0:
        wanted = f"shape (N, {len(NAMES)}) with N of at least 1"
        raise ValueError(f"Faces are numbers of {wanted}, got {faces.shape}; see PARAMETERS.")
    if not (np.abs(faces) <= 1).all():  # NaN is not below 1 either
        raise ValueError("The numbers of a face are finite and on -1..1; clip them, some are not.")
    return faces
