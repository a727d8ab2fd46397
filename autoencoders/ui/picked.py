"""What all routes about picked pictures share: a model, a browser's items, an answer of its own.

Whatever is made of a private picture goes to its own browser only and is never stored by a cache.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from autoencoders.ui.answers import PRIVATE, Endpoint, Workers, packed, sentences
from autoencoders.ui.asked import named, read_object
from autoencoders.ui.guard import browser_of
from autoencoders.ui.items import Looker, Originals
from autoencoders.ui.state import Store

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Work = Callable[["Engine", Looker, dict[str, Any]], bytes]
"""What is to be done with a model, what looks at items, and a request's JSON object."""


class PickedRoutes:
    """Routes that ask a model about pictures that a person has picked.

    Args:
        store: engines and private pictures.
        quick: places for what a person waits for with the pointer at rest.
        slow: places for strips and files.
        originals: engine -> the pictures its codes are of, None where they are not on this disk.
    """

    def __init__(
        self, store: Callable[[], Store], *, quick: Workers, slow: Workers, originals: Originals
    ) -> None:
        self._store = store
        self._quick = quick
        self._slow = slow
        self._originals = originals

    async def _made(self, request: Request, work: Work, workers: Workers) -> bytes:
        """Read a request and do its work off the event loop."""
        asked = await read_object(request)
        browser = browser_of(request)

        def run() -> bytes:
            store = self._store()
            looker = Looker(store, browser=browser, originals=self._originals)
            return work(named(store, asked["model"]), looker, asked)

        return await workers.run(request, run)

    def _answer(self, work: Work, workers: Workers, *, media: str | None = None) -> Endpoint:
        """Make an endpoint of ``work``: packed, or of a media type of its own."""

        async def endpoint(request: Request) -> Response:
            body = await self._made(request, work, workers)
            if media is not None:
                return Response(body, media_type=media, headers=PRIVATE)
            return packed(body, PRIVATE)

        return sentences(endpoint)
