"""Routes of the Training page: a browser's own small training run, and nobody else's.

Nothing of it is ever stored by a cache.  A page asks for news again and again; an answer that has
none is held back for a moment.  Who asks no more is gone, and the run is stopped (``trainings``).
"""

import time
from collections.abc import Callable

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from autoencoders.data import DataError, count_pictures
from autoencoders.small_runs import Choices
from autoencoders.strict_config import ConfigError
from autoencoders.ui.answers import (
    PRIVATE,
    NobodyWaitsError,
    RefusedError,
    Workers,
    packed,
    sentences,
)
from autoencoders.ui.asked import read_object
from autoencoders.ui.guard import browser_of
from autoencoders.ui.state import Store
from autoencoders.ui.training_frames import pack_frames, pack_given
from autoencoders.ui.training_run import ATLAS, MODEL, TrainingRun
from autoencoders.ui.trainings import Trainings

HELD_S = 3.0
"""Seconds that an answer without news is held back; a server that is ended waits for it."""
LOOK_S = 0.2


class TrainingRoutes:
    """The routes below ``trainings``.

    Args:
        store: where the runs are kept.
        slow: places for reading snapshots and starting processes.
    """

    def __init__(self, store: Callable[[], Store], *, slow: Workers) -> None:
        self._store = store
        self._slow = slow

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        one = f"{prefix}/trainings/{{id}}"
        return [
            Route(f"{prefix}/trainings", sentences(self.start), methods=["POST"]),
            Route(f"{prefix}/trainings", sentences(self.news)),
            Route(one, sentences(self.discard), methods=["DELETE"]),
            Route(f"{one}/stop", sentences(self.stop), methods=["POST"]),
            Route(f"{one}/resume", sentences(self.resume), methods=["POST"]),
            Route(f"{one}/frames", sentences(self.frames)),
            Route(f"{one}/given", sentences(self.given)),
            Route(f"{one}/atlas", sentences(self.atlas)),
            Route(f"{one}/model.zip", sentences(self.model)),
        ]

    @property
    def _trainings(self) -> Trainings:
        return self._store().trainings

    async def start(self, request: Request) -> Response:
        """Begin a training with what was chosen."""
        asked = (await read_object(request)).get("choices")
        if not isinstance(asked, dict):
            raise RefusedError(422, 'Send {"choices": {...}}: what the form of the page holds.')

        def work() -> TrainingRun:
            try:
                choices = Choices.from_dict(asked)
                if choices.data != "drawn":
                    count_pictures(choices.data, "train")
                return self._trainings.start(browser_of(request), choices)
            except (ConfigError, DataError) as error:
                raise RefusedError(422, str(error)) from error

        return self._told(await self._slow.run(request, work))

    async def news(self, request: Request) -> Response:
        """Where this browser's run stands, as soon as that is not what ``version`` says."""
        known = (request.query_params.get("id"), request.query_params.get("version"))
        browser, until = browser_of(request), time.monotonic() + HELD_S
        run = self._trainings.of(browser)
        while run is not None and run.active and (run.id, str(run.version)) == known:
            if time.monotonic() > until:
                break
            await anyio.sleep(LOOK_S)
            if await request.is_disconnected():
                raise NobodyWaitsError
            run = self._trainings.of(browser)
        return self._told(run)

    async def stop(self, request: Request) -> Response:
        """Stop it; its checkpoint is kept."""
        run = self._run(request)
        await self._slow.run(request, lambda: self._trainings.stop(run))
        return self._told(run)

    async def resume(self, request: Request) -> Response:
        """Go on with it."""
        run = self._run(request)
        await self._slow.run(request, lambda: self._trainings.resume(run))
        return self._told(run)

    async def discard(self, request: Request) -> Response:
        """Forget it."""
        run = self._run(request)
        await self._slow.run(request, lambda: self._trainings.discard(run))
        return self._told(None)

    async def frames(self, request: Request) -> Response:
        """The snapshots ``from`` one on."""
        run, asked = self._run(request), request.query_params.get("from", "")
        start = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else -1

        def work() -> bytes:
            try:
                return pack_frames(run, start)
            except (OSError, IndexError) as error:
                raise RefusedError(404, "There is no such snapshot yet.") from error

        return packed(await self._slow.run(request, work), PRIVATE)

    async def given(self, request: Request) -> Response:
        """The pictures that are reconstructed, and what the points on the map are."""
        run = self._run(request)

        def work() -> bytes:
            try:
                return pack_given(run)
            except OSError as error:
                raise RefusedError(404, "The pictures are not there yet.") from error

        return packed(await self._slow.run(request, work), PRIVATE)

    async def atlas(self, request: Request) -> Response:
        """A sheet over the map of a finished run, whose code has two numbers."""
        run = self._run(request)

        def work() -> bytes:
            try:
                return (run.folder / ATLAS).read_bytes()
            except OSError as error:
                raise RefusedError(404, "This training has no sheet of its map.") from error

        return packed(await self._slow.run(request, work), PRIVATE)

    async def model(self, request: Request) -> Response:
        """The finished model's folder, as one file."""
        run = self._run(request)
        if run.packed is None:
            raise RefusedError(404, "The model is packed when its training has finished.")
        name = f"{run.choices.name}.zip"
        body = await self._slow.run(request, (run.folder / MODEL).read_bytes)
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, media_type="application/zip", headers=headers)

    def _run(self, request: Request) -> TrainingRun:
        return self._trainings.find(browser_of(request), request.path_params["id"])

    def _told(self, run: TrainingRun | None) -> Response:
        told = None if run is None else run.status(before=self._trainings.before(run))
        return JSONResponse({"run": told}, headers=PRIVATE)
