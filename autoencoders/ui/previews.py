"""The route that serves the picture on a model's card: small, and without loading the model."""

import io
from collections.abc import Callable

from PIL import Image, UnidentifiedImageError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders.checkpoint import PREVIEW
from autoencoders.listing import ModelEntry
from autoencoders.ui.answers import IMMUTABLE, RefusedError, Workers, sentences
from autoencoders.ui.state import Store

SIDE = 400
"""Longest side of a preview as it is served, in pixels."""

QUALITY = 80


class PreviewRoutes:
    """The route ``models/NAME/DIGEST/preview``.

    Args:
        store: the registry and packed answers.
        workers: places for making pictures small.
    """

    def __init__(self, store: Callable[[], Store], *, workers: Workers) -> None:
        self._store = store
        self._workers = workers

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        path = f"{prefix}/models/{{name}}/{{digest}}/preview"
        return [Route(path, sentences(self.preview))]

    async def preview(self, request: Request) -> Response:
        """What a model's card shows of it, as WebP."""
        name, digest = request.path_params["name"], request.path_params["digest"]

        def work() -> bytes:
            store = self._store()
            entry = next((entry for entry in store.entries() if has_preview(entry, name)), None)
            if entry is None or entry.description is None or entry.description.digest != digest:
                raise RefusedError(404, "There is no such picture; reload the page.")
            return store.packed.get((name, digest, PREVIEW), lambda: smaller(entry))

        body = await self._workers.run(request, work)
        return Response(body, media_type="image/webp", headers=dict(IMMUTABLE))


def has_preview(entry: ModelEntry, name: str) -> bool:
    """Whether this is the model of that name, and it has a picture to show."""
    described = entry.description
    return entry.name == name and described is not None and PREVIEW in described.files


def smaller(entry: ModelEntry) -> bytes:
    """Return the model's preview at most ``SIDE`` pixels long, as a WebP file.

    Raises:
        RefusedError: 404 where it cannot be read.
    """
    try:
        with Image.open(entry.folder / PREVIEW) as opened:
            picture = opened.convert("RGB")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise RefusedError(404, f"The preview of {entry.name} cannot be read.") from error
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=QUALITY)
    return buffer.getvalue()
