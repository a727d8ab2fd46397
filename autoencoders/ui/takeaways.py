"""The routes of files to take away: of a map, a morph, a square, an edit, a restoration."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders.ui.answers import PRIVATE, RefusedError, sentences
from autoencoders.ui.edit_reels import edit_reel
from autoencoders.ui.items import Looker
from autoencoders.ui.map_reels import map_reel
from autoencoders.ui.morph_reels import morph_reel, square_reel
from autoencoders.ui.picked import PickedRoutes
from autoencoders.ui.reels import FILES, Reel, as_seen
from autoencoders.ui.restore_reels import restore_reel

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Value = TypeVar("Value")

REELS: Mapping[str, Callable[["Engine", Looker, dict[str, Any]], Reel]] = {
    "map": map_reel,
    "morph": morph_reel,
    "square": square_reel,
    "edit": edit_reel,
    "restoration": restore_reel,
}
"""By name: what finds what stands on a page."""


class TakeawayRoutes(PickedRoutes):
    """The routes below ``takeaways/``."""

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        path = f"{prefix}/takeaways/{{what}}/{{kind}}"
        return [Route(path, sentences(self.take), methods=["POST"])]

    async def take(self, request: Request) -> Response:
        """Make one file of what stands on a page."""
        find = _among(REELS, request.path_params["what"])
        make, media, name = _among(FILES, request.path_params["kind"])

        def work(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
            return make(as_seen(find(engine, looker, asked), asked.get("seen")))

        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
        body = await self._made(request, work, self._slow)
        return Response(body, media_type=media, headers=headers)


def _among(there: Mapping[str, Value], name: str) -> Value:
    if name not in there:
        raise RefusedError(
            404, f"There is nothing of that kind to take away; there is {', '.join(there)}."
        )
    return there[name]
