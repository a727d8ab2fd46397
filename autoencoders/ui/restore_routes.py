"""Routes for restoring pictures: reconstructions, levels of noise, drawings on their way.

What is made of a private picture goes to its own browser only and is never stored by a cache.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders.ui.answers import PRIVATE, RefusedError, packed, sentences
from autoencoders.ui.asked import named, read_body
from autoencoders.ui.items import Item, Looker, read_items
from autoencoders.ui.picked import PickedRoutes, Work
from autoencoders.ui.restorations import noise_at, noise_strip, pasted, rebuilt
from autoencoders.ui.state import Store
from autoencoders.ui.subjects import Subject, from_file, subject_of

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Restoring = Callable[["Engine", Store, Subject, dict[str, Any]], bytes]

SKETCH_BYTES = 2**20
"""Length limit of a drawing: many times what a drawing of 300 pixels needs."""


class RestoreRoutes(PickedRoutes):
    """The routes ``restorations``, ``noises``, ``noise``, ``pasted`` and ``sketches``."""

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        endpoints = {
            "restorations": self._answer(_of_subject(_rebuilt, whole=True), self._slow),
            "noises": self._answer(_of_subject(noise_strip), self._slow),
            "noise": self._answer(_of_subject(noise_at), self._quick),
            "pasted": self._answer(_of_subject(_pasted, whole=True), self._slow, media="image/png"),
            "sketches": sentences(self.sketch),
        }
        return [
            Route(f"{prefix}/{name}", endpoint, methods=["POST"])
            for name, endpoint in endpoints.items()
        ]

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


def _of_subject(restoring: Restoring, *, whole: bool = False) -> Work:
    """Make work on the one picture that a request names, cut out as it says."""

    def work(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
        item = read_items([asked.get("item")], least=1, most=1)[0]
        subject = subject_of(
            item, engine, looker, browser=looker.browser, cut=asked.get("crop"), whole=whole
        )
        return restoring(engine, looker.store, subject, asked)

    return work


def _rebuilt(engine: "Engine", store: Store, subject: Subject, asked: dict[str, Any]) -> bytes:
    item: Item = read_items([asked.get("item")], least=1, most=1)[0]
    itself = item.kind == "point" and item.model == engine.name
    return rebuilt(engine, store, subject, but=item.number if itself else None)


def _pasted(engine: "Engine", store: Store, subject: Subject, asked: dict[str, Any]) -> bytes:
    if subject.photo is None and asked.get("crop") is not None:
        raise RefusedError(422, "Only a photo of your own has a crop.")
    return pasted(engine, subject, asked)
