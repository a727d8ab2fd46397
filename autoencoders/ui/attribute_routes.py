"""Routes of the Attributes page: its directions, strips of edits, and directions of one's own."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders.ui import direction_files, edits, own_directions
from autoencoders.ui.answers import IMMUTABLE, PRIVATE, RefusedError, Workers, packed, sentences
from autoencoders.ui.asked import named, read_body, read_object
from autoencoders.ui.guard import browser_of
from autoencoders.ui.items import Looker, Originals
from autoencoders.ui.state import Store
from autoencoders.ui.strips import Work

if TYPE_CHECKING:
    from autoencoders.inference import Engine


class AttributeRoutes:
    """The routes below ``attributes/``.

    Args:
        store: engines.
        quick: places for what a person waits for with a slider at rest.
        slow: places for strips, galleries and new directions.
        originals: engine -> the pictures its codes are of, None where they are not on this disk.
    """

    def __init__(
        self, store: Callable[[], Store], *, quick: Workers, slow: Workers, originals: Originals
    ) -> None:
        self._store = store
        self._quick = quick
        self._slow = slow
        self._originals = originals

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

    def _answer(self, work: Work, workers: Workers) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            asked = await read_object(request)
            browser = browser_of(request)

            def run() -> bytes:
                store = self._store()
                looker = Looker(store, browser=browser, originals=self._originals)
                return work(named(store, asked["model"]), looker, asked)

            return packed(await workers.run(request, run), PRIVATE)

        return sentences(endpoint)

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
