"""What the Attributes page drags: directions as they stand, what holding costs, and strips.

All of it is plain numbers: the browser sends codes and vectors, so a direction that someone made
a moment ago is dragged as the stored ones are, and the server keeps nothing of anybody.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders import sheets
from autoencoders.contrast import TOO_FEW
from autoencoders.directions import Direction, angles, orthogonal_part
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.asked import read_codes
from autoencoders.ui.colourings import WORDS
from autoencoders.ui.items import Looker
from autoencoders.ui.places import bases_of
from autoencoders.ui.strips import apart

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

MOST_DIRECTIONS = 24
"""Directions that can stand side by side."""

SEVERAL = 8
"""Pictures beside the large one, to which the same is done."""

FRAMES, FRAMES_OF_SEVERAL = 17, 9
"""Frames of a strip over -2..2. Measured on faces-conv-128: midway between two of them the blend is
58 and 55 dB from the exact decode, beyond what the compression keeps."""

TILE = 64
"""Longest side in pixels of each of several pictures; larger ones are averaged down."""

ALIKE = 20.0
"""Degrees between two directions below which, or above 180 less which, they are one."""

STRIP = sheets.Encoding(quality=92)


def described(one: Direction) -> dict[str, Any]:
    """Return what the browser is told of a direction beside its vectors, plain JSON values."""
    area = one.area
    return {
        "name": one.name,
        "words": list(WORDS.get(one.name, (one.name, f"not {one.name}"))),
        "trust": one.trust,
        "says": area is not None and area.says_something,
        "area": None if area is None else [area.value, area.low, area.high],
        "method": one.method,
        "yes": one.count_yes,
        "no": one.count_no,
        "offset": one.offset,
        "scale": one.scale,
        "effects": dict(one.effects),
    }


def lab(engine: "Engine") -> bytes:
    """Answer with a model's directions, and the pictures to begin with.

        The answer's arrays: ``vectors`` and ``axes``, float32 ``(K, D)``; ``several``, int32, test
    pictures that lie far apart.  Its header: ``directions``, as ``described``; ``first``, the test
    picture to begin with; ``attributes``, those of which enough test pictures are known;
    ``count``, test pictures; ``note``, one sentence where the code has fewer numbers than names.
    """
    found = engine.directions
    bases = bases_of(engine)
    several = apart(bases, engine.latents.mse, SEVERAL)
    return sheets.pack_arrays(
        {
            "vectors": _stacked([one.vector for one in found], engine),
            "axes": _stacked([one.axis for one in found], engine),
            "several": np.array(several, np.int32),
        },
        directions=[described(one) for one in found],
        first=first_picture(found, bases) if found else several[0],
        attributes=known_well(engine),
        count=len(bases),
        note=few_numbers(engine.base_size, len(found)),
        digest=engine.digest,
    )


def _stacked(rows: list[Floats], engine: "Engine") -> Floats:
    return np.array(rows, np.float32).reshape(-1, engine.base_size)


def first_picture(found: tuple[Direction, ...], bases: Floats) -> int:
    """Choose a test picture that clearly lacks the first attribute, of those near the middle."""
    wanted = next((one for one in found if one.name == "smiling"), found[0])
    middle = np.linalg.norm(bases - bases.mean(axis=0), axis=1)
    near = np.argsort(middle, kind="stable")[: max(1, len(bases) // 4)]
    return int(near[np.argmin(np.abs(wanted.score(bases[near]) + 0.8))])


def known_well(engine: "Engine") -> list[str]:
    """Return the attributes that enough test pictures are known to have, and to lack."""
    known = engine.latents.attributes
    if known is None:
        return []
    fewest = [
        min((known == answer)[:, column].sum() for answer in (0, 1))
        for column in range(known.shape[1])
    ]
    return [
        name for name, few in zip(engine.attribute_names, fewest, strict=True) if few >= TOO_FEW
    ]


def few_numbers(size: int, count: int) -> str | None:
    """Say so where a code has fewer numbers than there are directions."""
    if count <= size:
        return None
    word = {1: "one", 2: "two"}.get(size, str(size))
    many = "s" if size > 1 else ""
    return (
        f"A {size}-D code has {word} independent direction{many}, no more: these {count} "
        f"attributes are {count} names for mixtures of {word} number{many}."
    )


def mapped(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    """Answer what the map of a stacked model keeps of base codes: ``mapped``, ``(B, K)``.

    Of a model that is not stacked: the codes themselves.
    """
    bases = read_codes(asked.get("bases"), size=engine.base_size)
    return sheets.pack_arrays({"mapped": engine.to_base(engine.from_base(bases))})


def measured(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    """Answer how directions stand to each other, and what is left of them beside those held still.

    Asked: ``vectors``, ``axes``: K lists of D numbers; ``scales``: K numbers; ``held``: which are
    to be held still.  A direction holds another still by what of it is orthogonal to the axis that
    scores the other: then the other's score does not move at all.

    The answer's arrays: ``vectors`` ``(K, D)``: those held unchanged, of each other one what is
    left; ``angles`` ``(K, K)`` in degrees; ``effects`` ``(K, K)``: what strength 1 of a row's
    direction, as left, does to the score of a column's.  Its header: ``length``, the share of each
    length that is left; ``effect``, the share of what each does to its own score; ``problems``, one
    sentence where nothing is left; ``alike``, pairs that cannot be told apart.
    """
    vectors = read_codes(asked.get("vectors"), size=engine.base_size)[:MOST_DIRECTIONS]
    axes = read_codes(asked.get("axes"), size=engine.base_size)[:MOST_DIRECTIONS]
    scales = read_codes([asked.get("scales")], size=len(vectors))[0]
    held = asked.get("held", [])
    if len(axes) != len(vectors) or not (scales > 0).all() or not np.any(vectors, axis=1).all():
        raise RefusedError(422, "Every direction needs a vector, an axis and a scale above 0.")
    if not isinstance(held, list) or not all(k in range(len(vectors)) for k in held):
        raise RefusedError(422, '"held" must list places among the directions.')
    left, problems = _beside(vectors, axes, held)
    before, after = (rows @ axes.T / scales for rows in (vectors, left))
    own = np.diag(before)
    turned = _angles(vectors)
    return sheets.pack_arrays(
        {"vectors": left, "angles": turned, "effects": after.astype(np.float32)},
        length=(np.linalg.norm(left, axis=1) / np.linalg.norm(vectors, axis=1)).tolist(),
        effect=(np.diag(after) / np.where(own == 0, 1, own)).tolist(),
        problems=problems,
        alike=alike(turned),
    )


def _beside(vectors: Floats, axes: Floats, held: list[int]) -> tuple[Floats, list[str | None]]:
    """Return what is left of each vector, and one sentence where that is nothing."""
    left = vectors.copy()
    problems: list[str | None] = [None] * len(vectors)
    for k in range(len(vectors)):
        if not held or k in held:
            continue
        try:
            left[k] = orthogonal_part(vectors[k], axes[held])
        except ValueError as error:
            left[k], problems[k] = 0.0, str(error)
    return left, problems


def _angles(vectors: Floats) -> Floats:
    nothing = vectors[0]
    rows = [Direction("", row, nothing, 0.0, 1.0, "means", 0, 0) for row in vectors]
    return angles(rows).astype(np.float32)


def alike(turned: NDArray[np.floating]) -> list[tuple[int, int]]:
    """Return the pairs that lie on one line, given angles ``(K, K)`` in degrees."""
    one_line = np.minimum(turned, 180 - turned) < ALIKE
    return [(int(i), int(j)) for i, j in np.argwhere(np.triu(one_line, k=1))]


def strip(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    """Answer with a strip: what a slider moves over while all else stands still.

    Asked: ``bases``, one base code or several; ``vectors``, one for all or one for each; ``span``,
    the two ends of the slider.  A frame of several pictures is a mosaic of four columns.
    """
    bases = read_codes(asked.get("bases"), size=engine.base_size)
    vectors = read_codes(asked.get("vectors"), size=engine.base_size)
    if len(bases) > SEVERAL or len(vectors) not in (1, len(bases)):
        raise RefusedError(422, f"A strip is of 1 to {SEVERAL} codes, with a vector for each.")
    low, high = read_codes([asked.get("span")], size=2)[0]
    alone = len(bases) == 1
    steps = np.linspace(low, high, FRAMES if alone else FRAMES_OF_SEVERAL, dtype=np.float32)
    codes = bases[None] + steps[:, None, None] * vectors[None]
    try:
        decoded = engine.decode_base(codes.reshape(-1, engine.base_size))
    except ValueError as error:  # larger than a float32 holds
        raise RefusedError(422, str(error)) from error
    frames = decoded
    if not alone:
        grouped = smaller(decoded).reshape(len(steps), len(bases), -1)
        shape = smaller(decoded[:1]).shape[1:]
        frames = np.stack([tiled(group.reshape(-1, *shape)) for group in grouped])
    sheet = sheets.strip(frames, encoding=STRIP)
    return sheets.pack_arrays(
        {"sheet": np.frombuffer(sheet.payload, np.uint8)},
        strip=sheet.header(digest=engine.digest),
    )


COLUMNS = 4


def tiled(pictures: Pixels) -> Pixels:
    """Lay pictures ``(N, H, W, C)`` out in rows of four, the rest black."""
    rows = -(-len(pictures) // COLUMNS)
    filled = np.zeros((rows * COLUMNS, *pictures.shape[1:]), np.uint8)
    filled[: len(pictures)] = pictures
    return sheets.arrange(filled, rows, COLUMNS, layout="tiles")


def smaller(pictures: Pixels) -> Pixels:
    """Average pictures ``(N, H, W, C)`` down by a whole factor until no side is above ``TILE``."""
    count, height, width, channels = pictures.shape
    factor = -(-max(height, width) // TILE)
    if factor == 1:
        return pictures
    rows, cols = height // factor, width // factor
    cut = pictures[:, : rows * factor, : cols * factor]
    blocks = cut.reshape(count, rows, factor, cols, factor, channels)
    return np.asarray(np.round(blocks.mean(axis=(2, 4), dtype=np.float32)), np.uint8)


def several_now(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    """Answer with one exact mosaic of several pictures: ``mosaic`` ``(H, W, C)``."""
    bases = read_codes(asked.get("bases"), size=engine.base_size)
    if len(bases) > SEVERAL:
        raise RefusedError(422, f"A mosaic is of 1 to {SEVERAL} codes.")
    return sheets.pack_arrays({"mosaic": tiled(smaller(engine.decode_base(bases)))})
