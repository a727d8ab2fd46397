"""Routes for people's own pictures: each belongs to one browser and stays in memory only."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import anyio
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from autoencoders import data, sheets, uploads
from autoencoders.scene_png import without_recipe
from autoencoders.ui.answers import PRIVATE, RefusedError, Workers, sentences
from autoencoders.ui.asked import named, read_body
from autoencoders.ui.carried import carried
from autoencoders.ui.charts import chart_of
from autoencoders.ui.guard import browser_of
from autoencoders.ui.state import Store, UnusableModelError

if TYPE_CHECKING:
    from autoencoders.inference import Engine

PREVIEW_SIDE = 512
"""Longest side of the stored preview of an uploaded picture, in pixels."""

READING_S = 120
"""Seconds a browser has to send its picture."""

VERY_FAR = 99.0
"""Above this share of the test pictures, in percent, an error is like no other."""

READERS = 8
"""Pictures that may be on their way at once; each takes up to 20 MB of memory."""


def verdict(
    percentile: float, *, far: bool, count: int, noun: str, foreign: str | None = None
) -> str:
    """Say in words how well the model knows a picture.

    Args:
        percentile: share of the model's test pictures with a smaller error, 0..100.
        far: whether the picture is beyond what the model knows.
        count: number of test pictures.
        noun: what they are, in the plural: "test digits".
        foreign: what its preparation has against it, as a clause.
    """
    if percentile >= 100:
        worse = f"larger than that of every one of the {count:,} {noun}"
    elif percentile <= 0:
        worse = f"smaller than that of all {count:,} {noun}"
    else:
        worse = f"larger than that of {_share(percentile)} of the {noun}"
    if foreign:
        return f"This is far from anything the model has seen: {foreign}. Its error is {worse}."
    if far:
        what = "anything" if percentile >= VERY_FAR else "most of what"
        return f"This is far from {what} the model has seen: its error is {worse}."
    if percentile > 50:
        return f"The model draws this less well than most: its error is {worse}."
    if percentile <= 0:
        return f"The model knows this well: its error is {worse}."
    better = _share(100 - percentile)
    return f"The model knows this well: its error is smaller than that of {better} of the {noun}."


def _share(percent: float) -> str:
    """Write a share without rounding it up: 99.96 is "99.9%", 83.4 is "83%"."""
    if percent >= 99:
        return f"{np.floor(percent * 10) / 10:.1f}%"
    return f"{np.floor(percent):.0f}%"


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return where two pictures differ: absolute difference, black for none, white for 255."""
    return np.abs(one.astype(np.int16) - other.astype(np.int16)).astype(np.uint8)


class PictureRoutes:
    """The routes below ``pictures`` and ``private/``.

    Args:
        store: engines and private pictures.
        slow: places for opening and encoding pictures.
        address: prefix of our routes as the browser sees it.
    """

    def __init__(self, store: Callable[[], Store], *, slow: Workers) -> None:
        self._store = store
        self._slow = slow
        self._readers: anyio.CapacityLimiter | None = None

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        return [
            Route(f"{prefix}/pictures", sentences(self.upload), methods=["POST"]),
            Route(f"{prefix}/pictures", sentences(self.list)),
            Route(f"{prefix}/pictures/{{id}}", sentences(self.delete), methods=["DELETE"]),
            Route(f"{prefix}/private/{{id}}", sentences(self.image)),
        ]

    async def upload(self, request: Request) -> Response:
        """Take one picture file, prepare and encode it, and keep what was made of it.

        A file that carries a scene is not taken but told of, unless it is to be a plain picture.
        """
        name = unquote(request.headers.get("x-hourglass-name", ""))[:120].strip() or "the picture"
        model = request.query_params.get("model", "")
        chart = request.query_params.get("chart", "")
        body = await self._receive(request, name)
        browser = browser_of(request)
        scene, problem = await self._slow.run(request, lambda: carried(body))
        if scene is not None and request.query_params.get("plain") != "1":
            return JSONResponse({"scene": scene}, headers=PRIVATE)
        source = without_recipe(body) if problem else body

        def work() -> dict[str, Any]:
            store = self._store()
            try:
                engine = store.engine(model)
            except UnusableModelError as error:
                raise RefusedError(404, str(error)) from error
            id = store.private.new_id()
            try:
                answer, images = examine(engine, source, name=name, id=id)
            except uploads.PictureError as error:
                raise RefusedError(422, str(error)) from error
            if problem:
                answer |= {"recipe": problem, "notes": [*answer["notes"], problem]}
            placed = with_places(store, engine, [answer], chart=chart)[0]
            store.private.keep(
                browser=browser, id=id, model=model, answer=answer, images=images, source=source
            )
            return placed

        return JSONResponse(await self._slow.run(request, work), headers=PRIVATE)

    async def _receive(self, request: Request, name: str) -> bytes:
        if self._readers is None:
            self._readers = anyio.CapacityLimiter(READERS)
        limit = uploads.MAX_BYTES
        sentence = (
            f"{name} is larger than {limit // 2**20} MB; choose a smaller picture or save it "
            "with stronger compression."
        )
        async with self._readers:
            try:
                with anyio.fail_after(READING_S):
                    return await read_body(request, limit=limit, sentence=sentence)
            except TimeoutError:
                raise RefusedError(
                    408, f"{name} did not arrive within {READING_S} seconds; please try again."
                ) from None

    async def list(self, request: Request) -> Response:
        """Tell a browser what it has uploaded to a model, oldest first."""
        model = request.query_params.get("model", "")
        chart = request.query_params.get("chart", "")
        mine = self._store().private.of(browser=browser_of(request), model=model)
        answers = [dict(upload.answer) for upload in mine]
        if not answers:
            return JSONResponse([], headers=PRIVATE)

        def landed() -> list[dict[str, Any]]:
            store = self._store()
            return with_places(store, named(store, model), answers, chart=chart)

        return JSONResponse(await self._slow.run(request, landed), headers=PRIVATE)

    async def delete(self, request: Request) -> Response:
        """Forget one uploaded picture."""
        id = request.path_params["id"]
        if not self._store().private.forget(browser=browser_of(request), id=id):
            raise RefusedError(404, "That picture is not there, or it is not yours.")
        return JSONResponse({"deleted": id}, headers=PRIVATE)

    async def image(self, request: Request) -> Response:
        """One image of an upload, for the browser it belongs to; 404 for everybody else."""
        id, _, which = request.path_params["id"].partition(".")
        upload = self._store().private.find(browser=browser_of(request), id=id)
        if upload is None or which not in upload.images:
            raise RefusedError(404, "That picture is not there, or it is not yours.")
        return Response(upload.images[which], media_type="image/png", headers=PRIVATE)


def with_places(
    store: Store, engine: "Engine", answers: list[dict[str, Any]], *, chart: str
) -> list[dict[str, Any]]:
    """Add to answers about pictures where each falls on a model's map, and what that leaves out.

    Args:
        store: keeps the charts.
        engine: the model.
        answers: plain JSON values, each with its ``code``.
        chart: which of the model's maps; "" is the one to begin with.

    Raises:
        RefusedError: 404 for a map that is not there.
    """
    shown = chart_of(store, engine, chart)
    codes = np.array([answer["code"] for answer in answers], np.float32)
    places = shown.places(codes).astype(float).tolist()
    landings = shown.landing(codes)
    return [
        {**answer, "place": place, "landing": landing}
        for answer, place, landing in zip(answers, places, landings, strict=True)
    ]


def noun_of(dataset: str) -> str:
    """Return what the pictures of a dataset are called, in the plural."""
    source = data.DATASETS.get(dataset)
    return source.noun if source else "pictures"


def examine(
    engine: "Engine", body: bytes, *, name: str, id: str
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Open, prepare and encode one picture file.

    Returns:
        what the browser is told, plain JSON values, and PNG files by name; their addresses stand
        in the answer, relative to the routes' prefix.

    Raises:
        PictureError: with one sentence.
    """
    opened = uploads.open_picture(body, name=name)
    notes = list(opened.notes)
    images = {"original": sheets.encode_png(_preview(opened.image))}
    ready = engine.prepare_shown(opened.image)
    notes += ready.notes
    steps: list[dict[str, str]] = []
    for number, step in enumerate(ready.steps, start=1):
        images[f"step-{number}"] = sheets.encode_png(step.image)
        steps.append({"title": step.title, "note": step.note, "url": f"private/{id}.step-{number}"})
    prepared = ready.pixels[np.newaxis]
    code = engine.encode(prepared)[0]
    reconstruction = engine.reconstruct(prepared)
    scores = engine.score(prepared)
    for which, pixels in (
        ("prepared", prepared[0]),
        ("reconstruction", reconstruction[0]),
        ("difference", difference(prepared[0], reconstruction[0])),
    ):
        images[which] = sheets.encode_png(sheets.to_image(pixels))
    percentile, far = float(scores.percentile[0]), bool(scores.far[0] or ready.foreign)
    answer = {
        "id": id,
        "name": name,
        "code": [float(value) for value in code],
        "mse": float(scores.mse[0]),
        "percentile": percentile,
        "far": far,
        "message": verdict(
            percentile,
            far=far,
            foreign=ready.foreign,
            count=len(engine.latents.mse),
            noun=f"test {noun_of(engine.dataset)}",
        ),
        "notes": notes,
        "steps": steps,
    }
    for which in ("original", "prepared", "reconstruction", "difference"):
        answer[which] = f"private/{quote(id)}.{which}"
    return answer, images


def _preview(picture: Image.Image) -> Image.Image:
    """Return a copy at most ``PREVIEW_SIDE`` pixels long, with nothing of the file's metadata."""
    small = picture.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    small.info.clear()
    return small
