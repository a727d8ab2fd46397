"""Routes that serve models: points, sheets, the movie, single pictures, exact decodes.

Everything a map shows travels here once, packed as binary, under an address that holds the model's
digest, so that a browser keeps it for good. The websocket carries small state only.
"""

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from autoencoders import data, sheets
from autoencoders.metrics import percentiles
from autoencoders.ui.answers import (
    FRESH,
    IMMUTABLE,
    RefusedError,
    Workers,
    packed,
    sentences,
)
from autoencoders.ui.asked import (
    MOST_CODES,
    named,
    read_codes,
    read_detail,
    read_numbers,
    read_object,
)
from autoencoders.ui.charts import Chart, chart_of
from autoencoders.ui.colourings import colourings
from autoencoders.ui.places import bases_of, place_finder
from autoencoders.ui.state import Store

if TYPE_CHECKING:
    from autoencoders.inference import Engine

MOVIE_SIDE = 8
"""The movie's frames are mosaics of so many reconstructions a side."""

SAMPLE_NUMBERS = 2**24
"""Numbers, one for each pixel and channel, in the strip of a map that shows test pictures only."""

Originals = Callable[["Engine"], NDArray[np.uint8] | None]


def originals_on_disk(engine: "Engine") -> NDArray[np.uint8] | None:
    """Return the pictures that a model's codes are of, uint8 ``(N, H, W, C)``, in their order.

    None where the dataset is not on this disk, damaged or of another size than the model's.
    """
    if engine.latents.split not in get_args(data.Split):
        return None
    latents = engine.latents
    # None also where it is damaged: `python -m autoencoders data` says what is wrong with it.
    pictures = data.originals(engine.dataset, cast(data.Split, latents.split), latents.ids)
    return None if pictures is None or pictures.shape[1:] != engine.image_shape else pictures


class ModelRoutes:
    """The routes below ``models/`` and ``decode``.

    Args:
        store: engines and packed answers.
        quick: places for exact decodes, which a person waits for with the pointer at rest.
        slow: places for sheets and first loads.
        originals: engine -> the pictures its codes are of, None where they are not on this disk.
    """

    def __init__(
        self,
        store: Callable[[], Store],
        *,
        quick: Workers,
        slow: Workers,
        originals: Originals = originals_on_disk,
    ) -> None:
        self._store = store
        self._quick = quick
        self._slow = slow
        self._originals = originals

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        model = prefix + "/models/{name}/{digest}"
        return [
            Route(f"{model}/points", sentences(self.points)),
            Route(f"{model}/sheets/{{grid}}", sentences(self.sheet)),
            Route(f"{model}/samples", sentences(self.samples)),
            Route(f"{model}/movie", sentences(self.movie)),
            Route(f"{model}/places", sentences(self.places)),
            Route(f"{model}/pictures/{{index}}", sentences(self.picture)),
            Route(f"{prefix}/decode", sentences(self.decode), methods=["POST"]),
        ]

    async def points(self, request: Request) -> Response:
        """Every test picture's place on the map, with error, label and id."""
        kind = request.query_params.get("chart", "")

        def pack(engine: "Engine") -> bytes:
            return _pack_points(engine, chart_of(self._store(), engine, kind), self._originals)

        return await self._packed_once(request, ("points", kind), pack)

    async def sheet(self, request: Request) -> Response:
        """One sheet over the whole plane."""
        grid = request.path_params["grid"]
        detail = read_detail(request.query_params.get("detail", "0"))

        def pack(engine: "Engine") -> bytes:
            plans = sheets.atlas_plans(engine.image_shape)
            plan = next((plan for plan in plans if str(plan.grid) == grid), None)
            if plan is None:
                there = ", ".join(map(str, sheets.grids(plans)))
                raise RefusedError(404, f"There is no sheet of that size; there are {there}.")
            return _pack_sheet(engine, chart_of(self._store(), engine), plan, detail)

        return await self._packed_once(request, ("sheet", grid, detail), pack)

    async def samples(self, request: Request) -> Response:
        """Reconstructions of test pictures, spread evenly: what a map without sheets shows."""
        return await self._packed_once(request, "samples", _pack_samples)

    async def movie(self, request: Request) -> Response:
        """The training: codes and losses by epoch, and reconstructions as a strip."""
        return await self._packed_once(request, "movie", _pack_movie)

    async def places(self, request: Request) -> Response:
        """Where the test pictures lie on the plane that shows paths, whatever the code's size."""

        def work() -> bytes:
            engine = self._engine(request)
            return _once(self._store(), engine, "places", _pack_places)

        return packed(await self._slow.run(request, work), IMMUTABLE)

    async def picture(self, request: Request) -> Response:
        """One test picture: its reconstruction, and the original where the data is on disk."""
        text = request.path_params["index"]

        def pack() -> bytes:
            engine = self._engine(request)
            count = len(engine.latents.codes)
            if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) < count):
                raise RefusedError(
                    404, f"There is no such picture; this model has 0 to {count - 1}."
                )
            return self._pack_picture(engine, int(text))

        return packed(await self._quick.run(request, pack), IMMUTABLE)

    async def decode(self, request: Request) -> Response:
        """Exact pictures of up to 256 codes, base codes, places on the map or test pictures."""
        asked = await read_object(
            request,
            sentence=f"That is too much to decode at once; send at most {MOST_CODES} codes.",
        )

        def pack() -> bytes:
            engine = named(self._store(), asked["model"])
            whole = "bases" in asked
            codes = _codes_asked(self._store(), engine, asked)
            detail = read_detail(asked.get("detail", 0), step=0.0)
            start = time.perf_counter()
            try:
                images = engine.decode_base(codes) if whole else draw(engine, codes, detail)
            except ValueError as error:
                raise RefusedError(422, str(error)) from error
            return sheets.pack_arrays(
                {"images": images},
                milliseconds=round(1000 * (time.perf_counter() - start), 2),
                device=engine.device,
                precision=engine.precision,
                digest=engine.digest,
            )

        # The first to ask for a place among neighbours may have to wait for their layout.
        workers = self._slow if asked.get("chart") == "umap" else self._quick
        return packed(await workers.run(request, pack), FRESH)

    def _engine(self, request: Request) -> "Engine":
        """Return the engine an address names, if it still is the one the address means."""
        engine = named(self._store(), request.path_params["name"])
        if engine.digest != request.path_params["digest"]:
            raise RefusedError(
                404, "This model has changed since the page was opened; reload the page."
            )
        return engine

    async def _packed_once(
        self, request: Request, what: object, pack: Callable[["Engine"], bytes]
    ) -> Response:
        """Answer with what ``pack`` makes of the engine, made once for each model's digest."""

        def work() -> bytes:
            return _once(self._store(), self._engine(request), what, pack)

        return packed(await self._slow.run(request, work), IMMUTABLE)

    def _pack_picture(self, engine: "Engine", index: int) -> bytes:
        latents = engine.latents
        arrays: dict[str, NDArray[Any]] = {
            "reconstruction": engine.decode(latents.codes[index : index + 1])[0]
        }
        originals = self._originals(engine)
        if originals is not None:
            arrays["original"] = originals[index]
        return sheets.pack_arrays(
            arrays,
            index=index,
            id=int(_shown_ids(latents.ids)[index]),
            label=None if latents.labels is None else int(latents.labels[index]),
            mse=float(latents.mse[index]),
            percentile=float(percentiles(latents.mse[index : index + 1], among=latents.mse)[0]),
            code=[float(value) for value in latents.codes[index]],
        )


def packed_map(
    store: Store, engine: "Engine", *, grid: int, detail: float, originals: Originals
) -> tuple[bytes, bytes]:
    """Return the packed points of a model's map and its sheet of ``grid`` pictures a side."""
    plan = next(plan for plan in sheets.atlas_plans(engine.image_shape) if plan.grid == grid)
    chart = chart_of(store, engine)
    points = _once(
        store, engine, ("points", ""), lambda engine: _pack_points(engine, chart, originals)
    )
    what = ("sheet", str(grid), detail)
    sheet = _once(store, engine, what, lambda engine: _pack_sheet(engine, chart, plan, detail))
    return points, sheet


def ready_for_map(store: Store, name: str, *, originals: Originals = originals_on_disk) -> None:
    """Load a model and make what its map asks for first: points and the coarsest sheet."""
    engine = store.engine(name)
    chart = chart_of(store, engine)
    first = sheets.atlas_plans(engine.image_shape)[0]
    detail = 1.0 if engine.has_detail else 0.0
    _once(store, engine, ("points", ""), lambda engine: _pack_points(engine, chart, originals))
    _once(
        store,
        engine,
        ("sheet", str(first.grid), detail),
        lambda engine: _pack_sheet(engine, chart, first, detail),
    )


def _once(store: Store, engine: "Engine", what: object, pack: Callable[["Engine"], bytes]) -> bytes:
    """Return what ``pack`` makes of an engine, made once for its name and digest."""
    return store.packed.get((engine.name, engine.digest, what), lambda: pack(engine))


def _codes_asked(store: Store, engine: "Engine", asked: dict[str, Any]) -> NDArray[np.float32]:
    """Return the codes ``(B, D)`` that a request names in one of four ways, or base codes."""
    if "bases" in asked:
        return read_codes(asked["bases"], size=engine.base_size)
    if "places" in asked:
        chart = chart_of(store, engine, asked.get("chart", ""))
        return chart.codes(read_codes(asked["places"], size=2))
    if "points" in asked:
        codes = engine.latents.codes
        return codes[read_numbers(asked["points"], most=len(codes) - 1)]
    return read_codes(asked.get("codes"), size=engine.code_size)


def _pack_points(engine: "Engine", chart: Chart, originals: Originals) -> bytes:
    latents = engine.latents
    ways = colourings(engine)
    plane = chart.plane
    of_plane = (
        {}
        if plane is None
        else {
            "centre": plane.centre.astype(np.float32),
            "axes": plane.axes.astype(np.float32),
            "shown": plane.shown(latents.codes),
        }
    )
    return sheets.pack_arrays(
        of_plane
        | {
            "codes": chart.points,
            "mse": latents.mse.astype(np.float32),
            "percentile": percentiles(latents.mse, among=latents.mse),
            "ids": _shown_ids(latents.ids),
        }
        | {f"colouring-{number}": way.values for number, way in enumerate(ways)},
        model=engine.name,
        colourings=[way.header() for way in ways],
        original=originals(engine) is not None,
    )


def _pack_places(engine: "Engine") -> bytes:
    shown = place_finder(engine)
    return sheets.pack_arrays({"places": shown.places(bases_of(engine))}, words=shown.words)


def _shown_ids(ids: NDArray[Any]) -> NDArray[np.int32]:
    """Return a number to show and to jump to for each picture: its index in MNIST, else its row."""
    numbers = ids if ids.dtype.kind in "iu" else np.arange(len(ids))
    return np.asarray(numbers, np.int32)


def draw(engine: "Engine", codes: NDArray[np.float32], detail: float) -> NDArray[np.uint8]:
    """Decode codes ``(B, D)``: the average of their places, or with individuals, 0..1 of them."""
    if not detail:
        return engine.decode(codes)
    return engine.decode_base(engine.to_base(codes, detail=detail))


def _pack_sheet(engine: "Engine", chart: Chart, plan: sheets.SheetPlan, detail: float) -> bytes:
    def decode(places: NDArray[np.float32]) -> NDArray[np.uint8]:
        return draw(engine, chart.codes(places), detail)

    encoding = (plan.crowded if detail else None) or plan.encoding
    sheet = sheets.atlas(decode, chart.extent, plan.grid, plan.grid, encoding=encoding)
    return sheets.pack(sheet.header(digest=engine.digest, detail=detail), sheet.payload)


def _pack_samples(engine: "Engine") -> bytes:
    codes = engine.latents.codes
    count = min(len(codes), max(1, SAMPLE_NUMBERS // math.prod(engine.image_shape)))
    chosen = np.linspace(0, len(codes) - 1, count).round().astype(np.int32)
    sheet = sheets.strip(engine.decode(codes[chosen]), encoding=sheets.MOVIE_ENCODING)
    payload = np.frombuffer(sheet.payload, np.uint8)
    return sheets.pack_arrays(
        {"chosen": chosen, "sheet": payload}, strip=sheet.header(digest=engine.digest)
    )


def _pack_movie(engine: "Engine") -> bytes:
    history = engine.history
    if history is None:
        raise RefusedError(404, "This model was saved without the history of its training.")
    frames = np.stack(
        [sheets.mosaic(pictures, side=MOVIE_SIDE) for pictures in history.reconstructions]
    )
    sheet = sheets.strip(frames, encoding=sheets.MOVIE_ENCODING)
    labels = {} if history.labels is None else {"labels": history.labels.astype(np.int32)}
    return sheets.pack_arrays(
        labels
        | {
            "epochs": history.epochs.astype(np.int32),
            "codes": history.codes.astype(np.float32),
            "train_loss": history.train_loss.astype(np.float32),
            "validation_loss": history.validation_loss.astype(np.float32),
            "sheet": np.frombuffer(sheet.payload, np.uint8),
        },
        strip=sheet.header(digest=engine.digest),
    )


async def health(request: Request) -> Response:
    """Say that the server is there."""
    return JSONResponse({"ok": True}, headers=FRESH)
