"""Routes of the Attributes page: its directions, strips of edits, and directions of one's own."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders.ui import direction_files, edits, own_directions
from autoencoders.ui.answers import IMMUTABLE, PRIVATE, RefusedError, packed, sentences
from autoencoders.ui.asked import named, read_body
from autoencoders.ui.picked import PickedRoutes, Work
from autoencoders.ui.state import Store

if TYPE_CHECKING:
    from autoencoders.inference import Engine


class AttributeRoutes(PickedRoutes):
    """The routes below ``attributes/``."""

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        quick: dict[str, Work] = {
            "mapped": edits.mapped,
            "measured": edits.measured,
            "several": edits.several_now,
        }
        slow: dict[str, Work] = {
            "strips": edits.strip,
            "gallery": own_directions.gallery,
            "example": own_directions.example,
            "groups": own_directions.groups,
            "directions": own_directions.build,
        }
        here = f"{prefix}/attributes"
        return [
            Route(f"{prefix}/models/{{name}}/{{digest}}/attributes", sentences(self.lab)),
            Route(f"{here}/file", sentences(self.file), methods=["POST"]),
            *(
                Route(f"{here}/{name}", self._answer(work, workers), methods=["POST"])
                for workers, works in ((self._quick, quick), (self._slow, slow))
                for name, work in works.items()
            ),
        ]

    async def lab(self, request: Request) -> Response:
        """A model's directions, and the pictures to begin with."""

        def work() -> bytes:
            store = self._store()
            engine = named(store, request.path_params["name"])
            if engine.digest != request.path_params["digest"]:
                raise RefusedError(
                    404, "This model has changed since the page was opened; reload the page."
                )
            return _kept(store, engine)

        return packed(await self._slow.run(request, work), IMMUTABLE)

    async def file(self, request: Request) -> Response:
        """Directions from a file that somebody dropped in; it is read and forgotten."""
        limit = direction_files.FILE_BYTES
        body = await read_body(
            request,
            limit=limit,
            sentence=f"A file of directions has less than {limit // 2**20} MB.",
        )
        model = request.query_params.get("model", "")

        def run() -> bytes:
            return direction_files.opened(body, named(self._store(), model))

        return packed(await self._slow.run(request, run), PRIVATE)


def _kept(store: Store, engine: "Engine") -> bytes:
    key = (engine.name, engine.digest, "attributes")
    return store.packed.get(key, lambda: edits.lab(engine))
