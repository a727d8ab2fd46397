"""Routes of the page Through the hourglass: a picture's way through every layer.

What is made of a private picture goes to its own browser only and is never stored by a cache.
"""

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders.ui.answers import PRIVATE, packed, sentences
from autoencoders.ui.asked import named, read_body
from autoencoders.ui.items import Looker, read_items
from autoencoders.ui.passages import passage
from autoencoders.ui.picked import PickedRoutes
from autoencoders.ui.restore_routes import SKETCH_BYTES
from autoencoders.ui.subjects import from_file, subject_of

if TYPE_CHECKING:
    from autoencoders.inference import Engine


class ThroughRoutes(PickedRoutes):
    """The routes ``passages`` and ``passages/sketch``."""

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        here = f"{prefix}/passages"
        return [
            Route(here, self._answer(_of_item, self._quick), methods=["POST"]),
            Route(f"{here}/sketch", sentences(self.sketch), methods=["POST"]),
        ]

    async def sketch(self, request: Request) -> Response:
        """The way of a drawing, a picture file; nothing of it is kept."""
        name = request.query_params.get("model", "")
        body = await read_body(
            request,
            limit=SKETCH_BYTES,
            sentence="That drawing is too large; a drawing has at most 1 MB.",
        )

        def run() -> bytes:
            engine = named(self._store(), name)
            return passage(engine, from_file(body, engine, name="your drawing"))

        return packed(await self._quick.run(request, run), PRIVATE)


def _of_item(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    item = read_items([asked.get("item")], least=1, most=1)[0]
    return passage(engine, subject_of(item, engine, looker, browser=looker.browser))
