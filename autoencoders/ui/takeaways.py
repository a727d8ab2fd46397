"""What a person can take away from the interpolation page, as a file."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders import code_tables, movies, sheets
from autoencoders.scene import Scene
from autoencoders.scene_png import recipe_png
from autoencoders.scene_python import to_python
from autoencoders.ui.answers import PRIVATE, RefusedError, sentences
from autoencoders.ui.items import Looker
from autoencoders.ui.morphs import STRIP, Way, find_way
from autoencoders.ui.picked import PickedRoutes
from autoencoders.ui.standalone import strip_page

if TYPE_CHECKING:
    from autoencoders.inference import Engine

FILM = 9
"""Pictures of a filmstrip."""

Make = Callable[["Engine", Way, Scene], bytes]


def scene_of(engine: "Engine", way: Way, *, at: float, even: bool) -> Scene:
    """Return the scene of a way, its own pictures marked as such."""
    return Scene(
        model=engine.name,
        digest=engine.digest,
        page="interpolate",
        codes=tuple(tuple(map(float, look.base)) for look in way.looks),
        path=way.kind,
        even=even,
        at=at,
        uploaded=tuple(i for i, item in enumerate(way.items) if item.kind == "upload"),
    )


def _png(engine: "Engine", way: Way, scene: Scene) -> bytes:
    return recipe_png(engine.decode_base(way.at(scene.at))[0], scene)


def _strip(engine: "Engine", way: Way, scene: Scene) -> bytes:
    del scene
    steps = [round(k * (len(way.track) - 1) / (FILM - 1)) for k in range(FILM)]
    return movies.strip_png(engine.decode_base(way.track[steps]), columns=FILM)


def _gif(engine: "Engine", way: Way, scene: Scene) -> bytes:
    del scene
    return movies.gif(engine.decode_base(way.track))


def _mp4(engine: "Engine", way: Way, scene: Scene) -> bytes:
    del scene
    try:
        return movies.mp4(engine.decode_base(way.track))
    except movies.MovieError as error:
        raise RefusedError(422, str(error)) from error


def _python(engine: "Engine", way: Way, scene: Scene) -> bytes:
    del engine
    # Whoever copies lines keeps them: they may hold the codes of their own pictures.
    return to_python(scene, shown=way.at(scene.at), uploaded_codes=True).encode()


def _html(engine: "Engine", way: Way, scene: Scene) -> bytes:
    sheet = sheets.strip(engine.decode_base(way.track), encoding=STRIP)
    title = " to ".join(look.name for look in way.looks)
    return strip_page(sheet, stops=way.stops.tolist(), at=scene.at, title=title, model=engine.name)


TAKEAWAYS: Mapping[str, tuple[Make, str, str]] = {
    "png": (_png, "image/png", "picture.png"),
    "strip": (_strip, "image/png", "strip.png"),
    "gif": (_gif, "image/gif", "morph.gif"),
    "mp4": (_mp4, "video/mp4", "morph.mp4"),
    "html": (_html, "text/html; charset=utf-8", "morph.html"),
    "csv": (lambda _, way, __: code_tables.codes_csv(way.track), "text/csv", "codes.csv"),
    "npz": (lambda _, way, __: code_tables.codes_npz(way.track), "application/zip", "codes.npz"),
    "parquet": (
        lambda _, way, __: code_tables.codes_parquet(way.track),
        "application/vnd.apache.parquet",
        "codes.parquet",
    ),
    "python": (_python, "text/x-python; charset=utf-8", "morph.py"),
}
"""By name: what makes it, its media type, its file name."""


def read_share(asked: object) -> float:
    """Check a place on a slider, 0..1.

    Raises:
        RefusedError: 422 with one sentence.
    """
    if type(asked) not in (int, float) or not math.isfinite(asked) or not 0 <= asked <= 1:  # type: ignore[operator, arg-type]
        raise RefusedError(422, '"at" must be a number from 0 to 1.')
    return float(asked)  # type: ignore[arg-type]


class TakeawayRoutes(PickedRoutes):
    """The routes below ``takeaways/``."""

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        return [Route(f"{prefix}/takeaways/{{kind}}", sentences(self.take), methods=["POST"])]

    async def take(self, request: Request) -> Response:
        """Make one file of a way."""
        kind = request.path_params["kind"]
        if kind not in TAKEAWAYS:
            there = ", ".join(TAKEAWAYS)
            raise RefusedError(
                404, f"There is nothing of that kind to take away; there is {there}."
            )
        make, media, name = TAKEAWAYS[kind]

        def work(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
            at = read_share(asked.get("at", 0.5))
            way = find_way(engine, looker, asked)
            return make(engine, way, scene_of(engine, way, at=at, even=asked.get("even") is True))

        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
        body = await self._made(request, work, self._slow)
        return Response(body, media_type=media, headers=headers)
