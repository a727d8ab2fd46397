"""Routes of what lies over and between a map's points: where there is no data, and thumbnails."""

import math
import time
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders import emptiness, sheets
from autoencoders.latent import Codes, Extent
from autoencoders.ui.answers import FRESH, RefusedError, packed, sentences
from autoencoders.ui.asked import read_detail
from autoencoders.ui.charts import code_chart
from autoencoders.ui.routes import ModelRoutes, draw

if TYPE_CHECKING:
    from autoencoders.inference import Engine

DENSITY_SIDE = 96
"""Nodes along each side of the grid of densities: distances alone, a moment's work."""
RETURN_NUMBERS = 2**23
"""Numbers of all pictures that the grid of ways back decodes: of 64x64 in colour 26 a side, which
took two cores 2.6 and 3.7 s where the finest sheet's 40 a side took 5."""
MOST_THUMBNAILS = 128
"""Thumbnails in one request."""
THUMBNAIL_SIDE = 64
"""Larger pictures are sent reduced to this or less."""


class ViewRoutes(ModelRoutes):
    """More routes below ``models/``: emptiness and thumbnails."""

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        model = prefix + "/models/{name}/{digest}"
        return [
            Route(f"{model}/emptiness/{{kind}}", sentences(self.emptiness)),
            Route(f"{model}/thumbnails", sentences(self.thumbnails)),
        ]

    async def emptiness(self, request: Request) -> Response:
        """How far each place of the plane has left the data, by "density" or by "return"."""
        kind = request.path_params["kind"]
        if kind not in ("density", "return"):
            raise RefusedError(404, 'There is no such measure; there are "density" and "return".')
        pack = _pack_density if kind == "density" else _pack_return
        return await self._packed_once(request, ("emptiness", kind), pack)

    async def thumbnails(self, request: Request) -> Response:
        """Up to 128 test pictures, reduced: originals where the data is on disk, else decodings."""
        asked = request.query_params.get("indices", "")
        detail = read_detail(request.query_params.get("detail", "0"), step=0.0)

        def work() -> bytes:
            engine = self._engine(request)
            indices = read_indices(asked, count=len(engine.latents.codes))
            originals = self._originals(engine)
            if originals is None:
                pictures = _decode_in_turns(engine, engine.latents.codes[indices], detail)
            else:
                pictures = originals[indices]
            return sheets.pack_arrays(
                {"images": reduced(pictures, THUMBNAIL_SIDE)}, original=originals is not None
            )

        return packed(await self._slow.run(request, work), FRESH)


def read_indices(asked: str, *, count: int) -> NDArray[np.intp]:
    """Check which test pictures a request names.

    Args:
        asked: 1 to 128 indices, separated by commas.
        count: the model's test pictures.

    Raises:
        RefusedError: 422 with one sentence.
    """
    parts = asked.split(",", MOST_THUMBNAILS)
    good = all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts)
    if len(parts) > MOST_THUMBNAILS or not good or max(map(int, parts)) >= count:
        raise RefusedError(
            422,
            f'"indices" must be 1 to {MOST_THUMBNAILS} numbers from 0 to {count - 1}, '
            "separated by commas.",
        )
    return np.array(parts, np.intp)


def reduced(pictures: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Shrink uint8 ``(B, H, W, C)`` by a whole factor until no side exceeds ``side``.

    Each pixel is the mean of the block it stands for; what is left over at the right and the
    bottom is cut off.
    """
    _, height, width, channels = pictures.shape
    by = -(-max(height, width) // side)
    if by == 1:
        return pictures
    rows, cols = height // by, width // by
    blocks = pictures[:, : rows * by, : cols * by].reshape(-1, rows, by, cols, by, channels)
    return np.asarray(np.rint(blocks.mean(axis=(2, 4), dtype=np.float32)), np.uint8)


def _decode_in_turns(engine: "Engine", codes: Codes, detail: float) -> NDArray[np.uint8]:
    """Decode, with pauses for whoever waits for an exact decode."""
    parts = []
    for start in range(0, len(codes), sheets.BATCH):
        parts.append(draw(engine, codes[start : start + sheets.BATCH], detail))
        time.sleep(sheets.PAUSE_S)
    return np.concatenate(parts)


def _extent(engine: "Engine") -> Extent:
    """Return the map of a code of two numbers.

    Raises:
        RefusedError: 404 for a longer code: a plane through it passes by nearly all of the data.
    """
    if engine.code_size != 2:
        raise RefusedError(
            404,
            f"The codes of {engine.name} have {engine.code_size} numbers; where a plane has left "
            "the data is said of codes of two.",
        )
    return code_chart(engine).extent


def _pack_density(engine: "Engine") -> bytes:
    def levels(places: Codes) -> NDArray[np.float32]:
        return emptiness.levels_by_density(places, engine.latents.codes)

    return _pack_levels(emptiness.over_plane(levels, _extent(engine), DENSITY_SIDE))


def _pack_return(engine: "Engine") -> bytes:
    def again(codes: Codes) -> Codes:
        parts = []
        for start in range(0, len(codes), sheets.BATCH):
            parts.append(engine.encode(engine.decode(codes[start : start + sheets.BATCH])))
            time.sleep(sheets.PAUSE_S)
        return np.concatenate(parts)

    def levels(places: Codes) -> NDArray[np.float32]:
        return emptiness.levels_by_return(places, engine.latents.codes, again=again)

    finest = sheets.grids(sheets.atlas_plans(engine.image_shape))[-1]
    side = min(finest, math.isqrt(RETURN_NUMBERS // math.prod(engine.image_shape)))
    return _pack_levels(emptiness.over_plane(levels, _extent(engine), side))


def _pack_levels(levels: NDArray[np.uint8]) -> bytes:
    return sheets.pack_arrays({"levels": levels}, border=emptiness.LEVEL)
