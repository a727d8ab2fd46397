"""Routes of the Compare page: what one model reads in another, and the dial's strips."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders.ui import dial_strips, readings
from autoencoders.ui.answers import IMMUTABLE, RefusedError, packed, sentences
from autoencoders.ui.asked import named
from autoencoders.ui.picked import PickedRoutes
from autoencoders.ui.state import Store

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Making = Callable[[Store, "Engine", "Engine"], bytes]


class CompareRoutes(PickedRoutes):
    """The routes below ``compare/``."""

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        here = f"{prefix}/compare"
        both = f"{here}/{{name}}/{{digest}}/{{other}}/{{other_digest}}"
        return [
            Route(f"{both}/field", sentences(self.field)),
            Route(f"{both}/sheets/{{grid:int}}", sentences(self.sheet)),
            Route(f"{both}/pairs", sentences(self.pairs)),
            Route(
                f"{here}/place", self._answer(readings.read_place, self._quick), methods=["POST"]
            ),
            Route(
                f"{here}/picture",
                self._answer(readings.read_picture, self._quick),
                methods=["POST"],
            ),
            Route(f"{here}/dial", self._answer(dial_strips.strips, self._slow), methods=["POST"]),
        ]

    async def field(self, request: Request) -> Response:
        """Where the second model puts what the first one draws, over the first one's map."""
        return await self._once(request, "field", readings.field)

    async def sheet(self, request: Request) -> Response:
        """What the second model makes of what the first one draws, over the first one's map."""
        grid: int = request.path_params["grid"]

        def make(store: Store, one: "Engine", two: "Engine") -> bytes:
            return readings.sheet(store, one, two, grid=grid)

        return await self._once(request, f"sheet {grid}", make)

    async def pairs(self, request: Request) -> Response:
        """Which test pictures both models know."""
        return await self._once(request, "pairs", lambda _, one, two: readings.pairs(one, two))

    async def _once(self, request: Request, what: str, make: Making) -> Response:
        """Answer with what is made of two models, once for both of their digests."""

        def work() -> bytes:
            store = self._store()
            one = _as_it_was(store, request, "name", "digest")
            two = _as_it_was(store, request, "other", "other_digest")
            key = (one.name, one.digest, what, two.name, two.digest)
            return store.packed.get(key, lambda: make(store, one, two))

        return packed(await self._slow.run(request, work), IMMUTABLE)


def _as_it_was(store: Store, request: Request, name: str, digest: str) -> "Engine":
    """Return the engine that an address names, if it still is the one the address means."""
    engine = named(store, request.path_params[name])
    if engine.digest != request.path_params[digest]:
        raise RefusedError(
            404, "This model has changed since the page was opened; reload the page."
        )
    return engine
