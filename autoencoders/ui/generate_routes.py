"""Routes of the page "generate": pictures drawn from a model by chance, and grids of its manifold.

Everything here follows from a model, a seed and a temperature, so that a browser keeps it for good.
"""

import io
import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders import emptiness, sheets
from autoencoders.draws import Codes, Source, standard_normals
from autoencoders.latent import grid_codes
from autoencoders.scene_parts import LARGEST_NUMBER
from autoencoders.ui.answers import IMMUTABLE, RefusedError, packed, sentences
from autoencoders.ui.charts import chart_of, code_chart
from autoencoders.ui.routes import ModelRoutes
from autoencoders.ui.state import Store
from autoencoders.ui.view_routes import reduced

if TYPE_CHECKING:
    from autoencoders.inference import Engine

SIDE = 5
"""Pictures along each side of a mosaic."""
HOTTEST = 2.0
"""The temperature at the end of the slider; it begins at 0."""
LARGEST_SIDE = 64
"""Pixels: larger pictures are sent reduced."""
FRAMES = {4096: 41, 2**14: 21, 2**30: 9}
"""Mosaics of a strip, by the numbers in a picture: small ones change quickly and cost little."""
Parts = tuple[dict[str, NDArray[Any]], dict[str, Any]]
"""Arrays of an answer, and more of its header."""
STRIP = sheets.Encoding(quality=92)
NEIGHBOURS_AMONG = 2000
"""Test codes of more numbers than two among which the nearest are looked for."""
LEAST, MOST = 5, 25
"""Pictures along each side of a grid of the manifold."""


class GenerateRoutes(ModelRoutes):
    """More routes below ``models/``: draws and manifolds."""

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        model = prefix + "/models/{name}/{digest}"
        return [
            Route(f"{model}/draws/{{seed}}", sentences(self.strip)),
            Route(f"{model}/draws/{{seed}}/{{temperature}}", sentences(self.exact)),
            Route(f"{model}/manifold/{{how}}/{{side}}", sentences(self.manifold)),
        ]

    async def strip(self, request: Request) -> Response:
        """Mosaics of one seed's draws from the coldest to the hottest, as a strip."""
        seed = read_seed(request.path_params["seed"])

        def work() -> bytes:
            return _pack_strip(self._store(), self._engine(request), seed)

        return packed(await self._slow.run(request, work), IMMUTABLE)

    async def exact(self, request: Request) -> Response:
        """One seed's draws at one temperature, exactly."""
        seed = read_seed(request.path_params["seed"])
        temperature = read_temperature(request.path_params["temperature"])

        def work() -> bytes:
            return _pack_exact(self._engine(request), seed, temperature)

        return packed(await self._quick.run(request, work), IMMUTABLE)

    async def manifold(self, request: Request) -> Response:
        """A grid of pictures over the map, as a PNG to look at and to take away."""
        how, side = request.path_params["how"], read_side(request.path_params["side"])

        def work() -> tuple[str, bytes]:
            engine = self._engine(request)
            return engine.name, _png(engine, grid_of(engine, how, side), side)

        name, body = await self._slow.run(request, work)
        saved = {"Content-Disposition": f'inline; filename="{name}-{how}-{side}x{side}.png"'}
        return Response(body, media_type="image/png", headers={**IMMUTABLE, **saved})


def read_seed(text: str) -> int:
    """Check a seed of an address.

    Raises:
        RefusedError: 422 with one sentence.
    """
    good = text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= LARGEST_NUMBER
    if not good:
        raise RefusedError(422, f"The seed must be a whole number from 0 to {LARGEST_NUMBER:,}.")
    return int(text)


def read_temperature(text: str) -> float:
    """Check a temperature of an address.

    Raises:
        RefusedError: 422 with one sentence.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= HOTTEST:
        raise RefusedError(422, f"The temperature must be a number from 0 to {HOTTEST:g}.")
    return value


def read_side(text: str) -> int:
    """Check how many pictures a grid has along each side.

    Raises:
        RefusedError: 422 with one sentence.
    """
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and LEAST <= int(text) <= MOST):
        raise RefusedError(422, f"A grid has {LEAST} to {MOST} pictures along each side.")
    return int(text)


def source_of(engine: "Engine") -> Source:
    """Return where a model's codes are drawn from."""
    config = engine.config
    return Source.of(engine.latents.codes, family=config.family, code_range=config.code_range)


def grid_of(engine: "Engine", how: str, side: int) -> Codes:
    """Return the codes of a grid, float32 ``(side**2, 2)``, row by row from the top left.

    Args:
        engine: the model.
        how: "even": over the whole map; "quantiles": of what its codes are drawn from.
        side: how many along each side.

    Raises:
        RefusedError: 404 for another way, or a code of another size than two.
    """
    if engine.code_size != 2:
        raise RefusedError(
            404,
            f"The codes of {engine.name} have {engine.code_size} numbers; a grid of the manifold "
            "needs two.",
        )
    if how == "even":
        return grid_codes(code_chart(engine).extent, side, side)
    if how == "quantiles":
        return source_of(engine).quantiles(side)
    raise RefusedError(404, 'There is no such grid; there are "even" and "quantiles".')


def _draw(engine: "Engine", codes: Codes) -> NDArray[np.uint8]:
    """Decode, with pauses for whoever waits for an exact decode; reduced."""
    parts = []
    for start in range(0, len(codes), sheets.BATCH):
        parts.append(reduced(engine.decode(codes[start : start + sheets.BATCH]), LARGEST_SIDE))
        time.sleep(sheets.PAUSE_S)
    return np.concatenate(parts)


def _pack_strip(store: Store, engine: "Engine", seed: int) -> bytes:
    normals = standard_normals(SIDE**2, engine.code_size, seed=seed)
    source = source_of(engine)
    frames = next(n for most, n in FRAMES.items() if math.prod(engine.image_shape) <= most)
    warmths = np.linspace(0, HOTTEST, frames)
    codes = np.stack([source.codes(normals, temperature=warmth) for warmth in warmths])
    pictures = _draw(engine, codes.reshape(-1, engine.code_size))
    mosaics = np.stack([sheets.mosaic(part, side=SIDE) for part in np.split(pictures, frames)])
    sheet = sheets.strip(mosaics, encoding=STRIP)
    arrays: dict[str, NDArray[Any]] = {
        "sheet": np.frombuffer(sheet.payload, np.uint8),
        # All but a square's move on straight lines, of which the ends are enough.
        "codes": codes if source.kind == "square" else codes[[0, -1]],
    }
    more: dict[str, Any] = {"kind": source.kind, "side": SIDE, "hottest": HOTTEST}
    for arrays_there, more_there in (_holes(engine, source, codes), _places(store, engine, codes)):
        arrays, more = arrays | arrays_there, more | more_there
    return sheets.pack_arrays(arrays, strip=sheet.header(digest=engine.digest), **more)


def _holes(engine: "Engine", source: Source, codes: Codes) -> Parts:
    """Return levels of codes ``(F, B, D)``; of two numbers the page asks for those of the plane,
    and is told where grids by quantiles stand."""
    if engine.code_size == 2:
        grids = [source.quantiles(side) for side in range(LEAST, MOST + 1)]
        plans = sheets.atlas_plans(engine.image_shape)
        return {"quantiles": np.concatenate(grids)}, {"sheets": sheets.grids(plans)}
    flat = codes.reshape(-1, engine.code_size)
    near = engine.latents.codes[:NEIGHBOURS_AMONG]
    levels = emptiness.levels_by_density(flat, near)
    return {"levels": levels.reshape(codes.shape[:2])}, {}


def _places(store: Store, engine: "Engine", codes: Codes) -> Parts:
    """Return where codes ``(F, B, D)`` lie on the model's map."""
    chart = chart_of(store, engine)
    places = chart.places(codes.reshape(-1, engine.code_size)).reshape(*codes.shape[:2], 2)
    return {"places": places}, {"extent": list(chart.extent), "chart": chart.kind}


def _pack_exact(engine: "Engine", seed: int, temperature: float) -> bytes:
    normals = standard_normals(SIDE**2, engine.code_size, seed=seed)
    codes = source_of(engine).codes(normals, temperature=temperature)
    start = time.perf_counter()
    pictures = reduced(engine.decode(codes), LARGEST_SIDE)
    return sheets.pack_arrays(
        {"image": sheets.mosaic(pictures, side=SIDE), "codes": codes},
        milliseconds=round(1000 * (time.perf_counter() - start), 2),
        device=engine.device,
        precision=engine.precision,
    )


def _png(engine: "Engine", codes: Codes, side: int) -> bytes:
    mosaic = sheets.mosaic(_draw(engine, codes), side=side)
    buffer = io.BytesIO()
    # Its smallest file takes seconds to find; this one is a tenth larger.
    sheets.to_image(mosaic).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()
