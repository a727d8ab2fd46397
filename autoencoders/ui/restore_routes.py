"""Routes for restoring pictures: reconstructions, levels of noise, drawings on their way.

What is made of a private picture goes to its own browser only and is never stored by a cache.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders.ui.answers import PRIVATE, RefusedError, Workers, packed, sentences
from autoencoders.ui.asked import named, read_body, read_object
from autoencoders.ui.guard import browser_of
from autoencoders.ui.items import Item, Looker, Originals, read_items
from autoencoders.ui.restorations import noise_at, noise_strip, pasted, rebuilt
from autoencoders.ui.state import Store
from autoencoders.ui.subjects import Subject, from_file, subject_of

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Work = Callable[["Engine", Store, Subject, dict[str, Any]], bytes]

SKETCH_BYTES = 2**20
"""Length limit of a drawing: many times what a drawing of 300 pixels needs."""


class RestoreRoutes:
    """The routes below ``restorations``, ``noises``, ``noise``, ``pasted`` and ``sketches``.

    Args:
        store: engines and private pictures.
        quick: places for what a person waits for with pen or pointer at rest.
        slow: places for strips.
        originals: engine -> the pictures its codes are of, None where they are not on this disk.
    """

    def __init__(
        self,
        store: Callable[[], Store],
        *,
        quick: Workers,
        slow: Workers,
        originals: Originals,
    ) -> None:
        self._store = store
        self._quick = quick
        self._slow = slow
        self._originals = originals

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        endpoints = {
            "restorations": self._answer(_rebuilt, self._slow, whole=True),
            "noises": self._answer(noise_strip, self._slow),
            "noise": self._answer(noise_at, self._quick),
            "pasted": self._answer(_pasted, self._slow, whole=True, media="image/png"),
            "sketches": sentences(self.sketch),
        }
        return [
            Route(f"{prefix}/{name}", endpoint, methods=["POST"])
            for name, endpoint in endpoints.items()
        ]

    def _answer(
        self, work: Work, workers: Workers, *, whole: bool = False, media: str | None = None
    ) -> Callable[[Request], Any]:
        """Make an endpoint of what is to be done with a model, a picture and a request."""

        async def endpoint(request: Request) -> Response:
            asked = await read_object(request)
            browser = browser_of(request)

            def run() -> bytes:
                store = self._store()
                engine = named(store, asked["model"])
                looker = Looker(store, browser=browser, originals=self._originals)
                item = read_items([asked.get("item")], least=1, most=1)[0]
                subject = subject_of(
                    item, engine, looker, browser=browser, cut=asked.get("crop"), whole=whole
                )
                return work(engine, store, subject, asked)

            body = await workers.run(request, run)
            if media is not None:
                return Response(body, media_type=media, headers=PRIVATE)
            return packed(body, PRIVATE)

        return sentences(endpoint)

    async def sketch(self, request: Request) -> Response:
        """What a model makes of a drawing, a picture file; nothing of it is kept."""
        name = request.query_params.get("model", "")
        body = await read_body(
            request,
            limit=SKETCH_BYTES,
            sentence="That drawing is too large; a drawing has at most 1 MB.",
        )

        def run() -> bytes:
            store = self._store()
            engine = named(store, name)
            return rebuilt(engine, store, from_file(body, engine, name="your drawing"))

        return packed(await self._quick.run(request, run), PRIVATE)


def _rebuilt(engine: "Engine", store: Store, subject: Subject, asked: dict[str, Any]) -> bytes:
    item: Item = read_items([asked.get("item")], least=1, most=1)[0]
    itself = item.kind == "point" and item.model == engine.name
    return rebuilt(engine, store, subject, but=item.number if itself else None)


def _pasted(engine: "Engine", store: Store, subject: Subject, asked: dict[str, Any]) -> bytes:
    if subject.photo is None and asked.get("crop") is not None:
        raise RefusedError(422, "Only a photo of your own has a crop.")
    return pasted(engine, subject, asked)
