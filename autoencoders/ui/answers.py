"""How routes answer: packed binary, errors as one sentence, work off the event loop."""

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Result = TypeVar("Result")

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
FRESH = {"Cache-Control": "no-store"}
PRIVATE = {"Cache-Control": "private, no-store"}


class RefusedError(Exception):
    """A request that cannot be answered: a 4xx status and one clear sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class NobodyWaitsError(Exception):
    """The browser no longer wants the answer."""


def packed(body: bytes, headers: Mapping[str, str]) -> Response:
    """Answer with the packed format of ``autoencoders.sheets``."""
    return Response(body, media_type="application/octet-stream", headers=dict(headers))


Endpoint = Callable[[Request], Awaitable[Response]]


def sentences(endpoint: Endpoint) -> Endpoint:
    """Turn a RefusedError into its JSON answer, and silence an answer nobody waits for."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RefusedError as refusal:
            return JSONResponse(
                {"error": refusal.sentence}, status_code=refusal.status, headers=FRESH
            )
        except NobodyWaitsError:
            return Response(status_code=499)

    return answered


class Workers:
    """Places where work waits its turn, then runs off the event loop.

    A browser that drops its request while it waits costs nothing: the work never starts.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._limiter: anyio.CapacityLimiter | None = None

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        # Made on first use: a limiter belongs to the event loop that is running then.
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self._places)
        async with self._limiter:
            yield

    async def run(self, request: Request, work: Callable[[], Result]) -> Result:
        """Run ``work`` in a thread.

        Raises:
            NobodyWaitsError: when the browser has gone away before the work began.
        """
        async with self._place():
            if await request.is_disconnected():
                raise NobodyWaitsError
            # The place is the limit here; a second one inside must not make it wait again.
            return await anyio.to_thread.run_sync(work, limiter=anyio.CapacityLimiter(math.inf))
